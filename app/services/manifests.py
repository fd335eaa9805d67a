"""The day's paper: what is printed, and which paper is out of date."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.documents.print_parts import DistanceUnit, LabelSheet, Part
from app.domain.board import Board
from app.domain.day_summary import day_summary
from app.domain.edits import Changes
from app.domain.errors import NotFoundError
from app.domain.ids import OrderId, RouteId
from app.domain.manifest_changes import ManifestChanges, manifest_changes
from app.domain.manifest_snapshot import manifest_from_snapshot, manifest_snapshot
from app.domain.manifests import Manifest, manifest
from app.services.context import Actor, Cancelled, Clock, Report, never, unheard
from app.services.roads import RoadsService
from app.storage.database import Database
from app.storage.printing import note_printed, printed_snapshots

if TYPE_CHECKING:
    from app.services.day_paper import DayPaper

DAY_PARTS = (Part.SUMMARY, Part.MANIFEST, Part.LOAD_LIST, Part.RETURN_SLIPS, Part.LABELS)
"""What a supervisor prints in the morning; changes come later, if at all."""

__all__ = ["DAY_PARTS", "LabelSheet", "ManifestService", "Part", "Printout"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Printout:
    """A file that was written, and the manifests that stand in it."""

    path: Path
    manifests: tuple[Manifest, ...]
    handed_out: tuple[Manifest, ...]
    """What drivers hold in their hands once it goes out: printed whole, or by its changes."""


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
        changes = self.changes(manifests) if Part.CHANGES in parts else ()
        self._paper.write(
            path,
            manifests,
            chosen,
            board.roads,
            day_summary(board, board.time_zone, self._clock()),
            changes,
            parts,
            labels,
            orders,
            report,
            cancelled,
        )
        with_stops = tuple(each for each in manifests if each.lines)
        whole = {each.route: each for each in with_stops} if Part.MANIFEST in parts else {}
        by_changes = {each.now.route: each.now for each in changes}
        is_changes_alone = set(parts) <= {Part.CHANGES}
        return Printout(
            path=path,
            manifests=tuple(by_changes.values()) if is_changes_alone else with_stops,
            handed_out=tuple((by_changes | whole).values()),
        )

    def printed(self, printout: Printout) -> Changes:
        """The paper went to people: from now on a change makes its manifests stale.

        A sheet of changes brings those up to date that are about, and makes no others.
        """
        with self._database.transaction() as session:
            note_printed(
                session,
                {
                    each.route: (each.revision, manifest_snapshot(each))
                    for each in printout.handed_out
                },
                self._clock(),
                self._actor.name,
                self._actor.workstation,
            )
        return Changes(
            routes=frozenset(each.route for each in printout.handed_out),
            days=frozenset(each.day for each in printout.handed_out),
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

        A word of a name, such as a first name, will do where it means one route.
        Raises NotFoundError for a name that nobody on the board has.
        """
        chosen = []
        for name in names:
            wanted = name.casefold()
            found, alike = [], []
            for each in board.routes:
                shift = each.route.shift
                known_as = [shift.driver.name.casefold(), shift.vehicle.name.casefold()]
                if wanted in (*known_as, shift.name.casefold()):
                    found.append(each.id)
                elif any(wanted in words.split() for words in known_as):
                    alike.append(each.id)
            if not found and len(alike) == 1:
                found = alike
            if not found:
                known = ", ".join(each.route.shift.name for each in board.routes)
                raise NotFoundError(f"No route of this day is called {name}. There are: {known}")
            chosen += found
        return tuple(chosen)

    @cached_property
    def _paper(self) -> DayPaper:
        # ReportLab takes a while to load, and the console is to be there before the first print.
        from app.services.day_paper import DayPaper

        return DayPaper(self._roads, self._unit)
