"""From an engine's sequences to routes that keep every rule: what breaks one leaves its route."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set

from app.domain.checks import CLEAN, Severity
from app.domain.ids import OrderId, RouteId
from app.domain.sketch import RouteSketch
from app.domain.timetable import Travel
from app.domain.violations import ViolationKind
from app.planning.task import Stop, Task

_LIKELY = 16
"""So many stops of a long route, those whose leaving saves most time, are looked at each time."""
_ROUGHLY = 8
"""Where time is over, this part of a route may go for nothing with the first stop that breaks
a rule."""

Sequences = Mapping[RouteId, Sequence[OrderId]]
Sketches = tuple[RouteSketch, ...]


def lawful(
    task: Task,
    sequences: Sequences,
    travel: Travel,
    fallback: Sequence[RouteSketch] = (),
    is_over: Stop = lambda: False,
) -> Sketches:
    """The sequences without what breaks a rule; what the dispatcher locked stays.

    A route that has lost a locked stop is that of `fallback`. Once `is_over` says so, a route
    ends before what it breaks first.
    """
    known = {order.id: order for order in task.orders}
    mates: dict[OrderId, OrderId] = {}
    for order in task.orders:
        if order.rules.collected_by is not None:
            mates[order.id] = order.rules.collected_by
            mates[order.rules.collected_by] = order.id
    found = []
    placed: set[OrderId] = set()
    for number, route in enumerate(task.routes):
        orders = [known[o] for o in sequences[route.id] if o in known and o not in placed]
        sketch = RouteSketch(route.shift, orders, travel, frozen=route.frozen)
        if fallback and any(
            task.pins.get(o) == route.id for o in route.orders if o not in sequences[route.id]
        ):
            kept = [v for v in fallback[number].visits if v.order.id not in placed]
            sketch = fallback[number].of(kept)
        sketch = _Mending(sketch, task.pins, mates, is_over).mended()
        placed |= {visit.order.id for visit in sketch.visits}
        found.append(sketch)
    return tuple(found)


class _Mending:
    """One route on its way to keep the rules that its locked stops alone keep."""

    def __init__(
        self,
        sketch: RouteSketch,
        pins: Collection[OrderId],
        mates: Mapping[OrderId, OrderId],
        is_over: Stop,
    ) -> None:
        self._sketch = sketch
        self._mates = mates
        self._is_over = is_over
        self._staying = {
            visit.order.id
            for number, visit in enumerate(sketch.visits)
            if visit.order.id in pins or number < sketch.frozen
        }
        self._least = CLEAN
        if sketch.severity > CLEAN:
            self._least = max(CLEAN, self._without_all().severity)

    def mended(self) -> RouteSketch:
        """The route without as much as makes it break a rule; a pair goes together."""
        sketch = self._sketch
        while sketch.severity > self._least:
            sketch = self._first_part(sketch) if self._is_over() else self._shorter(sketch)
        return sketch

    def _shorter(self, sketch: RouteSketch) -> RouteSketch:
        """Without the stop whose leaving mends most; several at once where that is too little."""
        free = [n for n, v in enumerate(sketch.visits) if v.order.id not in self._staying]
        if len(free) > _LIKELY:
            broken, ranked = _likely(sketch, free)
            if not broken and (several := self._without_several(sketch, ranked)) is not None:
                return several
            free = [*broken, *ranked]
        choices: list[tuple[Severity, int, float, int, RouteSketch]] = []
        for index in free:
            if choices and self._is_over():
                break
            order = sketch.visits[index].order
            shorter = self._without(sketch, {order.id})
            choices.append((shorter.severity, order.priority, shorter.cost, index, shorter))
        return min(choices, key=lambda choice: choice[:4])[4]

    def _without_several(self, sketch: RouteSketch, ranked: Sequence[int]) -> RouteSketch | None:
        """Without half of those that take most; None where fewer may be enough."""
        gone = {sketch.visits[n].order.id for n in ranked[: _LIKELY // 2]}
        shorter = self._without(sketch, gone)
        return shorter if self._least < shorter.severity < sketch.severity else None

    def _without(self, sketch: RouteSketch, gone: Set[OrderId]) -> RouteSketch:
        both = gone | {self._mates[order] for order in gone if order in self._mates}
        return sketch.of([v for v in sketch.visits if v.order.id not in both])

    def _without_all(self) -> RouteSketch:
        sketch = self._sketch
        return sketch.of([v for v in sketch.visits if v.order.id in self._staying])

    def _first_part(self, sketch: RouteSketch) -> RouteSketch:
        """As many of the first stops as break nothing, about."""
        best = self._without_all()
        least, most = 0, len(sketch.visits)
        while most - least > 1 + len(sketch.visits) // _ROUGHLY:
            middle = (least + most) // 2
            gone = {v.order.id for v in sketch.visits[middle:] if v.order.id not in self._staying}
            shorter = self._without(sketch, gone)
            if shorter.severity <= self._least:
                best, least = shorter, middle
            else:
                most = middle
        return best


def _likely(sketch: RouteSketch, free: Sequence[int]) -> tuple[list[int], list[int]]:
    """The stops that break rules themselves, and of the others those that take most."""
    violations = sketch.violations
    names = {violation.order for violation in violations}
    broken = [n for n in free if sketch.visits[n].order.id in names]
    if any(violation.kind is ViolationKind.OVER_CAPACITY for violation in violations):
        taken: list[float] = [_load(sketch, number) for number in range(len(sketch.visits))]
    else:
        taken = [*_saved_s(sketch)]
    others = sorted({*free}.difference(broken), key=lambda n: (-taken[n], n))
    return broken, others[:_LIKELY]


def _saved_s(sketch: RouteSketch) -> list[int]:
    """How much shorter the way and the work are without each stop."""
    frame, visits = sketch.frame, sketch.visits
    legs = [leg.seconds for leg in frame.legs(visits)]
    saved = []
    for number, visit in enumerate(visits):
        spent = legs[number] + legs[number + 1] + visit.service_s
        if number + 1 < len(visits):
            after = visits[number + 1]
            way = frame.leg(visits[number - 1], after) if number else frame.first_leg(after)
        elif number:
            way = frame.last_leg(visits[number - 1])
        else:
            way = None
        saved.append(spent - (0 if way is None else way.seconds))
    return saved


def _load(sketch: RouteSketch, number: int) -> float:
    """The share of the van that it fills."""
    room = sketch.frame.shift.vehicle.capacity.amounts
    load = sketch.visits[number].order.load.amounts
    return max(amount / max(1, most) for amount, most in zip(load, room, strict=True))
