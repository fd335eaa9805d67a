"""Which routes are searched together: neighbours by distance, by hour, or from one to the next."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from app.domain.ids import OrderId
from app.domain.orders import Order
from app.domain.sketch import RouteSketch
from app.planning.screening import kind
from app.planning.task import Arrangement, Roads, Task

_SIZE = (130, 250)
"""How many orders a piece shall have: now this, now that, as where one size finds nothing more
another one does."""
_MOST = 280
"""How many it may have for the sake of its last route."""
_LONG_SIZE, _LONG_MOST = (250, 450), 480
"""The same where routes are so long that the usual piece would hold four or five of them."""
_ROUTES = 4
"""How many routes a piece has at least, unless they are long."""
_STRAYS = 30
"""How many unplaced orders a piece is offered."""
_IDLE_KINDS = 6
"""Of how many kinds a piece gets an idle van."""
_SPARING, _DOUBT = 0.5, 0.7
"""How often every second piece is to do without the van it was cut around, if that costs anything:
a search that moves stops one by one hardly ever empties a route, as half-way it drives both. Each
time that is in vain makes it so much rarer, until it is of use."""
_HOUR_SHARE = 0.3
"""What a second between two windows counts against a second of driving."""

Numbers = NDArray[np.int64]


class Piece:
    """A part of a task: some of its routes with their orders, and how they stand.

    `spared` is the number of a route that is no part of it but whose orders are: its van would
    not be needed. They stand next to their neighbours then, whatever rule that breaks.
    """

    def __init__(
        self, routes: Sequence[int], task: Task, start: Arrangement, spared: int | None = None
    ) -> None:
        self.routes = tuple(routes)
        """Their numbers in the whole task."""
        self.task = task
        self.start = start
        self.spared = spared


class Cutter:
    """Cuts pieces that share no route out of a plan; the least tried routes come first."""

    def __init__(
        self, task: Task, roads: Roads, draw: random.Random, *, has_long_routes: bool = False
    ) -> None:
        self._task = task
        self._draw = draw
        self._sizes, self._most = (_LONG_SIZE, _LONG_MOST) if has_long_routes else (_SIZE, _MOST)
        self._near = _Nearness(task, roads)
        self._kinds = [(kind(shift), shift.vehicle.costs) for shift in task.shifts]
        self._tried = [0] * len(task.routes)
        self._sparing = _SPARING

    def learn(self, piece: Piece, *, is_better: bool) -> None:
        """What came of a piece."""
        if piece.spared is not None:
            self._sparing = _SPARING if is_better else self._sparing * _DOUBT

    def cut(self, plan: Sequence[RouteSketch], count: int) -> list[Piece]:
        """At most `count` pieces; fewer where the routes do not suffice."""
        free = [number for number, sketch in enumerate(plan) if sketch.visits]
        idle = [number for number, sketch in enumerate(plan) if not sketch.visits]
        placed = {visit.order.id for number in free for visit in plan[number].visits}
        strays = [order for order in self._task.orders if order.id not in placed]
        are_all_placed = not strays
        pieces = []
        for number in range(count):
            if not free:
                break
            chosen = self._choose(plan, free)
            around = [order for number in chosen for order in plan[number].orders]
            start, spared = None, None
            if number % 2 and are_all_placed:
                start = self._without_first(plan, chosen)
            if start is None:
                start = {n: plan[n].orders for n in chosen}
            else:
                spared = chosen[0]
            spare = self._spare(idle, spared)
            taken = self._near.closest(strays, around, _STRAYS)
            pieces.append(self._piece(start, spare, [*around, *taken], spared))
            free = _without(free, chosen)
            idle = _without(idle, spare)
            gone = {order.id for order in taken}
            strays = [order for order in strays if order.id not in gone]
        return pieces

    def _choose(self, plan: Sequence[RouteSketch], free: Sequence[int]) -> list[int]:
        """Routes around the least tried one, nearest in one of several ways."""
        lowest = min(self._tried[n] for n in free)
        seed = self._draw.choice([n for n in free if self._tried[n] == lowest])
        others = [n for n in free if n != seed]
        rank = self._draw.choice((self._by_distance, self._by_stop, self._by_hour, self._by_chain))
        size = self._draw.randint(*self._sizes)
        chosen = [seed]
        count = len(plan[seed].visits)
        for number in rank(plan, seed, others):
            if count >= (size if len(chosen) >= _ROUTES else self._most):
                break
            chosen.append(number)
            count += len(plan[number].visits)
        for number in chosen:
            self._tried[number] += 1
        return chosen

    def _by_distance(
        self, plan: Sequence[RouteSketch], seed: int, others: Sequence[int]
    ) -> Iterable[int]:
        """Routes in the same area as the first one."""
        near, here = self._near, self._near.rows(plan[seed].orders)
        return sorted(others, key=lambda n: near.mean(here, near.rows(plan[n].orders)))

    def _by_stop(
        self, plan: Sequence[RouteSketch], seed: int, others: Sequence[int]
    ) -> Iterable[int]:
        """Routes that pass one stop of the first one closely."""
        near, stop = self._near, self._stop_of(plan[seed])
        return sorted(others, key=lambda n: near.least(stop, near.rows(plan[n].orders)))

    def _by_hour(
        self, plan: Sequence[RouteSketch], seed: int, others: Sequence[int]
    ) -> Iterable[int]:
        """Routes that pass one stop of the first one closely, and at its hour."""
        near, stop = self._near, self._stop_of(plan[seed])
        return sorted(others, key=lambda n: near.least_by_hour(stop, near.rows(plan[n].orders)))

    def _by_chain(
        self, plan: Sequence[RouteSketch], seed: int, others: Sequence[int]
    ) -> Iterable[int]:
        """From any stop of any route chosen so far to the route that passes it closest."""
        near = self._near
        left = {n: near.rows(plan[n].orders) for n in others}
        chosen = [seed]
        while left:
            stop = self._stop_of(plan[self._draw.choice(chosen)])
            number = min(left, key=lambda n: near.least(stop, left[n]))
            del left[number]
            chosen.append(number)
            yield number

    def _stop_of(self, sketch: RouteSketch) -> Numbers:
        rows = self._near.rows(sketch.orders)
        return rows[[self._draw.randrange(len(rows))]] if len(rows) else rows

    def _without_first(
        self, plan: Sequence[RouteSketch], chosen: Sequence[int]
    ) -> dict[int, list[Order]] | None:
        """The others, each with those orders of the first that are nearest to its own.

        None where the first is not to be spared, or is the only one that can do what it does.
        """
        first, *others = chosen
        route = self._task.routes[first]
        if (
            self._draw.random() >= self._sparing
            or not route.shift.vehicle.costs.fixed
            or route.id in self._task.pins.values()
        ):
            return None
        near = self._near
        now = {number: near.rows(plan[number].orders) for number in others}
        found = {number: list(plan[number].orders) for number in others}
        taken: dict[tuple[int, int], list[Order]] = defaultdict(list)
        for order in plan[first].orders:
            places = [
                (*near.nearest_by_hour(near.rows([order]), rows), number)
                for number, rows in now.items()
                if order.requirements <= self._task.shifts[number].abilities
            ]
            if not places:
                return None
            _, index, number = min(places)
            taken[number, index].append(order)
        for (number, index), orders in sorted(taken.items(), key=lambda each: each[0][1])[::-1]:
            found[number][index + 1 : index + 1] = orders
        return found

    def _spare(self, idle: Sequence[int], spared: int | None) -> list[int]:
        """An idle van of each of a few kinds: another kind may be the better one.

        None that is like the spared one, which would only be taken in its place.
        """
        found: dict[object, list[int]] = {}
        for number in idle:
            if spared is None or self._kinds[number] != self._kinds[spared]:
                found.setdefault(self._kinds[number], []).append(number)
        kinds = list(found.values())
        if len(kinds) > _IDLE_KINDS:
            kinds = self._draw.sample(kinds, _IDLE_KINDS)
        return [self._draw.choice(members) for members in kinds]

    def _piece(
        self,
        start: Mapping[int, Sequence[Order]],
        idle: Sequence[int],
        orders: Iterable[Order],
        spared: int | None,
    ) -> Piece:
        """The routes that stand as in `start`, and idle ones."""
        numbers = [*start, *idle]
        routes = tuple(self._task.routes[n] for n in numbers)
        here = {route.id for route in routes}
        return Piece(
            routes=numbers,
            task=Task(
                routes=routes,
                orders=tuple(orders),
                pins={o: r for o, r in self._task.pins.items() if r in here},
                wishes=self._task.wishes,
            ),
            start=tuple(tuple(start.get(n, ())) for n in numbers),
            spared=spared,
        )


def _without(numbers: Iterable[int], gone: Collection[int]) -> list[int]:
    there = set(gone)
    return [number for number in numbers if number not in there]


class _Nearness:
    """How far stops are from each other, in seconds and in hours."""

    def __init__(self, task: Task, roads: Roads) -> None:
        placed = [order for order in task.orders if order.location is not None]
        places = list(dict.fromkeys(order.location for order in placed if order.location))
        number = {place: index for index, place in enumerate(places)}
        self._row: dict[OrderId, int] = {order.id: row for row, order in enumerate(placed)}
        self._place = np.array(
            [number[order.location] for order in placed if order.location], dtype=np.int64
        )
        self._opens = np.array(
            [order.window.start.timestamp() if order.window else -math.inf for order in placed]
        )
        self._closes = np.array(
            [order.window.end.timestamp() if order.window else math.inf for order in placed]
        )
        seconds, _ = roads.between(task.shifts[0].vehicle.profile, places)
        self._seconds = np.minimum(seconds, seconds.T).astype(np.int32)

    def rows(self, orders: Iterable[Order]) -> Numbers:
        """The orders whose place is known, as numbers of ours."""
        return np.array([self._row[o.id] for o in orders if o.id in self._row], dtype=np.int64)

    def mean(self, some: Numbers, others: Numbers) -> float:
        return self._over(some, others, np.mean)

    def least(self, some: Numbers, others: Numbers) -> float:
        return self._over(some, others, np.min)

    def least_by_hour(self, stop: Numbers, others: Numbers) -> float:
        return self.nearest_by_hour(stop, others)[0]

    def nearest_by_hour(self, stop: Numbers, others: Numbers) -> tuple[float, int]:
        """How far off the nearest of the others is, and which of them that is."""
        if not len(stop) or not len(others):
            return math.inf, 0
        away = self._seconds[self._place[stop[0]], self._place[others]]
        between = np.maximum(self._opens[others], self._opens[stop[0]]) - np.minimum(
            self._closes[others], self._closes[stop[0]]
        )
        far = away + _HOUR_SHARE * np.maximum(0, between)
        index = int(far.argmin())
        return float(far[index]), index

    def closest(self, orders: Sequence[Order], to: Sequence[Order], most: int) -> list[Order]:
        """The orders nearest to the middle of those."""
        if not orders:
            return []
        here = self.rows(to)
        return sorted(orders, key=lambda order: self.mean(here, self.rows([order])))[:most]

    def _over(
        self, some: Numbers, others: Numbers, figure: Callable[[NDArray[np.int32]], np.generic]
    ) -> float:
        if not len(some) or not len(others):
            return math.inf
        return float(figure(self._seconds[np.ix_(self._place[some], self._place[others])]).item())
