"""Whether a plan is as good as another one of the same day, but for chance."""

from __future__ import annotations

from app.domain.problem import Plan, Problem

_NOISE = 1.03
"""How much dearer a plan may be by chance: the search is no proof."""


def check_no_worse(problem: Problem, now: Plan, then: Plan, noise: float = _NOISE) -> None:
    assert _left_out(problem, then) <= _left_out(problem, now)
    if _left_out(problem, then) == _left_out(problem, now):
        assert then.cost <= now.cost * noise + 0.01


def _left_out(problem: Problem, plan: Plan) -> tuple[int, ...]:
    """How many orders of each priority have no place, the highest first."""
    left = [problem.orders[each.order].priority for each in plan.unassigned]
    return tuple(left.count(priority) for priority in (3, 2, 1, 0))
