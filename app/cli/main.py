"""The top command, its options, and the commands of a day."""

from __future__ import annotations

import gc
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app import __version__
from app.cli import fleet, history, orders, region, results, road, scenario
from app.cli.output import (
    Exit,
    echo_json,
    errors_in_words,
    parsed_day,
    required_clock,
    required_day,
)

if TYPE_CHECKING:
    from app.config import Settings

app = typer.Typer(
    name="wayboard",
    help="Wayboard takes a depot's day from orders to printed manifests, without a network.",
    epilog="Exit codes: 0 done; 1 not done; 2 wrong usage; 3 done, but some rows were refused, or "
    "the optimizer broke off and its best plan was kept. Without a command, the console opens.",
    no_args_is_help=False,
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(region.app, name="region")
app.add_typer(orders.app, name="orders")
app.add_typer(fleet.app, name="fleet")
app.add_typer(scenario.app, name="scenario")
app.add_typer(road.app, name="road")

Day = Annotated[str, typer.Option("--day", metavar="DAY", help="The service day, as YYYY-MM-DD.")]
Seconds = Annotated[
    float | None,
    typer.Option(
        "--seconds", metavar="SECONDS", min=0.1, help="How long to search; 10 unless set otherwise."
    ),
]
Iterations = Annotated[
    int | None,
    typer.Option(
        "--iterations",
        metavar="N",
        min=1,
        help="How much work to do, instead of what the seconds are good for: with the same seed "
        "that is the same plan on every machine.",
    ),
]
Stability = Annotated[
    str | None,
    typer.Option(
        "--stability",
        metavar="LEVEL",
        help="What keeps orders where they are: best-cost (nothing), low, medium, high or "
        "touch-nothing; or what an order must save to get another driver, such as 7.50.",
    ),
]


def _version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"wayboard {__version__}")
        raise typer.Exit


@app.callback()
def top(
    context: typer.Context,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            envvar="WAYBOARD_DATA",
            help="Folder for database, regions, settings and logs; the user's own by default.",
            file_okay=False,
        ),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            "--database",
            metavar="URL",
            help="Shared database, such as postgresql://ana@server/depot; a local file by default. "
            "Leave the password out: it comes from the system's keyring or PostgreSQL's own file, "
            "and what is typed here others on this computer can see.",
        ),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option(
            "--day", metavar="DAY", help="The day that the console opens on (YYYY-MM-DD)."
        ),
    ] = None,
    screenshot: Annotated[
        Path | None,
        typer.Option(
            "--screenshot",
            metavar="FILE",
            help="Open the console, write a picture of it to this PNG file, and end.",
            dir_okay=False,
        ),
    ] = None,
    _version_asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    from app.config import load_settings
    from app.logs import set_up_logs

    with errors_in_words():
        settings = load_settings(data, database)
        set_up_logs(settings.logs)
    context.obj = settings
    if context.invoked_subcommand is None:
        _open_console(settings, parsed_day(day), screenshot)


def _open_console(settings: Settings, day: date | None, screenshot: Path | None = None) -> None:
    # What is loaded now stays: to look for garbage in it takes a sixth of a second of the start.
    gc.disable()
    # Before Qt: once it is there, PySide reads the source text of every module that is imported.
    import app.services.workspace  # noqa: F401 - only to have it loaded
    from app.domain.errors import DispatchError

    with errors_in_words():
        try:
            from app.desktop.bootstrap import run_console
        except ImportError as error:
            library, _, why = str(error).partition(": ")
            if "shared object" not in why:
                raise
            raise DispatchError(
                f"The window can't open: Qt needs {library}, and this system does not have it. "
                "`make setup` installs such libraries on Debian and Ubuntu, or names them."
            ) from error
        raise typer.Exit(run_console(settings, day=day, screenshot=screenshot))


