"""What a shift and its orders ask of the general clock, in whole seconds, metres and amounts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import timedelta
from operator import gt
from typing import NamedTuple

from app.domain.clockwork import NEVER, Frame, Leg, Spot, Visit
from app.domain.fleet import UNLIMITED
from app.domain.ids import OrderId
from app.domain.orders import Order
from app.domain.pacing import arrival, covered, latest_leave, served
from app.domain.rules import Pause
from app.domain.times import TimeWindow, joined
from app.domain.travel import UNREACHABLE

Amounts = tuple[int, ...]
"""Grams, cubic centimetres, parcels, then the depot's own dimensions."""
Span = tuple[int, int]
CLOSED_S = 10 * 24 * 3600
"""In place of a way that does not open again that day: later than any shift ends."""
_ALWAYS: tuple[Span, ...] = ((0, NEVER),)


class Errand:
    """A visit with all that its order asks on one shift."""

    __slots__ = (
        "amounts",
        "apart_from",
        "back",
        "earliest_s",
        "goods",
        "goods_at",
        "grace_s",
        "is_aboard",
        "is_delivery",
        "loads_from",
        "order",
        "per_late_s",
        "released",
        "service_s",
        "setup_s",
        "supplier",
        "visit",
        "windows",
    )

    def __init__(self, visit: Visit, terms: Terms) -> None:
        order = visit.order
        rules = order.rules
        self.visit = visit
        self.order = order
        self.service_s = visit.service_s
        has_setup = rules.setup_time or rules.setup_by_type
        self.setup_s = setup_s(order, terms) if has_setup else 0
        self.windows: tuple[Span, ...] = (
            spans(order.windows) if rules.more_windows else ((visit.opens, visit.closes),)
        )
        self.grace_s = 0 if rules.lateness is None else _whole_s(rules.lateness.most)
        self.per_late_s = 0.0 if rules.lateness is None else rules.lateness.per_hour / 3600
        self.is_delivery = visit.is_delivery
        self.goods_at = (
            int(rules.released_at.timestamp())
            if rules.released_at is not None and visit.is_delivery and rules.collected_by is None
            else 0
        )
        underway = terms.frame.shift.underway
        begun = () if underway is None else underway.begun
        known = (*begun, *terms.frame.shift.promised)
        earliest = next((moment for each, moment in known if each == order.id), None)
        self.earliest_s = 0 if earliest is None else int(earliest.timestamp())
        """When a stop that is done was begun, or how soon one ahead may be; 0 for any time."""
        if underway is not None and not order.is_from_depot:
            underway = None
        self.loads_from = 0 if underway is None else underway.loads_from(order.id)
        """The trip with its goods begins before the stop at this position, or later."""
        self.is_aboard = underway is not None and self.loads_from < underway.loading
        self.released = self.goods_at if self.goods_at <= terms.last_end_s else 0
        """What the van waits for: not for goods that come when its shift is over."""
        self.amounts: Amounts = visit.amounts
        if terms.names:
            self.amounts += _more(order.more_load, terms.names)
        self.back = brought_back(order, terms.names) if rules.takes_back else None
        self.supplier = rules.collected_by if visit.is_delivery else None
        self.goods = rules.goods
        self.apart_from = rules.apart_from


class Halt(NamedTuple):
    """A break as the clock meets it."""

    number: int
    """Of the shift's pauses; -1 for its own break."""
    length_s: int
    windows: tuple[Span, ...]
    """Empty where only its limits call."""
    most_driving_s: int
    most_work_s: int
    most_aboard: Amounts | None
    is_owed: bool

    @property
    def has_limits(self) -> bool:
        return self.most_driving_s < NEVER or self.most_work_s < NEVER

    def may_begin(self, ready: int) -> tuple[int, int, int]:
        """The earliest begin, how late that is, and since when the break was open."""
        if not self.windows:
            return ready, 0, 0
        for opens, closes in self.windows:
            if ready <= closes:
                return max(ready, opens), 0, opens
        return ready, ready - self.windows[-1][1], self.windows[-1][0]

    def has_room(self, aboard: Amounts) -> bool:
        return self.most_aboard is None or all(
            amount <= most for amount, most in zip(aboard, self.most_aboard, strict=True)
        )


