"""The timeline told by its gestures: choosing, keys, zoom."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.board.board_view import BoardView
from app.desktop.board.drop_target import Part
from app.desktop.board.timeline_view import AXIS_HEIGHT
from tests.gui.board.conftest import Hand
from tests.gui.board.town import Town

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
