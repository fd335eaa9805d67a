"""Every change of the day goes through the Editor, which can take it back and make it again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.desktop.tasks import Tasks
from app.domain.edits import Applied, Edit
from app.domain.errors import ConflictError, DispatchError, NotFoundError
from app.domain.rebase import Moves, before, moved_on, moves, rebased

_log = logging.getLogger(__name__)

_REFRESH_S = 5.0
"""How long the screens may take to show an edit before the next one is let through anyway."""
_UNDO_LIMIT = 200


class _Command(QUndoCommand):
    """One edit that was made. Qt moves through the stack only after the service agreed, so that a
    refused undo leaves the stack as it was; undo() and redo() have nothing left to do."""

    def __init__(self, text: str, applied: Applied) -> None:
        super().__init__(text)
        self.next_edit = applied.inverse
        """Takes the edit back; after that, makes it again."""
        self._found = before(applied.touched)
        """The versions that stood for the contents to which `next_edit` leads."""

    def step(self, applied: Applied) -> Moves:
        """Note that `next_edit` was made; gives back how the versions moved on."""
        moved = moves(self._found, applied.touched)
        self._found = before(applied.touched)
        self.next_edit = applied.inverse
        return moved

    def rebase(self, moved: Moves) -> None:
        self.next_edit = rebased(self.next_edit, moved)
        self._found = moved_on(self._found, moved)


class Editor(QObject):
    """Applies edits one at a time and keeps them for undo.

    It is busy until the screens show the last edit: a second drop on a board that is not fresh
    yet would conflict with the first one.
    """

    busy_changed = Signal(bool)
    done = Signal(str, object)
    """The text of an edit that was made (not of an undo), and the origin."""
    history_cleared = Signal(str)
    """Why nothing can be undone any more, for people."""

    def __init__(
        self, apply: Callable[[Edit], Applied], tasks: Tasks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._apply = apply
        self._tasks = tasks
        self._lock = asyncio.Lock()
        self._under_way = 0
        self.stack = QUndoStack(self)
        """For its signals and texts; only the editor pushes and steps."""
        self.stack.setUndoLimit(_UNDO_LIMIT)

    @property
    def is_busy(self) -> bool:
        return self._under_way > 0

    def submit(self, edit: Edit, text: str, origin: object = None) -> bool:
        """Make an edit; False where one is still under way and this one was not taken."""
        if self.is_busy:
            return False
        self._start(self.apply(edit, text, origin), origin)
        return True

    async def apply(self, edit: Edit, text: str, origin: object = None) -> Applied:
        """Make an edit after those that are under way; raises what the service refuses it with."""
        self._enter()
        try:
            async with self._lock:
                applied = await self._make(edit, origin)
                await self._keep(applied, text, origin)
                return applied
        finally:
            self._leave()

    async def note(self, applied: Applied, text: str, origin: object = None) -> None:
        """Keep an edit that long work made by itself, so that it can be taken back like any."""
        self._enter()
        try:
            async with self._lock:
                await self._keep(applied, text, origin)
        finally:
            self._leave()

    async def _keep(self, applied: Applied, text: str, origin: object) -> None:
        # Qt calls redo() on what is pushed; ours does nothing.
        self.stack.push(_Command(text, applied))
        self.done.emit(text, origin)
        await self._refreshed(applied, origin)

    def undo(self) -> None:
        self._start(self._step(-1), self)

    def redo(self) -> None:
        self._start(self._step(+1), self)

    def clear(self, reason: str) -> None:
        """Forget the history."""
        if self.stack.count():
            self.stack.clear()
            self.history_cleared.emit(reason)

    async def _step(self, direction: int) -> None:
        """Take the last edit back (-1) or make it again (+1), after those under way."""
        async with self._lock:
            index = self.stack.index() - 1 if direction < 0 else self.stack.index()
            command = self.stack.command(index) if 0 <= index < self.stack.count() else None
            if not isinstance(command, _Command):
                return
            try:
                applied = await self._make(command.next_edit, None)
            except (ConflictError, NotFoundError) as error:
                # What the history would go back to is no longer there.
                self.clear(str(error))
                raise
            moved = command.step(applied)
            for number in range(self.stack.count()):
                other = self.stack.command(number)
                if isinstance(other, _Command) and other is not command:
                    other.rebase(moved)
            self.stack.setIndex(self.stack.index() + direction)
            await self._refreshed(applied, None)

    def _start(self, coroutine: Coroutine[Any, Any, Any], origin: object = None) -> None:
        # Counted here already: the coroutine's first step comes only after this event is over,
        # and a second gesture could slip in before it.
        self._enter()
        task = self._tasks.start(coroutine, origin)
        task.add_done_callback(lambda _task: self._leave())

    def _enter(self) -> None:
        self._under_way += 1
        if self._under_way == 1:
            self.busy_changed.emit(True)

    def _leave(self) -> None:
        self._under_way -= 1
        if self._under_way == 0:
            self.busy_changed.emit(False)

    async def _make(self, edit: Edit, origin: object) -> Applied:
        try:
            return await self._tasks.run(self._apply, edit)
        except DispatchError:
            _log.info("%s was refused for %s", type(edit).__name__, origin)
            raise

    async def _refreshed(self, applied: Applied, origin: object) -> None:
        reading = self._tasks.publish(applied.changes, origin)
        if reading:
            await asyncio.wait(reading, timeout=_REFRESH_S)
