"""Travel on the roads of the bundled sample."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.domain.errors import Cancelled, RegionError
from app.domain.geo import Location, distance_m
from app.domain.travel import UNREACHABLE, Profile
from app.roads.network import RoadNetwork
from app.roads.polyline import decode, encode

DEPOT = Location(lat=53.5661, lon=13.2632)
PLACES = (
    DEPOT,
    Location(lat=53.520696, lon=13.268631),
    Location(lat=53.498283, lon=13.318031),
    Location(lat=53.560747, lon=13.210112),
    Location(lat=53.546121, lon=13.164911),
    Location(lat=53.5213, lon=13.254809),
)
SEA = Location(lat=54.4, lon=12.0)
LAKE = Location(lat=53.515, lon=13.222)
"""In the middle of the Tollensesee, more than 300 m from any road."""


def test_a_place_snaps_to_a_road_nearby(network: RoadNetwork) -> None:
    for place, snapped in zip(PLACES, network.snap(PLACES, Profile.CAR), strict=True):
        assert snapped is not None
        assert distance_m(place, snapped) < 100


@pytest.mark.parametrize("profile", Profile)
def test_a_place_at_sea_is_off_the_network(network: RoadNetwork, profile: Profile) -> None:
    assert network.snap([SEA, LAKE], profile) == (None, None)


@pytest.mark.parametrize(("lat", "lon"), [(53.516086, 13.26566), (53.574187, 13.27415)])
def test_no_pair_is_missing_where_the_engine_s_own_matrix_gives_none(
    network: RoadNetwork, lat: float, lon: float
) -> None:
    places = [Location(lat=lat, lon=lon), *PLACES]
    seconds, metres = network.matrix(places, places, Profile.CAR)
    assert (seconds != UNREACHABLE).all()
    assert (metres != UNREACHABLE).all()


def test_a_van_too_heavy_for_the_nearest_street_snaps_to_the_next(network: RoadNetwork) -> None:
    # Brunner Straße is closed above 3 t; Stavener Straße is not
    place = Location(lat=53.567849, lon=13.280366)
    places = [place, DEPOT]
    for profile in Profile:
        seconds, _ = network.matrix(places, places, profile)
        assert (seconds >= 0).all(), profile


def test_unreachable_pairs_are_told_and_never_zero(network: RoadNetwork) -> None:
    seconds, metres = network.matrix([DEPOT, SEA], [PLACES[1], SEA], Profile.VAN)
    assert seconds[0, 0] > 0
    assert metres[0, 0] > 0
    for cell in ((0, 1), (1, 0), (1, 1)):
        assert seconds[cell] == metres[cell] == UNREACHABLE


def test_a_matrix_of_nowhere_is_all_unreachable(network: RoadNetwork) -> None:
    seconds, metres = network.matrix([SEA], [SEA, LAKE], Profile.CAR)
    assert seconds.tolist() == metres.tolist() == [[UNREACHABLE] * 2]


@pytest.mark.parametrize("profile", Profile)
def test_the_matrix_agrees_with_the_routes(network: RoadNetwork, profile: Profile) -> None:
    seconds, metres = network.matrix(PLACES, PLACES, profile)
    for i, start in enumerate(PLACES):
        for j, end in enumerate(PLACES):
            if i != j:
                (leg,) = network.legs([start, end], profile)
                assert seconds[i, j] == pytest.approx(leg.seconds, abs=10)
                assert metres[i, j] == pytest.approx(leg.metres, abs=150)


def test_a_column_is_what_it_is_in_the_whole_matrix(network: RoadNetwork) -> None:
    # with more sources than targets the engine would search backwards, minutes off
    seconds, metres = network.matrix(PLACES, PLACES, Profile.CAR)
    for column, place in enumerate(PLACES):
        alone = network.matrix(PLACES, [place], Profile.CAR)
        assert alone[0][:, 0].tolist() == seconds[:, column].tolist()
        assert alone[1][:, 0].tolist() == metres[:, column].tolist()


def test_profiles_drive_differently(network: RoadNetwork) -> None:
    far = [Location(lat=53.46, lon=13.13), Location(lat=53.60, lon=13.38)]
    by_profile = {p: int(network.matrix(far, far, p)[0][0, 1]) for p in Profile}
    assert by_profile[Profile.TRUCK] > by_profile[Profile.CAR] > 0
    assert by_profile[Profile.VAN] >= by_profile[Profile.CAR]


def test_progress_reaches_the_end_and_never_goes_back(network: RoadNetwork) -> None:
    told: list[float] = []
    places = [Location(lat=53.52 + step / 1000, lon=13.25) for step in range(60)]
    network.matrix(places, places, Profile.CAR, report=told.append)
    assert told == sorted(told)
    assert len(told) > 1
    assert told[-1] == 1.0


def test_a_matrix_can_be_cancelled_midway(network: RoadNetwork) -> None:
    told: list[float] = []
    places = [Location(lat=53.52 + step / 1000, lon=13.25) for step in range(90)]
    with pytest.raises(Cancelled):
        network.matrix(places, places, Profile.CAR, lambda: bool(told), told.append)
    assert told[-1] < 1


def test_legs_follow_the_streets_from_stop_to_stop(network: RoadNetwork) -> None:
    legs = network.legs(PLACES, Profile.VAN)
    assert len(legs) == len(PLACES) - 1
    for leg, start, end in zip(legs, PLACES, PLACES[1:], strict=False):
        assert distance_m(leg.shape[0], start) < 100
        assert distance_m(leg.shape[-1], end) < 100
        assert leg.metres >= distance_m(start, end) * 0.9


def test_an_unreachable_stop_costs_only_its_own_legs(network: RoadNetwork) -> None:
    legs = network.legs([DEPOT, PLACES[1], SEA, PLACES[2], PLACES[3]], Profile.VAN)
    assert [leg.seconds == UNREACHABLE for leg in legs] == [False, True, True, False]
    assert [bool(leg.shape) for leg in legs] == [True, False, False, True]


def test_a_route_of_many_stops_has_all_its_legs(network: RoadNetwork) -> None:
    stops = [PLACES[number % len(PLACES)] for number in range(150)]
    legs = network.legs(stops, Profile.CAR)
    assert len(legs) == 149
    assert legs[0].metres == legs[6].metres == legs[144].metres


def test_the_same_place_twice_is_a_leg_of_nothing(network: RoadNetwork) -> None:
    (leg,) = network.legs([DEPOT, DEPOT], Profile.CAR)
    assert (leg.seconds, leg.metres) == (0, 0)


def test_fewer_than_two_stops_have_no_legs(network: RoadNetwork) -> None:
    assert network.legs([], Profile.CAR) == network.legs([DEPOT], Profile.CAR) == ()


def test_many_threads_may_ask_at_once(network: RoadNetwork) -> None:
    expected = network.legs(PLACES, Profile.CAR)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: network.legs(PLACES, Profile.CAR), range(24)))
    assert all(answer == expected for answer in answers)


def test_a_way_does_not_wait_for_a_matrix_under_way(network: RoadNetwork) -> None:
    places = [
        Location(lat=53.52 + row / 800, lon=13.23 + column / 400)
        for row in range(30)
        for column in range(30)
    ]
    has_begun, is_over = threading.Event(), threading.Event()
    done: list[float] = []

    def told(fraction: float) -> None:
        done.append(fraction)
        has_begun.set()

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(network.matrix, places, places, Profile.VAN, is_over.is_set, told)
        assert has_begun.wait(60)
        network.legs(PLACES, Profile.VAN)
        share = done[-1]
        is_over.set()
        with pytest.raises(Cancelled):
            asked.result()
    assert share < 0.8


def test_a_region_without_roads_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegionError, match="has no roads"):
        RoadNetwork(tmp_path)


def test_the_times_are_those_measured_for_the_sample_orders(
    shared_data: Path, network: RoadNetwork
) -> None:
    file = shared_data / "orders" / "orders-120.matrix.json"
    if not file.is_file():
        pytest.skip(f"needs {file.name}")
    known = json.loads(file.read_text())
    places = [Location(**place) for place in known["locations"]]
    seconds, _ = network.matrix(places, places, Profile.CAR)
    differences = [
        abs(int(seconds[i, j]) - known["duration_s"][i][j])
        for i in range(len(places))
        for j in range(len(places))
    ]
    assert sum(difference <= 5 for difference in differences) >= 0.99 * len(differences)


def test_an_encoded_line_is_decoded_to_the_millionth_of_a_degree() -> None:
    # the engine's own words for an edge at 53.557899, 13.261836 and the start of its neighbour
    assert decode("ug|ceBw_mhX??mGH") == (
        Location(lat=53.557899, lon=13.261836),
        Location(lat=53.557899, lon=13.261836),
        Location(lat=53.558034, lon=13.261831),
    )
    assert decode("") == ()


def test_a_line_is_encoded_with_five_decimals_as_other_programs_read_it() -> None:
    # The example of the format's own description.
    points = [(38.5, -120.2), (40.7, -120.95), (43.252, -126.453)]
    line = encode(Location(lat=lat, lon=lon) for lat, lon in points)
    assert line == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"
    assert encode([]) == ""
