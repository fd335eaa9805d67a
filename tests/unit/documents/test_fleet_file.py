"""Fleet files: depots, vehicles, drivers and shifts from one table or a workbook."""

from __future__ import annotations

import csv
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from app.documents.fleet_file import (
    DriverDraft,
    FleetDrafts,
    ShiftDraft,
    VehicleDraft,
    read_fleet,
)
from app.documents.order_file import OrderDraft, ReadOptions, Severity, read_orders
from app.domain.errors import ImportErrors
from app.domain.fleet import UNLIMITED, Costs, PlaceKind
from app.domain.times import day_window
from app.domain.travel import Profile
from tests.factories import BERLIN, DAY

HEADER = (
    "type", "name", "driver", "vehicle", "depot", "address", "lat", "lon", "time_zone",
    "slots", "profile", "weight_kg", "parcels", "cost_km", "skills", "date", "weekdays", "start",
    "end", "break_earliest", "break_latest", "break_min", "start_place", "end_place",
)  # fmt: skip


def fleet_of(folder: Path, *rows: dict[str, str]) -> FleetDrafts:
    path = folder / "fleet.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return read_fleet(path)


def shift(**cells: str) -> dict[str, str]:
    usual = {
        "type": "shift", "driver": "Anna", "vehicle": "Van 1", "weekdays": "mon-fri",
        "start": "08:00", "end": "16:00",
    }  # fmt: skip
    return usual | cells


def test_the_sample_fleet_is_taken_whole(sample: Path) -> None:
    fleet = read_fleet(sample / "fleet.csv")
    assert fleet.problems == ()
    assert [depot.time_zone for depot in fleet.depots] == ["Europe/Berlin"]
    assert len(fleet.vehicles) == len(fleet.drivers) == len(fleet.shifts) == 7


def test_every_order_of_the_sample_has_a_shift_that_could_serve_it(sample: Path) -> None:
    fleet = read_fleet(sample / "fleet.csv")
    vehicles = {vehicle.name: vehicle for vehicle in fleet.vehicles}
    drivers = {driver.name: driver for driver in fleet.drivers}
    on_duty = [
        (each, vehicles[each.vehicle], drivers[each.driver])
        for each in fleet.shifts
        if each.is_on(DAY)
    ]
    alone = [
        result.reference
        for result in read_orders(sample / "orders.csv", ReadOptions(zone=BERLIN))
        if not any(can_serve(result.draft, *each) for each in on_duty)
    ]
    assert alone == []


def can_serve(
    order: OrderDraft | None, each: ShiftDraft, vehicle: VehicleDraft, driver: DriverDraft
) -> bool:
    """With half an hour to get there and back."""
    assert order is not None
    way = timedelta(minutes=30)
    hours = day_window(DAY, each.start, each.end, BERLIN)
    fits = order.weight_g <= vehicle.capacity.weight_g
    fits = fits and order.volume_cm3 <= vehicle.capacity.volume_cm3
    is_able = order.requirements <= vehicle.features | driver.skills
    is_timely = order.window is None or (
        order.window.start + way <= hours.end and hours.start + way <= order.window.end
    )
    return fits and is_able and is_timely


def test_an_empty_capacity_is_never_full(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path, {"type": "vehicle", "name": "Van 1", "weight_kg": "900"})
    (vehicle,) = fleet.vehicles
    assert vehicle.capacity.amounts == (900_000, UNLIMITED, UNLIMITED)
    assert vehicle.profile is Profile.VAN


def test_a_shift_keeps_its_break_and_its_places(tmp_path: Path) -> None:
    fleet = fleet_of(
        tmp_path,
        {"type": "driver", "name": "Anna", "lat": "53.5", "lon": "13.2"},
        shift(
            break_earliest="11:30", break_latest="13:00", break_min="45", start_place="home",
            end_place="open", weekdays="", date="2024-03-05",
        ),
    )  # fmt: skip
    (found,) = fleet.shifts
    assert fleet.problems == ()
    assert (found.break_earliest, found.break_latest) == (time(11, 30), time(13))
    assert found.break_length == timedelta(minutes=45)
    assert (found.start_place, found.end_place) == (PlaceKind.HOME, PlaceKind.OPEN)
    assert found.is_on(date(2024, 3, 5))
    assert not found.is_on(date(2024, 3, 12))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("Mo, Mi", {0, 2}),
        ("sat–mon", {5, 6, 0}),
        ("daily", set(range(7))),
        ("Dienstag;Thu", {1, 3}),
    ],
)
def test_weekdays_are_read_as_people_write_them(tmp_path: Path, text: str, days: set[int]) -> None:
    (found,) = fleet_of(tmp_path, shift(weekdays=text)).shifts
    assert found.weekdays == days


