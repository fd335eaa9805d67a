from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.fleet import Load
from app.domain.orders import Order, OrderKind
from app.domain.routes import Route
from app.domain.sketch import RouteSketch
from app.domain.timetable import timetable
from app.planning.engines import Improve, ortools, pyvrp
from app.planning.pauses import pauses
from app.planning.task import Arrangement, Column, Glimpse, Roads, Stop, Task
from tests.factories import make_break, make_order, make_route, make_shift, make_vehicle, window
from tests.unit.planning.days import travel_of

ROOT = Path(__file__).parents[3]


def within(seconds: float) -> Stop:
    """Seconds of work, so that a busy machine only takes longer."""
    until = time.process_time() + seconds
    return lambda: time.process_time() >= until


def a_day() -> tuple[list[Route], list[Order]]:
    hours = [None, ("08:00", "12:00"), ("12:00", "16:00"), ("10:00", "11:00")]
    orders = [
        make_order(
            window=window(*hour) if (hour := hours[number % 4]) else None,
            kind=OrderKind.PICKUP if number % 5 == 0 else OrderKind.DELIVERY,
            weight_g=9_000,
            requirements=frozenset({"cold"}) if number % 7 == 0 else frozenset(),
            priority=number % 3,
        )
        for number in range(30)
    ]
    room = Load(weight_g=150_000, volume_cm3=10**9, parcels=10**6)
    routes = [
        make_route(
            make_shift(
                rest=make_break(),
                vehicle=make_vehicle(
                    capacity=room, features=frozenset({"cold"}) if number == 0 else frozenset()
                ),
            )
        )
        for number in range(3)
    ]
    return routes, orders


@pytest.mark.parametrize("improve", [pyvrp.improve, ortools.improve], ids=["pyvrp", "ortools"])
def test_an_engine_keeps_every_rule_by_itself(improve: Improve) -> None:
    routes, orders = a_day()
    locked = orders[1]
    task = Task(routes=tuple(routes), orders=tuple(orders), pins={locked.id: routes[2].id})
    travel = travel_of(routes, orders)
    heard: list[Glimpse] = []
    found = improve(
        task,
        Roads(travel),
        ((), (), ()),
        within(0.5),
        pauses=pauses(task.shifts),
        seed=1,
        on_best=heard.append,
    )
    assert found is not None
    assert sorted(o.reference for orders in found for o in orders) == sorted(
        o.reference for o in orders
    )
    assert locked in found[2]
    for route, sequence in zip(routes, found, strict=True):
        assert not timetable(route.shift, sequence, travel).violations
    assert heard


@pytest.mark.parametrize("improve", [pyvrp.improve, ortools.improve], ids=["pyvrp", "ortools"])
def test_an_engine_takes_up_a_plan_where_it_was_left(improve: Improve) -> None:
    routes, orders = a_day()
    task = Task(routes=tuple(routes), orders=tuple(orders))
    roads, hours = Roads(travel_of(routes, orders)), pauses(task.shifts)
    first = improve(task, roads, ((), (), ()), within(0.5), pauses=hours, seed=1)
    assert first is not None
    again = improve(task, roads, first, within(0.3), pauses=hours, seed=1)
    assert again is not None
    cost: Callable[[Arrangement], float] = lambda arranged: sum(  # noqa: E731
        timetable(route.shift, sequence, travel_of(routes, orders)).cost
        for route, sequence in zip(routes, arranged, strict=True)
    )
    assert cost(again) <= cost(first) + 1e-6


def test_a_start_that_breaks_rules_is_mended_before_the_first_step() -> None:
    routes, orders = a_day()
    task = Task(routes=tuple(routes), orders=tuple(orders))
    travel = travel_of(routes, orders)
    crammed: Arrangement = (tuple(orders), (), ())
    (violation, *_) = timetable(routes[0].shift, orders, travel).violations
    assert violation.amount
    found = pyvrp.improve(
        task, Roads(travel), crammed, lambda: True, pauses=pauses(task.shifts), seed=1
    )
    assert found is not None
    assert sum(map(len, found)) == len(orders)
    for route, sequence in zip(routes, found, strict=True):
        assert not timetable(route.shift, sequence, travel).violations


@pytest.mark.parametrize("most_entries", [0, 10**9], ids=["as loads", "as walls"])
def test_marks_hold_as_loads_and_as_walls(
    most_entries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pyvrp, "_MOST_ENTRIES", most_entries)
    routes, orders = a_day()
    # So cheap that every order would rather go there.
    plain = replace(
        routes[1],
        shift=make_shift(
            vehicle=make_vehicle(
                costs=replace(routes[1].shift.vehicle.costs, fixed=0, per_km=0.01, per_hour=1)
            )
        ),
    )
    task = Task(routes=(routes[0], plain), orders=tuple(orders))
    travel = travel_of(task.routes, orders)
    found = pyvrp.improve(
        task, Roads(travel), ((), ()), within(0.3), pauses=pauses(task.shifts), seed=1
    )
    assert found is not None
    assert all("cold" not in order.requirements for order in found[1])
    assert sum(map(len, found)) == len(orders)


_WITHOUT_PYVRP = """
import sys
sys.modules["pyvrp"] = None
sys.path.insert(0, {root!r})
from app.domain.problem import Problem
from app.planning.solve import solve
from tests.factories import make_order, make_route
from tests.unit.planning.days import make_problem
problem = make_problem([make_route()], [make_order() for _ in range(8)], seconds=0.5)
plan = solve(problem, lambda progress: None, lambda: False)
print(plan.engine, len(plan.unassigned))
"""


def test_routes_on_the_way_are_lawful_and_told_with_their_cost() -> None:
    routes, orders = a_day()
    locked = orders[1]
    task = Task(routes=tuple(routes), orders=tuple(orders), pins={locked.id: routes[2].id})
    travel = travel_of(routes, orders)
    seen: list[Column] = []
    found = pyvrp.improve(
        task,
        Roads(travel),
        ((), (), ()),
        within(0.5),
        pauses=pauses(()),
        seed=1,
        columns=seen,
    )
    assert found is not None
    without_rest = {r.id: replace(r.shift, rest=None) for r in routes}
    for column in seen:
        sketch = RouteSketch(without_rest[column.route.id], column.orders, travel)
        assert sketch.severity == (0, 0, 0)
        assert sketch.cost == pytest.approx(column.cost, rel=1e-3)
        assert locked not in column.orders or column.route.id == routes[2].id
    driven = {column.orders for column in seen}
    assert len(driven) == len(seen) > len(routes)
    assert {some for some in found if some} <= driven


def test_without_pyvrp_the_day_is_planned_by_ortools() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_PYVRP.format(root=str(ROOT))],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout.startswith("OR-Tools")
    assert done.stdout.split()[-1] == "0"
