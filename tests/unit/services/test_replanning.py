"""The rest of a day planned anew: what it changes is known before, and one undo takes it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.board import move
from app.domain.edits import ChangeFleet, LockBin, LockRoutes, SetRouteStatus
from app.domain.effect import Effect
from app.domain.errors import RuleError
from app.domain.ids import OrderId, RouteId
from app.domain.orders import OrderKind, OrderStatus
from app.domain.problem import Finished, Plan, Reason, Unassigned
from app.domain.replan import TOLERANCE, Replan, ReplanMode
from app.domain.routes import Lock, RouteStatus
from app.domain.rules import ShiftRules
from app.domain.stability import BEST_COST, Stability, Steadiness, named
from app.services.planning import PlanningService, summary
from tests.factories import DAY, at, make_order, place
from tests.unit.services.conftest import Desk

PLACES = [place(53.555 + 0.004 * number, 13.28) for number in range(6)]


def out_and_about(desk: Desk, kind: OrderKind = OrderKind.DELIVERY) -> datetime:
    """Three stops on a released route and three free orders; the van is on its second leg."""
    desk.add_shifts(2)
    orders = desk.add_orders(*(make_order(place=p, window=None, kind=kind) for p in PLACES))
    first = desk.board.routes[0].id
    desk.dispatch.apply(move(desk.board, [order.id for order in orders[:3]], first, 0))
    desk.dispatch.apply(
        SetRouteStatus(
            statuses={first: RouteStatus.RELEASED},
            seen={first: desk.board.route(first).route.version},
        )
    )
    return desk.board.route(first).timetable.stops[0].departure + timedelta(seconds=1)


def searched(desk: Desk, asked: Replan) -> Plan:
    run = PlanningService(desk.database).start(asked.problem)
    *_, last = run.messages()
    assert isinstance(last, Finished), last
    return last.plan


def effect(desk: Desk, asked: Replan) -> Effect:
    return PlanningService(desk.database).effect(desk.board, asked, searched(desk, asked))


def sequences(desk: Desk) -> dict[RouteId, tuple[OrderId, ...]]:
    return {each.id: each.route.orders for each in desk.board.routes}


def test_a_lost_van_s_stops_go_to_the_others_as_one_edit_that_one_undo_takes_back(
    desk: Desk,
) -> None:
    now = out_and_about(desk, OrderKind.PICKUP)
    lost, other = (each.id for each in desk.board.routes)
    was = sequences(desk)
    asked = PlanningService(desk.database).replan(
        desk.board, ReplanMode.KEEP_DRIVERS, now, lost={lost}, seconds=0.5
    )
    found = effect(desk, asked)
    assert found.changed == {lost, other}
    gone = [each.order for each in found.moves if each.source == lost and each.target == other]
    assert set(gone) == set(was[lost][1:]), "the one that the van was on its way to as well"
    applied = desk.dispatch.apply(found.edit)
    assert sequences(desk)[lost] == was[lost][:1]
    assert set(was[lost][1:]) <= set(sequences(desk)[other])
    assert desk.board.route(lost).route.status is RouteStatus.RELEASED
    assert desk.board.route(lost).route.lock is Lock.SEQUENCE
    assert summary(desk.board).violations == summary(found.after).violations
    desk.dispatch.apply(applied.inverse)
    assert sequences(desk) == was
    assert desk.board.route(lost).route.lock is Lock.NONE
    assert desk.board.orders[was[lost][2]].status is OrderStatus.OUT


def test_nothing_more_is_planned_for_a_lost_van_until_its_route_is_unlocked(desk: Desk) -> None:
    now = out_and_about(desk, OrderKind.PICKUP)
    lost = desk.board.routes[0].id
    planning = PlanningService(desk.database)
    asked = planning.replan(desk.board, ReplanMode.KEEP_DRIVERS, now, lost={lost}, seconds=0.5)
    desk.dispatch.apply(effect(desk, asked).edit)
    kept = sequences(desk)[lost]
    # Right where the lost van stands: nobody would be cheaper.
    (urgent,) = desk.add_orders(make_order(place=PLACES[0], window=None, kind=OrderKind.PICKUP))
    for mode in ReplanMode:
        again = planning.replan(desk.board, mode, now, seconds=0.5)
        found = searched(desk, again)
        assert found.routes[lost] == kept
        assert any(urgent.id in orders for orders in found.routes.values())
    locked = desk.board.route(lost).route
    unlock = LockRoutes(locks={lost: Lock.NONE}, seen={lost: locked.version})
    desk.dispatch.apply(unlock)
    back = planning.replan(desk.board, ReplanMode.UNASSIGNED_ONLY, now, seconds=0.5)
    assert urgent.id in searched(desk, back).routes[lost]


def test_the_effect_is_what_the_board_shows_after_it_was_applied(desk: Desk) -> None:
    now = out_and_about(desk)
    asked = PlanningService(desk.database).replan(
        desk.board, ReplanMode.EVERYTHING, now, seconds=0.5
    )
    found = effect(desk, asked)
    desk.dispatch.apply(found.edit)
    assert summary(desk.board) == summary(found.after)
    assert [r.route.orders for r in desk.board.routes] == [
        r.route.orders for r in found.after.routes
    ]


def test_goods_that_were_at_the_depot_come_after_a_reload_and_undo_forgets_it(desk: Desk) -> None:
    now = out_and_about(desk)
    (route, _) = desk.board.routes
    able = replace(route.route.shift, rules=ShiftRules(max_reloads=1))
    others = [each.route.shift for each in desk.board.routes[1:]]
    desk.dispatch.apply(ChangeFleet(put=(able,), delete=tuple(others)))
    before = desk.board.routes[0].timetable
    asked = PlanningService(desk.database).replan(
        desk.board, ReplanMode.UNASSIGNED_ONLY, now, seconds=0.5
    )
    found = effect(desk, asked)
    applied = desk.dispatch.apply(found.edit)
    table = desk.board.routes[0].timetable
    assert summary(desk.board) == summary(found.after)
    assert table.is_feasible
    assert table.departure == before.departure
    assert [reload.index for reload in table.reloads] == [3]
    assert len(table.stops) == 6
    assert [stop.begin for stop in table.stops[:3]] == [stop.begin for stop in before.stops]
    desk.dispatch.apply(applied.inverse)
    (undone,) = desk.board.routes
    assert undone.route.shift.underway is None
    assert undone.timetable.reloads == ()


def test_only_the_urgent_order_is_inserted_and_nothing_else_moves(desk: Desk) -> None:
    now = out_and_about(desk)
    desk.dispatch.apply(LockBin(day=DAY, is_locked=True))
    urgent = desk.board.unassigned[1].id
    asked = PlanningService(desk.database).replan(
        desk.board, ReplanMode.UNASSIGNED_ONLY, now, only={urgent}, seconds=0.5
    )
    assert asked.problem.unassigned == (urgent,)
    found = effect(desk, asked)
    assert [each.order for each in found.moves if each.changes_route] == [urgent]
    was = sequences(desk)
    for route, orders in ((each.id, each.route.orders) for each in found.after.routes):
        assert tuple(order for order in orders if order != urgent) == was[route]


def test_a_van_that_has_done_all_its_stops_has_none_to_give(desk: Desk) -> None:
    out_and_about(desk)
    with pytest.raises(RuleError, match="no stop left"):
        PlanningService(desk.database).replan(
            desk.board, ReplanMode.EVERYTHING, at("23:00"), lost={desk.board.routes[0].id}
        )


def test_nothing_unassigned_is_said_and_not_searched(desk: Desk) -> None:
    desk.add_shifts(1)
    (order,) = desk.add_orders(make_order())
    desk.dispatch.apply(move(desk.board, [order.id], desk.board.routes[0].id, 0))
    with pytest.raises(RuleError, match="nothing to insert"):
        PlanningService(desk.database).replan(desk.board, ReplanMode.UNASSIGNED_ONLY, at("04:00"))


def test_an_order_that_is_taken_off_a_released_route_waits_for_another(desk: Desk) -> None:
    now = out_and_about(desk, OrderKind.PICKUP)
    lost, _ = (each.id for each in desk.board.routes)
    third = desk.board.route(lost).route.orders[2]
    asked = PlanningService(desk.database).replan(
        desk.board, ReplanMode.KEEP_DRIVERS, now, lost={lost}, seconds=0.5
    )
    kept = {route.id: route.orders for route in asked.problem.routes}
    left = Unassigned(order=third, reason=Reason.NOT_FOUND, detail="")
    nowhere = Plan(routes=kept, unassigned=(left,), cost=0.0, engine="", seconds=0.0)
    found = PlanningService(desk.database).effect(desk.board, asked, nowhere)
    assert found.after.orders[third].status is OrderStatus.OPEN
    assert third in {order.id for order in found.after.unassigned}
    desk.dispatch.apply(found.edit)
    assert third in {order.id for order in desk.board.unassigned}


def test_a_van_that_stood_at_the_depot_leaves_no_earlier_than_now(desk: Desk) -> None:
    planning = PlanningService(desk.database)
    out_and_about(desk)
    now = at("10:20") + timedelta(seconds=7)
    asked = planning.replan(desk.board, ReplanMode.UNASSIGNED_ONLY, now, seconds=0.3)
    found = effect(desk, asked)
    waiting = desk.board.routes[1].id
    planned = found.after.route(waiting).timetable
    assert planned.departure >= at("10:21")
    applied = desk.dispatch.apply(found.edit)
    shown = desk.board.route(waiting)
    assert shown.timetable == planned
    assert all(stop.arrival > now for stop in shown.timetable.stops)
    assert shown.route.shift.window.start < now
    # What is planned, dragged or mended later knows it too.
    problem = planning.problem(desk.board, 0.3)
    assert problem.routes[0].shift.window.start == at("10:21")
    desk.dispatch.apply(applied.inverse)
    assert desk.board.route(waiting).route.shift.leaves_after is None
    assert desk.board.route(waiting).timetable.departure < now


def test_promised_times_bind_a_van_until_its_day_is_planned_anew(desk: Desk) -> None:
    planning = PlanningService(desk.database)
    desk.add_shifts(2)
    places = [place(53.54 + 0.001 * n, 13.29) for n in range(4)]
    half_hour = timedelta(minutes=30)
    orders = desk.add_orders(
        *(make_order(place=p, window=None, service_time=half_hour) for p in places)
    )
    first, other = (each.id for each in desk.board.routes)
    desk.dispatch.apply(move(desk.board, [order.id for order in orders], first, 0))
    was = {stop.order.id: stop.begin for stop in desk.board.route(first).timetable.stops}
    asked = planning.replan(desk.board, ReplanMode.KEEP_TIMES, at("03:00"))
    fewer = {first: (orders[3].id,), other: tuple(order.id for order in orders[:3])}
    plan = Plan(routes=fewer, unassigned=(), cost=0.0, engine="", seconds=0.0)
    found = planning.effect(desk.board, asked, plan)
    applied = desk.dispatch.apply(found.edit)
    assert desk.board.route(first).timetable == found.after.route(first).timetable
    (kept,) = desk.board.route(first).timetable.stops
    assert kept.begin == was[orders[3].id] - TOLERANCE
    undone = desk.dispatch.apply(applied.inverse)
    assert {s.order.id: s.begin for s in desk.board.route(first).timetable.stops} == was
    desk.dispatch.apply(undone.inverse)
    assert desk.board.route(first).timetable == found.after.route(first).timetable
    # A plan of the whole day is bound by it no more.
    problem = planning.problem(desk.board, 0.3)
    assert not any(route.shift.promised for route in problem.routes)
    turned = replace(plan, routes={first: tuple(was), other: ()})
    again = desk.dispatch.apply(planning.edit(desk.board, turned))
    assert desk.board.route(first).route.shift.promised == ()
    desk.dispatch.apply(again.inverse)
    (kept,) = desk.board.route(first).timetable.stops
    assert kept.begin == was[orders[3].id] - TOLERANCE


def test_a_stability_price_keeps_orders_where_they_were_told(desk: Desk) -> None:
    """Two vans that serve each other's ends of the town would swap for the cost alone."""
    planning = PlanningService(desk.database)
    desk.add_shifts(2)
    near = [place(53.60 + 0.001 * n, 13.29) for n in range(2)]
    far = [place(53.52 + 0.001 * n, 13.29) for n in range(2)]
    orders = desk.add_orders(*(make_order(place=p, window=None) for p in (*near, *far)))
    first, second = (each.id for each in desk.board.routes)
    mixed = [orders[0].id, orders[2].id], [orders[1].id, orders[3].id]
    desk.dispatch.apply(move(desk.board, mixed[0], first, 0))
    desk.dispatch.apply(move(desk.board, mixed[1], second, 0))

    def planned(price: Stability) -> set[frozenset[OrderId]]:
        run = planning.start(planning.problem(desk.board, 0.5, stability=price))
        *_, last = run.messages()
        assert isinstance(last, Finished), last
        return {frozenset(orders) for orders in last.plan.routes.values()}

    told = {frozenset(orders) for orders in mixed}
    assert planned(BEST_COST) != told
    assert planned(named(Steadiness.HIGH)) == told
    with pytest.raises(RuleError, match="lower stability price"):
        planning.problem(desk.board, 0.5, stability=named(Steadiness.TOUCH_NOTHING))
