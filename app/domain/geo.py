"""Places on the earth."""

from __future__ import annotations

import math
from dataclasses import dataclass

EARTH_RADIUS_M = 6_371_008.8
"""Mean earth radius in metres (IUGG)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A point in WGS 84 degrees, rounded to 1e-6 (about 0.1 m) so that equal places compare equal.

    Raises ValueError for numbers that are no place on the earth.
    """

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError(f"{self.lat}, {self.lon} is not a place on the earth")
        object.__setattr__(self, "lat", round(self.lat, 6))
        object.__setattr__(self, "lon", round(self.lon, 6))


Area = tuple[Location, ...]
"""A polygon, not closed by its first point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A box in degrees; it never crosses the antimeridian."""

    south: float
    west: float
    north: float
    east: float

    def contains(self, location: Location) -> bool:
        return self.south <= location.lat <= self.north and self.west <= location.lon <= self.east


def distance_m(a: Location, b: Location) -> float:
    """Great-circle distance in metres (haversine formula)."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat = math.sin((lat_b - lat_a) / 2)
    half_lon = math.sin(math.radians(b.lon - a.lon) / 2)
    chord = half_lat * half_lat + math.cos(lat_a) * math.cos(lat_b) * half_lon * half_lon
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


def is_simple(area: Area) -> bool:
    """Whether no two sides of the polygon cross or overlap."""
    sides = list(zip(area, (*area[1:], area[0]), strict=True))
    count = len(sides)
    return not any(
        _cross(*sides[first], *sides[second])
        for first in range(count)
        for second in range(first + 1, count)
        if second - first not in (1, count - 1)
    )


def _cross(a: Location, b: Location, c: Location, d: Location) -> bool:
    """Whether the line from a to b meets that from c to d."""
    ends = (_turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b))
    if 0.0 in ends:
        return any(
            turn == 0.0 and _spans(first, second, place)
            for turn, first, second, place in zip(
                ends, (a, a, c, c), (b, b, d, d), (c, d, a, b), strict=True
            )
        )
    return ends[0] * ends[1] < 0 and ends[2] * ends[3] < 0


def _turn(a: Location, b: Location, c: Location) -> float:
    """Above zero where the way from a by b to c turns left, zero where it goes straight on."""
    return (b.lon - a.lon) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lon - a.lon)


def _spans(a: Location, b: Location, place: Location) -> bool:
    """Whether the box around a and b holds a place."""
    return min(a.lat, b.lat) <= place.lat <= max(a.lat, b.lat) and (
        min(a.lon, b.lon) <= place.lon <= max(a.lon, b.lon)
    )
