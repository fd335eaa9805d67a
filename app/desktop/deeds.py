"""What can be done with the selection, from wherever it is asked: inspector, menus, keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from app.desktop.board.board_screen import BoardScreen
from app.desktop.editor import Editor
from app.desktop.inspector.inspector_view import deed_icon, deed_text
from app.desktop.inspector.sheet import Deed
from app.desktop.orders.order_actions import OrderActions
from app.desktop.orders.order_deeds import locked_orders, possible, possible_for_any
from app.desktop.palette_moves import Move
from app.desktop.selection import Selection
from app.desktop.tasks import Tasks
from app.desktop.theme import icon
from app.desktop.widgets.editing import until_idle
from app.desktop.widgets.formats import menu_text
from app.domain.board import BoardRoute
from app.domain.edits import ChangeOrders, Edit
from app.domain.errors import RuleError
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.domain.routes import Lock, RouteStatus
from app.services.orders import OrdersService


class Deeds(QObject):
    """Acts on the selection; what another screen must do goes out as a signal."""

    edit_wanted = Signal(object)
    map_wanted = Signal(object)
    print_wanted = Signal(object)
    """Routes whose paper is wanted."""
    spread_wanted = Signal(object)
    """A route whose van or driver is gone."""

    def __init__(
        self,
        orders: OrdersService,
        tasks: Tasks,
        editor: Editor,
        selection: Selection,
        board: BoardScreen,
        actions: OrderActions,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._actions = actions
        self._orders = orders
        self._tasks = tasks
        self._editor = editor
        self._selection = selection
        self._board = board
        self._window = window

    def do(self, deed: Deed) -> None:
        orders, route = self._selection.orders, self._selection.route
        match deed:
            case Deed.EDIT if orders:
                self.edit_wanted.emit(orders[-1])
            case Deed.SHOW_ON_MAP:
                self.map_wanted.emit(orders or self._stops(route))
            case Deed.BEST_FIT if orders:
                self._actions.assign_chosen.emit(None)
            case Deed.FIX_ADDRESS:
                self._actions.fix.trigger()
            case Deed.LOCK | Deed.UNLOCK if orders:
                self._board.toggle_stop_locks(orders)
            case _ if orders and deed in self._actions.of_deed:
                self._actions.of_deed[deed].trigger()
            case Deed.RELEASE_ROUTE if route is not None:
                self._board.set_status([route], RouteStatus.RELEASED)
            case Deed.TAKE_BACK if route is not None:
                self._board.set_status([route], RouteStatus.DRAFT)
            case Deed.LOCK_ROUTE if route is not None:
                self._board.set_route_lock(route)
            case Deed.PRINT_ROUTE if route is not None:
                self.print_wanted.emit((route,))
            case Deed.SPREAD if route is not None:
                self.spread_wanted.emit(route)
            case Deed.EMPTY_ROUTE if route is not None:
                self._board.unassign_orders(self._stops(route))
            case _:
                self._tasks.failed.emit(
                    RuleError(self.tr("Select an order or a route first.")), self
                )

    def release_all(self) -> None:
        """Every draft with stops."""
        board = self._board.board
        routes = [
            each.id
            for each in (board.routes if board is not None else ())
            if each.route.status is RouteStatus.DRAFT and each.route.stops
        ]
        if routes:
            self._board.set_status(routes, RouteStatus.RELEASED)

    def save_notes(self, order: OrderId, notes: str) -> None:
        def noted(orders: Sequence[Order]) -> Edit:
            return ChangeOrders(put=tuple(replace(each, notes=notes) for each in orders))

        self._change([order], noted, self.tr("Change the notes"))

    def move(self, move: Move) -> None:
        """Make a move that was typed, and show where it went."""
        self._board.follow(move.orders[0])
        if move.route is None:
            self._board.unassign_orders(move.orders)
        else:
            self._board.drop_orders(move.orders, move.route, move.index)
        self._selection.select_orders(move.orders, self)

    def menu(self, orders: Sequence[OrderId], route: RouteId | None, point: QPoint) -> None:
        """What can be done with orders or a route, wherever on the screen it is wanted."""
        if not orders and route is None:
            return
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        is_route = route is not None and not orders
        allowed = self._of_route(route) if is_route and route is not None else self._of(orders)
        for deed in _ROUTE_MENU if is_route else _ORDER_MENU:
            if deed is None:
                menu.addSeparator()
                continue
            if deed not in allowed:
                continue
            if deed is Deed.LOCK_ROUTE and route is not None:
                self._add_locks(menu, route)
                continue
            action = menu.addAction(icon(deed_icon(deed)), deed_text(deed))
            action.setObjectName(f"menu_{deed.value}")
            action.triggered.connect(lambda _checked=False, deed=deed: self.do(deed))
            if deed is Deed.BEST_FIT:
                self._add_routes(menu, orders)
        if is_route and route is not None:
            self._add_transfers(menu, route)
        menu.popup(point)

    def _of(self, orders: Sequence[OrderId]) -> frozenset[Deed]:
        """What is possible with these orders."""
        board = self._board.board
        if board is None or not orders:
            return frozenset()
        routed, locked = board.route_of, locked_orders(board)
        known = dict(board.orders) | {order.id: order for order in board.on_hold}
        return possible_for_any(
            possible(known[key], is_on_route=key in routed, is_locked=key in locked)
            for key in orders
            if key in known
        )

    def _of_route(self, route: RouteId) -> frozenset[Deed]:
        """What is possible with this route."""
        board = self._board.board
        if board is None:
            return frozenset()
        shown = board.route(route).route
        allowed = {Deed.PRINT_ROUTE, Deed.SHOW_ON_MAP} if shown.stops else set()
        if shown.stops and shown.status is not RouteStatus.FINISHED:
            allowed.add(Deed.SPREAD)
        if shown.status is RouteStatus.DRAFT:
            allowed.add(Deed.LOCK_ROUTE)
            allowed |= {Deed.RELEASE_ROUTE, Deed.EMPTY_ROUTE} if shown.stops else set()
        else:
            allowed.add(Deed.TAKE_BACK)
        return frozenset(allowed)

    @property
    def possible_with_route(self) -> frozenset[Deed]:
        """What is possible with the selected route; nothing where none is."""
        route, board = self._selection.route, self._board.board
        is_there = board is not None and any(each.id == route for each in board.routes)
        return self._of_route(route) if route is not None and is_there else frozenset()

    def _add_routes(self, menu: QMenu, orders: Sequence[OrderId]) -> None:
        drafts = self._drafts()
        if not drafts:
            return
        routes = menu.addMenu(icon("truck-plus-outline"), self.tr("Assign to"))
        for each in drafts:
            action = routes.addAction(menu_text(each.route.shift.name))
            action.triggered.connect(
                lambda _checked=False, route=each.id: self._board.drop_orders(orders, route)
            )

    def _add_locks(self, menu: QMenu, route: RouteId) -> None:
        board = self._board.board
        if board is None:
            return
        locks = menu.addMenu(icon(deed_icon(Deed.LOCK_ROUTE)), self.tr("Lock the route"))
        group = QActionGroup(locks)
        for lock, words in (
            (Lock.NONE, self.tr("Not locked")),
            (Lock.CONTENTS, self.tr("Its orders stay")),
            (Lock.SEQUENCE, self.tr("Its orders and their sequence stay")),
        ):
            action = locks.addAction(words)
            action.setCheckable(True)
            action.setChecked(board.route(route).route.lock is lock)
            group.addAction(action)
            action.triggered.connect(
                lambda _checked=False, lock=lock: self._board.set_route_lock(route, lock)
            )

    def _add_transfers(self, menu: QMenu, source: RouteId) -> None:
        drafts = self._drafts()
        giving = next((each.route for each in drafts if each.id == source), None)
        takers = [each for each in drafts if each.id != source]
        if giving is None or not giving.stops or not takers:
            return
        targets = menu.addMenu(icon("account-switch-outline"), self.tr("Give all stops to"))
        for each in takers:
            action = targets.addAction(menu_text(each.route.shift.name))
            action.triggered.connect(
                lambda _checked=False, target=each.id: self._board.transfer_route(source, target)
            )

    def _drafts(self) -> list[BoardRoute]:
        """The routes that take and give orders."""
        board = self._board.board
        routes = board.routes if board is not None else ()
        return [each for each in routes if each.route.status is RouteStatus.DRAFT]

    def _change(
        self, orders: Sequence[OrderId], change: Callable[[Sequence[Order]], Edit], text: str
    ) -> None:
        self._tasks.start(self._make(orders, change, text), self)

    async def _make(
        self, orders: Sequence[OrderId], change: Callable[[Sequence[Order]], Edit], text: str
    ) -> None:
        await until_idle(self._editor)
        found = await self._tasks.run(self._orders.get, orders)
        if found:
            await self._editor.apply(change(found), self._counted(text, orders), self)

    def _counted(self, text: str, orders: Sequence[OrderId]) -> str:
        board = self._board.board
        if len(orders) == 1 and board is not None and orders[0] in board.orders:
            return f"{text}: {board.orders[orders[0]].reference}"
        return self.tr("{0}: {1} orders").format(text, len(orders))

    def _stops(self, route: RouteId | None) -> tuple[OrderId, ...]:
        board = self._board.board
        return () if board is None or route is None else board.route(route).route.orders


_ORDER_MENU = (
    Deed.EDIT,
    Deed.FIX_ADDRESS,
    None,
    Deed.BEST_FIT,
    Deed.INSERT,
    Deed.UNASSIGN,
    Deed.LOCK,
    Deed.UNLOCK,
    None,
    Deed.HOLD,
    Deed.TAKE_OFF_HOLD,
    Deed.NEXT_DAY,
    Deed.DUPLICATE,
    Deed.CANCEL,
    Deed.REOPEN,
    None,
    Deed.LABEL,
    Deed.SHOW_ON_MAP,
)
_ROUTE_MENU = (
    Deed.RELEASE_ROUTE,
    Deed.TAKE_BACK,
    None,
    Deed.LOCK_ROUTE,
    Deed.EMPTY_ROUTE,
    Deed.SPREAD,
    None,
    Deed.PRINT_ROUTE,
    Deed.SHOW_ON_MAP,
)
