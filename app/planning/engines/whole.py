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
from app.planning.engines.whole_model import Model, Trips
from app.planning.task import Arrangement, Roads, Stop, Task

_PENALTIES = pyvrp.PenaltyParams(max_penalty=1e8)
_GLIMPSE_S = 1.0


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
    may, for that searches twice as fast. `on_best` hears of better plans on the way, once a
    second at most.
    """
    model = Model(task, roads, start, _trips(start))
    if not model.has_work:
        return None
    with ThreadPoolExecutor(len(stops), thread_name_prefix="whole") as pool:
        found = _round(pool, model, stops, seed, on_best)
        if found is None:
            return None
        if not model.must_place_all and model.places_all(found):
            stricter = Model(task, roads, start, model.trips(found))
            better = _round(pool, stricter, stops, seed + len(stops), on_best)
            if better is not None:
                return stricter.sequences(better)
    return model.sequences(found)


def _trips(start: Sequence[RouteSketch]) -> list[Trips]:
    found = []
    for sketch in start:
        orders = sketch.orders
        reloads = sketch.agenda.layout.reloads if sketch.visits and not sketch.is_plain else ()
        cuts = [sketch.frozen, *(cut for cut in reloads if cut > sketch.frozen), len(orders)]
        found.append(tuple(tuple(orders[a:b]) for a, b in pairwise(cuts)))
    return found


def _round(
    pool: ThreadPoolExecutor,
    model: Model,
    stops: Sequence[Stop],
    seed: int,
    on_best: Callable[[Arrangement], None],
) -> pyvrp.Solution | None:
    """One search a lane; every second lane begins with a plan of the engine's own.

    Where orders may be left out, a search is over once it has placed them all.
    """
    watch = _Watch(model)
    jobs = [
        pool.submit(_search, model, stop, seed + n, watch, is_fresh=n % 2 == 1)
        for n, stop in enumerate(stops)
    ]
    left = set(jobs)
    while left:
        left = wait(left, timeout=_GLIMPSE_S).not_done
        if left and (seen := watch.news()) is not None:
            on_best(model.sequences(seen))
    found = [job.result() for job in jobs]
    return min(
        (solution for solution in found if solution.is_feasible()), key=model.cost, default=None
    )


def _search(
    model: Model, stop: Stop, seed: int, watch: _Watch, *, is_fresh: bool
) -> pyvrp.Solution:
    def is_over() -> bool:
        return stop() or (watch.places_all and not model.must_place_all)

    ways = pyvrp.IteratedLocalSearchParams(callbacks=watch)
    return pyvrp.solve(
        model.data,
        lambda _best: is_over(),
        seed=seed,
        collect_stats=False,
        display=False,
        params=pyvrp.SolveParams(ils=ways, penalty=_PENALTIES),
        initial_solution=None if is_fresh else model.given(),
    ).best


class _Watch(pyvrp.IteratedLocalSearchCallbacks):
    """What the lanes of a round have found so far."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._lock = Lock()
        self._best: pyvrp.Solution | None = None
        self._cost = 0
        self._is_new = False
        self.places_all = False

    def on_best(self, best: pyvrp.Solution) -> None:
        if not best.is_feasible():
            return
        cost = self._model.cost(best)
        with self._lock:
            if self._best is None or cost < self._cost:
                self._best, self._cost, self._is_new = best, cost, True
        if not self.places_all and self._model.places_all(best):
            self.places_all = True

    def news(self) -> pyvrp.Solution | None:
        with self._lock:
            found = self._best if self._is_new else None
            self._is_new = False
            return found
