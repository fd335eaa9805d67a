"""The table of the window's actions: each with its words, its key and its place in the menus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.desktop.theme import icon


class Menu(StrEnum):
    DAY = "&Day"
    EDIT = "&Edit"
    PLAN = "&Plan"
    ORDERS = "&Orders"
    VIEW = "&View"
    HELP = "&Help"


class Act(StrEnum):
    """The window's actions; orders and board have more of their own, for their panes."""

    PREVIOUS_DAY = "previous_day"
    NEXT_DAY = "next_day"
    TODAY = "today"
    PICK_DAY = "pick_day"
    IMPORT = "import"
    EXPORT = "export"
    PRINT = "print"
    PRINT_CHANGES = "print_changes"
    FLEET = "fleet"
    SETTINGS = "settings"
    QUIT = "quit"
    UNDO = "undo"
    REDO = "redo"
    PALETTE = "palette"
    FIND = "find"
    NEW_ORDER = "new_order"
    OPTIMIZE = "optimize"
    STOP = "stop"
    REPLAN_UNASSIGNED = "replan_unassigned"
    REPLAN_DRIVERS = "replan_drivers"
    REPLAN_TIMES = "replan_times"
    REPLAN_EVERYTHING = "replan_everything"
    SCENARIOS = "scenarios"
    RUN_SCENARIOS = "run_scenarios"
    RELEASE_ROUTE = "release_route"
    RELEASE_ALL = "release_all"
    TAKE_BACK = "take_back"
    LOCK_BIN = "lock_bin"
    ROADS = "roads"
    CLOSE_ROADS = "close_roads"
    ROAD_TIMES = "road_times"
    UNASSIGN = "unassign"
    BEST_FIT = "best_fit"
    SHOW_ON_MAP = "show_on_map"
    LAYOUT_PLAN = "layout_plan"
    LAYOUT_LOAD = "layout_load"
    LAYOUT_LIVE = "layout_live"
    RESET_LAYOUT = "reset_layout"
    FULL_SCREEN = "full_screen"
    BOARD_LAYOUT = "board_layout"
    FIT_MAP = "fit_map"
    RELOAD = "reload"
    KEYS = "keys"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class _Spec:
    act: Act
    menu: Menu
    text: str
    keys: tuple[str, ...] = ()
    glyph: str = ""
    ends_group: bool = False
    """A line follows in the menu."""


