"""How badly a sequence of stops breaks rules at least, told in one pass without its breaks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from operator import ge

from app.domain.cargo import Cargo, peak, plus
from app.domain.checks import CLEAN, Severity, is_misplaced, share_over
from app.domain.clockwork import NEVER, Leg, Spot
from app.domain.lasting import is_simple
from app.domain.resting import earliest_done, latest_begin
from app.domain.terms import Amounts, Errand, Halt, Terms, may_reload


class Misfit:
    """Bounds for `Agenda.severity`, so that few of many places need a whole evaluation.

    Nothing is known of a route that may reload, is under way or keeps promises.
    """

    def __init__(self, terms: Terms, errands: Sequence[Errand]) -> None:
        """`errands` are all that there are, in any sequence."""
        self._terms = terms
        frame = terms.frame
        self._is_known = frame.shift.is_as_agreed and not may_reload(terms, errands)
        self._unmendable = sum(is_misplaced(frame.shift, each.visit) for each in errands)
        self._unmendable += max(0, len(errands) - terms.max_stops)
        self._over = share_over(least_aboard(terms, errands), terms.capacity)
        everything = [a for e in errands for a in (e.amounts, e.back) if a is not None]
        is_roomy = all(map(ge, terms.capacity, map(sum, zip(*everything, strict=True))))
        is_mixed = any(not each.is_delivery or each.back for each in errands)
        self._counts_places = is_mixed and not is_roomy
        """Whether it depends on the sequence how much is too much."""
        self._service_s = sum(errand.service_s for errand in errands)
        self._least_pace = 1.0 if terms.pace is None else min(terms.pace.travel)
        self._breaks: list[Halt] = []
        """Those that are taken if they are due."""
        if is_simple(terms, errands) and not terms.has_limits:
            self._breaks = [h for h in terms.halts if h.windows and h.most_aboard is None]
        self._first_close = min((halt.windows[-1][1] for halt in self._breaks), default=NEVER)
        self._legs: dict[tuple[int, int], Leg] = {}
        self._errands = tuple(errands)
        self._told: dict[tuple[int, ...], Severity] = {}
        """By the errands' identities, which last as long as they do."""

    def least(self, errands: Sequence[Errand]) -> Severity:
        """Of these in this sequence."""
        if not self._is_known:
            return CLEAN
        key = tuple(map(id, errands))
        told = self._told.get(key)
        if told is None:
            told = self._told[key] = self._look(errands)
        return told

    def _look(self, errands: Sequence[Errand]) -> Severity:
        terms, frame = self._terms, self._terms.frame
        spots: list[Spot] = [frame.depot, *(errand.visit for errand in errands)]
        if frame.end is not None:
            spots.append(frame.end)
        legs = [self._leg(a, b) for a, b in pairwise(spots)]
        legs_s = [int(terms.base_s(leg) * self._least_pace) for leg in legs]
        approach_s = int(terms.base_s(frame.approach) * self._least_pace)
        left_s = sum(legs_s) + self._service_s
        now = terms.way(frame.begin_s, frame.approach)
        late_s = waited_s = 0
        slack_s = NEVER
        passed = []
        for errand, leg, leg_s in zip(errands, legs, legs_s, strict=False):
            now = terms.way(now, leg)
            late_s += max(0, now - latest_begin(errand))
            done = earliest_done(terms, errand, now)
            begin = done - errand.service_s
            waited_s += begin - now
            slack_s = min(slack_s, waited_s + max(0, errand.windows[-1][1] - begin))
            left_s -= leg_s + errand.service_s
            passed.append((done + left_s, begin, begin - now))
            now = done
        end, leave = passed[-1][0], frame.begin_s
        if leave + waited_s >= self._first_close:
            leave += min(slack_s, waited_s + max(0, terms.last_end_s - end), waited_s)
        due = [halt for halt in self._breaks if leave < halt.windows[-1][1] < end]
        rest_s = sum(halt.length_s for halt in due)
        soonest = max([end, *(_over(passed, due, halt.windows[0][0]) for halt in due)])
        driving_s = approach_s + sum(legs_s)
        late_s += max(0, soonest - terms.last_end_s)
        late_s += max(0, driving_s - terms.max_driving_s)
        late_s += max(0, driving_s + self._service_s + rest_s - terms.max_work_s)
        return self._unmendable, self._share_over(errands), late_s

    def _share_over(self, errands: Sequence[Errand]) -> float:
        if not self._counts_places:
            return self._over
        cargo = Cargo(errands, len(self._terms.capacity))
        return share_over(peak(*cargo.aboard(())), self._terms.capacity)

    def _leg(self, a: Spot, b: Spot) -> Leg:
        if a.number < 0 or b.number < 0:
            return self._terms.frame.leg(a, b)
        key = a.number, b.number
        known = self._legs.get(key)
        if known is None:
            known = self._legs[key] = self._terms.frame.leg(a, b)
        return known


def _over(passed: Sequence[tuple[int, int, int]], due: Sequence[Halt], since: int) -> int:
    """The earliest end with the breaks that open at `since` or later.

    `passed` are the stops with the end if nothing behind them waits, when each begins, and its
    waiting: only one that begins later can make up for such a break.
    """
    rest_s = sum(halt.length_s for halt in due if halt.windows[0][0] >= since)
    soonest = made_up_s = 0
    for end, begin, waited_s in passed:
        if begin > since:
            made_up_s += waited_s
        soonest = max(soonest, end + max(0, rest_s - made_up_s))
    return soonest


def least_aboard(terms: Terms, errands: Sequence[Errand]) -> Amounts:
    """What is aboard at once at least, wherever the stops are: when the van leaves, or comes
    back, or has just collected something."""
    collected = {errand.order.id for errand in errands if not errand.is_delivery}
    leaving = back = most = (0,) * len(terms.capacity)
    for errand in errands:
        if not errand.is_delivery:
            most = tuple(map(max, most, errand.amounts))
            back = plus(back, errand.amounts)
        elif errand.supplier is None:
            leaving = plus(leaving, errand.amounts)
        elif errand.supplier in collected:
            back = plus(back, tuple(-amount for amount in errand.amounts))
    return tuple(map(max, leaving, back, most))
