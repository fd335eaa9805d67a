"""Spellings of one street, town or number that must be the same, and those that must not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.roads.address_text import (
    Reading,
    number_key,
    number_parts,
    postcode_key,
    readings,
    street_key,
)


@pytest.mark.parametrize(
    ("line", "street", "number"),
    [
        ("Hauptstraße 14a", "hauptstrasse", "14a"),
        ("Hauptstraße 14 A", "hauptstrasse", "14a"),
        ("Hauptstr.5", "hauptstr.", "5"),
        ("Ringweg12", "ringweg", "12"),
        ("12 Main St", "main st", "12"),
        ("12, rue de Rivoli", "rue de rivoli", "12"),
        ("12 bis rue de Rivoli", "rue de rivoli", "12bis"),
        ("Main St 12", "main st", "12"),
        ("Straße des 17. Juni 135", "strasse des 17. juni", "135"),
        ("Rua 31 de Janeiro 5", "rua 31 de janeiro", "5"),
        ("Dorfstr. Nr. 5", "dorfstr.", "5"),
        ("Calle Mayor n.º 7", "calle mayor", "7"),
        ("Im Feld, 12 – 14", "im feld", "12-14"),
        ("Marktplatz 8 / 10", "marktplatz", "8/10"),
        ("Q7, 24", "q7", "24"),
        ("  Turnastrasse   40 ", "turnastrasse", "40"),
        ("c/o Müller, Hauptstr. 5", "hauptstr.", "5"),
        ("z. Hd. Frau Dr. Klein\nHauptstr. 5", "hauptstr.", "5"),
        ("Hauptstr. 5; attn: Eva 7", "hauptstr.", "5"),
    ],
)
def test_the_likeliest_reading_splits_street_and_number(
    line: str, street: str, number: str
) -> None:
    assert next(readings(line)) == Reading(street, number)


@pytest.mark.parametrize(
    ("line", "reading"),
    [
        ("Main St 12 Apt 4", Reading("main st", "12")),
        ("Hauptstr. 5 Hinterhaus", Reading("hauptstr.", "5")),
        ("Rua do Sol, 7, 2º Esq", Reading("rua do sol", "7")),
        ("Straße des 17. Juni", Reading("strasse des 17. juni", "")),
        ("Am Markt", Reading("am markt", "")),
        ("12", Reading("", "12")),
        ("C/O Eva Müller Hauptstr. 5", Reading("hauptstr.", "5")),
    ],
)
def test_a_line_may_be_read_so_too(line: str, reading: Reading) -> None:
    assert reading in list(readings(line))


@pytest.mark.parametrize("line", ["", "   ", " , "])
def test_nothing_is_read_from_nothing(line: str) -> None:
    assert list(readings(line)) == []


@given(st.text(max_size=400))
def test_any_text_can_be_read(line: str) -> None:
    for reading in readings(line):
        street_key(reading.street)
        number_parts(reading.number)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hauptstraße", "HAUPTSTR."),
        ("Hauptstraße", "Haupt Strasse"),
        ("Johanna-Beckmann-Ring", "johanna beckmann ring"),
        ("Müllerstraße", "Muellerstr"),
        ("Müllerstraße", "Mullerstrasse"),
        ("Brüel", "Brueel"),
        ("Bäuerinnenweg", "Baeuerinnenweg"),
        ("Bäuerinnenweg", "Bauerinnenweg"),
        ("Königsaue", "Koenigsaue"),
        ("Marktplatz", "Marktpl."),
        ("Gartenweg", "Gartenw."),
        ("Mariengasse", "Marieng."),
        ("Sankt-Georg-Straße", "St.-Georg-Str."),
        ("Main Street", "Main St"),
        ("Fifth Avenue", "Fifth Ave."),
        ("Rua de Santa Catarina", "R. Sta Catarina".replace("Sta", "Santa")),
        ("Avenida da Boavista", "Av. Boavista"),
        ("Praça do Município", "Praca Municipio"),
        ("Doktor-Koch-Straße", "Dr.-Koch-Str."),
        ("Kerkstraat", "kerkstr."),
        ("Łąkowa", "Lakowa"),
    ],
)
def test_spellings_of_one_street_have_one_key(one: str, other: str) -> None:
    assert street_key(one) == street_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Am Ring", "Ring"),
        ("Hauptstraße", "Hauptplatz"),
        ("Waldweg", "Waldstraße"),
        ("Lindenallee", "Lindenstraße"),
        ("Neue Straße", "Neuer Weg"),
        ("Neue Straße", "Neustraße"),
        ("Auestraße", "Austraße"),
        ("Äuestrasse", "Austrasse"),
    ],
)
def test_different_streets_have_different_keys(one: str, other: str) -> None:
    assert street_key(one) != street_key(other)


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        ("8 / 10", ("8", "10")),
        ("6a / 6b", ("6a", "6b")),
        ("42,44,46", ("42", "44", "46")),
        ("37-43", ("37", "39", "41", "43")),
        ("1-4", ("1", "2", "3", "4")),
        ("12a-c", ("12a", "12b", "12c")),
        ("68a;68b", ("68a", "68b")),
        ("6a/b", ("6a", "6b")),
        ("14", ("14",)),
        ("1-9999", ("1", "9999")),
    ],
)
def test_lists_and_ranges_hold_their_numbers(number: str, parts: tuple[str, ...]) -> None:
    assert number_parts(number_key(number)) == parts


@pytest.mark.parametrize(
    ("typed", "key"),
    [("D-17033", "17033"), (" 17033", "17033"), ("4760-585", "4760585"), ("sw1a 1aa", "SW1A1AA")],
)
def test_postcodes_lose_blanks_dashes_and_their_country(typed: str, key: str) -> None:
    assert postcode_key(typed) == key
