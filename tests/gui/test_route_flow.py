"""How routes get to the map's page: one by one, and only those that changed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.map.bridge import Bridge
from app.desktop.map.map_values import MapRoute
from app.desktop.map.route_flow import RouteFlow
from app.domain.geo import Location

WEST, EAST = Location(lat=53.5, lon=13.2), Location(lat=53.5, lon=13.3)
ONE, TWO, THREE = (MapRoute(id=name, color="#000000", lines=((WEST, EAST),)) for name in "123")


class Page:
    """What a page would have been told."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self._parent = QObject()
        bridge = Bridge(self._parent)
        self.flow = RouteFlow(bridge, self._parent)
        self.keys: list[list[str]] = []
        self.routes: list[dict[str, Any]] = []
        bridge.routes_changed.connect(lambda text: self.keys.append(json.loads(text)))
        bridge.route_changed.connect(
            lambda text: self.routes.append(json.loads(text)["properties"])
        )

    def told(self) -> list[str]:
        """The routes that it was told of since the last question."""
        timer = self.flow.findChild(QTimer)
        self._qtbot.waitUntil(lambda: not timer.isActive())
        told = [route["key"] for route in self.routes]
        self.routes.clear()
        return told


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    return Page(qtbot)


def test_nothing_is_told_before_there_is_a_page(page: Page) -> None:
    page.flow.set_routes([ONE, TWO])
    assert (page.told(), page.keys) == ([], [])
    page.flow.open()
    assert page.keys == [["1", "2"]]
    assert page.told() == ["1", "2"]


def test_the_window_moves_between_two_routes(page: Page, qapp: QApplication) -> None:
    page.flow.open()
    page.flow.set_routes([ONE, TWO, THREE])
    assert page.routes == []
    seen = []
    while len(seen) < 3:
        qapp.processEvents()
        seen.append(len(page.routes))
    assert seen == [1, 2, 3]


def test_only_a_route_that_changed_is_told_again(page: Page) -> None:
    page.flow.open()
    page.flow.set_routes([ONE, TWO])
    page.told()
    page.flow.set_routes([ONE, replace(TWO, color="#ffffff")])
    assert page.told() == ["2"]
    page.flow.set_routes([replace(ONE), replace(TWO, color="#ffffff")])
    assert page.told() == []
    assert page.keys == [[], ["1", "2"]]


def test_a_route_that_comes_back_is_told_again(page: Page) -> None:
    page.flow.open()
    page.flow.set_routes([ONE, TWO])
    page.told()
    page.flow.set_routes([TWO])
    assert page.keys[-1] == ["2"]
    page.flow.set_routes([TWO, ONE])
    assert page.keys[-1] == ["2", "1"]
    assert page.told() == ["1"]


def test_a_route_is_told_apart_from_itself_in_another_plan(page: Page) -> None:
    page.flow.open()
    page.flow.set_routes([ONE, replace(ONE, is_overlay=True)])
    assert page.told() == ["1", "+1"]


def test_a_page_that_was_loaded_again_is_told_everything(page: Page) -> None:
    page.flow.open()
    page.flow.set_routes([ONE, TWO])
    page.told()
    page.flow.close()
    page.flow.set_routes([ONE, TWO, THREE])
    assert page.told() == []
    page.flow.open()
    assert page.told() == ["1", "2", "3"]
