"""Sees other consoles' edits, and that the database is there again."""

from __future__ import annotations

import asyncio
from datetime import date

from PySide6.QtCore import QObject, QTimer, Signal

from app.desktop.editor import Editor
from app.desktop.tasks import Tasks
from app.services.sync import SyncService

_SWEEP_MS = 3_000
_HEARTBEATS = 5
"""So many sweeps to one sign of life, which writes to the database."""


class Sweeper(QObject):
    """Sweeps the open day every few seconds; what it finds is published like any change."""

    consoles_counted = Signal(int)

    def __init__(
        self, sync: SyncService, tasks: Tasks, editor: Editor, is_shared: bool, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._sync = sync
        self._tasks = tasks
        self._editor = editor
        self._is_shared = is_shared
        self._day: date | None = None
        self._count = 0
        self._sweeping: asyncio.Task[None] | None = None
        self._timer = QTimer(self, interval=_SWEEP_MS)
        self._timer.timeout.connect(self._on_time)

    def watch(self, day: date) -> None:
        """The first sweep of a day only remembers what is there."""
        self._day = day
        self._timer.start()
        self._on_time()

    def stop(self) -> None:
        self._timer.stop()

    def _on_time(self) -> None:
        # An edit under way would be seen as somebody else's; the next sweep is soon enough.
        is_sweeping = self._sweeping is not None and not self._sweeping.done()
        if self._day is not None and not is_sweeping and not self._editor.is_busy:
            self._sweeping = self._tasks.start(self._sweep(self._day), self)

    async def _sweep(self, day: date) -> None:
        changes = await self._tasks.run(self._sync.sweep, day)
        if day == self._day:
            self._tasks.publish(changes, None)
        # One file serves one console: there is nobody to count.
        if self._is_shared and self._count % _HEARTBEATS == 0:
            self.consoles_counted.emit(await self._tasks.run(self._sync.consoles))
        self._count += 1
