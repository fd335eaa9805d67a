"""Depots, vehicles, drivers, and the shifts that join them on a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.domain.addresses import Address
from app.domain.geo import Location
from app.domain.ids import DepotId, DriverId, ShiftId, VehicleId
from app.domain.rules import DEPOT_AIMS, NO_SHIFT_RULES, Aims, ShiftRules
from app.domain.times import TimeWindow
from app.domain.travel import Profile
from app.domain.underway import Moments, Underway


class Dimension(StrEnum):
    """What a vehicle can be full of."""

    WEIGHT = "weight"
    VOLUME = "volume"
    PARCELS = "parcels"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is aboard, or what fits: whole grams, cubic centimetres and parcels, and more."""

    weight_g: int = 0
    volume_cm3: int = 0
    parcels: int = 0
    more: tuple[tuple[str, int], ...] = ()
    """Dimensions of the depot's own with their amounts, sorted by name. A vehicle that does not
    name one is never full of it."""

    def __add__(self, other: Load) -> Load:
        return Load(
            weight_g=self.weight_g + other.weight_g,
            volume_cm3=self.volume_cm3 + other.volume_cm3,
            parcels=self.parcels + other.parcels,
            more=_sum(self.more, other.more, 1) if self.more or other.more else (),
        )

    def __sub__(self, other: Load) -> Load:
        return Load(
            weight_g=self.weight_g - other.weight_g,
            volume_cm3=self.volume_cm3 - other.volume_cm3,
            parcels=self.parcels - other.parcels,
            more=_sum(self.more, other.more, -1) if self.more or other.more else (),
        )

    @property
    def amounts(self) -> tuple[int, int, int]:
        """In the order of Dimension, without `more`."""
        return (self.weight_g, self.volume_cm3, self.parcels)

    @classmethod
    def of(cls, amounts: tuple[int, int, int], more: tuple[tuple[str, int], ...] = ()) -> Load:
        return cls(weight_g=amounts[0], volume_cm3=amounts[1], parcels=amounts[2], more=more)


def _sum(
    first: tuple[tuple[str, int], ...], second: tuple[tuple[str, int], ...], sign: int
) -> tuple[tuple[str, int], ...]:
    amounts = dict(first)
    for name, amount in second:
        amounts[name] = amounts.get(name, 0) + sign * amount
    return tuple(sorted(amounts.items()))


def dimension_name(text: str) -> str:
    """A dimension of the depot's own as it is compared: case and blanks make no difference."""
    return " ".join(text.split()).casefold()


def own_amount(amount: int, name: str) -> str:
    """An amount in a dimension of the depot's own, for people.

    It has one name, whose singular and plural nobody knows: "1 × cages".
    """
    return f"{amount} × {name}"


UNLIMITED = 10**12
"""The capacity of a dimension in which a vehicle is never full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A delivery window that the depot promises, by its clocks."""

    start: time
    end: time


WeekPace = tuple[tuple[float, ...], ...]
"""Monday to Sunday, 24 factors each: by what travel times are multiplied in that hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Depot:
    """Where shifts start, load and end."""

    id: DepotId
    name: str
    address: Address
    location: Location
    time_zone: str
    """IANA name, such as Europe/Berlin."""
    currency: str = "EUR"
    """ISO 4217; what costs and cash are counted in."""
    delivery_slots: tuple[Slot, ...] = ()
    """What is offered when an order is taken; none while empty."""
    traffic: WeekPace = ()
    """How the hours of the week change travel times; empty while nobody knows."""
    aims: Aims = DEPOT_AIMS
    """What its plans should be like."""
    version: int = 0

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What a shift with this vehicle costs, in the depot's currency."""

    fixed: float = 0.0
    """For every shift that drives at all."""
    per_km: float = 0.0
    per_hour: float = 0.0
    """From leaving the start place to reaching the end place."""


USUAL_COSTS = Costs(per_km=0.3, per_hour=20.0)
"""Of a vehicle that nobody gave any: without them no place on a route is better than another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    id: VehicleId
    name: str
    plate: str = ""
    profile: str = Profile.VAN
    """Whose times and distances are its own: a `Profile` wherever roads are asked; a problem from
    a file brings matrices, and names for them."""
    capacity: Load
    costs: Costs = Costs()
    features: frozenset[str] = frozenset()
    """What it can do, such as `cold` or `tail-lift`; an order's requirements ask for them."""
    is_active: bool = True
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    id: DriverId
    name: str
    phone: str = ""
    skills: frozenset[str] = frozenset()
    home: Location | None = None
    is_active: bool = True
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A pause of `length` that begins inside `window`."""

    window: TimeWindow
    length: timedelta


class PlaceKind(StrEnum):
    """Where a shift starts or ends."""

    DEPOT = "depot"
    HOME = "home"
    """The driver's."""
    OPEN = "open"
    """An end only: wherever the last stop is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One driver and one vehicle from start to end on a service day.

    The goods are at the depot: a shift that starts at home drives to the depot first.
    """

    id: ShiftId
    day: date
    depot: Depot
    driver: Driver
    vehicle: Vehicle
    window: TimeWindow
    """The earliest leaving and the latest coming back; both are promises to the driver."""
    rest: Break | None = None
    start: PlaceKind = PlaceKind.DEPOT
    end: PlaceKind = PlaceKind.DEPOT
    rules: ShiftRules = NO_SHIFT_RULES
    leaves_after: datetime | None = None
    """The van had not left when its day was planned anew, at a time when it might have."""
    underway: Underway | None = None
    """The van was out when its day was planned anew."""
    promised: Moments = ()
    """Stops that nobody is to be at any sooner, so that what people were told is kept."""
    version: int = 0

    @property
    def is_as_agreed(self) -> bool:
        """Whether nothing but the shift's hours and rules says when its van is where."""
        return self.underway is None and not self.promised

    @property
    def first_leave(self) -> datetime:
        """The earliest that the van may leave on this day as it went."""
        if self.underway is not None:
            return self.underway.left_at
        start = self.window.start
        return start if self.leaves_after is None else max(start, self.leaves_after)

    @property
    def hours(self) -> TimeWindow:
        """When its van may be on the road."""
        overtime = self.rules.overtime
        end = self.window.end + (overtime.most if overtime is not None else timedelta())
        return TimeWindow(start=self.first_leave, end=max(self.first_leave, end))

    @property
    def from_first_leave(self) -> Shift:
        """The same with a window that begins then, for who knows only windows."""
        if self.leaves_after is None:
            return self
        window = TimeWindow(start=self.first_leave, end=max(self.window.end, self.first_leave))
        return replace(self, window=window, leaves_after=None)

    @property
    def abilities(self) -> frozenset[str]:
        """What driver and vehicle can do together."""
        return self.driver.skills | self.vehicle.features

    @property
    def start_location(self) -> Location:
        if self.start is PlaceKind.HOME and self.driver.home is not None:
            return self.driver.home
        return self.depot.location

    @property
    def end_location(self) -> Location | None:
        """None where the route ends at its last stop."""
        if self.end is PlaceKind.OPEN:
            return None
        if self.end is PlaceKind.HOME and self.driver.home is not None:
            return self.driver.home
        return self.depot.location

    @property
    def name(self) -> str:
        """For people: driver and vehicle."""
        return f"{self.driver.name} · {self.vehicle.name}"
