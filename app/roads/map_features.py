"""What a vector map shows in a box, as plain shapes for drawing on paper."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from app.domain.geo import Bounds
from app.roads import gdal
from app.roads.tiles import LAYER, TileKind, TileSource

type Part = tuple[tuple[float, float], ...]
"""A line or a ring of an area, or a single point; longitude first, as in GeoJSON."""

_MAX_TILES = 64
"""More would be slow and too fine for paper: then a lower zoom does."""
_KEPT_TILES = 512
_EARTH_M = 6_378_137.0
"""Radius of the sphere of web maps, whose metres GDAL gives."""
_COLLECTION = 7
_POINT_BYTES = 16
_SHAPES = {1: "point", 2: "line", 3: "area", 4: "point", 5: "line", 6: "area"}
"""By the geometry types of WKB."""
_FOREIGN_KINDS = {
    "building": "building",
    "buildings": "building",
    "water": "water",
    "ocean": "water",
    "waterway": "waterway",
    "water_lines": "waterway",
    "landcover": "green",
    "park": "green",
    "landuse": "land",
    "land": "land",
    "transportation": "road",
    "roads": "road",
    "streets": "road",
    "place": "place",
    "places": "place",
    "place_labels": "place",
    "boundary": "boundary",
    "boundaries": "boundary",
}
"""Layers of the common schemas of vector tiles made elsewhere, by the kinds of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFeature:
    """One thing on the map; cut at the edges of its tile."""

    kind: str
    class_: str
    name: str
    shape: str
    """"point", "line" or "area"."""
    parts: tuple[Part, ...]
    """Points, lines, or the rings of an area (with the even-odd rule, holes stay empty)."""


_decoded: WeakKeyDictionary[TileSource, OrderedDict[tuple[int, int, int], tuple[MapFeature, ...]]]
_decoded = WeakKeyDictionary()
_lock = Lock()


def features_in(source: TileSource, bounds: Bounds, zoom: int) -> Iterator[MapFeature]:
    """All features of the tiles that touch the box; none from a source of pictures.

    Where the source has no such zoom, or the box is too large for it, the nearest lower one is
    taken. Tiles are decoded once.
    """
    if source.kind is not TileKind.VECTOR:
        return
    zoom = max(source.min_zoom, min(source.max_zoom, zoom))
    columns, rows = _tiles_of(bounds, zoom)
    while len(columns) * len(rows) > _MAX_TILES and zoom > source.min_zoom:
        zoom -= 1
        columns, rows = _tiles_of(bounds, zoom)
    points: set[MapFeature] = set()
    for column in columns:
        for row in rows:
            for feature in _features(source, zoom, column, row):
                # one near an edge is in the neighbouring tiles too
                if feature.shape == "point":
                    if feature in points:
                        continue
                    points.add(feature)
                yield feature


def _tiles_of(bounds: Bounds, zoom: int) -> tuple[range, range]:
    west, north = _tile_at(bounds.north, bounds.west, zoom)
    east, south = _tile_at(bounds.south, bounds.east, zoom)
    return range(west, east + 1), range(north, south + 1)


def _tile_at(lat: float, lon: float, zoom: int) -> tuple[int, int]:
    count = 1 << zoom
    column = int((lon + 180) / 360 * count)
    row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * count)
    return max(0, min(count - 1, column)), max(0, min(count - 1, row))


def _features(source: TileSource, zoom: int, column: int, row: int) -> tuple[MapFeature, ...]:
    address = (zoom, column, row)
    with _lock:
        kept = _decoded.setdefault(source, OrderedDict())
        if address in kept:
            kept.move_to_end(address)
            return kept[address]
    tile = source.tile(zoom, column, row)
    found = tuple(_decode(tile, zoom, column, row)) if tile else ()
    with _lock:
        kept[address] = found
        while len(kept) > _KEPT_TILES:
            kept.popitem(last=False)
    return found


def _decode(tile: bytes, zoom: int, column: int, row: int) -> Iterator[MapFeature]:
    for layer in gdal.layers(tile):
        kind = "" if layer == LAYER else _FOREIGN_KINDS.get(layer)
        if kind is None:
            continue
        table = gdal.read(tile, layer=layer, X=column, Y=row, Z=zoom)
        kinds = _texts(table, "kind") if not kind else [kind] * table.num_rows
        columns = (kinds, _texts(table, "class"), _texts(table, "name"))
        shapes = table["wkb_geometry"].to_pylist()
        for own_kind, class_, name, wkb in zip(*columns, shapes, strict=True):
            for shape, parts in _shapes(wkb):
                yield MapFeature(kind=own_kind, class_=class_, name=name, shape=shape, parts=parts)


def _texts(table: Any, column: str) -> list[str]:
    if column not in table.column_names:
        return [""] * int(table.num_rows)
    return [str(value or "") for value in table[column].to_pylist()]


def _shapes(wkb: bytes) -> Iterator[tuple[str, tuple[Part, ...]]]:
    """Shape and parts of a geometry in little-endian WKB, as GDAL writes it."""
    starts = [0]
    if _whole(wkb, 1) == _COLLECTION:
        at = 9
        starts = []
        for _ in range(_whole(wkb, 5)):
            starts.append(at)
            at = _read_parts(wkb, at, [])
    for start in starts:
        parts: list[Part] = []
        _read_parts(wkb, start, parts)
        if parts:
            yield _SHAPES[_whole(wkb, start + 1)], tuple(parts)


def _read_parts(wkb: bytes, at: int, parts: list[Part]) -> int:
    """Add the parts of the geometry at this byte; tells where it ends."""
    kind = _whole(wkb, at + 1)
    at += 5
    if kind == 1:
        parts.append(_degrees(wkb, at, 1))
        return at + _POINT_BYTES
    count = _whole(wkb, at)
    at += 4
    if kind == 2:
        parts.append(_degrees(wkb, at, count))
        return at + count * _POINT_BYTES
    if kind == 3:
        for _ in range(count):
            length = _whole(wkb, at)
            parts.append(_degrees(wkb, at + 4, length))
            at += 4 + length * _POINT_BYTES
        return at
    for _ in range(count):
        at = _read_parts(wkb, at, parts)
    return at


def _whole(wkb: bytes, at: int) -> int:
    return int.from_bytes(wkb[at : at + 4], "little")


def _degrees(wkb: bytes, at: int, count: int) -> Part:
    metres: npt.NDArray[np.float64] = np.frombuffer(wkb, "<f8", 2 * count, at).reshape(-1, 2)
    angles = metres / _EARTH_M
    lons = np.degrees(angles[:, 0]).round(6).tolist()
    lats = np.degrees(np.arctan(np.sinh(angles[:, 1]))).round(6).tolist()
    return tuple(zip(lons, lats, strict=True))