class Terms:
    """A frame with every rule of its shift; `names` are the depot's own dimensions."""

    __slots__ = (
        "_errands",
        "capacity",
        "frame",
        "halts",
        "has_limits",
        "hours",
        "is_shut_driven",
        "last_end_s",
        "max_driving_s",
        "max_metres",
        "max_reloads",
        "max_stops",
        "max_work_s",
        "names",
        "overtime_s",
        "pace",
        "per_driving_s",
        "per_overtime_s",
        "per_service_s",
        "reload_s",
        "resumes",
        "resumes_s",
        "rules",
    )

    def __init__(
        self, frame: Frame, names: Sequence[str] | None = None, *, is_shut_driven: bool = False
    ) -> None:
        """With `is_shut_driven` a way that opens no more that day is driven as if it were open."""
        shift = frame.shift
        rules = shift.rules
        self.frame = frame
        self.is_shut_driven = is_shut_driven
        self.rules = rules
        room = dict(shift.vehicle.capacity.more)
        self.names = tuple(sorted(room)) if names is None else tuple(names)
        self.capacity: Amounts = (
            *frame.capacity,
            *(room.get(name, UNLIMITED) for name in self.names),
        )
        self.pace = frame.matrix.pace
        self.hours = tuple(start for start, _ in frame.matrix.later)
        """From when on each of the day's later matrices counts."""
        self.overtime_s = 0 if rules.overtime is None else _whole_s(rules.overtime.most)
        self.per_overtime_s = 0.0 if rules.overtime is None else rules.overtime.per_hour / 3600
        self.last_end_s = frame.end_s + self.overtime_s
        """What ends later breaks a rule."""
        self.max_driving_s = _limit_s(rules.max_driving)
        self.max_work_s = _limit_s(rules.max_work)
        self.max_metres = NEVER if rules.max_distance_m is None else rules.max_distance_m
        self.max_stops = NEVER if rules.max_stops is None else rules.max_stops
        self.max_reloads = rules.max_reloads
        self.reload_s = _whole_s(rules.reload_time)
        underway = shift.underway
        again = None if underway is None else underway.resumes
        self.resumes, self.resumes_s = (
            (-1, 0) if again is None else (again[0], int(again[1].timestamp()))
        )
        """To the stop at that position nobody drives sooner."""
        self.per_service_s = rules.per_service_hour / 3600
        self.per_driving_s = rules.per_driving_hour / 3600
        own = [] if frame.rest_s < 0 else [_own_break(frame)]
        halts = [
            *own,
            *(_halt(n, pause, tuple(room), self.names) for n, pause in enumerate(rules.pauses)),
        ]
        rested = () if underway is None else underway.rested
        # A break that was taken is no matter of how long the route then is.
        self.halts = tuple(
            halt._replace(is_owed=True) if halt.number in rested else halt for halt in halts
        )
        self.has_limits = any(halt.has_limits for halt in self.halts)
        self._errands: dict[OrderId, Errand] = {}

    def errand(self, visit: Visit) -> Errand:
        """The visit as an errand of this shift; made once for each order."""
        order = visit.order
        known = self._errands.get(order.id)
        if known is None or known.order is not order:
            known = self._errands[order.id] = Errand(visit, self)
        return known

    @property
    def is_steady(self) -> bool:
        """Whether every hour is like any other on the roads."""
        return self.pace is None and not self.hours

    def base_s(self, leg: Leg) -> int:
        """The leg's seconds for this driver, on a road like the matrix's."""
        pace = self.rules.travel_pace
        return leg.seconds if pace == 1.0 else round(leg.seconds * pace)

    def driven(self, leave: int, seconds: int) -> int:
        """When somebody arrives who leaves then."""
        return leave + seconds if self.pace is None else arrival(self.pace, leave, seconds)

    def way(self, leave: int, leg: Leg, left: float = 1.0) -> int:
        """When somebody is at the end of the leg who leaves then, with so much of it left."""
        if leg.by_hour is not None:
            there = self.driven_by_hour(leave, leg.by_hour)
            return there if left == 1.0 else leave + round((there - leave) * left)
        if left == 1.0:
            return self.driven(leave, self.base_s(leg))
        seconds = self.base_s(leg) * left
        return leave + round(seconds) if self.pace is None else arrival(self.pace, leave, seconds)

    def left(self, leave: int, leg: Leg, left: float, until: int) -> float:
        """How much of the leg is left to somebody who leaves then and stops at `until`.

        Where other roads lead there by the hour, its share of the time that all would have taken.
        """
        if until <= leave:
            return left
        there = self.way(leave, leg, left)
        if there <= until:
            return 0.0
        if leg.by_hour is not None:
            return left * (there - until) / (there - leave)
        done = until - leave if self.pace is None else covered(self.pace, leave, until)
        return max(0.0, left - done / self.base_s(leg))

    def rested(self, ready: int, leg: Leg, pauses: Sequence[Halt]) -> int:
        """When somebody is at the end of the leg who takes these breaks on it, as early as may be.

        NEVER where one of them is too late.
        """
        left, now = 1.0, ready
        for pause in pauses:
            begin, late_s, _ = pause.may_begin(now)
            if late_s:
                return NEVER
            left = self.left(now, leg, left, begin)
            now = begin + pause.length_s
        return self.way(now, leg, left) if left else now

    def latest(self, arrive: int, leg: Leg) -> int:
        """The latest leaving with which somebody is at the end of the leg by then."""
        if leg.by_hour is None:
            return self._left(arrive, self.base_s(leg))
        pace = self.rules.travel_pace
        best = -NEVER
        for number, seconds in enumerate(leg.by_hour):
            start = -NEVER if number == 0 else self.hours[number - 1]
            if seconds == UNREACHABLE:
                continue
            leave = self._left(arrive, round(seconds * pace))
            if leave < start:
                # Who came before these roads waited for them, but not for so long.
                continue
            if number + 1 < len(leg.by_hour):
                leave = min(leave, self.hours[number] - 1)
            best = max(best, leave)
        return best

    def _left(self, arrive: int, seconds: int) -> int:
        return arrive - seconds if self.pace is None else latest_leave(self.pace, arrive, seconds)

    def driven_by_hour(self, leave: int, by_hour: Sequence[int]) -> int:
        """When somebody arrives who leaves then, or waits for the road to be open again.

        Who leaves later never arrives earlier: later hours offer less to wait for.
        """
        pace = self.rules.travel_pace
        best = leave + CLOSED_S
        for number in range(bisect_right(self.hours, leave), len(by_hour)):
            seconds = by_hour[number]
            start = leave if number == 0 else max(leave, self.hours[number - 1])
            if start >= best:
                break
            if seconds != UNREACHABLE:
                best = min(best, self.driven(start, round(seconds * pace)))
        if self.is_shut_driven and best == leave + CLOSED_S:
            open_s = min(seconds for seconds in by_hour if seconds != UNREACHABLE)
            return self.driven(leave, round(open_s * pace))
        return best

    def as_driven(self, leave: int, leg: Leg) -> Leg:
        """The leg with the metres of the roads that somebody takes who leaves then.

        It is broken where they open no more that day.
        """
        if leg.by_hour is None:
            return leg
        if all(s == UNREACHABLE for s in leg.by_hour[bisect_right(self.hours, leave) :]):
            return leg._replace(is_broken=True)
        arrive = self.driven_by_hour(leave, leg.by_hour)
        for number in range(bisect_right(self.hours, leave), len(leg.by_hour)):
            seconds = leg.by_hour[number]
            start = leave if number == 0 else max(leave, self.hours[number - 1])
            if (
                seconds != UNREACHABLE
                and self.driven(start, round(seconds * self.rules.travel_pace)) == arrive
            ):
                return leg._replace(metres=leg.metres_by_hour[number])
        return leg

    def served(self, begin: int, seconds: int) -> int:
        """When a service is over that begins then."""
        return begin + seconds if self.pace is None else served(self.pace, begin, seconds)

    def price(self, a: Spot, b: Spot, leg: Leg, driving_s: int) -> float:
        """What a leg costs beside the hours from leaving to the end."""
        costs = self.frame.matrix.costs
        if costs is not None and a.number >= 0 and b.number >= 0 and not leg.is_estimated:
            return costs[a.number][b.number] / 100
        frame = self.frame
        price = leg.metres * frame.per_m + driving_s * self.per_driving_s
        return price if costs is None else price + driving_s * frame.per_s

    def cost(self, legs_price: float, working_s: int, service_s: int) -> float:
        """What the route costs; a matrix of prices stands for its km and hours."""
        hours = self.hours_price(working_s)
        return self.frame.fixed + legs_price + hours + self.per_service_s * service_s

    def hours_price(self, working_s: int) -> float:
        """What the time from leaving to the end costs, where the matrix has no prices for it."""
        return self.frame.per_s * working_s if self.frame.matrix.costs is None else 0.0


