"""A planned day for other programs, and as a map that opens without a network."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from app.documents.atomic_file import write_bytes
from app.documents.export_day import DayExport, ExportFormat
from app.documents.export_file import export_bytes
from app.domain.board import Board
from app.domain.errors import Cancelled as CancelledError
from app.domain.geo import Bounds
from app.services.context import Cancelled, Clock, Report, Step, never, unheard
from app.services.roads import RoadsService

__all__ = ["FORMATS", "ExportFormat", "ExportService"]

FORMATS = tuple(each.value for each in ExportFormat)
_WITH_LINES = frozenset({ExportFormat.GEOJSON, ExportFormat.GPX, ExportFormat.HTML})
_MAX_TILES = 600
"""In a map page: a town down to its streets, in a few megabytes."""
_MARGIN = 0.01
"""Degrees of ground around the outermost stop."""


class ExportService:
    def __init__(self, roads: RoadsService, clock: Clock) -> None:
        self._roads = roads
        self._clock = clock

    def content(
        self,
        board: Board,
        kind: ExportFormat,
        report: Report = unheard,
        cancelled: Cancelled = never,
    ) -> bytes:
        """The day in this format. Raises errors.Cancelled."""
        lines = {}
        if kind in _WITH_LINES:
            for number, each in enumerate(board.routes):
                if cancelled():
                    raise CancelledError("The export was cancelled; nothing was written.")
                share = number / len(board.routes)
                report(Step(fraction=share, text=f"Route of {each.route.shift.name}"))
                lines[each.id] = self._roads.line(each).legs
        zone = board.routes[0].route.shift.depot.time_zone if board.routes else "UTC"
        return export_bytes(
            DayExport(
                board=board,
                made_at=self._clock(),
                time_zone=zone,
                lines=lines,
                attribution=self._roads.attribution,
                tiles=self._ground(board) if kind is ExportFormat.HTML else {},
            ),
            kind,
        )

    def write(self, path: Path, content: bytes) -> None:
        """All of it or nothing. Raises DispatchError where the file can't be written."""
        write_bytes(path, content)

    def _ground(self, board: Board) -> dict[tuple[int, int, int], bytes]:
        """The map under the day's places, as fine as fits into a page."""
        source = self._roads.vector_tiles()
        places = [order.location for order in board.orders.values() if order.location is not None]
        places += [each.route.shift.depot.location for each in board.routes]
        if source is None or not places:
            return {}
        box = Bounds(
            south=min(place.lat for place in places) - _MARGIN,
            west=min(place.lon for place in places) - _MARGIN,
            north=max(place.lat for place in places) + _MARGIN,
            east=max(place.lon for place in places) + _MARGIN,
        )
        found: dict[tuple[int, int, int], bytes] = {}
        for zoom in range(source.min_zoom, source.max_zoom + 1):
            wanted = list(_tiles(box, zoom))
            if len(found) + len(wanted) > _MAX_TILES:
                break
            for column, row in wanted:
                tile = source.tile(zoom, column, row)
                if tile:
                    found[zoom, column, row] = tile
        return found


def _tiles(box: Bounds, zoom: int) -> Iterator[tuple[int, int]]:
    """Columns and rows of the tiles that touch the box; row 0 is in the north."""
    left, top = _tile_at(box.west, box.north, zoom)
    right, bottom = _tile_at(box.east, box.south, zoom)
    for column in range(left, right + 1):
        for row in range(top, bottom + 1):
            yield column, row


def _tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Web Mercator's tile numbering, as OpenStreetMap's wiki gives it."""
    count = 1 << zoom
    sine = math.sin(math.radians(lat))
    column = int((lon + 180) / 360 * count)
    row = int((1 - math.atanh(sine) / math.pi) / 2 * count)
    return min(max(column, 0), count - 1), min(max(row, 0), count - 1)
