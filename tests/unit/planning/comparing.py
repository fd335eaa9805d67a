"""Whether a search that goes on from a plan leaves it as good as it was."""

from __future__ import annotations

from dataclasses import replace

from app.domain.problem import Plan, Problem
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


def check_no_worse(problem: Problem, now: Plan, then: Plan) -> None:
    """What is left out counts first, by priority; then money."""
    assert _left_out(problem, then) <= _left_out(problem, now)
    if _left_out(problem, then) == _left_out(problem, now):
        assert then.cost <= now.cost + 0.01


def _left_out(problem: Problem, plan: Plan) -> tuple[int, ...]:
    """How many orders of each priority have no place, the highest first."""
    left = [problem.orders[each.order].priority for each in plan.unassigned]
    return tuple(left.count(priority) for priority in (3, 2, 1, 0))
