"""The board for screen readers: each stop is an object with its words, its place and its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QAccessibleInterface,
    QColor,
    QWindow,
)
from PySide6.QtWidgets import QAccessibleWidget

from app.desktop.board.board_hints import order_hint
from app.domain.ids import OrderId

if TYPE_CHECKING:
    from app.desktop.board.board_canvas import BoardCanvas

_ORIGIN = QPoint(0, 0)
_made: set[BoardAccess] = set()
"""Qt owns them, but Python must not let go of them before."""
_installed: dict[type, object] = {}


class StopAccess(QAccessibleInterface):
    """The stop or card that is the n-th of its view, whichever that is by now."""

    def __init__(self, owner: BoardAccess, number: int) -> None:
        super().__init__()
        self._owner = owner
        self._number = number

    @property
    def _order(self) -> OrderId | None:
        orders = self._owner.canvas.spoken_orders
        return orders[self._number] if self._number < len(orders) else None

    # Qt

    def isValid(self) -> bool:
        return self._owner.is_alive and self._order is not None

    def object(self) -> QObject | None:  # type: ignore[override]
        return None

    def window(self) -> QWindow | None:  # type: ignore[override]
        return self._owner.window()

    def parent(self) -> QAccessibleInterface:
        return self._owner

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # noqa: ARG002
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: ARG002
        return -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # noqa: ARG002
        return None

    def text(self, kind: QAccessible.Text) -> str:
        order = self._order if self.isValid() else None
        if order is None or kind is not QAccessible.Text.Name:
            return ""
        canvas = self._owner.canvas
        return order_hint(canvas.rows, order, canvas.units, is_plain=True)

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """What stops say is nobody's to change."""

    def rect(self) -> QRect:
        order = self._order if self.isValid() else None
        canvas = self._owner.canvas
        box = canvas.order_rect(order) if order is not None else None
        return QRect() if box is None else box.translated(canvas.viewport().mapToGlobal(_ORIGIN))

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        order = self._order if self.isValid() else None
        canvas = self._owner.canvas
        state.invalid = order is None
        if order is not None:
            state.focusable = state.selectable = state.extSelectable = True
            state.selected = canvas.is_selected(order)
            state.focused = canvas.hasFocus() and canvas.current == order
        return state

    def foregroundColor(self) -> QColor:
        return QColor()

    def backgroundColor(self) -> QColor:
        return QColor()


class BoardAccess(QAccessibleWidget):
    """A view of the board: the list of its stops."""

    def __init__(self, canvas: BoardCanvas) -> None:
        super().__init__(canvas, QAccessible.Role.List, canvas.accessibleName())
        self.canvas = canvas
        self.is_alive = True
        self._stops: list[StopAccess] = []
        canvas.destroyed.connect(self._on_destroyed)

    def _on_destroyed(self) -> None:
        # Qt keeps what it was given until it is told otherwise.
        self.is_alive = False
        for stop in self._stops:
            QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(stop))
        self._stops.clear()
        _made.discard(self)

    # Qt

    def childCount(self) -> int:
        return len(self.canvas.spoken_orders) if self.is_alive else 0

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        if not 0 <= index < self.childCount():
            return None
        while len(self._stops) <= index:
            self._stops.append(StopAccess(self, len(self._stops)))
        return self._stops[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return self._stops.index(child) if child in self._stops else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        stops = (self.child(index) for index in range(self.childCount()))
        return next(
            (stop for stop in stops if stop is not None and stop.rect().contains(x, y)), None
        )

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        current = self.canvas.current if self.is_alive and self.canvas.hasFocus() else None
        orders = self.canvas.spoken_orders
        return self.child(orders.index(current)) if current in orders else None


def announce(canvas: BoardCanvas) -> None:
    """The keys act on another stop than before."""
    if QAccessible.isActive():
        # Late: other views follow the selection, and Qt takes that for the focus.
        QTimer.singleShot(0, canvas, lambda: _say_focus(canvas))


def _say_focus(canvas: BoardCanvas) -> None:
    access = QAccessible.queryAccessibleInterface(canvas)
    stop = access.focusChild() if access is not None else None
    if stop is not None:
        event = QAccessibleEvent(stop, QAccessible.Event.Focus)
        QAccessible.updateAccessibility(event)


def install(kind: type[BoardCanvas]) -> None:
    """Tell Qt of what widgets of this kind consist; nothing is made until somebody asks it."""

    def made(_name: str, asked: QObject | None) -> QAccessibleInterface | None:
        if not isinstance(asked, kind):
            return None
        access = BoardAccess(asked)
        _made.add(access)
        return access

    if kind not in _installed:
        _installed[kind] = made
        QAccessible.installFactory(made)
