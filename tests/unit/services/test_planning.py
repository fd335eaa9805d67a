from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.board import Board, move
from app.domain.edits import ArrangeRoutes, ChangeFleet, ChangeOrders, LockBin, LockRoutes
from app.domain.errors import PlanningFailed, RuleError
from app.domain.orders import Order, OrderKind, OrderStatus
from app.domain.problem import Finished, Plan, Problem, Reason, Unassigned
from app.domain.replan import ReplanMode
from app.domain.routes import Lock
from app.domain.rules import OrderRules
from app.planning.solve import solve
from app.services.orders import cancel
from app.services.planning import PlanningService, summary
from tests.factories import DAY, at, make_order
from tests.unit.services.conftest import Desk


def _plan(desk: Desk, seconds: float = 0.5) -> Plan:
    planning = PlanningService(desk.database)
    run = planning.start(planning.problem(desk.board, seconds))
    *_, last = run.messages()
    if not isinstance(last, Finished):
        raise PlanningFailed(str(last))
    return last.plan


def _facts(board: Board) -> object:
    """All that a board shows, but for the versions of its rows."""
    return (
        [(r.id, r.route.stops, r.route.lock, r.route.status) for r in board.routes],
        [
            (stop.order.id, stop.arrival, stop.begin, stop.violations)
            for r in board.routes
            for stop in r.timetable.stops
        ],
        [r.timetable.cost for r in board.routes],
        [order.id for order in board.unassigned],
        {key: (o.status, o.day, o.place, o.rules) for key, o in board.orders.items()},
        board.is_bin_locked,
    )


def test_a_plan_is_one_edit_that_one_undo_takes_back(desk: Desk) -> None:
    """Also from a day that was half planned, with locks, in another sequence and on other vans."""
    desk.add_shifts(3)
    orders = desk.add_orders(*(make_order() for _ in range(12)))
    one, _, third = (each.id for each in desk.board.routes)
    apply = desk.dispatch.apply
    apply(move(desk.board, [order.id for order in orders[7::-1]], one, 0))
    apply(move(desk.board, [orders[8].id], third, 0))
    full, short = (desk.board.route(key).route for key in (one, third))
    stops = tuple(replace(stop, is_locked=n in (2, 5)) for n, stop in enumerate(full.stops))
    apply(ArrangeRoutes(stops={one: stops}, seen={one: full.version}))
    apply(LockRoutes(locks={third: Lock.SEQUENCE}, seen={third: short.version}))
    planning = PlanningService(desk.database)
    before = desk.board
    applied = apply(planning.edit(before, _plan(desk)))
    after = desk.board
    assert (summary(after).unassigned, summary(after).violations) == (0, 0)
    assert _facts(after) != _facts(before)
    again = apply(applied.inverse)
    assert _facts(desk.board) == _facts(before)
    apply(again.inverse)
    assert _facts(desk.board) == _facts(after)


def test_a_board_tells_how_many_wishes_it_misses_and_a_plan_keeps_them(desk: Desk) -> None:
    """None counts where it has no price."""
    desk.add_shifts(2)
    routes = desk.board.routes
    drivers = [each.route.shift.driver.id for each in routes]
    wishing = [
        make_order(rules=OrderRules(preferred_drivers=frozenset({drivers[n % 2]})))
        for n in range(16)
    ]
    desk.add_orders(*wishing, make_order())
    every = [order.id for order in desk.board.unassigned]
    desk.dispatch.apply(move(desk.board, every, routes[0].id, 0))
    assert summary(desk.board).missed_wishes == 8
    desk.dispatch.apply(PlanningService(desk.database).edit(desk.board, _plan(desk)))
    assert summary(desk.board).missed_wishes == 0
    depot = routes[0].route.shift.depot
    free = replace(depot, aims=replace(depot.aims, other_than_preferred=0.0))
    desk.dispatch.apply(move(desk.board, every, routes[1].id, 0))
    assert summary(desk.board).missed_wishes == 8
    desk.dispatch.apply(ChangeFleet(put=(free,)))
    assert summary(desk.board).missed_wishes == 0


def test_the_locked_bin_is_left_alone(desk: Desk) -> None:
    desk.add_shifts(1)
    a, b = desk.add_orders(make_order(), make_order())
    board = desk.board
    desk.dispatch.apply(move(board, [a.id], board.routes[0].id, 0))
    desk.dispatch.apply(LockBin(day=DAY, is_locked=True))
    problem = PlanningService(desk.database).problem(desk.board, 1.0)
    assert problem.unassigned == ()
    assert b.id not in problem.orders


