"""What a route lacks at least for one more order or for a pair, in constant time a place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.checks import Severity, is_misplaced, share_over
from app.domain.clockwork import NEVER, Spot
from app.domain.misfit import least_aboard
from app.domain.outlook import Segment, joined
from app.domain.terms import Errand, Terms, may_reload


class Lacking:
    """A relaxation that holds for every rule, as more rules never break less.

    There are no breaks, set-ups and waits for goods, each stop is open from its first window on
    until its last one closes, a van is as fast as it ever is, and it is by the depot where that
    is shorter. Nothing is known of a route that is under way or keeps promises.
    """

    def __init__(
        self, terms: Terms, errands: Sequence[Errand], more: Sequence[Errand], first: int
    ) -> None:
        """With `more`, which are one errand, or a pickup and its delivery, from `first` on."""
        frame = terms.frame
        self._terms = terms
        self._more = more
        self._first = first
        self._least_pace = 1.0 if terms.pace is None else min(terms.pace.travel)
        everything = [*errands, *more]
        self._is_known = frame.shift.is_as_agreed
        self._by_depot = may_reload(terms, everything)
        self._unmendable = sum(is_misplaced(frame.shift, each.visit) for each in everything)
        self._unmendable += max(0, len(everything) - terms.max_stops)
        self._over = 0.0
        if not self._by_depot:
            self._over = share_over(least_aboard(terms, everything), terms.capacity)
        self._visits: list[Spot] = [errand.visit for errand in errands]
        self._before_s: list[Spot] = [frame.depot, *self._visits]
        self._legs_s = [
            *(self._way_s(a, b) for a, b in zip(self._before_s, self._visits, strict=False)),
            self._home_s(self._before_s[-1]),
        ]
        self._approach_s = int(terms.base_s(frame.approach) * self._least_pace)
        self._service_s = sum(errand.service_s for errand in everything)
        self._spots = [_spot(errand) for errand in errands]
        self._before: list[Segment] = [(self._approach_s, 0, frame.begin_s, NEVER)]
        for spot, leg_s in zip(self._spots, self._legs_s, strict=False):
            self._before.append(joined(self._before[-1], spot, leg_s))
        after: list[Segment] = [(0, 0, 0, terms.last_end_s)]
        for spot, leg_s in zip(reversed(self._spots), reversed(self._legs_s), strict=False):
            after.append(joined(spot, after[-1], leg_s))
        self._after = after[::-1]

    def least(self) -> Severity:
        """Of the route with them, wherever they are."""
        if not self._is_known:
            return 0, 0.0, 0
        places = self._with_one() if len(self._more) == 1 else self._with_pair()
        return self._unmendable, self._over, min(places)

    def _with_one(self) -> Iterator[int]:
        """By each place, how late it is at least, or too long."""
        (errand,) = self._more
        spot, legs_s = _spot(errand), self._legs_s
        driving_s = self._approach_s + sum(legs_s)
        for gap in range(self._first, len(legs_s)):
            into_s, out_s = self._way_s(self._before_s[gap], errand.visit), self._on_s(errand, gap)
            route = joined(joined(self._before[gap], spot, into_s), self._after[gap], out_s)
            yield route[1] + self._too_long_s(driving_s + into_s + out_s - legs_s[gap])

    def _with_pair(self) -> Iterator[int]:
        pickup, delivery = self._more
        first, second, legs_s = _spot(pickup), _spot(delivery), self._legs_s
        across_s = self._way_s(pickup.visit, delivery.visit)
        into = [self._way_s(before, delivery.visit) for before in self._before_s]
        out = [self._on_s(delivery, gap) for gap in range(len(legs_s))]
        driving_s = self._approach_s + sum(legs_s)
        for gap in range(self._first, len(legs_s)):
            into_s, on_s = self._way_s(self._before_s[gap], pickup.visit), self._on_s(pickup, gap)
            until = joined(self._before[gap], first, into_s)
            route = joined(joined(until, second, across_s), self._after[gap], out[gap])
            longer_s = into_s + across_s + out[gap] - legs_s[gap]
            yield route[1] + self._too_long_s(driving_s + longer_s)
            longer_s = into_s + on_s - legs_s[gap]
            for later in range(gap + 1, len(legs_s)):
                until = joined(until, self._spots[later - 1], on_s)
                on_s = legs_s[later]
                route = joined(joined(until, second, into[later]), self._after[later], out[later])
                more_s = longer_s + into[later] + out[later] - legs_s[later]
                yield route[1] + self._too_long_s(driving_s + more_s)

    def _too_long_s(self, driving_s: int) -> int:
        terms = self._terms
        return max(0, driving_s - terms.max_driving_s) + max(
            0, driving_s + self._service_s - terms.max_work_s
        )

    def _on_s(self, errand: Errand, gap: int) -> int:
        """From it to the stop behind a gap, or to the end place."""
        if gap < len(self._visits):
            return self._way_s(errand.visit, self._visits[gap])
        return self._home_s(errand.visit)

    def _home_s(self, last: Spot) -> int:
        end = self._terms.frame.end
        return 0 if end is None else self._way_s(last, end)

    def _way_s(self, a: Spot, b: Spot) -> int:
        terms, frame = self._terms, self._terms.frame
        seconds = terms.base_s(frame.leg(a, b))
        if self._by_depot:
            ways = frame.leg(a, frame.depot), frame.leg(frame.depot, b)
            seconds = min(seconds, sum(map(terms.base_s, ways)))
        return seconds if self._least_pace == 1.0 else int(seconds * self._least_pace)


def _spot(errand: Errand) -> Segment:
    opens, closes = errand.windows[0][0], errand.windows[-1][1] + errand.grace_s
    return errand.service_s, 0, opens, closes
