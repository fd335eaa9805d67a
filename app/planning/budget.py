"""How long to search, on how many cores."""

from __future__ import annotations

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
