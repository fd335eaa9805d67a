"""A depot and two places, and shifts and orders with rules, for tests of the timetable."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.fleet import Costs, Load, Shift
from app.domain.orders import Order, OrderKind
from app.domain.rules import OrderRules, ShiftRules
from app.domain.timetable import Timetable, Travel, timetable
from app.domain.travel import Profile, TravelMatrix
from app.domain.violations import Violation
from tests.factories import (
    DEPOT_PLACE,
    make_order,
    make_shift,
    make_vehicle,
    place,
)

A = place(53.57, 13.30)
B = place(53.58, 13.31)
PICKUP = OrderKind.PICKUP


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def roads(**changes: object) -> Travel:
    """Minutes between the depot, A and B; a kilometre a minute."""
    rows = ((0, 10, 20), (10, 0, 15), (20, 15, 0))
    matrix = TravelMatrix(
        places=(DEPOT_PLACE, A.location, B.location),
        seconds=[[m * 60 for m in row] for row in rows],
        metres=[[m * 1000 for m in row] for row in rows],
    )
    return dict.fromkeys(Profile, replace(matrix, **changes))


def table(shift: Shift, *orders: Order, travel: Travel | None = None) -> Timetable:
    return timetable(shift, orders, travel or roads())


def ruled(**rules: object) -> OrderRules:
    return OrderRules(**rules)


def order(at_place: object = A, *, service: float = 5, **changes: object) -> Order:
    values: dict[str, object] = {"weight_g": 1_000, "service_time": minutes(service)}
    return make_order(place=at_place, **(values | changes))


def shift(costs: Costs | None = None, room: Load | None = None, **changes: object) -> Shift:
    vehicle = make_vehicle(
        costs=costs or Costs(),
        capacity=room or Load(weight_g=10_000, volume_cm3=10**9, parcels=99),
    )
    rules = {name: changes.pop(name) for name in list(changes) if name in _RULES}
    return make_shift(vehicle=vehicle, rules=ShiftRules(**rules), **changes)


_RULES = frozenset(ShiftRules.__dataclass_fields__)


def begins(found: Timetable) -> list[datetime]:
    return [stop.begin for stop in found.stops]


def only(found: Timetable) -> Violation:
    (violation,) = found.violations
    return violation


def pair(**changes: object) -> tuple[Order, Order]:
    pickup = order(A, kind=PICKUP, weight_g=8_000, **changes)
    return pickup, order(B, weight_g=8_000, rules=ruled(collected_by=pickup.id))
