"""When a route is where: ETA, waiting, lateness, load and cost along its stops.

Board, solver check and manifest share this one computation, so they can't disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from app.domain.fleet import Dimension, Load, Shift
from app.domain.geo import Location, distance_m
from app.domain.ids import OrderId
from app.domain.orders import Order, OrderKind
from app.domain.travel import UNREACHABLE, Profile, TravelMatrix
from app.domain.violations import Violation, ViolationKind

Travel = Mapping[Profile, TravelMatrix]
"""A matrix for each profile in use, over every place of the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopTime:
    """One stop of a timetable; `order` is None only for an order that no longer exists."""

    order: Order
    arrival: datetime
    begin: datetime
    """When service starts: the ETA that is promised."""
    departure: datetime
    lateness: timedelta
    leg_s: int
    leg_m: int
    """From the stop before, or from the depot."""
    load: Load
    """Aboard after this stop."""
    violations: tuple[Violation, ...] = ()

    @property
    def waiting(self) -> timedelta:
        return self.begin - self.arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Where the break fell: before driving on to the stop at `index`."""

    index: int
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """A route in time. An empty route leaves and ends at the start of its shift and costs nothing."""

    shift: Shift
    departure: datetime
    """From the start place; as late as costs no stop its time."""
    end: datetime
    """At the end place; the last stop's departure where the end is open."""
    stops: tuple[StopTime, ...]
    rest: Rest | None
    last_leg_s: int
    last_leg_m: int
    start_load: Load
    peak_load: Load
    """The most that is aboard at once, by dimension."""
    distance_m: int
    driving: timedelta
    waiting: timedelta
    cost: float
    violations: tuple[Violation, ...]
    """The whole route's and every stop's."""
    is_estimated: bool
    """Some leg is a straight line and no road."""

    @property
    def working(self) -> timedelta:
        return self.end - self.departure

    @property
    def is_feasible(self) -> bool:
        return not self.violations

    @property
    def by_order(self) -> Mapping[OrderId, StopTime]:
        return {stop.order.id: stop for stop in self.stops}


@dataclass(slots=True)
class _Visit:
    """A stop, or the break, as the clock meets it; all times in epoch seconds."""

    leg_s: int
    service_s: int
    earliest: int
    latest: int


_NEVER = 1 << 62


def timetable(shift: Shift, orders: Sequence[Order], travel: Travel) -> Timetable:
    """The timetable of `orders`, visited in this sequence on this shift.

    The van leaves the start place (by way of the depot, where the goods are), serves each order
    no earlier than its window starts, takes the break where it delays least, and goes to the end
    place. A pair without a road is driven as the crow flies and named as a violation.
    """
    if not orders:
        return _empty(shift)
    legs = _Legs(shift, orders, travel[shift.vehicle.profile])
    visits = [
        _Visit(
            leg_s=legs.seconds[number],
            service_s=int(order.service_time.total_seconds()),
            earliest=int(order.window.start.timestamp()) if order.window else 0,
            latest=int(order.window.end.timestamp()) if order.window else _NEVER,
        )
        for number, order in enumerate(orders)
    ]
    begin_s = int(shift.window.start.timestamp())
    rest_index = _place_break(shift, visits, begin_s, legs.last_s)
    if rest_index is not None and shift.rest is not None:
        # The van rests where it stands and then drives the leg, so the break has the leg's start.
        visits.insert(
            rest_index,
            _Visit(
                leg_s=0,
                service_s=int(shift.rest.length.total_seconds()),
                earliest=int(shift.rest.window.start.timestamp()),
                latest=int(shift.rest.window.end.timestamp()),
            ),
        )
    departure_s = begin_s + _delay_of_departure(visits, begin_s, legs.last_s, shift)
    arrivals, begins, end_s = _walk(visits, departure_s, legs.last_s)
    rest = None
    if rest_index is not None:
        rest_begin = begins.pop(rest_index)
        arrivals.pop(rest_index)
        rest_end = rest_begin + visits.pop(rest_index).service_s
        rest = Rest(index=rest_index, begin=_moment(rest_begin), end=_moment(rest_end))
    start_load, loads, peak = _loads(orders)
    stops = tuple(
        _stop_time(shift, order, visit, arrival, begin, legs, number, loads[number])
        for number, (order, visit, arrival, begin) in enumerate(
            zip(orders, visits, arrivals, begins, strict=True)
        )
    )
    distance = sum(legs.metres) + legs.last_m
    costs = shift.vehicle.costs
    hours = (end_s - departure_s) / 3600
    return Timetable(
        shift=shift,
        departure=_moment(departure_s),
        end=_moment(end_s),
        stops=stops,
        rest=rest,
        last_leg_s=legs.last_s,
        last_leg_m=legs.last_m,
        start_load=start_load,
        peak_load=peak,
        distance_m=distance,
        driving=timedelta(seconds=sum(legs.seconds) + legs.last_s),
        waiting=sum((stop.waiting for stop in stops), timedelta()),
        cost=costs.fixed + costs.per_km * distance / 1000 + costs.per_hour * hours,
        violations=(
            *_route_violations(shift, peak, rest, end_s, legs),
            *(violation for stop in stops for violation in stop.violations),
        ),
        is_estimated=legs.is_estimated,
    )


