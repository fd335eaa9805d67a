"""The day's paper: what is printed, and which paper is out of date."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.documents.day_pdf import DayDocuments, Part, write_day_pdf
from app.documents.label_pdf import LabelSheet
from app.documents.manifest_pdf import ground_bounds
from app.documents.paper_words import DistanceUnit
from app.documents.pdf_basemap import BaseMap, MapFeature, Shape
from app.documents.pdf_map import RouteMap
from app.domain.board import Board, BoardRoute
from app.domain.day_summary import day_summary
from app.domain.edits import Changes
from app.domain.errors import Cancelled as CancelledError
from app.domain.errors import NotFoundError
from app.domain.geo import Bounds
from app.domain.ids import OrderId, RouteId
from app.domain.manifest_changes import ManifestChanges, manifest_changes
from app.domain.manifest_snapshot import manifest_from_snapshot, manifest_snapshot
from app.domain.manifests import Manifest, manifest
from app.roads.map_features import features_in
from app.roads.tiles import TileSource
from app.services.context import Actor, Cancelled, Clock, Report, Step, never, unheard
from app.services.roads import RoadsService
from app.storage.database import Database
from app.storage.printing import note_printed, printed_snapshots

DAY_PARTS = (Part.SUMMARY, Part.MANIFEST, Part.LOAD_LIST, Part.RETURN_SLIPS, Part.LABELS)
"""What a supervisor prints in the morning; changes come later, if at all."""

__all__ = ["DAY_PARTS", "LabelSheet", "ManifestService", "Part", "Printout"]

_MAP_ZOOM = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Printout:
    """A file that was written, and the manifests that stand in it."""

    path: Path
    manifests: tuple[Manifest, ...]


class ManifestService:
    def __init__(
        self,
        database: Database,
        roads: RoadsService,
        clock: Clock,
        actor: Actor,
        unit: DistanceUnit,
    ) -> None:
        self._database = database
        self._roads = roads
        self._clock = clock
        self._actor = actor
        self._unit = unit
        self._basemap: tuple[tuple[TileSource, Bounds], BaseMap] | None = None

    def write(
        self,
        path: Path,
        board: Board,
        parts: Collection[Part] = DAY_PARTS,
        routes: Collection[RouteId] = (),
        report: Report = unheard,
        cancelled: Cancelled = never,
        *,
        labels: LabelSheet = LabelSheet.A6,
        orders: Collection[OrderId] = (),
    ) -> Printout:
        """Write the parts of these routes, or of all, into one PDF.

        `orders` limits the labels to theirs; the other parts are of whole routes.
        It is a preview until `printed` says that it went to people. Raises RuleError where there
        is nothing to print, errors.Cancelled, and DispatchError where the file can't be written.
        """
        chosen = [each for each in board.routes if not routes or each.id in routes]
        manifests = tuple(manifest(each, self._clock()) for each in chosen)

        def told(fraction: float, text: str) -> None:
            report(Step(fraction=0.3 + 0.7 * fraction, text=text))

        write_day_pdf(
            path,
            DayDocuments(
                manifests=manifests,
                maps=self._maps(manifests, chosen, report, cancelled)
                if {Part.MANIFEST, Part.CHANGES} & set(parts)
                else {},
                changes=self.changes(manifests) if Part.CHANGES in parts else (),
                summary=day_summary(board, _zone(board), self._clock()),
                unit=self._unit,
                label_sheet=labels,
                labelled=orders,
            ),
            parts,
            told,
            cancelled,
        )
        return Printout(path=path, manifests=tuple(each for each in manifests if each.lines))

    def printed(self, printout: Printout) -> Changes:
        """The manifests went to people: from now on a change makes them stale."""
        with self._database.transaction() as session:
            note_printed(
                session,
                {
                    each.route: (each.revision, manifest_snapshot(each))
                    for each in printout.manifests
                },
                self._clock(),
                self._actor.name,
                self._actor.workstation,
            )
        return Changes(
            routes=frozenset(each.route for each in printout.manifests),
            days=frozenset(each.day for each in printout.manifests),
        )

    def changes(self, manifests: Sequence[Manifest]) -> tuple[ManifestChanges, ...]:
        """What differs from the paper that is about, for manifests that were printed."""
        now = {each.route: each for each in manifests}
        with self._database.reading() as session:
            printed = printed_snapshots(session, tuple(now))
        found = (
            manifest_changes(manifest_from_snapshot(snapshot), now[route])
            for route, snapshot in printed.items()
        )
        return tuple(each for each in found if not each.is_empty)

    def named(self, board: Board, names: Collection[str]) -> tuple[RouteId, ...]:
        """The routes whose driver or vehicle has one of these names; all for no name.

        Raises NotFoundError for a name that nobody on the board has.
        """
        chosen = []
        for name in names:
            wanted = name.casefold()
            found = [
                each.id
                for each in board.routes
                if wanted
                in (
                    each.route.shift.driver.name.casefold(),
                    each.route.shift.vehicle.name.casefold(),
                    each.route.shift.name.casefold(),
                )
            ]
            if not found:
                known = ", ".join(each.route.shift.name for each in board.routes)
                raise NotFoundError(f"No route of this day is called {name}. There are: {known}")
            chosen += found
        return tuple(chosen)

    def _maps(
        self,
        manifests: Sequence[Manifest],
        routes: Sequence[BoardRoute],
        report: Report,
        cancelled: Cancelled,
    ) -> dict[RouteId, RouteMap]:
        lines = {}
        for number, each in enumerate(routes):
            if cancelled():
                raise CancelledError("Printing was stopped; no file was written.")
            share = 0.3 * number / len(routes)
            report(Step(fraction=share, text=f"Map of {each.route.shift.name}"))
            lines[each.id] = self._roads.line(each)
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


def _zone(board: Board) -> str:
    return board.routes[0].route.shift.depot.time_zone if board.routes else "UTC"
