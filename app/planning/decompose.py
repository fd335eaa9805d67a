"""The search on all cores: a small day whole, a large one in clusters of neighbouring routes."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial

import numpy as np

from app.domain.ids import OrderId
from app.domain.orders import Order
from app.domain.sketch import RouteSketch
from app.domain.timetable import Travel
from app.planning import engines
from app.planning.mending import arrangement, mended, worth
from app.planning.opening import opened
from app.planning.pauses import pauses
from app.planning.task import Arrangement, Matrix, Roads, Stop, Task

_WHOLE_UP_TO = 220
"""Orders that are searched better in one piece than in clusters."""
_CLUSTER = (110, 240)
"""How many orders a cluster has at least, and at most for the sake of its fourth route."""
_CLUSTER_ROUTES = 4
_STRAYS = 30
"""How many unplaced orders a cluster is offered."""
_TICK_S = 0.1
_GRACE_S = 0.3
"""How long an engine is waited for once its time is up."""
_FILLING_S = 1.0
"""How long the last orders are tried one by one at the end."""
_REFILLING_S = 0.05
"""The same after each search."""
_ROUNDS = (0.1, 0.5, 1.0)
"""When the cores of a small day compare what they have found, as shares of the time."""
_ROUNDS_WITH_BREAKS = (0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0)
"""More often with breaks: each round tries them at another hour."""

Sketches = tuple[RouteSketch, ...]
Report = Callable[[Sequence[RouteSketch], str], None]
"""Hears of the best plan so far and the stage of the search, again and again."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A cluster under way: which routes of the task, which orders."""

    routes: tuple[int, ...]
    task: Task
    start: Arrangement


