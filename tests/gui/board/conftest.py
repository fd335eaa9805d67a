"""A board of three shifts that tests can reason about: 1 and 2 with three stops each, 3 empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.board.board_canvas import BoardCanvas
from app.desktop.board.board_model import Units
from app.desktop.board.board_view import BoardView
from app.desktop.theme import ThemeMode, apply_theme
from app.domain.board import Board, board_route
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.domain.routes import Route
from tests.factories import (
    BERLIN,
    DAY,
    DEPOT_PLACE,
    grid_travel,
    make_depot,
    make_driver,
    make_order,
    make_route,
    make_shift,
    place,
)


class Town:
    """The values of a small day; `board()` puts them together as they are now."""

    def __init__(self) -> None:
        depot = make_depot()
        self.orders: dict[str, Order] = {
            name: make_order(
                reference=name,
                service_time=timedelta(minutes=20),
                place=place(DEPOT_PLACE.lat + 0.01 * number, DEPOT_PLACE.lon + 0.01 * row),
            )
            for row, names in enumerate(("ABC", "DEF", "XYZ"))
            for number, name in enumerate(names, start=1)
        }
        self.shifts = [
            make_shift(depot=depot, driver=make_driver(name=name)) for name in ("Ana", "Bo", "Cy")
        ]
        self.routes = [
            make_route(shift, [self.orders[name] for name in names])
            for shift, names in zip(self.shifts, ("ABC", "DEF", ""), strict=True)
        ]

    def __getitem__(self, name: str) -> OrderId:
        return self.orders[name].id

    def ids(self, names: str) -> tuple[OrderId, ...]:
        return tuple(self[name] for name in names)

    def names(self, orders: tuple[OrderId, ...]) -> str:
        by_id = {order.id: name for name, order in self.orders.items()}
        return "".join(by_id[order] for order in orders)

    def route(self, number: int) -> RouteId:
        return self.routes[number].id

    def change_route(self, number: int, change: Callable[[Route], Route]) -> None:
        self.routes[number] = change(self.routes[number])

    def board(self) -> Board:
        orders = {order.id: order for order in self.orders.values()}
        places = [DEPOT_PLACE, *(o.location for o in orders.values() if o.location)]
        travel = grid_travel(places)
        on_route = {order for route in self.routes for order in route.orders}
        return Board(
            day=DAY,
            routes=tuple(board_route(route, orders, travel) for route in self.routes),
            unassigned=tuple(o for o in orders.values() if o.id not in on_route),
            on_hold=(),
            orders=orders,
            travel=travel,
            reasons={},
        )


UNITS = Units(zone=BERLIN)


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication, town: Town) -> BoardView:
    apply_theme(qapp, ThemeMode.LIGHT)
    view = BoardView()
    qtbot.addWidget(view)
    view.resize(1200, 480)
    view.set_board(town.board(), UNITS)
    view.show()
    qtbot.waitExposed(view)
    return view


class Hand:
    """Drags over a canvas with the events that Qt sends, and clicks on it."""

    def __init__(self, qtbot: QtBot, canvas: BoardCanvas) -> None:
        self._qtbot = qtbot
        self.canvas = canvas

    def at(self, order: OrderId) -> QPoint:
        rect = self.canvas.order_rect(order)
        assert rect is not None
        return rect.center()

    def head(self, route: RouteId) -> QPoint:
        return self.canvas.route_rect(route).topLeft() + QPoint(60, 20)

    def click(
        self,
        at: QPoint,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        self._qtbot.mouseClick(self.canvas.viewport(), Qt.MouseButton.LeftButton, modifiers, at)

    def press_and_move(self, start: QPoint, end: QPoint) -> None:
        """With the left button held; it is not let go."""
        viewport = self.canvas.viewport()
        self._qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
        for step in range(1, 6):
            self._qtbot.mouseMove(viewport, start + (end - start) * step / 5)

    def let_go(self, at: QPoint) -> None:
        self._qtbot.mouseRelease(self.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def carry(self, mime: QMimeData, at: QPoint) -> bool:
        """Enter and move; whether a drop would be taken."""
        viewport = self.canvas.viewport()
        enter = QDragEnterEvent(QPointF(at), Qt.DropAction.MoveAction, mime, *_HELD)
        QApplication.sendEvent(viewport, enter)
        if not enter.isAccepted():
            return False
        return self.move(mime, at)

    def move(self, mime: QMimeData, at: QPoint) -> bool:
        event = QDragMoveEvent(QPointF(at), Qt.DropAction.MoveAction, mime, *_HELD)
        QApplication.sendEvent(self.canvas.viewport(), event)
        return event.isAccepted()

    def drop(self, mime: QMimeData, at: QPoint) -> bool:
        if not self.carry(mime, at):
            self.leave()
            return False
        event = QDropEvent(QPointF(at), Qt.DropAction.MoveAction, mime, *_HELD)
        QApplication.sendEvent(self.canvas.viewport(), event)
        return event.isAccepted()

    def leave(self) -> None:
        QApplication.sendEvent(self.canvas.viewport(), QDragLeaveEvent())


_HELD = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)


@pytest.fixture
def timeline(qtbot: QtBot, view: BoardView) -> Hand:
    return Hand(qtbot, view.timeline)


@pytest.fixture
def bin_hand(qtbot: QtBot, view: BoardView) -> Hand:
    return Hand(qtbot, view.bin)
