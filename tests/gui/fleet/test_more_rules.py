"""Rules of shifts and further capacities of vehicles, in their forms."""

from __future__ import annotations

from datetime import time, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.desktop.editor import Editor
from app.desktop.fleet.depot_form import DepotForm
from app.desktop.fleet.fleet_screen import FleetScreen
from app.desktop.fleet.shift_form import ShiftForm
from app.desktop.fleet.vehicle_form import VehicleForm
from app.desktop.widgets.form_dialog import FormDialog
from app.domain.fleet import Shift
from app.domain.geo import Location
from app.domain.rules import DEPOT_AIMS, NO_SHIFT_RULES, Aims, Balance, Overrun, Pause, ShiftRules
from app.domain.times import day_window, local
from tests.factories import (
    BERLIN,
    DAY,
    make_depot,
    make_driver,
    make_shift,
    make_vehicle,
    window,
)
from tests.gui.services import Services


def _visible[D: QDialog](qtbot: QtBot, kind: type[D]) -> D:
    def found() -> list[D]:
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]

    qtbot.waitUntil(lambda: bool(found()))
    return found()[0]


def _gone(qtbot: QtBot, kind: type[QDialog]) -> None:
    qtbot.waitUntil(
        lambda: (
            not any(isinstance(w, kind) and w.isVisible() for w in QApplication.topLevelWidgets())
        )
    )


def _save(qtbot: QtBot, form: FormDialog) -> None:
    buttons = form.findChild(QDialogButtonBox)
    assert buttons is not None
    qtbot.mouseClick(buttons.buttons()[0], Qt.MouseButton.LeftButton)


def _message(form: FormDialog, name: str) -> str:
    label = form.findChild(QLabel, f"{name}_message")
    assert label is not None
    return label.text()


