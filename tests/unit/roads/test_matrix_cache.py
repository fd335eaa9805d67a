"""What the cache remembers, when it asks, and that its file survives everything."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import Cancelled
from app.domain.geo import Location
from app.domain.travel import UNREACHABLE, Profile, TravelMatrix
from app.roads.matrix_cache import MatrixCache
from app.roads.matrix_store import CACHE_FILE, IntMatrix
from app.roads.network import RoadNetwork
from app.roads.progress import IsCancelled, ReportFraction, never, unheard


def place(number: int) -> Location:
    return Location(lat=number / 1000, lon=1)


class OneRoad:
    """All places lie on one road to the north; the way back takes a second longer.

    It stands for a network whose answers can be foretold, and counts what it is asked.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def matrix(
        self,
        sources: Sequence[Location],
        targets: Sequence[Location],
        _profile: Profile,
        cancelled: IsCancelled = never,
        report: ReportFraction = unheard,
    ) -> tuple[IntMatrix, IntMatrix]:
        if cancelled():
            raise Cancelled("stopped")
        self.asked.append((len(sources), len(targets)))
        report(1.0)
        metres = np.array([[self.metres(a, b) for b in targets] for a in sources], dtype=np.int32)
        back = np.array([[a.lat > b.lat for b in targets] for a in sources])
        return metres + back.astype(np.int32), metres

    @staticmethod
    def metres(a: Location, b: Location) -> int:
        return round(abs(a.lat - b.lat) * 1000)


def is_right(matrix: TravelMatrix) -> bool:
    return all(
        matrix.metres[i][j] == OneRoad.metres(a, b)
        and matrix.seconds[i][j] == OneRoad.metres(a, b) + (a.lat > b.lat)
        for i, a in enumerate(matrix.places)
        for j, b in enumerate(matrix.places)
    )


@pytest.fixture
def road() -> OneRoad:
    return OneRoad()


@pytest.fixture
def cache(tmp_path: Path, road: OneRoad) -> MatrixCache:
    return MatrixCache(tmp_path, road)


def places(*numbers: int) -> list[Location]:
    return [place(number) for number in numbers]


def test_a_matrix_has_each_place_once_in_the_order_asked(cache: MatrixCache) -> None:
    matrix = cache.matrix(places(3, 1, 3, 2), Profile.VAN)
    assert matrix.places == tuple(places(3, 1, 2))
    assert is_right(matrix)
    assert not matrix.is_estimated


def test_nothing_is_asked_twice(cache: MatrixCache, road: OneRoad) -> None:
    cache.matrix(places(*range(20)), Profile.VAN)
    road.asked.clear()
    assert is_right(cache.matrix(places(*range(5, 15)), Profile.VAN))
    assert road.asked == []


def test_one_new_place_costs_one_row_and_one_column(cache: MatrixCache, road: OneRoad) -> None:
    cache.matrix(places(*range(20)), Profile.VAN)
    road.asked.clear()
    assert is_right(cache.matrix(places(*range(21)), Profile.VAN))
    assert road.asked == [(1, 21), (20, 1)]


def test_places_of_other_days_cost_nothing(cache: MatrixCache, road: OneRoad) -> None:
    cache.matrix(places(*range(50)), Profile.VAN)
    road.asked.clear()
    assert is_right(cache.matrix(places(1, 2, 60), Profile.VAN))
    assert road.asked == [(1, 3), (2, 1)]


def test_profiles_are_kept_apart(cache: MatrixCache, road: OneRoad) -> None:
    cache.matrix(places(1, 2), Profile.VAN)
    cache.matrix(places(1, 2), Profile.TRUCK)
    assert len(road.asked) == 2


def test_another_cache_on_the_file_knows_it_all(
    tmp_path: Path, cache: MatrixCache, road: OneRoad
) -> None:
    cache.matrix(places(*range(10)), Profile.VAN)
    cache.matrix(places(1, 2, 30, 40), Profile.VAN)
    road.asked.clear()
    later = MatrixCache(tmp_path, road)
    assert is_right(later.matrix(places(1, 30, 2, 40), Profile.VAN))
    assert is_right(later.matrix(places(*range(10)), Profile.VAN))
    assert road.asked == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=8), min_size=1, max_size=8))
def test_any_order_of_requests_gives_true_matrices(
    tmp_path_factory: pytest.TempPathFactory, requests: list[list[int]]
) -> None:
    folder = tmp_path_factory.mktemp("cache")
    road = OneRoad()
    one, other = MatrixCache(folder, road, 9), MatrixCache(folder, road, 9)
    for number, request in enumerate(requests):
        cache = one if number % 2 else other
        assert is_right(cache.matrix(places(*request), Profile.VAN))
    assert is_right(MatrixCache(folder, road).matrix(places(*range(13)), Profile.VAN))


