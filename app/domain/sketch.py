"""One route prepared for many questions: what would it cost to take this order here, or there?"""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.domain.agenda import Agenda
from app.domain.checks import CLEAN, Severity, is_misplaced
from app.domain.clockwork import Amounts, Frame, Leg, Visit
from app.domain.fleet import Load, Shift
from app.domain.orders import Order
from app.domain.pairing import Pairing, RuledPairing, is_everyday
from app.domain.plain_route import PlainRoute
from app.domain.terms import Terms
from app.domain.timetable import Travel
from app.domain.trials import PairTrial, Trial, Trials, amounts
from app.domain.violations import Violation


class RouteSketch:
    """A shift and its visits; a plain one answers in constant time a position, see `PlainRoute`.

    A route on which some rule asks for more than the everyday clock knows is evaluated whole at
    each place.
    """

    def __init__(
        self, shift: Shift, orders: Sequence[Order], travel: Travel, *, frozen: int = 0
    ) -> None:
        frame = Frame(shift, travel[shift.vehicle.profile])
        self._terms: Terms | None = None
        self._set(frame, [frame.visit(order) for order in orders], frozen)

    def _set(
        self, frame: Frame, visits: list[Visit], frozen: int, legs: list[Leg] | None = None
    ) -> None:
        """`legs` spares a plain route the look into the matrix."""
        self.frame = frame
        self.visits = visits
        self.frozen = frozen
        """How many stops from the first on nothing may come before."""
        self.is_plain = frame.is_plain and all(visit.is_plain for visit in visits)
        self._trials: Trials | None = None
        self._plain: PlainRoute | None = None
        self._agenda: Agenda | None = None
        self.peak: Amounts = (0, 0, 0)
        self.metres, self.working_s, self.cost = 0, 0, 0.0
        if self.is_plain:
            known = frame.legs(visits) if legs is None else legs
            plain = self._plain = PlainRoute(frame, visits, frozen, known)
            self.peak = plain.peak
            self.metres, self.working_s, self.cost = plain.metres, plain.working_s, plain.cost
        elif visits:
            agenda = self.agenda
            self.peak = (agenda.peak[0], agenda.peak[1], agenda.peak[2])
            self.metres, self.working_s, self.cost = agenda.metres, agenda.working_s, agenda.cost

    def _known_terms(self) -> Terms:
        if self._terms is None:
            self._terms = Terms(self.frame)
        return self._terms

    @property
    def orders(self) -> list[Order]:
        return [visit.order for visit in self.visits]

    @property
    def agenda(self) -> Agenda:
        """The route by every rule, whether or not it needs that; it must have a stop."""
        if self._agenda is None:
            terms = self._known_terms()
            self._agenda = Agenda(terms, [terms.errand(visit) for visit in self.visits])
        return self._agenda

    @property
    def begins(self) -> list[int]:
        """When each stop is served, in epoch seconds."""
        if self._plain is not None:
            return self._plain.begins
        return [service.begin for service in self.agenda.run.services] if self.visits else []

    @property
    def overrun_price(self) -> float:
        """The part of the cost that is for lateness and overtime."""
        return 0.0 if self.is_plain or not self.visits else self.agenda.overrun_price

    @property
    def peak_load(self) -> Load:
        """The most that is aboard at once, in every dimension of the vehicle."""
        more = () if self._agenda is None else self._agenda.peak[3:]
        names = () if self._terms is None else self._terms.names
        return Load.of(self.peak, tuple(zip(names, more, strict=False)))

    def with_order(self, order: Order, index: int) -> RouteSketch:
        """The same route with this order before position `index`."""
        visit = self.frame.visit(order)
        visits = [*self.visits[:index], visit, *self.visits[index:]]
        return self.of(visits, None if self._plain is None else self._plain.legs_with(visit, index))

    def with_pair(self, pickup: Order, delivery: Order, trial: PairTrial) -> RouteSketch:
        """The same route with both orders where the trial had them."""
        return self.with_order(pickup, trial.pickup).with_order(delivery, trial.delivery)

    def without(self, index: int) -> RouteSketch:
        """The same route without the order at `index`."""
        visits = [*self.visits[:index], *self.visits[index + 1 :]]
        legs = self._plain.legs_without(index) if self._plain is not None and visits else None
        return self.of(visits, legs, self.frozen - (index < self.frozen))

    def of(
        self, visits: list[Visit], legs: list[Leg] | None = None, frozen: int | None = None
    ) -> RouteSketch:
        """The same shift with these visits; `legs` where they are known already."""
        sketch = RouteSketch.__new__(RouteSketch)
        sketch._terms = self._terms  # noqa: SLF001 - a sketch of the same shift
        kept = self.frozen if frozen is None else frozen
        sketch._set(self.frame, visits, kept, legs)  # noqa: SLF001
        return sketch

    def on(self, shift: Shift) -> RouteSketch:
        """The same visits on a shift that differs in nothing but its hours, break and limits."""
        sketch = RouteSketch.__new__(RouteSketch)
        sketch._terms = None  # noqa: SLF001 - as in `of`
        legs = None if self._plain is None else self._plain.legs
        frame = Frame(shift, self.frame.matrix)
        sketch._set(frame, self.visits, self.frozen, legs)  # noqa: SLF001
        return sketch

    @property
    def violations(self) -> list[Violation]:
        """What the timetable of this route names, in its sequence."""
        if self._plain is not None:
            return self._plain.violations
        return [] if self._agenda is None else list(self._agenda.violations)

    @property
    def severity(self) -> Severity:
        """How badly the route breaks rules as it is."""
        if self._plain is not None:
            return self._plain.severity
        return CLEAN if self._agenda is None else self._agenda.severity

    def may_take(self, order: Order) -> bool:
        """Whether there may be a place for it; if not, no clock and no scale need be asked."""
        visit = self.frame.visit(order)
        if self._plain is not None and visit.is_plain:
            return not is_misplaced(self.frame.shift, visit)
        return self._general().may_take(self._known_terms().errand(visit))

    def at(self, order: Order, index: int) -> Trial:
        """The order exactly there."""
        visit = self.frame.visit(order)
        if self._plain is not None and visit.is_plain:
            return self._plain.at(visit, index)
        return self._general().at(self._known_terms().errand(visit), index)

    def fitting_at(self, order: Order, index: int) -> Trial | None:
        """The same where that breaks no further rule: by every rule there is told sooner."""
        visit = self.frame.visit(order)
        if self._plain is not None and visit.is_plain:
            trial = self._plain.at(visit, index)
            return trial if trial.is_feasible else None
        return self._general().fitting_at(self._known_terms().errand(visit), index)

    def violations_with(self, order: Order, trial: Trial) -> Sequence[Violation]:
        """What the route breaks with the order where the trial had it."""
        if trial.agenda is not None:
            return trial.agenda.violations
        return self.with_order(order, trial.index).violations

    def cheapest(self, order: Order) -> Trial:
        """The cheapest place that breaks no further rule; where none is, the least bad one."""
        visit = self.frame.visit(order)
        if self._plain is not None and visit.is_plain:
            return self._plain.cheapest(visit)
        return self._general().cheapest(self._known_terms().errand(visit), self.frozen)

    def fitting(self, order: Order, below: float = math.inf) -> Trial | None:
        """The cheapest place that breaks no further rule and costs less than `below`, if any.

        What a search asks: sooner answered than `cheapest`, as no other place is looked at.
        """
        visit = self.frame.visit(order)
        if self._plain is None or not visit.is_plain:
            errand = self._known_terms().errand(visit)
            return self._general().fitting(errand, self.frozen, below)
        if is_misplaced(self.frame.shift, visit):
            return None
        plain = self._plain
        trial = plain.fitting(visit) if plain.severity == CLEAN else plain.cheapest(visit)
        return trial if trial is not None and trial.is_feasible and trial.cost < below else None

    def pairing(self, pickup: Order, delivery: Order) -> Pairing | RuledPairing:
        """The same for a pickup and the delivery of its goods."""
        frame, frozen = self.frame, self.frozen
        if is_everyday(frame, self.visits, pickup, delivery):
            known = amounts(self.violations)
            return Pairing(frame, self.visits, known, (pickup, delivery), frozen)
        errand, visit = self._known_terms().errand, frame.visit
        return RuledPairing(self._general(), errand(visit(pickup)), errand(visit(delivery)), frozen)

    def _general(self) -> Trials:
        if self._trials is None:
            terms = self._known_terms()
            errands = (
                self._agenda.errands
                if self._agenda is not None
                else [terms.errand(visit) for visit in self.visits]
            )
            known = amounts(self.violations)
            self._trials = Trials(terms, errands, known, self.severity, self._agenda)
        return self._trials
