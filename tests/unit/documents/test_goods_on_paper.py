"""Paper says where goods come from, where they go, and what comes back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.documents.print_parts import Part
from app.domain.addresses import Address
from app.domain.manifest_changes import manifest_changes
from app.domain.manifests import labels
from app.domain.orders import Order, OrderKind, barcodes
from app.domain.rules import OrderRules
from tests.factories import make_order
from tests.unit.documents.day_papers import paper
from tests.unit.documents.test_manifest_rows import pages


def pair() -> tuple[Order, Order]:
    pickup = make_order(
        recipient="Workshop", kind=OrderKind.PICKUP, parcels=barcodes("P", 2), weight_g=12_000
    )
    delivery = make_order(
        recipient="Olga",
        address=Address(street="Ring 4", postcode="17033", city="Neubrandenburg"),
        parcels=barcodes("D", 2),
        weight_g=12_000,
        rules=OrderRules(collected_by=pickup.id),
    )
    return pickup, delivery


def test_the_driver_reads_where_goods_of_a_pair_come_from_and_where_they_go(
    tmp_path: Path,
) -> None:
    pickup, delivery = pair()
    text = "\n".join(pages(tmp_path, make_order(), pickup, delivery))
    assert "from stop 2" in text
    assert "for stop 3" in text


def test_goods_that_are_picked_up_on_the_way_are_not_on_the_load_list(tmp_path: Path) -> None:
    pickup, delivery = pair()
    first = make_order(recipient="First", weight_g=5_000)
    text = "\n".join(pages(tmp_path, first, pickup, delivery, parts=(Part.LOAD_LIST,)))
    assert "First" in text
    assert "Olga" not in text
    assert "1 parcel · 5.0 of" in text


def test_a_route_of_pairs_alone_has_nothing_to_load(tmp_path: Path) -> None:
    (text,) = pages(tmp_path, *pair(), parts=(Part.LOAD_LIST,))
    assert "Nothing to load at the depot" in text


def test_goods_of_a_pair_wear_the_label_of_the_door_they_go_to(tmp_path: Path) -> None:
    back = make_order(recipient="Return", kind=OrderKind.PICKUP, parcels=barcodes("R", 1))
    texts = pages(tmp_path, *pair(), back, parts=(Part.LABELS,))
    assert [("Olga" in text, "FROM STOP 1" in text) for text in texts] == [
        (True, True),
        (True, True),
        (False, False),
    ]
    assert "PICK UP" in texts[-1]


def test_a_label_of_the_pickup_of_a_pair_is_printed_where_it_is_asked_for() -> None:
    pickup, delivery = pair()
    printed = paper(pickup, delivery)
    assert {each.line.order for each in labels(printed)} == {delivery.id}
    assert {each.line.order for each in labels(printed, [pickup.id])} == {pickup.id}


def test_the_return_slip_of_a_pair_names_who_gets_the_goods(tmp_path: Path) -> None:
    (text,) = pages(tmp_path, *pair(), parts=(Part.RETURN_SLIPS,))
    assert text.count("Olga") == 2
    assert "Ring 4, 17033 Neubrandenburg · stop 2" in text
    assert "Depot Nord" not in text


def test_the_driver_is_told_what_to_take_back(tmp_path: Path) -> None:
    order = make_order(rules=OrderRules(takes_back=(1_500, 0, 2)))
    assert "TAKE BACK 2 parcels · 1.5 kg" in "\n".join(pages(tmp_path, order))


def test_paper_without_it_is_told_what_to_take_back_and_where_goods_are_now() -> None:
    order = make_order()
    rules = OrderRules(takes_back=(0, 0, 1), collected_by=make_order().id)
    before, now = paper(order), paper(order)
    after = paper(replace(order, rules=rules))
    assert manifest_changes(before, now).lines == ()
    (line,) = manifest_changes(before, after).lines
    assert [(each.name, each.before, each.now) for each in line.fields] == [
        ("Goods from", "the depot", "a pick-up"),
        ("To take back", "nothing", "1 parcel"),
    ]


def test_of_amounts_that_nobody_knows_paper_says_nothing(tmp_path: Path) -> None:
    parts = (Part.MANIFEST, Part.LOAD_LIST)
    for amount, unit in (("volume_cm3", "m³"), ("weight_g", "kg")):
        unknown = make_order(**{amount: 0})
        assert unit not in "\n".join(pages(tmp_path, unknown, parts=parts))
        assert unit in "\n".join(pages(tmp_path, make_order(), parts=parts))
