"""Plan a day without a process: split it by its locks, search, mend, explain."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from app.domain.fleet import USUAL_COSTS
from app.domain.ids import OrderId, RouteId
from app.domain.problem import Plan, Problem, Progress, Reason, Unassigned
from app.domain.routes import Lock, Route
from app.domain.rules import NO_AIMS
from app.domain.sketch import RouteSketch
from app.planning import engines
from app.planning.budget import Budget
from app.planning.explain import Explainer
from app.planning.lanes import Report, Sketches
from app.planning.mending import without_idle_changes
from app.planning.polish import Polish
from app.planning.pricing import priced
from app.planning.relaxed import is_plain
from app.planning.screening import Screen
from app.planning.search import Found, search
from app.planning.task import Arrangement, Roads, Task
from app.planning.thorough import solve_thoroughly

_MARGIN, _MARGIN_S = 0.06, 0.6
"""A search may end such a share of its time, and so much at most, before it, to hand over what it
has."""
_REPORTS_PER_S = 5
_KEPT_PER_S = 1
_BROKEN_OFF = "The search was broken off before a place was found."
_TINY = 20
"""So few orders are also searched by the domain's clock: engines take a break for a hole in every
van's day, and the mix of a few vans for good once all is placed."""
_POLISHING, _POLISHING_S = 400, 0.4
"""The work for that, and how long it may take."""
_RESEQUENCING = 1_000
"""The work for a route whose contents are locked, where work is counted."""


def solve(
    problem: Problem,
    report: Callable[[Progress], None],
    cancelled: Callable[[], bool],
    keep: Callable[[Plan], None] = lambda _plan: None,
) -> Plan:
    """The best plan found in `problem.seconds`, or until cancelled.

    Its routes break no rule but those that the dispatcher locked into them. `keep` hears of the
    best plan so far, once a second at most: what is left if this process dies.
    """
    begin = time.perf_counter()
    if is_plain(problem):
        plan = _Solver(priced(problem), report, cancelled, keep).solve()
        if problem.aims != NO_AIMS:
            plan = replace(plan, cost=_money(problem, plan))
    else:
        plan = solve_thoroughly(problem, report, cancelled, keep, _solve_plain)
    plan = without_idle_changes(problem, plan)
    margin = min(_MARGIN_S, problem.seconds * _MARGIN)
    is_late = time.perf_counter() - begin >= problem.seconds - margin
    is_cut_short = problem.iterations is not None and (is_late or cancelled())
    return replace(plan, is_cut_short=plan.is_cut_short or is_cut_short)


def _money(problem: Problem, plan: Plan) -> float:
    """What a plan costs, whatever it was aimed at."""
    return sum(
        RouteSketch(
            route.shift, [problem.orders[order] for order in plan.routes[route.id]], problem.travel
        ).cost
        for route in problem.routes
    )


def _solve_plain(
    problem: Problem, report: Callable[[Progress], None], cancelled: Callable[[], bool]
) -> Plan:
    return _Solver(problem, report, cancelled, lambda _plan: None).solve()


