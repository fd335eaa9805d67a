from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.config import Settings
from app.domain.edits import ChangeFleet
from app.domain.errors import ImportErrors, NotFoundError
from app.domain.fleet import USUAL_COSTS, Costs
from app.domain.slots import slots_text
from app.domain.times import local
from app.services.workspace import Workspace
from app.storage.database import Database
from tests.databases import NOW
from tests.factories import DAY, make_driver, make_vehicle

MONDAY = date(2024, 3, 4)


@pytest.fixture
def work(database: Database, settings: Settings) -> Iterator[Workspace]:
    with Workspace(settings, database, lambda: NOW) as work:
        yield work


def test_the_sample_fleet_is_taken_and_a_second_time_changes_nothing(
    work: Workspace, sample: Path
) -> None:
    first = work.fleet.import_file(sample / "fleet.csv", DAY)
    assert first.shifts == len(work.fleet.shifts(DAY)) > 0
    assert first.template in work.fleet.templates()
    again = work.fleet.import_file(sample / "fleet.csv", DAY)
    assert (again.added, again.updated, again.shifts) == (0, 0, 0)
    assert again.unchanged == first.added
    assert len(work.fleet.shifts(DAY)) == first.shifts


def test_a_template_fills_a_week_by_the_clocks_of_each_day(work: Workspace, sample: Path) -> None:
    name = work.fleet.import_file(sample / "fleet.csv").template
    week = date(2024, 3, 25)  # summer time begins on its Sunday
    work.dispatch.apply(work.fleet.from_template(name, week, days=14))
    starts = {
        (shift.driver.name, local(shift.window.start, shift.depot.zone).time())
        for shift in work.fleet.shifts(week, week + timedelta(days=13))
    }
    drivers = {driver for driver, _ in starts}
    assert len(starts) == len(drivers)


def test_a_copied_week_is_not_copied_twice(work: Workspace, sample: Path) -> None:
    work.fleet.import_file(sample / "fleet.csv", DAY)
    next_week = MONDAY + timedelta(days=7)
    work.dispatch.apply(work.fleet.copy_week(MONDAY, next_week))
    assert len(work.fleet.shifts(DAY + timedelta(days=7))) == len(work.fleet.shifts(DAY))
    assert work.fleet.copy_week(MONDAY, next_week).put == ()


def test_a_week_kept_as_a_template_comes_back_as_it_was(work: Workspace, sample: Path) -> None:
    work.fleet.import_file(sample / "fleet.csv", DAY)
    template = work.fleet.template_of(MONDAY, "Winter")
    work.dispatch.apply(template)
    later = MONDAY + timedelta(days=21)
    work.dispatch.apply(work.fleet.from_template("Winter", later))
    shifts = work.fleet.shifts(later, later + timedelta(days=6))
    assert len(shifts) == len(template.shifts or ())
    original = {(s.driver.id, s.rest.length if s.rest else None) for s in work.fleet.shifts(DAY)}
    assert {(s.driver.id, s.rest.length if s.rest else None) for s in shifts} == original


def test_an_unknown_template_is_named(work: Workspace) -> None:
    with pytest.raises(NotFoundError, match="called Autumn"):
        work.fleet.from_template("Autumn", MONDAY)


