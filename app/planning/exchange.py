"""Which van drives which route: whole routes on other vans, the cheapest way by OR-Tools.

Searches move stops and the ends of routes. That two drivers change all they have, as their homes
or those who wish for them ask for it, takes more such moves than any of them looks ahead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from app.domain.checks import CLEAN
from app.domain.orders import Order
from app.domain.sketch import RouteSketch
from app.domain.timetable import Travel
from app.planning.screening import kind
from app.planning.task import Stop, Task

_PER_COIN, _MOST = 1000, 1e12
"""Whole units in which prices are compared, as long as the dearest has no more of them."""
_NO_GAIN = 0.005

_Kinds = Mapping[object, Sequence[int]]
"""Vans that are all the same to every route, by what they are."""


def exchanged(
    task: Task, sketches: Sequence[RouteSketch], travel: Travel, is_over: Stop
) -> tuple[RouteSketch, ...]:
    """The plan with its routes on those vans that cost least together, breaking no rule.

    Routes with locked stops, on the road already or breaking a rule stay where they are. Once
    `is_over` says so, what has not been looked at stays too.
    """
    kinds = _kinds(task, _free(task, sketches))
    if len(kinds) < 2 or not any(sketch.visits for sketch in sketches):
        return tuple(sketches)
    offers = _Offers(task, sketches, travel)
    prices: dict[tuple[int, object], float] = {}
    for own, vans in kinds.items():
        for route in vans:
            if sketches[route].visits:
                prices[route, own] = offers.price(route, route)
    now = sum(prices.values())
    for route, own in list(prices):
        for other, vans in kinds.items():
            if other != own and not is_over():
                price = offers.price(route, vans[0])
                if price < np.inf:
                    prices[route, other] = price
    chosen = _cheapest(kinds, prices)
    if sum(prices[each] for each in chosen.items()) > now - _NO_GAIN:
        return tuple(sketches)
    return _given(task, sketches, travel, kinds, chosen)


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


def _kinds(task: Task, vans: Sequence[int]) -> _Kinds:
    """Where wishes count, or orders name drivers, everybody is of a kind of his own."""
    are_named = bool(task.wishes) or any(map(_names_drivers, task.orders))
    found: dict[object, list[int]] = defaultdict(list)
    for van in vans:
        shift = task.shifts[van]
        own = van if are_named else None
        found[kind(shift), shift.vehicle.costs, own].append(van)
    return found


def _names_drivers(order: Order) -> bool:
    return bool(order.rules.drivers or order.rules.barred_drivers)


class _Offers:
    """What a route costs on each van; what differs in wishes alone is asked once."""

    def __init__(self, task: Task, sketches: Sequence[RouteSketch], travel: Travel) -> None:
        self._task = task
        self._sketches = sketches
        self._travel = travel
        self._costs: dict[object, float] = {}

    def price(self, route: int, van: int) -> float:
        """Infinite where it would break a rule there."""
        sketch = self._sketches[route]
        wished = self._task.wishes.row(self._task.routes[van], sketch.orders)
        return self._cost(sketch, route, van) + sum(wished)

    def _cost(self, sketch: RouteSketch, route: int, van: int) -> float:
        if route == van:
            return sketch.cost
        shift = self._task.shifts[van]
        driver = shift.driver.id if any(map(_names_drivers, sketch.orders)) else None
        key = route, kind(shift), shift.vehicle.costs, driver
        if key not in self._costs:
            there = RouteSketch(shift, sketch.orders, self._travel)
            self._costs[key] = there.cost if there.severity == CLEAN else np.inf
        return self._costs[key]


def _cheapest(kinds: _Kinds, prices: Mapping[tuple[int, object], float]) -> dict[int, object]:
    """The kind of van for each route: a flow of least cost, as many of a kind as there are."""
    # Slow to load, and few plans come here.
    from ortools.graph.python import min_cost_flow

    node = {of: number for number, of in enumerate(kinds, start=1)}
    routes = list(dict.fromkeys(route for route, _ in prices))
    node_of = {route: number for number, route in enumerate(routes, start=len(node) + 1)}
    per_coin = min(_PER_COIN, _MOST / max([1.0, *prices.values()]))
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = {
        flow.add_arc_with_capacity_and_unit_cost(
            node_of[route], node[of], 1, round(price * per_coin)
        ): (route, of)
        for (route, of), price in prices.items()
    }
    sink = 0
    for of, vans in kinds.items():
        flow.add_arc_with_capacity_and_unit_cost(node[of], sink, len(vans), 0)
    for route in routes:
        flow.set_node_supply(node_of[route], 1)
    flow.set_node_supply(sink, -len(routes))
    # There is one: every route has the van that it is on.
    assert flow.solve() == flow.OPTIMAL
    return dict(each for arc, each in arcs.items() if flow.flow(arc))


def _given(
    task: Task,
    sketches: Sequence[RouteSketch],
    travel: Travel,
    kinds: _Kinds,
    chosen: Mapping[int, object],
) -> tuple[RouteSketch, ...]:
    """Each route on a van of its kind; on its own where that is one."""
    left = {of: [van for van in vans if chosen.get(van) != of] for of, vans in kinds.items()}
    found = list(sketches)
    moving = [route for route, of in chosen.items() if route not in kinds[of]]
    for route in moving:
        found[route] = sketches[route].of([])
    for route in moving:
        van = left[chosen[route]].pop(0)
        found[van] = RouteSketch(task.shifts[van], sketches[route].orders, travel)
    return tuple(found)
