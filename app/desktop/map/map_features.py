"""A board as what the map shows: stops, routes and depots, with their words and colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

from app.desktop.colors import route_color
from app.desktop.map.map_values import MapDepot, MapRoute, MapStop
from app.desktop.widgets.formats import clock_text, weight_text, window_text
from app.desktop.widgets.states import stop_state
from app.domain.addresses import Precision
from app.domain.board import Board, BoardRoute
from app.domain.geo import Bounds, Location
from app.domain.ids import DepotId, RouteId
from app.domain.orders import Order, OrderKind
from app.domain.timetable import StopTime
from app.services.roads import RouteLine

_UNSURE = frozenset({Precision.STREET, Precision.PLACE, Precision.INTERPOLATED})
_MARGIN = 0.004
"""Degrees around the day's places, so that no pin sticks to the edge."""


class DayStops:
    """Every order of a day that has a place: on routes, unassigned, and on hold.

    Remembers the routes that it has seen, for an edit changes one or two of forty.
    """

    def __init__(self) -> None:
        self._known: dict[RouteId, tuple[BoardRoute, str, ZoneInfo, list[MapStop]]] = {}

    def of(self, board: Board, zone: ZoneInfo, is_dark: bool) -> list[MapStop]:
        stops: list[MapStop] = []
        fresh = {}
        tints = board.tint_of
        for each in board.routes:
            color = route_color(tints[each.id], is_dark=is_dark).name()
            known = self._known.get(each.id)
            if known is None or known[0] is not each or known[1:3] != (color, zone):
                known = (each, color, zone, _routed_stops(each, color, zone))
            fresh[each.id] = known
            stops += known[3]
        self._known = fresh
        stops += [_free(order, zone) for order in board.unassigned if order.location is not None]
        stops += [_free(order, zone) for order in board.on_hold if order.location is not None]
        return stops


def routes_of(board: Board, lines: Mapping[RouteId, RouteLine], *, is_dark: bool) -> list[MapRoute]:
    """Each route along the streets where its line is known, else straight and dashed."""
    routes = []
    tints = board.tint_of
    for each in board.routes:
        if not each.timetable.stops:
            continue
        line = lines.get(each.id)
        known = line is not None and bool(line.legs)
        legs = line.legs if line is not None and known else (straight(each),)
        routes.append(
            MapRoute(
                id=str(each.id),
                color=route_color(tints[each.id], is_dark=is_dark).name(),
                lines=tuple(leg for leg in legs if len(leg) > 1),
                title=each.route.shift.name,
                is_estimated=line.is_estimated if line is not None and known else True,
            )
        )
    return routes


def overlay_of(
    board: Board, base: Board, lines: Mapping[RouteId, RouteLine], *, is_dark: bool
) -> list[MapRoute]:
    """The routes of another plan for the same day, where they are not those of `base`."""
    before = {each.id: each.route.orders for each in base.routes}
    changed = {each.id for each in board.routes if before.get(each.id) != each.route.orders}
    return [
        replace(route, is_overlay=True)
        for route in routes_of(board, lines, is_dark=is_dark)
        if RouteId(UUID(route.id)) in changed
    ]


def depots_of(board: Board) -> list[MapDepot]:
    depots: dict[DepotId, MapDepot] = {}
    for each in board.routes:
        depot = each.route.shift.depot
        depots[depot.id] = MapDepot(id=str(depot.id), location=depot.location, title=depot.name)
    return list(depots.values())


def straight(each: BoardRoute) -> tuple[Location, ...]:
    """From the start by way of the depot through the stops to the end, as the crow flies."""
    shift = each.route.shift
    points = [shift.start_location, shift.depot.location]
    points += [s.order.location for s in each.timetable.stops if s.order.location is not None]
    if shift.end_location is not None:
        points.append(shift.end_location)
    return tuple(points)


def bounds_of(board: Board) -> Bounds | None:
    """Around all places of the day; None where there are none."""
    places = [order.location for order in board.orders.values()]
    places += [order.location for order in board.on_hold]
    places += [depot.location for depot in depots_of(board)]
    known = [place for place in places if place is not None]
    return bounds_around(known) if known else None


def bounds_around(places: Sequence[Location]) -> Bounds:
    """All of these places, and a few streets around them."""
    return Bounds(
        south=max(-90.0, min(p.lat for p in places) - _MARGIN),
        west=max(-180.0, min(p.lon for p in places) - _MARGIN),
        north=min(90.0, max(p.lat for p in places) + _MARGIN),
        east=min(180.0, max(p.lon for p in places) + _MARGIN),
    )


def _routed_stops(each: BoardRoute, color: str, zone: ZoneInfo) -> list[MapStop]:
    return [
        _routed(stop, number, each, color, zone)
        for number, stop in enumerate(each.timetable.stops, start=1)
        if stop.order.location is not None
    ]


def _routed(stop: StopTime, number: int, each: BoardRoute, color: str, zone: ZoneInfo) -> MapStop:
    order = stop.order
    promised = f" ({window_text(stop.window, zone)})" if stop.window is not None else ""
    lines = (
        order.address.line,
        f"{each.route.shift.name}, {clock_text(stop.begin, zone)}{promised}",
        *(violation.text for violation in stop.violations),
        *_goods(order),
    )
    return MapStop(
        id=str(order.id),
        location=_place(order),
        number=str(number),
        route=str(each.id),
        color=color,
        state=stop_state(stop),
        is_pickup=order.kind is OrderKind.PICKUP,
        is_uncertain=_is_unsure(order),
        is_movable=order.is_plannable,
        title=f"{order.reference} {order.recipient}",
        lines=tuple(line for line in lines if line),
    )


def _free(order: Order, zone: ZoneInfo) -> MapStop:
    promised = window_text(order.window, zone) if order.window is not None else ""
    lines = (order.address.line, promised, order.hold_reason, *_goods(order))
    return MapStop(
        id=str(order.id),
        location=_place(order),
        is_pickup=order.kind is OrderKind.PICKUP,
        is_uncertain=_is_unsure(order),
        title=f"{order.reference} {order.recipient}",
        lines=tuple(line for line in lines if line),
    )


def _goods(order: Order) -> tuple[str, ...]:
    return (weight_text(order.weight_g),) if order.weight_g else ()


def _is_unsure(order: Order) -> bool:
    return order.place is not None and order.place.precision in _UNSURE


def _place(order: Order) -> Location:
    assert order.location is not None
    return order.location
