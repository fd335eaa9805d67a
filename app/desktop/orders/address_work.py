"""Leads through the orders that are on hold because of their address."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.desktop.editor import Editor
from app.desktop.orders.fix_dialog import FixDialog
from app.desktop.tasks import Tasks
from app.desktop.widgets.editing import until_idle
from app.domain.addresses import Place, Precision
from app.domain.edits import ChangeOrders
from app.domain.errors import DispatchError
from app.domain.geo import Location
from app.domain.ids import DepotId, OrderId
from app.domain.orders import Order, OrderStatus, address_reason, with_place
from app.services.addresses import AddressService, pin
from app.services.orders import Chip, OrderQuery, OrdersService

_PAGE = 200
_CANDIDATES = 8


class AddressWork(QObject):
    """One work list at a time; orders that somebody else fixed meanwhile are passed over."""

    pin_requested = Signal(object)
    """The OrderId whose place the next click on the map is."""
    pin_ended = Signal()
    location_shown = Signal(object)
    """The Location that may be the order's; None where none is looked at any more."""
    """A Location for the map to show."""
    order_shown = Signal(object)
    """The OrderId that is worked on."""
    emptied = Signal()
    """No order is on hold because of its address, or not any more."""
    still_held = Signal(object)
    """An Order that has its place now, but waits for something else too."""

    def __init__(
        self,
        orders: OrdersService,
        addresses: AddressService,
        tasks: Tasks,
        editor: Editor,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._orders = orders
        self._addresses = addresses
        self._tasks = tasks
        self._editor = editor
        self._window = parent
        self._dialog: FixDialog | None = None
        self._list: list[OrderId] = []
        self._position = 0
        self._order: Order | None = None
        self._asking: asyncio.Task[None] | None = None

    @property
    def is_open(self) -> bool:
        return self._dialog is not None

    def open(self, day: date | None, depot: DepotId | None, first: OrderId | None = None) -> None:
        """Begin with `first` where it is one of those."""
        if self._dialog is not None:
            self._dialog.raise_()
            self._dialog.activateWindow()
            return
        self._tasks.start(self._open(day, depot, first), self)

    def set_pin(self, location: Location) -> None:
        """Where a person clicked on the map."""
        if self._dialog is not None:
            self._dialog.set_pin(location)

    async def _open(self, day: date | None, depot: DepotId | None, first: OrderId | None) -> None:
        self._list = await self._waiting(day, depot)
        self._position = self._list.index(first) if first in self._list else 0
        if not self._list:
            self.emptied.emit()
            return
        dialog = self._dialog = FixDialog(self._window)
        dialog.searched.connect(self._on_searched)
        dialog.place_shown.connect(self.location_shown)
        dialog.pin_wanted.connect(self._on_pin_wanted)
        dialog.confirmed.connect(lambda place: self._tasks.start(self._take(place), self))
        dialog.skipped.connect(lambda: self._tasks.start(self._go(+1), self))
        dialog.went_back.connect(lambda: self._tasks.start(self._go(-1), self))
        dialog.finished.connect(self._on_finished)
        await self._show()
        dialog.show()
        dialog.activateWindow()

    async def _waiting(self, day: date | None, depot: DepotId | None) -> list[OrderId]:
        query = OrderQuery(day=day, depot=depot, chip=Chip.ON_HOLD)
        found: list[OrderId] = []
        offset = 0
        while True:
            page = await self._tasks.run(self._orders.page, query, offset, _PAGE)
            found += [row.order.id for row in page.rows if _is_lost(row.order)]
            offset += _PAGE
            if offset >= page.total:
                return found

    async def _show(self) -> None:
        """The order at the position, as it is now; one that is fixed is passed over."""
        dialog = self._dialog
        while dialog is not None and self._position < len(self._list):
            key = self._list[self._position]
            found = await self._tasks.run(self._orders.get, [key])
            if self._dialog is not dialog:
                return
            if found and _is_lost(found[0]):
                self._order = found[0]
                dialog.set_busy(False)
                self.location_shown.emit(None)
                dialog.show_order(found[0], self._position + 1, len(self._list))
                self.order_shown.emit(key)
                self._on_searched("")
                return
            del self._list[self._position]
        if dialog is None:
            return
        if self._list:
            # The end is reached; what was left for later comes again.
            self._position = 0
            await self._show()
            return
        dialog.accept()
        self.emptied.emit()

    async def _go(self, step: int) -> None:
        self._position = (self._position + step) % len(self._list)
        await self._show()

    async def _take(self, place: Place) -> None:
        order, dialog = self._order, self._dialog
        if order is None or dialog is None:
            return
        dialog.set_busy(True)
        await until_idle(self._editor)
        placed = _placed(order, place)
        text = self.tr("Place {0}").format(order.reference)
        try:
            await self._editor.apply(ChangeOrders(put=(placed,)), text, self)
        except DispatchError as error:
            # Told where the person looks; the order is read again as it is now.
            await self._show()
            if self._dialog is dialog:
                dialog.show_problem(str(error))
            return
        if placed.status is OrderStatus.ON_HOLD:
            self.still_held.emit(placed)
        del self._list[self._position]
        await self._show()

    def _on_searched(self, text: str) -> None:
        if self._asking is not None:
            self._asking.cancel()
        if self._order is not None:
            self._asking = self._tasks.start(self._ask(self._order, text), self)

    async def _ask(self, order: Order, text: str) -> None:
        if text:
            found = await self._tasks.run_long(self._addresses.search, text, _CANDIDATES)
        else:
            found = await self._tasks.run_long(
                self._addresses.candidates, order.address, _CANDIDATES
            )
        if self._dialog is not None and order is self._order:
            self._dialog.show_candidates(found)

    def _on_pin_wanted(self) -> None:
        if self._order is not None:
            self.pin_requested.emit(self._order.id)

    def _on_finished(self) -> None:
        self._dialog = None
        self._order = None
        self.location_shown.emit(None)
        self.pin_ended.emit()


def _is_lost(order: Order) -> bool:
    return order.status is OrderStatus.ON_HOLD and bool(address_reason(order.place))


def _placed(order: Order, place: Place) -> Order:
    """A house that a person recognised is as good as a pin; a street stays only a street."""
    if place.precision is Precision.STREET:
        return with_place(order, replace(place, score=1.0))
    (pinned,) = pin(order, place.location).put
    return pinned
