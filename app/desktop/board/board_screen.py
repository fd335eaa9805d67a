"""Joins the board to the day: reads it, keeps it fresh, and turns gestures into edits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint, QSettings, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.board.board_edits import (
    fitted,
    next_lock,
    with_route_lock,
    with_status,
    with_stop_locks,
)
from app.desktop.board.board_model import Units, prepared
from app.desktop.board.board_view import BoardView
from app.desktop.editor import Editor
from app.desktop.selection import Selection
from app.desktop.tasks import Tasks
from app.desktop.widgets.editing import until_idle
from app.domain.board import Board, check_plannable, move, transfer, unassign, with_halves
from app.domain.edits import Changes, Edit, LockBin
from app.domain.errors import ConflictError, NotFoundError
from app.domain.ids import DepotId, OrderId, RouteId
from app.domain.routes import Lock, RouteStatus
from app.services.dispatch import DispatchService

_NOW_MS = 20_000


def _utc_now() -> datetime:
    return datetime.now(UTC)


class BoardScreen(QWidget):
    """Shows one service day; other screens take the same Board value from `board_changed`."""

    board_changed = Signal(object)
    """The Board that is shown from now on."""
    context_requested = Signal(object, object, QPoint)
    """Order ids, route id or None, and where on the screen a menu is wanted."""
    order_activated = Signal(object)
    on_hold_requested = Signal()

    def __init__(
        self,
        dispatch: DispatchService,
        tasks: Tasks,
        editor: Editor,
        selection: Selection,
        parent: QWidget | None = None,
        *,
        settings: QSettings | None = None,
        is_metric: bool = True,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("board_screen")
        self._dispatch = dispatch
        self._tasks = tasks
        self._editor = editor
        self._selection = selection
        self._clock = clock
        self._board: Board | None = None
        self._day: date | None = None
        self._depot: DepotId | None = None
        self._zone: ZoneInfo | None = None
        self._is_metric = is_metric
        self._reading = asyncio.Lock()
        self._turn = asyncio.Lock()
        self._pending = Changes()
        self._followed: OrderId | None = None
        self.view = BoardView(self, settings=settings)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)
        self._connect()
        timer = QTimer(self, interval=_NOW_MS)
        timer.timeout.connect(self._on_minute)
        timer.start()

    @property
    def board(self) -> Board | None:
        return self._board

    def show_day(
        self, day: date, depot: DepotId | None = None, zone: ZoneInfo | None = None
    ) -> None:
        """Read a day and show it; `zone` is for a day without any shift to take it from."""
        self._day, self._depot, self._zone = day, depot, zone
        self.reload()

    def reload(self) -> None:
        """Read the whole day again."""
        if self._day is not None:
            self._tasks.start(self._load(self._day, self._depot), self)

    def set_metric(self, is_metric: bool) -> None:
        """Kilometres or miles."""
        if is_metric != self._is_metric:
            self._is_metric = is_metric
            if self._board is not None:
                # Every word is written anew: no row of before may be kept.
                units = self._units()
                self.view.set_rows(prepared(self._board, units), units)

    def on_changes(self, changes: Changes, _origin: object) -> None:
        """Read again what changed, if it is of the day that is shown."""
        board = self._board
        if board is None:
            return
        is_ours = (
            changes.is_fleet_changed
            or changes.are_roads_changed
            or board.day in changes.days
            or not changes.orders.isdisjoint(board.orders)
            or not changes.routes.isdisjoint(each.id for each in board.routes)
        )
        if is_ours:
            self._pending |= changes
            self._tasks.start(self._refresh(), self)

    # Edits, for menus and keys of the window as well as for the view

    def follow(self, order: OrderId) -> None:
        """Scroll to an order where the edit that is asked for next leaves it."""
        self._followed = order

    def drop_orders(
        self, orders: Sequence[OrderId], route: RouteId, index: int | None = None
    ) -> None:
        """Put orders on a route before a position; None asks for the best fit, which may refuse.

        The other half of a pair comes along, unless it is on that route and a place was named.
        """
        name = self._route_name(route)

        def step(board: Board) -> tuple[Edit, str]:
            kept = route if index is not None else None
            moving = with_halves(board, orders, kept)
            words = self._order_words(moving)
            text = self.tr("Move %1 to %2").replace("%1", words).replace("%2", name)
            if index is None:
                return fitted(board, moving, route), text
            return move(board, moving, route, index), text

        self._take(step)

    def _on_orders_refused(self, orders: Sequence[OrderId]) -> None:
        self._tasks.start(self._refuse(orders[0]), self)

    async def _refuse(self, order: OrderId) -> None:
        if self._board is not None:
            check_plannable(self._board, order)

    def unassign_orders(self, orders: Iterable[OrderId]) -> None:
        """Take them off their routes, with the other halves of their pairs."""
        board = self._board
        if board is None:
            return
        routed = board.route_of
        taken = [order for order in with_halves(board, tuple(orders)) if order in routed]
        if taken:
            text = self.tr("Unassign %1").replace("%1", self._order_words(taken))
            self._submit(lambda board: unassign(board, taken), text)

    def transfer_route(self, source: RouteId, target: RouteId) -> None:
        """Give all stops of a route to another shift, in their sequence."""
        text = (
            self.tr("Move the route of %1 to %2")
            .replace("%1", self._route_name(source))
            .replace("%2", self._route_name(target))
        )
        self._submit(lambda board: transfer(board, source, target), text)

    def toggle_stop_locks(self, orders: Iterable[OrderId]) -> None:
        """Lock these stops; where all of them are locked, unlock them."""
        chosen = tuple(orders)

        def step(board: Board) -> tuple[Edit, str]:
            stops = [s for each in board.routes for s in each.route.stops if s.order in chosen]
            are_locked = bool(stops) and all(stop.is_locked for stop in stops)
            words = self.tr("Unlock %1") if are_locked else self.tr("Lock %1")
            text = words.replace("%1", self._order_words(chosen))
            return with_stop_locks(board, chosen), text

        self._take(step)

    def set_route_lock(self, route: RouteId, lock: Lock | None = None) -> None:
        """None takes the next lock after the one there is."""

        def step(board: Board) -> tuple[Edit, str]:
            wanted = lock or next_lock(board.route(route).route.lock)
            words = {
                Lock.NONE: self.tr("Unlock the route of %1"),
                Lock.CONTENTS: self.tr("Lock the orders of %1"),
                Lock.SEQUENCE: self.tr("Lock the orders of %1 and their sequence"),
            }[wanted]
            text = words.replace("%1", self._route_name(route))
            return with_route_lock(board, route, wanted), text

        self._take(step)

    def set_status(self, routes: Iterable[RouteId], status: RouteStatus) -> None:
        """Release routes to their drivers, take them back, or finish them."""
        chosen = tuple(routes)
        words = {
            RouteStatus.RELEASED: self.tr("Release %1"),
            RouteStatus.DRAFT: self.tr("Take back %1"),
            RouteStatus.FINISHED: self.tr("Finish %1"),
        }[status]
        name = (
            self._route_name(chosen[0])
            if len(chosen) == 1
            else self.tr("%1 routes").replace("%1", str(len(chosen)))
        )
        self._submit(lambda board: with_status(board, chosen, status), words.replace("%1", name))

    def toggle_bin_lock(self) -> None:
        def step(board: Board) -> tuple[Edit, str]:
            is_locked = board.is_bin_locked
            text = (
                self.tr("Unlock the unassigned orders")
                if is_locked
                else self.tr("Lock the unassigned orders")
            )
            return LockBin(day=board.day, is_locked=not is_locked), text

        self._take(step)

    def make_edit(self, edit: Edit, text: str) -> None:
        """An edit that was computed for the board that is shown."""
        self._submit(lambda _board: edit, text)

    def _submit(self, make: Callable[[Board], Edit], text: str) -> None:
        self._take(lambda board: (make(board), text))

    def _take(self, step: Callable[[Board], tuple[Edit, str]]) -> None:
        if self._board is not None:
            self._tasks.start(self._edit(step), self)

    async def _edit(self, step: Callable[[Board], tuple[Edit, str]]) -> None:
        try:
            # A key that is pressed while the edit before is still being saved is not lost; it
            # means the board as that edit leaves it.
            async with self._turn:
                await until_idle(self._editor)
                if self._board is not None:
                    edit, text = step(self._board)
                    await self._editor.apply(edit, text, self)
        except (ConflictError, NotFoundError):
            # Somebody was faster: what is shown is not what is.
            self.reload()
            raise

    # Reading

    async def _load(self, day: date, depot: DepotId | None) -> None:
        async with self._reading:
            if (day, depot) != (self._day, self._depot):
                return
            self._pending = Changes()
            board = await self._tasks.run(self._dispatch.board, day, depot)
            if (day, depot) == (self._day, self._depot):
                units = self._units(board)
                rows = await self._tasks.run_long(prepared, board, units, self.view.rows)
                self._board = board
                self.view.set_rows(rows, units)
                self._shown(board)

    async def _refresh(self) -> None:
        async with self._reading:
            changes, self._pending = self._pending, Changes()
            board = self._board
            if board is None or changes.is_empty or board.day != self._day:
                return
            fresh = await self._tasks.run(self._dispatch.refresh, board, changes)
            units = self._units(fresh)
            rows = await self._tasks.run_long(prepared, fresh, units, self.view.rows)
            if fresh.day == self._day and self._board is board:
                self._board = fresh
                self.view.set_rows(rows, units)
                self._shown(fresh)
                self._reveal_followed(changes)

    def _reveal_followed(self, changes: Changes) -> None:
        followed, board = self._followed, self._board
        if followed is None or board is None:
            return
        # Within its route an order moves without being changed itself.
        if followed in changes.orders or board.route_of.get(followed) in changes.routes:
            self.view.reveal(followed)
            self._followed = None

    def _shown(self, board: Board) -> None:
        self._on_selection(None)
        self._on_minute()
        self.board_changed.emit(board)

    def _units(self, board: Board | None = None) -> Units:
        shown = board if board is not None else self._board
        zone = self._zone
        if shown is not None and shown.routes:
            zone = shown.routes[0].route.shift.depot.zone
        return Units(zone=zone or ZoneInfo("UTC"), is_metric=self._is_metric)

    # Words

    def _order_words(self, orders: Sequence[OrderId]) -> str:
        known = self._board.orders.get(orders[0]) if self._board is not None and orders else None
        if len(orders) == 1 and known is not None:
            return known.reference
        return self.tr("%1 orders").replace("%1", str(len(orders)))

    def _route_name(self, route: RouteId) -> str:
        row = self.view.rows.row(route)
        return row.driver if row is not None else ""

    # Slots

    def _connect(self) -> None:
        view = self.view
        view.orders_dropped.connect(self.drop_orders)
        view.follow_requested.connect(self.follow)
        view.orders_refused.connect(self._on_orders_refused)
        view.orders_unassigned.connect(self.unassign_orders)
        view.route_transfer_dropped.connect(self.transfer_route)
        view.locks_toggled.connect(self.toggle_stop_locks)
        view.route_lock_requested.connect(self.set_route_lock)
        view.bin_lock_requested.connect(self.toggle_bin_lock)
        view.selection_changed.connect(self._on_selected)
        view.route_selected.connect(self._on_route_selected)
        view.context_requested.connect(self.context_requested)
        view.order_activated.connect(self.order_activated)
        view.on_hold_requested.connect(self.on_hold_requested)
        self._selection.changed.connect(self._on_selection)
        self._tasks.changed.connect(self.on_changes)
        self._editor.busy_changed.connect(lambda is_busy: view.set_editable(not is_busy))

    def _on_selected(self, orders: tuple[OrderId, ...]) -> None:
        self._selection.select_orders(orders, self)

    def _on_route_selected(self, route: RouteId) -> None:
        self._selection.select_route(route, self)

    def _on_selection(self, origin: object) -> None:
        if origin is self:
            return
        self.view.set_selected(self._selection.orders, self._selection.route)
        if origin is not None and self._selection.order is not None:
            self.view.reveal(self._selection.order)

    def _on_minute(self) -> None:
        self.view.set_now(self._clock())
