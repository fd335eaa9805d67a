"""Rows to domain values and back; the only place that knows both shapes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from app.domain.addresses import Address, Place, Precision
from app.domain.fleet import Break, Costs, Depot, Driver, Load, Shift, Slot, Vehicle, WeekPace
from app.domain.geo import Location
from app.domain.ids import DepotId, DriverId, OrderId, RouteId, ShiftId, VehicleId
from app.domain.orders import Order, Parcel, Source
from app.domain.routes import Route, RouteStatus, Stop
from app.domain.rules import DEPOT_AIMS, Aims
from app.domain.times import TimeWindow
from app.domain.travel import Profile
from app.domain.underway import Underway
from app.storage.records import (
    DepotRecord,
    DriverRecord,
    OrderRecord,
    ParcelRecord,
    RouteRecord,
    ShiftRecord,
    VehicleRecord,
)
from app.storage.rules import (
    amounts,
    amounts_column,
    as_plain,
    from_plain,
    order_rules,
    promised_of,
    rules_column,
    shift_rules,
)

_NO_WORD = re.compile(r"[\W_]+")
_SHORT_STREET = re.compile(r"str\b")


def depot_of(row: DepotRecord) -> Depot:
    return Depot(
        id=DepotId(row.id),
        name=row.name,
        address=_address_of(row),
        location=Location(lat=row.lat, lon=row.lon),
        time_zone=row.time_zone,
        currency=row.currency,
        delivery_slots=from_plain(row.delivery_slots or (), tuple[Slot, ...]),
        traffic=from_plain(row.traffic or (), WeekPace),
        aims=DEPOT_AIMS if row.aims is None else from_plain(row.aims, Aims),
        version=row.version,
    )


def fill_depot(row: DepotRecord, depot: Depot) -> None:
    row.name = depot.name
    _fill_address(row, depot.address)
    row.lat, row.lon = depot.location.lat, depot.location.lon
    row.time_zone = depot.time_zone
    row.currency = depot.currency
    row.delivery_slots = as_plain(depot.delivery_slots) or None
    row.traffic = as_plain(depot.traffic) or None
    row.aims = None if depot.aims == DEPOT_AIMS else as_plain(depot.aims)


def vehicle_of(row: VehicleRecord) -> Vehicle:
    return Vehicle(
        id=VehicleId(row.id),
        name=row.name,
        plate=row.plate,
        profile=row.profile,
        capacity=Load(
            weight_g=row.weight_g,
            volume_cm3=row.volume_cm3,
            parcels=row.parcels,
            more=amounts(row.more_capacity),
        ),
        costs=Costs(fixed=row.cost_fixed, per_km=row.cost_per_km, per_hour=row.cost_per_hour),
        features=row.features,
        is_active=row.is_active,
        version=row.version,
    )


def fill_vehicle(row: VehicleRecord, vehicle: Vehicle) -> None:
    row.name, row.plate, row.profile = vehicle.name, vehicle.plate, Profile(vehicle.profile)
    row.weight_g, row.volume_cm3, row.parcels = vehicle.capacity.amounts
    row.more_capacity = amounts_column(vehicle.capacity.more)
    row.cost_fixed = vehicle.costs.fixed
    row.cost_per_km = vehicle.costs.per_km
    row.cost_per_hour = vehicle.costs.per_hour
    row.features = vehicle.features
    row.is_active = vehicle.is_active


def driver_of(row: DriverRecord) -> Driver:
    return Driver(
        id=DriverId(row.id),
        name=row.name,
        phone=row.phone,
        skills=row.skills,
        home=_location_of(row.home_lat, row.home_lon),
        is_active=row.is_active,
        version=row.version,
    )


def fill_driver(row: DriverRecord, driver: Driver) -> None:
    row.name, row.phone, row.skills = driver.name, driver.phone, driver.skills
    row.home_lat = driver.home.lat if driver.home else None
    row.home_lon = driver.home.lon if driver.home else None
    row.is_active = driver.is_active


def shift_of(row: ShiftRecord) -> Shift:
    rest = None
    if row.rest_start is not None and row.rest_end is not None and row.rest_length is not None:
        rest = Break(
            window=TimeWindow(start=row.rest_start, end=row.rest_end), length=row.rest_length
        )
    return Shift(
        id=ShiftId(row.id),
        day=row.day,
        depot=depot_of(row.depot),
        driver=driver_of(row.driver),
        vehicle=vehicle_of(row.vehicle),
        window=TimeWindow(start=row.start_at, end=row.end_at),
        rest=rest,
        start=row.start_kind,
        end=row.end_kind,
        rules=shift_rules(row.rules),
        version=row.version,
    )


def fill_shift(row: ShiftRecord, shift: Shift) -> None:
    row.day = shift.day
    row.depot_id, row.driver_id = shift.depot.id, shift.driver.id
    row.vehicle_id = shift.vehicle.id
    row.start_at, row.end_at = shift.window.start, shift.window.end
    row.rest_start = shift.rest.window.start if shift.rest else None
    row.rest_end = shift.rest.window.end if shift.rest else None
    row.rest_length = shift.rest.length if shift.rest else None
    row.start_kind, row.end_kind = shift.start, shift.end
    row.rules = rules_column(shift.rules)


def route_of(row: RouteRecord) -> Route:
    return Route(
        id=RouteId(row.id),
        shift=replace(
            shift_of(row.shift),
            leaves_after=row.leaves_after,
            # A draft is at the depot until it is released again.
            underway=None if row.status is RouteStatus.DRAFT else underway_of(row),
            promised=promised_of(row.promised),
        ),
        stops=tuple(
            Stop(order=OrderId(stop.order_id), is_locked=stop.is_locked) for stop in row.stops
        ),
        lock=row.lock,
        status=row.status,
        printed_version=row.printed_version,
        contents_version=row.contents_version,
        version=row.version,
    )


def underway_of(row: RouteRecord) -> Underway | None:
    return None if row.underway is None else from_plain(row.underway, Underway)


def order_of(row: OrderRecord) -> Order:
    location = _location_of(row.lat, row.lon)
    window = None
    if row.window_start is not None and row.window_end is not None:
        window = TimeWindow(start=row.window_start, end=row.window_end)
    return Order(
        id=OrderId(row.id),
        reference=row.reference,
        depot=DepotId(row.depot_id) if row.depot_id else None,
        day=row.day,
        kind=row.kind,
        status=row.status,
        hold_reason=row.hold_reason,
        recipient=row.recipient,
        company=row.company,
        address=_address_of(row),
        place=None
        if location is None
        else Place(
            location=location,
            precision=row.precision,
            score=1.0 if row.place_score is None else row.place_score,
            label=row.place_label,
        ),
        window=window,
        time_zone=row.time_zone,
        service_time=row.service_time,
        weight_g=row.weight_g,
        volume_cm3=row.volume_cm3,
        parcels=tuple(Parcel(barcode=parcel.barcode) for parcel in row.parcels),
        method=row.method,
        payment=row.payment,
        cod_amount=row.cod_amount,
        currency=row.currency,
        priority=row.priority,
        requirements=row.requirements,
        phone=row.phone,
        email=row.email,
        notes=row.notes,
        rules=order_rules(row.rules),
        more_load=amounts(row.more_load),
        source=Source(digest=row.source_digest, holds=tuple(row.source_holds.splitlines()))
        if row.source_digest
        else None,
        version=row.version,
    )


def order_columns(order: Order) -> dict[str, Any]:
    """The row of an order without its key, version and parcels."""
    place = order.place
    return {
        "reference": order.reference,
        "depot_id": order.depot,
        "day": order.day,
        "kind": order.kind,
        "status": order.status,
        "hold_reason": order.hold_reason,
        "recipient": order.recipient,
        "company": order.company,
        "street": order.address.street,
        "detail": order.address.detail,
        "postcode": order.address.postcode,
        "city": order.address.city,
        "country": order.address.country,
        "lat": place.location.lat if place else None,
        "lon": place.location.lon if place else None,
        "precision": place.precision if place else Precision.UNKNOWN,
        "place_score": place.score if place else None,
        "place_label": place.label if place else "",
        "window_start": order.window.start if order.window else None,
        "window_end": order.window.end if order.window else None,
        "time_zone": order.time_zone,
        "service_time": order.service_time,
        "weight_g": order.weight_g,
        "volume_cm3": order.volume_cm3,
        "parcel_count": len(order.parcels),
        "method": order.method,
        "payment": order.payment,
        "cod_amount": order.cod_amount,
        "currency": order.currency,
        "priority": order.priority,
        "requirements": order.requirements,
        "phone": order.phone,
        "email": order.email,
        "notes": order.notes,
        "rules": rules_column(order.rules),
        "more_load": amounts_column(order.more_load),
        "search_text": search_text(order),
        "source_digest": order.source.digest if order.source else "",
        "source_holds": "\n".join(order.source.holds) if order.source else "",
    }


def fill_order(row: OrderRecord, order: Order) -> None:
    for column, value in order_columns(order).items():
        setattr(row, column, value)
    if tuple(parcel.barcode for parcel in row.parcels) != tuple(p.barcode for p in order.parcels):
        kept = {parcel.number: parcel for parcel in row.parcels}
        row.parcels = [
            _parcel(kept.get(number), order.id, number, parcel.barcode)
            for number, parcel in enumerate(order.parcels, start=1)
        ]


def _parcel(row: ParcelRecord | None, order: UUID, number: int, barcode: str) -> ParcelRecord:
    if row is None:
        return ParcelRecord(order_id=order, number=number, barcode=barcode)
    row.barcode = barcode
    return row


def folded(text: str) -> str:
    """Text as the search box and the pins compare it: without case, accents, runs of blanks."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(plain.split())


