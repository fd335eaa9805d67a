"""The orders table's window of rows: filter, sort, count, and find a row's number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from app.domain.ids import DepotId, OrderId, RouteId
from app.domain.orders import Order, OrderStatus
from app.storage.convert import folded, order_of
from app.storage.records import (
    DriverRecord,
    OrderRecord,
    ShiftRecord,
    StopRecord,
    VehicleRecord,
)


class Chip(StrEnum):
    """The filters above the orders table."""

    ALL = "all"
    UNASSIGNED = "unassigned"
    ON_HOLD = "on_hold"
    PLANNED = "planned"
    OUT = "out"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


class OrderSort(StrEnum):
    REFERENCE = "reference"
    RECIPIENT = "recipient"
    ADDRESS = "address"
    WINDOW = "window"
    WEIGHT = "weight"
    VOLUME = "volume"
    PARCELS = "parcels"
    METHOD = "method"
    PAYMENT = "payment"
    PRIORITY = "priority"
    STATUS = "status"
    ROUTE = "route"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQuery:
    """What the orders table shows."""

    day: date | None = None
    """None for every day."""
    depot: DepotId | None = None
    """None for every depot; orders of no depot are always shown."""
    chip: Chip = Chip.ALL
    text: str = ""
    """Words that must all occur in reference, names, street, town, phone or barcodes."""
    sort: OrderSort = OrderSort.REFERENCE
    is_descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """One line of the table; `position` counts the route's stops from 1."""

    order: Order
    route: RouteId | None
    route_name: str
    position: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    rows: tuple[OrderRow, ...]
    offset: int
    total: int


_IS_PLANNED = StopRecord.order_id.is_not(None)
_CHIPS: Mapping[Chip, ColumnElement[bool]] = {
    Chip.ALL: OrderRecord.status != OrderStatus.CANCELLED,
    Chip.UNASSIGNED: and_(OrderRecord.status == OrderStatus.OPEN, ~_IS_PLANNED),
    Chip.ON_HOLD: OrderRecord.status == OrderStatus.ON_HOLD,
    Chip.PLANNED: and_(OrderRecord.status == OrderStatus.OPEN, _IS_PLANNED),
    Chip.OUT: OrderRecord.status == OrderStatus.OUT,
    Chip.DELIVERED: OrderRecord.status == OrderStatus.DELIVERED,
    Chip.FAILED: OrderRecord.status == OrderStatus.FAILED,
    Chip.CANCELLED: OrderRecord.status == OrderStatus.CANCELLED,
}
_NEEDS_STOPS = frozenset({Chip.UNASSIGNED, Chip.PLANNED})

_SORTS: Mapping[OrderSort, tuple[Any, ...]] = {
    OrderSort.REFERENCE: (),
    OrderSort.RECIPIENT: (OrderRecord.recipient,),
    OrderSort.ADDRESS: (OrderRecord.city, OrderRecord.postcode, OrderRecord.street),
    OrderSort.WINDOW: (OrderRecord.window_start, OrderRecord.window_end),
    OrderSort.WEIGHT: (OrderRecord.weight_g,),
    OrderSort.VOLUME: (OrderRecord.volume_cm3,),
    OrderSort.PARCELS: (OrderRecord.parcel_count,),
    OrderSort.METHOD: (OrderRecord.method,),
    OrderSort.PAYMENT: (OrderRecord.payment,),
    OrderSort.PRIORITY: (OrderRecord.priority,),
    OrderSort.STATUS: (OrderRecord.status,),
    OrderSort.ROUTE: (DriverRecord.name, StopRecord.position),
    OrderSort.DAY: (OrderRecord.day,),
}
_FOUND_AT_ONCE = 1_000


