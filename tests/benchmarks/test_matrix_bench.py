"""Road times: 500 × 500 from nothing, one order more, and how the cost grows."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from app.domain.geo import Location
from app.domain.travel import Profile
from app.roads.matrix_cache import MatrixCache
from app.roads.network import RoadNetwork
from app.roads.region import Region


@pytest.fixture(scope="module")
def places(shared_data: Path) -> list[Location]:
    truth = shared_data / "orders" / "neubrandenburg-5000.truth.csv"
    with truth.open(encoding="utf-8") as file:
        found = (
            Location(lat=float(row["lat"]), lon=float(row["lon"])) for row in csv.DictReader(file)
        )
        return list(dict.fromkeys(found))


@pytest.fixture
def folder(region: Region, tmp_path: Path) -> Path:
    """A copy of the region whose matrix cache is empty."""
    return shutil.copytree(
        region.folder, tmp_path / "region", ignore=shutil.ignore_patterns("matrix*")
    )


@pytest.mark.parametrize("size", [125, 250, 500, 1_000])
def test_matrix_from_nothing(
    benchmark: BenchmarkFixture, folder: Path, places: list[Location], size: int
) -> None:
    with RoadNetwork(folder) as network:

        def ask() -> int:
            (folder / "matrix.sqlite").unlink(missing_ok=True)
            cache = MatrixCache(folder, network)
            return len(cache.matrix(places[:size], Profile.VAN).places)

        assert benchmark.pedantic(ask, rounds=2) == size


def test_one_order_more_on_a_day_of_500(
    benchmark: BenchmarkFixture, folder: Path, places: list[Location]
) -> None:
    with RoadNetwork(folder) as network:
        cache = MatrixCache(folder, network)
        cache.matrix(places[:500], Profile.VAN)
        more = iter(range(501, 600))
        matrix = benchmark.pedantic(
            lambda: cache.matrix(places[: next(more)], Profile.VAN), rounds=3
        )
        assert len(matrix.places) == 503


def test_a_known_matrix_of_500(
    benchmark: BenchmarkFixture, folder: Path, places: list[Location]
) -> None:
    with RoadNetwork(folder) as network:
        MatrixCache(folder, network).matrix(places[:500], Profile.VAN)

        def ask() -> int:
            return len(MatrixCache(folder, network).known(places[:500], Profile.VAN).places)

        assert benchmark.pedantic(ask, rounds=5) == 500
