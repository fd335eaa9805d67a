"""Which places of a route are worth an evaluation: the room and the time that is left there."""

from __future__ import annotations

from collections.abc import Sequence
from operator import gt

from app.domain.cargo import Cargo, plus
from app.domain.clockwork import Spot
from app.domain.terms import Amounts, Errand, Terms


class Slack:
    """Necessary conditions in constant time a position, for a route that breaks no rule.

    Breaks are left out and goods are taken to be there: what is too late here is too late with
    them. A route that may reload or whose roads change by the hour is not judged.
    """

    def __init__(self, terms: Terms, errands: Sequence[Errand]) -> None:
        self._terms = terms
        self._errands = errands
        self._count = len(errands)
        frame = terms.frame
        self._places: list[Spot] = [frame.depot, *(errand.visit for errand in errands)]
        self._ready = [frame.begin_s + terms.base_s(frame.approach)]
        """The earliest, after the stop before each position."""
        for index, errand in enumerate(errands):
            self._ready.append(self._served(errand, self._ready[index], self._places[index]))
        end_s = terms.last_end_s
        self._latest = [end_s] * (self._count + 1)
        """The latest arrival at the stop of each position, or at the end place."""
        after: Spot | None = frame.end
        for index in range(self._count - 1, -1, -1):
            errand = errands[index]
            onward = self._latest[index + 1] - self._way_s(errand.visit, after)
            self._latest[index] = min(_closes(errand), onward - errand.service_s)
            after = errand.visit
        aboard, _ = Cargo(errands, len(terms.capacity)).aboard(()) if errands else ([], ())
        self._aboard: list[Amounts] = aboard or [(0,) * len(terms.capacity)]
        self._before = [self._aboard[0]]
        for load in self._aboard[1:]:
            self._before.append(_most(self._before[-1], load))
        self._behind = [self._aboard[-1]]
        for load in reversed(self._aboard[:-1]):
            self._behind.append(_most(self._behind[-1], load))
        self._behind.reverse()

    def places(self, errand: Errand) -> list[bool]:
        """Whether the errand may be on time at each position, with room for it."""
        return [
            self._has_room(errand, index) and self._is_in_time(errand, index)
            for index in range(self._count + 1)
        ]

    def pairs(self, pickup: Errand, delivery: Errand) -> set[tuple[int, int]]:
        """Where both may be, counted with them in the sequence."""
        found = set()
        for first in range(self._count + 1):
            before = self._places[first]
            ready = self._served(pickup, self._ready[first], before)
            if ready - pickup.service_s > _closes(pickup):
                break
            before = pickup.visit
            for second in range(first, self._count + 1):
                load = plus(self._aboard[second], pickup.amounts)
                if any(map(gt, load, self._terms.capacity)):
                    break
                if self._may_go_on(delivery, ready, before, second):
                    found.add((first, second + 1))
                if second < self._count:
                    errand = self._errands[second]
                    ready = self._served(errand, ready, before)
                    before = errand.visit
                    if ready - errand.service_s > self._latest[second]:
                        break
        return found

    def _is_in_time(self, errand: Errand, index: int) -> bool:
        return self._may_go_on(errand, self._ready[index], self._places[index], index)

    def _may_go_on(self, errand: Errand, ready: int, before: Spot, index: int) -> bool:
        """Whether it is in time from there, and the rest of the route from position `index` on."""
        done = self._served(errand, ready, before)
        if done - errand.service_s > _closes(errand):
            return False
        after = self._errands[index].visit if index < self._count else self._terms.frame.end
        return done + self._way_s(errand.visit, after) <= self._latest[index]

    def _served(self, errand: Errand, ready: int, before: Spot) -> int:
        """When its service is over at the earliest, without any set-up."""
        arrival = ready + self._way_s(before, errand.visit)
        for opens, closes in errand.windows:
            if arrival <= closes + errand.grace_s:
                return max(arrival, opens) + errand.service_s
        return arrival + errand.service_s

    def _has_room(self, errand: Errand, index: int) -> bool:
        if errand.supplier is not None:
            return True
        most = self._before[index] if errand.is_delivery else self._behind[index]
        return not any(map(gt, plus(most, errand.amounts), self._terms.capacity))

    def _way_s(self, a: Spot, b: Spot | None) -> int:
        return 0 if b is None else self._terms.base_s(self._terms.frame.leg(a, b))


def _closes(errand: Errand) -> int:
    return errand.windows[-1][1] + errand.grace_s


def _most(a: Amounts, b: Amounts) -> Amounts:
    return tuple(map(max, a, b))