def setup_s(order: Order, terms: Terms) -> int:
    rules = terms.rules
    time = order.rules.setup_time
    if rules.vehicle_type and order.rules.setup_by_type:
        time = dict(order.rules.setup_by_type).get(rules.vehicle_type, time)
    return round(_whole_s(time) * rules.service_pace)


def spans(windows: Iterable[TimeWindow]) -> tuple[Span, ...]:
    """The windows in epoch seconds, by their opening; always, where there is none."""
    found = [(int(w.start.timestamp()), int(w.end.timestamp())) for w in joined(windows)]
    return tuple(found) or _ALWAYS


def _own_break(frame: Frame) -> Halt:
    return Halt(
        number=-1,
        length_s=frame.rest_s,
        windows=((frame.rest_opens, frame.rest_closes),),
        most_driving_s=NEVER,
        most_work_s=NEVER,
        most_aboard=None,
        is_owed=False,
    )


def _halt(number: int, pause: Pause, named: Sequence[str], names: Sequence[str]) -> Halt:
    windows = () if pause.window is None else (pause.window, *pause.more_windows)
    most = None
    if pause.most_aboard is not None:
        given = dict(zip(sorted(named), pause.most_aboard[3:], strict=False))
        basic = (*pause.most_aboard[:3], UNLIMITED, UNLIMITED, UNLIMITED)[:3]
        most = (*basic, *(given.get(name, UNLIMITED) for name in names))
    return Halt(
        number=number,
        length_s=_whole_s(pause.length),
        windows=spans(windows) if windows else (),
        most_driving_s=_limit_s(pause.after_driving),
        most_work_s=_limit_s(pause.after_work),
        most_aboard=most,
        is_owed=pause.is_owed,
    )


