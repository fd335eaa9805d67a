"""Makes edits of the chosen orders: of those that allow it, as one step that undo takes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.desktop.editor import Editor
from app.desktop.inspector.sheet import Deed
from app.desktop.orders.assign import assign
from app.desktop.orders.hold_dialog import HoldDialog
from app.desktop.orders.order_actions import OrderActions
from app.desktop.orders.order_deeds import ORDER_DEEDS, possible, possible_for_any
from app.desktop.tasks import Tasks
from app.desktop.widgets.editing import until_idle
from app.desktop.widgets.formats import count_text
from app.domain.board import Board, unassign, with_halves
from app.domain.edits import Edit
from app.domain.errors import RuleError
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.services.orders import (
    OrdersService,
    cancel,
    duplicate,
    hold,
    move_to_day,
    reopen,
    take_off_hold,
)

_FEW = 1_000
"""Of more orders nobody looks at each one to see what is possible with it."""


class OrderChanges(QObject):
    """Does what the actions ask for, and lets be asked for what is possible."""

    noticed = Signal(str)

    def __init__(
        self,
        orders: OrdersService,
        tasks: Tasks,
        editor: Editor,
        actions: OrderActions,
        shown: Callable[[OrderId], Order | None],
        screen: QWidget,
    ) -> None:
        """`shown` knows the orders that the table has read; `screen` is the edits' origin."""
        super().__init__(screen)
        self._orders = orders
        self._tasks = tasks
        self._editor = editor
        self._actions = actions
        self._shown = shown
        self._screen = screen
        self._board: Board | None = None
        self._chosen: tuple[OrderId, ...] = ()
        actions.assign_chosen.connect(self._on_assign)
        actions.unassign_chosen.connect(self._on_unassign)
        actions.hold_chosen.connect(self._on_hold)
        actions.next_day_chosen.connect(
            lambda: self._make(Deed.NEXT_DAY, _to_next_day, self.tr("Move to the next day"))
        )
        for signal, deed, change, text in (
            (actions.release_chosen, Deed.TAKE_OFF_HOLD, take_off_hold, self.tr("Take off hold")),
            (actions.duplicate_chosen, Deed.DUPLICATE, duplicate, self.tr("Duplicate")),
            (actions.cancel_chosen, Deed.CANCEL, cancel, self.tr("Cancel")),
            (actions.reopen_chosen, Deed.REOPEN, reopen, self.tr("Reopen")),
        ):
            signal.connect(
                lambda deed=deed, change=change, text=text: self._make(deed, change, text)
            )
        self.refresh()

    def set_board(self, board: Board | None) -> None:
        self._board = board
        self.refresh()

    def set_chosen(self, orders: tuple[OrderId, ...]) -> None:
        self._chosen = orders
        self.refresh()

    def refresh(self) -> None:
        """Say what is possible with the chosen orders as they are now."""
        deeds: frozenset[Deed] = frozenset()
        if len(self._chosen) > _FEW:
            deeds = ORDER_DEEDS - {Deed.EDIT}
        elif self._chosen:
            known = [self._known(key) for key in self._chosen]
            routed = self._routed
            deeds = possible_for_any(
                # Of an order that was not read nothing is known: the edit looks at it again.
                ORDER_DEEDS if order is None else possible(order, is_on_route=order.id in routed)
                for order in known
            )
        self._actions.set_possible(deeds)

    @property
    def _routed(self) -> frozenset[OrderId]:
        return frozenset(self._board.route_of) if self._board is not None else frozenset()

    def _known(self, key: OrderId) -> Order | None:
        order = self._shown(key)
        if order is None and self._board is not None:
            order = self._board.orders.get(key)
        return order

    async def _read(self) -> Sequence[Order]:
        """The chosen orders as they are shown; those that were not read are read."""
        known = {key: order for key in self._chosen if (order := self._known(key)) is not None}
        chosen = self._chosen
        missing = [key for key in chosen if key not in known]
        if missing:
            known |= {o.id: o for o in await self._tasks.run(self._orders.get, missing)}
        return [known[key] for key in chosen if key in known]

    def _make(self, deed: Deed, change: Callable[[Sequence[Order]], Edit], text: str) -> None:
        """Make an edit; `text` is what undo calls it."""
        if self._chosen:
            self._tasks.start(self._change(deed, change, text), self._screen)

    async def _change(
        self, deed: Deed, change: Callable[[Sequence[Order]], Edit], text: str
    ) -> None:
        # Rows and board are fresh again only when the edit before is shown.
        await until_idle(self._editor)
        chosen = await self._read()
        routed = self._routed
        orders = [o for o in chosen if deed in possible(o, is_on_route=o.id in routed)]
        if orders:
            await self._editor.apply(change(orders), self._counted(text, orders), self._screen)
        if left := len(chosen) - len(orders):
            words = self.tr("{0}: not possible with {1} of {2} chosen orders; left as they are.")
            self.noticed.emit(words.format(text, count_text(left), count_text(len(chosen))))

    def _counted(self, text: str, orders: Sequence[Order]) -> str:
        if len(orders) == 1:
            return f"{text}: {orders[0].reference}"
        return self.tr("{0}: {1} orders").format(text, count_text(len(orders)))

    def _shown_board(self) -> Board:
        if self._board is None:
            raise RuleError(self.tr("The board of this day is not read yet. Try again."))
        return self._board

    def _on_assign(self, route: RouteId | None) -> None:
        self._make(
            Deed.BEST_FIT,
            lambda orders: assign(self._shown_board(), [order.id for order in orders], route),
            self.tr("Assign"),
        )

    def _on_unassign(self) -> None:
        self._make(
            Deed.UNASSIGN,
            lambda orders: _off_routes(self._shown_board(), [order.id for order in orders]),
            self.tr("Unassign"),
        )

    def _on_hold(self) -> None:
        dialog = HoldDialog(len(self._chosen), self._screen)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def put_on_hold() -> None:
            reason = dialog.reason
            self._make(Deed.HOLD, lambda orders: hold(orders, reason), self.tr("Hold"))

        dialog.accepted.connect(put_on_hold)
        dialog.open()


def _off_routes(board: Board, orders: Sequence[OrderId]) -> Edit:
    return unassign(board, with_halves(board, orders))


def _to_next_day(orders: Sequence[Order]) -> Edit:
    return move_to_day(orders, max(order.day for order in orders) + timedelta(days=1))
