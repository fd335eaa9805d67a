"""Whatever an edit changes in the database, its undo changes back, and its redo changes again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.addresses import Place, Precision
from app.domain.board import Board, move, transfer, unassign
from app.domain.edits import (
    ChangeFleet,
    ChangeOrders,
    Compound,
    Edit,
    KeepTemplate,
    LockBin,
    LockRoutes,
    SetRouteStatus,
)
from app.domain.geo import Location
from app.domain.ids import OrderId
from app.domain.orders import OrderStatus
from app.domain.problem import Reason, Unassigned
from app.domain.routes import Lock, RouteStatus
from app.services.orders import hold, move_to_day
from app.storage.reasons import replace_reasons
from tests.factories import DAY, make_depot, make_driver, make_order, make_shift, make_vehicle
from tests.unit.services.conftest import Desk
from tests.unit.services.undoing import rows


def _order_edit(**changes: object) -> Callable[[Board], Edit]:
    def edit(board: Board) -> Edit:
        order = board.orders[board.routes[0].route.orders[0]]
        return ChangeOrders(put=(replace(order, **changes),))  # type: ignore[arg-type]

    return edit


def _route(board: Board, number: int) -> dict[Any, int]:
    route = board.routes[number].route
    return {route.id: route.version}


def _planned(board: Board) -> list[Any]:
    return list(board.routes[0].route.orders)


def _new_fleet(_: Board) -> Edit:
    depot, driver, vehicle = make_depot(), make_driver(), make_vehicle()
    shift = make_shift(depot=depot, driver=driver, vehicle=vehicle)
    return ChangeFleet(put=(depot, driver, vehicle, shift))


def _changed_fleet(board: Board) -> Edit:
    shift = board.routes[0].route.shift
    return ChangeFleet(
        put=(
            replace(shift.depot, name="Depot Süd"),
            replace(shift.vehicle, plate="NB-X 1", features=frozenset({"cold"})),
            replace(shift.driver, phone="112", skills=frozenset({"adr"})),
            replace(shift, window=replace(shift.window, end=shift.window.end + timedelta(hours=1))),
        )
    )


def _left(order: OrderId, detail: str) -> Unassigned:
    return Unassigned(order=order, reason=Reason.OUTSIDE_WINDOWS, detail=detail)


def _plan(board: Board) -> Edit:
    """It places one that was left out, and leaves out one that was placed."""
    placed, left = board.unassigned[0].id, _planned(board)[0]
    taken = unassign(board, [left])
    given = move(board, [placed], board.routes[1].id, 0)
    return replace(
        given,
        stops={**taken.stops, **given.stops},
        seen={**taken.seen, **given.seen},
        reasons={placed: None, left: _left(left, "too early")},
    )


EDITS: dict[str, Callable[[Board], Edit]] = {
    "assign": lambda board: move(board, [board.unassigned[0].id], board.routes[1].id, 0),
    "unassign": lambda board: unassign(board, _planned(board)),
    "move": lambda board: move(board, _planned(board)[:1], board.routes[1].id, 0),
    "another sequence": lambda board: move(board, _planned(board)[:1], board.routes[0].id, 2),
    "transfer": lambda board: transfer(board, board.routes[0].id, board.routes[1].id),
    "lock": lambda board: LockRoutes(
        locks={board.routes[0].id: Lock.SEQUENCE}, seen=_route(board, 0)
    ),
    "lock the bin": lambda _: LockBin(day=DAY, is_locked=True),
    "release": lambda board: SetRouteStatus(
        statuses={board.routes[0].id: RouteStatus.RELEASED}, seen=_route(board, 0)
    ),
    "edit": _order_edit(recipient="<b>Ö</b>", weight_g=7, requirements=frozenset({"cold"})),
    "note": _order_edit(notes="Ring twice"),
    "pin": _order_edit(
        place=Place(location=Location(lat=53.5, lon=13.3), precision=Precision.CONFIRMED)
    ),
    "hold": lambda board: hold([board.orders[o] for o in _planned(board)], "Asked to wait"),
    "next day": lambda board: move_to_day(
        [board.orders[o] for o in _planned(board)], DAY + timedelta(days=1)
    ),
    "cancel": _order_edit(status=OrderStatus.CANCELLED),
    "a plan": _plan,
    "new order": lambda _: ChangeOrders(put=(make_order(),)),
    "delete an order": lambda board: ChangeOrders(
        delete={o: board.orders[o].version for o in _planned(board)[:1]}
    ),
    "new fleet": _new_fleet,
    "changed fleet": _changed_fleet,
    "delete a shift": lambda board: ChangeFleet(delete=(board.routes[0].route.shift,)),
    "template": lambda _: KeepTemplate(name="Week", shifts=({"weekday": 1},)),
    "several at once": lambda board: Compound(
        edits=(
            unassign(board, _planned(board)),
            LockBin(day=DAY, is_locked=True),
        )
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_undo_leaves_nothing_of_an_edit_and_redo_all_of_it(
    desk: Desk, day: Board, name: str
) -> None:
    orders = [order.id for order in day.unassigned]
    desk.dispatch.apply(move(day, orders[:3], day.routes[0].id, 0))
    # A day of which nothing was ever said is as one that is open.
    desk.dispatch.apply(LockBin(day=DAY, is_locked=False))
    with desk.database.transaction() as session:
        replace_reasons(session, {order: _left(order, "too late") for order in orders})
    before = rows(desk)
    applied = desk.dispatch.apply(EDITS[name](desk.board))
    after = rows(desk)
    assert after != before
    for _ in range(2):
        undone = desk.dispatch.apply(applied.inverse)
        assert rows(desk) == before
        applied = desk.dispatch.apply(undone.inverse)
        assert rows(desk) == after
