"""Single cells: what is understood, what is refused, and that nothing is guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.cells import (
    CellError,
    calendar_days,
    cleaned,
    clock,
    is_formula,
    moment,
    neutralised,
    number,
    quantity,
    repaired_mojibake,
    without_text_mark,
)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("4.9", "4.9", ""),
        ("2,1", "2.1", ""),
        ("0,034", "0.034", ""),
        ("4.9 kg", "4.9", "kg"),
        ("500 g", "500", "g"),
        ("2lb", "2", "lb"),
        ("1 234,5", "1234.5", ""),
        ("1'234.5", "1234.5", ""),
        ("1.234,56", "1234.56", ""),
        ("1,234,567", "1234567", ""),
        ("1e9", "1E+9", ""),
        ("-4.5", "-4.5", ""),
        ("0.03 m³", "0.03", "m³"),
    ],
)
def test_a_number_and_its_unit_are_read(text: str, value: str, unit: str) -> None:
    assert quantity(text, is_comma_decimal=False) == (Decimal(value), unit)


@pytest.mark.parametrize(
    "text", ["NaN", "inf", "zwei", "", "--1", "1..2", "1,23,4", "1.2,3.4", "12:30", "1e", "5 kg"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(CellError, match="is not a number"):
        number(text, is_comma_decimal=False)


def test_a_formula_without_a_result_says_how_to_get_one() -> None:
    with pytest.raises(CellError, match="save the file in the spreadsheet program"):
        number("=A1*2", is_comma_decimal=False)


def test_a_comma_that_could_part_thousands_is_refused_where_it_parts_columns() -> None:
    with pytest.raises(CellError, match=r"can be 1234 or 1\.234"):
        quantity("1,234", is_comma_decimal=False)
    assert quantity("1,234", is_comma_decimal=True) == (Decimal("1.234"), "")


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("08:30", 8, 30),
        ("8:30", 8, 30),
        ("8.30", 8, 30),
        ("0830", 8, 30),
        ("8h", 8, 0),
        ("8h30", 8, 30),
        ("8 Uhr", 8, 0),
        ("8 am", 8, 0),
        ("12:15 AM", 0, 15),
        ("12:15 p.m.", 12, 15),
        ("08:30:00", 8, 30),
        ("24:00", 24, 0),
    ],
)
def test_a_clock_time_is_read(text: str, hour: int, minute: int) -> None:
    assert clock(text) == hour * 3_600 + minute * 60


@pytest.mark.parametrize("text", ["ab Mittag", "25:61", "8", "12", "13 pm", "24:01", "0.5", ""])
def test_what_is_no_clock_time_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        clock(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2024-03-05", [date(2024, 3, 5)]),
        ("20240305", [date(2024, 3, 5)]),
        ("5.3.2024", [date(2024, 3, 5)]),
        ("05.03.24", [date(2024, 3, 5)]),
        ("13/4/2024", [date(2024, 4, 13)]),
        ("4/13/2024", [date(2024, 4, 13)]),
        ("4/4/2024", [date(2024, 4, 4)]),
        ("3/4/24", [date(2024, 4, 3), date(2024, 3, 4)]),
    ],
)
def test_a_date_has_as_many_days_as_it_can_mean(text: str, days: list[date]) -> None:
    assert list(calendar_days(text, None)) == days


def test_the_order_of_a_known_program_decides_a_date() -> None:
    assert calendar_days("3/4/2024", "dmy") == (date(2024, 4, 3),)
    assert calendar_days("3/4/2024", "mdy") == (date(2024, 3, 4),)


@pytest.mark.parametrize("text", ["2024-02-30", "32.1.2024", "morgen", "45356", "1/2", ""])
def test_what_is_no_day_of_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        calendar_days(text, None)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("2024-03-05 10:00", None),
        ("2024-03-05T10:00:00Z", 0),
        ("2024-03-05 10:00:00 +0200", 7_200),
        ("2024-03-05T10:00-05:30", -19_800),
    ],
)
def test_a_moment_brings_its_day_and_its_offset(text: str, offset: int | None) -> None:
    found = moment(text, None)
    assert (found.days, found.seconds, found.offset_s) == ((date(2024, 3, 5),), 36_000, offset)


@pytest.mark.parametrize(
    ("raw", "text", "had_hidden"),
    [
        ("  Eva ", "Eva", False),
        ("Max\u202e gnuM", "Max gnuM", True),
        ("a\u00a0b", "a b", False),
        ("one\r\ntwo\rthree", "one\ntwo\nthree", False),
        ("Zoe\u0308", "Zoë", False),
        ("\x00\x07x", "x", True),
        ("نور‌الدین", "نور‌الدین", False),
    ],
)
def test_text_is_kept_without_what_cannot_be_seen(raw: str, text: str, had_hidden: bool) -> None:
    assert cleaned(raw) == (text, had_hidden)


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd|x", "@SUM(A1)", " =1", "＝1+1", "\t=1"]
)
def test_a_formula_is_neutralised_for_spreadsheets(text: str) -> None:
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-4.5", "+49 30 23125 550", "(0395) 12", "Eva", "", "a=b"])
def test_numbers_phones_and_plain_text_stay_as_they_are(text: str) -> None:
    assert neutralised(text) == text


@given(st.text())
def test_what_was_neutralised_is_no_formula_and_is_read_as_it_was(text: str) -> None:
    stored, _ = cleaned(text)
    plain = without_text_mark(stored)
    assert not is_formula(neutralised(plain))
    assert without_text_mark(cleaned(neutralised(plain))[0]) == without_text_mark(plain)


def test_text_of_a_wrong_encoding_is_recognised() -> None:
    assert repaired_mojibake("JÃ¶rg MÃ¼ÃŸig") == "Jörg Müßig"
    assert repaired_mojibake("Jörg Ångström") is None


@given(st.text())
def test_any_text_is_understood_or_refused_in_words(text: str) -> None:
    for reading in (
        lambda: quantity(text, is_comma_decimal=True),
        lambda: moment(text, None),
        lambda: calendar_days(text, None),
    ):
        try:
            reading()
        except CellError as refusal:
            assert str(refusal)  # noqa: PT017 (either outcome is right)
