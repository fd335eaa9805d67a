"""The board joined to a real day in a real database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.config import Settings
from app.desktop.board.board_model import Units
from app.desktop.board.board_screen import BoardScreen
from app.desktop.board.drop_guide import DropGuide
from app.desktop.colors import State
from app.desktop.editor import Editor
from app.desktop.selection import Selection
from app.desktop.tasks import Tasks
from app.desktop.theme import ThemeMode, apply_theme
from app.desktop.widgets.dragging import orders_mime
from app.domain.board import Board
from app.domain.edits import ChangeFleet, ChangeOrders, SetRouteStatus
from app.domain.ids import OrderId, RouteId
from app.domain.orders import OrderKind, OrderStatus
from app.domain.routes import Lock, RouteStatus
from app.domain.rules import OrderRules
from app.services.context import Actor
from app.services.dispatch import DispatchService
from app.services.roads import RoadsService
from app.storage.database import Database
from tests.databases import put_schema
from tests.factories import (
    DAY,
    DEPOT_PLACE,
    at,
    make_depot,
    make_driver,
    make_order,
    make_shift,
    place,
    window,
)
from tests.gui.board.conftest import Hand

NOW = datetime(2024, 3, 5, 5, 30, tzinfo=UTC)


class Desk:
    """A screen on a day of three shifts (Ana, Bo, Cy) and six orders, A to F."""

    def __init__(self, qtbot: QtBot, tasks: Tasks, dispatch: DispatchService) -> None:
        self._qtbot = qtbot
        self.dispatch = dispatch
        depot = make_depot()
        shifts = [
            make_shift(depot=depot, driver=make_driver(name=name)) for name in ("Ana", "Bo", "Cy")
        ]
        self.orders = {
            name: make_order(
                reference=name,
                place=place(DEPOT_PLACE.lat + 0.01 * number, DEPOT_PLACE.lon),
                requirements=frozenset({"cold"}) if name == "F" else frozenset(),
            )
            for number, name in enumerate("ABCDEF", start=1)
        }
        things = [t for s in shifts for t in (s.depot, s.vehicle, s.driver, s)]
        dispatch.apply(ChangeFleet(put=tuple(dict.fromkeys(things))))
        dispatch.apply(ChangeOrders(put=tuple(self.orders.values())))
        self.routes = {shift.driver.name: RouteId(shift.id) for shift in shifts}
        self.selection = Selection()
        self.editor = Editor(dispatch.apply, tasks)
        self.screen = BoardScreen(
            dispatch, tasks, self.editor, self.selection, clock=lambda: at("10:20")
        )
        qtbot.addWidget(self.screen)
        self.screen.resize(1200, 480)
        with qtbot.waitSignal(self.screen.board_changed):
            self.screen.show_day(DAY)

    @property
    def board(self) -> Board:
        assert self.screen.board is not None
        return self.screen.board

    def ids(self, names: str) -> tuple[OrderId, ...]:
        return tuple(self.orders[name].id for name in names)

    def on(self, driver: str) -> str:
        """The orders of a route as the view shows them."""
        row = self.screen.view.rows.row(self.routes[driver])
        assert row is not None
        return "".join(block.reference for block in row.blocks)

    def drop(self, names: str, driver: str, index: int | None) -> None:
        with self._qtbot.waitSignal(self.screen.board_changed):
            self.screen.view.orders_dropped.emit(self.ids(names), self.routes[driver], index)
        self._qtbot.waitUntil(lambda: not self.editor.is_busy)


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tasks: Tasks, tmp_path: Path) -> Iterator[Desk]:
    apply_theme(qapp, ThemeMode.LIGHT)
    put_schema(tmp_path / "day.db")
    database = Database.in_file(tmp_path / "day.db")
    roads = RoadsService(Settings(data=tmp_path))
    actor = Actor(name="Ana", workstation="desk")
    yield Desk(qtbot, tasks, DispatchService(database, roads, lambda: NOW, actor))
    roads.close()
    database.close()


def test_a_drop_in_a_gap_is_kept_and_shown(desk: Desk) -> None:
    desk.drop("CA", "Ana", 0)
    desk.drop("B", "Ana", 1)
    assert desk.on("Ana") == "CBA"
    kept = desk.dispatch.board(DAY).route(desk.routes["Ana"]).route
    assert kept.orders == desk.ids("CBA")


def test_a_drop_on_the_head_finds_the_place(desk: Desk) -> None:
    desk.drop("AC", "Ana", 0)
    desk.drop("B", "Ana", None)
    assert desk.on("Ana") == "ABC"


def test_a_drop_on_the_head_is_refused_with_the_rule(
    qtbot: QtBot, desk: Desk, tasks: Tasks
) -> None:
    with qtbot.waitSignal(tasks.failed) as failed:
        desk.screen.drop_orders(desk.ids("F"), desk.routes["Ana"], None)
    assert "F needs cold" in str(failed.args[0])
    assert desk.on("Ana") == ""
    desk.drop("F", "Ana", 0)
    assert desk.on("Ana") == "F"


def _pair(qtbot: QtBot, desk: Desk, tasks: Tasks) -> None:
    """A is collected for B."""
    pickup = replace(desk.orders["A"], kind=OrderKind.PICKUP, version=1)
    delivery = replace(desk.orders["B"], rules=OrderRules(collected_by=pickup.id), version=1)
    tasks.publish(desk.dispatch.apply(ChangeOrders(put=(pickup, delivery))).changes)
    qtbot.waitUntil(lambda: desk.board.orders[delivery.id].rules.collected_by is not None)
    desk.screen.show()
    qtbot.waitExposed(desk.screen)


@pytest.mark.parametrize("half", ["A", "B"])
def test_half_of_a_pair_takes_the_other_half_to_another_route(
    qtbot: QtBot, desk: Desk, tasks: Tasks, half: str
) -> None:
    _pair(qtbot, desk, tasks)
    desk.drop("AB", "Ana", 0)
    hand = Hand(qtbot, desk.screen.view.timeline)
    row = hand.canvas.route_rect(desk.routes["Bo"])
    with qtbot.waitSignal(desk.screen.board_changed):
        assert hand.drop(orders_mime(desk.ids(half)), QPoint(row.right() - 60, row.center().y()))
    assert (desk.on("Ana"), desk.on("Bo")) == ("", "AB")
    qtbot.waitUntil(lambda: not desk.editor.is_busy)
    with qtbot.waitSignal(desk.screen.board_changed):
        assert hand.drop(orders_mime(desk.ids(half)), hand.head(desk.routes["Cy"]))
    assert (desk.on("Bo"), desk.on("Cy")) == ("", "AB")
    qtbot.waitUntil(lambda: not desk.editor.is_busy)
    with qtbot.waitSignal(desk.screen.board_changed):
        desk.screen.unassign_orders(desk.ids(half))
    assert desk.on("Cy") == ""


def test_half_of_a_pair_moves_alone_along_its_own_route(
    qtbot: QtBot, desk: Desk, tasks: Tasks
) -> None:
    _pair(qtbot, desk, tasks)
    desk.drop("ABC", "Ana", 0)
    hand = Hand(qtbot, desk.screen.view.timeline)
    row = hand.canvas.route_rect(desk.routes["Ana"])
    with qtbot.waitSignal(desk.screen.board_changed):
        assert hand.drop(orders_mime(desk.ids("B")), QPoint(row.right() - 60, row.center().y()))
    assert desk.on("Ana") == "ACB"


def test_the_ghost_of_half_a_pair_is_that_of_both(qtbot: QtBot, desk: Desk, tasks: Tasks) -> None:
    _pair(qtbot, desk, tasks)
    rows = desk.screen.view.rows
    half, whole = (DropGuide(rows, desk.ids(names), Units(zone=rows.zone)) for names in ("B", "AB"))
    for guide in (half, whole):
        guide.prepare([desk.routes["Bo"]], 1.0)
    there = half.row_ghost(desk.routes["Bo"])
    assert there is not None
    assert there.state is State.GOOD
    assert there == whole.row_ghost(desk.routes["Bo"])
    assert half.gap_ghost(desk.routes["Bo"], 0) == whole.gap_ghost(desk.routes["Bo"], 0)


def test_undo_brings_the_stops_back(qtbot: QtBot, desk: Desk) -> None:
    desk.drop("AB", "Ana", 0)
    desk.drop("A", "Bo", 0)
    assert (desk.on("Ana"), desk.on("Bo")) == ("B", "A")
    with qtbot.waitSignal(desk.screen.board_changed):
        desk.editor.undo()
    assert (desk.on("Ana"), desk.on("Bo")) == ("AB", "")


def test_unassigned_stops_come_back_to_the_bin(qtbot: QtBot, desk: Desk) -> None:
    desk.drop("AB", "Ana", 0)
    with qtbot.waitSignal(desk.screen.board_changed):
        desk.screen.view.orders_unassigned.emit(desk.ids("BF"))
    assert desk.on("Ana") == "A"
    assert "B" in {card.reference for card in desk.screen.view.rows.cards}


def test_a_whole_route_goes_to_another_shift(qtbot: QtBot, desk: Desk) -> None:
    desk.drop("AB", "Ana", 0)
    desk.drop("C", "Bo", 0)
    with qtbot.waitSignal(desk.screen.board_changed):
        desk.screen.view.route_transfer_dropped.emit(desk.routes["Ana"], desk.routes["Bo"])
    assert (desk.on("Ana"), desk.on("Bo")) == ("", "CAB")


def test_locks_turn_and_stay(qtbot: QtBot, desk: Desk) -> None:
    desk.drop("AB", "Ana", 0)
    with qtbot.waitSignal(desk.screen.board_changed):
        desk.screen.view.locks_toggled.emit(desk.ids("A"))
    row = desk.screen.view.rows.row(desk.routes["Ana"])
    assert row is not None
    assert [block.is_locked for block in row.blocks] == [True, False]
    for lock in (Lock.CONTENTS, Lock.SEQUENCE, Lock.NONE):
        qtbot.waitUntil(lambda: not desk.editor.is_busy)
        with qtbot.waitSignal(desk.screen.board_changed):
            desk.screen.view.route_lock_requested.emit(desk.routes["Ana"])
        assert desk.board.route(desk.routes["Ana"]).route.lock is lock
    qtbot.waitUntil(lambda: not desk.editor.is_busy)
    with qtbot.waitSignal(desk.screen.board_changed):
        desk.screen.view.bin_lock_requested.emit()
    assert desk.board.is_bin_locked


def test_a_released_route_refuses_a_drop(qtbot: QtBot, desk: Desk, tasks: Tasks) -> None:
    desk.drop("A", "Ana", 0)
    with qtbot.waitSignal(desk.screen.board_changed):
        desk.screen.set_status([desk.routes["Ana"]], RouteStatus.RELEASED)
    qtbot.waitUntil(lambda: not desk.editor.is_busy)
    with qtbot.waitSignal(tasks.failed) as failed:
        desk.screen.drop_orders(desk.ids("B"), desk.routes["Ana"], 0)
    assert "released" in str(failed.args[0])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"status": OrderStatus.ON_HOLD, "hold_reason": "Waits for the customer."},
            "A is on hold (Waits for the customer). Take it off hold first.",
        ),
        ({"status": OrderStatus.CANCELLED}, "Only orders of 05 Mar that were not cancelled"),
        ({"day": DAY + timedelta(days=1)}, "Only orders of 05 Mar"),
        ({"place": None}, "A has no place on the map yet"),
    ],
)
def test_a_drag_of_orders_that_no_route_may_have_says_why(
    qtbot: QtBot, desk: Desk, tasks: Tasks, change: dict[str, object], words: str
) -> None:
    changed = replace(desk.orders["A"], version=1, **change)  # type: ignore[arg-type]
    changes = desk.dispatch.apply(ChangeOrders(put=(changed,))).changes
    with qtbot.waitSignal(desk.screen.board_changed):
        tasks.publish(changes)
    with qtbot.waitSignal(tasks.failed) as failed:
        assert not desk.screen.view.timeline.drops.enter(orders_mime(desk.ids("A")))
    assert words in str(failed.args[0])


def test_another_console_s_edit_is_shown(qtbot: QtBot, desk: Desk, tasks: Tasks) -> None:
    later = replace(desk.orders["A"], recipient="Olga", version=1)
    changes = desk.dispatch.apply(ChangeOrders(put=(later,))).changes
    with qtbot.waitSignal(desk.screen.board_changed):
        tasks.publish(changes)
    assert "Olga" in {card.recipient for card in desk.screen.view.rows.cards}


def test_edits_of_other_days_are_not_read(qtbot: QtBot, desk: Desk, tasks: Tasks) -> None:
    other = make_order(day=DAY + timedelta(days=1))
    changes = desk.dispatch.apply(ChangeOrders(put=(other,))).changes
    with qtbot.assertNotEmitted(desk.screen.board_changed, wait=50):
        tasks.publish(changes)


def test_a_stale_drop_is_refused_and_the_board_shows_what_is(
    qtbot: QtBot, desk: Desk, tasks: Tasks
) -> None:
    desk.drop("B", "Ana", 0)
    route = desk.board.route(desk.routes["Ana"]).route
    desk.dispatch.apply(
        SetRouteStatus(statuses={route.id: RouteStatus.RELEASED}, seen={route.id: route.version})
    )
    with qtbot.waitSignals([tasks.failed, desk.screen.board_changed]):
        desk.screen.drop_orders(desk.ids("A"), desk.routes["Ana"], 0)
    assert desk.on("Ana") == "B"
    assert desk.board.route(route.id).route.status is RouteStatus.RELEASED


def test_one_selection_is_shared(desk: Desk) -> None:
    desk.selection.select_orders(desk.ids("AB"), origin="the map")
    assert desk.screen.view.bin.selected == desk.ids("AB")
    desk.screen.view.selection_changed.emit(desk.ids("C"))
    assert desk.selection.orders == desk.ids("C")
    desk.screen.view.route_selected.emit(desk.routes["Bo"])
    assert desk.selection.route == desk.routes["Bo"]


def test_only_the_rows_that_changed_are_made_anew(desk: Desk) -> None:
    desk.drop("A", "Ana", 0)
    before = {row.driver: row for row in desk.screen.view.rows.rows}
    desk.drop("B", "Bo", 0)
    after = {row.driver: row for row in desk.screen.view.rows.rows}
    assert after["Ana"] is before["Ana"]
    assert after["Bo"] is not before["Bo"]


def test_miles_are_written_where_they_are_wished(desk: Desk) -> None:
    desk.drop("A", "Ana", 0)
    row = desk.screen.view.rows.row(desk.routes["Ana"])
    desk.screen.set_metric(False)
    then = desk.screen.view.rows.row(desk.routes["Ana"])
    assert row is not None
    assert then is not None
    assert row.distance.endswith("km")
    assert then.distance.endswith("mi")


def test_a_day_asked_for_in_between_wins(qtbot: QtBot, desk: Desk) -> None:
    other = DAY + timedelta(days=1)
    desk.screen.show_day(DAY)
    with qtbot.waitSignal(desk.screen.board_changed):
        desk.screen.show_day(other)
    qtbot.wait(20)
    assert desk.board.day == other


def test_late_stops_are_named_with_their_amount(qtbot: QtBot, desk: Desk, tasks: Tasks) -> None:
    late = replace(desk.orders["A"], window=window("07:00", "07:30"), version=1)
    tasks.publish(desk.dispatch.apply(ChangeOrders(put=(late,))).changes)
    qtbot.waitUntil(lambda: desk.board.orders[late.id].window is not None)
    desk.drop("A", "Ana", 0)
    stop = desk.board.route(desk.routes["Ana"]).timetable.stops[0]
    assert [violation.text for violation in stop.violations]
    assert (
        desk.screen.view.rows.rows[0].broken_stops
        + desk.screen.view.rows.rows[1].broken_stops
        + desk.screen.view.rows.rows[2].broken_stops
        == 1
    )
