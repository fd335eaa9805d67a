"""SELECTs worth a name; they give back domain values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.domain.addresses import Address
from app.domain.fleet import Depot, Driver, Shift, Vehicle
from app.domain.geo import Location
from app.domain.ids import DepotId, OrderId, RouteId
from app.domain.names import NameOrder, name_order
from app.domain.orders import Order, OrderKind, OrderStatus
from app.domain.problem import Unassigned
from app.domain.routes import Route
from app.storage.convert import (
    address_key,
    alike_key,
    depot_of,
    driver_of,
    order_of,
    route_of,
    shift_of,
    vehicle_of,
)
from app.storage.records import (
    ConfirmedPinRecord,
    DayRecord,
    DepotRecord,
    DriverRecord,
    OrderRecord,
    RouteRecord,
    ShiftRecord,
    StopRecord,
    UnassignedRecord,
    VehicleRecord,
)

CHUNK = 500
"""How many keys go into one IN list: SQLite and the planner both like it short."""


def chunks[T](values: Iterable[T]) -> Iterable[list[T]]:
    every = list(values)
    for start in range(0, len(every), CHUNK):
        yield every[start : start + CHUNK]


def depots(session: Session) -> tuple[Depot, ...]:
    rows = session.scalars(select(DepotRecord).order_by(DepotRecord.id))
    return tuple(sorted(map(depot_of, rows), key=lambda each: name_order(each.name)))


def vehicles(session: Session) -> tuple[Vehicle, ...]:
    """The active ones first, by name."""
    rows = session.scalars(select(VehicleRecord).order_by(VehicleRecord.id))
    return tuple(sorted(map(vehicle_of, rows), key=_active_by_name))


def drivers(session: Session) -> tuple[Driver, ...]:
    """The active ones first, by name."""
    rows = session.scalars(select(DriverRecord).order_by(DriverRecord.id))
    return tuple(sorted(map(driver_of, rows), key=_active_by_name))


def _active_by_name(each: Driver | Vehicle) -> tuple[bool, NameOrder]:
    return not each.is_active, name_order(each.name)


def shifts(session: Session, first: date, last: date) -> tuple[Shift, ...]:
    """Shifts from `first` to `last`, both included, in the sequence that every list uses."""
    query = (
        select(ShiftRecord)
        .where(ShiftRecord.day.between(first, last))
        .order_by(ShiftRecord.day, ShiftRecord.start_at, ShiftRecord.id)
    )
    return tuple(shift_of(row) for row in session.scalars(query))


def day_routes(session: Session, day: date, depot: DepotId | None = None) -> tuple[Route, ...]:
    """The routes of a day, by start of shift."""
    query = (
        select(RouteRecord)
        .join(ShiftRecord, ShiftRecord.id == RouteRecord.id)
        .where(ShiftRecord.day == day)
        .order_by(ShiftRecord.start_at, ShiftRecord.id)
    )
    if depot is not None:
        query = query.where(ShiftRecord.depot_id == depot)
    return tuple(route_of(row) for row in session.scalars(query))


def day_route_ids(session: Session, day: date) -> tuple[RouteId, ...]:
    """Those of every depot."""
    return tuple(
        map(RouteId, session.scalars(select(ShiftRecord.id).where(ShiftRecord.day == day)))
    )


def routes(session: Session, ids: Collection[RouteId]) -> tuple[Route, ...]:
    query = select(RouteRecord).where(RouteRecord.id.in_(ids))
    return tuple(route_of(row) for row in session.scalars(query))


def day_orders(session: Session, day: date, depot: DepotId | None = None) -> tuple[Order, ...]:
    """Every order of a day that was not cancelled, by reference."""
    query = select(OrderRecord).where(
        OrderRecord.day == day, OrderRecord.status != OrderStatus.CANCELLED
    )
    if depot is not None:
        query = query.where(or_(OrderRecord.depot_id.is_(None), OrderRecord.depot_id == depot))
    return tuple(order_of(row) for row in session.scalars(query.order_by(*REFERENCE_ORDER)))


def cancelled_halves(
    session: Session, day: date, depot: DepotId | None = None
) -> tuple[Order, ...]:
    """The cancelled orders of a day that may be one half of a pair."""
    query = select(OrderRecord).where(
        OrderRecord.day == day,
        OrderRecord.status == OrderStatus.CANCELLED,
        or_(OrderRecord.kind == OrderKind.PICKUP, OrderRecord.rules.is_not(None)),
    )
    if depot is not None:
        query = query.where(or_(OrderRecord.depot_id.is_(None), OrderRecord.depot_id == depot))
    return tuple(order_of(row) for row in session.scalars(query.order_by(*REFERENCE_ORDER)))


REFERENCE_ORDER = (OrderRecord.reference, OrderRecord.id)


def orders(session: Session, ids: Collection[OrderId]) -> tuple[Order, ...]:
    """The orders that are still there, in the sequence of `ids`."""
    found: dict[UUID, Order] = {}
    for part in chunks(ids):
        rows = session.scalars(select(OrderRecord).where(OrderRecord.id.in_(part)))
        found.update({row.id: order_of(row) for row in rows})
    return tuple(found[order] for order in ids if order in found)


def orders_of(session: Session, reference: str) -> tuple[Order, ...]:
    """Those of a reference, the latest day first: other depots or shops may have one alike."""
    rows = session.scalars(
        select(OrderRecord)
        .where(OrderRecord.reference == reference)
        .order_by(OrderRecord.day.desc(), OrderRecord.id)
    )
    return tuple(order_of(row) for row in rows)


def route_of_orders(session: Session, ids: Collection[OrderId]) -> Mapping[OrderId, RouteId]:
    found: dict[OrderId, RouteId] = {}
    for part in chunks(ids):
        query = select(StopRecord.order_id, StopRecord.route_id).where(
            StopRecord.order_id.in_(part)
        )
        found.update({OrderId(order): RouteId(route) for order, route in session.execute(query)})
    return found


def reasons(session: Session, ids: Collection[OrderId]) -> Mapping[OrderId, Unassigned]:
    found = {}
    for part in chunks(ids):
        query = select(UnassignedRecord).where(UnassignedRecord.order_id.in_(part))
        for row in session.scalars(query):
            order = OrderId(row.order_id)
            found[order] = Unassigned(order=order, reason=row.reason, detail=row.detail)
    return found


def is_bin_locked(session: Session, day: date) -> bool:
    return bool(session.scalar(select(DayRecord.is_bin_locked).where(DayRecord.day == day)))


def planned_under(session: Session, day: date) -> str:
    """The digest of the road conditions that the day's plan knew of."""
    return session.scalar(select(DayRecord.planned_under).where(DayRecord.day == day)) or ""


