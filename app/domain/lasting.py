"""How long a route lasts at least with one more stop, where that is simple enough to tell."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from app.domain.clockwork import NEVER
from app.domain.outlook import Segment, joined
from app.domain.terms import Errand, Halt, Terms


class Lasting:
    """Exact but for breaks, on roads that are as fast at any hour and with one window a stop."""

    def __init__(
        self, terms: Terms, spots: Sequence[Segment], leg_s: Sequence[int], approach_s: int
    ) -> None:
        """`spots` are the stops; `leg_s` lead from the depot to each, and to the end place."""
        self._halts = [halt for halt in terms.halts if halt.windows]
        self._spots = spots
        self._leg_s = leg_s
        self._approach_s = approach_s
        self._before: list[Segment] = [(approach_s, 0, terms.frame.begin_s, NEVER)]
        for spot, seconds in zip(spots, leg_s, strict=False):
            self._before.append(joined(self._before[-1], spot, seconds))
        after: list[Segment] = [(0, 0, 0, terms.last_end_s)]
        for spot, seconds in zip(reversed(spots), reversed(leg_s), strict=False):
            after.append(joined(spot, after[-1], seconds))
        self._after = after[::-1]
        self._opens = max((opens for _, _, opens, _ in spots), default=0)
        is_told = all(len(h.windows) == 1 and h.most_aboard is None for h in self._halts)
        self._is_rest_told = is_told and not terms.has_limits
        """Whether no break is taken before the last stop that is over when it opens."""

    def idle_s(self, spot: Segment, index: int, ways_s: tuple[int, int], work_s: int) -> int | None:
        """Beside driving and service, which take `work_s`, with the stop there; None where
        anything is late.

        It waits, or it rests for the breaks that are due even on the route without any. No
        waiting makes up for a break that opens when all stops are open.
        """
        into_s, out_s = ways_s
        until = joined(self._before[index], spot, into_s)
        lasts_s, late_s, start, _ = joined(until, self._after[index], out_s)
        if late_s:
            return None
        end = start + lasts_s
        opens = max(self._opens, spot[2])
        due_s = more_s = 0
        first_close = NEVER
        for halt in self._halts:
            close = halt.windows[-1][1]
            if start < close < end:
                due_s += halt.length_s
                more_s += halt.length_s if halt.windows[0][0] >= opens else 0
                first_close = min(first_close, close)
        if not due_s:
            return lasts_s - work_s
        lasts_s = max(lasts_s + more_s, work_s + due_s)
        if self._is_rest_told:
            leaves_by = max(
                halt.windows[0][1] - self._work_before(halt, spot, index, ways_s)
                for halt in self._halts
                if halt.windows[0][0] <= first_close
            )
            lasts_s = max(lasts_s, end + more_s - leaves_by)
        return lasts_s - work_s

    def _work_before(self, halt: Halt, spot: Segment, index: int, ways_s: tuple[int, int]) -> int:
        """The driving and service before the break at least, where it is the first one.

        Breaks are placed for a van that leaves as early as it may, and stay there when it leaves
        later: each behind all stops that are over when it opens.
        """
        ((opens, closes),) = halt.windows
        number = min(index, max(0, bisect_right(self._ready, opens) - 1))
        ready, work_s = self._ready[number], self._work_s[number]
        count = len(self._spots) + 1
        while number < count:
            leg_s, here = self._stop(number, spot, index, ways_s)
            done = _done(here, ready + leg_s)
            if done > opens:
                break
            ready, work_s = done, work_s + leg_s + here[0]
            number += 1
        if number + 1 >= count or ready + leg_s >= opens or done > closes:
            return work_s
        # Where it would wait at a door for the break to open, it may serve there first.
        onward_s, following = self._stop(number + 1, spot, index, ways_s)
        rested = done + onward_s + halt.length_s
        later = _done(following, _done(here, opens + halt.length_s) + onward_s)
        is_sooner = rested <= following[3] and _done(following, rested) < later
        is_first = all(later <= each.windows[0][0] for each in self._halts if each is not halt)
        return work_s + leg_s + here[0] if is_sooner and is_first else work_s

    def _stop(
        self, number: int, spot: Segment, index: int, ways_s: tuple[int, int]
    ) -> tuple[int, Segment]:
        """The way to a stop of the route with one more at `index`, and that stop."""
        if number < index:
            leg_s, here = self._leg_s[number], self._spots[number]
        elif number == index:
            leg_s, here = ways_s[0], spot
        else:
            leg_s = ways_s[1] if number == index + 1 else self._leg_s[number - 1]
            here = self._spots[number - 1]
        return (leg_s if number else leg_s + self._approach_s), here

    @cached_property
    def _ready(self) -> list[int]:
        """When a van that leaves early sets out for each stop, and for the end place."""
        begin_s = self._before[0][2]
        return [begin_s, *(start + seconds for seconds, _, start, _ in self._before[1:])]

    @cached_property
    def _work_s(self) -> list[int]:
        """Its driving and service until then."""
        steps = [leg_s + spot[0] for spot, leg_s in zip(self._spots, self._leg_s, strict=False)]
        return [0, *(self._approach_s + work_s for work_s in accumulate(steps))]


def _done(stop: Segment, there: int) -> int:
    """When its service is over at the earliest."""
    service_s, _, opens, _ = stop
    return max(there, opens) + service_s


def rest_s(terms: Terms, work_s: int, leaves_by: int = NEVER, ends_from: int = 0) -> int:
    """The breaks that so much driving and service call for at least, where no rule is broken.

    One whose window closes while the van must be under way is taken: whatever is on time leaves
    before that and ends after it.
    """
    if not terms.halts:
        return 0
    leaves_by = min(terms.last_end_s - work_s, leaves_by)
    ends_from = max(terms.frame.begin_s + work_s, ends_from)
    least_s, longest_s = 0, 0
    for halt in terms.halts:
        if halt.windows and leaves_by < halt.windows[-1][1] < ends_from:
            least_s += halt.length_s
        if halt.has_limits:
            longest_s = max(longest_s, halt.most_work_s)
    if 0 < longest_s < NEVER:
        calls = -(-work_s // longest_s) - 1
        least_s = max(least_s, calls * min(halt.length_s for halt in terms.halts))
    return least_s


def is_simple(terms: Terms, errands: Sequence[Errand]) -> bool:
    """Whether `Lasting` can tell."""
    return terms.is_steady and all(
        len(errand.windows) == 1 and not (errand.setup_s or errand.grace_s or errand.goods_at)
        for errand in errands
    )
