from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.config import Settings
from app.domain.addresses import Address, Place, Precision
from app.domain.edits import ChangeFleet, ChangeOrders
from app.domain.errors import Cancelled
from app.domain.geo import Location
from app.roads import address_store
from app.roads.address_build import index_addresses
from app.roads.address_scan import scan
from app.roads.addresses import AddressIndex
from app.roads.progress import never
from app.services.addresses import AddressService, pin
from app.services.context import Step
from app.services.roads import RoadsService
from app.services.workspace import Workspace
from app.storage.database import Database
from tests.factories import make_depot, make_order
from tests.unit.roads.extracts import SmallExtract
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


def test_a_town_that_no_map_tells_is_known_by_its_depot(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    made = SmallExtract()
    made.road("Rua Longa", 53.5)
    made.house("Rua Nova", "1", 53.9, 13.9)
    tables = index_addresses(scan(made.write(tmp_path / "made.osm.pbf"), never), never)
    address_store.write(tmp_path, tables.streets, tables.houses, tables.places)

    class _Roads(RoadsService):
        def addresses(self) -> AddressIndex:
            return index

    with AddressIndex(tmp_path) as index:
        desk = Desk(database, settings)
        typed = Address(street="Rua Longa 7", city="Porto")
        service = AddressService(database, _Roads(settings))

        def finds() -> list[Place | None]:
            (first, *_) = service.candidates(typed)
            (second, *_) = service.search(typed.line)
            return [*service.places([typed]), first.place, second.place]

        assert [place is not None and place.is_sure for place in finds()] == [False] * 3
        home = Address(street="Rua Nova 1", city="PORTO")
        depot = make_depot(address=home, location=Location(lat=53.51, lon=13.2))
        desk.dispatch.apply(ChangeFleet(put=(depot,)))
        assert [place is not None and place.is_sure for place in finds()] == [True] * 3


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


HERE, THERE = Location(lat=53.5566, lon=13.2611), Location(lat=53.56, lon=13.27)


def _pinned(desk: Desk, address: Address) -> Location | None:
    (place,) = AddressService(desk.database, desk.roads).places([address])
    return place.location if place is not None else None


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_an_order_that_goes_to_another_address_leaves_the_old_one_its_pin(
    desk: Desk, is_confirmed: bool
) -> None:
    desk.dispatch.apply(pin(order := make_order(address=KNOWN), HERE))
    (order,) = desk.orders.get([order.id])
    precision = Precision.CONFIRMED if is_confirmed else Precision.ROOFTOP
    moved = replace(order, address=UNKNOWN, place=Place(location=THERE, precision=precision))
    applied = desk.dispatch.apply(ChangeOrders(put=(moved,)))
    assert _pinned(desk, KNOWN) == HERE
    assert _pinned(desk, UNKNOWN) == (THERE if is_confirmed else None)
    undone = desk.dispatch.apply(applied.inverse)
    assert (_pinned(desk, KNOWN), _pinned(desk, UNKNOWN)) == (HERE, None)
    desk.dispatch.apply(undone.inverse)
    assert _pinned(desk, UNKNOWN) == (THERE if is_confirmed else None)


def test_undo_of_a_pin_brings_back_the_one_before(desk: Desk) -> None:
    desk.dispatch.apply(pin(make_order(address=KNOWN), HERE))
    (other,) = desk.add_orders(make_order(address=KNOWN))
    applied = desk.dispatch.apply(pin(other, THERE))
    assert _pinned(desk, KNOWN) == THERE
    desk.dispatch.apply(applied.inverse)
    assert _pinned(desk, KNOWN) == HERE


def test_a_pin_of_an_order_without_a_street_is_remembered_for_no_other(desk: Desk) -> None:
    desk.dispatch.apply(pin(make_order(address=Address(city="Neubrandenburg")), HERE))
    assert _pinned(desk, Address(city="Neubrandenburg")) is None


@pytest.mark.parametrize(
    ("typed", "is_the_same"),
    [
        (replace(KNOWN, country="DE"), True),
        (replace(KNOWN, street="Turmstr. 22"), True),
        (Address(street="turmstrasse 22, 17033 Neubrandenburg"), True),
        (replace(KNOWN, street="Turmstraße 2"), False),
        (replace(KNOWN, city="Berlin"), False),
        (replace(KNOWN, postcode="17034"), False),
    ],
)
def test_a_pin_holds_for_the_same_address_as_another_shop_writes_it(
    desk: Desk, typed: Address, is_the_same: bool
) -> None:
    desk.dispatch.apply(pin(make_order(address=KNOWN), HERE))
    assert _pinned(desk, typed) == (HERE if is_the_same else None)


def test_of_pins_for_one_address_in_two_spellings_each_keeps_its_own(desk: Desk) -> None:
    abroad = replace(KNOWN, country="DE")
    desk.dispatch.apply(pin(make_order(address=KNOWN), HERE))
    desk.dispatch.apply(pin(make_order(address=abroad), THERE))
    assert (_pinned(desk, KNOWN), _pinned(desk, abroad)) == (HERE, THERE)
    assert _pinned(desk, replace(KNOWN, street="Turmstr. 22")) == THERE, "the last one"
