"""What the map shows, as values, and as the GeoJSON its page understands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.desktop.colors import State
from app.domain.geo import Location

Feature = dict[str, Any]
"""A GeoJSON object; GeoJSON has longitude first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapStop:
    """A stop of a route, or an order that is on none (`route` empty)."""

    id: str
    location: Location
    number: str = ""
    """Its place on the route, as the board shows it."""
    route: str = ""
    color: str = ""
    state: State | None = None
    """Shown by ring and icon, not by colour alone; None and GOOD look plain."""
    is_pickup: bool = False
    is_uncertain: bool = False
    """The place is less precise than the house; the outline is dashed."""
    is_movable: bool = True
    title: str = ""
    lines: tuple[str, ...] = ()
    """Title and lines of the tooltip; plain text, whatever is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRoute:
    """The way of one route; several lines where it returns to the depot in between."""

    id: str
    color: str
    lines: tuple[tuple[Location, ...], ...]
    title: str = ""
    is_estimated: bool = False
    """Straight lines, because the roads are unknown; drawn dashed."""
    is_overlay: bool = False
    """Of another plan that is laid over the first one; drawn as dots, above it."""

    @property
    def key(self) -> str:
        """Its own on the map, where the same route may be shown in two plans."""
        return f"+{self.id}" if self.is_overlay else self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class MapDepot:
    id: str
    location: Location
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapArea:
    """Where roads are closed or slow for a while."""

    id: str
    corners: tuple[Location, ...]
    is_closed: bool
    """Hatched; else tinted, with a broken line."""
    is_now: bool = True
    """At this moment; else paler."""
    title: str = ""
    lines: tuple[str, ...] = ()


def areas_json(areas: Iterable[MapArea]) -> Feature:
    return _collection(
        _feature(
            {
                "type": "Polygon",
                "coordinates": [[_position(corner) for corner in area.corners]],
            },
            {
                "id": area.id,
                "kind": "closure" if area.is_closed else "slow",
                "now": area.is_now,
                "title": area.title,
                "lines": area.lines,
            },
        )
        for area in areas
    )


def stops_json(stops: Iterable[MapStop]) -> Feature:
    return _collection(
        _feature(
            {"type": "Point", "coordinates": _position(stop.location)},
            {
                "id": stop.id,
                "number": stop.number,
                "route": stop.route,
                "color": stop.color,
                "state": stop.state.value if stop.state else "",
                "pickup": stop.is_pickup,
                "uncertain": stop.is_uncertain,
                "movable": stop.is_movable,
                "title": stop.title,
                "lines": stop.lines,
            },
        )
        for stop in stops
    )


def route_json(route: MapRoute) -> Feature:
    return _feature(
        {
            "type": "MultiLineString",
            "coordinates": [[_position(point) for point in line] for line in route.lines],
        },
        {
            "key": route.key,
            "id": route.id,
            "color": route.color,
            "title": route.title,
            "estimated": route.is_estimated,
            "overlay": route.is_overlay,
        },
    )


def depots_json(depots: Iterable[MapDepot]) -> Feature:
    return _collection(
        _feature(
            {"type": "Point", "coordinates": _position(depot.location)},
            {"id": depot.id, "title": depot.title},
        )
        for depot in depots
    )


def _collection(features: Iterable[Feature]) -> Feature:
    return {"type": "FeatureCollection", "features": list(features)}


def _feature(geometry: Feature, properties: Feature) -> Feature:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _position(location: Location) -> tuple[float, float]:
    return location.lon, location.lat
