"""Tables of values that fit into memory: fleet lists, a file's problems, candidates."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.desktop.colors import tokens
from app.desktop.widgets.form_keys import keep_enter
from app.desktop.widgets.formats import plain_tip
from app.desktop.widgets.tones import Tone, ink
from app.domain.names import name_order

# A paint needs them hundreds of times, and Qt's enumerations are slow in Python.
_CELL_ROLE = Qt.ItemDataRole.UserRole.value
_SELECTED = QStyle.StateFlag.State_Selected
_ELIDED = Qt.TextElideMode.ElideRight
_ONE_LINE = Qt.TextFlag.TextSingleLine.value
_LEFT = (Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter).value
_RIGHT = (Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter).value
_MARGIN = 4

_MEASURED_ROWS = 100
_MEASURED_TEXTS = 8
_CELL_EDGES = 20

AnyIndex = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordColumn[T]:
    """One column: how a record's field reads, sorts and sounds."""

    title: str
    text: Callable[[T], str]
    order: Callable[[T], Any] | None = None
    """What to sort by; None for the text."""
    tone: Callable[[T], Tone] | None = None
    is_number: bool = False
    width: int = 0
    """In characters, at most; 0 for as wide as the title."""
    is_vital: bool = False
    """Never gives way to other columns where room is short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    text: str
    tone: Tone
    order: Any
    alignment: int


class RecordsModel[T](QAbstractTableModel):
    """Records, and the cells of those that were looked at: of a thousand only some are in view."""

    def __init__(self, columns: Sequence[RecordColumn[T]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._records: tuple[T, ...] = ()
        self._cells: dict[int, tuple[_Cell, ...]] = {}

    @property
    def records(self) -> tuple[T, ...]:
        return self._records

    def texts(self, column: int, most: int) -> Iterable[str]:
        """The different texts in the first rows of a column."""
        rows = range(min(most, len(self._records)))
        return dict.fromkeys(self._row(number)[column].text for number in rows)

    def set_records(self, records: Sequence[T]) -> None:
        self.beginResetModel()
        self._records = tuple(records)
        self._cells = {}
        self.endResetModel()

    def _row(self, number: int) -> tuple[_Cell, ...]:
        cells = self._cells.get(number)
        if cells is None:
            record = self._records[number]
            cells = tuple(self._cell(column, record) for column in self.columns)
            self._cells[number] = cells
        return cells

    def _cell(self, column: RecordColumn[T], record: T) -> _Cell:
        text = column.text(record)
        return _Cell(
            text=text,
            tone=column.tone(record) if column.tone else Tone.PLAIN,
            order=column.order(record) if column.order else name_order(text),
            alignment=_RIGHT if column.is_number else _LEFT,
        )

    # Qt

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        cell = self._row(index.row())[index.column()]
        if role == _CELL_ROLE:
            return cell
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell.text
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(cell.text)
            case Qt.ItemDataRole.TextAlignmentRole:
                return cell.alignment
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if self.columns[section].is_number else _LEFT
        return None


class _ToneDelegate(QStyledItemDelegate):
    """Draws a cell's words in the colour of their tone.

    By itself: the style sheet's own way of drawing cells takes four times as long, and a window
    full of them must not hold the others up.
    """

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        cell = index.data(_CELL_ROLE)
        if not isinstance(cell, _Cell):
            return
        palette, rect = option.palette, option.rect
        if option.state & _SELECTED:
            painter.fillRect(rect, QColor(tokens(palette).accent_soft))
        rect = rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        text = option.fontMetrics.elidedText(cell.text, _ELIDED, rect.width())
        painter.setFont(option.font)
        painter.setPen(ink(cell.tone, palette))
        painter.drawText(rect, cell.alignment | _ONE_LINE, text)


class _Sorting(QSortFilterProxyModel):
    """Sorts by the values behind the texts; what has none comes last."""

    def lessThan(self, left: AnyIndex, right: AnyIndex) -> bool:
        a, b = (index.data(_CELL_ROLE).order for index in (left, right))
        return (a is None, a) < (b is None, b) if a is not None and b is not None else b is None


class RecordsTable[T](QTableView):
    """Shows records, sorted by a click on a header; rows are chosen whole."""

    record_activated = Signal(object)
    """Double-click or Enter on a record."""
    choice_changed = Signal()

    def __init__(self, columns: Sequence[RecordColumn[T]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.records = RecordsModel[T](columns, self)
        self._sorting = _Sorting(self)
        self._sorting.setSourceModel(self.records)
        self.setModel(self._sorting)
        self.setItemDelegate(_ToneDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.setCornerWidget(QWidget(self))
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        height = -(-(self.fontMetrics().height() + 8) // 4) * 4
        rows.setMinimumSectionSize(height)
        rows.setDefaultSectionSize(height)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        character = self.fontMetrics().averageCharWidth()
        self._titles = [(len(column.title) + 3) * character + 12 for column in columns]
        self._most = [
            max(title, column.width * character + 12)
            for title, column in zip(self._titles, columns, strict=True)
        ]
        self._wanted = self._most
        self._is_sized_by_hand = False
        self._is_sharing = False
        header.sectionResized.connect(self._on_section_resized)
        self._share_room()
        self.activated.connect(self._on_activated)
        self.selectionModel().selectionChanged.connect(lambda: self.choice_changed.emit())

    @property
    def chosen(self) -> tuple[T, ...]:
        """The chosen records, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self._record(row) for row in rows)

    def set_records(self, records: Sequence[T], key: Callable[[T], object]) -> None:
        """Show other records; chosen ones stay chosen where `key` finds them again."""
        chosen = {key(record) for record in self.chosen}
        self.records.set_records(records)
        self._wanted = self._measured() if records else self._most
        # The scroll bar comes or goes now: after the first paint it would cost a second one.
        self.executeDelayedItemsLayout()
        self._share_room()
        if chosen:
            self.choose(lambda record: key(record) in chosen)

    def choose(self, is_chosen: Callable[[T], bool]) -> None:
        """Choose the records of which that is so, and go to the first."""
        selection = self.selectionModel()
        selection.clear()
        flags = QItemSelectionModel.SelectionFlag
        rows = [row for row in range(self._sorting.rowCount()) if is_chosen(self._record(row))]
        for row in rows:
            selection.select(self._sorting.index(row, 0), flags.Select | flags.Rows)
        if rows:
            selection.setCurrentIndex(self._sorting.index(rows[0], 0), flags.NoUpdate)
            self.scrollTo(self._sorting.index(rows[0], 0))

    def _share_room(self) -> None:
        """Where the columns would not all fit, the wide ones give way: nothing hides at the right.

        Until somebody sizes a column: from then on they are as that person wants them.
        """
        if self._is_sized_by_hand:
            return
        least = [
            wanted if column.is_vital else title
            for wanted, title, column in zip(
                self._wanted, self._titles, self.records.columns, strict=True
            )
        ]
        spare = sum(self._wanted) - sum(least)
        missing = min(max(0, sum(self._wanted) - self.viewport().width()), spare)
        share = missing / spare if spare else 0.0
        self._is_sharing = True
        for number, (wanted, kept) in enumerate(zip(self._wanted, least, strict=True)):
            # Rounded up what each gives, so that together they give enough.
            width = wanted - math.ceil((wanted - kept) * share)
            self.horizontalHeader().resizeSection(number, width)
        self._is_sharing = False

    def _measured(self) -> list[int]:
        """As wide as what stands in the columns, within their bounds."""
        metrics = self.fontMetrics()
        widths = []
        for number, (title, most) in enumerate(zip(self._titles, self._most, strict=True)):
            # The longest texts are the widest, or nearly so; to measure one takes a while.
            texts = heapq.nlargest(
                _MEASURED_TEXTS, self.records.texts(number, _MEASURED_ROWS), key=len
            )
            widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
            widths.append(min(most, max(title, widest + _CELL_EDGES)))
        return widths

    def _on_section_resized(self, section: int) -> None:
        # The last one is stretched by Qt, and by nobody's hand.
        is_last = section == self.records.columnCount() - 1
        self._is_sized_by_hand |= not self._is_sharing and not is_last

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        keep_enter(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _record(self, row: int) -> T:
        source = self._sorting.mapToSource(self._sorting.index(row, 0))
        return self.records.records[source.row()]

    def _on_activated(self, index: QModelIndex) -> None:
        self.record_activated.emit(self._record(index.row()))
