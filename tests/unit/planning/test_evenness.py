from __future__ import annotations

import math
from datetime import timedelta

import pytest

from app.domain.rules import Aims, Balance, ShiftRules
from app.domain.sketch import RouteSketch
from app.domain.violations import ViolationKind
from app.planning.evenness import evened
from app.planning.task import Task
from tests.factories import make_order, make_route, make_shift, place
from tests.unit.planning.days import travel_of

HOURS = Aims(balance=Balance.HOURS, per_imbalance=25.0)
STOPS = Aims(balance=Balance.STOPS, per_imbalance=25.0)


def a_plan(*counts: int, rules: ShiftRules | None = None) -> tuple[Task, list[RouteSketch]]:
    orders = [
        [make_order(place=place(53.50 + n * 0.01, 13.1 + van * 0.1)) for n in range(count)]
        for van, count in enumerate(counts)
    ]
    shift = make_shift() if rules is None else make_shift(rules=rules)
    routes = [make_route(shift) for _ in counts]
    every = [order for some in orders for order in some]
    travel = travel_of(routes, every)
    sketches = [RouteSketch(r.shift, o, travel) for r, o in zip(routes, orders, strict=True)]
    return Task(routes=tuple(routes), orders=tuple(every)), sketches


def test_no_van_may_work_much_more_than_all_do_on_average() -> None:
    task, plan = a_plan(1, 7, 0)
    limited, sketches = evened(task, plan, HOURS)
    mean_s = (plan[0].working_s + plan[1].working_s) / 2
    assert [route.id for route in limited.routes] == [route.id for route in task.routes[:2]]
    for route in limited.routes:
        assert route.shift.rules.max_work is not None
        assert mean_s < route.shift.rules.max_work.total_seconds() < 1.05 * mean_s
    assert [sketch.orders for sketch in sketches] == [sketch.orders for sketch in plan[:2]]
    works_more = [sketch.working_s > mean_s for sketch in plan[:2]]
    breaks = [ViolationKind.WORK_EXCEEDED in {v.kind for v in s.violations} for s in sketches]
    assert sorted(works_more) == [False, True]
    assert breaks == works_more


def test_no_van_may_have_more_stops_than_their_even_share() -> None:
    task, plan = a_plan(2, 6, 0)
    limited, _ = evened(task, plan, STOPS)
    assert [r.shift.rules.max_stops for r in limited.routes] == [math.ceil(4 * 1.02)] * 2


def test_a_limit_that_is_tighter_already_stays() -> None:
    rules = ShiftRules(max_work=timedelta(minutes=5), max_stops=3)
    task, plan = a_plan(2, 6, rules=rules)
    for aims in (HOURS, STOPS):
        limited, _ = evened(task, plan, aims)
        assert all(route.shift.rules == rules for route in limited.routes)


def test_one_van_alone_is_not_limited() -> None:
    task, plan = a_plan(4, 0)
    with pytest.raises(ValueError, match="one van"):
        evened(task, plan, HOURS)
