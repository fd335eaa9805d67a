"""What changes a day that is planned: its rest planned anew, and roads that are closed or slow."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from app.desktop.actions import Act
from app.desktop.board.board_screen import BoardScreen
from app.desktop.deeds import Deeds
from app.desktop.dock_area import Pane
from app.desktop.editor import Editor
from app.desktop.main_window import MainWindow
from app.desktop.map.map_screen import MapScreen
from app.desktop.orders.order_actions import OrderActions
from app.desktop.planning.planning_screen import PlanningScreen
from app.desktop.planning.replan_screen import ReplanScreen
from app.desktop.planning.replan_texts import mode_hint
from app.desktop.planning.search import Search
from app.desktop.planning.stale_strip import StaleStrip
from app.desktop.roads.roads_screen import RoadsScreen
from app.desktop.selection import Selection
from app.desktop.tasks import Tasks
from app.desktop.widgets.stability_box import saved
from app.domain.board import Board
from app.domain.conditions import ConditionKind
from app.domain.edits import Changes
from app.domain.replan import ReplanMode
from app.domain.routes import RouteStatus
from app.services.workspace import Workspace

_MODES = {
    Act.REPLAN_UNASSIGNED: ReplanMode.UNASSIGNED_ONLY,
    Act.REPLAN_DRIVERS: ReplanMode.KEEP_DRIVERS,
    Act.REPLAN_TIMES: ReplanMode.KEEP_TIMES,
    Act.REPLAN_EVERYTHING: ReplanMode.EVERYTHING,
}


class DayChanges(QObject):
    """Joins re-planning and the roads with the screens that show what they do."""

    def __init__(
        self,
        workspace: Workspace,
        tasks: Tasks,
        editor: Editor,
        selection: Selection,
        board: BoardScreen,
        map_screen: MapScreen,
        roads: RoadsScreen,
        planning: PlanningScreen,
        search: Search,
        window: MainWindow,
    ) -> None:
        super().__init__(window)
        self._planning_service = workspace.planning
        self._tasks = tasks
        self._board = board
        self._planning = planning
        self._search = search
        self._selection = selection
        self._roads = roads
        self.seconds = 10.0
        self.replanning = ReplanScreen(
            workspace.planning,
            search,
            tasks,
            editor,
            board,
            selection,
            window.notices,
            workspace.clock,
            window,
        )
        self.stale = StaleStrip(window)
        window.add_strip(self.stale)
        self.stale.again_chosen.connect(self._plan_again)
        self.stale.keep_chosen.connect(self._keep)
        board.board_changed.connect(self._on_board)
        search.running_changed.connect(lambda _is_running: self._show_stale())
        self.replanning.overlay_wanted.connect(map_screen.set_overlay)
        self.replanning.overlay_ended.connect(map_screen.clear_overlay)
        roads.areas_changed.connect(map_screen.set_areas)
        roads.area_shown.connect(map_screen.show_area)
        roads.drawing_wanted.connect(lambda: window.docks.dock(Pane.MAP).show())
        roads.drawing_wanted.connect(map_screen.draw_area)
        map_screen.area_drawn.connect(roads.take_area)
        map_screen.drawing_ended.connect(roads.stop_drawing)
        for act, mode in _MODES.items():
            window.acts.on(act, partial(self.replanning.replan, mode))
            window.acts[act].setToolTip(mode_hint(mode))
        window.acts.on(Act.ROADS, lambda: window.docks.show_pane(Pane.ROADS))
        window.acts.on(Act.CLOSE_ROADS, lambda: roads.new(ConditionKind.CLOSURE))

    def join(self, deeds: Deeds, actions: OrderActions) -> None:
        """What is asked for in the menus of a route and of orders."""
        deeds.spread_wanted.connect(self.replanning.spread)
        actions.insert_chosen.connect(lambda: self.replanning.insert(self._selection.orders))

    def set_units(self, seconds: float, *, is_metric: bool) -> None:
        """How long to search, and in what to measure."""
        self.seconds = self.replanning.seconds = seconds
        self.replanning.is_metric = is_metric

    def set_stability(self, optimizing: str, replanning: str) -> None:
        """What the settings say that moving orders costs."""
        self._planning.stability = saved(optimizing)
        self.replanning.stability = saved(replanning)

    def _on_board(self, board: Board) -> None:
        self._roads.set_board(board)
        self._show_stale()

    def _show_stale(self) -> None:
        board = self._board.board
        if board is None or self._search.is_running or not board.is_planned_on_other_roads:
            self.stale.hide()
            return
        tables = [each.timetable for each in board.routes]
        # While the new times are computed there are only estimates to go by.
        is_known = not any(table.is_estimated for table in tables)
        late = sum(1 for table in tables for stop in table.stops if stop.lateness)
        self.stale.show_stale(late if is_known else 0, is_under_way=_is_under_way(board))

    def _plan_again(self) -> None:
        board = self._board.board
        if board is not None and _is_under_way(board):
            self.replanning.replan(ReplanMode.EVERYTHING)
        else:
            self._planning.optimize(self.seconds)

    def _keep(self) -> None:
        if self._board.board is not None:
            self._tasks.start(self._keep_roads(self._board.board), self)

    async def _keep_roads(self, board: Board) -> None:
        await self._tasks.run(self._planning_service.keep_roads, board)
        self._tasks.publish(Changes(days=frozenset({board.day})), self)


def _is_under_way(board: Board) -> bool:
    return any(each.route.status is RouteStatus.RELEASED for each in board.routes)
