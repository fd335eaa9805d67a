"""A stop or a route that breaks a rule: why, and the cheapest moves that mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
_MOST_STOPS = 25
"""So many stops are moved to try it."""
_MOST_IN_GENERAL = 6
"""The same where rules ask for the whole clock at each place."""
_GIVEN = 5
"""For so many stops that are in the way another route is looked for."""
_GIVEN_IN_GENERAL = 2
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


@dataclass(frozen=True, slots=True)
class _Less:
    """The route without the stop at `number`."""

    number: int
    order: Order
    sketch: RouteSketch


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
        looked_at = _looked_at(case)
        helpful = _helpful(case, looked_at)
        remedies = [*_by_hours(case, ladders)]
        if each.route.lock is not Lock.SEQUENCE:
            remedies += [*_swaps(case, looked_at), *_moves(case, helpful)]
        if each.route.lock is Lock.NONE:
            remedies += _departures(case, ladders, helpful)
    return Diagnosis(
        route=each.id,
        order=order,
        broken=broken,
        causes=causes(each, case.sketch, order, ladders.travel),
        remedies=nearest(remedies, _MOST_REMEDIES),
    )


def _swaps(case: _Case, looked_at: Sequence[int]) -> Iterator[Remedy]:
    sketch = case.sketch
    count = len(sketch.visits)
    for first in looked_at:
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


def _moves(case: _Case, helpful: Sequence[_Less]) -> Iterator[Remedy]:
    """One stop to its best place of the same route."""
    for less in helpful:
        trial = less.sketch.fitting(less.order)
        if trial is None and less.order.id == case.order and less.sketch.is_plain:
            # On a route that breaks more rules it may still be no worse for the others.
            trial = less.sketch.cheapest(less.order)
        if trial is None or trial.index == less.number:
            continue
        moved = less.sketch.with_order(less.order, trial.index)
        if case.is_mended_by(moved):
            here, there = less.number + 1, trial.index + 1
            text = f"Move {less.order.reference} from stop {here} to {there}"
            yield _within(case, Mend.MOVE, text, moved, effort=1.5, orders=(less.order.id,))


def _departures(case: _Case, ladders: Ladders, helpful: Sequence[_Less]) -> Iterator[Remedy]:
    """One stop less, and where else it finds a place."""
    locked = {stop.order for stop in case.each.route.stops if stop.is_locked}
    free = [less for less in helpful if less.order.id not in locked]
    for less in free[: _GIVEN if case.sketch.is_plain else _GIVEN_IN_GENERAL]:
        order, shorter = less.order, less.sketch
        given = _given(case, ladders, order, shorter)
        if given is not None:
            yield given
        yield Remedy(
            kind=Mend.UNASSIGN,
            text=f"Take {order.reference} off the route",
            edit=arranged((case.each, [each.id for each in shorter.orders])),
            effort=60.0 * (1 + order.priority) + (order.id != case.order),
            extra_cost=shorter.cost - case.sketch.cost,
            route=case.each.id,
            orders=(order.id,),
        )


def _looked_at(case: _Case) -> list[int]:
    """The stops that are moved to try it: those up to the one that is late, or else the longest."""
    sketch = case.sketch
    most = _MOST_STOPS if sketch.is_plain else _MOST_IN_GENERAL
    numbers = range(sketch.frozen, len(sketch.visits))
    if case.order is not None:
        target = next(n for n, visit in enumerate(sketch.visits) if visit.order.id == case.order)
        return list(numbers)[max(0, target + 1 - sketch.frozen - most) : target + 1 - sketch.frozen]
    legs = [leg.seconds for leg in sketch.frame.legs(sketch.visits)]
    spent = {
        number: legs[number]
        + legs[number + 1]
        + sketch.visits[number].order.service_time.total_seconds()
        for number in numbers
    }
    return sorted(sorted(numbers, key=lambda number: -spent[number])[:most])


def _helpful(case: _Case, looked_at: Sequence[int]) -> list[_Less]:
    """The stops without which the rules are kept: the one it is about first, then the cheapest."""
    found = []
    for number in looked_at:
        order = case.sketch.visits[number].order
        shorter = case.sketch.without(number)
        if case.is_mended_by(shorter):
            found.append(_Less(number, order, shorter))
    found.sort(
        key=lambda less: (less.order.id != case.order, less.order.priority, less.sketch.cost)
    )
    return found


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
