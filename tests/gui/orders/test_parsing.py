"""What people type into fields."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale

from app.desktop.widgets.parsing import (
    amount_text,
    parse_amount,
    parse_clock,
    parse_day,
    parse_decimal,
    parse_hours,
    parse_location,
)
from app.domain.geo import Location


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("4.6", "4.6"),
        ("4,6", "4.6"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1 000", "1000"),
        ("-3", "-3"),
    ],
)
def test_point_and_comma_both_mark_decimals(typed: str, number: str) -> None:
    assert parse_decimal(typed) == Decimal(number)


@pytest.mark.parametrize("typed", ["abc", "4kg", "1e400", "nan", "--3"])
def test_what_is_no_number_is_refused_with_its_text(typed: str) -> None:
    with pytest.raises(ValueError, match=r"not a number|more than can be"):
        parse_amount(typed, 1_000)


def test_an_amount_is_kept_in_whole_small_units() -> None:
    assert parse_amount("4,65", 1_000) == 4_650
    assert parse_amount("", 1_000) is None
    assert amount_text(4_650, 1_000) == "4.65"
    assert amount_text(60_000, 1_000) == "60"


@pytest.mark.parametrize("typed", ["1.5", "0,4"])
def test_what_is_counted_is_never_rounded(typed: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        parse_amount(typed, 1)
    assert parse_amount("2.0", 1) == 2


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        parse_amount("-1", 1_000)


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ("8", time(8)),
        ("830", time(8, 30)),
        ("0830", time(8, 30)),
        ("8:30", time(8, 30)),
        ("8.30", time(8, 30)),
        ("8h30", time(8, 30)),
        ("8:30 pm", time(20, 30)),
        ("12 am", time(0)),
        ("24:00", time(23, 59)),
    ],
)
def test_a_time_is_read_as_people_type_it(typed: str, clock: time) -> None:
    assert parse_clock(typed) == clock


@pytest.mark.parametrize("typed", ["25", "8:60", "noon", "123456"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not a time"):
        parse_clock(typed)


def test_coordinates_are_read_as_maps_write_them() -> None:
    assert parse_location("53.563822, 13.289257") == Location(lat=53.563822, lon=13.289257)
    assert parse_location("") is None
    for typed in ("53.5", "a, b", "95, 13", "1, 2, 3"):
        with pytest.raises(ValueError, match="Latitude"):
            parse_location(typed)


@pytest.mark.parametrize(
    ("text", "minutes"), [("7:30", 450), ("7.5", 450), ("7,5", 450), ("9", 540), (" 0:45 ", 45)]
)
def test_hours_are_read_as_people_write_them(text: str, minutes: int) -> None:
    assert parse_hours(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["7:5", "7:75", "-1", "0", "49", "1e9:00", "early"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no length|not a number|negative"):
        parse_hours(text)


@pytest.fixture
def german() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    yield
    QLocale.setDefault(before)


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2024-03-05", date(2024, 3, 5)),
        ("2024-3-5", date(2024, 3, 5)),
        ("5.3.2024", date(2024, 3, 5)),
        ("05/03/24", date(2024, 3, 5)),
        ("5.3.", date(2026, 3, 5)),
        ("2.1", date(2027, 1, 2)),
    ],
)
def test_a_day_is_read_as_the_locale_writes_it_and_its_year_may_be_left_out(
    typed: str, day: date
) -> None:
    assert parse_day(typed, near=date(2026, 8, 28)) == day


def test_where_the_month_comes_first_it_is_typed_first() -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    try:
        assert parse_day("3/5/2024", near=date(2026, 1, 1)) == date(2024, 3, 5)
    finally:
        QLocale.setDefault(before)


@pytest.mark.parametrize("typed", ["305-12-20", "2024-13-01", "30.2.2024", "soon", "120-124", "5"])
def test_what_is_no_service_day_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="no day"):
        parse_day(typed, near=date(2026, 1, 1))