def test_a_day_without_shifts_says_what_to_do(desk: Desk) -> None:
    desk.add_orders(make_order())
    with pytest.raises(RuleError, match="Add shifts"):
        PlanningService(desk.database).problem(desk.board, 1.0)


def test_a_reason_goes_when_its_order_is_placed_and_undo_brings_it_back(desk: Desk) -> None:
    desk.add_shifts(1)
    (order,) = desk.add_orders(make_order())
    board = desk.board
    reason = Unassigned(order=order.id, reason=Reason.MISSING_SKILL, detail="needs cold")
    PlanningService(desk.database).remember_reasons(
        Plan(
            routes={board.routes[0].id: ()},
            unassigned=(reason,),
            cost=0.0,
            engine="test",
            seconds=0.0,
        )
    )
    assert desk.board.reasons == {order.id: reason}
    applied = desk.dispatch.apply(move(desk.board, [order.id], board.routes[0].id, 0))
    assert desk.board.reasons == {}
    back = desk.dispatch.apply(applied.inverse)
    assert desk.dispatch.refresh(board, back.changes).reasons == {order.id: reason}
    assert desk.board.reasons == {order.id: reason}


def test_reasons_of_orders_that_were_deleted_meanwhile_are_left_out(desk: Desk) -> None:
    kept, gone = desk.add_orders(make_order(), make_order())
    desk.dispatch.apply(ChangeOrders(delete={gone.id: gone.version}))
    left_out = tuple(
        Unassigned(order=order.id, reason=Reason.NO_SHIFT, detail="") for order in (kept, gone)
    )
    plan = Plan(routes={}, unassigned=left_out, cost=0.0, engine="test", seconds=0.0)
    PlanningService(desk.database).remember_reasons(plan)
    assert desk.board.reasons.keys() == {kept.id}


def _wish(desk: Desk, **aims: object) -> None:
    depot = desk.board.routes[0].route.shift.depot
    changed = replace(depot, aims=replace(depot.aims, **aims))
    desk.dispatch.apply(ChangeFleet(put=(changed,)))


def _vans_used(problem: Problem) -> int:
    counted = replace(problem, iterations=60, cores=1)
    plan = solve(counted, lambda _progress: None, lambda: False)
    return sum(bool(orders) for orders in plan.routes.values())


def test_the_plans_of_a_depot_are_as_it_wishes(desk: Desk) -> None:
    desk.add_shifts(3)
    desk.add_orders(*(make_order(window=None) for _ in range(6)))
    service = PlanningService(desk.database)

    def used() -> int:
        return _vans_used(service.problem(desk.board, 30.0))

    assert used() == 1
    _wish(desk, use_every_shift=True, idle_shift=500.0)
    assert used() == 3
    again = service.replan(desk.board, ReplanMode.EVERYTHING, at("06:00"))
    assert again.problem.aims.use_every_shift


def test_an_order_goes_with_a_driver_it_prefers(desk: Desk) -> None:
    shifts = desk.add_shifts(2)
    service = PlanningService(desk.database)
    for shift in shifts:
        rules = OrderRules(preferred_drivers=frozenset({shift.driver.id}))
        desk.add_orders(*(make_order(window=None, rules=rules) for _ in range(3)))

    assert _vans_used(service.problem(desk.board, 30.0)) == 1
    _wish(desk, other_than_preferred=100.0)
    assert _vans_used(service.problem(desk.board, 30.0)) == 2


def _pair_on_hold(desk: Desk) -> tuple[Order, Order]:
    pickup, _ = desk.add_orders(make_order(kind=OrderKind.PICKUP), make_order())
    (delivery,) = desk.add_orders(
        make_order(
            reference="SO-held",
            status=OrderStatus.ON_HOLD,
            hold_reason="the house is not known",
            rules=OrderRules(collected_by=pickup.id),
        )
    )
    return pickup, delivery


@pytest.mark.parametrize("is_on_route", [False, True])
def test_a_pickup_waits_for_a_delivery_that_is_on_hold(desk: Desk, *, is_on_route: bool) -> None:
    desk.add_shifts(1)
    pickup, delivery = _pair_on_hold(desk)
    planning = PlanningService(desk.database)
    if is_on_route:
        desk.dispatch.apply(move(desk.board, [pickup.id], desk.board.routes[0].id, 0))
    plan = _plan(desk)
    assert plan.unassigned == (
        Unassigned(
            order=pickup.id,
            reason=Reason.PAIR_INCOMPLETE,
            detail="its goods go to SO-held, which is on hold",
        ),
    )
    desk.dispatch.apply(planning.edit(desk.board, plan))
    planning.remember_reasons(plan)
    board = desk.board
    assert [len(each.route.stops) for each in board.routes] == [1]
    assert board.reasons[pickup.id].reason is Reason.PAIR_INCOMPLETE
    desk.add_orders(replace(delivery, status=OrderStatus.OPEN, hold_reason=""))
    assert len(_plan(desk).unassigned) == 0


