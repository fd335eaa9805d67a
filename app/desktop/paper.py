"""Which of the day's paper is wanted, from wherever it is asked: menus, keys, orders, routes."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QObject

from app.desktop.board.board_screen import BoardScreen
from app.desktop.notices import NoticeBar
from app.desktop.windows import Windows
from app.domain.ids import OrderId, RouteId
from app.services.manifests import Part


class Paper(QObject):
    def __init__(
        self, windows: Windows, board: BoardScreen, notices: NoticeBar, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._windows = windows
        self._board = board
        self._notices = notices

    def print_routes(
        self, routes: Collection[RouteId] | None, parts: Collection[Part] | None = None
    ) -> None:
        """All routes where none are named."""
        if self._board.board is not None:
            self._windows.open_print(self._board.board, routes, parts)

    def print_labels(self, orders: Collection[OrderId]) -> None:
        """A label names its route: only orders on one have labels."""
        board = self._board.board
        if board is None:
            return
        routed = [order for order in orders if order in board.route_of]
        if routed:
            routes = {board.route_of[order] for order in routed}
            self._windows.open_print(board, routes, {Part.LABELS}, routed)
        else:
            self._notices.show_info(
                self.tr("Labels name the route: assign the order first, then print its label.")
            )
