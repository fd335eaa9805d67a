from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.addresses import Place, Precision
from app.domain.board import Board, arrange, move, transfer, unassign
from app.domain.edits import (
    ArrangeRoutes,
    ChangeFleet,
    ChangeOrders,
    Compound,
    Edit,
    LockBin,
    LockRoutes,
    SetRouteStatus,
)
from app.domain.errors import ConflictError, NotFoundError, RuleError
from app.domain.geo import Location
from app.domain.ids import OrderId, RouteId
from app.domain.orders import OrderStatus, Parcel
from app.domain.routes import Lock, RouteStatus, Stop
from app.services.manifests import ManifestService, Part
from app.services.orders import hold, move_to_day
from tests.factories import (
    BERLIN,
    DAY,
    make_depot,
    make_order,
    make_shift,
    new_id,
    place,
    window,
)
from tests.unit.services.conftest import Desk
from tests.unit.services.undoing import History, facts


def _sequences(board: Board) -> list[list[str]]:
    return [[board.orders[o].reference for o in each.route.orders] for each in board.routes]


def test_a_dropped_order_is_where_it_was_dropped(desk: Desk, day: Board) -> None:
    a, b, c, _ = (order.id for order in day.unassigned)
    first, second = day.routes[0].id, day.routes[1].id
    desk.dispatch.apply(move(day, [a, b], first, 0))
    desk.dispatch.apply(move(desk.board, [c], first, 1))
    desk.dispatch.apply(move(desk.board, [b], second, 0))
    board = desk.board
    assert board.route(first).route.orders == (a, c)
    assert board.route(second).route.orders == (b,)
    assert len(board.unassigned) == 1


def test_an_edit_on_a_stale_screen_is_refused_by_name(
    desk: Desk, other_desk: Desk, day: Board
) -> None:
    a, b, *_ = (order.id for order in day.unassigned)
    route = day.routes[0].id
    other_desk.dispatch.apply(move(day, [b], route, 0))
    with pytest.raises(ConflictError, match=r"was changed by Bram at \d\d:\d\d"):
        desk.dispatch.apply(move(day, [a], route, 0))
    assert desk.board.route(route).route.orders == (b,)


def test_a_plan_that_touches_a_route_changed_meanwhile_changes_nothing(
    desk: Desk, other_desk: Desk, day: Board
) -> None:
    a, b, c, d = (order.id for order in day.unassigned)
    first, second = day.routes[0].id, day.routes[1].id
    other_desk.dispatch.apply(move(day, [d], second, 0))
    with pytest.raises(ConflictError):
        desk.dispatch.apply(arrange(day, {first: (a, b), second: (c,)}))
    assert _sequences(desk.board) == [[], [desk.board.orders[d].reference]]


def test_an_order_that_somebody_else_planned_is_not_planned_twice(
    desk: Desk, other_desk: Desk, day: Board
) -> None:
    order = day.unassigned[0].id
    other_desk.dispatch.apply(move(day, [order], day.routes[1].id, 0))
    with pytest.raises(ConflictError, match="another route"):
        desk.dispatch.apply(move(day, [order], day.routes[0].id, 0))


def test_an_order_can_stand_on_a_route_only_once(desk: Desk, day: Board) -> None:
    order = day.unassigned[0].id
    route = day.routes[0]
    twice = ArrangeRoutes(
        stops={route.id: (Stop(order=order), Stop(order=order))},
        seen={route.id: route.route.version},
    )
    with pytest.raises(RuleError, match="only once"):
        desk.dispatch.apply(twice)


def test_an_order_on_hold_is_refused_with_its_reason(desk: Desk, day: Board) -> None:
    order = day.unassigned[0]
    desk.dispatch.apply(hold([order], "Recipient called: not today"))
    edit = ArrangeRoutes(stops={day.routes[0].id: (Stop(order=order.id),)}, seen={})
    with pytest.raises(RuleError, match="not today"):
        desk.dispatch.apply(edit)


