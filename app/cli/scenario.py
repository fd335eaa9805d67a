"""`wayboard scenario`: several plans for a day, made, compared and published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import echo_json, errors_in_words, required_day

if TYPE_CHECKING:
    from app.config import Settings

app = typer.Typer(
    name="scenario",
    help="Plan a day in several ways, compare, publish one.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Day = Annotated[str, typer.Option("--day", metavar="DAY", help="The service day, as YYYY-MM-DD.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@app.command()
def run(
    context: typer.Context,
    day: Day,
    preset: Annotated[
        list[str] | None,
        typer.Option(
            "--recipe",
            metavar="RECIPE",
            help="cheapest, fastest, fewest-vans, balanced or locks-kept; may be given several "
            "times. All but locks-kept by default, and that too where something is locked.",
        ),
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="NAME", help="A name for each recipe, in their sequence."),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(
            "--seconds",
            metavar="SECONDS",
            min=0.1,
            help="How long each may search; 10 unless set otherwise.",
        ),
    ] = None,
    iterations: Annotated[
        int | None,
        typer.Option(
            "--iterations",
            metavar="N",
            min=1,
            help="How much work each does, instead of what the seconds are good for.",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="Another seed, another search.")
    ] = 1,
    cores: Annotated[
        int | None,
        typer.Option("--cores", metavar="N", min=1, help="On how many cores; all by default."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Run recipes at once, and put their plans on the day's shelf.

    The board is not changed. A search ends after counted work, as much as an idle machine does in
    the seconds, so that a recipe finds the same plan on every machine. Ctrl+C, or a machine so busy
    that the seconds are over first, keeps the best plans so far, which can't be found again that
    way; --iterations lets it take its time.
    """
    from app.cli.scenarios import run_scenarios

    with errors_in_words():
        settings: Settings = context.obj
        made = run_scenarios(
            settings,
            required_day(day),
            preset or (),
            name or (),
            seconds=seconds or settings.seconds,
            iterations=iterations,
            seed=seed,
            cores=cores,
        )
    if as_json:
        echo_json([each.as_json for each in made.rows])
    else:
        typer.echo(made.text)
    if made.failures:
        for failure in made.failures:
            typer.secho(f"Error: {failure}", err=True, fg=typer.colors.RED)
        raise typer.Exit(1 if not made.rows else 3)


@app.command("list")
def list_(context: typer.Context, day: Day, as_json: Json = False) -> None:
    """List the scenarios of a day with their figures.

    They are those of the hour in which each was made; `compare` counts anew.
    """
    from app.cli.scenarios import shelf_of

    with errors_in_words():
        shelf = shelf_of(context.obj, required_day(day))
    if as_json:
        echo_json([each.as_json for each in shelf.rows])
    else:
        typer.echo(shelf.text)


@app.command()
def compare(
    context: typer.Context,
    day: Day,
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Which scenarios; all of the day by default."),
    ] = None,
    stops: Annotated[
        bool,
        typer.Option("--stops", help="Also each order that has another driver than on the board."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Compare scenarios with each other and the board.

    All by the orders and roads of now. The best figure of each line has a star; in brackets is
    the difference to the board.
    """
    from app.cli.scenarios import compare_scenarios

    with errors_in_words():
        comparison = compare_scenarios(context.obj, required_day(day), names or (), stops)
    if as_json:
        echo_json(comparison.as_json)
    else:
        typer.echo(comparison.text)


@app.command()
def take(
    context: typer.Context,
    day: Day,
    route: Annotated[str, typer.Argument(help="The name of its driver or of its vehicle.")],
    source: Annotated[
        str, typer.Option("--from", metavar="NAME", help="The scenario that has the route.")
    ],
    target: Annotated[
        str,
        typer.Option(
            "--into", metavar="NAME", help="The scenario that gets it; `board` for the board."
        ),
    ],
) -> None:
    """Take one route from a scenario into another one, or to the board.

    What the route had there before goes where it fits best, or stays unassigned.
    """
    from app.cli.scenarios import take_route

    with errors_in_words():
        text = take_route(context.obj, required_day(day), route, source, target)
    typer.echo(text)


@app.command()
def publish(
    context: typer.Context,
    day: Day,
    name: Annotated[str, typer.Argument(help="The scenario.")],
    force: Annotated[
        bool,
        typer.Option("--force", help="Also where orders or shifts changed since it was made."),
    ] = False,
) -> None:
    """Make a scenario the plan on the board.

    Where the day changed since it was made, it says what would be left out and wants --force.
    """
    from app.cli.scenarios import publish_scenario

    with errors_in_words():
        text = publish_scenario(context.obj, required_day(day), name, force)
    typer.echo(text)


@app.command()
def remove(
    context: typer.Context,
    day: Day,
    names: Annotated[list[str], typer.Argument(help="Which scenarios.")],
) -> None:
    """Take scenarios off the shelf; the board is not changed."""
    from app.cli.scenarios import remove_scenarios

    with errors_in_words():
        text = remove_scenarios(context.obj, required_day(day), names)
    typer.echo(text)
