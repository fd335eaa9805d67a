"""Look-ups in the bundled sample: the right house, and never a wrong one as sure."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.domain.addresses import Address, Precision
from app.domain.errors import Cancelled, RegionError
from app.domain.geo import Location, distance_m
from app.roads import address_store
from app.roads.address_build import index_addresses
from app.roads.address_scan import scan
from app.roads.addresses import AddressIndex, Candidate
from app.roads.progress import never
from tests.unit.roads.extracts import SmallExtract


def address(street: str, postcode: str = "17033", city: str = "Neubrandenburg") -> Address:
    return Address(street=street, postcode=postcode, city=city)


def best(index: AddressIndex, typed: Address) -> Candidate:
    return index.lookup(typed)[0]


@pytest.mark.parametrize(
    "typed",
    [
        address("Veilchenweg 6b"),
        address("VEILCHENWEG 6 B"),
        address("6b, Veilchenweg"),
        address("  veilchenw. 6b "),
        address("Veilchenweg 6b", city="neubrandenbrug"),
        address("Veilchenweg 6b", postcode=""),
        address("Veilchenweg 6b", city=""),
        address("Veilchenweg 6b", postcode="D-17033"),
        address("Veilchenweg 6b, 17033 Neubrandenburg", "", ""),
        address("Veilchenweg 6b,Neubrandenburg,,17033", "", ""),
        address("Veilchenweg 6b Neubrandenburg", "", ""),
    ],
)
def test_the_house_is_found_however_it_is_typed(index: AddressIndex, typed: Address) -> None:
    found = best(index, typed)
    assert found.place.label == "Veilchenweg 6b, 17033 Neubrandenburg"
    assert found.place.precision is Precision.ROOFTOP
    assert found.is_sure
    assert distance_m(found.place.location, Location(lat=53.520696, lon=13.268631)) < 5


@pytest.mark.parametrize(
    "typed",
    [
        address("Veilchneweg 6b"),
        address("Veilcenweg 6b"),
        address("Veilchenwegg 6b", postcode=""),
        address("Vielchenweg 6b", city=""),
        address("Feilchenweg 6b", city="Neubrandenbrug"),
        address("Veilchenweg 6b", "", ""),
    ],
)
def test_one_slip_or_no_town_is_read_as_the_only_street_that_can_be_meant(
    index: AddressIndex, typed: Address
) -> None:
    found = best(index, typed)
    assert found.place.label == "Veilchenweg 6b, 17033 Neubrandenburg"
    assert found.place.precision is Precision.ROOFTOP
    assert found.is_sure
    assert found.place.is_read_as
    assert not best(index, address("Veilchenweg 6b")).place.is_read_as


@pytest.mark.parametrize(
    "typed",
    [
        address("Vielcehnweg 6b"),  # two slips
        address("Veilchneweg 6b", "", ""),  # no town
        address("Veilchneweg 6b", "20095", "Hamburg"),
        address("Veilchenweg 6b", postcode="87911"),
        address("Veilchenweg 6b", city="Hamburg"),
        address("Veilchenweg 6b", "20095", "Hamburg"),
    ],
)
def test_a_slip_or_a_conflict_gives_a_suggestion_that_is_not_sure(
    index: AddressIndex, typed: Address
) -> None:
    found = best(index, typed)
    assert found.place.label == "Veilchenweg 6b, 17033 Neubrandenburg"
    assert not found.is_sure


def test_a_wrong_town_and_postcode_score_less_than_one_of_them(index: AddressIndex) -> None:
    both = best(index, address("Veilchenweg 6b", "20095", "Hamburg")).place.score
    one = best(index, address("Veilchenweg 6b", "17033", "Hamburg")).place.score
    assert both < one < 1


def test_a_slip_in_the_street_of_a_number_that_it_lacks_is_not_sure(index: AddressIndex) -> None:
    assert not best(index, address("Veilchneweg 4711")).is_sure


@pytest.mark.parametrize("number", ["9689", "4711", ""])
def test_a_number_that_is_not_known_gives_the_street(index: AddressIndex, number: str) -> None:
    found = best(index, address(f"Hufelandstraße {number}", "17036"))
    assert found.place.label == "Hufelandstraße, 17036 Neubrandenburg"
    assert found.place.precision is Precision.STREET


@pytest.mark.parametrize("street", ["Straße der Kosmonauten 17", "Mondscheinallee 250", "0, 0"])
def test_an_unknown_street_gives_no_more_than_the_town(index: AddressIndex, street: str) -> None:
    found = best(index, address(street))
    assert found.place.precision is Precision.PLACE
    assert found.address.city == "Neubrandenburg"
    assert not found.is_sure


def test_nothing_is_found_where_nothing_is_known(index: AddressIndex) -> None:
    assert index.lookup(address("Unter den Linden 77", "10117", "Berlin")) == ()
    assert index.lookup(Address()) == ()


def test_the_town_tells_streets_of_one_name_apart(index: AddressIndex) -> None:
    here = best(index, address("Rotdornstraße 18", "17033", "Neubrandenburg")).place
    there = best(index, address("Rotdornstraße 4", "17039", "Neuendorf")).place
    assert here.label == "Rotdornstraße 18, 17033 Neubrandenburg"
    assert there.label == "Rotdornstraße 4, 17039 Neuendorf"


def test_many_are_looked_up_in_order_and_can_be_cancelled(index: AddressIndex) -> None:
    wanted = [address("Veilchenweg 6b"), address("Nirgendwo 1", "1", "X")] * 2
    one, none, again, _ = index.lookup_many(wanted, limit=1)
    assert one == again == index.lookup(wanted[0], limit=1)
    assert none == ()
    with pytest.raises(Cancelled):
        index.lookup_many(wanted, lambda: True)


def test_threads_may_look_up_at_once(index: AddressIndex) -> None:
    typed = [address(f"Veilchenweg {number}") for number in range(1, 30)] * 10
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(index.lookup, typed)) == [index.lookup(each) for each in typed]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Veilchenweg 6b", "Veilchenweg 6b, 17033 Neubrandenburg"),
        ("veilch", "Veilchenweg, 17033 Neubrandenburg"),
        ("Veilchenweg", "Veilchenweg, 17033 Neubrandenburg"),
        ("veilchenweg 6", "Veilchenweg 6a, 17033 Neubrandenburg"),
        ("17094 Burg Stargard", "17094 Burg Stargard"),
        ("wulkenzin", "17039 Wulkenzin"),
    ],
)
def test_a_search_offers_what_the_text_may_become(
    index: AddressIndex, text: str, label: str
) -> None:
    assert label in [found.place.label for found in index.search(text)]


def test_a_search_for_nothing_offers_nothing(index: AddressIndex) -> None:
    assert index.search("  ") == ()


def test_a_place_on_the_map_has_the_nearest_address(index: AddressIndex) -> None:
    found = index.reverse(Location(lat=53.5207, lon=13.26864))
    assert found is not None
    assert found.place.label == "Veilchenweg 6b, 17033 Neubrandenburg"
    assert index.reverse(Location(lat=53.45, lon=13.12)) is None


def indexed(made: SmallExtract, folder: Path) -> AddressIndex:
    """The addresses of an extract, without its roads and map."""
    found = scan(made.write(folder / "made.osm.pbf"), never)
    tables = index_addresses(found, never)
    address_store.write(folder, tables.streets, tables.houses, tables.places)
    return AddressIndex(folder)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AddressIndex]:
    """What mappers do, in one village."""
    folder = tmp_path_factory.mktemp("village")
    made = SmallExtract()
    made.node(53.5, 13.2, {"place": "village", "name": "Adorf"})
    made.node(53.6, 13.2, {"place": "village", "name": "Bedorf"})
    made.road("Hauptstraße", 53.5)
    made.road("Seeweg", 53.502)
    made.house("Hauptstraße", "1", 53.5001, 13.2000)
    made.house("Hauptstraße", "5", 53.5001, 13.2008)
    made.house("Hauptstraße", "12-16", 53.5001, 13.2020)
    made.house("Hauptstraße", "20a", 53.5001, 13.2030, postcode="")
    # a node and its building
    made.house("Seeweg", "3", 53.50210, 13.2)
    corners = [(53.5022, 13.2), (53.5022, 13.2002), (53.5023, 13.2002), (53.5023, 13.2)]
    nodes = [made.node(*corner) for corner in corners]
    tags = {"addr:street": "Seeweg", "addr:housenumber": "3", "addr:city": "Adorf"}
    made.way([*nodes, nodes[0]], tags)
    # a school that is a relation
    outline = made.way([*nodes, nodes[0]], {"source": "survey"})
    made.relation(
        [outline],
        {
            "type": "multipolygon",
            "addr:street": "Seeweg",
            "addr:housenumber": "9",
            "addr:city": "Adorf",
        },
    )
    # numbers drawn as a line
    ends = [
        made.house("Birkenweg", number, 53.504, lon) for number, lon in (("2", 13.2), ("8", 13.206))
    ]
    made.way(ends, {"addr:interpolation": "even"})
    for row, (street, first, last, kind) in enumerate((
        ("Ahornweg", "1", "7", "odd"), ("Buchenweg", "1", "4", "all"),
        ("Lindenhof", "9", "1", "4"), ("Ulmenhof", "3a", "3d", "alphabetic"),
        ("Tannenhof", "3d", "3a", "alphabetic"),
    )):  # fmt: skip
        lat = 53.512 + row / 1000
        ends = [made.house(street, first, lat, 13.2), made.house(street, last, lat, 13.206)]
        made.way([ends[0], made.node(lat, 13.203), ends[1]], {"addr:interpolation": kind})
    # a village without street names, and one house with neither
    made.house("", "7", 53.506, 13.2, place="Cedorf")
    made.house("", "4", 53.50005, 13.2011, city="", postcode="")
    # the same street and number in the next village, and twice in this one
    made.house("Dorfstraße", "1", 53.5, 13.21)
    made.house("Dorfstraße", "1", 53.6, 13.2, city="Bedorf")
    made.house("Dorfstraße", "3", 53.5, 13.211)
    made.house("Ring", "1", 53.51, 13.2)
    made.house("Ring", "1", 53.52, 13.2)
    # names that are easily taken for others
    for number, street in enumerate((
        "Eschenweg", "Planstraße A", "Turmstraße", "Sonnenallee", "Sonnenalle",
        "Friedrich-Engels-Ring", "Fritz-Reuter-Straße", "Franz-Reuter-Straße",
        "Rua de São Domingos", "Rua de Santa Clara",
    )):  # fmt: skip
        made.house(street, "1", 53.508, 13.2 + number / 100)
    made.house("Wiesengrund", "1", 53.508, 13.2)
    made.house("Wiesengrun", "2", 53.6, 13.2, city="Bedorf")
    # a road without houses, and one beyond the box
    made.road("Am Wald", 53.6)
    made.house("Fern", "1", 55.0, 13.2)
    with indexed(made, folder) as index:
        yield index


def in_adorf(street: str) -> Address:
    return address(street, "17000", "Adorf")


@pytest.mark.parametrize(
    ("typed", "label", "precision"),
    [
        ("Hauptstraße 12-16", "Hauptstraße 12-16", Precision.ROOFTOP),
        ("Hauptstraße 12", "Hauptstraße 12-16", Precision.ROOFTOP),
        ("Hauptstraße 14", "Hauptstraße 12-16", Precision.ROOFTOP),
        ("Hauptstraße 3", "Hauptstraße 3", Precision.INTERPOLATED),
        ("Hauptstraße 4", "Hauptstraße 4", Precision.INTERPOLATED),
        ("Hauptstraße 5c", "Hauptstraße 5", Precision.INTERPOLATED),
        ("Hauptstraße 20", "Hauptstraße 20a", Precision.INTERPOLATED),
        ("Hauptstraße 99", "Hauptstraße", Precision.STREET),
        ("Birkenweg 2", "Birkenweg 2", Precision.ROOFTOP),
        ("Birkenweg 6", "Birkenweg 6", Precision.INTERPOLATED),
        ("Hauptstraße 6-8", "Hauptstraße 6", Precision.INTERPOLATED),
        ("Hauptstraße 5 b-d", "Hauptstraße 5", Precision.INTERPOLATED),
        ("Seeweg 9", "Seeweg 9", Precision.ROOFTOP),
        ("Cedorf 7", "Cedorf 7", Precision.ROOFTOP),
        ("Am Wald 3", "Am Wald", Precision.STREET),
    ],
)
def test_each_way_of_mapping_a_number_has_its_precision(
    village: AddressIndex, typed: str, label: str, precision: Precision
) -> None:
    found = best(village, in_adorf(typed))
    assert found.place.label.split(",")[0] == label
    assert found.place.precision is precision


@pytest.mark.parametrize(
    ("typed", "lat", "lon"),
    [
        ("Birkenweg 6", 53.504, 13.204),
        ("Ahornweg 5", 53.512, 13.204),
        ("Buchenweg 2", 53.513, 13.202),
        ("Lindenhof 5", 53.514, 13.203),  # drawn from 9 down to 1, each fourth
        ("Ulmenhof 3b", 53.515, 13.202),
        ("Tannenhof 3b", 53.516, 13.204),
    ],
)
def test_a_number_from_a_line_lies_on_the_line(
    village: AddressIndex, typed: str, lat: float, lon: float
) -> None:
    found = best(village, in_adorf(typed)).place
    assert found.precision is Precision.INTERPOLATED
    assert distance_m(found.location, Location(lat=lat, lon=lon)) < 1


def test_a_node_and_its_building_are_one_house_at_the_node(village: AddressIndex) -> None:
    (found,) = village.lookup(in_adorf("Seeweg 3"))
    assert found.place.location == Location(lat=53.5021, lon=13.2)


def test_a_missing_postcode_is_that_of_the_neighbours(village: AddressIndex) -> None:
    assert best(village, in_adorf("Hauptstraße 20a")).address.postcode == "17000"


def test_a_house_without_a_street_is_never_a_rooftop_of_the_nearest(village: AddressIndex) -> None:
    found = best(village, in_adorf("Hauptstraße 4"))
    assert found.place.precision is not Precision.ROOFTOP


def test_the_same_address_twice_is_not_sure(village: AddressIndex) -> None:
    first, second = village.lookup(in_adorf("Ring 1"))[:2]
    assert first.place.label == second.place.label
    assert not first.is_sure
    (alone,) = village.lookup(in_adorf("Ring 1"), limit=1)
    assert not alone.is_sure


def test_without_a_town_the_same_street_in_two_is_not_sure(village: AddressIndex) -> None:
    found = village.lookup(Address(street="Dorfstraße 1"))
    assert {each.address.city for each in found[:2]} == {"Adorf", "Bedorf"}
    assert not any(each.is_sure for each in found)
    assert best(village, address("Dorfstraße 1", "", "Bedorf")).address.city == "Bedorf"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Turmstrasße 1", "Turmstraße 1"),
        ("F.-Engels-Ring 1", "Friedrich-Engels-Ring 1"),
        ("Friedr. Engelsring 1", "Friedrich-Engels-Ring 1"),
        ("F Engels Ring 1", "Friedrich-Engels-Ring 1"),
        ("c/o Meier, F.-Engels-Ring 1", "Friedrich-Engels-Ring 1"),
        ("c/o Eva Meier Turmstr. 1", "Turmstraße 1"),
        ("R. S. Domingos 1", "Rua de São Domingos 1"),
        ("R. Sta. Clara 1", "Rua de Santa Clara 1"),
    ],
)
def test_what_can_only_be_one_street_is_taken(village: AddressIndex, typed: str, read: str) -> None:
    found = best(village, in_adorf(typed))
    assert found.place.label == f"{read}, 17000 Adorf"
    assert found.is_sure


@pytest.mark.parametrize(
    "typed",
    [
        "Eichenweg 1",  # one letter for another in a short name: a name of its own
        "Planstraße B 1",
        "Tumrstraße 1",
        "Sonnnenallee 1",  # the other is only two letters away
        "Wiesengrun 1",  # somewhere else a street is called so
        "F.-Reuter-Straße 1",  # Fritz or Franz
    ],
)
def test_what_may_be_another_street_is_not_sure(village: AddressIndex, typed: str) -> None:
    assert not best(village, in_adorf(typed)).is_sure


def test_a_postcode_of_several_villages_does_not_tell_which_street(village: AddressIndex) -> None:
    # the region knows the number in one of them, but not all numbers of the other
    assert not best(village, Address(street="Dorfstraße 3", postcode="17000")).is_sure


def test_a_number_that_the_street_lacks_needs_a_town(village: AddressIndex) -> None:
    """Without one, a street of the same name that the region doesn't know may be meant."""
    typed = Address(street="Hauptstraße 99", postcode="17000")
    assert best(village, typed).place.precision is Precision.STREET
    assert not best(village, typed).is_sure
    assert best(village, Address(street="Hauptstraße 99", city="Adorf")).is_sure
    assert best(village, Address(street="Hauptstraße", postcode="17000")).is_sure


