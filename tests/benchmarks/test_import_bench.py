"""Orders in: a file of 5,000 rows with geocoding, and the look-ups alone."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from app.config import Settings
from app.domain.addresses import Address
from app.roads.addresses import AddressIndex
from app.roads.region import Region
from app.services.imports import ImportOptions
from app.services.workspace import Workspace, open_workspace

ROWS = 5_000


@pytest.fixture
def fresh(tmp_path: Path, regions_root: Path) -> Callable[[], Workspace]:
    """A new workspace on an empty database each time it is called."""
    made: list[Workspace] = []

    def make() -> Workspace:
        data = tmp_path / str(len(made))
        data.mkdir()
        (data / "regions").symlink_to(regions_root)
        made.append(open_workspace(Settings(data=data, region="Sample")))
        return made[-1]

    return make


def test_import_of_5000_rows_with_geocoding(
    benchmark: BenchmarkFixture, fresh: Callable[[], Workspace], orders_file: Path
) -> None:
    def run(work: Workspace) -> int:
        with work:
            return work.imports.run(orders_file, ImportOptions()).added

    added = benchmark.pedantic(run, setup=lambda: ((fresh(),), {}), rounds=3)
    assert added == ROWS


def test_the_same_5000_rows_again(
    benchmark: BenchmarkFixture, fresh: Callable[[], Workspace], orders_file: Path
) -> None:
    with fresh() as work:
        work.imports.run(orders_file, ImportOptions())
        report = benchmark.pedantic(work.imports.run, args=(orders_file, ImportOptions()), rounds=3)
    assert report.unchanged == ROWS


def test_5000_address_look_ups(
    benchmark: BenchmarkFixture, region: Region, orders_file: Path
) -> None:
    with orders_file.open(encoding="utf-8") as file:
        addresses = [
            Address(street=row["address"], postcode=row["postcode"], city=row["city"])
            for row in csv.DictReader(file)
        ]

    def look_up() -> int:
        with AddressIndex(region.folder) as index:
            return sum(bool(found) for found in index.lookup_many(addresses))

    assert benchmark.pedantic(look_up, rounds=3) == ROWS
