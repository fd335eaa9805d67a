"""Closed and slow areas on the roads of the bundled sample."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.geo import Area, Location
from app.domain.travel import UNREACHABLE, Profile, TravelMatrix
from app.roads.conditions import KEPT_DETOURS, Detours, is_inside, slowed
from app.roads.network import RoadNetwork

NORTH = Location(lat=53.5661, lon=13.2632)
SOUTH = Location(lat=53.520696, lon=13.268631)
EAST = Location(lat=53.560747, lon=13.30)
WEST = Location(lat=53.560747, lon=13.240112)
PLACES = (NORTH, SOUTH, EAST, WEST)


def box(south: float, west: float, north: float, east: float) -> Area:
    return (
        Location(lat=south, lon=west),
        Location(lat=south, lon=east),
        Location(lat=north, lon=east),
        Location(lat=north, lon=west),
    )


CENTRE = box(53.5525, 13.252, 53.5625, 13.27)
"""The old town, through which the way from north to south leads."""


@pytest.fixture
def detours(network: RoadNetwork, tmp_path: Path) -> Detours:
    return Detours(tmp_path, network)


def test_no_way_leads_through_a_closed_area(network: RoadNetwork) -> None:
    (free,) = network.legs([NORTH, SOUTH], Profile.VAN)
    (round_it,) = network.legs([NORTH, SOUTH], Profile.VAN, avoid=[CENTRE])
    assert any(is_inside(point, CENTRE) for point in free.shape)
    assert not any(is_inside(point, CENTRE) for point in round_it.shape)
    assert round_it.seconds > free.seconds


def test_the_matrix_of_a_closed_area_is_what_its_routes_take(
    network: RoadNetwork, detours: Detours
) -> None:
    matrix = detours.matrix(PLACES, Profile.VAN, [CENTRE])
    (leg,) = network.legs([NORTH, SOUTH], Profile.VAN, avoid=[CENTRE])
    assert matrix.seconds[0][1] == pytest.approx(leg.seconds, rel=0.1)


def test_a_place_in_a_closed_area_is_out_of_reach_and_the_others_are_not(
    detours: Detours,
) -> None:
    inside = Location(lat=53.5575, lon=13.2605)
    matrix = detours.matrix([NORTH, inside, EAST], Profile.VAN, [CENTRE])
    assert matrix.seconds[0][1] == UNREACHABLE
    assert matrix.seconds[0][2] > 0


def test_closing_other_areas_is_another_matrix(network: RoadNetwork, detours: Detours) -> None:
    closed = detours.matrix(PLACES, Profile.VAN, [CENTRE])
    far = detours.matrix(PLACES, Profile.VAN, [box(53.60, 13.40, 53.61, 13.41)])
    free, _ = network.matrix(PLACES, PLACES, Profile.VAN)
    assert [list(row) for row in far.seconds] == free.tolist()
    assert closed.seconds[0][1] > far.seconds[0][1]


def test_detours_used_long_ago_leave_the_region_s_folder(detours: Detours, tmp_path: Path) -> None:
    for number in range(KEPT_DETOURS + 3):
        detours.known(PLACES, Profile.VAN, [box(50 + number, 13, 50.5 + number, 14)])
    assert len(list(tmp_path.glob("detour-*.sqlite"))) <= KEPT_DETOURS


@pytest.mark.parametrize("factor", [1.0, 1.5, 3.0, 50.0])
def test_a_slow_area_is_never_faster_than_free_nor_slower_than_the_way_around(
    detours: Detours, factor: float
) -> None:
    free = detours.matrix(PLACES, Profile.VAN, [box(50, 13, 50.1, 13.1)])
    around = detours.matrix(PLACES, Profile.VAN, [CENTRE])
    slow = slowed(free, around, CENTRE, factor)
    fast_s, slow_s, around_s = (
        np.array([list(r) for r in m.seconds]) for m in (free, slow, around)
    )
    assert (slow_s >= fast_s).all()
    assert (slow_s <= np.maximum(around_s, fast_s)).all()
    untouched = fast_s == around_s
    assert (slow_s[untouched] == fast_s[untouched]).all()
    if factor == 1.5:
        assert slow_s[0][1] > fast_s[0][1]
    if factor == 50.0:
        assert slow_s[0][1] == around_s[0][1]


def test_a_slow_area_with_no_way_around_is_driven_through() -> None:
    places = (Location(lat=0.0, lon=0.0), Location(lat=0.0, lon=1.0))
    through = TravelMatrix(places=places, seconds=((0, 100), (100, 0)), metres=((0, 9), (9, 0)))
    shut = ((0, UNREACHABLE), (UNREACHABLE, 0))
    around = TravelMatrix(places=places, seconds=shut, metres=shut)
    slow = slowed(through, around, box(-1, -1, 1, 2), 2.0)
    assert [list(row) for row in slow.seconds] == [[0, 200], [200, 0]]


@given(lat=st.floats(-2, 2), lon=st.floats(-2, 2))
def test_inside_a_square_is_between_its_sides(lat: float, lon: float) -> None:
    is_in = -1 < lat < 1 and -1 < lon < 1
    if abs(lat) != 1 and abs(lon) != 1:
        assert is_inside(Location(lat=lat, lon=lon), box(-1, -1, 1, 1)) is is_in


def test_a_slow_area_where_no_place_is_known_yet_slows_nothing() -> None:
    nothing = TravelMatrix(places=(), seconds=(), metres=())
    area = tuple(
        Location(lat=lat, lon=lon) for lat, lon in ((53.5, 13.2), (53.6, 13.2), (53.5, 13.3))
    )
    assert slowed(nothing, nothing, area, 1.5).places == ()