def test_a_fleet_file_with_a_wrong_row_is_refused_whole(work: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "fleet.csv"
    file.write_text("type,name,weight_kg\nvehicle,Van 1,600\nvehicle,Van 2,-5\n")
    with pytest.raises(ImportErrors) as refused:
        work.fleet.import_file(file)
    assert any("line 3" in problem for problem in refused.value.problems)
    assert work.fleet.vehicles() == ()


def test_a_fleet_file_is_taken_back_whole_by_its_inverse(work: Workspace, sample: Path) -> None:
    report = work.fleet.read_file(sample / "fleet.csv", DAY)
    assert work.fleet.drivers() == ()
    applied = work.dispatch.apply(report.edit)
    assert work.fleet.shifts(DAY)
    undone = work.dispatch.apply(applied.inverse)
    left = (work.fleet.depots(), work.fleet.drivers(), work.fleet.vehicles())
    assert (*left, work.fleet.shifts(DAY), work.fleet.templates()) == ((), (), (), (), ())
    work.dispatch.apply(undone.inverse)
    assert work.fleet.read_file(sample / "fleet.csv", DAY).edit.edits == ()


CREW = """type,name,weight_kg,lat,lon,time_zone,driver,vehicle,depot,date,start,end
depot,North,,{place},Europe/Berlin
vehicle,Van 1,800
driver,Dora
"""
SHIFT = "shift,,,,,,dora,VAN 1,north,2024-03-05,08:00,17:00\n"


def _file(tmp_path: Path, text: str, place: str = "53.5566,13.2611") -> Path:
    file = tmp_path / "fleet.csv"
    file.write_text(CREW.format(place=place) + text)
    return file


def test_names_are_the_same_in_any_case(work: Workspace, tmp_path: Path) -> None:
    work.fleet.import_file(_file(tmp_path, SHIFT))
    again = _file(tmp_path, SHIFT)
    again.write_text(again.read_text().replace("driver,Dora", "driver,DORA"))
    report = work.fleet.import_file(again)
    assert (report.added, report.updated, report.shifts) == (0, 1, 0)
    assert [driver.name for driver in work.fleet.drivers()] == ["DORA"]


def test_the_same_shift_twice_in_a_file_is_one_shift(work: Workspace, tmp_path: Path) -> None:
    assert work.fleet.import_file(_file(tmp_path, 2 * SHIFT)).shifts == 1
    assert len(work.fleet.shifts(DAY)) == 1


def test_a_depot_with_its_coordinates_exchanged_is_refused(
    database: Database, regions_root: Path, tmp_path: Path
) -> None:
    (tmp_path / "regions").symlink_to(regions_root)
    settings = Settings(data=tmp_path, region="Sample")
    with Workspace(settings, database, lambda: NOW) as work:
        with pytest.raises(ImportErrors) as refused:
            work.fleet.import_file(_file(tmp_path, "", place="13.2611,53.5566"))
        assert "line 2, lat" in refused.value.problems[0]
        assert work.fleet.import_file(_file(tmp_path, "")).added == 3


def test_a_file_without_slots_leaves_those_of_the_depot(work: Workspace, tmp_path: Path) -> None:
    head = "type,name,address,lat,lon,time_zone"
    row = "depot,Nord,Weg 1,53.56,13.28,Europe/Berlin"
    file = tmp_path / "depots.csv"
    file.write_text(f"{head},slots\n{row},8-10;17-20\n", encoding="utf-8")
    work.fleet.import_file(file)
    file.write_text(f"{head}\n{row.replace('Weg 1', 'Weg 2')}\n", encoding="utf-8")
    work.fleet.import_file(file)
    (depot,) = work.fleet.depots()
    assert depot.address.street == "Weg 2"
    assert slots_text(depot.delivery_slots) == "08:00-10:00, 17:00-20:00"


def test_a_file_without_costs_leaves_those_there_are_and_a_new_van_has_the_usual(
    work: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "fleet.csv"
    file.write_text("type,name,cost_km\nvehicle,Van 1,0.5\n", encoding="utf-8")
    work.fleet.import_file(file)
    file.write_text("type,name\nvehicle,Van 1\nvehicle,Van 2\n", encoding="utf-8")
    work.fleet.import_file(file)
    found = {vehicle.name: vehicle.costs for vehicle in work.fleet.vehicles()}
    assert found == {"Van 1": Costs(per_km=0.5), "Van 2": USUAL_COSTS}


def test_vans_and_drivers_are_listed_as_people_look_for_them(work: Workspace) -> None:
    vans = [make_vehicle(name=f"Van {number}") for number in (10, 2, 1)]
    crew = [make_driver(name=name) for name in ("Zoe", "Özlem", "Pia", "änne", "Anton")]
    away = [make_vehicle(name="Van 0", is_active=False)]
    work.dispatch.apply(ChangeFleet(put=(*vans, *crew, *away)))
    assert [each.name for each in work.fleet.vehicles()] == ["Van 1", "Van 2", "Van 10", "Van 0"]
    assert [each.name for each in work.fleet.drivers()] == ["änne", "Anton", "Özlem", "Pia", "Zoe"]
