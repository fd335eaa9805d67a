"""Orders that are on no route, put where there is room, or where room can be made for them."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from typing import NamedTuple

from app.domain.checks import is_misplaced
from app.domain.ids import OrderId
from app.domain.orders import Order
from app.domain.sketch import RouteSketch
from app.planning.task import Stop, Task

_ENOUGH = 3
"""So many routes that could make room for an order are compared, the nearest first."""
_MOST = 20
"""More orders than that never leave a route for one."""
_LONGEST_CHAIN = 12
"""So many orders, each driven out by the one before, look for room in turn."""
_AROUND = 15
"""So many stops before and behind may make time for one."""
_PLAIN_ONES = 20
"""So many orders of no importance are tried: where more are left, there is hardly any room."""


class _Room(NamedTuple):
    """A route with an order, and without those that left for it."""

    route: RouteSketch
    gone: tuple[Order, ...]


def insert(sketches: list[RouteSketch], order: Order) -> bool:
    """Put the order where it costs least without breaking a rule; False where it fits nowhere."""
    best: tuple[float, int, int] | None = None
    for number, sketch in enumerate(sketches):
        below = math.inf if best is None else sketch.cost + best[0]
        trial = sketch.fitting(order, below)
        if trial is not None:
            best = (trial.cost - sketch.cost, number, trial.index)
    if best is None:
        return False
    _, number, index = best
    sketches[number] = sketches[number].with_order(order, index)
    return True


def promoted(task: Task, sketches: Sequence[RouteSketch], is_over: Stop) -> tuple[RouteSketch, ...]:
    """The plan in which orders that were left out have the room of others.

    These go where they fit then: the less important ones if they do, the others surely. Locked
    stops stay, and so do the halves of pairs.
    """
    routes = list(sketches)
    placed = {visit.order.id for sketch in routes for visit in sketch.visits}
    halves = {order.rules.collected_by for order in task.orders}
    single = {
        order.id
        for order in task.orders
        if order.rules.collected_by is None and order.id not in halves
    }
    begun = {visit.order.id for sketch in routes for visit in sketch.visits[: sketch.frozen]}
    movable = single - task.pins.keys() - begun
    left = [
        order
        for order in task.orders
        if order.id in single and order.id not in placed and order.location is not None
    ]
    important = sorted(filter(_is_important, left), key=lambda each: -each.priority)
    others = [
        order for order in left if not _is_important(order) and order.rules.drop_price is None
    ]
    for order in (*important, *others[:_PLAIN_ONES]):
        if is_over():
            break
        routes = _forced(routes, order, movable, is_over) or routes
    return tuple(routes)


def _is_important(order: Order) -> bool:
    return order.priority > 0


def _forced(
    sketches: Sequence[RouteSketch], order: Order, movable: Set[OrderId], is_over: Stop
) -> list[RouteSketch] | None:
    """With the order, and whom it drives out on another route if there is one that takes them.

    None where one as important as itself would be left out instead.
    """
    routes = list(sketches)
    homeless = [order]
    settled: set[OrderId] = set()
    rest: list[Order] = []
    while homeless:
        mover = homeless.pop(0)
        if mover.id != order.id and insert(routes, mover):
            continue
        found = None
        if len(settled) < _LONGEST_CHAIN:
            settled.add(mover.id)
            found = _swapped(routes, mover, movable - settled, is_over)
        if found is not None:
            for other in found:
                (homeless if other.priority or not order.priority else rest).append(other)
        elif mover.priority >= order.priority:
            return None
        else:
            rest.append(mover)
    for other in rest:
        insert(routes, other)
    return routes


def _swapped(
    sketches: list[RouteSketch], order: Order, movable: Set[OrderId], is_over: Stop
) -> tuple[Order, ...] | None:
    """What had to leave for the order; None where nobody could make room for it."""
    near = [
        number
        for number in sorted(range(len(sketches)), key=lambda n: _way_s(sketches[n], order))
        if _can_alone(sketches[number], order)
    ]
    for below in (order.priority, order.priority + 1):
        found: list[tuple[tuple[int, int, float], int, _Room]] = []
        for number in near:
            if len(found) == _ENOUGH or is_over():
                break
            sketch = sketches[number]
            room = _made_room(sketch, order, movable, below, is_over)
            if room is not None:
                lost = max((other.priority for other in room.gone), default=0)
                found.append(((lost, len(room.gone), room.route.cost - sketch.cost), number, room))
        if found:
            _, number, room = min(found, key=lambda each: each[:2])
            sketches[number] = room.route
            return room.gone
    return None


def _made_room(
    sketch: RouteSketch, order: Order, movable: Set[OrderId], below: int, is_over: Stop
) -> _Room | None:
    """The order where it is least bad, without the stops whose leaving mends most.

    Only those with a priority below that number leave.
    """
    route = sketch.with_order(order, sketch.cheapest(order).index)
    gone: list[Order] = []
    while route.severity > sketch.severity:
        if len(gone) == _MOST or is_over():
            return None
        here = next(n for n, visit in enumerate(route.visits) if visit.order.id == order.id)
        is_full = bool(route.severity[1])
        choices = [
            (shorter.severity, visit.order.priority, shorter.cost, index, shorter)
            for index, visit in enumerate(route.visits)
            if visit.order.id in movable
            and visit.order.id != order.id
            and visit.order.priority < below
            and (is_full or abs(index - here) <= _AROUND)
            for shorter in [route.without(index)]
        ]
        if not choices:
            return None
        *_, index, shorter = min(choices, key=lambda choice: choice[:4])
        gone.append(route.visits[index].order)
        route = shorter
    return _Room(route, tuple(gone))


def _can_alone(sketch: RouteSketch, order: Order) -> bool:
    """Whether the van could do it with nothing else to do but what it has begun."""
    if is_misplaced(sketch.frame.shift, sketch.frame.visit(order)):
        return False
    return sketch.of(sketch.visits[: sketch.frozen]).fitting(order) is not None


def _way_s(sketch: RouteSketch, order: Order) -> int:
    """From the stop of the route that is nearest."""
    frame = sketch.frame
    visit = frame.visit(order)
    ways = [frame.leg(other, visit).seconds for other in sketch.visits]
    return min(ways, default=frame.first_leg(visit).seconds)
