"""Encoded lines: differences in units of a part of a degree, five bits to a character."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.domain.geo import Location

_UNITS_PER_DEGREE = 1_000_000
"""Valhalla's."""
_COARSE_UNITS_PER_DEGREE = 100_000
"""OSRM's, which most programs read."""


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


def encode(points: Iterable[Location]) -> str:
    """The line with five decimals of a degree."""
    return "".join(_steps(points))


def _steps(points: Iterable[Location]) -> Iterator[str]:
    before = (0, 0)
    for point in points:
        here = _coarse(point.lat), _coarse(point.lon)
        for degree, last in zip(here, before, strict=True):
            value = (degree - last) << 1
            rest = ~value if value < 0 else value
            while rest >= 0x20:
                yield chr((0x20 | rest & 0x1F) + 63)
                rest >>= 5
            yield chr(rest + 63)
        before = here


def _coarse(degrees: float) -> int:
    return round(degrees * _COARSE_UNITS_PER_DEGREE)


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
