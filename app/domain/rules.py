"""Rules and wishes beyond the everyday: what some orders and shifts ask of a plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.domain.geo import Location
from app.domain.ids import DriverId, OrderId
from app.domain.times import TimeWindow, moved, same_clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrun:
    """How far a limit may be exceeded, and what that costs, in the depot's currency."""

    most: timedelta
    per_hour: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRules:
    """What an order asks beyond its window, load and requirements."""

    more_windows: tuple[TimeWindow, ...] = ()
    """Other windows that do as well as `Order.window`."""
    released_at: datetime | None = None
    """Its goods can leave the depot no earlier."""
    setup_time: timedelta = timedelta()
    """Before its service, unless the stop before was at the same place. It may start no earlier
    than the window and is over before the service starts."""
    service_by_type: tuple[tuple[str, timedelta], ...] = ()
    """Service times for vehicles of these types (`ShiftRules.vehicle_type`)."""
    setup_by_type: tuple[tuple[str, timedelta], ...] = ()
    collected_by: OrderId | None = None
    """A delivery whose goods come from that pickup, earlier on the same route; a pair is planned
    whole or not at all. The pickup's goods then do not go to the depot."""
    takes_back: tuple[int, ...] = ()
    """What a delivery brings back to the depot from the same stop, such as empties, by dimension:
    grams, cm³, parcels, then those that `Order.more_load` names."""
    drivers: frozenset[DriverId] = frozenset()
    """Only these drivers may take it; everyone, while empty."""
    barred_drivers: frozenset[DriverId] = frozenset()
    preferred_drivers: frozenset[DriverId] = frozenset()
    """Any other driver costs `Aims.other_than_preferred`."""
    goods: frozenset[str] = frozenset()
    """Classes of its goods, such as `food`."""
    apart_from: frozenset[str] = frozenset()
    """Classes of goods that may not be on the same route, whoever names them."""
    drop_price: float | None = None
    """What leaving it out costs; None where it is left out only if it fits nowhere."""
    lateness: Overrun | None = None
    """A window that may be missed at a price; None where lateness breaks a rule."""

    def taking_back(self, *, grams: int | None, parcels: int | None) -> tuple[int, ...]:
        """`takes_back` with these amounts; None leaves one as it is."""
        known = (*self.takes_back, *(0,) * (3 - len(self.takes_back)))
        grams = known[0] if grams is None else grams
        changed = (grams, known[1], known[2] if parcels is None else parcels, *known[3:])
        return changed if any(changed) else ()

    def moved(self, by: timedelta, zone: ZoneInfo) -> OrderRules:
        """The same some days later, by the clocks of `zone`."""
        ready = self.released_at
        if not self.more_windows and ready is None:
            return self
        return replace(
            self,
            more_windows=tuple(moved(window, by, zone) for window in self.more_windows),
            released_at=None if ready is None else same_clock(ready, by, zone),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A break beside the shift's own: due in a window, or after so much driving or work.

    A limit counts since the start of the route or the end of the break before; where several are
    given, the first that is reached calls. With `window` None the limits alone say when. The
    limits of the last break hold for the rest of the route.
    """

    length: timedelta
    window: TimeWindow | None = None
    more_windows: tuple[TimeWindow, ...] = ()
    after_driving: timedelta | None = None
    after_work: timedelta | None = None
    """Driving, service and waiting."""
    most_aboard: tuple[int, ...] | None = None
    """The load with which it may be taken, by dimension (grams, cm³, parcels, then the others)."""
    is_owed: bool = False
    """Whether a route lasts until it is taken; else one that is over before its window closes, or
    begins later, has none."""

    def moved(self, by: timedelta, zone: ZoneInfo) -> Pause:
        """The same some days later, by the clocks of `zone`."""
        return replace(
            self,
            window=None if self.window is None else moved(self.window, by, zone),
            more_windows=tuple(moved(window, by, zone) for window in self.more_windows),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRules:
    """What a shift asks beyond its hours and its break."""

    pauses: tuple[Pause, ...] = ()
    """Breaks beside `Shift.rest`, in their sequence."""
    max_driving: timedelta | None = None
    max_work: timedelta | None = None
    """From leaving to the end."""
    max_distance_m: int | None = None
    max_stops: int | None = None
    """Orders on the route."""
    max_reloads: int = 0
    """How often the van may come back to the depot to load again."""
    reload_time: timedelta = timedelta()
    """At the depot, each time."""
    overtime: Overrun | None = None
    """How far the end of the shift may be exceeded; None where that breaks a rule."""
    service_pace: float = 1.0
    """Setup and service times are multiplied by this: above 1 for a beginner."""
    travel_pace: float = 1.0
    """Travel times are multiplied by this."""
    vehicle_type: str = ""
    """What `service_by_type` and `setup_by_type` of orders ask for."""
    per_service_hour: float = 0.0
    per_driving_hour: float = 0.0
    """Beside `Costs.per_hour`, which counts every hour from leaving to the end."""
    area: tuple[Location, ...] = ()
    """A polygon; an order outside costs `Aims.outside_area`. Everywhere, while empty."""

    def moved(self, by: timedelta, zone: ZoneInfo) -> ShiftRules:
        """The same some days later, by the clocks of `zone`."""
        if not self.pauses:
            return self
        return replace(self, pauses=tuple(pause.moved(by, zone) for pause in self.pauses))


class Objective(StrEnum):
    """What a plan is good for, after as many orders as possible are placed."""

    CHEAPEST = "cheapest"
    FASTEST = "fastest"
    """Least working time of all shifts together."""
    FEWEST_VEHICLES = "fewest_vehicles"
    """The fewest shifts, then the cheapest."""


class Balance(StrEnum):
    """What should be spread evenly over the shifts that drive."""

    NONE = "none"
    HOURS = "hours"
    STOPS = "stops"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aims:
    """What a plan should be like, and what each deviation is worth, in the depot's currency."""

    objective: Objective = Objective.CHEAPEST
    balance: Balance = Balance.NONE
    per_imbalance: float = 0.0
    """For each hour, or each stop, that the shifts differ from their mean, in sum."""
    use_every_shift: bool = False
    """Whether a shift without a stop costs `idle_shift`."""
    idle_shift: float = 1000.0
    other_than_preferred: float = 0.0
    outside_area: float = 0.0
    other_driver: float = 0.0
    """The stability price: for each order that leaves the shift it had."""
    other_time_per_hour: float = 0.0
    """The stability price: for each hour that an order's ETA moves from the one it had."""


NO_ORDER_RULES = OrderRules()
NO_SHIFT_RULES = ShiftRules()
NO_AIMS = Aims()
DEPOT_AIMS = Aims(idle_shift=200.0, other_than_preferred=10.0, outside_area=10.0)
"""What a depot's wishes are worth while nobody says otherwise: about half an hour of work each."""
