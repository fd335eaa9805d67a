"""Plans for problems that ask for more than the engines know: theirs, polished by every rule."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.domain.checks import Severity
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.domain.problem import Plan, Problem
from app.domain.routes import Lock, Route
from app.domain.rules import Balance
from app.domain.sketch import RouteSketch
from app.planning import engines
from app.planning.evenness import evened
from app.planning.exchange import exchanged
from app.planning.explain import Explainer, explaining
from app.planning.filling import promoted
from app.planning.lawful import Sequences, lawful
from app.planning.mending import PRIORITIES, Worth
from app.planning.opening import opened
from app.planning.pacing import Pacing
from app.planning.pauses import pauses
from app.planning.polish import Polish, Sketches
from app.planning.pricing import priced
from app.planning.relaxed import (
    asks_for_more,
    has_wishes,
    is_nearly_plain,
    knows_more,
    relaxed,
    slowest,
)
from app.planning.task import Arrangement, Roads, Stop, Task
from app.planning.telling import Keep, Report, Teller
from app.planning.wishes import wishes_of

_OPENING_S = 0.4
"""The work at most to make a first plan by the everyday rules keep the others too."""
_LOOK_S, _LOOK_EVERY = 0.3, 20
"""The work at most for a look at a plan on its way, and how many times as long as it took until
the next one."""
_RELAXED, _WHOLE = (0.4, 0.45), (0.85, 0.0)
"""How long an engine searches that doesn't know every rule, or does. One whose plan the rules that
it doesn't know hardly touch goes on from there, as long as nothing has a price that it doesn't
know either."""
_LARGE, _BALANCED_LARGE = (0.4, 0.45), (0.2, 0.2)
"""The same for a large day: first by the everyday rules, then by as many as an engine knows."""
_POLISHED_UP_TO = 300
"""Orders; with more, moves of single stops by every rule find next to nothing in the time."""
_PLAINLY = 0.65
"""Of the time of an engine that knows more rules, for the one that finds more where none binds."""
_EVENING = 0.2
"""Of the time, for a plan in which no van works much more than the others."""
_SEARCHING_UNTIL, _INSERTING_UNTIL = 0.95, 0.97
"""Until when engines search, and what they left is tried one by one."""
_TOUCHED = 0.02
_CAUTION = 0.5
"""How much slower than on average roads are taken to be, where on average some were left out."""
_FILLING_FROM = 0.95
"""When what is still left on a large day is tried for the last time."""
_RESEQUENCING_S = 0.5
_EXCHANGING_S = 0.3
_STEP = 6
"""So many orders weigh as much as one of the next higher priority."""
_OWN = "every rule"
"""The engine's name where no other took part."""

_Engine = Callable[[Task, Polish, Sketches, float], Sequences | None]
PlainSolve = Callable[[Problem, Report, Callable[[], bool], Keep], Plan]


def solve_thoroughly(
    problem: Problem,
    report: Report,
    cancelled: Callable[[], bool],
    keep: Keep,
    plain: PlainSolve,
) -> Plan:
    """As `solve`, by every rule and aim of the problem; `plain` solves what engines know."""
    return _Thorough(problem, report, cancelled, keep, plain).solve()


