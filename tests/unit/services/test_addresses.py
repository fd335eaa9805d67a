from __future__ import annotations

import pytest

from app.domain.addresses import Address, Precision
from app.domain.errors import Cancelled
from app.domain.geo import Location
from app.services.addresses import AddressService, pin
from app.services.context import Step
from app.services.workspace import Workspace
from tests.factories import make_order
from tests.unit.services.conftest import Desk

KNOWN = Address(street="Turmstraße 22", postcode="17033", city="Neubrandenburg")
UNKNOWN = Address(street="Rue de Rivoli 5", postcode="75001", city="Paris")


def test_addresses_of_the_region_are_found_and_others_are_not(work: Workspace) -> None:
    steps: list[Step] = []
    found, missing = work.addresses.places([KNOWN, UNKNOWN], steps.append)
    assert found is not None
    assert found.precision is Precision.ROOFTOP
    assert missing is None or not missing.precision.is_plannable
    assert steps[-1].fraction == 1.0


def test_a_pin_that_a_person_placed_is_stronger_than_the_index(work: Workspace) -> None:
    here = Location(lat=53.5566, lon=13.2611)
    (order,) = (make_order(address=KNOWN),)
    work.dispatch.apply(pin(order, here))
    typed_otherwise = Address(street="TURMSTRASSE  22", postcode="17033", city="neubrandenburg")
    (place,) = work.addresses.places([typed_otherwise])
    assert place is not None
    assert (place.location, place.precision) == (here, Precision.CONFIRMED)


def test_the_nearest_address_of_a_place_is_told(work: Workspace) -> None:
    (best, *_) = work.addresses.candidates(KNOWN)
    nearest = work.addresses.reverse(best.place.location)
    assert nearest is not None
    assert nearest.address.street == best.address.street
    assert work.addresses.search("turmstr 22 neubrandenburg")[0].address == best.address


def test_a_cancelled_look_up_gives_nothing(work: Workspace) -> None:
    with pytest.raises(Cancelled):
        work.addresses.places([KNOWN], cancelled=lambda: True)


def test_without_a_region_only_pins_are_known(desk: Desk) -> None:
    addresses = AddressService(desk.database, desk.roads)
    assert addresses.places([KNOWN]) == [None]
    assert addresses.candidates(KNOWN) == addresses.search("Turmstraße") == ()
    assert addresses.reverse(Location(lat=53.5, lon=13.2)) is None
    here = Location(lat=53.5566, lon=13.2611)
    desk.dispatch.apply(pin(make_order(address=KNOWN), here))
    (place,) = addresses.places([KNOWN])
    assert place is not None
    assert place.location == here