def _type(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def _shift(services: Services, rules: ShiftRules = NO_SHIFT_RULES) -> Shift:
    services.add_fleet(make_depot(), make_driver(), make_vehicle())
    (depot,), (driver,), (vehicle,) = (
        services.fleet.depots(),
        services.fleet.drivers(),
        services.fleet.vehicles(),
    )
    hours = window("08:00", "17:00")
    services.add_fleet(
        make_shift(depot=depot, driver=driver, vehicle=vehicle, window=hours, rules=rules)
    )
    (shift,) = services.fleet.shifts(DAY)
    return shift


def _open(qtbot: QtBot, screen: FleetScreen, shift: Shift) -> ShiftForm:
    screen.show()
    qtbot.waitUntil(lambda: not screen.is_stale)
    screen.week.shift_requested.emit(shift)
    return _visible(qtbot, ShiftForm)


def test_the_everyday_shift_keeps_its_rules_folded_and_gets_none(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    form = _open(qtbot, screen, _shift(services))
    assert not form.more.is_open
    assert not form.more.driving.isVisible()
    form.times.end.setText("16:00")
    _save(qtbot, form)
    _gone(qtbot, ShiftForm)
    (shift,) = services.fleet.shifts(DAY)
    assert shift.rules == NO_SHIFT_RULES


def test_rules_are_typed_kept_and_undone(
    qtbot: QtBot, screen: FleetScreen, services: Services, editor: Editor
) -> None:
    form = _open(qtbot, screen, _shift(services))
    form.more.heading.setFocus()
    qtbot.keyClick(form.more.heading, Qt.Key.Key_Space)
    more = form.more
    assert more.driving.isVisible()
    for field, text in (
        (more.driving, "7:30"), (more.work, "9"), (more.distance, "240,5"), (more.stops, "60"),
        (more.reloads, "2"), (more.reload_time, "20"), (more.overtime, "45"),
        (more.overtime_price, "38,50"), (more.pace, "120"), (more.pause_length, "15"),
        (more.pause.start, "14"), (more.pause.end, "15"), (more.pause_driving, "4:30"),
        (more.area, "53.5,13.2 53.6,13.2 53.6,13.3"), (more.type, "Cargo  Bike"),
    ):  # fmt: skip
        _type(qtbot, field, text)
    _save(qtbot, form)
    _gone(qtbot, ShiftForm)
    (shift,) = services.fleet.shifts(DAY)
    assert shift.rules == ShiftRules(
        vehicle_type="cargo bike",
        pauses=(
            Pause(
                length=timedelta(minutes=15),
                window=day_window(DAY, time(14), time(15), BERLIN),
                after_driving=timedelta(hours=4, minutes=30),
            ),
        ),
        max_driving=timedelta(hours=7, minutes=30),
        max_work=timedelta(hours=9),
        max_distance_m=240_500,
        max_stops=60,
        max_reloads=2,
        reload_time=timedelta(minutes=20),
        overtime=Overrun(most=timedelta(minutes=45), per_hour=38.5),
        service_pace=1.2,
        area=tuple(Location(lat=a, lon=o) for a, o in ((53.5, 13.2), (53.6, 13.2), (53.6, 13.3))),
    )
    again = _open(qtbot, screen, shift)
    assert again.more.is_open
    assert again.more.driving.text() == "7:30"
    _save(qtbot, again)
    _gone(qtbot, ShiftForm)
    assert services.fleet.shifts(DAY)[0].rules == shift.rules
    editor.undo()
    qtbot.waitUntil(lambda: not editor.is_busy)
    editor.undo()
    qtbot.waitUntil(lambda: services.fleet.shifts(DAY)[0].rules == NO_SHIFT_RULES)


def test_what_the_form_does_not_show_stays(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    late = day_window(DAY, time(15), time(16), BERLIN)
    rules = ShiftRules(
        travel_pace=1.1,
        pauses=(
            Pause(length=timedelta(minutes=10), after_work=timedelta(hours=3)),
            Pause(length=timedelta(minutes=20), window=late),
        ),
    )
    form = _open(qtbot, screen, _shift(services, rules))
    form.day.set_day(DAY + timedelta(days=1))
    _type(qtbot, form.more.pause_length, "12")
    _save(qtbot, form)
    _gone(qtbot, ShiftForm)
    (shift,) = services.fleet.shifts(DAY + timedelta(days=1))
    first, second = shift.rules.pauses
    assert shift.rules.travel_pace == 1.1
    assert first == Pause(length=timedelta(minutes=12), after_work=timedelta(hours=3))
    assert second.window is not None
    assert local(second.window.start, BERLIN).date() == DAY + timedelta(days=1)


def test_wrong_rules_open_the_fold_and_save_nothing(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    form = _open(qtbot, screen, _shift(services))
    form.more.set_open(True)
    more = form.more
    for field, text in (
        (more.driving, "7:75"), (more.stops, "0"), (more.overtime_price, "30"), (more.pace, "5"),
        (more.pause_length, "15"),
    ):  # fmt: skip
        _type(qtbot, field, text)
    form.more.set_open(False)
    _save(qtbot, form)
    assert form.more.is_open
    assert form.focusWidget() is more.driving
    assert "7:75" in _message(form, "max_driving")
    assert "At least one" in _message(form, "max_stops")
    assert "How much overtime" in _message(form, "overtime")
    assert "From 10 to 1000" in _message(form, "service_pace")
    assert "When is it due?" in _message(form, "pause_length")
    _type(qtbot, more.pause.start, "18")
    _type(qtbot, more.pause.end, "19")
    _save(qtbot, form)
    assert "outside the shift" in _message(form, "pause_length")
    assert services.fleet.shifts(DAY)[0].rules == NO_SHIFT_RULES
    form.reject()


def test_further_capacities_are_rows_that_grow(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    services.add_fleet(make_vehicle(name="Van 1"))
    screen.show()
    qtbot.waitUntil(lambda: not screen.is_stale)
    screen.tabs.setCurrentWidget(screen.vehicles)
    screen.vehicles.table.selectRow(0)
    screen.vehicles.edit.trigger()
    form = _visible(qtbot, VehicleForm)
    assert not form.more.is_open
    form.more.set_open(True)
    for number, (name, amount) in enumerate((("Roll  Cages", "12"), ("pallets", "6"))):
        _type(qtbot, form.loads.rows[number][0], name)
        _type(qtbot, form.loads.rows[number][1], amount)
    _type(qtbot, form.loads.rows[2][0], "roll cages")
    _save(qtbot, form)
    assert _message(form, "loads") == "How many roll cages?"
    _type(qtbot, form.loads.rows[2][1], "3")
    _save(qtbot, form)
    assert "twice" in _message(form, "loads")
    form.loads.rows[2][0].clear()
    form.loads.rows[2][1].clear()
    _save(qtbot, form)
    _gone(qtbot, VehicleForm)
    (vehicle,) = services.fleet.vehicles()
    assert vehicle.capacity.more == (("pallets", 6), ("roll cages", 12))


def test_what_the_plans_of_a_depot_should_be_like_is_typed_and_kept(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    depot = _shift(services).depot
    screen.show()
    qtbot.waitUntil(lambda: not screen.is_stale)
    screen.depots.edit_requested.emit(depot)
    form = _visible(qtbot, DepotForm)
    aims = form.aims
    assert not aims.is_open
    assert aims.aims() == DEPOT_AIMS
    aims.set_open(True)
    aims.balance.setCurrentIndex(aims.balance.findData(Balance.STOPS))
    _save(qtbot, form)
    assert "worth" in _message(form, "imbalance_price")
    _type(qtbot, aims.imbalance, "2,50")
    aims.every.setChecked(True)
    aims.preferred.clear()
    _type(qtbot, aims.area, "7")
    _save(qtbot, form)
    _gone(qtbot, DepotForm)
    (kept,) = services.fleet.depots()
    assert kept.aims == Aims(
        balance=Balance.STOPS,
        per_imbalance=2.5,
        use_every_shift=True,
        idle_shift=DEPOT_AIMS.idle_shift,
        outside_area=7.0,
    )
