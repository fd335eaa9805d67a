"""The panes as docks, and the named layouts in which a dispatcher arranges them."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QByteArray, QEvent, QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

_SAVE_AFTER_MS = 3_000
_VERSION = 4
"""Of the saved layouts: another set of panes can't be restored from an older one."""


class Pane(StrEnum):
    ORDERS = "orders"
    MAP = "map"
    INSPECTOR = "inspector"
    BOARD = "board"
    SCENARIOS = "scenarios"
    """Behind the board, once somebody asks for it."""
    ROADS = "roads"
    """The same."""


class Layout(StrEnum):
    PLAN = "plan"
    """Everything in view."""
    LOAD = "load"
    """Orders and board, for the time when the vans are loaded."""
    LIVE = "live"
    """The map, with the board below."""


_HIDDEN: dict[Layout, frozenset[Pane]] = {
    Layout.PLAN: frozenset({Pane.SCENARIOS, Pane.ROADS}),
    Layout.LOAD: frozenset({Pane.MAP, Pane.SCENARIOS, Pane.ROADS}),
    Layout.LIVE: frozenset({Pane.ORDERS, Pane.SCENARIOS, Pane.ROADS}),
}
_WIDTHS = {Pane.ORDERS: 0.30, Pane.MAP: 0.48, Pane.INSPECTOR: 0.22}
_BOARD_HEIGHT = {Layout.PLAN: 0.50, Layout.LOAD: 0.60, Layout.LIVE: 0.34}


