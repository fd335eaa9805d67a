"""The one selection that table, map, board and inspector share."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from app.domain.ids import OrderId, RouteId


class Selection(QObject):
    """Which orders, or which route, a dispatcher is looking at.

    Choosing orders lets go of the route and the other way round. Each setter names its origin, so
    that the view in which somebody clicked doesn't scroll under the mouse.
    """

    changed = Signal(object)
    """The origin: the view in which the choice was made, or None."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._orders: tuple[OrderId, ...] = ()
        self._route: RouteId | None = None

    @property
    def orders(self) -> tuple[OrderId, ...]:
        """In the sequence of choosing; the last one is the current one."""
        return self._orders

    @property
    def order(self) -> OrderId | None:
        """The order that was chosen last."""
        return self._orders[-1] if self._orders else None

    @property
    def route(self) -> RouteId | None:
        return self._route

    def select_orders(self, orders: Iterable[OrderId], origin: object = None) -> None:
        self._set(tuple(dict.fromkeys(orders)), None, origin)

    def select_route(self, route: RouteId | None, origin: object = None) -> None:
        self._set((), route, origin)

    def clear(self, origin: object = None) -> None:
        self._set((), None, origin)

    def _set(self, orders: tuple[OrderId, ...], route: RouteId | None, origin: object) -> None:
        if (orders, route) == (self._orders, self._route):
            return
        self._orders = orders
        self._route = route
        self.changed.emit(origin)