class _Legs:
    """Seconds and metres from stop to stop, by way of the depot first."""

    def __init__(self, shift: Shift, orders: Sequence[Order], matrix: TravelMatrix) -> None:
        self._matrix = matrix
        self._broken: set[int] = set()
        self.is_estimated = matrix.is_estimated
        places = [order.location for order in orders]
        first_s, first_m = self._leg(shift.depot.location, places[0], 0)
        self.seconds, self.metres = [first_s], [first_m]
        for number, (a, b) in enumerate(pairwise(places), start=1):
            seconds, metres = self._leg(a, b, number)
            self.seconds.append(seconds)
            self.metres.append(metres)
        if shift.start_location != shift.depot.location:
            seconds, metres = self._leg(shift.start_location, shift.depot.location, None)
            self.seconds[0] += seconds
            self.metres[0] += metres
        self.last_s, self.last_m = (
            (0, 0)
            if shift.end_location is None
            else self._leg(places[-1], shift.end_location, len(places) - 1)
        )

    def is_broken(self, number: int) -> bool:
        return number in self._broken

    @property
    def is_start_broken(self) -> bool:
        return _START in self._broken

    def _leg(self, a: Location | None, b: Location | None, number: int | None) -> tuple[int, int]:
        """Seconds and metres; `number` is the stop to blame where there is no road."""
        if a is None or b is None or a == b:
            return 0, 0
        row, column = self._matrix.index.get(a), self._matrix.index.get(b)
        if row is not None and column is not None:
            seconds = self._matrix.seconds[row][column]
            if seconds != UNREACHABLE:
                return seconds, self._matrix.metres[row][column]
            self._broken.add(_START if number is None else number)
        self.is_estimated = True
        metres = distance_m(a, b)
        return round(metres / _CROW_M_PER_S), round(metres)


_START = -1
_CROW_M_PER_S = 8.0
"""Stands in for a leg that no matrix knows: slow enough not to promise what can't be kept."""


def _walk(
    visits: Sequence[_Visit], departure_s: int, last_s: int
) -> tuple[list[int], list[int], int]:
    """Arrival and begin of service at each visit, and the end."""
    clock = departure_s
    arrivals, begins = [], []
    for visit in visits:
        arrival = clock + visit.leg_s
        begin = max(arrival, visit.earliest)
        arrivals.append(arrival)
        begins.append(begin)
        clock = begin + visit.service_s
    return arrivals, begins, clock + last_s


def _delay_of_departure(visits: Sequence[_Visit], begin_s: int, last_s: int, shift: Shift) -> int:
    """How much later the van may leave without serving anyone later than it must.

    The forward time slack of Savelsbergh (1992): waiting that can be moved to before departure.
    """
    arrivals, begins, end_s = _walk(visits, begin_s, last_s)
    waited = 0
    slack = _NEVER
    for visit, arrival, begin in zip(visits, arrivals, begins, strict=True):
        waited += begin - arrival
        slack = min(slack, waited + max(0, visit.latest - begin))
    slack = min(slack, waited + max(0, int(shift.window.end.timestamp()) - end_s))
    return max(0, min(slack, waited))