@app.command()
def plan(
    context: typer.Context,
    day: Day,
    seconds: Seconds = None,
    iterations: Iterations = None,
    stability: Stability = None,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="Another seed, another search.")
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Plan a day's open orders onto its shifts.

    Ctrl+C ends the search and keeps the best plan so far.
    """
    from app.cli.planning import plan_day

    with errors_in_words():
        settings: Settings = context.obj
        result = plan_day(
            settings,
            required_day(day),
            seconds or settings.seconds,
            seed,
            stability=settings.optimize_stability if stability is None else stability,
            iterations=iterations,
        )
    if as_json:
        echo_json(result.as_json)
    else:
        typer.echo(result.text)
    raise typer.Exit(result.exit)


@app.command()
def replan(
    context: typer.Context,
    day: Day,
    mode: Annotated[
        str,
        typer.Option(
            "--mode",
            metavar="MODE",
            help="What may change: unassigned_only, keep_drivers (their sequences are open), "
            "keep_times (every promised time is kept), or everything.",
        ),
    ],
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            metavar="TIME",
            help="From when on, by the depot's clocks (HH:MM); now by default.",
        ),
    ] = None,
    lost: Annotated[
        list[str] | None,
        typer.Option(
            "--lost", metavar="NAME", help="A driver or vehicle that is gone; repeatable."
        ),
    ] = None,
    insert: Annotated[
        list[str] | None,
        typer.Option(
            "--insert",
            metavar="ORDER",
            help="An urgent order, by its reference, and no other; repeatable.",
        ),
    ] = None,
    stability: Stability = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would change.")
    ] = False,
    seconds: Seconds = None,
    iterations: Iterations = None,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="Another seed, another search.")
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Plan the rest of a day that is under way, and tell what changed.

    Vans on the road keep what is done and what is aboard. The stops of a lost van are spread over
    the others. Ctrl+C ends the search and keeps the best plan so far.
    """
    from app.cli.planning import replan_day
    from app.domain.replan import ReplanMode

    if mode not in set(ReplanMode):
        known = ", ".join(ReplanMode)
        raise typer.BadParameter(f"{mode!r} is no mode. Use {known}.", param_hint="--mode")
    with errors_in_words():
        settings: Settings = context.obj
        result = replan_day(
            settings,
            required_day(day),
            ReplanMode(mode),
            at=None if at is None else required_clock(at, "--at"),
            lost=lost or (),
            insert=insert or (),
            stability=settings.replan_stability if stability is None else stability,
            is_kept=not dry_run,
            seconds=seconds or settings.seconds,
            iterations=iterations,
            seed=seed,
        )
    if as_json:
        echo_json(result.as_json)
    else:
        typer.echo(result.text)
    raise typer.Exit(result.result.exit)


