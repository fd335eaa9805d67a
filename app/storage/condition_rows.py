"""Road conditions as rows."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.conditions import RoadCondition
from app.domain.geo import Location
from app.domain.ids import ConditionId
from app.domain.times import TimeWindow
from app.domain.travel import Profile
from app.storage.records import RoadConditionRecord


def condition_of(row: RoadConditionRecord) -> RoadCondition:
    return RoadCondition(
        id=ConditionId(row.id),
        name=row.name,
        kind=row.kind,
        window=TimeWindow(start=row.starts_at, end=row.ends_at),
        area=tuple(Location(lat=lat, lon=lon) for lat, lon in row.area),
        travel_factor=row.travel_factor,
        more_service=row.more_service,
        profiles=frozenset(Profile(name) for name in row.profiles),
        version=row.version,
    )


def fill_condition(row: RoadConditionRecord, condition: RoadCondition) -> None:
    row.name, row.kind = condition.name, condition.kind
    row.starts_at, row.ends_at = condition.window.start, condition.window.end
    row.area = [[corner.lat, corner.lon] for corner in condition.area]
    row.travel_factor = condition.travel_factor
    row.more_service = condition.more_service
    row.profiles = frozenset(profile.value for profile in condition.profiles)


def conditions_in(session: Session, window: TimeWindow) -> tuple[RoadCondition, ...]:
    """Those that hold at some moment of it, by their start."""
    query = (
        select(RoadConditionRecord)
        .where(RoadConditionRecord.starts_at < window.end)
        .where(RoadConditionRecord.ends_at > window.start)
        .order_by(RoadConditionRecord.starts_at, RoadConditionRecord.id)
    )
    return tuple(condition_of(row) for row in session.scalars(query))


def condition_versions(session: Session) -> Mapping[UUID, int]:
    """Of all that there are, to see other consoles' changes."""
    query = select(RoadConditionRecord.id, RoadConditionRecord.version)
    return {key: version for (key, version) in session.execute(query)}  # noqa: C416 - rows, not pairs