def _place_break(shift: Shift, visits: Sequence[_Visit], begin_s: int, last_s: int) -> int | None:
    """The position before which the break costs least; None where no break is due.

    It is due on a route that is under way when the break must have begun at the latest.
    """
    if shift.rest is None:
        return None
    latest = int(shift.rest.window.end.timestamp())
    _, _, end_s = _walk(visits, begin_s, last_s)
    if end_s <= latest:
        return None
    pause = _Visit(
        leg_s=0,
        service_s=int(shift.rest.length.total_seconds()),
        earliest=int(shift.rest.window.start.timestamp()),
        latest=latest,
    )
    best: tuple[int, int, int] | None = None
    for index in range(len(visits) + 1):
        trial = [*visits[:index], pause, *visits[index:]]
        _, begins, end_s = _walk(trial, begin_s, last_s)
        late = sum(max(0, begin - visit.latest) for visit, begin in zip(trial, begins, strict=True))
        if best is None or (late, end_s) < best[:2]:
            best = (late, end_s, index)
    return best[2] if best else None


def _loads(orders: Sequence[Order]) -> tuple[Load, list[Load], Load]:
    """What is aboard at the start, after each stop, and at most."""
    aboard = Load()
    for order in orders:
        if order.kind is OrderKind.DELIVERY:
            aboard += order.load
    start, loads = aboard, []
    for order in orders:
        aboard = aboard - order.load if order.kind is OrderKind.DELIVERY else aboard + order.load
        loads.append(aboard)
    every = [start, *loads]
    peak = Load(
        weight_g=max(load.weight_g for load in every),
        volume_cm3=max(load.volume_cm3 for load in every),
        parcels=max(load.parcels for load in every),
    )
    return start, loads, peak


def _stop_time(
    shift: Shift,
    order: Order,
    visit: _Visit,
    arrival: int,
    begin: int,
    legs: _Legs,
    number: int,
    load: Load,
) -> StopTime:
    late = max(0, begin - visit.latest)
    return StopTime(
        order=order,
        arrival=_moment(arrival),
        begin=_moment(begin),
        departure=_moment(begin + visit.service_s),
        lateness=timedelta(seconds=late),
        leg_s=legs.seconds[number],
        leg_m=legs.metres[number],
        load=load,
        violations=tuple(_stop_violations(shift, order, late, legs.is_broken(number))),
    )


def _stop_violations(shift: Shift, order: Order, late: int, is_cut_off: bool) -> list[Violation]:
    found = []
    if late:
        found.append(Violation(kind=ViolationKind.LATE, amount=late, order=order.id))
    missing = order.requirements - shift.abilities
    if missing:
        found.append(
            Violation(
                kind=ViolationKind.MISSING_SKILL,
                amount=len(missing),
                order=order.id,
                detail=", ".join(sorted(missing)),
            )
        )
    if order.location is None:
        found.append(Violation(kind=ViolationKind.NO_PLACE, amount=1, order=order.id))
    elif is_cut_off:
        found.append(Violation(kind=ViolationKind.UNREACHABLE, amount=1, order=order.id))
    if order.depot is not None and order.depot != shift.depot.id:
        found.append(Violation(kind=ViolationKind.WRONG_DEPOT, amount=1, order=order.id))
    return found


def _route_violations(
    shift: Shift, peak: Load, rest: Rest | None, end_s: int, legs: _Legs
) -> list[Violation]:
    found = []
    capacity = shift.vehicle.capacity
    for dimension, most, room in zip(Dimension, peak.amounts, capacity.amounts, strict=True):
        if most > room:
            found.append(
                Violation(kind=ViolationKind.OVER_CAPACITY, amount=most - room, dimension=dimension)
            )
    over = end_s - int(shift.window.end.timestamp())
    if over > 0:
        found.append(Violation(kind=ViolationKind.SHIFT_EXCEEDED, amount=over))
    if rest is not None and shift.rest is not None:
        late = int((rest.begin - shift.rest.window.end).total_seconds())
        if late > 0:
            found.append(Violation(kind=ViolationKind.BREAK_MISSED, amount=late))
    if legs.is_start_broken:
        found.append(Violation(kind=ViolationKind.UNREACHABLE, amount=1))
    return found


def _empty(shift: Shift) -> Timetable:
    return Timetable(
        shift=shift,
        departure=shift.window.start,
        end=shift.window.start,
        stops=(),
        rest=None,
        last_leg_s=0,
        last_leg_m=0,
        start_load=Load(),
        peak_load=Load(),
        distance_m=0,
        driving=timedelta(),
        waiting=timedelta(),
        cost=0.0,
        violations=(),
        is_estimated=False,
    )


def _moment(epoch_s: int) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC)
