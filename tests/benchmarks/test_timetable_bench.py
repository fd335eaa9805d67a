"""The computations that a gesture on the board waits for."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from itertools import chain, pairwise

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from app.domain.board import BoardRoute
from app.domain.fleet import Load, Shift
from app.domain.geo import Location
from app.domain.insertion import Drag
from app.domain.orders import Order
from app.domain.rules import NO_SHIFT_RULES, Pause, ShiftRules
from app.domain.timetable import Travel, timetable
from app.domain.travel import Pace
from tests.factories import (
    DEPOT_PLACE,
    at,
    grid_travel,
    make_break,
    make_depot,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    place,
    window,
)


def a_route_full(count: int, draw: random.Random) -> list[Order]:
    """Stops along a way, so that most of them are on time."""
    lat, lon = 53.50 + draw.random() * 0.1, 13.2 + draw.random() * 0.2
    orders = []
    for number in range(count):
        lat += draw.uniform(-0.004, 0.004)
        lon += draw.uniform(-0.006, 0.006)
        half = "08:00", "13:00"
        if number > count / 2:
            half = "11:00", "17:00"
        orders.append(
            make_order(
                place=place(lat, lon),
                window=window(*half) if number % 2 else None,
                service_time=timedelta(minutes=6),
            )
        )
    return orders


@pytest.mark.parametrize("has_breaks", [False, True], ids=["no breaks", "breaks"])
def test_ghost_cost_over_40_routes_and_1000_stops(
    benchmark: BenchmarkFixture, has_breaks: bool
) -> None:
    draw = random.Random(3)
    contents = [a_route_full(25, draw) for _ in range(40)]
    dragged = make_order()
    travel = grid_travel([DEPOT_PLACE, *_places(dragged), *_places(*chain(*contents))])
    shift = make_shift(depot=make_depot(), rest=make_break() if has_breaks else None)
    routes = [_on_board(shift, orders, travel) for orders in contents]
    assert sum(each.timetable.is_feasible for each in routes) == 40

    def ghosts() -> int:
        return sum(fit.is_feasible for fit in Drag(routes, [dragged], travel).fits())

    assert benchmark(ghosts) > 30


@pytest.mark.parametrize(
    "rules",
    [
        ShiftRules(max_work=timedelta(hours=9)),
        ShiftRules(pauses=(Pause(length=timedelta(minutes=30), after_work=timedelta(hours=4)),)),
        ShiftRules(max_reloads=2, reload_time=timedelta(minutes=10)),
    ],
    ids=["limit", "pause", "reload"],
)
def test_ghost_cost_by_every_rule_over_10_routes(
    benchmark: BenchmarkFixture, rules: ShiftRules
) -> None:
    draw = random.Random(3)
    contents = [a_route_full(25, draw) for _ in range(10)]
    dragged = make_order()
    travel = grid_travel([DEPOT_PLACE, *_places(dragged), *_places(*chain(*contents))])
    room = Load(weight_g=60_000, volume_cm3=8_000_000, parcels=120)
    vehicle = make_vehicle(capacity=room) if rules.max_reloads else make_vehicle()
    shift = make_shift(depot=make_depot(), vehicle=vehicle, rules=rules)
    routes = [_on_board(shift, orders, travel) for orders in contents]
    assert sum(each.timetable.is_feasible for each in routes) == 10

    def ghosts() -> int:
        return sum(fit.is_feasible for fit in Drag(routes, [dragged], travel).fits())

    assert benchmark(ghosts) > 7


@pytest.mark.parametrize("name", ["limit", "pause", "two breaks", "reload", "traffic"])
def test_best_fit_by_every_rule_over_40_routes(benchmark: BenchmarkFixture, name: str) -> None:
    """One order, 1,000 stops, and nothing prepared. Aim: 20 ms."""
    draw = random.Random(3)
    contents = [a_route_full(25, draw) for _ in range(40)]
    dragged = make_order()
    travel = grid_travel([DEPOT_PLACE, *_places(dragged), *_places(*chain(*contents))])
    rules = _RULES.get(name, NO_SHIFT_RULES)
    vehicle = make_vehicle()
    if rules.max_reloads:
        room = Load(weight_g=60_000, volume_cm3=8_000_000, parcels=120)
        vehicle = make_vehicle(capacity=room)
    if name == "traffic":
        hours = tuple(range(int(at("07:00").timestamp()), int(at("17:00").timestamp()), 3600))
        pace = Pace(starts=hours, travel=(1.0, 1.3, 1.2, 1.0, 1.0, 1.0, 1.1, 1.0, 1.2, 1.3))
        travel = {profile: replace(each, pace=pace) for profile, each in travel.items()}
    shift = make_shift(depot=make_depot(), vehicle=vehicle, rules=rules)
    routes = [_on_board(shift, orders, travel) for orders in contents]
    best = benchmark(lambda: Drag(routes, [dragged], travel).best())
    assert best is not None
    assert best.is_feasible


_RULES = {
    "limit": ShiftRules(max_work=timedelta(hours=9)),
    "pause": ShiftRules(
        pauses=(Pause(length=timedelta(minutes=30), after_work=timedelta(hours=4)),)
    ),
    "two breaks": ShiftRules(
        pauses=(
            Pause(length=timedelta(minutes=15), window=window("09:30", "10:30")),
            Pause(length=timedelta(minutes=30), window=window("12:00", "13:30")),
        )
    ),
    "reload": ShiftRules(max_reloads=2, reload_time=timedelta(minutes=10)),
}


def test_ghost_cost_in_one_gap(benchmark: BenchmarkFixture) -> None:
    orders = a_route_full(25, random.Random(3))
    dragged = make_order()
    travel = grid_travel([DEPOT_PLACE, *_places(dragged, *orders)])
    each = _on_board(make_shift(rest=make_break()), orders, travel)
    drag = Drag([each], [dragged], travel)
    assert benchmark(drag.ghost_at, each.id, 12).orders[12] == dragged.id


def test_timetable_of_200_stops(benchmark: BenchmarkFixture) -> None:
    orders = [replace(o, window=None) for o in a_route_full(200, random.Random(3))]
    travel = grid_travel([DEPOT_PLACE, *_places(*orders)])
    shift = make_shift(window=window("06:00", "22:00"), rest=make_break())
    table = benchmark(timetable, shift, orders, travel)
    assert len(table.stops) == 200
    assert all(a.begin <= b.begin for a, b in pairwise(table.stops))


def _places(*orders: Order) -> list[Location]:
    return [order.location for order in orders if order.location is not None]


def _on_board(shift: Shift, orders: list[Order], travel: Travel) -> BoardRoute:
    return BoardRoute(route=make_route(shift, orders), timetable=timetable(shift, orders, travel))
