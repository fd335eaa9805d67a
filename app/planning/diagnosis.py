"""A stop or a route that breaks a rule: why, and the cheapest moves that mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.board import BoardRoute
from app.domain.edits import ChangeFleet, ChangeOrders, Edit
from app.domain.ids import OrderId
from app.domain.insertion import added_violations
from app.domain.orders import Order
from app.domain.remedies import Diagnosis, Mend, Remedy
from app.domain.routes import Lock, RouteStatus
from app.domain.sketch import RouteSketch
from app.domain.times import local
from app.domain.violations import Violation, ViolationKind, duration_text
from app.planning.arranging import arranged, is_open
from app.planning.causes import causes
from app.planning.ladder import Ladders
from app.planning.nearness import nearest
from app.planning.relaxing import MOST_S, SHIFTS, STEP_S, WINDOWS

_FAR = 4
"""Stops farther apart than that change places hardly ever to any good."""
_GIVEN = 5
"""For so many stops that are in the way another route is looked for."""
_MOST_REMEDIES = 6


@dataclass(frozen=True, slots=True)
class _Case:
    each: BoardRoute
    sketch: RouteSketch
    order: OrderId | None
    broken: tuple[Violation, ...]

    def is_mended_by(self, sketch: RouteSketch) -> bool:
        """Whether the rules are kept, and no other is broken for it."""
        rules = {violation.rule for violation in self.broken}
        return not any(v.rule in rules for v in sketch.violations) and not added_violations(
            self.sketch, sketch
        )


def diagnosis(ladders: Ladders, each: BoardRoute, order: OrderId | None) -> Diagnosis | None:
    """What `order` breaks on its route, or with None what the route breaks as a whole.

    None where nothing is broken. Released routes are explained but not changed.
    """
    broken = tuple(v for v in each.timetable.violations if v.order == order)
    if not broken:
        return None
    case = _Case(each, ladders.sketch(each), order, broken)
    remedies: list[Remedy] = []
    if each.route.status is RouteStatus.DRAFT:
        remedies = [*_by_hours(case, ladders)]
        if each.route.lock is not Lock.SEQUENCE:
            remedies += [*_swaps(case), *_moves(case)]
        if each.route.lock is Lock.NONE:
            remedies += _departures(case, ladders)
    return Diagnosis(
        route=each.id,
        order=order,
        broken=broken,
        causes=causes(each, case.sketch, order, ladders.travel),
        remedies=nearest(remedies, _MOST_REMEDIES),
    )


def _swaps(case: _Case) -> Iterator[Remedy]:
    sketch = case.sketch
    count = len(sketch.visits)
    for first in range(sketch.frozen, count):
        for second in range(first + 1, min(count, first + 1 + _FAR)):
            visits = list(sketch.visits)
            visits[first], visits[second] = visits[second], visits[first]
            swapped = sketch.of(visits)
            # Looked at before its rules are named: most swaps only make it worse.
            if swapped.severity < sketch.severity and case.is_mended_by(swapped):
                names = (visits[second].order.reference, visits[first].order.reference)
                text = f"Swap stops {first + 1} and {second + 1} ({', '.join(names)})"
                orders = (visits[second].order.id, visits[first].order.id)
                yield _within(case, Mend.SWAP, text, swapped, effort=1, orders=orders)


def _moves(case: _Case) -> Iterator[Remedy]:
    """One stop to its best place of the same route."""
    sketch = case.sketch
    for number in range(sketch.frozen, len(sketch.visits)):
        order = sketch.visits[number].order
        shorter = sketch.without(number)
        trial = shorter.cheapest(order)
        if trial.index == number or not trial.severity < sketch.severity:
            continue
        moved = shorter.with_order(order, trial.index)
        if case.is_mended_by(moved):
            text = f"Move {order.reference} from stop {number + 1} to {trial.index + 1}"
            yield _within(case, Mend.MOVE, text, moved, effort=1.5, orders=(order.id,))


def _departures(case: _Case, ladders: Ladders) -> list[Remedy]:
    """One stop less: where leaving it out mends, and where else it finds a place."""
    locked = {stop.order for stop in case.each.route.stops if stop.is_locked}
    helpful = []
    for number in range(case.sketch.frozen, len(case.sketch.visits)):
        order = case.sketch.visits[number].order
        shorter = case.sketch.without(number)
        if order.id not in locked and case.is_mended_by(shorter):
            helpful.append((order.priority, shorter.cost, order, shorter))
    helpful.sort(key=lambda one: (one[2].id != case.order, one[0], one[1]))
    remedies = []
    for _, _, order, shorter in helpful[:_GIVEN]:
        given = _given(case, ladders, order, shorter)
        if given is not None:
            remedies.append(given)
        remedies.append(
            Remedy(
                kind=Mend.UNASSIGN,
                text=f"Take {order.reference} off the route",
                edit=arranged((case.each, [each.id for each in shorter.orders])),
                effort=60.0 * (1 + order.priority) + (order.id != case.order),
                extra_cost=shorter.cost - case.sketch.cost,
                route=case.each.id,
                orders=(order.id,),
            )
        )
    return remedies


def _given(case: _Case, ladders: Ladders, order: Order, shorter: RouteSketch) -> Remedy | None:
    best: tuple[float, BoardRoute, int] | None = None
    for each in ladders.board.routes:
        if each.id == case.each.id or not is_open(each):
            continue
        sketch = ladders.sketch(each)
        trial = sketch.fitting(order)
        if trial is not None and (best is None or trial.cost - sketch.cost < best[0]):
            best = (trial.cost - sketch.cost, each, trial.index)
    if best is None:
        return None
    extra, taking, index = best
    taken = [visit.order.id for visit in ladders.sketch(taking).visits]
    taken.insert(index, order.id)
    return Remedy(
        kind=Mend.GIVE,
        text=f"Give {order.reference} to {taking.route.shift.name}, stop {index + 1}",
        edit=arranged((case.each, [each.id for each in shorter.orders]), (taking, taken)),
        effort=3,
        extra_cost=extra + shorter.cost - case.sketch.cost,
        route=taking.id,
        orders=(order.id,),
    )


def _by_hours(case: _Case, ladders: Ladders) -> Iterator[Remedy]:
    """The window or the shift longer by just what is missing."""
    if len(case.broken) > 1:
        return
    (violation,) = case.broken
    seconds = -(-violation.amount // STEP_S) * STEP_S
    shift = case.each.route.shift
    zone = shift.depot.zone
    if seconds > MOST_S:
        return
    if violation.kind is ViolationKind.LATE:
        number = next(n for n, v in enumerate(case.sketch.visits) if v.order.id == case.order)
        order = WINDOWS[Mend.WINDOW_LATER](case.sketch.visits[number].order, seconds)
        visits = list(case.sketch.visits)
        visits[number] = case.sketch.frame.visit(order)
        changed = case.sketch.of(visits)
        if order.window is not None and case.is_mended_by(changed):
            until = local(order.window.end, zone)
            yield Remedy(
                kind=Mend.WINDOW_LATER,
                text=f"Agree a window {duration_text(seconds)} longer, until {until:%H:%M}",
                edit=ChangeOrders(put=(order,)),
                effort=15 + 1.5 * seconds / 60,
                extra_cost=changed.cost - case.sketch.cost,
                route=case.each.id,
                amount=seconds,
            )
    elif violation.kind is ViolationKind.SHIFT_EXCEEDED:
        longer = SHIFTS[Mend.SHIFT_LATER](shift, seconds)
        changed = RouteSketch(longer, case.sketch.orders, ladders.travel)
        if not case.is_mended_by(changed):
            return
        until = local(longer.window.end, zone)
        yield Remedy(
            kind=Mend.SHIFT_LATER,
            text=f"{shift.name} ends {duration_text(seconds)} later, at {until:%H:%M}",
            edit=ChangeFleet(put=(longer,)),
            effort=10 + seconds / 60,
            extra_cost=changed.cost - case.sketch.cost,
            route=case.each.id,
            amount=seconds,
        )


def _within(
    case: _Case,
    kind: Mend,
    text: str,
    sketch: RouteSketch,
    *,
    effort: float,
    orders: tuple[OrderId, ...],
) -> Remedy:
    edit: Edit = arranged((case.each, [order.id for order in sketch.orders]))
    return Remedy(
        kind=kind,
        text=text,
        edit=edit,
        effort=effort,
        extra_cost=sketch.cost - case.sketch.cost,
        route=case.each.id,
        orders=orders,
    )
