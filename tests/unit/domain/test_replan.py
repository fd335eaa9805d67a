from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.domain.board import Board, board_route
from app.domain.edits import ArrangeRoutes, Compound, LockRoutes, SetRouteStatus
from app.domain.effect import effect_of
from app.domain.errors import RuleError
from app.domain.fleet import Load
from app.domain.geo import Location
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order, OrderKind, OrderStatus
from app.domain.problem import Plan, Reason, Unassigned
from app.domain.replan import (
    TOLERANCE,
    ReplanMode,
    done_stops,
    frozen_stops,
    replan,
    replan_edit,
)
from app.domain.routes import Lock, Route, RouteStatus
from app.domain.rules import OrderRules, Pause, ShiftRules
from app.domain.times import TimeWindow
from tests.factories import (
    DAY,
    DEPOT_PLACE,
    at,
    grid_travel,
    make_break,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    place,
    window,
)

PLACES = [(53.57 + 0.01 * number, 13.29) for number in range(4)]


def order_at(number: int, **changes: Any) -> Order:
    return make_order(place=place(*PLACES[number]), window=None, **changes)


def day(*routes: Route, orders: tuple[Order, ...], unassigned: tuple[Order, ...] = ()) -> Board:
    known = {order.id: order for order in (*orders, *unassigned)}
    travel = grid_travel([DEPOT_PLACE, *(Location(lat=lat, lon=lon) for lat, lon in PLACES)])
    return Board(
        day=DAY,
        routes=tuple(board_route(route, known, travel) for route in routes),
        unassigned=unassigned,
        on_hold=(),
        orders=known,
        travel=travel,
        reasons={},
    )


def on_the_road(kind: OrderKind = OrderKind.DELIVERY) -> tuple[Board, tuple[Order, ...]]:
    """A released route of three stops, one that waits in the depot, and a free order."""
    orders = tuple(order_at(n, kind=kind, status=OrderStatus.OUT) for n in range(3))
    out = make_route(make_shift(), orders, status=RouteStatus.RELEASED)
    waiting = order_at(3)
    board = day(
        out,
        make_route(make_shift(), (waiting,)),
        orders=(*orders, waiting),
        unassigned=(order_at(3),),
    )
    return board, orders


def between_first_and_second(board: Board) -> datetime:
    first = board.routes[0].timetable.stops[0]
    return first.departure + timedelta(seconds=1)


def test_stops_are_frozen_from_the_moment_the_van_drives_to_them() -> None:
    board, _ = on_the_road()
    route = board.routes[0]
    stops = route.timetable.stops
    assert frozen_stops(route, route.timetable.departure - timedelta(seconds=1)) == 0
    assert frozen_stops(route, route.timetable.departure) == 1
    assert frozen_stops(route, stops[0].departure - timedelta(seconds=1)) == 1
    assert frozen_stops(route, stops[0].departure) == 2
    assert frozen_stops(route, stops[2].departure + timedelta(hours=3)) == 3
    assert frozen_stops(board.routes[1], at("23:00")) == 0


def test_a_stop_is_done_from_the_moment_its_service_begins() -> None:
    board, _ = on_the_road()
    route = board.routes[0]
    first, second, _ = route.timetable.stops
    assert done_stops(route, first.begin - timedelta(seconds=1)) == 0
    assert done_stops(route, first.begin) == 1
    assert done_stops(route, second.begin - timedelta(seconds=1)) == 1
    assert done_stops(board.routes[1], at("23:00")) == 0, "it has not left"


def test_a_van_lost_on_the_way_to_its_first_stop_has_done_nothing() -> None:
    board, orders = on_the_road()
    now = board.routes[0].timetable.departure + timedelta(seconds=1)
    found = replan(board, ReplanMode.EVERYTHING, now, lost={board.routes[0].id})
    assert found.fetched == tuple(order.id for order in orders)
    assert not found.stranded


def test_what_a_lost_van_was_on_its_way_to_collect_is_not_aboard() -> None:
    depot, there = order_at(0, kind=OrderKind.PICKUP), order_at(1)
    there = replace(there, rules=OrderRules(collected_by=depot.id))
    pair = tuple(replace(order, status=OrderStatus.OUT) for order in (depot, there))
    out = make_route(make_shift(), pair, status=RouteStatus.RELEASED)
    board = day(out, make_route(make_shift()), orders=pair)
    lost = board.routes[0]
    on_the_way = lost.timetable.stops[0].begin - timedelta(seconds=1)
    found = replan(board, ReplanMode.EVERYTHING, on_the_way, lost={lost.id})
    assert set(found.problem.unassigned) == {order.id for order in pair}
    assert found.fetched == ()


