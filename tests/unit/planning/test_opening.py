"""The first plan in a blink: which van gets what, and what it leaves to the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from app.domain.fleet import Load
from app.domain.orders import Order
from app.domain.routes import Route
from app.planning.opening import opened
from app.planning.pauses import pauses
from app.planning.task import Arrangement, Roads, Task
from tests.factories import (
    make_depot,
    make_driver,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    place,
    window,
)
from tests.unit.planning.days import travel_of

COLD = frozenset({"cold"})
DOOR = place(53.5640, 13.2893)


def _first_plan(
    routes: Sequence[Route],
    orders: Sequence[Order],
    start: Arrangement | None = None,
    pins: Mapping[Order, Route] | None = None,
) -> Arrangement:
    pinned = {order.id: route.id for order, route in (pins or {}).items()}
    task = Task(routes=tuple(routes), orders=tuple(orders), pins=pinned)
    roads = Roads(travel_of(routes, orders))
    return opened(task, roads, pauses(task.shifts), start or ((),) * len(routes))


def _van(kg: int = 100, hours: tuple[str, str] = ("08:00", "17:00"), **changes: object) -> Route:
    room = Load(weight_g=kg * 1000, volume_cm3=10**9, parcels=99)
    return make_route(
        make_shift(vehicle=make_vehicle(capacity=room), window=window(*hours), **changes)
    )


def test_who_can_do_more_is_kept_for_what_needs_it() -> None:
    plain = [make_order(weight_g=50_000) for _ in range(2)]
    cold = make_order(place=place(53.62, 13.30), weight_g=100_000, requirements=COLD)
    skilled = _van(driver=make_driver(skills=COLD))
    first, second = _first_plan([skilled, _van()], [*plain, cold])
    assert (first, set(second)) == ((cold,), set(plain))


def test_a_van_is_filled_to_what_it_holds_and_no_further() -> None:
    orders = [make_order(place=DOOR, weight_g=40_000) for _ in range(5)]
    assert [len(each) for each in _first_plan([_van(), _van()], orders)] == [2, 2]


def test_every_order_is_given_once() -> None:
    orders = [make_order(place=DOOR) for _ in range(6)]
    first, second = _first_plan([_van(kg=15), _van(kg=15)], orders)
    assert len(first) == len(second) == 3
    assert {*first, *second} == set(orders)


def test_a_van_is_back_when_its_shift_ends() -> None:
    orders = [make_order(place=DOOR, service_time=timedelta(minutes=25)) for _ in range(3)]
    assert [len(each) for each in _first_plan([_van(hours=("08:00", "09:00"))], orders)] == [2]


@pytest.mark.parametrize(("until", "count"), [("08:30", 1), ("07:30", 0)])
def test_nobody_is_too_late_for_a_window(until: str, count: int) -> None:
    order = make_order(place=DOOR, window=window("07:00", until))
    assert [len(each) for each in _first_plan([_van()], [order])] == [count]


def test_what_closes_soon_goes_before_what_is_a_little_nearer() -> None:
    soon = make_order(place=place(53.5700, 13.2893), window=window("08:00", "08:20"))
    near = make_order(place=place(53.5690, 13.2893), window=window("08:00", "16:00"))
    assert _first_plan([_van()], [near, soon]) == ((soon, near),)


def test_goods_of_another_depot_and_locked_stops_are_left_to_others() -> None:
    elsewhere, locked = make_order(depot=make_depot().id), make_order()
    van = _van()
    assert _first_plan([van], [elsewhere, locked], pins={locked: van}) == ((),)


def test_what_was_planned_stays_as_it_is_and_only_idle_vans_get_more() -> None:
    there, new = make_order(), make_order()
    assert _first_plan([_van(), _van()], [there, new], ((there,), ())) == ((there,), (new,))
