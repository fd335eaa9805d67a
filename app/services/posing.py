"""What every format shares on its way to the domain: ids, instants, places, made from numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from app.documents.vroom_values import Task, VroomVehicle
from app.domain.addresses import Address, Place, Precision
from app.domain.errors import RuleError
from app.domain.fleet import Depot
from app.domain.geo import Location
from app.domain.ids import DepotId, OrderId, RouteId, uuid7
from app.domain.problem import Problem
from app.domain.times import TimeWindow
from app.domain.timetable import Travel
from app.services.scales import Scales

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = date(1970, 1, 1)
"""Times in files are seconds since then, or since whenever the file means."""
LAST_INSTANT = 250_000_000_000
"""No route may end later: the calendar ends in the year 9999."""
NOWHERE = Location(lat=-90.0, lon=0.0)
"""Where a vehicle without a start is: no way from there, or to there, takes any time."""

_SPAN_DEGREES = 0.5
_STEP_DEGREES = 2e-6
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """How long and on what to search."""

    seconds: float = 10.0
    seed: int = 1
    cores: int | None = None
    iterations: int | None = None
    """Where given, the work to do; the seconds only bound it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posed:
    """A file's problem in the domain's words, and what each part of it is called in the file."""

    problem: Problem
    tasks: Mapping[OrderId, Task]
    vehicles: Mapping[RouteId, VroomVehicle]
    roads: Travel | None
    """True distances; None where the file has none. The problem's own may be prices."""
    scales: Scales
    searched: Travel | None = None
    """What the search drives on, where some rule can't be told it otherwise."""
    scale: int = 1
    """How many of our seconds and metres make one of the file's units."""
    cost_scale: int = 1
    """The same of costs."""
    optional: frozenset[OrderId] = frozenset()
    """What may be left out at a price of the file's own."""
    is_estimated: bool = False
    notes: tuple[str, ...] = ()
    """What of the problem does not count, each with its remedy."""
    """The roads are straight lines."""


def within_calendar(latest: float) -> int:
    """Later than any route could end. Raises RuleError where that is beyond the calendar."""
    if latest > LAST_INSTANT:
        raise RuleError(
            "The times of the problem add up to more than a calendar holds. Give times in seconds, "
            "and a shorter way in place of one that nobody can drive."
        )
    return int(latest)


def made_id(kind: int, number: int) -> UUID:
    """The same id for the same thing of the same file, so that a seed gives one plan."""
    return uuid7(kind, number.to_bytes(10))


def instant(seconds: int) -> datetime:
    return EPOCH + timedelta(seconds=seconds)


def seconds_of(moment: datetime) -> int:
    return int((moment - EPOCH).total_seconds())


def window(start: int, end: int) -> TimeWindow:
    return TimeWindow(start=instant(start), end=instant(end))


def place_at(location: Location) -> Place:
    return Place(location=location, precision=Precision.GIVEN)


def depot_at(location: Location, number: int) -> Depot:
    return Depot(
        id=DepotId(made_id(4, number)),
        name=f"Depot {number + 1}",
        address=Address(),
        location=location,
        time_zone="UTC",
    )


def spread(points: Sequence[tuple[float, float] | None], are_distinct: bool) -> list[Location]:
    """Places on the earth that lie to each other as the points of a plane do.

    A point that nobody gave goes to a spiral beside the others. With `are_distinct` no two
    points share a place, however near they are.
    """
    given = [point for point in points if point is not None]
    left = min((x for x, _y in given), default=0.0)
    bottom = min((y for _x, y in given), default=0.0)
    size = max(
        (max(x - left, y - bottom) for x, y in given),
        default=0.0,
    )
    scale = _SPAN_DEGREES / size if size > 0 else 0.0
    taken: dict[Location, tuple[float, float] | None] = {}
    found = []
    for number, point in enumerate(points):
        if point is None:
            place = _on_spiral(number, len(points))
        else:
            x, y = point
            place = Location(lat=(y - bottom) * scale, lon=(x - left) * scale)
        found.append(_free(place, point, taken, are_distinct))
    return found


def distinct(places: Iterable[Location | None], count: int) -> list[Location]:
    """The places, each moved aside by a hair where another one lies; a spiral for the unknown."""
    taken: dict[Location, tuple[float, float] | None] = {}
    return [
        _free(_on_spiral(n, count) if place is None else place, None, taken, True)
        for n, place in enumerate(places)
    ]


def _on_spiral(number: int, count: int) -> Location:
    radius = _SPAN_DEGREES * math.sqrt((number + 1) / count)
    angle = number * _GOLDEN_ANGLE
    return Location(lat=-2.0 + radius * math.sin(angle), lon=radius * math.cos(angle))


def _free(
    place: Location,
    point: tuple[float, float] | None,
    taken: dict[Location, tuple[float, float] | None],
    is_alone: bool,
) -> Location:
    while place in taken and (is_alone or point is None or taken[place] != point):
        lon = place.lon + _STEP_DEGREES
        place = Location(lat=place.lat, lon=lon if lon <= 180 else -180.0)
    taken.setdefault(place, point)
    return place
