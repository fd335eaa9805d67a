"""How early and how late a route may be at each stop, by the breaks that are taken by then."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from app.domain.clockwork import NEVER, Leg
from app.domain.terms import Errand, Halt, Terms

_Pauses = tuple[Halt, ...]


class Resting:
    """Two passes over a route for each set of breaks; sets are bits, in the sequence of `halts`.

    All of `halts` have windows. One that is not taken by the end must not be due yet.
    """

    def __init__(
        self, terms: Terms, errands: Sequence[Errand], legs: Sequence[Leg], halts: Sequence[Halt]
    ) -> None:
        """`legs` lead from the depot to each stop, and to the end place."""
        self._terms = terms
        numbers = range(len(halts))
        self._sets = range(1 << len(halts))
        steps = [
            (sum(1 << number for number in taken), tuple(halts[number] for number in taken))
            for size in range(len(halts) + 1)
            for taken in permutations(numbers, size)
        ]
        self._steps: list[list[tuple[int, _Pauses]]] = [
            [(taken | more, pauses) for more, pauses in steps if not taken & more]
            for taken in self._sets
        ]
        """By the breaks that are taken already: what may be taken on one leg, and the set then."""
        self._latest = self._backward(errands, legs, halts)
        """By the set that is taken there: the latest arrival at each stop and at the end place."""
        self._ready = self._forward(errands, legs)
        """By set: the earliest readiness after the stop before each position."""

    def may_take(self, errand: Errand, index: int, into: Leg, out: Leg) -> bool:
        """Whether the errand and the rest of the route may be in time with it at that position."""
        return self.may_go_on(self.with_more(self.ready(index), into, errand), out, index)

    def ready(self, index: int) -> list[int]:
        """By set: the earliest readiness before that position; NEVER where it can't be."""
        return [ready[index] for ready in self._ready]

    def with_more(self, ready: Sequence[int], leg: Leg, errand: Errand) -> list[int]:
        """The same after this leg and an errand that is not part of the route."""
        return self._after(ready, leg, errand, [latest_begin(errand)] * len(self._sets))

    def after_stop(self, ready: Sequence[int], leg: Leg, errand: Errand, index: int) -> list[int]:
        """The same after this leg to the route's own errand at that position."""
        return self._after(ready, leg, errand, [latest[index] for latest in self._latest])

    def may_go_on(self, ready: Sequence[int], leg: Leg, index: int) -> bool:
        """Whether the route may be in time from that position on, to which this leg leads."""
        rested = self._terms.rested
        return any(
            now <= self._latest[after][index]
            and rested(now, leg, pauses) <= self._latest[after][index]
            for taken, now in enumerate(ready)
            if now < NEVER
            for after, pauses in self._steps[taken]
        )

    def _after(
        self, ready: Sequence[int], leg: Leg, errand: Errand, latest: Sequence[int]
    ) -> list[int]:
        terms = self._terms
        soonest = [NEVER] * len(self._sets)
        for taken, now in enumerate(ready):
            if now >= NEVER:
                continue
            for after, pauses in self._steps[taken]:
                there = terms.rested(now, leg, pauses)
                if there <= latest[after] and there < soonest[after]:
                    soonest[after] = there
        return [
            there if there >= NEVER else earliest_done(terms, errand, there) for there in soonest
        ]

    def _backward(
        self, errands: Sequence[Errand], legs: Sequence[Leg], halts: Sequence[Halt]
    ) -> list[list[int]]:
        count = len(errands)
        latest = [[-NEVER] * (count + 1) for _ in self._sets]
        for taken in self._sets:
            left = [halt for number, halt in enumerate(halts) if not taken >> number & 1]
            if not any(halt.is_owed for halt in left):
                closes = (halt.windows[-1][1] for halt in left)
                latest[taken][count] = min(self._terms.last_end_s, *closes, NEVER)
        for index in range(count - 1, -1, -1):
            leg = legs[index + 1]
            for taken in self._sets:
                ready_by = max(
                    self._leave_by(leg, pauses, latest[after][index + 1])
                    for after, pauses in self._steps[taken]
                )
                latest[taken][index] = latest_arrival(errands[index], ready_by)
        return latest

    def _leave_by(self, leg: Leg, pauses: _Pauses, arrive: int) -> int:
        """The latest leaving with which somebody may take these breaks and be there by then."""
        if arrive <= -NEVER:
            return -NEVER
        leave = self._terms.latest(arrive, leg)
        if not pauses:
            return leave
        opens = max(pause.windows[0][0] for pause in pauses)
        if any(pause.windows[0][0] + pause.length_s > arrive for pause in pauses):
            return -NEVER
        leave -= sum(pause.length_s for pause in pauses)
        if leave < opens and not self._terms.is_steady:
            # Part of the way lies before a break, in hours of another pace.
            leave = opens
        return min(leave, pauses[0].windows[-1][1])

    def _forward(self, errands: Sequence[Errand], legs: Sequence[Leg]) -> list[list[int]]:
        terms, count = self._terms, len(errands)
        ready = [[NEVER] * (count + 1) for _ in self._sets]
        for after, pauses in self._steps[0]:
            there = terms.rested(terms.frame.begin_s, terms.frame.approach, pauses)
            ready[after][0] = min(ready[after][0], there)
        for index, errand in enumerate(errands):
            now = [ready[taken][index] for taken in self._sets]
            for taken, done in enumerate(self.after_stop(now, legs[index], errand, index)):
                ready[taken][index + 1] = done
        return ready


def earliest_done(terms: Terms, errand: Errand, arrival: int) -> int:
    """When its service is over at the earliest, without any set-up."""
    for opens, closes in errand.windows:
        if arrival <= closes + errand.grace_s:
            return terms.served(max(arrival, opens), errand.service_s)
    return terms.served(arrival, errand.service_s)


def latest_arrival(errand: Errand, ready_by: int) -> int:
    """The latest arrival for service to be over by `ready_by`; -NEVER where there is none."""
    latest = min(latest_begin(errand), ready_by - errand.service_s)
    return latest if latest >= errand.windows[0][0] else -NEVER


def latest_begin(errand: Errand) -> int:
    return errand.windows[-1][1] + errand.grace_s
