"""Fleet files: depots, vehicles, drivers and shifts from one table or a workbook."""

from __future__ import annotations

from pathlib import Path

from app.documents.fleet_file import read_fleet


def test_the_sample_fleet_is_taken_whole(sample: Path) -> None:
    fleet = read_fleet(sample / "fleet.csv")
    assert fleet.problems == ()
    assert [depot.time_zone for depot in fleet.depots] == ["Europe/Berlin"]
    assert len(fleet.vehicles) == len(fleet.drivers) == len(fleet.shifts) == 7