@app.command()
def promise(
    context: typer.Context,
    day: Day,
    address: Annotated[
        str,
        typer.Option(
            "--address", metavar="ADDRESS", help="Where it goes, such as 'Turmstraße 22, 17033'."
        ),
    ] = "",
    lat: Annotated[
        float | None, typer.Option("--lat", metavar="DEGREES", help="Or where that is: latitude.")
    ] = None,
    lon: Annotated[
        float | None, typer.Option("--lon", metavar="DEGREES", help="And longitude.")
    ] = None,
    weight: Annotated[
        float, typer.Option("--weight", metavar="KG", min=0, help="In kilograms.")
    ] = 0.0,
    volume: Annotated[
        float, typer.Option("--volume", metavar="M3", min=0, help="In cubic metres.")
    ] = 0.0,
    parcels: Annotated[
        int, typer.Option("--parcels", metavar="N", help="How many parcels.", min=0, max=999)
    ] = 1,
    minutes: Annotated[
        float, typer.Option("--minutes", metavar="MINUTES", min=0, help="Time at the door.")
    ] = 3.0,
    need: Annotated[
        list[str] | None,
        typer.Option("--need", metavar="SKILL", help="A skill that it asks for; repeatable."),
    ] = None,
    pickup: Annotated[
        bool, typer.Option("--pickup", help="It is collected there, and not delivered.")
    ] = False,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=1, max=14, help="How many days.")
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Price the delivery slots for a new order.

    Which of the depot's slots it still fits into, and what each costs more; the plan stays as it
    is. The best slot has a star.
    """
    from app.cli.promise import Asked, parsed_location, promises

    location = parsed_location(lat, lon)
    if location is None and not address.strip():
        raise typer.BadParameter("Give --address, or --lat and --lon.")
    with errors_in_words():
        asked = Asked(
            day=required_day(day),
            address=address.strip(),
            location=location,
            weight_kg=weight,
            volume_m3=volume,
            parcels=parcels,
            minutes=minutes,
            needs=frozenset(need or ()),
            days=days,
            is_pickup=pickup,
        )
        found = promises(context.obj, asked)
    if as_json:
        echo_json(found.as_json)
        return
    typer.echo(found.text)


app.command()(results.manifest)
app.command()(results.export)
app.command()(history.history)


@app.command(
    epilog="Exit codes: 0 all is planned and no rule broken; 1 the problem can't be read or "
    "planned; 2 wrong usage; 3 written, but something is unassigned, breaks a rule, costs other "
    "than the solution's file says, or the optimizer broke off and its best plan was kept."
)
def solve(
    context: typer.Context,
    problem: Annotated[
        Path,
        typer.Argument(
            metavar="PROBLEM",
            help="VROOM's JSON, VRPLIB, or the text format of Solomon or of Li and Lim; "
            "- for standard input.",
        ),
    ],
    seconds: Seconds = None,
    iterations: Iterations = None,
    cores: Annotated[
        int | None,
        typer.Option("--cores", metavar="N", min=1, help="On how many cores; all by default."),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="Another seed, another search.")
    ] = 1,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="The file to write; the terminal by default.",
            dir_okay=False,
        ),
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Search for nothing: drive the steps in VROOM's JSON, or the routes of "
            "--solution, and name every broken rule and by how much.",
        ),
    ] = False,
    solution: Annotated[
        Path | None,
        typer.Option(
            "--solution",
            metavar="FILE",
            help="Routes for a VRPLIB, Solomon or Li–Lim file (.sol), to check, or to begin with.",
            dir_okay=False,
        ),
    ] = None,
    convention: Annotated[
        str | None,
        typer.Option(
            "--convention",
            metavar="RULE",
            help="How distances from coordinates are counted: dimacs (cut off after one decimal), "
            "round (nearest whole number) or exact (in thousandths); by default as the "
            "published costs of the file's family.",
        ),
    ] = None,
) -> None:
    """Plan a problem written for another program.

    VROOM's JSON is answered as VROOM would, the other formats with their .sol. Coordinates
    without matrices are driven on the roads of the current region. Progress and a summary go to
    the error stream. Ctrl+C ends the search and keeps the best plan so far.
    """
    from app.cli.solve import SolveRequest, solve_file
    from app.domain.scenarios import longest
    from app.services.solving import Convention, SearchOptions

    try:
        rule = Convention(convention) if convention is not None else None
    except ValueError as error:
        raise typer.BadParameter(f"{error}. Use {', '.join(Convention)}.") from error
    with errors_in_words():
        settings: Settings = context.obj
        request = SolveRequest(
            problem=problem,
            options=SearchOptions(
                seconds=longest(seconds or settings.seconds, iterations),
                seed=seed,
                cores=cores,
                iterations=iterations,
            ),
            output=output,
            is_check=check,
            solution=solution,
            convention=rule,
        )
        code = solve_file(settings, request)
    raise typer.Exit(code)


@app.command()
def demo(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for the demo's data and results.")
    ] = Path("demo"),
    window: Annotated[
        bool, typer.Option(help="Open the console afterwards, where there is a display.")
    ] = True,
    seconds: Annotated[
        float, typer.Option("--seconds", metavar="SECONDS", min=0.1, help="How long to plan.")
    ] = 10.0,
) -> None:
    """Do the whole job on the bundled sample day.

    Afterwards the console opens on it, where there is a display.
    """
    from app.cli.demo import run_demo
    from app.services.sample import SAMPLE_DAY

    with errors_in_words():
        settings = run_demo(out, seconds)
        if window and settings is not None:
            _open_console(settings, SAMPLE_DAY)


def main() -> None:
    """The program's entry."""
    app(prog_name="wayboard")


__all__ = ["Exit", "app", "main"]
