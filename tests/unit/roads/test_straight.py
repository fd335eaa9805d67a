from __future__ import annotations

from array import array

import pytest

from app.domain.geo import Location, distance_m
from app.domain.travel import Profile
from app.roads.straight import straight_lines

PLACES = [
    Location(lat=53.5661 + number / 97, lon=13.2632 - (number * number % 31) / 61)
    for number in range(40)
]


@pytest.mark.parametrize("profile", Profile)
def test_an_estimate_is_a_third_longer_than_the_line_between_two_places(profile: Profile) -> None:
    matrix = straight_lines(PLACES, profile)
    assert matrix.is_estimated
    for row, start in enumerate(PLACES):
        for column, end in enumerate(PLACES):
            metres = matrix.metres[row][column]
            assert metres == pytest.approx(1.35 * distance_m(start, end), abs=0.6)
            assert 8 <= metres / (matrix.seconds[row][column] or 1) <= 12 or metres < 100


def test_a_place_that_is_asked_twice_has_one_row() -> None:
    matrix = straight_lines([*PLACES, PLACES[3]], Profile.VAN)
    assert len(matrix.places) == len(matrix.seconds) == len(matrix.metres) == len(PLACES)
    assert straight_lines([], Profile.VAN).places == ()


def test_a_pair_takes_eight_bytes_and_no_more() -> None:
    matrix = straight_lines(PLACES, Profile.VAN)
    for row in (*matrix.seconds, *matrix.metres):
        assert isinstance(row, array)
        assert row.itemsize == 4
