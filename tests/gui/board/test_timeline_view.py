"""The timeline told by its gestures: choosing, dragging and dropping, keys, zoom."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QDrag, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.board.board_view import BoardView
from app.desktop.board.drop_target import Part
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


# Choosing


def test_a_click_chooses_the_stop_under_the_mouse(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    with qtbot.waitSignal(view.selection_changed) as chosen:
        timeline.click(timeline.at(town["B"]))
    assert chosen.args == [(town["B"],)]


def test_ctrl_adds_and_takes_away_shift_takes_the_stops_between(
    view: BoardView, timeline: Hand, town: Town
) -> None:
    timeline.click(timeline.at(town["A"]))
    timeline.click(timeline.at(town["E"]), CTRL)
    assert view.timeline.selected == town.ids("AE")
    timeline.click(timeline.at(town["A"]), CTRL)
    assert view.timeline.selected == town.ids("E")
    timeline.click(timeline.at(town["A"]))
    timeline.click(timeline.at(town["C"]), SHIFT)
    assert view.timeline.selected == town.ids("ABC")


def test_a_box_chooses_what_lies_in_it(view: BoardView, timeline: Hand, town: Town) -> None:
    first, last = timeline.at(town["B"]), timeline.at(town["F"])
    timeline.press_and_move(first - QPoint(14, 20), last + QPoint(20, 14))
    timeline.let_go(last + QPoint(20, 14))
    assert set(view.timeline.selected) == set(town.ids("BCEF"))


def test_a_click_beside_the_stops_lets_go(view: BoardView, timeline: Hand, town: Town) -> None:
    timeline.click(timeline.at(town["A"]))
    timeline.click(QPoint(1100, AXIS_HEIGHT + 30))
    assert view.timeline.selected == ()


def test_a_click_on_the_head_chooses_the_route(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    with qtbot.waitSignal(view.route_selected) as chosen:
        timeline.click(timeline.head(town.route(1)))
    assert chosen.args == [town.route(1)]


def test_a_choice_made_elsewhere_is_shown_and_told_to_nobody(
    qtbot: QtBot, view: BoardView, town: Town
) -> None:
    with qtbot.assertNotEmitted(view.selection_changed):
        view.set_selected([town["D"], town["X"]])
    assert view.timeline.is_selected(town["D"])
    assert view.bin.is_selected(town["X"])


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


# Keys


def test_arrows_walk_along_the_route_and_to_the_next(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    timeline.click(timeline.at(town["A"]))
    walked = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Up):
        qtbot.keyClick(view.timeline, key)
        walked.append(view.timeline.selected)
    assert town.names(tuple(order for (order,) in walked)) == "BEDFC"


def test_shift_and_arrows_choose_more(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    timeline.click(timeline.at(town["A"]))
    qtbot.keyClick(view.timeline, Qt.Key.Key_Right, SHIFT)
    assert view.timeline.selected == town.ids("AB")


@pytest.mark.parametrize(
    ("name", "key", "route", "index"),
    [
        ("B", Qt.Key.Key_Left, 0, 0),
        ("B", Qt.Key.Key_Right, 0, 3),
        ("B", Qt.Key.Key_Down, 1, 1),
        ("E", Qt.Key.Key_Up, 0, 2),
        ("E", Qt.Key.Key_Down, 2, 0),
    ],
)
def test_ctrl_and_arrows_move_the_stop(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town,
    name: str, key: Qt.Key, route: int, index: int,
) -> None:  # fmt: skip
    timeline.click(timeline.at(town[name]))
    with qtbot.waitSignal(view.orders_dropped) as moved:
        qtbot.keyClick(view.timeline, key, CTRL)
    assert moved.args == [town.ids(name), town.route(route), index]


def test_the_first_stop_moves_no_earlier_and_the_last_no_later(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    for name, key in (("A", Qt.Key.Key_Left), ("C", Qt.Key.Key_Right), ("A", Qt.Key.Key_Up)):
        timeline.click(timeline.at(town[name]))
        with qtbot.assertNotEmitted(view.orders_dropped):
            qtbot.keyClick(view.timeline, key, CTRL)


def test_delete_unassigns_and_l_locks(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    timeline.click(timeline.at(town["B"]))
    with qtbot.waitSignal(view.orders_unassigned) as unassigned:
        qtbot.keyClick(view.timeline, Qt.Key.Key_Delete)
    assert unassigned.args == [town.ids("B")]
    with qtbot.waitSignal(view.locks_toggled) as locked:
        qtbot.keyClick(view.timeline, Qt.Key.Key_L)
    assert locked.args == [town.ids("B")]
    timeline.click(timeline.head(town.route(1)))
    with qtbot.waitSignal(view.route_lock_requested) as route:
        qtbot.keyClick(view.timeline, Qt.Key.Key_L)
    assert route.args == [town.route(1)]


def test_enter_opens_escape_lets_go_and_ctrl_a_takes_the_whole_route(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    timeline.click(timeline.at(town["B"]))
    with qtbot.waitSignal(view.order_activated) as opened:
        qtbot.keyClick(view.timeline, Qt.Key.Key_Return)
    assert opened.args == [town["B"]]
    qtbot.keyClick(view.timeline, Qt.Key.Key_A, CTRL)
    assert view.timeline.selected == town.ids("ABC")
    qtbot.keyClick(view.timeline, Qt.Key.Key_Escape)
    assert view.timeline.selected == ()


def test_a_screen_reader_hears_the_current_stop(
    qtbot: QtBot,
    view: BoardView,
    timeline: Hand,
    town: Town,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spoken: list[object] = []
    view.activateWindow()
    view.timeline.setFocus()
    qtbot.waitUntil(view.timeline.hasFocus)
    monkeypatch.setattr(QAccessible, "updateAccessibility", spoken.append)
    QAccessible.setActive(True)
    timeline.click(timeline.at(town["B"]))
    QAccessible.setActive(False)
    heard = view.timeline.accessibleDescription()
    assert heard.startswith("B · Ana 2")
    assert "ETA" in heard
    said = [each.message() for each in spoken if isinstance(each, QAccessibleAnnouncementEvent)]
    assert said == [heard]


def test_arrows_lead_from_the_first_stop_to_the_head_and_from_head_to_head(
    qtbot: QtBot, view: BoardView, timeline: Hand, town: Town
) -> None:
    timeline.click(timeline.at(town["A"]))
    qtbot.keyClick(view.timeline, Qt.Key.Key_Left)
    assert view.timeline.chosen_route == town.route(0)
    qtbot.keyClick(view.timeline, Qt.Key.Key_Down)
    assert view.timeline.chosen_route == town.route(1)
    qtbot.keyClick(view.timeline, Qt.Key.Key_Right)
    assert view.timeline.selected == town.ids("D")


# Zoom


def test_ctrl_and_wheel_zoom_around_the_mouse(view: BoardView) -> None:
    timeline = view.timeline
    at = QPoint(700, 100)
    second = timeline.axis.second(at.x() - timeline.x_of(timeline.axis.start))
    before = timeline.axis.scale
    QApplication.sendEvent(timeline.viewport(), _wheel(at, 240))
    assert timeline.axis.scale > before
    assert timeline.x_of(second) == pytest.approx(at.x(), abs=1.5)


def test_fit_shows_the_whole_day_again(qtbot: QtBot, view: BoardView) -> None:
    timeline = view.timeline
    timeline.zoom(5)
    assert timeline.horizontalScrollBar().maximum() > 0
    qtbot.keyClick(timeline, Qt.Key.Key_F)
    assert timeline.horizontalScrollBar().maximum() == 0


def test_the_day_is_never_narrower_than_the_view(view: BoardView) -> None:
    before = view.timeline.axis.scale
    view.timeline.zoom(0.1)
    assert view.timeline.axis.scale == pytest.approx(before)


def test_an_order_chosen_elsewhere_is_scrolled_into_view(view: BoardView, town: Town) -> None:
    view.timeline.zoom(20, 600)
    view.timeline.horizontalScrollBar().setValue(view.timeline.horizontalScrollBar().maximum())
    view.reveal(town["A"])
    rect = view.timeline.order_rect(town["A"])
    assert rect is not None
    assert view.timeline.viewport().rect().contains(rect)
    assert rect.left() >= view.timeline.head_width


def test_the_heads_can_be_made_wider(view: BoardView, timeline: Hand) -> None:
    edge = QPoint(view.timeline.head_width, AXIS_HEIGHT + 20)
    timeline.press_and_move(edge, edge + QPoint(80, 0))
    timeline.let_go(edge + QPoint(80, 0))
    assert view.timeline.head_width == edge.x() + 80


def test_the_head_is_hit_left_of_the_stops(view: BoardView, town: Town) -> None:
    hit = view.timeline.hit(QPoint(20, AXIS_HEIGHT + 44 + 10))
    assert (hit.part, hit.route) == (Part.ROUTE, town.route(1))


def _wheel(at: QPoint, delta: int) -> QWheelEvent:
    return QWheelEvent(
        QPointF(at), QPointF(at), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton, CTRL,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
