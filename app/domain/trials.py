"""Orders tried at every position of a route by every rule there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.domain import clockwork
from app.domain.agenda import Agenda
from app.domain.checks import CLEAN, Severity, is_misplaced
from app.domain.clockwork import Spot
from app.domain.terms import Errand, Terms
from app.domain.violations import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A place for an order; `metres` to `peak` are the whole route's with it."""

    index: int
    metres: int
    working_s: int
    cost: float
    peak: clockwork.Amounts
    severity: Severity
    is_feasible: bool
    """It breaks no rule that the route without the order keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTrial:
    """Places for a pickup and its delivery; both count the sequence with the two in it."""

    pickup: int
    delivery: int
    metres: int
    working_s: int
    cost: float
    severity: Severity
    is_feasible: bool


Known = Mapping[object, int]
"""The amounts of the rules that a route breaks already."""


def amounts(violations: Sequence[Violation]) -> dict[object, int]:
    return {violation.rule: violation.amount for violation in violations}


class Trials:
    """A sequence, which may be empty, and what it breaks as it is."""

    def __init__(
        self, terms: Terms, errands: Sequence[Errand], known: Known, severity: Severity
    ) -> None:
        self._terms = terms
        self._errands = list(errands)
        self._known = known
        self._severity = severity
        pace = terms.pace
        self._least_pace = 1.0 if pace is None else min(pace.travel)
        self._floor = self._price_of(self._errands)

    def may_take(self, errand: Errand, *, is_paired: bool = False) -> bool:
        """Whether a place may be found for it that breaks no further rule."""
        terms = self._terms
        return not (
            is_misplaced(terms.frame.shift, errand.visit)
            or len(self._errands) + is_paired >= terms.max_stops
            or not self._may_share(errand)
            or (
                errand.supplier is not None
                and not is_paired
                and all(other.order.id != errand.supplier for other in self._errands)
            )
        )

    def _may_share(self, errand: Errand) -> bool:
        return not (errand.goods or errand.apart_from) or all(
            errand.goods.isdisjoint(other.apart_from) and errand.apart_from.isdisjoint(other.goods)
            for other in self._errands
        )

    def at(self, errand: Errand, index: int) -> Trial:
        """The errand exactly there."""
        agenda = Agenda(self._terms, [*self._errands[:index], errand, *self._errands[index:]])
        return Trial(
            index=index,
            metres=agenda.metres,
            working_s=agenda.working_s,
            cost=agenda.cost,
            peak=(agenda.peak[0], agenda.peak[1], agenda.peak[2]),
            severity=agenda.severity,
            is_feasible=self._is_feasible(agenda),
        )

    def cheapest(self, errand: Errand, first: int) -> Trial:
        """The cheapest place from `first` on that breaks no further rule, or the least bad."""
        places = [
            (self._floor + self._detour(errand, index), index)
            for index in range(first, len(self._errands) + 1)
        ]
        return self._best(
            places, lambda index: self.at(errand, index), may_take=self.may_take(errand)
        )

    def cheapest_pair(self, pickup: Errand, delivery: Errand, first: int) -> PairTrial:
        """The same for a pickup and the delivery of its goods."""
        count = len(self._errands)
        into = [self._detour(pickup, index) for index in range(count + 1)]
        out = [self._detour(delivery, index) for index in range(count + 1)]
        places = [
            (
                self._floor
                + (self._detour_of_both(pickup, delivery, a) if a == b else into[a] + out[b]),
                (a, b + 1),
            )
            for a in range(first, count + 1)
            for b in range(a, count + 1)
        ]
        return self._best(
            places,
            lambda at: self._pair_at(pickup, delivery, *at),
            may_take=self.may_take(pickup) and self.may_take(delivery, is_paired=True),
        )

    def _pair_at(self, pickup: Errand, delivery: Errand, first: int, second: int) -> PairTrial:
        errands = [*self._errands[:first], pickup, *self._errands[first:]]
        errands.insert(second, delivery)
        agenda = Agenda(self._terms, errands)
        return PairTrial(
            pickup=first,
            delivery=second,
            metres=agenda.metres,
            working_s=agenda.working_s,
            cost=agenda.cost,
            severity=agenda.severity,
            is_feasible=self._is_feasible(agenda),
        )

    def _best[Place, T: (Trial, PairTrial)](
        self,
        places: Sequence[tuple[float, Place]],
        tried: Callable[[Place], T],
        *,
        may_take: bool,
    ) -> T:
        """The cheapest feasible trial; the floors say which places need no look any more."""
        best: T | None = None
        worst: list[T] = []
        for floor, place in sorted(places, key=lambda place: place[0]):
            if best is not None and floor >= best.cost:
                break
            trial = tried(place)
            if trial.is_feasible:
                if best is None or trial.cost < best.cost:
                    best = trial
                continue
            worst.append(trial)
            if not may_take and trial.severity[1:] <= self._severity[1:]:
                # It fits nowhere, and nowhere breaks less: what is cheap will do.
                break
        return best or min(worst, key=lambda trial: (trial.severity, trial.cost))

    def _is_feasible(self, agenda: Agenda) -> bool:
        return agenda.severity == CLEAN or all(
            violation.amount <= self._known.get(violation.rule, 0)
            for violation in agenda.violations
        )

    def _price_of(self, errands: Sequence[Errand]) -> float:
        """What the route costs at least: its ways and services without any waiting."""
        if not errands:
            return 0.0
        terms, frame = self._terms, self._terms.frame
        spots: list[Spot] = [frame.start, frame.depot, *(errand.visit for errand in errands)]
        if frame.end is not None:
            spots.append(frame.end)
        ways = sum(self._way(a, b) for a, b in pairwise(spots))
        return terms.cost(ways, 0, 0) + sum(map(self._served, errands))

    def _detour(self, errand: Errand, index: int) -> float:
        """What it costs at least to come by there."""
        before, after = self._neighbours(index)
        visit = errand.visit
        detour = self._way(before, visit) + self._served(errand)
        if after is not None:
            detour += self._way(visit, after) - self._way(before, after)
        return detour if self._errands else detour + self._first()

    def _detour_of_both(self, pickup: Errand, delivery: Errand, index: int) -> float:
        before, after = self._neighbours(index)
        detour = self._way(before, pickup.visit) + self._way(pickup.visit, delivery.visit)
        detour += self._served(pickup) + self._served(delivery)
        if after is not None:
            detour += self._way(delivery.visit, after) - self._way(before, after)
        return detour if self._errands else detour + self._first()

    def _first(self) -> float:
        """What the first stop of an empty route brings beside its own ways."""
        terms, frame = self._terms, self._terms.frame
        return terms.cost(self._way(frame.start, frame.depot), 0, 0) + (
            0.0 if frame.end is None else self._way(frame.depot, frame.end)
        )

    def _neighbours(self, index: int) -> tuple[Spot, Spot | None]:
        frame, errands = self._terms.frame, self._errands
        before: Spot = errands[index - 1].visit if index else frame.depot
        after = errands[index].visit if index < len(errands) else frame.end
        return before, after

    def _way(self, a: Spot, b: Spot) -> float:
        """What it costs at least to drive there, by way of the depot where that is cheaper."""
        straight = self._leg_price(a, b)
        if not self._terms.max_reloads:
            return straight
        depot = self._terms.frame.depot
        return min(straight, self._leg_price(a, depot) + self._leg_price(depot, b))

    def _leg_price(self, a: Spot, b: Spot) -> float:
        terms, frame = self._terms, self._terms.frame
        leg = frame.leg(a, b)
        seconds = int(terms.base_s(leg) * self._least_pace)
        hours = seconds * frame.per_s if frame.matrix.costs is None else 0.0
        return terms.price(a, b, leg, seconds) + hours

    def _served(self, errand: Errand) -> float:
        terms = self._terms
        per_s = terms.per_service_s
        if terms.frame.matrix.costs is None:
            per_s += terms.frame.per_s
        return errand.service_s * per_s
