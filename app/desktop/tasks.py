"""Tasks runs blocking calls off the GUI thread, owns every coroutine and tells who changed what."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.edits import Changes
from app.domain.errors import DispatchError, StorageUnavailable
from app.services.context import Step

_log = logging.getLogger(__name__)

_LONG_THREADS = 3
_REPORT_EVERY_S = 0.1
"""People read no faster, and a queue of thousands of steps would block the window."""


class Work(QObject):
    """One piece of long work: where it is, and the wish to end it.

    `report` and `cancelled` are given to the service and called from its thread.
    """

    stepped = Signal(float, str)
    """How much is done (0 to 1), and what is being done."""
    ended = Signal()

    def __init__(self, title: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self._is_cancelled = False
        self._reported_at = 0.0
        self._reported_text = ""

    def report(self, step: Step) -> None:
        now = time.monotonic()
        is_news = step.text != self._reported_text or step.fraction >= 1
        if is_news or now - self._reported_at >= _REPORT_EVERY_S:
            self._reported_at = now
            self._reported_text = step.text
            self.stepped.emit(step.fraction, step.text)

    def cancelled(self) -> bool:
        return self._is_cancelled

    def cancel(self) -> None:
        self._is_cancelled = True


class Tasks(QObject):
    """The one place where screens wait for blocking work.

    What a coroutine raises ends here: a DispatchError becomes `failed`, anything else goes to the
    loop's handler, which is the crash window. Whatever `on_changes` starts at once with `start`
    is what `publish` gives back, so that the editor can wait until the screens are fresh.
    """

    changed = Signal(object, object)
    """Changes, and the origin that asked for them; None for another console's."""
    failed = Signal(object, object)
    """A DispatchError and the origin of the coroutine that it ended."""
    working_changed = Signal(int)
    """How many calls are under way."""
    work_started = Signal(object)
    """A Work that a person may want to watch or cancel."""
    storage_lost = Signal(str)
    storage_found = Signal()

    def __init__(self, loop: asyncio.AbstractEventLoop, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loop = loop
        # One thread, so that reads and writes keep the sequence in which they were asked for.
        self._worker = ThreadPoolExecutor(1, "database")
        self._long = ThreadPoolExecutor(_LONG_THREADS, "long-work")
        self._owned: dict[asyncio.Task[Any], Coroutine[Any, Any, Any]] = {}
        self._works: set[Work] = set()
        self._working = 0
        self._is_storage_lost = False
        self._is_closing = False

    @property
    def is_idle(self) -> bool:
        """Nothing is being read, written or computed."""
        return not self._owned

    @property
    def works(self) -> frozenset[Work]:
        """The long work under way."""
        return frozenset(self._works)

    def start(
        self, coroutine: Coroutine[Any, Any, Any], origin: object = None
    ) -> asyncio.Task[None]:
        """Run a coroutine to its end and report how it failed; the task is for `cancel()` only."""
        task = self._loop.create_task(self._guarded(coroutine, origin))
        if self._is_closing:
            task.cancel()
        self._owned[task] = coroutine
        task.add_done_callback(self._on_done)
        return task

    async def run[**P, T](self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call that touches the database, after those that were asked for before."""
        result = await self._in(self._worker, partial(call, *args, **kwargs))
        if self._is_storage_lost:
            self._is_storage_lost = False
            self.storage_found.emit()
        return result

    async def run_long[**P, T](self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call that takes its time on another thread than the database's short ones."""
        return await self._in(self._long, partial(call, *args, **kwargs))

    async def run_work[**P, T](
        self, work: Work, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same for work that shows where it is; `work` is announced until it ends."""
        return await self.watch(work, self.run_long(call, *args, **kwargs))

    async def watch[T](self, work: Work, coroutine: Coroutine[Any, Any, T]) -> T:
        """Announce work of several steps until its coroutine ends."""
        self._works.add(work)
        self.work_started.emit(work)
        try:
            return await coroutine
        finally:
            self._works.discard(work)
            work.ended.emit()

    def publish(self, changes: Changes, origin: object = None) -> set[asyncio.Task[Any]]:
        """Tell every screen; gives back the reading that they started because of it."""
        if changes.is_empty:
            return set()
        before = set(self._owned)
        self.changed.emit(changes, origin)
        return set(self._owned) - before

    async def close(self) -> None:
        """End everything: no new work, long work is asked to stop, the threads are waited for."""
        self._is_closing = True
        for work in self._works:
            work.cancel()
        current = asyncio.current_task()
        owned = [task for task in self._owned if task is not current]
        for task in owned:
            task.cancel()
        await asyncio.gather(*owned, return_exceptions=True)
        for pool in (self._worker, self._long):
            pool.shutdown(wait=True, cancel_futures=True)

    async def _in[T](self, pool: ThreadPoolExecutor, call: Callable[[], T]) -> T:
        self._count(+1)
        try:
            return await asyncio.wrap_future(pool.submit(call), loop=self._loop)
        except StorageUnavailable as error:
            self._is_storage_lost = True
            self.storage_lost.emit(str(error))
            raise
        finally:
            self._count(-1)

    def _count(self, step: int) -> None:
        self._working += step
        self.working_changed.emit(self._working)

    async def _guarded(self, coroutine: Coroutine[Any, Any, Any], origin: object) -> None:
        try:
            await coroutine
        except DispatchError as error:
            _log.info("%s: %s", type(error).__name__, error)
            self.failed.emit(error, origin)

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        # A task that is cancelled before its first step has never touched its coroutine.
        self._owned.pop(task).close()
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            self._loop.call_exception_handler(
                {"message": "a task ended in a bug", "exception": error, "task": task}
            )
