"""What changed between a printed manifest and the route as it is now."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.domain.geo import Location
from app.domain.manifests import Manifest, ManifestLine, back_words, more_words
from app.domain.orders import OrderKind


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    """It comes at another place among the stops that stay."""
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A fact that reads differently now; both sides are for people."""

    name: str
    before: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """One stop that the driver must do differently."""

    kind: ChangeKind
    before: ManifestLine | None
    """None where it was added."""
    now: ManifestLine | None
    """None where it was removed."""
    fields: tuple[FieldChange, ...] = ()
    """Of a stop that was moved or changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestChanges:
    """Everything that makes a printed manifest wrong; shifted ETAs alone don't."""

    printed: Manifest
    now: Manifest
    header: tuple[FieldChange, ...]
    lines: tuple[LineChange, ...]
    """Removed stops first, then the others in the present sequence."""

    @property
    def is_empty(self) -> bool:
        return not (self.header or self.lines)

    def count(self, kind: ChangeKind) -> int:
        return sum(change.kind is kind for change in self.lines)


def manifest_changes(printed: Manifest, now: Manifest) -> ManifestChanges:
    """What the driver with the printed manifest must be told."""
    before = {line.order: line for line in printed.lines}
    present = {line.order for line in now.lines}
    removed = [
        LineChange(kind=ChangeKind.REMOVED, before=line, now=None)
        for line in printed.lines
        if line.order not in present
    ]
    # Stops of the longest run that kept its sequence stayed; the others are the moved ones.
    kept = [line for line in now.lines if line.order in before]
    stayed = {
        kept[index].order for index in _longest_rising([before[line.order].number for line in kept])
    }
    others = []
    for line in now.lines:
        old = before.get(line.order)
        if old is None:
            others.append(LineChange(kind=ChangeKind.ADDED, before=None, now=line))
            continue
        fields = _line_fields(old, line, now.zone)
        if line.order not in stayed:
            others.append(LineChange(kind=ChangeKind.MOVED, before=old, now=line, fields=fields))
        elif fields:
            others.append(LineChange(kind=ChangeKind.CHANGED, before=old, now=line, fields=fields))
    return ManifestChanges(
        printed=printed,
        now=now,
        header=_header_fields(printed, now),
        lines=(*removed, *others),
    )


def _longest_rising(numbers: Sequence[int]) -> list[int]:
    """Indexes of the longest subsequence whose numbers rise (patience sorting)."""
    tails: list[int] = []
    tail_indexes: list[int] = []
    previous: list[int | None] = []
    for index, number in enumerate(numbers):
        pile = bisect_left(tails, number)
        previous.append(tail_indexes[pile - 1] if pile else None)
        if pile == len(tails):
            tails.append(number)
            tail_indexes.append(index)
        else:
            tails[pile] = number
            tail_indexes[pile] = index
    chain = []
    at = tail_indexes[-1] if tail_indexes else None
    while at is not None:
        chain.append(at)
        at = previous[at]
    return chain[::-1]


def _line_fields(
    before: ManifestLine, now: ManifestLine, zone: ZoneInfo
) -> tuple[FieldChange, ...]:
    facts: tuple[tuple[str, Callable[[ManifestLine], str]], ...] = (
        ("Reference", lambda line: line.reference),
        ("Kind", lambda line: "pickup" if line.kind is OrderKind.PICKUP else "delivery"),
        ("Recipient", lambda line: line.recipient),
        ("Company", lambda line: line.company),
        ("Address", lambda line: line.address.line),
        ("Pin", lambda line: _pin(line.location) if line.location else ""),
        ("Phone", lambda line: line.phone),
        ("Window", lambda line: _window(line, zone)),
        ("Parcels", lambda line: ", ".join(line.parcels)),
        ("Weight", lambda line: f"{line.weight_g / 1000:.1f} kg"),
        ("Further loads", lambda line: more_words(line.more_load)),
        ("Goods from", lambda line: "the depot" if line.collected_by is None else "a pick-up"),
        ("To take back", lambda line: back_words(line) or "nothing"),
        ("Method", lambda line: line.method.value),
        ("To collect", _cash),
        ("Priority", lambda line: str(line.priority) if line.priority else "normal"),
        ("Needs", lambda line: ", ".join(line.requirements)),
        ("Instructions", lambda line: line.notes),
    )
    return _differences((name, read(before), read(now)) for name, read in facts)


def _header_fields(before: Manifest, now: Manifest) -> tuple[FieldChange, ...]:
    facts: tuple[tuple[str, Callable[[Manifest], str]], ...] = (
        ("Day", lambda manifest: manifest.day.isoformat()),
        ("Driver", lambda manifest: manifest.driver),
        ("Driver's phone", lambda manifest: manifest.driver_phone),
        ("Vehicle", lambda manifest: manifest.vehicle),
        ("Plate", lambda manifest: manifest.plate),
        ("Depot", lambda manifest: manifest.depot),
        ("Depot's address", lambda manifest: manifest.depot_address.line),
        ("Depot's pin", lambda manifest: _pin(manifest.depot_location)),
        ("Clocks of", lambda manifest: manifest.time_zone),
        ("Start", lambda manifest: manifest.start.value),
        ("End", lambda manifest: manifest.end.value),
        ("Leave by", lambda manifest: _clock(manifest.leave_by, manifest.zone)),
        ("Break", _rests),
    )
    return _differences((name, read(before), read(now)) for name, read in facts)


def _differences(facts: Iterable[tuple[str, str, str]]) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(name=name, before=before, now=now)
        for name, before, now in facts
        if before != now
    )


def _pin(location: Location) -> str:
    return f"{location.lat}, {location.lon}"


def _window(line: ManifestLine, zone: ZoneInfo) -> str:
    if line.window is None:
        return "any time"
    return f"{_clock(line.window.start, zone)}–{_clock(line.window.end, zone)}"


def _cash(line: ManifestLine) -> str:
    if not line.is_cash_due:
        return "nothing"
    amount = "amount not known" if line.cash is None else f"{line.cash:.2f}"
    return f"{amount} {line.currency}".strip()


def _rests(manifest: Manifest) -> str:
    zone = manifest.zone
    clocks = (f"{_clock(rest.begin, zone)}–{_clock(rest.end, zone)}" for rest in manifest.rests)
    return ", ".join(clocks) or "none"


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"
