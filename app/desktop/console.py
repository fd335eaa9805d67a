"""Builds the screens of one workspace and joins them; each knows its services, none another."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QAction

from app.config import Settings, load_settings, save_settings
from app.desktop.actions import Act, Menu
from app.desktop.board.board_screen import BoardScreen
from app.desktop.board.board_view import Layout as BoardLayout
from app.desktop.day_changes import DayChanges
from app.desktop.deeds import Deeds
from app.desktop.dock_area import Layout, Pane
from app.desktop.editor import Editor
from app.desktop.exporting import Exporting
from app.desktop.inspector.inspector_screen import InspectorScreen
from app.desktop.inspector.sheet import Deed
from app.desktop.keys_window import KeysWindow
from app.desktop.main_window import MainWindow
from app.desktop.map.map_screen import MapScreen
from app.desktop.opening import Opening
from app.desktop.orders.orders_screen import OrdersScreen
from app.desktop.palette import Palette
from app.desktop.palette_search import PaletteSearch
from app.desktop.paper import Paper
from app.desktop.planning.peace_keeper import PeaceKeeper
from app.desktop.planning.planning_screen import PlanningScreen
from app.desktop.planning.road_times import RoadTimes
from app.desktop.planning.search import Search
from app.desktop.roads.roads_screen import RoadsScreen
from app.desktop.scenarios.scenarios_screen import ScenariosScreen
from app.desktop.selection import Selection
from app.desktop.sweeper import Sweeper
from app.desktop.tasks import Tasks
from app.desktop.theme import Theme, ThemeMode
from app.desktop.welcome.welcome_screen import WelcomeScreen
from app.desktop.windows import Windows
from app.domain.board import Board
from app.domain.errors import DispatchError, StorageUnavailable
from app.domain.ids import OrderId
from app.domain.orders import Order
from app.services.manifests import Part
from app.services.orders import Chip, DaySummary
from app.services.workspace import Workspace

_log = logging.getLogger(__name__)


class Console(QObject):
    """One window on one workspace."""

    restart_wanted = Signal(object)
    """Settings under which everything is to be opened again: another database."""
    day_shown = Signal()
    """The board of the open day is on the screen."""

    def __init__(
        self, workspace: Workspace, settings: QSettings, tasks: Tasks, theme: Theme
    ) -> None:
        super().__init__()
        self._workspace = workspace
        self._tasks = tasks
        self._theme = theme
        self.window = window = MainWindow(settings)
        self.selection = Selection(self)
        self.editor = Editor(workspace.dispatch.apply, tasks, self)
        self.opening = Opening(workspace.orders, workspace.fleet, tasks, workspace.clock, self)
        self.board = BoardScreen(
            workspace.dispatch,
            tasks,
            self.editor,
            self.selection,
            settings=settings,
            clock=workspace.clock,
        )
        self.orders = OrdersScreen(
            workspace.orders,
            workspace.fleet,
            workspace.addresses,
            workspace.imports,
            workspace.promise,
            tasks,
            self.editor,
            self.selection,
            settings,
        )
        self.map = MapScreen(workspace.roads, workspace.orders, tasks, self.editor, self.selection)
        self.inspector = InspectorScreen(workspace.orders, tasks, self.selection)
        self.road_times = RoadTimes(workspace.roads, tasks, self)
        self.scenarios = ScenariosScreen(
            workspace.scenarios,
            workspace.dispatch,
            self.road_times,
            tasks,
            self.editor,
            self.selection,
            window.notices,
        )
        self.roads = RoadsScreen(
            workspace.conditions, tasks, self.editor, window.notices, workspace.clock
        )
        window.set_panes(
            self.orders, self.board, self.map, self.inspector, self.scenarios, self.roads
        )
        self.deeds = Deeds(
            workspace.orders,
            tasks,
            self.editor,
            self.selection,
            self.board,
            self.orders.actions_,
            window,
        )
        self.optimizer = Search(
            workspace.planning, workspace.dispatch, self.road_times, tasks, window.notices, window
        )
        self.planning = PlanningScreen(
            workspace.planning,
            self.optimizer,
            tasks,
            self.editor,
            self.board,
            window.notices,
            window,
        )
        window.add_strip(self.optimizer.strip)
        self.changes = DayChanges(
            workspace,
            tasks,
            self.editor,
            self.selection,
            self.board,
            self.map,
            self.roads,
            self.planning,
            self.optimizer,
            window,
        )
        self.changes.join(self.deeds, self.orders.actions_)
        self.changes.replanning.stability_chosen.connect(
            lambda price: self._on_settings_changed(
                replace(self._settings, replan_stability=str(price))
            )
        )
        self.peace = PeaceKeeper(tasks, self.board, window)
        window.status.insertPermanentWidget(1, self.peace.bar)
        self.windows = Windows(workspace, tasks, self.editor, self.opening, window)
        self.paper = Paper(self.windows, self.board, window.notices, self)
        self.exporting = Exporting(workspace.exports, tasks, window.notices, window)
        self.welcome = WelcomeScreen(workspace, tasks, window)
        window.set_welcome(self.welcome.page)
        self.palette = Palette(window)
        self.search = PaletteSearch(
            self.palette, workspace.orders, tasks, self.selection, lambda: self.board.board
        )
        self.sweeper = Sweeper(
            workspace.sync, tasks, self.editor, not workspace.database.is_sqlite, self
        )
        self._join_day()
        self._join_screens()
        self._join_window()
        self._join_actions()
        self._show_settings(workspace.settings)
        self._show_place()

    # Joining

    def _join_day(self) -> None:
        window, opening = self.window, self.opening
        opening.opened.connect(self._on_opened)
        opening.days_known.connect(self._on_days_known)
        opening.emptiness_known.connect(self._on_emptiness)
        window.days.day_chosen.connect(opening.open_day)
        window.days.calendar_opened.connect(opening.read_days)
        window.depot_chosen.connect(lambda depot: opening.open(opening.day, depot))
        self.board.board_changed.connect(self._on_board)
        self.road_times.known.connect(self.board.reload)
        self.road_times.problem.connect(
            lambda why: window.notices.show_warning(why, topic=self.road_times)
        )
        self.road_times.known.connect(lambda: window.notices.settle(self.road_times))

    def _join_screens(self) -> None:
        window, orders, deeds = self.window, self.orders, self.deeds
        for screen in (self.board, self.map):
            screen.context_requested.connect(self.deeds.menu)
        self.board.order_activated.connect(orders.edit_order)
        self.board.on_hold_requested.connect(self._show_on_hold)
        orders.labels_requested.connect(self.paper.print_labels)
        orders.map_requested.connect(self._show_on_map)
        orders.pin_requested.connect(lambda _order: self._ask_for_place(True))
        orders.pin_ended.connect(lambda: self._ask_for_place(False))
        orders.location_shown.connect(self.map.show_place)
        orders.day_requested.connect(self.opening.open_day)
        orders.noticed.connect(window.notices.show_info)
        self.map.place_clicked.connect(orders.set_pin)
        self.scenarios.overlay_wanted.connect(self.map.set_overlay)
        self.scenarios.overlay_ended.connect(self.map.clear_overlay)
        self.map.overlay_ended.connect(self.scenarios.end_overlay)
        self.inspector.deed_chosen.connect(deeds.do)
        self.inspector.notes_saved.connect(deeds.save_notes)
        self.inspector.edit_chosen.connect(self.board.make_edit)
        deeds.edit_wanted.connect(orders.edit_order)
        deeds.map_wanted.connect(self._show_on_map)
        deeds.print_wanted.connect(self.paper.print_routes)
        self.search.move_chosen.connect(deeds.move)
        self.search.order_chosen.connect(self._go_to_order)
        self.search.day_chosen.connect(self.opening.open_day)
        windows = self.windows
        windows.region_changing.connect(self.map.drop_tiles)
        windows.region_changed.connect(self._on_region_changed)
        windows.settings_changed.connect(self._on_settings_changed)
        windows.tiles_chosen.connect(lambda path: self._tasks.start(self._use_tiles(path), self))
        welcome = self.welcome
        welcome.finished.connect(self.opening.open_day)
        welcome.ready.connect(self._on_welcome_ready)
        welcome.region_wanted.connect(windows.open_regions)
        welcome.fleet_wanted.connect(lambda: windows.open_fleet())
        welcome.fleet_file_wanted.connect(windows.open_fleet_import)
        welcome.orders_wanted.connect(lambda: orders.open_import())
        welcome.restart_wanted.connect(self.restart_wanted)

    def _join_window(self) -> None:
        window, tasks, editor = self.window, self._tasks, self.editor
        tasks.failed.connect(self._on_failed)
        tasks.work_started.connect(window.status.works.follow)
        tasks.storage_lost.connect(self._on_storage_lost)
        tasks.storage_found.connect(self._on_storage_found)
        editor.busy_changed.connect(window.status.set_saving)
        editor.history_cleared.connect(self._on_history_cleared)
        editor.done.connect(self._on_edited)
        editor.stack.indexChanged.connect(self._show_undo)
        self.optimizer.running_changed.connect(window.set_planning)
        self.optimizer.running_changed.connect(self.peace.set_planning)
        self.sweeper.consoles_counted.connect(window.status.set_consoles)
        self._theme.changed.connect(self._on_theme)
        window.optimize_chosen.connect(self.planning.optimize)
        window.files_dropped.connect(self._on_files_dropped)
        window.layout_switched.connect(self._on_layout)

    def _join_actions(self) -> None:
        on, opening, deeds = self.window.acts.on, self.opening, self.deeds
        on(Act.PREVIOUS_DAY, lambda: self.window.days.step(-1))
        on(Act.NEXT_DAY, lambda: self.window.days.step(+1))
        on(Act.TODAY, lambda: opening.open_day(opening.today))
        on(Act.PICK_DAY, self.window.days.open_calendar)
        on(Act.IMPORT, lambda: self.orders.open_import())
        on(Act.EXPORT, lambda: self.exporting.open(self.board.board))
        on(Act.PRINT, lambda: self.paper.print_routes(None))
        on(Act.PRINT_CHANGES, lambda: self.paper.print_routes(None, {Part.CHANGES}))
        on(Act.FLEET, lambda: self.windows.open_fleet())
        on(Act.SETTINGS, self.windows.open_settings)
        on(Act.ABOUT, self.windows.open_about)
        on(Act.UNDO, self.editor.undo)
        on(Act.REDO, self.editor.redo)
        on(Act.PALETTE, lambda: self.palette.open(_each_once(self.every_action())))
        on(Act.FIND, self._find)
        on(Act.NEW_ORDER, self.orders.open_new)
        on(Act.OPTIMIZE, lambda: self.planning.optimize(self._settings.seconds))
        on(Act.STOP, self.optimizer.stop)
        on(Act.SCENARIOS, lambda: self.window.docks.show_pane(Pane.SCENARIOS))
        on(Act.RUN_SCENARIOS, self._run_scenarios)
        self.window.scenario_menu.aboutToShow.connect(self._fill_scenario_menu)
        on(Act.RELEASE_ROUTE, lambda: deeds.do(Deed.RELEASE_ROUTE))
        on(Act.RELEASE_ALL, deeds.release_all)
        on(Act.TAKE_BACK, lambda: deeds.do(Deed.TAKE_BACK))
        on(Act.LOCK_BIN, self.board.toggle_bin_lock)
        on(Act.ROAD_TIMES, self._compute_road_times)
        on(Act.UNASSIGN, lambda: deeds.do(Deed.UNASSIGN))
        on(Act.BEST_FIT, lambda: deeds.do(Deed.BEST_FIT))
        on(Act.SHOW_ON_MAP, lambda: deeds.do(Deed.SHOW_ON_MAP))
        on(Act.BOARD_LAYOUT, self._toggle_board_layout)
        on(Act.FIT_MAP, self.map.fit)
        on(Act.RELOAD, self._reload)
        on(Act.KEYS, lambda: KeysWindow(self.every_action(), self.window).show())

        self.window.menus[Menu.ORDERS].addActions(self.orders.actions_.for_menu)
        self.board.view.addActions(self.orders.actions_.for_board)
        self.orders.actions_.possible_changed.connect(lambda _deeds: self._show_possible())
        self.selection.changed.connect(lambda _origin: self._show_possible())
        self._show_possible()

    def every_action(self) -> list[QAction]:
        """For the palette and the list of keys: the window's, then those of the orders pane."""
        panes = [a for a in self.window.actions() if a.objectName().startswith("focus_")]
        return [*self.window.acts, *panes, *self.orders.actions_.every]

    def _show_possible(self) -> None:
        """What the window can't do with the selection can't be asked for."""
        acts, actions = self.window.acts, self.orders.actions_
        of_route = self.deeds.possible_with_route
        acts[Act.BEST_FIT].setEnabled(actions.assign.isEnabled())
        acts[Act.UNASSIGN].setEnabled(actions.unassign.isEnabled())
        acts[Act.SHOW_ON_MAP].setEnabled(actions.map.isEnabled() or Deed.SHOW_ON_MAP in of_route)
        acts[Act.RELEASE_ROUTE].setEnabled(Deed.RELEASE_ROUTE in of_route)
        acts[Act.TAKE_BACK].setEnabled(Deed.TAKE_BACK in of_route)

    # The day

    def _on_opened(self) -> None:
        opening, window = self.opening, self.window
        window.days.set_day(opening.day, opening.today)
        window.set_depots(opening.depots, opening.depot, opening.zone)
        self.selection.clear(self)
        self.orders.set_zone(opening.zone)
        self.orders.set_day(opening.day, opening.depot)
        self.board.show_day(opening.day, opening.depot, opening.zone)
        self.windows.set_day(opening.day)
        self.sweeper.watch(opening.day)

    def _on_board(self, board: Board) -> None:
        self.orders.set_board(board)
        self.map.set_board(board)
        self.inspector.set_board(board)
        self.windows.set_board(board)
        self.scenarios.set_board(board)
        self.road_times.on_board(board)
        self.day_shown.emit()

    def _on_days_known(self, days: tuple[DaySummary, ...]) -> None:
        self.window.days.set_busy_days(
            {
                each.day: self.tr("{0} orders, {1} unassigned, {2} on hold").format(
                    each.orders, each.unassigned, each.on_hold
                )
                for each in days
            }
        )

    def _on_emptiness(self, is_empty: bool) -> None:
        if is_empty and not self.welcome.is_left:
            self.window.show_welcome(True)
        elif not self.welcome.is_busy:
            self.window.show_welcome(False)

    def _on_welcome_ready(self) -> None:
        self.window.show_welcome(False)
        self._show_place()
        self._tasks.start(self.map.reload_tiles(), self)

    def _reload(self) -> None:
        self.opening.read_days()
        self.orders.set_day(self.opening.day, self.opening.depot)
        self.board.reload()

    # Selection and panes

    def _show_on_map(self, orders: Collection[OrderId]) -> None:
        self.window.docks.show_pane(Pane.MAP)
        self.map.show_orders(orders)

    def _run_scenarios(self) -> None:
        self.window.docks.show_pane(Pane.SCENARIOS)
        self.scenarios.open_run()

    def _fill_scenario_menu(self) -> None:
        self.scenarios.fill_menu(self.window.scenario_menu)
        acts = self.window.acts
        self.window.scenario_menu.addActions([acts[Act.RUN_SCENARIOS], acts[Act.SCENARIOS]])

    def _ask_for_place(self, is_asking: bool) -> None:
        if is_asking:
            self.window.docks.dock(Pane.MAP).show()
        self.map.ask_for_place(is_asking)

    def _show_on_hold(self) -> None:
        self.window.docks.show_pane(Pane.ORDERS)
        self.orders.choose_chip(Chip.ON_HOLD)

    def _find(self) -> None:
        self.window.docks.show_pane(Pane.ORDERS)
        self.orders.focus_search()

    def _go_to_order(self, order: Order) -> None:
        self.opening.open_day(order.day)
        self.selection.select_orders([order.id], self)

    def _toggle_board_layout(self) -> None:
        is_timeline = self.board.view.shown_layout is BoardLayout.TIMELINE
        self.board.view.set_layout(BoardLayout.COLUMNS if is_timeline else BoardLayout.TIMELINE)

    def _on_layout(self, layout: Layout) -> None:
        wanted = BoardLayout.COLUMNS if layout is Layout.LOAD else BoardLayout.TIMELINE
        self.board.view.set_layout(wanted)

    def _on_files_dropped(self, files: list[str]) -> None:
        path = Path(files[0])
        if path.suffix.lower() == ".pbf":
            self.windows.choose_extract(path)
        else:
            self.orders.open_import(path)

    # The state of things

    def _on_failed(self, error: DispatchError, origin: object) -> None:
        # That the database is away says the standing bar already, once and for all.
        if not isinstance(error, StorageUnavailable):
            self.window.notices.show_error(error, self._topic(origin))

    def _on_edited(self, _text: str, origin: object) -> None:
        """An edit that went well answers the refusals before it."""
        for topic in (self._topic(origin), self.editor):
            self.window.notices.settle(topic)

    def _topic(self, origin: object) -> object:
        """What a failure is about: moving orders is one thing, wherever it is done."""
        is_gesture = origin is self.board or origin is self.orders or origin is self.deeds
        return self.deeds if is_gesture else origin

    def _on_storage_lost(self, why: str) -> None:
        self.window.standing.show_text(
            self.tr("Not connected, read-only. {0} It is tried again every few seconds.").format(
                why
            )
        )
        self.window.status.set_away(True)

    def _on_storage_found(self) -> None:
        self.window.standing.clear()
        self.window.status.set_away(False)
        self.window.notices.show_done(self.tr("Connected again."))
        self._reload()

    def _on_history_cleared(self, why: str) -> None:
        self.window.notices.show_warning(
            self.tr("{0} Earlier edits can't be undone any more.").format(why), topic=self.editor
        )

    def _show_undo(self) -> None:
        stack = self.editor.stack
        self.window.set_undo(stack.undoText(), stack.redoText())
        # By now another edit would be undone than the one that a notice told of.
        self.window.notices.withdraw(self.editor.undo)

    def _compute_road_times(self) -> None:
        if self.board.board is not None:
            self.road_times.forget()
            self.road_times.on_board(self.board.board)

    def _on_region_changed(self) -> None:
        self.road_times.forget()
        self._show_place()
        self._tasks.start(self.map.reload_tiles(), self)
        self.board.reload()

    async def _use_tiles(self, path: Path | None) -> None:
        self.map.drop_tiles()
        try:
            await self._tasks.run_long(self._workspace.roads.use_tiles, path)
        finally:
            await self.map.reload_tiles()

    def _on_settings_changed(self, settings: Settings) -> None:
        there = load_settings(settings.data)
        elsewhere = {name: getattr(there, name) for name in ("database_url", "region", "tiles")}
        save_settings(replace(settings, **elsewhere))
        self._show_settings(settings)

    def _show_settings(self, settings: Settings) -> None:
        self._settings = settings
        mode = ThemeMode(settings.theme) if settings.theme in set(ThemeMode) else ThemeMode.SYSTEM
        self._theme.set_mode(mode)
        self.board.set_metric(settings.is_metric)
        self.map.set_metric(settings.is_metric)
        self.inspector.set_metric(settings.is_metric)
        self.planning.is_metric = settings.is_metric
        self.changes.set_units(settings.seconds, is_metric=settings.is_metric)
        self.changes.set_stability(settings.optimize_stability, settings.replan_stability)
        self.peace.is_metric = settings.is_metric
        self.peace.set_enabled(settings.looks_for_improvements)
        self.scenarios.set_metric(settings.is_metric)
        self.scenarios.set_seconds(settings.seconds)

    def _show_place(self) -> None:
        database, roads = self._workspace.database, self._workspace.roads
        where = str(database.file) if database.file is not None else database.name
        self.window.status.set_database(database.name, where)
        region = roads.region
        none = self.tr("Build a region under Settings: times are estimates until then.")
        hint = roads.problem or (region.attribution if region is not None else none)
        name = region.name if region is not None else ""
        self.window.status.set_region(name, hint, roads.problem)

    def _on_theme(self) -> None:
        self.map.on_theme()
        self.inspector.on_theme()


def _each_once(actions: Iterable[QAction]) -> list[QAction]:
    """Without those of a pane that the window has under the same words."""
    return list({action.text(): action for action in reversed(list(actions))}.values())[::-1]
