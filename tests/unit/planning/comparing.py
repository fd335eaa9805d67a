"""Whether a plan is as good as another one of the same day."""

from __future__ import annotations

from dataclasses import replace

from app.domain.problem import Plan, Problem
from app.domain.sketch import RouteSketch
from tests.unit.planning.days import plan_of


def searched(problem: Problem, iterations: int) -> Plan:
    """For so much work, however busy the machine is."""
    plan = plan_of(replace(problem, seconds=60.0, cores=1, iterations=iterations))
    assert not plan.is_cut_short
    return plan


def planned(problem: Problem, plan: Plan) -> Problem:
    """The day as the plan leaves it, for a search that goes on from there."""
    routes = tuple(route.with_orders(plan.routes[route.id]) for route in problem.routes)
    left = tuple(each.order for each in plan.unassigned)
    return replace(problem, routes=routes, unassigned=left)


def check_no_worse(problem: Problem, now: Plan, then: Plan, noise: float = 1.0) -> None:
    """What is left out counts first, by priority; then what locks break; then money.

    That may be `noise` times as much.
    """
    worth, before = _worth(problem, then), _worth(problem, now)
    assert worth <= before
    if worth == before:
        assert then.cost <= now.cost * noise + 0.01


def _worth(problem: Problem, plan: Plan) -> tuple[tuple[float, ...], ...]:
    broken = [
        RouteSketch(
            route.shift, [problem.orders[order] for order in plan.routes[route.id]], problem.travel
        ).severity
        for route in problem.routes
    ]
    return _left_out(problem, plan), tuple(map(sum, zip(*broken, strict=True)))


def _left_out(problem: Problem, plan: Plan) -> tuple[int, ...]:
    """How many orders of each priority have no place, the highest first."""
    left = [problem.orders[each.order].priority for each in plan.unassigned]
    return tuple(left.count(priority) for priority in (3, 2, 1, 0))
