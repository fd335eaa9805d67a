"""Orders tried at every position of a route by every rule there is."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from app.domain import clockwork
from app.domain.agenda import Agenda
from app.domain.checks import CLEAN, Severity, is_misplaced
from app.domain.clockwork import NEVER
from app.domain.floor import Floor
from app.domain.lacking import Lacking
from app.domain.likely import Likely
from app.domain.misfit import Misfit
from app.domain.orders import Order
from app.domain.slack import Slack
from app.domain.terms import Errand, Terms, may_reload
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
    agenda: Agenda | None = field(default=None, compare=False, repr=False)
    """The whole route, where it was looked at for what it breaks."""


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
    agenda: Agenda | None = field(default=None, compare=False, repr=False)


_SHORT = 12
"""On a route of so many stops all places are tried that the floors leave."""
_TRIED = 3
"""On a longer one whose hours count: so many that fit, the likeliest to be cheap first."""

_PAIRS = 6
"""Of every two places that are all bad, so many are evaluated, the likeliest to be least bad
first: there are a hundred on a route of fourteen stops."""

Known = Mapping[object, int]
"""The amounts of the rules that a route breaks already."""


def amounts(violations: Sequence[Violation]) -> dict[object, int]:
    return {violation.rule: violation.amount for violation in violations}


class Trials:
    """A sequence, which may be empty, and what it breaks as it is."""

    def __init__(
        self,
        terms: Terms,
        errands: Sequence[Errand],
        known: Known,
        severity: Severity,
        agenda: Agenda | None = None,
    ) -> None:
        """`agenda` is that of the sequence, where it has been evaluated."""
        self._terms = terms
        self._errands = list(errands)
        self._known = known
        self._severity = severity
        self._agenda = agenda
        self._last_misfit: tuple[tuple[Errand, ...], Misfit] | None = None
        """Only one: a route may be asked for every order of a day."""

    @cached_property
    def _slack(self) -> Slack | None:
        is_judged = self._severity == CLEAN and not may_reload(self._terms, self._errands)
        return Slack(self._terms, self._errands) if is_judged else None

    def _slack_for(self, *errands: Errand) -> Slack | None:
        """Where it can tell of these."""
        return None if may_reload(self._terms, [*self._errands, *errands]) else self._slack

    @cached_property
    def _floor(self) -> Floor:
        is_clean = self._severity == CLEAN
        slack = None if self._terms.max_reloads else self._slack
        return Floor(self._terms, self._errands, is_clean=is_clean, slack=slack)

    @cached_property
    def _likely(self) -> Likely | None:
        if self._agenda is None or self._slack is None or self._terms.is_steady:
            return None
        return Likely(self._agenda) if len(self._errands) > _SHORT else None

    def errand(self, order: Order) -> Errand:
        """The order as an errand of this route's shift."""
        return self._terms.errand(self._terms.frame.visit(order))

    def may_take(self, errand: Errand, *, is_paired: bool = False) -> bool:
        """Whether a place may be found for it that breaks no further rule."""
        terms = self._terms
        return not (
            is_misplaced(terms.frame.shift, errand.visit)
            or len(self._errands) + is_paired >= terms.max_stops
            or (errand.loads_from and not terms.max_reloads)
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
        agenda = Agenda(self._terms, self._with(errand, index))
        return replace(self._trial(agenda, index), agenda=agenda)

    def fitting_at(self, errand: Errand, index: int) -> Trial | None:
        """The same where that breaks no further rule, which is told sooner."""
        agenda = self._good(self._with(errand, index), errand)
        return None if agenda is None else self._trial(agenda, index)

    def _good(self, errands: Sequence[Errand], *more: Errand) -> Agenda | None:
        """The sequence, which is this one and these, evaluated where it breaks no further rule."""
        if self._severity == CLEAN:
            return Agenda.clean(self._terms, errands)
        _, over, late_s = self._misfit(*more).least(errands)
        if late_s > self._severity[2] or over > self._severity[1] + 1e-9:
            return None
        agenda = Agenda(self._terms, errands)
        return agenda if self._is_feasible(agenda) else None

    def _misfit(self, *more: Errand) -> Misfit:
        if self._last_misfit is None or self._last_misfit[0] != more:
            self._last_misfit = more, Misfit(self._terms, [*self._errands, *more])
        return self._last_misfit[1]

    def _trial(self, agenda: Agenda, index: int) -> Trial:
        return Trial(
            index=index,
            metres=agenda.metres,
            working_s=agenda.working_s,
            cost=agenda.cost,
            peak=(agenda.peak[0], agenda.peak[1], agenda.peak[2]),
            severity=agenda.severity,
            is_feasible=self._is_feasible(agenda),
        )

    def fitting(self, errand: Errand, first: int, below: float) -> Trial | None:
        """The cheapest place from `first` on that breaks no further rule and costs less.

        On a long route whose roads change by the hour it may be one that is a little dearer.
        """
        slack = self._slack_for(errand)
        if self._likely is None or slack is None:
            return self.best_of(self.places(errand, first), errand, below)
        if not self.may_take(errand):
            return None
        ways = slack.ways(errand)
        may_be = slack.places(errand, ways)
        costs = self._likely.costs(errand, ways)
        gaps = [index for index in range(first, len(ways)) if may_be[index]]
        return self._likeliest(errand, [(costs[index], index) for index in gaps], below)

    def places(self, errand: Errand, first: int = 0) -> list[tuple[float, int]]:
        """Positions from `first` on that are worth a trial, with what each costs at least."""
        if not self.may_take(errand):
            return []
        slack = self._slack_for(errand)
        if slack is None:
            return self._floor.with_one(errand)[first:]
        ways = slack.ways(errand)
        may_be = slack.places(errand, ways)
        if not any(may_be[first:]):
            return []
        places = self._floor.with_one(errand, ways)[first:]
        return [(floor, index) for floor, index in places if may_be[index]]

    def has_room(self, more: Sequence[Errand], first: int = 0) -> bool:
        """Whether an errand, or a pickup and its delivery, may be anywhere from `first` on so that
        the rules that are kept now are kept still."""
        if len(more) > 1:
            pickup, delivery = more
            return self._has_pair_places(pickup, delivery, first)
        (errand,) = more
        slack = self._slack_for(errand)
        if slack is None or not self.may_take(errand):
            return self.may_take(errand)
        return any(slack.places(errand, slack.ways(errand))[first:])

    def _has_pair_places(self, pickup: Errand, delivery: Errand, first: int) -> bool:
        if not (self.may_take(pickup) and self.may_take(delivery, is_paired=True)):
            return False
        slack = self._slack_for(pickup, delivery)
        if slack is None:
            return True
        return any(place[0] >= first for place in slack.pairs(pickup, delivery))

    def best_of(
        self, places: Sequence[tuple[float, int]], errand: Errand, below: float
    ) -> Trial | None:
        """The cheapest of these places that breaks no further rule and costs less."""
        return _best(places, lambda index: self.fitting_at(errand, index), below)

    def _likeliest(
        self, errand: Errand, places: Sequence[tuple[float, int]], below: float
    ) -> Trial | None:
        """The cheapest of those that look cheapest; each is looked at until some fit."""
        best: Trial | None = None
        fitting = 0
        for likely, index in sorted(places):
            if fitting >= _TRIED or likely >= below:
                break
            trial = self.fitting_at(errand, index)
            if trial is not None:
                fitting += 1
                if trial.cost < below:
                    best, below = trial, trial.cost
        return best

    def fitting_pair(
        self, pickup: Errand, delivery: Errand, first: int, below: float, most: int = NEVER
    ) -> PairTrial | None:
        """The same for a pickup and the delivery of its goods, at no more than so many places."""
        if not (self.may_take(pickup) and self.may_take(delivery, is_paired=True)):
            return None
        if self._severity == CLEAN:
            lacking = Lacking(self._terms, self._errands, (pickup, delivery), first)
            if lacking.least() != CLEAN:
                return None
        places = self._pair_places(pickup, delivery, first)
        slack = self._slack_for(pickup, delivery)
        if slack is not None:
            may_be = slack.pairs(pickup, delivery)
            places = [(floor, place) for floor, place in places if place in may_be]
        places = sorted(places, key=lambda place: place[0])[:most]
        return _best(places, lambda at: self.fitting_pair_at(pickup, delivery, *at), below)

    def cheapest(self, errand: Errand, first: int) -> Trial:
        """The best place; where there is none, the least bad."""
        found = self.fitting(errand, first, math.inf)
        if found is not None:
            return found
        misfit = self._misfit(errand)
        return self._least_bad(
            self._floor.with_one(errand)[first:],
            lambda index: self.at(errand, index),
            lambda index: misfit.least(self._with(errand, index)),
            may_take=self.may_take(errand),
        )

    def cheapest_pair(self, pickup: Errand, delivery: Errand, first: int) -> PairTrial:
        """The same for a pickup and the delivery of its goods."""
        found = self.fitting_pair(pickup, delivery, first, math.inf)
        if found is not None:
            return found
        misfit = self._misfit(pickup, delivery)
        return self._least_bad(
            self._pair_places(pickup, delivery, first),
            lambda at: self._pair_at(pickup, delivery, *at),
            lambda at: misfit.least(self._with_both(pickup, delivery, *at)),
            may_take=self.may_take(pickup) and self.may_take(delivery, is_paired=True),
            most=_PAIRS,
        )

    def _pair_places(
        self, pickup: Errand, delivery: Errand, first: int
    ) -> list[tuple[float, tuple[int, int]]]:
        places = self._floor.with_pair(pickup, delivery)
        return [(floor, place) for floor, place in places if place[0] >= first]

    def _pair_at(self, pickup: Errand, delivery: Errand, first: int, second: int) -> PairTrial:
        agenda = Agenda(self._terms, self._with_both(pickup, delivery, first, second))
        return replace(self._pair_trial(agenda, first, second), agenda=agenda)

    def fitting_pair_at(
        self, pickup: Errand, delivery: Errand, first: int, second: int
    ) -> PairTrial | None:
        """Both exactly there, where that breaks no further rule."""
        agenda = self._good(self._with_both(pickup, delivery, first, second), pickup, delivery)
        return None if agenda is None else self._pair_trial(agenda, first, second)

    def _pair_trial(self, agenda: Agenda, first: int, second: int) -> PairTrial:
        return PairTrial(
            pickup=first,
            delivery=second,
            metres=agenda.metres,
            working_s=agenda.working_s,
            cost=agenda.cost,
            severity=agenda.severity,
            is_feasible=self._is_feasible(agenda),
        )

    def _with(self, errand: Errand, index: int) -> list[Errand]:
        return [*self._errands[:index], errand, *self._errands[index:]]

    def _with_both(self, pickup: Errand, delivery: Errand, first: int, second: int) -> list[Errand]:
        errands = self._with(pickup, first)
        errands.insert(second, delivery)
        return errands

    def _least_bad[Place: (int, tuple[int, int]), T: (Trial, PairTrial)](
        self,
        places: Sequence[tuple[float, Place]],
        tried: Callable[[Place], T],
        least: Callable[[Place], Severity],
        *,
        may_take: bool,
        most: int = NEVER,
    ) -> T:
        """The places are tried from the one on that seems to break least, then to cost least.

        No more than `most` are.
        """
        looked = sorted(
            ((least(place) if may_take else CLEAN, floor, place) for floor, place in places),
            key=lambda look: look[:2],
        )
        best: T | None = None
        left = most
        for severity, floor, place in looked:
            if best is not None and (severity > best.severity or not left):
                break
            if (
                best is not None
                and severity == best.severity
                and not severity[2]
                and floor >= best.cost
            ):
                continue
            trial = tried(place)
            left -= 1
            if best is None or (trial.severity, trial.cost) < (best.severity, best.cost):
                best = trial
            if not may_take and trial.severity[1:] <= self._severity[1:]:
                # It fits nowhere, and nowhere breaks less: what is cheap will do.
                break
        assert best is not None, "there is always a place to try"
        return best

    def _is_feasible(self, agenda: Agenda) -> bool:
        return agenda.severity == CLEAN or all(
            violation.amount <= self._known.get(violation.rule, 0)
            for violation in agenda.violations
        )


def _best[Place, T: (Trial, PairTrial)](
    places: Sequence[tuple[float, Place]], tried: Callable[[Place], T | None], below: float
) -> T | None:
    """The cheapest feasible trial; the floors say which places need no look any more."""
    best: T | None = None
    for floor, place in sorted(places, key=lambda place: place[0]):
        if floor >= below:
            break
        trial = tried(place)
        if trial is not None and trial.cost < below:
            best, below = trial, trial.cost
    return best
