"""Shifts that claim somebody or something twice."""

from __future__ import annotations

from app.desktop.fleet.conflicts import conflicts
from tests.factories import make_driver, make_shift, make_vehicle, window


def test_a_driver_can_not_drive_two_vans_at_once() -> None:
    ana = make_driver(name="Ana")
    first = make_shift(driver=ana, window=window("08:00", "12:00"))
    second = make_shift(driver=ana, window=window("11:59", "17:00"))
    found = conflicts([second, first])
    assert found.keys() == {first.id, second.id}
    names = f"{first.vehicle.name} and {second.vehicle.name}"
    assert found[first.id] == (f"Ana drives {names} at the same time",)


def test_a_van_can_not_have_two_drivers_at_once() -> None:
    van = make_vehicle(name="Van 3")
    first, second = make_shift(vehicle=van), make_shift(vehicle=van)
    found = conflicts([first, second])
    assert "Van 3 is driven by" in found[second.id][0]
    assert found[first.id] == found[second.id]


def test_shifts_that_follow_each_other_are_no_conflict() -> None:
    ana, van = make_driver(), make_vehicle()
    assert not conflicts(
        [
            make_shift(driver=ana, vehicle=van, window=window("08:00", "12:00")),
            make_shift(driver=ana, vehicle=van, window=window("12:00", "17:00")),
        ]
    )
