from __future__ import annotations

from app.domain.problem import Problem
from app.domain.rules import Aims, Objective
from app.planning.pricing import priced
from tests.factories import grid_travel, make_route, make_shift


def _costs(objective: Objective) -> tuple[float, float, float]:
    route = make_route(make_shift())
    problem = Problem(
        routes=(route,),
        orders={},
        unassigned=(),
        travel=grid_travel([]),
        aims=Aims(objective=objective),
    )
    costs = priced(problem).routes[0].shift.vehicle.costs
    return costs.fixed, costs.per_km, costs.per_hour


def test_the_cheapest_plan_is_sought_by_the_vans_own_prices() -> None:
    assert _costs(Objective.CHEAPEST) == (40.0, 0.35, 18.0)


def test_the_fastest_plan_costs_hours_and_nothing_else_to_speak_of() -> None:
    fixed, per_km, per_hour = _costs(Objective.FASTEST)
    assert fixed == 0
    assert per_hour / 60 > 50 * per_km  # a minute is worth more than a long detour


def test_a_van_less_is_worth_more_than_any_route_costs() -> None:
    fixed, per_km, per_hour = _costs(Objective.FEWEST_VEHICLES)
    assert fixed > 24 * per_hour + 2_000 * per_km
