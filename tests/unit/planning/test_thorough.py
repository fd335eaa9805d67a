"""Whole problems with rules that no engine knows; leaving one out would be noticed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.fleet import Load
from app.domain.orders import Order, OrderKind
from app.domain.problem import Kept, Plan, Problem, Progress, Reason
from app.domain.routes import Lock, Stop
from app.domain.rules import Aims, Objective, OrderRules, Overrun, Pause, ShiftRules
from app.domain.timetable import timetable
from app.domain.travel import Pace
from app.planning.relaxed import is_plain
from app.planning.solve import solve
from tests.factories import at, make_driver, make_route, make_shift, make_vehicle, window
from tests.unit.planning.days import left_out, make_problem, plan_of, route_of, violations
from tests.unit.planning.test_polish import _orders, _shift_rules, order_at

_SET_UP = OrderRules(setup_time=timedelta(minutes=1))


def tables(problem: Problem, plan: Plan) -> list[Any]:
    return [
        timetable(r.shift, [problem.orders[o] for o in plan.routes[r.id]], problem.travel)
        for r in problem.routes
    ]


def test_a_problem_of_everyday_rules_needs_no_more_than_an_engine() -> None:
    route = make_route(make_shift())
    assert is_plain(make_problem([route], [order_at(1, 1)]))
    assert not is_plain(
        make_problem([route], [order_at(1, 1, rules=OrderRules(setup_time=timedelta(minutes=1)))])
    )
    assert not is_plain(make_problem([replace(route, frozen=1)], [order_at(1, 1)]))
    assert not is_plain(make_problem([route], [order_at(1, 1)], aims=Aims(use_every_shift=True)))


def test_what_names_no_pickup_of_its_own_breaks_no_plan() -> None:
    """A delivery, itself, or a pickup that feeds another delivery already."""
    pickup, other = order_at(1, 2, kind=OrderKind.PICKUP), order_at(2, 2)
    fed = [order_at(n, 3, rules=OrderRules(collected_by=pickup.id)) for n in range(2)]
    orphan = order_at(2, 3, rules=OrderRules(collected_by=other.id))
    own = order_at(3, 3)
    own = replace(own, rules=OrderRules(collected_by=own.id))
    orders = [pickup, other, *fed, orphan, own]
    problem = make_problem([make_route(make_shift())], orders, seconds=30.0, iterations=60)
    plan = plan_of(problem)
    assert violations(problem, plan) == []
    left = left_out(plan)
    assert set(left) == {fed[0].id, orphan.id, own.id}
    assert {each.reason for each in left.values()} == {Reason.PAIR_INCOMPLETE}


def test_pairs_are_planned_pickup_first() -> None:
    pickups = [order_at(n, 2, kind=OrderKind.PICKUP) for n in range(3)]
    deliveries = [
        order_at(-n, 3, rules=OrderRules(collected_by=p.id)) for n, p in enumerate(pickups)
    ]
    problem = make_problem([make_route(make_shift()) for _ in range(2)], [*deliveries, *pickups])
    plan = plan_of(problem)
    assert not plan.unassigned
    assert violations(problem, plan) == []
    for pickup, delivery in zip(pickups, deliveries, strict=True):
        home = route_of(plan, delivery)
        assert home is not None
        sequence = plan.routes[home]
        assert sequence.index(pickup.id) < sequence.index(delivery.id)


def test_a_van_reloads_what_does_not_fit_at_once() -> None:
    vehicle = make_vehicle(capacity=Load(weight_g=20_000, volume_cm3=10**9, parcels=99))
    orders = [order_at(n, 1) for n in range(10)]
    once = make_problem([make_route(make_shift(vehicle=vehicle))], orders)
    assert len(plan_of(once).unassigned) == 6
    rules = ShiftRules(max_reloads=2, reload_time=timedelta(minutes=10))
    again = make_problem([make_route(make_shift(vehicle=vehicle, rules=rules))], orders)
    plan = plan_of(again)
    assert not plan.unassigned
    assert violations(again, plan) == []
    (table,) = tables(again, plan)
    assert len(table.reloads) == 2


@pytest.mark.parametrize("moves_nothing", [False, True])
def test_what_fits_is_placed_however_soon_the_time_is_over(*, moves_nothing: bool) -> None:
    orders = [order_at(n % 5, n // 5, rules=_SET_UP) for n in range(20)]
    routes = [make_route(make_shift()) for _ in range(2)]
    problem = make_problem(routes, orders, seconds=0.001, moves_nothing=moves_nothing)
    assert not plan_of(problem).unassigned


def test_goods_that_come_late_leave_late() -> None:
    orders = [
        order_at(n, 1, rules=OrderRules(released_at=at("13:00")) if n > 2 else OrderRules())
        for n in range(6)
    ]
    problem = make_problem([make_route(make_shift()) for _ in range(2)], orders)
    plan = plan_of(problem)
    assert not plan.unassigned
    for table in tables(problem, plan):
        if any(stop.order.rules.released_at for stop in table.stops):
            assert table.departure >= at("13:00")


def test_another_window_will_do_as_well() -> None:
    rules = OrderRules(more_windows=(window("14:00", "15:00"),))
    order = order_at(1, 1, window=window("05:00", "05:30"), rules=rules)
    problem = make_problem([make_route(make_shift())], [order])
    plan = plan_of(problem)
    (table,) = tables(problem, plan)
    assert at("14:00") <= table.stops[0].begin <= at("15:00")


@pytest.mark.parametrize("is_barred", [False, True])
def test_orders_go_only_with_drivers_that_may_take_them(is_barred: bool) -> None:
    shifts = [make_shift(driver=make_driver()) for _ in range(3)]
    chosen = frozenset({shifts[1].driver.id})
    rules = OrderRules(barred_drivers=chosen) if is_barred else OrderRules(drivers=chosen)
    orders = [order_at(n, n, rules=rules) for n in range(6)]
    problem = make_problem([make_route(shift) for shift in shifts], orders)
    plan = plan_of(problem)
    assert not plan.unassigned
    assert violations(problem, plan) == []
    on_it = bool(plan.routes[problem.routes[1].id])
    assert on_it is not is_barred


@pytest.mark.parametrize(
    "rules",
    [
        ShiftRules(max_stops=3),
        ShiftRules(max_distance_m=6_000),
        ShiftRules(max_driving=timedelta(minutes=10)),
        ShiftRules(max_work=timedelta(minutes=25)),
    ],
)
def test_limits_of_a_shift_leave_orders_to_others(rules: ShiftRules) -> None:
    orders = [order_at(n, 1) for n in range(8)]
    bound = make_problem([make_route(make_shift(rules=rules))], orders)
    plan = plan_of(bound)
    assert plan.unassigned
    assert violations(bound, plan) == []
    free = make_problem([make_route(make_shift())], orders)
    assert not plan_of(free).unassigned


def test_overtime_is_worked_where_it_is_paid_for() -> None:
    hours = window("08:00", "08:40")
    orders = [order_at(n, 1, service_time=timedelta(minutes=10)) for n in range(6)]
    short = make_problem([make_route(make_shift(window=hours))], orders)
    left = len(plan_of(short).unassigned)
    rules = ShiftRules(overtime=Overrun(most=timedelta(minutes=30), per_hour=60.0))
    long = make_problem([make_route(make_shift(window=hours, rules=rules))], orders)
    plan = plan_of(long)
    assert len(plan.unassigned) < left
    assert violations(long, plan) == []


def test_lateness_that_has_a_price_is_better_than_leaving_out() -> None:
    rules = OrderRules(lateness=Overrun(most=timedelta(hours=1), per_hour=5.0))
    hours = window("08:00", "08:05")
    strict = [order_at(n, 4 * n, window=hours) for n in range(1, 4)]
    soft = [replace(order, rules=rules) for order in strict]
    route = make_route(make_shift(window=window("08:00", "17:00")))
    assert plan_of(make_problem([route], strict)).unassigned
    assert not plan_of(make_problem([route], soft)).unassigned


def test_pauses_after_work_are_taken() -> None:
    rules = ShiftRules(pauses=(Pause(length=timedelta(minutes=30), after_work=timedelta(hours=2)),))
    orders = [order_at(n, n, service_time=timedelta(minutes=20)) for n in range(9)]
    problem = make_problem([make_route(make_shift(rules=rules))], orders)
    plan = plan_of(problem)
    assert not plan.unassigned
    assert violations(problem, plan) == []
    (table,) = tables(problem, plan)
    assert table.pauses


def test_rush_hours_count() -> None:
    orders = [order_at(0, 3 * n, window=window("08:00", "09:00")) for n in range(1, 8)]
    shift = make_shift(window=window("08:00", "12:00"))
    problem = make_problem([make_route(shift)], orders)
    assert not plan_of(problem).unassigned
    slow = Pace(starts=(0,), travel=(9.0,))
    travel = {key: replace(matrix, pace=slow) for key, matrix in problem.travel.items()}
    jammed = replace(problem, travel=travel)
    plan = plan_of(jammed)
    assert plan.unassigned
    assert violations(jammed, plan) == []


def test_what_is_frozen_stays_and_the_rest_is_planned() -> None:
    done = [order_at(0, 5), order_at(0, 1)]
    rest = [order_at(n, n) for n in range(4)]
    route = replace(make_route(make_shift(), done), frozen=2)
    other = make_route(make_shift())
    problem = make_problem([route, other], [*done, *rest])
    plan = plan_of(problem)
    assert plan.routes[route.id][:2] == (done[0].id, done[1].id)
    assert not plan.unassigned


def test_a_frozen_stop_stays_though_it_is_late() -> None:
    late = order_at(0, 5, window=window("05:00", "05:30"))
    route = replace(make_route(make_shift(), [late]), frozen=1)
    problem = make_problem([route], [late, order_at(0, 1)], moves_nothing=True)
    plan = plan_of(problem)
    assert plan.routes[route.id][0] == late.id
    assert not plan.unassigned


def test_a_pair_whose_delivery_is_late_leaves_whole() -> None:
    pickup = order_at(0, 1, kind=OrderKind.PICKUP)
    rules = OrderRules(collected_by=pickup.id)
    late = order_at(0, 2, window=window("05:00", "05:30"), rules=rules)
    other = order_at(0, 3)
    route = make_route(make_shift(), [pickup, late, other])
    problem = make_problem([route], [pickup, late, other], moves_nothing=True)
    plan = plan_of(problem)
    assert plan.routes[route.id] == (other.id,)
    assert set(left_out(plan)) == {pickup.id, late.id}


def test_moving_nothing_only_adds() -> None:
    given_here = [order_at(0, n) for n in (4, 1, 3)]
    route = make_route(make_shift(), given_here)
    more = [order_at(1, n) for n in range(3)]
    problem = make_problem([route], [*given_here, *more], moves_nothing=True)
    plan = plan_of(problem)
    assert [o for o in plan.routes[route.id] if o in route.orders] == list(route.orders)
    assert not plan.unassigned


def test_moving_nothing_tells_how_many_still_wait() -> None:
    orders = [order_at(n, 1) for n in range(6)]
    problem = make_problem([make_route(make_shift())], orders, moves_nothing=True)
    told: list[Progress] = []
    solve(problem, told.append, lambda: False)
    assert told
    assert told[0].unassigned < len(orders)
    assert told[0].cost > 0


def test_an_order_finds_a_van_though_all_its_neighbours_wait_too() -> None:
    far = [order_at(-20, n) for n in range(12)]
    waiting = [order_at(20 + n % 7, n // 7) for n in range(45)]
    routes = [make_route(make_shift(), [order]) for order in far]
    problem = make_problem(routes, [*far, *waiting], moves_nothing=True, seconds=20.0)
    plan = plan_of(problem)
    assert not plan.unassigned
    assert violations(problem, plan) == []


def test_an_order_left_out_for_its_price_says_so() -> None:
    cheap = order_at(60, 60, rules=OrderRules(drop_price=0.5))
    problem = make_problem([make_route(make_shift())], [cheap, order_at(1, 1)])
    left = left_out(plan_of(problem))[cheap.id]
    assert left.reason is Reason.NOT_WORTH_IT
    assert "leaving it out costs 0.50" in left.detail


def test_a_stability_price_holds_the_plan_that_was_told() -> None:
    shifts = [make_shift(), make_shift()]
    orders = [order_at(0, n) for n in range(-4, 5) if n]
    crossed = [make_route(shifts[0], orders[::2]), make_route(shifts[1], orders[1::2])]
    kept = {
        order: Kept(route=route.id, begin=at("09:00"))
        for route in crossed
        for order in route.orders
    }
    problem = make_problem(crossed, orders, kept=kept, aims=Aims(other_driver=1e6))
    held = plan_of(problem)
    for route in crossed:
        assert set(held.routes[route.id]) == set(route.orders)
    free = plan_of(make_problem(crossed, orders))
    assert free.cost < held.cost


def test_locked_contents_are_resequenced_by_every_rule() -> None:
    rules = OrderRules(setup_time=timedelta(minutes=2))
    orders = [order_at(0, n, rules=rules) for n in (5, 1, 4, 2, 3)]
    route = make_route(make_shift(), orders, lock=Lock.CONTENTS)
    other = make_route(make_shift())
    problem = make_problem([route, other], orders, seconds=1.0)
    plan = plan_of(problem)
    assert set(plan.routes[route.id]) == set(route.orders)
    before = timetable(route.shift, orders, problem.travel)
    assert tables(problem, plan)[0].cost < before.cost
    held = replace(route, lock=Lock.SEQUENCE)
    plan = plan_of(make_problem([held, other], orders, seconds=1.0))
    assert plan.routes[route.id] == route.orders


def test_the_same_seed_and_work_give_the_same_plan() -> None:
    rules = OrderRules(setup_time=timedelta(minutes=2))
    orders = [order_at(n % 5, n // 5, rules=rules) for n in range(20)]
    routes = [make_route(make_shift()) for _ in range(3)]
    problem = make_problem(routes, orders, seconds=60.0, iterations=30, cores=1)
    assert plan_of(problem).routes == plan_of(problem).routes


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    orders=st.lists(_orders, min_size=1, max_size=8),
    rules=st.lists(_shift_rules, min_size=1, max_size=2),
    locked=st.booleans(),
)
def test_no_plan_breaks_a_rule(orders: list[Order], rules: list[ShiftRules], locked: bool) -> None:
    routes = [make_route(make_shift(rules=each)) for each in rules]
    if locked:
        routes[0] = replace(routes[0], stops=(Stop(order=orders[0].id, is_locked=True),))
    problem = make_problem(routes, orders)
    plan = plan_of(problem)
    if locked:
        assert orders[0].id in plan.routes[routes[0].id]
    for route, table in zip(problem.routes, tables(problem, plan), strict=True):
        alone = timetable(
            route.shift,
            [problem.orders[s.order] for s in route.stops],
            problem.travel,
        )
        assert table.is_feasible or not alone.is_feasible
    assert set(left_out(plan)) <= set(problem.unassigned)


@pytest.mark.parametrize("objective", [Objective.FASTEST, Objective.FEWEST_VEHICLES])
def test_a_plan_says_what_it_costs_whatever_it_aims_at(objective: Objective) -> None:
    orders = [order_at(n, -n) for n in range(6)]
    routes = [make_route(make_shift()) for _ in range(3)]
    problem = make_problem(routes, orders, aims=Aims(objective=objective))
    plan = plan_of(problem)
    assert plan.cost == pytest.approx(sum(table.cost for table in tables(problem, plan)))
    if objective is Objective.FEWEST_VEHICLES:
        assert sum(bool(orders) for orders in plan.routes.values()) == 1
