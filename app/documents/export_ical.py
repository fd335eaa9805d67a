"""The day as a calendar (iCalendar, RFC 5545): an event for each stop and break."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from app.documents.cells import cleaned
from app.documents.export_day import DayExport
from app.domain.board import BoardRoute
from app.domain.orders import Order, Payment
from app.domain.timetable import Rest, StopTime

_MAX_OCTETS = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def day_ical(day: DayExport) -> str:
    """An event keeps its identity from export to export, so that calendars update it."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Wayboard//Day export//EN",
             "CALSCALE:GREGORIAN", f"NAME:{_escaped(day.title)}",
             f"X-WR-CALNAME:{_escaped(day.title)}"]  # fmt: skip
    for each in day.board.routes:
        for number, stop in enumerate(each.timetable.stops, start=1):
            lines.extend(_event(day, each, number, stop))
        for rest in each.timetable.breaks:
            lines.extend(_rest(day, each, rest))
    if "BEGIN:VEVENT" not in lines:
        lines.extend(_no_stops(day))
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(day: DayExport, each: BoardRoute, number: int, stop: StopTime) -> Iterator[str]:
    order = stop.order
    # An event of no length is shown by no calendar.
    end = max(stop.departure, stop.begin + timedelta(minutes=1))
    yield "BEGIN:VEVENT"
    yield f"UID:{order.id}@wayboard"
    yield f"DTSTAMP:{_utc(day.made_at)}"
    yield f"DTSTART:{_utc(stop.begin)}"
    yield f"DTEND:{_utc(end)}"
    who = order.recipient or order.company or order.reference
    yield f"SUMMARY:{_escaped(f'{number}. {who} ({order.reference})')}"
    yield f"LOCATION:{_escaped(order.address.line)}"
    if order.location is not None:
        yield f"GEO:{order.location.lat:.6f};{order.location.lon:.6f}"
    yield f"DESCRIPTION:{_escaped(_description(day, each, order, stop))}"
    yield f"CATEGORIES:{_escaped(each.route.shift.name)}"
    yield f"SEQUENCE:{each.route.contents_version}"
    yield "STATUS:CONFIRMED"
    yield "END:VEVENT"


def _rest(day: DayExport, each: BoardRoute, rest: Rest) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{each.id}.break{rest.number + 1}@wayboard"
    yield f"DTSTAMP:{_utc(day.made_at)}"
    yield f"DTSTART:{_utc(rest.begin)}"
    yield f"DTEND:{_utc(max(rest.end, rest.begin + timedelta(minutes=1)))}"
    yield f"SUMMARY:{_escaped(f'Break ({each.route.shift.name})')}"
    yield f"CATEGORIES:{_escaped(each.route.shift.name)}"
    yield f"SEQUENCE:{each.route.contents_version}"
    yield "STATUS:CONFIRMED"
    yield "END:VEVENT"


def _no_stops(day: DayExport) -> Iterator[str]:
    """A calendar must have an event, or programs call it broken: one that takes up no time."""
    on = day.board.day
    yield "BEGIN:VEVENT"
    yield f"UID:no-stops-{on.isoformat()}@wayboard"
    yield f"DTSTAMP:{_utc(day.made_at)}"
    yield f"DTSTART;VALUE=DATE:{on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{on + timedelta(days=1):%Y%m%d}"
    yield "SUMMARY:No stops are planned"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _description(day: DayExport, each: BoardRoute, order: Order, stop: StopTime) -> str:
    parts = [f"{order.kind.value.capitalize()}, {each.route.shift.name}"]
    if stop.window is not None:
        parts.append(f"Window {day.clock(stop.window.start)} to {day.clock(stop.window.end)}")
    parts.append(f"Parcels: {len(order.parcels)}")
    if order.payment is Payment.CASH_ON_DELIVERY:
        currency = order.currency or each.route.shift.depot.currency
        cash = f"{order.cod_amount} {currency}" if order.cod_amount is not None else "not known"
        parts.append(f"To collect: {cash}")
    if order.phone:
        parts.append(f"Phone: {order.phone}")
    if order.notes:
        parts.append(order.notes)
    parts.extend(violation.text for violation in stop.violations)
    return "\n".join(parts)


def _escaped(text: str) -> str:
    return cleaned(text)[0].translate(_ESCAPES)


def _folded(line: str) -> str:
    """Lines of at most 75 octets, never broken inside a character."""
    pieces, piece, octets = [], "", 0
    for char in line:
        size = len(char.encode())
        if octets + size > _MAX_OCTETS:
            pieces.append(piece)
            piece, octets = " ", 1
        piece += char
        octets += size
    return "\r\n".join([*pieces, piece])


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
