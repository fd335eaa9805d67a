"""A route's map on paper: its way along the streets, its numbered stops, and the depot."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.documents.fonts import Weight
from app.documents.paper_words import MM, distance
from app.documents.pdf_basemap import UNITS, BaseMap, line_path
from app.documents.pdf_text import Align, Halo, draw, width
from app.documents.pdf_view import View
from app.documents.print_parts import DistanceUnit
from app.domain.geo import Bounds, Location, distance_m
from app.domain.manifests import Manifest, ManifestLine

METRES_PER_DEGREE = 111_195.0
_MARGIN = 9 * MM
"""Around the outermost stops, so that their numbers stay inside."""
_LEAST_SPAN_M = 500.0
_FARTHEST_DEPOT = 2.5
"""A depot that would make the map coarser than this is pointed at from the edge."""
_WIDEST_WAY = 1.6
"""A detour that would make the map coarser than this leaves it for a while."""
_RADIUS = 6.0
_TEXT_SIZE = 7.5


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteMap:
    """What a manifest's map shows besides the stops."""

    base: BaseMap | None = None
    """None leaves the ground white."""
    line: Sequence[Location] = ()
    """Along the streets from the start to the end; empty draws straight from stop to stop."""
    attribution: str = "© OpenStreetMap contributors"


@dataclass(frozen=True, slots=True)
class _Door:
    """Stops at one door have one mark."""

    x: float
    y: float
    text: str
    is_pickup: bool

    @property
    def half_width(self) -> float:
        return max(_RADIUS, width(self.text, _TEXT_SIZE, Weight.BOLD) / 2 + 2.6)


def map_view(
    manifest: Manifest, line: Sequence[Location], box_width: float, least: float, most: float
) -> View | None:
    """What a map of this width shows, as high as the route needs; None without any place."""
    bounds = _extent(manifest, line, box_width, most)
    if bounds is None:
        return None
    across, up = _spans_m(bounds)
    needed = (box_width - 2 * _MARGIN) * up / across + 2 * _MARGIN
    return _view(bounds, box_width, min(max(needed, least), most))


def draw_map(
    canvas: Any,
    x: float,
    y: float,
    view: View,
    route_map: RouteMap,
    manifest: Manifest,
    unit: DistanceUnit,
) -> None:
    """Into a box with its lower left corner at `x`, `y`."""
    canvas.saveState()
    canvas.translate(x, y)
    frame = canvas.beginPath()
    frame.rect(0, 0, view.width, view.height)
    canvas.clipPath(frame, stroke=0, fill=0)
    if route_map.base is not None:
        route_map.base.draw(canvas, view)
    _draw_line(canvas, view, route_map.line or _straight(manifest))
    _draw_depot(canvas, view, manifest, unit)
    _draw_doors(canvas, view, _doors(manifest, view))
    _draw_legend(canvas, _draw_scale(canvas, view, unit), manifest)
    if route_map.attribution and (route_map.base is not None or route_map.line):
        draw(
            canvas, view.width - 3, 3, route_map.attribution, 6.5, align=Align.RIGHT, halo=Halo(0.0)
        )  # fmt: skip
    canvas.restoreState()
    canvas.setLineWidth(0.6)
    canvas.rect(x, y, view.width, view.height)


def _extent(
    manifest: Manifest, line: Sequence[Location], box_width: float, height: float
) -> Bounds | None:
    """The box of the stops, and of the depot and the way where they don't make it much coarser."""
    stops = [stop.location for stop in manifest.lines if stop.location is not None]
    if not stops:
        return None
    box = _box(stops)
    for more, most in (([manifest.depot_location], _FARTHEST_DEPOT), (line, _WIDEST_WAY)):
        wider = _box([*_corners(box), *more])
        if _scale(wider, box_width, height) <= most * _scale(box, box_width, height):
            box = wider
    return box


def _scale(box: Bounds, box_width: float, height: float) -> float:
    """The metres that a point of paper stands for, if the box is to fit."""
    across, up = _spans_m(box)
    return max(across / (box_width - 2 * _MARGIN), up / (height - 2 * _MARGIN))


def _corners(box: Bounds) -> tuple[Location, Location]:
    return Location(lat=box.south, lon=box.west), Location(lat=box.north, lon=box.east)


def _box(places: Sequence[Location]) -> Bounds:
    """Never smaller than a few streets."""
    lats, lons = [place.lat for place in places], [place.lon for place in places]
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    least = _LEAST_SPAN_M / METRES_PER_DEGREE / 2
    half_lat = max(max(lats) - lat, least)
    half_lon = max(max(lons) - lon, least / _shrink(lat))
    return Bounds(
        south=lat - half_lat, west=lon - half_lon, north=lat + half_lat, east=lon + half_lon
    )


