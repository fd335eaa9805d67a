"""Chooses the map tiles that a page takes along, so that it needs no network."""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from app.documents.progress import IsCancelled
from app.domain.board import Board
from app.domain.errors import Cancelled
from app.domain.geo import Location
from app.domain.ids import RouteId

BUDGET_BYTES = 4 << 20
"""Of packed tiles: with them the page stays small enough to be sent by mail."""
_MARGIN, _WIDE_MARGIN = 0.06, 1.0
"""Of the day's box, on each side; the wide one fills a screen that is wider than the day."""
_SMALLEST_BOX = 0.02
"""Degrees: a day with a single stop shows its neighbourhood too."""
_OVERVIEW_TILES = 4
"""As many show the whole day on a screen."""
_LEVELS_FURTHER_OUT = 3
"""For small screens, and since the map draws each zoom from the tiles of the one before."""
_MAX_LEVEL_TILES = 3_000
_MAX_LATITUDE = 85.0


class VectorTiles(Protocol):
    """Where tiles come from; row 0 is in the north."""

    @property
    def min_zoom(self) -> int: ...
    @property
    def max_zoom(self) -> int: ...
    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """The tile, unpacked; None where there is none."""


def day_tiles(
    board: Board,
    lines: Mapping[RouteId, tuple[tuple[Location, ...], ...]],
    source: VectorTiles,
    cancelled: IsCancelled | None = None,
    budget: int = BUDGET_BYTES,
) -> dict[tuple[int, int, int], bytes]:
    """Zoom, column and row → tile, unpacked: from the day as a whole to as near as the budget lets.

    A level of zoom comes whole or not at all. Raises Cancelled.
    """
    places = tuple(_places(board, lines))
    if not places:
        return {}
    near, wide = _box(places, _MARGIN), _box(places, _WIDE_MARGIN)
    chosen: dict[tuple[int, int, int], bytes] = {}
    spent = 0
    zooms = range(source.min_zoom, source.max_zoom + 1)
    overview = max((z for z in zooms if _count(near, z) <= _OVERVIEW_TILES), default=zooms.start)
    for zoom in range(max(zooms.start, overview - _LEVELS_FURTHER_OUT), zooms.stop):
        box = wide if zoom <= overview else near
        if _count(box, zoom) > _MAX_LEVEL_TILES:
            break
        level: dict[tuple[int, int, int], bytes] = {}
        size = 0
        for key in _covering(box, zoom):
            if cancelled is not None and cancelled():
                raise Cancelled("The export was cancelled; nothing was written.")
            tile = source.tile(*key)
            if tile:
                level[key] = tile
                size += len(packed(tile))
        if chosen and spent + size > budget:
            break
        chosen |= level
        spent += size
    return chosen


def packed(tile: bytes) -> bytes:
    """As it lies in the page."""
    return gzip.compress(tile, mtime=0)


def _places(
    board: Board, lines: Mapping[RouteId, tuple[tuple[Location, ...], ...]]
) -> Iterator[Location]:
    for each in board.routes:
        yield each.route.shift.depot.location
        for leg in lines.get(each.id, ()):
            yield from leg
    for order in (*board.orders.values(), *board.on_hold):
        if order.location is not None:
            yield order.location


def _box(places: Sequence[Location], margin: float) -> tuple[float, float, float, float]:
    """South, west, north and east, with the margin."""
    lats, lons = [place.lat for place in places], [place.lon for place in places]
    high = max(max(lats) - min(lats), _SMALLEST_BOX) * margin
    # As many metres to the sides as up and down, for a day along one straight road.
    side = high / math.cos(math.radians(min(max(lats), _MAX_LATITUDE)))
    wide = max((max(lons) - min(lons)) * margin, side)
    return (
        max(min(lats) - high, -_MAX_LATITUDE),
        max(min(lons) - wide, -180.0),
        min(max(lats) + high, _MAX_LATITUDE),
        min(max(lons) + wide, 180.0),
    )


def _covering(box: tuple[float, float, float, float], zoom: int) -> Iterator[tuple[int, int, int]]:
    (left, top), (right, bottom) = _corners(box, zoom)
    for column in range(left, right + 1):
        for row in range(top, bottom + 1):
            yield zoom, column, row


def _count(box: tuple[float, float, float, float], zoom: int) -> int:
    (left, top), (right, bottom) = _corners(box, zoom)
    return (right - left + 1) * (bottom - top + 1)


def _corners(
    box: tuple[float, float, float, float], zoom: int
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Column and row of the tiles in the north-west and in the south-east."""
    south, west, north, east = box
    return _tile_at(north, west, zoom), _tile_at(south, east, zoom)


def _tile_at(lat: float, lon: float, zoom: int) -> tuple[int, int]:
    size = 1 << zoom
    stretched = math.asinh(math.tan(math.radians(lat)))
    column = int((lon + 180) / 360 * size)
    row = int((1 - stretched / math.pi) / 2 * size)
    return min(max(column, 0), size - 1), min(max(row, 0), size - 1)
