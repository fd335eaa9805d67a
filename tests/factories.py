"""Values for tests: say only what the test is about."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from app.domain.addresses import Address, Place, Precision
from app.domain.fleet import Break, Costs, Depot, Driver, Load, Shift, Vehicle
from app.domain.geo import Location
from app.domain.ids import DepotId, DriverId, OrderId, RouteId, ShiftId, VehicleId
from app.domain.orders import Order, barcodes
from app.domain.routes import Route, Stop
from app.domain.times import TimeWindow, day_window, instant
from app.domain.travel import Profile, TravelMatrix

DAY = date(2024, 3, 5)
BERLIN = ZoneInfo("Europe/Berlin")
DEPOT_PLACE = Location(lat=53.563822, lon=13.289257)
_numbers = itertools.count(1)


def new_id() -> UUID:
    return uuid4()


def at(clock: str, day: date = DAY) -> datetime:
    """The instant when the clocks at the depot show `HH:MM`."""
    return instant(day, time.fromisoformat(clock), BERLIN)


def window(start: str, end: str, day: date = DAY) -> TimeWindow:
    return day_window(day, time.fromisoformat(start), time.fromisoformat(end), BERLIN)


def place(lat: float, lon: float, precision: Precision = Precision.ROOFTOP) -> Place:
    return Place(location=Location(lat=lat, lon=lon), precision=precision)


def make_depot(**changes: Any) -> Depot:
    values: dict[str, Any] = {
        "id": DepotId(new_id()),
        "name": "Depot Nord",
        "address": Address(street="Warliner Straße 6", postcode="17034", city="Neubrandenburg"),
        "location": DEPOT_PLACE,
        "time_zone": "Europe/Berlin",
    }
    return Depot(**(values | changes))


def make_vehicle(**changes: Any) -> Vehicle:
    values: dict[str, Any] = {
        "id": VehicleId(new_id()),
        "name": f"Van {next(_numbers)}",
        "capacity": Load(weight_g=600_000, volume_cm3=8_000_000, parcels=120),
        "costs": Costs(fixed=40.0, per_km=0.35, per_hour=18.0),
    }
    return Vehicle(**(values | changes))


def make_driver(**changes: Any) -> Driver:
    values: dict[str, Any] = {"id": DriverId(new_id()), "name": f"Driver {next(_numbers)}"}
    return Driver(**(values | changes))


def make_shift(**changes: Any) -> Shift:
    values: dict[str, Any] = {
        "id": ShiftId(new_id()),
        "day": DAY,
        "depot": changes.get("depot") or make_depot(),
        "driver": changes.get("driver") or make_driver(),
        "vehicle": changes.get("vehicle") or make_vehicle(),
        "window": window("08:00", "17:00"),
    }
    return Shift(**(values | changes))


def make_break(start: str = "11:30", end: str = "13:30", minutes: int = 30) -> Break:
    return Break(window=window(start, end), length=timedelta(minutes=minutes))


def make_order(**changes: Any) -> Order:
    number = next(_numbers)
    reference = changes.get("reference", f"SO-{number}")
    values: dict[str, Any] = {
        "id": OrderId(new_id()),
        "reference": reference,
        "day": DAY,
        "recipient": f"Recipient {number}",
        "address": Address(street="Turmstraße 22", postcode="17033", city="Neubrandenburg"),
        "place": place(53.5573 + (number % 50) * 0.0004, 13.2610 + (number % 37) * 0.0006),
        "service_time": timedelta(minutes=3),
        "weight_g": 5_000,
        "volume_cm3": 20_000,
        "parcels": barcodes(reference, 1),
    }
    return Order(**(values | changes))


def make_route(shift: Shift | None = None, orders: Sequence[Order] = (), **changes: Any) -> Route:
    values: dict[str, Any] = {
        "id": RouteId(new_id()),
        "shift": shift or make_shift(),
        "stops": tuple(Stop(order=order.id) for order in orders),
    }
    return Route(**(values | changes))


def grid_matrix(places: Sequence[Location], metres_per_s: float = 10.0) -> TravelMatrix:
    """Distances along a street grid: symmetric, and no way is shorter by a detour."""
    distinct = tuple(dict.fromkeys(places))
    metres = [
        [round((abs(a.lat - b.lat) * 111_195) + abs(a.lon - b.lon) * 66_000) for b in distinct]
        for a in distinct
    ]
    seconds = [[round(m / metres_per_s) for m in row] for row in metres]
    return TravelMatrix(places=distinct, seconds=seconds, metres=metres)


def grid_travel(places: Sequence[Location]) -> dict[Profile, TravelMatrix]:
    matrix = grid_matrix(places)
    return dict.fromkeys(Profile, matrix)