def page(
    session: Session, query: OrderQuery, offset: int, limit: int, total: int | None = None
) -> OrderPage:
    """`limit` rows from `offset` on; the keys are found first, so that deep pages stay cheap.

    Where `total` is known it is not counted again, which takes longer than all the rest.
    """
    # A text is looked for in every row: a few more keys than are shown often make this the only
    # time, because they tell how many there are as well.
    many = max(limit, _FOUND_AT_ONCE) if query.text else limit
    keys = session.scalars(
        _filtered(select(OrderRecord.id), query, is_sorted=True).offset(offset).limit(many)
    ).all()
    if len(keys) < many and (keys or not offset):
        total = offset + len(keys)
    elif total is None:
        total = session.scalar(_filtered(select(func.count(OrderRecord.id)), query)) or 0
    keys = keys[:limit]
    rows = session.execute(
        select(
            OrderRecord,
            StopRecord.route_id,
            StopRecord.position,
            DriverRecord.name,
            VehicleRecord.name,
        )
        .outerjoin(StopRecord, StopRecord.order_id == OrderRecord.id)
        .outerjoin(ShiftRecord, ShiftRecord.id == StopRecord.route_id)
        .outerjoin(DriverRecord, DriverRecord.id == ShiftRecord.driver_id)
        .outerjoin(VehicleRecord, VehicleRecord.id == ShiftRecord.vehicle_id)
        .where(OrderRecord.id.in_(keys))
    )
    found = {
        record.id: OrderRow(
            order=order_of(record),
            route=RouteId(route) if route else None,
            route_name=f"{driver} · {vehicle}" if route else "",
            position=None if position is None else position + 1,
        )
        for record, route, position, driver, vehicle in rows
    }
    return OrderPage(
        rows=tuple(found[key] for key in keys if key in found), offset=offset, total=total
    )


def counts(session: Session, query: OrderQuery) -> Mapping[Chip, int]:
    """How many orders each chip would show, with the same day, depot and text."""
    chips = [func.count().filter(condition) for condition in _CHIPS.values()]
    statement = (
        select(*chips)
        .select_from(OrderRecord)
        .outerjoin(StopRecord, StopRecord.order_id == OrderRecord.id)
    )
    row = session.execute(statement.where(_matches(query))).one()
    return dict(zip(_CHIPS, row, strict=True))


def keys(session: Session, query: OrderQuery) -> tuple[OrderId, ...]:
    """Every order that the query shows, in its sequence."""
    statement = _filtered(select(OrderRecord.id), query, is_sorted=True)
    return tuple(OrderId(key) for key in session.scalars(statement))


def row_number(session: Session, query: OrderQuery, order: OrderId) -> int | None:
    """Where an order stands in the query's sequence, from 0; None where it is not shown."""
    number = func.row_number().over(order_by=_sequence(query)).label("number")
    numbered = _filtered(select(OrderRecord.id, number), query, is_sorted=True).subquery()
    found = session.scalar(select(numbered.c.number).where(numbered.c.id == order))
    return None if found is None else found - 1


def _filtered[*T](
    statement: Select[*T], query: OrderQuery, *, is_sorted: bool = False
) -> Select[*T]:
    if query.chip in _NEEDS_STOPS or (is_sorted and query.sort is OrderSort.ROUTE):
        statement = statement.outerjoin(StopRecord, StopRecord.order_id == OrderRecord.id)
    if is_sorted and query.sort is OrderSort.ROUTE:
        statement = statement.outerjoin(
            ShiftRecord, ShiftRecord.id == StopRecord.route_id
        ).outerjoin(DriverRecord, DriverRecord.id == ShiftRecord.driver_id)
    statement = statement.where(_CHIPS[query.chip], _matches(query))
    if not is_sorted:
        return statement
    return statement.order_by(*_sequence(query))


def _sequence(query: OrderQuery) -> list[ColumnElement[Any]]:
    """What no row lacks is sorted without NULLS LAST, which would keep an index from serving."""
    columns = _SORTS[query.sort]
    if query.is_descending:
        return [
            *(column.desc().nulls_last() for column in columns),
            OrderRecord.reference.desc(),
            OrderRecord.id.desc(),
        ]
    return [
        *(column.asc().nulls_last() for column in columns),
        OrderRecord.reference.asc(),
        OrderRecord.id.asc(),
    ]


def _matches(query: OrderQuery) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [true()]
    if query.day is not None:
        conditions.append(OrderRecord.day == query.day)
    if query.depot is not None:
        conditions.append(or_(OrderRecord.depot_id.is_(None), OrderRecord.depot_id == query.depot))
    conditions += [
        OrderRecord.search_text.contains(word, autoescape=True)
        for word in folded(query.text).split()
    ]
    return and_(*conditions)
