"""Rounds of searches on all cores: each lane gets its part, then the parts are put together."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from functools import partial
from types import TracebackType

from app.domain.sketch import RouteSketch
from app.domain.timetable import Travel
from app.planning import engines
from app.planning.budget import Budget
from app.planning.exchange import exchanged
from app.planning.mending import arrangement, mended, worth
from app.planning.pauses import pauses
from app.planning.pieces import Piece
from app.planning.shelf import Shelf
from app.planning.task import Arrangement, Column, Glimpse, Roads, Stop, Task, is_worked

_TICK_S = 0.1
_GLIMPSE_EVERY = 20
"""So many times as long as a look at a search's best plan takes is none taken again: for that long
the lanes wait for Python's lock."""
_GRACE_S = 0.2
"""How long an engine is waited for once its time is up."""
_REFILLING_S = 0.05
"""How long the last orders are tried one by one after each search."""
_EXCHANGING_S = 0.3
"""How long vans are looked at that might change their routes."""
_RECOMBINING, _RECOMBINING_S = 0.1, 2.0
"""Of the time, for one plan out of the routes of many, and how long at most. On a large day their
linear relaxation alone takes longer than it is worth: 15 s at 1,000 stops."""

Sketches = tuple[RouteSketch, ...]
Report = Callable[[Sequence[RouteSketch], str], None]
"""Hears of the best plan so far and the stage of the search, again and again."""


