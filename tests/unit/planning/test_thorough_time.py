"""What a search by every rule asks the engines, and what it makes of their plans and its time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.fleet import Load
from app.domain.orders import Order, OrderKind
from app.domain.problem import Plan, Problem, Progress
from app.domain.routes import Route
from app.domain.rules import Aims, Balance, OrderRules, ShiftRules
from app.domain.travel import Pace
from app.planning import engines
from app.planning.budget import Steps
from app.planning.task import Arrangement
from app.planning.telling import Keep
from app.planning.thorough import solve_thoroughly
from tests.factories import make_route, make_shift, make_vehicle, window
from tests.unit.planning.days import make_problem, violations
from tests.unit.planning.test_polish import order_at

_DRIVING = ShiftRules(max_driving=timedelta(hours=6))
_WORK = ShiftRules(max_work=timedelta(hours=15))


class Engine:
    """In place of the one that knows the everyday rules: shows some plans, and hands one over."""

    def __init__(
        self, *shown: Plan, takes: Callable[[], object] = lambda: None, cut: Sequence[bool] = ()
    ) -> None:
        """`cut` tells of its first plans whether the clock has ended the search for them."""
        self._shown = shown
        self._cut = iter(cut)
        self._takes = takes
        self.asked: list[Problem] = []
        self.told_before: list[int] = []
        self.told: list[Progress] = []

    def __call__(
        self, problem: Problem, _report: object, _cancelled: Callable[[], bool], keep: Keep
    ) -> Plan:
        self.asked.append(problem)
        self.told_before.append(len(self.told))
        self._takes()
        for plan in self._shown:
            keep(plan)
        return replace(self._shown[-1], is_cut_short=next(self._cut, False))


class Whole:
    """In place of the engine that knows more rules: hands over the same sequences each time."""

    def __init__(self, *found: Sequence[Order]) -> None:
        self._found = found
        self.asked = 0

    def __call__(self, *_all: object, **_more: object) -> Arrangement | None:
        self.asked += 1
        return tuple(map(tuple, self._found)) or None


def solved(problem: Problem, engine: Engine, cancelled: Callable[[], bool] = lambda: False) -> Plan:
    return solve_thoroughly(problem, engine.told.append, cancelled, lambda _plan: None, engine)


def planned(route: Route, orders: Sequence[Order]) -> Plan:
    sequence = tuple(order.id for order in orders)
    return Plan(routes={route.id: sequence}, unassigned=(), cost=0, engine="E", seconds=0)


def a_van(rules: ShiftRules = _DRIVING) -> Route:
    vehicle = make_vehicle(capacity=Load(weight_g=10**9, volume_cm3=10**9, parcels=10**4))
    hours = window("00:10", "23:50")
    return make_route(make_shift(vehicle=vehicle, window=hours, rules=rules))


def nothing(route: Route) -> Plan:
    return planned(route, [])


@pytest.fixture
def fifty_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.planning.thorough._POLISHED_UP_TO", 50)


@pytest.mark.usefixtures("fifty_is_large")
@pytest.mark.parametrize("is_paired", [False, True])
def test_a_large_day_has_a_whole_plan_before_any_engine_or_clock_is_asked(
    *, is_paired: bool
) -> None:
    """Putting one order after the other would have found the time over."""
    route = a_van()
    orders = [order_at(n % 10, n // 10) for n in range(60)]
    if is_paired:
        # Pairs are not for the everyday rules, and don't get in their way.
        pickup = order_at(1, 1, kind=OrderKind.PICKUP)
        orders += [pickup, order_at(2, 2, rules=OrderRules(collected_by=pickup.id))]
    problem = make_problem([route], orders, seconds=0.0)
    engine = Engine(nothing(route))
    solved(problem, engine)
    first, *_ = engine.told
    assert (first.stage, first.unassigned) == ("start", 2 * is_paired)


@pytest.mark.usefixtures("fifty_is_large")
def test_the_first_plan_of_a_large_day_keeps_the_rules_it_was_not_made_by(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The everyday ones alone would have all on one van."""
    routes = [a_van(ShiftRules(max_stops=15)) for _ in range(4)]
    orders = [order_at(n % 10, n // 10) for n in range(60)]
    problem = make_problem(routes, orders, seconds=60.0, iterations=1)
    kept: list[Plan] = []
    cancelled = [False]
    monkeypatch.setattr(engines, "improve_whole", lambda *_all, **_more: cancelled.append(True))
    solve_thoroughly(
        problem, lambda _p: None, lambda: cancelled[-1], kept.append, Engine(nothing(routes[0]))
    )
    assert not violations(problem, kept[0])
    assert not kept[0].unassigned


@pytest.mark.parametrize("iterations", [None, 1], ids=["clock", "counted"])
def test_a_plan_on_the_way_is_told_and_counts_where_the_clock_decides(
    iterations: int | None,
) -> None:
    """Where work is counted, what is seen and when must not decide what the plan is."""
    route = a_van()
    orders = [order_at(0, n) for n in (1, 2, 3, -3, -2, -1)]
    poor = [orders[n] for n in (0, 3, 1, 4, 2, 5)]
    problem = make_problem([route], orders, seconds=0.0, iterations=iterations)
    # Told five times a second at most.
    engine = Engine(planned(route, orders), planned(route, poor), takes=lambda: time.sleep(0.25))
    plan = solved(problem, engine)
    seen = [each for each in engine.told if each.stage == "whole day"]
    assert seen
    assert seen[0].unassigned == 0
    in_plan = plan.routes[route.id]
    is_best = in_plan in {tuple(o.id for o in orders), tuple(o.id for o in orders[::-1])}
    assert is_best == (iterations is None)


@pytest.mark.usefixtures("fifty_is_large")
def test_an_engine_goes_on_from_its_own_plan_though_it_lacks_an_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first one has it, but is far dearer; and the roads are taken to be slower now."""
    monkeypatch.setattr("app.planning.thorough.promoted", lambda _task, sketches, _stop: sketches)
    monkeypatch.setattr("app.planning.thorough.Polish.inserted", lambda _self, start, *_all: start)
    route = a_van()
    orders = [order_at(n % 10, n // 10) for n in range(60)]
    problem = make_problem([route], orders, seconds=10.0)
    pace = Pace(starts=(0, 3600), travel=(1.0, 2.0))
    by_hour = {key: replace(matrix, pace=pace) for key, matrix in problem.travel.items()}
    engine = Engine(planned(route, orders[1:]))
    plan = solved(replace(problem, travel=by_hour), engine)
    first, second = engine.asked
    assert second.routes[0].orders == tuple(order.id for order in orders[1:])
    assert second.unassigned == (orders[0].id,)
    for profile, matrix in first.travel.items():
        assert second.travel[profile].seconds[0][1] > matrix.seconds[0][1]
    assert not plan.unassigned


@pytest.mark.usefixtures("fifty_is_large")
def test_after_a_cancel_no_other_engine_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    cancelled = [False]
    evened: list[object] = []
    monkeypatch.setattr("app.planning.thorough.evened", lambda *given: evened.append(given))
    routes = [a_van(), a_van()]
    orders = [order_at(n % 10, n // 10) for n in range(60)]
    aims = Aims(balance=Balance.STOPS, per_imbalance=1.0)
    problem = make_problem(routes, orders, seconds=60.0, aims=aims)
    engine = Engine(nothing(routes[0]), takes=lambda: cancelled.append(True))
    begin = time.thread_time()
    plan = solved(problem, engine, lambda: cancelled[-1])
    assert len(engine.asked) == 1
    assert not evened
    assert len(plan.unassigned) == 0
    assert time.thread_time() - begin < 10


@pytest.mark.parametrize(
    ("iterations", "least", "most"),
    [(None, 20.0, 30.0), (40, 50.0, 60.0)],
    ids=["clock", "counted"],
)
def test_an_engine_has_its_share_of_the_clock_unless_its_work_is_counted(
    iterations: int | None, least: float, most: float
) -> None:
    route = a_van()
    orders = [order_at(n, 1) for n in range(6)]
    problem = make_problem([route], orders, seconds=60.0, iterations=iterations)
    cancelled = [False]
    engine = Engine(planned(route, orders), takes=lambda: cancelled.append(True))
    solved(problem, engine, lambda: cancelled[-1])
    assert least < engine.asked[0].seconds <= most
    assert (engine.asked[0].iterations is None) == (iterations is None)


@pytest.mark.parametrize(
    "changes",
    [{}, {"aims": Aims(balance=Balance.HOURS, per_imbalance=9.0)}],
    ids=["whole", "even"],
)
def test_counted_work_is_done_though_its_share_of_the_clock_is_over(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    """An engine that is slow, as on a busy machine, goes on until all of the time is over."""
    ended: list[bool] = []
    slow = iter([1.2])

    def improve(_task: object, _roads: object, _start: object, stops: Any, **_more: object) -> None:
        time.sleep(next(slow, 0.0))
        ended.extend(stop() for stop in stops)

    monkeypatch.setattr(engines, "improve_whole", improve)
    routes = [a_van(_WORK), a_van(_WORK)]
    orders = [order_at(n, 1) for n in (*range(-3, 0), *range(1, 4))]
    problem = make_problem(routes, orders, seconds=1e6, iterations=2, **changes)
    engine = Engine(planned(routes[0], orders))
    monkeypatch.setattr("app.planning.pacing._FIRST_S", 0.0)
    plan = solved(problem, engine)
    assert ended
    assert not any(ended)
    assert not plan.is_cut_short


def test_work_that_the_clock_has_ended_is_told() -> None:
    route = a_van(_WORK)
    orders = [order_at(n, 1) for n in range(6)]
    problem = make_problem([route], orders, seconds=0.0, iterations=50)
    plan = solved(problem, Engine(planned(route, orders)))
    assert plan.is_cut_short
    assert not violations(problem, plan)


def test_steps_end_by_their_count_or_by_the_clock_and_know_which() -> None:
    now = [False]
    steps = Steps(2, lambda: now[0])
    assert steps.share == 0.0
    assert [steps(), steps()] == [False, False]
    assert steps.share == 1.0
    now[0] = True
    assert steps()
    assert not steps.is_cut_short
    early = Steps(2, lambda: now[0])
    assert early()
    assert early.is_cut_short
    endless = Steps(None, lambda: now[0])
    assert endless()
    assert not endless.is_cut_short


@pytest.mark.parametrize("cut", [(True, False), (False, True)])
def test_a_counted_engine_that_any_clock_has_ended_is_told(
    monkeypatch: pytest.MonkeyPatch, cut: Sequence[bool]
) -> None:
    # A large day is always searched a second time.
    monkeypatch.setattr("app.planning.thorough._POLISHED_UP_TO", 5)
    route = a_van()
    orders = [order_at(n, 1) for n in range(6)]
    problem = make_problem([route], orders, seconds=1e6, iterations=2)
    for each, is_cut_short in ((cut, True), ((), False)):
        engine = Engine(planned(route, orders), cut=each)
        assert solved(problem, engine).is_cut_short is is_cut_short
        assert len(engine.asked) == 2


@pytest.mark.parametrize(
    ("rules", "is_asked"), [(_DRIVING, False), (_WORK, True)], ids=["driving", "work"]
)
def test_the_engine_that_knows_more_is_asked_only_where_it_knows_more(
    monkeypatch: pytest.MonkeyPatch, rules: ShiftRules, *, is_asked: bool
) -> None:
    route = a_van(rules)
    orders = [order_at(n, 1) for n in range(6)]
    whole = Whole()
    monkeypatch.setattr(engines, "improve_whole", whole)
    problem = make_problem([route], orders, seconds=1e6, iterations=2)
    solved(problem, Engine(planned(route, orders)))
    assert bool(whole.asked) is is_asked


@pytest.mark.parametrize("is_better", [True, False])
def test_an_even_plan_is_taken_where_it_is_better(
    monkeypatch: pytest.MonkeyPatch, *, is_better: bool
) -> None:
    routes = [a_van(), a_van()]
    north = [order_at(20 + n, 0, service_time=timedelta(hours=3)) for n in range(4)]
    south = [order_at(-20 - n, 0, service_time=timedelta(hours=3)) for n in range(4)]
    uneven = Plan(
        routes={
            routes[0].id: tuple(o.id for o in (*north, *south[:1])),
            routes[1].id: tuple(o.id for o in south[1:]),
        },
        unassigned=(),
        cost=0,
        engine="E",
        seconds=0,
    )
    whole = Whole(north, south) if is_better else Whole(north, south[:1])
    monkeypatch.setattr(engines, "improve_whole", whole)
    # The polish would find it too.
    monkeypatch.setattr("app.planning.thorough.Polish.run", lambda _self, start, *_all: start)
    aims = Aims(balance=Balance.HOURS, per_imbalance=100.0)
    problem = make_problem(routes, [*north, *south], seconds=1e6, iterations=1, aims=aims)
    plan = solved(problem, Engine(uneven))
    assert whole.asked == 1
    assert not plan.unassigned
    is_even = {frozenset(each) for each in plan.routes.values()} == {
        frozenset(o.id for o in side) for side in (north, south)
    }
    assert is_even is is_better


def test_the_most_important_order_decides_at_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many others an engine's plan has: on its way it weighs more, but not in the end."""
    rules = ShiftRules(max_work=timedelta(hours=2))
    route = make_route(make_shift(window=window("00:10", "23:50"), rules=rules))
    pickup = order_at(20, 0, kind=OrderKind.PICKUP, priority=1, service_time=timedelta(minutes=40))
    delivery = order_at(
        20,
        0,
        rules=OrderRules(collected_by=pickup.id),
        priority=1,
        service_time=timedelta(minutes=40),
    )
    route = route.with_orders([pickup.id, delivery.id])
    many = [order_at(0, n % 5, service_time=timedelta(minutes=2)) for n in range(30)]
    whole = Whole(many)

    def improve(*_all: object, **_more: object) -> Arrangement | None:
        # What is found is told five times a second at most.
        time.sleep(0.25)
        return whole()

    monkeypatch.setattr(engines, "improve_whole", improve)
    monkeypatch.setattr("app.planning.thorough.Polish.run", lambda _self, start, *_all: start)
    problem = make_problem([route], [pickup, delivery, *many], seconds=1e6, iterations=1)
    engine = Engine(nothing(route))
    plan = solved(problem, engine)
    assert whole.asked
    (on_its_way,) = [each for each in engine.told if each.stage == "whole day"]
    assert on_its_way.unassigned == 2
    assert {pickup.id, delivery.id} <= set(plan.routes[route.id])