def test_what_is_aboard_of_a_van_on_the_road_stays_there() -> None:
    board, orders = on_the_road()
    found = replan(board, ReplanMode.EVERYTHING, between_first_and_second(board))
    out, waiting = found.problem.routes
    assert out.frozen == 2
    assert out.status is RouteStatus.DRAFT
    assert [stop.is_locked for stop in out.stops] == [True, True, True]
    assert [stop.is_locked for stop in waiting.stops] == [False]
    assert all(found.problem.orders[order.id].status is OrderStatus.OPEN for order in orders)


def test_collections_ahead_may_change_vans_but_not_those_being_driven_to() -> None:
    board, _ = on_the_road(OrderKind.PICKUP)
    found = replan(board, ReplanMode.EVERYTHING, between_first_and_second(board))
    assert [stop.is_locked for stop in found.problem.routes[0].stops] == [True, True, False]


def test_a_van_on_the_road_has_aboard_what_it_left_with_and_loads_at_its_next_reload() -> None:
    board, orders = on_the_road()
    (free,) = board.unassigned
    problem = replan(board, ReplanMode.EVERYTHING, between_first_and_second(board)).problem
    underway = problem.routes[0].shift.underway
    assert underway is not None
    assert underway.left_at == board.routes[0].timetable.departure
    assert [underway.loads_from(order.id) for order in orders] == [0, 0, 0]
    assert underway.loads_from(free.id) == 2
    assert problem.routes[1].shift.underway is None
    before = replan(board, ReplanMode.EVERYTHING, at("04:00")).problem
    assert [route.shift.underway for route in before.routes] == [None, None]


def two_trips() -> tuple[Board, tuple[Order, ...]]:
    """A released route whose van loads again before its third stop."""
    orders = tuple(order_at(n, weight_g=5_000, status=OrderStatus.OUT) for n in range(4))
    vehicle = make_vehicle(capacity=Load(weight_g=10_000, volume_cm3=10**9, parcels=99))
    shift = make_shift(vehicle=vehicle, rules=ShiftRules(max_reloads=2))
    out = make_route(shift, orders, status=RouteStatus.RELEASED)
    board = day(out, make_route(make_shift()), orders=orders, unassigned=(order_at(3),))
    assert [reload.index for reload in board.routes[0].timetable.reloads] == [2]
    return board, orders


def test_goods_of_a_later_trip_are_still_at_the_depot_and_may_come_with_any_van() -> None:
    board, orders = two_trips()
    route = replan(board, ReplanMode.EVERYTHING, between_first_and_second(board)).problem.routes[0]
    assert [stop.is_locked for stop in route.stops] == [True, True, False, False]
    assert route.shift.underway is not None
    assert [route.shift.underway.loads_from(order.id) for order in orders] == [0, 0, 2, 2]
    lost = replan(board, ReplanMode.EVERYTHING, between_first_and_second(board), lost={route.id})
    assert lost.fetched == (orders[1].id,)
    assert set(lost.problem.unassigned) == {
        *(order.id for order in orders[1:]),
        board.unassigned[0].id,
    }


def test_a_van_on_its_way_to_load_can_load_more() -> None:
    board, orders = two_trips()
    table = board.routes[0].timetable
    now = table.stops[1].departure + timedelta(seconds=1)
    route = replan(board, ReplanMode.EVERYTHING, now).problem.routes[0]
    assert route.frozen == 3
    assert route.shift.underway is not None
    assert route.shift.underway.loading == 2
    loaded = table.reloads[0].departure + timedelta(seconds=1)
    later = replan(board, ReplanMode.EVERYTHING, loaded).problem.routes[0]
    assert [stop.is_locked for stop in later.stops] == [True] * 4
    assert later.shift.underway is not None
    assert later.shift.underway.loading == 3
    assert [later.shift.underway.loads_from(order.id) for order in orders] == [0, 0, 2, 2]


