"""What is seen of a route at a glance against the evaluation of every place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clockwork import Frame
from app.domain.fleet import Load, Shift
from app.domain.glance import Glance
from app.domain.orders import Order
from app.domain.rules import Pause, ShiftRules
from app.domain.sketch import RouteSketch
from app.domain.terms import Terms
from app.domain.timetable import Travel
from tests.factories import DEPOT_PLACE, make_order, make_shift, make_vehicle, place, window
from tests.unit.domain.routes_strategy import an_order, some_orders, some_shifts, travel_over
from tests.unit.domain.rules_strategy import (
    a_ruled_order,
    paces,
    roads,
    ruled_orders,
    ruled_shifts,
)


def glance_at(sketch: RouteSketch, new: Order) -> Glance:
    frame = Frame(sketch.frame.shift, sketch.frame.matrix)
    visits = [frame.visit(order) for order in sketch.orders]
    is_clean = not sketch.violations
    return Glance(Terms(frame), visits, frame.visit(new), is_clean=is_clean)


def hides_no_place(shift: Shift, orders: Sequence[Order], new: Order, travel: Travel) -> None:
    sketch = RouteSketch(shift, orders, travel)
    trials = [sketch.at(new, index) for index in range(len(orders) + 1)]
    costs = {trial.index: trial.cost for trial in trials if trial.is_feasible}
    glance = glance_at(sketch, new)
    cheapest = min(costs.values(), default=math.inf) + 1e-6
    assert glance.least_cost <= cheapest
    if glance.tells_places:
        assert glance.near_cost() <= cheapest
        floors = {index: floor for floor, index in glance.places()}
        assert all(floors[index] <= cost + 1e-6 for index, cost in costs.items())


@settings(max_examples=60, deadline=None)
@given(ruled_shifts(), ruled_orders(max_size=5), a_ruled_order(), st.data())
def test_no_place_costs_less_than_it_looks_whatever_the_rules(
    shift: Shift, orders: list[Order], new: Order, data: st.DataObject
) -> None:
    hides_no_place(shift, orders, new, data.draw(roads(new, *orders)))


@settings(max_examples=60, deadline=None)
@given(some_shifts(), some_orders(), an_order(), st.data())
def test_no_place_costs_less_than_it_looks_at_any_hour(
    shift: Shift, orders: list[Order], new: Order, data: st.DataObject
) -> None:
    travel = travel_over(new, *orders)
    if data.draw(st.booleans()):
        pace = data.draw(paces())
        travel = {profile: replace(matrix, pace=pace) for profile, matrix in travel.items()}
    hides_no_place(shift, orders, new, travel)


@settings(max_examples=60, deadline=None)
@given(some_shifts(), some_orders(max_size=6), an_order(), st.integers(1, 3))
def test_no_place_costs_less_than_it_looks_with_reloads(
    shift: Shift, orders: list[Order], new: Order, most: int
) -> None:
    room = Load(weight_g=40_000, volume_cm3=10**9, parcels=99)
    rules = ShiftRules(max_reloads=most, reload_time=timedelta(minutes=10))
    shift = replace(shift, vehicle=replace(shift.vehicle, capacity=room), rules=rules)
    hides_no_place(shift, orders, new, travel_over(new, *orders))


@st.composite
def _window_breaks(draw: st.DrawFn) -> ShiftRules:
    """One to three, each with an hour from which on it may be taken."""
    pauses = []
    for _ in range(draw(st.integers(1, 3))):
        opens = 480 + 5 * draw(st.integers(0, 60))
        closes = opens + draw(st.sampled_from([0, 15, 30, 60, 90]))
        hours = [f"{minute // 60:02}:{minute % 60:02}" for minute in (opens, closes)]
        length = timedelta(minutes=draw(st.sampled_from([5, 15, 30, 45])))
        pauses.append(Pause(length=length, window=window(*hours)))
    return ShiftRules(pauses=tuple(pauses))


@settings(max_examples=150, deadline=None)
@given(some_shifts(), some_orders(max_size=6), an_order(), _window_breaks())
def test_no_place_costs_less_than_it_looks_with_breaks(
    shift: Shift, orders: list[Order], new: Order, rules: ShiftRules
) -> None:
    shift, travel = replace(shift, rules=rules), travel_over(new, *orders)
    while orders and RouteSketch(shift, orders, travel).violations:
        orders = orders[:-1]
    hides_no_place(shift, orders, new, travel)


def test_a_break_that_closes_before_the_wait_is_seen_to_keep_the_van_out() -> None:
    """It leaves no later than its break allows, and then waits for what opens at ten."""
    pause = Pause(length=timedelta(minutes=15), window=window("08:10", "08:30"))
    shift = make_shift(rules=ShiftRules(pauses=(pause,)))
    gate = place(DEPOT_PLACE.lat, DEPOT_PLACE.lon)
    first = make_order(place=gate, service_time=timedelta(minutes=20))
    last = make_order(place=gate, service_time=timedelta(), window=window("10:00", "11:00"))
    new = make_order(place=gate, service_time=timedelta(minutes=20))
    sketch = RouteSketch(shift, [first, last], travel_over(first, last, new))
    trial = sketch.at(new, 1)
    assert trial.is_feasible
    floors = {index: floor for floor, index in glance_at(sketch, new).places()}
    assert floors[1] == pytest.approx(trial.cost)


def test_whoever_asks_again_learns_more_of_the_places() -> None:
    orders = [make_order(place=place(53.5 + n / 100, 13.3), window=None) for n in range(6)]
    new = make_order(place=place(53.52, 13.4), window=None)
    glance = glance_at(RouteSketch(make_shift(), orders, travel_over(new, *orders)), new)
    asked = 0
    while not glance.is_judged:
        glance.near_cost(0)
        asked += 1
    assert 0 < asked <= 7
    assert glance.near_cost() == next(glance.places())[0]


def test_a_route_without_room_or_time_is_seen_to_be_so() -> None:
    room = Load(weight_g=10_000, volume_cm3=10**9, parcels=99)
    shift = make_shift(vehicle=make_vehicle(capacity=room), window=window("08:00", "10:00"))
    gate = place(DEPOT_PLACE.lat, DEPOT_PLACE.lon)
    order = make_order(place=gate, weight_g=6_000, service_time=timedelta(minutes=50))
    sketch = RouteSketch(shift, [order], travel_over(order))

    def least(weight_g: int, minutes: int) -> float:
        time = timedelta(minutes=minutes)
        new = make_order(place=gate, weight_g=weight_g, service_time=time)
        return glance_at(sketch, new).least_cost

    assert least(4_001, 10) == math.inf
    assert least(0, 71) == math.inf
    assert least(4_000, 70) < math.inf


@pytest.mark.parametrize(
    "pause",
    [
        Pause(length=timedelta(minutes=30), window=window("10:00", "10:30")),
        Pause(length=timedelta(minutes=30), after_work=timedelta(hours=3)),
    ],
    ids=["window", "work"],
)
def test_a_break_that_more_work_calls_for_is_counted(pause: Pause) -> None:
    shift = make_shift(rules=ShiftRules(pauses=(pause,)))
    gate, time = place(DEPOT_PLACE.lat, DEPOT_PLACE.lon), timedelta(hours=2)
    orders = [make_order(place=gate, service_time=time, window=window("08:00", "08:00"))]
    new = make_order(place=gate, service_time=time)
    sketch = RouteSketch(shift, orders, travel_over(new, *orders))
    trial = sketch.cheapest(new)
    assert trial.is_feasible
    assert glance_at(sketch, new).near_cost() == pytest.approx(trial.cost)
