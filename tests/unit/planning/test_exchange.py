"""Which van drives which route: the cheapest way, whole routes at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.checks import CLEAN
from app.domain.fleet import Costs, Load, PlaceKind, Shift
from app.domain.orders import Order
from app.domain.routes import Route
from app.domain.rules import Aims, OrderRules
from app.domain.sketch import RouteSketch
from app.domain.underway import Underway
from app.planning import engines
from app.planning.exchange import exchanged
from app.planning.mending import worth
from app.planning.polish import Polish
from app.planning.task import Task
from app.planning.wishes import Wishes
from tests.factories import at, make_depot, make_driver, make_route, window
from tests.unit.domain.ruled_days import A, B, order, roads
from tests.unit.domain.ruled_days import shift as bare_shift
from tests.unit.planning.days import make_problem, plan_of

A_KM = Costs(per_km=1.0)
WISHES = Wishes(aims=Aims(other_than_preferred=9.0))


def living(spot: Order | None = None, **changes: object) -> Shift:
    """A van whose driver ends the day at this order's door."""
    if spot is None:
        return bare_shift(costs=A_KM, driver=make_driver(), **changes)
    driver = make_driver(home=spot.location)
    return bare_shift(costs=A_KM, driver=driver, end=PlaceKind.HOME, **changes)


def exchange(
    shifts: Sequence[Shift],
    contents: Sequence[Sequence[Order]],
    **changes: object,
) -> list[tuple[Order, ...]]:
    routes = tuple(make_route(each) for each in shifts)
    task = Task(routes=routes, orders=tuple(o for each in contents for o in each), **changes)
    sketches = [
        RouteSketch(each, orders, roads()) for each, orders in zip(shifts, contents, strict=True)
    ]
    found = exchanged(task, sketches, roads(), lambda: False)
    assert [each.frame.shift for each in found] == list(shifts)
    return [tuple(each.orders) for each in found]


def test_drivers_change_their_routes_for_those_that_end_near_their_homes() -> None:
    a, b = order(A), order(B)
    assert exchange([living(a), living(b)], [[b], [a]]) == [(a,), (b,)]
    assert exchange([living(a), living(b)], [[a], [b]]) == [(a,), (b,)]


def test_an_idle_van_takes_the_route_that_it_does_for_less() -> None:
    a = order(A)
    assert exchange([living(), living(a)], [[a], []]) == [(), (a,)]


def test_three_drivers_hand_their_routes_round() -> None:
    drivers = [make_driver() for _ in range(3)]
    shifts = [bare_shift(costs=A_KM, driver=driver) for driver in drivers]
    a, b, c = (
        order(spot, rules=OrderRules(preferred_drivers=frozenset({driver.id})))
        for spot, driver in zip((A, B, A), drivers, strict=True)
    )
    assert exchange(shifts, [[b], [c], [a]], wishes=WISHES) == [(a,), (b,), (c,)]


def test_no_van_takes_a_route_that_breaks_a_rule_there() -> None:
    a, b = order(A, weight_g=6_000), order(B)
    small = Load(weight_g=5_000, volume_cm3=10**9, parcels=99)
    assert exchange([living(a, room=small), living(b)], [[b], [a]]) == [(b,), (a,)]
    wanted = make_driver()
    of_one = order(A, rules=OrderRules(drivers=frozenset({wanted.id})))
    shifts = [replace(living(), driver=wanted), living(of_one)]
    assert exchange(shifts, [[of_one], []]) == [(of_one,), ()]


@pytest.mark.parametrize("why", ["locked stop", "on the road", "has loaded", "no time"])
def test_a_route_that_is_bound_to_its_van_stays(why: str) -> None:
    a, b = order(A), order(B)
    shifts = [living(a), living(b)]
    if why == "has loaded":
        underway = Underway(left_at=at("08:00"), loading=0)
        shifts = [replace(each, underway=underway) for each in shifts]
    routes = [make_route(each) for each in shifts]
    pins = {b.id: routes[0].id, a.id: routes[1].id} if why == "locked stop" else {}
    task = Task(routes=tuple(routes), orders=(a, b), pins=pins)
    frozen = int(why == "on the road")
    sketches = [
        RouteSketch(each, [one], roads(), frozen=frozen)
        for each, one in zip(shifts, (b, a), strict=True)
    ]
    found = exchanged(task, sketches, roads(), lambda: why == "no time")
    assert [each.orders for each in found] == [each.orders for each in sketches]


