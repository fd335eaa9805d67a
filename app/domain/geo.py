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