def test_an_order_put_on_hold_leaves_its_route_and_undo_puts_it_back(
    desk: Desk, day: Board
) -> None:
    a, b, *_ = (order.id for order in day.unassigned)
    route = day.routes[0].id
    desk.dispatch.apply(move(day, [a, b], route, 0))
    earlier = desk.board
    held = desk.dispatch.apply(hold([earlier.orders[a]], "Not today"))
    assert desk.board.route(route).route.orders == (b,)
    assert [order.id for order in desk.board.on_hold] == [a]
    desk.dispatch.apply(held.inverse)
    assert facts(desk.board) == facts(earlier)


def test_a_released_route_takes_no_more_changes(desk: Desk, day: Board) -> None:
    a, b, *_ = (order.id for order in day.unassigned)
    route = day.routes[0].id
    desk.dispatch.apply(move(day, [a], route, 0))
    version = desk.board.route(route).route.version
    released = desk.dispatch.apply(
        SetRouteStatus(statuses={route: RouteStatus.RELEASED}, seen={route: version})
    )
    assert desk.orders.get([a])[0].status is OrderStatus.OUT
    with pytest.raises(RuleError, match="released"):
        move(desk.board, [b], route, 0)
    with pytest.raises(RuleError, match="released"):
        desk.dispatch.apply(ArrangeRoutes(stops={route: (Stop(order=b),)}, seen={}))
    with pytest.raises(RuleError, match="already on the road"):
        desk.dispatch.apply(
            ChangeOrders(put=(replace(desk.orders.get([a])[0], recipient="Somebody else"),))
        )
    desk.dispatch.apply(released.inverse)
    assert desk.orders.get([a])[0].status is OrderStatus.OPEN


def test_an_empty_route_is_not_released(desk: Desk, day: Board) -> None:
    route = day.routes[0]
    with pytest.raises(RuleError, match="no stops"):
        desk.dispatch.apply(
            SetRouteStatus(
                statuses={route.id: RouteStatus.RELEASED}, seen={route.id: route.route.version}
            )
        )


def test_a_whole_route_moves_to_another_shift_in_its_sequence(desk: Desk, day: Board) -> None:
    ids = [order.id for order in day.unassigned]
    first, second = day.routes[0].id, day.routes[1].id
    desk.dispatch.apply(arrange(day, {first: ids[:3], second: ids[3:]}))
    desk.dispatch.apply(transfer(desk.board, first, second))
    assert desk.board.route(second).route.orders == (ids[3], *ids[:3])
    assert desk.board.route(first).route.orders == ()


def test_a_deleted_shift_gives_its_orders_back_and_undo_restores_it(desk: Desk, day: Board) -> None:
    ids = [order.id for order in day.unassigned]
    route = day.routes[0].id
    desk.dispatch.apply(arrange(day, {route: ids}))
    earlier = desk.board
    deleted = desk.dispatch.apply(ChangeFleet(delete=(earlier.route(route).route.shift,)))
    assert len(desk.board.routes) == 1
    assert len(desk.board.unassigned) == 4
    desk.dispatch.apply(deleted.inverse)
    assert facts(desk.board) == facts(earlier)


def test_undoing_the_deletion_of_a_shift_brings_back_its_locks_and_its_paper(
    desk: Desk, day: Board, paper: ManifestService, tmp_path: Path
) -> None:
    first, *_ = (order.id for order in day.unassigned)
    route = day.routes[0].id
    locked = ArrangeRoutes(stops={route: (Stop(order=first, is_locked=True),)}, seen={})
    desk.dispatch.apply(locked)
    desk.dispatch.apply(LockRoutes(locks={route: Lock.SEQUENCE}, seen={}))
    paper.printed(paper.write(tmp_path / "day.pdf", desk.board))
    before = desk.board.route(route).route
    assert before.printed_version == before.contents_version
    history = History(desk)
    history.make(ChangeFleet(delete=(before.shift,)))
    history.step(0)
    after = desk.board.route(route).route
    assert replace(after, version=0, shift=before.shift) == replace(before, version=0)
    history.step(0)
    assert [each.id for each in desk.board.routes] == [day.routes[1].id]
    history.step(0)
    desk.dispatch.apply(move(desk.board, [day.unassigned[1].id], route, 0))
    assert desk.board.route(route).route.is_manifest_stale
    printout = paper.write(tmp_path / "changes.pdf", desk.board, [Part.CHANGES])
    assert [change.now.route for change in paper.changes(printout.manifests)] == [route]


