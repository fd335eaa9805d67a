"""A fixed sequence of stops driven by the clock, with reloads and breaks at given places."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

from app.domain.cargo import Cargo
from app.domain.clockwork import NEVER, Leg
from app.domain.terms import Errand, Halt, Terms


class Halting(NamedTuple):
    """A break on the way to the stop at index `before`, or to the end place."""

    before: int
    halt: int
    """Which of `Terms.halts`."""
    is_late: bool = False
    """As late on the way as its window and its limits allow, and not as early as may be."""


class Layout(NamedTuple):
    """Before which stops the van reloads, and on the way to which its driver rests."""

    reloads: tuple[int, ...] = ()
    halts: tuple[Halting, ...] = ()
    """In the sequence of the day."""
    missed: tuple[int, ...] = ()
    """Breaks that are due and find no place at all."""


class Drive(NamedTuple):
    """The way to a stop, by way of the depot where the van loads; at its door after any break."""

    arrival: int
    driving_s: int
    at_depot: int
    from_depot: int


class Part(IntEnum):
    """How far a van has come on its way."""

    TO_DEPOT = 0
    AT_DEPOT = 1
    LOADED = 2
    ONWARD = 3


class Way(NamedTuple):
    """A van on its way to a stop."""

    now: int
    part: Part
    left: float = 1.0
    """Of the leg that is under way."""
    driving_s: int = 0
    at_depot: int = 0
    from_depot: int = 0
    stood_s: int = 0
    """Waiting for goods."""


class Bounds(NamedTuple):
    """What the break that is called next leaves of driving and of time."""

    driving_s: int
    until: int


class Service(NamedTuple):
    begin: int
    end: int
    late_s: int
    room_s: int
    """How much later it could begin in the same window; negative where late."""
    setup_s: int


class Course:
    """The ways and stops of a sequence, with the arithmetic of one step.

    A break falls on a way: its driver drives on until its window opens, rests wherever that is (on
    the road, at the depot, at the next door) and then drives what is left, at the pace of that
    hour. Where work or driving count, it may also be taken as late on the way as they allow.
    Neither service nor loading is interrupted.
    """

    def __init__(self, terms: Terms, errands: Sequence[Errand]) -> None:
        frame = terms.frame
        self.terms = terms
        self.errands = errands
        self.cargo = Cargo(errands, len(terms.capacity))
        visits = [errand.visit for errand in errands]
        self.legs = [
            frame.leg(frame.depot, visits[0]),
            *(frame.leg(a, b) for a, b in pairwise(visits)),
            frame.last_leg(visits[-1]),
        ]
        """To each stop straight from the one before, or from the depot; to the end place."""
        self.leg_s = [terms.base_s(leg) for leg in self.legs]
        self._approach_s = terms.base_s(frame.approach)
        self._same_place = [
            number > 0
            and visit.location is not None
            and visit.location == visits[number - 1].location
            for number, visit in enumerate(visits)
        ]
        self._at_depot = [visit.location == frame.depot.location for visit in visits]
        self._home: list[tuple[Leg, Leg] | None] = [None] * len(visits)
        self._detours: list[float | None] = [None] * len(visits)

    def by_depot(self, index: int) -> tuple[Leg, Leg]:
        """The ways from the stop before to the depot and on to this one."""
        known = self._home[index]
        if known is None:
            frame, errands = self.terms.frame, self.errands
            known = (
                frame.leg(errands[index - 1].visit, frame.depot) if index else frame.approach,
                frame.leg(frame.depot, errands[index].visit),
            )
            self._home[index] = known
        return known

    def detour_price(self, index: int) -> float:
        """What the way by the depot costs more than the straight one, beside the hours."""
        known = self._detours[index]
        if known is None:
            terms, frame = self.terms, self.terms.frame
            before, here = self.errands[index - 1].visit, self.errands[index].visit
            ways = zip(
                (before, frame.depot), (frame.depot, here), self.by_depot(index), strict=True
            )
            known = sum(terms.price(a, b, leg, terms.base_s(leg)) for a, b, leg in ways)
            known -= terms.price(before, here, self.legs[index], self.leg_s[index])
            self._detours[index] = known
        return known

    def reach(self, index: int, ready: int, release: int | None) -> Drive:
        """Drive on to a stop; by way of the depot where `release` says when its goods are there."""
        terms = self.terms
        if release is None:
            arrival = self.drive(ready, index)
            return Drive(arrival, arrival - ready, 0, 0)
        if index:
            home, out = self.by_depot(index)
            at_depot = self._way(ready, home, terms.base_s(home))
            leave = max(at_depot + terms.reload_s, release)
            arrival = self._way(leave, out, terms.base_s(out))
        else:
            at_depot = self._way(ready, terms.frame.approach, self._approach_s)
            leave = max(at_depot, release)
            arrival = self.drive(leave, 0)
        return Drive(arrival, at_depot - ready + arrival - leave, at_depot, leave)

    def set_out(self, ready: int, release: int | None) -> Way:
        return Way(ready, Part.ONWARD if release is None else Part.TO_DEPOT)

    def ahead(self, way: Way, index: int, release: int | None, until: int = NEVER) -> Way:
        """As far as the van comes by then: it waits for goods, but does not begin to load."""
        now, part, left, driving_s, at_depot, from_depot, stood_s = way
        if until <= now:
            return way
        if part is Part.TO_DEPOT:
            now, left, driven_s = self._along(now, left, self.by_depot(index)[0], until)
            driving_s += driven_s
            if left:
                return Way(now, part, left, driving_s, at_depot, from_depot, stood_s)
            part, at_depot = Part.AT_DEPOT, now
        if part is Part.AT_DEPOT:
            loaded = now + self.loading_s(index)
            if loaded > until:
                return Way(now, part, left, driving_s, at_depot, from_depot, stood_s)
            now, part = loaded, Part.LOADED
        if part is Part.LOADED:
            leave = max(now, release or 0)
            gone = min(leave, until)
            stood_s += gone - now
            now = gone
            if leave > until:
                return Way(now, part, left, driving_s, at_depot, from_depot, stood_s)
            part, left, from_depot = Part.ONWARD, 1.0, leave
        now, left, driven_s = self._along(now, left, self.legs[index], until)
        return Way(now, part, left, driving_s + driven_s, at_depot, from_depot, stood_s)

    def _along(self, now: int, left: float, leg: Leg, until: int) -> tuple[int, float, int]:
        """When and with how much of the leg left the van stops that sets out now, and how long it
        has driven then."""
        if not left:
            return now, left, 0
        there = self.terms.way(now, leg, left)
        if there <= until:
            return there, 0.0, there - now
        return until, self.terms.left(now, leg, left, until), until - now

    def loading_s(self, index: int) -> int:
        """How long the van loads on its way to that stop; the first time before its shift."""
        return self.terms.reload_s if index else 0

    def arrived(self, way: Way, index: int, release: int | None) -> Drive:
        way = self.ahead(way, index, release)
        return Drive(way.now, way.driving_s, way.at_depot, way.from_depot)

    def early(self, way: Way, index: int, release: int | None, halt: Halt) -> tuple[Way, int]:
        """How far the van comes before the break, and when it begins at the earliest."""
        begin, late_s, _ = halt.may_begin(way.now)
        way = self.ahead(way, index, release, begin)
        if way.part == Part.AT_DEPOT and way.now < begin:
            loaded = way.now + self.loading_s(index)
            if not late_s and halt.may_begin(loaded)[:2] == (loaded, 0):
                way = self.ahead(way, index, release, loaded)
                begin = max(begin, loaded)
        return way, begin

    def late(
        self, way: Way, index: int, release: int | None, halt: Halt, bounds: Bounds
    ) -> tuple[Way, int]:
        """The same at the latest, as far as its window and these bounds allow."""
        if halt.windows:
            bounds = bounds._replace(until=min(bounds.until, halt.windows[-1][1]))
        far = self._latest(way, index, release, bounds)
        if halt.windows:
            closes = max((c for o, c in halt.windows if o <= far.now), default=-1)
            if closes < far.now:
                far = self._latest(way, index, release, bounds._replace(until=closes))
            if halt.may_begin(far.now)[:2] != (far.now, 0):
                return self.early(way, index, release, halt)
        return far, far.now

    def _latest(self, way: Way, index: int, release: int | None, bounds: Bounds) -> Way:
        """As far as the van comes within the bounds; it stays at the depot if it must."""
        end_s = way.driving_s + bounds.driving_s
        if way.part == Part.TO_DEPOT:
            there = self.terms.way(way.now, self.by_depot(index)[0], way.left)
            stop = min(there, bounds.until, way.now + bounds.driving_s)
            way = self.ahead(way, index, release, stop)
            if stop < there:
                return way
        if way.part != Part.ONWARD:
            loading_s = self.loading_s(index) if way.part == Part.AT_DEPOT else 0
            leave = max(way.now + loading_s, release or 0)
            if leave > bounds.until:
                return way
            way = self.ahead(way, index, release, leave)
        stop = min(bounds.until, way.now + end_s - way.driving_s)
        if stop <= way.now:
            return way
        return self.ahead(way, index, release, stop)

    def finish(self, ready: int) -> int:
        """When the van is at its end place."""
        return self.drive(ready, -1)

    def drive(self, leave: int, number: int) -> int:
        """When the van is there that drives straight by this leg."""
        return self._way(leave, self.legs[number], self.leg_s[number])

    def _way(self, leave: int, leg: Leg, seconds: int) -> int:
        if leg.by_hour is not None:
            return self.terms.driven_by_hour(leave, leg.by_hour)
        return self.terms.driven(leave, seconds)

    def serve(self, index: int, arrival: int, *, is_from_depot: bool) -> Service:
        errand = self.errands[index]
        arrival = max(arrival, errand.earliest_s)
        begin, late_s, room_s = arrival, 0, 0
        windows = errand.windows
        opens, closes = windows[0]
        if len(windows) == 1 and arrival <= closes:
            begin = arrival if arrival > opens else opens
            room_s = closes - begin
            windows = ()
        last = len(windows) - 1
        for number, (opens, closes) in enumerate(windows):
            if arrival <= closes:
                begin = max(arrival, opens)
                room_s = closes - begin
                break
            is_next_open = number < last and arrival >= windows[number + 1][0]
            if number == last or (arrival <= closes + errand.grace_s and not is_next_open):
                late_s = arrival - closes
                room_s = -late_s
                break
        setup_s = errand.setup_s
        if (self._at_depot if is_from_depot else self._same_place)[index]:
            setup_s = 0
        end = self.terms.served(begin, errand.service_s + setup_s)
        return Service(begin, end, late_s, room_s, setup_s)
