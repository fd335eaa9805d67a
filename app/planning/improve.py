"""Small improvements of a plan as it stands: one move each, for a dispatcher to take or leave."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.board import Board
from app.domain.ids import OrderId, RouteId
from app.domain.insertion import added_violations
from app.domain.orders import Order
from app.domain.problem import Problem
from app.domain.routes import Route
from app.domain.sketch import RouteSketch
from app.planning.arranging import is_open

_NEAR = 8
"""With so many neighbours in space an order is tried together."""
_LEAST_SHARE = 0.005
"""Of what a route costs on average: nobody drives another way to save less."""
_LONGEST_TURN = 12
"""Stops that are driven the other way round at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """A move that makes the plan cheaper and breaks no rule."""

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
    return Problem(routes=routes, orders=orders, unassigned=(), travel=board.travel, cores=1)


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

    def moves(self) -> Iterator[Improvement]:
        """Orders to another place or route, alone or in exchange for a neighbour."""
        where = {
            visit.order.id: (number, index)
            for number, sketch in enumerate(self._sketches)
            for index, visit in enumerate(sketch.visits)
        }
        shorter: dict[OrderId, RouteSketch] = {}
        for number, sketch in enumerate(self._sketches):
            locked = {s.order for s in self.problem.routes[number].stops if s.is_locked}
            for index in range(sketch.frozen, len(sketch.visits)):
                if self.is_over():
                    return
                order = sketch.visits[index].order
                if order.id not in locked:
                    shorter[order.id] = sketch.without(index)
        saved = {
            order: self._sketches[where[order][0]].cost - without.cost
            for order, without in shorter.items()
        }
        tried: set[frozenset[OrderId]] = set()
        for key in sorted(shorter, key=lambda order: -saved[order]):
            if self.is_over():
                return
            order, source = self.problem.orders[key], where[key][0]
            near = self._near(order, source, shorter)
            for target in {source, *(where[other][0] for other in near)}:
                yield from self._moved(order, source, target, shorter[key])
            for other in near:
                pair = frozenset((key, other))
                if where[other][0] != source and pair not in tried:
                    tried.add(pair)
                    there = where[other][0]
                    yield from self._swapped(order, other, source, there, shorter)

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
                    if is_better and not added_violations(sketch, turned):
                        best = (gain, first, last, turned)
            if best is not None:
                _, first, last, turned = best
                name = self._route(number).shift.name
                text = f"drive stops {first + 1} to {last + 1} of {name} the other way round"
                yield self._improvement(text, {number: turned})

    def _moved(
        self, order: Order, source: int, target: int, shorter: RouteSketch
    ) -> Iterator[Improvement]:
        taking = shorter if source == target else self._sketches[target]
        trial = taking.cheapest(order)
        gain = self._sketches[source].cost - trial.cost
        if source != target:
            gain += taking.cost - shorter.cost
        if gain < self._least:
            return
        taken = taking.with_order(order, trial.index)
        after = {target: taken} if source == target else {source: shorter, target: taken}
        if self._is_lawful(after):
            name = self._route(target).shift.name
            yield self._improvement(
                f"move {order.reference} to {name}, stop {trial.index + 1}", after
            )

    def _swapped(
        self,
        order: Order,
        other: OrderId,
        source: int,
        target: int,
        shorter: Mapping[OrderId, RouteSketch],
    ) -> Iterator[Improvement]:
        coming = self.problem.orders[other]
        here, there = shorter[order.id], shorter[other]
        first, second = here.cheapest(coming), there.cheapest(order)
        before = self._sketches[source].cost + self._sketches[target].cost
        if before - first.cost - second.cost < self._least:
            return
        after = {
            source: here.with_order(coming, first.index),
            target: there.with_order(order, second.index),
        }
        if self._is_lawful(after):
            yield self._improvement(f"swap {order.reference} and {coming.reference}", after)

    def _near(
        self, order: Order, source: int, among: Mapping[OrderId, RouteSketch]
    ) -> Sequence[OrderId]:
        """The orders that are reached soonest from it."""
        matrix = self._sketches[source].frame.matrix
        row = matrix.index.get(order.location) if order.location is not None else None
        if row is None:
            return ()
        seconds = matrix.seconds[row]
        reached = []
        for key in among:
            place = self.problem.orders[key].location
            column = matrix.index.get(place) if place is not None else None
            if column is not None and key != order.id and seconds[column] >= 0:
                reached.append((seconds[column], key))
        return [key for _, key in heapq.nsmallest(_NEAR, reached)]

    def _is_lawful(self, after: Mapping[int, RouteSketch]) -> bool:
        return not any(
            added_violations(self._sketches[number], sketch) for number, sketch in after.items()
        )

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
