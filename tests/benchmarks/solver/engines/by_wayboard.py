"""Wayboard's engine, by way of the same Problem and Plan as in the console."""

from __future__ import annotations

import time

from app.domain.problem import Plan, Problem
from app.planning.solve import solve as plan_of
from tests.benchmarks.solver.instance import Answer, Instance, Routes
from tests.benchmarks.solver.translation import problem_of


def solve(instance: Instance, seconds: float, cores: int, seed: int) -> Answer:
    problem = problem_of(instance, seconds, cores, seed)
    begin = time.perf_counter()
    plan = plan_of(problem, lambda _progress: None, lambda: False)
    return Answer(
        routes=routes_of(problem, plan),
        seconds=time.perf_counter() - begin,
        trajectory=plan.trajectory,
    )


def routes_of(problem: Problem, plan: Plan) -> Routes:
    """Reloads are the timetable's own: the checker is told of none."""
    number = {order: index for index, order in enumerate(problem.orders, 1)}
    return tuple(
        (van, tuple(number[order] for order in plan.routes[route.id]))
        for van, route in enumerate(problem.routes)
    )
