"""Read from an extract what an address index is made of; this also finds out a broken extract."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import osmium

from app.domain.errors import RegionError
from app.domain.geo import Bounds
from app.roads.progress import IsCancelled, stop_if

type Point = tuple[float, float]
"""Latitude and longitude: a plain pair, as an extract has millions."""

_PLACES = frozenset(
    (
        "city",
        "town",
        "village",
        "suburb",
        "quarter",
        "borough",
        "hamlet",
        "neighbourhood",
        "isolated_dwelling",
        "farm",
    )
)
_DRIVABLE = frozenset(
    f"{road}{link}"
    for road in ("motorway", "trunk", "primary", "secondary", "tertiary")
    for link in ("", "_link")
) | frozenset(("residential", "unclassified", "living_street", "service", "road", "track"))
_UNNAMED_STREETS = frozenset(("motorway", "proposed", "construction", "platform", "corridor"))
_OBJECTS_PER_CHECK = 5_000


@dataclass(slots=True)
class FoundHouse:
    """One object with a house number, as it is tagged."""

    number: str
    street: str
    place: str
    """Stands in for the street in villages that have no street names."""
    postcode: str
    city: str
    suburb: str
    point: Point
    is_node: bool


@dataclass(slots=True)
class FoundStreet:
    name: str
    points: list[Point]


@dataclass(slots=True)
class FoundPlace:
    name: str
    kind: str
    postcode: str
    point: Point


@dataclass(slots=True)
class FoundInterpolation:
    """A line along which house numbers run from each of its numbered nodes to the next."""

    step: str
    nodes: list[tuple[int, Point]]


@dataclass(slots=True)
class Findings:
    """All of an extract that matters for addresses."""

    bounds: Bounds
    road_count: int
    houses: list[FoundHouse]
    streets: list[FoundStreet]
    places: list[FoundPlace]
    interpolations: list[FoundInterpolation]
    house_of_node: dict[int, FoundHouse]
    """By the id of the node, for the interpolations."""


def scan(extract: Path, cancelled: IsCancelled) -> Findings:
    """Read the whole extract; RegionError, naming it, if it can't be read to its end."""
    try:
        source = osmium.io.File(str(extract), "pbf")
        box = osmium.io.Reader(source).header().box()
        found = _Scan(cancelled)
        found.read(osmium.FileProcessor(source).with_locations().with_filter(_wanted()))
        found.add_relations(source)
    except RuntimeError as error:
        raise RegionError(_what_is_wrong(extract, str(error))) from error
    if found.is_empty:
        # a file that ends where a block does looks whole to every reader
        raise RegionError(
            f"{extract.name} holds no streets, houses or places at all: it is cut off, or made for "
            "another purpose. Copy or download it again."
        )
    if box.valid():
        low, high = box.bottom_left, box.top_right
        bounds = Bounds(south=low.lat, west=low.lon, north=high.lat, east=high.lon)
    else:
        bounds = found.extent()
    return found.within(bounds)


def _wanted() -> Any:
    return osmium.filter.KeyFilter("addr:housenumber", "addr:interpolation", "highway", "place")


