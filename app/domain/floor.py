"""What a route costs at least with one more order or two: its ways, services and some waiting."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from app.domain.cargo import Cargo
from app.domain.clockwork import NEVER, Spot
from app.domain.lasting import Lasting, is_simple, rest_s
from app.domain.outlook import Segment
from app.domain.slack import Slack, Ways
from app.domain.terms import Errand, Terms, may_reload

Place = Errand | Spot
_SPARE_S = 120
"""By so much a way by another place may be shorter than the straight one, as roads are rounded."""


class Floor:
    """Lower bounds in constant time a position, so that few of them need a whole evaluation.

    `is_clean` says that the route breaks no rule: what may be planned then takes the breaks
    that its work calls for, and reloads before the van is too full. `slack`, where there is one,
    tells between which hours the van must be under way.
    """

    def __init__(
        self,
        terms: Terms,
        errands: Sequence[Errand],
        *,
        is_clean: bool,
        slack: Slack | None = None,
    ) -> None:
        frame = terms.frame
        self._terms = terms
        self._places: list[Place] = [frame.depot, *errands]
        if frame.end is not None:
            self._places.append(frame.end)
        self._errands = errands
        self._count = len(errands)
        pace = terms.pace
        self._least_pace = 1.0 if pace is None else min(pace.travel)
        self._per_s = frame.per_s if frame.matrix.costs is None else 0.0
        self._is_clean = is_clean
        self._steps = [self._step(a, b) for a, b in pairwise(self._places)]
        self._straight = (
            [self._straight_step(a, b) for a, b in pairwise(self._places)]
            if terms.max_reloads
            else self._steps
        )
        self._approach = self._step(frame.start, frame.depot)
        self._base = terms.cost(self._approach + sum(self._steps), 0, 0)
        has_windows = is_clean and any(halt.windows for halt in terms.halts)
        self._leaves_by = NEVER if slack is None else slack.leaves_by + _SPARE_S
        self._ends_from = 0 if slack is None else slack.ends_from - _SPARE_S
        # Without such breaks the bound is near enough, and sooner made.
        self._lasting = (
            self._known_to_last(slack)
            if slack is not None and has_windows and self._per_s and is_simple(terms, errands)
            else None
        )
        self._work_s = sum(self._seconds(a, b) for a, b in pairwise(self._places))

    def with_one(
        self, errand: Errand, ways: Sequence[Ways] | None = None
    ) -> list[tuple[float, int]]:
        """With the errand, for every position; `ways` are those that `slack` knows."""
        rest_s = self._rest_s(errand.service_s)
        gaps = range(self._count + 1)
        if self._is_clean and may_reload(self._terms, [*self._errands, errand]):
            resting = rest_s * self._per_s
            return [(self._reloading(errand, index) + resting, index) for index in gaps]
        if ways is None or self._lasting is None or not is_simple(self._terms, [errand]):
            idle = [rest_s] * len(gaps)
        else:
            idle = [
                max(rest_s, self._idle_s(self._lasting, errand, index, ways[index]))
                for index in gaps
            ]
        return [
            (self._base + self._detour(errand, index) + idle[index] * self._per_s, index)
            for index in gaps
        ]

    def _known_to_last(self, slack: Slack) -> Lasting:
        terms = self._terms
        self._leg_s = [terms.base_s(leg) for leg in slack.legs]
        spots = [_spot(errand) for errand in self._errands]
        return Lasting(terms, spots, self._leg_s, terms.base_s(terms.frame.approach))

    def _idle_s(self, lasting: Lasting, errand: Errand, index: int, ways: Ways) -> int:
        terms = self._terms
        ways_s = terms.base_s(ways.into), terms.base_s(ways.out)
        work_s = terms.base_s(terms.frame.approach) + self._work_s
        work_s += sum(ways_s) - self._leg_s[index] + errand.service_s
        return lasting.idle_s(_spot(errand), index, ways_s, work_s) or 0

    def with_pair(self, pickup: Errand, delivery: Errand) -> list[tuple[float, tuple[int, int]]]:
        """With both, for every two positions of the sequence with them in it."""
        gaps = range(self._count + 1)
        into = [self._detour(pickup, index) for index in gaps]
        out = [self._detour(delivery, index) for index in gaps]
        base = self._base + self._per_s * self._rest_s(pickup.service_s + delivery.service_s)
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

    def _reloading(self, errand: Errand, index: int) -> float:
        """With the errand there, and the cheapest reloads that never let the van be too full."""
        errands = [*self._errands[:index], errand, *self._errands[index:]]
        before, after = self._places[index], self._places[index + 1 : index + 2]
        straight = [
            *self._straight[:index],
            *(self._straight_step(a, b) for a, b in pairwise((before, errand, *after))),
            *self._straight[index + 1 :],
        ]
        neighbours = (*self._errands[max(0, index - 1) : index], errand, *self._errands[index:][:1])
        around = [
            *self._around[:index],
            *([] if index else [0.0]),
            *(self._around_step(a, b) for a, b in pairwise(neighbours)),
            *self._around[index + 1 :],
        ]
        base = self._terms.cost(self._approach + sum(straight), 0, 0)
        reach = Cargo(errands, len(self._terms.capacity)).reach(self._terms.capacity)
        count = len(errands)
        starts = {0: 0.0}
        least = 0.0 if reach[0] == count else math.inf
        for _ in range(self._terms.max_reloads):
            following: dict[int, float] = {}
            for first, paid in starts.items():
                for gap in range(first + 1, min(reach[first], count - 1) + 1):
                    price = paid + around[gap] - straight[gap]
                    if price < following.get(gap, math.inf):
                        following[gap] = price
            starts = following
            ending = (paid for first, paid in starts.items() if reach[first] == count)
            least = min(least, min(ending, default=least))
        return base + least

    @cached_property
    def _around(self) -> list[float]:
        """By way of the depot to each errand but the first."""
        return [0.0, *(self._around_step(a, b) for a, b in pairwise(self._errands))]

    def _step(self, a: Place, b: Place) -> float:
        """To drive there and serve, by way of the depot where that is cheaper."""
        straight = self._straight_step(a, b)
        if not (self._terms.max_reloads and isinstance(a, Errand) and isinstance(b, Errand)):
            return straight
        return min(straight, self._around_step(a, b))

    def _straight_step(self, a: Place, b: Place) -> float:
        start = a.visit if isinstance(a, Errand) else a
        if not isinstance(b, Errand):
            return self._way(start, b)
        setup_s = 0 if start.location == b.visit.location else b.setup_s
        return self._way(start, b.visit) + self._served(b.service_s + setup_s)

    def _around_step(self, a: Errand, b: Errand) -> float:
        """By way of the depot."""
        terms = self._terms
        depot = terms.frame.depot
        setup_s = 0 if b.visit.location == depot.location else b.setup_s
        ways = self._way(a.visit, depot) + self._way(depot, b.visit)
        return ways + terms.reload_s * self._per_s + self._served(b.service_s + setup_s)

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

    def _rest_s(self, more_s: int) -> int:
        """The time of the breaks that so much more work calls for at least."""
        if not self._is_clean:
            return 0
        return rest_s(self._terms, self._work_s + more_s, self._leaves_by, self._ends_from)


def _spot(errand: Errand) -> Segment:
    return (errand.service_s, 0, *errand.windows[0])
