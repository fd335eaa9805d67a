"""The engine that plans: PyVRP where there is one, else OR-Tools.

PyVRP has no ready-made package for Intel Macs. Breaks and locks are told to either in the same
way; on a real day of 120 orders PyVRP's plans cost an eighth less after five seconds, with breaks
as without.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from app.domain.sketch import RouteSketch
from app.planning.pauses import Pauses
from app.planning.task import Arrangement, Column, Glimpse, Roads, Stop, Task

try:
    from app.planning.engines import pyvrp as _chosen
    from app.planning.engines import whole as _whole
except ImportError:
    from app.planning.engines import ortools as _chosen  # type: ignore[no-redef]

    _whole = None  # type: ignore[assignment]


class Improve(Protocol):
    """Search until `stop`; None where nothing was found that breaks no rule.

    Routes seen on the way go into `columns`, as far as the engine shows them.
    """

    def __call__(
        self,
        task: Task,
        roads: Roads,
        start: Arrangement,
        stop: Stop,
        *,
        pauses: Pauses,
        seed: int,
        is_fresh: bool = False,
        on_best: Callable[[Glimpse], None] | None = None,
        columns: list[Column] | None = None,
    ) -> Arrangement | None: ...


class ImproveWhole(Protocol):
    """One search for each of `stops`, with every rule the engine knows; None where none holds."""

    def __call__(
        self,
        task: Task,
        roads: Roads,
        start: Sequence[RouteSketch],
        stops: Sequence[Stop],
        *,
        seed: int,
        on_best: Callable[[Arrangement], None],
    ) -> Arrangement | None: ...


improve: Improve = _chosen.improve
improve_whole: ImproveWhole | None = None if _whole is None else _whole.improve
"""None where only OR-Tools is there."""
NAME: str = _chosen.NAME
CORES: int = _chosen.CORES
"""How many searches can run at once, each on a thread of its own."""
