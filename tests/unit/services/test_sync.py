from __future__ import annotations

from datetime import timedelta

from app.domain.board import move
from app.domain.edits import ChangeFleet, Changes, LockBin
from app.services.orders import hold
from app.services.sync import SyncService
from tests.factories import DAY, make_driver, make_order
from tests.unit.services.conftest import Desk


def _sync(desk: Desk) -> SyncService:
    return SyncService(desk.database, desk.clock, desk.actor)


def test_another_dispatchers_move_is_seen_at_the_next_sweep(desk: Desk, other_desk: Desk) -> None:
    desk.add_shifts(2)
    (order,) = desk.add_orders(make_order())
    sync = _sync(desk)
    assert sync.sweep(DAY).is_empty
    board = other_desk.board
    other_desk.dispatch.apply(move(board, [order.id], board.routes[1].id, 0))
    assert sync.sweep(DAY) == Changes(routes=frozenset({board.routes[1].id}), days=frozenset({DAY}))
    assert sync.sweep(DAY).is_empty


def test_new_changed_and_deleted_things_are_seen(desk: Desk, other_desk: Desk) -> None:
    desk.add_shifts(1)
    (order,) = desk.add_orders(make_order())
    sync = _sync(desk)
    sync.sweep(DAY)
    other_desk.dispatch.apply(hold([order], "Wait"))
    (new,) = other_desk.add_orders(make_order())
    shift = other_desk.board.routes[0].route.shift
    other_desk.dispatch.apply(ChangeFleet(put=(make_driver(),), delete=(shift,)))
    seen = sync.sweep(DAY)
    assert seen.orders == {order.id, new.id}
    assert seen.routes == {shift.id}
    assert seen.is_fleet_changed


def test_another_day_begins_with_nothing_seen(desk: Desk) -> None:
    sync = _sync(desk)
    sync.sweep(DAY)
    desk.add_orders(make_order(day=DAY + timedelta(days=1)))
    assert sync.sweep(DAY + timedelta(days=1)).is_empty


def test_consoles_are_counted_until_they_leave_or_fall_silent(desk: Desk, other_desk: Desk) -> None:
    ours, theirs = _sync(desk), _sync(other_desk)
    assert ours.consoles() == 1
    assert theirs.consoles() == 2
    theirs.leave()
    assert ours.consoles() == 1
    theirs.consoles()
    desk.now += timedelta(seconds=35)  # two signs of life every fifteen seconds are missing
    assert ours.consoles() == 2
    desk.now += timedelta(seconds=10)
    assert ours.consoles() == 1


def test_another_dispatchers_lock_of_the_bin_is_seen(desk: Desk, other_desk: Desk) -> None:
    sync = _sync(desk)
    sync.sweep(DAY)
    other_desk.dispatch.apply(LockBin(day=DAY, is_locked=True))
    assert sync.sweep(DAY) == Changes(days=frozenset({DAY}))
    assert sync.sweep(DAY).is_empty
