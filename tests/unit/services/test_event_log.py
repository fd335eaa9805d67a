from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.addresses import Precision
from app.domain.board import Board, move, transfer, unassign
from app.domain.edits import (
    ArrangeRoutes,
    ChangeConditions,
    ChangeFleet,
    ChangeOrders,
    ChangeScenario,
    Compound,
    Edit,
    KeepTemplate,
    LockBin,
    LockRoutes,
    NotePublished,
    RestoreRoutes,
    SetRouteStatus,
)
from app.domain.orders import OrderStatus
from app.domain.routes import Lock, RouteStatus, Stop
from app.domain.rules import OrderRules, ShiftRules
from app.domain.underway import Underway
from app.services.orders import hold
from app.storage.convert import as_json, order_of, route_of, shift_of, underway_of
from app.storage.records import EventRecord, OrderRecord, RouteRecord
from app.storage.rules import promised_of
from tests.factories import (
    DAY,
    at,
    make_break,
    make_driver,
    make_order,
    make_shift,
    make_vehicle,
    place,
    window,
)
from tests.unit.services.conftest import Desk

Facts = dict[str, Any]
_BESIDE = frozenset({"id", "version", "source", "printed_version", "contents_version"})
"""Names, counters and the digests of files: no facts of the day."""


def _arranged(board: Board, **asked: Any) -> ArrangeRoutes:
    route = board.routes[0]
    return ArrangeRoutes(stops={route.id: route.route.stops}, seen={}, **asked)


def _locked_stop(board: Board) -> Edit:
    route = board.routes[0]
    stops = tuple(Stop(order=stop.order, is_locked=True) for stop in route.route.stops)
    return ArrangeRoutes(stops={route.id: stops}, seen={})


def _order(board: Board, **changes: Any) -> Edit:
    order = board.orders[board.routes[0].route.orders[0]]
    return ChangeOrders(put=(replace(order, **changes),))


def _shift(board: Board, **changes: Any) -> Edit:
    shift = board.routes[0].route.shift
    return ChangeFleet(put=(replace(shift, **changes),))


def _other_driver(board: Board) -> Edit:
    driver, vehicle = make_driver(), make_vehicle()
    shift = board.routes[0].route.shift
    return ChangeFleet(put=(driver, vehicle, replace(shift, driver=driver, vehicle=vehicle)))


def _new_shift(board: Board) -> Edit:
    driver, vehicle = make_driver(), make_vehicle()
    depot = board.routes[0].route.shift.depot
    return ChangeFleet(
        put=(driver, vehicle, make_shift(depot=depot, driver=driver, vehicle=vehicle))
    )


def _status(board: Board, status: RouteStatus) -> Edit:
    return SetRouteStatus(statuses={board.routes[0].id: status}, seen={})


EDITS: dict[str, Callable[[Board], Edit]] = {
    "assign": lambda b: move(b, [b.unassigned[0].id], b.routes[0].id, 0),
    "move": lambda b: move(b, [b.routes[0].route.orders[0]], b.routes[1].id, 0),
    "sequence": lambda b: move(b, [b.routes[0].route.orders[1]], b.routes[0].id, 0),
    "unassign": lambda b: unassign(b, [b.routes[0].route.orders[0]]),
    "another van takes all": lambda b: transfer(b, b.routes[0].id, b.routes[1].id),
    "lock a stop": _locked_stop,
    "leaves later": lambda b: _arranged(b, leaves_after={b.routes[0].id: at("09:30")}),
    "is out": lambda b: _arranged(
        b, underway={b.routes[0].id: Underway(left_at=at("08:10"), loading=1)}
    ),
    "keeps what was told": lambda b: _arranged(
        b, promised={b.routes[0].id: ((b.routes[0].route.orders[0], at("10:00")),)}
    ),
    "lock a route": lambda b: LockRoutes(locks={b.routes[0].id: Lock.SEQUENCE}, seen={}),
    "release": lambda b: _status(b, RouteStatus.RELEASED),
    "new order": lambda _: ChangeOrders(put=(make_order(),)),
    "delete an order": lambda b: ChangeOrders(delete={b.unassigned[0].id: b.unassigned[0].version}),
    "delete a planned order": lambda b: ChangeOrders(
        delete={b.routes[0].route.orders[0]: b.orders[b.routes[0].route.orders[0]].version}
    ),
    "hold": lambda b: hold([b.orders[b.routes[0].route.orders[0]]], "?"),
    "cancel": lambda b: _order(b, status=OrderStatus.CANCELLED),
    "another day": lambda b: _order(b, day=DAY + timedelta(days=1)),
    "window": lambda b: _order(b, window=window("09:00", "11:00")),
    "pin": lambda b: _order(b, place=place(53.6, 13.3, Precision.CONFIRMED)),
    "parcels": lambda b: _order(b, parcels=(), weight_g=1, notes="Ring twice", priority=3),
    "rules of an order": lambda b: _order(
        b,
        rules=OrderRules(released_at=at("09:00"), goods=frozenset({"food"})),
        more_load=(("cages", 2),),
    ),
    "hours of a shift": lambda b: _shift(b, window=window("07:00", "12:00"), rest=make_break()),
    "rules of a shift": lambda b: _shift(b, rules=ShiftRules(max_stops=9)),
    "driver and vehicle": _other_driver,
    "new shift": _new_shift,
    "delete a shift": lambda b: ChangeFleet(delete=(b.routes[0].route.shift,)),
    "two at once": lambda b: Compound(
        edits=(
            LockRoutes(locks={b.routes[0].id: Lock.CONTENTS}, seen={}),
            unassign(b, [b.routes[0].route.orders[0]]),
        )
    ),
}
_OF_OTHER_THINGS = (ChangeConditions, ChangeScenario, KeepTemplate, LockBin, NotePublished)


