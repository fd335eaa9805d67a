"""Orders from files: every row is taken, held or refused, and the same file changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import tzlocal

from app.documents.order_columns import header_signature
from app.documents.order_detection import recognised
from app.documents.order_drafts import OrderDraft, RowProblem, RowResult
from app.documents.order_file import OrderFile, ReadOptions, open_orders
from app.documents.report_file import ReportFile
from app.documents.row_count import rows_at_least
from app.documents.table_file import open_table
from app.domain.addresses import Address, Place, Precision
from app.domain.edits import Applied, Changes
from app.domain.errors import Cancelled as CancelledError
from app.domain.errors import ImportErrors
from app.domain.fleet import Depot
from app.domain.ids import DepotId, DriverId
from app.services.addresses import AddressService
from app.services.context import Actor, Cancelled, Clock, Report, Step, never, unheard
from app.services.draft_pile import DraftPile
from app.services.import_asks import drivers_by_name, pickup_of, pickups, unpaired
from app.services.import_places import address_columns, with_places
from app.services.import_taking import Taking
from app.services.roads import RoadsService
from app.storage import queries
from app.storage.database import Database
from app.storage.records import ColumnMappingRecord

NO_REGION = (
    "No region is in use, so addresses can't be looked up. Build one, then import the file "
    "again: the orders that wait for their place get it."
)
NO_ZONE = (
    "No depot says in which time zone the hours of this file are: they are read as {zone}, this "
    "computer's. If that is wrong, enter the depot under Fleet and import the file again."
)
PREVIEWED_ROWS = 50
MAX_ORDERS = 200_000
"""Of one file: it goes in, and is taken back, as a whole."""
_READING, _LOOKING_UP = 0.25, 0.45
"""Shares of the progress bar: reading ends at the first, looking up at the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    preset: str = "auto"
    columns: Mapping[str, str] | None = None
    """Our field → the file's header; None for the preset's, or what was remembered."""
    day: date | None = None
    """For rows that name no day."""
    depot: DepotId | None = None
    """Where the goods are; None for the only depot there is."""
    report_file: Path | None = None
    """Where refused rows go, to be corrected and imported again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """What a file looks like before it is taken."""

    preset: str
    columns: Mapping[str, str]
    headers: tuple[str, ...]
    ignored: tuple[str, ...]
    delimiter: str
    encoding: str
    notices: tuple[str, ...]
    results: tuple[RowResult, ...]
    """The first rows."""
    is_remembered: bool
    """The columns are those that a person chose for a file like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did; every order of the file is in exactly one of the counts."""

    file: str
    preset: str
    notices: tuple[str, ...]
    """What a person should know about how the file was read, such as a guessed encoding."""
    ignored: tuple[str, ...]
    """Columns of the file that say nothing about an order here."""
    added: int
    updated: int
    unchanged: int
    left_out: int
    """Not to be delivered at all, by the file's own word: cancelled, or nothing to ship."""
    refused: int
    on_hold: int
    """Of the added and updated ones."""
    precisions: Mapping[Precision, int]
    problems: tuple[RowProblem, ...]
    report_file: Path | None
    days: Mapping[date, int]
    """How many of the file's orders each day has, the fullest day first."""
    applied: Applied
    """Its inverse takes the whole import back."""

    @property
    def changes(self) -> Changes:
        return self.applied.changes


