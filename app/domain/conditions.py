"""What the roads are like on a day: closures, slow zones, weather."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from app.domain.geo import Area
from app.domain.ids import ConditionId
from app.domain.times import TimeWindow
from app.domain.travel import Profile


class ConditionKind(StrEnum):
    CLOSURE = "closure"
    """Nobody drives inside its area."""
    SLOW_ZONE = "slow_zone"
    """Travel inside its area takes longer."""
    WEATHER = "weather"
    """Travel and service take longer everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadCondition:
    """One thing that slows or closes roads between two instants, and expires by itself."""

    id: ConditionId
    name: str
    kind: ConditionKind
    window: TimeWindow
    area: Area = ()
    """A polygon, not closed by its first point; empty for weather."""
    travel_factor: float = 1.0
    """By what travel times are multiplied; a closure needs none."""
    more_service: timedelta = timedelta()
    """What each stop takes longer."""
    profiles: frozenset[Profile] = field(default_factory=lambda: frozenset(Profile))
    """Which vehicles it concerns."""
    version: int = 0
