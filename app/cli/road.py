"""The `road` commands: closures, slow areas and weather."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.cli.output import echo_json, errors_in_words, required_clock, required_day

if TYPE_CHECKING:
    from app.config import Settings
    from app.domain.conditions import ConditionKind, RoadCondition
    from app.domain.geo import Area
    from app.domain.times import TimeWindow
    from app.domain.travel import Profile
    from app.services.workspace import Workspace

app = typer.Typer(
    help="Closed streets, slow areas and bad weather.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Day = Annotated[
    str, typer.Option("--day", metavar="DAY", help="The first day of it, as YYYY-MM-DD.")
]
From = Annotated[
    str,
    typer.Option("--from", metavar="TIME", help="When it begins, by the depot's clocks (HH:MM)."),
]
Until = Annotated[
    str,
    typer.Option(
        "--until", metavar="TIME", help="When it ends (HH:MM, or YYYY-MM-DD HH:MM on a later day)."
    ),
]
Name = Annotated[
    str,
    typer.Option(
        "--name", metavar="NAME", help="What people call it, such as the street or the storm."
    ),
]
Corners = Annotated[
    str | None,
    typer.Option(
        "--area", metavar="CORNERS", help='Its corners as "lat,lon lat,lon lat,lon"; three or more.'
    ),
]
GeoJson = Annotated[
    Path | None,
    typer.Option(
        "--geojson", metavar="FILE", help="A GeoJSON file with one polygon, instead of --area."
    ),
]
Profiles = Annotated[
    list[str] | None,
    typer.Option(
        "--profile",
        metavar="PROFILE",
        help="Only for these vehicles: car, van or truck; repeatable, all by default.",
    ),
]


@app.command()
def close(
    context: typer.Context,
    day: Day,
    name: Name,
    start: From = "00:00",
    until: Until = "23:59",
    area: Corners = None,
    geojson: GeoJson = None,
    profile: Profiles = None,
) -> None:
    """Close every street inside an area for some hours."""
    from app.domain.conditions import ConditionKind

    with errors_in_words(), _opened(context) as workspace:
        window = _window(workspace, required_day(day), start, until)
        _make(workspace, ConditionKind.CLOSURE, name, window, profile, area=_area(area, geojson))


@app.command()
def slow(
    context: typer.Context,
    day: Day,
    name: Name,
    factor: Annotated[
        float,
        typer.Option(
            "--factor", metavar="FACTOR", help="How many times as long travel takes, such as 1.5."
        ),
    ],
    start: From = "00:00",
    until: Until = "23:59",
    area: Corners = None,
    geojson: GeoJson = None,
    profile: Profiles = None,
) -> None:
    """Slow down every street inside an area for some hours."""
    from app.domain.conditions import ConditionKind

    with errors_in_words(), _opened(context) as workspace:
        window = _window(workspace, required_day(day), start, until)
        corners = _area(area, geojson)
        _make(
            workspace,
            ConditionKind.SLOW_ZONE,
            name,
            window,
            profile,
            area=corners,
            travel_factor=factor,
        )


@app.command()
def weather(
    context: typer.Context,
    day: Day,
    name: Name = "Rain",
    factor: Annotated[
        float,
        typer.Option(
            "--factor", metavar="FACTOR", help="How many times as long travel takes, such as 1.2."
        ),
    ] = 1.2,
    service: Annotated[
        int,
        typer.Option(
            "--service", metavar="SECONDS", min=0, help="Seconds that each stop takes longer."
        ),
    ] = 0,
    start: From = "00:00",
    until: Until = "23:59",
    profile: Profiles = None,
) -> None:
    """Slow down all travel, and lengthen each stop, for some hours."""
    from app.domain.conditions import ConditionKind

    with errors_in_words(), _opened(context) as workspace:
        window = _window(workspace, required_day(day), start, until)
        longer = timedelta(seconds=service)
        _make(
            workspace,
            ConditionKind.WEATHER,
            name,
            window,
            profile,
            travel_factor=factor,
            more_service=longer,
        )


@app.command(name="list")
def show(
    context: typer.Context,
    day: Annotated[
        str | None,
        typer.Option("--day", metavar="DAY", help="Only what holds on this day (YYYY-MM-DD)."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
) -> None:
    """List what holds now or later; what is over expires by itself."""
    with errors_in_words(), _opened(context) as workspace:
        if day is None:
            found = workspace.conditions.current()
        else:
            found = workspace.conditions.within(
                _window(workspace, required_day(day), "00:00", "23:59")
            )
        if as_json:
            echo_json({"conditions": [_json(each) for each in found]})
            return
        for each in found:
            _say(workspace, each)
        if not found:
            typer.echo("No road conditions.")


@app.command()
def end(
    context: typer.Context,
    key: Annotated[
        str,
        typer.Argument(metavar="CONDITION", help="Its ID as `road list` shows it, or its name."),
    ],
) -> None:
    """Remove a condition before it expires."""
    from app.domain.errors import NotFoundError

    with errors_in_words(), _opened(context) as workspace:
        name = key.strip().casefold()
        found = [
            each
            for each in workspace.conditions.current()
            if each.name.casefold() == name or (len(key) >= 4 and str(each.id).endswith(key))
        ]
        if not found:
            raise NotFoundError(f"No road condition is called {key}. See `wayboard road list`.")
        if len(found) > 1:
            raise NotFoundError(
                f"{len(found)} road conditions are called {key}. Give the ID of one, as "
                "`wayboard road list` shows it."
            )
        workspace.dispatch.apply(workspace.conditions.end(found))
        typer.echo(f"Ended: {found[0].name}")


def _make(
    workspace: Workspace,
    kind: ConditionKind,
    name: str,
    window: TimeWindow,
    profiles: list[str] | None,
    *,
    area: Area = (),
    travel_factor: float = 1.0,
    more_service: timedelta = timedelta(),
) -> None:
    edit = workspace.conditions.new(
        kind,
        name,
        window,
        area=area,
        travel_factor=travel_factor,
        more_service=more_service,
        profiles=_profiles(profiles),
    )
    workspace.dispatch.apply(edit)
    _say(workspace, edit.put[0])


def _profiles(words: list[str] | None) -> list[Profile]:
    from app.domain.travel import Profile

    try:
        return [Profile(word.casefold()) for word in words or Profile]
    except ValueError as error:
        known = ", ".join(Profile)
        raise typer.BadParameter(f"{error}. Use {known}.", param_hint="--profile") from error


def _opened(context: typer.Context) -> Workspace:
    from app.services.workspace import open_workspace

    settings: Settings = context.obj
    return open_workspace(settings)


def _zone(workspace: Workspace) -> ZoneInfo:
    depots = workspace.fleet.depots()
    return depots[0].zone if depots else ZoneInfo("UTC")


def _window(workspace: Workspace, day: date, start: str, until: str) -> TimeWindow:
    from app.domain.times import TimeWindow, instant

    zone = _zone(workspace)
    last = day
    clock = until
    if " " in until:
        text, clock = until.split(" ", 1)
        last = required_day(text)
    begins, ends = (
        instant(on, required_clock(text, option), zone)
        for on, text, option in ((day, start, "--from"), (last, clock, "--until"))
    )
    if ends <= begins:
        raise typer.BadParameter("it must end after it begins", param_hint="--until")
    return TimeWindow(start=begins, end=ends)


def _area(corners: str | None, file: Path | None) -> Area:
    from app.documents.area_file import area_from_text, read_area

    if file is not None:
        return read_area(file)
    if corners is not None:
        return area_from_text(corners)
    raise typer.BadParameter("give the corners of the area, or a file with it", param_hint="--area")


def _say(workspace: Workspace, each: RoadCondition) -> None:
    from app.domain.conditions import ConditionKind
    from app.domain.times import local
    from app.domain.travel import Profile

    whom = "" if len(each.profiles) == len(Profile) else f" ({', '.join(sorted(each.profiles))})"
    zone = _zone(workspace)
    start, end = local(each.window.start, zone), local(each.window.end, zone)
    last = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
    match each.kind:
        case ConditionKind.CLOSURE:
            what = "closed"
        case ConditionKind.SLOW_ZONE:
            what = f"slow, travel × {each.travel_factor:g}"
        case ConditionKind.WEATHER:
            more = int(each.more_service.total_seconds())
            what = f"weather, travel × {each.travel_factor:g}" + (
                f", stops + {more} s" if more else ""
            )
    typer.echo(f"{str(each.id)[-8:]}  {start:%Y-%m-%d %H:%M}–{last}  {what}: {each.name}{whom}")


def _json(each: RoadCondition) -> dict[str, Any]:
    return {
        "id": str(each.id),
        "name": each.name,
        "kind": each.kind.value,
        "start": each.window.start.isoformat(),
        "end": each.window.end.isoformat(),
        "area": [[corner.lat, corner.lon] for corner in each.area],
        "travel_factor": each.travel_factor,
        "more_service_s": int(each.more_service.total_seconds()),
        "profiles": sorted(each.profiles),
    }
