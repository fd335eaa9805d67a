"""What timeline, columns and bin have in common: choosing, dragging, dropping, keys, hints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QToolTip, QWidget

from app.desktop.board.board_hints import order_hint, row_hint
from app.desktop.board.board_model import NO_ROWS, Rows, Units
from app.desktop.board.board_moves import Direction, nudged
from app.desktop.board.drag_source import order_drag, route_drag
from app.desktop.board.drop_target import NO_HIT, DropTarget, Hit, Part
from app.desktop.board.inks import Inks
from app.domain.ids import OrderId, RouteId

_WALKS = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
)


class BoardCanvas(QAbstractScrollArea):
    """A painted view of the board. It shows values and tells gestures; it changes nothing."""

    EARLIER, LATER = Qt.Key.Key_Left, Qt.Key.Key_Right
    """Arrows along a route; with Ctrl they move its stops."""
    BEFORE, AFTER = Qt.Key.Key_Up, Qt.Key.Key_Down
    """Arrows from route to route."""

    orders_dropped = Signal(object, object, object)
    """Order ids, route id, and the position in front of which; None for the best fit."""
    orders_unassigned = Signal(object)
    route_transfer_dropped = Signal(object, object)
    """The route that gives all its stops, and the one that takes them."""
    selection_changed = Signal(object)
    """The chosen orders, the current one last."""
    route_selected = Signal(object)
    order_activated = Signal(object)
    follow_requested = Signal(object)
    """The order that a key is about to move: it is to stay in view."""
    locks_toggled = Signal(object)
    """Orders whose lock is to be turned."""
    route_lock_requested = Signal(object)
    context_requested = Signal(object, object, QPoint)
    """Order ids, route id or None, and where on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAcceptDrops(True)
        self.setAcceptDrops(True)
        self.rows: Rows = NO_ROWS
        self.units = Units(zone=NO_ROWS.zone)
        self.inks = Inks(self.palette())
        self.selected: tuple[OrderId, ...] = ()
        self.chosen_route: RouteId | None = None
        self.hovered: Hit = NO_HIT
        self.drops = DropTarget(self, self)
        self._nudges = {
            self.EARLIER: Direction.EARLIER,
            self.LATER: Direction.LATER,
            self.BEFORE: Direction.ROW_BEFORE,
            self.AFTER: Direction.ROW_AFTER,
        }
        self._selected_set: frozenset[OrderId] = frozenset()
        self._anchor: OrderId | None = None
        self._pressed: Hit | None = None
        self._press_at = QPoint()
        self._press_selects = False
        self._band: QRect | None = None
        self._band_keeps: tuple[OrderId, ...] = ()

    # What each view answers

    def hit(self, at: QPoint) -> Hit:
        raise NotImplementedError

    def order_rect(self, order: OrderId) -> QRect | None:
        """On the viewport; None for an order that this view does not show."""
        raise NotImplementedError

    def route_rect(self, route: RouteId) -> QRect:
        """Head and stops, on the viewport."""
        raise NotImplementedError

    def orders_in(self, rect: QRect) -> list[OrderId]:
        raise NotImplementedError

    def show_order(self, order: OrderId) -> None:
        """Scroll until it is in view."""
        raise NotImplementedError

    def show_route(self, route: RouteId) -> None:
        """Scroll until its head is in view."""
        raise NotImplementedError

    def rows_changed(self, changed: list[int] | None) -> None:
        """Lay out anew and repaint these rows; all of them for None."""
        raise NotImplementedError

    def visible_routes(self) -> list[RouteId]:
        raise NotImplementedError

    def step(self, order: OrderId | None, key: Qt.Key) -> OrderId | None:
        """The order to which an arrow key leads."""
        raise NotImplementedError

    # Values down

    def set_rows(self, rows: Rows, units: Units, changed: list[int] | None = None) -> None:
        self.rows = rows
        self.units = units
        self.drops.forget()
        self.rows_changed(changed)

    def set_selected(self, orders: Iterable[OrderId], route: RouteId | None = None) -> None:
        """Show a choice that was made elsewhere; tells nobody."""
        before = self._selected_set
        self.selected = tuple(dict.fromkeys(orders))
        self._selected_set = frozenset(self.selected)
        for order in before ^ self._selected_set:
            self.update_order(order)
        if route != self.chosen_route:
            for each in (route, self.chosen_route):
                if each is not None:
                    self.update_route(each)
            self.chosen_route = route
        for order in (*self.selected[-1:], *([self._anchor] if self._anchor else [])):
            self.update_order(order)
        self._anchor = self.current
        self._describe()

    def set_editable(self, is_editable: bool) -> None:
        """While an edit is under way, nothing else may be dropped."""
        self.drops.is_open = is_editable

    @property
    def current(self) -> OrderId | None:
        """The order that keys act on."""
        return self.selected[-1] if self.selected else None

    def is_selected(self, order: OrderId) -> bool:
        return order in self._selected_set

    def update_order(self, order: OrderId) -> None:
        place = self.rows.place_of.get(order)
        if place is not None:
            self.update_route(self.rows.rows[place[0]].route)
        elif (rect := self.order_rect(order)) is not None:
            self.viewport().update(rect.adjusted(-6, -6, 6, 6))

    def update_route(self, route: RouteId) -> None:
        if route in self.rows.row_of:
            self.viewport().update(self.route_rect(route))

    # Choosing

    def choose(self, orders: Sequence[OrderId]) -> None:
        """Choose and tell."""
        if tuple(orders) != self.selected or self.chosen_route is not None:
            self.set_selected(orders)
            self.selection_changed.emit(self.selected)

    def choose_route(self, route: RouteId) -> None:
        self.set_selected((), route)
        self.route_selected.emit(route)

    def _click(self, order: OrderId, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            if order in self._selected_set:
                self.choose([o for o in self.selected if o != order])
            else:
                self.choose([*self.selected, order])
        elif modifiers & Qt.KeyboardModifier.ShiftModifier and self._anchor is not None:
            self.choose(self._range(self._anchor, order))
        else:
            self.choose([order])

    def _range(self, first: OrderId, last: OrderId) -> list[OrderId]:
        """From one stop to another of the same route, the last one current."""
        a, b = self.rows.place_of.get(first), self.rows.place_of.get(last)
        if a is None or b is None or a[0] != b[0]:
            return [*self.selected, last]
        blocks = self.rows.rows[a[0]].blocks[min(a[1], b[1]) : max(a[1], b[1]) + 1]
        orders = [block.order for block in blocks]
        return orders if a[1] <= b[1] else orders[::-1]

    # Dragging

    def _start_drag(self, hit: Hit) -> None:
        if hit.order is not None:
            drag = order_drag(self, self.rows, hit.order, self.selected, self.inks)
        elif hit.route is not None:
            drag = route_drag(self, self.rows, hit.route, self.inks)
        else:
            return
        drag.exec(Qt.DropAction.MoveAction)

    def drag_area(self) -> QRect:
        """Whose edges scroll while something is dragged."""
        return self.viewport().rect()

    def update_hit(self, hit: Hit) -> None:
        """Repaint where a drag points; all of the view for nowhere."""
        if hit.route is not None:
            self.update_route(hit.route)
        else:
            self.viewport().update()

    def update_best(self) -> None:
        """Repaint what is said about the best route, besides in its row."""

    # Words

    def _describe(self) -> None:
        """Tell screen readers which stop the keys act on."""
        order = self.current
        if order is not None:
            text = order_hint(self.rows, order, self.units, is_plain=True)
        elif self.chosen_route is not None:
            text = row_hint(self.rows, self.chosen_route, self.units, is_plain=True)
        else:
            text = ""
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
            QAccessible.updateAccessibility(
                QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
            )
            if self.hasFocus() and QAccessible.isActive():
                # Spoken at once: a changed description is only read when somebody asks for it.
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def hint_at(self, at: QPoint) -> str:
        """What the mouse says when it rests there, as rich text."""
        hit = self.hit(at)
        if hit.order is not None:
            return order_hint(self.rows, hit.order, self.units)
        if hit.part is Part.ROUTE and hit.route is not None:
            return row_hint(self.rows, hit.route, self.units)
        return ""

    def paint_band(self, painter: QPainter) -> None:
        """The box that is drawn to choose what lies in it."""
        if self._band is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        soft = self.inks.accent
        soft.setAlpha(40)
        painter.setBrush(soft)
        solid = self.inks.accent
        solid.setAlpha(255)
        painter.setPen(QPen(solid, 1))
        painter.drawRect(self._band.normalized())

    # Qt

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.inks = Inks(self.palette())
            self.viewport().update()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rows_changed(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if (order := self.current) is not None:
            self.update_order(order)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if (order := self.current) is not None:
            self.update_order(order)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._press_at = event.position().toPoint()
        hit = self._pressed = self.hit(self._press_at)
        self._press_selects = False
        if hit.order is not None:
            # Of several chosen ones, each must be there to drag them all: a click waits.
            self._press_selects = hit.order in self._selected_set
            if not self._press_selects:
                self._click(hit.order, event.modifiers())
        elif hit.part is not Part.ROUTE:
            self._band_keeps = (
                self.selected
                if event.modifiers()
                & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
                else ()
            )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._hover(self.hit(at))
            return
        if (at - self._press_at).manhattanLength() < QApplication.startDragDistance() and (
            self._band is None
        ):
            return
        hit = self._pressed
        if hit.order is not None or hit.part is Part.ROUTE:
            self._pressed = None
            if self.drops.is_open:
                self._start_drag(hit)
            return
        self._stretch_band(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        hit, self._pressed = self._pressed, None
        if event.button() is not Qt.MouseButton.LeftButton or hit is None:
            return
        if self._band is not None:
            self._band = None
            self.viewport().update()
        elif hit.order is not None:
            if self._press_selects:
                self._click(hit.order, event.modifiers())
        elif hit.part is Part.ROUTE and hit.route is not None:
            self.choose_route(hit.route)
        elif not self._band_keeps:
            self.choose([])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        hit = self.hit(event.position().toPoint())
        if hit.order is not None:
            self.order_activated.emit(hit.order)

    def _stretch_band(self, at: QPoint) -> None:
        before = self._band
        self._band = QRect(self._press_at, at)
        inside = self.orders_in(self._band.normalized())
        self.choose([*self._band_keeps, *(o for o in inside if o not in self._band_keeps)])
        for rect in (before, self._band):
            if rect is not None:
                self.viewport().update(rect.normalized().adjusted(-2, -2, 2, 2))

    def _hover(self, hit: Hit) -> None:
        if hit == self.hovered:
            return
        before, self.hovered = self.hovered, hit
        for each in (before, hit):
            if (before.route, before.order) != (hit.route, hit.order):
                self._update_hovered(each)

    def _update_hovered(self, hit: Hit) -> None:
        if hit.route is not None:
            self.update_route(hit.route)
        elif hit.order is not None:
            self.update_order(hit.order)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(NO_HIT)
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            rect = self.order_rect(self.current) if self.current is not None else None
            at = rect.center() if rect is not None else self.viewport().rect().center()
            self.context_requested.emit(
                self.selected, self.chosen_route, self.viewport().mapToGlobal(at)
            )
            return
        hit = self.hit(event.pos())
        if hit.order is not None and hit.order not in self._selected_set:
            self.choose([hit.order])
        elif hit.order is None and hit.route is not None:
            self.choose_route(hit.route)
        orders = self.selected if hit.order is not None else ()
        self.context_requested.emit(orders, hit.route, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        match key:
            case Qt.Key.Key_Escape if self.selected or self.chosen_route is not None:
                self.choose([])
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace if self.selected:
                if self.drops.is_open:
                    self.orders_unassigned.emit(self.rows.in_sequence(self.selected))
            case Qt.Key.Key_L if not modifiers and self.selected:
                self.locks_toggled.emit(self.selected)
            case Qt.Key.Key_L if not modifiers and self.chosen_route is not None:
                self.route_lock_requested.emit(self.chosen_route)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space if self.current:
                self.order_activated.emit(self.current)
            case Qt.Key.Key_A if modifiers == Qt.KeyboardModifier.ControlModifier:
                self._choose_all()
            case _ if key in self._nudges and modifiers == Qt.KeyboardModifier.ControlModifier:
                self._nudge(self._nudges[key])
            case _ if key in _WALKS and not modifiers & Qt.KeyboardModifier.ControlModifier:
                self._walk(key, modifiers)
            case _:
                super().keyPressEvent(event)

    def _choose_all(self) -> None:
        """Every stop of the current route."""
        place = self.rows.place_of.get(self.current) if self.current else None
        row = self.rows.row(self.chosen_route) if self.chosen_route else None
        if row is None and place is not None:
            row = self.rows.rows[place[0]]
        if row is not None:
            self.choose([block.order for block in row.blocks])

    def _nudge(self, direction: Direction) -> None:
        orders = self.rows.in_sequence(self.selected)
        found = nudged(self.rows, orders, direction)
        if found is not None and self.drops.is_open:
            self.follow_requested.emit(self.current if self.current in orders else orders[0])
            self.orders_dropped.emit(orders, *found)

    def _walk(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        route = self._route_beside(key)
        if route is not None:
            self.choose_route(route)
            self.show_route(route)
            return
        found = self.step(self.current, key)
        if found is None:
            return
        if modifiers & Qt.KeyboardModifier.ShiftModifier and self.current is not None:
            self.choose([*(o for o in self.selected if o != found), found])
        else:
            self.choose([found])
        self.show_order(found)

    def _route_beside(self, key: Qt.Key) -> RouteId | None:
        """The head to which an arrow leads: from head to head, and back from the first stop."""
        if self.chosen_route is not None and key in (self.BEFORE, self.AFTER):
            number = self.rows.row_of.get(self.chosen_route, -1)
            number += 1 if key == self.AFTER else -1
            return self.rows.rows[number].route if 0 <= number < len(self.rows.rows) else None
        place = self.rows.place_of.get(self.current) if self.current is not None else None
        if place is not None and place[1] == 0 and key == self.EARLIER:
            return self.rows.rows[place[0]].route
        return None

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.hint_at(event.pos()), self.viewport())
            return True
        return super().viewportEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.drops.enter(event.mimeData()):
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
            self.viewport().update()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.drops.move(event)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self.drops.end()

    def dropEvent(self, event: QDropEvent) -> None:
        taken = self.drops.drop(event)
        if taken is None:
            return
        hit, route, orders = taken
        if route is not None:
            self.route_transfer_dropped.emit(route, hit.route)
        elif hit.part is Part.BIN:
            self.orders_unassigned.emit(orders)
        else:
            self.orders_dropped.emit(orders, hit.route, hit.index)
