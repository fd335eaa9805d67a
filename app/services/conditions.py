"""Road conditions: which there are, and the edits that make and end them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from app.domain.conditions import ConditionKind, RoadCondition
from app.domain.edits import ChangeConditions
from app.domain.geo import Area
from app.domain.ids import ConditionId
from app.domain.times import TimeWindow
from app.domain.travel import Profile
from app.services.context import Clock
from app.storage.condition_rows import conditions_in
from app.storage.database import Database
from app.storage.keys import new_id

_AHEAD = timedelta(days=3650)


class ConditionService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def within(self, window: TimeWindow) -> tuple[RoadCondition, ...]:
        """Those that hold at some moment of it, by their start."""
        with self._database.reading() as session:
            return conditions_in(session, window)

    def current(self) -> tuple[RoadCondition, ...]:
        """Those that hold now or will; what is over has expired by itself."""
        now = self._clock()
        return self.within(TimeWindow(start=now, end=now + _AHEAD))

    def new(
        self,
        kind: ConditionKind,
        name: str,
        window: TimeWindow,
        *,
        area: Area = (),
        travel_factor: float = 1.0,
        more_service: timedelta = timedelta(),
        profiles: Iterable[Profile] = tuple(Profile),
    ) -> ChangeConditions:
        """The edit that makes one."""
        return ChangeConditions(
            put=(
                RoadCondition(
                    id=ConditionId(new_id()),
                    name=name,
                    kind=kind,
                    window=window,
                    area=area,
                    travel_factor=travel_factor,
                    more_service=more_service,
                    profiles=frozenset(profiles),
                ),
            )
        )

    def end(self, conditions: Sequence[RoadCondition]) -> ChangeConditions:
        """The edit after which they hold no longer.

        What has begun ends now, so that the hours before stay what they were; what has not, or is
        over and was a mistake, is removed.
        """
        now = self._clock()
        begun = [each for each in conditions if each.window.start < now < each.window.end]
        return ChangeConditions(
            put=tuple(
                replace(each, window=TimeWindow(start=each.window.start, end=now)) for each in begun
            ),
            delete={each.id: each.version for each in conditions if each not in begun},
        )