@pytest.mark.parametrize(
    ("typed", "is_sure"),
    [
        (Address(street="Rua Longa 7"), True),
        (Address(street="Rua Longa 7", postcode="17033-120"), True),
        (Address(street="Rua Longa 7", postcode="20095"), False),
        (Address(street="Rua Longa 7", city="Lisboa"), False),
        (Address(street="Rua Longa", city="Porto"), True),
        (Address(street="Rua Longa 7", city="Gaia"), False),
        (Address(street="Rua Longa 7", city="Olhalvo"), True),
        (Address(street="Rua Longa 7", city="Bedorf"), False),
        (Address(street="Rua da Igreja 7", city="Lisboa"), False),
        (Address(street="Rua da Igreja 7"), False),
    ],
)
def test_a_street_without_a_town_is_found_where_it_is_the_only_one(
    tmp_path: Path, typed: Address, *, is_sure: bool
) -> None:
    made = SmallExtract()
    made.road("Rua Longa", 53.5)
    made.road("Rua Longa", 53.5, lon=13.203)
    made.road("Rua da Igreja", 53.5)
    made.road("Rua da Igreja", 53.6)
    made.node(53.9, 13.2, {"place": "village", "name": "Bedorf"})
    made.house("Rua Nova", "1", 53.9, 13.9, postcode="17033-001")
    made.house("Rua Nova", "3", 53.9, 13.9, postcode="17034-001")
    made.node(53.53, 13.2, {"place": "village", "name": "Olhalvo"})
    homes = [("Porto", Location(lat=53.57, lon=13.2)), ("Gaia", Location(lat=53.7, lon=13.2))]
    found = indexed(made, tmp_path).lookup(typed, homes=homes)[0]
    assert found.place.precision is Precision.STREET
    assert found.is_sure == is_sure


