"""Address index and roads of the sample's region."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.roads.addresses import AddressIndex
from app.roads.network import RoadNetwork
from app.roads.region import Region


@pytest.fixture(scope="session")
def extract(sample: Path) -> Path:
    return sample / "neubrandenburg.osm.pbf"


@pytest.fixture(scope="session")
def index(region: Region) -> Iterator[AddressIndex]:
    with AddressIndex(region.folder) as index:
        yield index


@pytest.fixture
def network(region: Region) -> Iterator[RoadNetwork]:
    with RoadNetwork(region.folder) as network:
        yield network
