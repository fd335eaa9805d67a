"""What an engine is told in place of each rule that it does not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.fleet import Break, Load, Shift
from app.domain.orders import Order, OrderKind
from app.domain.problem import Problem
from app.domain.rules import OrderRules, Overrun, Pause, ShiftRules
from app.domain.times import TimeWindow
from app.domain.travel import Pace
from app.planning.relaxed import relaxed
from tests.factories import (
    at,
    make_driver,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    window,
)
from tests.unit.planning.days import make_problem

HALF_AN_HOUR = timedelta(minutes=30)


def told(orders: list[Order], *shifts: Shift) -> Problem:
    routes = [make_route(shift) for shift in shifts or (make_shift(),)]
    return relaxed(make_problem(routes, orders), 1.0)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (
            OrderRules(lateness=Overrun(most=HALF_AN_HOUR, per_hour=1)),
            window("08:00", "10:30"),
        ),
        (OrderRules(released_at=at("09:00")), window("09:00", "10:00")),
        (OrderRules(released_at=at("11:00")), TimeWindow(start=at("10:00"), end=at("10:00"))),
        (OrderRules(more_windows=(window("12:00", "16:00"),)), window("12:00", "16:00")),
        (OrderRules(more_windows=(window("12:00", "13:00"),)), window("08:00", "10:00")),
    ],
)
def test_a_window_is_as_wide_as_its_rules_allow(rules: OrderRules, expected: TimeWindow) -> None:
    order = make_order(window=window("08:00", "10:00"), rules=rules)
    assert told([order]).orders[order.id].window == expected


def test_services_have_their_set_up_and_the_mean_pace_of_all_drivers() -> None:
    order = make_order(
        service_time=timedelta(minutes=10), rules=OrderRules(setup_time=timedelta(minutes=4))
    )
    paces = [make_shift(rules=ShiftRules(service_pace=pace)) for pace in (1.0, 2.0)]
    assert told([order], *paces).orders[order.id].service_time == timedelta(minutes=21)


@pytest.mark.parametrize("name", ["drivers", "barred_drivers"])
def test_only_those_who_may_take_an_order_have_the_skill_for_it(name: str) -> None:
    shifts = [make_shift(driver=make_driver()) for _ in range(2)]
    named = frozenset({shifts[0].driver.id})
    order = make_order(rules=OrderRules(**{name: named}))
    problem = told([order], *shifts)
    able = [
        route.shift.driver.id in named
        for route in problem.routes
        if problem.orders[order.id].requirements <= route.shift.abilities
    ]
    assert able == [name == "drivers"]


def test_a_shift_has_the_hours_the_room_and_the_break_of_its_rules() -> None:
    room = Load(weight_g=1_000, volume_cm3=10, parcels=1)
    overtime = Overrun(most=HALF_AN_HOUR, per_hour=1)
    shift = make_shift(
        vehicle=make_vehicle(capacity=room), rules=ShiftRules(overtime=overtime, max_reloads=2)
    )
    (route,) = told([make_order()], shift).routes
    assert route.shift.window == window("08:00", "17:30")
    assert route.shift.vehicle.capacity == Load(weight_g=3_000, volume_cm3=30, parcels=3)
    assert route.shift.rest is None
    for pause, expected in (
        (Pause(length=HALF_AN_HOUR, window=window("12:00", "13:00")), window("12:00", "13:00")),
        (Pause(length=HALF_AN_HOUR, after_work=timedelta(hours=4)), window("08:00", "12:00")),
    ):
        pausing = replace(shift, rules=ShiftRules(pauses=(pause,)))
        (route,) = told([make_order()], pausing).routes
        assert route.shift.rest == Break(window=expected, length=HALF_AN_HOUR)


def test_pairs_and_vans_on_the_road_are_not_told() -> None:
    pickup = make_order(kind=OrderKind.PICKUP)
    delivery = make_order(rules=OrderRules(collected_by=pickup.id))
    done, free = make_order(), make_order()
    out = replace(make_route(make_shift(), [done]), frozen=1)
    problem = make_problem([out, make_route(make_shift())], [pickup, delivery, done, free])
    assert list(relaxed(problem, 1.0).orders) == [free.id]
    assert len(relaxed(problem, 1.0).routes) == 1


@pytest.mark.parametrize(("caution", "factor"), [(0.0, 1.5), (0.5, 1.75), (1.0, 2.0)])
def test_roads_are_as_slow_as_on_average_or_with_caution_as_at_the_worst_hour(
    caution: float, factor: float
) -> None:
    problem = make_problem([make_route()], [make_order() for _ in range(3)])
    pace = Pace(starts=(0, 3600), travel=(1.0, 2.0))
    by_hour = {key: replace(matrix, pace=pace) for key, matrix in problem.travel.items()}
    told_roads = relaxed(replace(problem, travel=by_hour), 1.0, caution=caution).travel
    for profile, matrix in problem.travel.items():
        found = told_roads[profile]
        assert found.pace is None
        assert found.seconds[0][1] == pytest.approx(matrix.seconds[0][1] * factor, abs=1)