def test_what_a_van_was_given_on_the_road_is_known_when_it_is_asked_again() -> None:
    board, orders = two_trips()
    (free,) = board.unassigned
    asked = replan(board, ReplanMode.EVERYTHING, between_first_and_second(board))
    out, waiting = board.routes
    plan = _plan({out.id: (*out.route.orders, free.id), waiting.id: ()})
    after = effect_of(board, asked, plan).after
    shift = after.routes[0].route.shift
    assert shift.underway is not None
    assert shift.underway.loads_from(free.id) == 2
    released = after.routes[0].timetable
    assert released.is_feasible
    loaded = released.reloads[-1].departure + timedelta(seconds=1)
    again = replan(after, ReplanMode.EVERYTHING, loaded).problem.routes[0].shift.underway
    assert again is not None
    assert again.loads_from(free.id) == released.reloads[-1].index
    assert again.left_at == shift.underway.left_at
    assert len(orders) == 4


@pytest.mark.parametrize("mode", [ReplanMode.KEEP_DRIVERS, ReplanMode.UNASSIGNED_ONLY])
def test_keeping_drivers_locks_every_stop_to_its_route(mode: ReplanMode) -> None:
    board, _ = on_the_road()
    problem = replan(board, mode, at("04:00")).problem
    assert all(stop.is_locked for route in problem.routes for stop in route.stops)


def test_keeping_times_narrows_windows_to_the_promise() -> None:
    board, orders = on_the_road()
    problem = replan(board, ReplanMode.KEEP_TIMES, at("04:00")).problem
    for stop in board.routes[0].timetable.stops:
        promised = problem.orders[stop.order.id].window
        assert promised is not None
        assert promised.start == stop.begin - TOLERANCE
        assert promised.end == stop.begin + TOLERANCE
    free = replan(board, ReplanMode.EVERYTHING, at("04:00")).problem
    assert all(free.orders[order.id].window is None for order in orders)


@pytest.mark.parametrize(
    ("status", "minutes"),
    [
        pytest.param(RouteStatus.RELEASED, 0, id="on the road"),
        pytest.param(RouteStatus.RELEASED, -180, id="at the depot"),
        pytest.param(RouteStatus.DRAFT, -180, id="not released"),
    ],
)
def test_a_van_waits_rather_than_come_sooner_than_was_promised(
    status: RouteStatus, minutes: int
) -> None:
    orders = tuple(order_at(n, status=OrderStatus.OUT, kind=OrderKind.PICKUP) for n in (0, 1, 2, 3))
    slow = replace(orders[1], service_time=timedelta(hours=1))
    orders = (orders[0], slow, *orders[2:])
    out = make_route(make_shift(), orders, status=status)
    board = day(out, make_route(make_shift()), orders=orders)
    first, other = board.routes
    now = first.timetable.stops[0].begin + timedelta(minutes=minutes)
    for mode, earlier in (
        (ReplanMode.KEEP_TIMES, TOLERANCE),
        (ReplanMode.EVERYTHING, timedelta(hours=1)),
    ):
        asked = replan(board, mode, now)
        left = tuple(o.id for o in (orders[0], *orders[2:]))
        plan = _plan({first.id: left, other.id: (slow.id,)})
        after = effect_of(board, asked, plan).after.routes[0].timetable
        then, was = after.stops[1], first.timetable.stops[2]
        assert was.begin - then.begin >= earlier
        if mode is ReplanMode.KEEP_TIMES:
            assert was.begin - then.begin == TOLERANCE
            told = effect_of(board, asked, plan).after
            again = replan(told, ReplanMode.EVERYTHING, now).problem
            assert not any(route.shift.promised for route in again.routes)


def test_a_promise_never_leaves_the_order_s_own_window_and_holds_what_is_late() -> None:
    first = make_order(place=place(*PLACES[0]), window=window("04:00", "05:00"))
    second = make_order(place=place(*PLACES[1]), window=window("08:05", "16:00"))
    board = day(make_route(make_shift(), (first, second)), orders=(first, second))
    problem = replan(board, ReplanMode.KEEP_TIMES, at("04:00")).problem
    for stop in board.routes[0].timetable.stops:
        promised = problem.orders[stop.order.id].window
        assert promised is not None
        assert promised.start <= stop.begin <= promised.end
    kept = problem.orders[second.id].window
    assert kept is not None
    assert kept.start >= at("08:05")


def test_a_promise_in_the_second_window_stays_in_that_one() -> None:
    later = (window("14:00", "16:00"),)
    order = make_order(
        place=place(*PLACES[0]),
        window=window("06:00", "06:10"),
        rules=OrderRules(more_windows=later),
    )
    board = day(make_route(make_shift(), (order,)), orders=(order,))
    problem = replan(board, ReplanMode.KEEP_TIMES, at("04:00")).problem
    (stop,) = board.routes[0].timetable.stops
    assert stop.begin == at("14:00")
    assert problem.orders[order.id].windows == (
        TimeWindow(start=at("14:00"), end=at("14:00") + TOLERANCE),
    )


