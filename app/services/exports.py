"""A planned day for other programs, and as a map that opens without a network."""

from __future__ import annotations

from pathlib import Path

from app.documents.atomic_file import write_bytes
from app.documents.export_day import DayExport, ExportFormat
from app.documents.export_file import export_bytes
from app.documents.export_tiles import day_tiles
from app.domain.board import Board
from app.domain.errors import Cancelled as CancelledError
from app.services.context import Cancelled, Clock, Report, Step, never, unheard
from app.services.roads import RoadsService

__all__ = ["FORMATS", "ExportFormat", "ExportService"]

FORMATS = tuple(each.value for each in ExportFormat)
_WITH_LINES = frozenset({ExportFormat.GEOJSON, ExportFormat.GPX, ExportFormat.HTML})


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
                lines[each.id] = self._roads.line(each, board.roads).legs
        source = self._roads.vector_tiles() if kind is ExportFormat.HTML else None
        tiles = day_tiles(board, lines, source, cancelled) if source is not None else {}
        return export_bytes(
            DayExport(
                board=board,
                made_at=self._clock(),
                time_zone=board.time_zone,
                lines=lines,
                attribution=self._roads.attribution,
                tiles=tiles,
            ),
            kind,
        )

    def write(self, path: Path, content: bytes) -> None:
        """All of it or nothing. Raises DispatchError where the file can't be written."""
        write_bytes(path, content)
