"""The map on the screen: values come down through setters, gestures go up as signals."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Sequence

from PySide6.QtCore import QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QColor
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, QWebEngineSettings
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.colors import DARK, LIGHT
from app.desktop.map.bridge import Bridge
from app.desktop.map.map_values import (
    MapArea,
    MapDepot,
    MapRoute,
    MapStop,
    areas_json,
    depots_json,
    stops_json,
)
from app.desktop.map.route_flow import RouteFlow
from app.desktop.map.scheme import PAGE_URL, MapScheme, OnlyOurs
from app.documents.map_page import SCHEME
from app.domain.geo import Bounds, Location
from app.roads.tiles import TileSource

log = logging.getLogger(__name__)

_GROUND = {False: "#f2efe9", True: "#1d2126"}
"""Shown until the page is there, in the page's own colour; also in map_style.js."""
_MODIFIERS = {
    1: Qt.KeyboardModifier.ShiftModifier,
    2: Qt.KeyboardModifier.ControlModifier,
    4: Qt.KeyboardModifier.AltModifier,
}


class MapView(QWidget):
    """Shows tiles, depots, routes and stops; set any of them at any time, in any order."""

    order_clicked = Signal(str, Qt.KeyboardModifier)
    route_clicked = Signal(str, Qt.KeyboardModifier)
    orders_lassoed = Signal(list, Qt.KeyboardModifier)
    """Ids inside a Shift-drag box or a lasso; none is an empty list."""
    pin_dragged = Signal(str, Location)
    """The pin springs back; it moves when `set_stops` says so."""
    map_clicked = Signal(Location, Qt.KeyboardModifier)
    map_context = Signal(str, Location, QPoint)
    """Id of the stop under the pointer, or "", with the point in global coordinates."""
    area_drawn = Signal(object)
    """The corners of an area that was asked for, as a tuple of Locations."""
    drawing_ended = Signal()
    """Escape: there will be no area."""
    lasso_changed = Signal(bool)
    settled = Signal()
    """Everything in view is drawn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_ready = False
        self._tiles_served = 0
        self._last_sent: dict[str, str] = {}

        # No name and no folder: nothing of the map is kept on the disk.
        self._view = QWebEngineView(self)
        self._profile = QWebEngineProfile()
        self._scheme = MapScheme(self._profile)
        self._profile.installUrlSchemeHandler(SCHEME.encode(), self._scheme)
        # Held here too: Qt would not keep the Python half of it alive.
        self._only_ours = OnlyOurs(self._profile)
        self._profile.setUrlRequestInterceptor(self._only_ours)
        self._page = _Page(self._profile, self._view)
        # A profile must outlive its page by a moment, so it is the page that takes it along.
        self._profile.setParent(self._page)
        self._view.setPage(self._page)
        self._view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._view.setAcceptDrops(False)
        self._bridge = Bridge(self)
        self._routes = RouteFlow(self._bridge, self)
        self._channel = QWebChannel(self)
        self._channel.registerObject("bridge", self._bridge)
        self._page.setWebChannel(self._channel)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self.setObjectName("map_view")
        self.setAccessibleName(self.tr("Map"))

        self._bridge.became_ready.connect(self._on_ready)
        self._bridge.became_quiet.connect(self.settled)
        self._bridge.stop_clicked.connect(self._on_stop_clicked)
        self._bridge.route_clicked.connect(self._on_route_clicked)
        self._bridge.stops_enclosed.connect(self._on_stops_enclosed)
        self._bridge.stop_dragged.connect(self._on_stop_dragged)
        self._bridge.ground_clicked.connect(self._on_ground_clicked)
        self._bridge.menu_requested.connect(self._on_menu_requested)
        self._bridge.lasso_ended.connect(self._on_lasso_ended)
        self._bridge.area_drawn.connect(self._on_area_drawn)
        self._bridge.drawing_ended.connect(self.drawing_ended)
        self._page.renderProcessTerminated.connect(self._on_renderer_gone)
        self._send_texts()
        self.set_dark(False)

    def load(self, page: str) -> None:
        """Show the base page of `documents.map_page`; what was set before appears with it."""
        self._scheme.set_page(page)
        self._close_page()
        self._page.load(QUrl(PAGE_URL))

    def set_tiles(self, source: TileSource | None) -> None:
        """Draw the ground from a tile file; None draws a plain grid."""
        self._scheme.set_tiles(source)
        # A new folder for each source, or Chromium would answer from its memory of the last.
        self._tiles_served += 1
        if source is None:
            self._send("tiles", None)
            return
        bounds = source.bounds
        self._send(
            "tiles",
            {
                "url": f"{SCHEME}:/tiles/{self._tiles_served}/{{z}}/{{x}}/{{y}}",
                "kind": source.kind.value,
                "min_zoom": source.min_zoom,
                "max_zoom": source.max_zoom,
                "bounds": [[bounds.south, bounds.west], [bounds.north, bounds.east]],
                "attribution": source.attribution,
            },
        )

    def set_stops(self, stops: Sequence[MapStop]) -> None:
        self._send("stops", stops_json(stops))

    def set_routes(self, routes: Sequence[MapRoute]) -> None:
        """Cheap for the routes that are as they were; the others appear one after the other."""
        self._routes.set_routes(routes)

    def set_depots(self, depots: Sequence[MapDepot]) -> None:
        self._send("depots", depots_json(depots))

    def set_areas(self, areas: Sequence[MapArea]) -> None:
        """Below everything else, but above the ground."""
        self._send("areas", areas_json(areas))

    def set_mark(self, location: Location | None) -> None:
        """A mark over everything else, where somebody may put something."""
        self._send("mark", None if location is None else [location.lat, location.lon])

    def set_selection(self, stops: Collection[str], routes: Collection[str] = ()) -> None:
        """Emphasise these; other routes fade while a route is selected."""
        self._send("selection", {"stops": list(stops), "routes": list(routes)})

    def show_only(self, routes: Collection[str] | None = None, *, unassigned: bool = True) -> None:
        """Show these routes (None: all of them) and, if wanted, the orders on no route."""
        wanted = None if routes is None else list(routes)
        self._send("visibility", {"routes": wanted, "unassigned": unassigned})

    def set_dark(self, is_dark: bool) -> None:
        self._page.setBackgroundColor(QColor(_GROUND[is_dark]))
        colors = DARK if is_dark else LIGHT
        self._send(
            "theme",
            {
                "name": "dark" if is_dark else "light",
                "colors": {
                    "surface": colors.surface,
                    "raised": colors.raised,
                    "border": colors.border,
                    "ink": colors.text,
                    "muted": colors.muted,
                    "accent": colors.accent,
                    "good": colors.good,
                    "risk": colors.risk,
                    "bad": colors.bad,
                    "done": colors.done,
                },
            },
        )

    def set_metric(self, is_metric: bool) -> None:
        self._send("units", {"metric": is_metric})

    def fit(self, bounds: Bounds) -> None:
        """Bring the box into view, as large as fits."""
        self._send("fit", [[bounds.south, bounds.west], [bounds.north, bounds.east]])

    def reveal(self, stops: Collection[str]) -> None:
        """Pan to these stops only if one of them is out of view."""
        if self._is_ready:
            self._bridge.reveal_requested.emit(_json(list(stops)))

    def set_lasso(self, is_on: bool) -> None:
        """Let the next drag draw a lasso; it ends by itself after one."""
        if self._is_ready:
            self._bridge.lasso_changed.emit(_json(is_on))

    def draw_area(self, is_on: bool) -> None:
        """Let the next clicks be the corners of an area, until it is closed or given up."""
        if self._is_ready:
            self._bridge.drawing_changed.emit(_json(is_on))
            if is_on:
                self._view.setFocus()

    def _send_texts(self) -> None:
        self._send(
            "texts",
            {
                "zoom_in": self.tr("Zoom in"),
                "zoom_out": self.tr("Zoom out"),
                "fit": self.tr("Show everything (Home)"),
                "lasso": self.tr("Select with a lasso (L); or drag a box with Shift"),
                "no_tiles": self.tr("No map for this depot yet: streets are not drawn"),
            },
        )

    def _send(self, what: str, value: object) -> None:
        self._send_text(what, _json(value))

    def _send_text(self, what: str, text: str) -> None:
        """Push a value, and keep it for the page that is still to come or comes back."""
        self._last_sent[what] = text
        if self._is_ready:
            self._push(what, text)

    def _push(self, what: str, text: str) -> None:
        signals = {
            "texts": self._bridge.texts_changed,
            "units": self._bridge.units_changed,
            "theme": self._bridge.theme_changed,
            "tiles": self._bridge.tiles_changed,
            "depots": self._bridge.depots_changed,
            "stops": self._bridge.stops_changed,
            "areas": self._bridge.areas_changed,
            "mark": self._bridge.mark_changed,
            "visibility": self._bridge.visibility_changed,
            "selection": self._bridge.selection_changed,
            "fit": self._bridge.fit_requested,
        }
        signals[what].emit(text)

    def _close_page(self) -> None:
        """Nothing is told to a page that is still to come."""
        self._is_ready = False
        self._routes.close()

    def _on_ready(self) -> None:
        self._is_ready = True
        for what, text in self._last_sent.items():
            self._push(what, text)
        self._routes.open()

    def _on_renderer_gone(
        self, status: QWebEnginePage.RenderProcessTerminationStatus, code: int
    ) -> None:
        if status == QWebEnginePage.RenderProcessTerminationStatus.NormalTerminationStatus:
            return
        log.error("the map's process ended (%s, %d); loading the page again", status.name, code)
        self._close_page()
        self._page.load(QUrl(PAGE_URL))

    def _on_stop_clicked(self, stop: str, modifiers: int) -> None:
        self.order_clicked.emit(stop, _modifiers(modifiers))

    def _on_route_clicked(self, route: str, modifiers: int) -> None:
        self.route_clicked.emit(route, _modifiers(modifiers))

    def _on_stops_enclosed(self, stops: list[str], modifiers: int) -> None:
        self.orders_lassoed.emit(stops, _modifiers(modifiers))

    def _on_stop_dragged(self, stop: str, lat: float, lon: float) -> None:
        self.pin_dragged.emit(stop, Location(lat=lat, lon=lon))

    def _on_ground_clicked(self, lat: float, lon: float, modifiers: int) -> None:
        self.map_clicked.emit(Location(lat=lat, lon=lon), _modifiers(modifiers))

    def _on_menu_requested(self, stop: str, lat: float, lon: float, x: int, y: int) -> None:
        point = self._view.mapToGlobal(QPoint(x, y))
        self.map_context.emit(stop, Location(lat=lat, lon=lon), point)

    def _on_area_drawn(self, corners: list[list[float]]) -> None:
        self.area_drawn.emit(tuple(Location(lat=lat, lon=lon) for lat, lon in corners))

    def _on_lasso_ended(self) -> None:
        self.lasso_changed.emit(False)


class _Page(QWebEnginePage):
    """A page that stays where it is and may do nothing but draw."""

    def __init__(self, profile: QWebEngineProfile, parent: QWebEngineView) -> None:
        super().__init__(profile, parent)
        settings = self.settings()
        attribute = QWebEngineSettings.WebAttribute
        for what in (
            attribute.JavascriptCanOpenWindows,
            attribute.LocalStorageEnabled,
            attribute.PluginsEnabled,
            attribute.PdfViewerEnabled,
            attribute.HyperlinkAuditingEnabled,
            attribute.NavigateOnDropEnabled,
            attribute.DnsPrefetchEnabled,
            attribute.ErrorPageEnabled,
        ):
            settings.setAttribute(what, False)

    def acceptNavigationRequest(
        self, url: QUrl | str, _type: QWebEnginePage.NavigationType, _is_main_frame: bool
    ) -> bool:
        return QUrl(url).toString() == PAGE_URL

    def javaScriptConsoleMessage(
        self,
        level: QWebEnginePage.JavaScriptConsoleMessageLevel,
        message: str,
        line: int,
        source: str,
    ) -> None:
        is_error = level == QWebEnginePage.JavaScriptConsoleMessageLevel.ErrorMessageLevel
        log.log(logging.ERROR if is_error else logging.DEBUG, "%s:%d %s", source, line, message)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _modifiers(bits: int) -> Qt.KeyboardModifier:
    flags = Qt.KeyboardModifier.NoModifier
    for bit, modifier in _MODIFIERS.items():
        if bits & bit:
            flags |= modifier
    return flags
