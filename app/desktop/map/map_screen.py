"""Joins the map to the day: draws the board, follows the selection, moves pins."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QLabel, QMessageBox, QStackedLayout, QVBoxLayout, QWidget

from app.desktop.colors import tokens
from app.desktop.editor import Editor
from app.desktop.map.map_features import (
    DayStops,
    bounds_around,
    bounds_of,
    depots_of,
    overlay_of,
    routes_of,
)
from app.desktop.map.map_strip import MapStrip
from app.desktop.map.map_values import MapArea, MapDepot, MapRoute, MapStop
from app.desktop.selection import Selection
from app.desktop.tasks import Tasks
from app.desktop.widgets.dialogs import answered
from app.desktop.widgets.editing import until_idle
from app.domain.board import Board, BoardRoute
from app.domain.geo import Bounds, Location
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.roads.tiles import TileSource
from app.services.addresses import pin
from app.services.orders import OrdersService
from app.services.roads import RoadsService, RouteLine, Way


class MapSurface(Protocol):
    """What the screen needs of MapView, which alone knows QtWebEngine."""

    order_clicked: SignalInstance
    route_clicked: SignalInstance
    orders_lassoed: SignalInstance
    pin_dragged: SignalInstance
    map_clicked: SignalInstance
    map_context: SignalInstance
    area_drawn: SignalInstance
    drawing_ended: SignalInstance

    def set_tiles(self, source: TileSource | None) -> None: ...
    def set_stops(self, stops: Sequence[MapStop]) -> None: ...
    def set_routes(self, routes: Sequence[MapRoute]) -> None: ...
    def set_depots(self, depots: Sequence[MapDepot]) -> None: ...
    def set_areas(self, areas: Sequence[MapArea]) -> None: ...
    def set_mark(self, location: Location | None) -> None: ...
    def draw_area(self, is_on: bool) -> None: ...
    def set_selection(self, stops: Collection[str], routes: Collection[str] = ()) -> None: ...
    def show_only(
        self, routes: Collection[str] | None = None, *, unassigned: bool = True
    ) -> None: ...
    def set_dark(self, is_dark: bool) -> None: ...
    def set_metric(self, is_metric: bool) -> None: ...
    def fit(self, bounds: Bounds) -> None: ...
    def reveal(self, stops: Collection[str]) -> None: ...


class MapScreen(QWidget):
    """Works without its surface, which comes after the first paint of the window.

    Routes are drawn straight at once and along the streets as soon as their lines are known.
    """

    context_requested = Signal(object, object, QPoint)
    """Order ids, route id or None, and where on the screen a menu is wanted."""
    place_clicked = Signal(object)
    """A Location, while places are asked for."""
    area_drawn = Signal(object)
    """The corners of the area that was asked for, as Locations."""
    drawing_ended = Signal()
    """There will be no area."""
    overlay_ended = Signal()
    """Somebody wants to see the board alone again."""

    def __init__(
        self,
        roads: RoadsService,
        orders: OrdersService,
        tasks: Tasks,
        editor: Editor,
        selection: Selection,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("map_screen")
        self._roads = roads
        self._orders = orders
        self._tasks = tasks
        self._editor = editor
        self._selection = selection
        self._surface: MapSurface | None = None
        self._board: Board | None = None
        self._zone = ZoneInfo("UTC")
        self._fitted: object = None
        self._is_metric = True
        self._lines: dict[tuple[RouteId, Way], RouteLine] = {}
        self._overlay: tuple[Board, Board] | None = None
        self._drawing: asyncio.Task[None] | None = None
        self._stops = DayStops()
        self._is_asking = False
        self._areas: tuple[MapArea, ...] = ()
        self._stack = QStackedLayout()
        waiting = QLabel(self.tr("The map is being opened …"), self)
        waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        waiting.setProperty("kind", "muted")
        self._stack.addWidget(waiting)
        self._strip = MapStrip(self)
        self._strip.shown_changed.connect(self._show_only)
        self._strip.overlay_ended.connect(self.overlay_ended)
        self._strip.drawing_ended.connect(self.stop_drawing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._strip)
        layout.addLayout(self._stack, 1)
        selection.changed.connect(self._on_selection)

    def attach(self, surface: MapSurface, widget: QWidget) -> None:
        """Put the map itself in its place; everything known so far is drawn."""
        self._surface = surface
        self._stack.addWidget(widget)
        self._stack.setCurrentWidget(widget)
        self.setFocusProxy(widget)
        surface.order_clicked.connect(self._on_order_clicked)
        surface.route_clicked.connect(self._on_route_clicked)
        surface.orders_lassoed.connect(self._on_lassoed)
        surface.pin_dragged.connect(self._on_pin_dragged)
        surface.map_context.connect(self._on_context)
        surface.map_clicked.connect(self._on_ground_clicked)
        surface.area_drawn.connect(self._on_area_drawn)
        surface.drawing_ended.connect(self.stop_drawing)
        surface.set_areas(self._areas)
        surface.set_dark(tokens().is_dark)
        surface.set_metric(self._is_metric)
        self._tasks.start(self.reload_tiles(), self)
        self._draw()

    def set_metric(self, is_metric: bool) -> None:
        """In which units the scale is."""
        self._is_metric = is_metric
        if self._surface is not None:
            self._surface.set_metric(is_metric)

    def set_board(self, board: Board) -> None:
        is_other_day = self._board is None or board.day != self._board.day
        self._board = board
        if board.routes:
            self._zone = board.routes[0].route.shift.depot.zone
        self._strip.set_routes(board.routes, is_other_day=is_other_day)
        self._draw()

    def set_overlay(self, base: Board, over: Board, text: str) -> None:
        """Show one plan, and where another one is different; `text` says which they are."""
        self._overlay = (base, over)
        self._strip.show_overlay(text)
        self._draw()

    def clear_overlay(self) -> None:
        """Show the board alone."""
        if self._overlay is not None:
            self._overlay = None
            self._strip.show_overlay(None)
            self._draw()

    def on_theme(self) -> None:
        if self._surface is not None:
            self._surface.set_dark(tokens().is_dark)
        self._draw()

    def drop_tiles(self) -> None:
        """Their file will be closed."""
        if self._surface is not None:
            self._surface.set_tiles(None)

    def ask_for_place(self, is_asking: bool) -> None:
        """Whether the next clicks on the ground are places, told by `place_clicked`."""
        self._is_asking = is_asking
        self._strip.ask_for_place(is_on=is_asking)

    def set_areas(self, areas: Sequence[MapArea]) -> None:
        """Where roads are closed or slow."""
        self._areas = tuple(areas)
        if self._surface is not None:
            self._surface.set_areas(self._areas)

    def draw_area(self) -> None:
        """Let somebody draw an area; `area_drawn` or `drawing_ended` says how that went."""
        if self._surface is None:
            self.drawing_ended.emit()
            return
        self._strip.show_drawing(is_on=True)
        self._surface.draw_area(True)

    def stop_drawing(self) -> None:
        if self._surface is not None and self._strip.is_drawing:
            self._strip.show_drawing(is_on=False)
            self._surface.draw_area(False)
            self.drawing_ended.emit()

    def show_place(self, location: Location | None) -> None:
        """Mark where an order may be, close up; None takes the mark away."""
        self._mark(location)
        if self._surface is not None and location is not None:
            self._surface.fit(bounds_around([location]))

    def _mark(self, location: Location | None) -> None:
        if self._surface is not None:
            self._surface.set_mark(location)

    def show_area(self, corners: Sequence[Location]) -> None:
        """Bring an area into view."""
        if self._surface is not None and corners:
            self._surface.fit(bounds_around(corners))

    async def reload_tiles(self) -> None:
        """Another region or tile file is in use."""
        tiles = await self._tasks.run_long(self._roads.tiles)
        self._lines.clear()
        if self._surface is not None:
            self._surface.set_tiles(tiles)
            bounds = self._roads.bounds
            if bounds is not None and self._fitted is None:
                self._surface.fit(bounds)

    def fit(self) -> None:
        """Show the whole day."""
        bounds = bounds_of(self._board) if self._board is not None else None
        if self._surface is not None and bounds is not None:
            self._surface.fit(bounds)

    def show_orders(self, orders: Collection[OrderId]) -> None:
        """Bring these into view, close up: somebody wants to see where they are."""
        board = self._board
        if self._surface is None or board is None:
            return
        known = dict(board.orders) | {order.id: order for order in board.on_hold}
        places = [place for key in orders if key in known and (place := known[key].location)]
        if places:
            self._surface.fit(bounds_around(places))

    # Drawing

    def _draw(self) -> None:
        if self._drawing is not None:
            self._drawing.cancel()
        if self._board is not None and self._surface is not None:
            boards = self._overlay or (self._board,)
            self._drawing = self._tasks.start(self._draw_boards(boards, self._surface), self)

    async def _draw_boards(self, boards: tuple[Board, ...], surface: MapSurface) -> None:
        board = boards[0]
        is_dark = tokens().is_dark
        stops = await self._tasks.run_long(self._stops.of, board, self._zone, is_dark)
        surface.set_depots(depots_of(board))
        surface.set_stops(stops)
        self._draw_routes(boards, surface)
        self._show_only()
        self._on_selection(None)
        # The first orders of a day may lie far around the depot that was there before them.
        shown = (board.day, board.depot, bool(board.orders))
        if self._fitted != shown and bounds_of(board) is not None:
            self._fitted = shown
            self.fit()
        await self._draw_streets(boards, surface)

    def _draw_routes(self, boards: tuple[Board, ...], surface: MapSurface) -> None:
        is_dark = tokens().is_dark
        routes = routes_of(boards[0], self._known_lines(boards[0]), is_dark=is_dark)
        for over in boards[1:]:
            routes += overlay_of(over, boards[0], self._known_lines(over), is_dark=is_dark)
        surface.set_routes(routes)

    def _known_lines(self, board: Board) -> dict[RouteId, RouteLine]:
        """Only lines of a route as it is now: an older one would cross the map for a stop that
        has gone."""
        ways = {each.id: self._way(board, each) for each in board.routes}
        return {route: self._lines[way] for route, way in ways.items() if way in self._lines}

    def _way(self, board: Board, each: BoardRoute) -> tuple[RouteId, Way]:
        return each.id, self._roads.way(each, board.roads)

    async def _draw_streets(self, boards: tuple[Board, ...], surface: MapSurface) -> None:
        wanted = {
            self._way(board, each): (board, each)
            for board in boards
            for each in board.routes
            if each.timetable.stops
        }
        self._lines = {way: line for way, line in self._lines.items() if way in wanted}
        missing = [way for way in wanted if way not in self._lines]
        self._strip.set_dashed(len(missing))
        for number, way in enumerate(missing, start=1):
            board, each = wanted[way]
            self._lines[way] = await self._tasks.run_long(self._roads.line, each, board.roads)
            # A picture for every few routes: each would flicker, all at once would wait too long.
            if number % 8 == 0 or number == len(missing):
                self._strip.set_dashed(len(missing) - number)
                self._draw_routes(boards, surface)

    def _show_only(self) -> None:
        board = self._board
        if self._surface is None or board is None:
            return
        self._strip.show_note()
        hidden = self._strip.hidden_routes
        if self._strip.is_only_unassigned:
            self._surface.show_only([], unassigned=True)
        elif hidden:
            shown = [str(each.id) for each in board.routes if each.id not in hidden]
            self._surface.show_only(shown)
        else:
            self._surface.show_only(None)

    # Gestures

    def _on_selection(self, origin: object) -> None:
        if self._surface is None:
            return
        route = self._selection.route
        orders = [str(order) for order in self._selection.orders]
        self._surface.set_selection(orders, [str(route)] if route is not None else [])
        if origin is not None and origin is not self and orders:
            self._surface.reveal(orders)

    def _on_order_clicked(self, key: str, modifiers: Qt.KeyboardModifier) -> None:
        order = OrderId(UUID(key))
        chosen = self._selection.orders
        is_adding = modifiers & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        )
        if not is_adding:
            self._selection.select_orders([order], self)
        elif order in chosen:
            self._selection.select_orders([each for each in chosen if each != order], self)
        else:
            self._selection.select_orders([*chosen, order], self)

    def _on_route_clicked(self, key: str, _modifiers: Qt.KeyboardModifier) -> None:
        self._selection.select_route(RouteId(UUID(key)), self)

    def _on_lassoed(self, keys: list[str], modifiers: Qt.KeyboardModifier) -> None:
        orders = [OrderId(UUID(key)) for key in keys]
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            orders = [*self._selection.orders, *orders]
        self._selection.select_orders(orders, self)

    def _on_context(self, key: str, _location: Location, point: QPoint) -> None:
        if not key:
            return
        order = OrderId(UUID(key))
        if order not in self._selection.orders:
            self._selection.select_orders([order], self)
        self.context_requested.emit(self._selection.orders, None, point)

    def _on_ground_clicked(self, location: Location, _modifiers: Qt.KeyboardModifier) -> None:
        if self._is_asking:
            self.place_clicked.emit(location)

    def _on_area_drawn(self, corners: tuple[Location, ...]) -> None:
        self._strip.show_drawing(is_on=False)
        self.area_drawn.emit(corners)

    def _on_pin_dragged(self, key: str, location: Location) -> None:
        self._mark(location)
        self._tasks.start(self._move_pin(OrderId(UUID(key)), location), self)

    async def _move_pin(self, key: OrderId, location: Location) -> None:
        """Until it is answered, a mark stands where the pin was dropped."""
        try:
            for order in await self._tasks.run(self._orders.get, [key]):
                if await self._is_meant(order):
                    await until_idle(self._editor)
                    text = self.tr("Move the pin of {0}").format(order.reference)
                    await self._editor.apply(pin(order, location), text, self)
        finally:
            self._mark(None)

    async def _is_meant(self, order: Order) -> bool:
        """Asked once: a pin that moved by a slip of the hand sends a van astray."""
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Move the pin"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(
            self.tr("Is this where {0} is?\n{1}").format(order.recipient, order.address.line)
        )
        box.setInformativeText(self.tr("The place is remembered for every order to this address."))
        move = box.addButton(self.tr("Move the pin"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(move)
        await answered(box)
        return box.clickedButton() is move
