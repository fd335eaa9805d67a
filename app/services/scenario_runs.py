"""Several runs of the optimizer at once, as many as the machine has cores for."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from queue import SimpleQueue

from app.domain.problem import Failed, Finished, PlanningMessage, Problem
from app.planning.run import PlanningRun


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMessage:
    """What one of the runs says."""

    number: int
    """Its place among the problems."""
    message: PlanningMessage | None
    """None where it was still waiting for a core, and starts now."""

    @property
    def is_last(self) -> bool:
        return isinstance(self.message, Finished | Failed)


class ScenarioRuns:
    """Solver processes for some problems, the first ones first.

    Each run has as many cores as there are for it. `cancel` and `kill` may come from any thread
    while another one waits in `next_message`.
    """

    def __init__(self, problems: Sequence[Problem], cores: int | None = None) -> None:
        every = max(1, cores or os.cpu_count() or 1)
        self._at_once = max(1, min(every, len(problems)))
        share = max(1, every // self._at_once)
        self._problems = tuple(
            # Counted work is to find the same everywhere, however many cores there are.
            replace(problem, cores=share if problem.iterations is None else 1)
            for problem in problems
        )
        self._lock = threading.Lock()
        self._running: dict[int, PlanningRun] = {}
        self._waiting = list(range(len(self._problems)))
        self._stopped: set[int] = set()
        self._open = len(self._problems)
        self._told: SimpleQueue[RunMessage] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"scenario-{number}", daemon=True)
            for number in range(self._at_once)
        ]

    @property
    def at_once(self) -> int:
        """How many run at the same time."""
        return self._at_once

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def next_message(self) -> RunMessage | None:
        """What one of them says next: progress, and one Finished or Failed of each.

        Blocks in between; None once all have ended.
        """
        if not self._open:
            return None
        told = self._told.get()
        self._open -= told.is_last
        return told

    def cancel(self, number: int | None = None) -> None:
        """Let one run, or all, end with the best plan so far; one that waits never starts."""
        for run in self._stop(number):
            run.cancel()

    def kill(self) -> None:
        """End everything at once."""
        for run in self._stop(None):
            run.kill()

    def _stop(self, number: int | None) -> list[PlanningRun]:
        with self._lock:
            asked = range(len(self._problems)) if number is None else (number,)
            self._stopped.update(asked)
            return [run for each, run in self._running.items() if each in asked]

    def _work(self) -> None:
        while (number := self._next()) is not None:
            if number in self._stopped:
                self._tell(number, Failed(message="It was stopped before it began."))
                continue
            self._tell(number, None)
            try:
                self._run(number)
            except OSError as error:
                self._tell(number, Failed(message=f"The optimizer can't be started: {error}"))

    def _run(self, number: int) -> None:
        run = PlanningRun(self._problems[number])
        run.start()
        with self._lock:
            self._running[number] = run
            is_stopped = number in self._stopped
        if is_stopped:
            run.cancel()
        try:
            for message in run.messages():
                self._tell(number, message)
        finally:
            with self._lock:
                del self._running[number]

    def _next(self) -> int | None:
        with self._lock:
            return self._waiting.pop(0) if self._waiting else None

    def _tell(self, number: int, message: PlanningMessage | None) -> None:
        self._told.put(RunMessage(number=number, message=message))
