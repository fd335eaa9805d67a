"""Runs the optimizer for the board that is shown, and makes its plan one edit."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.desktop.board.board_screen import BoardScreen
from app.desktop.editor import Editor
from app.desktop.notices import NoticeBar
from app.desktop.planning.search import Search
from app.desktop.tasks import Tasks
from app.desktop.widgets.editing import until_idle
from app.desktop.widgets.formats import count_text
from app.desktop.widgets.measures import distance_text, money_text
from app.domain.board import Board
from app.domain.edits import Changes
from app.domain.errors import ConflictError
from app.domain.problem import Plan
from app.domain.stability import BEST_COST
from app.services.planning import PlanningService, PlanSummary, summary


class PlanningScreen(QObject):
    """The window stays live, and a plan that no longer fits is refused."""

    def __init__(
        self,
        planning: PlanningService,
        search: Search,
        tasks: Tasks,
        editor: Editor,
        board: BoardScreen,
        notices: NoticeBar,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._planning = planning
        self._search = search
        self._tasks = tasks
        self._editor = editor
        self._board = board
        self._notices = notices
        self.is_metric = True
        self.stability = BEST_COST

    def optimize(self, seconds: float) -> None:
        self._search.begin(lambda: self._optimize(seconds), self)

    async def _optimize(self, seconds: float) -> None:
        await until_idle(self._editor)
        board = self._board.board
        if board is None:
            return
        self._search.strip.show_start(seconds, board.cost, _currency(board))
        board = await self._search.on_roads(board)
        problem = await self._tasks.run_long(
            self._planning.problem, board, seconds, stability=self.stability
        )
        plan = await self._search.best(problem)
        if plan is not None:
            await self._take(board, plan)

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
        else:
            await self._tasks.run(self._planning.remember_reasons, plan)
        await self._tasks.run(self._planning.keep_roads, board)
        left = frozenset(each.order for each in plan.unassigned)
        self._tasks.publish(Changes(orders=left, days=frozenset({board.day})), self)
        self._notices.settle(self)
        if not edit.stops:
            self._notices.show_answer(
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
            (
                self.tr("wishes missed"),
                count_text(before.missed_wishes),
                count_text(after.missed_wishes),
            ),
        )
        changed = [f"{name} {was} → {now}" for name, was, now in figures if was != now]
        how = self.tr("Optimized in {0} s by {1}").format(f"{plan.seconds:.0f}", plan.engine)
        if plan.trajectory:
            # Late in its time tells that more of it may find more.
            found_s = f"{plan.trajectory[-1][0]:.0f}"
            how = self.tr("{0}, the best found after {1} s").format(how, found_s)
        return f"{how}: {', '.join(changed)}" if changed else how


def _currency(board: Board) -> str:
    return board.routes[0].route.shift.depot.currency if board.routes else ""