@pytest.mark.parametrize(
    ("line", "is_sure"),
    [
        ("Turmstraße 1", True),
        ("Turmstraße, 1", True),
        ("Turmstraße 1, Hinterhaus links", True),
        ("Turmstraße 1 Seitenflügel", True),
        ("Turmstraße 1, 2. Etage", True),
        ("Turmstraße 1, c/o Meier", True),
        ("Turmstraße 1 Adorf", True),
        ("Turmstraße 1, Berlin", False),
        ("Turmstraße 1 Berlin", False),
        ("Turmstraße 1, 10115 Berlin", False),
        ("Turmstraße 1 10115 Berlin", False),
        ("Turmstraße 1, 10115", False),
        ("1 Turmstraße, Berlin", False),
    ],
)
def test_a_line_with_an_unknown_town_is_not_taken_for_the_region(
    village: AddressIndex, line: str, *, is_sure: bool
) -> None:
    assert best(village, Address(street=line)).is_sure == is_sure


def test_a_street_is_not_mixed_with_one_that_lacks_its_e(tmp_path: Path) -> None:
    made = SmallExtract()
    made.road("Neue Straße", 53.5)
    made.road("Neustraße", 53.52)
    for number in ("1", "5"):
        made.house("Neue Straße", number, 53.5001, 13.2)
        made.house("Neustraße", number, 53.5201, 13.2)
    index = indexed(made, tmp_path)
    for typed in ("Neue Straße 5", "Neue Str. 5", "Neustr. 5"):
        found = best(index, in_adorf(typed))
        assert found.is_sure
        assert found.address.street == ("Neustraße 5" if "Neustr" in typed else "Neue Straße 5")


