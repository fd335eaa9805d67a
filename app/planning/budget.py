"""How long to search, on how many cores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_COUNTED_LANES = 4
"""Where the work is counted there are as many lanes on every machine."""


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


class Steps:
    """Asked before each step whether it was the last one."""

    def __init__(self, most: int | None, is_over: Callable[[], bool]) -> None:
        self._most = most
        self._is_over = is_over
        self._done = 0
        self.is_cut_short = False
        """Whether the clock, or somebody, ended it before the work was done."""

    @property
    def share(self) -> float:
        """Of the work that is counted; 0 where none is."""
        return 0.0 if self._most is None else self._done / self._most

    def __call__(self) -> bool:
        if self._most is not None and self._done >= self._most:
            return True
        self._done += 1
        is_over = self._is_over()
        self.is_cut_short |= is_over and self._most is not None
        return is_over