class _Solver:
    def __init__(
        self,
        problem: Problem,
        report: Callable[[Progress], None],
        cancelled: Callable[[], bool],
        keep: Callable[[Plan], None],
    ) -> None:
        self._problem = problem
        self._send = report
        self._keep = keep
        self._cancelled = cancelled
        self._cores = min(engines.CORES, problem.cores or engines.CORES)
        self._begin = time.perf_counter()
        self._is_cut_short = False
        self._next_report = 0.0
        self._next_keep = 0.0
        self._fixed: dict[RouteId, tuple[OrderId, ...]] = {}
        self._fixed_cost = 0.0
        self._heard: Sequence[RouteSketch] | None = None
        self._kept: Sequence[RouteSketch] | None = None
        self._trajectory: list[tuple[float, float]] = []
        self._roads = Roads(problem.travel)
        self._open = tuple(_priced(r) for r in problem.routes if r.lock is Lock.NONE)
        in_play = dict.fromkeys(
            [*(order for route in self._open for order in route.orders), *problem.unassigned]
        )
        self._in_play = [problem.orders[o] for o in in_play if o in problem.orders]

    def solve(self) -> Plan:
        deadline = self._begin + self._problem.seconds
        shut = [route for route in self._problem.routes if route.lock is not Lock.NONE]
        for route in shut:
            self._fixed[route.id] = self._resequenced(route, len(shut))
            self._fixed_cost += _cost(route, self._sketch(route, self._fixed[route.id]))
        task = self._task()
        by_id = {order.id: order for order in task.orders}
        start = tuple(tuple(by_id[o] for o in r.orders if o in by_id) for r in task.routes)
        is_tiny = bool(task.routes) and len(task.orders) <= _TINY
        until = deadline - min(_POLISHING_S, self._problem.seconds * 0.2) * is_tiny
        searched = self._search(task, start, until, self._problem.iterations, self._report)
        self._is_cut_short = searched.is_cut_short and self._problem.iterations is not None
        found = searched.sketches
        if is_tiny:
            found = self._polished(task, found, deadline)
        self._trace(found)
        return self._plan(dict(zip((r.id for r in task.routes), found, strict=True)))

    def _polished(self, task: Task, found: Sketches, deadline: float) -> Sketches:
        steps = iter(range(_POLISHING, 0, -1))
        polish = Polish(task, self._roads, NO_AIMS, {}, self._problem.seed)
        return polish.run(
            found,
            lambda: self._cancelled() or time.perf_counter() >= deadline or not next(steps, 0),
            lambda: 1.0,
        )

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
        steps = None
        if self._problem.iterations is not None:
            until, steps = self._begin + self._problem.seconds, _RESEQUENCING
        searched = self._search(task, (orders,), until, steps, lambda _sketches, _stage: None)
        (found,) = searched.sketches
        now = RouteSketch(task.routes[0].shift, orders, self._problem.travel)
        if (found.severity, found.cost) < (now.severity, now.cost):
            return tuple(order.id for order in found.orders)
        return route.orders

    def _search(
        self,
        task: Task,
        start: Arrangement,
        deadline: float,
        iterations: int | None,
        report: Report,
    ) -> Found:
        budget = Budget(
            begin=time.perf_counter(),
            deadline=deadline,
            cores=self._cores,
            iterations=iterations,
        )
        return search(
            task,
            self._roads,
            self._problem.travel,
            budget,
            start,
            seed=self._problem.seed,
            is_over=self._cancelled,
            report=report,
        )

    def _report(self, sketches: Sequence[RouteSketch], stage: str) -> None:
        self._trace(sketches)
        now = time.perf_counter()
        if now >= self._next_keep and sketches is not self._kept:
            self._next_keep = now + 1 / _KEPT_PER_S
            self._kept = sketches
            self._keep(self._interim(sketches, now))
        if now >= self._next_report:
            self._next_report = now + 1 / _REPORTS_PER_S
            self._send(
                Progress(
                    cost=self._trajectory[-1][1],
                    unassigned=len(self._in_play) - sum(len(each.visits) for each in sketches),
                    seconds=now - self._begin,
                    stage=stage,
                )
            )

    def _trace(self, sketches: Sequence[RouteSketch]) -> None:
        if sketches is self._heard:
            return
        self._heard = sketches
        cost = self._fixed_cost + sum(map(_cost, self._open, sketches))
        if not self._trajectory or cost != self._trajectory[-1][1]:
            self._trajectory.append((time.perf_counter() - self._begin, cost))

    def _interim(self, sketches: Sequence[RouteSketch], now: float) -> Plan:
        """The plan as it is in the middle of the search: nobody asked yet why orders are left."""
        open_routes = {
            route.id: tuple(order.id for order in sketch.orders)
            for route, sketch in zip(self._open, sketches, strict=True)
        }
        placed = {order for orders in open_routes.values() for order in orders}
        return Plan(
            routes={
                route.id: (self._fixed | open_routes)[route.id] for route in self._problem.routes
            },
            unassigned=tuple(
                Unassigned(order=order.id, reason=Reason.NOT_FOUND, detail=_BROKEN_OFF)
                for order in self._in_play
                if order.id not in placed
            ),
            cost=self._trajectory[-1][1],
            engine=engines.NAME,
            seconds=now - self._begin,
            trajectory=tuple(self._trajectory),
            is_cut_short=self._problem.iterations is not None,
        )

    def _plan(self, found: Mapping[RouteId, RouteSketch]) -> Plan:
        routes: dict[RouteId, tuple[OrderId, ...]] = {}
        sketches = []
        for route in self._problem.routes:
            if route.id in self._fixed:
                routes[route.id] = self._fixed[route.id]
                sketches.append(self._sketch(route, self._fixed[route.id]))
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
            trajectory=tuple(self._trajectory),
            is_cut_short=self._is_cut_short,
        )

    def _sketch(self, route: Route, sequence: Sequence[OrderId]) -> RouteSketch:
        known = self._problem.orders
        orders = [known[order] for order in sequence if order in known]
        return RouteSketch(route.shift, orders, self._problem.travel)


def _priced(route: Route) -> Route:
    """Where a vehicle has no prices, short days and few kilometres are what is sought."""
    costs = route.shift.vehicle.costs
    if costs.per_km or costs.per_hour:
        return route
    vehicle = replace(route.shift.vehicle, costs=replace(USUAL_COSTS, fixed=costs.fixed))
    return replace(route, shift=replace(route.shift, vehicle=vehicle))


def _cost(route: Route, sketch: RouteSketch) -> float:
    """By the route's own prices."""
    costs = route.shift.vehicle.costs
    if not sketch.visits:
        return 0.0
    hours = sketch.working_s / 3600
    return costs.fixed + costs.per_km * sketch.metres / 1000 + costs.per_hour * hours
