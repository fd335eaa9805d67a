"""A route that breaks rules, and what it is without one of its stops, or without a pair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.board import BoardRoute
from app.domain.clockwork import NEVER
from app.domain.ids import OrderId
from app.domain.insertion import added_violations
from app.domain.sketch import RouteSketch
from app.domain.violations import Violation
from app.planning.halves import may_go, routed_pairs, without
from app.planning.jobs import Job
from app.planning.ladder import Ladders

_PLACES = 12
"""A pair is tried at so many of every two places where each asks for the whole clock."""


@dataclass(frozen=True, slots=True)
class Case:
    each: BoardRoute
    sketch: RouteSketch
    order: OrderId | None
    """The stop that breaks the rules; None where the route does as a whole."""
    broken: tuple[Violation, ...]

    def is_mended_by(self, sketch: RouteSketch) -> bool:
        """Whether the rules are kept, and no other is broken for it."""
        return self.left_by(sketch, self.broken) is not None

    def left_by(
        self, sketch: RouteSketch, mended: Iterable[Violation]
    ) -> tuple[Violation, ...] | None:
        """What is still broken where these rules are kept; None where they are not, or where
        another is broken for it."""
        now = {violation.rule: violation for violation in sketch.violations}
        if any(v.rule in now for v in mended) or added_violations(self.sketch, sketch):
            return None
        return tuple(now[v.rule] for v in self.broken if v.rule in now)


@dataclass(frozen=True, slots=True)
class Less:
    """The route without an order, or without both halves of a pair: it keeps the rules then."""

    job: Job
    numbers: tuple[int, ...]
    """Which stops of the route they were."""
    sketch: RouteSketch
    may_leave: bool = True
    """Whether the order, or both halves, may be on no route or on another one."""
    other: tuple[BoardRoute, RouteSketch] | None = None
    """Where the other half is on another route: that one, without it."""


def helpful(case: Case, numbers: Sequence[int], ladders: Ladders) -> list[Less]:
    """What the rules are kept without: the stop it is about first, then the cheapest."""
    jobs = routed_pairs(ladders.board)
    found: dict[tuple[OrderId, ...], Less] = {}
    for number in numbers:
        order = case.sketch.visits[number].order
        job = jobs.get(order.id, Job(order))
        key = tuple(each.id for each in job.orders)
        if key not in found:
            less = _without(case, number, job, ladders)
            if case.is_mended_by(less.sketch):
                found[key] = less
    return sorted(
        found.values(),
        key=lambda less: (
            all(each.id != case.order for each in less.job.orders),
            max(each.priority for each in less.job.orders),
            less.sketch.cost,
        ),
    )


def most_places(sketch: RouteSketch) -> int:
    """At how many places of a route a pair is tried."""
    return NEVER if sketch.is_plain else _PLACES


def _without(case: Case, number: int, job: Job, ladders: Ladders) -> Less:
    here = {visit.order.id: n for n, visit in enumerate(case.sketch.visits)}
    numbers = tuple(here[order.id] for order in job.orders if order.id in here)
    if any(n < case.sketch.frozen for n in numbers):
        # What was collected already stays aboard until it is delivered.
        alone = Job(case.sketch.visits[number].order)
        return Less(alone, (number,), case.sketch.without(number), may_leave=False)
    shorter = without(case.sketch, (order.id for order in job.orders))
    may_leave = all(may_go(case.each, case.sketch.visits[n].order.id) for n in numbers)
    apart = [order.id for order in job.orders if order.id not in here]
    if not apart:
        return Less(job, numbers, shorter, may_leave)
    (half,) = apart
    board = ladders.board
    home = board.route(board.route_of[half])
    rest = without(ladders.sketch(home), apart)
    is_free = may_go(home, half) and not added_violations(ladders.sketch(home), rest)
    return Less(job, numbers, shorter, may_leave and is_free, (home, rest))