class _Scan:
    def __init__(self, cancelled: IsCancelled) -> None:
        self._cancelled = cancelled
        self._seen = 0
        self._road_count = 0
        self._houses: list[FoundHouse] = []
        self._streets: list[FoundStreet] = []
        self._places: list[FoundPlace] = []
        self._interpolations: list[FoundInterpolation] = []
        self._house_of_node: dict[int, FoundHouse] = {}
        self._outlines: dict[int, dict[str, str]] = {}
        """Tags of addressed relations, by the way that is their first outline."""

    @property
    def is_empty(self) -> bool:
        return self._seen == 0

    def read(self, objects: Iterable[Any]) -> None:
        for item in objects:
            self._seen += 1
            if self._seen % _OBJECTS_PER_CHECK == 0:
                stop_if(self._cancelled, "Reading the extract")
            if item.is_node():
                self._take_node(item)
            elif item.is_way():
                self._take_way(item)
            elif "addr:housenumber" in item.tags:
                self._take_relation(item)

    def add_relations(self, source: Any) -> None:
        """Place the addressed relations, whose outlines had gone by before they were known."""
        if not self._outlines:
            return
        ways = osmium.FileProcessor(source, osmium.osm.NODE | osmium.osm.WAY).with_locations()
        ways.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        ways.with_filter(osmium.filter.IdFilter(self._outlines))
        for way in ways:
            points = _points(way)
            if points:
                self._houses.append(_house(self._outlines[way.id], _middle(points), False))

    def extent(self) -> Bounds:
        """The box round everything found, for an extract whose header tells none."""
        points = [house.point for house in self._houses]
        points += [point for street in self._streets for point in street.points]
        if not points:
            return Bounds(south=0.0, west=0.0, north=0.0, east=0.0)
        lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
        return Bounds(south=min(lats), west=min(lons), north=max(lats), east=max(lons))

    def within(self, bounds: Bounds) -> Findings:
        """What lies in the box: relations and long roads reach out of it."""

        def inside(point: Point) -> bool:
            lat, lon = point
            return bounds.south <= lat <= bounds.north and bounds.west <= lon <= bounds.east

        for street in self._streets:
            street.points = [point for point in street.points if inside(point)]
        return Findings(
            bounds=bounds,
            road_count=self._road_count,
            houses=[house for house in self._houses if inside(house.point)],
            streets=[street for street in self._streets if street.points],
            places=[place for place in self._places if inside(place.point)],
            interpolations=self._interpolations,
            house_of_node=self._house_of_node,
        )

    def _take_node(self, node: Any) -> None:
        tags, point = node.tags, (node.location.lat, node.location.lon)
        if "addr:housenumber" in tags:
            house = _house(dict(tags), point, True)
            self._houses.append(house)
            self._house_of_node[node.id] = house
        self._take_place(tags, point)

    def _take_way(self, way: Any) -> None:
        tags, points = way.tags, _points(way)
        if not points:
            return
        if "addr:interpolation" in tags:
            nodes = [
                (node.ref, (node.lat, node.lon)) for node in way.nodes if node.location.valid()
            ]
            self._interpolations.append(FoundInterpolation(tags["addr:interpolation"], nodes))
        elif "addr:housenumber" in tags:
            self._houses.append(_house(dict(tags), _middle(points), False))
        kind = tags.get("highway", "")
        if kind in _DRIVABLE:
            self._road_count += 1
        if kind and kind not in _UNNAMED_STREETS and (name := tags.get("name", "").strip()):
            self._streets.append(FoundStreet(name, points))
        self._take_place(tags, _middle(points))

    def _take_relation(self, relation: Any) -> None:
        for member in relation.members:
            if member.type == "w" and member.role in ("outer", "outline", ""):
                self._outlines[member.ref] = dict(relation.tags)
                return

    def _take_place(self, tags: Any, point: Point) -> None:
        kind, name = tags.get("place", ""), tags.get("name", "").strip()
        if kind in _PLACES and name:
            postcode = tags.get("postal_code", "") or tags.get("addr:postcode", "")
            self._places.append(FoundPlace(name, kind, postcode.strip(), point))


def _house(tags: dict[str, str], point: Point, is_node: bool) -> FoundHouse:
    def tag(key: str) -> str:
        return " ".join(tags.get(f"addr:{key}", "").split())

    return FoundHouse(
        number=tag("housenumber"),
        street=tag("street"),
        place=tag("place") or tag("hamlet"),
        postcode=tag("postcode"),
        city=tag("city"),
        suburb=tag("suburb") or tag("district"),
        point=point,
        is_node=is_node,
    )


def _points(way: Any) -> list[Point]:
    return [(node.lat, node.lon) for node in way.nodes if node.location.valid()]


def _middle(points: list[Point]) -> Point:
    """The mean of an outline's corners, each counted once."""
    corners = points[1:] if len(points) > 1 and points[0] == points[-1] else points
    return (
        sum(lat for lat, _ in corners) / len(corners),
        sum(lon for _, lon in corners) / len(corners),
    )


def _what_is_wrong(extract: Path, error: str) -> str:
    name = extract.name
    if "Open failed" in error:
        return f"The extract {extract} can't be opened. Check its name and that you may read it."
    if "EOF" in error or "truncated" in error:
        return f"{name} is cut off: its end is missing. Copy or download it again."
    if "PBF" in error or "BlobHeader" in error or "protobuf" in error or "blob" in error.lower():
        return (
            f"{name} is no OpenStreetMap extract that can be read ({error}). "
            "Choose a file that ends with .osm.pbf."
        )
    return f"{name} is damaged: {error}. Copy or download it again."
