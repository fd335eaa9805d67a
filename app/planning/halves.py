"""Halves of pairs on the routes of a day: what leaves one route takes its other half along."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from app.domain.board import Board, BoardRoute
from app.domain.ids import OrderId, RouteId
from app.domain.insertion import added_violations
from app.domain.sketch import RouteSketch
from app.planning.arranging import is_open
from app.planning.jobs import Job, jobs_of

Left = tuple[tuple[BoardRoute, RouteSketch], ...]
"""Routes that orders leave, each without them."""


class Halves:
    """Those of a board; `sketch` gives its routes as planned."""

    def __init__(self, board: Board, sketch: Callable[[BoardRoute], RouteSketch]) -> None:
        self._board = board
        self._sketch = sketch

    @cached_property
    def pairs(self) -> Mapping[OrderId, Job]:
        """By either half, the pairs whose halves are both on some route."""
        return routed_pairs(self._board)

    @cached_property
    def _route_of(self) -> Mapping[OrderId, RouteId]:
        return self._board.route_of

    def left_by(self, orders: Iterable[OrderId]) -> Left | None:
        """The routes of these without them; None where one may not leave its route, or where
        another rule is broken for it."""
        homes: dict[RouteId, list[OrderId]] = {}
        for order in orders:
            homes.setdefault(self._route_of[order], []).append(order)
        left = []
        for key, leaving in homes.items():
            home = self._board.route(key)
            now = self._sketch(home)
            rest = without(now, leaving)
            if not all(may_go(home, order) for order in leaving) or added_violations(now, rest):
                return None
            left.append((home, rest))
        return tuple(left)

    def extra_cost(self, left: Left) -> float:
        """What these routes cost more then; below 0 where they cost less."""
        return sum(rest.cost - self._sketch(home).cost for home, rest in left)


def routed_pairs(board: Board) -> dict[OrderId, Job]:
    """By either half, the pairs whose halves are both on some route."""
    orders = [stop.order for each in board.routes for stop in each.timetable.stops]
    if not any(order.rules.collected_by is not None for order in orders):
        return {}
    pairs = [job for job in jobs_of(orders) if job.second is not None]
    return {order.id: job for job in pairs for order in job.orders}


def without(sketch: RouteSketch, orders: Iterable[OrderId]) -> RouteSketch:
    """The route without these."""
    gone = set(orders)
    for number in reversed(range(len(sketch.visits))):
        if sketch.visits[number].order.id in gone:
            sketch = sketch.without(number)
    return sketch


def may_go(each: BoardRoute, order: OrderId) -> bool:
    """Whether the order may leave its route."""
    number = each.route.orders.index(order)
    is_locked = each.route.stops[number].is_locked
    return is_open(each) and not is_locked and number >= each.route.frozen
