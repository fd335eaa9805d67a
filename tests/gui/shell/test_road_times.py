"""Road times: what the board lacks is computed beside the window, and asked for once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from app.config import Settings
from app.desktop.settings_store import window_settings
from app.domain.conditions import ConditionKind
from app.domain.edits import ChangeOrders
from app.domain.geo import Location, distance_m
from app.domain.travel import Profile
from app.services.workspace import Workspace, open_workspace
from tests.factories import make_order, place, window
from tests.gui.shell.conftest import NOW, Desk, close_desk, open_desk


@pytest.fixture
def workspace(tmp_path: Path, regions_root: Path) -> Iterator[Workspace]:
    """On real roads."""
    (tmp_path / "regions").symlink_to(regions_root)
    settings = Settings(data=tmp_path, region="Sample", theme="light", looks_for_improvements=False)
    with open_workspace(settings, lambda: NOW) as workspace:
        yield workspace


def _knows_all(desk: Desk) -> bool:
    return desk.workspace.roads.is_complete(desk.board)


def test_the_day_is_timed_on_roads_without_being_asked(desk: Desk) -> None:
    desk.qtbot.waitUntil(lambda: _knows_all(desk))
    assert desk.board.travel[Profile.VAN].places


def test_places_that_come_while_others_are_looked_at_are_not_forgotten(desk: Desk) -> None:
    for lat in (53.555, 53.56, 53.565):
        order = make_order(place=place(lat, 13.27))
        desk.workspace.dispatch.apply(ChangeOrders(put=(order,)))
        desk.console.board.reload()
        desk.qtbot.waitUntil(lambda key=order.id: key in desk.board.orders)
    desk.qtbot.waitUntil(lambda: _knows_all(desk))


def test_straight_lines_say_what_they_wait_for_and_become_streets(desk: Desk) -> None:
    note = desk.console.map.findChild(QLabel, "map_note")
    assert note is not None
    orders = [order.id for order in desk.board.unassigned]
    desk.console.board.drop_orders(orders, desk.route(0), 0)
    desk.qtbot.waitUntil(lambda: "Dashed" in note.text())
    assert [route.is_estimated for route in desk.map.routes.values()] == [True]
    desk.qtbot.waitUntil(lambda: note.text() == "")
    (route,) = desk.map.routes.values()
    assert not route.is_estimated
    assert sum(map(len, route.lines)) > 2 * len(orders), "along the streets"


def drawn(desk: Desk) -> list[Location]:
    (route,) = desk.map.routes.values()
    return [] if route.is_estimated else [point for leg in route.lines for point in leg]


def test_the_drawn_line_follows_a_stop_whose_place_was_mended(desk: Desk) -> None:
    order = desk.board.unassigned[0]
    desk.console.board.drop_orders([order.id], desk.route(0), 0)
    desk.qtbot.waitUntil(lambda: bool(desk.map.routes) and bool(drawn(desk)))
    before = drawn(desk)
    mended = Location(lat=53.5593, lon=13.2640)
    now = desk.workspace.orders.get([order.id])[0]
    moved = replace(now, place=place(mended.lat, mended.lon))
    desk.workspace.dispatch.apply(ChangeOrders(put=(moved,)))
    desk.console.board.reload()
    desk.qtbot.waitUntil(lambda: drawn(desk) not in ([], before))
    assert min(distance_m(point, mended) for point in drawn(desk)) < 100


def test_the_drawn_line_leaves_a_closed_street_and_comes_back(desk: Desk) -> None:
    orders = [order.id for order in desk.board.unassigned[:2]]
    desk.console.board.drop_orders(orders, desk.route(0), 0)
    desk.qtbot.waitUntil(lambda: bool(desk.map.routes) and bool(drawn(desk)))
    before = drawn(desk)
    corner = before[len(before) // 4]
    area = tuple(
        Location(lat=corner.lat + north, lon=corner.lon + east)
        for north, east in ((-0.0005, -0.001), (0.0005, -0.001), (0.0005, 0.001), (-0.0005, 0.001))
    )
    closure = desk.workspace.conditions.new(
        ConditionKind.CLOSURE, "Street", window("06:00", "20:00"), area=area
    )
    applied = desk.workspace.dispatch.apply(closure)
    desk.console.board.reload()
    desk.qtbot.waitUntil(lambda: drawn(desk) not in ([], before))
    desk.workspace.dispatch.apply(applied.inverse)
    desk.console.board.reload()
    desk.qtbot.waitUntil(lambda: drawn(desk) == before)


def test_a_region_that_can_t_be_used_is_told_until_there_is_another(
    qtbot: QtBot, qapp: QApplication, loop: QEventLoop, filled: Workspace, tmp_path: Path
) -> None:
    filled.roads.problem = "The region “Town” was built by another version. Build it again."
    desk = open_desk(qtbot, qapp, loop, filled, window_settings(tmp_path))
    notices = desk.console.window.notices
    assert notices.current is not None
    assert notices.current.text == filled.roads.problem
    filled.roads.problem = ""
    desk.do(lambda: desk.console.windows.region_changed.emit())
    assert notices.current is None
    close_desk(desk, loop)
