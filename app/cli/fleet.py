"""`wayboard fleet`: depots, vehicles, drivers and shifts from files and templates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.output import errors_in_words, parsed_day, required_day

app = typer.Typer(help="Depots, vehicles, drivers and shifts.", no_args_is_help=True)


@app.command(name="import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or ODS; see `fleet template`.")],
    day: Annotated[
        str | None,
        typer.Option(
            "--day", metavar="DAY", help="Also make the recurring shifts of this day (YYYY-MM-DD)."
        ),
    ] = None,
) -> None:
    """Take a fleet file: all of it, or nothing where a row is wrong.

    Its prices are in the currency of the depot that the shifts load at.
    """
    from app.services.workspace import open_workspace

    with errors_in_words(), open_workspace(context.obj) as workspace:
        result = workspace.fleet.import_file(file, parsed_day(day))
    typer.echo(
        f"{file.name}: {result.added} added, {result.updated} updated, {result.unchanged} "
        f"unchanged; {result.shifts} shifts made"
    )
    for problem in result.problems:
        typer.echo(f"  line {problem.line}, {problem.column}: {problem.text}")
    if result.template:
        typer.echo(f"Recurring shifts are kept as the week template {result.template!r}.")


@app.command()
def shifts(
    context: typer.Context,
    day: Annotated[str, typer.Option("--day", metavar="DAY", help="The first day, as YYYY-MM-DD.")],
    template: Annotated[
        str | None,
        typer.Option("--template", metavar="NAME", help="Make them from this week template."),
    ] = None,
    like: Annotated[
        str | None,
        typer.Option("--like", metavar="DAY", help="Copy them from the days that begin here."),
    ] = None,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=1, max=366, help="For how many days.")
    ] = 1,
) -> None:
    """List a day's shifts, or make them first.

    They are made from a week template or like those of other days; what is there already stays.
    """
    from datetime import timedelta

    from app.services.workspace import open_workspace

    first, source = required_day(day), parsed_day(like)
    with errors_in_words(), open_workspace(context.obj) as workspace:
        edit = None
        if template is not None:
            edit = workspace.fleet.from_template(template, first, days)
        elif source is not None:
            edit = workspace.fleet.copy_week(source, first, days)
        if edit is not None:
            workspace.dispatch.apply(edit)
            typer.echo(f"{len(edit.put)} shifts made")
        for shift in workspace.fleet.shifts(first, first + timedelta(days=days - 1)):
            zone = shift.depot.zone
            typer.echo(
                f"{shift.day}  {shift.window.start.astimezone(zone):%H:%M}–"
                f"{shift.window.end.astimezone(zone):%H:%M}  {shift.name}  {shift.depot.name}"
            )


@app.command()
def aims(
    context: typer.Context,
    depot: Annotated[
        str | None,
        typer.Option(
            "--depot", metavar="NAME", help="Its name; not needed where there is only one."
        ),
    ] = None,
    objective: Annotated[
        str | None,
        typer.Option("--objective", metavar="AIM", help="cheapest, fastest or fewest_vehicles."),
    ] = None,
    balance: Annotated[
        str | None,
        typer.Option("--balance", metavar="WHAT", help="Spread none, hours or stops evenly."),
    ] = None,
    imbalance: Annotated[
        float | None,
        typer.Option(
            "--imbalance", metavar="PRICE", min=0, help="Price of an hour or stop off the mean."
        ),
    ] = None,
    every: Annotated[
        bool | None,
        typer.Option("--every-driver/--any-drivers", help="Whether every driver shall drive."),
    ] = None,
    idle: Annotated[
        float | None,
        typer.Option("--idle", metavar="PRICE", min=0, help="Price of a driver left idle then."),
    ] = None,
    preferred: Annotated[
        float | None,
        typer.Option(
            "--not-preferred",
            metavar="PRICE",
            min=0,
            help="Price of another driver than preferred.",
        ),
    ] = None,
    area: Annotated[
        float | None,
        typer.Option(
            "--outside-area",
            metavar="PRICE",
            min=0,
            help="Price of an order outside its shift's area.",
        ),
    ] = None,
) -> None:
    """Show what the plans of a depot should be like, or change it.

    Prices are in the depot's currency.
    """
    from app.cli.aims import aims_text, changed_aims
    from app.services.workspace import open_workspace

    with errors_in_words(), open_workspace(context.obj) as workspace:
        known = changed_aims(
            workspace,
            depot,
            objective=objective,
            balance=balance,
            per_imbalance=imbalance,
            use_every_shift=every,
            idle_shift=idle,
            other_than_preferred=preferred,
            outside_area=area,
        )
    typer.echo(aims_text(known))


@app.command()
def template(
    out: Annotated[Path, typer.Argument(help="The file to write, .csv or .xlsx.")],
) -> None:
    """Write an example fleet file.

    Prices in it have no currency: they are in that of the depot.
    """
    from app.documents.templates import write_fleet_template

    with errors_in_words():
        write_fleet_template(out)
    typer.echo(f"{out} was written.")