def confirmed_pins(session: Session, addresses: Collection[Address]) -> Mapping[str, Location]:
    """Pins that people placed, by address_key(): of the address as typed, or else spelt alike."""
    query = select(ConfirmedPinRecord.key, ConfirmedPinRecord.lat, ConfirmedPinRecord.lon)
    # All of them, as many as people placed by hand; of those that are alike the last one counts.
    pins = {
        key: Location(lat=lat, lon=lon)
        for key, lat, lon in session.execute(query.order_by(ConfirmedPinRecord.confirmed_at))
    }
    if not pins:
        return {}
    alike = {alike_key(key): pin for key, pin in pins.items()}
    asked = {address_key(address) for address in addresses}
    found = {key: pins.get(key) or alike.get(alike_key(key)) for key in asked}
    return {key: pin for key, pin in found.items() if pin is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySummary:
    """A service day in numbers, for the calendar."""

    day: date
    orders: int
    unassigned: int
    on_hold: int


def day_summaries(session: Session) -> tuple[DaySummary, ...]:
    """Days with orders that were not cancelled, newest first."""
    planned = StopRecord.order_id.is_not(None)
    open_orders = OrderRecord.status == OrderStatus.OPEN
    query = (
        select(
            OrderRecord.day,
            func.count(),
            func.count().filter(open_orders & ~planned),
            func.count().filter(OrderRecord.status == OrderStatus.ON_HOLD),
        )
        .outerjoin(StopRecord, StopRecord.order_id == OrderRecord.id)
        .where(OrderRecord.status != OrderStatus.CANCELLED)
        .group_by(OrderRecord.day)
        .order_by(OrderRecord.day.desc())
    )
    return tuple(
        DaySummary(day=day, orders=count, unassigned=unassigned, on_hold=on_hold)
        for day, count, unassigned, on_hold in session.execute(query)
    )


def route_versions(session: Session, day: date) -> dict[UUID, tuple[int, int | None]]:
    """Version and printed revision of each route; printing alone changes no version."""
    query = (
        select(RouteRecord.id, RouteRecord.version, RouteRecord.printed_version)
        .join(ShiftRecord, ShiftRecord.id == RouteRecord.id)
        .where(ShiftRecord.day == day)
    )
    return {key: (version, printed) for key, version, printed in session.execute(query)}


def order_versions(session: Session, day: date) -> dict[UUID, int]:
    query = select(OrderRecord.id, OrderRecord.version).where(OrderRecord.day == day)
    return _versions(session, query)


def fleet_versions(session: Session, day: date) -> dict[UUID, int]:
    """Versions of the day's shifts and of every depot, vehicle and driver."""
    found: dict[UUID, int] = {}
    shift_query = select(ShiftRecord.id, ShiftRecord.version).where(ShiftRecord.day == day)
    found.update(_versions(session, shift_query))
    tables: Sequence[type[DepotRecord | VehicleRecord | DriverRecord]] = (
        DepotRecord,
        VehicleRecord,
        DriverRecord,
    )
    for record in tables:
        query = select(record.id, record.version)
        found.update(_versions(session, query))
    return found


def _versions(session: Session, query: Select[UUID, int]) -> dict[UUID, int]:
    return {row[0]: row[1] for row in session.execute(query)}
