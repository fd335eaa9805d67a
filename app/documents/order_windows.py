"""Reads the service day and the time window of one order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from app.documents.cells import (
    DAY_S,
    CellError,
    DateOrder,
    Moment,
    calendar_days_of,
    day_text,
    moment,
    shown,
)
from app.documents.order_drafts import Severity
from app.documents.row_cells import RowCells
from app.domain.times import TimeWindow, instant

_DEFAULT_SERVICE = timedelta(minutes=3)
_SPACED_DASH = re.compile(r"\s+(?:[-–—]|to|bis|until|à|a)\s+", re.IGNORECASE)
_DASH = re.compile(r"\s*[-–—]\s*")
_MIN_YEAR, _MAX_YEAR = 1990, 2200


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRules:
    """What decides the day of rows that leave it open."""

    zone: ZoneInfo
    order: DateOrder
    given: date | None
    """Of rows that name no day."""
    earliest: date | None
    """Days before it are told as past."""


def day_and_window(
    cells: RowCells, rules: DayRules, last_day: date | None, service: timedelta | None
) -> tuple[date | None, TimeWindow | None]:
    """No day where there is none to take; the row was refused then.

    An order whose day has two readings waits under the given day, or that of the row before.
    """
    start, end = _ends(cells, rules.order)
    day = _day(cells, rules, last_day, start, end)
    if day is None or (start is None and end is None):
        return day, None
    if not _agree(cells, day, start, end):
        return day, None
    return day, _window(cells, rules.zone, day, start, end, service)


def _ends(cells: RowCells, order: DateOrder) -> tuple[Moment | None, Moment | None]:
    """Both ends as far as they can be read."""
    together = cells.get("window")
    if together and not cells.get("window_start") and not cells.get("window_end"):
        halves = _SPACED_DASH.split(together)
        if len(halves) != 2:
            halves = _DASH.split(together)
        if len(halves) != 2:
            cells.reject(
                "window", "window_unreadable",
                f"“{shown(together)}” is not a time window; write it like 08:00 - 12:00",
            )  # fmt: skip
            return None, None
        return _end(cells, "window", halves[0], order), _end(cells, "window", halves[1], order)
    return (
        _end(cells, "window_start", cells.get("window_start"), order),
        _end(cells, "window_end", cells.get("window_end"), order),
    )


def _end(cells: RowCells, name: str, text: str, order: DateOrder) -> Moment | None:
    if not text:
        return None
    try:
        return moment(text.strip(), order)
    except CellError as error:
        cells.reject(name, "window_unreadable", str(error))
        return None


def _day(
    cells: RowCells,
    rules: DayRules,
    last_day: date | None,
    start: Moment | None,
    end: Moment | None,
) -> date | None:
    name, days = _named_days(cells, rules.order, start, end)
    if days is None:
        return None
    if not days:
        if rules.given is None:
            cells.reject("date", "date_missing", "no day is given; add a date, or give the day")
        return rules.given
    if len(days) > 1:
        day = rules.given or last_day or rules.earliest
        text = f"the date can be {day_text(days[0])} or {day_text(days[1])}"
        if day is None:
            cells.reject(name, "date_ambiguous", f"{text}; write it like {days[0]}")
        else:
            cells.review(name, "date_ambiguous", f"{text}; until then it is kept under {day}")
        return day
    day = days[0]
    if not _MIN_YEAR <= day.year <= _MAX_YEAR:
        cells.reject(name, "date_unlikely", f"the year {day.year} can't be meant")
        return None
    if rules.earliest is not None and day < rules.earliest:
        cells.warn(name, "date_past", f"{day_text(day)} is past")
    return day


def _named_days(
    cells: RowCells, order: DateOrder, start: Moment | None, end: Moment | None
) -> tuple[str, tuple[date, ...] | None]:
    """The day the row names and in which field; None where it can't be read."""
    text = cells.get("date")
    if text:
        try:
            days = calendar_days_of(text, order)
        except CellError as error:
            cells.reject("date", "date_unreadable", str(error))
            return "date", None
        _tell_time(cells, text, order, is_window=start is not None or end is not None)
        return "date", days
    for each in (start, end):
        if each is not None and each.days:
            is_together = cells.get("window") and not cells.get("window_start")
            name = "window" if is_together else "window_start" if each is start else "window_end"
            return name, each.days
    return "date", ()


def _tell_time(cells: RowCells, text: str, order: DateOrder, *, is_window: bool) -> None:
    """Say so where a time stands behind the date: only a window says when to come."""
    try:
        seconds = moment(text, order).seconds
    except CellError:
        return
    if seconds:
        severity = Severity.NORMALISE if is_window else Severity.WARN
        at = f"{seconds // 3_600:02}:{seconds // 60 % 60:02}"
        cells.tell(
            severity, "date", "date_time_unused",
            f"only its day is taken; the time {at} is none of the order's time windows",
        )  # fmt: skip


