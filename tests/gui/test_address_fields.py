"""What the fields of an address say of the place that was found for it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.desktop.widgets.address_fields import AddressFields
from app.domain.addresses import Address, Place, Precision
from app.domain.geo import Location
from app.roads.addresses import Candidate


def _said(
    qtbot: QtBot, typed: Address, *, label: str, score: float, is_of_order: bool = True
) -> str:
    fields = AddressFields(is_of_order=is_of_order)
    qtbot.addWidget(fields)
    fields.set_address(typed, None)
    where = Location(lat=53.5, lon=13.2)
    place = Place(location=where, precision=Precision.STREET, score=score, label=label)
    found = [Candidate(place=place, address=Address(street=label))] if label else []
    fields.set_candidates(found)
    return fields.place_line.text()


@pytest.mark.parametrize(
    ("is_of_order", "remedy"),
    [
        (True, "until you place its pin"),
        (False, "from any map"),
    ],
)
@pytest.mark.parametrize("is_like_some", [True, False])
def test_only_an_order_waits_on_hold_for_its_place(
    qtbot: QtBot, is_of_order: bool, remedy: str, is_like_some: bool
) -> None:
    typed = Address(street="Seeweg 5", city="Adorf")
    label = "Seeweg, Bedorf" if is_like_some else ""
    said = _said(qtbot, typed, label=label, score=0.7, is_of_order=is_of_order)
    assert remedy in said
    assert ("choose it" in said) is is_like_some


@pytest.mark.parametrize(
    ("street", "city", "label", "words"),
    [
        ("Seeweg 5", "Adorf", "Seeweg, Adorf", "The house number was not found"),
        ("Seeweg", "Adorf", "Seeweg, Adorf", "No house number is given"),
        ("Rua Longa", "Porto", "Rua Longa", "see whether the pin is in Porto"),
    ],
)
def test_what_is_missing_is_told_as_it_is(
    qtbot: QtBot, street: str, city: str, label: str, words: str
) -> None:
    assert words in _said(qtbot, Address(street=street, city=city), label=label, score=0.9)
