"""The board's time axis: seconds to pixels and back, zoom, and where its lines stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.desktop.widgets.formats import clock_text

_HOUR = 3600
_CLOSEST = 40.0
"""Pixels for a minute at the closest: a service of three minutes then holds a name."""
_STEPS_MIN = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360)
_LABEL_PX = 56
"""A label needs that much room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    second: float
    label: str
    """Empty for a line without one."""
    is_hour: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAxis:
    """`scale` is in pixels a second; x counts from the left end of the whole axis."""

    start: float
    end: float
    scale: float

    @classmethod
    def fitting(cls, span: tuple[float, float], width: int) -> TimeAxis:
        """The whole span on `width` pixels."""
        return cls(start=span[0], end=span[1], scale=max(1, width) / max(1.0, span[1] - span[0]))

    @property
    def width(self) -> int:
        return round((self.end - self.start) * self.scale)

    def x(self, second: float) -> float:
        return (second - self.start) * self.scale

    def second(self, x: float) -> float:
        return self.start + x / self.scale

    def zoomed(self, factor: float, width: int) -> TimeAxis:
        """Closer or farther, but never so far that the day is narrower than `width`."""
        least = TimeAxis.fitting((self.start, self.end), width).scale
        return replace(self, scale=min(max(self.scale * factor, least), _CLOSEST / 60))

    def over(self, span: tuple[float, float], width: int) -> TimeAxis:
        """The same scale over another span, if that fills `width`."""
        return replace(self, start=span[0], end=span[1]).zoomed(1.0, width)

    def ticks(self, zone: ZoneInfo, first_x: float, last_x: float) -> list[Tick]:
        """The lines from `first_x` to `last_x`, at round times on the clocks of `zone`."""
        step = next((m for m in _STEPS_MIN if m * 60 * self.scale >= _LABEL_PX), _STEPS_MIN[-1])
        fine = next((m for m in (1, 5, 15, 30, 60) if m * 60 * self.scale >= 12), 60)
        fine = min(fine, step)
        ticks = []
        # Round times are asked of the local clock: zones differ from UTC by quarters of an hour.
        moment = datetime.fromtimestamp(max(self.start, self.second(first_x)), UTC).astimezone(zone)
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        since = (moment - midnight) // timedelta(minutes=fine)
        offset_s = moment.timestamp() - (moment - midnight).total_seconds()
        last = min(self.end, self.second(last_x))
        number = since
        while (second := offset_s + number * fine * 60) <= last:
            local = datetime.fromtimestamp(second, UTC).astimezone(zone)
            minute = local.hour * 60 + local.minute
            ticks.append(
                Tick(
                    second=second,
                    label=clock_text(local.time()) if minute % step == 0 else "",
                    is_hour=local.minute == 0,
                )
            )
            number += 1
        return ticks
