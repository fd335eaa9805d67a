"""Plan a day without a process: split it by its locks, search, mend, explain."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.domain.fleet import USUAL_COSTS
from app.domain.ids import OrderId
from app.domain.problem import Plan, Problem
from app.domain.routes import Lock, Route
from app.domain.rules import NO_AIMS
from app.domain.sketch import RouteSketch
from app.planning import engines
from app.planning.budget import Budget
from app.planning.explain import Explainer, explaining
from app.planning.lanes import Report as Hear
from app.planning.lanes import Sketches
from app.planning.mending import without_idle_changes
from app.planning.polish import Polish
from app.planning.pricing import priced
from app.planning.relaxed import is_plain
from app.planning.screening import Screen
from app.planning.search import Found, search
from app.planning.task import Arrangement, Roads, Task
from app.planning.telling import Keep, Report, Teller, unexplained
from app.planning.thorough import solve_thoroughly
from app.planning.wishes import wishes_of

_MARGIN, _MARGIN_S = 0.06, 0.6
"""A search may end such a share of its time, and so much at most, before it, to hand over what it
has."""
_TINY = 20
"""So few orders are also searched by the domain's clock: engines take a break for a hole in every
van's day, and the mix of a few vans for good once all is placed."""
_POLISHING, _POLISHING_S = 400, 0.4
"""The work for that, and how long it may take."""
_RESEQUENCING = 1_000
"""The work for a route whose contents are locked, where work is counted."""


def solve(
    problem: Problem,
    report: Report,
    cancelled: Callable[[], bool],
    keep: Keep = lambda _plan: None,
) -> Plan:
    """The best plan found in `problem.seconds`, or until cancelled.

    Its routes break no rule but those that the dispatcher locked into them. `keep` hears of the
    best plan so far, once a second at most: what is left if this process dies.
    """
    if problem.waiting:
        return _with_waiting(problem, report, cancelled, keep)
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


def _with_waiting(
    problem: Problem, report: Report, cancelled: Callable[[], bool], keep: Keep
) -> Plan:
    """The search knows nothing of what waits; whoever hears of a plan does."""

    def told(plan: Plan) -> Plan:
        return replace(plan, unassigned=plan.unassigned + problem.waiting)

    plan = solve(
        replace(problem, waiting=()),
        lambda now: report(replace(now, unassigned=now.unassigned + len(problem.waiting))),
        cancelled,
        lambda best: keep(told(best)),
    )
    return told(plan)


def _money(problem: Problem, plan: Plan) -> float:
    """What a plan costs, whatever it was aimed at."""
    return sum(
        RouteSketch(
            route.shift, [problem.orders[order] for order in plan.routes[route.id]], problem.travel
        ).cost
        for route in problem.routes
    )


def _solve_plain(
    problem: Problem, report: Report, cancelled: Callable[[], bool], keep: Keep
) -> Plan:
    """Nobody asks why an order is left: the rest of the rules is still to come."""
    return _Solver(problem, report, cancelled, keep).solve(is_explained=False)


class _Solver:
    def __init__(
        self, problem: Problem, report: Report, cancelled: Callable[[], bool], keep: Keep
    ) -> None:
        self._problem = problem
        self._cancelled = cancelled
        self._cores = min(engines.CORES, problem.cores or engines.CORES)
        self._is_cut_short = False
        self._fixed_cost = 0.0
        self._roads = Roads(problem.travel)
        self._teller = Teller(problem, self._cost_of, report, keep)
        self._teller.engine = engines.NAME
        self._open = tuple(_priced(route) for route in self._teller.open)

    def solve(self, *, is_explained: bool = True) -> Plan:
        deadline = self._teller.begin + self._problem.seconds
        shut = [route for route in self._problem.routes if route.lock is not Lock.NONE]
        for route in shut:
            sequence = self._teller.fixed[route.id] = self._resequenced(route, len(shut))
            self._fixed_cost += _cost(route, self._sketch(route, sequence))
        task = self._task()
        by_id = {order.id: order for order in task.orders}
        start = tuple(tuple(by_id[o] for o in r.orders if o in by_id) for r in task.routes)
        is_tiny = bool(task.routes) and len(task.orders) <= _TINY
        until = deadline - min(_POLISHING_S, self._problem.seconds * 0.2) * is_tiny
        searched = self._search(task, start, until, self._problem.iterations, self._teller.tell)
        self._is_cut_short = searched.is_cut_short and self._problem.iterations is not None
        found = searched.sketches
        if is_tiny:
            found = self._polished(task, found, deadline)
        self._teller.trace(found)
        return self._plan(found, is_explained=is_explained)

    def _polished(self, task: Task, found: Sketches, deadline: float) -> Sketches:
        steps = iter(range(_POLISHING, 0, -1))
        wishes = task.wishes
        polish = Polish(task, self._roads, wishes.aims, wishes.kept, self._problem.seed)
        return polish.run(
            found,
            lambda: self._cancelled() or time.perf_counter() >= deadline or not next(steps, 0),
            lambda: 1.0,
        )

    def _task(self) -> Task:
        """What can be placed at all, on the routes that are open."""
        known = {order.id for order in self._teller.in_play}
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
                order
                for order in self._teller.in_play
                if order.id in pins or screen.lets_pass(order)
            ),
            pins=pins,
            wishes=wishes_of(self._problem),
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
            until, steps = self._teller.begin + self._problem.seconds, _RESEQUENCING
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
        report: Hear,
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

    def _cost_of(self, sketches: Sequence[RouteSketch]) -> float:
        """Of the whole day."""
        return self._fixed_cost + sum(map(_cost, self._open, sketches))

    def _plan(self, found: Sketches, *, is_explained: bool) -> Plan:
        searched = dict(zip((route.id for route in self._open), found, strict=True))
        sketches = [
            searched[route.id]
            if route.id in searched
            else self._sketch(route, self._teller.fixed[route.id])
            for route in self._problem.routes
        ]
        why = explaining(
            Explainer(self._problem.routes, sketches, self._problem.travel),
            until=self._teller.explains_until(self._cancelled),
        )
        why = why if is_explained else unexplained
        cost = sum(map(_cost, self._problem.routes, sketches))
        return self._teller.plan(found, cost, why, is_cut_short=self._is_cut_short)

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
