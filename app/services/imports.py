"""Orders from files: every row is taken, held or refused, and the same file changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import tzlocal

from app.documents.order_columns import header_signature
from app.documents.order_drafts import OrderDraft, RowProblem, RowResult, Severity
from app.documents.order_file import OrderFile, ReadOptions, open_orders
from app.documents.report_file import ReportFile
from app.documents.table_file import open_table
from app.domain.addresses import Place, Precision
from app.domain.edits import Applied, ChangeOrders, Changes, Compound, Kind
from app.domain.errors import Cancelled as CancelledError
from app.domain.errors import ImportErrors
from app.domain.fleet import Depot
from app.domain.ids import DepotId, DriverId, OrderId
from app.domain.orders import (
    Order,
    OrderStatus,
    Parcel,
    Source,
    address_reason,
    barcodes,
    held,
    taken_again,
)
from app.services.addresses import AddressService
from app.services.applying import Applying
from app.services.context import Actor, Cancelled, Clock, Report, Step, never, unheard
from app.services.import_asks import drivers_by_name, pickup_of, pickups, rules_of, unpaired
from app.services.order_edits import order_facts
from app.services.roads import RoadsService
from app.storage import order_rows, queries
from app.storage.convert import as_json
from app.storage.database import Database
from app.storage.events import Journal
from app.storage.keys import new_id
from app.storage.records import ColumnMappingRecord

PREVIEWED_ROWS = 50
MAX_ORDERS = 200_000
"""Of one file: it goes in as a whole, so all of it must fit into memory at once."""
_READING, _LOOKING_UP = 0.35, 0.9
"""Shares of the progress bar: reading ends at the first, looking up at the second."""
_CHANGEABLE = frozenset({OrderStatus.OPEN, OrderStatus.ON_HOLD})


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
    """What an import did; every row of the file is in exactly one of the counts."""

    file: str
    preset: str
    notices: tuple[str, ...]
    """What a person should know about how the file was read, such as a guessed encoding."""
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
    days: tuple[date, ...]
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
        with self._opened(path, options) as (file, is_remembered, _):
            return ImportPreview(
                preset=file.preset.key,
                columns=file.columns,
                headers=file.headers,
                ignored=file.ignored,
                delimiter=file.delimiter,
                encoding=file.encoding,
                notices=file.notices,
                results=tuple(islice(file.results(), PREVIEWED_ROWS)),
                is_remembered=is_remembered,
            )

    def headers(self, path: Path) -> tuple[str, ...]:
        """The columns of a file that fits no preset, to be mapped by a person."""
        with open_table(path) as table:
            return table.headers

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
        counts: Counter[str] = Counter()
        problems: list[RowProblem] = []
        drafts: list[OrderDraft] = []
        paired: list[RowResult] = []
        target = options.report_file
        with self._opened(path, options) as (file, _, depot):
            signature, preset = header_signature(file.headers), file.preset
            notices = file.notices
            told = _scaled(report, 0.0, _READING)
            with (
                ReportFile(target, file.headers, file.delimiter) if target else nullcontext()
            ) as refused_rows:
                for result in file.results(told, cancelled):
                    problems += result.problems
                    if result.draft is not None:
                        drafts.append(result.draft)
                        if pickup_of(result.draft):
                            paired.append(result)
                        if len(drafts) > MAX_ORDERS:
                            raise ImportErrors(
                                f"{path.name} has more than {MAX_ORDERS:,} orders. Nothing was "
                                "taken; split the file, by day for instance."
                            )
                    elif result.is_left_out:
                        counts["left_out"] += 1
                    else:
                        counts["refused"] += 1
                        if refused_rows is not None:
                            refused_rows.add(result)
                for result in self._unpaired(paired, drafts, depot, file.columns):
                    problems.append(result.problems[-1])
                    drafts = [draft for draft in drafts if draft.line != result.line]
                    counts["refused"] += 1
                    if refused_rows is not None:
                        refused_rows.add(result)
        places = self._places(drafts, report, cancelled)
        if cancelled():
            raise CancelledError("The import was cancelled; nothing was changed.")
        report(Step(fraction=_LOOKING_UP, text=f"Saving {len(drafts)} orders"))
        taking = _Taking(self._database, self._clock, self._actor, depot, self._zone(depot))
        applied = taking.take(list(zip(drafts, places, strict=True)))
        if options.columns is not None:
            self._remember(signature, options.columns)
        report(Step(fraction=1.0, text="Done"))
        problems += taking.problems
        return ImportReport(
            file=path.name,
            preset=preset.key,
            notices=notices,
            added=taking.counts["added"],
            updated=taking.counts["updated"],
            unchanged=taking.counts["unchanged"],
            left_out=counts["left_out"],
            refused=counts["refused"] + taking.counts["refused"],
            on_hold=taking.counts["on_hold"],
            precisions=dict(taking.precisions),
            problems=tuple(sorted(problems, key=lambda problem: problem.line)),
            report_file=target if counts["refused"] and target else None,
            days=tuple(sorted({draft.day for draft in drafts})),
            applied=applied,
        )

    def _unpaired(
        self,
        paired: Sequence[RowResult],
        drafts: Sequence[OrderDraft],
        depot: Depot | None,
        columns: Mapping[str, str],
    ) -> list[RowResult]:
        if not paired:
            return []
        with self._database.reading() as session:
            known = pickups(session, drafts, depot.id if depot is not None else None)
        return unpaired(paired, drafts, known, columns["collected_by"])

    def _places(
        self, drafts: Sequence[OrderDraft], report: Report, cancelled: Cancelled
    ) -> list[Place | None]:
        """Coordinates of the file as they are; the rest by address, each address once."""
        asked = list(dict.fromkeys(d.address for d in drafts if d.location is None))
        share = _LOOKING_UP - _READING

        def told(step: Step) -> None:
            report(Step(fraction=_READING + share * step.fraction, text=step.text))

        known = dict(zip(asked, self._addresses.places(asked, told, cancelled), strict=True))
        return [
            known[draft.address]
            if draft.location is None
            else Place(location=draft.location, precision=Precision.GIVEN, label=draft.address.line)
            for draft in drafts
        ]

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
            drivers=self._drivers(),
        )
        remembered: Mapping[str, str] | None = None
        if options.columns is None and options.preset == "auto":
            remembered = self._remembered(path, read)
        with open_orders(path, replace(read, columns=remembered or options.columns)) as file:
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
        if depot is not None:
            return depot.zone
        return ZoneInfo(tzlocal.get_localzone_name() or "UTC")


class _Taking:
    """The good rows on their way into the database: one transaction, with its events."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        actor: Actor,
        depot: Depot | None,
        zone: ZoneInfo,
    ) -> None:
        self._database = database
        self._now = clock()
        self._actor = actor
        self._depot = depot.id if depot is not None else None
        self._zone = zone.key
        self.counts: Counter[str] = Counter()
        self.precisions: Counter[Precision] = Counter()
        self.problems: list[RowProblem] = []
        self._keys: dict[str, OrderId] = {}
        """Of the orders that rows name, and of those in the file."""

    def take(self, rows: Sequence[tuple[OrderDraft, Place | None]]) -> Applied:
        new: list[Order] = []
        changed: dict[OrderId, tuple[OrderDraft, Place | None]] = {}
        with self._database.transaction() as session:
            order_rows.claim_references(session)
            known = order_rows.digests(session, [draft.reference for draft, _ in rows])
            drafts = [draft for draft, _ in rows]
            # An order may have come before its depot was entered: it is the same order.
            found = [
                known.get((d.reference, self._depot)) or known.get((d.reference, None))
                for d in drafts
            ]
            self._keys = pickups(session, drafts, self._depot) | {
                draft.reference: there[0] if there else OrderId(new_id())
                for draft, there in zip(drafts, found, strict=True)
            }
            for (draft, place), there in zip(rows, found, strict=True):
                if there is None:
                    new.append(self._order(draft, place, None))
                elif there[1] == _digest(draft):
                    self.counts["unchanged"] += 1
                else:
                    changed[there[0]] = (draft, place)
            order_rows.add_orders(session, new, self._now, self._actor.name)
            journal = Journal(session, self._now, self._actor.name, self._actor.workstation)
            for order in new:
                self._count("added", order)
                journal.note("order", order.id, "imported", None, order_facts(order))
            journal.write()
            updated = self._updated(queries.orders(session, tuple(changed)), changed)
            applied = Applying(session, self._now, self._actor).make(
                ChangeOrders(put=tuple(updated))
            )
        return Applied(
            inverse=Compound(
                edits=(applied.inverse, ChangeOrders(delete={o.id: 1 for o in new}, pins={}))
            ),
            changes=applied.changes
            | Changes(
                orders=frozenset(order.id for order in new),
                days=frozenset(order.day for order in new),
            ),
            touched={**applied.touched, **{(Kind.ORDER, order.id): (0, 1) for order in new}},
        )

    def _updated(
        self,
        orders: Sequence[Order],
        changed: Mapping[OrderId, tuple[OrderDraft, Place | None]],
    ) -> list[Order]:
        updated = []
        for old in orders:
            draft, place = changed[old.id]
            if old.status not in _CHANGEABLE:
                self.counts["refused"] += 1
                self.problems.append(
                    RowProblem(
                        line=draft.line,
                        column="reference",
                        code="not_changeable",
                        text=f"{old.reference} {_WHY_NOT[old.status]}; the file's change of it "
                        "was not taken.",
                        severity=Severity.REJECT,
                    )
                )
                continue
            if old.place is not None and old.place.is_confirmed and old.address == draft.address:
                place = old.place
            taken = replace(self._order(draft, place, old), id=old.id, version=old.version)
            order = taken_again(taken, old)
            self._count("updated", order)
            updated.append(order)
        return updated

    def _order(self, draft: OrderDraft, place: Place | None, old: Order | None) -> Order:
        rules, more_load = rules_of(draft, old, self._keys)
        order = Order(
            id=self._keys[draft.reference],
            reference=draft.reference,
            depot=self._depot,
            day=draft.day,
            recipient=draft.recipient,
            company=draft.company,
            address=draft.address,
            place=place,
            window=draft.window,
            time_zone=self._zone,
            kind=draft.kind,
            method=draft.method,
            payment=draft.payment,
            cod_amount=draft.cod_amount,
            currency=draft.currency,
            weight_g=draft.weight_g,
            volume_cm3=draft.volume_cm3,
            parcels=tuple(Parcel(barcode=barcode) for barcode in draft.barcodes)
            or barcodes(draft.reference, draft.parcels),
            priority=draft.priority,
            requirements=draft.requirements,
            phone=draft.phone,
            email=draft.email,
            notes=draft.notes,
            rules=rules,
            more_load=more_load,
        )
        if draft.service_time is not None:
            order = replace(order, service_time=draft.service_time)
        for reason in (*draft.hold_reason.splitlines(), address_reason(place)):
            if reason:
                order = held(order, reason)
        holds = tuple(order.hold_reason.splitlines())
        return replace(order, source=Source(digest=_digest(draft), holds=holds))

    def _count(self, what: str, order: Order) -> None:
        self.counts[what] += 1
        self.precisions[order.place.precision if order.place else Precision.UNKNOWN] += 1
        if order.status is OrderStatus.ON_HOLD:
            self.counts["on_hold"] += 1


_WHY_NOT = {
    OrderStatus.OUT: "is already on the road",
    OrderStatus.DELIVERED: "was delivered",
    OrderStatus.FAILED: "came back undelivered",
    OrderStatus.CANCELLED: "was cancelled here",
}


def _digest(draft: OrderDraft) -> str:
    """What the row says, without where it stands in the file."""
    said = as_json(replace(draft, line=0, notices=()))
    if draft.asks is None:  # as before files could ask more
        del said["asks"]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _scaled(report: Report, start: float, end: float) -> Callable[[float, str], None]:
    def told(fraction: float, text: str) -> None:
        report(Step(fraction=start + (end - start) * fraction, text=text))

    return told
