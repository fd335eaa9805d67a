"""The exported map page in the real web engine: it draws, and asks nobody for anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import (
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from pytestqt.qtbot import QtBot

from app.desktop.colors import route_color
from app.documents.export_day import DayExport, ExportFormat
from app.documents.export_file import export_bytes
from app.domain.board import Board, board_route
from tests.factories import DAY, at, grid_travel, make_order, make_route, make_shift

pytestmark = pytest.mark.webengine


class Listener(QWebEngineUrlRequestInterceptor):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        self.asked.append(info.requestUrl().toString())


class Page(QWebEnginePage):
    """A page that remembers what its console said."""

    def __init__(self, profile: QWebEngineProfile, parent: QWebEngineView) -> None:
        super().__init__(profile, parent)
        self.said: list[str] = []

    def javaScriptConsoleMessage(self, _level: Any, message: str, line: int, _source: str) -> None:
        self.said.append(f"{line}: {message}")


class Browser:
    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.listener = Listener()
        self._profile = QWebEngineProfile()
        self._profile.setUrlRequestInterceptor(self.listener)
        self.view = QWebEngineView()
        qtbot.addWidget(self.view)
        self.page = Page(self._profile, self.view)
        self.view.setPage(self.page)
        self.view.resize(900, 600)
        self.view.show()

    def open(self, path: Path) -> None:
        with self._qtbot.waitSignal(self.page.loadFinished) as loaded:
            self.view.load(QUrl.fromLocalFile(str(path)))
        assert loaded.args == [True]

    def run(self, script: str) -> Any:
        answers: list[str] = []
        self.page.runJavaScript(f"JSON.stringify({script})", answers.append)
        self._qtbot.waitUntil(lambda: bool(answers))
        return json.loads(answers[0] or "null")

    def close(self) -> None:
        """The page goes before its profile."""
        self.view.setPage(None)
        self.page.deleteLater()
        self._qtbot.waitSignal(self.page.destroyed).wait()


@pytest.fixture
def browser(qtbot: QtBot) -> Iterator[Browser]:
    opened = Browser(qtbot)
    yield opened
    opened.close()


@pytest.fixture
def page_file(tmp_path: Path) -> Path:
    shift = make_shift()
    orders = [make_order(recipient=f"<b>Person {number}</b>") for number in range(3)]
    known = {order.id: order for order in orders}
    travel = grid_travel([shift.depot.location, *(o.location for o in orders if o.location)])
    board = Board(
        day=DAY,
        routes=(board_route(make_route(shift, orders[:2]), known, travel),),
        unassigned=(orders[2],),
        on_hold=(),
        orders=known,
        travel=travel,
        reasons={},
    )
    day = DayExport(
        board=board,
        made_at=at("06:00"),
        time_zone="Europe/Berlin",
        attribution="© OpenStreetMap contributors",
        tiles={(12, 2199, 1321): b"\x1a\x00", (13, 4398, 2642): b"\x1a\x00"},
    )
    path = tmp_path / "map.html"
    path.write_bytes(export_bytes(day, ExportFormat.HTML))
    return path


def test_the_page_shows_the_day_and_asks_nobody(browser: Browser, page_file: Path) -> None:
    browser.open(page_file)
    names = "[...document.querySelectorAll('.day-list .who')].map((e) => e.firstChild.data)"
    assert browser.run(names) == [f"<b>Person {number}</b>" for number in range(3)]
    browser.run("document.querySelector('.day-list .stop').click()")
    popup = "document.querySelector('.stop-note b').textContent"
    assert browser.run(popup) == "<b>Person 0</b>"
    assert browser.run("document.querySelector('.map-note').textContent") == (
        "© OpenStreetMap contributors"
    )
    assert {QUrl(address).scheme() for address in browser.listener.asked} == {"file"}
    assert browser.page.said == []


def test_a_route_has_the_colour_that_it_has_in_the_window(
    browser: Browser, page_file: Path
) -> None:
    browser.open(page_file)
    shown = browser.run("getComputedStyle(document.querySelector('.day-list i')).backgroundColor")
    red, green, blue, _ = route_color(0).getRgb()
    assert shown == f"rgb({red}, {green}, {blue})"


def test_the_ground_comes_out_of_the_page(browser: Browser, page_file: Path, qtbot: QtBot) -> None:
    browser.open(page_file)
    browser.run(
        "void fetch('tile:12/2199/1321').then((r) => r.arrayBuffer())"
        ".then((b) => { window.found = b.byteLength; })"
    )
    qtbot.waitUntil(lambda: browser.run("window.found ?? null") is not None)
    assert browser.run("window.found") == 2
