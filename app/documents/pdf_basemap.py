"""The ground under a route's map: streets, water, green and names, in shades of grey."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.documents.pdf_map_names import MapNames
from app.documents.pdf_view import View

UNITS = 4
"""Coordinates on paper are whole quarters of a point: finer than a printer's line."""


class Shape(StrEnum):
    POINT = "point"
    LINE = "line"
    AREA = "area"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFeature:
    """One thing on the ground, by kind and class as the region's basemap names them."""

    kind: str
    class_: str
    name: str = ""
    shape: Shape
    parts: Sequence[Sequence[tuple[float, float]]]
    """Lines, or rings of an area, or one point; each point is (lon, lat), as in GeoJSON."""


@dataclass(frozen=True, slots=True)
class _Style:
    grey: float
    """0 is black."""
    width: float = 0.0
    """In points; 0 fills the area."""
    dash: tuple[float, float] | None = None
    coarsest: float = 1e9
    """Not drawn where a point of paper stands for more metres than this."""


_STYLES: dict[tuple[str, str], _Style] = {
    ("land", "residential"): _Style(0.955),
    ("land", "industrial"): _Style(0.925),
    ("green", ""): _Style(0.895),
    ("water", ""): _Style(0.76),
    ("waterway", "river"): _Style(0.76, 1.2),
    ("waterway", "stream"): _Style(0.82, 0.4, coarsest=8),
    ("building", ""): _Style(0.80, coarsest=5),
    ("road", "path"): _Style(0.80, 0.35, (1.2, 1.2), coarsest=3),
    ("road", "track"): _Style(0.80, 0.4, (2.5, 1.2), coarsest=6),
    ("road", "service"): _Style(0.78, 0.45, coarsest=5),
    ("road", "pedestrian"): _Style(0.72, 0.7, coarsest=10),
    ("road", "minor"): _Style(0.70, 0.7, coarsest=25),
    ("rail", "rail"): _Style(0.45, 0.7, (3.5, 2.0), coarsest=60),
    ("road", "tertiary"): _Style(0.64, 1.2, coarsest=60),
    ("road", "secondary"): _Style(0.60, 1.6, coarsest=150),
    ("road", "primary"): _Style(0.56, 2.0),
    ("road", "trunk"): _Style(0.52, 2.3),
    ("road", "motorway"): _Style(0.48, 2.6),
}
"""From the bottom to the top; an empty class stands for every class of its kind."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """All features of one style, their points in one array."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    is_start: NDArray[np.bool_]
    """Whether a point begins a new line or ring."""
    part: NDArray[np.int64]
    boxes: NDArray[np.float64]
    """West, south, east, north of each part."""


class BaseMap:
    """A region's features, made ready once so that many maps are drawn from them fast."""

    def __init__(self, features: Iterable[MapFeature]) -> None:
        parts: dict[_Style, list[Sequence[tuple[float, float]]]] = {}
        self._names = MapNames()
        for feature in features:
            self._add_names(feature)
            style = _style(feature)
            if style is not None:
                parts.setdefault(style, []).extend(part for part in feature.parts if len(part) > 1)
        self._layers = {style: _layer(parts[style]) for style in _ORDER if parts.get(style)}

    def _add_names(self, feature: MapFeature) -> None:
        if feature.kind == "place" and feature.shape is Shape.POINT:
            self._names.add_place(feature.name, feature.class_, feature.parts[0][0])
        elif feature.kind == "road" and feature.shape is Shape.LINE:
            for part in feature.parts:
                self._names.add_street(feature.name, feature.class_, part)

    def draw(self, canvas: Any, view: View) -> None:
        """Onto a canvas whose origin is the lower left corner of the map."""
        for style, layer in self._layers.items():
            if view.metres_per_point <= style.coarsest:
                path = _path(layer, view, is_area=not style.width)
                if path:
                    canvas.addLiteral(_painting(style, path))
        self._names.draw(canvas, view)


_ORDER = list(_STYLES.values())


def _style(feature: MapFeature) -> _Style | None:
    style = _STYLES.get((feature.kind, feature.class_)) or _STYLES.get((feature.kind, ""))
    is_drawn_as = Shape.LINE if style is not None and style.width else Shape.AREA
    return style if feature.shape is is_drawn_as else None


def _layer(parts: Sequence[Sequence[tuple[float, float]]]) -> _Layer:
    arrays = [np.asarray(part, dtype=np.float64) for part in parts]
    points = np.concatenate(arrays)
    lengths = np.array([len(array) for array in arrays])
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    is_start = np.zeros(len(points), dtype=np.bool_)
    is_start[starts] = True
    boxes = np.hstack((np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)))
    part = np.repeat(np.arange(len(arrays)), lengths)
    return _Layer(points[:, 0].copy(), points[:, 1].copy(), is_start, part, boxes)


def _path(layer: _Layer, view: View, *, is_area: bool) -> str:
    box = view.bounds
    west, south, east, north = layer.boxes.T
    is_near = (west <= box.east) & (east >= box.west) & (south <= box.north) & (north >= box.south)
    chosen = is_near[layer.part]
    if not chosen.any():
        return ""
    return line_path(
        layer.lon[chosen], layer.lat[chosen], layer.is_start[chosen], view, is_area=is_area
    )


def line_path(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    is_start: NDArray[np.bool_],
    view: View,
    *,
    is_area: bool = False,
) -> str:
    """PDF path operators in quarters of a point: only what is in view, and no point twice."""
    east, north = view.on_paper(lon, lat)
    x = np.rint(east * UNITS).astype(np.int64)
    y = np.rint(north * UNITS).astype(np.int64)
    is_new = is_start.copy()
    is_new[1:] |= (x[1:] != x[:-1]) | (y[1:] != y[:-1])
    x, y, is_start = x[is_new], y[is_new], is_start[is_new]
    if not is_area:
        # A segment is in view where its box is; a point stays that ends a segment in view.
        seen = np.zeros(len(x), dtype=np.bool_)
        seen[1:] = (
            ~is_start[1:]
            & (np.maximum(x[1:], x[:-1]) >= 0)
            & (np.minimum(x[1:], x[:-1]) <= view.width * UNITS)
            & (np.maximum(y[1:], y[:-1]) >= 0)
            & (np.minimum(y[1:], y[:-1]) <= view.height * UNITS)
        )
        kept = seen.copy()
        kept[:-1] |= seen[1:]
        x, y, is_start = x[kept], y[kept], ~seen[kept]
    steps = np.where(is_start, "m", "l").tolist()
    return " ".join(
        [f"{a} {b} {step}" for a, b, step in zip(x.tolist(), y.tolist(), steps, strict=True)]
    )


def _painting(style: _Style, path: str) -> str:
    """Operators that paint a path of quarters of a point."""
    scale = f"q {1 / UNITS} 0 0 {1 / UNITS} 0 0 cm"
    if not style.width:
        return f"{scale} {style.grey} g {path} f* Q"
    dash = " ".join(f"{length * UNITS:g}" for length in style.dash or ())
    return f"{scale} {style.grey} G {style.width * UNITS:g} w 1 J 1 j [{dash}] 0 d {path} S Q"
