"""Aims as prices, for engines that know costs of routes and nothing else."""

from __future__ import annotations

from dataclasses import replace

from app.domain.fleet import Costs
from app.domain.problem import Problem
from app.domain.routes import Route
from app.domain.rules import Objective

_PER_HOUR = 20.0
_TIE_PER_KM = 0.001
"""Between two plans that take as long, the shorter one."""
_PER_VEHICLE = 10_000.0
"""More than any route costs, so that a vehicle less is worth every detour."""


def priced(problem: Problem) -> Problem:
    """The same problem with prices under which the cheapest plan is the one that is aimed at."""
    match problem.aims.objective:
        case Objective.CHEAPEST:
            return problem
        case Objective.FASTEST:
            costs = Costs(per_km=_TIE_PER_KM, per_hour=_PER_HOUR)
            return replace(problem, routes=tuple(_at(costs, r) for r in problem.routes))
        case Objective.FEWEST_VEHICLES:
            return replace(problem, routes=tuple(_dearer(r) for r in problem.routes))


def _dearer(route: Route) -> Route:
    costs = route.shift.vehicle.costs
    return _at(replace(costs, fixed=costs.fixed + _PER_VEHICLE), route)


def _at(costs: Costs, route: Route) -> Route:
    vehicle = replace(route.shift.vehicle, costs=costs)
    return replace(route, shift=replace(route.shift, vehicle=vehicle))
