"""What a route costs at least with one more order or two: its ways and services, no waiting."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from app.domain.clockwork import NEVER, Spot
from app.domain.terms import Errand, Terms

Place = Errand | Spot


class Floor:
    """Lower bounds in constant time a position, so that few of them need a whole evaluation.

    `is_clean` says that the route breaks no rule: what may be planned then takes the breaks
    that its work calls for.
    """

    def __init__(self, terms: Terms, errands: Sequence[Errand], *, is_clean: bool) -> None:
        frame = terms.frame
        self._terms = terms
        self._places: list[Place] = [frame.depot, *errands]
        if frame.end is not None:
            self._places.append(frame.end)
        self._count = len(errands)
        pace = terms.pace
        self._least_pace = 1.0 if pace is None else min(pace.travel)
        self._per_s = frame.per_s if frame.matrix.costs is None else 0.0
        self._steps = [self._step(a, b) for a, b in pairwise(self._places)]
        self._approach = self._step(frame.start, frame.depot)
        self._base = terms.cost(self._approach + sum(self._steps), 0, 0)
        self._breaks = [halt for halt in terms.halts if halt.has_limits] if is_clean else []
        self._work_s = sum(self._seconds(a, b) for a, b in pairwise(self._places))

    def with_one(self, errand: Errand, index: int) -> float:
        """With the errand before position `index`."""
        return self._base + self._detour(errand, index) + self._resting(errand.service_s)

    def with_pair(self, pickup: Errand, delivery: Errand) -> list[tuple[float, tuple[int, int]]]:
        """With both, for every two positions of the sequence with them in it."""
        gaps = range(self._count + 1)
        into = [self._detour(pickup, index) for index in gaps]
        out = [self._detour(delivery, index) for index in gaps]
        base = self._base + self._resting(pickup.service_s + delivery.service_s)
        found = []
        for first in gaps:
            both = self._detour(pickup, first, delivery)
            found.append((base + both, (first, first + 1)))
            found.extend(
                (base + into[first] + out[second], (first, second + 1))
                for second in gaps[first + 1 :]
            )
        return found

    def _detour(self, errand: Errand, index: int, *then: Errand) -> float:
        before = self._places[index]
        ways = sum(self._step(a, b) for a, b in pairwise((before, errand, *then)))
        if index + 1 < len(self._places):
            ways += self._step((errand, *then)[-1], self._places[index + 1])
            ways -= self._steps[index]
        return ways

    def _step(self, a: Place, b: Place) -> float:
        """To drive there and serve, by way of the depot where that is cheaper."""
        start = a.visit if isinstance(a, Errand) else a
        if not isinstance(b, Errand):
            return self._way(start, b)
        end, service_s = b.visit, b.service_s
        is_same = start.location == end.location
        straight = self._way(start, end) + self._served(service_s + (0 if is_same else b.setup_s))
        if not self._terms.max_reloads:
            return straight
        depot = self._terms.frame.depot
        around = self._way(start, depot) + self._way(depot, end)
        is_there = end.location == depot.location
        return min(straight, around + self._served(service_s + (0 if is_there else b.setup_s)))

    def _way(self, a: Spot, b: Spot) -> float:
        terms = self._terms
        leg = terms.frame.leg(a, b)
        seconds = int(terms.base_s(leg) * self._least_pace)
        return terms.price(a, b, leg, seconds) + seconds * self._per_s

    def _served(self, seconds: int) -> float:
        return seconds * (self._terms.per_service_s + self._per_s)

    def _seconds(self, a: Place, b: Place) -> int:
        """Of the straight way and its service."""
        start = a.visit if isinstance(a, Errand) else a
        end, service_s = (b.visit, b.service_s) if isinstance(b, Errand) else (b, 0)
        leg = self._terms.frame.leg(start, end)
        return int(self._terms.base_s(leg) * self._least_pace) + service_s

    def _resting(self, more_s: int) -> float:
        """The time of the breaks that so much more work calls for at least."""
        if not self._breaks:
            return 0.0
        longest_s = max(halt.most_work_s for halt in self._breaks)
        if longest_s >= NEVER or not longest_s:
            return 0.0
        calls = -(-(self._work_s + more_s) // longest_s) - 1
        shortest_s = min(halt.length_s for halt in self._terms.halts)
        return max(0, calls) * shortest_s * self._per_s
