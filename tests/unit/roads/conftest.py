"""One region of the bundled sample, built once for all tests of the road room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.roads.addresses import AddressIndex
from app.roads.network import RoadNetwork
from app.roads.region import Region
from app.roads.region_build import build_region


@pytest.fixture(scope="session")
def extract(sample: Path) -> Path:
    return sample / "neubrandenburg.osm.pbf"


@pytest.fixture(scope="session")
def region(extract: Path, tmp_path_factory: pytest.TempPathFactory) -> Region:
    return build_region(extract, "Sample", tmp_path_factory.mktemp("regions"), lambda _: None)


@pytest.fixture(scope="session")
def index(region: Region) -> Iterator[AddressIndex]:
    with AddressIndex(region.folder) as index:
        yield index


@pytest.fixture
def network(region: Region) -> Iterator[RoadNetwork]:
    with RoadNetwork(region.folder) as network:
        yield network
