"""One run of the optimizer at a time, with the strip that shows where it is."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.desktop.notices import NoticeBar
from app.desktop.planning.planning_strip import PlanningStrip
from app.desktop.planning.road_times import RoadTimes
from app.desktop.tasks import Tasks
from app.desktop.widgets.dialogs import file_to_save
from app.documents.atomic_file import write_bytes
from app.domain.board import Board
from app.domain.errors import Cancelled
from app.domain.problem import Failed, Finished, Plan, PlanningMessage, Problem, Progress
from app.planning.run import PlanningRun
from app.services.dispatch import DispatchService
from app.services.planning import PlanningService


class Search(QObject):
    """Whoever wants a plan begins here: the window stays live, and the run can be ended."""

    running_changed = Signal(bool)

    def __init__(
        self,
        planning: PlanningService,
        dispatch: DispatchService,
        road_times: RoadTimes,
        tasks: Tasks,
        notices: NoticeBar,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._planning = planning
        self._dispatch = dispatch
        self._road_times = road_times
        self._tasks = tasks
        self._notices = notices
        self._window = window
        self._run: PlanningRun | None = None
        self._is_running = False
        self._is_discarded = False
        self._is_stopping = False
        self._failed: Failed | None = None
        self.strip = PlanningStrip(window)
        self.strip.stop_chosen.connect(self.stop)
        self.strip.discard_chosen.connect(self.discard)
        self.strip.report_chosen.connect(lambda: tasks.start(self._save_report(), self))

    @property
    def is_running(self) -> bool:
        return self._is_running

    def begin(self, work: Callable[[], Coroutine[Any, Any, None]], origin: object) -> bool:
        """Start work that asks for a plan; False where another search is still under way."""
        if self._is_running:
            return False
        self._is_discarded = self._is_stopping = False
        self._failed = None
        self._set_running(True)
        self._tasks.start(self._guarded(work()), origin)
        return True

    def stop(self) -> None:
        """Keep the best plan so far; before the first one there is, end without any."""
        if not self._is_running:
            return
        self._is_stopping = True
        self._road_times.cancel()
        if self._run is not None:
            self.strip.show_stopping()
            # Cancelling waits a moment for the pipe; the window does not.
            self._tasks.start(self._tasks.run_long(self._run.cancel), self)

    def discard(self) -> None:
        """End the search and leave the board as it is."""
        self._is_discarded = True
        self.stop()

    def kill(self) -> None:
        """At the end of the program."""
        if self._run is not None:
            self._run.kill()

    async def on_roads(self, board: Board) -> Board:
        """The board on times of roads, computed where they are missing. Raises Cancelled."""
        if await self._road_times.prepare(board):
            return await self._tasks.run(self._dispatch.with_roads, board)
        return board

    async def best(self, problem: Problem) -> Plan | None:
        """The best plan that was found; None where there is none, or nobody wants it any more."""
        last = await self._last(problem)
        match last:
            case Finished() if self._is_discarded:
                self._notices.show_info(self.tr("The search was stopped; nothing was changed."))
            case Finished():
                self.strip.hide()
                return last.plan
            case Failed() if self._is_discarded or (self._is_stopping and not last.plan):
                self._notices.show_info(last.message)
            case Failed():
                self._failed = last
                self.strip.show_failure(last)
                return last.plan
        return None

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Cancelled:
            self._notices.show_info(self.tr("Optimizing was stopped; nothing was changed."))
        finally:
            self._run = None
            self._set_running(False)
            # A failure stays until it is closed, or until the next run begins.
            if self._failed is None:
                self.strip.hide()

    async def _last(self, problem: Problem) -> PlanningMessage | None:
        run = self._run = await self._tasks.run_long(self._planning.start, problem)
        messages = run.messages()
        if self._is_stopping:
            # Asked for while the process was being started.
            await self._tasks.run_long(run.cancel)
        last: PlanningMessage | None = None
        while (message := await self._tasks.run_long(next, messages, None)) is not None:
            last = message
            if isinstance(message, Progress):
                self.strip.show_progress(message)
        return last

    def _set_running(self, is_running: bool) -> None:
        self._is_running = is_running
        self.running_changed.emit(is_running)

    async def _save_report(self) -> None:
        if self._failed is None:
            return
        path = await file_to_save(
            self._window,
            self.tr("Save the report"),
            "wayboard-optimizer-report.txt",
            [self.tr("Text (*.txt)")],
        )
        if path is not None:
            text = f"{self._failed.message}\n\n{self._failed.report}\n"
            await self._tasks.run_long(write_bytes, path, text.encode())