def test_locking_a_stop_is_in_the_history(desk: Desk, day: Board) -> None:
    order = day.unassigned[0].id
    route = day.routes[0].id
    desk.dispatch.apply(move(day, [order], route, 0))
    locked = ArrangeRoutes(stops={route: (Stop(order=order, is_locked=True),)}, seen={})
    desk.dispatch.apply(locked)
    newest = desk.orders.history(route)[0]
    assert (newest.action, newest.before, newest.after) == (
        "arranged",
        {"locked_stops": []},
        {"locked_stops": [str(order)]},
    )


def test_a_route_has_one_colour_whichever_depots_are_shown(desk: Desk) -> None:
    shifts = [make_shift(depot=make_depot()) for _ in range(4)]
    for shift in shifts:
        parts = (shift.depot, shift.driver, shift.vehicle, shift)
        desk.dispatch.apply(ChangeFleet(put=parts))
    every = desk.dispatch.board(DAY).tint_of
    assert sorted(every.values()) == [0, 1, 2, 3]
    for shift in shifts:
        board = desk.dispatch.board(DAY, shift.depot.id)
        (shown,) = board.routes
        assert board.tint_of[shown.id] == every[shown.id]


@pytest.mark.parametrize("day", [DAY, date(2024, 3, 30), date(2024, 10, 26)])
def test_a_night_shift_is_one_board_also_when_the_clocks_change(desk: Desk, day: date) -> None:
    night = make_shift(day=day, window=window("22:00", "06:00", day))
    desk.dispatch.apply(ChangeFleet(put=(night.depot, night.driver, night.vehicle, night)))
    (order,) = desk.add_orders(
        make_order(day=day, window=window("03:30", "04:30", day + timedelta(days=1)))
    )
    board = desk.dispatch.board(day)
    desk.dispatch.apply(move(board, [order.id], board.routes[0].id, 0))
    each = desk.dispatch.board(day).routes[0]
    assert each.timetable.violations == ()
    (stop,) = each.timetable.stops
    assert stop.begin.astimezone(BERLIN).strftime("%d %H:%M") == f"{(day.day % 31) + 1:02} 03:30"
    assert desk.dispatch.board(day + timedelta(days=1)).routes == ()


def test_a_driver_with_shifts_is_not_deleted(desk: Desk, day: Board) -> None:
    with pytest.raises(RuleError, match="1 shifts use it"):
        desk.dispatch.apply(ChangeFleet(delete=(day.routes[0].route.shift.driver,)))


def test_a_changed_order_makes_the_printed_route_stale(desk: Desk, day: Board) -> None:
    order = day.unassigned[0]
    route = day.routes[0].id
    desk.dispatch.apply(move(day, [order.id], route, 0))
    printed = desk.board.route(route).route
    desk.dispatch.apply(ChangeOrders(put=(replace(order, weight_g=9_000),)))
    after = desk.board.route(route).route
    assert after.contents_version == printed.contents_version + 1
    assert after.version > printed.version


def test_an_order_moved_to_another_day_leaves_the_board(desk: Desk, day: Board) -> None:
    order = day.unassigned[0]
    desk.dispatch.apply(move(day, [order.id], day.routes[0].id, 0))
    desk.dispatch.apply(move_to_day(desk.orders.get([order.id]), DAY + timedelta(days=1)))
    assert order.id not in desk.board.orders
    assert _sequences(desk.board) == [[], []]


def test_a_reference_is_given_once(desk: Desk, day: Board) -> None:
    depot = day.routes[0].route.shift.depot.id
    desk.add_orders(make_order(reference="SO-7", depot=depot))
    with pytest.raises(RuleError, match="There is an order SO-7 already"):
        desk.add_orders(make_order(reference="SO-7", depot=depot))


