"""Names on a map: towns and quarters, and streets along their lines."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.documents.pdf_text import Align, Halo, clean, draw, width
from app.documents.pdf_view import View

PLACE_SIZES = {"city": 9.0, "town": 8.5, "suburb": 7.0, "village": 7.0, "hamlet": 6.0}
_PLACES_COARSEST = {"suburb": 25.0, "village": 80.0, "hamlet": 25.0}
_STREETS_COARSEST = {
    "trunk": 14.0, "primary": 14.0, "secondary": 11.0, "tertiary": 8.0, "minor": 5.0,
    "pedestrian": 5.0,
}  # fmt: skip
"""Not named where a point of paper stands for more metres than this; from wide to narrow."""
_STREET_SIZE = 5.5
_STRAIGHT = math.radians(12)
"""A street may turn so much under its name."""
_MOST_STREETS = 40
_APART = 7.0

_Points = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _Place:
    text: str
    class_: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class _Street:
    text: str
    class_: str
    lon: Any
    lat: Any


@dataclass(slots=True)
class MapNames:
    """The names of a region; each map shows those that it has room for."""

    _places: list[_Place] = field(default_factory=list)
    _streets: list[_Street] = field(default_factory=list)

    def add_place(self, name: str, class_: str, point: tuple[float, float]) -> None:
        if name and class_ in PLACE_SIZES:
            self._places.append(_Place(clean(name), class_, *point))

    def add_street(self, name: str, class_: str, line: Sequence[tuple[float, float]]) -> None:
        if name and class_ in _STREETS_COARSEST and len(line) > 1:
            points = np.asarray(line, dtype=np.float64)
            self._streets.append(_Street(clean(name), class_, points[:, 0], points[:, 1]))

    def draw(self, canvas: Any, view: View) -> None:
        """On a canvas whose origin is the lower left corner; names never touch one another."""
        # The scale, the legend and the source stand along the lower edge.
        taken: _Points = [(x, 7.0) for x in np.arange(0, view.width, _APART / 2).tolist()]
        for place in sorted(self._places, key=lambda each: -PLACE_SIZES[each.class_]):
            if view.metres_per_point <= _PLACES_COARSEST.get(place.class_, math.inf):
                x, y = view.on_paper(place.lon, place.lat)
                _draw_name(canvas, view, place.text, PLACE_SIZES[place.class_], (x, y, 0.0), taken)
        drawn: set[str] = set()
        for street, at in self._straight_streets(view):
            if street.text in drawn or len(drawn) == _MOST_STREETS:
                continue
            if _draw_name(canvas, view, street.text, _STREET_SIZE, at, taken):
                drawn.add(street.text)

    def _straight_streets(self, view: View) -> Iterator[tuple[_Street, tuple[float, float, float]]]:
        """Streets with room for their name: where and at which angle, main streets first."""
        box = view.bounds
        found = []
        for street in self._streets:
            if view.metres_per_point > _STREETS_COARSEST[street.class_]:
                continue
            if (
                street.lon.max() < box.west
                or street.lon.min() > box.east
                or street.lat.max() < box.south
                or street.lat.min() > box.north
            ):
                continue
            x, y = view.on_paper(street.lon, street.lat)
            points = list(zip(x.tolist(), y.tolist(), strict=True))
            length, at = _longest_chord(points, view)
            if length > width(street.text, _STREET_SIZE):
                rank = list(_STREETS_COARSEST).index(street.class_)
                found.append((rank, -length, street, at))
        for _, _, street, at in sorted(found, key=lambda each: each[:2]):
            yield street, at


def _longest_chord(points: _Points, view: View) -> tuple[float, tuple[float, float, float]]:
    """The longest nearly straight piece of a line in view: its length, middle and angle."""
    best, at = 0.0, (0.0, 0.0, 0.0)
    for start, (x, y) in enumerate(points[:-1]):
        heading = math.atan2(points[start + 1][1] - y, points[start + 1][0] - x)
        for end_x, end_y in points[start + 1 :]:
            angle = math.atan2(end_y - y, end_x - x)
            if abs(math.remainder(angle - heading, math.tau)) > _STRAIGHT:
                break
            first, last = _in_view(x, y, end_x - x, end_y - y, view)
            length = math.hypot(end_x - x, end_y - y) * (last - first)
            if length > best:
                middle = (first + last) / 2
                best = length
                at = (x + (end_x - x) * middle, y + (end_y - y) * middle, angle)
    return best, at


def _in_view(x: float, y: float, dx: float, dy: float, view: View) -> tuple[float, float]:
    """From which to which share of its length a straight piece is in view."""
    first, last = 0.0, 1.0
    for at, step, edge in ((x, dx, view.width), (y, dy, view.height)):
        if step:
            enters, leaves = sorted((-at / step, (edge - at) / step))
            first, last = max(first, enters), min(last, leaves)
        elif not 0 <= at <= edge:
            return 0.0, 0.0
    return first, max(first, last)


def _draw_name(
    canvas: Any,
    view: View,
    text: str,
    size: float,
    at: tuple[float, float, float],
    taken: _Points,
) -> bool:
    x, y, angle = at
    if math.cos(angle) < 0:
        angle += math.pi
    half = width(text, size) / 2
    cos, sin = math.cos(angle), math.sin(angle)
    steps = np.linspace(-half, half, max(2, math.ceil(2 * half / _APART) + 1)).tolist()
    spots = [(x + step * cos, y + step * sin) for step in steps]
    if any(not (4 < a < view.width - 4 and 4 < b < view.height - 4) for a, b in spots):
        return False
    if any(math.hypot(a - c, b - d) < _APART for a, b in spots for c, d in taken):
        return False
    taken.extend(spots)
    canvas.saveState()
    canvas.transform(cos, sin, -sin, cos, x, y)
    draw(canvas, 0, -size * 0.34, text, size, align=Align.CENTRE, halo=Halo(0.25))
    canvas.restoreState()
    return True
