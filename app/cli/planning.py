"""Planning from the command line: the same problem, plan and edit as in the console."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from app.cli.output import Exit, progress
from app.cli.search import Best, best_plan
from app.config import Settings
from app.domain.board import Board
from app.domain.edits import Edit
from app.domain.effect import Effect
from app.domain.errors import NotFoundError
from app.domain.ids import OrderId, RouteId
from app.domain.problem import Plan
from app.domain.replan import ReplanMode
from app.domain.scenarios import figures, longest
from app.domain.stability import BEST_COST, Stability
from app.domain.stability import stability as price_of
from app.domain.times import instant, local
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
    problem: str = ""
    """Why the search broke off by itself, if it did."""

    @property
    def exit(self) -> Exit:
        """For the shell: the plan is kept either way."""
        return Exit.PARTLY if self.problem else Exit.DONE

    @property
    def text(self) -> str:
        after, before = self.after, self.before
        lines = [
            f"{self.day}: {after.routes} routes, {after.distance_m / 1000:.1f} km, cost "
            f"{after.cost:.2f} (before: {before.routes} routes, {before.cost:.2f}); "
            f"{after.unassigned} unassigned (before: {before.unassigned}); "
            f"{self.plan.engine}, {self.plan.seconds:.1f} s"
        ]
        if after.missed_wishes or before.missed_wishes:
            lines.append(f"  wishes missed: {after.missed_wishes} (before: {before.missed_wishes})")
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
            "wishes_missed": self.after.missed_wishes,
            "engine": self.plan.engine,
            "seconds": round(self.plan.seconds, 2),
            "trajectory": [[round(at, 2), round(cost, 2)] for at, cost in self.plan.trajectory],
            "problem": self.problem or None,
            "unassigned": [
                {
                    "reference": self.board.orders[each.order].reference,
                    "reason": each.reason.value,
                    "detail": each.detail,
                }
                for each in self.plan.unassigned
            ],
        }


def since_text(moment: datetime, day: date, zone: ZoneInfo) -> str:
    """From when on a day was planned; with the date where that is another day's."""
    start = local(moment, zone)
    return f"{start:%H:%M}" if start.date() == day else f"{start:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanResult:
    """A day before and after the rest of it was planned anew."""

    mode: ReplanMode
    moment: datetime
    effect: Effect
    result: PlanResult
    is_kept: bool = True

    @property
    def text(self) -> str:
        board, zone = self.effect.before, ZoneInfo(self.effect.before.time_zone)
        names = {each.id: each.route.shift.name for each in board.routes}
        was, now = figures(board), figures(self.effect.after)
        lines = [
            f"{board.day} from {since_text(self.moment, board.day, zone)}: "
            f"{len(self.effect.moves)} stops moved; cost {was.cost:.2f} → {now.cost:.2f}, "
            f"{was.distance_m / 1000:.1f} → {now.distance_m / 1000:.1f} km, "
            f"late {was.late} → {now.late}, unassigned {was.unassigned} → {now.unassigned}; "
            f"{self.result.plan.engine}, {self.result.plan.seconds:.1f} s"
        ]
        for each in self.effect.moves:
            source, target = _name(names, each.source), _name(names, each.target)
            who = f"{source} → {target}" if each.changes_route else target
            when = f"{_clock(each.was, zone)} → {_clock(each.becomes, zone)}"
            lines.append(f"  {board.orders[each.order].reference}: {who}, {when}")
        lines += [
            f"  {names[route]} is locked: no plan gives it anything until it is unlocked"
            for route in sorted(self.effect.lost)
        ]
        lines += [
            f"  to be taken over from the lost van: {board.orders[order].reference}"
            for order in self.effect.fetched
        ]
        lines += [
            f"  not assigned: {board.orders[each.order].reference}: {each.detail}"
            for each in self.result.plan.unassigned
        ]
        lines += [] if self.is_kept else ["Nothing was changed."]
        return "\n".join(lines)

    @property
    def as_json(self) -> dict[str, Any]:
        board = self.effect.before
        names = {each.id: each.route.shift.name for each in board.routes}
        was, now = figures(board), figures(self.effect.after)
        return self.result.as_json | {
            "mode": self.mode.value,
            "is_kept": self.is_kept,
            "from": self.moment.isoformat(),
            "distance_m_before": was.distance_m,
            "late": now.late,
            "late_before": was.late,
            "unassigned_before": was.unassigned,
            "moved": [
                {
                    "reference": board.orders[each.order].reference,
                    "from": names.get(each.source) if each.source else None,
                    "to": names.get(each.target) if each.target else None,
                    "eta_before": each.was.isoformat() if each.was else None,
                    "eta": each.becomes.isoformat() if each.becomes else None,
                }
                for each in self.effect.moves
            ],
            "lost": [names[route] for route in sorted(self.effect.lost)],
            "to_be_fetched": [board.orders[order].reference for order in self.effect.fetched],
        }