class ImportService:
    def __init__(
        self,
        database: Database,
        addresses: AddressService,
        roads: RoadsService,
        clock: Clock,
        actor: Actor,
    ) -> None:
        self._database = database
        self._addresses = addresses
        self._roads = roads
        self._clock = clock
        self._actor = actor

    def preview(self, path: Path, options: ImportOptions) -> ImportPreview:
        """Look at the first rows; nothing is written. Raises ImportErrors for an unusable file."""
        with self._opened(path, options) as (file, is_remembered, depot):
            results = tuple(islice(file.results(), PREVIEWED_ROWS))
            pile = DraftPile()
            for result in results:
                if result.draft is not None:
                    pile.add(result.draft)
            places = self._places(pile.addresses, unheard, never)
            return ImportPreview(
                preset=file.preset.key,
                columns=file.columns,
                headers=file.headers,
                ignored=file.ignored,
                delimiter=file.delimiter,
                encoding=file.encoding,
                notices=self._notices(file.notices, places, depot, has_windows=pile.has_windows),
                results=with_places(
                    results,
                    {
                        draft.reference: _place(draft, places)
                        for part in pile.parts()
                        for draft in part
                    },
                    address_columns(file.columns),
                ),
                is_remembered=is_remembered,
            )

    def headers(self, path: Path, preset: str) -> tuple[tuple[str, ...], dict[str, str]]:
        """The columns of a file that fits no preset, to be mapped by a person, and what is known
        of them: field → header."""
        with open_table(path) as table:
            return table.headers, recognised(table.headers, preset)

    def run(
        self,
        path: Path,
        options: ImportOptions,
        report: Report = unheard,
        cancelled: Cancelled = never,
    ) -> ImportReport:
        """Take the file's good rows in one transaction and write the others to the report file.

        Raises ImportErrors for an unusable file and errors.Cancelled; nothing is written then.
        """
        try:
            return self._run(path, options, report, cancelled)
        except CancelledError as error:
            raise CancelledError(
                f"The import of {path.name} was cancelled; nothing was taken."
            ) from error

    def _run(
        self, path: Path, options: ImportOptions, report: Report, cancelled: Cancelled
    ) -> ImportReport:
        counts: Counter[str] = Counter()
        problems: list[RowProblem] = []
        pile = DraftPile()
        paired: list[RowResult] = []
        target = options.report_file
        with ExitStack() as kept:
            # The report gets its place once the orders are in: who cancels gets neither.
            with self._opened(path, options) as (file, _, depot):
                signature, preset = header_signature(file.headers), file.preset
                address = address_columns(file.columns)
                notices, ignored = file.notices, file.ignored
                told = _scaled(report, 0.0, _READING)
                refused_rows = None
                if target:
                    refused_rows = kept.enter_context(
                        ReportFile(target, file.headers, file.delimiter)
                    )
                for result in file.results(told, cancelled):
                    problems += result.problems
                    if result.draft is not None:
                        pile.add(result.draft)
                        if pickup_of(result.draft):
                            paired.append(result)
                        if len(pile) > MAX_ORDERS:
                            raise _too_many(path, f"more than {MAX_ORDERS:,} orders")
                    elif result.is_left_out:
                        counts["left_out"] += 1
                    else:
                        counts["refused"] += 1
                        if refused_rows is not None:
                            refused_rows.add(result)
                for result in self._unpaired(paired, pile, depot, file.columns):
                    problems.append(result.problems[-1])
                    pile.leave_out(result.line)
                    counts["refused"] += 1
                    if refused_rows is not None:
                        refused_rows.add(result)
                if refused_rows is not None:
                    refused_rows.flush()
            places = self._places(pile.addresses, _part(report, _READING, _LOOKING_UP), cancelled)
            taking = Taking(
                self._database, self._clock, self._actor, depot, self._zone(depot), address
            )
            days: Counter[date] = Counter()
            saving = _part(report, _LOOKING_UP, 1.0)
            applied = taking.take(_placed(pile, places, days, saving, cancelled), pile)
        if options.columns is not None:
            self._remember(signature, options.columns)
        report(Step(fraction=1.0, text="Done"))
        problems += taking.problems
        return ImportReport(
            file=path.name,
            preset=preset.key,
            notices=self._notices(notices, places, depot, has_windows=pile.has_windows),
            ignored=ignored,
            added=taking.counts["added"],
            updated=taking.counts["updated"],
            unchanged=taking.counts["unchanged"],
            left_out=counts["left_out"],
            refused=counts["refused"] + taking.counts["refused"],
            on_hold=taking.counts["on_hold"],
            precisions=dict(taking.precisions),
            problems=tuple(sorted(problems, key=lambda problem: problem.line)),
            report_file=target if counts["refused"] and target else None,
            days=dict(days.most_common()),
            applied=applied,
        )

    def _notices(
        self,
        of_file: tuple[str, ...],
        places: Mapping[Address, Place | None],
        depot: Depot | None,
        *,
        has_windows: bool,
    ) -> tuple[str, ...]:
        found = [*of_file]
        if None in places.values() and self._roads.addresses() is None:
            found.append(NO_REGION)
        if self._known_zone(depot) is None and has_windows:
            found.append(NO_ZONE.format(zone=self._zone(depot).key))
        return tuple(found)

    def _unpaired(
        self,
        paired: Sequence[RowResult],
        pile: DraftPile,
        depot: Depot | None,
        columns: Mapping[str, str],
    ) -> list[RowResult]:
        if not paired:
            return []
        with self._database.reading() as session:
            known = pickups(session, pile.named, depot.id if depot is not None else None)
        return unpaired(paired, pile.pickups | known.keys(), columns.get("collected_by", ""))

    def _places(
        self, addresses: Iterable[Address], report: Report, cancelled: Cancelled
    ) -> dict[Address, Place | None]:
        asked = list(addresses)
        return dict(zip(asked, self._addresses.places(asked, report, cancelled), strict=True))

    @contextmanager
    def _opened(
        self, path: Path, options: ImportOptions
    ) -> Iterator[tuple[OrderFile, bool, Depot | None]]:
        """The file with its columns: those given, else those remembered, else the preset's."""
        depot = self._depot(options.depot)
        read = ReadOptions(
            zone=self._zone(depot),
            day=options.day,
            today=self._clock().astimezone(self._zone(depot)).date(),
            preset=options.preset,
            columns=options.columns,
            bounds=self._roads.bounds,
            depot=depot,
            drivers=self._drivers(),
        )
        remembered: Mapping[str, str] | None = None
        if options.columns is None and options.preset == "auto":
            remembered = self._remembered(path, read)
        with open_orders(path, replace(read, columns=remembered or options.columns)) as file:
            is_row_an_order = file.delimiter and "item" not in file.columns
            if is_row_an_order and path.stat().st_size > MAX_ORDERS:
                rows = rows_at_least(path) - 1
                if rows > MAX_ORDERS:
                    raise _too_many(path, f"{rows:,} rows")
            yield file, remembered is not None, depot

    def _remembered(self, path: Path, options: ReadOptions) -> Mapping[str, str] | None:
        with open_table(path, encoding=options.encoding, sheet=options.sheet) as table:
            headers = table.headers
        with self._database.reading() as session:
            row = session.get(ColumnMappingRecord, header_signature(headers))
            return None if row is None else row.columns

    def _remember(self, signature: str, columns: Mapping[str, str]) -> None:
        with self._database.transaction() as session:
            session.merge(ColumnMappingRecord(signature=signature, columns=dict(columns)))

    def _drivers(self) -> dict[str, DriverId]:
        with self._database.reading() as session:
            return drivers_by_name(session)

    def _depot(self, wanted: DepotId | None) -> Depot | None:
        with self._database.reading() as session:
            depots = queries.depots(session)
        if wanted is None:
            return depots[0] if len(depots) == 1 else None
        return next((depot for depot in depots if depot.id == wanted), None)

    def _zone(self, depot: Depot | None) -> ZoneInfo:
        return self._known_zone(depot) or ZoneInfo(tzlocal.get_localzone_name() or "UTC")

    def _known_zone(self, depot: Depot | None) -> ZoneInfo | None:
        """The depot's, or that of all depots; None where these differ or there is none."""
        if depot is not None:
            return depot.zone
        with self._database.reading() as session:
            zones = {each.zone for each in queries.depots(session)}
        return zones.pop() if len(zones) == 1 else None


