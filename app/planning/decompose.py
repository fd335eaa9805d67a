"""The search on all cores: a small day whole, a large one in pieces, round after round."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

from app.domain.sketch import RouteSketch
from app.domain.timetable import Travel
from app.planning import engines
from app.planning.fleets import fleets
from app.planning.mending import arrangement, mended, worth
from app.planning.opening import opened
from app.planning.pauses import pauses
from app.planning.pieces import Cutter, Piece
from app.planning.screening import kind
from app.planning.shelf import Shelf
from app.planning.task import Arrangement, Column, Glimpse, Roads, Stop, Task, is_worked

_WHOLE_UP_TO = 220
"""Orders that are searched better in one piece than in several."""
_FEWEST_ROUTES = 4
"""With fewer there is nothing to cut."""
_COUNTED_LANES = 4
"""Where the work is counted there are as many lanes on every machine."""
_TICK_S = 0.1
_GLIMPSE_EVERY = 20
"""So many times as long as a look at a search's best plan takes is none taken again: for that long
the lanes wait for Python's lock."""
_GRACE_S = 0.2
"""How long an engine is waited for once its time is up."""
_FILLING_S = 1.0
"""How long the last orders are tried one by one at the end."""
_REFILLING_S = 0.05
"""The same after each search."""
_ROUNDS = (0.35, 0.6, 0.85, 1.0)
"""When the lanes of a small day compare what they have found, as shares of the time. A search that
goes on from a good plan only climbs and no longer roams: until the last round every second lane
begins anew, and what it drives is material for the others."""
_ROUNDS_WITH_BREAKS = (0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0)
"""More often with breaks: each round tries them at another hour."""
_FIRST_LOOK = 0.05
"""Of the time for the day as a whole before that: the fleet that it uses tells which are near."""
_HEATS = ((0.25, 0.02, 6), (0.4, 0.05, 2), (0.65, 0.25, 1))
"""Until when other fleets of a small mixed day are tried, how long each, and how many go on."""
_FLEETS_COUNTED = 12
"""How many are tried where the work is counted."""
_MISSED = 3
"""So many times what an order costs counts against a fleet that leaves one out."""
_FIRST_SHARE = (0.06, 0.7)
"""Of the time, for a large day as a whole; more, while nothing better than its start is found or
while its routes are long."""
_FEW_ROUTES, _FEW_ROUTES_UP_TO = 25, 600
"""A day of few routes has hardly a piece to cut: up to so many orders it has as a whole the time of
long routes; not with breaks, which every piece tries at another hour."""
_LONG_ROUTE = 30
"""So many stops on average: pieces with few of such routes soon find nothing more. Not so where the
mix of vans is the question."""
_RECOMBINING, _RECOMBINING_S = 0.1, 2.0
"""Of the time, for one plan out of the routes of many, and how long at most. On a large day their
linear relaxation alone takes longer than it is worth: 15 s at 1,000 stops."""
_PIECE_S = (0.5, 1.5)
"""How long a piece is searched in the first round, and in the last one."""
_ROOMY = 1.3
"""So many vans for each that the opening needs are surely enough."""
_PIECE_ITERATIONS = 1_000

Sketches = tuple[RouteSketch, ...]
Report = Callable[[Sequence[RouteSketch], str], None]
"""Hears of the best plan so far and the stage of the search, again and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long to search, on how many cores; times are of `time.perf_counter`."""

    begin: float
    deadline: float
    cores: int
    iterations: int | None = None
    """Where given, the work that is done in all, and the deadline only bounds it."""

    @property
    def lanes(self) -> int:
        """How many searches there are in a round."""
        return self.cores if self.iterations is None else _COUNTED_LANES

    def at(self, share: float) -> float:
        """When this share of the time is over; where the work is counted, the end of all."""
        if self.iterations is not None:
            return self.deadline
        return self.begin + (self.deadline - self.begin) * share

    def steps(self, share: float) -> int | None:
        """That share of the work for each lane; None where work is not counted."""
        if self.iterations is None:
            return None
        return max(1, round(self.iterations * share / self.lanes))


