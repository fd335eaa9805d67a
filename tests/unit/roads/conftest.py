"""One region of the bundled sample, built once for all tests of the road room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.roads.addresses import AddressIndex
from app.roads.network import RoadNetwork
from app.roads.region import Region
from app.roads.region_build import build_region

PROJECT = Path(__file__).parents[3]
SAMPLE = PROJECT / "resources" / "sample" / "neubrandenburg.osm.pbf"


@pytest.fixture(scope="session")
def sample() -> Path:
    return SAMPLE


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data that is too large to be bundled."""
    folder = PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here")
    return folder


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    return build_region(SAMPLE, "Sample", tmp_path_factory.mktemp("regions"), lambda _: None)


@pytest.fixture(scope="session")
def index(region: Region) -> Iterator[AddressIndex]:
    with AddressIndex(region.folder) as index:
        yield index


@pytest.fixture(scope="session")
def network(region: Region) -> Iterator[RoadNetwork]:
    with RoadNetwork(region.folder) as network:
        yield network
