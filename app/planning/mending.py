"""From what an engine found to what may be published: no rule broken, nothing left that fits."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from app.domain.checks import CLEAN, Severity
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.domain.problem import Plan, Problem
from app.domain.routes import Route
from app.domain.sketch import RouteSketch
from app.domain.timetable import Travel
from app.planning.filling import insert, promoted
from app.planning.task import Arrangement, Stop, Task

Worth = tuple[tuple[int, ...], Severity, float]
"""Orders left out, the most important first, then what locked stops break, then cost with wishes;
the smaller the better."""

PRIORITIES = 4
_NO_GAIN = 0.005
"""Less than half the smallest coin is no reason to change what is printed and loaded."""


def worth(task: Task, sketches: Sequence[RouteSketch]) -> Worth:
    """How good a plan is."""
    left = [0] * PRIORITIES
    placed = {visit.order.id for sketch in sketches for visit in sketch.visits}
    for order in task.orders:
        if order.id not in placed:
            left[PRIORITIES - 1 - order.priority] += 1
    price = sum(sketch.cost for sketch in sketches)
    if task.wishes:
        price += sum(
            task.wishes.price(route, visit.order)
            for route, sketch in zip(task.routes, sketches, strict=True)
            for visit in sketch.visits
        )
    return tuple(left), broken(sketches), price


def broken(sketches: Iterable[RouteSketch]) -> Severity:
    """How badly they break rules together."""
    each = [sketch.severity for sketch in sketches if sketch.severity > CLEAN]
    if not each:
        return CLEAN
    unmendable, over, late_s = zip(*each, strict=True)
    return sum(unmendable), math.fsum(over), sum(late_s)


def arrangement(sketches: Sequence[RouteSketch]) -> Arrangement:
    """The orders of each route."""
    return tuple(tuple(sketch.orders) for sketch in sketches)


def mended(
    task: Task, arranged: Arrangement, travel: Travel, is_over: Stop
) -> tuple[RouteSketch, ...]:
    """The arrangement by the domain's clock, with what breaks a rule taken off its route.

    What was taken off, or never placed, goes where it fits, the most important first; an order
    of higher priority that fits nowhere takes the room of one of lower. Locked stops stay, even
    where they break a rule, and nothing else breaks it further. Once `is_over` says so, what is
    left is left.
    """
    locked: dict[RouteId, list[Order]] = defaultdict(list)
    if task.pins:
        for order in task.orders:
            if order.id in task.pins:
                locked[task.pins[order.id]].append(order)
    sketches = [
        _lawful(
            _complete(RouteSketch(route.shift, orders, travel), locked.get(route.id, ())),
            route,
            task.pins,
        )
        for route, orders in zip(task.routes, arranged, strict=True)
    ]
    _fill(task, sketches, is_over)
    return tuple(sketches)


def _complete(sketch: RouteSketch, locked: Sequence[Order]) -> RouteSketch:
    """With every order that is locked to this route."""
    here = {visit.order.id for visit in sketch.visits}
    for order in locked:
        if order.id not in here:
            sketch = sketch.with_order(order, sketch.cheapest(order).index)
    return sketch


def _lawful(sketch: RouteSketch, route: Route, pins: Collection[OrderId]) -> RouteSketch:
    if sketch.severity == CLEAN:
        return sketch
    kept = sketch.of([visit for visit in sketch.visits if visit.order.id in pins])
    if kept.severity > CLEAN:
        given = {order: number for number, order in enumerate(route.orders)}
        as_given = sketch.of(sorted(kept.visits, key=lambda visit: given[visit.order.id]))
        if as_given.severity < kept.severity:
            # The engine broke with the locked stops alone what the dispatcher's sequence keeps.
            return as_given
    while sketch.severity > kept.severity:
        choices = [
            (shorter.severity, visit.order.priority, shorter.cost, index, shorter)
            for index, visit in enumerate(sketch.visits)
            if visit.order.id not in pins
            for shorter in [sketch.without(index)]
        ]
        if not choices:
            break
        sketch = min(choices, key=lambda choice: choice[:4])[4]
    return sketch


def _fill(task: Task, sketches: list[RouteSketch], is_over: Stop) -> None:
    placed = {visit.order.id for sketch in sketches for visit in sketch.visits}
    missing = sorted(
        (order for order in task.orders if order.id not in placed),
        key=lambda order: -order.priority,
    )
    for order in missing:
        if is_over():
            return
        insert(sketches, order)
    sketches[:] = promoted(task, sketches, is_over)


def without_idle_changes(problem: Problem, plan: Plan) -> Plan:
    """Routes that would only get another sequence, and gain nothing by it, keep their own."""
    unchanged = {}
    for route in problem.routes:
        sequence = plan.routes[route.id]
        if sequence == route.orders or sorted(sequence) != sorted(route.orders):
            continue
        now, then = (
            RouteSketch(
                route.shift,
                [problem.orders[order] for order in orders],
                problem.travel,
                frozen=route.frozen,
            )
            for orders in (route.orders, sequence)
        )
        if now.severity <= then.severity and now.cost < then.cost + _NO_GAIN:
            unchanged[route.id] = route.orders
    return replace(plan, routes={**plan.routes, **unchanged}) if unchanged else plan
