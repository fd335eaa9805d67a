"""Tiny days against every plan that there is: no rule and no price is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.aims import plan_cost
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order, OrderKind
from app.domain.problem import Kept, Problem
from app.domain.rules import NO_AIMS, Aims, Balance, Objective
from app.domain.sketch import RouteSketch
from app.planning.relaxed import is_plain
from tests.factories import at, make_route
from tests.unit.domain.routes_strategy import some_orders, some_shifts
from tests.unit.domain.rules_strategy import rarely, roads, ruled_orders, ruled_shifts
from tests.unit.planning.days import make_problem, plan_of

Worth = tuple[tuple[int, ...], float]
Sketches = Mapping[RouteId, RouteSketch]
_NOISE = 1.001

AIMS = st.builds(
    Aims,
    objective=st.sampled_from(Objective),
    balance=st.sampled_from(Balance),
    per_imbalance=st.sampled_from([2.0, 20.0]),
    use_every_shift=st.booleans(),
    idle_shift=st.just(30.0),
    other_than_preferred=st.sampled_from([0.0, 9.0]),
    other_driver=st.sampled_from([0.0, 15.0, 1e5]),
    other_time_per_hour=st.sampled_from([0.0, 5.0]),
)


@st.composite
def tiny_days(draw: st.DrawFn) -> Problem:
    """One or two shifts and some orders, with any rule and any aim, or with the everyday ones."""
    is_plain_day = draw(st.booleans())
    shifts = draw(
        st.lists(some_shifts() if is_plain_day else ruled_shifts(), min_size=1, max_size=2)
    )
    routes = [make_route(shift) for shift in shifts]
    orders = draw(some_orders(max_size=4) if is_plain_day else ruled_orders(max_size=4))
    changes: dict[str, object] = {}
    if not is_plain_day:
        orders = [_wishing(draw, order, routes[0].shift.driver.id) for order in _paired(orders)]
        told = {
            order.id: Kept(
                route=draw(st.sampled_from(routes)).id,
                begin=at(draw(st.sampled_from(["08:30", "11:00", "15:00"]))),
            )
            for order in orders
            if draw(st.booleans())
        }
        changes = {"aims": draw(rarely(AIMS, NO_AIMS)), "kept": told}
    travel = draw(roads(*orders)) if not is_plain_day else None
    if travel is not None:
        changes["travel"] = travel
    return make_problem(routes, orders, seconds=30.0, iterations=400, cores=1, **changes)


def _paired(orders: Sequence[Order]) -> list[Order]:
    """Each delivery that is collected at no pickup, or where another one is, as from the depot."""
    free = {order.id for order in orders if order.kind is OrderKind.PICKUP}
    found = []
    for order in orders:
        pickup = order.rules.collected_by
        if pickup is not None and pickup not in free:
            order = replace(order, rules=replace(order.rules, collected_by=None))
        free -= {pickup}
        found.append(order)
    return found


def _wishing(draw: st.DrawFn, order: Order, driver: object) -> Order:
    who = frozenset({driver})
    wishes: list[dict[str, object]] = [
        {},
        {"drop_price": 8.0},
        {"drivers": who},
        {"barred_drivers": who},
        {"preferred_drivers": who},
    ]
    more = draw(st.sampled_from(wishes))
    if not more:
        return order
    return replace(order, rules=replace(order.rules, **more))


def worth(problem: Problem, routes: Sketches) -> Worth:
    placed = {visit.order.id for sketch in routes.values() for visit in sketch.visits}
    left = [order for order in problem.orders.values() if order.id not in placed]
    counts = [order.priority for order in left if order.rules.drop_price is None]
    cost = plan_cost(routes, problem.aims, problem.kept, left)
    return tuple(counts.count(rank) for rank in (3, 2, 1, 0)), cost


def every_plan(problem: Problem) -> Iterator[Sketches]:
    """All sequences of all orders on all routes that break nothing, pairs whole or not at all."""
    lawful: list[dict[frozenset[OrderId], list[RouteSketch]]] = []
    for route in problem.routes:
        found: dict[frozenset[OrderId], list[RouteSketch]] = {}
        for count in range(len(problem.orders) + 1):
            for orders in permutations(problem.orders.values(), count):
                sketch = RouteSketch(route.shift, orders, problem.travel)
                if not sketch.violations:
                    found.setdefault(frozenset(o.id for o in orders), []).append(sketch)
        lawful.append(found)
    if len(lawful) == 1:
        lawful.append({frozenset(): []})
    suppliers = {o.rules.collected_by: o.id for o in problem.orders.values()}
    keys = [route.id for route in problem.routes]
    for here, first in lawful[0].items():
        for there, second in lawful[1].items():
            placed = here | there
            is_whole = all(
                (delivery in placed) == (pickup in placed)
                for pickup, delivery in suppliers.items()
                if pickup is not None
            )
            if here & there or not is_whole:
                continue
            for one in first:
                for other in second or [None]:
                    yield dict(zip(keys, [one, *([other] if other else [])], strict=True))


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(tiny_days())
def test_no_plan_is_better_than_the_one_that_was_found(problem: Problem) -> None:
    plan = plan_of(problem)
    found = {
        route.id: RouteSketch(
            route.shift, [problem.orders[o] for o in plan.routes[route.id]], problem.travel
        )
        for route in problem.routes
    }
    for sketch in found.values():
        assert sketch.violations == []
    left, cost = worth(problem, found)
    best_left, best_cost = min(worth(problem, routes) for routes in every_plan(problem))
    assert left == best_left
    assert cost <= best_cost * _NOISE + 0.01
    if is_plain(problem):
        assert plan.cost == pytest.approx(cost)
