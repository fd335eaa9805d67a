"""PyVRP on a whole problem, with every rule that it knows: pairs, trips, prizes, several windows.

Beside `engines.pyvrp`, which knows the everyday rules only, but those in a way that can be cut
into clusters. What neither knows is left to the domain's own polish.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from itertools import pairwise
from threading import Lock

import pyvrp

from app.domain.sketch import RouteSketch
from app.planning.engines.waiting import waiting_weight
from app.planning.engines.whole_model import Model, Trips
from app.planning.task import Arrangement, Roads, Stop, Task

_PENALTIES = pyvrp.PenaltyParams(max_penalty=1e8)
_GLIMPSE_S = 1.0

_Found = tuple[Model, pyvrp.Solution]
"""A solution, and the model that knows what it means."""


def improve(
    task: Task,
    roads: Roads,
    start: Sequence[RouteSketch],
    stops: Sequence[Stop],
    *,
    seed: int,
    on_best: Callable[[Arrangement], None] = lambda _best: None,
) -> Arrangement | None:
    """The best that is found by one search for each of `stops`; None where nothing holds.

    Until every order that has no price is placed once, each may be left out; from then on none
    may, for that searches twice as fast. Where vans reload, every second lane lets none be left
    out from the first: PyVRP never begins a new trip for an order that it may leave. `on_best`
    hears of better plans on the way, once a second at most.
    """
    planned = _trips(start)
    model = Model(task, roads, start, planned)
    if not model.has_work:
        return None
    lanes = [model] * len(stops)
    if not model.must_place_all and any(shift.rules.max_reloads for shift in task.shifts):
        lanes[1::2] = [Model(task, roads, start, planned, must_place_all=True)] * (len(stops) // 2)
    with ThreadPoolExecutor(len(stops), thread_name_prefix="whole") as pool:
        found = _round(pool, lanes, stops, seed, on_best)
        if found is None:
            return None
        model, best = found
        if lanes[0].must_place_all or not model.places_all(best):
            return model.sequences(best)
        stricter = Model(task, roads, start, model.trips(best), must_place_all=True)
        better = _round(pool, [stricter] * len(stops), stops, seed + len(stops), on_best)
        return model.sequences(best) if better is None else stricter.sequences(better[1])


def _trips(start: Sequence[RouteSketch]) -> list[Trips]:
    found = []
    for sketch in start:
        orders = sketch.orders
        reloads = sketch.agenda.layout.reloads if sketch.visits and not sketch.is_plain else ()
        # A van on the road may go back to load before anything else.
        cuts = [sketch.frozen, *(cut for cut in reloads if cut >= max(1, sketch.frozen))]
        cuts.append(len(orders))
        found.append(tuple(tuple(orders[a:b]) for a, b in pairwise(cuts)))
    return found


def _round(
    pool: ThreadPoolExecutor,
    lanes: Sequence[Model],
    stops: Sequence[Stop],
    seed: int,
    on_best: Callable[[Arrangement], None],
) -> _Found | None:
    """One search a lane; every second lane begins with a plan of the engine's own.

    Where orders may be left out, a search is over once one lane has placed them all.
    """
    watch = _Watch(may_end=not lanes[0].must_place_all)
    jobs = [
        pool.submit(_search, model, stop, seed + n, watch, is_fresh=n % 2 == 1)
        for n, (model, stop) in enumerate(zip(lanes, stops, strict=True))
    ]
    left = set(jobs)
    while left:
        left = wait(left, timeout=_GLIMPSE_S).not_done
        if left and (seen := watch.news()) is not None:
            model, best = seen
            on_best(model.sequences(best))
    found = [
        (model, job.result())
        for model, job in zip(lanes, jobs, strict=True)
        if job.result().is_feasible()
    ]
    return min(found, key=lambda each: each[0].cost(each[1]), default=None)


def _search(
    model: Model, stop: Stop, seed: int, watch: _Watch, *, is_fresh: bool
) -> pyvrp.Solution:
    ways = pyvrp.IteratedLocalSearchParams(callbacks=_Lane(model, watch))
    near = pyvrp.search.NeighbourhoodParams(weight_wait_time=waiting_weight(model.data))
    return pyvrp.solve(
        model.data,
        lambda _best: stop() or watch.is_over,
        seed=seed,
        collect_stats=False,
        display=False,
        params=pyvrp.SolveParams(ils=ways, penalty=_PENALTIES, neighbourhood=near),
        initial_solution=None if is_fresh else model.given(),
    ).best


class _Watch:
    """What the lanes of a round have found so far."""

    def __init__(self, *, may_end: bool) -> None:
        self._may_end = may_end
        self._lock = Lock()
        self._best: _Found | None = None
        self._cost = 0
        self._is_new = False
        self.is_over = False
        """Once a lane has placed every order, where that is what was waited for."""

    def take(self, model: Model, best: pyvrp.Solution) -> None:
        cost = model.cost(best)
        with self._lock:
            if self._best is None or cost < self._cost:
                self._best, self._cost, self._is_new = (model, best), cost, True
        if self._may_end and not self.is_over and model.places_all(best):
            self.is_over = True

    def news(self) -> _Found | None:
        with self._lock:
            found = self._best if self._is_new else None
            self._is_new = False
            return found


class _Lane(pyvrp.IteratedLocalSearchCallbacks):
    def __init__(self, model: Model, watch: _Watch) -> None:
        self._model = model
        self._watch = watch

    def on_best(self, best: pyvrp.Solution) -> None:
        if best.is_feasible():
            self._watch.take(self._model, best)
