"""The fleet in the window: forms, lists, files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.desktop.editor import Editor
from app.desktop.fleet.depot_form import DepotForm
from app.desktop.fleet.driver_form import DriverForm
from app.desktop.fleet.fleet_screen import FleetScreen
from app.desktop.fleet.shift_form import ShiftForm
from app.desktop.fleet.vehicle_form import VehicleForm
from app.domain.edits import ChangeFleet
from app.domain.fleet import UNLIMITED, Costs
from app.domain.geo import Location
from app.domain.slots import slots_text
from app.domain.times import local
from tests.factories import (
    BERLIN,
    DAY,
    make_depot,
    make_driver,
    make_shift,
    make_vehicle,
    place,
    window,
)
from tests.gui.fleet.hand import MONDAY, crew, is_open, show_fleet, visible_dialog
from tests.gui.forms import message_of, save
from tests.gui.services import Services


def test_an_empty_capacity_is_without_limit_and_comes_back_empty(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    show_fleet(qtbot, screen)
    screen.tabs.setCurrentWidget(screen.vehicles)
    screen.vehicles.new.trigger()
    form = visible_dialog(qtbot, VehicleForm)
    qtbot.keyClicks(form.name, "Van 3")
    qtbot.keyClicks(form.weight, "600")
    assert form.per_hour.text() == "20"
    form.per_km.selectAll()
    qtbot.keyClicks(form.per_km, "0,35")
    qtbot.keyClicks(form.features.entry, "cold,")
    qtbot.keyClicks(form.features.entry, "tail-lift")
    save(qtbot, form)
    qtbot.waitUntil(lambda: len(services.fleet.vehicles()) == 1)
    qtbot.waitUntil(lambda: not is_open(VehicleForm))
    (vehicle,) = services.fleet.vehicles()
    assert vehicle.capacity.amounts == (600_000, UNLIMITED, UNLIMITED)
    assert vehicle.costs == Costs(per_km=0.35, per_hour=20)
    assert vehicle.features == {"cold", "tail-lift"}

    # It is chosen, so F2 means it.
    qtbot.waitUntil(screen.vehicles.edit.isEnabled)
    screen.vehicles.edit.trigger()
    again = visible_dialog(qtbot, VehicleForm)
    assert again.weight.text() == "600"
    assert again.volume.text() == ""
    again.reject()


def test_a_vehicle_without_a_name_is_refused_beside_the_field(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    show_fleet(qtbot, screen)
    screen.vehicles.new.trigger()
    form = visible_dialog(qtbot, VehicleForm)
    qtbot.keyClicks(form.volume, "much")
    save(qtbot, form)
    assert message_of(form, "name") == "Give a name."
    assert "not a number" in message_of(form, "volume")
    assert not services.fleet.vehicles()
    form.reject()


def test_no_two_vehicles_get_one_name(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    """Files, commands and typed moves say which van they mean by its name."""
    services.dispatch.apply(ChangeFleet(put=(make_vehicle(name="Van 1"),)))
    show_fleet(qtbot, screen)
    screen.vehicles.new_requested.emit()
    form = visible_dialog(qtbot, VehicleForm)
    qtbot.keyClicks(form.name, "van 1")
    save(qtbot, form)
    assert message_of(form, "name") == "There is one called Van 1 already: give another name."
    qtbot.keyClicks(form.name, "2")
    save(qtbot, form)
    qtbot.waitUntil(lambda: len(services.fleet.vehicles()) == 2)


def test_namesakes_from_before_can_still_be_edited(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    twins = (make_driver(name="Ana"), make_driver(name="Ana"))
    services.dispatch.apply(ChangeFleet(put=twins))
    show_fleet(qtbot, screen)
    screen.drivers.edit_requested.emit(services.fleet.drivers()[0])
    form = visible_dialog(qtbot, DriverForm)
    qtbot.keyClicks(form.phone, "112")
    save(qtbot, form)
    qtbot.waitUntil(lambda: any(each.phone == "112" for each in services.fleet.drivers()))


def test_a_depot_needs_a_place_and_a_zone_that_exists(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    show_fleet(qtbot, screen)
    screen.open_depot()
    form = visible_dialog(qtbot, DepotForm)
    qtbot.keyClicks(form.name, "Depot Nord")
    form.zone.setCurrentText("Europe/Nowhere")
    save(qtbot, form)
    assert "time zone" in message_of(form, "zone")
    assert "where the gate is" in message_of(form, "coordinates")
    form.zone.setCurrentText("Europe/Berlin")
    qtbot.keyClicks(form.coordinates, "53.5638, 13.2893")
    qtbot.keyClicks(form.slots, "8-10, noon")
    save(qtbot, form)
    assert "“noon” is no slot" in message_of(form, "delivery_slots")
    form.slots.setText("12-14:30, 8-10")
    save(qtbot, form)
    qtbot.waitUntil(lambda: len(services.fleet.depots()) == 1)
    (depot,) = services.fleet.depots()
    assert depot.location == Location(lat=53.5638, lon=13.2893)
    assert depot.time_zone == "Europe/Berlin"
    assert slots_text(depot.delivery_slots) == "08:00-10:00, 12:00-14:30"


def test_a_second_depot_is_proposed_with_the_clocks_and_money_of_the_first(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    first = make_depot(time_zone="Pacific/Auckland", currency="NZD")
    services.dispatch.apply(ChangeFleet(put=(first,)))
    show_fleet(qtbot, screen)
    screen.open_depot()
    form = visible_dialog(qtbot, DepotForm)
    assert form.zone.currentText() == "Pacific/Auckland"
    assert form.currency.text() == "NZD"
    form.reject()


def test_a_city_names_its_time_zone(qtbot: QtBot, screen: FleetScreen, services: Services) -> None:
    show_fleet(qtbot, screen)
    screen.open_depot()
    form = visible_dialog(qtbot, DepotForm)
    qtbot.keyClicks(form.name, "Depot Oeste")
    form.zone.setCurrentText("lisbon")
    qtbot.keyClicks(form.coordinates, "41.15, -8.61")
    save(qtbot, form)
    qtbot.waitUntil(lambda: len(services.fleet.depots()) == 1)
    assert services.fleet.depots()[0].time_zone == "Europe/Lisbon"


def test_what_asked_for_the_gate_goes_when_an_address_is_chosen(
    qtbot: QtBot, screen: FleetScreen
) -> None:
    show_fleet(qtbot, screen)
    screen.open_depot()
    form = visible_dialog(qtbot, DepotForm)
    save(qtbot, form)
    assert "where the gate is" in message_of(form, "coordinates")
    form.address.place_chosen.emit(place(47.1, 9.5))
    assert message_of(form, "coordinates") == ""


def test_a_form_opens_with_the_keyboard_in_its_first_field(
    qtbot: QtBot, screen: FleetScreen
) -> None:
    show_fleet(qtbot, screen)
    screen.open_depot()
    form = visible_dialog(qtbot, DepotForm)
    assert form.focusWidget() is form.name


def test_what_is_wrong_with_a_field_goes_with_the_first_key(
    qtbot: QtBot, screen: FleetScreen
) -> None:
    show_fleet(qtbot, screen)
    screen.open_depot()
    form = visible_dialog(qtbot, DepotForm)
    save(qtbot, form)
    assert message_of(form, "name")
    qtbot.keyClicks(form.name, "N")
    assert not message_of(form, "name")


def test_without_a_depot_the_fleet_opens_where_one_is_added(
    qtbot: QtBot, screen: FleetScreen
) -> None:
    show_fleet(qtbot, screen)
    assert screen.tabs.currentWidget() is screen.depots


def test_a_driver_that_was_deleted_comes_back_with_undo(
    qtbot: QtBot, screen: FleetScreen, services: Services, editor: Editor
) -> None:
    services.add_fleet(make_driver(name="Ana", skills=frozenset({"piano"})))
    show_fleet(qtbot, screen)
    screen.tabs.setCurrentWidget(screen.drivers)
    screen.drivers.table.selectRow(0)
    screen.drivers.delete.trigger()
    qtbot.waitUntil(lambda: not screen.drivers.table.records.records)
    qtbot.waitUntil(editor.stack.canUndo)
    editor.undo()
    qtbot.waitUntil(lambda: len(screen.drivers.table.records.records) == 1)
    (driver,) = services.fleet.drivers()
    assert driver.skills == {"piano"}


def test_a_duplicate_is_a_new_driver_with_the_same_skills(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    services.add_fleet(make_driver(name="Ana", skills=frozenset({"piano"})))
    show_fleet(qtbot, screen)
    screen.tabs.setCurrentWidget(screen.drivers)
    screen.drivers.table.selectRow(0)
    screen.drivers.duplicate.trigger()
    form = visible_dialog(qtbot, DriverForm)
    form.name.setText("Bram")
    save(qtbot, form)
    qtbot.waitUntil(lambda: len(services.fleet.drivers()) == 2)
    assert {d.name: d.skills for d in services.fleet.drivers()} == {
        "Ana": {"piano"},
        "Bram": {"piano"},
    }


def test_a_duplicate_of_a_vehicle_has_no_plate_yet(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    services.add_fleet(make_vehicle(name="Van 1", plate="NB-AB 12"))
    show_fleet(qtbot, screen)
    screen.tabs.setCurrentWidget(screen.vehicles)
    screen.vehicles.table.selectRow(0)
    screen.vehicles.duplicate.trigger()
    form = visible_dialog(qtbot, VehicleForm)
    assert form.name.text() == "Van 1 (copy)"
    assert form.plate.text() == ""


def test_a_new_shift_proposes_the_driver_and_the_vehicle_that_are_free(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    shift = crew(services)
    idle, spare = make_driver(name="Zoe"), make_vehicle(name="Zebra")
    services.add_fleet(idle, spare, shift)
    show_fleet(qtbot, screen)
    screen.week.new_requested.emit(shift.day, None)
    form = visible_dialog(qtbot, ShiftForm)
    assert (form.driver.chosen, form.vehicle.chosen) == (idle.id, spare.id)
    form.reject()
    screen.week.new_requested.emit(shift.day + timedelta(days=1), None)
    another_day = visible_dialog(qtbot, ShiftForm)
    assert (another_day.driver.chosen, another_day.vehicle.chosen) == (
        shift.driver.id,
        shift.vehicle.id,
    )


def test_a_shift_is_made_in_the_day_that_was_double_clicked(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    crew(services)
    show_fleet(qtbot, screen)
    view = screen.week.view
    index = screen.week.model.index(0, 3)
    place = view.visualRect(index).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    form = visible_dialog(qtbot, ShiftForm)
    form.times.start.setText("7")
    form.times.end.setText("15:30")
    form.has_rest.setChecked(True)
    form.rest_length.setText("45")
    save(qtbot, form)
    qtbot.waitUntil(lambda: len(services.fleet.shifts(MONDAY + timedelta(days=3))) == 1)
    (shift,) = services.fleet.shifts(MONDAY + timedelta(days=3))
    assert local(shift.window.start, BERLIN).strftime("%H:%M") == "07:00"
    assert shift.rest is not None
    assert shift.rest.length == timedelta(minutes=45)


def test_a_shift_over_midnight_ends_on_the_next_day(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    crew(services)
    show_fleet(qtbot, screen)
    screen.week.new_requested.emit(DAY, None)
    form = visible_dialog(qtbot, ShiftForm)
    form.times.start.setText("22:00")
    form.times.end.setText("06:00")
    save(qtbot, form)
    qtbot.waitUntil(lambda: len(services.fleet.shifts(DAY)) == 1)
    (shift,) = services.fleet.shifts(DAY)
    assert shift.window.length == timedelta(hours=8)


def test_a_shift_from_home_needs_a_home_and_its_break_lies_inside(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    crew(services)
    show_fleet(qtbot, screen)
    screen.week.new_requested.emit(DAY, None)
    form = visible_dialog(qtbot, ShiftForm)
    form.start_place.setCurrentIndex(1)
    form.times.end.setText("12:00")
    form.has_rest.setChecked(True)
    save(qtbot, form)
    assert "home" in message_of(form, "start_place")
    assert message_of(form, "rest") == "The break lies outside the shift."
    assert not services.fleet.shifts(DAY)
    form.reject()


def test_without_a_crew_a_shift_says_what_is_missing(qtbot: QtBot, screen: FleetScreen) -> None:
    show_fleet(qtbot, screen)
    screen.week.new_requested.emit(DAY, None)
    assert "needs a depot, a driver and a vehicle" in screen.strip.text


def test_a_driver_who_is_claimed_twice_is_named_in_the_strip(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    shift = crew(services)
    services.add_fleet(
        shift,
        make_shift(
            depot=shift.depot,
            driver=shift.driver,
            vehicle=shift.vehicle,
            window=window("16:00", "20:00"),
        ),
    )
    show_fleet(qtbot, screen)
    assert f"{shift.driver.name} drives {shift.vehicle.name} and" in screen.week.strip.text
    cell = screen.week.model.cell(screen.week.model.index(0, DAY.weekday()))
    assert cell is not None
    assert len(cell.shifts) == 2
    assert cell.problems


def test_a_fleet_file_is_one_edit_that_undo_takes_back_whole(
    qtbot: QtBot, screen: FleetScreen, services: Services, sample: Path, editor: Editor
) -> None:
    show_fleet(qtbot, screen)
    with qtbot.waitSignal(screen.imported):
        screen.open_import(sample / "fleet.csv")
    drivers = services.fleet.drivers()
    assert editor.stack.count() == 1
    qtbot.waitUntil(lambda: not editor.is_busy)
    editor.undo()
    qtbot.waitUntil(lambda: not services.fleet.drivers())
    assert not services.fleet.depots()
    assert not services.fleet.templates()
    qtbot.waitUntil(lambda: not editor.is_busy)
    editor.redo()
    qtbot.waitUntil(lambda: len(services.fleet.drivers()) == len(drivers))
    qtbot.waitUntil(lambda: not editor.is_busy)
    with qtbot.waitSignal(screen.imported):
        screen.open_import(sample / "fleet.csv")
    assert editor.stack.count() == 1  # there was nothing to do


def test_a_fleet_file_fills_every_tab(
    qtbot: QtBot, screen: FleetScreen, services: Services, sample: Path
) -> None:
    show_fleet(qtbot, screen)
    with qtbot.waitSignal(screen.imported):
        screen.open_import(sample / "fleet.csv")
    assert "added" in screen.strip.text
    qtbot.waitUntil(lambda: bool(screen.vehicles.table.records.records))
    assert len(screen.drivers.table.records.records) == len(services.fleet.drivers())
    assert screen.depots.table.records.records
    assert screen.week.model.rowCount() == len(services.fleet.drivers())


def test_a_fleet_file_with_a_fault_names_its_line(
    qtbot: QtBot, screen: FleetScreen, services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "fleet.csv"
    path.write_text("type,name,weight_kg\nvehicle,Van 1,heavy\n", "utf-8")
    show_fleet(qtbot, screen)
    screen.open_import(path)
    qtbot.waitUntil(lambda: "line 2" in screen.strip.text)
    assert not services.fleet.vehicles()


def test_the_week_keeps_the_rules_of_models(
    qtbot: QtBot, screen: FleetScreen, services: Services, qtmodeltester: ModelTester
) -> None:
    tester = QAbstractItemModelTester(
        screen.week.model, QAbstractItemModelTester.FailureReportingMode.Warning
    )
    services.add_fleet(crew(services), make_depot(name="Other"), make_vehicle())
    show_fleet(qtbot, screen)
    qtbot.waitUntil(lambda: screen.week.model.rowCount() == 1)
    qtmodeltester.check(screen.week.model)
    qtmodeltester.check(screen.vehicles.table.records)
    del tester
