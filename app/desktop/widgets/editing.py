"""Waiting for the editor, for edits that are made from what a screen shows."""

from __future__ import annotations

import asyncio

from app.desktop.editor import Editor


async def until_idle(editor: Editor) -> None:
    """Return when no edit is under way and the screens show the last one."""
    while editor.is_busy:
        idle: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def on_busy_changed(is_busy: bool, idle: asyncio.Future[None] = idle) -> None:
            if not is_busy and not idle.done():
                idle.set_result(None)

        editor.busy_changed.connect(on_busy_changed)
        try:
            await idle
        finally:
            editor.busy_changed.disconnect(on_busy_changed)
