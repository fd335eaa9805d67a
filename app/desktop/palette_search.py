"""What the palette finds besides actions: the move that is typed, and orders by their text."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.desktop.palette import Entry, Palette
from app.desktop.palette_moves import Move, resolved, typed_move
from app.desktop.selection import Selection
from app.desktop.tasks import Tasks
from app.desktop.theme import icon
from app.desktop.widgets.formats import dated_text, short_day_text
from app.desktop.widgets.parsing import parse_day
from app.domain.board import Board
from app.domain.errors import RuleError
from app.services.orders import OrderQuery, OrderRow, OrdersService

_FOUND = 8
_SHORTEST = 2
"""Fewer letters than that are in every order."""


class PaletteSearch(QObject):
    """Answers the palette; what is chosen goes out as signals."""

    move_chosen = Signal(object)
    order_chosen = Signal(object)
    """The Order, which may be of another day."""
    day_chosen = Signal(object)

    def __init__(
        self,
        palette: Palette,
        orders: OrdersService,
        tasks: Tasks,
        selection: Selection,
        board: Callable[[], Board | None],
    ) -> None:
        super().__init__(palette)
        self._palette = palette
        self._orders = orders
        self._tasks = tasks
        self._selection = selection
        self._board = board
        self._searching: asyncio.Task[None] | None = None
        palette.search_wanted.connect(self._on_search_wanted)

    def _on_search_wanted(self, text: str) -> None:
        if self._searching is not None:
            self._searching.cancel()
        board = self._board()
        if ">" in text and board is not None:
            self._palette.set_found(text, [self._move_entry(text, board)])
        elif len(text.strip()) >= _SHORTEST:
            self._searching = self._tasks.start(self._search(text, board), self)
        else:
            self._palette.set_found(text, [])

    def _move_entry(self, text: str, board: Board) -> Entry:
        typed = typed_move(text)
        if typed is None:
            return Entry(
                text=self.tr("Orders > driver or vehicle, and @2 for a place; > bin unassigns"),
                icon=icon("help-circle-outline", "muted"),
            )
        try:
            move = resolved(typed, board, self._selection.orders)
        except RuleError as error:
            return Entry(text=str(error), icon=icon("alert-outline", "risk"))
        return Entry(
            text=self._words(move, board),
            hint=self.tr("Move"),
            icon=icon("arrow-right-bold-outline", "accent"),
            run=lambda: self.move_chosen.emit(move),
        )

    def _words(self, move: Move, board: Board) -> str:
        known = dict(board.orders) | {order.id: order for order in board.on_hold}
        names = [known[order].reference for order in move.orders if order in known]
        some = ", ".join(names[:4]) + (f" … ({len(names)})" if len(names) > 4 else "")
        if move.route is None:
            return self.tr("Unassign {0}").format(some)
        shift = board.route(move.route).route.shift.name
        if move.index is None:
            return self.tr("Move {0} to {1}, where it fits best").format(some, shift)
        return self.tr("Move {0} to {1} as stop {2}").format(some, shift, move.index + 1)

    async def _search(self, text: str, board: Board | None) -> None:
        query = OrderQuery(text=text.strip())
        page = await self._tasks.run(self._orders.page, query, 0, _FOUND)
        entries = [self._order_entry(row) for row in page.rows]
        self._palette.set_found(text, [*self._day_entries(text, board), *entries])

    def _day_entries(self, text: str, board: Board | None) -> list[Entry]:
        try:
            day = parse_day(text, board.day) if board is not None else None
        except ValueError:
            day = None
        if day is None:
            return []
        return [
            Entry(
                text=self.tr("Go to {0}").format(dated_text(day)),
                hint=self.tr("Day"),
                icon=icon("calendar", "muted"),
                run=lambda: self.day_chosen.emit(day),
            )
        ]

    def _order_entry(self, row: OrderRow) -> Entry:
        order = row.order
        where = row.route_name if row.route is not None else ""
        hint = " · ".join(part for part in (short_day_text(order.day), where) if part)
        return Entry(
            text=f"{order.reference}  {order.recipient}, {order.address.line}",
            hint=hint,
            icon=icon("package-variant-closed", "muted"),
            run=lambda: self.order_chosen.emit(order),
        )
