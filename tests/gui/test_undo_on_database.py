"""Undo over a real database: edits that touch each other, taken back in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.desktop.editor import Editor
from app.desktop.tasks import Tasks
from app.domain.edits import (
    Applied,
    ArrangeRoutes,
    ChangeFleet,
    ChangeOrders,
    Edit,
    SetRouteStatus,
)
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order, OrderStatus
from app.domain.routes import Route, RouteStatus, Stop
from app.services.applying import Applying
from app.services.context import Actor
from app.storage import queries
from app.storage.database import Database
from app.storage.schema import bring_up_to_date
from tests.factories import DAY, make_order, make_shift

NOW = datetime(2024, 3, 5, 5, 30, tzinfo=UTC)


class Day:
    """The day in the database, as plain values."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def apply(self, edit: Edit) -> Applied:
        with self._database.transaction() as session:
            return Applying(session, NOW, Actor(name="Ana", workstation="desk")).make(edit)

    @property
    def routes(self) -> tuple[Route, ...]:
        with self._database.reading() as session:
            return queries.day_routes(session, DAY)

    @property
    def orders(self) -> dict[OrderId, Order]:
        with self._database.reading() as session:
            return {order.id: order for order in queries.day_orders(session, DAY)}

    def shown(self) -> object:
        """Everything but the versions."""
        return (
            [
                (r.id, r.stops, r.lock, r.status, replace(r.shift, version=0))
                for r in sorted(self.routes, key=lambda r: r.id)
            ],
            sorted((replace(o, version=0) for o in self.orders.values()), key=lambda o: o.id),
        )


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    database = Database.in_file(tmp_path / "day.db")
    bring_up_to_date(database, NOW)
    yield Day(database)
    database.close()


def test_edits_that_touch_each_other_can_be_undone_and_made_again_in_turn(
    qtbot: QtBot, day: Day, tasks: Tasks
) -> None:
    editor = Editor(day.apply, tasks)
    shifts = [make_shift(), make_shift()]
    fleet = tuple(thing for s in shifts for thing in (s.depot, s.vehicle, s.driver, s))
    day.apply(ChangeFleet(put=fleet))
    day.apply(ChangeOrders(put=tuple(make_order(recipient=f"R{n}") for n in range(4))))
    a, b, c, _ = sorted(day.orders)
    first, second = (RouteId(shift.id) for shift in shifts)

    def put(route: RouteId, *orders: OrderId) -> Callable[[], Edit]:
        def edit() -> Edit:
            version = next(r.version for r in day.routes if r.id == route)
            stops = tuple(Stop(order=order) for order in orders)
            return ArrangeRoutes(stops={route: stops}, seen={route: version})

        return edit

    def change(order: OrderId, **changes: object) -> Callable[[], Edit]:
        return lambda: ChangeOrders(put=(replace(day.orders[order], **changes),))  # type: ignore[arg-type]

    def status(route: RouteId, then: RouteStatus) -> Callable[[], Edit]:
        def edit() -> Edit:
            version = next(r.version for r in day.routes if r.id == route)
            return SetRouteStatus(statuses={route: then}, seen={route: version})

        return edit

    def drop_order(order: OrderId) -> Edit:
        return ChangeOrders(delete={order: day.orders[order].version})

    def drop_shift(route: RouteId) -> Edit:
        shift = next(r.shift for r in day.routes if r.id == route)
        return ChangeFleet(delete=(shift,))

    edits: list[Callable[[], Edit]] = [
        put(first, a, b),
        change(a, notes="Ring twice"),
        put(first, b, a),
        status(first, RouteStatus.RELEASED),
        status(first, RouteStatus.DRAFT),
        change(b, status=OrderStatus.ON_HOLD, hold_reason="Asked to wait"),
        put(second, c),
        lambda: drop_order(a),
        lambda: drop_shift(second),
    ]
    states = [day.shown()]
    for number, edit in enumerate(edits):
        with qtbot.waitSignal(editor.done):
            editor.submit(edit(), f"Edit {number}")
        qtbot.waitUntil(lambda: not editor.is_busy)
        states.append(day.shown())
    at = len(edits)
    for step in [-1] * at + [1] * at + [-1, -1, 1, -1, -1, -1, 1, 1, -1, -1]:
        with qtbot.waitSignal(editor.stack.indexChanged):
            _ = editor.undo() if step < 0 else editor.redo()
        qtbot.waitUntil(lambda: not editor.is_busy)
        at += step
        assert day.shown() == states[at], f"after a step of {step} to edit {at}"