class _Thorough:
    def __init__(
        self,
        problem: Problem,
        report: Report,
        cancelled: Callable[[], bool],
        keep: Keep,
        plain: PlainSolve,
    ) -> None:
        self._problem = problem
        self._priced = priced(problem)
        self._cancelled = cancelled
        self._plain = plain
        self._roads = Roads(slowest(problem.travel))
        self._teller = Teller(self._priced, _cost_of, report, keep)
        self._teller.engine = _OWN
        self._open = self._teller.open
        self._is_balanced = problem.aims.balance is not Balance.NONE
        self._is_large = len(self._teller.in_play) > _POLISHED_UP_TO
        self._shares = self._shares_of_time()
        self._pacing = Pacing(problem, self._teller.begin, cancelled)
        self._is_cut_short = False
        self._shown: Sketches = ()
        self._basis: Sketches = ()
        """What an engine goes on from: the last one's plan, though it may lack an order that a
        far dearer one has."""
        self._cores = min(engines.CORES, problem.cores or engines.CORES)

    def solve(self) -> Plan:
        deadline = self._teller.begin + self._problem.seconds
        for route in self._priced.routes:
            if route.lock is not Lock.NONE:
                self._teller.fixed[route.id] = self._resequenced(route)
        task = self._task(self._open, self._teller.in_play)
        polish = Polish(
            task, self._roads, self._problem.aims, self._problem.kept, self._problem.seed
        )
        start = given = self._lawful(task, self._given())
        if self._problem.moves_nothing:
            is_over = self._pacing.is_over(deadline)
            start = polish.inserted(
                start, is_over, lambda found: self._teller.tell(found, "insert")
            )
            start = polish.inserted(start, self._pacing.is_tried(1.0))
        else:
            start = self._better_start(task, polish, start)
            self._teller.tell(start, "start")
            until = self._pacing.at(_FILLING_FROM) if self._is_large else deadline
            steps = self._pacing.steps(until, self._pacing.own_work)
            start = polish.run(
                start,
                steps,
                lambda: steps.share or self._pacing.elapsed,
                lambda found: self._teller.tell(found, "polish"),
                self._cancelled if self._pacing.is_counted else self._pacing.is_over(until),
            )
            start = self._exchanged(task, polish, start)
            is_filled = self._pacing.is_tried(1.0)
            start = promoted(task, polish.inserted(start, is_filled), is_filled)
        return self._plan(min(start, given, key=polish.worth))

    def _shares_of_time(self) -> tuple[float, float]:
        """For how much of the time the engines search at first, and then again."""
        if self._is_balanced:
            return _BALANCED_LARGE if self._is_large else (_EVENING, 0.0)
        if self._is_large:
            return _LARGE
        return _RELAXED if asks_for_more(self._priced) else _WHOLE

    def _task(self, routes: Sequence[Route], orders: Sequence[Order]) -> Task:
        known = {order.id for order in orders}
        return Task(
            routes=tuple(routes),
            orders=tuple(orders),
            pins={
                stop.order: route.id
                for route in routes
                for stop in route.stops
                if stop.is_locked and stop.order in known
            },
            wishes=wishes_of(self._priced),
        )

    def _given(self) -> dict[RouteId, tuple[OrderId, ...]]:
        return {route.id: route.orders for route in self._open}

    def _better_start(self, task: Task, polish: Polish, start: Sketches) -> Sketches:
        """The engines' plan by the true rules, where that is better than what there was."""
        if self._is_large:
            start = min(start, self._opened(task, start), key=polish.worth)
            self._teller.tell(start, "start")
        start = polish.inserted(start, self._pacing.is_opened())
        self._teller.tell(start, "start")
        first, second = self._shares
        if engines.improve_whole is not None and knows_more(self._priced):
            share = first + second * self._is_large
            if is_nearly_plain(self._priced):
                plain = first if self._is_large else first * _PLAINLY
                start, _ = self._searched(task, polish, self._plain_s, start, plain)
                share -= plain
            start, _ = self._searched(task, polish, self._whole_s, start, share)
        else:
            start, may_go_on = self._searched(task, polish, self._plain_s, start, first)
            if self._is_large or (may_go_on and not has_wishes(self._priced)):
                start, _ = self._searched(task, polish, self._plain_again_s, start, second)
        if self._is_balanced and not self._cancelled():
            self._pacing.spent += _EVENING
            start = min(start, self._evened(task, start), key=polish.worth)
        start = self._exchanged(task, polish, start)
        return polish.inserted(start, self._pacing.is_over(self._pacing.at(_INSERTING_UNTIL)))

    def _exchanged(self, task: Task, polish: Polish, plan: Sketches) -> Sketches:
        """With the routes on the vans that do them for least, by every aim."""
        is_over = self._pacing.is_done_after(_EXCHANGING_S)
        found = exchanged(task, plan, self._problem.travel, is_over)
        return min(plan, found, key=polish.worth)

    def _searched(
        self, task: Task, polish: Polish, engine: _Engine, start: Sketches, share: float
    ) -> tuple[Sketches, bool]:
        """The better of `start` and what the engine makes of it in that share of the time.

        And whether that is the engine's, and hardly touched by the rules that it doesn't know.
        """
        if not share or self._cancelled():
            return start, False
        share = min(share, max(0.0, _SEARCHING_UNTIL - self._pacing.elapsed))
        self._pacing.spent += share
        self._shown = start
        found = engine(task, polish, start, share)
        if found is None:
            return start, False
        mended = self._lawful(task, found, start, self._pacing.is_tried(_INSERTING_UNTIL))
        placed = sum(map(len, found.values()))
        kept = sum(
            len(sketch.visits)
            for route, sketch in zip(task.routes, mended, strict=True)
            if route.id in found
        )
        is_tried = self._pacing.is_tried(_INSERTING_UNTIL)
        # The engine weighs many orders against an important one; a plan is judged by that one.
        sketches = promoted(task, polish.inserted(mended, is_tried), is_tried)
        self._basis = sketches
        # What was seen on the way hangs on the clock.
        choices = [start, sketches] if self._pacing.is_counted else [start, sketches, self._shown]
        best = min(choices, key=lambda plan: _weighed(polish.worth(plan)))
        self._teller.tell(best, "whole day")
        return best, best is sketches and placed - kept <= placed * _TOUCHED

    def _as_planned(self, start: Sketches) -> Problem:
        """The problem that goes on from this plan."""
        by_route = dict(zip((route.id for route in self._open), start, strict=True))
        placed = {visit.order.id for sketch in start for visit in sketch.visits}
        return replace(
            self._priced,
            routes=tuple(
                route.with_orders(order.id for order in by_route[route.id].orders)
                if route.id in by_route
                else route
                for route in self._priced.routes
            ),
            unassigned=tuple(o.id for o in self._teller.in_play if o.id not in placed),
        )

    def _opened(self, task: Task, start: Sketches) -> Sketches:
        """A plan in a blink: by the everyday rules, and then without what breaks the others.

        What leaves a van for that is for those that are still empty.
        """
        everyday = relaxed(self._priced, 0.0, is_strict=True)
        orders, routes = everyday.orders, everyday.routes
        playing = [o.id for o in self._teller.in_play if o.location is not None]
        known = tuple(orders[order] for order in playing if order in orders)
        simple = Task(routes=routes, orders=known, pins=task.pins)
        roads, is_over = Roads(everyday.travel), self._pacing.is_done_after(_OPENING_S)
        breaks = pauses(simple.shifts)
        found: Sequences = {route.id: route.orders for route in routes}
        for _ in routes:
            given = tuple(tuple(orders[o] for o in found[route.id]) for route in routes)
            arranged = opened(simple, roads, breaks, given)
            if arranged == given or is_over():
                break
            start = self._lawful(task, _by_route(simple, arranged), start, is_over)
            found = {
                route.id: tuple(order.id for order in sketch.orders)
                for route, sketch in zip(task.routes, start, strict=True)
            }
        return start

    def _plain_s(
        self, task: Task, polish: Polish, start: Sketches, share: float
    ) -> Sequences | None:
        """By the engine that knows the everyday rules, with nobody late and no overtime."""
        show = self._shows(task, polish, start)
        return self._plainly(self._priced, share, show, is_strict=True)

    def _plain_again_s(
        self, task: Task, polish: Polish, start: Sketches, share: float
    ) -> Sequences | None:
        """From the plan that there is; late and in overtime if else some were left out."""
        given = self._as_planned(self._basis or start)
        show = self._shows(task, polish, start)
        caution = _CAUTION if given.unassigned else 0.0
        return self._plainly(given, share, show, is_strict=not given.unassigned, caution=caution)

    def _plainly(
        self,
        given: Problem,
        share: float,
        show: Callable[[Sequences], None],
        *,
        is_strict: bool,
        caution: float = 0.0,
    ) -> Sequences | None:
        problem = relaxed(given, self._pacing.seconds(share), is_strict=is_strict, caution=caution)
        problem = replace(problem, iterations=self._pacing.work(share))
        if not problem.routes or not problem.orders:
            return None
        self._teller.engine = _polished_by(engines.NAME)
        found = self._plain(
            problem, lambda _progress: None, self._cancelled, lambda plan: show(plan.routes)
        )
        self._is_cut_short |= found.is_cut_short
        self._teller.engine = _polished_by(found.engine)
        return dict(found.routes)

    def _shows(self, task: Task, polish: Polish, start: Sketches) -> Callable[[Sequences], None]:
        """Hears of an engine's plans on the way, and tells those that are better by every rule."""
        next_look = 0.0

        def show(sequences: Sequences) -> None:
            nonlocal next_look
            begin = time.perf_counter()
            if begin < next_look:
                return
            seen = self._lawful(task, sequences, start, self._pacing.is_done_after(_LOOK_S))
            self._shown = min(self._shown, seen, key=lambda plan: _weighed(polish.worth(plan)))
            self._teller.tell(self._shown, "whole day")
            now = time.perf_counter()
            next_look = now + _LOOK_EVERY * (now - begin)

        return show

    def _whole_s(
        self, task: Task, polish: Polish, start: Sketches, share: float
    ) -> Sequences | None:
        """By the engine that knows most rules."""
        self._teller.engine = _polished_by(engines.NAME)
        show = self._shows(task, polish, start)
        basis = self._basis or start
        return self._wholly(task, basis, share, lambda found: show(_by_route(task, found)))

    def _evened(self, task: Task, plan: Sketches) -> Sketches:
        """What the engine makes of it where no van may work much more than the others."""
        try:
            limited, begin = evened(task, plan, self._problem.aims)
        except ValueError:
            return plan
        found = self._wholly(limited, begin, _EVENING, lambda _sequences: None)
        return plan if found is None else self._lawful(task, found, plan)

    def _wholly(
        self,
        task: Task,
        start: Sketches,
        share: float,
        on_best: Callable[[Arrangement], None],
    ) -> Sequences | None:
        if engines.improve_whole is None:
            return None
        until, work = time.perf_counter() + self._pacing.seconds(share), self._pacing.work(share)
        sequences = engines.improve_whole(
            task,
            self._roads,
            start,
            [self._pacing.steps(until, work) for _ in range(self._cores)],
            seed=self._problem.seed,
            on_best=on_best,
        )
        return None if sequences is None else _by_route(task, sequences)

    def _lawful(
        self, task: Task, sequences: Sequences, fallback: Sketches = (), is_over: Stop | None = None
    ) -> Sketches:
        """The routes with these sequences, or as they are given, as far as they keep the rules."""
        found = {**self._given(), **sequences}
        stop = is_over or self._cancelled
        return lawful(task, found, self._problem.travel, fallback, stop)

    def _resequenced(self, route: Route) -> tuple[OrderId, ...]:
        """A better sequence where only the contents are locked."""
        known = self._problem.orders
        orders = [known[order] for order in route.orders if order in known]
        if (
            route.lock is not Lock.CONTENTS
            or len(orders) != len(route.stops)
            or len(orders) < 2
            or self._problem.moves_nothing
        ):
            return route.orders
        task = replace(self._task([route], orders), pins=dict.fromkeys(route.orders, route.id))
        polish = Polish(task, self._roads, self._problem.aims, self._problem.kept, 1)
        until = time.perf_counter() + min(_RESEQUENCING_S, self._problem.seconds * 0.1)
        if self._pacing.is_counted:
            until = self._pacing.at(1.0)
        start = RouteSketch(route.shift, orders, self._problem.travel, frozen=route.frozen)
        (found,) = polish.run(
            [start], self._pacing.steps(until, self._problem.iterations), lambda: 0.5
        )
        if found.severity <= start.severity and len(found.visits) == len(start.visits):
            return tuple(order.id for order in found.orders)
        return route.orders

    def _plan(self, sketches: Sequence[RouteSketch]) -> Plan:
        routes = self._teller.sequences(sketches)
        known = self._problem.orders
        as_priced = [
            RouteSketch(
                route.shift,
                [known[o] for o in routes[route.id] if o in known],
                self._problem.travel,
                frozen=route.frozen,
            )
            for route in self._problem.routes
        ]
        why = explaining(
            Explainer(self._problem.routes, as_priced, self._problem.travel, known),
            until=self._teller.explains_until(self._cancelled),
        )
        cost = _cost_of(as_priced)
        is_cut_short = self._is_cut_short or self._pacing.is_cut_short
        return self._teller.plan(sketches, cost, why, is_cut_short=is_cut_short)


def _weighed(worth: Worth) -> tuple[int, Severity, float]:
    """For a plan that is still to be bettered: many orders outweigh an important one.

    By the weights of the engines, so that no first plan with half of the orders is taken for one
    order that theirs has left out; that one is seen to later.
    """
    left, severity, price = worth
    ranks = range(PRIORITIES - 1, -1, -1)
    return (
        sum(count * _STEP**rank for rank, count in zip(ranks, left, strict=True)),
        severity,
        price,
    )


def _cost_of(sketches: Sequence[RouteSketch]) -> float:
    return sum(sketch.cost for sketch in sketches)


def _polished_by(engine: str) -> str:
    return f"{engine}, polished by every rule"


def _by_route(task: Task, sequences: Arrangement) -> dict[RouteId, tuple[OrderId, ...]]:
    return {
        route.id: tuple(order.id for order in orders)
        for route, orders in zip(task.routes, sequences, strict=True)
    }
