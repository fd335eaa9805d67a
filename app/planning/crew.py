"""Drivers and vans of a day: what a driver may learn, and when they are on another shift."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.fleet import Shift
from app.domain.times import TimeWindow


class Crew:
    def __init__(self, shifts: Iterable[Shift]) -> None:
        self._shifts = tuple(shifts)
        skills = frozenset[str]().union(*(shift.driver.skills for shift in self._shifts))
        features = frozenset[str]().union(*(shift.vehicle.features for shift in self._shifts))
        self._built_in = features - skills
        self._by_hand: dict[object, list[Shift]] = {}
        """By driver and by van."""
        for shift in self._shifts:
            for key in (shift.driver.id, shift.vehicle.id):
                self._by_hand.setdefault(key, []).append(shift)

    def may_learn(self, missing: frozenset[str]) -> bool:
        """Whether a driver may have learnt all of this: what only vans of the day have, such as a
        tail lift, nobody learns."""
        return not missing & self._built_in

    def is_free(self, now: Shift, changed: Shift) -> bool:
        """Whether driver and van are on no other shift in the hours that are new."""
        return not any(
            _meet(changed.window, other.window) and not _meet(now.window, other.window)
            for key in (now.driver.id, now.vehicle.id)
            for other in self._by_hand.get(key, ())
            if other.id != now.id
        )


def _meet(one: TimeWindow, other: TimeWindow) -> bool:
    return one.start < other.end and other.start < one.end