def test_an_order_cannot_take_the_reference_of_another(desk: Desk) -> None:
    taken, other = desk.add_orders(make_order(reference="SO-7"), make_order(reference="SO-8"))
    with pytest.raises(RuleError, match="There is an order SO-7 already"):
        desk.dispatch.apply(ChangeOrders(put=(replace(other, reference="SO-7"),)))
    desk.dispatch.apply(ChangeOrders(put=(replace(taken, notes="Ring twice"),)))


def test_two_new_orders_of_no_depot_cannot_share_a_reference(desk: Desk) -> None:
    with pytest.raises(RuleError, match="There is an order SO-7 already"):
        desk.add_orders(make_order(reference="SO-7"), make_order(reference="SO-7"))
    assert desk.board.orders == {}


def test_two_orders_may_swap_their_references(desk: Desk) -> None:
    a, b = desk.add_orders(make_order(reference="SO-7"), make_order(reference="SO-8"))
    desk.dispatch.apply(
        ChangeOrders(put=(replace(a, reference="SO-8"), replace(b, reference="SO-7")))
    )
    assert [order.reference for order in desk.orders.get([a.id, b.id])] == ["SO-8", "SO-7"]


def test_parcels_follow_their_order(desk: Desk) -> None:
    order = make_order(parcels=(Parcel(barcode="A"), Parcel(barcode="B"), Parcel(barcode="C")))
    (saved,) = desk.add_orders(order)
    desk.dispatch.apply(
        ChangeOrders(put=(replace(saved, parcels=(Parcel(barcode="B"), Parcel(barcode="D"))),))
    )
    assert [p.barcode for p in desk.orders.get([order.id])[0].parcels] == ["B", "D"]


def test_everything_about_an_order_survives_the_database(desk: Desk) -> None:
    order = make_order(
        notes="Klingel defekt,\nbitte „laut“ klopfen <b>",
        requirements=frozenset({"cold", "adr"}),
        place=place(53.5, 13.2),
        time_zone="Europe/Berlin",
    )
    (saved,) = desk.add_orders(order)
    assert replace(saved, version=0) == order


def test_each_change_is_in_the_history_with_who_and_what(desk: Desk, day: Board) -> None:
    order = day.unassigned[0]
    route = day.routes[0]
    desk.dispatch.apply(move(day, [order.id], route.id, 0))
    desk.dispatch.apply(unassign(desk.board, [order.id]))
    events = desk.orders.history(order.id)
    assert [event.action for event in events] == ["unassigned", "assigned", "created"]
    assert {(event.who, event.workstation) for event in events} == {("Ana", "desk-1")}
    assert events[1].after == {"route": route.route.shift.name}
    assert [e.action for e in desk.orders.history(route.id)][:2] == ["arranged", "arranged"]


def test_a_refused_edit_leaves_no_event(desk: Desk, day: Board) -> None:
    order = day.unassigned[0]
    before = len(desk.orders.history(order.id))
    with pytest.raises(NotFoundError):
        desk.dispatch.apply(
            ArrangeRoutes(
                stops={day.routes[0].id: (Stop(order=order.id), Stop(order=OrderId(new_id())))},
                seen={},
            )
        )
    assert len(desk.orders.history(order.id)) == before


def test_the_locked_bin_is_remembered(desk: Desk) -> None:
    applied = desk.dispatch.apply(LockBin(day=DAY, is_locked=True))
    assert desk.board.is_bin_locked
    desk.dispatch.apply(applied.inverse)
    assert not desk.board.is_bin_locked


def test_edits_in_a_compound_fail_together(desk: Desk, day: Board) -> None:
    order = day.unassigned[0]
    with pytest.raises(RuleError):
        desk.dispatch.apply(
            Compound(
                edits=(
                    move(day, [order.id], day.routes[0].id, 0),
                    ChangeFleet(delete=(day.routes[0].route.shift.depot,)),
                )
            )
        )
    assert len(desk.board.unassigned) == 4


