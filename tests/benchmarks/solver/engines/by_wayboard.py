"""Wayboard's engine, by way of the same Problem and Plan as in the console."""

from __future__ import annotations

import time

from app.domain.problem import Plan, Problem
from app.domain.timetable import timetable
from app.planning.parcelling import slimmed
from app.planning.solve import solve as plan_of
from tests.benchmarks.solver.instance import Answer, Instance, Routes
from tests.benchmarks.solver.translation import problem_of


def solve(instance: Instance, seconds: float, cores: int, seed: int) -> Answer:
    # As small as the console hands it to the solver's process.
    problem = slimmed(problem_of(instance, seconds, cores, seed))
    begin = time.perf_counter()
    plan = plan_of(problem, lambda _progress: None, lambda: False)
    return Answer(
        routes=routes_of(problem, plan),
        seconds=time.perf_counter() - begin,
        trajectory=plan.trajectory,
    )


def routes_of(problem: Problem, plan: Plan) -> Routes:
    """With the reloads where the timetable puts them."""
    number = {order: index for index, order in enumerate(problem.orders, 1)}
    found = []
    for van, route in enumerate(problem.routes):
        stops = [number[order] for order in plan.routes[route.id]]
        if stops and route.shift.rules.max_reloads:
            orders = [problem.orders[order] for order in plan.routes[route.id]]
            reloads = timetable(route.shift, orders, problem.travel).reloads
            for reload in sorted(reloads, key=lambda each: -each.index):
                stops.insert(reload.index, 0)
        found.append((van, tuple(stops)))
    return tuple(found)
