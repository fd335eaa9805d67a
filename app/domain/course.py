"""A fixed sequence of stops driven by the clock, with reloads and breaks at given places."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from app.domain.cargo import Cargo
from app.domain.clockwork import NEVER, Leg
from app.domain.terms import Errand, Terms


class Layout(NamedTuple):
    """Where the van reloads and its driver rests: before driving on to the stop at each index."""

    reloads: tuple[int, ...] = ()
    halts: tuple[tuple[int, int], ...] = ()
    """Index, and which of `Terms.halts`, in the sequence of the day."""
    missed: tuple[int, ...] = ()
    """Breaks that are due and find no place at all."""


class Drive(NamedTuple):
    """The way to a stop, by way of the depot where the van loads."""

    arrival: int
    driving_s: int
    at_depot: int
    from_depot: int


class Service(NamedTuple):
    begin: int
    end: int
    late_s: int
    room_s: int
    """How much later it could begin in the same window; negative where late."""
    setup_s: int


class Course:
    """The ways and stops of a sequence, with the arithmetic of one step."""

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


class Taken(NamedTuple):
    """A break as it was taken, before driving on to the stop at index `before`."""

    before: int
    halt: int
    ready: int
    begin: int


class Run:
    """The clock along a course; `delay_s` is how much later the van may leave for nothing."""

    __slots__ = (
        "_slack",
        "arrivals",
        "drives",
        "driving_s",
        "end_s",
        "leave_s",
        "missed_s",
        "services",
        "taken",
        "waited_s",
        "waiting_s",
    )

    def __init__(self, course: Course, layout: Layout, leave_s: int) -> None:
        self.leave_s = leave_s
        self.drives: list[Drive] = []
        self.services: list[Service] = []
        self.taken: list[Taken] = []
        self.missed_s = [0] * len(course.terms.halts)
        """By how much each break comes too late."""
        self.waiting_s = 0
        """At doors and at the depot."""
        self._drive(course, layout)

    def _drive(self, course: Course, layout: Layout) -> None:
        terms = course.terms
        errands = course.errands
        count = len(errands)
        halts, reloads = layout.halts, layout.reloads
        limits = _Limits(terms, self.missed_s, self.leave_s) if terms.has_limits else None
        now = self.leave_s
        waited = waiting = driving = 0
        slack = NEVER
        next_halt = 0
        for index in range(count + 1):
            while next_halt < len(halts) and halts[next_halt][0] == index:
                number = halts[next_halt][1]
                halt = terms.halts[number]
                begin, late_s, _ = halt.may_begin(now)
                waited += begin - now
                if halt.windows:
                    closes = max(c for o, c in halt.windows if o <= begin)
                    slack = min(slack, waited + max(0, closes - begin))
                self.taken.append(Taken(index, number, now, begin))
                self.missed_s[number] += late_s
                now = begin + halt.length_s
                if limits is not None:
                    limits.rest(number, begin, now)
                next_halt += 1
            if index == count:
                break
            is_from_depot = index == 0 or index in reloads
            release = None
            if is_from_depot:
                end = next((cut for cut in reloads if cut > index), count)
                release = course.cargo.release(index, end)
            drive = course.reach(index, now, release)
            if is_from_depot:
                stood = drive.from_depot - drive.at_depot - (terms.reload_s if index else 0)
                waited += stood
                waiting += stood
            driving += drive.driving_s
            service = course.serve(index, drive.arrival, is_from_depot=is_from_depot)
            waited += service.begin - drive.arrival
            waiting += service.begin - drive.arrival
            slack = min(slack, waited + max(0, service.room_s))
            if limits is not None:
                limits.work(drive.driving_s, service.end)
            self.drives.append(drive)
            self.services.append(service)
            now = service.end
        end_s = course.finish(now)
        driving += end_s - now
        if limits is not None:
            limits.work(end_s - now, end_s)
        for number in layout.missed:
            closes = max((c for _, c in terms.halts[number].windows), default=end_s)
            self.missed_s[number] += max(1, end_s - closes)
        self.end_s = end_s
        self.driving_s = driving
        self.waited_s = waited
        self.waiting_s = waiting
        self._slack = min(slack, waited + max(0, terms.last_end_s - end_s))

    def delay_s(self, course: Course, layout: Layout) -> int:
        """How much later the van may leave with the same end and nobody served later than due."""
        guess = min(self._slack, self.waited_s)
        if course.terms.is_steady:
            return guess
        # Where the hour changes the way, waiting does not add up: ask the clock.
        low, high = 0, self.waited_s
        if not layout.reloads:
            guess = min(high, max(0, self._latest_leave(course) - self.leave_s))
        middle = guess or 1
        while low < high:
            if self._is_as_good(Run(course, layout, self.leave_s + middle)):
                low = middle
            else:
                high = middle - 1
            middle = guess + 1 if low == guess < high else (low + high + 1) // 2
        return low

    def _latest_leave(self, course: Course) -> int:
        """Seen from the end: nothing later than now, or than due, on the roads of those hours.

        Rain is taken to last as now, so that this is a guess.
        """
        terms = course.terms
        latest = terms.latest(self.end_s, course.legs[-1])
        rests = [*self.taken]
        for index in range(len(self.services), -1, -1):
            while rests and rests[-1].before == index:
                rest = rests.pop()
                halt = terms.halts[rest.halt]
                closes = max((c for o, c in halt.windows if o <= rest.begin), default=NEVER)
                latest = min(latest - halt.length_s, max(closes, rest.begin))
            if index:
                service = self.services[index - 1]
                latest -= service.end - service.begin
                latest = min(latest, service.begin + max(0, service.room_s))
                latest = terms.latest(latest, course.legs[index - 1])
        return terms.latest(latest, terms.frame.approach)

    def _is_as_good(self, later: Run) -> bool:
        return (
            later.end_s <= self.end_s
            and all(
                then.late_s <= now.late_s
                for then, now in zip(later.services, self.services, strict=True)
            )
            and all(then <= now for then, now in zip(later.missed_s, self.missed_s, strict=True))
        )


class _Limits:
    """Driving and work since the last break, against the limits of the one that is next.

    Those of the last one hold for the rest of the route.
    """

    def __init__(self, terms: Terms, missed_s: list[int], since: int) -> None:
        self._halts = terms.halts
        self._missed_s = missed_s
        self._waiting = [n for n, halt in enumerate(terms.halts) if halt.has_limits]
        self._driven_s = 0
        self._since = self._now = since

    def work(self, driving_s: int, until: int) -> None:
        """Drive and serve until then."""
        before_s = self._over_s(self._now)
        self._driven_s += driving_s
        self._now = until
        if self._waiting:
            self._missed_s[self._waiting[0]] += self._over_s(until) - before_s

    def rest(self, number: int, begin: int, end: int) -> None:
        self.work(0, begin)
        if number in self._waiting and len(self._waiting) > 1:
            self._waiting.remove(number)
        self._driven_s = 0
        self._since = self._now = end

    def _over_s(self, now: int) -> int:
        if not self._waiting:
            return 0
        halt = self._halts[self._waiting[0]]
        worked_s = now - self._since
        return max(0, self._driven_s - halt.most_driving_s, worked_s - halt.most_work_s)
