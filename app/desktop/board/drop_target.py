"""The receiving end of a drag: where it points, what it would mean there, and the drop itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from PySide6.QtCore import QMimeData, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QScrollBar

from app.desktop.board.board_model import Rows, Units
from app.desktop.board.drop_guide import DropGuide, Ghost
from app.desktop.widgets.dragging import dragged_orders, dragged_route
from app.domain.ids import OrderId, RouteId

_EDGE = 32
"""How near the edge a drag makes the view scroll."""
_SCROLL_MS = 16
_SLICE_S = 0.004
"""How long one slice of asking rows may take: the rest of a frame is for painting."""


class Part(Enum):
    NOTHING = auto()
    ROUTE = auto()
    """A route's head: a drop there is a best fit."""
    TRACK = auto()
    """Among the stops of a route: a drop there is exactly there."""
    BIN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What lies under a point."""

    part: Part = Part.NOTHING
    route: RouteId | None = None
    order: OrderId | None = None
    index: int | None = None
    """Where a drop would put its orders."""


NO_HIT = Hit()


class Ground(Protocol):
    """What a drag moves over."""

    rows: Rows
    units: Units

    def hit(self, at: QPoint) -> Hit: ...
    def update_hit(self, hit: Hit) -> None: ...
    def update_route(self, route: RouteId) -> None: ...
    def update_best(self) -> None: ...
    def visible_routes(self) -> list[RouteId]: ...
    def drag_area(self) -> QRect: ...
    def horizontalScrollBar(self) -> QScrollBar: ...
    def verticalScrollBar(self) -> QScrollBar: ...


class DropTarget(QObject):
    """One for each view; it knows what is carried over it and asks for what must be repainted."""

    refused = Signal(object)
    """Orders of which no route may have any came in."""

    def __init__(self, ground: Ground, parent: QObject) -> None:
        super().__init__(parent)
        self._ground = ground
        self.is_open = True
        """While an edit is under way, nothing else may be dropped."""
        self.guide: DropGuide | None = None
        """While orders are carried over this view."""
        self.route: RouteId | None = None
        """While a whole route is."""
        self.target: Hit = NO_HIT
        self._kept: DropGuide | None = None
        self._at = QPoint()
        self._scroller = QTimer(self, interval=_SCROLL_MS)
        self._scroller.timeout.connect(self._on_scroll_due)
        self._asker = QTimer(self, interval=0)
        self._asker.timeout.connect(self._on_ask_due)

    def row_ghost(self, route: RouteId) -> Ghost | None:
        return self.guide.row_ghost(route) if self.guide is not None else None

    def is_best(self, route: RouteId) -> bool:
        return self.guide is not None and self.guide.best == route

    def is_on_head(self, route: RouteId) -> bool:
        """Whether a drop would be for this route as a whole."""
        if self.target.route != route or route == self.route:
            return False
        return self.target.part is Part.ROUTE or self.route is not None

    def gap_ghost(self, route: RouteId) -> tuple[int, Ghost] | None:
        """The gap of this route that the drag points at, and what it would mean."""
        target = self.target
        if self.guide is None or self.route is not None or target.route != route:
            return None
        if target.part is not Part.TRACK:
            return None
        return (
            None
            if target.index is None
            else (target.index, self.guide.gap_ghost(route, target.index))
        )

    def enter(self, mime: QMimeData) -> bool:
        """Get ready for what comes in; False where it is nothing for this board."""
        rows = self._ground.rows
        if not self.is_open or rows.board is None:
            return False
        self.route = dragged_route(mime)
        row = rows.row(self.route) if self.route is not None else None
        if self.route is not None and row is None:
            return False
        orders = dragged_orders(mime) if row is None else tuple(block.order for block in row.blocks)
        known = rows.board.orders
        if not any(order in known and known[order].is_plannable for order in orders):
            if orders:
                self.refused.emit(orders)
            return False
        kept = self._kept
        if kept is None or not kept.is_for(rows, orders, self.route):
            kept = self._kept = DropGuide(rows, orders, self._ground.units, self.route)
        self.guide = kept
        self._asker.start()
        return True

    def move(self, event: QDragMoveEvent) -> None:
        self._at = event.position().toPoint()
        hit = self._ground.hit(self._at)
        self._point_at(hit)
        self._scroller.start()
        event.setDropAction(Qt.DropAction.MoveAction)
        event.setAccepted(self._takes(hit))

    def drop(self, event: QDropEvent) -> tuple[Hit, RouteId | None, tuple[OrderId, ...]] | None:
        """Where, and which route or orders; None where they can't be taken."""
        hit = self._ground.hit(event.position().toPoint())
        route, orders = self.route, dragged_orders(event.mimeData())
        is_taken = self.is_open and self._takes(hit)
        self.end()
        event.setAccepted(is_taken)
        return (hit, route, orders) if is_taken else None

    def end(self) -> None:
        """The drag is over, or went elsewhere."""
        self._scroller.stop()
        self._asker.stop()
        was_carried = self.guide is not None or self.route is not None
        self.guide = None
        self.route = None
        self.target = NO_HIT
        if was_carried:
            self._ground.update_hit(NO_HIT)

    def forget(self) -> None:
        """Another board came: what was asked of the old one is worth nothing."""
        if self._kept is not None and self._kept.rows.board is not self._ground.rows.board:
            self._kept = None
            if self.guide is not None:
                self.end()

    def _takes(self, hit: Hit) -> bool:
        if self.route is not None:
            return hit.route is not None and hit.route != self.route
        return self.guide is not None and hit.part is not Part.NOTHING

    def _point_at(self, hit: Hit) -> None:
        if hit != self.target:
            before, self.target = self.target, hit
            for each in (before, hit):
                if each.part is not Part.NOTHING:
                    self._ground.update_hit(each)

    def _on_ask_due(self) -> None:
        guide = self.guide
        if guide is None:
            self._asker.stop()
            return
        before = guide.best
        everyone = [row.route for row in guide.rows.rows]
        for route in guide.prepare([*self._ground.visible_routes(), *everyone], _SLICE_S):
            self._ground.update_route(route)
        if guide.best != before:
            self._ground.update_best()
            for marked in (before, guide.best):
                if marked is not None:
                    self._ground.update_route(marked)
        if guide.is_ready:
            self._asker.stop()

    def _on_scroll_due(self) -> None:
        """Scroll while the drag stands near an edge; the mouse need not move for it."""
        area = self._ground.drag_area()
        for bar, low, high, at in (
            (self._ground.horizontalScrollBar(), area.left(), area.right(), self._at.x()),
            (self._ground.verticalScrollBar(), area.top(), area.bottom(), self._at.y()),
        ):
            if low <= at < low + _EDGE:
                bar.setValue(bar.value() - (low + _EDGE - at) // 2)
            elif high - _EDGE < at <= high:
                bar.setValue(bar.value() + (at - high + _EDGE) // 2)
        self._point_at(self._ground.hit(self._at))
