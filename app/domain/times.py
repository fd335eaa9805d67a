"""Instants, time windows and the service day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindow:
    """Earliest and latest allowed start, both aware instants; never reversed."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a time window needs instants with a time zone")
        if self.end < self.start:
            raise ValueError(f"the window ends at {self.end} before it starts at {self.start}")

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def joined(windows: Iterable[TimeWindow]) -> tuple[TimeWindow, ...]:
    """The same time in the sequence of the day, windows that overlap as one."""
    found: list[TimeWindow] = []
    for window in sorted(windows, key=lambda window: window.start):
        if found and window.start <= found[-1].end:
            end = max(window.end, found[-1].end)
            found[-1] = TimeWindow(start=found[-1].start, end=end)
        else:
            found.append(window)
    return tuple(found)


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant in UTC at which the clocks of `zone` show `at` on `day`.

    A time that summer time skips is moved on by the hour that was skipped; of a time that comes
    twice the first is taken.
    """
    return datetime.combine(day, at, zone).astimezone(UTC)


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """The same instant as the clocks of `zone` show it."""
    return moment.astimezone(zone)


def moved(window: TimeWindow, by: timedelta, zone: ZoneInfo) -> TimeWindow:
    """The window some days later by the same clock times of `zone`."""
    return TimeWindow(
        start=same_clock(window.start, by, zone), end=same_clock(window.end, by, zone)
    )


def same_clock(moment: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    # Arithmetic on a zoned datetime moves the clock's face, not the elapsed time: 08:00 stays
    # 08:00 on the day after a change to summer time.
    return (local(moment, zone) + by).astimezone(UTC)


def day_window(day: date, start: time, end: time, zone: ZoneInfo) -> TimeWindow:
    """A window by the clocks of `zone`; an end at or before the start means the next day."""
    begins = instant(day, start, zone)
    ends = instant(day, end, zone)
    if ends <= begins:
        ends = instant(day + timedelta(days=1), end, zone)
    return TimeWindow(start=begins, end=ends)