def _shrink(lat: float) -> float:
    """How much shorter a degree of longitude is there than at the equator."""
    return max(0.01, math.cos(math.radians(lat)))


def _spans_m(box: Bounds) -> tuple[float, float]:
    """West to east and south to north."""
    shrink = _shrink((box.south + box.north) / 2)
    return (
        (box.east - box.west) * METRES_PER_DEGREE * shrink,
        (box.north - box.south) * METRES_PER_DEGREE,
    )


def _view(box: Bounds, box_width: float, height: float) -> View:
    metres = _scale(box, box_width, height)
    lat, lon = (box.south + box.north) / 2, (box.west + box.east) / 2
    half_lat = height * metres / METRES_PER_DEGREE / 2
    half_lon = box_width * metres / METRES_PER_DEGREE / _shrink(lat) / 2
    return View(
        bounds=Bounds(
            south=lat - half_lat, west=lon - half_lon, north=lat + half_lat, east=lon + half_lon
        ),
        width=box_width,
        height=height,
        metres_per_point=metres,
    )


def _straight(manifest: Manifest) -> list[Location]:
    stops = [line.location for line in manifest.lines if line.location is not None]
    return [manifest.depot_location, *stops]


def _draw_line(canvas: Any, view: View, line: Sequence[Location]) -> None:
    lon = np.array([place.lon for place in line])
    lat = np.array([place.lat for place in line])
    is_start = np.zeros(len(line), dtype=np.bool_)
    is_start[0] = True
    path = line_path(lon, lat, is_start, view)
    if not path:
        return
    scale = f"q {1 / UNITS} 0 0 {1 / UNITS} 0 0 cm 1 J 1 j"
    canvas.addLiteral(f"{scale} 1 G {4.4 * UNITS:g} w {path} S 0 G {2.0 * UNITS:g} w {path} S Q")
    _draw_arrows(canvas, *view.on_paper(lon, lat))


_ARROW_EVERY = 62.0


def _draw_arrows(canvas: Any, x: Any, y: Any) -> None:
    """The direction of driving, every few centimetres."""
    lengths = np.hypot(np.diff(x), np.diff(y))
    ends = np.cumsum(lengths)
    if not len(ends):
        return
    for at in np.arange(_ARROW_EVERY / 2, ends[-1], _ARROW_EVERY):
        leg = int(np.searchsorted(ends, at))
        if lengths[leg] < 1e-9:
            continue
        share = 1 - (ends[leg] - at) / lengths[leg]
        along_x, along_y = (x[leg + 1] - x[leg]), (y[leg + 1] - y[leg])
        cos, sin = along_x / lengths[leg], along_y / lengths[leg]
        tip_x, tip_y = x[leg] + along_x * share, y[leg] + along_y * share
        canvas.addLiteral(
            f"q {cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {tip_x:.2f} {tip_y:.2f} cm"
            " 0 g 1 G 0.7 w 4.5 0 m -3 3.6 l -1.6 0 l -3 -3.6 l h B Q"
        )


def _draw_depot(canvas: Any, view: View, manifest: Manifest, unit: DistanceUnit) -> None:
    place = manifest.depot_location
    x, y = view.on_paper(place.lon, place.lat)
    if 0 <= x <= view.width and 0 <= y <= view.height:
        canvas.addLiteral(
            f"q 1 0 0 1 {x:.2f} {y:.2f} cm 0 g 1 G 1.2 w -6.5 -6.5 13 13 re B"
            " 1 g -4 -4 m -4 0.6 l 0 4 l 4 0.6 l 4 -4 l h f Q"
        )
        return
    middle_x, middle_y = view.width / 2, view.height / 2
    off_x, off_y = x - middle_x, y - middle_y
    share = min(
        (middle_x - 14) / abs(off_x) if off_x else 1e9,
        (middle_y - 12) / abs(off_y) if off_y else 1e9,
    )
    at_x, at_y = middle_x + off_x * share, middle_y + off_y * share
    length = math.hypot(off_x, off_y)
    cos, sin = off_x / length, off_y / length
    canvas.addLiteral(
        f"q {cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {at_x:.2f} {at_y:.2f} cm"
        " 0 g 1 G 1 w 9 0 m -3 7 l -3 -7 l h B Q"
    )
    nearest = min(
        distance_m(place, line.location) for line in manifest.lines if line.location is not None
    )
    text = f"depot {distance(round(nearest), unit)}"
    align = Align.RIGHT if at_x > middle_x else Align.LEFT
    draw(
        canvas, at_x - math.copysign(15, off_x), at_y - 2.5, text, 7.5, Weight.BOLD, align,
        halo=Halo(0.0),
    )  # fmt: skip