class Search:
    """A task being searched in rounds: each lane gets its part, then the parts are put together.

    All lanes of a round start from the same plan, and what they find is taken in their sequence:
    a plan depends on the seed and on how much was done in each round, not on who was first.
    """

    def __init__(
        self,
        task: Task,
        roads: Roads,
        travel: Travel,
        budget: Budget,
        seed: int,
        is_over: Stop,
        report: Report,
    ) -> None:
        self._task = task
        self._roads = roads
        self._travel = travel
        self._budget = budget
        self._is_over = is_over
        self._report = report
        self._random = random.Random(seed)
        self._best: Sketches = ()
        self._fresh: frozenset[int] = frozenset()
        self._is_small = len(task.orders) <= _WHOLE_UP_TO or len(task.routes) < _FEWEST_ROUTES
        self._has_breaks = bool(pauses(task.shifts).moments)
        self._is_uniform = len({(kind(s), s.vehicle.costs) for s in task.shifts}) <= 1
        self._shelf = Shelf(task)
        self._baskets: list[list[Column]] = []
        self._glimpse: Glimpse | None = None
        self._next_glimpse = 0.0
        self._seen: Sketches = ()
        self._is_seen_long = False
        self._over_since: float | None = None
        self.is_cut_short = False
        """Whether the clock, or somebody, ended a search whose counted work was not done."""

    def run(self, start: Arrangement) -> Sketches:
        """The best plan within the budget; never worse than `start`, mended."""
        was_planned = any(start)
        start = opened(self._task, self._roads, pauses(self._task.shifts), start)
        self._fresh = self._fresh_lanes(start, was_planned=was_planned)
        self._best = self._mended(self._task, start, _REFILLING_S)
        self._report(self._best, "start")
        if not self._task.orders or not self._task.routes:
            return self._best
        budget = self._budget
        margin = min(0.5, (budget.deadline - budget.begin) * 0.05)
        self._budget = replace(budget, deadline=budget.deadline - margin)
        pool = ThreadPoolExecutor(budget.cores, thread_name_prefix="planning")
        try:
            if self._is_small:
                self._search_small(pool)
            else:
                self._search_large(pool)
        finally:
            # One step of an engine on a large day can take seconds: nobody waits for its end.
            pool.shutdown(wait=False, cancel_futures=True)
        return self._mended(self._task, arrangement(self._best), _FILLING_S)

    def _fresh_lanes(self, start: Arrangement, *, was_planned: bool) -> frozenset[int]:
        """Which lanes begin with a plan of the engine's own, as far as there is a choice.

        It is better than the opening, but may need more vans than there are.
        """
        if sum(map(len, start)) < len(self._task.orders):
            return frozenset()
        lanes = frozenset(range(self._budget.lanes))
        is_roomy = sum(map(bool, start)) * _ROOMY <= len(start)
        return lanes if is_roomy and not was_planned else frozenset(n for n in lanes if n % 2)

    def _search_small(self, pool: ThreadPoolExecutor) -> None:
        budget = self._budget
        roaming = frozenset(lane for lane in self._fresh if lane % 2)
        done = self._race(pool)
        for share in _ROUNDS_WITH_BREAKS if self._has_breaks else _ROUNDS:
            if share > done:
                self._search_until(pool, share, budget.steps(share - done))
                is_roaming = share < _ROUNDS[-2] and not self._has_breaks
                self._fresh = roaming if is_roaming else frozenset()
                done = share

    def _race(self, pool: ThreadPoolExecutor) -> float:
        """Other fleets against the best plan so far; the share of the time that this took."""
        task, budget = self._task, self._budget
        if not fleets(task, self._best):
            return 0.0
        self._search_until(pool, _FIRST_LOOK, budget.steps(_FIRST_LOOK))
        tried = fleets(task, self._best)
        self._seen = self._best
        if budget.iterations is not None:
            tried = tried[:_FLEETS_COUNTED]
        vans = [
            Piece(routes, replace(task, routes=tuple(task.routes[n] for n in routes)), ())
            for routes in tried
        ]
        for until, share, winners in _HEATS:
            raced = self._heat(pool, vans, budget.at(until), share)
            vans = [piece for _, piece in sorted(raced, key=lambda each: each[0])[:winners]]
        self._report(self._best, "fleets")
        self._fresh = frozenset()
        return _HEATS[-1][0]

    def _heat(
        self, pool: ThreadPoolExecutor, vans: Sequence[Piece], until: float, share: float
    ) -> list[tuple[float, Piece]]:
        """Each fleet for that share of the time, as far as there is time: its rating and plan."""
        budget = self._budget
        raced = []
        for first in range(0, len(vans), budget.lanes):
            now = time.perf_counter()
            if self._is_over() or now >= until:
                self.is_cut_short = True
                break
            heat = vans[first : first + budget.lanes]
            last = budget.deadline
            if budget.iterations is None:
                last = min(now + (budget.deadline - budget.begin) * share, last)
            jobs = [
                self._job(
                    piece.task,
                    piece.start or ((),) * len(piece.routes),
                    self._is_after(last),
                    budget.steps(share),
                    lane=lane,
                    is_fresh=not piece.start,
                )
                for lane, piece in enumerate(heat)
            ]
            for piece, found in zip(heat, self._round(pool, jobs, last, "fleets"), strict=True):
                if found is not None:
                    self._accept_fleet(piece, found)
                    rated = Piece(piece.routes, piece.task, arrangement(found))
                    raced.append((self._rating(found), rated))
        return raced

    def _accept_fleet(self, piece: Piece, found: Sketches) -> None:
        plan = [sketch.of([]) for sketch in self._best]
        for route, sketch in zip(piece.routes, found, strict=True):
            plan[route] = sketch
        self._best = min(self._best, tuple(plan), key=lambda each: worth(self._task, each))
        self._seen = self._best

    def _rating(self, found: Sketches) -> float:
        """The cost, with more than the share of each order that is left out."""
        cost = sum(sketch.cost for sketch in found)
        placed = sum(len(sketch.visits) for sketch in found)
        return cost + _MISSED * cost / max(1, placed) * (len(self._task.orders) - placed)

    def _search_large(self, pool: ThreadPoolExecutor) -> None:
        budget = self._budget
        least, most = self._first_shares()
        first = budget.steps(least)
        early, late = max(budget.begin + 1.0, budget.at(least)), budget.at(most)

        def until() -> float:
            # Only the engine's own plans tell how long the routes become.
            return late if self._is_seen_long else early

        self._search_whole(pool, until, late, first)
        cutter = Cutter(
            self._task,
            self._roads,
            self._random,
            has_long_routes=self._has_long_routes(self._best),
        )
        spent = 0 if first is None else first * budget.lanes
        for _ in count():
            now = time.perf_counter()
            if self._is_over() or budget.deadline - now < 0.2:
                return
            pieces = cutter.cut(self._best, budget.lanes)
            if not pieces:
                return
            if budget.iterations is None:
                late = (now - budget.begin) / (budget.deadline - budget.begin)
                piece_s = _PIECE_S[0] + (_PIECE_S[1] - _PIECE_S[0]) * late
                self._search_pieces(pool, pieces, min(now + piece_s, budget.deadline), None)
            else:
                steps = min(_PIECE_ITERATIONS, (budget.iterations - spent) // budget.lanes)
                if steps <= 0:
                    return
                self._search_pieces(pool, pieces, budget.deadline, steps)
                spent += steps * budget.lanes

    def _first_shares(self) -> tuple[float, float]:
        """For how much of the time the day is searched as a whole, at least and at most."""
        least, most = _FIRST_SHARE
        used = sum(bool(sketch.visits) for sketch in self._best)
        is_middling = len(self._task.orders) <= _FEW_ROUTES_UP_TO
        if used <= _FEW_ROUTES and is_middling and not self._has_breaks:
            least = most
        return least, most

    def _has_long_routes(self, plan: Sketches) -> bool:
        orders = len(self._task.orders)
        used = sum(bool(sketch.visits) for sketch in plan)
        is_large = orders > _FEW_ROUTES_UP_TO and not self._has_breaks
        return is_large and self._is_uniform and orders >= used * _LONG_ROUTE

    def _search_until(self, pool: ThreadPoolExecutor, share: float, steps: int | None) -> None:
        until = self._budget.at(share)
        self._search_whole(pool, lambda: until, until, steps)

    def _search_whole(
        self,
        pool: ThreadPoolExecutor,
        until: Callable[[], float],
        at_most: float,
        steps: int | None,
    ) -> None:
        """A seed for each lane, all from the best plan so far.

        It lasts until something better is found, at least to `until`; or `steps`, where given.
        """
        before = self._seen = self._best

        def is_done() -> bool:
            now = time.perf_counter()
            if steps is not None:
                return now >= self._budget.deadline
            return now >= at_most or (now >= until() and self._seen is not before)

        jobs = [
            self._job(
                self._task,
                arrangement(before),
                is_done,
                steps,
                lane=lane,
                is_fresh=lane in self._fresh,
                is_watched=True,
                recombined=before if lane == 0 else (),
            )
            for lane in range(self._budget.lanes)
        ]
        self._fresh = frozenset()
        last = at_most if steps is None else self._budget.deadline
        found = self._round(pool, jobs, last, "whole day")
        better = [sketches for sketches in found if sketches is not None]
        if len(better) < len(found):
            # Who did not end in time may have shown something on the way.
            better.append(self._mended(self._task, arrangement(self._seen), _REFILLING_S))
        self._best = min([self._best, *better], key=lambda plan: worth(self._task, plan))
        self._report(self._best, "whole day")

    def _search_pieces(
        self,
        pool: ThreadPoolExecutor,
        pieces: Sequence[Piece],
        until: float,
        steps: int | None,
    ) -> None:
        """A piece for each lane; where they do not suffice, one piece for several."""
        self._seen = self._best
        spread = [pieces[lane % len(pieces)] for lane in range(self._budget.lanes)]
        jobs = [
            self._job(piece.task, piece.start, self._is_after(until), steps, lane=lane)
            for lane, piece in enumerate(spread)
        ]
        for piece, found in zip(spread, self._round(pool, jobs, until, "clusters"), strict=True):
            if found is not None:
                self._accept(piece, found)
        self._report(self._best, "clusters")

    def _job(
        self,
        task: Task,
        start: Arrangement,
        is_done: Stop,
        steps: int | None,
        *,
        lane: int,
        is_fresh: bool = False,
        is_watched: bool = False,
        recombined: Sequence[RouteSketch] = (),
    ) -> Callable[[], Sketches | None]:
        """One search by one lane, mended; its chances are drawn now, in the lanes' sequence.

        It begins with what the routes driven so far make of the plan `recombined`, if anything.
        """
        basket: list[Column] = []
        self._baskets.append(basket)
        improve = partial(
            engines.improve,
            task,
            self._roads,
            stop=self._stop(is_done, steps),
            pauses=pauses(task.shifts, self._random.uniform(0.1, 0.9)),
            # Even and odd lanes look at a day with different eyes.
            seed=self._random.getrandbits(30) * 2 + lane % 2,
            is_fresh=is_fresh,
            on_best=self._on_glimpse if is_watched else None,
            columns=basket if self._is_small else None,
        )

        def job() -> Sketches | None:
            anew = self._recombination(recombined)
            found = [improve(start=start if anew is None else anew), anew]
            return min(
                (self._mended(task, each, _REFILLING_S) for each in found if each is not None),
                key=lambda sketches: worth(task, sketches),
                default=None,
            )

        return job

    def _recombination(self, plan: Sequence[RouteSketch]) -> Arrangement | None:
        budget = self._budget
        is_counted = budget.iterations is not None
        share = (budget.deadline - budget.begin) * _RECOMBINING
        # Where the work is counted, the clock only bounds it.
        left = budget.deadline - time.perf_counter()
        seconds = max(0.0, left if is_counted else min(_RECOMBINING_S, share, left))
        return self._shelf.best(plan, seconds=seconds, is_counted=is_counted)

    @staticmethod
    def _is_after(moment: float) -> Stop:
        return lambda: time.perf_counter() >= moment

    def _stop(self, is_done: Stop, steps: int | None) -> Stop:
        if steps is None:
            return lambda: is_done() or self._is_over()
        taken = iter(range(steps))

        def stop() -> bool:
            if next(taken, None) is None:
                return True
            is_early = is_done() or self._is_over()
            self.is_cut_short |= is_early
            return is_early

        return stop

    def _round(
        self,
        pool: ThreadPoolExecutor,
        jobs: Sequence[Callable[[], Sketches | None]],
        until: float,
        stage: str,
    ) -> list[Sketches | None]:
        """What each lane found; None of those that found nothing, or not in time."""
        futures = [pool.submit(job) for job in jobs]
        left = set(futures)
        while left and not self._is_past_grace(until):
            left = wait(left, timeout=_TICK_S, return_when=FIRST_COMPLETED).not_done
            self._report(self._glimpsed(), stage)
        self.is_cut_short |= bool(left)
        for basket in self._baskets:
            self._shelf.add(basket)
        self._baskets.clear()
        return [future.result() if future.done() else None for future in futures]

    def _accept(self, piece: Piece, found: Sketches) -> None:
        now = tuple(self._best[route] for route in piece.routes)
        if worth(piece.task, found) <= worth(piece.task, now):
            best = list(self._best)
            for route, sketch in zip(piece.routes, found, strict=True):
                best[route] = sketch
            self._best = tuple(best)

    def _mended(self, task: Task, arranged: Arrangement, seconds: float) -> Sketches:
        """By the domain's clock; `seconds` of work to find places for what has none."""
        if self._budget.iterations is not None:
            is_over = self._is_after(self._budget.deadline)
        else:
            is_over = is_worked(seconds)
        return mended(task, arranged, self._travel, lambda: is_over() or self._is_over())

    def _is_past_grace(self, deadline: float) -> bool:
        """Whether what is still running may be left behind."""
        now = time.perf_counter()
        if self._is_over() and self._over_since is None:
            self._over_since = now
        return now >= min(deadline, self._over_since or deadline) + _GRACE_S

    def _on_glimpse(self, glimpse: Glimpse) -> None:
        self._glimpse = glimpse

    def _glimpsed(self) -> Sketches:
        """The best of a search of the whole that is still running, as far as it is better."""
        begin = time.perf_counter()
        if self._glimpse is None or begin < self._next_glimpse:
            return self._seen
        glimpse, self._glimpse = self._glimpse, None
        seen = tuple(
            RouteSketch(shift, orders, self._travel)
            for shift, orders in zip(self._task.shifts, glimpse(), strict=True)
        )
        self._seen = min(
            self._best, self._seen, seen, key=lambda sketches: worth(self._task, sketches)
        )
        self._is_seen_long = self._has_long_routes(self._seen)
        now = time.perf_counter()
        self._next_glimpse = now + _GLIMPSE_EVERY * (now - begin)
        return self._seen