def test_a_shift_that_has_not_left_leaves_no_sooner_than_now() -> None:
    board, _ = on_the_road()
    now = at("10:00")
    _, waiting = replan(board, ReplanMode.EVERYTHING, now).problem.routes
    assert waiting.shift.window.start == now
    assert waiting.shift.window.end == board.routes[1].route.shift.window.end


def _left_late() -> tuple[Board, tuple[Order, ...]]:
    """A released van that stood at the depot until its first door opened, and one that waits."""
    hours = (window("10:00", "12:00"), window("11:00", "13:00"))
    orders = tuple(replace(order_at(n, status=OrderStatus.OUT), window=hours[n]) for n in range(2))
    out = make_route(make_shift(), orders, status=RouteStatus.RELEASED)
    waiting = order_at(3)
    other = make_route(make_shift(), (waiting,))
    return day(out, other, orders=(*orders, waiting)), orders


def test_what_a_lost_van_did_keeps_its_times() -> None:
    board, (first, second) = _left_late()
    lost, other = board.routes
    plan = _plan({other.id: (*other.route.orders, second.id)})
    later = board.routes[0].timetable.stops[0].departure - timedelta(minutes=1)
    asked = replan(board, ReplanMode.UNASSIGNED_ONLY, later, lost={lost.id})
    after = effect_of(board, asked, plan).after.routes[0]
    assert [stop.order.id for stop in after.timetable.stops] == [first.id]
    assert after.timetable.stops[0].begin == lost.timetable.stops[0].begin
    assert after.timetable.departure == lost.timetable.departure
    assert after.timetable.is_feasible


@pytest.mark.parametrize("is_own", [True, False])
def test_the_break_that_a_lost_van_took_keeps_what_came_after_it_at_its_time(
    *, is_own: bool
) -> None:
    orders = tuple(
        order_at(n, status=OrderStatus.OUT, service_time=timedelta(minutes=50)) for n in range(4)
    )
    pause = Pause(length=timedelta(minutes=45), window=window("09:30", "11:30"))
    taken = (
        make_shift(rest=make_break("09:30", "11:30", 45))
        if is_own
        else make_shift(rules=ShiftRules(pauses=(pause,)))
    )
    out = make_route(taken, orders, status=RouteStatus.RELEASED)
    board = day(out, make_route(make_shift()), orders=orders)
    lost, other = board.routes
    before = lost.timetable
    (rest,) = before.breaks
    done = rest.index + 1
    assert before.stops[done - 1].departure < at("11:30")
    now = before.stops[done - 1].departure - timedelta(minutes=1)
    asked = replan(board, ReplanMode.UNASSIGNED_ONLY, now, lost={lost.id})
    plan = _plan({other.id: tuple(order.id for order in orders[done:])})
    after = effect_of(board, asked, plan).after.routes[0].timetable
    assert [stop.begin for stop in after.stops] == [stop.begin for stop in before.stops[:done]]
    assert [each.begin for each in after.breaks] == [rest.begin]


def test_a_van_that_has_done_everything_is_given_nothing_in_the_past() -> None:
    board, _ = on_the_road()
    out, waiting = board.routes
    now = out.timetable.end + timedelta(hours=1)
    pickup = order_at(2, kind=OrderKind.PICKUP)
    board = day(out.route, waiting.route, orders=tuple(board.orders.values()), unassigned=(pickup,))
    asked = replan(board, ReplanMode.UNASSIGNED_ONLY, now)
    plan = _plan({out.id: (*out.route.orders, pickup.id), waiting.id: waiting.route.orders})
    after = effect_of(board, asked, plan).after.routes[0].timetable
    assert after.stops[-1].order.id == pickup.id
    assert after.stops[-1].arrival >= now
    assert [s.begin for s in after.stops[:-1]] == [s.begin for s in out.timetable.stops]


def test_the_stops_of_a_lost_van_are_free_and_its_goods_must_be_fetched() -> None:
    board, orders = on_the_road()
    lost = board.routes[0].id
    found = replan(board, ReplanMode.EVERYTHING, between_first_and_second(board), lost={lost})
    assert [route.id for route in found.problem.routes] == [board.routes[1].id]
    free = board.unassigned[0].id
    assert set(found.problem.unassigned) == {orders[1].id, orders[2].id, free}, "1 is driven to"
    assert found.fetched == (orders[1].id, orders[2].id)
    unloaded = replan(board, ReplanMode.EVERYTHING, at("04:00"), lost={lost})
    assert unloaded.fetched == ()
    assert set(unloaded.problem.unassigned) == {o.id for o in (*orders, *board.unassigned)}


