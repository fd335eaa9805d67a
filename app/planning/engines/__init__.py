"""The engine that plans: PyVRP where there is one, else OR-Tools.

PyVRP has no ready-made package for Intel Macs. Breaks and locks are told to either in the same
way; on a real day of 120 orders PyVRP's plans cost an eighth less after five seconds, with breaks
as without.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.planning.pauses import Pauses
from app.planning.task import Arrangement, Glimpse, Roads, Stop, Task

try:
    from app.planning.engines import pyvrp as _chosen
except ImportError:
    from app.planning.engines import ortools as _chosen  # type: ignore[no-redef]


class Improve(Protocol):
    """Search until `stop`; None where nothing was found that breaks no rule."""

    def __call__(
        self,
        task: Task,
        roads: Roads,
        start: Arrangement,
        stop: Stop,
        *,
        pauses: Pauses,
        seed: int,
        on_best: Callable[[Glimpse], None] | None = None,
    ) -> Arrangement | None: ...


improve: Improve = _chosen.improve
NAME: str = _chosen.NAME
CORES: int = _chosen.CORES
"""How many searches can run at once, each on a thread of its own."""