@pytest.fixture
def planned(desk: Desk, day: Board) -> Board:
    desk.dispatch.apply(move(day, [order.id for order in day.unassigned[:2]], day.routes[0].id, 0))
    return desk.board


@pytest.mark.parametrize("name", EDITS)
def test_the_log_has_all_that_an_edit_and_its_undo_changed(
    desk: Desk, planned: Board, name: str
) -> None:
    edit, names = EDITS[name](planned), dict[UUID, str]()
    for _ in ("made", "taken back", "made again"):
        before, known = _state(desk, names), {event.id for event in _events(desk)}
        applied = desk.dispatch.apply(edit)
        told = [event for event in _events(desk) if event.id not in known]
        changed = _difference(before, _state(desk, names))
        assert changed
        for subject, (old, new) in changed.items():
            log_old, log_new = _merged(event for event in told if event.subject == subject)
            assert {key: log_old.get(key) for key in old} == old
            assert {key: log_new.get(key) for key in new} == new
        edit = applied.inverse


def test_every_kind_of_edit_of_an_order_route_or_shift_is_tried(planned: Board) -> None:
    tried = {type(make(planned)) for make in EDITS.values()}
    # A shift that comes back restores what its route was.
    assert tried | {RestoreRoutes} | set(_OF_OTHER_THINGS) == set(Edit.__args__)


def test_a_deleted_shift_leaves_the_marks_of_its_route_in_the_log(
    desk: Desk, planned: Board
) -> None:
    route = planned.routes[0]
    desk.dispatch.apply(LockRoutes(locks={route.id: Lock.SEQUENCE}, seen={}))
    desk.dispatch.apply(_arranged(desk.board, leaves_after={route.id: at("09:30")}))
    applied = desk.dispatch.apply(ChangeFleet(delete=(desk.board.routes[0].route.shift,)))
    gone = next(
        e for e in desk.orders.history(route.id) if (e.kind, e.action) == ("route", "deleted")
    )
    assert gone.before is not None
    assert gone.before["lock"] == "sequence"
    assert datetime.fromisoformat(gone.before["leaves_after"]) == at("09:30")
    desk.dispatch.apply(applied.inverse)
    back = next(e for e in desk.orders.history(route.id) if e.action == "restored")
    assert back.after is not None
    kept = gone.before.keys() - {"revision"}
    assert {key: back.after[key] for key in kept} == {key: gone.before[key] for key in kept}


def _state(desk: Desk, names: dict[UUID, str]) -> dict[UUID, Facts]:
    """Every order, and every shift with its route, as the log would tell of it.

    `names` are those of the routes when they were first met: one with another driver is the same.
    """
    with desk.database.transaction() as session:
        orders = {row.id: _plain(order_of(row)) for row in session.scalars(select(OrderRecord))}
        shifts: dict[UUID, Facts] = {}
        for row in session.scalars(select(RouteRecord)):
            route, shift = route_of(row), _plain(shift_of(row.shift))
            named = {
                part: getattr(route.shift, part).name for part in ("depot", "driver", "vehicle")
            }
            shifts[row.id] = (
                shift
                | named
                | {
                    "stops": as_json(route.orders),
                    "locked_stops": as_json([s.order for s in route.stops if s.is_locked]),
                    "lock": None if route.lock is Lock.NONE else route.lock.value,
                    "status": None if route.status is RouteStatus.DRAFT else route.status.value,
                    "leaves_after": as_json(row.leaves_after),
                    "underway": as_json(underway_of(row)),
                    "promised": as_json(promised_of(row.promised)),
                }
            )
            for order in route.orders:
                orders[order]["route"] = names.setdefault(row.id, route.shift.name)
        for facts in orders.values():
            facts.setdefault("route", None)
        return orders | shifts


def _plain(value: object) -> Facts:
    return {key: fact for key, fact in as_json(value).items() if key not in _BESIDE}


class Told(NamedTuple):
    id: UUID
    subject: UUID
    before: Facts | None
    after: Facts | None


def _events(desk: Desk) -> list[Told]:
    query = select(EventRecord.id, EventRecord.subject, EventRecord.before, EventRecord.after)
    with desk.database.transaction() as session:
        return [Told(*row) for row in session.execute(query.order_by(EventRecord.id))]


def _difference(
    before: Mapping[UUID, Facts], after: Mapping[UUID, Facts]
) -> dict[UUID, tuple[Facts, Facts]]:
    """What differs of each thing; nothing is what a thing has that is not there."""
    changed = {}
    for key in {**before, **after}:
        old, new = before.get(key, {}), after.get(key, {})
        keys = [name for name in {**old, **new} if old.get(name) != new.get(name)]
        if keys:
            changed[key] = (
                {name: old[name] for name in keys if old.get(name)},
                {name: new[name] for name in keys if new.get(name)},
            )
    return changed


def _merged(events: Iterable[Told]) -> tuple[Facts, Facts]:
    """Of several events of one thing, what was before the first and after the last."""
    old: Facts = {}
    new: Facts = {}
    for event in events:
        old = {**(event.before or {}), **old}
        new |= event.after or {}
    return old, new
