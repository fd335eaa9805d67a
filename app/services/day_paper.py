"""Draws the day's paper, with the roads and the ground on its maps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from app.documents.day_pdf import DayDocuments, write_day_pdf
from app.documents.manifest_pdf import ground_bounds
from app.documents.pdf_basemap import BaseMap, MapFeature, Shape
from app.documents.pdf_map import RouteMap
from app.documents.print_parts import DistanceUnit, LabelSheet, Part
from app.domain.board import BoardRoute
from app.domain.day_summary import DaySummary
from app.domain.errors import Cancelled as CancelledError
from app.domain.geo import Bounds
from app.domain.ids import OrderId, RouteId
from app.domain.manifest_changes import ManifestChanges
from app.domain.manifests import Manifest
from app.domain.road_day import RoadDay
from app.roads.map_features import features_in
from app.roads.tiles import TileSource
from app.services.context import Cancelled, Report, Step
from app.services.roads import RoadsService

_MAP_ZOOM = 13


class DayPaper:
    def __init__(self, roads: RoadsService, unit: DistanceUnit) -> None:
        self._roads = roads
        self._unit = unit
        self._basemap: tuple[tuple[TileSource, Bounds], BaseMap] | None = None

    def write(
        self,
        path: Path,
        manifests: Sequence[Manifest],
        routes: Sequence[BoardRoute],
        roads: RoadDay | None,
        summary: DaySummary,
        changes: Sequence[ManifestChanges],
        parts: Collection[Part],
        labels: LabelSheet,
        labelled: Collection[OrderId],
        report: Report,
        cancelled: Cancelled,
    ) -> None:
        """Write the parts of these routes, whose manifests they are, into one PDF.

        Raises as `ManifestService.write` does.
        """

        def told(fraction: float, text: str) -> None:
            report(Step(fraction=0.3 + 0.7 * fraction, text=text))

        write_day_pdf(
            path,
            DayDocuments(
                manifests=tuple(manifests),
                maps=self._maps(manifests, routes, roads, report, cancelled)
                if {Part.MANIFEST, Part.CHANGES} & set(parts)
                else {},
                changes=tuple(changes),
                summary=summary,
                unit=self._unit,
                label_sheet=labels,
                labelled=labelled,
            ),
            parts,
            told,
            cancelled,
        )

    def _maps(
        self,
        manifests: Sequence[Manifest],
        routes: Sequence[BoardRoute],
        roads: RoadDay | None,
        report: Report,
        cancelled: Cancelled,
    ) -> dict[RouteId, RouteMap]:
        lines = {}
        for number, each in enumerate(routes):
            if cancelled():
                raise CancelledError("Printing was stopped; no file was written.")
            share = 0.3 * number / len(routes)
            report(Step(fraction=share, text=f"Map of {each.route.shift.name}"))
            lines[each.id] = self._roads.line(each, roads)
        ways = {
            route: [point for leg in line.legs for point in leg] for route, line in lines.items()
        }
        base = self._ground(ground_bounds(manifests, ways))
        return {
            route: RouteMap(
                base=base,
                line=way,
                attribution=""
                if base is None and lines[route].is_estimated
                else self._roads.attribution,
            )
            for route, way in ways.items()
        }

    def _ground(self, bounds: Bounds | None) -> BaseMap | None:
        """The day's piece of the region's map, kept for the next print."""
        tiles = self._roads.vector_tiles()
        if tiles is None or bounds is None:
            return None
        key = (tiles, bounds)
        if self._basemap is None or self._basemap[0] != key:
            features = (
                MapFeature(
                    kind=each.kind,
                    class_=each.class_,
                    name=each.name,
                    shape=Shape(each.shape),
                    parts=each.parts,
                )
                for each in features_in(tiles, bounds, _MAP_ZOOM)
                if each.shape
            )
            self._basemap = (key, BaseMap(features))
        return self._basemap[1]