def test_a_locked_pickup_of_a_delivery_on_hold_stays(desk: Desk) -> None:
    desk.add_shifts(1)
    pickup, _ = _pair_on_hold(desk)
    route = desk.board.routes[0].id
    desk.dispatch.apply(move(desk.board, [pickup.id], route, 0))
    full = desk.board.route(route).route
    locked = {route: tuple(replace(stop, is_locked=True) for stop in full.stops)}
    desk.dispatch.apply(ArrangeRoutes(stops=locked, seen={route: full.version}))
    plan = _plan(desk)
    assert pickup.id in plan.routes[route]
    assert plan.unassigned == ()


def test_a_pickup_of_a_delivery_on_hold_is_inserted_by_no_new_plan_of_the_day(desk: Desk) -> None:
    desk.add_shifts(1)
    pickup, _ = _pair_on_hold(desk)
    planning = PlanningService(desk.database)
    asked = planning.replan(desk.board, ReplanMode.UNASSIGNED_ONLY, at("06:00"))
    assert pickup.id not in asked.problem.orders
    assert [each.order for each in asked.problem.waiting] == [pickup.id]
    with pytest.raises(RuleError, match="go to SO-held, which is on hold"):
        planning.replan(desk.board, ReplanMode.UNASSIGNED_ONLY, at("06:00"), only=[pickup.id])


def test_a_day_that_waits_as_a_whole_says_for_what(desk: Desk) -> None:
    desk.add_shifts(1)
    (pickup,) = desk.add_orders(make_order(kind=OrderKind.PICKUP))
    held = OrderRules(collected_by=pickup.id)
    desk.add_orders(make_order(reference="SO-held", status=OrderStatus.ON_HOLD, rules=held))
    with pytest.raises(RuleError, match="go to SO-held, which is on hold"):
        PlanningService(desk.database).problem(desk.board, 1.0)


@pytest.mark.parametrize(
    ("cancelled", "detail"),
    [
        ("PU", "its goods come from PU, which was cancelled"),
        ("SO", "its goods go to SO, which was cancelled"),
    ],
)
@pytest.mark.parametrize("is_read_anew", [False, True])
def test_nothing_is_planned_of_a_pair_with_a_cancelled_half(
    desk: Desk, cancelled: str, detail: str, *, is_read_anew: bool
) -> None:
    desk.add_shifts(1)
    pickup, _ = desk.add_orders(make_order(reference="PU", kind=OrderKind.PICKUP), make_order())
    desk.add_orders(make_order(reference="SO", rules=OrderRules(collected_by=pickup.id)))
    desk.dispatch.apply(PlanningService(desk.database).edit(desk.board, _plan(desk)))
    board = desk.board
    halves = {o.reference: o for o in board.orders.values() if o.reference in ("PU", "SO")}
    applied = desk.dispatch.apply(cancel([halves.pop(cancelled)]))
    board = desk.board if is_read_anew else desk.dispatch.refresh(board, applied.changes)
    (other,) = halves.values()
    plan = solve(
        PlanningService(desk.database).problem(board, 0.3), lambda _now: None, lambda: False
    )
    assert [len(orders) for orders in plan.routes.values()] == [1]
    assert plan.unassigned == (
        Unassigned(order=other.id, reason=Reason.PAIR_INCOMPLETE, detail=detail),
    )
    desk.dispatch.apply(applied.inverse)
    assert desk.board.waiting == {}


def test_a_pickup_with_another_delivery_left_goes_there(desk: Desk) -> None:
    (pickup,) = desk.add_orders(make_order(kind=OrderKind.PICKUP))
    rules = OrderRules(collected_by=pickup.id)
    first, _ = desk.add_orders(make_order(rules=rules), make_order(rules=rules))
    desk.dispatch.apply(cancel([first]))
    assert desk.board.waiting == {}


def test_a_return_waits_for_nothing(desk: Desk) -> None:
    desk.add_orders(make_order(kind=OrderKind.PICKUP))
    assert desk.board.waiting == {}
