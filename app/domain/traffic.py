"""How fast roads are by the hour: the depot's week, and the weather of the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.conditions import ConditionKind, RoadCondition
from app.domain.fleet import WeekPace
from app.domain.times import TimeWindow, local
from app.domain.travel import Pace, Profile

_HOUR = timedelta(hours=1)


def pace_of(
    horizon: TimeWindow,
    zone: ZoneInfo,
    week: WeekPace,
    conditions: Iterable[RoadCondition],
    profile: Profile,
) -> Pace | None:
    """The pace of each piece of `horizon`; None where every hour is as the matrix says.

    Hours are those of the clocks in `zone`, also on a day that has 23 or 25 of them. Several
    conditions at once multiply their factors and add their service times.
    """
    weather = [
        each
        for each in conditions
        if each.kind is ConditionKind.WEATHER
        and profile in each.profiles
        and each.window.start < horizon.end
        and horizon.start < each.window.end
    ]
    if not week and not weather:
        return None
    starts = {horizon.start.astimezone(UTC)}
    if week:
        starts |= set(_hours(horizon))
    for each in weather:
        starts |= {each.window.start.astimezone(UTC), each.window.end.astimezone(UTC)}
    pieces: list[tuple[int, float, int]] = []
    for start in sorted(starts):
        factor, more_s = 1.0, 0
        if week:
            clock = local(start, zone)
            factor = week[clock.weekday()][clock.hour]
        for each in weather:
            if each.window.start <= start < each.window.end:
                factor *= each.travel_factor
                more_s += int(each.more_service.total_seconds())
        if not pieces or pieces[-1][1:] != (factor, more_s):
            pieces.append((int(start.timestamp()), factor, more_s))
    if all(piece[1:] == (1.0, 0) for piece in pieces):
        return None
    return Pace(
        starts=tuple(piece[0] for piece in pieces),
        travel=tuple(piece[1] for piece in pieces),
        service_s=tuple(piece[2] for piece in pieces) if any(p[2] for p in pieces) else (),
    )


def _hours(horizon: TimeWindow) -> Iterable[datetime]:
    """Every full hour in it, counted in UTC: a zone's clocks change at one of these or at a
    quarter, where a wrong hour lasts no longer than that quarter."""
    now = horizon.start.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + _HOUR
    while now < horizon.end:
        yield now
        now += _HOUR
