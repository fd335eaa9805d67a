"""Limits and prices of shifts, and further capacities: from files, into templates and copies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from app.domain.edits import ChangeFleet
from app.domain.errors import ImportErrors
from app.domain.fleet import Shift
from app.domain.geo import Location
from app.domain.ids import DriverId
from app.domain.orders import Order
from app.domain.rules import OrderRules, Overrun, Pause, ShiftRules
from app.domain.times import day_window, local
from app.services.orders import move_to_day
from app.services.workspace import Workspace
from app.storage.keys import new_id
from tests.factories import BERLIN, DAY, make_order

HEADER = (
    "type,name,address,lat,lon,time_zone,driver,vehicle,weekdays,start,end,load:cages,max_driving,"
    "max_work,max_km,max_stops,reloads,reload_min,overtime_min,overtime_price,service_pace,area"
)
FLEET = (
    "depot,Nord,Weg 1,53.56,13.28,Europe/Berlin" + 16 * ",",
    "vehicle,Van 1" + 10 * "," + "12" + 10 * ",",
    "driver,Anna" + 20 * ",",
)
SHIFT = "shift,,,,,,Anna,Van 1,mon-fri,08:00,17:00,,"
RULES = '7:30,9,240,60,2,20,45,38.5,120%,"53.5,13.2 53.6,13.2 53.6,13.3"'


def _file(tmp_path: Path, rules: str, *, header: str = HEADER) -> Path:
    path = tmp_path / "fleet.csv"
    path.write_text("\n".join((header, *FLEET, SHIFT + rules)), encoding="utf-8")
    return path


def _only_shift(work: Workspace, day: date = DAY) -> Shift:
    (shift,) = work.fleet.shifts(day)
    return shift


def test_limits_and_prices_of_a_file_are_the_rules_of_its_shifts(
    work: Workspace, tmp_path: Path
) -> None:
    work.fleet.import_file(_file(tmp_path, RULES), DAY)
    assert _only_shift(work).rules == ShiftRules(
        max_driving=timedelta(hours=7, minutes=30),
        max_work=timedelta(hours=9),
        max_distance_m=240_000,
        max_stops=60,
        max_reloads=2,
        reload_time=timedelta(minutes=20),
        overtime=Overrun(most=timedelta(minutes=45), per_hour=38.5),
        service_pace=1.2,
        area=tuple(Location(lat=a, lon=o) for a, o in ((53.5, 13.2), (53.6, 13.2), (53.6, 13.3))),
    )
    assert _only_shift(work).vehicle.capacity.more == (("cages", 12),)


def test_a_shift_of_a_file_names_its_type_of_vehicle(work: Workspace, tmp_path: Path) -> None:
    """Orders may take another time at the door with vehicles of that type."""
    header = HEADER.replace("service_pace", "vehicle_type")
    work.fleet.import_file(_file(tmp_path, ",,,,,,,, Cargo  Bike,", header=header), DAY)
    assert _only_shift(work).rules == ShiftRules(vehicle_type="cargo bike")


def test_a_file_without_further_capacities_leaves_those_of_the_vehicle(
    work: Workspace, tmp_path: Path
) -> None:
    work.fleet.import_file(_file(tmp_path, RULES))
    plain = tmp_path / "vans.csv"
    plain.write_text("type,name,plate\nvehicle,Van 1,AB-CD 1\n", encoding="utf-8")
    work.fleet.import_file(plain)
    (vehicle,) = work.fleet.vehicles()
    assert (vehicle.plate, vehicle.capacity.more) == ("AB-CD 1", (("cages", 12),))


@pytest.mark.parametrize(
    ("rules", "column"),
    [
        ("long,,,,,,,,,", "max_driving"),
        (",90,,,,,,,,", "max_work"),
        (",,far,,,,,,,", "max_km"),
        (",,,0,,,,,,", "max_stops"),
        (",,,,1.5,,,,,", "reloads"),
        (",,,,,5 kg,,,,", "reload_min"),
        (",,,,,,-5,,,", "overtime_min"),
        (",,,,,,,30,,", "overtime_price"),
        (",,,,,,,,0,", "service_pace"),
        (",,,,,,,,,here", "area"),
        (',,,,,,,,,"53.5,13.2 53.6,13.3"', "area"),
        (',,,,,,,,,"53.5,13.2 53.6,13.3 53.6,13.2 53.5,13.3"', "area"),
    ],
)
def test_a_limit_that_can_t_be_is_refused_with_its_line_and_column(
    work: Workspace, tmp_path: Path, rules: str, column: str
) -> None:
    with pytest.raises(ImportErrors) as refused:
        work.fleet.import_file(_file(tmp_path, rules))
    (problem,) = refused.value.problems
    assert problem.startswith(f"line 5, {column}: ")


def test_a_wrong_capacity_is_refused_with_its_line_and_column(
    work: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "fleet.csv"
    path.write_text("type,name,Load: Roll cages\nvehicle,Van 1,many\n", encoding="utf-8")
    with pytest.raises(ImportErrors) as refused:
        work.fleet.import_file(path)
    assert refused.value.problems[0].startswith("line 2, Load: Roll cages: ")


def test_a_template_of_a_file_fills_a_week_with_its_rules(work: Workspace, tmp_path: Path) -> None:
    name = work.fleet.import_file(_file(tmp_path, RULES), DAY).template
    rules = _only_shift(work).rules
    week = date(2024, 3, 25)
    work.dispatch.apply(work.fleet.from_template(name, week))
    assert {shift.rules for shift in work.fleet.shifts(week, week + timedelta(days=6))} == {rules}


@pytest.mark.parametrize("is_template", [False, True])
def test_a_copied_week_keeps_the_rules_by_the_clocks_of_each_day(
    work: Workspace, tmp_path: Path, is_template: bool
) -> None:
    work.fleet.import_file(_file(tmp_path, RULES), DAY)
    shift = _only_shift(work)
    pauses = (
        Pause(length=timedelta(minutes=15), window=day_window(DAY, time(14, 30), time(15), BERLIN)),
        Pause(length=timedelta(minutes=45), after_driving=timedelta(hours=4)),
    )
    rules = replace(shift.rules, pauses=pauses)
    work.dispatch.apply(ChangeFleet(put=(replace(shift, rules=rules),)))
    monday, later = date(2024, 3, 4), date(2024, 4, 1)  # summer time has begun
    if is_template:
        work.dispatch.apply(work.fleet.template_of(monday, "Winter"))
        work.dispatch.apply(work.fleet.from_template("Winter", later))
    else:
        work.dispatch.apply(work.fleet.copy_week(monday, later))
    copy = _only_shift(work, later + (DAY - monday))
    first, second = copy.rules.pauses
    assert first.window is not None
    assert local(first.window.start, BERLIN).date() == copy.day
    assert local(first.window.start, BERLIN).time() == time(14, 30)
    assert second == pauses[1]
    assert replace(copy.rules, pauses=()) == shift.rules


def test_an_order_moved_to_another_day_takes_its_times_along() -> None:
    order: Order = make_order(
        rules=OrderRules(
            more_windows=(day_window(date(2024, 3, 29), time(14), time(16), BERLIN),),
            released_at=datetime(2024, 3, 29, 6, 30, tzinfo=UTC),
            drivers=frozenset({DriverId(new_id())}),
        ),
        day=date(2024, 3, 29),
        time_zone="Europe/Berlin",
    )
    (moved,) = move_to_day([order], date(2024, 4, 2)).put
    (window,) = moved.rules.more_windows
    assert moved.rules.released_at is not None
    assert local(window.start, BERLIN) == datetime(2024, 4, 2, 14, tzinfo=BERLIN)
    assert local(moved.rules.released_at, BERLIN).time() == time(7, 30)
    assert moved.rules.drivers == order.rules.drivers
