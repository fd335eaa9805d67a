"""What the roads of one service day are like: its traffic, and the conditions in its hours."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
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
        """A word for the traffic and for each condition, with its hours: see `differ_within`."""
        words = []
        if self.traffic:
            words.append(_word(self.horizon, repr(self.traffic)))
        for each in self.conditions:
            profiles = sorted(each.profiles)
            like = f"{each.kind} {each.area} {each.travel_factor} {each.more_service} {profiles}"
            words.append(_word(each.window, like))
        return " ".join(sorted(words))


def differ_within(hours: TimeWindow, some: str, others: str) -> bool:
    """Whether the roads of two digests differ at some moment of these hours."""
    return _within(hours, some) != _within(hours, others)


def _word(window: TimeWindow, like: str) -> str:
    start, end = int(window.start.timestamp()), int(window.end.timestamp())
    return f"{start}-{end}-{hashlib.sha256(like.encode()).hexdigest()[:16]}"


def _within(hours: TimeWindow, digest: str) -> Counter[tuple[int, int, str]]:
    """What holds in these hours, each from when to when of them."""
    begin, close = int(hours.start.timestamp()), int(hours.end.timestamp())
    found: Counter[tuple[int, int, str]] = Counter()
    for word in digest.split():
        start, _, rest = word.partition("-")
        end, _, like = rest.partition("-")
        # An older program wrote no hours: that may be any.
        first, last = (max(begin, int(start)), min(close, int(end))) if like else (begin, close)
        if first < last:
            found[first, last, like or word] += 1
    return found


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
