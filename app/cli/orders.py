"""`wayboard orders`: take orders from files."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.output import (
    Exit,
    echo_json,
    errors_in_words,
    interruptible,
    parsed_day,
    progress,
)

app = typer.Typer(help="Orders from files of shops and other tools.", no_args_is_help=True)

_SHOWN = 30
_DAYS = 7
_WORDS = {
    "reject": "refused",
    "skip": "left out",
    "review": "on hold",
    "warn": "look at it",
    "suggest": "suggestion",
    "normalise": "our way",
    "neutralise": "harmless",
}
"""What became of a row."""


@app.command(name="import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or ODS.")],
    day: Annotated[
        str | None,
        typer.Option(
            "--day", metavar="DAY", help="Service day of rows that name none (YYYY-MM-DD)."
        ),
    ] = None,
    preset: Annotated[
        str,
        typer.Option(
            "--preset",
            metavar="PRESET",
            help="Whose columns they are: auto (looks at the header), wayboard, shopify, "
            "woocommerce, magento, optimoroute, circuit, detrack, cartrack, coopcycle, "
            "coopcycle-tasks, fleetbase or cartoway.",
        ),
    ] = "auto",
    depot: Annotated[
        str | None,
        typer.Option("--depot", metavar="NAME", help="Name of the depot where the goods are."),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="FILE",
            help="Where refused rows go, to be corrected and imported; beside the file by default.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Take orders from a file.

    Good rows go in; the others are refused with line, column and reason. The same file again
    changes nothing; a changed order is updated unless it is on the road.
    """
    from app.domain.errors import NotFoundError
    from app.services.imports import ImportOptions
    from app.services.workspace import open_workspace

    with errors_in_words(), open_workspace(context.obj) as workspace:
        depots = {each.name: each.id for each in workspace.fleet.depots()}
        if depot is not None and depot not in depots:
            raise NotFoundError(f"There is no depot {depot}. Known: {', '.join(sorted(depots))}")
        options = ImportOptions(
            preset=preset,
            day=parsed_day(day),
            depot=depots[depot] if depot else None,
            report_file=report or file.with_name(f"{file.stem}.refused{_report_suffix(file)}"),
        )
        with progress() as told, interruptible() as cancelled:
            result = workspace.imports.run(file, options, told, cancelled)
    if as_json:
        echo_json(_as_json(result))
    else:
        _show(result)
    if result.refused:
        raise typer.Exit(Exit.PARTLY)


@app.command()
def template(
    out: Annotated[Path, typer.Argument(help="The file to write, .csv or .xlsx.")],
) -> None:
    """Write an example file that shows every column."""
    from app.documents.templates import write_order_template

    with errors_in_words():
        write_order_template(out)
    typer.echo(f"{out} was written.")


def _report_suffix(file: Path) -> str:
    return file.suffix if file.suffix.lower() in (".csv", ".tsv", ".txt") else ".csv"


def _show(result: Any) -> None:
    from app.documents.problem_groups import grouped

    typer.echo(
        f"{result.file} ({result.preset}): {result.added} added, {result.updated} updated, "
        f"{result.unchanged} unchanged, {result.left_out} left out, {result.refused} refused"
    )
    if result.added or result.updated:
        found = ", ".join(f"{count} {kind.value}" for kind, count in result.precisions.items())
        typer.echo(f"Addresses: {found}; {result.on_hold} orders on hold")
    if result.days:
        days = [f"{count} for {day}" for day, count in islice(result.days.items(), _DAYS)]
        if (others := len(result.days) - _DAYS) > 0:
            days.append(f"others for {others} more days")
        typer.echo(f"Orders: {', '.join(days)}")
    for notice in result.notices:
        typer.echo(f"  {notice}")
    if result.ignored:
        typer.echo(f"  Columns not used: {', '.join(result.ignored)}")
    groups = grouped(result.problems)
    for group in groups[:_SHOWN]:
        word, count, problem = _WORDS[group.problem.severity], len(group.lines), group.problem
        place = f"line {problem.line}" if count == 1 else f"{count} rows from line {problem.line}"
        more = f" (and {group.others} other values)" if group.others else ""
        where = ", ".join(filter(None, (place, problem.column)))
        typer.echo(f"  {word:>10}  {where}: {problem.text}{more}")
    if rest := groups[_SHOWN:]:
        kinds = Counter(_WORDS[group.problem.severity] for group in rest)
        typer.echo(f"  … and {len(rest)} more: " + ", ".join(f"{n} {k}" for k, n in kinds.items()))
    if result.report_file is not None:
        typer.echo(f"Correct the refused rows in {result.report_file} and import that file.")


def _as_json(result: Any) -> dict[str, Any]:
    return {
        "file": result.file,
        "preset": result.preset,
        "notices": list(result.notices),
        "columns_not_used": list(result.ignored),
        "added": result.added,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "left_out": result.left_out,
        "refused": result.refused,
        "on_hold": result.on_hold,
        "precisions": {kind.value: count for kind, count in result.precisions.items()},
        "days": [day.isoformat() for day in sorted(result.days)],
        "report_file": str(result.report_file) if result.report_file else None,
        "problems": [
            {
                "line": problem.line,
                "column": problem.column,
                "code": problem.code,
                "severity": problem.severity.value,
                "text": problem.text,
            }
            for problem in result.problems
        ],
    }
