"""When a route is where: ETA, waiting, lateness, load and cost along its stops.

Board, solver check and manifest share this one computation, so they can't disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from app.domain.agenda import Agenda
from app.domain.checks import route_violations, stop_violations
from app.domain.clockwork import Clock, Frame, Leg, Visit, loads, peak
from app.domain.fleet import Load, Shift
from app.domain.orders import Order
from app.domain.terms import Amounts, Terms
from app.domain.times import TimeWindow
from app.domain.travel import TravelMatrix
from app.domain.violations import Violation

Travel = Mapping[str, TravelMatrix]
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
    """After its window; a violation only as far as no price allows it."""
    leg_s: int
    leg_m: int
    """From the stop before, or from the depot; by way of the depot after a reload."""
    load: Load
    """Aboard after this stop."""
    violations: tuple[Violation, ...] = ()
    setup: timedelta = timedelta()
    """From `begin` on, before the service."""
    priced_lateness: timedelta = timedelta()
    """The part of `lateness` that is paid for."""

    @property
    def waiting(self) -> timedelta:
        return self.begin - self.arrival

    @property
    def window(self) -> TimeWindow | None:
        """Of the windows of its order the one that it is served in, or that it missed."""
        windows = self.order.windows
        begun = [window for window in windows if window.start <= self.begin]
        return begun[-1] if begun else next(iter(windows), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Where the break fell: on the way to the stop at `index`, or to the end place."""

    index: int
    begin: datetime
    end: datetime
    number: int = -1
    """Of `ShiftRules.pauses`; -1 for the shift's own break."""
    driven_s: int = 0
    """Of that way, before the break; 0 where it is taken before driving on."""
    left_s: int = 0
    """Of that way, after it; 0 where it is taken at the next door."""

    @property
    def is_on_road(self) -> bool:
        return self.driven_s > 0 and self.left_s > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reload:
    """A return to the depot before driving on to the stop at `index`."""

    index: int
    arrival: datetime
    departure: datetime
    load: Load
    """Aboard when the van leaves."""


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
    reloads: tuple[Reload, ...] = ()
    pauses: tuple[Rest, ...] = ()
    """The breaks beside `rest` that were due."""
    overtime: timedelta = timedelta()
    """After the shift's end, paid for."""
    service: timedelta = timedelta()
    """Set-up and service of all stops."""

    @property
    def trips(self) -> tuple[tuple[StopTime, ...], ...]:
        """The stops from one loading to the next."""
        cuts = [0, *(reload.index for reload in self.reloads), len(self.stops)]
        return tuple(self.stops[first:end] for first, end in pairwise(cuts))

    @property
    def breaks(self) -> tuple[Rest, ...]:
        """Every break that is taken, in the sequence of the day."""
        own = () if self.rest is None else (self.rest,)
        return tuple(sorted((*own, *self.pauses), key=lambda each: each.begin))

    @property
    def working(self) -> timedelta:
        return self.end - self.departure

    @property
    def is_feasible(self) -> bool:
        return not self.violations


def timetable(shift: Shift, orders: Sequence[Order], travel: Travel) -> Timetable:
    """The timetable of `orders`, visited in this sequence on this shift.

    The van leaves the start place (by way of the depot, where the goods are), serves each order
    no earlier than its window starts, takes breaks where they delay least, goes back to load
    where that breaks fewer rules or ends sooner, and goes to the end place. A pair without a
    road is driven as the crow flies and named as a violation.
    """
    if not orders:
        return _empty(shift)
    matrix = travel[shift.vehicle.profile]
    frame = Frame(shift, matrix)
    visits = [frame.visit(order) for order in orders]
    if frame.is_plain and all(visit.is_plain for visit in visits):
        return _plain(frame, visits)
    return _by_every_rule(frame, visits)


def _plain(frame: Frame, visits: Sequence[Visit]) -> Timetable:
    shift = frame.shift
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
        service=timedelta(seconds=sum(visit.service_s for visit in visits)),
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
        arrival = now + legs[number].seconds
        if number == clock.rest_at:
            rest = _rest(frame, number, now, legs[number])
            arrival = max(arrival, frame.rest_opens) + frame.rest_s
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
        rest = _rest(frame, len(visits), now, legs[-1])
    return tuple(stops), rest, waiting_s


