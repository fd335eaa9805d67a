"""Waiting for the optimizer at a terminal: its progress on one line, Ctrl+C keeps the best plan."""

from __future__ import annotations

import signal
import threading
from types import FrameType

from app.cli.output import Progress as Line
from app.domain.errors import PlanningFailed
from app.domain.problem import Failed, Finished, Plan, Progress
from app.planning.run import PlanningRun


def best_plan(run: PlanningRun, line: Line, cost_scale: float = 1.0) -> Plan:
    """The plan of a run that was started. Raises PlanningFailed where there is none."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        # An exception would end the stream of messages, and with it the plan.
        threading.Thread(target=run.cancel, name="cancel-search").start()

    before = signal.signal(signal.SIGINT, stop)
    try:
        for message in run.messages():
            match message:
                case Progress():
                    line.show(
                        f"{message.seconds:5.1f} s  cost {message.cost / cost_scale:,.2f}  "
                        f"{message.unassigned} unassigned  {message.stage}"
                    )
                case Finished(plan=plan):
                    return plan
                case Failed(plan=plan) if plan is not None:
                    return plan
                case Failed(message=text):
                    raise PlanningFailed(text)
    finally:
        signal.signal(signal.SIGINT, before)
    raise PlanningFailed("The optimizer ended without an answer. Try again.")
