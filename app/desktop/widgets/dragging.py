"""What a drag carries between the screens: ids as lines of text."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from PySide6.QtCore import QMimeData

from app.domain.ids import OrderId, RouteId

MIME_ORDERS = "application/x-wayboard-orders"
"""Ids of orders, one a line."""
MIME_ROUTE = "application/x-wayboard-route"
"""The id of a route that is to be given to another shift, whole."""


def orders_mime(orders: Iterable[OrderId]) -> QMimeData:
    """What a drag of these orders carries."""
    mime = QMimeData()
    mime.setData(MIME_ORDERS, "\n".join(map(str, orders)).encode())
    return mime


def route_mime(route: RouteId) -> QMimeData:
    """What a drag of a whole route carries."""
    mime = QMimeData()
    mime.setData(MIME_ROUTE, str(route).encode())
    return mime


def dragged_orders(mime: QMimeData) -> tuple[OrderId, ...]:
    """The orders of a drag, in its sequence; none where another program's drag is no such thing."""
    return tuple(OrderId(each) for each in _ids(mime, MIME_ORDERS))


def dragged_route(mime: QMimeData) -> RouteId | None:
    """The route of a drag, or None."""
    ids = _ids(mime, MIME_ROUTE)
    return RouteId(ids[0]) if ids else None


def _ids(mime: QMimeData, kind: str) -> list[UUID]:
    try:
        text = bytes(mime.data(kind).data()).decode("ascii")
        return [UUID(line) for line in text.split()]
    except ValueError:
        return []
