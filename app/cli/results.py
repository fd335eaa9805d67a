"""What a planned day becomes: paper, and files for other programs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli.output import errors_in_words, progress, required_day

Day = Annotated[str, typer.Option("--day", metavar="DAY", help="The service day, as YYYY-MM-DD.")]


def manifest(
    context: typer.Context,
    day: Day,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The PDF file to write.", dir_okay=False)
    ],
    part: Annotated[
        list[str] | None,
        typer.Option(
            "--part",
            metavar="PART",
            help="summary, manifest, load-list, return-slips, labels or changes (since the last "
            "print); all but changes by default. May be given several times.",
        ),
    ] = None,
    route: Annotated[
        list[str] | None,
        typer.Option(
            "--route", metavar="NAME", help="Only routes whose driver or vehicle has this name."
        ),
    ] = None,
) -> None:
    """Write the day's paper as one PDF.

    Its manifests count as printed: a route that changes later is shown as stale. A sheet of
    changes brings them up to date.
    """
    from app.domain.errors import DispatchError
    from app.services.manifests import DAY_PARTS, Part
    from app.services.workspace import open_workspace

    with errors_in_words(), open_workspace(context.obj) as workspace, progress() as told:
        try:
            parts = tuple(Part(name.replace("-", "_")) for name in part) if part else DAY_PARTS
        except ValueError as error:
            known = ", ".join(each.value.replace("_", "-") for each in Part)
            raise typer.BadParameter(f"{error}. Use {known}.") from error
        board = workspace.complete_board(required_day(day), told)
        chosen = workspace.manifests.named(board, route or ())
        if not part and not any(each.route.stops for each in board.routes):
            raise DispatchError(
                f"Nothing is planned on {day}, so there is nothing to print. Plan the day first; "
                "--part summary prints what is open."
            )
        printout = workspace.manifests.write(out, board, parts, chosen, told)
        workspace.manifests.printed(printout)
    typer.echo(f"{out}: {len(printout.manifests)} routes")


def export(
    context: typer.Context,
    day: Day,
    file_format: Annotated[
        str,
        typer.Option("--format", metavar="FORMAT", help="json, csv, geojson, gpx, ical or html."),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="The file to write; the terminal by default."),
    ] = None,
) -> None:
    """Write a planned day for other programs.

    html is a map that opens in any browser without a network.
    """
    from app.services.exports import FORMATS, ExportFormat
    from app.services.workspace import open_workspace

    if file_format not in FORMATS:
        raise typer.BadParameter(f"{file_format!r} is not a format. Use {', '.join(FORMATS)}.")
    with errors_in_words(), open_workspace(context.obj) as workspace, progress() as told:
        board = workspace.complete_board(required_day(day), told)
        content = workspace.exports.content(board, ExportFormat(file_format), told)
        if out is not None:
            workspace.exports.write(out, content)
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        typer.echo(f"{out}: {len(content):,} bytes")
