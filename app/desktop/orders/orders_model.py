"""The orders table's model: the total, and those pages of rows that were read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from zoneinfo import ZoneInfo

from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QObject, Qt
from PySide6.QtCore import QPersistentModelIndex as PersistentIndex

from app.desktop.orders.order_texts import (
    chip_text,
    hold_text,
    kind_text,
    method_text,
    payment_cell_text,
    precision_of,
    priority_text,
    state_of,
)
from app.desktop.widgets.dragging import MIME_ORDERS, orders_mime
from app.desktop.widgets.formats import (
    NOTHING,
    clock_text,
    count_text,
    minutes_text,
    plain_tip,
    volume_text,
    weight_text,
    windows_text,
)
from app.desktop.widgets.precision import place_sentence, precision_text
from app.desktop.widgets.tones import Tone
from app.domain.addresses import Precision
from app.domain.board import Board
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order, OrderKind
from app.domain.problem import Unassigned
from app.domain.timetable import StopTime
from app.services.orders import Chip, OrderPage, OrderRow, OrderSort

PAGE_SIZE = 50
KEPT_PAGES = 40

# As plain numbers: a paint asks hundreds of times, and Qt's enumerations are slow in Python.
CELL_ROLE = Qt.ItemDataRole.UserRole.value
"""The Cell, for the delegate."""
ORDER_ROLE = CELL_ROLE + 1
"""The Order."""
_FLAGS = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)

AnyIndex = QModelIndex | PersistentIndex


class Column(IntEnum):
    STATE = 0
    REFERENCE = 1
    RECIPIENT = 2
    ADDRESS = 3
    WINDOW = 4
    WEIGHT = 5
    VOLUME = 6
    PARCELS = 7
    METHOD = 8
    PAYMENT = 9
    PRIORITY = 10
    ROUTE = 11
    ETA = 12


NUMBERS = frozenset({Column.WEIGHT, Column.VOLUME, Column.PARCELS, Column.ETA})
SORTS = {
    Column.STATE: OrderSort.STATUS,
    Column.REFERENCE: OrderSort.REFERENCE,
    Column.RECIPIENT: OrderSort.RECIPIENT,
    Column.ADDRESS: OrderSort.ADDRESS,
    Column.WINDOW: OrderSort.WINDOW,
    Column.WEIGHT: OrderSort.WEIGHT,
    Column.VOLUME: OrderSort.VOLUME,
    Column.PARCELS: OrderSort.PARCELS,
    Column.METHOD: OrderSort.METHOD,
    Column.PAYMENT: OrderSort.PAYMENT,
    Column.PRIORITY: OrderSort.PRIORITY,
    Column.ROUTE: OrderSort.ROUTE,
}
"""The columns that the database can sort by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One field, ready to be painted."""

    text: str
    tone: Tone = Tone.PLAIN
    chip: Chip | None = None
    precision: Precision | None = None
    route: RouteId | None = None


class OrdersModel(QAbstractTableModel):
    """As many rows as the query finds; `missing` says which pages a view still has to ask for.

    Cells are written when they are first looked at: a plan changes all rows that were read, up to
    two thousand, and a window shows thirty.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._total = 0
        self._pages: dict[int, tuple[OrderRow, ...]] = {}
        self._written: dict[OrderId, tuple[Cell, ...]] = {}
        self._rows_by_id: dict[OrderId, int] = {}
        self._zone = ZoneInfo("UTC")
        self._stops: Mapping[OrderId, tuple[RouteId, str, StopTime]] = {}
        self._reasons: Mapping[OrderId, Unassigned] = {}

    @property
    def total(self) -> int:
        return self._total

    def show(self, page: OrderPage) -> None:
        """Begin anew with the first rows that were read of another answer."""
        self.beginResetModel()
        self._pages.clear()
        self._written.clear()
        self._rows_by_id.clear()
        self._total = page.total
        self._keep(page)
        self.endResetModel()

    def add(self, page: OrderPage) -> None:
        """Keep more rows of the same answer."""
        self._keep(page)
        if page.rows:
            self._say_changed(page.offset, page.offset + len(page.rows) - 1)

    def forget_far_from(self, first: int, last: int) -> None:
        """Drop the pages farthest from these rows once there are many."""
        if len(self._pages) <= KEPT_PAGES:
            return
        middle = (first + last) // 2 // PAGE_SIZE
        by_distance = sorted(self._pages, key=lambda number: abs(number - middle))
        for number in by_distance[KEPT_PAGES:]:
            for row in self._pages.pop(number):
                del self._rows_by_id[row.order.id]
                self._written.pop(row.order.id, None)

    def missing(self, first: int, last: int) -> Sequence[int]:
        """The offsets of the pages that rows `first` to `last` need and that were not read yet."""
        last = min(last, self._total - 1)
        pages = range(max(first, 0) // PAGE_SIZE, last // PAGE_SIZE + 1) if last >= 0 else ()
        return [number * PAGE_SIZE for number in pages if number not in self._pages]

    def set_zone(self, zone: ZoneInfo) -> None:
        if zone != self._zone:
            self._zone = zone
            self._written.clear()
            for number, rows in self._pages.items():
                self._say_changed(number * PAGE_SIZE, number * PAGE_SIZE + len(rows) - 1)

    def set_board(self, board: Board | None) -> None:
        """Take route and ETA of its orders from the board of the day."""
        stops, reasons = self._stops, self._reasons
        self._stops = (
            {}
            if board is None
            else {
                stop.order.id: (each.id, f"{each.route.shift.name} · {number}", stop)
                for each in board.routes
                for number, stop in enumerate(each.timetable.stops, start=1)
            }
        )
        self._reasons = {} if board is None else board.reasons

        def is_as_before(order: OrderId) -> bool:
            return stops.get(order) == self._stops.get(order) and (
                reasons.get(order) == self._reasons.get(order)
            )

        for number, rows in self._pages.items():
            changed = [at for at, row in enumerate(rows) if not is_as_before(row.order.id)]
            for at in changed:
                self._written.pop(rows[at].order.id, None)
            if changed:
                start = number * PAGE_SIZE
                self._say_changed(start + changed[0], start + changed[-1])

    def order(self, row: int) -> Order | None:
        """The order of a row, or None while its page was not read."""
        found = self._row(row)
        return found.order if found else None

    def row_of(self, order: OrderId) -> int | None:
        """Its row where its page was read."""
        return self._rows_by_id.get(order)

    def ids(self, first: int, last: int) -> tuple[OrderId, ...] | None:
        """The orders of these rows; None where a page of them was not read."""
        orders = [self.order(row) for row in range(first, last + 1)]
        known = tuple(order.id for order in orders if order is not None)
        return known if len(known) == len(orders) else None

    def _row(self, row: int) -> OrderRow | None:
        page = self._pages.get(row // PAGE_SIZE)
        position = row % PAGE_SIZE
        return page[position] if page is not None and position < len(page) else None

    def _keep(self, page: OrderPage) -> None:
        for start in range(0, len(page.rows), PAGE_SIZE):
            rows = page.rows[start : start + PAGE_SIZE]
            self._pages[(page.offset + start) // PAGE_SIZE] = tuple(rows)
            for number, row in enumerate(rows, start=page.offset + start):
                self._rows_by_id[row.order.id] = number
                self._written.pop(row.order.id, None)

    def _say_changed(self, first: int, last: int) -> None:
        last = min(last, self._total - 1)
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))

    def _cells(self, row: OrderRow) -> tuple[Cell, ...]:
        cells = self._written.get(row.order.id)
        if cells is None:
            cells = self._written[row.order.id] = tuple(self._write(row))
        return cells

    def _write(self, row: OrderRow) -> Iterable[Cell]:
        """In the order of Column."""
        order = row.order
        state = state_of(order, row.route is not None or order.id in self._stops)
        is_pickup = order.kind is OrderKind.PICKUP
        yield Cell(text=chip_text(state), chip=state)
        yield Cell(text=order.reference)
        yield Cell(text=", ".join(filter(None, (order.recipient, order.company))))
        yield Cell(text=order.address.line or NOTHING, precision=precision_of(order))
        zone = ZoneInfo(order.time_zone) if order.time_zone else self._zone
        yield Cell(text=windows_text(order.windows, zone))
        yield Cell(text=weight_text(order.weight_g))
        yield Cell(text=volume_text(order.volume_cm3))
        yield Cell(text=count_text(len(order.parcels)) if order.parcels else NOTHING)
        method = method_text(order.method)
        yield Cell(text=f"{kind_text(order.kind)}, {method}" if is_pickup else method)
        yield Cell(text=payment_cell_text(order))
        yield Cell(
            text=priority_text(order.priority) if order.priority else NOTHING,
            tone=Tone.RISK if order.priority >= 3 else Tone.PLAIN,
        )
        yield self._route_cell(row)
        yield self._eta_cell(order)

    def _route_cell(self, row: OrderRow) -> Cell:
        """The route, or else in words why there is none."""
        if stop := self._stops.get(row.order.id):
            return Cell(text=stop[1], route=stop[0])
        if row.route is not None:
            number = "" if row.position is None else f" · {row.position}"
            return Cell(text=f"{row.route_name}{number}", route=row.route)
        if reason := hold_text(row.order):
            return Cell(text=reason, tone=Tone.RISK)
        if left_out := self._reasons.get(row.order.id):
            return Cell(text=left_out.detail, tone=Tone.RISK)
        return Cell(text=NOTHING)

    def _eta_cell(self, order: Order) -> Cell:
        stop = self._stops.get(order.id)
        if stop is None:
            return Cell(text=NOTHING)
        eta = clock_text(stop[2].begin, self._zone)
        if stop[2].lateness:
            late = self.tr("late {0}").format(minutes_text(stop[2].lateness))
            return Cell(text=f"{late} · {eta}", tone=Tone.BAD)
        return Cell(text=eta)

    def _tool_tip(self, row: OrderRow, column: int) -> str:
        order, cells = row.order, self._cells(row)
        cell = cells[column]
        match column:
            case Column.STATE:
                reason = cells[Column.ROUTE].text
                return f"{cell.text}: {reason}" if reason != NOTHING else cell.text
            case Column.ADDRESS:
                lines = [order.address.line, place_sentence(order.place, order.address)]
                if order.place is not None and order.place.label:
                    lines.append(self.tr("Found as: {0}").format(order.place.label))
                return "\n".join(line for line in lines if line)
            case _:
                return cell.text if cell.text != NOTHING else ""

    # Qt

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Column)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or (row := self._row(index.row())) is None:
            return None
        column = index.column()
        if role == CELL_ROLE:
            return self._cells(row)[column]
        if role == ORDER_ROLE:
            return row.order
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._cells(row)[column].text
            case Qt.ItemDataRole.TextAlignmentRole:
                side = (
                    Qt.AlignmentFlag.AlignRight
                    if column in NUMBERS
                    else (Qt.AlignmentFlag.AlignLeft)
                )
                return side | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(self._tool_tip(row, column))
            case Qt.ItemDataRole.AccessibleTextRole:
                cell = self._cells(row)[column]
                if cell.precision is not None:
                    return f"{cell.text} ({precision_text(cell.precision)})"
                return cell.text
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.column_title(Column(section))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in NUMBERS else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def column_title(self, column: Column) -> str:
        titles = {
            Column.STATE: self.tr("State"),
            Column.REFERENCE: self.tr("Reference"),
            Column.RECIPIENT: self.tr("Recipient"),
            Column.ADDRESS: self.tr("Address"),
            Column.WINDOW: self.tr("Window"),
            Column.WEIGHT: self.tr("Weight"),
            Column.VOLUME: self.tr("Volume"),
            Column.PARCELS: self.tr("Parcels"),
            Column.METHOD: self.tr("Method"),
            Column.PAYMENT: self.tr("Payment"),
            Column.PRIORITY: self.tr("Priority"),
            Column.ROUTE: self.tr("Route, or why none"),
            Column.ETA: self.tr("ETA"),
        }
        return titles[column]

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _FLAGS

    def mimeTypes(self) -> list[str]:
        return [MIME_ORDERS]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        rows = sorted({index.row() for index in indexes})
        orders = [order.id for row in rows if (order := self.order(row)) is not None]
        return orders_mime(orders)
