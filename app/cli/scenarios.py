"""What `wayboard scenario` does: the same runs, comparison and edits as in the console."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from app.cli.output import Progress as Line
from app.cli.output import progress
from app.cli.search import ctrl_c_asks
from app.config import Settings
from app.domain.board import Board
from app.domain.errors import NotFoundError, RuleError
from app.domain.figures import Figures
from app.domain.ids import RouteId
from app.domain.problem import Failed, Finished, Plan, Progress
from app.domain.scenario_boards import Moved, fit, has_locks, moves
from app.domain.scenario_words import fit_lines, lock_line, taken_text
from app.domain.scenarios import Measure, Preset, Scenario, best, figures, recipe
from app.services.scenario_runs import RunMessage, ScenarioRuns
from app.services.workspace import open_workspace

BOARD = "board"
NAMES = {
    Preset.CHEAPEST: "Cheapest",
    Preset.FASTEST: "Fastest",
    Preset.FEWEST_VANS: "Fewest vans",
    Preset.BALANCED: "Balanced",
    Preset.LOCKS_KEPT: "Locks kept",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One scenario of a list."""

    scenario: Scenario
    is_stale: bool

    @property
    def as_json(self) -> dict[str, Any]:
        scenario = self.scenario
        return {
            "name": scenario.name,
            "made_at": scenario.made_at.isoformat(),
            "objective": scenario.recipe.aims.objective.value,
            "balance": scenario.recipe.aims.balance.value,
            "keeps_locks": scenario.recipe.keeps_locks,
            "seed": scenario.recipe.seed,
            "iterations": scenario.recipe.iterations,
            "engine": scenario.plan.engine,
            "seconds": round(scenario.plan.seconds, 2),
            "taken": list(scenario.taken),
            "is_stale": self.is_stale,
            **figures_json(scenario.figures),
        }

    @property
    def text(self) -> str:
        given = self.scenario.figures
        recipe = self.scenario.recipe
        notes = [f"seed {recipe.seed}", f"{self.scenario.plan.seconds:.1f} s"]
        work = "ended early" if recipe.iterations is None else f"{recipe.iterations} iterations"
        notes.insert(1, work)
        notes += [f"with {each}" for each in self.scenario.taken]
        notes += ["stale: the day changed since"] if self.is_stale else []
        return (
            f"{self.scenario.name}: {given.vans} vans, {given.distance_m / 1000:.1f} km, "
            f"{_hours(given.working)} h, cost {given.cost:.2f}, {given.late} late, "
            f"{given.unassigned} unassigned ({', '.join(notes)})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    day: date
    rows: tuple[Row, ...]
    failures: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        if not self.rows:
            return f"{self.day}: no scenarios."
        return "\n".join([f"{self.day}:", *(f"  {row.text}" for row in self.rows)])


def run_scenarios(
    settings: Settings,
    day: date,
    presets: Sequence[str],
    names: Sequence[str],
    *,
    seconds: float,
    iterations: int | None,
    seed: int,
    cores: int | None,
) -> Shelf:
    """Run recipes and keep their plans. Raises DispatchError; Ctrl+C keeps the best so far."""
    with open_workspace(settings) as workspace, progress() as line:
        board = workspace.complete_board(day, line)
        wanted = _presets(board, presets)
        if len(names) > len(wanted):
            raise RuleError(f"{len(names)} names were given for {len(wanted)} recipes.")
        titles = [*names, *(NAMES[preset] for preset in wanted[len(names) :])]
        recipes = [
            workspace.scenarios.counted(board, recipe(preset, seconds, seed, iterations))
            for preset in wanted
        ]
        plans, failures = _run(workspace.scenarios.start(board, recipes, cores), titles, line)
        made = [
            workspace.scenarios.keep(board, titles[number], recipes[number], plan)
            for number, plan in sorted(plans.items())
        ]
    rows = tuple(Row(scenario=scenario, is_stale=False) for scenario in made)
    return Shelf(day=day, rows=rows, failures=tuple(failures))


def shelf_of(settings: Settings, day: date) -> Shelf:
    with open_workspace(settings) as workspace:
        board = workspace.dispatch.board(day)
        return Shelf(
            day=day,
            rows=tuple(
                Row(scenario=scenario, is_stale=fit(board, scenario).is_stale)
                for scenario in workspace.scenarios.shelf(day)
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    name: str
    figures: Figures
    notes: tuple[str, ...] = ()
    moves: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The board and some scenarios side by side."""

    board: Board
    columns: tuple[Column, ...]
    shows_stops: bool

    @property
    def text(self) -> str:
        every = [column.figures for column in self.columns]
        table = [["", *(column.name for column in self.columns)]]
        for measure in Measure:
            leading = best(measure, every)
            cells = []
            for number, given in enumerate(every):
                star = "*" if number in leading else ""
                change = _change(measure, every[0], given) if number else ""
                cells.append(f"{_shown(measure, given)}{star}{change}")
            table.append([measure.value, *cells])
        widths = [max(len(row[number]) for row in table) for number in range(len(table[0]))]
        lines = [
            "  ".join(
                cell.ljust(width) if number == 0 else cell.rjust(width)
                for number, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in table
        ]
        for column in self.columns:
            lines += [f"{column.name}: {note}" for note in column.notes]
        if self.shows_stops:
            for column in self.columns[1:]:
                lines += ["", f"{column.name}: other driver than on the board"]
                lines += [f"  {self._moved(each)}" for each in column.moves] or ["  nobody moved"]
        return "\n".join(lines)

    @property
    def as_json(self) -> dict[str, Any]:
        return {
            "columns": [
                {
                    "name": column.name,
                    **figures_json(column.figures),
                    "notes": list(column.notes),
                    "moved": [self._moved_json(each) for each in column.moves],
                }
                for column in self.columns
            ]
        }

    def _moved(self, moved: Moved) -> str:
        facts = self._moved_json(moved)
        return (
            f"{facts['reference']}: {facts['from'] or 'unassigned'} {facts['was'] or ''}".rstrip()
            + f" -> {facts['to'] or 'unassigned'} {facts['becomes'] or ''}".rstrip()
        )

    def _moved_json(self, moved: Moved) -> dict[str, Any]:
        names = {each.id: each.route.shift.name for each in self.board.routes}
        zones = {each.id: each.route.shift.depot.zone for each in self.board.routes}
        clocks = [
            f"{moment.astimezone(zones[route]):%H:%M}" if moment and route else None
            for moment, route in ((moved.was, moved.source), (moved.becomes, moved.target))
        ]
        return {
            "reference": self.board.orders[moved.order].reference,
            "from": names[moved.source] if moved.source else None,
            "to": names[moved.target] if moved.target else None,
            "was": clocks[0],
            "becomes": clocks[1],
        }


def compare_scenarios(
    settings: Settings, day: date, names: Sequence[str], shows_stops: bool
) -> Comparison:
    with open_workspace(settings) as workspace, progress() as line:
        board = workspace.complete_board(day, line)
        shelf = workspace.scenarios.shelf(day)
        chosen = [workspace.scenarios.named(day, name) for name in names] or list(shelf)
        if not chosen:
            raise NotFoundError(
                f"There is no scenario of {day} to compare. Run some: wayboard scenario run."
            )
        columns = [
            Column(
                name=each.scenario.name,
                figures=each.figures,
                notes=fit_lines(board, each.fit),
                moves=tuple(m for m in moves(board, each.board) if m.changes_route)
                if shows_stops
                else (),
            )
            for each in workspace.scenarios.compare(board, chosen)
        ]
    now = Column(name="On the board", figures=figures(board))
    return Comparison(board=board, columns=(now, *columns), shows_stops=shows_stops)


def take_route(settings: Settings, day: date, route: str, source: str, target: str) -> str:
    with open_workspace(settings) as workspace, progress() as line:
        board = workspace.complete_board(day, line)
        wanted = _route(board, route)
        from_ = workspace.scenarios.named(day, source)
        (there,) = workspace.scenarios.compare(board, [from_])
        if target.casefold() == BOARD:
            edit, taken = workspace.scenarios.take_to_board(board, there.board, wanted)
            workspace.dispatch.apply(edit)
        else:
            into = workspace.scenarios.named(day, target)
            change, taken = workspace.scenarios.take(board, there.board, from_.name, into, wanted)
            workspace.dispatch.apply(change)
    name = board.route(wanted).route.shift.name
    return f"{name} taken from {from_.name} into {target}: {taken_text(board, taken)}"


def publish_scenario(settings: Settings, day: date, name: str, is_forced: bool) -> str:
    with open_workspace(settings) as workspace, progress() as line:
        board = workspace.complete_board(day, line)
        scenario = workspace.scenarios.named(day, name)
        found = fit(board, scenario)
        notes = [*fit_lines(board, found), *filter(None, [lock_line(board, found)])]
        if notes and not is_forced:
            raise RuleError(
                "\n  ".join(
                    [
                        f"“{scenario.name}” no longer fits the day as it is. Make it again, or "
                        "publish it with --force. The board is unchanged.",
                        *notes,
                    ]
                )
            )
        applied = workspace.dispatch.apply(workspace.scenarios.publish(board, scenario))
        after = workspace.dispatch.refresh(board, applied.changes)
        workspace.scenarios.published(after, scenario)
    row = Row(scenario=scenario, is_stale=False)
    before, now = figures(board), figures(after)
    return "\n".join(
        [
            f"{day}: published {row.scenario.name}; {now.vans} vans (before: {before.vans}), "
            f"cost {now.cost:.2f} (before: {before.cost:.2f}), "
            f"{now.unassigned} unassigned (before: {before.unassigned})",
            *(f"  {note}" for note in notes),
        ]
    )


def remove_scenarios(settings: Settings, day: date, names: Sequence[str]) -> str:
    with open_workspace(settings) as workspace:
        found = [workspace.scenarios.named(day, name) for name in names]
        for scenario in found:
            workspace.scenarios.remove(scenario)
    return "\n".join(f"{day}: removed {scenario.name}" for scenario in found)


def figures_json(given: Figures) -> dict[str, Any]:
    return {
        "cost": round(given.cost, 2),
        "distance_m": given.distance_m,
        "working_s": int(given.working.total_seconds()),
        "vans": given.vans,
        "late": given.late,
        "late_s": int(given.lateness.total_seconds()),
        "unassigned": given.unassigned,
        "violations": given.violations,
        "load_use": round(given.load_use, 4),
        "uneven_s": int(given.uneven.total_seconds()),
        "uneven_stops": round(given.uneven_stops, 2),
    }


def _presets(board: Board, given: Sequence[str]) -> list[Preset]:
    known = {each.value: each for each in Preset}
    for name in given:
        if name not in known:
            raise RuleError(f"No recipe is called “{name}”. Recipes are {', '.join(known)}.")
    if given:
        return [known[name] for name in given]
    is_locked = has_locks(board)
    return [each for each in Preset if is_locked or each is not Preset.LOCKS_KEPT]


def _run(
    runs: ScenarioRuns, titles: Sequence[str], line: Line
) -> tuple[dict[int, Plan], list[str]]:
    plans: dict[int, Plan] = {}
    failures: list[str] = []
    states = ["waiting"] * len(titles)
    with ctrl_c_asks(runs.cancel):
        while (told := runs.next_message()) is not None:
            states[told.number] = _state(told)
            line.show("   ".join(f"{t}: {s}" for t, s in zip(titles, states, strict=True)))
            match told.message:
                case Finished(plan=plan):
                    plans[told.number] = plan
                case Failed(message=message, plan=plan):
                    failures.append(f"{titles[told.number]}: {message}")
                    if plan is not None:
                        plans[told.number] = replace(plan, is_cut_short=True)
    return plans, failures


def _state(told: RunMessage) -> str:
    match told.message:
        case Progress() as now:
            return f"{now.seconds:.0f} s, {now.unassigned} unassigned"
        case Finished():
            return "done"
        case Failed():
            return "failed"
        case None:
            return "starts"


def _route(board: Board, name: str) -> RouteId:
    wanted = name.strip().casefold()
    found = [
        each
        for each in board.routes
        if wanted
        in (
            each.route.shift.name.casefold(),
            each.route.shift.driver.name.casefold(),
            each.route.shift.vehicle.name.casefold(),
        )
    ]
    if len(found) == 1:
        return found[0].id
    names = ", ".join(each.route.shift.name for each in (found or board.routes))
    what = "Several routes are" if found else "No route of this day is"
    raise NotFoundError(f"{what} called “{name}”. There are: {names}.")


def _shown(measure: Measure, given: Figures) -> str:
    value = measure.of(given)
    match measure:
        case Measure.COST:
            return f"{value:.2f}"
        case Measure.DISTANCE:
            return f"{value / 1000:.1f} km"
        case Measure.HOURS:
            return f"{_hours(given.working)} h"
        case Measure.FAIRNESS:
            return f"±{_hours(given.uneven)} h"
        case Measure.LOAD_USE:
            return f"{value:.0%}"
        case _:
            return f"{value:.0f}"


def _change(measure: Measure, before: Figures, now: Figures) -> str:
    change = measure.of(now) - measure.of(before)
    sign = "-" if change < 0 else "+"
    change = abs(change)
    match measure:
        case Measure.COST:
            text = f"{change:.2f}"
        case Measure.DISTANCE:
            text = f"{change / 1000:.1f}"
        case Measure.HOURS | Measure.FAIRNESS:
            text = _hours(timedelta(seconds=change))
        case Measure.LOAD_USE:
            text = f"{100 * change:.0f}"
        case _:
            text = f"{change:.0f}"
    return f" ({sign}{text})" if text.strip("0.:") else " (=)"


def _hours(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    return f"{minutes // 60}:{minutes % 60:02}"
