"""What the roads of one service day are like: its traffic, and the conditions in its hours."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.domain.conditions import ConditionKind, RoadCondition
from app.domain.fleet import Depot, WeekPace
from app.domain.times import TimeWindow, instant
from app.domain.traffic import pace_of
from app.domain.travel import Pace, Profile

_AFTER_MIDNIGHT = timedelta(hours=12)
"""A shift may run into the next morning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadDay:
    """The depot's traffic and every condition that concerns the hours of a day."""

    horizon: TimeWindow
    zone: ZoneInfo
    traffic: WeekPace = ()
    conditions: tuple[RoadCondition, ...] = ()

    def pace(self, profile: Profile) -> Pace | None:
        return pace_of(self.horizon, self.zone, self.traffic, self.conditions, profile)

    def slices(self, profile: Profile) -> tuple[tuple[datetime, tuple[RoadCondition, ...]], ...]:
        """From when on which areas are closed or slow for these vehicles, in time's sequence.

        The first slice begins with the horizon; neighbours differ.
        """
        areas = [
            each
            for each in self.conditions
            if each.kind is not ConditionKind.WEATHER and profile in each.profiles
        ]
        moments = {self.horizon.start}
        for each in areas:
            moments |= {each.window.start, each.window.end}
        slices: list[tuple[datetime, tuple[RoadCondition, ...]]] = []
        for moment in sorted(m for m in moments if m >= self.horizon.start):
            now = tuple(e for e in areas if e.window.start <= moment < e.window.end)
            if moment < self.horizon.end and (not slices or slices[-1][1] != now):
                slices.append((moment, now))
        return tuple(slices)

    @property
    def digest(self) -> str:
        """Tells whether a plan was made under the same conditions; empty where there are none."""
        if not self.conditions and not self.traffic:
            return ""
        parts = [repr(self.traffic)]
        for each in sorted(self.conditions, key=lambda each: each.id):
            profiles = sorted(each.profiles)
            parts.append(
                f"{each.kind} {each.window.start.astimezone(UTC)} {each.window.end.astimezone(UTC)}"
                f" {each.area} {each.travel_factor} {each.more_service} {profiles}"
            )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def road_day(day: date, depots: Iterable[Depot], conditions: Iterable[RoadCondition]) -> RoadDay:
    """The roads of a day as its depots meet them; the traffic is the first depot's that has any.

    All depots of a board are in one region, and so in one traffic.
    """
    known = list(depots)
    zone = known[0].zone if known else ZoneInfo("UTC")
    start = instant(day, time(0), zone)
    horizon = TimeWindow(
        start=start, end=instant(day + timedelta(days=1), time(0), zone) + _AFTER_MIDNIGHT
    )
    return RoadDay(
        horizon=horizon,
        zone=zone,
        traffic=next((depot.traffic for depot in known if depot.traffic), ()),
        conditions=tuple(
            sorted(
                (
                    each
                    for each in conditions
                    if each.window.start < horizon.end and horizon.start < each.window.end
                ),
                key=lambda each: (each.window.start, each.id),
            )
        ),
    )
