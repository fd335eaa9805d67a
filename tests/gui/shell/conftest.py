"""A whole console on a real database, with a map that only writes down what it is told."""

from __future__ import annotations

from asyncio import _set_running_loop
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QSettings, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from app.config import Settings
from app.desktop.console import Console
from app.desktop.map.map_values import MapArea, MapDepot, MapRoute, MapStop
from app.desktop.settings_store import window_settings
from app.desktop.tasks import Tasks
from app.desktop.theme import apply_theme
from app.domain.board import Board
from app.domain.edits import ChangeFleet, ChangeOrders
from app.domain.geo import Bounds, Location
from app.domain.ids import RouteId
from app.domain.orders import Order
from app.services.workspace import Workspace, open_workspace
from tests.databases import put_schema
from tests.factories import (
    DAY,
    make_depot,
    make_driver,
    make_order,
    make_shift,
    make_vehicle,
    window,
)

NOW = datetime(2024, 3, 5, 5, 30, tzinfo=UTC)


class MapRecorder(QWidget):
    """Stands for MapView, which needs a browser engine; the e2e tests use the real one."""

    order_clicked = Signal(str, Qt.KeyboardModifier)
    route_clicked = Signal(str, Qt.KeyboardModifier)
    orders_lassoed = Signal(list, Qt.KeyboardModifier)
    pin_dragged = Signal(str, Location)
    map_clicked = Signal(Location, Qt.KeyboardModifier)
    map_context = Signal(str, Location, QPoint)
    area_drawn = Signal(object)
    drawing_ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.stops: dict[str, MapStop] = {}
        self.routes: dict[str, MapRoute] = {}
        self.overlay: dict[str, MapRoute] = {}
        self.depots: list[MapDepot] = []
        self.areas: list[MapArea] = []
        self.mark: Location | None = None
        self.is_drawing = False
        self.selection: tuple[list[str], list[str]] = ([], [])
        self.shown_routes: list[str] | None = None
        self.is_dark = False
        self.is_metric = True
        self.fitted: Bounds | None = None
        self.revealed: list[str] = []
        self.tiles: object = "never set"

    def set_tiles(self, source: object) -> None:
        self.tiles = source

    def set_stops(self, stops: Sequence[MapStop]) -> None:
        self.stops = {stop.id: stop for stop in stops}

    def set_routes(self, routes: Sequence[MapRoute]) -> None:
        self.routes = {route.id: route for route in routes if not route.is_overlay}
        self.overlay = {route.id: route for route in routes if route.is_overlay}

    def set_depots(self, depots: Sequence[MapDepot]) -> None:
        self.depots = list(depots)

    def set_areas(self, areas: Sequence[MapArea]) -> None:
        self.areas = list(areas)

    def set_mark(self, location: Location | None) -> None:
        self.mark = location

    def draw_area(self, is_on: bool) -> None:
        self.is_drawing = is_on

    def set_selection(self, stops: Collection[str], routes: Collection[str] = ()) -> None:
        self.selection = (list(stops), list(routes))

    def show_only(self, routes: Collection[str] | None = None, *, unassigned: bool = True) -> None:
        assert unassigned
        self.shown_routes = None if routes is None else list(routes)

    def set_dark(self, is_dark: bool) -> None:
        self.is_dark = is_dark

    def set_metric(self, is_metric: bool) -> None:
        self.is_metric = is_metric

    def fit(self, bounds: Bounds) -> None:
        self.fitted = bounds

    def reveal(self, stops: Collection[str]) -> None:
        self.revealed = list(stops)


@dataclass
class Desk:
    """A console as the dispatcher has it, and short ways to fill and read it."""

    qtbot: QtBot
    console: Console
    workspace: Workspace
    tasks: Tasks
    settings: QSettings
    map: MapRecorder = field(default_factory=MapRecorder)

    @property
    def board(self) -> Board:
        board = self.console.board.board
        assert board is not None
        return board

    def wait(self) -> None:
        """Until nothing is under way."""
        self.qtbot.waitUntil(lambda: self.tasks.is_idle and not self.console.editor.is_busy)

    def do(self, action: Callable[[], Any]) -> None:
        action()
        self.qtbot.wait(1)
        self.wait()

    def reference(self, name: str) -> Order:
        return next(order for order in self.board.orders.values() if order.reference == name)

    def orders_of(self, number: int) -> list[str]:
        each = self.board.routes[number]
        return [self.board.orders[order].reference for order in each.route.orders]

    def route(self, number: int) -> RouteId:
        return self.board.routes[number].id


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    settings = Settings(data=tmp_path, who="Ana", workstation="desk-1", theme="light")
    # An idle core has other tests to run.
    settings = replace(settings, looks_for_improvements=False)
    put_schema(settings.database_file)
    workspace = open_workspace(settings, lambda: NOW)
    yield workspace
    workspace.close()


@pytest.fixture
def filled(workspace: Workspace) -> Workspace:
    """Two shifts and six orders, SO-1 to SO-6."""
    depot = make_depot()
    shifts = [
        make_shift(
            depot=depot,
            driver=make_driver(name=driver),
            vehicle=make_vehicle(name=van),
            window=window(start, "18:00"),
        )
        for driver, van, start in (("Ana", "Van 3", "08:00"), ("Bram", "Van 7", "09:00"))
    ]
    parts = [part for shift in shifts for part in (shift.driver, shift.vehicle)]
    workspace.dispatch.apply(ChangeFleet(put=(depot, *parts, *shifts)))
    orders = tuple(make_order(reference=f"SO-{number}") for number in range(1, 7))
    workspace.dispatch.apply(ChangeOrders(put=orders))
    return workspace


def open_desk(
    qtbot: QtBot, qapp: QApplication, loop: QEventLoop, workspace: Workspace, settings: QSettings
) -> Desk:
    tasks = Tasks(loop)
    console = Console(workspace, settings, tasks, apply_theme(qapp))
    desk = Desk(qtbot=qtbot, console=console, workspace=workspace, tasks=tasks, settings=settings)
    console.map.attach(desk.map, desk.map)
    console.window.resize(1366, 740)
    console.window.restore()
    console.opening.start(DAY)
    console.window.show()
    desk.do(lambda: None)
    return desk


def close_desk(desk: Desk, loop: QEventLoop) -> None:
    desk.console.sweeper.stop()
    desk.console.peace.stop()
    _set_running_loop(None)
    loop.run_until_complete(desk.tasks.close())
    desk.console.window.leave()
    desk.console.window.deleteLater()
    desk.console.deleteLater()
    # Now: the theme, which outlives them, must not find them in the next test.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def desk(
    qtbot: QtBot, qapp: QApplication, loop: QEventLoop, filled: Workspace, tmp_path: Path
) -> Iterator[Desk]:
    desk = open_desk(qtbot, qapp, loop, filled, window_settings(tmp_path))
    yield desk
    close_desk(desk, loop)


@pytest.fixture
def empty_desk(
    qtbot: QtBot, qapp: QApplication, loop: QEventLoop, workspace: Workspace, tmp_path: Path
) -> Iterator[Desk]:
    desk = open_desk(qtbot, qapp, loop, workspace, window_settings(tmp_path))
    yield desk
    close_desk(desk, loop)