def test_what_is_aboard_of_a_lost_van_any_van_may_take_over_and_what_is_not_only_one_there() -> (
    None
):
    board, orders = on_the_road()
    other = make_route(make_shift(), (order_at(0, status=OrderStatus.OUT),))
    (first,) = (order_at(0, id=stop.order, status=OrderStatus.OUT) for stop in other.stops)
    both = day(
        *(each.route for each in board.routes),
        replace(other, status=RouteStatus.RELEASED),
        orders=(*board.orders.values(), first),
        unassigned=board.unassigned,
    )
    now = between_first_and_second(board)
    problem = replan(both, ReplanMode.EVERYTHING, now, lost={board.routes[0].id}).problem
    (underway,) = (r.shift.underway for r in problem.routes if r.id == other.id)
    assert underway is not None
    assert underway.loads_from(orders[2].id) == 0
    assert underway.loads_from(board.unassigned[0].id) == 1


def test_without_another_shift_nothing_can_be_spread() -> None:
    order = order_at(0)
    board = day(make_route(make_shift(), (order,)), orders=(order,))
    with pytest.raises(RuleError, match="No other shift"):
        replan(board, ReplanMode.EVERYTHING, at("10:00"), lost={board.routes[0].id})


def _plan(routes: dict[RouteId, tuple[OrderId, ...]], left: tuple[OrderId, ...] = ()) -> Plan:
    return Plan(
        routes=routes,
        unassigned=tuple(
            Unassigned(order=order, reason=Reason.NOT_FOUND, detail="") for order in left
        ),
        cost=0.0,
        engine="",
        seconds=0.0,
    )


def test_a_change_of_a_released_route_takes_it_back_and_releases_it_again() -> None:
    board, orders = on_the_road()
    out, waiting = board.routes
    (free,) = board.unassigned
    plan = _plan({out.id: (*out.route.orders, free.id), waiting.id: waiting.route.orders})
    edit = replan_edit(board, plan)
    assert isinstance(edit, Compound)
    back, arranged, again = edit.edits
    assert back == SetRouteStatus(
        statuses={out.id: RouteStatus.DRAFT}, seen={out.id: out.route.version}
    )
    assert isinstance(arranged, ArrangeRoutes)
    assert arranged.stops.keys() == {out.id}
    assert isinstance(again, SetRouteStatus)
    assert again.statuses == {out.id: RouteStatus.RELEASED}
    assert len(orders) == 3


def test_a_lost_route_keeps_what_it_has_done_and_loses_the_rest() -> None:
    board, orders = on_the_road()
    lost, waiting = board.routes
    plan = _plan(
        {waiting.id: (*waiting.route.orders, orders[2].id)}, left=(board.unassigned[0].id,)
    )
    edit = replan_edit(board, plan, lost={lost.id})
    assert isinstance(edit, Compound)
    arranged = edit.edits[1]
    assert isinstance(arranged, ArrangeRoutes)
    assert [stop.order for stop in arranged.stops[lost.id]] == [orders[0].id, orders[1].id]
    assert [s.order for s in arranged.stops[waiting.id]][-1] == orders[2].id
    locked = edit.edits[2]
    assert isinstance(locked, LockRoutes)
    assert locked.locks == {lost.id: Lock.SEQUENCE}


def test_no_order_is_left_any_more_because_of_a_van_that_is_lost() -> None:
    board, orders = on_the_road()
    lost, waiting = board.routes
    left, other = board.unassigned[0].id, make_order().id
    name = lost.route.shift.name
    reasons = {
        left: Unassigned(order=left, reason=Reason.WOULD_DISPLACE, detail=f"nearest is {name}: …"),
        other: Unassigned(order=other, reason=Reason.MISSING_SKILL, detail="needs cold"),
    }
    plan = _plan({waiting.id: (*waiting.route.orders, orders[2].id)})
    edit = replan_edit(replace(board, reasons=reasons), plan, lost={lost.id})
    assert isinstance(edit, Compound)
    (arranged,) = (each for each in edit.edits if isinstance(each, ArrangeRoutes))
    assert arranged.reasons == dict.fromkeys([*plan.routes[waiting.id], left])
