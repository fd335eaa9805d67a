"""Opens the order form and saves what was typed, as one edit that can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.desktop.editor import Editor
from app.desktop.orders.order_form import OrderForm, placed
from app.desktop.tasks import Tasks
from app.desktop.widgets.address_fields import AddressLookup
from app.domain.addresses import Address
from app.domain.edits import ChangeOrders
from app.domain.errors import DispatchError
from app.domain.fleet import Depot
from app.domain.ids import DepotId, OrderId
from app.domain.orders import Order, Payment, barcodes
from app.services.addresses import AddressService
from app.services.fleet import FleetService
from app.services.orders import OrdersService, new_order_id
from app.services.promise import PromiseService


class OrderForms(QObject):
    """One form at a time is enough; a second order opens beside the first."""

    def __init__(
        self,
        orders: OrdersService,
        fleet: FleetService,
        addresses: AddressService,
        promise: PromiseService,
        tasks: Tasks,
        editor: Editor,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._orders = orders
        self._fleet = fleet
        self._addresses = addresses
        self._promise = promise
        self._tasks = tasks
        self._editor = editor
        self._window = parent

    def open_new(self, day: date, depot: DepotId | None, zone: ZoneInfo) -> None:
        """A form for an order of this day."""
        order = Order(
            id=new_order_id(),
            reference="",
            day=day,
            depot=depot,
            recipient="",
            address=Address(),
            parcels=barcodes("", 1),
            payment=Payment.PAID,
        )
        self._tasks.start(self._open(order, zone), self)

    def open_order(self, order: OrderId, zone: ZoneInfo) -> None:
        """A form with the order as it is in the database now."""
        self._tasks.start(self._open_existing(order, zone), self)

    async def _open_existing(self, order: OrderId, zone: ZoneInfo) -> None:
        for found in await self._tasks.run(self._orders.get, [order]):
            await self._open(found, zone)

    async def _open(self, order: Order, zone: ZoneInfo) -> None:
        depots = await self._tasks.run(self._fleet.depots)
        vehicles = await self._tasks.run(self._fleet.vehicles)
        drivers = await self._tasks.run(self._fleet.drivers)
        tags = {tag for vehicle in vehicles for tag in vehicle.features}
        tags |= {tag for driver in drivers for tag in driver.skills}
        form = OrderForm(order, depots, zone, self._window)
        form.set_known_tags(sorted(tags))
        shifts = await self._tasks.run(self._fleet.shifts, order.day)
        form.set_drivers(drivers, {shift.driver.id for shift in shifts})
        form.more.loads.suggest({name for each in vehicles for name, _ in each.capacity.more})
        lookup = AddressLookup(form.address, self._addresses, self._tasks)
        form.saved.connect(lambda typed: self._tasks.start(self._save(form, lookup, typed), self))
        form.promise.asked.connect(
            lambda: self._tasks.start(self._ask_slots(form, lookup, depots), self)
        )
        form.open()

    async def _ask_slots(
        self, form: OrderForm, lookup: AddressLookup, depots: Sequence[Depot]
    ) -> None:
        form.promise.show_asking()
        try:
            order = replace(form.draft(), place=await lookup.place())
            offers = await self._tasks.run_long(self._promise.offers, order)
        except DispatchError as error:
            form.promise.show_problem(str(error))
        else:
            currency = next((d.currency for d in depots if order.depot in (None, d.id)), "")
            form.promise.show_offers(offers, currency)

    async def _save(self, form: OrderForm, lookup: AddressLookup, typed: Order) -> None:
        form.set_busy(True)
        try:
            order = placed(typed, await lookup.place())
            text = self.tr("Add order {0}") if order.version == 0 else self.tr("Change order {0}")
            edit = ChangeOrders(put=(order,))
            await self._editor.apply(edit, text.format(order.reference), self)
        except DispatchError as error:
            # Told in the form, which keeps what was typed.
            form.set_busy(False)
            form.show_problem(str(error))
        else:
            form.accept()
