"""An engine that only counts the work it is given, and what the search makes of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, NamedTuple

from app.domain.orders import Order
from app.domain.routes import Route
from app.domain.sketch import RouteSketch
from app.planning import engines
from app.planning.budget import Budget
from app.planning.search import Found, search
from app.planning.task import Arrangement, Roads, Stop, Task
from tests.patience import PATIENCE_MS
from tests.unit.planning.days import travel_of


class Asked(NamedTuple):
    """One search of one lane."""

    task: Task
    start: Arrangement
    steps: int
    is_odd: bool
    """Of an odd lane."""
    is_fresh: bool


Answer = Callable[[Task, Arrangement], Arrangement | None]


def _as_it_was(_task: Task, start: Arrangement) -> Arrangement:
    return start


@dataclass
class CountingEngine:
    """Stands for the engine; `answer` is what it makes of its start once its work is done."""

    answer: Answer = _as_it_was

    def __post_init__(self) -> None:
        self.asked: list[Asked] = []
        self._lock = threading.Lock()

    def __call__(
        self,
        task: Task,
        _roads: Roads,
        start: Arrangement,
        stop: Stop,
        *,
        seed: int,
        is_fresh: bool = False,
        **_more: Any,
    ) -> Arrangement | None:
        steps = 0
        while not stop():
            steps += 1
        with self._lock:
            self.asked.append(Asked(task, start, steps, bool(seed % 2), is_fresh))
        return self.answer(task, start)

    def searched(
        self,
        monkeypatch: Any,
        routes: Sequence[Route],
        orders: Sequence[Order],
        *,
        start: Arrangement | None = None,
        work: int = 4_000,
        heard: list[tuple[tuple[RouteSketch, ...], str]] | None = None,
    ) -> Found:
        """The search with that much counted work, which no clock ends."""
        monkeypatch.setattr(engines, "improve", self)
        travel = travel_of(routes, orders)
        now = perf_counter()
        return search(
            Task(routes=tuple(routes), orders=tuple(orders)),
            Roads(travel),
            travel,
            Budget(begin=now, deadline=now + PATIENCE_MS / 1000, cores=2, iterations=work),
            start or ((),) * len(routes),
            seed=1,
            is_over=lambda: False,
            report=lambda plan, stage: (
                heard.append((tuple(plan), stage)) if heard is not None else None
            ),
        )
