"""The clock along a course: when its van is where, with the breaks that its driver takes."""

from __future__ import annotations

from typing import NamedTuple

from app.domain.clockwork import NEVER
from app.domain.course import Bounds, Course, Drive, Halting, Layout, Service, Way
from app.domain.terms import Terms


class Taken(NamedTuple):
    """A break as it was taken, on the way to the stop at index `before`."""

    before: int
    halt: int
    begin: int
    driving_s: int
    """Of the way, before it."""


class Run:
    """The clock along a course; `delay_s` is how much later the van may leave for nothing."""

    __slots__ = (
        "_slack",
        "drives",
        "driving_s",
        "end_s",
        "home_s",
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
        self.driving_s = self.home_s = 0
        self.waited_s = self.waiting_s = 0
        """`waiting_s` is at doors and at the depot, and not for a break's window to open."""
        self._slack = NEVER
        self._drive(course, layout)

    def _drive(self, course: Course, layout: Layout) -> None:
        terms = course.terms
        count = len(course.errands)
        halts, reloads = layout.halts, layout.reloads
        limits = Limits(terms, self.missed_s, self.leave_s) if terms.has_limits else None
        now = self.leave_s
        next_halt = 0
        for index in range(count + 1):
            is_from_depot = index < count and (index == 0 or index in reloads)
            release = None
            if is_from_depot:
                end = next((cut for cut in reloads if cut > index), count)
                release = course.cargo.release(index, end)
            stood_s = counted_s = 0
            if next_halt < len(halts) and halts[next_halt].before == index:
                way = course.set_out(now, release)
                while next_halt < len(halts) and halts[next_halt].before == index:
                    way = self._rested(course, way, halts[next_halt], release, limits)
                    next_halt += 1
                counted_s = way.driving_s
                way = course.ahead(way, index, release)
                stood_s = way.stood_s
                drive = Drive(way.now, way.driving_s, way.at_depot, way.from_depot)
            elif index < count:
                drive = course.reach(index, now, release)
                if is_from_depot:
                    stood_s = drive.from_depot - drive.at_depot - course.loading_s(index)
            else:
                arrival = course.finish(now)
                drive = Drive(arrival, arrival - now, 0, 0)
            if index == terms.resumes and index < count:
                arrival = max(drive.arrival, terms.resumes_s + drive.driving_s)
                drive = drive._replace(arrival=arrival)
            now = drive.arrival
            self.driving_s += drive.driving_s
            if index < count:
                service = course.serve(index, now, is_from_depot=is_from_depot)
                stood_s += service.begin - now
                self.waited_s += stood_s
                self.waiting_s += stood_s
                self._slack = min(self._slack, self.waited_s + max(0, service.room_s))
                self.drives.append(drive)
                self.services.append(service)
                now = service.end
            else:
                self.home_s = drive.driving_s
            if limits is not None:
                limits.work(drive.driving_s - counted_s, now)
        for number in layout.missed:
            closes = max((c for _, c in terms.halts[number].windows), default=now)
            self.missed_s[number] += max(1, now - closes)
        self.end_s = now
        self._slack = min(self._slack, self.waited_s + max(0, terms.last_end_s - now))

    def _rested(
        self,
        course: Course,
        way: Way,
        halting: Halting,
        release: int | None,
        limits: Limits | None,
    ) -> Way:
        """On the way after that break."""
        halt = course.terms.halts[halting.halt]
        if halting.is_late and limits is not None:
            at, begin = course.late(way, halting.before, release, halt, limits.bounds)
        else:
            at, begin = course.early(way, halting.before, release, halt)
        if halt.windows:
            closes = max(c for o, c in halt.windows if o <= begin)
            since = way.now if begin == halt.may_begin(way.now)[0] else begin
            self._slack = min(self._slack, self.waited_s + max(0, closes - since))
        self.waited_s += begin - at.now
        self.missed_s[halting.halt] += halt.may_begin(begin)[1]
        self.taken.append(Taken(halting.before, halting.halt, begin, at.driving_s))
        if limits is not None:
            limits.work(at.driving_s - way.driving_s, begin)
            limits.rest(halting.halt, begin, begin + halt.length_s)
        return at._replace(now=begin + halt.length_s)

    def way_s(self, index: int) -> int:
        """The driving to the stop at that index, or to the end place."""
        return self.drives[index].driving_s if index < len(self.drives) else self.home_s

    def delay_s(self, course: Course, layout: Layout) -> int:
        """How much later the van may leave with the same end and nobody served later than due."""
        guess = min(self._slack, self.waited_s)
        if course.terms.is_steady and not any(halting.is_late for halting in layout.halts):
            return guess
        # Where the hour changes the way, waiting does not add up: ask the clock.
        low, high = 0, self.waited_s
        if not layout.reloads:
            guess = min(high, max(0, self._latest_leave(course) - self.leave_s))
        middle = guess or 1
        while low < high:
            if Run(course, layout, self.leave_s + middle).is_as_good(self):
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

    def is_as_good(self, other: Run) -> bool:
        """Whether it ends no later, nobody is served later than due, and no break misses more."""
        return (
            self.end_s <= other.end_s
            and all(
                mine.late_s <= its.late_s
                for mine, its in zip(self.services, other.services, strict=True)
            )
            and all(mine <= its for mine, its in zip(self.missed_s, other.missed_s, strict=True))
        )


class Limits:
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

    @property
    def bounds(self) -> Bounds:
        if not self._waiting:
            return Bounds(NEVER, NEVER)
        halt = self._halts[self._waiting[0]]
        return Bounds(halt.most_driving_s - self._driven_s, self._since + halt.most_work_s)

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
