"""How long a route lasts at least with one more errand, where that is simple enough to tell."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.clockwork import NEVER, Leg
from app.domain.outlook import Segment, joined
from app.domain.slack import Ways
from app.domain.terms import Errand, Terms


class Lasting:
    """Exact but for breaks, on roads that are as fast at any hour and errands with one window."""

    def __init__(self, terms: Terms, errands: Sequence[Errand], legs: Sequence[Leg]) -> None:
        """`legs` lead from the depot to each stop, and to the end place."""
        self._terms = terms
        begin_s = terms.frame.begin_s
        approach_s = terms.base_s(terms.frame.approach)
        leg_s = [terms.base_s(leg) for leg in legs]
        spots = [_spot(errand) for errand in errands]
        self._before: list[Segment] = [(approach_s, 0, begin_s, NEVER)]
        self._work_before = [approach_s]
        for spot, seconds in zip(spots, leg_s, strict=False):
            self._before.append(joined(self._before[-1], spot, seconds))
            self._work_before.append(self._work_before[-1] + seconds + spot[0])
        count = len(spots)
        self._after: list[Segment] = [(0, 0, 0, terms.last_end_s)] * (count + 1)
        self._work_after = [0] * (count + 1)
        for index in range(count - 1, -1, -1):
            onward_s = leg_s[index + 1]
            self._after[index] = joined(spots[index], self._after[index + 1], onward_s)
            self._work_after[index] = spots[index][0] + onward_s + self._work_after[index + 1]

    def idle_s(self, errand: Errand, index: int, ways: Ways, rest_s: int) -> int:
        """Beside driving and service, with the errand there and nothing late.

        It waits, or it rests: for `rest_s` at least, and for the breaks that are due even on the
        route without any. Waiting may be used for them.
        """
        base_s = self._terms.base_s
        into_s, out_s = base_s(ways.into), base_s(ways.out)
        until = joined(self._before[index], _spot(errand), into_s)
        seconds, _, start, _ = joined(until, self._after[index], out_s)
        work_s = into_s + errand.service_s + out_s
        work_s += self._work_before[index] + self._work_after[index]
        return max(seconds - work_s, due_s(self._terms, start, seconds), rest_s)


def due_s(terms: Terms, start: int, seconds: int) -> int:
    """The breaks that are due on a route which is under way then, without any of them."""
    return sum(
        halt.length_s
        for halt in terms.halts
        if halt.windows and start < halt.windows[-1][1] < start + seconds
    )


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


def _spot(errand: Errand) -> Segment:
    return (errand.service_s, 0, *errand.windows[0])
