"""The one object that the map page and the window share: values down, gestures up."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot


class Bridge(QObject):
    """Signals carry JSON down to the page; its slots are what the page may call, and no more."""

    # Down. One signal for each thing that changes on its own.
    texts_changed = Signal(str)
    units_changed = Signal(str)
    theme_changed = Signal(str)
    tiles_changed = Signal(str)
    depots_changed = Signal(str)
    routes_changed = Signal(str)
    """The keys of all routes, in their sequence; others are gone."""
    route_changed = Signal(str)
    """One of them, as it is now."""
    stops_changed = Signal(str)
    areas_changed = Signal(str)
    mark_changed = Signal(str)
    visibility_changed = Signal(str)
    selection_changed = Signal(str)
    fit_requested = Signal(str)
    reveal_requested = Signal(str)
    lasso_changed = Signal(str)
    drawing_changed = Signal(str)

    # Up. Modifiers are bits: 1 Shift, 2 Ctrl or Command, 4 Alt.
    became_ready = Signal()
    became_quiet = Signal()
    stop_clicked = Signal(str, int)
    route_clicked = Signal(str, int)
    stops_enclosed = Signal(list, int)
    stop_dragged = Signal(str, float, float)
    ground_clicked = Signal(float, float, int)
    menu_requested = Signal(str, float, float, int, int)
    lasso_ended = Signal()
    area_drawn = Signal(list)
    drawing_ended = Signal()

    @Slot()
    def ready(self) -> None:
        self.became_ready.emit()

    @Slot()
    def quiet(self) -> None:
        """All tiles in view are drawn."""
        self.became_quiet.emit()

    @Slot(str, int)
    def click_stop(self, stop: str, modifiers: int) -> None:
        self.stop_clicked.emit(stop, modifiers)

    @Slot(str, int)
    def click_route(self, route: str, modifiers: int) -> None:
        self.route_clicked.emit(route, modifiers)

    @Slot(list, int)
    def enclose(self, stops: list[object], modifiers: int) -> None:
        self.stops_enclosed.emit([str(stop) for stop in stops], modifiers)

    @Slot(str, float, float)
    def drag_stop(self, stop: str, lat: float, lon: float) -> None:
        self.stop_dragged.emit(stop, lat, lon)

    @Slot(float, float, int)
    def click_ground(self, lat: float, lon: float, modifiers: int) -> None:
        self.ground_clicked.emit(lat, lon, modifiers)

    @Slot(str, float, float, int, int)
    def open_menu(self, stop: str, lat: float, lon: float, x: int, y: int) -> None:
        """`stop` is empty over the ground; x and y are in the page."""
        self.menu_requested.emit(stop, lat, lon, x, y)

    @Slot()
    def end_lasso(self) -> None:
        self.lasso_ended.emit()

    @Slot(list)
    def draw_area(self, corners: list[object]) -> None:
        """Latitude and longitude of each corner."""
        self.area_drawn.emit(corners)

    @Slot()
    def end_drawing(self) -> None:
        self.drawing_ended.emit()
