"""`wayboard solve`: problems of other programs, planned or checked."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import typer

from app.cli.output import Exit, Progress, progress
from app.cli.search import Best, best_plan
from app.config import Settings
from app.documents.atomic_file import write_bytes
from app.documents.benchmark_values import Benchmark
from app.documents.solution_vroom import error_bytes
from app.domain.errors import DispatchError, ImportErrors
from app.domain.geo import Location
from app.domain.timetable import Travel
from app.domain.travel import Profile
from app.services.context import never
from app.services.report_lines import AskLines
from app.services.roads import RoadsService, Way
from app.services.solving import (
    Assignment,
    Convention,
    Outcome,
    SearchOptions,
    cost_text,
    read,
)
from app.services.vroom_posing import AskRoads

_SHOWN_FAULTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveRequest:
    """What the command line asks for."""

    problem: Path
    options: SearchOptions
    output: Path | None = None
    is_check: bool = False
    solution: Path | None = None
    convention: Convention | None = None


def solve_file(settings: Settings, request: SolveRequest) -> Exit:
    """Plan or check one problem, and write the result. Raises DispatchError."""
    if request.output is not None and not request.output.parent.is_dir():
        # Before the search, and not after it.
        raise DispatchError(
            f"{request.output} can't be written: there is no folder {request.output.parent}."
        )
    try:
        file = read(request.problem)
    except ImportErrors as error:
        _say_as_vroom(request, error)
        raise
    is_benchmark = isinstance(file, Benchmark)
    _check_usage(request, is_benchmark)
    best: Best | None = None
    with progress() as line:
        try:
            task = Assignment(
                file,
                request.options,
                _roads(settings, line),
                ask_lines=_lines(settings),
                convention=request.convention,
                solution=request.solution,
            )
            if request.is_check:
                outcome = task.check()
            else:
                best = best_plan(task.start(), line, task.posed.cost_scale)
                outcome = task.outcome(best.plan)
        except DispatchError as error:
            if not is_benchmark:
                _say_as_vroom(request, error)
            raise
    if request.output is not None:
        write_bytes(request.output, outcome.content)
    else:
        sys.stdout.buffer.write(outcome.content)
        sys.stdout.buffer.flush()
    _sum_up(outcome, is_estimated=task.posed.is_estimated)
    for note in task.posed.notes:
        typer.secho(f"Warning: {note}", err=True, fg=typer.colors.YELLOW)
    if best is not None:
        best.warn()
    is_broken_off = best is not None and best.problem
    return Exit.DONE if outcome.is_whole and not is_broken_off else Exit.PARTLY


def _check_usage(request: SolveRequest, is_benchmark: bool) -> None:
    if not is_benchmark and request.convention is not None:
        raise typer.BadParameter("--convention is for VRPLIB, Solomon and Li–Lim files.")
    if not is_benchmark and request.solution is not None:
        raise typer.BadParameter(
            "--solution is for VRPLIB, Solomon and Li–Lim files. VROOM's "
            "problems have their routes inside, as steps."
        )
    if is_benchmark and request.is_check and request.solution is None:
        raise typer.BadParameter("--check needs --solution FILE.sol with this format.")


def _roads(settings: Settings, line: Progress) -> AskRoads:
    def ask(places: Sequence[Location], profiles: Sequence[Profile]) -> Travel:
        with closing(RoadsService(settings)) as roads:
            return roads.travel(places, profiles, line, never)

    return ask


def _lines(settings: Settings) -> AskLines:
    def ask(ways: Sequence[Way]) -> list[Iterator[Location]]:
        with closing(RoadsService(settings)) as roads:
            return [chain.from_iterable(roads.legs(way)) for way in ways]

    return ask


def _say_as_vroom(request: SolveRequest, error: DispatchError) -> None:
    """Programs that call VROOM read its answer for what went wrong."""
    if request.output is None and not sys.stdout.isatty():
        causes = error.problems if isinstance(error, ImportErrors) else ()
        sys.stdout.buffer.write(error_bytes("\n".join([str(error), *causes])))
        sys.stdout.buffer.flush()


def _sum_up(outcome: Outcome, *, is_estimated: bool) -> None:
    """On the error stream, so that the result can be piped."""
    found = outcome.report
    faults = [(route.vehicle, fault) for route in found.routes for fault in route.all_faults]
    typer.echo(
        f"Cost {cost_text(found)}, {len(found.routes)} routes, {len(found.unassigned)} unassigned, "
        f"{len(faults)} violations" + (f"; {found.engine}" if found.engine else ""),
        err=True,
    )
    if outcome.stated:
        verdict = "as" if outcome.agrees else "NOT as"
        typer.echo(f"That is {verdict} the file says: {outcome.stated}", err=True)
    for vehicle, fault in faults[:_SHOWN_FAULTS]:
        typer.echo(f"  vehicle {vehicle}: {fault.cause} by {fault.amount}", err=True)
    if (more := len(faults) - _SHOWN_FAULTS) > 0:
        typer.echo(f"  … and {more} more", err=True)
    if is_estimated:
        typer.echo(
            "There is no region with roads: travel is estimated from straight lines. Build one "
            "with `wayboard region build`.",
            err=True,
        )
