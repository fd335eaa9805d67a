"""Search, read and change orders."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.edits import ChangeOrders
from app.domain.ids import OrderId
from app.domain.orders import Order, OrderStatus, address_reason, barcodes, held
from app.domain.times import moved
from app.storage import order_search, queries
from app.storage.database import Database
from app.storage.events import Event, history
from app.storage.keys import new_id
from app.storage.order_search import Chip, OrderPage, OrderQuery, OrderRow, OrderSort
from app.storage.queries import DaySummary

__all__ = ["Chip", "DaySummary", "Event", "OrderPage", "OrderQuery", "OrderRow", "OrderSort"]


class OrdersService:
    """Reads orders; the functions below turn a wish into an edit for DispatchService.apply."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, query: OrderQuery, offset: int, limit: int, total: int | None = None
    ) -> OrderPage:
        """Some rows; `total` is how many there are in all, where that is known."""
        with self._database.reading() as session:
            return order_search.page(session, query, offset, limit, total)

    def counts(self, query: OrderQuery) -> Mapping[Chip, int]:
        with self._database.reading() as session:
            return order_search.counts(session, query)

    def ids(self, query: OrderQuery) -> tuple[OrderId, ...]:
        with self._database.reading() as session:
            return order_search.keys(session, query)

    def row_number(self, query: OrderQuery, order: OrderId) -> int | None:
        with self._database.reading() as session:
            return order_search.row_number(session, query, order)

    def get(self, orders: Collection[OrderId]) -> tuple[Order, ...]:
        """The orders that still exist, in the sequence asked for."""
        with self._database.reading() as session:
            return queries.orders(session, orders)

    def referred(self, reference: str) -> tuple[Order, ...]:
        """The orders of a reference, cancelled ones too; the latest day first."""
        with self._database.reading() as session:
            return queries.orders_of(session, reference)

    def history(self, subject: UUID) -> tuple[Event, ...]:
        """What happened to an order, a route (by its shift's key) or a part of the fleet."""
        with self._database.reading() as session:
            return history(session, subject)

    def days(self) -> tuple[DaySummary, ...]:
        with self._database.reading() as session:
            return queries.day_summaries(session)


def new_order_id() -> OrderId:
    return OrderId(new_id())


def hold(orders: Iterable[Order], reason: str) -> ChangeOrders:
    """Put orders on hold; they leave their routes."""
    return ChangeOrders(put=tuple(held(order, reason) for order in orders))


def take_off_hold(orders: Iterable[Order]) -> ChangeOrders:
    """A person has looked: the orders may be planned, unless their place is still not known."""
    return ChangeOrders(
        put=tuple(
            replace(order, status=OrderStatus.OPEN, hold_reason="")
            if order.place is not None and order.place.precision.is_plannable
            else replace(order, hold_reason=address_reason(order.place))
            for order in orders
        )
    )


def cancel(orders: Iterable[Order]) -> ChangeOrders:
    return ChangeOrders(put=tuple(replace(order, status=OrderStatus.CANCELLED) for order in orders))


def reopen(orders: Iterable[Order]) -> ChangeOrders:
    """Take back a cancellation, or plan a failed delivery again."""
    return ChangeOrders(
        put=tuple(
            replace(order, status=OrderStatus.ON_HOLD if order.hold_reason else OrderStatus.OPEN)
            for order in orders
        )
    )


def move_to_day(orders: Iterable[Order], day: date) -> ChangeOrders:
    """Another service day; what it is promised keeps its clock times, by its own clocks."""
    return ChangeOrders(put=tuple(_on_day(order, day) for order in orders))


def duplicate(orders: Iterable[Order]) -> ChangeOrders:
    """Open copies with references and barcodes of their own."""
    copies = []
    for order in orders:
        key = new_order_id()
        reference = f"{order.reference}-{str(key)[-6:]}"
        copies.append(
            replace(
                order,
                id=key,
                reference=reference,
                parcels=barcodes(reference, len(order.parcels)),
                status=OrderStatus.ON_HOLD if order.hold_reason else OrderStatus.OPEN,
                source=None,
                version=0,
            )
        )
    return ChangeOrders(put=tuple(copies))


def _on_day(order: Order, day: date) -> Order:
    by, zone = day - order.day, ZoneInfo(order.time_zone or "UTC")
    window = None if order.window is None else moved(order.window, by, zone)
    return replace(order, day=day, window=window, rules=order.rules.moved(by, zone))
