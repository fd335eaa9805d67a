"""Travel of one day: the region's roads with the day's closures, slow areas and hours."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock

from app.domain.conditions import ConditionKind, RoadCondition
from app.domain.geo import Area, Location
from app.domain.road_day import RoadDay
from app.domain.times import TimeWindow
from app.domain.travel import Profile, TravelMatrix
from app.roads.conditions import Detours, slowed
from app.roads.matrix_cache import MatrixCache
from app.roads.progress import IsCancelled, ReportFraction

_KEPT_SLICES = 12
"""Slowed matrices that are remembered; each is a second's work for a thousand places."""

_Ask = Callable[[Sequence[Location], Sequence[Area]], TravelMatrix]
"""The matrix of these places without these areas."""


class DayTravel:
    """Puts the matrices of a day together; may be used from any thread."""

    def __init__(self, cache: MatrixCache, detours: Detours) -> None:
        self._cache = cache
        self._detours = detours
        self._slowed: OrderedDict[tuple[object, ...], tuple[int, TravelMatrix]] = OrderedDict()
        self._lock = Lock()

    def known(
        self, places: Sequence[Location], profile: Profile, day: RoadDay | None
    ) -> TravelMatrix:
        """What is known at once, for places known in every hour of the day."""

        def ask(wanted: Sequence[Location], avoid: Sequence[Area]) -> TravelMatrix:
            if not avoid:
                return self._cache.known(wanted, profile)
            return self._detours.known(wanted, profile, avoid)

        return self._of_day(places, profile, day, ask)

    def matrix(
        self,
        places: Sequence[Location],
        profile: Profile,
        day: RoadDay | None,
        report: ReportFraction,
        cancelled: IsCancelled,
    ) -> TravelMatrix:
        """All of it; asks the roads for what was never asked. Raises Cancelled."""
        wanted = _areas(day, profile)
        done = 0

        def told(fraction: float) -> None:
            report((done + fraction) / len(wanted))

        for avoid in wanted:
            if avoid:
                self._detours.matrix(places, profile, avoid, told, cancelled)
            else:
                self._cache.matrix(places, profile, told, cancelled)
            done += 1
        return self.known(places, profile, day)

    def _of_day(
        self, places: Sequence[Location], profile: Profile, day: RoadDay | None, ask: _Ask
    ) -> TravelMatrix:
        if day is None:
            return ask(places, ())
        ask = _asked_once(ask)
        slices = day.slices(profile)
        common: Sequence[Location] = places
        # A place that one hour's roads do not know yet is not known that day.
        for avoid in _areas(day, profile):
            known = ask(common, avoid).index
            common = [place for place in common if place in known]
        if len(common) < len(places):
            # Until the closures are counted in, open roads are nearer to the truth than the crow.
            free = ask(places, ())
            if len(free.places) > len(common):
                pace = day.pace(profile)
                return replace(free, is_estimated=True, is_provisional=True, pace=pace)
        matrices = [self._slice(common, profile, conditions, ask) for _, conditions in slices]
        later = tuple(
            (int(start.timestamp()), matrix)
            for (start, _), matrix in zip(slices[1:], matrices[1:], strict=True)
        )
        return replace(matrices[0], pace=day.pace(profile), later=later)

    def _slice(
        self,
        places: Sequence[Location],
        profile: Profile,
        conditions: Sequence[RoadCondition],
        ask: _Ask,
    ) -> TravelMatrix:
        """The roads while all of these conditions hold."""
        closed = _closed(conditions)
        matrix = ask(places, closed)
        for slow in _slow(conditions):
            around = ask(places, (*closed, slow.area))
            matrix = self._slowed_once(profile, closed, matrix, around, slow)
        return matrix

    def _slowed_once(
        self,
        profile: Profile,
        closed: tuple[Area, ...],
        through: TravelMatrix,
        around: TravelMatrix,
        slow: RoadCondition,
    ) -> TravelMatrix:
        key = (profile, closed, slow.area, slow.travel_factor, through.places, around.places)
        with self._lock:
            before = self._slowed.get(key)
            if before is not None and before[0] == _rows(through):
                self._slowed.move_to_end(key)
                return before[1]
        made = slowed(through, around, slow.area, slow.travel_factor)
        with self._lock:
            self._slowed[key] = (_rows(through), made)
            if len(self._slowed) > _KEPT_SLICES:
                self._slowed.popitem(last=False)
        return made


def _asked_once(ask: _Ask) -> _Ask:
    """A day asks for most matrices twice or more, and one of a thousand places takes a while."""
    answers: dict[tuple[tuple[Location, ...], tuple[Area, ...]], TravelMatrix] = {}

    def once(places: Sequence[Location], avoid: Sequence[Area]) -> TravelMatrix:
        key = (tuple(places), tuple(avoid))
        if key not in answers:
            answers[key] = ask(places, avoid)
        return answers[key]

    return once


def closed_areas(day: RoadDay | None, profile: Profile, hours: TimeWindow) -> tuple[Area, ...]:
    """Every area that is closed at some time of these hours: what a drawn route keeps out of."""
    if day is None:
        return ()
    return tuple(
        dict.fromkeys(
            each.area
            for each in day.conditions
            if each.kind is ConditionKind.CLOSURE
            and profile in each.profiles
            and each.window.start < hours.end
            and hours.start < each.window.end
        )
    )


def _areas(day: RoadDay | None, profile: Profile) -> tuple[tuple[Area, ...], ...]:
    """Every set of areas whose matrix the day needs."""
    if day is None:
        return ((),)
    found: dict[tuple[Area, ...], None] = {}
    for _, conditions in day.slices(profile):
        closed = _closed(conditions)
        found[closed] = None
        for slow in _slow(conditions):
            found[(*closed, slow.area)] = None
    return tuple(found)


def _closed(conditions: Sequence[RoadCondition]) -> tuple[Area, ...]:
    return tuple(each.area for each in conditions if each.kind is ConditionKind.CLOSURE)


def _slow(conditions: Sequence[RoadCondition]) -> tuple[RoadCondition, ...]:
    return tuple(each for each in conditions if each.kind is ConditionKind.SLOW_ZONE)


def _rows(matrix: TravelMatrix) -> int:
    """Tells a matrix from another of the same places: two slow areas follow one on the other."""
    rows = matrix.seconds
    return hash(tuple(bytes(row) if isinstance(row, array) else tuple(row) for row in rows))
