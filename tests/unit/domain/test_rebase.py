"""Versions that move on when a neighbouring edit is undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.domain.edits import (
    ArrangeRoutes,
    ChangeFleet,
    ChangeOrders,
    Compound,
    LockBin,
    LockRoutes,
)
from app.domain.ids import OrderId, RouteId
from app.domain.rebase import moves, rebased, versions
from app.domain.routes import Lock
from tests.factories import make_driver, make_order, new_id

ROUTE, OTHER = RouteId(new_id()), RouteId(new_id())


def test_only_the_version_that_was_taken_back_moves_on() -> None:
    edit = ArrangeRoutes(stops={ROUTE: (), OTHER: ()}, seen={ROUTE: 2, OTHER: 5})
    moved = {ROUTE: (2, 4), OTHER: (4, 6)}
    assert rebased(edit, moved) == replace(edit, seen={ROUTE: 4, OTHER: 5})


def test_every_kind_of_edit_names_and_moves_its_versions() -> None:
    order, driver = make_order(version=3), make_driver(version=4)
    gone = OrderId(new_id())
    edit = Compound(
        edits=(
            ChangeOrders(put=(order,), delete={gone: 2}),
            ChangeFleet(put=(driver,), delete=(driver,)),
            LockRoutes(locks={ROUTE: Lock.CONTENTS}, seen={ROUTE: 1}),
            LockBin(day=date(2024, 3, 5), is_locked=True),
        )
    )
    before = {order.id: 3, gone: 2, driver.id: 4, ROUTE: 1}
    assert versions(edit) == before
    moved = {key: (version, version + 10) for key, version in before.items()}
    assert versions(rebased(edit, moved)) == {key: v + 10 for key, v in before.items()}


def test_of_a_thing_that_two_parts_touch_the_first_version_counts() -> None:
    edit = Compound(
        edits=(
            LockRoutes(locks={ROUTE: Lock.NONE}, seen={ROUTE: 1}),
            ArrangeRoutes(stops={ROUTE: ()}, seen={ROUTE: 2}),
        )
    )
    assert versions(edit) == {ROUTE: 1}


def test_a_move_is_named_for_what_is_on_both_sides_and_differs() -> None:
    assert moves({ROUTE: 1, OTHER: 3}, {ROUTE: 3, OTHER: 3}) == {ROUTE: (1, 3)}
