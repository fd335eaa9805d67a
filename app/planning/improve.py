"""Small improvements of a plan as it stands: one move each, for a dispatcher to take or leave."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.aims import aims_that_count, plan_cost
from app.domain.board import Board
from app.domain.ids import OrderId, RouteId
from app.domain.insertion import added_violations
from app.domain.problem import Problem
from app.domain.routes import Route
from app.domain.rules import NO_AIMS
from app.domain.sketch import RouteSketch
from app.domain.travel import TravelMatrix
from app.domain.trials import PairTrial, Trial
from app.planning.arranging import is_open
from app.planning.jobs import Job, jobs_of

_NEAR = 8
"""With so many neighbours in space a job is tried together."""
_LEAST_SHARE = 0.005
"""Of what a route costs on average: nobody drives another way to save less."""
_LONGEST_TURN = 12
"""Stops that are driven the other way round at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """A move that makes the plan cheaper, breaks no rule and is not against the depot's aims."""

    text: str
    """What to do, for people: "swap 1042 and 1077"."""
    routes: Mapping[RouteId, tuple[OrderId, ...]]
    """The routes that change, as they would be."""
    saved_cost: float
    saved_s: int
    """Working time; below 0 where it takes longer and is cheaper all the same."""
    saved_m: int

    @property
    def key(self) -> tuple[tuple[RouteId, tuple[OrderId, ...]], ...]:
        """The same for the same move of the same routes."""
        return tuple(sorted(self.routes.items()))


def peace_problem(board: Board) -> Problem | None:
    """The drafts that nobody locked; None where there is nothing to improve."""
    routes = tuple(each.route for each in board.routes if is_open(each))
    if not any(route.stops for route in routes):
        return None
    wanted = {order for route in routes for order in route.orders}
    orders = {key: order for key, order in board.orders.items() if key in wanted}
    if len(orders) < len(wanted):
        return None
    shifts = [route.shift for route in routes]
    return Problem(
        routes=routes,
        orders=orders,
        unassigned=(),
        travel=board.travel,
        cores=1,
        aims=aims_that_count(shifts[0].depot.aims, shifts, orders.values()),
    )


def improvements(problem: Problem, is_over: Callable[[], bool]) -> Iterator[Improvement]:
    """Everything found that is worth it, the stops with the longest detours looked at first."""
    search = _Search(problem, is_over)
    yield from search.moves()
    yield from search.turns()