def test_what_lies_outside_of_the_box_is_not_there(village: AddressIndex) -> None:
    assert not [f for f in village.lookup(in_adorf("Fern 1")) if "Fern" in f.place.label]


def test_a_damaged_index_is_refused(tmp_path: Path) -> None:
    (tmp_path / "addresses.sqlite").write_bytes(b"not a database, whatever it is" * 100)
    with pytest.raises(RegionError, match="Build the region again"):
        AddressIndex(tmp_path)


@pytest.mark.parametrize("name", ["orders-500", "orders-dirty-200"])
def test_orders_as_people_type_them_are_found_and_none_is_wrong(
    shared_data: Path, index: AddressIndex, name: str
) -> None:
    folder = shared_data / "orders"
    if not (folder / f"{name}.csv").is_file():
        pytest.skip(f"needs {name}.csv")
    lines = (folder / f"{name}.csv").read_bytes().decode("utf-8", "replace").splitlines(True)
    truth = list(csv.DictReader((folder / f"{name}.truth.csv").read_text("utf-8").splitlines()))
    outcome: Counter[str] = Counter()
    for order, known in zip(csv.DictReader(lines), truth, strict=True):
        typed = address(order["address"] or "", order["postcode"] or "", order["city"] or "")
        found = index.lookup(typed)
        there = Location(lat=float(known["lat"]), lon=float(known["lon"]))
        is_house = bool(found) and found[0].place.precision is Precision.ROOFTOP
        if is_house and found[0].is_sure:
            is_right = distance_m(found[0].place.location, there) < 30
            outcome["right" if is_right else "wrong"] += 1
        else:
            outcome["unsure"] += 1
    assert outcome["wrong"] == 0
    assert outcome["right"] >= (0.99 if name == "orders-500" else 0.87) * len(truth)
