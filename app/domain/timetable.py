"""When a route is where: ETA, waiting, lateness, load and cost along its stops.

Board, solver check and manifest share this one computation, so they can't disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.domain.clockwork import Clock, Frame, Leg, Visit, loads, peak
from app.domain.fleet import Dimension, Load, Shift
from app.domain.orders import Order
from app.domain.travel import Profile, TravelMatrix
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
    """A route in time; an empty one leaves and ends at the start of its shift and costs nothing."""

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


def timetable(shift: Shift, orders: Sequence[Order], travel: Travel) -> Timetable:
    """The timetable of `orders`, visited in this sequence on this shift.

    The van leaves the start place (by way of the depot, where the goods are), serves each order
    no earlier than its window starts, takes the break where it delays least, and goes to the end
    place. A pair without a road is driven as the crow flies and named as a violation.
    """
    if not orders:
        return _empty(shift)
    matrix = travel[shift.vehicle.profile]
    frame = Frame(shift, matrix)
    visits = [Visit(order, matrix) for order in orders]
    legs = frame.legs(visits)
    clock = Clock(
        frame,
        [leg.seconds for leg in legs],
        [visit.service_s for visit in visits],
        [visit.opens for visit in visits],
        [visit.closes for visit in visits],
    )
    aboard = loads(visits)
    departure_s = frame.begin_s + clock.delay_s
    stops, rest, waiting_s = _stops(frame, visits, legs, clock, departure_s, aboard)
    metres = sum(leg.metres for leg in legs)
    most = peak(aboard)
    return Timetable(
        shift=shift,
        departure=_moment(departure_s),
        end=_moment(clock.end_s),
        stops=stops,
        rest=rest,
        last_leg_s=legs[-1].seconds,
        last_leg_m=legs[-1].metres,
        start_load=Load.of(aboard[0]),
        peak_load=Load.of(most),
        distance_m=metres,
        driving=timedelta(seconds=sum(leg.seconds for leg in legs)),
        waiting=timedelta(seconds=waiting_s),
        cost=frame.cost(metres, clock.end_s - departure_s),
        violations=(
            *route_violations(frame, most, clock.end_s, clock.rest_late_s),
            *(violation for stop in stops for violation in stop.violations),
        ),
        is_estimated=frame.is_estimated or any(leg.is_estimated for leg in legs),
    )


def _stops(
    frame: Frame,
    visits: Sequence[Visit],
    legs: Sequence[Leg],
    clock: Clock,
    departure_s: int,
    aboard: Sequence[tuple[int, int, int]],
) -> tuple[tuple[StopTime, ...], Rest | None, int]:
    """Leaving later moves arrivals into the waiting before them and changes no begin after it."""
    stops = []
    rest = None
    now = departure_s
    waiting_s = 0
    last = len(visits) - 1
    for number, visit in enumerate(visits):
        if number == clock.rest_at:
            rest, now = _rest(frame, number, now)
        arrival = now + legs[number].seconds
        begin = max(arrival, visit.opens)
        waiting_s += begin - arrival
        now = begin + visit.service_s
        is_cut_off = legs[number].is_broken or (number == last and legs[-1].is_broken)
        late = max(0, begin - visit.closes)
        stops.append(
            StopTime(
                order=visit.order,
                arrival=_moment(arrival),
                begin=_moment(begin),
                departure=_moment(now),
                lateness=timedelta(seconds=late),
                leg_s=legs[number].seconds,
                leg_m=legs[number].metres,
                load=Load.of(aboard[number + 1]),
                violations=tuple(stop_violations(frame.shift, visit, late, is_cut_off)),
            )
        )
    if clock.rest_at == len(visits):
        rest, now = _rest(frame, len(visits), now)
    return tuple(stops), rest, waiting_s


def _rest(frame: Frame, index: int, now: int) -> tuple[Rest, int]:
    begin = max(now, frame.rest_opens)
    end = begin + frame.rest_s
    return Rest(index=index, begin=_moment(begin), end=_moment(end)), end


def stop_violations(shift: Shift, visit: Visit, late: int, is_cut_off: bool) -> list[Violation]:
    """The rules that one stop breaks."""
    order = visit.order
    found = []
    if late:
        found.append(Violation(kind=ViolationKind.LATE, amount=late, order=order.id))
    missing = order.requirements - shift.abilities if order.requirements else None
    if missing:
        found.append(
            Violation(
                kind=ViolationKind.MISSING_SKILL,
                amount=len(missing),
                order=order.id,
                detail=", ".join(sorted(missing)),
            )
        )
    if visit.location is None:
        found.append(Violation(kind=ViolationKind.NO_PLACE, amount=1, order=order.id))
    elif is_cut_off:
        found.append(Violation(kind=ViolationKind.UNREACHABLE, amount=1, order=order.id))
    if order.depot is not None and order.depot != shift.depot.id:
        found.append(Violation(kind=ViolationKind.WRONG_DEPOT, amount=1, order=order.id))
    return found


def route_violations(
    frame: Frame, most: tuple[int, int, int], end_s: int, rest_late_s: int
) -> list[Violation]:
    """The rules that the route as a whole breaks."""
    found = []
    for dimension, aboard, room in zip(Dimension, most, frame.capacity, strict=True):
        if aboard > room:
            found.append(
                Violation(
                    kind=ViolationKind.OVER_CAPACITY, amount=aboard - room, dimension=dimension
                )
            )
    if end_s > frame.end_s:
        found.append(Violation(kind=ViolationKind.SHIFT_EXCEEDED, amount=end_s - frame.end_s))
    if rest_late_s:
        found.append(Violation(kind=ViolationKind.BREAK_MISSED, amount=rest_late_s))
    if frame.approach.is_broken:
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