@dataclass(slots=True)
class _Search:
    problem: Problem
    is_over: Callable[[], bool]
    _sketches: list[RouteSketch] = field(init=False)
    _least: float = field(init=False)
    _now: float = field(init=False)

    def __post_init__(self) -> None:
        problem = self.problem
        self._sketches = [
            RouteSketch(
                route.shift,
                [problem.orders[order] for order in route.orders],
                problem.travel,
                frozen=route.frozen,
            )
            for route in problem.routes
        ]
        used = [sketch.cost for sketch in self._sketches if sketch.visits]
        self._least = _LEAST_SHARE * sum(used) / max(1, len(used))
        self._now = self._price(self._sketches)

    def moves(self) -> Iterator[Improvement]:
        """Jobs to another place or route, alone or in exchange for a neighbour."""
        movable = self._movable()
        shorter: dict[OrderId, RouteSketch] = {}
        for key, (job, number) in movable.items():
            if self.is_over():
                return
            gone = {order.id for order in job.orders}
            sketch = self._sketches[number]
            shorter[key] = sketch.of([v for v in sketch.visits if v.order.id not in gone])
        saved = {
            key: self._sketches[number].cost - shorter[key].cost
            for key, (_, number) in movable.items()
        }
        tried: set[frozenset[OrderId]] = set()
        for key in sorted(shorter, key=lambda key: -saved[key]):
            if self.is_over():
                return
            job, source = movable[key]
            near = self._near(job, source, movable)
            for target in {source, *(movable[other][1] for other in near)}:
                yield from self._moved(job, source, target, shorter[key])
            for other in near:
                pair = frozenset((key, other))
                coming, there = movable[other]
                if there != source and pair not in tried:
                    tried.add(pair)
                    yield from self._swapped(job, coming, source, there, shorter)

    def _movable(self) -> dict[OrderId, tuple[Job, int]]:
        """The jobs that nobody locked, by their first order, with their routes."""
        where = {
            visit.order.id: number
            for number, sketch in enumerate(self._sketches)
            for visit in sketch.visits[sketch.frozen :]
        }
        locked = {stop.order for r in self.problem.routes for stop in r.stops if stop.is_locked}
        found = {}
        for job in jobs_of(self.problem.orders.values()):
            numbers = {where.get(order.id) for order in job.orders}
            number = numbers.pop()
            if number is not None and not numbers and locked.isdisjoint(o.id for o in job.orders):
                found[job.first.id] = (job, number)
        return found

    def turns(self) -> Iterator[Improvement]:
        """Some stops of a route, one after the other, driven the other way round."""
        for number, sketch in enumerate(self._sketches):
            count = len(sketch.visits)
            best: tuple[float, int, int, RouteSketch] | None = None
            for first in range(sketch.frozen, count - 1):
                if self.is_over():
                    return
                for last in range(first + 1, min(count, first + _LONGEST_TURN)):
                    visits = list(sketch.visits)
                    visits[first : last + 1] = visits[first : last + 1][::-1]
                    turned = sketch.of(visits)
                    gain = sketch.cost - turned.cost
                    is_better = gain >= self._least and (best is None or gain > best[0])
                    if is_better and self._is_wanted({number: turned}):
                        best = (gain, first, last, turned)
            if best is not None:
                _, first, last, turned = best
                name = self._route(number).shift.name
                text = f"drive stops {first + 1} to {last + 1} of {name} the other way round"
                yield self._improvement(text, {number: turned})

    def _moved(
        self, job: Job, source: int, target: int, shorter: RouteSketch
    ) -> Iterator[Improvement]:
        taking = shorter if source == target else self._sketches[target]
        before = self._sketches[source].cost
        if source != target:
            before += taking.cost - shorter.cost
        trial = _place(job, taking, before - self._least)
        if trial is None:
            return
        taken = job.put(taking, trial)
        after = {target: taken} if source == target else {source: shorter, target: taken}
        if self._is_wanted(after):
            name = self._route(target).shift.name
            yield self._improvement(f"move {job.name} to {name}, {_stops(trial)}", after)

    def _swapped(
        self,
        job: Job,
        coming: Job,
        source: int,
        target: int,
        shorter: Mapping[OrderId, RouteSketch],
    ) -> Iterator[Improvement]:
        here, there = shorter[job.first.id], shorter[coming.first.id]
        most = self._sketches[source].cost + self._sketches[target].cost - self._least
        first = _place(coming, here, most - there.cost)
        second = None if first is None else _place(job, there, most - first.cost)
        if first is None or second is None:
            return
        after = {source: coming.put(here, first), target: job.put(there, second)}
        if self._is_wanted(after):
            yield self._improvement(f"swap {job.name} and {coming.name}", after)

    def _near(
        self, job: Job, source: int, among: Mapping[OrderId, tuple[Job, int]]
    ) -> Sequence[OrderId]:
        """The jobs that are reached soonest from one of its places."""
        matrix = self._sketches[source].frame.matrix
        rows = [matrix.seconds[number] for number in _numbers(job, matrix)]
        reached = []
        for key, (other, _) in among.items():
            columns = _numbers(other, matrix)
            ways = [way for row in rows for column in columns if (way := row[column]) >= 0]
            if ways and key != job.first.id:
                reached.append((min(ways), key))
        return [key for _, key in heapq.nsmallest(_NEAR, reached)]

    def _is_wanted(self, after: Mapping[int, RouteSketch]) -> bool:
        """Whether it breaks no further rule, and is better by what the depot wants as well.

        A route's own price is only the money; the aims know preferred drivers, areas and balance.
        """
        if any(added_violations(self._sketches[n], sketch) for n, sketch in after.items()):
            return False
        if self.problem.aims == NO_AIMS:
            return True
        routes = [after.get(n, sketch) for n, sketch in enumerate(self._sketches)]
        return self._price(routes) <= self._now - self._least

    def _price(self, sketches: Sequence[RouteSketch]) -> float:
        keys = [route.id for route in self.problem.routes]
        return plan_cost(dict(zip(keys, sketches, strict=True)), self.problem.aims, {}, ())

    def _improvement(self, text: str, after: Mapping[int, RouteSketch]) -> Improvement:
        before = [self._sketches[number] for number in after]
        return Improvement(
            text=text,
            routes={
                self._route(number).id: tuple(visit.order.id for visit in sketch.visits)
                for number, sketch in after.items()
            },
            saved_cost=sum(s.cost for s in before) - sum(s.cost for s in after.values()),
            saved_s=sum(s.working_s for s in before) - sum(s.working_s for s in after.values()),
            saved_m=sum(s.metres for s in before) - sum(s.metres for s in after.values()),
        )

    def _route(self, number: int) -> Route:
        return self.problem.routes[number]


def _place(job: Job, sketch: RouteSketch, most: float) -> Trial | PairTrial | None:
    """Where it costs least, and no more than that; an order alone may be late as it was."""
    if job.second is not None:
        return job.fitting(sketch, most)
    trial = job.cheapest(sketch)
    return trial if trial.cost <= most else None


def _numbers(job: Job, matrix: TravelMatrix) -> list[int]:
    """The rows of its places."""
    places = [order.location for order in job.orders]
    return [matrix.index[place] for place in places if place is not None and place in matrix.index]


def _stops(trial: Trial | PairTrial) -> str:
    if isinstance(trial, Trial):
        return f"stop {trial.index + 1}"
    return f"stops {trial.pickup + 1} and {trial.delivery + 1}"
