"""What a route costs at least with one more order, so that few routes need a closer look."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from heapq import heappop, heappush
from itertools import accumulate, pairwise

from app.domain.checks import is_misplaced
from app.domain.clockwork import NEVER, Spot, Visit
from app.domain.lasting import Lasting, rest_s
from app.domain.terms import Terms
from app.domain.travel import UNREACHABLE

_NOTHING = -math.inf
"""Is known: the route has to be looked at."""
_Way = tuple[float, int]
"""What its metres and hours cost, and its seconds."""
_NO_WAY: _Way = (math.inf, NEVER)
_Detour = tuple[float, int, int]
"""The same of a way by one more stop beside the straight one, and its gap."""


class Glance:
    """One more stop on a route of which nothing is prepared yet.

    Its roads are as fast as they ever are, and it waits and rests as long as is certain: what a
    place costs beyond that is for `Trials` and `RouteSketch`, but none costs less.
    """

    def __init__(
        self, terms: Terms, visits: Sequence[Visit], visit: Visit, *, is_clean: bool
    ) -> None:
        """`is_clean` says that the route breaks no rule."""
        frame = terms.frame
        self._terms = terms
        self._visits = visits
        self._visit = visit
        self._is_clean = is_clean
        self._way = _ways(terms)
        self._per_s = frame.per_s if frame.matrix.costs is None else 0.0
        self._numbers = [frame.depot.number, *(visit.number for visit in visits)]
        if frame.end is not None:
            self._numbers.append(frame.end.number)
        self._base = 0.0
        self._work_s = 0
        """Of the route with the stop, but for the detours to it."""
        self._detours: list[_Detour] = []
        self._number = 0
        """Of the first detour that is not judged yet."""
        self._judged: list[tuple[float, int]] = []
        """A heap of places, each with its least cost and its gap."""
        self.least_cost = self._look()
        """At a place where no rule is broken that is kept now; inf without any."""

    def _look(self) -> float:
        terms, frame, visit = self._terms, self._terms.frame, self._visit
        if is_misplaced(frame.shift, visit) or len(self._visits) >= terms.max_stops:
            return math.inf
        numbers = (frame.start.number, visit.number, *self._numbers)
        is_known = frame.shift.is_as_agreed and min(numbers) >= 0
        if not is_known or (terms.max_reloads and not self._is_clean):
            return _NOTHING
        way = self._way
        approach = way(frame.start.number, frame.depot.number)
        self._legs = [way(a, b) for a, b in pairwise(self._numbers)]
        if approach is _NO_WAY or _NO_WAY in self._legs:
            return _NOTHING
        self._approach_s = approach[1]
        served_s = sum(each.service_s for each in self._visits) + visit.service_s
        self._base = frame.fixed + approach[0] + served_s * (terms.per_service_s + self._per_s)
        if terms.max_reloads:
            return self._base + self._reloading()
        self._base += sum(price for price, _ in self._legs)
        self._work_s = approach[1] + served_s + sum(seconds for _, seconds in self._legs)
        if self._is_clean and not self._has_room():
            return math.inf
        self._detours = sorted(self._found_detours())
        most_s = min(terms.max_work_s, terms.last_end_s - frame.begin_s)
        if self._is_clean:
            self._detours = [each for each in self._detours if self._work_s + each[1] <= most_s]
        if not self._detours:
            return math.inf
        resting = rest_s(terms, self._work_s) * self._per_s if self._is_clean else 0.0
        return self._base + self._detours[0][0] + resting

    @property
    def tells_places(self) -> bool:
        """Whether `places` knows any."""
        return self._is_clean and bool(self._detours)

    def places(self) -> Iterator[tuple[float, int]]:
        """What each position costs at least, and the position, the cheapest first.

        The clock tells how long the route waits, where it is simple enough.
        """
        while (cost := self.near_cost()) < math.inf:
            yield cost, heappop(self._judged)[1]

    def near_cost(self, until: float = math.inf) -> float:
        """What the cheapest of the places costs at least; above `until`, as far as it is known.

        Asked again, more is known, until it is judged.
        """
        while not self.is_judged:
            price, seconds, gap = self._detours[self._number]
            self._number += 1
            idle_s = self._idle_s(gap, self._work_s + seconds)
            if idle_s is not None:
                heappush(self._judged, (self._base + price + idle_s * self._per_s, gap))
            if self._next_cost > until:
                break
        return min(self._next_cost, self._judged[0][0] if self._judged else math.inf)

    @property
    def is_judged(self) -> bool:
        """Whether the cheapest of the places is known, or that there is none."""
        return self._next_cost >= (self._judged[0][0] if self._judged else math.inf)

    @property
    def _next_cost(self) -> float:
        """Of all places that are not judged yet, without any waiting."""
        is_left = self._number < len(self._detours)
        return self._base + self._detours[self._number][0] if is_left else math.inf

    def _found_detours(self) -> list[_Detour]:
        way, numbers, here = self._way, self._numbers, self._visit.number
        into = [way(number, here) for number in numbers[: len(self._visits) + 1]]
        found = [
            (a[0] + b[0] - old[0], a[1] + b[1] - old[1], gap)
            for gap, (a, b, old) in enumerate(
                zip(into, (way(here, number) for number in numbers[1:]), self._legs, strict=False)
            )
        ]
        if len(found) < len(into):
            found.append((*into[-1], len(found)))
        return found

    def _idle_s(self, gap: int, work_s: int) -> int | None:
        """How long it waits or rests at least with the stop there; None where it is late."""
        terms, visit = self._terms, self._visit
        least_s = rest_s(terms, work_s)
        if not (_has_one_clock(visit) and self._has_one_clock):
            return least_s
        if not terms.is_steady:
            if terms.halts:
                return least_s
            lasts_s = self._driven_s(gap)
            return None if lasts_s is None else max(least_s, lasts_s - work_s)
        way, numbers, here = self._way, self._numbers, visit.number
        out_s = way(here, numbers[gap + 1])[1] if gap + 1 < len(numbers) else 0
        spot = (visit.service_s, 0, visit.opens, visit.closes)
        ways_s = way(numbers[gap], here)[1], out_s
        idle_s = self._lasting.idle_s(spot, gap, ways_s, work_s)
        return None if idle_s is None else max(least_s, idle_s)

    def _driven_s(self, gap: int) -> int | None:
        """How long it is under way at least if it leaves early and waits no more than it must."""
        frame = self._terms.frame
        before: Spot = self._visits[gap - 1] if gap else frame.depot
        now, waited_s = self._early[gap]
        for visit in (self._visit, *self._visits[gap:]):
            ready = self._on(now, waited_s, before, visit)
            if ready is None:
                return None
            (now, waited_s), before = ready, visit
        if frame.end is not None:
            now = self._terms.way(now, frame.leg(before, frame.end))
        return None if now > self._terms.last_end_s else now - frame.begin_s - waited_s

    @cached_property
    def _early(self) -> list[tuple[int, int]]:
        """When it is ready before each position, leaving as early as may be, and its waiting."""
        frame = self._terms.frame
        before: Spot = frame.depot
        found = [(self._terms.way(frame.begin_s, frame.approach), 0)]
        for visit in self._visits:
            ready = self._on(*found[-1], before, visit)
            if ready is None:
                break
            found.append(ready)
            before = visit
        return found

    def _on(self, now: int, waited_s: int, before: Spot, visit: Visit) -> tuple[int, int] | None:
        terms = self._terms
        arrival = terms.way(now, terms.frame.leg(before, visit))
        if arrival > visit.closes:
            return None
        begin = max(arrival, visit.opens)
        return terms.served(begin, visit.service_s), waited_s + begin - arrival

    @cached_property
    def _has_one_clock(self) -> bool:
        return all(map(_has_one_clock, self._visits))

    @cached_property
    def _lasting(self) -> Lasting:
        visits = self._visits
        legs_s = [seconds for _, seconds in self._legs]
        if len(legs_s) == len(visits):
            legs_s.append(0)
        spots = [(visit.service_s, 0, visit.opens, visit.closes) for visit in visits]
        return Lasting(self._terms, spots, legs_s, self._approach_s)

    def _has_room(self) -> bool:
        """Whether what it leaves with, or comes back with, leaves room for the goods."""
        visit = self._visit
        is_delivery = visit.is_delivery
        if is_delivery and visit.order.rules.collected_by is not None:
            return True
        load = list(visit.amounts)
        for each in self._visits:
            sign = 1 if each.is_delivery is is_delivery else 0
            if each.is_delivery and each.order.rules.collected_by is not None:
                sign = 0 if is_delivery else -1
            for dimension, amount in enumerate(each.amounts):
                load[dimension] += sign * amount
        return all(a <= room for a, room in zip(load, self._terms.frame.capacity, strict=True))

    def _reloading(self) -> float:
        """Its legs and the cheapest reloads."""
        terms, way, numbers = self._terms, self._way, self._numbers
        depot, here, count = numbers[0], self._visit.number, len(self._visits)
        reload = terms.reload_s * self._per_s
        home = [way(number, depot)[0] for number in numbers]
        out = [way(depot, number)[0] + reload for number in numbers]
        into = [way(number, here)[0] for number in numbers]
        onward = [way(here, number)[0] for number in numbers]
        here_home, here_out = way(here, depot)[0], way(depot, here)[0] + reload
        best = min(price for price, _, _ in self._found_detours())
        for gap in range(1, count):
            old = home[gap] + out[gap + 1]
            if old == math.inf:
                return _NOTHING
            around = here_home + out[gap + 1]
            loaded = home[gap] + here_out + min(onward[gap + 1], around)
            best = min(best, loaded - old, into[gap] + around - old)
        if count:
            last = onward[count + 1] - self._legs[count][0] if len(numbers) > count + 1 else 0.0
            best = min(best, home[count] + here_out + last)
        return best + self._least_reloading(home, out)

    def _least_reloading(self, home: Sequence[float], out: Sequence[float]) -> float:
        """The legs without the visit and the cheapest reloads that never make it too full.

        What comes from elsewhere than the depot is taken to need no room.
        """
        count = len(self._visits)
        legs = [price for price, _ in self._legs]
        more = [0.0] * (count + 1)
        for number in range(1, count):
            more[number] = home[number] + out[number + 1] - legs[number]
        ends = self._trip_ends()
        least = [math.inf] * (count + 1)
        least[0] = 0.0
        for first in range(count):
            for end in range(first + 1, ends[first] + 1):
                price = least[first] + more[end]
                if price < least[end]:
                    least[end] = price
        return least[count] + sum(legs)

    def _trip_ends(self) -> list[int]:
        """How far a trip from each stop on may go before its goods are too much for the van."""
        count = len(self._visits)
        ends = [count] * count
        loads = [each.amounts if each.order.is_from_depot else (0, 0, 0) for each in self._visits]
        for dimension, room in enumerate(self._terms.frame.capacity):
            total = [0, *accumulate(load[dimension] for load in loads)]
            if total[-1] > room:
                ends = [
                    min(end, bisect_right(total, so_far + room) - 1)
                    for end, so_far in zip(ends, total, strict=False)
                ]
        return ends


def _ways(terms: Terms) -> Callable[[int, int], _Way]:
    """From one place of the matrix to another, as fast as at any hour."""
    frame = terms.frame
    matrix = frame.matrix
    seconds, metres, costs = matrix.seconds, matrix.metres, matrix.costs
    pace = terms.rules.travel_pace
    least_pace = 1.0 if terms.pace is None else min(terms.pace.travel)
    per_m, per_s = frame.per_m, terms.per_driving_s + (frame.per_s if costs is None else 0.0)
    later = [matrix for _, matrix in matrix.later]
    is_plain = pace == 1.0 and least_pace == 1.0 and costs is None and not later

    def plainly(a: int, b: int) -> _Way:
        if a == b:
            return 0.0, 0
        way_s = seconds[a][b]
        if way_s == UNREACHABLE:
            return _NO_WAY
        return metres[a][b] * per_m + way_s * per_s, way_s

    def at_any_hour(a: int, b: int) -> _Way:
        if a == b:
            way_s = way_m = 0
        else:
            matrices = [m for m in (matrix, *later) if m.seconds[a][b] != UNREACHABLE]
            if not matrices:
                return _NO_WAY
            way_s = min(m.seconds[a][b] for m in matrices)
            way_s = int(round(way_s * pace) * least_pace)
            way_m = min(m.metres[a][b] for m in matrices)
        return (way_m * per_m + way_s * per_s if costs is None else costs[a][b] / 100), way_s

    return plainly if is_plain else at_any_hour


def _has_one_clock(visit: Visit) -> bool:
    """Whether its window and its service are all that its time depends on."""
    rules = visit.order.rules
    return visit.is_plain or not (
        rules.more_windows
        or rules.released_at is not None
        or rules.setup_time
        or rules.setup_by_type
        or rules.lateness is not None
    )