class Lanes:
    """The best plan so far of a task, and searches for a better one, as many as lanes at a time.

    All lanes of a round start from the same plan, and what they find is taken in their sequence:
    a plan depends on the seed and on how much was done in each round, not on who was first.
    """

    def __init__(
        self,
        task: Task,
        roads: Roads,
        travel: Travel,
        budget: Budget,
        *,
        seed: int,
        is_over: Stop,
        report: Report,
        recombines: bool,
    ) -> None:
        self.task = task
        self.roads = roads
        self.budget = budget
        self.is_over = is_over
        self.random = random.Random(seed)
        self.has_breaks = bool(pauses(task.shifts).moments)
        self.best: Sketches = ()
        self.is_cut_short = False
        """Whether the clock, or somebody, ended a search whose counted work was not done."""
        self._travel = travel
        self._report = report
        self._recombines = recombines
        self._shelf = Shelf(task)
        self._baskets: list[list[Column]] = []
        self._glimpse: Glimpse | None = None
        self._next_glimpse = 0.0
        self._seen: Sketches = ()
        self._wants_more: Callable[[Sketches], bool] = lambda _plan: False
        self._is_wanting = False
        self._over_since: float | None = None
        self._pool = ThreadPoolExecutor(budget.cores, thread_name_prefix="planning")

    def __enter__(self) -> Lanes:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # One step of an engine on a large day can take seconds: nobody waits for its end.
        self._pool.shutdown(wait=False, cancel_futures=True)

    def begin(self, start: Arrangement) -> None:
        """The first best plan."""
        self.best = self.mended(self.task, start)
        self.tell("start")

    def tell(self, stage: str) -> None:
        self._report(self.best, stage)

    def search_until(
        self, share: float, steps: int | None, fresh: frozenset[int] = frozenset()
    ) -> None:
        """The whole task until that share of the time is over."""
        until = self.budget.at(share)
        self.search_whole(until, until, steps, fresh)

    def search_whole(
        self,
        at_least: float,
        at_most: float,
        steps: int | None,
        fresh: frozenset[int] = frozenset(),
        wants_more: Callable[[Sketches], bool] = lambda _plan: False,
    ) -> None:
        """A seed for each lane, all from the best plan so far but for those that begin anew.

        It lasts from `at_least`, until something better is found that does not ask for more time,
        to `at_most`; or `steps`, where given.
        """
        before = self._seen = self.best
        self._wants_more, self._is_wanting = wants_more, False

        def is_done() -> bool:
            now = time.perf_counter()
            if steps is not None:
                return now >= self.budget.deadline
            is_better = now >= at_least and self._seen is not before
            return now >= at_most or (is_better and not self._is_wanting)

        jobs = [
            self._job(
                self.task,
                arrangement(before),
                is_done,
                steps,
                lane=lane,
                is_fresh=lane in fresh,
                is_watched=True,
                recombined=before if lane == 0 else (),
            )
            for lane in range(self.budget.lanes)
        ]
        last = at_most if steps is None else self.budget.deadline
        found = self._round(jobs, last, "whole day")
        better = [sketches for sketches in found if sketches is not None]
        if len(better) < len(found):
            # Who did not end in time may have shown something on the way.
            better.append(self.mended(self.task, arrangement(self._seen)))
        self.best = min([self.best, *better], key=lambda plan: worth(self.task, plan))
        self.tell("whole day")

    def search_pieces(
        self,
        pieces: Sequence[Piece],
        until: float,
        steps: int | None,
        stage: str,
        fresh: frozenset[int] = frozenset(),
    ) -> list[Sketches | None]:
        """What each lane makes of its piece of the task; None where nothing, or not in time."""
        jobs = [
            self._job(
                piece.task,
                piece.start,
                lambda: time.perf_counter() >= until,
                steps,
                lane=lane,
                is_fresh=lane in fresh,
            )
            for lane, piece in enumerate(pieces)
        ]
        return self._round(jobs, until, stage)

    def exchange(self) -> None:
        """Give the routes of the best plan to those vans that do them for least."""
        is_worked_on = is_worked(_EXCHANGING_S)
        is_counted = self.budget.iterations is not None

        def is_done() -> bool:
            return self.is_over() or (not is_counted and is_worked_on())

        found = exchanged(self.task, self.best, self._travel, is_done)
        self.best = min(self.best, found, key=lambda plan: worth(self.task, plan))

    def mended(self, task: Task, arranged: Arrangement, seconds: float = _REFILLING_S) -> Sketches:
        """By the domain's clock; `seconds` of work to find places for what has none."""
        is_counted = self.budget.iterations is not None
        is_filled = is_worked(seconds)

        def is_done() -> bool:
            if is_counted:
                return self.is_over() or time.perf_counter() >= self.budget.deadline
            return self.is_over() or is_filled()

        return mended(task, arranged, self._travel, is_done)

    def _job(
        self,
        task: Task,
        start: Arrangement,
        is_done: Stop,
        steps: int | None,
        *,
        lane: int,
        is_fresh: bool,
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
            self.roads,
            stop=self._stop(is_done, steps),
            pauses=pauses(task.shifts, self.random.uniform(0.1, 0.9)),
            # Even and odd lanes look at a day with different eyes.
            seed=self.random.getrandbits(30) * 2 + lane % 2,
            is_fresh=is_fresh,
            on_best=self._on_glimpse if is_watched else None,
            columns=basket if self._recombines else None,
        )

        def job() -> Sketches | None:
            anew = self._recombination(recombined)
            found = [improve(start=start if anew is None else anew), anew]
            return min(
                (self.mended(task, each) for each in found if each is not None),
                key=lambda sketches: worth(task, sketches),
                default=None,
            )

        return job

    def _recombination(self, plan: Sequence[RouteSketch]) -> Arrangement | None:
        budget = self.budget
        is_counted = budget.iterations is not None
        share = (budget.deadline - budget.begin) * _RECOMBINING
        # Where the work is counted, the clock only bounds it.
        left = budget.deadline - time.perf_counter()
        seconds = max(0.0, left if is_counted else min(_RECOMBINING_S, share, left))
        return self._shelf.best(plan, seconds=seconds, is_counted=is_counted)

    def _stop(self, is_done: Stop, steps: int | None) -> Stop:
        if steps is None:
            return lambda: is_done() or self.is_over()
        taken = iter(range(steps))

        def stop() -> bool:
            if next(taken, None) is None:
                return True
            is_early = is_done() or self.is_over()
            self.is_cut_short |= is_early
            return is_early

        return stop

    def _round(
        self, jobs: Sequence[Callable[[], Sketches | None]], until: float, stage: str
    ) -> list[Sketches | None]:
        """What each lane found; None of those that found nothing, or not in time."""
        self._seen = self.best
        futures = [self._pool.submit(job) for job in jobs]
        left = set(futures)
        while left and not self._is_past_grace(until):
            left = wait(left, timeout=_TICK_S, return_when=FIRST_COMPLETED).not_done
            self._report(self._glimpsed(), stage)
        self.is_cut_short |= bool(left)
        for basket in self._baskets:
            self._shelf.add(basket)
        self._baskets.clear()
        return [future.result() if future.done() else None for future in futures]

    def _is_past_grace(self, deadline: float) -> bool:
        """Whether what is still running may be left behind."""
        now = time.perf_counter()
        if self.is_over() and self._over_since is None:
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
            for shift, orders in zip(self.task.shifts, glimpse(), strict=True)
        )
        self._seen = min(self.best, self._seen, seen, key=lambda plan: worth(self.task, plan))
        self._is_wanting = self._wants_more(self._seen)
        now = time.perf_counter()
        self._next_glimpse = now + _GLIMPSE_EVERY * (now - begin)
        return self._seen