def test_the_least_recently_used_places_are_forgotten_first(tmp_path: Path, road: OneRoad) -> None:
    cache = MatrixCache(tmp_path, road, max_places=4)
    cache.matrix(places(1, 2, 3, 4), Profile.VAN)
    cache.matrix(places(1, 2), Profile.VAN)
    cache.matrix(places(1, 5), Profile.VAN)
    assert len(cache.known(places(*range(9)), Profile.VAN).places) <= 4
    road.asked.clear()
    cache.matrix(places(1, 2), Profile.VAN)
    cache.matrix(places(1, 5), Profile.VAN)
    assert road.asked == []


def test_more_places_than_are_kept_still_get_their_matrix(tmp_path: Path, road: OneRoad) -> None:
    cache = MatrixCache(tmp_path, road, max_places=4)
    assert is_right(cache.matrix(places(*range(10)), Profile.VAN))
    assert is_right(MatrixCache(tmp_path, road).matrix(places(*range(4)), Profile.VAN))


def test_a_cancelled_request_keeps_nothing(cache: MatrixCache) -> None:
    cache.matrix(places(1, 2), Profile.VAN)
    with pytest.raises(Cancelled):
        cache.matrix(places(1, 2, 3), Profile.VAN, cancelled=lambda: True)
    assert cache.known(places(1, 2, 3), Profile.VAN).places == tuple(places(1, 2))
    assert is_right(cache.matrix(places(1, 2, 3), Profile.VAN))


def test_what_is_known_is_given_without_asking(cache: MatrixCache, road: OneRoad) -> None:
    assert cache.known(places(1, 2), Profile.VAN).places == ()
    cache.matrix(places(1, 2, 3), Profile.VAN)
    cache.matrix(places(3, 4), Profile.VAN)
    road.asked.clear()
    known = cache.known(places(4, 3, 2, 1, 9), Profile.VAN)
    assert set(known.places) == set(places(1, 2, 3))
    assert is_right(known)
    assert road.asked == []


def test_progress_reaches_the_end(cache: MatrixCache) -> None:
    told: list[float] = []
    cache.matrix(places(*range(5)), Profile.VAN, told.append)
    cache.matrix(places(*range(6)), Profile.VAN, told.append)
    assert told[-1] == 1.0
    assert max(told) == 1.0


@pytest.mark.parametrize("spoil", ["garbage", "cut", "empty"])
def test_a_damaged_file_is_made_anew(
    tmp_path: Path, cache: MatrixCache, road: OneRoad, spoil: str
) -> None:
    cache.matrix(places(*range(200)), Profile.VAN)
    file = tmp_path / CACHE_FILE
    whole = file.read_bytes()
    spoilt = {"garbage": b"x" * len(whole), "cut": whole[: len(whole) // 2], "empty": b""}
    file.write_bytes(spoilt[spoil])
    later = MatrixCache(tmp_path, road)
    assert is_right(later.matrix(places(*range(20)), Profile.VAN))
    road.asked.clear()
    assert is_right(MatrixCache(tmp_path, road).matrix(places(*range(20)), Profile.VAN))
    assert road.asked == []


def test_a_strip_of_the_wrong_length_is_not_believed(
    tmp_path: Path, cache: MatrixCache, road: OneRoad
) -> None:
    cache.matrix(places(1, 2, 3), Profile.VAN)
    with sqlite3.connect(tmp_path / CACHE_FILE) as connection:
        connection.execute("UPDATE strip SET seconds = x'00000000' WHERE number = 2")
    connection.close()
    assert is_right(MatrixCache(tmp_path, road).matrix(places(1, 2, 3), Profile.VAN))


def test_two_caches_that_grow_the_file_at_once_leave_it_true(tmp_path: Path, road: OneRoad) -> None:
    def grow(first: int) -> None:
        cache = MatrixCache(tmp_path, road)
        for last in range(first + 2, first + 12):
            assert is_right(cache.matrix(places(*range(first, last)), Profile.VAN))

    threads = [threading.Thread(target=grow, args=(first,)) for first in (0, 6, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    later = MatrixCache(tmp_path, road)
    assert is_right(later.matrix(places(*range(20), *range(100, 112)), Profile.VAN))


def test_a_folder_that_cannot_be_written_costs_only_memory(tmp_path: Path, road: OneRoad) -> None:
    cache = MatrixCache(tmp_path / "gone", road)
    assert is_right(cache.matrix(places(1, 2, 3), Profile.VAN))
    road.asked.clear()
    assert is_right(cache.matrix(places(1, 2, 3), Profile.VAN))
    assert road.asked == []
    (tmp_path / "gone").mkdir()
    assert is_right(cache.matrix(places(1, 2, 3, 4), Profile.VAN))


def test_real_roads_stay_unreachable_where_they_are(network: RoadNetwork, tmp_path: Path) -> None:
    sea, town = Location(lat=54.4, lon=12.0), Location(lat=53.5579, lon=13.2619)
    cache = MatrixCache(tmp_path, network)
    cache.matrix([sea, town], Profile.CAR)
    matrix = MatrixCache(tmp_path, network).known([town, sea], Profile.CAR)
    assert matrix.places == (town, sea)
    assert [list(row) for row in matrix.seconds] == [[0, UNREACHABLE], [UNREACHABLE] * 2]
