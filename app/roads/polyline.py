"""Valhalla's encoded lines: differences in units of 1e-6 degrees, five bits to a character."""

from __future__ import annotations

from app.domain.geo import Location

_UNITS_PER_DEGREE = 1_000_000


def decode(text: str) -> tuple[Location, ...]:
    """The points of an encoded line."""
    numbers = _numbers(text)
    lat = lon = 0
    points = []
    for lat_step, lon_step in zip(numbers[::2], numbers[1::2], strict=True):
        lat += lat_step
        lon += lon_step
        points.append(Location(lat=lat / _UNITS_PER_DEGREE, lon=lon / _UNITS_PER_DEGREE))
    return tuple(points)


def _numbers(text: str) -> list[int]:
    numbers = []
    value = shift = 0
    for code in text.encode("ascii"):
        bits = code - 63
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits < 0x20:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    return numbers
