from __future__ import annotations

import pytest

from app.domain.geo import Location, is_simple


def area(*corners: tuple[float, float]) -> tuple[Location, ...]:
    return tuple(Location(lat=lat, lon=lon) for lat, lon in corners)


@pytest.mark.parametrize(
    "corners",
    [
        ((0, 0), (0, 1), (1, 0)),
        ((0, 0), (0, 2), (2, 2), (1, 1), (2, 0)),
        ((0, 0), (0, 3), (1, 3), (1, 1), (2, 1), (2, 3), (3, 3), (3, 0)),
    ],
)
def test_an_area_whose_sides_only_meet_at_corners_is_simple(
    corners: tuple[tuple[float, float], ...],
) -> None:
    assert is_simple(area(*corners))


@pytest.mark.parametrize(
    "corners",
    [
        ((0, 0), (1, 1), (1, 0), (0, 1)),
        ((0, 0), (0, 2), (2, 2), (0, 1), (2, 0)),
    ],
)
def test_sides_that_cross_or_touch_are_found(corners: tuple[tuple[float, float], ...]) -> None:
    assert not is_simple(area(*corners))
