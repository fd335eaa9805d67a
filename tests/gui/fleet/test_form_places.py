"""Where a depot's gate or a driver's home is follows the address that is typed for it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.desktop.fleet.depot_form import DepotForm
from app.desktop.fleet.driver_form import DriverForm
from app.domain.addresses import Address, Place, Precision
from app.domain.geo import Location
from app.roads.addresses import Candidate
from tests.factories import make_depot, make_driver

HOUSE = Location(lat=47.1, lon=9.5)


def found(
    *, precision: Precision = Precision.ROOFTOP, score: float = 1.0, street: str = "Mill Lane 2"
) -> list[Candidate]:
    place = Place(location=HOUSE, precision=precision, score=score, label=street)
    return [Candidate(address=Address(street=street, city="Vaduz"), place=place)]


@pytest.fixture
def depot_form(qtbot: QtBot) -> DepotForm:
    form = DepotForm(make_depot(), is_new=False)
    qtbot.addWidget(form)
    form.show()
    return form


@pytest.fixture
def driver_form(qtbot: QtBot) -> DriverForm:
    form = DriverForm(make_driver(home=None), (), is_new=False)
    qtbot.addWidget(form)
    form.show()
    return form


def retype(qtbot: QtBot, form: DepotForm | DriverForm, street: str) -> None:
    form.address.street.clear()
    qtbot.keyClicks(form.address.street, street)


def test_nobody_is_said_to_have_placed_a_depot(depot_form: DepotForm) -> None:
    assert depot_form.coordinates.text() != ""
    assert depot_form.address.place_line.text() == ""


def test_a_depot_that_moves_to_a_known_house_is_there(qtbot: QtBot, depot_form: DepotForm) -> None:
    retype(qtbot, depot_form, "Mill Lane 2")
    depot_form.address.set_candidates(found())
    moved = depot_form.value()
    assert moved is not None
    assert moved.location == HOUSE


@pytest.mark.parametrize(
    "doubtful",
    [found(precision=Precision.STREET), found(score=0.6), []],
    ids=["street", "unsure", "unknown"],
)
def test_what_is_not_certainly_the_house_leaves_a_depot_where_it_was(
    qtbot: QtBot, depot_form: DepotForm, doubtful: list[Candidate]
) -> None:
    retype(qtbot, depot_form, "Mill Lane 2")
    depot_form.address.set_candidates(found())
    retype(qtbot, depot_form, "Mill Lane 99")
    depot_form.address.set_candidates(doubtful)
    kept = depot_form.value()
    assert kept is not None
    assert kept.location == make_depot().location


def test_a_gate_that_was_typed_stays_whatever_house_is_found(
    qtbot: QtBot, depot_form: DepotForm
) -> None:
    depot_form.coordinates.clear()
    qtbot.keyClicks(depot_form.coordinates, "47.2, 9.6")
    retype(qtbot, depot_form, "Mill Lane 2")
    depot_form.address.set_candidates(found())
    kept = depot_form.value()
    assert kept is not None
    assert kept.location == Location(lat=47.2, lon=9.6)


def test_the_floor_of_a_depot_moves_no_gate(qtbot: QtBot, depot_form: DepotForm) -> None:
    qtbot.keyClicks(depot_form.address.detail, "2nd floor")
    depot_form.address.set_candidates(found())
    kept = depot_form.value()
    assert kept is not None
    assert kept.location == make_depot().location


def test_a_home_is_where_its_typed_address_is(qtbot: QtBot, driver_form: DriverForm) -> None:
    qtbot.keyClicks(driver_form.address.street, "Mill Lane 2")
    assert driver_form.value() is None  # not looked up yet: nothing is dropped in silence
    driver_form.address.set_candidates(found())
    driver = driver_form.value()
    assert driver is not None
    assert driver.home == HOUSE


def test_a_home_whose_address_nobody_knows_is_asked_for(
    qtbot: QtBot, driver_form: DriverForm
) -> None:
    qtbot.keyClicks(driver_form.address.street, "Nowhere 1")
    driver_form.address.set_candidates([])
    assert driver_form.value() is None
    driver_form.address.street.clear()
    driver = driver_form.value()
    assert driver is not None
    assert driver.home is None