def _too_many(path: Path, count: str) -> ImportErrors:
    return ImportErrors(
        f"{path.name} has {count}; at most {MAX_ORDERS:,} orders go in at once. Nothing was taken; "
        "split the file, by day for instance."
    )


def _placed(
    pile: DraftPile,
    places: Mapping[Address, Place | None],
    days: Counter[date],
    report: Report,
    cancelled: Cancelled,
) -> Iterator[list[tuple[OrderDraft, Place | None]]]:
    """The drafts with their places, some at a time, counted by their days."""
    every = len(pile)
    for part in pile.parts():
        report(
            Step(
                fraction=days.total() / (every or 1),
                text=f"Saving: {days.total():,} of {every:,} orders",
            )
        )
        if cancelled():
            raise CancelledError
        yield [(draft, _place(draft, places)) for draft in part]
        days.update(draft.day for draft in part)
    if cancelled():
        raise CancelledError


def _place(draft: OrderDraft, places: Mapping[Address, Place | None]) -> Place | None:
    """Coordinates of the file as they are; the rest by address."""
    if draft.location is None:
        return places[draft.address]
    return Place(location=draft.location, precision=Precision.GIVEN, label=draft.address.line)


def _part(report: Report, start: float, end: float) -> Report:
    """Tells steps of one part of the work as steps of the whole."""

    def told(step: Step) -> None:
        report(Step(fraction=start + (end - start) * step.fraction, text=step.text))

    return told


def _scaled(report: Report, start: float, end: float) -> Callable[[float, str], None]:
    part = _part(report, start, end)
    return lambda fraction, text: part(Step(fraction=fraction, text=text))
