"""Which places of a route are worth an evaluation: the room and the time that is left there."""

from __future__ import annotations

from collections.abc import Sequence
from operator import gt
from typing import NamedTuple

from app.domain.cargo import Cargo, plus
from app.domain.clockwork import NEVER, NO_WAY, Leg, Spot
from app.domain.terms import Amounts, Errand, Halt, Terms


class Ways(NamedTuple):
    """How an errand is reached at one position, and left."""

    into: Leg
    out: Leg


class Slack:
    """Necessary conditions in constant time a position, for a route that breaks no rule.

    Goods are taken to be there, and of breaks only a single one with a window is known: what is
    too late here is too late with all of them. A route that may reload is not judged.
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
            self._ready.append(self._served(errand, arrival))
        self._latest = self._backward(terms.last_end_s)
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
        self._rest = self._rest_that_is_due()
        if self._rest is not None:
            self._look_for_rest(self._rest)

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
        way, leg = self._terms.way, self._terms.frame.leg
        into = [leg(before, delivery.visit) for before in self._places]
        into_next = leg(pickup.visit, delivery.visit)
        out = [self._leg(delivery.visit, self._after(n)) for n in range(self._count + 1)]
        found = set()
        for first in range(self._count + 1):
            arrival = way(self._ready[first], leg(self._places[first], pickup.visit))
            if arrival > _closes(pickup):
                break
            ready = self._served(pickup, arrival)
            for second in range(first, self._count + 1):
                load = plus(self._aboard[second], pickup.amounts)
                if any(map(gt, load, self._terms.capacity)):
                    break
                there = way(ready, into_next if second == first else into[second])
                done = self._served(delivery, there)
                is_open = there <= _closes(delivery)
                if is_open and way(done, out[second]) <= self._latest[second]:
                    found.add((first, second + 1))
                if second < self._count:
                    errand = self._errands[second]
                    before = pickup.visit if second == first else self._places[second]
                    there = way(ready, leg(before, errand.visit))
                    if there > self._latest[second]:
                        break
                    ready = self._served(errand, there)
        return found

    def _is_in_time(self, errand: Errand, index: int, ways: Ways) -> bool:
        """Whether it is in time there, and the rest of the route from position `index` on."""
        terms = self._terms
        there = terms.way(self._ready[index], ways.into)
        if there > _closes(errand):
            return False
        done = self._served(errand, there)
        arrival = terms.way(done, ways.out)
        if arrival > self._latest[index]:
            return False
        return self._rest is None or self._has_time_to_rest(
            self._rest, errand, index, ways, done, arrival
        )

    def _has_time_to_rest(
        self, rest: Halt, errand: Errand, index: int, ways: Ways, done: int, arrival: int
    ) -> bool:
        """The same with the break before it, behind it, or where the route ends too early for it.

        `done` and `arrival` are without a break before it.
        """
        terms = self._terms
        if arrival <= max(self._latest_resting[index], self._latest_short[index]):
            return True
        if terms.rested(done, ways.out, rest) <= self._latest[index]:
            return True
        there = terms.rested(self._ready[index], ways.into, rest)
        if self._ready_rested[index] < NEVER:
            there = min(there, terms.way(self._ready_rested[index], ways.into))
        if there > _closes(errand):
            return False
        return terms.way(self._served(errand, there), ways.out) <= self._latest[index]

    def _rest_that_is_due(self) -> Halt | None:
        """The only break, where it is taken unless the route ends before its window closes."""
        terms = self._terms
        if len(terms.halts) != 1:
            return None
        (rest,) = terms.halts
        if rest.has_limits or rest.most_aboard is not None or len(rest.windows) != 1:
            return None
        return rest if self.leaves_by < rest.windows[-1][1] else None

    def _look_for_rest(self, rest: Halt) -> None:
        terms, count = self._terms, self._count
        self._ready_rested = [terms.rested(terms.frame.begin_s, terms.frame.approach, rest)]
        """As `_ready`, where the break is taken by then; NEVER where it can't be."""
        for index, errand in enumerate(self._errands):
            leg = self.legs[index]
            there = terms.rested(self._ready[index], leg, rest)
            if self._ready_rested[index] < NEVER:
                there = min(there, terms.way(self._ready_rested[index], leg))
            self._ready_rested.append(self._served(errand, there) if there < NEVER else NEVER)
        closes = rest.windows[0][1]
        self._latest_resting = [-NEVER] * (count + 1)
        """As `_latest`, where the break is still to come after that stop."""
        for index in range(count - 1, -1, -1):
            leg = self.legs[index + 1]
            resting = self._rested_before(rest, leg, self._latest[index + 1])
            if self._latest_resting[index + 1] > -NEVER:
                resting = max(resting, terms.latest(self._latest_resting[index + 1], leg))
            self._latest_resting[index] = _arrival(self._errands[index], resting)
        self._latest_short = self._backward(min(terms.last_end_s, closes))
        """As `_latest`, where the route is to end before the break is due."""

    def _rested_before(self, rest: Halt, leg: Leg, arrive: int) -> int:
        """The latest leaving with which somebody may rest on the leg and be there by then."""
        opens, closes = rest.windows[0]
        if opens + rest.length_s > arrive:
            return -NEVER
        leave = self._terms.latest(arrive, leg) - rest.length_s
        if leave < opens and not self._terms.is_steady:
            # Part of the way lies before the break, in hours of another pace.
            leave = opens
        return min(closes, leave)

    def _backward(self, end_s: int) -> list[int]:
        latest = [end_s] * (self._count + 1)
        for index in range(self._count - 1, -1, -1):
            onward = self._terms.latest(latest[index + 1], self.legs[index + 1])
            latest[index] = _arrival(self._errands[index], onward)
        return latest

    def _served(self, errand: Errand, arrival: int) -> int:
        """When its service is over at the earliest, without any set-up."""
        for opens, closes in errand.windows:
            if arrival <= closes + errand.grace_s:
                return self._terms.served(max(arrival, opens), errand.service_s)
        return self._terms.served(arrival, errand.service_s)

    def _has_room(self, errand: Errand, index: int) -> bool:
        if errand.supplier is not None:
            return True
        most = self._before[index] if errand.is_delivery else self._behind[index]
        return not any(map(gt, plus(most, errand.amounts), self._terms.capacity))

    def _after(self, index: int) -> Spot | None:
        return self._errands[index].visit if index < self._count else self._terms.frame.end

    def _leg(self, a: Spot, b: Spot | None) -> Leg:
        return NO_WAY if b is None else self._terms.frame.leg(a, b)


def _arrival(errand: Errand, ready_by: int) -> int:
    """The latest arrival for service to be over by `ready_by`; -NEVER where there is none."""
    latest = min(_closes(errand), ready_by - errand.service_s)
    return latest if latest >= errand.windows[0][0] else -NEVER


def _closes(errand: Errand) -> int:
    return errand.windows[-1][1] + errand.grace_s


def _most(a: Amounts, b: Amounts) -> Amounts:
    return tuple(map(max, a, b))
