"""The sending end of a drag: orders or a whole route on the mouse."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QDrag, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from app.desktop.board.board_model import Rows
from app.desktop.board.inks import CENTER, Inks
from app.desktop.widgets.dragging import orders_mime, route_mime
from app.domain.board import with_halves
from app.domain.ids import OrderId, RouteId


def order_drag(
    source: QWidget, rows: Rows, grabbed: OrderId, orders: tuple[OrderId, ...], inks: Inks
) -> QDrag:
    """These orders, in the sequence of driving; the one that was grabbed is named.

    The other halves of their pairs are counted, for they will come along.
    """
    drag = QDrag(source)
    drag.setMimeData(orders_mime(rows.in_sequence(orders)))
    board = rows.board
    known = board.orders.get(grabbed) if board is not None else None
    text = known.reference if known is not None else ""
    more = len(with_halves(board, orders) if board is not None else orders) - 1
    _hang(drag, source, f"{text} +{more}" if more else text, inks)
    return drag


def route_drag(source: QWidget, rows: Rows, route: RouteId, inks: Inks) -> QDrag:
    """All stops of a route."""
    drag = QDrag(source)
    drag.setMimeData(route_mime(route))
    row = rows.row(route)
    _hang(drag, source, f"{row.driver}: {row.stops}" if row is not None else "", inks)
    return drag


def _hang(drag: QDrag, source: QWidget, text: str, inks: Inks) -> None:
    """A tag beside the mouse."""
    size = QSize(inks.small_bold_width(text) + 16, 24)
    ratio = source.devicePixelRatioF()
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(inks.accent)
    rect = QRectF(0, 0, size.width(), size.height())
    painter.drawRoundedRect(rect, 4, 4)
    inks.words(painter, rect, text, inks.on_accent, inks.small_bold, CENTER)
    painter.end()
    drag.setPixmap(pixmap)
    drag.setHotSpot(QPoint(-12, -8))
