"""What stops and routes say when the mouse rests on them, and to screen readers."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QCoreApplication

from app.desktop.board.board_model import Rows, Units
from app.desktop.board.rule_words import amount_words
from app.desktop.colors import State
from app.desktop.widgets.formats import clock_text, minutes_text, window_text, windows_text
from app.desktop.widgets.measures import distance_text
from app.desktop.widgets.states import slack, stop_state
from app.domain.fleet import UNLIMITED, Dimension
from app.domain.ids import OrderId, RouteId
from app.domain.orders import OrderKind
from app.domain.routes import Lock, RouteStatus


def empty_text(rows: Rows) -> str:
    """What stands in place of the routes; a day that is not read yet may well have some."""
    if rows.board is None:
        return _tr("The day is being opened …")
    return _tr("No shifts on this day. Fleet and shifts (Ctrl+Shift+F) adds or copies them.")


def order_hint(rows: Rows, order: OrderId, units: Units, *, is_plain: bool = False) -> str:
    """Empty for an order that the board does not know."""
    board = rows.board
    known = board.orders.get(order) if board is not None else None
    if board is None or known is None:
        return ""
    lines = [known.company or known.recipient, known.address.line]
    if known.windows:
        lines.append(_tr("Window") + f" {windows_text(known.windows, units.zone)}")
    weight, volume, parcels = (
        amount_words(dimension, amount)
        for dimension, amount in zip(Dimension, known.load.amounts, strict=True)
    )
    lines.append(f"{weight} · {volume} · {parcels}")
    if known.kind is OrderKind.PICKUP:
        lines.append(_tr("Pickup"))
    if known.requirements:
        lines.append(_tr("Needs") + " " + ", ".join(sorted(known.requirements)))
    if known.notes:
        lines.append(known.notes)
    problems = []
    title = known.reference
    place = rows.place_of.get(order)
    if place is not None:
        row = rows.rows[place[0]]
        stop = row.source.timetable.stops[place[1]]
        title += f" · {row.driver} {place[1] + 1}"
        eta = _tr("ETA") + f" {clock_text(stop.begin, units.zone)}"
        if stop.waiting:
            eta += " · " + _tr("waits") + f" {minutes_text(stop.waiting)}"
        left = slack(stop)
        if left is not None and not stop.lateness:
            eta += " · " + _tr("slack") + f" {minutes_text(left)}"
        lines.insert(0, eta)
        problems = [violation.text for violation in stop.violations]
        if not problems and stop_state(stop) is State.RISK:
            problems = [_tr("at risk: little time is left before the window closes")]
        if row.blocks[place[1]].is_locked:
            lines.append(_tr("Locked: the optimizer keeps it on this route"))
    elif (reason := board.reasons.get(order)) is not None:
        problems = [reason.detail or reason.reason.value.replace("_", " ")]
    return _joined(title, lines, problems, is_plain)


def row_hint(rows: Rows, route: RouteId, units: Units, *, is_plain: bool = False) -> str:
    """Empty for a route that the board does not know."""
    row = rows.row(route)
    if row is None:
        return ""
    table, shift = row.source.timetable, row.source.route.shift
    lines = [
        _tr("Shift") + f" {window_text(shift.window, units.zone)}",
        f"{row.stops} "
        + _tr("stops")
        + f" · {row.hours} h · {distance_text(table.distance_m, is_metric=units.is_metric)}"
        + f" · {row.cost}",
    ]
    if table.stops:
        lines.append(
            _tr("Leaves")
            + f" {clock_text(table.departure, units.zone)} · "
            + _tr("ends")
            + f" {clock_text(table.end, units.zone)}"
        )
    if table.waiting:
        lines.append(_tr("Waits") + f" {minutes_text(table.waiting)}")
    for bar in row.bars:
        most = "∞" if bar.room >= UNLIMITED else amount_words(bar.dimension, bar.room)
        lines.append(f"{amount_words(bar.dimension, bar.used)} / {most}")
    if shift.abilities:
        lines.append(", ".join(sorted(shift.abilities)))
    match row.lock:
        case Lock.CONTENTS:
            lines.append(_tr("Locked: the optimizer keeps its orders"))
        case Lock.SEQUENCE:
            lines.append(_tr("Locked: the optimizer keeps its orders and their sequence"))
    match row.status:
        case RouteStatus.RELEASED:
            lines.append(_tr("Released to the driver"))
        case RouteStatus.FINISHED:
            lines.append(_tr("Finished"))
    if table.is_estimated:
        lines.append(_tr("Some legs are straight lines: their roads are not known yet"))
    problems = list(row.problems)
    if row.is_stale:
        problems.append(_tr("The printed manifest is no longer right"))
    for stop in table.stops:
        problems.extend(f"{stop.order.reference} {violation.text}" for violation in stop.violations)
    if len(problems) > 8:
        problems = [*problems[:8], f"+{len(problems) - 8}"]
    return _joined(f"{row.index + 1} · {row.driver} · {row.vehicle}", lines, problems, is_plain)


def _joined(title: str, lines: list[str], problems: list[str], is_plain: bool) -> str:
    lines = [line for line in lines if line]
    if is_plain:
        return ". ".join([title, *problems, *lines])
    parts = [f"<b>{escape(title)}</b>"]
    parts.extend(f"⚠ <b>{escape(problem)}</b>" for problem in problems)
    parts.extend(escape(line) for line in lines)
    return "<br>".join(parts)


def _tr(text: str) -> str:
    return QCoreApplication.translate("board_hints", text)
