"""The orders table: its gestures, and a selection that stays with the orders, not the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import (
    QByteArray,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSettings,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAction, QColor, QDrag, QPainter, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from app.desktop.orders.orders_delegate import OrdersDelegate, first_widths, row_height
from app.desktop.orders.orders_model import SORTS, Column, OrdersModel
from app.desktop.widgets.dragging import orders_mime
from app.desktop.widgets.formats import count_text
from app.domain.ids import OrderId
from app.services.orders import Chip

_PROBLEM_CHIPS = frozenset({Chip.UNASSIGNED, Chip.ON_HOLD, Chip.FAILED})
_FIRST_COLUMNS = {
    "all": (
        Column.STATE,
        Column.REFERENCE,
        Column.RECIPIENT,
        Column.ADDRESS,
        Column.WINDOW,
        Column.ROUTE,
        Column.ETA,
    ),
    "problems": (Column.REFERENCE, Column.ROUTE, Column.ADDRESS, Column.RECIPIENT, Column.WINDOW),
}
_MARGIN_ROWS = 25
"""Rows around the visible ones that are asked for too, so that slow scrolling meets no gap."""


class OrdersTable(QTableView):
    rows_shown = Signal(int, int)
    sort_chosen = Signal(int, bool)
    """Column and whether descending."""
    selection_changed = Signal()
    edit_requested = Signal()
    menu_requested = Signal(QPoint)
    """At this place on the screen."""

    def __init__(
        self, model: OrdersModel, settings: QSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("orders_table")
        self.setAccessibleName(self.tr("Orders"))
        self._orders = model
        self._settings = settings
        self._layout = ""
        self._selected: tuple[OrderId, ...] = ()
        self._current: OrderId | None = None
        self._is_selecting = False
        self._waiting_rows: tuple[tuple[int, int], ...] = ()
        self.setModel(model)
        self.setItemDelegate(OrdersDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setAlternatingRowColors(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setCornerWidget(QWidget(self))
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(row_height(self.fontMetrics()))
        rows.setDefaultSectionSize(row_height(self.fontMetrics()))
        header = self.horizontalHeader()
        header.setObjectName("orders_header")
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(40)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(Column.REFERENCE, Qt.SortOrder.AscendingOrder)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_header_menu_requested)
        header.sortIndicatorChanged.connect(self._on_sort_indicator_changed)
        header.sectionMoved.connect(self._on_columns_changed)
        header.sectionResized.connect(self._on_columns_changed)
        self._sorted = (int(Column.REFERENCE), Qt.SortOrder.AscendingOrder)
        self._remembering = QTimer(self)
        self._remembering.setSingleShot(True)
        self._remembering.setInterval(400)
        self._remembering.timeout.connect(self.remember_columns)
        self._showing = QTimer(self)
        self._showing.setSingleShot(True)
        self._showing.setInterval(0)
        self._showing.timeout.connect(self._say_rows_shown)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.customContextMenuRequested.connect(self._on_menu_requested)
        self.doubleClicked.connect(self._on_double_clicked)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        model.modelReset.connect(self._on_model_reset)
        self.use_columns_for(Chip.ALL)

    @property
    def selected(self) -> tuple[OrderId, ...]:
        """The chosen orders, whether their rows are shown now or not."""
        return self._selected

    @property
    def current(self) -> OrderId | None:
        return self._current

    @property
    def unread_selection(self) -> tuple[tuple[int, int], ...]:
        """Chosen rows, first and last, some of which were not read; empty where all were."""
        return self._waiting_rows

    @property
    def visible_rows(self) -> tuple[int, int]:
        """First and last row on screen."""
        first = max(self.rowAt(0), 0)
        last = self.rowAt(self.viewport().height() - 1)
        return first, last if last >= 0 else max(self._orders.total - 1, 0)

    @property
    def wanted_rows(self) -> tuple[int, int]:
        """The visible rows and some around them."""
        first, last = self.visible_rows
        return max(first - _MARGIN_ROWS, 0), last + _MARGIN_ROWS

    def set_selected(
        self, orders: Sequence[OrderId], rows: Mapping[OrderId, int] | None = None
    ) -> None:
        """Choose these orders without telling anybody.

        Their rows are taken from what was read, or from `rows` where the caller knows better.
        """
        self._selected = tuple(orders)
        self._waiting_rows = ()
        if self._current not in self._selected:
            self._current = self._selected[0] if self._selected else None
        self._select_rows(rows or {})

    def show_selected(self) -> None:
        """Mark chosen orders whose rows have only now been read."""
        chosen = self.selectionModel()
        if not self._waiting_rows and any(
            (row := self._orders.row_of(order)) is not None
            and not chosen.isRowSelected(row, QModelIndex())
            for order in self._selected
        ):
            self._select_rows({})

    def scroll_to(self, row: int) -> None:
        """Bring a row into view, if it is not."""
        first, last = self.visible_rows
        if not first <= row < last:
            self.scrollTo(
                self._orders.index(row, self.horizontalHeader().logicalIndex(0)),
                QAbstractItemView.ScrollHint.PositionAtCenter,
            )

    def scroll_to_top(self) -> None:
        self.verticalScrollBar().setValue(0)

    def use_columns_for(self, chip: Chip) -> None:
        """Each kind of list has its own columns: among problems, why comes first."""
        name = "problems" if chip in _PROBLEM_CHIPS else "all"
        if name == self._layout:
            return
        if self._layout:
            self.remember_columns()
        self._layout = name
        state = self._settings.value(f"orders/columns/{name}")
        header = self.horizontalHeader()
        header.blockSignals(True)
        if not (isinstance(state, QByteArray) and header.restoreState(state)):
            self._set_first_columns()
        # The sort belongs to the question, not to the columns.
        header.setSortIndicator(*self._sorted)
        header.blockSignals(False)
        self.updateGeometries()
        self.viewport().update()

    def remember_columns(self) -> None:
        self._remembering.stop()
        state = self.horizontalHeader().saveState()
        self._settings.setValue(f"orders/columns/{self._layout}", state)

    def column_actions(self, parent: QWidget) -> list[QAction]:
        """A checkable action for each column, in the order they are shown."""
        header = self.horizontalHeader()
        actions = []
        for position in range(header.count()):
            column = header.logicalIndex(position)
            action = QAction(self._orders.column_title(Column(column)), parent)
            action.setCheckable(True)
            action.setChecked(not header.isSectionHidden(column))
            # A table without any column has no header to bring one back.
            action.setEnabled(
                header.isSectionHidden(column) or header.count() - header.hiddenSectionCount() > 1
            )
            action.toggled.connect(
                lambda is_shown, column=column: self._show_column(column, is_shown)
            )
            actions.append(action)
        return actions

    def reset_columns(self) -> None:
        self._set_first_columns()
        self.remember_columns()

    def _set_first_columns(self) -> None:
        header = self.horizontalHeader()
        first = _FIRST_COLUMNS[self._layout]
        widths = first_widths(self.fontMetrics())
        for position, column in enumerate((*first, *(c for c in Column if c not in first))):
            header.moveSection(header.visualIndex(column), position)
            header.setSectionHidden(column, False)
            header.resizeSection(column, widths[column])
        if self._layout == "problems":
            header.setSectionHidden(Column.ETA, True)
            header.resizeSection(Column.ROUTE, widths[Column.ROUTE] * 3 // 2)

    def _show_column(self, column: int, is_shown: bool) -> None:
        self.setColumnHidden(column, not is_shown)
        self._remembering.start()

    def _select_rows(self, known: Mapping[OrderId, int]) -> None:
        rows = sorted(
            row
            for order in self._selected
            if (row := known.get(order, self._orders.row_of(order))) is not None
            and row < self._orders.total
        )
        chosen = QItemSelection()
        start = 0
        for position, row in enumerate(rows):
            if position + 1 == len(rows) or rows[position + 1] != row + 1:
                chosen.select(
                    self._orders.index(rows[start], 0),
                    self._orders.index(row, len(Column) - 1),
                )
                start = position + 1
        self._is_selecting = True
        model = self.selectionModel()
        model.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        current = self._current and known.get(self._current, self._orders.row_of(self._current))
        if isinstance(current, int) and current < self._orders.total:
            model.setCurrentIndex(
                self._orders.index(current, self.horizontalHeader().logicalIndex(0)),
                QItemSelectionModel.SelectionFlag.NoUpdate,
            )
        self._is_selecting = False
        self.viewport().update()

    def _say_rows_shown(self) -> None:
        if self._orders.total:
            self.rows_shown.emit(*self.wanted_rows)

    def _on_scrolled(self) -> None:
        self._showing.start()

    def _on_model_reset(self) -> None:
        self._select_rows({})
        self._showing.start()

    def _on_selection_changed(self) -> None:
        if self._is_selecting:
            return
        chosen = self.selectionModel().selection()
        parts = (chosen.at(number) for number in range(chosen.count()))
        ranges = sorted({(part.top(), part.bottom()) for part in parts})
        found: list[OrderId] = []
        for first, last in ranges:
            orders = self._orders.ids(first, last)
            if orders is None:
                self._waiting_rows = tuple(ranges)
                self.selection_changed.emit()
                return
            found += orders
        self._waiting_rows = ()
        self._selected = tuple(dict.fromkeys(found))
        order = self._orders.order(self.currentIndex().row())
        self._current = order.id if order is not None else None
        self.selection_changed.emit()

    def _on_sort_indicator_changed(self, column: int, order: Qt.SortOrder) -> None:
        if column not in SORTS:
            header = self.horizontalHeader()
            header.blockSignals(True)
            header.setSortIndicator(*self._sorted)
            header.blockSignals(False)
            return
        self._sorted = (column, order)
        self.sort_chosen.emit(column, order is Qt.SortOrder.DescendingOrder)

    def _on_columns_changed(self) -> None:
        self._remembering.start()

    def _on_header_menu_requested(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.column_actions(menu))
        menu.addSeparator()
        menu.addAction(self.tr("Reset columns"), self.reset_columns)
        menu.popup(self.horizontalHeader().mapToGlobal(position))

    def _on_menu_requested(self, position: QPoint) -> None:
        self.menu_requested.emit(self.viewport().mapToGlobal(position))

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if index.isValid():
            self.edit_requested.emit()

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._showing.start()

    def keyboardSearch(self, search: str) -> None:
        """Letters are keys for actions here; the search box is for searching."""

    def startDrag(self, supported: Qt.DropAction) -> None:  # noqa: ARG002
        if not self._selected or self._waiting_rows:
            return
        drag = QDrag(self)
        drag.setMimeData(orders_mime(self._selected))
        picture = self._drag_picture(len(self._selected))
        drag.setPixmap(picture)
        drag.setHotSpot(QPoint(-8, -8))
        drag.exec(Qt.DropAction.MoveAction)

    def _drag_picture(self, count: int) -> QPixmap:
        text = self.tr("1 order") if count == 1 else self.tr("{0} orders").format(count_text(count))
        metrics = self.fontMetrics()
        ratio = self.devicePixelRatioF()
        width, height = metrics.horizontalAdvance(text) + 20, metrics.height() + 8
        picture = QPixmap(round(width * ratio), round(height * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(0, 0, 0, 0))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
        painter.drawRoundedRect(QRect(0, 0, width, height), 4, 4)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(QPalette.ColorRole.HighlightedText))
        painter.drawText(QRect(0, 0, width, height), Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
        return picture
