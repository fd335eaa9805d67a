"""A route that is asked what it could take without having been evaluated as it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

from app.domain.checks import CLEAN, Severity
from app.domain.clockwork import Frame, Visit
from app.domain.fleet import Shift
from app.domain.orders import Order
from app.domain.pairing import RuledPairing
from app.domain.sketch import RouteSketch
from app.domain.terms import Errand, Terms
from app.domain.trials import Trial, Trials


class Bare:
    """In place of a `RouteSketch` where each look takes the whole clock.

    What it takes must break no rule of the whole route: then the route without it need not be
    known, and is taken to break none.
    """

    is_plain = False
    severity: Severity = CLEAN

    def __init__(self, frame: Frame, visits: Sequence[Visit], frozen: int) -> None:
        self.frame = frame
        self.visits = list(visits)
        self.frozen = frozen

    @staticmethod
    def is_for(sketch: RouteSketch) -> bool:
        """Whether changes to the route may be asked for like this."""
        return not sketch.is_plain and sketch.severity == CLEAN

    @classmethod
    def of(cls, sketch: RouteSketch) -> Bare:
        return cls(sketch.frame, sketch.visits, sketch.frozen)

    @classmethod
    def on(cls, sketch: RouteSketch, shift: Shift) -> Bare:
        """The same orders on other hours or by other limits."""
        frame = Frame(shift, sketch.frame.matrix)
        return cls(frame, [frame.visit(order) for order in sketch.orders], sketch.frozen)

    @property
    def orders(self) -> list[Order]:
        return [visit.order for visit in self.visits]

    def without(self, index: int) -> Bare:
        """The same route without the order at `index`."""
        visits = [*self.visits[:index], *self.visits[index + 1 :]]
        return Bare(self.frame, visits, self.frozen - (index < self.frozen))

    def has_room(self, orders: Sequence[Order]) -> bool:
        """Whether an order, or a pickup and its delivery, may be anywhere; told in no time."""
        return self._trials.has_room([self._errand(order) for order in orders], self.frozen)

    def fitting(self, order: Order, below: float = math.inf) -> Trial | None:
        """The cheapest place where no rule is broken and that costs less than `below`, if any."""
        return self._trials.fitting(self._errand(order), self.frozen, below)

    def fitting_at(self, order: Order, index: int) -> Trial | None:
        """The order exactly there, where that breaks no rule."""
        return self._trials.fitting_at(self._errand(order), index)

    def pairing(self, pickup: Order, delivery: Order) -> RuledPairing:
        """The same for a pickup and the delivery of its goods."""
        pair = self._errand(pickup), self._errand(delivery)
        return RuledPairing(self._trials, *pair, self.frozen)

    @cached_property
    def _terms(self) -> Terms:
        return Terms(self.frame)

    @cached_property
    def _trials(self) -> Trials:
        errands = [self._terms.errand(visit) for visit in self.visits]
        return Trials(self._terms, errands, {}, CLEAN)

    def _errand(self, order: Order) -> Errand:
        return self._terms.errand(self.frame.visit(order))
