"""Hands the map page its routes: those that changed, and one in each turn of the loop."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer

from app.desktop.map.bridge import Bridge
from app.desktop.map.map_values import MapRoute, route_json


class RouteFlow(QObject):
    """All routes of a large day at once would hold the window up for a quarter of a second."""

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._is_open = False
        self._routes: dict[str, MapRoute] = {}
        self._sent: dict[str, MapRoute] = {}
        self._waiting: list[str] = []
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._send_one)

    def set_routes(self, routes: Sequence[MapRoute]) -> None:
        """These and no others, in this sequence; costs little where they are as they were."""
        before = list(self._routes)
        self._routes = {route.key: route for route in routes}
        if self._is_open:
            if list(self._routes) != before:
                self._send_keys()
            self._find_waiting()

    def open(self) -> None:
        """The page is there, and knows nothing yet."""
        self._is_open = True
        self._sent.clear()
        self._send_keys()
        self._find_waiting()

    def close(self) -> None:
        """The page has gone."""
        self._is_open = False
        self._timer.stop()

    def _send_keys(self) -> None:
        self._sent = {key: route for key, route in self._sent.items() if key in self._routes}
        self._bridge.routes_changed.emit(_json(list(self._routes)))

    def _find_waiting(self) -> None:
        self._waiting = [
            key for key, route in self._routes.items() if self._sent.get(key) != route
        ][::-1]
        if self._waiting:
            self._timer.start()

    def _send_one(self) -> None:
        if self._waiting:
            key = self._waiting.pop()
            self._sent[key] = self._routes[key]
            self._bridge.route_changed.emit(_json(route_json(self._routes[key])))
        if not self._waiting:
            self._timer.stop()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
