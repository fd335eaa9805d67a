"""What a fleet file gives: depots, vehicles, drivers and shifts that name each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from app.documents.order_drafts import RowProblem
from app.domain.addresses import Address
from app.domain.fleet import Costs, Load, PlaceKind, Slot
from app.domain.geo import Location
from app.domain.rules import NO_SHIFT_RULES, ShiftRules
from app.domain.travel import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class DepotDraft:
    line: int
    name: str
    address: Address
    location: Location | None
    """None where only the address is given: it is to be looked up."""
    time_zone: str
    slots: tuple[Slot, ...] | None = None
    """None where the file says nothing of them: those that are there stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleDraft:
    line: int
    name: str
    plate: str
    profile: Profile
    capacity: Load
    costs: Costs | None
    """None where the file gives none: those that are there stay."""
    features: frozenset[str]
    is_active: bool
    more_capacity: tuple[tuple[str, int], ...] | None = None
    """None where the file has no such column: what is there stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverDraft:
    line: int
    name: str
    phone: str
    skills: frozenset[str]
    home_address: Address | None
    home: Location | None
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftDraft:
    """A shift of one day or of every week, by the clock of its depot."""

    line: int
    driver: str
    vehicle: str
    depot: str
    """Empty means the only depot there is."""
    day: date | None
    weekdays: frozenset[int]
    """0 is Monday; empty where `day` is given."""
    start: time
    end: time
    """At or before the start means the next day."""
    break_earliest: time | None
    break_latest: time | None
    break_length: timedelta | None
    start_place: PlaceKind
    end_place: PlaceKind
    rules: ShiftRules = NO_SHIFT_RULES

    def is_on(self, day: date) -> bool:
        return day == self.day or day.weekday() in self.weekdays


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetDrafts:
    """A whole fleet file; rows with a problem of severity REJECT are not among the drafts."""

    depots: tuple[DepotDraft, ...]
    vehicles: tuple[VehicleDraft, ...]
    drivers: tuple[DriverDraft, ...]
    shifts: tuple[ShiftDraft, ...]
    problems: tuple[RowProblem, ...]