def _rest(frame: Frame, index: int, ready: int, leg: Leg) -> Rest:
    begin = max(ready, frame.rest_opens)
    driven_s = min(leg.seconds, begin - ready)
    return Rest(
        index=index,
        begin=_moment(begin),
        end=_moment(begin + frame.rest_s),
        driven_s=driven_s,
        left_s=leg.seconds - driven_s,
    )


def _by_every_rule(frame: Frame, visits: Sequence[Visit]) -> Timetable:
    names = dict(frame.shift.vehicle.capacity.more)
    for visit in visits:
        names.update(visit.order.more_load)
    terms = Terms(frame, sorted(names))
    agenda = Agenda(terms, [terms.errand(visit) for visit in visits])
    if any(leg.is_broken and leg.by_hour for legs in agenda.legs for _, _, leg in legs):
        # What lies behind a closed road is named; the rest is told as if the van got through,
        # and not ten days later.
        terms = Terms(frame, sorted(names), is_shut_driven=True)
        agenda = Agenda(terms, [terms.errand(visit) for visit in visits])
    run = agenda.run
    rests = [
        Rest(
            index=taken.before,
            begin=_moment(taken.begin),
            end=_moment(taken.begin + terms.halts[taken.halt].length_s),
            number=terms.halts[taken.halt].number,
            driven_s=taken.driving_s,
            left_s=run.way_s(taken.before) - taken.driving_s,
        )
        for taken in run.taken
    ]
    overtime_s = min(max(0, run.end_s - frame.end_s), terms.overtime_s)
    return Timetable(
        shift=frame.shift,
        departure=_moment(agenda.departure_s),
        end=_moment(run.end_s),
        stops=tuple(_stop(agenda, index) for index in range(len(visits))),
        rest=next((rest for rest in rests if rest.number < 0), None),
        last_leg_s=run.home_s,
        last_leg_m=agenda.legs[-1][0][2].metres,
        start_load=_load(agenda.aboard[0], terms),
        peak_load=_load(agenda.peak, terms),
        distance_m=agenda.metres,
        driving=timedelta(seconds=run.driving_s),
        waiting=timedelta(seconds=run.waiting_s),
        cost=agenda.cost,
        violations=agenda.violations,
        is_estimated=frame.is_estimated
        or any(leg.is_estimated for legs in agenda.legs for _, _, leg in legs),
        reloads=tuple(
            Reload(
                index=index,
                arrival=_moment(run.drives[index].at_depot),
                departure=_moment(run.drives[index].from_depot),
                load=_load(leaving, terms),
            )
            for index, leaving in zip(agenda.layout.reloads, agenda.leaving[1:], strict=True)
        ),
        pauses=tuple(rest for rest in rests if rest.number >= 0),
        overtime=timedelta(seconds=overtime_s),
        service=timedelta(seconds=agenda.service_s),
    )


def _stop(agenda: Agenda, index: int) -> StopTime:
    errand, drive = agenda.errands[index], agenda.run.drives[index]
    service = agenda.run.services[index]
    return StopTime(
        order=errand.order,
        arrival=_moment(drive.arrival),
        begin=_moment(service.begin),
        departure=_moment(service.end),
        lateness=timedelta(seconds=service.late_s),
        leg_s=drive.driving_s,
        leg_m=sum(leg.metres for _, _, leg in agenda.legs[index]),
        load=_load(agenda.aboard[index + 1], agenda.terms),
        violations=tuple(agenda.stop_violations(index)),
        setup=timedelta(seconds=service.setup_s),
        priced_lateness=timedelta(seconds=min(service.late_s, errand.grace_s)),
    )


def _load(amounts: Amounts, terms: Terms) -> Load:
    weight, volume, parcels, *more = amounts
    named = zip(terms.names, more, strict=True)
    return Load.of((weight, volume, parcels), tuple((n, amount) for n, amount in named if amount))


def _empty(shift: Shift) -> Timetable:
    return Timetable(
        shift=shift,
        departure=shift.first_leave,
        end=shift.first_leave,
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
