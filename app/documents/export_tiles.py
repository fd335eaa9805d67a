"""Chooses the map tiles that a page takes along, so that it needs no network."""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from app.documents.progress import IsCancelled
from app.domain.board import Board
from app.domain.errors import Cancelled
from app.domain.geo import Location
from app.domain.ids import RouteId

BUDGET_BYTES = 4 << 20
"""Of packed tiles: with them the page stays small enough to be sent by mail."""
_MARGIN = 0.06
"""Of the day's box, added on each side."""
_SMALLEST_BOX = 0.02
"""Degrees: a day with a single stop shows its neighbourhood too."""
_OVERVIEW_TILES = 4
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
    box = _box(_places(board, lines))
    if box is None:
        return {}
    chosen: dict[tuple[int, int, int], bytes] = {}
    spent = 0
    for zoom in range(source.min_zoom, source.max_zoom + 1):
        keys = list(_covering(box, zoom))
        is_overview = len(keys) <= _OVERVIEW_TILES
        next_is_overview = len(list(_covering(box, zoom + 1))) <= _OVERVIEW_TILES
        # Further out than the whole day at a glance nobody has to look.
        if is_overview and next_is_overview and zoom < source.max_zoom:
            continue
        if len(keys) > _MAX_LEVEL_TILES:
            break
        level: dict[tuple[int, int, int], bytes] = {}
        size = 0
        for key in keys:
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


def _box(places: Iterable[Location]) -> tuple[float, float, float, float] | None:
    """South, west, north and east with a margin."""
    points = list(places)
    if not points:
        return None
    lats, lons = [point.lat for point in points], [point.lon for point in points]
    south, north, west, east = min(lats), max(lats), min(lons), max(lons)
    high = max(north - south, _SMALLEST_BOX) - (north - south) + _MARGIN * (north - south)
    wide = max(east - west, _SMALLEST_BOX) - (east - west) + _MARGIN * (east - west)
    return (
        max(south - high, -_MAX_LATITUDE),
        max(west - wide, -180.0),
        min(north + high, _MAX_LATITUDE),
        min(east + wide, 180.0),
    )


def _covering(box: tuple[float, float, float, float], zoom: int) -> Iterator[tuple[int, int, int]]:
    south, west, north, east = box
    last = (1 << zoom) - 1
    left, top = _tile_at(north, west, zoom)
    right, bottom = _tile_at(south, east, zoom)
    for column in range(max(left, 0), min(right, last) + 1):
        for row in range(max(top, 0), min(bottom, last) + 1):
            yield zoom, column, row


def _tile_at(lat: float, lon: float, zoom: int) -> tuple[int, int]:
    size = 1 << zoom
    stretched = math.asinh(math.tan(math.radians(lat)))
    return int((lon + 180) / 360 * size), int((1 - stretched / math.pi) / 2 * size)
