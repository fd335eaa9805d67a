"""What the timeline draws along a row: service, waiting, breaks, windows and the time now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from app.desktop.board.board_view import BoardView
from app.desktop.colors import LIGHT, route_color
from tests.factories import make_break, window
from tests.gui.board.conftest import Hand
from tests.gui.board.town import UNITS, Town


def _grab(timeline: Hand) -> QImage:
    return timeline.canvas.viewport().grab().toImage()


def _colors(picture: QImage, rect: QRect) -> set[str]:
    return {
        picture.pixelColor(x, y).name()
        for x in range(rect.left(), rect.right() + 1)
        for y in range(rect.top(), rect.bottom() + 1)
    }


def test_a_line_stands_at_the_time_that_it_is(view: BoardView, timeline: Hand, town: Town) -> None:
    row = timeline.canvas.route_rect(town.route(2))
    shift = town.shifts[2].window
    for hours in (2, 5):
        moment = shift.start + timedelta(hours=hours)
        view.set_now(moment)
        x = round(view.timeline.x_of(moment.timestamp()))
        picture = _grab(timeline)
        column = _colors(picture, QRect(x, row.top() + 4, 1, row.height() - 8))
        assert column == {LIGHT.text}
        assert LIGHT.text not in _colors(picture, QRect(x + 3, row.top() + 4, 3, 20))
    view.set_now(None)
    assert LIGHT.text not in _colors(_grab(timeline), QRect(x, row.top() + 4, 1, 20))


def test_a_stop_is_as_long_as_its_service(view: BoardView, timeline: Hand, town: Town) -> None:
    def width() -> int:
        rect = timeline.canvas.order_rect(town["C"])
        assert rect is not None
        return rect.width()

    town.orders["C"] = replace(town.orders["C"], service_time=timedelta(hours=1))
    view.set_board(town.board(), UNITS)
    an_hour = width()
    town.orders["C"] = replace(town.orders["C"], service_time=timedelta(hours=2))
    view.set_board(town.board(), UNITS)
    assert width() == pytest.approx(2 * an_hour, abs=3)


def test_waiting_is_dotted(view: BoardView, timeline: Hand, town: Town) -> None:
    town.orders["A"] = replace(town.orders["A"], window=window("08:00", "09:00"))
    town.orders["C"] = replace(town.orders["C"], window=window("12:00", "14:00"))
    view.set_board(town.board(), UNITS)
    rows = view.rows.rows
    c = rows[0].blocks[2]
    assert c.begin - c.arrival > 3600
    first, last = (round(view.timeline.x_of(at)) for at in (c.arrival, c.begin))
    row = timeline.canvas.route_rect(rows[0].route)
    picture = _grab(timeline)
    driven = route_color(rows[0].tint).name()
    waiting = QRect(first + 4, row.top(), last - first - 8, row.height())
    to_first = (
        round(view.timeline.x_of(rows[0].departure)),
        round(view.timeline.x_of(rows[0].blocks[0].arrival)),
    )
    driving = QRect(to_first[0], row.top(), to_first[1] - to_first[0], row.height())
    assert driven in _colors(picture, driving)
    assert driven not in _colors(picture, waiting)
    assert LIGHT.muted in _colors(picture, waiting)


def test_a_break_stands_where_it_is_taken(view: BoardView, timeline: Hand, town: Town) -> None:
    for number, shift in enumerate(town.shifts):
        with_break = replace(shift, rest=make_break("08:20", "09:00", 60))
        town.change_route(number, lambda route, to=with_break: replace(route, shift=to))
    view.set_board(town.board(), UNITS)
    row = view.rows.rows[0]
    (begin, end), *_ = row.rests
    first, last = (round(view.timeline.x_of(at)) for at in (begin, end))
    rect = timeline.canvas.route_rect(row.route)
    box = QRect(first + 2, rect.center().y() - 12, last - first - 4, 24)
    assert LIGHT.strong_border in _colors(_grab(timeline), box)


def test_a_window_is_a_bracket_under_its_stop(view: BoardView, timeline: Hand, town: Town) -> None:
    rect = timeline.canvas.order_rect(town["C"])
    assert rect is not None
    under = QRect(rect.right() + 4, rect.bottom() + 1, 30, 10)
    bare = _colors(_grab(timeline), under)
    town.orders["C"] = replace(town.orders["C"], window=window("08:00", "17:00"))
    view.set_board(town.board(), UNITS)
    assert _colors(_grab(timeline), under) > bare
