"""Planning from the command line: the same problem, plan and edit as in the console."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.cli.output import progress
from app.config import Settings
from app.domain.board import Board
from app.domain.errors import PlanningFailed
from app.domain.problem import Failed, Finished, Plan, Progress
from app.services.planning import PlanSummary, summary
from app.services.workspace import Workspace, open_workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanResult:
    """A day before and after planning."""

    day: date
    before: PlanSummary
    after: PlanSummary
    plan: Plan
    board: Board

    @property
    def text(self) -> str:
        after, before = self.after, self.before
        lines = [
            f"{self.day}: {after.routes} routes, {after.distance_m / 1000:.1f} km, cost "
            f"{after.cost:.2f} (before: {before.routes} routes, {before.cost:.2f}); "
            f"{after.unassigned} unassigned (before: {before.unassigned}); "
            f"{self.plan.engine}, {self.plan.seconds:.1f} s"
        ]
        references = {key: order.reference for key, order in self.board.orders.items()}
        lines += [
            f"  not assigned: {references.get(each.order, each.order)}: {each.detail}"
            for each in self.plan.unassigned
        ]
        return "\n".join(lines)

    @property
    def as_json(self) -> dict[str, Any]:
        return {
            "day": self.day.isoformat(),
            "routes": self.after.routes,
            "distance_m": self.after.distance_m,
            "cost": round(self.after.cost, 2),
            "cost_before": round(self.before.cost, 2),
            "violations": self.after.violations,
            "engine": self.plan.engine,
            "seconds": round(self.plan.seconds, 2),
            "unassigned": [
                {
                    "reference": self.board.orders[each.order].reference,
                    "reason": each.reason.value,
                    "detail": each.detail,
                }
                for each in self.plan.unassigned
            ],
        }


def plan_day(settings: Settings, day: date, seconds: float, seed: int = 1) -> PlanResult:
    """Plan a day and keep the plan. Raises DispatchError; Ctrl+C keeps the best plan so far."""
    with open_workspace(settings) as workspace:
        return plan_in(workspace, day, seconds, seed)


def plan_in(workspace: Workspace, day: date, seconds: float, seed: int = 1) -> PlanResult:
    with progress() as told:
        board = workspace.complete_board(day, told)
        run = workspace.planning.start(workspace.planning.problem(board, seconds, seed))
        plan = None
        messages = iter(run.messages())
        while plan is None:
            try:
                message = next(messages)
            except KeyboardInterrupt:
                run.cancel()
                continue
            match message:
                case Progress():
                    told.show(
                        f"{message.seconds:5.1f} s  cost {message.cost:,.2f}  "
                        f"{message.unassigned} unassigned  {message.stage}"
                    )
                case Finished():
                    plan = message.plan
                case Failed():
                    raise PlanningFailed(message.message)
    applied = workspace.dispatch.apply(workspace.planning.edit(board, plan))
    workspace.planning.remember_reasons(plan)
    workspace.planning.keep_roads(board)
    after = workspace.dispatch.refresh(board, applied.changes)
    return PlanResult(day=day, before=summary(board), after=summary(after), plan=plan, board=after)
