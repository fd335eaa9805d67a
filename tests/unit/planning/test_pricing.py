from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.problem import Problem
from app.domain.rules import Aims, Balance, Objective
from app.planning.pricing import priced
from app.planning.solve import solve
from tests.factories import grid_travel, make_depot, make_order, make_route, make_shift


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


@pytest.mark.parametrize("balance", list(Balance)[:2])
def test_a_search_finds_what_is_aimed_at_by_either_way(balance: Balance) -> None:
    """The engines are told by prices; the search that knows every aim must not count them twice."""
    depot = make_depot()
    routes = tuple(make_route(make_shift(depot=depot)) for _ in range(4))
    orders = [make_order(service_time=timedelta(minutes=20)) for _ in range(16)]
    problem = Problem(
        routes=routes,
        orders={order.id: order for order in orders},
        unassigned=tuple(order.id for order in orders),
        travel=grid_travel([depot.location, *(o.location for o in orders if o.location)]),
        seconds=1.5,
        cores=1,
    )

    def vans(objective: Objective) -> int:
        aims = Aims(objective=objective, balance=balance, per_imbalance=0.01)
        plan = solve(replace(problem, aims=aims), lambda _: None, lambda: False, lambda _: None)
        assert not plan.unassigned
        return sum(1 for stops in plan.routes.values() if stops)

    assert vans(Objective.FEWEST_VEHICLES) == 1
