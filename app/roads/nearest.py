"""Find what is nearest among many points, by a grid."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator

_M_PER_DEGREE = 111_195.0
_CELL_M = 250.0
"""Fit for houses; what is rarer is found faster in larger cells."""


class Nearest[Item]:
    """Points of one region with something at each, found by distance in metres."""

    def __init__(
        self, items: Iterable[tuple[tuple[float, float], Item]], cell_m: float = _CELL_M
    ) -> None:
        self._cell_m = cell_m
        entries = list(items)
        middle = entries[len(entries) // 2][0][0] if entries else 0.0
        self._lon_m = _M_PER_DEGREE * max(0.01, math.cos(math.radians(middle)))
        self._cells: dict[tuple[int, int], list[tuple[float, float, Item]]] = defaultdict(list)
        for point, item in entries:
            x, y = self._metres(point)
            self._cells[int(x // cell_m), int(y // cell_m)].append((x, y, item))

    def within(
        self, point: tuple[float, float], radius_m: float, count: int = 1
    ) -> list[tuple[float, Item]]:
        """Up to `count` items, each with its distance, the nearest first."""
        x, y = self._metres(point)
        found: list[tuple[float, Item]] = []
        for ring in range(math.ceil(radius_m / self._cell_m) + 1):
            # what is in this ring or beyond is at least so far away
            enough = (ring - 1) * self._cell_m
            if len(found) >= count and sorted(d for d, _ in found)[count - 1] <= enough:
                break
            for cell in _ring(int(x // self._cell_m), int(y // self._cell_m), ring):
                for other_x, other_y, item in self._cells.get(cell, ()):
                    distance = math.hypot(other_x - x, other_y - y)
                    if distance <= radius_m:
                        found.append((distance, item))
        found.sort(key=lambda pair: pair[0])
        return found[:count]

    def _metres(self, point: tuple[float, float]) -> tuple[float, float]:
        lat, lon = point
        return lon * self._lon_m, lat * _M_PER_DEGREE


def _ring(column: int, row: int, ring: int) -> Iterator[tuple[int, int]]:
    """The cells around one at this distance in cells."""
    if ring == 0:
        yield column, row
        return
    for step in range(-ring, ring + 1):
        yield column + step, row - ring
        yield column + step, row + ring
    for step in range(-ring + 1, ring):
        yield column - ring, row + step
        yield column + ring, row + step


def flat_distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The distance of two points of one town, quick and near enough."""
    lon_m = _M_PER_DEGREE * math.cos(math.radians((a[0] + b[0]) / 2))
    return math.hypot((a[1] - b[1]) * lon_m, (a[0] - b[0]) * _M_PER_DEGREE)
