"""Small days to plan, and the check that every plan must pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.domain.problem import Plan, Problem, Unassigned
from app.domain.routes import Lock, Route
from app.domain.timetable import Travel, timetable
from app.domain.violations import Violation
from app.planning.solve import solve
from tests.factories import grid_travel

SHORT_S = 0.3


def travel_of(routes: Iterable[Route], orders: Iterable[Order]) -> Travel:
    corners = [
        place
        for route in routes
        for place in (
            route.shift.start_location,
            route.shift.depot.location,
            route.shift.end_location,
        )
        if place is not None
    ]
    return grid_travel([*corners, *(o.location for o in orders if o.location is not None)])


def make_problem(routes: Sequence[Route], orders: Sequence[Order], **changes: Any) -> Problem:
    """Every order that is on no route is unassigned."""
    placed = {order for route in routes for order in route.orders}
    values: dict[str, Any] = {
        "routes": tuple(routes),
        "orders": {order.id: order for order in orders},
        "unassigned": tuple(order.id for order in orders if order.id not in placed),
        "travel": travel_of(routes, orders),
        "seconds": SHORT_S,
    }
    return Problem(**(values | changes))


def plan_of(problem: Problem) -> Plan:
    """Solve, and see that each order is in the plan exactly once."""
    plan = solve(problem, lambda _progress: None, lambda: False)
    assert set(plan.routes) == {route.id for route in problem.routes}
    counts = Counter(order for orders in plan.routes.values() for order in orders)
    counts.update(left.order for left in plan.unassigned)
    assert set(counts.values()) <= {1}
    in_play = {order for route in problem.routes for order in route.orders}
    assert set(counts) == in_play | set(problem.unassigned)
    return plan


def violations(problem: Problem, plan: Plan) -> list[Violation]:
    """What the domain's timetable says of the routes that were open to the optimizer."""
    found: list[Violation] = []
    for route in problem.routes:
        if route.lock is Lock.NONE:
            orders = [problem.orders[order] for order in plan.routes[route.id]]
            found += timetable(route.shift, orders, problem.travel).violations
    return found


def route_of(plan: Plan, order: Order) -> RouteId | None:
    for route, orders in plan.routes.items():
        if order.id in orders:
            return route
    return None


def left_out(plan: Plan) -> dict[OrderId, Unassigned]:
    return {left.order: left for left in plan.unassigned}