def _name(names: Mapping[RouteId, str], route: RouteId | None) -> str:
    return names[route] if route is not None else "unassigned"


def _clock(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{local(moment, zone):%H:%M}" if moment is not None else "–"


def plan_day(
    settings: Settings,
    day: date,
    seconds: float,
    seed: int = 1,
    stability: str = "",
    iterations: int | None = None,
) -> PlanResult:
    """Plan a day and keep the plan; with `iterations` the seconds only bound the work.

    Raises DispatchError; Ctrl+C keeps the best plan so far.
    """
    price = price_of(stability) if stability else BEST_COST
    with open_workspace(settings) as workspace:
        return plan_in(workspace, day, seconds, seed, price, iterations)


def plan_in(
    workspace: Workspace,
    day: date,
    seconds: float,
    seed: int = 1,
    stability: Stability = BEST_COST,
    iterations: int | None = None,
) -> PlanResult:
    with progress() as told:
        board = workspace.complete_board(day, told)
        most = longest(seconds, iterations)
        problem = workspace.planning.problem(board, most, seed, stability)
        problem = replace(problem, iterations=iterations)
        best = best_plan(workspace.planning.start(problem), told)
    best.warn()
    return _made(workspace, board, best, workspace.planning.edit(board, best.plan))


def replan_day(
    settings: Settings,
    day: date,
    mode: ReplanMode,
    *,
    at: time | None = None,
    lost: Sequence[str] = (),
    insert: Sequence[str] = (),
    stability: str = "",
    is_kept: bool = True,
    seconds: float = 10.0,
    seed: int = 1,
    iterations: int | None = None,
) -> ReplanResult:
    """Plan the rest of a day and make it one edit.

    `at` is by the depot's clocks, now where it is None; `lost` names drivers or vehicles that are
    gone, `insert` the only orders to place. Without `is_kept` the day stays as it is; with
    `iterations` the seconds only bound the work. Raises DispatchError; Ctrl+C keeps the best plan
    so far.
    """
    price = price_of(stability) if stability else BEST_COST
    with open_workspace(settings) as workspace:
        with progress() as told:
            board = workspace.complete_board(day, told)
            zone = ZoneInfo(board.time_zone)
            moment = workspace.clock() if at is None else instant(day, at, zone)
            asked = workspace.planning.replan(
                board,
                mode,
                moment,
                lost=workspace.manifests.named(board, lost),
                only=_free(board, insert) if insert else None,
                seconds=longest(seconds, iterations),
                seed=seed,
                stability=price,
            )
            problem = replace(asked.problem, iterations=iterations)
            best = best_plan(workspace.planning.start(problem), told)
        best.warn()
        effect = workspace.planning.effect(board, asked, best.plan)
        if is_kept:
            result = _made(workspace, board, best, effect.edit)
        else:
            result = _result(board, best, effect.after)
        return ReplanResult(mode=mode, moment=moment, effect=effect, result=result, is_kept=is_kept)


def _free(board: Board, references: Sequence[str]) -> list[OrderId]:
    """Raises NotFoundError for one that is not waiting for a route."""
    known = {order.reference.casefold(): order.id for order in board.unassigned}
    found = []
    for reference in references:
        if reference.casefold() not in known:
            raise NotFoundError(
                f"No order {reference} is unassigned on {board.day}. `wayboard export --day "
                f"{board.day} --format json` lists those that are."
            )
        found.append(known[reference.casefold()])
    return found


def _made(workspace: Workspace, board: Board, best: Best, edit: Edit) -> PlanResult:
    """The plan is the day's from now on."""
    applied = workspace.dispatch.apply(edit)
    workspace.planning.keep_roads(board)
    return _result(board, best, workspace.dispatch.refresh(board, applied.changes))


def _result(board: Board, best: Best, after: Board) -> PlanResult:
    return PlanResult(
        day=board.day,
        before=summary(board),
        after=summary(after),
        plan=best.plan,
        problem=best.problem,
        board=after,
    )