_TABLE = (
    _Spec(Act.PREVIOUS_DAY, Menu.DAY, "Previous day", ("Ctrl+PgUp",), "chevron-left"),
    _Spec(Act.NEXT_DAY, Menu.DAY, "Next day", ("Ctrl+PgDown",), "chevron-right"),
    _Spec(Act.TODAY, Menu.DAY, "Today", ("Ctrl+T",), "calendar-today"),
    _Spec(Act.PICK_DAY, Menu.DAY, "Go to day…", ("Ctrl+G",), "calendar", True),
    _Spec(Act.IMPORT, Menu.DAY, "Import orders…", ("Ctrl+I",), "file-import-outline"),
    _Spec(Act.EXPORT, Menu.DAY, "Export day…", ("Ctrl+E",), "file-export-outline"),
    _Spec(Act.PRINT, Menu.DAY, "Print…", ("Ctrl+P",), "printer-outline"),
    _Spec(
        Act.PRINT_CHANGES, Menu.DAY, "Print changes only…", ("Ctrl+Shift+P",), "file-compare", True
    ),
    _Spec(Act.FLEET, Menu.DAY, "Fleet and shifts…", ("Ctrl+Shift+F",), "truck-outline"),
    _Spec(Act.SETTINGS, Menu.DAY, "Settings…", ("Ctrl+,",), "cog-outline", True),
    _Spec(Act.QUIT, Menu.DAY, "Quit", ("Ctrl+Q",), "exit-to-app"),
    _Spec(Act.UNDO, Menu.EDIT, "Undo", ("Ctrl+Z",), "undo"),
    _Spec(Act.REDO, Menu.EDIT, "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", True),
    _Spec(Act.PALETTE, Menu.EDIT, "Command or move…", ("Ctrl+K",), "keyboard-outline"),
    _Spec(Act.FIND, Menu.EDIT, "Find orders", ("Ctrl+F",), "magnify"),
    _Spec(Act.OPTIMIZE, Menu.PLAN, "Optimize", ("F9",), "auto-fix"),
    _Spec(Act.STOP, Menu.PLAN, "Stop and keep the best plan", ("Shift+F9",), "stop", True),
    _Spec(
        Act.REPLAN_UNASSIGNED,
        Menu.PLAN,
        "Re-plan from now: only the unassigned…",
        ("F10",),
        "calendar-refresh",
    ),
    _Spec(Act.REPLAN_DRIVERS, Menu.PLAN, "Re-plan from now: keep drivers, reorder…"),
    _Spec(Act.REPLAN_TIMES, Menu.PLAN, "Re-plan from now: keep promised times…"),
    _Spec(
        Act.REPLAN_EVERYTHING,
        Menu.PLAN,
        "Re-plan from now: everything open…",
        ("Shift+F10",),
        "",
        True,
    ),
    _Spec(Act.SCENARIOS, Menu.PLAN, "Scenarios", ("Ctrl+Shift+S",), "layers-outline"),
    _Spec(Act.RUN_SCENARIOS, Menu.PLAN, "Run scenarios…", ("Ctrl+F9",), "play", True),
    _Spec(Act.RELEASE_ROUTE, Menu.PLAN, "Release the selected route", ("Ctrl+R",), "truck-check"),
    _Spec(Act.RELEASE_ALL, Menu.PLAN, "Release all routes", ("Ctrl+Shift+R",), "truck-fast"),
    _Spec(
        Act.TAKE_BACK, Menu.PLAN, "Take the selected route back", ("Ctrl+B",), "truck-remove", True
    ),
    _Spec(Act.LOCK_BIN, Menu.PLAN, "Lock or unlock unassigned orders", ("Ctrl+L",), "lock-outline"),
    _Spec(Act.ROADS, Menu.PLAN, "Road conditions", ("Ctrl+Shift+O",), "sign-caution"),
    _Spec(Act.CLOSE_ROADS, Menu.PLAN, "Close roads: draw on the map…", (), "boom-gate"),
    _Spec(Act.ROAD_TIMES, Menu.PLAN, "Compute road times", (), "road-variant"),
    _Spec(Act.NEW_ORDER, Menu.ORDERS, "New order…", ("Ctrl+N",), "plus", True),
    _Spec(Act.BEST_FIT, Menu.ORDERS, "Assign where it fits best", ("Ctrl+Return",), "auto-fix"),
    _Spec(Act.UNASSIGN, Menu.ORDERS, "Unassign", ("Ctrl+U",), "truck-minus-outline"),
    _Spec(Act.SHOW_ON_MAP, Menu.ORDERS, "Show on map", ("Ctrl+M",), "map-marker-outline", True),
    _Spec(Act.LAYOUT_PLAN, Menu.VIEW, "Layout Plan", ("Ctrl+1",), "view-dashboard-outline"),
    _Spec(Act.LAYOUT_LOAD, Menu.VIEW, "Layout Load", ("Ctrl+2",), "view-column-outline"),
    _Spec(Act.LAYOUT_LIVE, Menu.VIEW, "Layout Live", ("Ctrl+3",), "map-outline"),
    _Spec(Act.RESET_LAYOUT, Menu.VIEW, "Reset layout", ("Ctrl+0",), "restore", True),
    _Spec(
        Act.BOARD_LAYOUT,
        Menu.VIEW,
        "Board as timeline or columns",
        ("Ctrl+Shift+B",),
        "view-week-outline",
    ),
    _Spec(Act.FIT_MAP, Menu.VIEW, "Show the whole day on the map", ("Ctrl+Home",), "fit-to-screen"),
    _Spec(Act.FULL_SCREEN, Menu.VIEW, "Full screen", ("F11",), "fullscreen"),
    _Spec(Act.RELOAD, Menu.VIEW, "Read the day again", ("F5",), "refresh", True),
    _Spec(Act.KEYS, Menu.HELP, "Keys", ("F1",), "keyboard"),
    _Spec(Act.ABOUT, Menu.HELP, "About Wayboard", (), "information-outline"),
)
_CHECKABLE = frozenset({Act.LAYOUT_PLAN, Act.LAYOUT_LOAD, Act.LAYOUT_LIVE})


class Actions:
    """The actions of one window; `on` says what each does."""

    def __init__(self, window: QWidget) -> None:
        self._actions: dict[Act, QAction] = {}
        for spec in _TABLE:
            action = QAction(tr(spec.text), window)
            action.setObjectName(spec.act.value)
            action.setShortcuts([QKeySequence(key) for key in spec.keys])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setCheckable(spec.act in _CHECKABLE)
            if spec.glyph:
                action.setIcon(icon(spec.glyph))
            window.addAction(action)
            self._actions[spec.act] = action

    def __getitem__(self, act: Act) -> QAction:
        return self._actions[act]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def on(self, act: Act, slot: Callable[[], object]) -> None:
        self._actions[act].triggered.connect(lambda _checked=False: slot())

    def fill(self, bar: QMenuBar) -> dict[Menu, QMenu]:
        """Put the actions into the menus; gives these back for what else belongs there."""
        menus = {menu: bar.addMenu(tr(menu.value)) for menu in Menu}
        for spec in _TABLE:
            menus[spec.menu].addAction(self._actions[spec.act])
            if spec.ends_group:
                menus[spec.menu].addSeparator()
        return menus


def tr(text: str) -> str:
    return QCoreApplication.translate("actions", text)
