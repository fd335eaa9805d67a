"""Waiting for the optimizer at a terminal: its progress on one line, Ctrl+C keeps the best plan."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import typer

from app.cli.output import Progress as Line
from app.domain.errors import PlanningFailed
from app.domain.problem import Failed, Finished, Plan, Progress
from app.planning.run import PlanningRun


@contextmanager
def ctrl_c_asks(cancel: Callable[[], None]) -> Iterator[None]:
    """Ctrl+C calls `cancel`, on a thread of its own.

    An exception would end the stream of messages, or lose one that was just taken from it.
    """

    def stop(_signal: int, _frame: FrameType | None) -> None:
        threading.Thread(target=cancel, name="cancel-search").start()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@dataclass(frozen=True, slots=True)
class Best:
    """What a search found, and what became of it should it have broken off by itself."""

    plan: Plan
    problem: str = ""

    def warn(self) -> None:
        """Tell whoever watches; the plan is good, but not all of the time or work was used."""
        if self.plan.is_cut_short:
            text = "The search ended before all of its iterations were done; another may differ."
            typer.secho(f"Warning: {text}", err=True, fg=typer.colors.YELLOW)
        if self.problem:
            typer.secho(f"Warning: {self.problem}", err=True, fg=typer.colors.YELLOW)


def best_plan(run: PlanningRun, line: Line, cost_scale: float = 1.0) -> Best:
    """The plan of a run that was started. Raises PlanningFailed where there is none."""
    with ctrl_c_asks(run.cancel):
        for message in run.messages():
            match message:
                case Progress():
                    line.show(
                        f"{message.seconds:5.1f} s  cost {message.cost / cost_scale:,.2f}  "
                        f"{message.unassigned} unassigned  {message.stage}"
                    )
                case Finished(plan=plan):
                    return Best(plan)
                case Failed(plan=plan) if plan is not None:
                    return Best(plan, "\n".join(filter(None, (message.message, message.report))))
                case Failed(message=text):
                    raise PlanningFailed(text)
    raise PlanningFailed("The optimizer ended without an answer. Try again.")