@st.composite
def some_plans(draw: st.DrawFn) -> tuple[Task, list[RouteSketch]]:
    """Two to four vans of several kinds, with a route each that they can do."""
    drivers = [make_driver(home=draw(st.sampled_from([A, B])).location) for _ in range(4)]
    routes: list[Route] = []
    for driver in drivers[: draw(st.integers(2, 4))]:
        room = Load(weight_g=draw(st.sampled_from([2_000, 10_000])), volume_cm3=10**9, parcels=99)
        costs = draw(st.sampled_from([A_KM, Costs(per_km=2.0), Costs(per_hour=30.0, fixed=5.0)]))
        shift = bare_shift(
            driver=driver,
            costs=costs,
            room=room,
            end=draw(st.sampled_from([PlaceKind.DEPOT, PlaceKind.HOME])),
            window=window("08:00", draw(st.sampled_from(["09:00", "12:00"]))),
        )
        routes.append(make_route(shift))
    sketches = []
    for route in routes:
        sketch = RouteSketch(route.shift, (), roads())
        for _ in range(draw(st.integers(0, 3))):
            rules = OrderRules(
                preferred_drivers=frozenset(d.id for d in drivers if draw(st.booleans())),
                drivers=draw(st.sampled_from([frozenset(), frozenset({route.shift.driver.id})])),
            )
            one = order(draw(st.sampled_from([A, B])), rules=rules)
            longer = sketch.with_order(one, len(sketch.visits))
            sketch = longer if longer.severity == CLEAN else sketch
        sketches.append(sketch)
    orders = tuple(o for sketch in sketches for o in sketch.orders)
    return Task(routes=tuple(routes), orders=orders, wishes=WISHES), sketches


@settings(max_examples=60, deadline=None)
@given(some_plans())
def test_no_other_way_to_give_routes_to_vans_is_cheaper(
    plan: tuple[Task, list[RouteSketch]],
) -> None:
    task, sketches = plan
    ways = [
        [
            RouteSketch(route.shift, sketch.orders, roads())
            for route, sketch in zip(task.routes, way, strict=True)
        ]
        for way in permutations(sketches)
    ]
    allowed = [way for way in ways if all(each.severity == CLEAN for each in way)]
    best = min(worth(task, way) for way in allowed)
    found = worth(task, exchanged(task, sketches, roads(), lambda: False))
    assert found[:2] == best[:2]
    assert found[2] == pytest.approx(best[2], abs=0.01)


@pytest.mark.parametrize("aims", [Aims(), Aims(other_time_per_hour=1.0)], ids=["plain", "ruled"])
def test_a_plan_has_its_routes_on_the_vans_that_do_them_for_least(
    monkeypatch: pytest.MonkeyPatch, aims: Aims
) -> None:
    """Also where no engine finds anything better."""
    monkeypatch.setattr(engines, "improve", lambda _task, _roads, *, start, **_more: start)
    monkeypatch.setattr(engines, "improve_whole", lambda *_all, **_more: None)
    monkeypatch.setattr(Polish, "run", lambda _self, sketches, *_all: tuple(sketches))
    a, b = order(A, weight_g=6_000), order(B, weight_g=6_000)
    routes = [make_route(living(a), orders=[b]), make_route(living(b), orders=[a])]
    problem = make_problem(routes, [a, b], travel=roads(), aims=aims)
    plan = plan_of(replace(problem, seconds=20.0, iterations=20))
    assert plan.routes == {routes[0].id: (a.id,), routes[1].id: (b.id,)}


def test_each_kind_of_van_is_asked_once_for_a_route(monkeypatch: pytest.MonkeyPatch) -> None:
    """A problem of a thousand vans of few kinds takes no longer than its routes and kinds do."""
    homes = [order(A), order(B), None]
    depot = make_depot()
    shifts = [living(homes[number % 3], depot=depot) for number in range(300)]
    driven = {30 * n: order((A, B)[n % 2]) for n in range(10)}
    routes = tuple(make_route(each) for each in shifts)
    sketches = [
        RouteSketch(each, [driven[n]] if n in driven else [], roads())
        for n, each in enumerate(shifts)
    ]
    asked = []

    class Counted(RouteSketch):
        def __init__(self, shift: Shift, *rest: Any) -> None:
            asked.append(shift)
            super().__init__(shift, *rest)

    monkeypatch.setattr("app.planning.exchange.RouteSketch", Counted)
    task = Task(routes=routes, orders=tuple(driven.values()))
    found = exchanged(task, sketches, roads(), lambda: False)
    assert sum(each.cost for each in found) < sum(each.cost for each in sketches)
    assert len(asked) <= 2 * len(driven) + len(driven)
