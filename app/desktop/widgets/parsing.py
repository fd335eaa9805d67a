"""What people type into fields, turned into values; ValueError says what is wrong with it."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QCoreApplication, QLocale

from app.domain.geo import Location

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
"""No service day is before or after; a year that is typed wrong is seen at once."""
_MOST_HOURS = timedelta(hours=48)
_ISO_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_LOCAL_DAY = re.compile(r"\d{1,2}\s*[./-]\s*\d{1,2}\s*(?:[./-]\s*(?:\d{4}|\d{2})?)?")
_NUMBERS = re.compile(r"\d+")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm)?")


def parse_decimal(text: str) -> Decimal | None:
    """A number with a decimal point or comma, with or without group marks; None for no text."""
    typed = re.sub(r"[\s\u00a0\u202f']", "", text)
    if not typed:
        return None
    if "," in typed and "." in typed:
        # The last of the two marks the decimals, whatever the locale.
        group = "," if typed.rindex(".") > typed.rindex(",") else "."
        typed = typed.replace(group, "")
    try:
        number = Decimal(typed.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(
            QCoreApplication.translate("fields", "“{0}” is not a number.").format(text)
        )
    return number


def parse_amount(text: str, factor: int) -> int | None:
    """A number that is not negative, as whole parts of its unit: kilograms (1000) as grams.

    What is counted (1) is typed as a whole number.
    """
    number = parse_decimal(text)
    if number is None:
        return None
    if number < 0:
        raise ValueError(QCoreApplication.translate("fields", "This can't be negative."))
    if number * factor >= 10**12:
        raise ValueError(QCoreApplication.translate("fields", "This is more than can be."))
    if factor == 1 and number != int(number):
        raise ValueError(QCoreApplication.translate("fields", "This is a whole number."))
    return round(number * factor)


def amount_text(amount: int, factor: int) -> str:
    """The shortest text that `parse_amount` reads as this amount."""
    text = format((Decimal(amount) / factor).normalize(), "f")
    return text.replace(".", QLocale().decimalPoint())


def parse_clock(text: str) -> time | None:
    """A time of day as people type it: 8, 830, 8:30, 8.30 pm; None for no text."""
    typed = text.strip().lower().replace(".m.", "m")
    if not typed:
        return None
    match = _CLOCK.fullmatch(typed)
    if match is not None:
        hour, minute = int(match[1]), int(match[2] or 0)
        if match[3] and 1 <= hour <= 12:
            hour = hour % 12 + (12 if match[3] == "pm" else 0)
        if hour == 24 and minute == 0:
            hour, minute = 23, 59
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise ValueError(
        QCoreApplication.translate("fields", "“{0}” is not a time, such as 08:30.").format(text)
    )


def parse_day(text: str, near: date) -> date | None:
    """A day as 2026-11-20, or as the locale writes it, the year left out or not; None for none.

    A day without a year is that of the year in which it is nearest to `near`.
    """
    typed = text.strip()
    if not typed:
        return None
    numbers = [int(part) for part in _NUMBERS.findall(typed)]
    if _ISO_DAY.fullmatch(typed):
        year, month, day = numbers
        written = [(year, month, day)]
    elif _LOCAL_DAY.fullmatch(typed):
        first, second, *rest = numbers
        day, month = (second, first) if _is_month_first() else (first, second)
        years = [rest[0] + (2000 if rest[0] < 100 else 0)] if rest else _years_about(near)
        written = [(year, month, day) for year in years]
    else:
        written = []
    days = [found for parts in written if (found := _day(*parts)) is not None]
    if not days:
        raise ValueError(
            QCoreApplication.translate("fields", "“{0}” is no day, such as 2026-11-20.").format(
                text
            )
        )
    return min(days, key=lambda found: abs(found - near))


def _is_month_first() -> bool:
    pattern = QLocale().dateFormat(QLocale.FormatType.ShortFormat)
    return pattern.find("M") < pattern.find("d")


def _years_about(near: date) -> list[int]:
    return [near.year - 1, near.year, near.year + 1]


def _day(year: int, month: int, day: int) -> date | None:
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_hours(text: str) -> timedelta | None:
    """A length of up to two days as 7:30, or in hours as 7.5; None for no text."""
    hours, colon, minutes = text.strip().partition(":")
    if colon and hours.isdecimal() and len(minutes) == 2 and minutes.isdecimal():
        length = timedelta(hours=int(hours), minutes=int(minutes))
    elif colon:
        length = _MOST_HOURS + timedelta(hours=1)
    else:
        seconds = parse_amount(text, 3_600)
        if seconds is None:
            return None
        length = timedelta(seconds=seconds)
    if not timedelta() < length <= _MOST_HOURS or (colon and int(minutes) > 59):
        raise ValueError(
            QCoreApplication.translate("fields", "“{0}” is no length, such as 7:30.").format(text)
        )
    return length


def parse_location(text: str) -> Location | None:
    """Latitude and longitude in degrees, parted by a comma, semicolon or blank."""
    if not text.strip():
        return None
    parts = [part for part in re.split(r"[,;\s]+", text.strip()) if part]
    try:
        lat, lon = map(float, parts)
        return Location(lat=lat, lon=lon)
    except ValueError as error:
        raise ValueError(
            QCoreApplication.translate(
                "fields", "Latitude and longitude, such as 53.563822, 13.289257."
            )
        ) from error


def needed(text: str, message: str) -> str:
    """What was typed, without blanks around it; raises ValueError where that is nothing."""
    if not text.strip():
        raise ValueError(message)
    return text.strip()
