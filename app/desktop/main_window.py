"""The frame: toolbar, menus, panes, status bar; no rule, no query."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.actions import Act, Actions, Menu
from app.desktop.dock_area import DockArea, Layout, Pane, pane_titles
from app.desktop.notices import NoticeBar, StandingBar
from app.desktop.status_bar import StatusBar
from app.desktop.theme import icon
from app.desktop.widgets.day_picker import DayPicker
from app.domain.fleet import Depot
from app.domain.ids import DepotId

_SECONDS = (5, 10, 30, 60, 180, 600)
_REPLANNING = (
    Act.REPLAN_UNASSIGNED,
    Act.REPLAN_DRIVERS,
    Act.REPLAN_TIMES,
    Act.REPLAN_EVERYTHING,
)
_LAYOUT_ACTS = {
    Layout.PLAN: Act.LAYOUT_PLAN,
    Layout.LOAD: Act.LAYOUT_LOAD,
    Layout.LIVE: Act.LAYOUT_LIVE,
}


class MainWindow(QMainWindow):
    """Holds what it is given; what is asked for goes out as signals and actions."""

    depot_chosen = Signal(object)
    """A DepotId, or None for all."""
    optimize_chosen = Signal(float)
    files_dropped = Signal(list)
    close_asked = Signal()
    """The window waits: work must end before it may go. `leave` then closes it."""
    layout_switched = Signal(object)

    def __init__(self, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("main_window")
        self.setWindowTitle("Wayboard")
        self.setAcceptDrops(True)
        self._settings = settings
        self._may_close = False
        self.acts = Actions(self)
        self.notices = NoticeBar(self)
        self.standing = StandingBar(self)
        self.status = StatusBar(self.notices, self)
        self.setStatusBar(self.status)
        self.days = DayPicker(self)
        self.docks = DockArea(settings, self)
        # A logout or a power cut leaves no time for it.
        self.docks.arranged.connect(self._save_arrangement)
        self._strips = QVBoxLayout()
        self._strips.setContentsMargins(0, 0, 0, 0)
        self._strips.setSpacing(0)
        self._strips.addWidget(self.standing)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.docks)
        body = QWidget(self)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._strips)
        layout.addWidget(self._pages, 1)
        self.setCentralWidget(body)
        self._make_toolbar()
        self.menus = self.acts.fill(self.menuBar())
        self._connect()

    def set_panes(
        self,
        orders: QWidget,
        board: QWidget,
        map_pane: QWidget,
        inspector: QWidget,
        scenarios: QWidget,
        roads: QWidget,
    ) -> None:
        """Once, before the window is shown."""
        titles = pane_titles(self.tr)
        widgets = {
            Pane.ORDERS: orders,
            Pane.MAP: map_pane,
            Pane.INSPECTOR: inspector,
            Pane.BOARD: board,
            Pane.SCENARIOS: scenarios,
            Pane.ROADS: roads,
        }
        view = self.menus[Menu.VIEW]
        view.addSeparator()
        for number, (pane, widget) in enumerate(widgets.items(), start=1):
            dock = self.docks.add(pane, titles[pane], widget)
            view.addAction(dock.toggleViewAction())
            focus = QAction(self.tr("Go to {0}").format(titles[pane]), self)
            focus.setObjectName(f"focus_{pane.value}")
            focus.setShortcut(QKeySequence(f"Alt+{number}"))
            focus.triggered.connect(lambda _checked=False, pane=pane: self.docks.show_pane(pane))
            self.addAction(focus)

    def add_strip(self, strip: QWidget) -> None:
        """A line below the toolbar, shown while it has something to say."""
        self._strips.addWidget(strip)

    def set_welcome(self, page: QWidget) -> None:
        self._pages.addWidget(page)

    def show_welcome(self, is_welcome: bool) -> None:
        """The page for an empty database, or the panes."""
        self._pages.setCurrentIndex(1 if is_welcome and self._pages.count() > 1 else 0)

    @property
    def is_welcoming(self) -> bool:
        return self._pages.currentIndex() == 1

    def set_depots(self, depots: Sequence[Depot], chosen: DepotId | None, zone: ZoneInfo) -> None:
        """`zone` is that of the chosen one's clocks, which messages are told by."""
        if depots:
            self.notices.set_zone(zone)
        self._depots.blockSignals(True)
        self._depots.clear()
        if len(depots) != 1:
            self._depots.addItem(self.tr("All depots") if depots else self.tr("No depot"), None)
        for depot in depots:
            self._depots.addItem(depot.name, depot.id)
        self._depots.setCurrentIndex(max(0, self._depots.findData(chosen)))
        self._depots.blockSignals(False)

    def set_undo(self, undo: str, redo: str) -> None:
        """What the next undo and redo would do; empty where nothing can be."""
        for act, name, text in (
            (Act.UNDO, self.tr("Undo"), undo),
            (Act.REDO, self.tr("Redo"), redo),
        ):
            action = self.acts[act]
            action.setEnabled(bool(text))
            action.setText(f"{name}: {text}" if text else name)
            key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{action.text()} ({key})")

    def set_planning(self, is_planning: bool) -> None:
        for act in (Act.OPTIMIZE, *_REPLANNING):
            self.acts[act].setEnabled(not is_planning)
        self._optimize.setEnabled(not is_planning)
        self.acts[Act.STOP].setEnabled(is_planning)

    def restore(self) -> None:
        """Size, place and layout of last time."""
        geometry = self._settings.value("window/geometry")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            self.resize(1366, 740)
            self.setWindowState(Qt.WindowState.WindowMaximized)
        self.docks.restore()
        self._mark_layout()

    def leave(self) -> None:
        """Close at last."""
        self._save_arrangement()
        self._may_close = True
        self.close()

    def _save_arrangement(self) -> None:
        self._settings.setValue("window/geometry", self.saveGeometry())
        self.docks.save()
        self._settings.sync()

    def switch_layout(self, layout: Layout) -> None:
        self.docks.switch(layout)
        self._mark_layout()
        self.layout_switched.emit(layout)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            super().closeEvent(event)
        else:
            event.ignore()
            self.close_asked.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.files_dropped.emit(files)

    def _make_toolbar(self) -> None:
        bar = QToolBar(self.tr("Day"), self)
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setIconSize(QSize(18, 18))
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._depots = QComboBox(bar)
        self._depots.setObjectName("depots")
        self._depots.setAccessibleName(self.tr("Depot"))
        self._depots.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._depots.setMinimumContentsLength(10)
        bar.addWidget(self._depots)
        bar.addWidget(self.days)
        scenarios = self._add_button(bar, Act.SCENARIOS, self.tr("Scenarios"))
        self.scenario_menu = QMenu(scenarios)
        scenarios.setMenu(self.scenario_menu)
        scenarios.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        bar.addSeparator()
        self._add_button(bar, Act.IMPORT, self.tr("Import"))
        self._optimize = self._add_button(bar, Act.OPTIMIZE, self.tr("Optimize"))
        self._optimize.setMenu(self._optimize_menu())
        self._optimize.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        printing = self._add_button(bar, Act.PRINT, self.tr("Print"))
        menu = QMenu(printing)
        menu.addActions([self.acts[Act.PRINT], self.acts[Act.PRINT_CHANGES]])
        printing.setMenu(menu)
        printing.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        bar.addSeparator()
        for act in (Act.UNDO, Act.REDO):
            self._add_button(bar, act, "")
        room = QWidget(bar)
        room.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(room)
        self._search = QToolButton(bar)
        self._search.setObjectName("search")
        self._search.setIcon(icon("magnify", "muted"))
        self._search.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._search.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._search.setText(self.tr("Find an order, a command, a move   Ctrl+K"))
        self._search.clicked.connect(self.acts[Act.PALETTE].trigger)
        bar.addWidget(self._search)
        self.addToolBar(bar)

    def _optimize_menu(self) -> QMenu:
        menu = QMenu(self)
        for seconds in _SECONDS:
            text = (
                self.tr("%n s", "", seconds)
                if seconds < 60
                else self.tr("%n min", "", seconds // 60)
            )
            action = menu.addAction(self.tr("Search for {0}").format(text))
            action.triggered.connect(
                lambda _checked=False, seconds=seconds: self.optimize_chosen.emit(float(seconds))
            )
        menu.addSeparator()
        menu.addActions([self.acts[act] for act in _REPLANNING])
        return menu

    def _add_button(self, bar: QToolBar, act: Act, text: str) -> QToolButton:
        button = QToolButton(bar)
        button.setDefaultAction(self.acts[act])
        if text:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            # The action's own text is a sentence for menus; a button has one word.
            self.acts[act].setIconText(text)
        button.setText(text)
        bar.addWidget(button)
        return button

    def _connect(self) -> None:
        self._depots.activated.connect(
            lambda index: self.depot_chosen.emit(self._depots.itemData(index))
        )
        for layout, act in _LAYOUT_ACTS.items():
            self.acts.on(act, partial(self.switch_layout, layout))
        self.acts.on(Act.RESET_LAYOUT, self.docks.reset)
        self.acts.on(Act.FULL_SCREEN, self._toggle_full_screen)
        self.acts.on(Act.QUIT, self.close)
        self.set_undo("", "")
        self.set_planning(False)

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _mark_layout(self) -> None:
        for layout, act in _LAYOUT_ACTS.items():
            self.acts[act].setChecked(layout is self.docks.current_layout)
