"""Which places of a route are worth an evaluation: the room and the time that is left there."""

from __future__ import annotations

from collections.abc import Sequence
from operator import gt
from typing import NamedTuple

from app.domain.cargo import Cargo, plus
from app.domain.clockwork import NO_WAY, Leg, Spot
from app.domain.resting import Resting, earliest_done, latest_arrival, latest_begin
from app.domain.terms import Amounts, Errand, Halt, Terms

_FEW = 3
"""Of more breaks, which are left out here, each set would have passes of its own."""


class Ways(NamedTuple):
    """How an errand is reached at one position, and left."""

    into: Leg
    out: Leg


class Slack:
    """Necessary conditions in constant time a position, for a route that breaks no rule.

    Goods are taken to be there, and breaks are known only where all of them have windows and they
    are few: what is too late here is too late with all of them. A route that may reload is not
    judged.
    """

    def __init__(self, terms: Terms, errands: Sequence[Errand]) -> None:
        self._terms = terms
        self._errands = errands
        self._count = len(errands)
        frame = terms.frame
        self._places: list[Spot] = [frame.depot, *(errand.visit for errand in errands)]
        self.legs = [
            *(frame.leg(self._places[n], errand.visit) for n, errand in enumerate(errands)),
            self._leg(self._places[-1], frame.end),
        ]
        """To each stop, and to the end place."""
        self._ready = [terms.way(frame.begin_s, frame.approach)]
        """The earliest, after the stop before each position."""
        for index, errand in enumerate(errands):
            arrival = terms.way(self._ready[index], self.legs[index])
            self._ready.append(earliest_done(terms, errand, arrival))
        self._latest = self._backward()
        """The latest arrival at the stop of each position, or at the end place."""
        aboard, _ = Cargo(errands, len(terms.capacity)).aboard(()) if errands else ([], ())
        self._aboard: list[Amounts] = aboard or [(0,) * len(terms.capacity)]
        self._before = [self._aboard[0]]
        for load in self._aboard[1:]:
            self._before.append(_most(self._before[-1], load))
        self._behind = [self._aboard[-1]]
        for load in reversed(self._aboard[:-1]):
            self._behind.append(_most(self._behind[-1], load))
        self._behind.reverse()
        due = self._due()
        self._resting = Resting(terms, errands, self.legs, due) if due else None

    @property
    def leaves_by(self) -> int:
        """The latest leaving with which nothing is late."""
        terms = self._terms
        return terms.latest(terms.latest(self._latest[0], self.legs[0]), terms.frame.approach)

    @property
    def ends_from(self) -> int:
        """The earliest end, however early the van leaves."""
        return self._terms.way(self._ready[-1], self.legs[-1])

    def ways(self, errand: Errand) -> list[Ways]:
        """By each position."""
        leg = self._terms.frame.leg
        return [
            Ways(leg(before, errand.visit), self._leg(errand.visit, self._after(index)))
            for index, before in enumerate(self._places)
        ]

    def places(self, errand: Errand, ways: Sequence[Ways]) -> list[bool]:
        """Whether the errand may be on time at each position, with room for it."""
        return [
            self._has_room(errand, index) and self._is_in_time(errand, index, ways[index])
            for index in range(self._count + 1)
        ]

    def pairs(self, pickup: Errand, delivery: Errand) -> set[tuple[int, int]]:
        """Where both may be, counted with them in the sequence."""
        terms = self._terms
        way, leg = terms.way, terms.frame.leg
        resting = self._resting
        into = [leg(before, delivery.visit) for before in self._places]
        into_next = leg(pickup.visit, delivery.visit)
        out = [self._leg(delivery.visit, self._after(n)) for n in range(self._count + 1)]
        found = set()
        for first in range(self._count + 1):
            arrival = way(self._ready[first], leg(self._places[first], pickup.visit))
            if arrival > latest_begin(pickup):
                break
            ready = earliest_done(terms, pickup, arrival)
            sets: Sequence[int] = ()
            if resting is not None:
                way_to = leg(self._places[first], pickup.visit)
                sets = resting.with_more(resting.ready(first), way_to, pickup)
            for second in range(first, self._count + 1):
                load = plus(self._aboard[second], pickup.amounts)
                if any(map(gt, load, self._terms.capacity)):
                    break
                way_to = into_next if second == first else into[second]
                there = way(ready, way_to)
                done = earliest_done(terms, delivery, there)
                is_open = there <= latest_begin(delivery)
                is_open = is_open and way(done, out[second]) <= self._latest[second]
                if is_open and (
                    resting is None
                    or resting.may_go_on(
                        resting.with_more(sets, way_to, delivery), out[second], second
                    )
                ):
                    found.add((first, second + 1))
                if second < self._count:
                    errand = self._errands[second]
                    before = pickup.visit if second == first else self._places[second]
                    way_to = leg(before, errand.visit)
                    there = way(ready, way_to)
                    if there > self._latest[second]:
                        break
                    ready = earliest_done(terms, errand, there)
                    if resting is not None:
                        sets = resting.after_stop(sets, way_to, errand, second)
        return found

    def _is_in_time(self, errand: Errand, index: int, ways: Ways) -> bool:
        """Whether it is in time there, and the rest of the route from position `index` on."""
        terms = self._terms
        there = terms.way(self._ready[index], ways.into)
        if there > latest_begin(errand):
            return False
        done = earliest_done(terms, errand, there)
        if terms.way(done, ways.out) > self._latest[index]:
            return False
        return self._resting is None or self._resting.may_take(errand, index, *ways)

    def _due(self) -> list[Halt]:
        """The breaks that are taken unless the route ends before their windows close."""
        terms = self._terms
        if terms.has_limits or not terms.halts:
            return []
        leaves_by = self.leaves_by
        due = [
            halt
            for halt in terms.halts
            if halt.windows and (halt.is_owed or leaves_by < halt.windows[-1][1])
        ]
        return due[:_FEW]

    def _backward(self) -> list[int]:
        latest = [self._terms.last_end_s] * (self._count + 1)
        for index in range(self._count - 1, -1, -1):
            onward = self._terms.latest(latest[index + 1], self.legs[index + 1])
            latest[index] = latest_arrival(self._errands[index], onward)
        return latest

    def _has_room(self, errand: Errand, index: int) -> bool:
        if errand.supplier is not None:
            return True
        most = self._before[index] if errand.is_delivery else self._behind[index]
        return not any(map(gt, plus(most, errand.amounts), self._terms.capacity))

    def _after(self, index: int) -> Spot | None:
        return self._errands[index].visit if index < self._count else self._terms.frame.end

    def _leg(self, a: Spot, b: Spot | None) -> Leg:
        return NO_WAY if b is None else self._terms.frame.leg(a, b)


def _most(a: Amounts, b: Amounts) -> Amounts:
    return tuple(map(max, a, b))