def _doors(manifest: Manifest, view: View) -> list[_Door]:
    groups: list[list[ManifestLine]] = []
    for line in manifest.lines:
        if line.location is None:
            continue
        if groups and line.is_same_door:
            groups[-1].append(line)
        else:
            groups.append([line])
    doors = []
    for group in groups:
        place = group[0].location
        if place is None:
            continue
        x, y = view.on_paper(place.lon, place.lat)
        first, last = group[0].number, group[-1].number
        text = str(first) if first == last else f"{first}–{last}"
        doors.append(_Door(x, y, text, all(line.is_pickup for line in group)))
    return doors


def _draw_doors(canvas: Any, view: View, doors: Sequence[_Door]) -> None:
    """Each number as near to its door as others leave room, tied to it by a thin line."""
    placed: list[tuple[float, float, float]] = []
    marks = []
    for door in doors:
        for x, y in _candidates(door, view):
            if all(
                abs(x - other_x) > door.half_width + other_half
                or abs(y - other_y) > 2 * _RADIUS + 1
                for other_x, other_y, other_half in placed
            ):
                placed.append((x, y, door.half_width + 0.6))
                marks.append((door, x, y))
                break
    canvas.setLineWidth(0.8)
    for door, x, y in marks:
        if (x, y) != (door.x, door.y):
            canvas.line(door.x, door.y, x, y)
    for door in doors:
        canvas.addLiteral(_dot(door.x, door.y))
    for door, x, y in marks:
        half = door.half_width
        canvas.setFillGray(1 if door.is_pickup else 0)
        canvas.setStrokeGray(0 if door.is_pickup else 1)
        canvas.setLineWidth(1.2 if door.is_pickup else 0.9)
        canvas.roundRect(x - half, y - _RADIUS, 2 * half, 2 * _RADIUS, _RADIUS, stroke=1, fill=1)
        canvas.setFillGray(0 if door.is_pickup else 1)
        draw(canvas, x, y - _TEXT_SIZE * 0.36, door.text, _TEXT_SIZE, Weight.BOLD, Align.CENTRE)
    canvas.setFillGray(0)
    canvas.setStrokeGray(0)


def _dot(x: float, y: float) -> str:
    return f"q 0 G 3.4 w 1 J {x:.2f} {y:.2f} m {x:.2f} {y:.2f} l S Q"


def _candidates(door: _Door, view: View) -> Iterator[tuple[float, float]]:
    yield door.x, door.y
    half = door.half_width
    for ring in range(1, 14):
        radius = ring * 11.0
        steps = 8 + 4 * ring
        for step in range(steps):
            angle = 2 * math.pi * (step / steps + 0.125)
            x, y = door.x + radius * math.cos(angle), door.y + radius * math.sin(angle)
            if half < x < view.width - half and _RADIUS < y < view.height - _RADIUS:
                yield x, y


def _draw_legend(canvas: Any, x: float, manifest: Manifest) -> None:
    """What the white numbers mean, where there are any."""
    if manifest.pickups:
        canvas.setFillGray(1)
        canvas.setLineWidth(1.2)
        canvas.roundRect(x + 2, 3.5, 12, 7.5, 3.7, stroke=1, fill=1)
        canvas.setFillGray(0)
        draw(canvas, x + 18, 4.5, "pick-up", 7, halo=Halo(0.0))


def _draw_scale(canvas: Any, view: View, unit: DistanceUnit) -> float:
    """A bar of a round length; gives back the x right of its text."""
    per_unit = 1000.0 if unit is DistanceUnit.KM else 1609.344
    longest = view.metres_per_point * 90 / per_unit
    power = 10.0 ** math.floor(math.log10(longest))
    length = next(step * power for step in (5, 2, 1) if step * power <= longest)
    points = length * per_unit / view.metres_per_point
    canvas.addLiteral(
        f"q 1 G 3 w 6 6 m {6 + points:.2f} 6 l S 0 G 1 w 6 9 m 6 6 l {6 + points:.2f} 6 l"
        f" {6 + points:.2f} 9 l S Q"
    )
    text = (
        f"{length * 1000:g} m" if unit is DistanceUnit.KM and length < 1 else f"{length:g} {unit}"
    )
    x = 6 + points + 4
    return x + draw(canvas, x, 4.5, text, 7, halo=Halo(0.0)) + 8
