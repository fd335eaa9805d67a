"""Areas on the real map: how a closed and a slow one look, and how one is drawn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.desktop.map.map_values import MapArea
from app.desktop.map.map_view import MapView
from app.documents.map_page import base_page
from app.domain.geo import Location
from tests.gui.test_map_view import EAST, MIDDLE, TOWN, WEST, Screen, show, stop

pytestmark = pytest.mark.webengine

_NO_DOUBLE_CLICK_MS = 450
"""Two clicks farther apart are no double click."""
CORNERS = (WEST, Location(lat=53.565, lon=13.27), EAST)


@pytest.fixture
def screen(qtbot: QtBot) -> Iterator[Screen]:
    view = MapView()
    view.resize(QSize(800, 600))
    view.fit(TOWN)
    view.load(base_page())
    view.show()
    screen = Screen(qtbot, view)
    with qtbot.waitSignal(view.settled):
        pass
    screen.wait_for("map_wayboard.getZoom() >= 12")
    yield screen
    view.close()
    shiboken6.delete(view)


def begin(screen: Screen) -> None:
    screen.view.draw_area(True)
    screen.wait_for("document.querySelector('.is-drawing') !== null")


def corner(screen: Screen, place: Location) -> None:
    """A click, and time for the page to take it for one of its own."""
    script = "document.querySelectorAll('svg.leaflet-zoom-animated path').length"
    before = screen.run(script)
    screen.click(screen.point(place))
    screen.wait_for(f"{script} > {before}")
    QTest.qWait(_NO_DOUBLE_CLICK_MS)


def test_clicks_are_corners_and_enter_closes_the_area(qtbot: QtBot, screen: Screen) -> None:
    show(screen, stop("west", WEST), stop("middle", MIDDLE))
    begin(screen)
    with (
        qtbot.assertNotEmitted(screen.view.order_clicked),
        qtbot.assertNotEmitted(screen.view.map_clicked),
        qtbot.waitSignal(screen.view.area_drawn) as drawn,
    ):
        for place in CORNERS:
            corner(screen, place)
        screen.press(Qt.Key.Key_Return)
    (corners,) = drawn.args
    assert len(corners) == 3
    for got, wanted in zip(corners, CORNERS, strict=True):
        assert (got.lat, got.lon) == pytest.approx((wanted.lat, wanted.lon), abs=2e-4)
    assert not screen.run("document.querySelector('.is-drawing') !== null")


def test_a_click_on_the_first_corner_closes_the_area(qtbot: QtBot, screen: Screen) -> None:
    begin(screen)
    for place in CORNERS:
        corner(screen, place)
    with qtbot.waitSignal(screen.view.area_drawn) as drawn:
        screen.click(screen.point(CORNERS[0]) + QPoint(3, 3))
    assert len(drawn.args[0]) == 3


def test_escape_gives_up_and_clicks_choose_stops_again(qtbot: QtBot, screen: Screen) -> None:
    show(screen, stop("west", WEST))
    begin(screen)
    corner(screen, MIDDLE)
    with (
        qtbot.assertNotEmitted(screen.view.area_drawn),
        qtbot.waitSignal(screen.view.drawing_ended),
    ):
        screen.press(Qt.Key.Key_Escape)
    with qtbot.waitSignal(screen.view.order_clicked):
        screen.click(screen.point(WEST))


def test_two_corners_are_no_area(qtbot: QtBot, screen: Screen) -> None:
    begin(screen)
    for place in CORNERS[:2]:
        corner(screen, place)
    with qtbot.assertNotEmitted(screen.view.area_drawn, wait=300):
        screen.press(Qt.Key.Key_Return)
    assert screen.run("document.querySelector('.is-drawing') !== null")


def test_an_area_says_its_name_as_it_is_written(screen: Screen) -> None:
    name = "<img src=x onerror=\"document.title='owned'\">Ringstraße"
    place = Location(lat=53.558, lon=13.27)
    screen.view.set_areas([MapArea(id="a", corners=CORNERS, is_closed=True, title=name)])
    screen.wait_for("Object.values(map_wayboard._layers).some(l => l.area)")
    screen.hover(screen.point(place), until="document.querySelector('.map-tip b') !== null")
    assert screen.run("document.querySelector('.map-tip b').textContent") == name
    assert screen.run("document.title") != "owned"


def test_a_stop_inside_an_area_can_still_be_chosen(qtbot: QtBot, screen: Screen) -> None:
    inside = Location(lat=53.558, lon=13.27)
    show(screen, stop("inside", inside))
    screen.view.set_areas([MapArea(id="a", corners=CORNERS, is_closed=False, title="Market")])
    screen.wait_for("Object.values(map_wayboard._layers).some(l => l.area)")
    with qtbot.waitSignal(screen.view.order_clicked) as clicked:
        screen.click(screen.point(inside))
    assert clicked.args[0] == "inside"


def test_a_mark_shows_where_an_order_may_be_and_lets_clicks_through(
    qtbot: QtBot, screen: Screen
) -> None:
    show(screen, stop("west", WEST))
    screen.view.set_mark(WEST)
    screen.wait_for("document.querySelector('.place-mark') !== null")
    box = "document.querySelector('.place-mark').getBoundingClientRect()"
    middle = [
        screen.run(f"{box}.left + {box}.width / 2"),
        screen.run(f"{box}.top + {box}.height / 2"),
    ]
    point = screen.point(WEST)
    assert middle == pytest.approx([point.x(), point.y()], abs=2)
    with qtbot.waitSignal(screen.view.order_clicked):
        screen.click(point)
    screen.view.set_mark(None)
    screen.wait_for("document.querySelector('.place-mark') === null")


def test_the_scale_is_in_the_units_of_the_workstation(screen: Screen) -> None:
    scale = "document.querySelector('.leaflet-control-scale-line').textContent"
    screen.view.set_metric(False)
    screen.wait_for(f"/ (mi|ft)$/.test({scale})")
    screen.view.set_metric(True)
    screen.wait_for(f"/ (km|m)$/.test({scale})")