class DockArea(QMainWindow):
    """Panes that can be resized, floated to a second screen, hidden and restored.

    Each named layout is remembered as it was left, on this workstation.
    """

    arranged = Signal()
    """Panes, borders or the window were moved, some seconds ago: the time to save."""

    def __init__(self, settings: QSettings, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Widget)
        self.setObjectName("dock_area")
        self._settings = settings
        self._layout = Layout.PLAN
        self._is_as_made = True
        """Until somebody moves a pane or a border, the shares of the layout hold at any size."""
        self._docks: dict[Pane, QDockWidget] = {}
        self._saving = QTimer(self, interval=_SAVE_AFTER_MS, singleShot=True)
        self._saving.timeout.connect(self._on_settled)
        self.setDockNestingEnabled(True)
        # What floats belongs to the window's native one, and has to be shown after that.
        parent.installEventFilter(self)
        # No central widget: the map is a pane like the others and may go to another screen.
        self.takeCentralWidget()

    @property
    def current_layout(self) -> Layout:
        return self._layout

    def add(self, pane: Pane, title: str, widget: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"dock_{pane.value}")
        dock.setWidget(widget)
        dock.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        dock.topLevelChanged.connect(self._on_floated)
        dock.dockLocationChanged.connect(lambda _area: self._saving.start())
        dock.visibilityChanged.connect(lambda _is_visible: self._saving.start())
        dock.installEventFilter(self)
        self._docks[pane] = dock
        return dock

    def dock(self, pane: Pane) -> QDockWidget:
        return self._docks[pane]

    def show_pane(self, pane: Pane) -> None:
        """Bring a pane into view and give it the keyboard."""
        dock = self._docks[pane]
        dock.show()
        dock.raise_()
        widget = dock.widget()
        if widget is not None:
            widget.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def restore(self) -> None:
        """The layout of last time; once all panes are there."""
        name = str(self._settings.value("layouts/current", Layout.PLAN.value))
        self._layout = Layout(name) if name in set(Layout) else Layout.PLAN
        self._apply()

    def save(self) -> None:
        self._settings.setValue(f"layouts/{self._layout.value}", self.saveState(_VERSION))
        self._settings.setValue(f"layouts/{self._layout.value}_as_made", self._is_as_made)
        self._settings.setValue("layouts/current", self._layout.value)

    def switch(self, layout: Layout) -> None:
        self.save()
        self._layout = layout
        self._apply()
        self._settings.setValue("layouts/current", layout.value)

    def reset(self) -> None:
        """The current layout as it was made, whatever became of it."""
        self._settings.remove(f"layouts/{self._layout.value}")
        self._arrange()

    def _apply(self) -> None:
        state = self._settings.value(f"layouts/{self._layout.value}")
        is_as_made = self._settings.value(f"layouts/{self._layout.value}_as_made", False, type=bool)
        if not isinstance(state, QByteArray) or not self.restoreState(state, _VERSION):
            self._arrange()
            return
        self._is_as_made = bool(is_as_made)
        if self._is_as_made:
            self._share_room()

    def _arrange(self) -> None:
        orders, board = self._docks[Pane.ORDERS], self._docks[Pane.BOARD]
        middle, inspector = self._docks[Pane.MAP], self._docks[Pane.INSPECTOR]
        for dock in self._docks.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)
        self.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, orders)
        self.splitDockWidget(orders, board, Qt.Orientation.Vertical)
        self.splitDockWidget(orders, middle, Qt.Orientation.Horizontal)
        self.splitDockWidget(middle, inspector, Qt.Orientation.Horizontal)
        for behind in (Pane.SCENARIOS, Pane.ROADS):
            self.tabifyDockWidget(board, self._docks[behind])
        hidden = _HIDDEN[self._layout]
        for pane, dock in self._docks.items():
            dock.setVisible(pane not in hidden)
        self._is_as_made = True
        self._share_room()
        # Docks that have just come have no size yet; Qt forgets shares that are given too early.
        QTimer.singleShot(0, self, self._share_room)

    def _share_room(self) -> None:
        shown = [pane for pane in _WIDTHS if pane not in _HIDDEN[self._layout]]
        # What is hidden leaves its room to orders and map: the inspector needs no more than ever.
        widths = {pane: _WIDTHS[pane] for pane in shown}
        spare = 1.0 - sum(widths.values())
        widths[shown[0]] += spare
        self.resizeDocks(
            [self._docks[pane] for pane in shown],
            [round(self.width() * width) for width in widths.values()],
            Qt.Orientation.Horizontal,
        )
        height = _BOARD_HEIGHT[self._layout]
        top = self._docks[shown[0]]
        self.resizeDocks(
            [top, self._docks[Pane.BOARD]],
            [round(self.height() * (1 - height)), round(self.height() * height)],
            Qt.Orientation.Vertical,
        )

    def _on_settled(self) -> None:
        # A window that closes hides its panes: what was there before is what counts.
        if self.window().isVisible() and not self.window().isMinimized():
            self.arranged.emit()

    def _on_floated(self, is_floating: bool) -> None:
        if is_floating:
            self._is_as_made = False

    def _show_floating_again(self) -> None:
        """Restored before the window was there, a floating pane would stay behind it for good."""
        owner = self.window().windowHandle()
        for dock in self._docks.values():
            own = dock.windowHandle()
            if own is not None and dock.isFloating() and dock.isVisible():
                dock.hide()
                own.setTransientParent(owner)
                dock.show()

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._saving.start()
        if watched is self.window() and event.type() == QEvent.Type.WinIdChange:
            QTimer.singleShot(0, self, self._show_floating_again)
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        # The window's own cursor is a splitter's only over the border between two panes.
        shapes = (Qt.CursorShape.SplitHCursor, Qt.CursorShape.SplitVCursor)
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            self._is_as_made &= self.cursor().shape() not in shapes
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_as_made and self._docks:
            self._share_room()


def pane_titles(tr: Callable[[str], str]) -> dict[Pane, str]:
    return {
        Pane.ORDERS: tr("Orders"),
        Pane.MAP: tr("Map"),
        Pane.INSPECTOR: tr("Inspector"),
        Pane.BOARD: tr("Board"),
        Pane.SCENARIOS: tr("Scenarios"),
        Pane.ROADS: tr("Roads"),
    }
