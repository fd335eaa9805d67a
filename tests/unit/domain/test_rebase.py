"""Versions that move on when a neighbouring edit is undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.domain.edits import (
    ArrangeRoutes,
    ChangeFleet,
    ChangeOrders,
    Compound,
    Kind,
    LockBin,
    LockRoutes,
)
from app.domain.ids import OrderId, RouteId
from app.domain.rebase import moved_on, moves, rebased
from app.domain.routes import Lock
from tests.factories import make_order, make_shift, new_id

ROUTE, OTHER = RouteId(new_id()), RouteId(new_id())


def test_only_the_version_that_was_taken_back_moves_on() -> None:
    edit = ArrangeRoutes(stops={ROUTE: (), OTHER: ()}, seen={ROUTE: 2, OTHER: 5})
    moved = {(Kind.ROUTE, ROUTE): (2, 4), (Kind.ROUTE, OTHER): (4, 6)}
    assert rebased(edit, moved) == replace(edit, seen={ROUTE: 4, OTHER: 5})


def test_every_kind_of_edit_moves_its_versions() -> None:
    order, gone = make_order(version=3), OrderId(new_id())
    edit = Compound(
        edits=(
            ChangeOrders(put=(order,), delete={gone: 2}),
            LockRoutes(locks={ROUTE: Lock.CONTENTS}, seen={ROUTE: 1}),
            LockBin(day=date(2024, 3, 5), is_locked=True),
        )
    )
    moved = {
        (Kind.ORDER, order.id): (3, 13),
        (Kind.ORDER, gone): (2, 12),
        (Kind.ROUTE, ROUTE): (1, 11),
    }
    assert rebased(edit, moved) == Compound(
        edits=(
            ChangeOrders(put=(replace(order, version=13),), delete={gone: 12}),
            LockRoutes(locks={ROUTE: Lock.CONTENTS}, seen={ROUTE: 11}),
            LockBin(day=date(2024, 3, 5), is_locked=True),
        )
    )


def test_a_shift_and_its_route_have_one_id_and_two_versions() -> None:
    shift = make_shift(version=1)
    edit = ChangeFleet(put=(shift,), delete=(shift,))
    assert rebased(edit, {(Kind.ROUTE, shift.id): (1, 3)}) == edit
    newer = replace(shift, version=3)
    moved = {(Kind.FLEET, shift.id): (1, 3)}
    assert rebased(edit, moved) == ChangeFleet(put=(newer,), delete=(newer,))


def test_a_move_is_named_for_what_is_on_both_sides_and_differs() -> None:
    route, other = (Kind.ROUTE, ROUTE), (Kind.ROUTE, OTHER)
    assert moves({route: 1, other: 3}, {route: (2, 3), other: (4, 3)}) == {route: (1, 3)}
    assert moved_on({route: 1, other: 1}, {route: (1, 3)}) == {route: 3, other: 1}
