"""Joins the inspector to the selection: reads what the board does not hold, and the history."""

from __future__ import annotations

import asyncio
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.colors import route_color, tokens
from app.desktop.inspector.advice import (
    Advice,
    Choice,
    order_advice,
    orders_advice,
    route_advice,
)
from app.desktop.inspector.inspector_view import InspectorView
from app.desktop.inspector.sheet import Deed, Sheet, Words
from app.desktop.inspector.sheets import (
    day_sheet,
    order_sheet,
    orders_sheet,
    route_sheet,
)
from app.desktop.selection import Selection
from app.desktop.tasks import Tasks
from app.desktop.widgets.formats import clock_text, short_day_text
from app.domain.board import Board
from app.domain.edits import Changes
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.planning.ladder import Ladders
from app.services.history_texts import event_text
from app.services.orders import Event, OrdersService

_LONGEST_HISTORY = 40
_PAUSE_S = 0.15
"""Who walks through a list with the arrow keys wants no advice on each order."""


class InspectorScreen(QWidget):
    """Follows the selection; never the origin of one, except by a click on a trouble."""

    deed_chosen = Signal(Deed)
    notes_saved = Signal(object, str)
    edit_chosen = Signal(object, str)
    """An Edit that was advised, and what the history calls it."""

    def __init__(
        self,
        orders: OrdersService,
        tasks: Tasks,
        selection: Selection,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("inspector_screen")
        self._orders = orders
        self._tasks = tasks
        self._selection = selection
        self._board: Board | None = None
        self._ladders: Ladders | None = None
        """Of the board; its routes are prepared while the first advice is sought."""
        self._zone = ZoneInfo("UTC")
        self._is_metric = True
        self._reading: asyncio.Task[None] | None = None
        self.view = InspectorView(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)
        self.view.deed_chosen.connect(self.deed_chosen)
        self.view.order_chosen.connect(self._on_order_chosen)
        self.view.notes_saved.connect(self._on_notes_saved)
        self.view.advice_chosen.connect(self._on_advice_chosen)
        selection.changed.connect(lambda _origin: self.refresh())
        tasks.changed.connect(self.on_changes)

    def set_board(self, board: Board) -> None:
        self._board = board
        self._ladders = Ladders(board)
        if board.routes:
            self._zone = board.routes[0].route.shift.depot.zone
        self.refresh()

    def set_metric(self, is_metric: bool) -> None:
        self._is_metric = is_metric
        self.refresh()

    def on_theme(self) -> None:
        self.view.forget()
        self.refresh()

    def on_changes(self, changes: Changes, _origin: object) -> None:
        """The board's own changes come with `set_board`; those of other days' orders here."""
        known = self._board.orders if self._board is not None else {}
        if any(order in changes.orders and order not in known for order in self._selection.orders):
            self.refresh()

    def refresh(self) -> None:
        """Read and show what is selected."""
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._tasks.start(self._read(), self)

    async def _read(self) -> None:
        orders, route = self._selection.orders, self._selection.route
        words = Words(zone=self._zone, is_metric=self._is_metric)
        subject: UUID | None = None
        if len(orders) == 1:
            found = await self._found(orders)
            if not found:
                self._selection.clear(self)
                return
            self._show(order_sheet(found[0], self._board, words))
            subject = orders[0]
        elif orders:
            found = await self._found(orders)
            self._show(orders_sheet(found, self._board))
        elif route is not None and self._board is not None:
            sheet = self._route_sheet(route, words)
            if sheet is None:
                self._selection.clear(self)
                return
            self._show(sheet)
            subject = route
        elif self._board is not None:
            self._show(day_sheet(self._board, words))
        events: tuple[Event, ...] = ()
        if subject is not None:
            events = await self._tasks.run(self._orders.history, subject)
        self.view.show_history(
            [
                (self._stamp(event), event_text(event, self._zone))
                for event in events[:_LONGEST_HISTORY]
            ]
        )
        await self._advise()

    async def _advise(self) -> None:
        """Off this thread: it takes a tenth of a second on a full day."""
        ladders, route = self._ladders, self._selection.route
        advice: Advice = ()
        if ladders is not None and (self._selection.orders or route is not None):
            await asyncio.sleep(_PAUSE_S)
            known = ladders.board.orders
            orders = [known[key] for key in self._selection.orders if key in known]
            run = self._tasks.run_long
            if route is not None:
                advice = await run(route_advice, ladders, route)
            elif len(self._selection.orders) > len(orders):
                advice = ()
            elif len(orders) == 1:
                advice = await run(order_advice, ladders, orders[0], is_metric=self._is_metric)
            else:
                advice = await run(orders_advice, ladders, orders, is_metric=self._is_metric)
        self.view.show_advice(advice)

    def _show(self, sheet: Sheet) -> None:
        shown = self.view.sheet
        is_same = shown is not None and shown.title == sheet.title
        if is_same and self.view.has_unsaved_notes:
            # Somebody is typing: what is typed is worth more than a fresher ETA.
            return
        self.view.show_sheet(sheet)

    async def _found(self, keys: tuple[OrderId, ...]) -> list[Order]:
        """From the board where it has them; other days' and cancelled ones from the database."""
        known: dict[OrderId, Order] = {}
        if self._board is not None:
            known = {key: self._board.orders[key] for key in keys if key in self._board.orders}
        missing = [key for key in keys if key not in known]
        if missing:
            known |= {o.id: o for o in await self._tasks.run(self._orders.get, missing)}
        return [known[key] for key in keys if key in known]

    def _route_sheet(self, route: RouteId, words: Words) -> Sheet | None:
        board = self._board
        for each in board.routes if board is not None else ():
            if board is not None and each.id == route:
                color = route_color(board.tint_of[route], is_dark=tokens().is_dark).name()
                return route_sheet(each, color, words)
        return None

    def _stamp(self, event: Event) -> str:
        local: datetime = event.at.astimezone(self._zone)
        when = f"{short_day_text(local.date())} {clock_text(event.at, self._zone)}"
        return f"{when} · {event.who} · {event.workstation}"

    def _on_order_chosen(self, order: OrderId) -> None:
        self._selection.select_orders([order], self)

    def _on_advice_chosen(self, choice: Choice) -> None:
        self.edit_chosen.emit(choice.edit, choice.undo_text)

    def _on_notes_saved(self, notes: str) -> None:
        if self._selection.order is not None:
            self.notes_saved.emit(self._selection.order, notes)
