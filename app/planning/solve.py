"""Plan a day without a process: split it by its locks, search, mend, explain."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from app.domain.fleet import Costs
from app.domain.ids import OrderId, RouteId
from app.domain.problem import Plan, Problem, Progress
from app.domain.routes import Lock, Route
from app.domain.sketch import RouteSketch
from app.planning import engines
from app.planning.decompose import Search
from app.planning.explain import Explainer
from app.planning.screening import Screen
from app.planning.task import Roads, Task

_REPORTS_PER_S = 5
_NO_PRICES = Costs(per_km=0.3, per_hour=20.0)
"""Where a vehicle has no prices, short days and few kilometres are what is sought."""


def solve(
    problem: Problem, report: Callable[[Progress], None], cancelled: Callable[[], bool]
) -> Plan:
    """The best plan found in `problem.seconds`, or until cancelled.

    Its routes break no rule but those that the dispatcher locked into them.
    """
    return _Solver(problem, report, cancelled).solve()


class _Solver:
    def __init__(
        self,
        problem: Problem,
        report: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self._problem = problem
        self._send = report
        self._cancelled = cancelled
        self._begin = time.perf_counter()
        self._next_report = 0.0
        self._roads = Roads(problem.travel)
        self._open = tuple(_priced(r) for r in problem.routes if r.lock is Lock.NONE)
        in_play = dict.fromkeys(
            [*(order for route in self._open for order in route.orders), *problem.unassigned]
        )
        self._in_play = [problem.orders[o] for o in in_play if o in problem.orders]

    def solve(self) -> Plan:
        deadline = self._begin + self._problem.seconds
        shut = [route for route in self._problem.routes if route.lock is not Lock.NONE]
        fixed = {route.id: self._resequenced(route, len(shut)) for route in shut}
        task = self._task()
        by_id = {order.id: order for order in task.orders}
        start = tuple(tuple(by_id[o] for o in r.orders if o in by_id) for r in task.routes)
        found = self._search(task, self._report).run(start, deadline)
        return self._plan(fixed, dict(zip((r.id for r in task.routes), found, strict=True)))

    def _task(self) -> Task:
        """What can be placed at all, on the routes that are open."""
        known = {order.id for order in self._in_play}
        pins = {
            stop.order: route.id
            for route in self._open
            for stop in route.stops
            if stop.is_locked and stop.order in known
        }
        screen = Screen(self._open, self._problem.travel)
        return Task(
            routes=self._open,
            orders=tuple(
                order for order in self._in_play if order.id in pins or screen.lets_pass(order)
            ),
            pins=pins,
        )

    def _resequenced(self, route: Route, sharing: int) -> tuple[OrderId, ...]:
        """A better sequence where only the contents are locked; its own where none is found."""
        known = self._problem.orders
        orders = tuple(known[order] for order in route.orders if order in known)
        if route.lock is not Lock.CONTENTS or len(orders) != len(route.stops) or len(orders) < 2:
            return route.orders
        task = Task(
            routes=(_priced(route),), orders=orders, pins=dict.fromkeys(route.orders, route.id)
        )
        until = time.perf_counter() + min(0.5, self._problem.seconds * 0.3 / sharing)
        (found,) = self._search(task, lambda _sketches, _stage: None).run((orders,), until)
        now = RouteSketch(task.routes[0].shift, orders, self._problem.travel)
        if (found.severity, found.cost) < (now.severity, now.cost):
            return tuple(order.id for order in found.orders)
        return route.orders

    def _search(self, task: Task, report: Callable[[Sequence[RouteSketch], str], None]) -> Search:
        return Search(
            task, self._roads, self._problem.travel, self._problem.seed, self._cancelled, report
        )

    def _report(self, sketches: Sequence[RouteSketch], stage: str) -> None:
        now = time.perf_counter()
        if now < self._next_report:
            return
        self._next_report = now + 1 / _REPORTS_PER_S
        placed = sum(len(sketch.visits) for sketch in sketches)
        self._send(
            Progress(
                cost=sum(map(_cost, self._open, sketches)),
                unassigned=len(self._in_play) - placed,
                seconds=now - self._begin,
                stage=stage,
            )
        )

    def _plan(
        self,
        fixed: Mapping[RouteId, tuple[OrderId, ...]],
        found: Mapping[RouteId, RouteSketch],
    ) -> Plan:
        routes: dict[RouteId, tuple[OrderId, ...]] = {}
        sketches = []
        for route in self._problem.routes:
            if route.id in fixed:
                routes[route.id] = fixed[route.id]
                sketches.append(self._sketch(route, fixed[route.id]))
            else:
                routes[route.id] = tuple(order.id for order in found[route.id].orders)
                sketches.append(found[route.id])
        placed = {order for orders in routes.values() for order in orders}
        explainer = Explainer(self._problem.routes, sketches, self._problem.travel)
        return Plan(
            routes=routes,
            unassigned=tuple(
                explainer.explain(order) for order in self._in_play if order.id not in placed
            ),
            cost=sum(map(_cost, self._problem.routes, sketches)),
            engine=engines.NAME,
            seconds=time.perf_counter() - self._begin,
        )

    def _sketch(self, route: Route, sequence: Sequence[OrderId]) -> RouteSketch:
        known = self._problem.orders
        orders = [known[order] for order in sequence if order in known]
        return RouteSketch(route.shift, orders, self._problem.travel)


def _priced(route: Route) -> Route:
    costs = route.shift.vehicle.costs
    if costs.per_km or costs.per_hour:
        return route
    vehicle = replace(route.shift.vehicle, costs=replace(_NO_PRICES, fixed=costs.fixed))
    return replace(route, shift=replace(route.shift, vehicle=vehicle))


def _cost(route: Route, sketch: RouteSketch) -> float:
    """By the route's own prices."""
    costs = route.shift.vehicle.costs
    if not sketch.visits:
        return 0.0
    hours = sketch.working_s / 3600
    return costs.fixed + costs.per_km * sketch.metres / 1000 + costs.per_hour * hours
