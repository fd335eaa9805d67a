"""How the time of a search by every rule is shared; or its work, where that is counted."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.domain.problem import Problem
from app.planning.budget import Steps
from app.planning.task import Stop, is_worked

_FIRST_SHARE, _FIRST_S = 0.1, 1.0
"""Of the time, and how long at most, for a first plan by every rule."""
_ENGINE_PER_STEP = 13
"""So many of an engine's iterations take as long as one step of the polish."""
_TRYING_S = 1.0
"""The work at least for what an engine left out, and for what is still left at the end."""


class Pacing:
    """When each part of a search is over. Where the work is counted, the clock only bounds it."""

    def __init__(self, problem: Problem, begin: float, cancelled: Callable[[], bool]) -> None:
        self.is_counted = problem.iterations is not None
        self.spent = 0.0
        """The share of all that the engines have had."""
        self._problem = problem
        self._begin = begin
        self._cancelled = cancelled
        self._counts: list[Steps] = []

    def at(self, share: float) -> float:
        """When this share of the time is over; where the work is counted, the end of all."""
        return self._begin + self._problem.seconds * (1.0 if self.is_counted else share)

    def seconds(self, share: float) -> float:
        """How long an engine may search now; where the work is counted, till the end of all."""
        if self.is_counted:
            return max(0.0, self.at(1.0) - time.perf_counter())
        return self._problem.seconds * share

    @property
    def elapsed(self) -> float:
        """The share of the time that is over; 0 where work is counted."""
        if self.is_counted:
            return 0.0
        return (time.perf_counter() - self._begin) / max(self._problem.seconds, 1e-9)

    def is_opened(self) -> Stop:
        """The first plan is soon told, whatever time there is in all."""
        most = self._begin + _FIRST_S
        until = self.at(1.0) if self.is_counted else min(most, self.at(_FIRST_SHARE))
        return self.is_over(until)

    def is_over(self, deadline: float) -> Stop:
        return lambda: self._cancelled() or time.perf_counter() >= deadline

    def is_tried(self, share: float) -> Stop:
        """However late a plan comes, it is worth a moment to be mended and filled."""
        is_late, is_over = self.is_over(self.at(share)), is_worked(_TRYING_S)
        return lambda: self._cancelled() or (not self.is_counted and is_over() and is_late())

    def is_done_after(self, seconds: float) -> Stop:
        """Over after so much work by this thread; where the work is counted, once cancelled."""
        is_over = is_worked(seconds)
        return lambda: self._cancelled() or (not self.is_counted and is_over())

    def steps(self, deadline: float, most: int | None = None) -> Steps:
        """Over after so much work where that is asked for, else by the clock."""
        steps = Steps(most, self.is_over(deadline))
        self._counts.append(steps)
        return steps

    @property
    def is_cut_short(self) -> bool:
        """Whether the clock, or somebody, ended what was counted."""
        return any(steps.is_cut_short for steps in self._counts)

    def work(self, share: float) -> int | None:
        """Iterations of an engine, where work is counted; the polish does the rest."""
        if self._problem.iterations is None:
            return None
        return max(1, round(self._problem.iterations * share * _ENGINE_PER_STEP))

    @property
    def own_work(self) -> int | None:
        """Steps of the polish, where work is counted."""
        if self._problem.iterations is None:
            return None
        return max(1, round(self._problem.iterations * (1 - self.spent)))
