"""`wayboard history`: who changed an order or a route, when and how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import typer

from app.cli.output import echo_json, errors_in_words, required_day

if TYPE_CHECKING:
    from app.services.orders import Event
    from app.services.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    key: UUID
    name: str
    day: date
    zone: ZoneInfo
    """Whose clocks its times are told by."""


def history(
    context: typer.Context,
    order: Annotated[str | None, typer.Argument(help="The reference of an order.")] = None,
    route: Annotated[
        str | None,
        typer.Option(
            "--route",
            metavar="NAME",
            help="Instead: a route and its shift, by its driver or vehicle.",
        ),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option(
            "--day", metavar="DAY", help="The service day, as YYYY-MM-DD; needed for a route."
        ),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print it as JSON, with all values before and after."),
    ] = False,
) -> None:
    """Tell who changed an order or a route, when and how.

    The newest change comes first, by the clocks of the depot.
    """
    from app.services.workspace import open_workspace

    if (order is None) == (route is None):
        raise typer.BadParameter("Give the reference of an order, or --route with --day.")
    wanted = None if day is None else required_day(day)
    if route is not None and wanted is None:
        raise typer.BadParameter("A route needs its --day.")
    with errors_in_words(), open_workspace(context.obj) as workspace:
        subjects = (
            _routes(workspace, route, wanted)
            if route is not None and wanted is not None
            else _orders(workspace, order or "", wanted)
        )
        told = [(each, workspace.orders.history(each.key)) for each in subjects]
    if as_json:
        echo_json({"subjects": [_as_json(subject, events) for subject, events in told]})
    else:
        for subject, events in told:
            _show(subject, events)


def _orders(workspace: Workspace, reference: str, day: date | None) -> list[_Subject]:
    from app.domain.errors import NotFoundError

    found = [
        each for each in workspace.orders.referred(reference) if day is None or each.day == day
    ]
    if not found:
        on_day = "" if day is None else f" on {day}"
        raise NotFoundError(f"No order is called {reference}{on_day}.")
    return [
        _Subject(
            key=each.id,
            name=f"{each.reference}, {each.recipient}" if each.recipient else each.reference,
            day=each.day,
            zone=ZoneInfo(each.time_zone or "UTC"),
        )
        for each in found
    ]


def _routes(workspace: Workspace, name: str, day: date) -> list[_Subject]:
    board = workspace.dispatch.board(day)
    routes = [board.route(key).route for key in workspace.manifests.named(board, [name])]
    return [
        _Subject(key=each.id, name=each.shift.name, day=day, zone=each.shift.depot.zone)
        for each in routes
    ]


def _show(subject: _Subject, events: tuple[Event, ...]) -> None:
    from app.services.history_texts import event_text

    typer.echo(f"{subject.name} ({subject.day})")
    for event in events:
        when = event.at.astimezone(subject.zone)
        text = event_text(event, subject.zone)
        typer.echo(f"  {when:%Y-%m-%d %H:%M}  {event.who}, {event.workstation}: {text}")
    if not events:
        typer.echo("  Nothing is known of it.")


def _as_json(subject: _Subject, events: tuple[Event, ...]) -> dict[str, Any]:
    from app.services.history_texts import event_text

    return {
        "id": str(subject.key),
        "name": subject.name,
        "day": subject.day.isoformat(),
        "events": [
            {
                "at": event.at.isoformat(),
                "who": event.who,
                "workstation": event.workstation,
                "kind": event.kind,
                "action": event.action,
                "text": event_text(event, subject.zone),
                "before": event.before,
                "after": event.after,
            }
            for event in events
        ],
    }
