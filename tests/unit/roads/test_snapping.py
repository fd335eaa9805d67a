"""Where a van stops in a town of eight by eight streets, with a low car park and a night ban."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.geo import Location, distance_m
from app.domain.travel import UNREACHABLE, Profile
from app.roads.network import RoadNetwork
from app.roads.progress import unheard
from app.roads.region_build import build_region
from tests.unit.roads.extracts import SmallExtract

_BLOCK = 0.002
CORNER = Location(lat=53.5, lon=13.2)
FAR_CORNER = Location(lat=53.514, lon=13.214)
CAR_PARK = Location(lat=53.5050, lon=13.2145)
"""On its aisle; the nearest street is some 30 m away."""
NIGHT_STREET = Location(lat=53.5, lon=13.207)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = SmallExtract()
    grid = [
        [made.node(CORNER.lat + row * _BLOCK, CORNER.lon + column * _BLOCK) for column in range(8)]
        for row in range(8)
    ]
    for number, row in enumerate(grid):
        if number:
            made.way(row, {"highway": "residential", "name": f"Row {number}"})
    for number, column in enumerate(zip(*grid, strict=True)):
        made.way(column, {"highway": "residential", "name": f"Column {number}"})
    ban = {"hgv:conditional": "no @ (22:00-06:00)"}
    made.way(grid[0], {"highway": "residential", "name": "Nachtgasse"} | ban)
    ramp, aisle = made.node(53.5046, 13.2144), made.node(53.5054, 13.2146)
    one_way = {"highway": "service", "oneway": "yes"}
    made.way([grid[2][7], ramp], one_way)
    made.way([ramp, aisle], one_way | {"service": "parking_aisle"})
    made.way([aisle, grid[3][7]], one_way | {"maxheight": "2.05"})
    made.house("Row 1", "1", 53.502, 13.201)
    file = made.write(tmp_path_factory.mktemp("town") / "town.osm.pbf")
    return build_region(file, "Town", file.parent, unheard).folder


@pytest.fixture
def town(folder: Path) -> Iterator[RoadNetwork]:
    with RoadNetwork(folder) as network:
        yield network


def test_a_car_may_stop_in_a_low_car_park(town: RoadNetwork) -> None:
    places = [CORNER, CAR_PARK]
    seconds, _ = town.matrix(places, places, Profile.CAR)
    assert (seconds != UNREACHABLE).all()
    (_, snapped) = town.snap(places, Profile.CAR)
    assert snapped is not None
    assert distance_m(snapped, CAR_PARK) < 10


@pytest.mark.parametrize("profile", [Profile.VAN, Profile.TRUCK])
def test_a_van_that_would_not_get_out_again_stops_at_the_street(
    town: RoadNetwork, profile: Profile
) -> None:
    places = [CORNER, CAR_PARK, FAR_CORNER]
    seconds, metres = town.matrix(places, places, profile)
    assert (seconds != UNREACHABLE).all()
    assert (metres != UNREACHABLE).all()
    (_, snapped, _) = town.snap(places, profile)
    assert snapped is not None
    assert 20 < distance_m(snapped, CAR_PARK) < 80


@pytest.mark.parametrize(
    ("sources", "targets"),
    [
        ([CAR_PARK], [CORNER, FAR_CORNER]),
        ([CORNER, FAR_CORNER], [CAR_PARK]),
        ([CAR_PARK], [CORNER]),
        ([CORNER], [CAR_PARK]),
    ],
)
def test_one_row_or_column_is_enough_to_see_it(
    town: RoadNetwork, sources: list[Location], targets: list[Location]
) -> None:
    seconds, _ = town.matrix(sources, targets, Profile.VAN)
    assert (seconds != UNREACHABLE).all()


def test_a_route_there_and_back_is_drawn_by_the_street(town: RoadNetwork) -> None:
    legs = town.legs([CORNER, CAR_PARK, CORNER], Profile.VAN)
    assert all(leg.shape for leg in legs)


def test_a_stop_inside_a_closure_is_not_moved_out_of_it(town: RoadNetwork) -> None:
    closed = tuple(
        Location(lat=53.506 + lat, lon=13.206 + lon)
        for lat, lon in ((-0.001, -0.001), (0.001, -0.001), (0.001, 0.001), (-0.001, 0.001))
    )
    shut = Location(lat=53.506, lon=13.206)
    places = [CORNER, shut, FAR_CORNER]
    before = town.snap(places, Profile.VAN)
    seconds, _ = town.matrix(places, places, Profile.VAN, avoid=[closed])
    assert (seconds[1, [0, 2]] == UNREACHABLE).all()
    assert town.snap(places, Profile.VAN) == before


@pytest.mark.parametrize("profile", Profile)
def test_a_street_that_is_shut_at_night_is_one(town: RoadNetwork, profile: Profile) -> None:
    (snapped,) = town.snap([NIGHT_STREET], profile)
    assert snapped is not None
    assert distance_m(snapped, NIGHT_STREET) < 10
