"""The map in the real web engine: what is drawn, what gestures say, what the page may not do."""

from __future__ import annotations

import json
import os
import signal
import struct
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import shiboken6
from pyogrio.raw import write_arrow
from PySide6.QtCore import QPoint, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtNetwork import QHostAddress, QTcpServer
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.desktop.colors import LIGHT, State
from app.desktop.map.map_values import MapDepot, MapRoute, MapStop
from app.desktop.map.map_view import MapView
from app.documents.map_page import base_page
from app.domain.geo import Bounds, Location
from app.roads.tiles import open_tiles

pytestmark = pytest.mark.webengine

TOWN = Bounds(south=53.54, west=13.24, north=53.57, east=13.30)
WEST = Location(lat=53.555, lon=13.25)
MIDDLE = Location(lat=53.555, lon=13.27)
EAST = Location(lat=53.555, lon=13.29)
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
WATER, BUILDING, LIGHT_GROUND, DARK_GROUND = "#a9d0e2", "#dfd7cb", "#f2efe9", "#1d2126"


class Screen:
    """A shown map, with a hand on the mouse."""

    def __init__(self, qtbot: QtBot, view: MapView) -> None:
        self.view, self._qtbot = view, qtbot
        self._web = view.findChild(QWebEngineView)

    def run(self, script: str) -> Any:
        """What the script gives back, as JSON knows it."""
        answers: list[str] = []
        self._web.page().runJavaScript(f"JSON.stringify({script})", answers.append)
        self._qtbot.waitUntil(lambda: bool(answers))
        return json.loads(answers[0] or "null")

    def wait_for(self, script: str) -> None:
        self._qtbot.waitUntil(lambda: bool(self.run(script)))

    def point(self, location: Location) -> QPoint:
        x, y = self.run(
            f"(p => [p.x, p.y])(map_wayboard.latLngToContainerPoint([{location.lat},"
            f"{location.lon}]))"
        )
        return QPoint(round(x), round(y))

    def click(self, point: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.mouseClick(self._target(), LEFT, modifiers, point)

    def hover(self, point: QPoint, until: str) -> None:
        """Rests there like a hand, never quite still, until the script says yes.

        Leaflet's canvas looks at most every 32 ms at what is under the pointer, and forgets the
        moves between.
        """
        moves = cycle([point, point + QPoint(1, 0)])

        def shown() -> bool:
            QTest.mouseMove(self._target(), next(moves))
            return bool(self.run(until))

        QTest.mouseMove(self._target(), point - QPoint(40, 40))

        self._qtbot.waitUntil(shown)

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self._target(), key)

    def drag(self, points: list[QPoint], modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.mousePress(self._target(), LEFT, modifiers, points[0])
        # The page lives in a process of its own and would see but the last of quick moves.
        self.run("document.addEventListener('mousemove', e => window.at = [e.x, e.y], true)")
        for point in points[1:]:
            QTest.mouseMove(self._target(), point)
            self.wait_for(f"String(window.at) === '{point.x()},{point.y()}'")
        QTest.mouseRelease(self._target(), LEFT, modifiers, points[-1])

    def picture(self) -> QImage:
        return self.view.grab().toImage()

    def wait_for_color(self, point: QPoint, color: str) -> None:
        def shown() -> None:
            assert self.picture().pixelColor(point).name() == color

        self._qtbot.waitUntil(shown)

    def wait_for_color_anywhere(self, color: str) -> None:
        self._qtbot.waitUntil(lambda: self.shows_color(color))

    def shows_color(self, color: str) -> bool:
        picture, wanted = self.picture(), QColor(color)
        return any(
            picture.pixelColor(x, y) == wanted
            for x in range(0, picture.width(), 2)
            for y in range(0, picture.height(), 2)
        )

    def _target(self) -> QWidget:
        target = self._web.focusProxy()
        assert isinstance(target, QWidget)
        return target


@pytest.fixture(scope="session")
def page() -> str:
    return base_page()


@pytest.fixture
def screen(qtbot: QtBot, page: str) -> Iterator[Screen]:
    view = MapView()
    view.resize(QSize(800, 600))
    view.fit(TOWN)
    view.load(page)
    view.show()
    screen = Screen(qtbot, view)
    with qtbot.waitSignal(view.settled):
        pass
    screen.wait_for("map_wayboard.getZoom() >= 12")
    yield screen
    view.close()
    shiboken6.delete(view)


def stop(name: str, location: Location, **changes: Any) -> MapStop:
    values = {"number": "1", "route": "r1", "color": "#0072b2"} | changes
    return MapStop(id=name, location=location, **values)


def show(screen: Screen, *stops: MapStop) -> None:
    screen.view.set_stops(stops)
    wanted = len({stop.id for stop in stops})
    screen.wait_for(f"Object.values(map_wayboard._layers).filter(l => l.stop).length === {wanted}")


def water_tiles(folder: Path) -> Path:
    """A real tile file with one lake, larger than the town."""
    corners = [(13.0, 53.4), (13.6, 53.4), (13.6, 53.7), (13.0, 53.7), (13.0, 53.4)]
    lake = struct.pack("<BIII", 1, 3, 1, len(corners))
    lake += b"".join(struct.pack("<dd", *corner) for corner in corners)
    table = pa.table(
        {"kind": ["water"], "class": ["water"], "name": ["Tollensesee"], "geometry": [lake]}
    )
    file = folder / "lake.pmtiles"
    write_arrow(
        table,
        file,
        layer="basemap",
        driver="PMTiles",
        geometry_name="geometry",
        geometry_type="Unknown",
        crs="EPSG:4326",
        dataset_options={"MINZOOM": "8", "MAXZOOM": "13"},
    )
    return file


def test_a_click_on_a_stop_tells_its_id_and_the_keys_held(qtbot: QtBot, screen: Screen) -> None:
    show(screen, stop("west", WEST), stop("east", EAST))
    with qtbot.waitSignal(screen.view.order_clicked) as clicked:
        screen.click(screen.point(EAST), CTRL)
    assert clicked.args == ["east", CTRL]


def test_a_click_beside_every_stop_tells_the_place(qtbot: QtBot, screen: Screen) -> None:
    show(screen, stop("west", WEST))
    with (
        qtbot.assertNotEmitted(screen.view.order_clicked),
        qtbot.waitSignal(screen.view.map_clicked) as clicked,
    ):
        screen.click(screen.point(EAST))
    place, modifiers = clicked.args
    assert (place.lat, place.lon) == pytest.approx((EAST.lat, EAST.lon), abs=2e-4)
    assert modifiers == NONE


def test_a_box_with_shift_takes_the_stops_inside_it_only(qtbot: QtBot, screen: Screen) -> None:
    show(screen, stop("west", WEST), stop("middle", MIDDLE), stop("east", EAST))
    start = screen.point(WEST) - QPoint(30, 30)
    end = screen.point(MIDDLE) + QPoint(30, 30)
    with qtbot.waitSignal(screen.view.orders_lassoed) as enclosed:
        screen.drag([start, (start + end) / 2, end], SHIFT)
    assert sorted(enclosed.args[0]) == ["middle", "west"]


def test_a_lasso_takes_what_its_line_goes_round_and_ends(qtbot: QtBot, screen: Screen) -> None:
    show(screen, stop("west", WEST), stop("middle", MIDDLE), stop("east", EAST))
    screen.view.set_lasso(True)
    screen.wait_for("document.querySelector('.is-lasso') !== null")
    middle = screen.point(MIDDLE)
    path = [middle + QPoint(x, y) for x, y in ((-40, 0), (0, -60), (40, 0), (0, 60), (-38, 5))]
    with (
        qtbot.waitSignal(screen.view.lasso_changed) as ended,
        qtbot.waitSignal(screen.view.orders_lassoed) as enclosed,
    ):
        screen.drag(path)
    assert enclosed.args == [["middle"], NONE]
    assert ended.args == [False]


def test_a_dragged_pin_tells_its_new_place_and_springs_back(qtbot: QtBot, screen: Screen) -> None:
    show(screen, stop("west", WEST))
    start, end = screen.point(WEST), screen.point(MIDDLE)
    with qtbot.waitSignal(screen.view.pin_dragged) as dragged:
        screen.drag([start, start + QPoint(20, 0), end])
    name, place = dragged.args
    assert name == "west"
    assert (place.lat, place.lon) == pytest.approx((MIDDLE.lat, MIDDLE.lon), abs=2e-4)
    with qtbot.waitSignal(screen.view.order_clicked):
        screen.click(start)


def test_a_dragged_pin_shows_nothing_of_what_it_passes(qtbot: QtBot, screen: Screen) -> None:
    show(screen, stop("west", WEST, title="West"), stop("middle", MIDDLE, title="Middle"))
    screen.run(
        """
        window.told = '',
        new MutationObserver(() => document.querySelectorAll('.map-tip').forEach((tip) => {
          window.told += tip.textContent;
        })).observe(document.body, { childList: true, subtree: true })
        """
    )
    start, over = screen.point(WEST), screen.point(MIDDLE)
    with qtbot.waitSignal(screen.view.pin_dragged):
        screen.drag([start, start + QPoint(20, 0), over, over + QPoint(2, 2)])
    assert "Middle" not in screen.run("window.told")
    assert screen.run("map_wayboard.dragging.enabled()")
    screen.hover(start, until="document.querySelector('.map-tip b')?.textContent === 'West'")


def test_a_pin_that_may_not_move_stays(qtbot: QtBot, screen: Screen) -> None:
    show(screen, stop("west", WEST, is_movable=False))
    start = screen.point(WEST)
    with qtbot.assertNotEmitted(screen.view.pin_dragged, wait=200):
        screen.drag([start, start + QPoint(20, 0), screen.point(MIDDLE)])


def test_names_with_markup_are_shown_as_they_are_written(screen: Screen) -> None:
    name = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    show(screen, stop("west", WEST, title=name, lines=(name,)))
    screen.view.set_depots([MapDepot(id="d", location=EAST, title=name)])
    screen.view.set_routes([MapRoute(id="r1", color="#0072b2", lines=((WEST, EAST),), title=name)])
    screen.hover(screen.point(WEST), until="document.querySelector('.map-tip b') !== null")
    assert screen.run("document.querySelector('.map-tip b').textContent") == name
    assert screen.run("document.querySelector('.map-tip span').textContent") == name
    assert screen.run("document.querySelectorAll('.map-tip img, .map-tip script').length") == 0
    assert screen.run("document.title") != "owned"


@pytest.mark.expects_warnings
def test_the_page_reaches_no_network_and_no_file(screen: Screen, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    refused = ["https://example.org/", secret.as_uri()]
    unanswered = ["wayboard:/../../pyproject.toml", "wayboard:/package.json"]
    answered = "wayboard:/map.css"
    screen.run(
        f"(window.got = {{}}, {[*refused, *unanswered, answered]}"
        ".forEach(a => fetch(a).then(r => r.text())"
        ".then(() => { got[a] = 'got'; }, () => { got[a] = 'refused'; })))"
    )
    screen.wait_for(f"got['{answered}']")
    got = screen.run("got")
    assert got == {answered: "got"} | dict.fromkeys(refused, "refused")


@pytest.mark.expects_warnings
def test_no_request_leaves_the_profile_of_the_map(
    qtbot: QtBot, screen: Screen, caplog: pytest.LogCaptureFixture
) -> None:
    server = QTcpServer()
    assert server.listen(QHostAddress(QHostAddress.SpecialAddress.LocalHost))
    address = f"http://127.0.0.1:{server.serverPort()}/"
    other = QWebEnginePage(screen.view.findChild(QWebEngineProfile))
    other.load(QUrl(address))
    qtbot.waitUntil(lambda: f"{address}; blocked" in caplog.text)
    assert not server.hasPendingConnections()
    server.close()
    shiboken6.delete(other)


@pytest.mark.expects_warnings
def test_a_script_in_the_page_itself_does_not_run(screen: Screen) -> None:
    screen.run(
        "(s => { s.textContent = \"document.title='owned'\"; document.body.append(s); })"
        "(document.createElement('script'))"
    )
    assert screen.run("document.title") != "owned"


def test_tiles_of_a_file_are_the_ground(screen: Screen, tmp_path: Path) -> None:
    tiles = open_tiles(water_tiles(tmp_path))
    screen.view.set_tiles(tiles)
    screen.wait_for_color(QPoint(200, 150), WATER)
    screen.view.set_tiles(None)
    tiles.close()


def test_the_attribution_of_the_tiles_is_always_in_view(screen: Screen, tmp_path: Path) -> None:
    tiles = open_tiles(water_tiles(tmp_path))
    tiles.attribution = "© OpenStreetMap contributors <b>"
    screen.view.set_tiles(tiles)
    screen.wait_for("document.querySelector('.map-note').textContent.startsWith('©')")
    text = screen.run("document.querySelector('.map-note').textContent")
    assert text == "© OpenStreetMap contributors <b>"
    screen.view.set_tiles(None)
    tiles.close()


def test_without_tiles_the_map_says_so_on_a_plain_grid(screen: Screen) -> None:
    assert "No map" in screen.run("document.querySelector('.map-note').textContent")
    assert screen.run("document.querySelectorAll('.grid-tile').length") > 0
    assert screen.shows_color(LIGHT_GROUND)


def test_pictures_made_elsewhere_are_shown_as_tiles(screen: Screen, shared_data: Path) -> None:
    file = shared_data / "tiles" / "neubrandenburg-2016-02-raster-z10-16.mbtiles"
    tiles = open_tiles(file)
    screen.view.set_tiles(tiles)
    screen.wait_for("document.querySelectorAll('img.leaflet-tile-loaded').length > 3")
    assert screen.run("document.querySelector('img.leaflet-tile-loaded').naturalWidth") == 256
    screen.view.set_tiles(None)
    tiles.close()


def test_vector_tiles_made_elsewhere_are_understood(screen: Screen, shared_data: Path) -> None:
    tiles = open_tiles(shared_data / "tiles" / "sample-boston-buildings-vector.mbtiles")
    screen.view.fit(Bounds(south=42.399, west=-71.050, north=42.411, east=-71.028))
    screen.view.set_tiles(tiles)
    screen.wait_for_color_anywhere(BUILDING)
    screen.view.set_tiles(None)
    tiles.close()


def test_a_route_is_drawn_in_its_colour_and_says_its_id(qtbot: QtBot, screen: Screen) -> None:
    screen.view.set_routes([MapRoute(id="r7", color="#882255", lines=((WEST, EAST),))])
    between = screen.point(MIDDLE)
    screen.wait_for_color(between, "#882255")
    with qtbot.waitSignal(screen.view.route_clicked) as clicked:
        screen.click(between)
    assert clicked.args == ["r7", NONE]


def test_another_plan_lies_as_beads_over_the_first_whichever_comes_first(screen: Screen) -> None:
    first = MapRoute(id="r1", color="#882255", lines=((WEST, EAST),))
    second = MapRoute(id="r1", color="#e69f00", lines=((WEST, EAST),), is_overlay=True)
    for routes in ([first, second], [second, first]):
        screen.view.set_routes([])
        screen.view.set_routes(routes)
        screen.wait_for_color_anywhere(second.color)
        screen.wait_for_color_anywhere(first.color)  # between the beads
        screen.view.set_routes([first])
        screen.wait_for_color(screen.point(MIDDLE), first.color)
        assert not screen.shows_color(second.color)


def test_a_broken_rule_is_ringed_on_its_stop(screen: Screen) -> None:
    show(screen, stop("west", WEST))
    ring = screen.point(WEST) + QPoint(0, 13)
    assert screen.picture().pixelColor(ring).name() != LIGHT.bad
    show(screen, stop("west", WEST, state=State.BAD))
    screen.wait_for_color(ring, LIGHT.bad)


def test_a_selected_stop_stands_out(screen: Screen) -> None:
    show(screen, stop("west", WEST))
    screen.view.set_selection(["west"])
    screen.wait_for_color(screen.point(WEST) + QPoint(0, 15), LIGHT.accent)
    screen.view.set_selection([])
    screen.wait_for_color(screen.point(WEST) + QPoint(0, 15), LIGHT_GROUND)


def test_hidden_routes_take_their_stops_out_of_reach(qtbot: QtBot, screen: Screen) -> None:
    show(screen, stop("west", WEST), stop("east", EAST, route="", color=""))
    screen.view.show_only([], unassigned=True)
    screen.wait_for("Object.values(map_wayboard._layers).filter(l => l.stop).length === 1")
    with qtbot.waitSignal(screen.view.orders_lassoed) as enclosed:
        screen.drag([QPoint(5, 5), QPoint(300, 300), QPoint(700, 590)], SHIFT)
    assert enclosed.args[0] == ["east"]


def test_dense_stops_are_counted_and_still_taken_one_by_one(qtbot: QtBot, screen: Screen) -> None:
    many = [
        stop(
            f"s{number}",
            Location(lat=53.545 + (number % 20) * 1e-3, lon=13.25 + (number // 20) * 1e-3),
        )
        for number in range(400)
    ]
    screen.view.fit(Bounds(south=53.4, west=13.1, north=53.7, east=13.5))
    screen.wait_for("map_wayboard.getZoom() < 12")
    screen.view.set_stops(many)
    screen.wait_for("Object.values(map_wayboard._layers).some(l => l.cluster)")
    counted = screen.run(
        "Object.values(map_wayboard._layers).reduce((sum, l) =>"
        " sum + (l.cluster ? l.cluster.point_count : l.stop ? 1 : 0), 0)"
    )
    assert counted == 400
    with qtbot.waitSignal(screen.view.orders_lassoed) as enclosed:
        screen.drag([QPoint(5, 5), QPoint(300, 300), QPoint(740, 590)], SHIFT)
    assert len(enclosed.args[0]) == 400


def test_stops_at_one_address_stand_beside_each_other(qtbot: QtBot, screen: Screen) -> None:
    show(screen, stop("first", WEST), stop("second", WEST))
    told = []
    screen.view.order_clicked.connect(lambda name, _modifiers: told.append(name))
    screen.click(screen.point(WEST) - QPoint(0, 14))
    screen.click(screen.point(WEST) + QPoint(0, 14))
    qtbot.waitUntil(lambda: sorted(told) == ["first", "second"])


def test_dark_is_dark_to_the_ground(screen: Screen) -> None:
    screen.view.set_dark(True)
    screen.wait_for("document.documentElement.dataset.theme === 'dark'")
    screen.wait_for_color(QPoint(60, 200), DARK_GROUND)


def test_reveal_leaves_the_view_alone_while_the_stop_is_in_it(screen: Screen) -> None:
    far = Location(lat=53.61, lon=13.40)
    show(screen, stop("west", WEST), stop("far", far))
    before = screen.run("map_wayboard.getCenter()")
    screen.view.reveal(["west"])
    assert screen.run("map_wayboard.getCenter()") == before
    screen.view.reveal(["far"])
    screen.wait_for(f"map_wayboard.getBounds().contains([{far.lat}, {far.lon}])")


@pytest.mark.expects_warnings
def test_a_dead_renderer_comes_back_with_everything_on_it(qtbot: QtBot, screen: Screen) -> None:
    show(screen, stop("west", WEST))
    web = screen.view.findChild(QWebEngineView)
    with qtbot.waitSignal(screen.view.settled):
        os.kill(web.page().renderProcessPid(), signal.SIGTERM)
    screen.wait_for("Object.values(map_wayboard._layers).some(l => l.stop)")
    with qtbot.waitSignal(screen.view.order_clicked):
        screen.click(screen.point(WEST))