def test_a_vehicle_without_any_cost_says_what_it_will_cost(tmp_path: Path) -> None:
    free, unknown = (
        {"type": "vehicle", "name": "A", "cost_km": "0"},
        {"type": "vehicle", "name": "B"},
    )
    fleet = fleet_of(tmp_path, free, unknown)
    assert [vehicle.costs for vehicle in fleet.vehicles] == [Costs(), None]
    ((line, message),) = [(p.line, p.text) for p in fleet.problems]
    assert line == 3
    assert "0.3 a kilometre and 20 an hour" in message


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ({"type": "ship", "name": "X"}, "type", "type_unknown"),
        ({"type": "depot", "name": "X", "time_zone": "Berlin"}, "time_zone", "zone_unknown"),
        ({"type": "depot", "name": "X", "time_zone": "UTC"}, "address", "address_empty"),
        ({"type": "depot", "address": "Weg 1", "time_zone": "UTC"}, "name", "missing"),
        (
            {"type": "depot", "name": "X", "address": "Weg 1", "time_zone": "UTC", "slots": "noon"},
            "slots",
            "slots_unclear",
        ),
        ({"type": "vehicle", "name": "X", "weight_kg": "-1"}, "weight_kg", "negative"),
        ({"type": "vehicle", "name": "X", "profile": "sled"}, "profile", "profile_unknown"),
        ({"type": "vehicle", "name": "X", "cost_km": "free"}, "cost_km", "number_unreadable"),
        (shift(weekdays=""), "date", "day_missing"),
        (shift(weekdays="mon", date="2024-03-05"), "date", "day_missing"),
        (shift(weekdays="", date="3/4/2024"), "date", "date_ambiguous"),
        (shift(weekdays="someday"), "weekdays", "weekday_unknown"),
        (shift(start="early"), "start", "time_unreadable"),
        (shift(driver=""), "driver", "missing"),
        (shift(break_min="30"), "break_min", "break_incomplete"),
        (
            shift(break_earliest="12:00", break_latest="11:00", break_min="30"),
            "break_latest",
            "break_reversed",
        ),
        (
            shift(break_earliest="12:00", break_latest="18:00", break_min="30"),
            "break_latest",
            "break_outside",
        ),
        (shift(start_place="open"), "start_place", "place_unknown"),
    ],
)
def test_a_row_that_cannot_be_meant_is_refused_in_its_column(
    tmp_path: Path, row: dict[str, str], column: str, code: str
) -> None:
    fleet = fleet_of(tmp_path, row)
    assert (Severity.REJECT, 2, column, code) in [
        (p.severity, p.line, p.column, p.code) for p in fleet.problems
    ]
    assert (fleet.depots, fleet.vehicles, fleet.drivers, fleet.shifts) == ((), (), (), ())


def test_a_name_that_is_there_already_is_refused_with_its_line(tmp_path: Path) -> None:
    van = {"type": "vehicle", "name": "Van 1", "cost_km": "0.4"}
    fleet = fleet_of(tmp_path, van, van | {"name": "VAN 1"})
    assert len(fleet.vehicles) == 1
    assert fleet.problems[0].text == "VAN 1 is in line 2 already"


def test_a_driver_in_two_shifts_at_once_is_told(tmp_path: Path) -> None:
    fleet = fleet_of(
        tmp_path,
        shift(),
        shift(vehicle="Van 2", start="15:00", end="20:00", weekdays="fri"),
        shift(start="16:00", end="22:00"),
    )
    assert len(fleet.shifts) == 3
    assert [(p.severity, p.line, p.column) for p in fleet.problems] == [
        (Severity.WARN, 3, "driver"),
        (Severity.WARN, 4, "driver"),
    ]


def test_a_shift_home_needs_a_driver_with_a_home(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path, {"type": "driver", "name": "Anna"}, shift(end_place="home"))
    assert fleet.shifts == ()
    assert fleet.problems[0].code == "home_unknown"


def test_a_cell_that_says_nothing_for_its_type_is_told(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path, {"type": "driver", "name": "Anna", "weight_kg": "80"})
    assert len(fleet.drivers) == 1
    assert (fleet.problems[0].column, fleet.problems[0].severity) == ("weight_kg", Severity.WARN)


def test_a_file_that_is_no_fleet_says_what_one_looks_like(sample: Path) -> None:
    with pytest.raises(ImportErrors, match="needs a column called type"):
        read_fleet(sample / "orders.csv")