def brought_back(order: Order, names: Sequence[str]) -> Amounts:
    """What a delivery takes back, in grams, cm³ and parcels, then by these names."""
    taken = order.rules.takes_back
    named = zip((name for name, _ in order.more_load), taken[3:], strict=False)
    own = (*taken[:3], *(0,) * (3 - len(taken)))
    return (*own, *_more(tuple(named), names))


def _more(more: Sequence[tuple[str, int]], names: Sequence[str]) -> Amounts:
    if not names:
        return ()
    amounts = dict(more)
    return tuple(amounts.get(name, 0) for name in names)


def _whole_s(time: timedelta) -> int:
    return int(time.total_seconds())


def _limit_s(time: timedelta | None) -> int:
    return NEVER if time is None else _whole_s(time)


def may_reload(terms: Terms, errands: Sequence[Errand]) -> bool:
    """Whether the van might load again with these on its route, in whatever sequence."""
    if not terms.max_reloads:
        return False
    begin_s = terms.frame.begin_s
    if any(errand.loads_from or errand.released > begin_s for errand in errands):
        return True
    loads = (errand.amounts for errand in errands)
    backs = (errand.back for errand in errands if errand.back is not None)
    total = [sum(amounts) for amounts in zip(*loads, *backs, strict=True)]
    return any(map(gt, total, terms.capacity))
