"""Plans the rest of the day anew: searches, shows the effect, and makes it one edit if wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.desktop.board.board_screen import BoardScreen
from app.desktop.editor import Editor
from app.desktop.notices import NoticeBar
from app.desktop.planning.effect_dialog import EffectDialog, effect_tables
from app.desktop.planning.replan_texts import headline, is_outdated, mode_name, warnings
from app.desktop.planning.search import Search
from app.desktop.scenarios.scenario_texts import Words
from app.desktop.selection import Selection
from app.desktop.tasks import Tasks
from app.desktop.widgets.editing import until_idle
from app.desktop.widgets.stability_box import stability_text
from app.domain.board import Board
from app.domain.edits import Changes
from app.domain.effect import Effect
from app.domain.errors import ConflictError
from app.domain.ids import OrderId, RouteId
from app.domain.problem import Plan
from app.domain.replan import ReplanMode, done_stops, frozen_stops
from app.domain.stability import BEST_COST, Stability
from app.services.planning import PlanningService


class ReplanScreen(QObject):
    """One effect is shown at a time; until it is applied the day is as it was."""

    overlay_wanted = Signal(object, object, str)
    """Two Boards to lay over each other on the map, and what they are."""
    overlay_ended = Signal()
    stability_chosen = Signal(object)
    """The Stability that is to hold from now on."""

    def __init__(
        self,
        planning: PlanningService,
        search: Search,
        tasks: Tasks,
        editor: Editor,
        board: BoardScreen,
        selection: Selection,
        notices: NoticeBar,
        clock: Callable[[], datetime],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._planning = planning
        self._search = search
        self._tasks = tasks
        self._editor = editor
        self._board = board
        self._selection = selection
        self._notices = notices
        self._clock = clock
        self._window = window
        self._dialog: EffectDialog | None = None
        self._effect: Effect | None = None
        self.is_metric = True
        self.seconds = 10.0
        self.stability = BEST_COST
        board.board_changed.connect(self._on_board)

    @property
    def dialog(self) -> EffectDialog | None:
        """What is shown, until somebody decides on it."""
        return self._dialog

    def replan(self, mode: ReplanMode) -> None:
        """Everything from now on, as the mode allows."""
        text = self.tr("Re-plan: {0}").format(mode_name(mode))
        self._begin(mode, text)

    def spread(self, route: RouteId) -> None:
        """The van or the driver of a route is gone: its stops go to the others."""
        board = self._board.board
        if board is not None:
            name = board.route(route).route.shift.name
            text = self.tr("Spread the stops of {0}").format(name)
            self._begin(ReplanMode.UNASSIGNED_ONLY, text, lost=(route,), only=())

    def insert(self, orders: Collection[OrderId]) -> None:
        """Urgent orders, and nothing else."""
        board = self._board.board
        known = [each for each in board.unassigned if each.id in orders] if board else []
        if not known:
            self._notices.show_info(self.tr("Choose an order that is on no route yet."))
            return
        if len(known) == 1:
            text = self.tr("Insert {0}").format(known[0].reference)
        else:
            text = self.tr("Insert {0} orders").format(len(known))
        self._begin(ReplanMode.UNASSIGNED_ONLY, text, only=tuple(each.id for each in known))

    def _begin(
        self,
        mode: ReplanMode,
        text: str,
        lost: Collection[RouteId] = (),
        only: Collection[OrderId] | None = None,
    ) -> None:
        if self._dialog is not None:
            self._dialog.reject()
        if not self._search.begin(lambda: self._replan(mode, text, lost, only), self):
            self._notices.show_info(self.tr("A search is under way. Stop it first."))

    async def _replan(
        self,
        mode: ReplanMode,
        text: str,
        lost: Collection[RouteId],
        only: Collection[OrderId] | None,
    ) -> None:
        await until_idle(self._editor)
        board = self._board.board
        if board is None:
            return
        self._search.strip.show_start(self.seconds, board.cost, _currency(board))
        board = await self._search.on_roads(board)
        now = self._clock()
        asked = await self._tasks.run_long(
            self._planning.replan,
            board,
            mode,
            now,
            lost=lost,
            only=only,
            seconds=self.seconds,
            stability=self.stability,
        )
        plan = await self._search.best(asked.problem)
        if plan is None:
            return
        effect = await self._tasks.run_long(self._planning.effect, board, asked, plan)
        self._notices.settle(self)
        if effect.is_empty:
            self._notices.show_answer(self._why_nothing(mode, text, effect, plan))
            return
        frozen = {
            each.id: (done_stops if each.id in lost else frozen_stops)(each, now)
            for each in board.routes
        }
        dialog = await self._made(text, effect, plan, frozen)
        if mode is not ReplanMode.UNASSIGNED_ONLY:
            dialog.offer(self.stability, _currency(board))
            dialog.stability_chosen.connect(
                lambda stability: self._again(stability, mode, text, lost, only)
            )
        await self._show(dialog, text, effect)

    def _why_nothing(self, mode: ReplanMode, text: str, effect: Effect, plan: Plan) -> str:
        said = self.tr("{0}: nothing better was found, nothing was changed.").format(text)
        parts = [said, warnings(effect, plan)]
        if mode is not ReplanMode.UNASSIGNED_ONLY and not self.stability.is_free:
            price = stability_text(self.stability, _currency(effect.before))
            parts.append(self.tr("Stability is at “{0}”; Settings change it.").format(price))
        return " ".join(part for part in parts if part)

    # The effect

    def _again(
        self,
        stability: Stability,
        mode: ReplanMode,
        text: str,
        lost: Collection[RouteId],
        only: Collection[OrderId] | None,
    ) -> None:
        """The same with another price for what moves; the old effect is nobody's wish any more."""
        self.stability = stability
        self.stability_chosen.emit(stability)
        dialog = self._dialog
        if dialog is not None:
            self._leave()
            dialog.dismiss()
        self._begin(mode, text, lost, only)

    async def _made(
        self, text: str, effect: Effect, plan: Plan, frozen: dict[RouteId, int]
    ) -> EffectDialog:
        board = effect.before
        words = Words(ZoneInfo(board.time_zone), _currency(board), is_metric=self.is_metric)
        tables = await self._tasks.run_long(effect_tables, effect, words)
        why = warnings(effect, plan)
        return EffectDialog(text, effect, tables, why, frozen, words, self._window)

    async def _show(self, dialog: EffectDialog, text: str, effect: Effect) -> None:
        await asyncio.sleep(0)
        dialog.ensurePolished()
        await asyncio.sleep(0)
        dialog.applied.connect(lambda: self._on_applied(text, effect))
        dialog.discarded.connect(self._on_discarded)
        dialog.orders_chosen.connect(lambda orders: self._selection.select_orders(orders, self))
        self._dialog, self._effect = dialog, effect
        dialog.show()
        shown = self._board.board
        if shown is not None:
            self._on_board(shown)
        steps = (
            dialog.show_stops,
            dialog.show_routes,
            lambda: self.overlay_wanted.emit(effect.before, effect.after, text),
        )
        for step in steps:
            await asyncio.sleep(0)
            if self._dialog is not dialog:
                return
            step()
        # The search ends with this, which paints the window anew: in a turn of its own.
        await asyncio.sleep(0)

    def _on_board(self, board: Board) -> None:
        if self._dialog is None or self._effect is None:
            return
        if board.day != self._effect.before.day:
            self._dialog.reject()
        elif is_outdated(self._effect, board):
            self._dialog.show_outdated()

    def _on_discarded(self) -> None:
        self._leave()
        self._notices.show_info(self.tr("Discarded; the day is as it was."))

    def _on_applied(self, text: str, effect: Effect) -> None:
        self._leave()
        self._tasks.start(self._apply(text, effect), self)

    def _leave(self) -> None:
        self._dialog = self._effect = None
        self.overlay_ended.emit()

    async def _apply(self, text: str, effect: Effect) -> None:
        await until_idle(self._editor)
        try:
            await self._editor.apply(effect.edit, text, self)
        except ConflictError as error:
            raise ConflictError(
                self.tr("{0} Re-plan the day as it is now.").format(error)
            ) from error
        await self._tasks.run(self._planning.keep_roads, effect.before)
        self._tasks.publish(Changes(days=frozenset({effect.before.day})), self)
        self._notices.show_done(f"{text}. {headline(effect)}", self.tr("Undo"), self._editor.undo)


def _currency(board: Board) -> str:
    return board.routes[0].route.shift.depot.currency if board.routes else ""
