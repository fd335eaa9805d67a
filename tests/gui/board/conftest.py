"""The board's view on a small day, and a hand that drags over it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.board.board_canvas import BoardCanvas
from app.desktop.board.board_view import BoardView
from app.desktop.theme import ThemeMode, apply_theme
from app.domain.ids import OrderId, RouteId
from tests.gui.board.town import UNITS, Town


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
