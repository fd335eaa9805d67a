"""Runs the optimizer for the board that is shown, and makes its plan one edit."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.desktop.board.board_screen import BoardScreen
from app.desktop.editor import Editor
from app.desktop.notices import NoticeBar
from app.desktop.planning.planning_strip import PlanningStrip
from app.desktop.planning.road_times import RoadTimes
from app.desktop.tasks import Tasks
from app.desktop.widgets.dialogs import file_to_save
from app.desktop.widgets.editing import until_idle
from app.desktop.widgets.formats import count_text
from app.desktop.widgets.measures import distance_text, money_text
from app.documents.atomic_file import write_bytes
from app.domain.board import Board
from app.domain.edits import Changes
from app.domain.errors import Cancelled, ConflictError
from app.domain.problem import Failed, Finished, Plan, PlanningMessage, Problem, Progress
from app.planning.run import PlanningRun
from app.services.dispatch import DispatchService
from app.services.planning import PlanningService, PlanSummary, summary


class PlanningScreen(QObject):
    """One run at a time; the window stays live, and a plan that no longer fits is refused."""

    running_changed = Signal(bool)

    def __init__(
        self,
        planning: PlanningService,
        dispatch: DispatchService,
        road_times: RoadTimes,
        tasks: Tasks,
        editor: Editor,
        board: BoardScreen,
        notices: NoticeBar,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._planning = planning
        self._dispatch = dispatch
        self._road_times = road_times
        self._tasks = tasks
        self._editor = editor
        self._board = board
        self._notices = notices
        self._window = window
        self._run: PlanningRun | None = None
        self._is_running = False
        self._is_discarded = False
        self._is_stopping = False
        self._failed: Failed | None = None
        self.is_metric = True
        self.strip = PlanningStrip(window)
        self.strip.stop_chosen.connect(self.stop)
        self.strip.discard_chosen.connect(self.discard)
        self.strip.report_chosen.connect(lambda: tasks.start(self._save_report(), self))

    @property
    def is_running(self) -> bool:
        return self._is_running

    def optimize(self, seconds: float) -> None:
        if not self._is_running:
            self._is_discarded = self._is_stopping = False
            self._failed = None
            self._set_running(True)
            self._tasks.start(self._optimize(seconds), self)

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

    def _set_running(self, is_running: bool) -> None:
        self._is_running = is_running
        self.running_changed.emit(is_running)

    async def _optimize(self, seconds: float) -> None:
        try:
            await until_idle(self._editor)
            board = self._board.board
            if board is None:
                return
            self.strip.show_start(seconds, board.cost, _currency(board))
            if await self._road_times.prepare(board):
                board = await self._tasks.run(self._dispatch.with_roads, board)
            problem = await self._tasks.run_long(self._planning.problem, board, seconds)
            last = await self._search(problem)
            match last:
                case Finished() if self._is_discarded:
                    self._notices.show_info(self.tr("The search was stopped; nothing was changed."))
                case Finished():
                    self.strip.hide()
                    await self._take(board, last.plan)
                case Failed() if self._is_discarded or (self._is_stopping and not last.plan):
                    self._notices.show_info(last.message)
                case Failed():
                    self._failed = last
                    self.strip.show_failure(last)
                    if last.plan is not None:
                        await self._take(board, last.plan)
        except Cancelled:
            self._notices.show_info(self.tr("Optimizing was stopped; nothing was changed."))
        finally:
            self._run = None
            self._set_running(False)
            # A failure stays until it is closed, or until the next run begins.
            if self._failed is None:
                self.strip.hide()

    async def _search(self, problem: Problem) -> PlanningMessage | None:
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

    async def _take(self, board: Board, plan: Plan) -> None:
        """Make the plan one edit, and say what it changed, with Undo at hand."""
        before = summary(board)
        edit = self._planning.edit(board, plan)
        await until_idle(self._editor)
        if edit.stops:
            try:
                await self._editor.apply(edit, self.tr("Optimize"), self)
            except ConflictError as error:
                raise ConflictError(
                    self.tr("{0} Optimize again to plan the day as it is now.").format(error)
                ) from error
        await self._tasks.run(self._planning.remember_reasons, plan)
        await self._tasks.run(self._planning.keep_roads, board)
        left = frozenset(each.order for each in plan.unassigned)
        self._tasks.publish(Changes(orders=left, days=frozenset({board.day})), self)
        self._notices.settle(self)
        if not edit.stops:
            self._notices.show_info(
                self.tr("No better plan was found in {0} s; nothing was changed.").format(
                    f"{plan.seconds:.0f}"
                )
            )
            return
        shown = self._board.board
        after = summary(shown) if shown is not None and shown.day == board.day else None
        self._notices.show_done(
            self._words(before, after, plan, _currency(board)),
            self.tr("Undo"),
            self._editor.undo,
        )

    def _words(
        self, before: PlanSummary, after: PlanSummary | None, plan: Plan, currency: str
    ) -> str:
        if after is None:
            return self.tr("The day was optimized.")
        figures = (
            (
                self.tr("unassigned"),
                count_text(before.unassigned),
                count_text(after.unassigned),
            ),
            (
                self.tr("cost"),
                money_text(before.cost, currency),
                money_text(after.cost, currency),
            ),
            (
                self.tr("distance"),
                distance_text(before.distance_m, is_metric=self.is_metric),
                distance_text(after.distance_m, is_metric=self.is_metric),
            ),
            (self.tr("routes"), count_text(before.routes), count_text(after.routes)),
            (
                self.tr("broken rules"),
                count_text(before.violations),
                count_text(after.violations),
            ),
        )
        changed = [f"{name} {was} → {now}" for name, was, now in figures if was != now]
        seconds = self.tr("Optimized in {0} s").format(f"{plan.seconds:.0f}")
        return f"{seconds}: {', '.join(changed)}" if changed else seconds

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


def _currency(board: Board) -> str:
    return board.routes[0].route.shift.depot.currency if board.routes else ""
