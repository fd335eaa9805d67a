"""PyVRP on a whole problem: what it is given, and what it shows on the way."""

from __future__ import annotations

from datetime import timedelta

from app.domain.fleet import UNLIMITED, Costs, Load
from app.domain.orders import Order
from app.domain.problem import Problem, Progress
from app.domain.routes import Route
from app.domain.rules import OrderRules, ShiftRules
from app.domain.sketch import RouteSketch
from app.domain.timetable import timetable
from app.planning.engines import whole
from app.planning.solve import solve
from app.planning.task import Arrangement, Roads, Stop, Task
from tests.factories import make_order, make_route, make_shift, make_vehicle, place, window
from tests.unit.planning.days import make_problem, plan_of, travel_of, violations


def a_van(kg: int, *, reloads: int = 9) -> Route:
    vehicle = make_vehicle(
        capacity=Load(weight_g=kg * 1000, volume_cm3=UNLIMITED, parcels=UNLIMITED),
        costs=Costs(per_km=1.0),
    )
    rules = ShiftRules(max_reloads=reloads, reload_time=timedelta(minutes=5))
    return make_route(make_shift(vehicle=vehicle, rules=rules))


def spread(count: int, kg: int = 1) -> list[Order]:
    return [
        make_order(
            weight_g=kg * 1000,
            place=place(53.50 + n * 7 % 10 * 0.01, 13.20 + n * 3 % 10 * 0.01),
            service_time=timedelta(minutes=1),
        )
        for n in range(count)
    ]


def searched(
    routes: list[Route],
    orders: list[Order],
    stops: list[Stop],
    seen: list[Arrangement] | None = None,
) -> tuple[Arrangement | None, list[Arrangement]]:
    """The best of two lanes from nothing, and what was shown before."""
    travel = travel_of(routes, orders)
    seen = [] if seen is None else seen
    found = whole.improve(
        Task(routes=tuple(routes), orders=tuple(orders)),
        Roads(travel),
        [RouteSketch(route.shift, (), travel) for route in routes],
        stops,
        seed=1,
        on_best=seen.append,
    )
    return found, seen


def after(steps: int) -> Stop:
    left = iter(range(steps))
    return lambda: next(left, None) is None


def test_better_plans_are_shown_on_the_way() -> None:
    routes, orders = [a_van(40) for _ in range(4)], spread(150)
    seen: list[Arrangement] = []
    found, _ = searched(routes, orders, [lambda: bool(seen)] * 2, seen)
    assert found is not None
    assert all(len(each) == len(routes) for each in seen)


def test_all_that_fits_is_placed_from_nothing_with_reloads() -> None:
    routes, orders = [a_van(3), a_van(4)], spread(24)
    found, _ = searched(routes, orders, [after(500), after(500)])
    assert found is not None
    assert sorted(o.reference for each in found for o in each) == sorted(
        o.reference for o in orders
    )


def test_trips_cost_no_more_kilometres_than_out_and_back_to_each_place() -> None:
    """Full loads from two far places: each trip serves one of them."""
    north = [make_order(weight_g=1000, place=place(53.66, 13.26)) for _ in range(4)]
    south = [make_order(weight_g=1000, place=place(53.44, 13.26)) for _ in range(4)]
    problem = make_problem([a_van(4)], [*north, *south], seconds=60, iterations=400)
    plan = plan_of(problem)
    assert not plan.unassigned
    assert not violations(problem, plan)
    (route,) = problem.routes
    driven = timetable(
        route.shift, [problem.orders[o] for o in plan.routes[route.id]], problem.travel
    )
    (reload,) = driven.reloads
    first = {problem.orders[o].place for o in plan.routes[route.id][: reload.index]}
    assert reload.index == 4
    assert len(first) == 1


def test_priced_orders_stay_optional_while_others_must_all_come() -> None:
    needed = spread(6)
    far = make_order(place=place(54.2, 14.2), rules=OrderRules(drop_price=1.0))
    near = make_order(place=needed[0].place, rules=OrderRules(drop_price=500.0))
    problem = make_problem([a_van(50)], [*needed, far, near], seconds=60, iterations=400)
    plan = plan_of(problem)
    assert [each.order for each in plan.unassigned] == [far.id]


def test_progress_of_a_search_with_every_rule_goes_on_while_the_engine_runs() -> None:
    orders = spread(150)
    orders[0] = make_order(weight_g=1000, window=window("09:00", "11:00"))
    problem: Problem = make_problem([a_van(40) for _ in range(4)], orders, seconds=6.0)
    told: list[Progress] = []
    solve(problem, told.append, lambda: False)
    assert any(0.6 < each.seconds < 5.1 for each in told)
    assert {"start", "whole day"} <= {each.stage for each in told}


def test_a_new_trip_is_begun_for_an_order_that_might_be_left_out() -> None:
    orders = [make_order(weight_g=3000, place=place(53.58, 13.30)) for _ in range(2)]
    found, _ = searched([a_van(3, reloads=1)], orders, [after(500), after(500)])
    assert found is not None
    assert [len(each) for each in found] == [2]