def search_text(order: Order) -> str:
    address = order.address
    parts = (
        order.reference,
        order.recipient,
        order.company,
        address.street,
        address.postcode,
        address.city,
        order.phone,
        order.phone.replace(" ", ""),
        *(parcel.barcode for parcel in order.parcels),
    )
    return folded(" ".join(parts))


def address_key(address: Address) -> str:
    """What makes two typed addresses the same address."""
    parts = (address.street, address.postcode, address.city, address.country)
    return folded("|".join(parts))[:500]


def alike_key(key: str) -> str:
    """What address keys share that say the same in other columns, with or without the country."""
    street_and_town = " ".join(key.split("|")[:3])
    words = _SHORT_STREET.sub("strasse", _NO_WORD.sub(" ", street_and_town)).split()
    return " ".join(words)


def as_json(value: Any) -> Any:
    """A domain value in plain JSON, for the event log."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): as_json(entry) for key, entry in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(as_json(entry) for entry in value)
    if isinstance(value, list | tuple):
        return [as_json(entry) for entry in value]
    return value


def _address_of(row: DepotRecord | OrderRecord) -> Address:
    return Address(
        street=row.street,
        detail=row.detail,
        postcode=row.postcode,
        city=row.city,
        country=row.country,
    )


def _fill_address(row: DepotRecord | OrderRecord, address: Address) -> None:
    row.street, row.detail = address.street, address.detail
    row.postcode, row.city, row.country = address.postcode, address.city, address.country


def _location_of(lat: float | None, lon: float | None) -> Location | None:
    return None if lat is None or lon is None else Location(lat=lat, lon=lon)
