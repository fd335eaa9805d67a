"""Which van drives which route: whole routes on other vans, the cheapest way by OR-Tools.

Searches move stops and the ends of routes. That two drivers change all they have, as their homes
or those who wish for them ask for it, takes more such moves than any of them looks ahead.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.domain.checks import CLEAN
from app.domain.orders import Order
from app.domain.sketch import RouteSketch
from app.domain.timetable import Travel
from app.planning.screening import kind
from app.planning.task import Stop, Task

_PER_COIN = 1000
"""Whole units in which prices are compared."""


def exchanged(
    task: Task, sketches: Sequence[RouteSketch], travel: Travel, is_over: Stop
) -> tuple[RouteSketch, ...]:
    """The plan with its routes on those vans that cost least together, breaking no rule.

    Routes with locked stops, on the road already or breaking a rule stay where they are. Once
    `is_over` says so, what has not been looked at stays too.
    """
    free = _free(task, sketches)
    offers = _Offers(task, sketches, travel)
    if offers.are_alike(free):
        return tuple(sketches)
    # Slow to load, and few plans come here.
    from ortools.graph.python import linear_sum_assignment

    vans, routes, prices = [], [], []
    # Every route on its own van first: there is a way to give all of them then.
    for turn in range(len(free)):
        for place, number in enumerate(free):
            other = (place + turn) % len(free)
            price = offers.price(number, free[other]) if not (turn and is_over()) else None
            if price is not None:
                routes.append(place)
                vans.append(other)
                prices.append(round(price * _PER_COIN))
    if not prices:
        return tuple(sketches)
    assignment = linear_sum_assignment.SimpleLinearSumAssignment()
    assignment.add_arcs_with_cost(np.array(routes), np.array(vans), np.array(prices))
    now = sum(prices[: len(free)])
    if assignment.solve() != assignment.OPTIMAL or assignment.optimal_cost() >= now:
        return tuple(sketches)
    found = list(sketches)
    for place, number in enumerate(free):
        van = free[assignment.right_mate(place)]
        if van != number:
            found[van] = RouteSketch(task.shifts[van], sketches[number].orders, travel)
    return tuple(found)


def _free(task: Task, sketches: Sequence[RouteSketch]) -> list[int]:
    """The routes that may go to another van, and the vans that may have another route."""
    pinned = set(task.pins.values())
    return [
        number
        for number, (route, sketch) in enumerate(zip(task.routes, sketches, strict=True))
        if route.id not in pinned
        and route.shift.underway is None
        and not sketch.frozen
        and sketch.severity == CLEAN
    ]


class _Offers:
    """What a route costs on each van; vans that are alike are asked once."""

    def __init__(self, task: Task, sketches: Sequence[RouteSketch], travel: Travel) -> None:
        self._task = task
        self._sketches = sketches
        self._travel = travel
        self._kinds = [(kind(shift), shift.vehicle.costs) for shift in task.shifts]
        self._costs: dict[object, float | None] = {}

    def are_alike(self, vans: Sequence[int]) -> bool:
        """Whether it is all the same who drives what."""
        return (
            len({self._kinds[van] for van in vans}) <= 1
            and not self._task.wishes
            and not any(map(_names_drivers, self._task.orders))
        )

    def price(self, number: int, van: int) -> float | None:
        """None where the route would break a rule."""
        orders = self._sketches[number].orders
        if not orders:
            return 0.0
        cost = self._cost(number, van)
        if cost is None:
            return None
        return cost + sum(self._task.wishes.row(self._task.routes[van], orders))

    def _cost(self, number: int, van: int) -> float | None:
        sketch, shift = self._sketches[number], self._task.shifts[van]
        if number == van:
            return sketch.cost
        is_asked_for = any(map(_names_drivers, sketch.orders))
        key = number, self._kinds[van], shift.driver.id if is_asked_for else None
        if key not in self._costs:
            there = RouteSketch(shift, sketch.orders, self._travel)
            self._costs[key] = there.cost if there.severity == CLEAN else None
        return self._costs[key]


def _names_drivers(order: Order) -> bool:
    return bool(order.rules.drivers or order.rules.barred_drivers)