def _agree(cells: RowCells, day: date, start: Moment | None, end: Moment | None) -> bool:
    """Whether the days written in the window are the order's, or the night after it."""
    for each, name, allowed in (
        (start, "window_start", {day}),
        (end, "window_end", {day, day + timedelta(days=1)}),
    ):
        if each is not None and len(each.days) == 1 and each.days[0] not in allowed:
            cells.reject(
                name, "window_other_day",
                f"the window is on {day_text(each.days[0])}, the order on {day_text(day)}",
            )  # fmt: skip
            return False
    return True


def _window(
    cells: RowCells,
    zone: ZoneInfo,
    day: date,
    start: Moment | None,
    end: Moment | None,
    service: timedelta | None,
) -> TimeWindow | None:
    """An end that is not given is that of the day."""
    begins = _instant(start or Moment(seconds=0), day, zone)
    ends = _instant(end or Moment(seconds=DAY_S), day, zone)
    name = "window_end" if cells.has("window_end") else "window"
    for each, taken, field in ((start, begins, "window_start"), (end, ends, "window_end")):
        if each is not None and each.offset_s is None:
            _tell_change(cells, field if cells.has(field) else "window", each, taken, zone)
    if ends < begins:
        at = [f"{each.astimezone(zone):%H:%M}" for each in (begins, ends)]
        cells.reject(
            name, "window_reversed", f"the window ends at {at[1]}, before it starts at {at[0]}"
        )
        return None
    window = TimeWindow(start=begins, end=ends)
    needed = _DEFAULT_SERVICE if service is None else service
    if window.length < needed:
        minute = timedelta(minutes=1)
        cells.warn(
            name, "window_short",
            f"the window has {window.length // minute} min, the service {needed // minute} min",
        )  # fmt: skip
    return window


def other_window(
    cells: RowCells, rules: DayRules, day: date | None, first: TimeWindow | None
) -> tuple[TimeWindow, ...]:
    """The second window of the row; none where its cells are empty."""
    names = ("window2_start", "window2_end")
    given = [name for name in names if cells.get(name)]
    if not given:
        return ()
    if len(given) == 1:
        cells.reject(given[0], "window_incomplete", "a second window needs its start and its end")
        return ()
    ends = [other_moment(cells, name, rules, day) for name in names]
    if not ends[0] or not ends[1]:
        return ()
    begins, closes = ends[0][0], ends[1][0]
    if first is None:
        cells.reject(names[0], "window_first_missing", "there is a second window, but no first")
    elif closes < begins:
        cells.reject(names[1], "window_reversed", "the second window ends before it starts")
    elif begins <= first.end and first.start <= closes:
        cells.reject(names[0], "window_overlap", "the second window overlaps the first")
    else:
        return (TimeWindow(start=begins, end=closes),)
    return ()


def other_moment(
    cells: RowCells, name: str, rules: DayRules, day: date | None
) -> tuple[datetime, ...]:
    """A time on the day of the order, or just before or after it; empty where there is none."""
    each = _end(cells, name, cells.get(name), rules.order)
    if each is None or day is None:
        return ()
    night = timedelta(days=1)
    if each.days and (len(each.days) > 1 or abs(each.days[0] - day) > night):
        cells.reject(
            name, "window_other_day",
            f"it is on {day_text(each.days[0])}, the order on {day_text(day)}",
        )  # fmt: skip
        return ()
    return (_instant(each, day, rules.zone),)


def _tell_change(
    cells: RowCells, name: str, written: Moment, taken: datetime, zone: ZoneInfo
) -> None:
    """Say so where the clocks of that day never show what is written, or show it twice."""
    local = taken.astimezone(zone)
    clock = f"{written.seconds // 3_600:02}:{written.seconds // 60 % 60:02}"
    if written.seconds != DAY_S and f"{local:%H:%M}" != clock:
        cells.warn(
            name, "time_skipped",
            f"the clocks go forward over {clock} on {day_text(local.date())}; "
            f"{local:%H:%M} is taken",
        )  # fmt: skip
    elif local.replace(fold=1).utcoffset() != local.utcoffset():
        cells.warn(
            name, "time_twice",
            f"the clocks show {clock} twice on {day_text(local.date())}; the first is taken",
        )  # fmt: skip


def _instant(each: Moment, day: date, zone: ZoneInfo) -> datetime:
    on = each.days[0] if len(each.days) == 1 else day
    if each.seconds == DAY_S:
        on, seconds = on + timedelta(days=1), 0
    else:
        seconds = each.seconds
    clock = time(seconds // 3_600, seconds // 60 % 60, seconds % 60)
    if each.offset_s is None:
        return instant(on, clock, zone)
    written = datetime.combine(on, clock, timezone(timedelta(seconds=each.offset_s)))
    return written.astimezone(UTC)
