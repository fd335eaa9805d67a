"""Addresses that stand in one cell."""

from __future__ import annotations

import pytest

from app.documents.address_lines import from_one_line
from app.domain.addresses import Address


@pytest.mark.parametrize(
    "text",
    [
        "c/o Meier, Turmstraße 22, 17033 Neubrandenburg",
        "Turmstraße 22, c/o Meier, 17033 Neubrandenburg",
        "c/o Meier\nTurmstraße 22\n17033 Neubrandenburg",
    ],
)
def test_who_takes_the_goods_is_never_the_street(text: str) -> None:
    assert from_one_line(text) == Address(
        street="Turmstraße 22", detail="c/o Meier", postcode="17033", city="Neubrandenburg"
    )


def test_a_line_with_nothing_else_stays_as_it_is() -> None:
    assert from_one_line("c/o Meier").street == "c/o Meier"