class Search:
    """A task being searched, on as many threads as the engine has use for."""

    def __init__(
        self, task: Task, roads: Roads, travel: Travel, seed: int, is_over: Stop, report: Report
    ) -> None:
        self._task = task
        self._roads = roads
        self._travel = travel
        self._is_over = is_over
        self._report = report
        self._random = random.Random(seed)
        self._best: Sketches = ()
        self._glimpse: Arrangement | None = None
        self._seen: Sketches = ()
        self._over_since: float | None = None

    def run(self, start: Arrangement, deadline: float) -> Sketches:
        """The best plan by `deadline` (a `time.perf_counter`); never worse than `start`, mended."""
        begin = time.perf_counter()
        start = opened(self._task, self._roads, pauses(self._task.shifts), start)
        self._best = self._mended(self._task, start, _REFILLING_S)
        self._report(self._best, "start")
        if not self._task.orders or not self._task.routes:
            return self._best
        last = deadline - min(0.5, (deadline - begin) * 0.05)
        pool = ThreadPoolExecutor(engines.CORES, thread_name_prefix="planning")
        try:
            if len(self._task.orders) <= _WHOLE_UP_TO or len(self._task.routes) < _CLUSTER_ROUTES:
                rounds = _ROUNDS_WITH_BREAKS if pauses(self._task.shifts).moments else _ROUNDS
                for share in rounds:
                    until = begin + (last - begin) * share
                    self._search_whole(pool, until, until)
            else:
                self._search_whole(
                    pool, begin + max(1.0, (last - begin) * 0.05), begin + (last - begin) * 0.4
                )
                self._search_clusters(pool, begin, last)
        finally:
            # One step of an engine on a large day can take seconds: nobody waits for its end.
            pool.shutdown(wait=False, cancel_futures=True)
        return self._mended(self._task, arrangement(self._best), _FILLING_S)

    def _mended(self, task: Task, arranged: Arrangement, seconds: float) -> Sketches:
        """By the domain's clock; `seconds` to find places for what has none."""
        until = time.perf_counter() + seconds
        return mended(
            task, arranged, self._travel, lambda: time.perf_counter() >= until or self._is_over()
        )

    def _improve(
        self,
        task: Task,
        start: Arrangement,
        seed: int,
        share: float,
        is_over: Stop,
        on_best: Callable[[Arrangement], None] | None = None,
    ) -> Sketches | None:
        """One search by one thread, mended."""
        found = engines.improve(
            task,
            self._roads,
            start,
            is_over,
            pauses=pauses(task.shifts, share),
            seed=seed,
            on_best=on_best,
        )
        return None if found is None else self._mended(task, found, _REFILLING_S)

    def _search_whole(self, pool: ThreadPoolExecutor, until: float, at_most: float) -> None:
        """A seed for each core, all from the best plan so far.

        It lasts until something better is found, at least to `until`.
        """

        start_seen = self._seen = self._best

        def is_over() -> bool:
            now = time.perf_counter()
            is_done = now >= until and self._seen is not start_seen
            return is_done or now >= at_most or self._is_over()

        start = arrangement(self._best)
        self._glimpse = None
        jobs = {
            pool.submit(
                self._improve,
                self._task,
                start,
                self._random.getrandbits(31),
                self._random.uniform(0.1, 0.9),
                is_over,
                self._on_glimpse,
            )
            for _ in range(engines.CORES)
        }
        while jobs and not self._is_past_grace(at_most):
            done, jobs = wait(jobs, timeout=_TICK_S, return_when=FIRST_COMPLETED)
            for job in done:
                found = job.result()
                if found is not None and worth(self._task, found) < worth(self._task, self._best):
                    self._best = found
            self._report(self._glimpsed(), "whole day")
        if jobs and worth(self._task, self._seen) < worth(self._task, self._best):
            seen = self._mended(self._task, arrangement(self._seen), _REFILLING_S)
            self._best = min(self._best, seen, key=lambda plan: worth(self._task, plan))

    def _is_past_grace(self, deadline: float) -> bool:
        """Whether what is still running may be left behind."""
        now = time.perf_counter()
        if self._is_over() and self._over_since is None:
            self._over_since = now
        return now >= min(deadline, self._over_since or deadline) + _GRACE_S

    def _is_past(self, deadline: float) -> bool:
        return time.perf_counter() >= deadline or self._is_over()

    def _on_glimpse(self, arranged: Arrangement) -> None:
        self._glimpse = arranged

    def _glimpsed(self) -> Sketches:
        """The best of a search that is still running, as far as it is better."""
        if self._glimpse is None:
            return self._seen
        seen = tuple(
            RouteSketch(shift, orders, self._travel)
            for shift, orders in zip(self._task.shifts, self._glimpse, strict=True)
        )
        self._glimpse = None
        self._seen = min(
            self._best, self._seen, seen, key=lambda sketches: worth(self._task, sketches)
        )
        return self._seen

    def _search_clusters(self, pool: ThreadPoolExecutor, begin: float, deadline: float) -> None:
        """Neighbouring routes with what is unplaced near them, as many at once as cores."""
        near = _Nearness(self._task, self._roads)
        piece_s = max(0.4, min(2.0, (deadline - begin) / 30))
        tried = [0] * len(self._task.routes)
        running: dict[Future[Sketches | None], _Piece] = {}
        while True:
            now = time.perf_counter()
            is_late = self._is_over() or deadline - now < 0.2
            while not is_late and len(running) < engines.CORES:
                piece = self._cut(near, tried, list(running.values()))
                if piece is None:
                    break
                job = pool.submit(
                    self._improve,
                    piece.task,
                    piece.start,
                    self._random.getrandbits(31),
                    self._random.uniform(0.1, 0.9),
                    partial(self._is_past, min(now + piece_s, deadline)),
                )
                running[job] = piece
            if not running or self._is_past_grace(deadline):
                return
            for job in wait(running, timeout=_TICK_S, return_when=FIRST_COMPLETED).done:
                piece = running.pop(job)
                for route in piece.routes:
                    tried[route] += 1
                found = job.result()
                if found is not None:
                    self._accept(piece, found)
            self._report(self._best, "clusters")

    def _accept(self, piece: _Piece, found: Sketches) -> None:
        now = tuple(self._best[route] for route in piece.routes)
        if worth(piece.task, found) <= worth(piece.task, now):
            best = list(self._best)
            for route, sketch in zip(piece.routes, found, strict=True):
                best[route] = sketch
            self._best = tuple(best)

    def _cut(
        self, near: _Nearness, tried: Sequence[int], running: Sequence[_Piece]
    ) -> _Piece | None:
        """The least tried route that is free, its neighbours, and unplaced orders round them."""
        busy = {route for piece in running for route in piece.routes}
        taken = {order.id for piece in running for order in piece.task.orders}
        free = [n for n in range(len(self._task.routes)) if n not in busy]
        used = [n for n in free if self._best[n].visits]
        if not used:
            return None
        lowest = min(tried[n] for n in used)
        seed = self._random.choice([n for n in used if tried[n] == lowest])
        used.sort(key=lambda n: near.distance(self._best[seed].orders, self._best[n].orders))
        chosen: list[int] = []
        count = 0
        for number in used:
            chosen.append(number)
            count += len(self._best[number].visits)
            if count >= (_CLUSTER[0] if len(chosen) >= _CLUSTER_ROUTES else _CLUSTER[1]):
                break
        idle = [n for n in free if not self._best[n].visits]
        chosen += self._random.sample(idle, min(1, len(idle)))
        placed = {visit.order.id for sketch in self._best for visit in sketch.visits}
        strays = [o for o in self._task.orders if o.id not in placed and o.id not in taken]
        strays.sort(key=lambda order: near.distance(self._best[seed].orders, [order]))
        orders = [order for n in chosen for order in self._best[n].orders] + strays[:_STRAYS]
        routes = tuple(self._task.routes[n] for n in chosen)
        here = {route.id for route in routes}
        return _Piece(
            routes=tuple(chosen),
            task=Task(
                routes=routes,
                orders=tuple(orders),
                pins={o: r for o, r in self._task.pins.items() if r in here},
            ),
            start=tuple(tuple(self._best[n].orders) for n in chosen),
        )


class _Nearness:
    """How far groups of orders are from each other, in seconds."""

    def __init__(self, task: Task, roads: Roads) -> None:
        places = list(dict.fromkeys(o.location for o in task.orders if o.location is not None))
        number = {place: index for index, place in enumerate(places)}
        self._number: dict[OrderId, int] = {
            order.id: number[order.location] for order in task.orders if order.location is not None
        }
        seconds, _ = roads.between(task.shifts[0].vehicle.profile, places)
        self._seconds: Matrix = np.minimum(seconds, seconds.T)

    def distance(self, some: Sequence[Order], others: Sequence[Order]) -> float:
        rows = [self._number[order.id] for order in some if order.id in self._number]
        columns = [self._number[order.id] for order in others if order.id in self._number]
        if not rows or not columns:
            return math.inf
        return float(self._seconds[np.ix_(rows, columns)].mean())
