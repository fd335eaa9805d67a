"""Two places for a pickup and its delivery on a route whose rules the everyday clock knows all."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from heapq import heapify, heappop, heappush
from itertools import accumulate
from operator import gt
from typing import NamedTuple

from app.domain.checks import (
    CLEAN,
    Severity,
    is_misplaced,
    route_violations,
    share_over,
    stop_violations,
)
from app.domain.clockwork import (
    NEVER,
    NO_WAY,
    Amounts,
    Clock,
    Frame,
    Leg,
    Visit,
    is_plain_order,
    loads,
)
from app.domain.orders import Order
from app.domain.outlook import Homing, Outlook, Readiness, Segment, joined, most_of, sum_of
from app.domain.terms import Errand
from app.domain.trials import PairTrial, Trials
from app.domain.violations import Violation

Gaps = tuple[int, int]
"""Of the route without the two: before which stop each of them goes."""


class _Guess(NamedTuple):
    severity: Severity
    """At best."""
    cost: float
    """At least, where the severity is none."""
    gaps: Gaps
    is_judged: bool = False
    """Whether the hours of all stops are in it, or only those before the pickup."""


def is_everyday(frame: Frame, visits: Sequence[Visit], pickup: Order, delivery: Order) -> bool:
    """Whether the clock can tell all there is to tell, but for whose goods the two are."""
    return (
        frame.is_plain
        and all(visit.is_plain for visit in visits)
        and is_plain_order(pickup)
        and delivery.rules.collected_by == pickup.id
        and is_plain_order(replace(delivery, rules=replace(delivery.rules, collected_by=None)))
    )


class RuledPairing:
    """One pair on one route, by every rule there is."""

    def __init__(self, trials: Trials, pickup: Errand, delivery: Errand, frozen: int) -> None:
        self._trials = trials
        self._pair = (pickup, delivery)
        self._frozen = frozen

    def fitting(self, below: float = math.inf, most: int = NEVER) -> PairTrial | None:
        return self._trials.fitting_pair(*self._pair, self._frozen, below, most)

    def fitting_near(self, trial: PairTrial) -> PairTrial | None:
        """Exactly where they were tried before."""
        return self._trials.fitting_pair_at(*self._pair, trial.pickup, trial.delivery)

    def cheapest(self) -> PairTrial:
        return self._trials.cheapest_pair(*self._pair, self._frozen)

    def violations(self, trial: PairTrial) -> Sequence[Violation]:
        assert trial.agenda is not None, "what breaks nothing is not asked what it breaks"
        return trial.agenda.violations


class Pairing:
    """One pair on one route: what each two places cost, and what they break.

    Every two are judged in constant time, from what lies before and behind them; only those that
    may be the best are run through by the clock.
    """

    def __init__(
        self,
        frame: Frame,
        visits: Sequence[Visit],
        known: Mapping[object, int],
        pair: tuple[Order, Order],
        frozen: int,
    ) -> None:
        """`known` are the amounts of what the route breaks; before `frozen` nothing may come."""
        self._frame = frame
        self._visits = visits
        self._known = known
        self._frozen = frozen
        self._pickup, self._delivery = (frame.visit(order) for order in pair)
        self._legs = frame.legs(visits) or [NO_WAY]
        self._leg_s = [leg.seconds for leg in self._legs]
        self._services = [visit.service_s for visit in visits]
        self._opens = [visit.opens for visit in visits]
        self._closes = [visit.closes for visit in visits]
        self._aboard = loads(visits)
        self._most_before = [*accumulate(self._aboard, most_of)]
        self._most_behind = [*accumulate(reversed(self._aboard), most_of)][::-1]
        more, less = self._pickup.amounts, self._delivery.amounts
        self._left = (more[0] - less[0], more[1] - less[1], more[2] - less[2])
        """Of what was collected, after the delivery."""
        self._metres = sum(leg.metres for leg in self._legs)
        self._broken = frame.approach.is_broken + sum(leg.is_broken for leg in self._legs)
        misplaced = [is_misplaced(frame.shift, each) for each in (self._pickup, self._delivery)]
        self._may_fit = not any(misplaced)
        self._misplaced = sum(misplaced) + sum(is_misplaced(frame.shift, v) for v in visits)
        self._pickup_ways = self._ways(self._pickup)
        self._delivery_ways = self._ways(self._delivery)
        self._across = frame.leg(self._pickup, self._delivery)
        self._carried: dict[int, list[tuple[Segment, Readiness]]] = {}
        """By the gap of the pickup, for each gap of the delivery from there on."""

    def _ways(self, visit: Visit) -> list[tuple[Leg, Leg]]:
        """To it at every gap of the route, and on from there."""
        frame, visits = self._frame, self._visits
        last = len(visits)
        return [
            (
                frame.leg(visits[gap - 1], visit) if gap else frame.first_leg(visit),
                frame.leg(visit, visits[gap]) if gap < last else frame.last_leg(visit),
            )
            for gap in range(last + 1)
        ]

    def fitting_near(self, _trial: PairTrial) -> PairTrial | None:
        """The cheapest places: all are soon looked at."""
        return self.fitting()

    def fitting(self, below: float = math.inf, most: int = NEVER) -> PairTrial | None:
        """The cheapest places that break no further rule and cost less, if any; of no more than
        so many."""
        if not self._may_fit:
            return None
        found = self._looks if self._known else self._opened()
        best: PairTrial | None = None
        for guess in sorted(found, key=lambda guess: guess.cost)[:most]:
            if guess.cost >= below:
                break
            trial = self._at(*guess.gaps)
            if trial.is_feasible and trial.cost < below:
                best, below = trial, trial.cost
        return best

    def _opened(self) -> list[_Guess]:
        """The gaps of a route that breaks no rule with which it may go on to break none."""
        guesses = (self._guess(*gaps) for gaps in self._in_time())
        return [guess for guess in guesses if guess.severity == CLEAN]

    def _in_time(self) -> Iterator[Gaps]:
        """Where nobody is served too late before its break is thought of."""
        pickup, delivery, outlook = self._pickup, self._delivery, self._outlook
        count = len(self._visits)
        for first in range(self._frozen, count + 1):
            into, out = self._pickup_ways[first]
            lasts_s, _, earliest, _ = outlook.before[first]
            now = earliest + lasts_s + into.seconds
            if now > pickup.closes:
                continue
            now = max(now, pickup.opens) + pickup.service_s
            for second in range(first, count + 1):
                if second > first:
                    visit = self._visits[second - 1]
                    now += out.seconds if second == first + 1 else self._leg_s[second - 1]
                    if now > visit.closes:
                        break
                    now = max(now, visit.opens) + visit.service_s
                onward, home = self._delivery_ways[second]
                there = now + (self._across if second == first else onward).seconds
                if there > delivery.closes:
                    continue
                done = max(there, delivery.opens) + delivery.service_s
                if done + home.seconds <= outlook.after[second][3]:
                    yield first, second

    def cheapest(self) -> PairTrial:
        """The same; where there are none, the two that are least bad."""
        return self.fitting() or self._least_bad()

    def _least_bad(self) -> PairTrial:
        """The nearest are looked at first, and ever closer."""
        waiting = list(self._looks)
        heapify(waiting)
        best: PairTrial | None = None
        while waiting:
            nearest = heappop(waiting)
            if best is not None and nearest.severity >= best.severity:
                # Where it is late, the cost may be no bound.
                is_bound = not nearest.severity[2] and nearest.cost >= best.cost
                if nearest.severity > best.severity or is_bound:
                    break
            if not nearest.is_judged:
                heappush(waiting, self._guess(*nearest.gaps))
                continue
            trial = self._at(*nearest.gaps)
            if best is None or (trial.severity, trial.cost) < (best.severity, best.cost):
                best = trial
        assert best is not None, "there is always a first gap"
        return best

    def violations(self, trial: PairTrial) -> Sequence[Violation]:
        """What the route breaks with the two where the trial had them."""
        gaps = trial.pickup, trial.delivery - 1
        return self._violations(*gaps, self._clock(*gaps))

    def _at(self, first: int, second: int) -> PairTrial:
        """The two in these gaps, exactly."""
        frame = self._frame
        clock = self._clock(first, second)
        metres, _, broken = self._driven(first, second)
        working_s = clock.end_s - frame.begin_s - clock.delay_s
        late_s = clock.late_s + clock.rest_late_s + max(0, clock.end_s - frame.end_s)
        severity = (self._misplaced + broken, self._over(first, second), late_s)
        return PairTrial(
            pickup=first,
            delivery=second + 1,
            metres=metres,
            working_s=working_s,
            cost=frame.cost(metres, working_s),
            severity=severity,
            is_feasible=severity == CLEAN or self._is_known(first, second, clock),
        )

    def _is_known(self, first: int, second: int, clock: Clock) -> bool:
        """Whether the route breaks nothing with the two that it does not break already."""
        return bool(self._known) and all(
            violation.amount <= self._known.get(violation.rule, 0)
            for violation in self._violations(first, second, clock)
        )

    def _violations(self, first: int, second: int, clock: Clock) -> list[Violation]:
        frame, legs = self._frame, self._with_both(first, second)
        most = self._peak(first, second)
        found = route_violations(frame, most, clock.end_s, clock.rest_late_s)
        visits = _spread(self._visits, first, self._pickup, second, self._delivery)
        for number, visit in enumerate(visits):
            late_s = max(0, clock.begins[number] - visit.closes)
            ways = legs[number:] if number == len(visits) - 1 else legs[number : number + 1]
            cut_off = any(leg.is_broken for leg in ways)
            found.extend(stop_violations(frame.shift, visit, late_s, cut_off))
        return found

    def _clock(self, first: int, second: int) -> Clock:
        pickup, delivery = self._pickup, self._delivery
        return Clock(
            self._frame,
            [leg.seconds for leg in self._with_both(first, second)],
            _spread(self._services, first, pickup.service_s, second, delivery.service_s),
            _spread(self._opens, first, pickup.opens, second, delivery.opens),
            _spread(self._closes, first, pickup.closes, second, delivery.closes),
        )

    def _with_both(self, first: int, second: int) -> list[Leg]:
        legs, to_pickup = self._legs, self._pickup_ways[first]
        to_delivery = self._delivery_ways[second]
        if first == second:
            return [*legs[:first], to_pickup[0], self._across, to_delivery[1], *legs[first + 1 :]]
        between = legs[first + 1 : second]
        return [*legs[:first], *to_pickup, *between, *to_delivery, *legs[second + 1 :]]

    @cached_property
    def _looks(self) -> list[_Guess]:
        """Every two gaps by what is driven and served, and waited for before the pickup."""
        frame, homing = self._frame, self._homing
        gaps = range(self._frozen, len(self._visits) + 1)
        served_s = self._pickup.service_s + self._delivery.service_s
        found = []
        for first in gaps:
            straight, rested = homing.over(first, self._leg_s[first])
            for second in range(first, len(self._visits) + 1):
                metres, longer_s, broken = self._driven(first, second)
                least_s = self._work_s + longer_s
                over = straight + longer_s + served_s
                if self._leaves_before and over > frame.rest_closes:
                    least_s += frame.rest_s
                    over = rested + longer_s + served_s
                severity = (self._misplaced + broken, 0.0, max(0, over - frame.end_s))
                cost = frame.cost(metres, least_s)
                found.append(_Guess(severity, cost, (first, second)))
        return found

    @cached_property
    def _work_s(self) -> int:
        """Of the route with both, but for the detours to them."""
        services = (*self._services, self._pickup.service_s, self._delivery.service_s)
        return sum(self._leg_s) + sum(services)

    @cached_property
    def _leaves_before(self) -> bool:
        """Whether it leaves before its break is due, wherever it waits."""
        frame = self._frame
        opens = max(frame.begin_s, self._pickup.opens, self._delivery.opens, *self._opens)
        return frame.rest_s >= 0 and opens < frame.rest_closes

    @cached_property
    def _outlook(self) -> Outlook:
        return Outlook(self._frame, self._visits, self._leg_s, self._aboard)

    @cached_property
    def _homing(self) -> Homing:
        return Homing(self._frame, self._visits, self._leg_s)

    def _carrying(self, first: int, second: int) -> tuple[Segment, Readiness]:
        """From leaving to the end of the last stop before the delivery."""
        known = self._carried.setdefault(first, [])
        into, out = self._pickup_ways[first]
        homing = self._homing
        if not known:
            there = joined(self._outlook.before[first], _spot(self._pickup), into.seconds)
            known.append((there, homing.after(homing.ready[first], into.seconds, self._pickup)))
        for number in range(first + len(known) - 1, second):
            there, ready = known[-1]
            leg_s = out.seconds if number == first else self._leg_s[number]
            visit = self._visits[number]
            known.append((joined(there, _spot(visit), leg_s), homing.after(ready, leg_s, visit)))
        return known[second - first]

    def _guess(self, first: int, second: int) -> _Guess:
        """What the two gaps break at best and cost at least."""
        frame, homing = self._frame, self._homing
        metres, longer_s, broken = self._driven(first, second)
        there, ready = self._carrying(first, second)
        into, out = self._delivery_ways[second]
        into_s = self._across.seconds if first == second else into.seconds
        seconds, late_s, start, _ = joined(
            joined(there, _spot(self._delivery), into_s), self._outlook.after[second], out.seconds
        )
        least_s = self._work_s + longer_s
        rest_closes = frame.rest_closes if frame.rest_s >= 0 else NEVER
        if (
            self._leaves_before and frame.begin_s + least_s > rest_closes
            if late_s
            else start < rest_closes < start + seconds
        ):
            seconds = max(seconds, least_s + frame.rest_s)
        if self._leaves_before:
            done = homing.after(ready, into_s, self._delivery)
            late_s = max(late_s, homing.late_s(done, out.seconds, second))
        severity = (self._misplaced + broken, self._over(first, second), late_s)
        return _Guess(severity, frame.cost(metres, seconds), (first, second), is_judged=True)

    def _driven(self, first: int, second: int) -> tuple[int, int, int]:
        """The metres of the route with both, by how much longer it drives, and its broken ways."""
        old = self._legs[first]
        into, out = self._pickup_ways[first]
        onward, last = self._delivery_ways[second]
        if first == second:
            return (
                self._metres + into.metres + self._across.metres + last.metres - old.metres,
                into.seconds + self._across.seconds + last.seconds - old.seconds,
                self._broken
                + (into.is_broken + self._across.is_broken + last.is_broken - old.is_broken),
            )
        gone = self._legs[second]
        return (
            self._metres
            + (into.metres + out.metres - old.metres)
            + (onward.metres + last.metres - gone.metres),
            into.seconds + out.seconds - old.seconds + onward.seconds + last.seconds - gone.seconds,
            self._broken
            + (into.is_broken + out.is_broken - old.is_broken)
            + (onward.is_broken + last.is_broken - gone.is_broken),
        )

    @cached_property
    def _is_roomy(self) -> bool:
        """Whether the van has room for all that the two bring wherever they are."""
        most = sum_of(self._most_before[-1], self._pickup.amounts)
        return not any(map(gt, most, self._frame.capacity))

    def _over(self, first: int, second: int) -> float:
        if self._is_roomy:
            return 0.0
        most, capacity = self._peak(first, second), self._frame.capacity
        if most[0] <= capacity[0] and most[1] <= capacity[1] and most[2] <= capacity[2]:
            return 0.0
        return share_over(most, capacity)

    def _peak(self, first: int, second: int) -> Amounts:
        """The most aboard at once: the pickup's goods between the two, and what is left of them."""
        between = self._between[first][second - first]
        collected = sum_of(between, self._pickup.amounts)
        behind = sum_of(self._most_behind[second], self._left)
        return most_of(most_of(self._most_before[first], collected), behind)

    @cached_property
    def _between(self) -> list[list[Amounts]]:
        """The most aboard of the route as it is from each gap to each that follows."""
        return [[*accumulate(self._aboard[gap:], most_of)] for gap in range(len(self._aboard))]


def _spot(visit: Visit) -> Segment:
    return (visit.service_s, 0, visit.opens, visit.closes)


def _spread[T](items: Sequence[T], first: int, one: T, second: int, other: T) -> list[T]:
    """The items with one before position `first`, and the other before `second`."""
    return [*items[:first], one, *items[first:second], other, *items[second:]]