def test_two_orders_at_one_address_are_confirmed_together(desk: Desk) -> None:
    pinned = Place(location=Location(lat=53.5, lon=13.2), precision=Precision.CONFIRMED)
    orders = desk.add_orders(make_order(place=pinned), make_order(place=pinned))
    assert all(order.place is not None and order.place.is_confirmed for order in orders)


def test_two_orders_can_swap_their_references(desk: Desk) -> None:
    depot = desk.add_shifts(1)[0].depot.id
    a, b = desk.add_orders(
        make_order(reference="A", depot=depot), make_order(reference="B", depot=depot)
    )
    swap = ChangeOrders(put=(replace(a, reference="B"), replace(b, reference="A")))
    applied = desk.dispatch.apply(swap)
    assert [order.reference for order in desk.orders.get([a.id, b.id])] == ["B", "A"]
    assert desk.orders.history(a.id)[0].after == {"reference": "B"}
    desk.dispatch.apply(applied.inverse)
    assert [order.reference for order in desk.orders.get([a.id, b.id])] == ["A", "B"]


def test_a_new_order_can_have_the_reference_that_another_gives_up(desk: Desk) -> None:
    depot = desk.add_shifts(1)[0].depot.id
    a, b = desk.add_orders(
        make_order(reference="A", depot=depot), make_order(reference="B", depot=depot)
    )
    heirs = (make_order(reference="A", depot=depot), make_order(reference="B", depot=depot))
    edit = ChangeOrders(put=(*heirs, replace(a, reference="C")), delete={b.id: b.version})
    applied = desk.dispatch.apply(edit)
    left = desk.orders.get([a.id, *(heir.id for heir in heirs)])
    assert [order.reference for order in left] == ["C", "A", "B"]
    desk.dispatch.apply(applied.inverse)
    assert [order.reference for order in desk.orders.get([a.id, b.id])] == ["A", "B"]


def test_an_unknown_depot_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        desk.dispatch.apply(ChangeFleet(delete=(make_depot(version=1),)))


@pytest.mark.usefixtures("day")
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(gestures=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 6), st.integers(0, 9))))
def test_undoing_every_edit_restores_the_day(
    desk: Desk, gestures: list[tuple[int, int, int]]
) -> None:
    start = desk.board
    history = History(desk)
    for which, what, where in gestures:
        board = desk.board
        edit = _edit(board, which, what, where)
        if edit is not None:
            applied = history.make(edit)
            assert facts(desk.dispatch.refresh(board, applied.changes)) == facts(desk.board)
    after = desk.board
    for number in reversed(range(len(history.commands))):
        history.step(number)
    assert facts(desk.board) == facts(start)
    for number in range(len(history.commands)):
        history.step(number)
    assert facts(desk.board) == facts(after)
    # The next example begins with this database.
    for each in desk.board.routes:
        if each.route.lock is not Lock.NONE:
            desk.dispatch.apply(LockRoutes(locks={each.id: Lock.NONE}, seen={}))
    desk.dispatch.apply(unassign(desk.board, list(desk.board.orders)))


def _edit(board: Board, which: int, what: int, where: int) -> Edit | None:
    orders = sorted(board.orders.values(), key=lambda order: order.reference)
    order = orders[which % len(orders)]
    route = board.routes[where % 2]
    match what:
        case 0 | 1 | 2 if order.is_plannable:
            return move(board, [order.id], route.id, where)
        case 3:
            return unassign(board, [order.id])
        case 4:
            return transfer(board, board.routes[0].id, board.routes[1].id)
        case 5:
            return LockRoutes(locks={route.id: Lock.CONTENTS}, seen={route.id: route.route.version})
        case 6 if order.status is OrderStatus.OPEN:
            return ChangeOrders(put=(replace(order, weight_g=order.weight_g + 1),))
        case _:
            return None


def test_route_and_shift_share_their_key(day: Board) -> None:
    assert all(each.id == RouteId(each.route.shift.id) for each in day.routes)
