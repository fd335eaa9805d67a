"""The whole board: the timeline or the columns above, the unassigned orders below."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QByteArray, QPoint, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.board.bin_view import BinView
from app.desktop.board.board_canvas import BoardCanvas
from app.desktop.board.board_columns import ColumnsView
from app.desktop.board.board_model import NO_ROWS, Rows, Units, changed_rows, prepared
from app.desktop.board.timeline_view import TimelineView
from app.desktop.theme import SPACING, icon
from app.domain.board import Board
from app.domain.ids import OrderId, RouteId

_LAYOUT, _HEAD_WIDTH, _ZOOM = "board/layout", "board/head_width", "board/zoom"
_SPLIT = "board/split"
_STRIP_HEIGHT = 28
_BIN_LINES = 2
"""So many lines of cards are shown unasked; a person may drag the edge for more."""


class Layout(StrEnum):
    TIMELINE = "timeline"
    COLUMNS = "columns"


class BoardView(QWidget):
    """Board values down, gestures up; nothing moves here until a new board comes."""

    orders_dropped = Signal(object, object, object)
    """Order ids, route id, and the position in front of which; None for the best fit."""
    orders_refused = Signal(object)
    """Orders were dragged in, and no route may have any of them."""
    orders_unassigned = Signal(object)
    route_transfer_dropped = Signal(object, object)
    selection_changed = Signal(object)
    route_selected = Signal(object)
    order_activated = Signal(object)
    follow_requested = Signal(object)
    locks_toggled = Signal(object)
    route_lock_requested = Signal(object)
    bin_lock_requested = Signal()
    on_hold_requested = Signal()
    """Somebody wants to see the orders on hold."""
    context_requested = Signal(object, object, QPoint)
    layout_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, settings: QSettings | None = None) -> None:
        """`settings` remember how a workstation wants its board."""
        super().__init__(parent)
        self.setObjectName("board")
        self._rows = NO_ROWS
        self.timeline = TimelineView(self)
        self.columns = ColumnsView(self)
        self.bin = BinView(self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.timeline)
        self._stack.addWidget(self.columns)
        lane = QWidget(self)
        lane_layout = QVBoxLayout(lane)
        lane_layout.setContentsMargins(0, 0, 0, 0)
        lane_layout.setSpacing(0)
        lane_layout.addWidget(self._strip(lane))
        lane_layout.addWidget(self.bin)
        self._splitter = QSplitter(Qt.Orientation.Vertical, self)
        self._splitter.addWidget(self._stack)
        self._splitter.addWidget(lane)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        self._splitter.splitterMoved.connect(self._on_splitter_moved)
        self._is_split_by_hand = False
        self._splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        for canvas in self._canvases:
            self._connect(canvas)
        self.setFocusProxy(self._stack)
        self._stack.setFocusProxy(self.timeline)
        self.set_layout(Layout.TIMELINE)
        if settings is not None:
            self._recall(settings)

    @property
    def _canvases(self) -> tuple[BoardCanvas, ...]:
        return self.timeline, self.columns, self.bin

    @property
    def rows(self) -> Rows:
        return self._rows

    @property
    def shown_layout(self) -> Layout:
        is_timeline = self._stack.currentWidget() is self.timeline
        return Layout.TIMELINE if is_timeline else Layout.COLUMNS

    def set_board(self, board: Board, units: Units) -> None:
        """Show a board; what did not change is not painted anew."""
        self.set_rows(prepared(board, units, self._rows), units)

    def set_rows(self, rows: Rows, units: Units) -> None:
        """The same with rows that were prepared elsewhere."""
        before, self._rows = self._rows, rows
        changed = changed_rows(before, rows)
        for canvas in self._canvases:
            canvas.set_rows(rows, units, changed)
        self._show_counts()
        self._fit_bin()

    def set_selected(self, orders: Iterable[OrderId], route: RouteId | None = None) -> None:
        chosen = tuple(orders)
        for canvas in self._canvases:
            canvas.set_selected(chosen, route)

    def reveal(self, order: OrderId) -> None:
        """Scroll to an order that was chosen elsewhere."""
        if order in self._rows.place_of:
            self._stack_canvas.show_order(order)
        else:
            self.bin.show_order(order)

    def set_editable(self, is_editable: bool) -> None:
        for canvas in self._canvases:
            canvas.set_editable(is_editable)

    def set_now(self, now: datetime | None) -> None:
        self.timeline.set_now(now)

    def set_layout(self, layout: Layout) -> None:
        is_timeline = layout is Layout.TIMELINE
        if self.shown_layout is not layout:
            shown = self.timeline if is_timeline else self.columns
            self._stack.setCurrentWidget(shown)
            self._stack.setFocusProxy(shown)
            # Later: a view that was never shown has no size yet to scroll in.
            QTimer.singleShot(0, self, self._reveal_current)
            self.layout_changed.emit(layout)
        self._timeline_button.setChecked(is_timeline)
        self._columns_button.setChecked(not is_timeline)
        for button in (self._fit, self._closer, self._farther):
            button.setEnabled(is_timeline)

    def _reveal_current(self) -> None:
        """What is chosen is in view in the other layout too."""
        canvas = self._stack_canvas
        if canvas.current is not None and canvas.current in self._rows.place_of:
            canvas.show_order(canvas.current)

    @property
    def _stack_canvas(self) -> BoardCanvas:
        return self.timeline if self.shown_layout is Layout.TIMELINE else self.columns

    def _strip(self, parent: QWidget) -> QWidget:
        """The bin's title, and how the board is shown."""
        strip = QWidget(parent)
        self._count = QLabel(strip)
        self._count.setObjectName("bin_count")
        self._hold = QToolButton(strip)
        self._hold.setObjectName("on_hold")
        self._hold.setProperty("kind", "chip")
        self._hold.clicked.connect(self.on_hold_requested)
        self._hold.hide()
        self._bin_lock = self._button(strip, "bin_lock", "lock-open-variant-outline", "")
        self._bin_lock.setCheckable(True)
        self._bin_lock.clicked.connect(self._on_bin_lock)
        self._timeline_button = self._button(
            strip, "show_timeline", "chart-gantt", self.tr("Show routes on a time axis")
        )
        self._columns_button = self._button(
            strip, "show_columns", "view-column-outline", self.tr("Show routes as lists of cards")
        )
        for button, shown in (
            (self._timeline_button, Layout.TIMELINE),
            (self._columns_button, Layout.COLUMNS),
        ):
            button.setCheckable(True)
            button.clicked.connect(lambda _checked, shown=shown: self.set_layout(shown))
        self._farther = self._button(strip, "farther", "minus", self.tr("Farther (−)"))
        self._farther.clicked.connect(lambda: self.timeline.zoom(1 / 1.5))
        self._fit = self._button(
            strip, "fit", "arrow-expand-horizontal", self.tr("Fit the day (F)")
        )
        self._fit.clicked.connect(self.timeline.fit)
        self._closer = self._button(strip, "closer", "plus", self.tr("Closer (+)"))
        self._closer.clicked.connect(lambda: self.timeline.zoom(1.5))
        layout = QHBoxLayout(strip)
        layout.setContentsMargins(2 * SPACING, 0, SPACING, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self._count)
        layout.addWidget(self._bin_lock)
        layout.addWidget(self._hold)
        layout.addStretch(1)
        for widget in (
            self._timeline_button, self._columns_button, self._farther, self._fit, self._closer,
        ):  # fmt: skip
            layout.addWidget(widget)
        strip.setFixedHeight(_STRIP_HEIGHT)
        return strip

    def _button(self, parent: QWidget, name: str, glyph: str, words: str) -> QToolButton:
        button = QToolButton(parent)
        button.setObjectName(name)
        button.setProperty("kind", "icon")
        button.setIcon(icon(glyph))
        button.setIconSize(QSize(16, 16))
        button.setToolTip(words)
        button.setAccessibleName(words)
        return button

    def _connect(self, canvas: BoardCanvas) -> None:
        canvas.orders_dropped.connect(self.orders_dropped)
        canvas.drops.refused.connect(self.orders_refused)
        canvas.orders_unassigned.connect(self.orders_unassigned)
        canvas.route_transfer_dropped.connect(self.route_transfer_dropped)
        canvas.order_activated.connect(self.order_activated)
        canvas.follow_requested.connect(self.follow_requested)
        canvas.locks_toggled.connect(self.locks_toggled)
        canvas.route_lock_requested.connect(self.route_lock_requested)
        canvas.context_requested.connect(self.context_requested)
        canvas.selection_changed.connect(self._on_selection_changed)
        canvas.route_selected.connect(self._on_route_selected)

    def _on_selection_changed(self, orders: tuple[OrderId, ...]) -> None:
        self.set_selected(orders)
        self.selection_changed.emit(orders)

    def _on_route_selected(self, route: RouteId) -> None:
        self.set_selected((), route)
        self.route_selected.emit(route)

    def _on_bin_lock(self) -> None:
        # The button shows what is, not what is asked for.
        self._bin_lock.setChecked(self._rows.is_bin_locked)
        self.bin_lock_requested.emit()

    def _on_splitter_moved(self) -> None:
        self._is_split_by_hand = True

    def _recall(self, settings: QSettings) -> None:
        """Show the board as it was left, and write down what is changed from now on."""
        if settings.value(_LAYOUT) == Layout.COLUMNS.value:
            self.set_layout(Layout.COLUMNS)
        if isinstance(width := settings.value(_HEAD_WIDTH, 0, int), int) and width:
            self.timeline.set_head_width(width)
        if isinstance(zoom := settings.value(_ZOOM, 0.0, float), float):
            self.timeline.set_zoom(zoom)
        state = settings.value(_SPLIT)
        if isinstance(state, QByteArray):
            self._is_split_by_hand = self._splitter.restoreState(state)
        self.layout_changed.connect(lambda layout: settings.setValue(_LAYOUT, layout.value))
        self.timeline.head_resized.connect(lambda width: settings.setValue(_HEAD_WIDTH, width))
        self.timeline.zoomed.connect(lambda pixels: settings.setValue(_ZOOM, pixels))
        self._splitter.splitterMoved.connect(
            lambda: settings.setValue(_SPLIT, self._splitter.saveState())
        )

    def _fit_bin(self) -> None:
        """As high as its cards need, within reason, until somebody chose another height."""
        if self._is_split_by_hand or not self.height():
            return
        lines = min(max(1, self.bin.lines), _BIN_LINES if self.height() > 360 else 1)
        height = _STRIP_HEIGHT + self.bin.height_for(lines)
        self._splitter.setSizes([max(1, self._splitter.height() - height), height])

    def _show_counts(self) -> None:
        board = self._rows.board
        locked = f"&nbsp;&nbsp;·&nbsp;&nbsp;{self.tr('locked')}" if self._rows.is_bin_locked else ""
        self._count.setText(
            f"<b>{self.tr('Unassigned')}</b>&nbsp;&nbsp;{len(self._rows.cards)}{locked}"
        )
        on_hold = len(board.on_hold) if board is not None else 0
        self._hold.setText(self.tr("%1 on hold").replace("%1", str(on_hold)))
        self._hold.setVisible(on_hold > 0)
        is_locked = self._rows.is_bin_locked
        self._bin_lock.setChecked(is_locked)
        self._bin_lock.setIcon(icon("lock" if is_locked else "lock-open-variant-outline"))
        words = (
            self.tr("Locked: the optimizer leaves these orders out. Click to unlock.")
            if is_locked
            else self.tr("The optimizer plans these orders. Click to lock them.")
        )
        self._bin_lock.setToolTip(words)
        self._bin_lock.setAccessibleName(words)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bin()
