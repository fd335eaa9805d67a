"""Preferred drivers, areas and stability: prices that the engines themselves know."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from app.domain.aims import plan_cost
from app.domain.fleet import Costs, Shift
from app.domain.orders import Order
from app.domain.problem import Kept, Plan, Problem
from app.domain.routes import Route
from app.domain.rules import Aims, OrderRules, ShiftRules
from app.domain.sketch import RouteSketch
from app.domain.timetable import Travel
from app.planning.engines import ortools, pyvrp, whole
from app.planning.pauses import Pauses
from app.planning.relaxed import has_wishes, is_plain, relaxed
from app.planning.task import Arrangement, Column, Roads, Task
from app.planning.wishes import Wishes, wishes_of
from tests.factories import at, make_driver, make_order, make_route, make_vehicle, place, window
from tests.unit.domain.ruled_days import A, B, order, roads
from tests.unit.domain.ruled_days import shift as bare_shift
from tests.unit.planning.days import make_problem, plan_of, violations

PRICE = 30.0
DEAR = Aims(other_than_preferred=PRICE)
A_KM, AN_HOUR = Costs(per_km=1.0), Costs(per_hour=60.0)
ENGINES = ("pyvrp", "whole", "ortools")


def liking(route: Route, at_place: object = A, **changes: object) -> Order:
    rules = OrderRules(preferred_drivers=frozenset({route.shift.driver.id}))
    return order(at_place, rules=rules, **changes)


def van(costs: Costs = A_KM, **changes: object) -> Shift:
    return bare_shift(costs=costs, driver=make_driver(), **changes)


def searched(
    engine: str,
    routes: Sequence[Route],
    orders: Sequence[Order],
    wishes: Wishes,
    columns: list[Column] | None = None,
    travel: Travel | None = None,
) -> Arrangement:
    """What an engine by itself gives to each van."""
    travel = travel or roads()
    task = Task(routes=tuple(routes), orders=tuple(orders), wishes=wishes)
    left: Iterator[int] = iter(range(200))

    def stop() -> bool:
        return next(left, None) is None

    if engine == "whole":
        vans = [RouteSketch(route.shift, (), travel) for route in routes]
        found = whole.improve(task, Roads(travel), vans, [stop], seed=1)
    else:
        improve = pyvrp.improve if engine == "pyvrp" else ortools.improve
        start = ((),) * len(routes)
        found = improve(task, Roads(travel), start, stop, pauses=Pauses(), seed=1, columns=columns)
    assert found is not None
    return found


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("costs", [A_KM, AN_HOUR], ids=["by km", "by hour"])
def test_an_order_goes_with_the_driver_whom_it_prefers(engine: str, costs: Costs) -> None:
    """Two at each of two places: by the road one van for all would do."""
    routes = [make_route(van(costs)) for _ in range(2)]
    orders = [liking(routes[n % 2], spot) for spot in (A, B) for n in range(2)]
    found = searched(engine, routes, orders, Wishes(aims=DEAR))
    assert set(found[0]) == {orders[0], orders[2]}
    assert set(found[1]) == {orders[1], orders[3]}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_wish_is_worth_no_more_than_its_price(engine: str) -> None:
    """A second van to A and back costs 20: two wishes of 9 do not pay for it, one of 21 does."""
    routes = [make_route(van()) for _ in range(2)]
    orders = [liking(routes[n % 2]) for n in range(4)]
    for price, count in ((9.0, 1), (21.0, 2)):
        aims = Aims(other_than_preferred=price)
        found = searched(engine, routes, orders, Wishes(aims=aims))
        assert sum(map(bool, found)) == count


@pytest.mark.parametrize("engine", ENGINES)
def test_an_order_stays_in_the_area_of_its_driver(engine: str) -> None:
    def around(spot: Order) -> ShiftRules:
        here = spot.location
        assert here is not None
        steps = ((-1, -1), (-1, 1), (1, 1), (1, -1))
        return ShiftRules(
            area=tuple(
                replace(here, lat=here.lat + 0.004 * a, lon=here.lon + 0.004 * b) for a, b in steps
            )
        )

    orders = [order(A), order(B)]
    shifts = [replace(van(), rules=around(each)) for each in orders]
    routes = [make_route(each) for each in shifts]
    found = searched(engine, routes, orders, Wishes(aims=Aims(outside_area=PRICE)))
    assert found == ((orders[0],), (orders[1],))


@pytest.mark.parametrize("engine", ENGINES)
def test_an_order_stays_with_the_van_that_it_was_given_to(engine: str) -> None:
    routes = [make_route(van()) for _ in range(2)]
    orders = [order(A), order(B)]
    kept = {
        each.id: Kept(route=route.id, begin=at("09:00"))
        for each, route in zip(orders, reversed(routes), strict=True)
    }
    found = searched(engine, routes, orders, Wishes(aims=Aims(other_driver=PRICE), kept=kept))
    assert found == ((orders[1],), (orders[0],))


@pytest.mark.parametrize("costs", [A_KM, AN_HOUR], ids=["by km", "by hour"])
def test_the_engine_reckons_wishes_as_the_aims_do(costs: Costs) -> None:
    """So that its routes may be compared with those of a plan."""
    day = _wishing_day(40, 4, Aims(other_than_preferred=0.7))
    routes = [
        replace(r, shift=replace(r.shift, vehicle=make_vehicle(costs=costs))) for r in day.routes
    ]
    wishes = wishes_of(day)
    columns: list[Column] = []
    searched("pyvrp", routes, list(day.orders.values()), wishes, columns, day.travel)
    assert len(columns) > 3
    assert any(any(wishes.row(each.route, each.orders)) for each in columns)
    for column in columns:
        cost = RouteSketch(column.route.shift, column.orders, day.travel).cost
        price = sum(wishes.row(column.route, column.orders))
        assert column.cost == pytest.approx(cost + price, rel=1e-3)


def _wishing_day(orders_count: int, vans: int, aims: Aims) -> Problem:
    """Everybody wants a certain driver, wherever he lives; the vans are as like as can be."""
    draw = random.Random(4)
    routes = [make_route(van()) for _ in range(vans)]
    orders = [
        make_order(
            place=place(53.52 + draw.random() * 0.05, 13.20 + draw.random() * 0.08),
            service_time=timedelta(minutes=1),
            weight_g=10,
            rules=OrderRules(preferred_drivers=frozenset({draw.choice(routes).shift.driver.id})),
        )
        for _ in range(orders_count)
    ]
    return make_problem(routes, orders, aims=aims, seconds=120, iterations=200)


def _wished(problem: Problem, plan: Plan) -> int:
    by_id = {route.id: route.shift.driver.id for route in problem.routes}
    return sum(
        by_id[route] in problem.orders[order].rules.preferred_drivers
        for route, orders in plan.routes.items()
        for order in orders
    )


@pytest.mark.parametrize("count", [60, 320], ids=["small day", "in pieces"])
def test_wishes_count_on_days_of_any_size(count: int) -> None:
    problem = _wishing_day(count, 6, DEAR)
    assert is_plain(problem)
    plan = plan_of(problem)
    assert not plan.unassigned
    assert not violations(problem, plan)
    assert _wished(problem, plan) > 0.97 * count


def test_where_matrices_for_all_drivers_are_too_large_the_rest_is_searched_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pyvrp, "_MOST_ENTRIES", 0)
    problem = _wishing_day(30, 3, DEAR)
    plan = plan_of(problem)
    assert not plan.unassigned
    assert not violations(problem, plan)


def test_what_is_given_to_an_engine_for_a_start_keeps_its_wishes() -> None:
    problem = _wishing_day(8, 2, replace(DEAR, outside_area=5.0, other_time_per_hour=9.0))
    assert not is_plain(problem)
    assert has_wishes(problem)
    simple = relaxed(problem, 1.0)
    assert is_plain(simple)
    assert wishes_of(simple) == wishes_of(problem)
    for one, other in zip(simple.orders.values(), problem.orders.values(), strict=True):
        assert one.rules.preferred_drivers == other.rules.preferred_drivers


def test_with_rules_beyond_the_everyday_wishes_count_too() -> None:
    """Several windows are for the engine that knows more, and balance for the polish."""
    day = _wishing_day(40, 3, DEAR)
    orders = [
        replace(
            each,
            window=window("08:00", "11:00"),
            rules=replace(each.rules, more_windows=(window("12:00", "16:00"),)),
        )
        for each in day.orders.values()
    ]
    problem = make_problem(day.routes, orders, aims=DEAR, seconds=120, iterations=60)
    assert not is_plain(problem)
    plan = plan_of(problem)
    assert not plan.unassigned
    assert not violations(problem, plan)
    assert _wished(problem, plan) > 36


def test_a_dearer_wish_is_never_kept_less() -> None:
    kept = []
    for price in (0.5, 3.0, 30.0):
        problem = _wishing_day(40, 4, Aims(other_than_preferred=price))
        kept.append(_wished(problem, plan_of(problem)))
    assert all(less <= more for less, more in pairwise(kept))
    assert kept[0] < kept[-1]


@pytest.mark.parametrize("windows", [1, 2])
def test_the_dearest_wish_leaves_the_ways_as_short_as_they_can_be(windows: int) -> None:
    """Whole numbers that are fine enough for the price must be so for the kilometres too."""
    costs = []
    for price in (PRICE, 1e6, 1e8):
        problem = _wishing_day(60, 4, Aims(other_than_preferred=price))
        if windows > 1:
            two = (window("08:00", "11:00"), window("12:00", "17:00"))
            orders = {
                key: replace(each, window=two[0], rules=replace(each.rules, more_windows=two[1:]))
                for key, each in problem.orders.items()
            }
            problem = replace(problem, orders=orders, iterations=60)
        plan = plan_of(problem)
        assert _wished(problem, plan) == 60
        costs.append(plan.cost)
    assert max(costs) <= 1.03 * costs[0]


@pytest.mark.parametrize("price", [PRICE, 1e6, 1e9])
def test_whom_all_wish_for_does_it_all_however_dear_that_is(price: float) -> None:
    day = _wishing_day(40, 3, Aims(other_than_preferred=price))
    favourite = OrderRules(preferred_drivers=frozenset({day.routes[0].shift.driver.id}))
    orders = {key: replace(each, rules=favourite) for key, each in day.orders.items()}
    problem = replace(day, orders=orders)
    plan = plan_of(problem)
    assert _wished(problem, plan) == 40


def test_the_price_of_wishes_is_part_of_what_a_plan_is_worth() -> None:
    problem = _wishing_day(60, 4, DEAR)
    regardless = replace(problem, aims=Aims())
    costs = []
    for each in (problem, regardless):
        plan = plan_of(each)
        sketches = {
            route.id: RouteSketch(
                route.shift, [problem.orders[o] for o in plan.routes[route.id]], problem.travel
            )
            for route in problem.routes
        }
        costs.append(plan_cost(sketches, DEAR, {}, ()))
        assert plan.cost == pytest.approx(sum(each.cost for each in sketches.values()))
    assert costs[0] < costs[1]


def test_vehicles_of_one_kind_are_told_apart_by_who_drives_them() -> None:
    """An idle van is not passed over for another idle one of its kind that nobody asked for."""
    routes = [make_route(van()) for _ in range(14)]
    wanted = liking(routes[-1])
    aims = replace(DEAR, other_time_per_hour=1.0)
    problem = make_problem(routes, [wanted], aims=aims, seconds=60, iterations=10)
    plan = plan_of(problem)
    assert plan.routes[routes[-1].id] == (wanted.id,)
