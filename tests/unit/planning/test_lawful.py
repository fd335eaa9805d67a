"""What an engine found, made to keep the rules that it doesn't know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.checks import CLEAN
from app.domain.fleet import Load
from app.domain.ids import OrderId
from app.domain.orders import Order, OrderKind
from app.domain.routes import Route
from app.domain.rules import OrderRules, ShiftRules
from app.domain.sketch import RouteSketch
from app.planning.lawful import lawful
from app.planning.task import Stop, Task
from tests.factories import make_route, make_shift, make_vehicle, window
from tests.unit.planning.days import travel_of
from tests.unit.planning.test_polish import _orders, _shift_rules, order_at


class Asked:
    """Says from the given call on that time is over."""

    def __init__(self, most: int | None = None) -> None:
        self.most = most
        self.calls = 0

    def __call__(self) -> bool:
        self.calls += 1
        return self.most is not None and self.calls > self.most


def made_lawful(
    route: Route,
    orders: Sequence[Order],
    is_over: Stop,
    pins: Sequence[Order] = (),
) -> RouteSketch:
    task = Task(
        routes=(route,), orders=tuple(orders), pins=dict.fromkeys((o.id for o in pins), route.id)
    )
    travel = travel_of([route], orders)

    (found,) = lawful(task, {route.id: [o.id for o in orders]}, travel, (), is_over)
    return found


def ids(orders: Sequence[Order]) -> list[OrderId]:
    return [order.id for order in orders]


def a_route(**rules: int | timedelta) -> Route:
    return make_route(make_shift(window=window("06:00", "22:00"), rules=ShiftRules(**rules)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "rules", [{"max_stops": 30}, {"max_work": timedelta(hours=3)}], ids=["stops", "work"]
)
def test_a_long_route_loses_no_more_than_its_limit_asks_for_and_soon(
    rules: dict[str, int | timedelta],
) -> None:
    orders = [order_at(n % 7, n // 7) for n in range(60)]
    route, asked = a_route(**rules), Asked()
    found = made_lawful(route, orders, asked)
    assert found.severity == CLEAN
    gone = [order for order in orders if order.id not in ids(found.orders)]
    assert gone
    travel = travel_of([route], orders)
    for order in gone:
        back = [o for o in orders if o.id in {*ids(found.orders), order.id}]
        assert RouteSketch(route.shift, back, travel).severity > CLEAN
    # One by one, with every stop looked at each time, is more than 1,300 looks.
    assert asked.calls < 250


def test_what_takes_most_room_leaves_a_van_that_is_too_full() -> None:
    vehicle = make_vehicle(capacity=Load(weight_g=10**9, volume_cm3=50_000, parcels=999))
    shift = make_shift(vehicle=vehicle, rules=ShiftRules(max_stops=99))
    orders = [
        order_at(n % 3, n // 3, volume_cm3=20_000 if n == 20 else 1_000, weight_g=1)
        for n in range(40)
    ]
    found = made_lawful(make_route(shift), orders, Asked())
    assert found.severity == CLEAN
    assert len(found.visits) == 39
    assert orders[20].id not in ids(found.orders)


def test_who_is_late_is_looked_at_however_little_time_it_takes() -> None:
    """At the door of another one, so that no time is saved without it."""
    orders = [order_at(n % 3, n // 3) for n in range(40)]
    late = order_at(0, 7, window=window("05:00", "05:30"), service_time=timedelta())
    sequence = [*orders[:22], late, *orders[22:]]
    found = made_lawful(a_route(max_stops=99), sequence, Asked())
    assert ids(found.orders) == ids(orders)


def test_once_time_is_over_a_route_ends_before_what_it_breaks_first() -> None:
    orders = [order_at(n % 7, n // 7) for n in range(60)]
    found = made_lawful(a_route(max_stops=30), orders, Asked(0))
    assert ids(found.orders) == ids(orders)[: len(found.visits)]
    assert 20 < len(found.visits) <= 30


def test_a_locked_stop_and_what_was_begun_stay_though_time_is_over() -> None:
    orders = [order_at(n % 7, n // 7) for n in range(60)]
    route = replace(a_route(max_stops=30), frozen=2)
    found = made_lawful(route, orders, Asked(0), pins=[orders[-1]])
    assert ids(found.orders)[:2] == ids(orders)[:2]
    assert ids(found.orders)[-1] == orders[-1].id
    assert found.severity == CLEAN


def test_where_a_locked_stop_got_lost_the_route_is_the_one_there_was() -> None:
    first, second, other = order_at(1, 1), order_at(2, 2), order_at(3, 3)
    route = make_route(make_shift(), [first, second])
    task = Task(routes=(route,), orders=(first, second, other), pins={second.id: route.id})
    travel = travel_of([route], [first, second, other])
    fallback = [RouteSketch(route.shift, [first, second], travel)]
    (found,) = lawful(task, {route.id: [other.id, first.id]}, travel, fallback)
    assert ids(found.orders) == [first.id, second.id]
    kept = {route.id: [other.id, second.id]}
    (found,) = lawful(task, kept, travel, fallback)
    assert ids(found.orders) == [other.id, second.id]


_limits = st.sampled_from(
    [
        ShiftRules(max_stops=12),
        ShiftRules(max_work=timedelta(minutes=90)),
        ShiftRules(max_driving=timedelta(minutes=45)),
        ShiftRules(max_distance_m=20_000),
    ]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    orders=st.lists(_orders, min_size=1, max_size=26),
    rules=_shift_rules | _limits,
    paired=st.integers(0, 3),
    over_after=st.none() | st.integers(0, 40),
    pinned=st.booleans(),
)
def test_whenever_time_is_over_the_rules_are_kept_and_pairs_stay_whole(
    orders: list[Order], rules: ShiftRules, paired: int, over_after: int | None, pinned: bool
) -> None:
    pickups = [order_at(n, 2, kind=OrderKind.PICKUP) for n in range(paired)]
    fed = [order_at(-n, 3, rules=OrderRules(collected_by=p.id)) for n, p in enumerate(pickups)]
    sequence = [*pickups, *orders, *fed]
    route = make_route(make_shift(rules=rules))
    pins = orders[:1] if pinned else []
    found = made_lawful(route, sequence, Asked(over_after), pins)
    alone = RouteSketch(route.shift, pins, travel_of([route], sequence))
    assert found.severity <= max(CLEAN, alone.severity)
    places = dict(zip(ids(sequence), count(), strict=False))
    numbers = [places[order] for order in ids(found.orders)]
    assert numbers == sorted(numbers)
    assert set(ids(pins)) <= set(ids(found.orders))
    for pickup, delivery in zip(pickups, fed, strict=True):
        assert (pickup.id in ids(found.orders)) == (delivery.id in ids(found.orders))
