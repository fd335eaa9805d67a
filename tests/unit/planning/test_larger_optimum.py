"""Days of six and seven orders on three vans, some of them out, against every plan there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.domain.aims import left_out_price, route_price
from app.domain.checks import CLEAN, is_misplaced
from app.domain.ids import OrderId
from app.domain.orders import Order, OrderKind
from app.domain.problem import Kept, Problem
from app.domain.routes import Route, Stop
from app.domain.rules import Aims
from app.domain.sketch import RouteSketch
from app.domain.underway import Underway
from tests.factories import at, make_route
from tests.unit.domain.routes_strategy import an_order, some_shifts
from tests.unit.domain.rules_strategy import a_ruled_order, ruled_shifts
from tests.unit.planning.days import make_problem, plan_of
from tests.unit.planning.test_optimum import Worth, worth

_NOISE = 1.001

Prices = dict[frozenset[OrderId], float]
"""What each set of orders costs at least on routes that break no rule."""


@st.composite
def larger_days(draw: st.DrawFn, *, is_plain: bool) -> Problem:
    """Three shifts with seven orders, or six with any rule where the first one's van is out."""
    shifts = [draw(some_shifts() if is_plain else ruled_shifts()) for _ in range(3)]
    orders = [
        draw(an_order() if is_plain else a_ruled_order()) for _ in range(7 if is_plain else 6)
    ]
    routes = [make_route(shift) for shift in shifts]
    changes: dict[str, object] = {}
    if not is_plain:
        orders[0] = replace(orders[0], rules=replace(orders[0].rules, drop_price=8.0))
        if draw(st.booleans()):
            delivery = replace(orders[1], kind=OrderKind.DELIVERY)
            rules = replace(delivery.rules, collected_by=orders[0].id, released_at=None)
            orders[0] = replace(orders[0], kind=OrderKind.PICKUP)
            orders[1] = replace(delivery, rules=rules)
        routes[0] = _out(draw, routes[0], orders[2:])
        if draw(st.booleans()):
            told = [Kept(route=draw(st.sampled_from(routes)).id, begin=at("11:00")) for _ in orders]
            changes["kept"] = {o.id: each for o, each in zip(orders, told, strict=True)}
            changes["aims"] = Aims(other_driver=15.0, other_time_per_hour=5.0)
    return make_problem(routes, orders, seconds=60.0, iterations=600, cores=1, **changes)


def _out(draw: st.DrawFn, route: Route, orders: Sequence[Order]) -> Route:
    """Its van has left with the first orders, has done one or two, and keeps what is aboard."""
    stops = orders[: draw(st.integers(1, 3))]
    frozen = draw(st.integers(1, len(stops)))
    loads = tuple((order.id, 0) for order in stops if order.is_from_depot)
    underway = Underway(left_at=route.shift.window.start, loading=frozen, loads=loads)
    kept = {order.id for order in stops[:frozen]} | {order for order, _ in loads}
    return replace(
        route,
        shift=replace(route.shift, underway=underway),
        stops=tuple(Stop(order=o.id, is_locked=o.id in kept) for o in stops),
        frozen=frozen,
    )


def lawful(problem: Problem, route: Route) -> Prices:
    """Every set of orders that the route can do, with the price of its best sequence."""
    done = route.orders[: route.frozen]
    held = {stop.order for stop in route.stops if stop.is_locked}
    elsewhere = {
        s.order for r in problem.routes if r.id != route.id for s in r.stops if s.is_locked
    }
    frame = RouteSketch(route.shift, (), problem.travel).frame
    free = [
        key
        for key, order in problem.orders.items()
        if key not in done
        and key not in elsewhere
        and not is_misplaced(route.shift, frame.visit(order))
    ]
    most = route.shift.rules.max_stops
    found: Prices = {}
    for count in range(len(free) + 1 if most is None else min(len(free), most - len(done)) + 1):
        for ahead in permutations(free, count):
            if not held <= {*done, *ahead}:
                continue
            orders = [problem.orders[o] for o in (*done, *ahead)]
            sketch = RouteSketch(route.shift, orders, problem.travel, frozen=route.frozen)
            if sketch.severity == CLEAN:
                price = route_price(route.id, sketch, problem.aims, problem.kept)
                key = frozenset(o.id for o in orders)
                found[key] = min(price, found.get(key, price))
    return found


def best(problem: Problem) -> Worth | None:
    """The best worth of all plans; None where not even what is done keeps every rule."""
    prices: Prices = {frozenset(): 0.0}
    for route in problem.routes:
        of_route = lawful(problem, route)
        joined: Prices = {}
        for here, price in prices.items():
            for there, more in of_route.items():
                if not here & there:
                    key = here | there
                    joined[key] = min(price + more, joined.get(key, price + more))
        prices = joined
    return min((_worth(problem, placed, price) for placed, price in prices.items()), default=None)


def _worth(problem: Problem, placed: frozenset[OrderId], price: float) -> Worth:
    halves = {o.rules.collected_by: o.id for o in problem.orders.values() if o.rules.collected_by}
    if any((half in placed) != (delivery in placed) for half, delivery in halves.items()):
        return (len(problem.orders) + 1,), 0.0
    left = [order for order in problem.orders.values() if order.id not in placed]
    counts = [order.priority for order in left if order.rules.drop_price is None]
    price += sum(left_out_price(order, problem.aims, problem.kept) for order in left)
    return tuple(counts.count(rank) for rank in (3, 2, 1, 0)), price


def check(problem: Problem) -> None:
    optimum = best(problem)
    assume(optimum is not None)
    assert optimum is not None
    plan = plan_of(problem)
    found: Mapping = {
        route.id: RouteSketch(
            route.shift,
            [problem.orders[o] for o in plan.routes[route.id]],
            problem.travel,
            frozen=route.frozen,
        )
        for route in problem.routes
    }
    for route in problem.routes:
        done = route.orders[: route.frozen]
        assert plan.routes[route.id][: route.frozen] == done
        assert found[route.id].violations == []
    left, cost = worth(problem, found)
    assert left == optimum[0]
    assert cost <= optimum[1] * _NOISE + 0.01


_SETTINGS = settings(
    max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@_SETTINGS
@given(larger_days(is_plain=True))
def test_no_everyday_plan_of_seven_orders_on_three_vans_is_better(problem: Problem) -> None:
    check(problem)


@_SETTINGS
@given(larger_days(is_plain=False))
def test_no_plan_is_better_by_any_rule_with_vans_on_the_road(problem: Problem) -> None:
    check(problem)
