"""What an import tells of the place that was found for an address."""

from __future__ import annotations

import pytest

from app.domain.addresses import Address, Place, Precision
from app.domain.geo import Location
from app.services.import_places import address_problem


@pytest.mark.parametrize(
    ("typed", "precision", "label", "code"),
    [
        (Address(street="Seeweg 5"), Precision.STREET, "Seeweg, Adorf", "house_number_unknown"),
        (Address(street="Seeweg"), Precision.STREET, "Seeweg, Adorf", "house_number_missing"),
        (Address(street="Straße des 17. Juni"), Precision.STREET, "X, Y", "house_number_missing"),
        (Address(street="Rua 7", city="Porto"), Precision.STREET, "Rua", "town_unchecked"),
        (Address(street="Rua Longa 7"), Precision.STREET, "Rua Longa", "house_number_unknown"),
        (Address(street="Seeweg 5", city="Adorf"), Precision.ROOFTOP, "Seeweg 5, Adorf", None),
        (Address(street="Rua 5", city="Porto"), Precision.CONFIRMED, "", None),
    ],
)  # fmt: skip
def test_what_is_not_known_of_a_place_is_what_is_told(
    typed: Address, precision: Precision, label: str, code: str | None
) -> None:
    place = Place(location=Location(lat=53.5, lon=13.2), precision=precision, label=label)
    problem = address_problem(2, "address", typed, place)
    assert (problem and problem.code) == code
