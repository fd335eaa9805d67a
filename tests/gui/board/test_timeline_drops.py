"""Dragging on the timeline: what is carried, where it may go, and what it would cost there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDrag
from pytestqt.qtbot import QtBot

from app.desktop.board.board_view import BoardView
from app.desktop.board.timeline_view import AXIS_HEIGHT
from app.desktop.colors import LIGHT, State
from app.desktop.widgets.dragging import dragged_orders, dragged_route, orders_mime, route_mime
from app.domain.ids import OrderId
from app.domain.orders import OrderStatus
from app.domain.routes import RouteStatus
from app.domain.timetable import StopTime
from tests.factories import new_id, window
from tests.gui.board.conftest import Hand
from tests.gui.board.town import UNITS, Town

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


# Dragging out


def test_a_drag_carries_all_chosen_stops_in_the_sequence_of_driving(
    monkeypatch: pytest.MonkeyPatch, timeline: Hand, town: Town
) -> None:
    carried: list[object] = []
    monkeypatch.setattr(
        QDrag, "exec", lambda drag, _actions: carried.append(dragged_orders(drag.mimeData()))
    )
    timeline.click(timeline.at(town["C"]))
    timeline.click(timeline.at(town["A"]), CTRL)
    at = timeline.at(town["A"])
    timeline.press_and_move(at, at + QPoint(60, 40))
    assert carried == [town.ids("AC")]


def test_a_drag_of_a_stop_that_is_not_chosen_carries_that_one(
    monkeypatch: pytest.MonkeyPatch, view: BoardView, timeline: Hand, town: Town
) -> None:
    carried: list[object] = []
    monkeypatch.setattr(
        QDrag, "exec", lambda drag, _actions: carried.append(dragged_orders(drag.mimeData()))
    )
    timeline.click(timeline.at(town["C"]))
    at = timeline.at(town["D"])
    timeline.press_and_move(at, at + QPoint(60, 40))
    assert carried == [town.ids("D")]
    assert view.timeline.selected == town.ids("D")


def test_a_drag_of_the_head_carries_the_route(
    monkeypatch: pytest.MonkeyPatch, timeline: Hand, town: Town
) -> None:
    carried: list[object] = []
    monkeypatch.setattr(
        QDrag, "exec", lambda drag, _actions: carried.append(dragged_route(drag.mimeData()))
    )
    at = timeline.head(town.route(0))
    timeline.press_and_move(at, at + QPoint(0, 60))
    assert carried == [town.route(0)]


# Dropping


def test_a_drop_in_a_gap_goes_exactly_there(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    between = (timeline.at(town["D"]) + timeline.at(town["E"])) / 2
    with qtbot.waitSignal(view.orders_dropped) as dropped:
        assert timeline.drop(orders_mime(town.ids("AX")), between)
    assert dropped.args == [town.ids("AX"), town.route(1), 1]


def test_a_drop_past_the_middle_of_a_stop_goes_behind_it(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    for offset, index in ((-3, 1), (3, 2)):
        with qtbot.waitSignal(view.orders_dropped) as dropped:
            timeline.drop(orders_mime(town.ids("X")), timeline.at(town["E"]) + QPoint(offset, 0))
        assert dropped.args == [town.ids("X"), town.route(1), index]


def test_a_drop_on_the_head_asks_for_the_best_fit(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    with qtbot.waitSignal(view.orders_dropped) as dropped:
        assert timeline.drop(orders_mime(town.ids("X")), timeline.head(town.route(2)))
    assert dropped.args == [town.ids("X"), town.route(2), None]


def test_a_route_dropped_on_another_row_asks_for_the_whole_transfer(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    mime = route_mime(town.route(0))
    with qtbot.waitSignal(view.route_transfer_dropped) as dropped:
        assert timeline.drop(mime, timeline.head(town.route(2)) + QPoint(400, 0))
    assert dropped.args == [town.route(0), town.route(2)]
    assert not timeline.drop(mime, timeline.head(town.route(0)))


def test_nothing_but_orders_and_routes_is_taken(timeline: Hand, town: Town) -> None:
    text, garbage = QMimeData(), QMimeData()
    text.setText("SO-1")
    garbage.setData("application/x-wayboard-orders", b"\xff no id")
    at = timeline.head(town.route(0))
    assert not timeline.carry(text, at)
    assert not timeline.carry(garbage, at)
    timeline.leave()


def test_orders_that_may_not_be_planned_are_not_taken(
    view: BoardView, timeline: Hand, town: Town
) -> None:
    town.orders["X"] = replace(town.orders["X"], status=OrderStatus.ON_HOLD)
    view.set_board(town.board(), UNITS)
    assert not timeline.carry(orders_mime(town.ids("X")), timeline.at(town["A"]))
    assert not timeline.carry(orders_mime([OrderId(new_id())]), timeline.at(town["A"]))
    assert timeline.carry(orders_mime(town.ids("XY")), timeline.at(town["A"]))
    timeline.leave()


def test_nothing_can_be_dropped_below_the_rows_or_on_the_axis(timeline: Hand, town: Town) -> None:
    mime = orders_mime(town.ids("X"))
    assert not timeline.drop(mime, QPoint(700, AXIS_HEIGHT + 44 * 3 + 20))
    assert not timeline.drop(mime, QPoint(700, 8))


def test_while_an_edit_is_under_way_nothing_can_be_dropped(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    view.set_editable(False)
    with qtbot.assertNotEmitted(view.orders_dropped):
        assert not timeline.drop(orders_mime(town.ids("X")), timeline.head(town.route(0)))
    view.set_editable(True)
    assert timeline.drop(orders_mime(town.ids("X")), timeline.head(town.route(0)))


def test_nothing_moves_before_a_new_board_comes(
    view: BoardView, timeline: Hand, town: Town
) -> None:
    before = view.rows
    timeline.drop(orders_mime(town.ids("A")), timeline.head(town.route(2)))
    assert view.rows is before
    assert timeline.canvas.order_rect(town["A"]) is not None


# Ghosts


def test_every_row_says_what_the_dragged_orders_would_cost_it(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    timeline.carry(orders_mime(town.ids("X")), timeline.at(town["B"]))
    drops = view.timeline.drops
    qtbot.waitUntil(lambda: all(drops.row_ghost(town.route(n)) for n in range(3)))
    ghosts = [drops.row_ghost(town.route(n)) for n in range(3)]
    # X lies beside D: Bo's way is the shortest, and Cy would have to leave the depot for it.
    assert drops.is_best(town.route(1))
    assert ghosts[1] is not None
    assert ghosts[2] is not None
    assert 0 < ghosts[1].extra_cost < ghosts[2].extra_cost
    assert "km" in ghosts[1].headline
    assert "min" in ghosts[1].headline
    timeline.leave()
    assert drops.row_ghost(town.route(0)) is None


def test_a_ghost_names_the_rule_that_the_orders_would_break(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    town.orders["X"] = replace(town.orders["X"], requirements=frozenset({"cold"}))
    town.orders["Y"] = replace(town.orders["Y"], window=window("06:00", "08:00"))
    view.set_board(town.board(), UNITS)
    drops = view.timeline.drops
    for name, rule in (("X", "X needs cold"), ("Y", "Y late by")):
        timeline.carry(orders_mime(town.ids(name)), timeline.at(town["B"]))
        gap = drops.gap_ghost(town.route(0))
        assert gap is not None
        assert gap[1].state is State.BAD
        assert rule in gap[1].note
        qtbot.waitUntil(lambda: drops.row_ghost(town.route(0)) is not None)
        ghost = drops.row_ghost(town.route(0))
        assert ghost is not None
        assert ghost.is_refused
        assert not drops.is_best(town.route(0))
        timeline.leave()


def test_a_ghost_shows_the_load_after(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    timeline.carry(orders_mime(town.ids("X")), timeline.at(town["B"]))
    qtbot.waitUntil(lambda: view.timeline.drops.row_ghost(town.route(0)) is not None)
    ghost = view.timeline.drops.row_ghost(town.route(0))
    assert ghost is not None
    assert ghost.bars[0].used == view.rows.rows[0].bars[0].used + 5_000


def test_a_dragged_route_shows_what_each_shift_would_give_for_all_of_it(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    timeline.carry(route_mime(town.route(0)), timeline.head(town.route(2)))
    drops = view.timeline.drops
    qtbot.waitUntil(lambda: drops.row_ghost(town.route(2)) is not None)
    ghost = drops.row_ghost(town.route(2))
    assert ghost is not None
    # Cy has nothing yet, so all that Ana drives comes on top.
    assert ghost.extra_cost == pytest.approx(view.rows.rows[0].source.timetable.cost)
    assert drops.is_on_head(town.route(2))
    assert drops.row_ghost(town.route(0)) is None
    timeline.leave()


def test_a_released_route_says_that_it_takes_nothing(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    town.change_route(0, lambda route: replace(route, status=RouteStatus.RELEASED))
    view.set_board(town.board(), UNITS)
    timeline.carry(orders_mime(town.ids("X")), timeline.at(town["B"]))
    qtbot.waitUntil(lambda: view.timeline.drops.row_ghost(town.route(0)) is not None)
    ghost = view.timeline.drops.row_ghost(town.route(0))
    assert ghost is not None
    assert ghost.is_refused
    assert "released" in ghost.headline


def test_what_a_van_on_the_road_has_done_or_drives_to_looks_done(
    view: BoardView, timeline: Hand, town: Town
) -> None:
    first, second, third = town.board().routes[0].timetable.stops[:3]

    def fill(stop: StopTime) -> str:
        rect = timeline.canvas.order_rect(stop.order.id)
        assert rect is not None
        picture = timeline.canvas.viewport().grab().toImage()
        return picture.pixelColor(rect.topLeft() + QPoint(3, 4)).name()

    sound = fill(third)
    view.set_now(first.departure)
    assert fill(first) == sound
    town.change_route(0, lambda route: replace(route, status=RouteStatus.RELEASED))
    view.set_board(town.board(), UNITS)
    view.set_now(first.departure)
    assert fill(first) == fill(second) == LIGHT.done_soft
    assert fill(third) == sound
    view.set_now(second.departure)
    assert fill(third) == LIGHT.done_soft


def test_the_gap_under_the_mouse_follows_it(view: BoardView, timeline: Hand, town: Town) -> None:
    mime = orders_mime(town.ids("X"))
    timeline.carry(mime, timeline.at(town["A"]) - QPoint(20, 0))
    seen = []
    for name in "ABC":
        timeline.move(mime, timeline.at(town[name]) + QPoint(4, 0))
        gap = view.timeline.drops.gap_ghost(town.route(0))
        assert gap is not None
        seen.append(gap[0])
    assert seen == [1, 2, 3]


def test_a_new_board_during_a_drag_ends_its_ghosts(
    view: BoardView, timeline: Hand, town: Town
) -> None:
    timeline.carry(orders_mime(town.ids("X")), timeline.at(town["B"]))
    view.set_board(town.board(), UNITS)
    assert view.timeline.drops.guide is None


def test_a_drag_at_the_edge_scrolls(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    view.timeline.zoom(8)
    bar = view.timeline.horizontalScrollBar()
    before = bar.value()
    right = view.timeline.viewport().width() - 4
    timeline.carry(orders_mime(town.ids("X")), QPoint(right, AXIS_HEIGHT + 20))
    qtbot.waitUntil(lambda: bar.value() > before)
    timeline.leave()
