"""Orders that were left out find room, the important ones at the cost of lesser ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.checks import CLEAN
from app.domain.orders import Order
from app.domain.problem import Plan
from app.domain.routes import Route, Stop
from app.domain.rules import ShiftRules
from app.domain.sketch import RouteSketch
from app.planning.filling import promoted
from app.planning.mending import worth
from app.planning.task import Task
from app.planning.thorough import solve_thoroughly
from tests.factories import make_order, make_route, make_shift, make_vehicle, place, window
from tests.unit.planning.days import make_problem, plan_of, travel_of

COLD = frozenset({"cold"})


def a_van(hours: int = 2, **vehicle: object) -> Route:
    shift = make_shift(
        window=window("08:00", f"{8 + hours:02}:00"), vehicle=make_vehicle(**vehicle)
    )
    return make_route(shift)


def long(**changes: object) -> Order:
    return make_order(place=place(53.5640, 13.2893), service_time=timedelta(minutes=50), **changes)


def filled(routes: list[Route], plan: list[list[Order]], left: list[Order]) -> list[set[Order]]:
    orders = [*left, *(order for each in plan for order in each)]
    travel = travel_of(routes, orders)
    sketches = [
        RouteSketch(route.shift, each, travel) for route, each in zip(routes, plan, strict=True)
    ]
    task = Task(routes=tuple(routes), orders=tuple(orders))
    found = promoted(task, sketches, lambda: False)
    assert all(sketch.severity == CLEAN for sketch in found)
    return [set(sketch.orders) for sketch in found]


def test_who_is_driven_out_goes_where_there_is_room() -> None:
    low, important = long(), long(priority=1, requirements=COLD)
    routes = [a_van(hours=1, features=COLD), a_van(hours=1)]
    assert filled(routes, [[low], []], [important]) == [{important}, {low}]


def test_an_equally_important_one_moves_over_and_drives_out_a_lesser_one() -> None:
    low, equal = long(), long(priority=1)
    important = long(priority=1, requirements=COLD)
    routes = [a_van(hours=1, features=COLD), a_van(hours=1)]
    assert filled(routes, [[equal], [low]], [important]) == [{important}, {equal}]


def test_none_as_important_is_left_out_instead() -> None:
    equal, other = long(priority=1), long(priority=1)
    assert filled([a_van(hours=1)], [[equal]], [other]) == [{equal}]


def test_a_more_important_one_may_leave_a_lesser_important_one_out() -> None:
    lesser, important = long(priority=1), long(priority=2)
    assert filled([a_van(hours=1)], [[lesser]], [important]) == [{important}]


def test_an_order_of_no_importance_has_the_room_of_one_that_fits_elsewhere() -> None:
    first, second, cold = long(), long(), long(requirements=COLD)
    routes = [a_van(hours=1, features=COLD), a_van(hours=1), a_van(hours=1)]
    assert filled(routes, [[first], [second], []], [cold]) == [{cold}, {second}, {first}]


def test_an_order_of_no_importance_drives_nobody_out() -> None:
    there, other = long(), long()
    assert filled([a_van(hours=1)], [[there]], [other]) == [{there}]


def test_several_leave_for_one_that_takes_long() -> None:
    short = [replace(long(), service_time=timedelta(minutes=15)) for _ in range(4)]
    important = long(priority=1)
    (found,) = filled([a_van(hours=1)], [short], [important])
    assert important in found


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.booleans(), st.integers(5, 50), st.integers(0, 12)),
        min_size=2,
        max_size=12,
    ),
    st.integers(0, 12),
)
def test_the_plan_is_never_worse_and_breaks_nothing(
    drawn: list[tuple[int, bool, int, int]], placed: int
) -> None:
    orders = [
        make_order(
            place=place(53.55 + step / 500, 13.28),
            priority=priority,
            requirements=COLD if is_cold else frozenset(),
            service_time=timedelta(minutes=minutes),
        )
        for priority, is_cold, minutes, step in drawn
    ]
    routes = [a_van(features=COLD), a_van(hours=1), a_van(hours=1)]
    travel = travel_of(routes, orders)
    sketches = [RouteSketch(route.shift, (), travel) for route in routes]
    task = Task(routes=tuple(routes), orders=tuple(orders))
    for number, order in enumerate(orders[:placed]):
        trial = sketches[number % 3].fitting(order)
        if trial is not None:
            sketches[number % 3] = sketches[number % 3].with_order(order, trial.index)
    found = promoted(task, sketches, lambda: False)
    assert worth(task, found)[:2] <= worth(task, sketches)[:2]
    assert all(sketch.severity == CLEAN for sketch in found)
    there = [order.id for sketch in found for order in sketch.orders]
    assert len(there) == len(set(there))


def test_an_important_order_that_an_engine_left_out_is_in_the_plan() -> None:
    """However late its plan comes: it weighs many orders against an important one."""
    van = a_van()
    van = replace(van, shift=replace(van.shift, rules=ShiftRules(max_driving=timedelta(hours=1))))
    low = [replace(long(), service_time=timedelta(minutes=9)) for _ in range(10)]
    important = long(priority=1)
    problem = make_problem([van], [*low, important], seconds=0.0)

    def engine(_problem: object, _report: object, _cancelled: object, _keep: object) -> Plan:
        sequence = tuple(order.id for order in low)
        return Plan(routes={van.id: sequence}, unassigned=(), cost=0.0, engine="E", seconds=0.0)

    plan = solve_thoroughly(problem, lambda _p: None, lambda: False, lambda _p: None, engine)
    assert important.id in plan.routes[van.id]


def test_where_nothing_is_to_be_moved_nobody_leaves_for_an_important_one() -> None:
    van = a_van(hours=1)
    planned, important = long(), long(priority=3)
    van = replace(van, stops=(Stop(order=planned.id),))
    problem = make_problem([van], [planned, important], seconds=2.0, moves_nothing=True)
    plan = plan_of(problem)
    assert plan.routes[van.id] == (planned.id,)
    assert [left.order for left in plan.unassigned] == [important.id]
