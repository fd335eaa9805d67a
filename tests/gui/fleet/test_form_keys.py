"""The keyboard in the fleet: the Tab key through its forms, Enter in its lists."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QToolButton, QVBoxLayout
from pytestqt.qtbot import QtBot

from app.desktop.fleet.depot_form import DepotForm
from app.desktop.fleet.driver_form import DriverForm
from app.desktop.fleet.fleet_screen import FleetScreen
from app.desktop.fleet.vehicle_form import VehicleForm
from app.domain.addresses import Address, Place, Precision
from app.domain.fleet import Vehicle
from app.domain.geo import Location
from app.roads.addresses import Candidate
from tests.factories import make_depot, make_driver, make_vehicle
from tests.gui.services import Services


def test_the_tab_key_goes_through_a_form_as_it_is_read(qtbot: QtBot) -> None:
    form = VehicleForm(make_vehicle(), "EUR", (), is_new=True)
    qtbot.addWidget(form)
    form.show()
    form.per_hour.setFocus()
    qtbot.keyClick(form.per_hour, Qt.Key.Key_Tab)
    assert form.focusWidget() is form.features.entry
    qtbot.keyClicks(form.features.entry, "cold,")
    (chip,) = form.features.findChildren(QToolButton)
    qtbot.keyClick(form.features.entry, Qt.Key.Key_Tab)
    assert form.focusWidget() is form.more.heading
    for expected in (form.features.entry, chip, form.per_hour):
        qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Backtab)
        assert form.focusWidget() is expected


def test_enter_ends_a_word_among_others_and_saves_the_form_where_none_is_typed(
    qtbot: QtBot,
) -> None:
    form = VehicleForm(make_vehicle(), "EUR", (), is_new=False)
    qtbot.addWidget(form)
    form.show()
    saved: list[Vehicle] = []
    form.saved.connect(saved.append)
    form.features.entry.setFocus()
    qtbot.keyClicks(form.features.entry, "cold")
    qtbot.keyClick(form.features.entry, Qt.Key.Key_Return)
    assert form.features.tags == {"cold"}
    assert not saved
    qtbot.keyClick(form.features.entry, Qt.Key.Key_Return)
    assert [vehicle.features for vehicle in saved] == [frozenset({"cold"})]


def test_the_tab_key_goes_round_every_form_from_top_to_bottom(qtbot: QtBot) -> None:
    forms = (
        DepotForm(make_depot(), is_new=True),
        DriverForm(make_driver(), (), is_new=True),
        VehicleForm(make_vehicle(), "EUR", (), is_new=True),
    )
    for form in forms:
        qtbot.addWidget(form)
        form.show()
        first = form.focusWidget()
        for _ in range(60):
            here = form.focusWidget()
            qtbot.keyClick(here, Qt.Key.Key_Tab)
            there = form.focusWidget()
            if there is first:
                break
            # Both as they stand now, for the form scrolls to what has the focus. Beside each
            # other they need not begin at one height.
            above, below = (w.rect().translated(w.mapTo(form, QPoint())) for w in (here, there))
            assert below.bottom() > above.top()
        assert form.focusWidget() is first


def test_enter_on_a_row_of_the_fleet_opens_that_row_alone(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    services.add_fleet(make_vehicle(name="Van 1"))
    window = QDialog()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(screen)
    window.show()
    qtbot.waitUntil(lambda: not screen.is_stale)
    screen.tabs.setCurrentWidget(screen.vehicles)
    qtbot.waitUntil(lambda: bool(screen.vehicles.table.records.records))
    screen.vehicles.table.selectRow(0)
    screen.vehicles.table.setFocus()
    qtbot.keyClick(screen.vehicles.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any(isinstance(w, VehicleForm) for w in QApplication.topLevelWidgets()))
    (form,) = window.findChildren(VehicleForm)
    assert form.isVisible()
    assert not window.findChildren(QFileDialog)
    form.reject()
    screen.setParent(None)  # the window goes with this test, the screen with its fixture


def test_enter_on_a_found_address_chooses_it_and_does_not_save(qtbot: QtBot) -> None:
    form = DepotForm(make_depot(), is_new=True)
    qtbot.addWidget(form)
    form.show()
    place = Place(location=Location(lat=47.1, lon=9.5), precision=Precision.ROOFTOP)
    known = Candidate(address=Address(street="Mill Lane 2", city="Vaduz"), place=place)
    form.address.set_candidates([known])
    form.address.found.setFocus()
    form.address.found.setCurrentRow(0)
    with qtbot.assertNotEmitted(form.saved):
        qtbot.keyClick(form.address.found, Qt.Key.Key_Return)
    assert form.address.street.text() == "Mill Lane 2"
    assert form.coordinates.location() == place.location


def test_tab_into_the_found_addresses_shows_the_first_and_one_key_chooses_it(qtbot: QtBot) -> None:
    form = DepotForm(make_depot(), is_new=True)
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    place = Place(location=Location(lat=47.1, lon=9.5), precision=Precision.ROOFTOP)
    for_street = (Candidate(address=Address(street=name), place=place) for name in ("A 1", "B 1"))
    form.address.set_candidates(list(for_street))
    assert not form.address.found.selectedItems()
    form.address.country.setFocus()
    qtbot.keyClick(form.address.country, Qt.Key.Key_Tab)
    assert form.address.found.hasFocus()
    (shown,) = form.address.found.selectedItems()
    assert shown.text().startswith("A 1")
    qtbot.keyClick(form.address.found, Qt.Key.Key_Return)
    assert form.address.street.text() == "A 1"
