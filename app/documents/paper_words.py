"""Numbers, times and facts in the words of the printed documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.documents.pdf_text import isolated
from app.documents.print_parts import DistanceUnit
from app.domain.addresses import Address
from app.domain.fleet import UNLIMITED
from app.domain.times import TimeWindow

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_M_PER_MILE = 1609.344
_LAST_NUMBER = re.compile(r"(.*?)(\d+)")


MM = 72 / 25.4
"""A millimetre in PDF points."""


def clock(moment: datetime, zone: ZoneInfo, day: date | None = None) -> str:
    """HH:MM by the clocks of the depot, with the days that it is after `day`."""
    there = moment.astimezone(zone)
    later = (there.date() - day).days if day is not None else 0
    return f"{there:%H:%M} {later:+d}d" if later else f"{there:%H:%M}"


def window(given: TimeWindow | None, zone: ZoneInfo, day: date) -> str:
    if given is None:
        return "any time"
    return f"{clock(given.start, zone, day)}–{clock(given.end, zone, day)}"


def day_words(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    there = moment.astimezone(zone)
    return f"{there.day} {_MONTHS[there.month - 1][:3]} {there.year} {there:%H:%M}"


def span(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    return f"{minutes // 60}:{minutes % 60:02} h"


def kilograms(grams: int) -> str:
    return f"{grams / 1000:,.1f} kg".replace(",", "\N{NARROW NO-BREAK SPACE}")


def cubic_metres(cm3: int) -> str:
    return f"{cm3 / 1_000_000:.3f} m³" if cm3 < 1_000_000 else f"{cm3 / 1_000_000:.2f} m³"


def distance(metres: int, unit: DistanceUnit) -> str:
    length = metres / (1000 if unit is DistanceUnit.KM else _M_PER_MILE)
    return f"{length:.1f} {unit.value}"


def money(amount: Decimal | float, currency: str) -> str:
    return f"{amount:,.2f} {currency}".replace(",", "\N{NARROW NO-BREAK SPACE}").strip()


def of_capacity(amount: int, capacity: int, words: Callable[[int], str]) -> str:
    """`412.0 of 600.0 kg`; the amount alone where the vehicle is never full, nothing for none.

    No amount is mostly one that nobody knows: a zero would claim that the van is empty.
    """
    if not amount:
        return ""
    if capacity >= UNLIMITED:
        return words(amount)
    return f"{words(amount).rsplit(' ', 1)[0]} of {words(capacity)}"


def counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def joined(parts: Iterable[str]) -> str:
    """Facts side by side, each in its own direction of writing."""
    return " · ".join(isolated(part) for part in parts if part)


def town(address: Address, home_country: str) -> str:
    """Postcode and city; the country too where it is another one."""
    line = " ".join(part for part in (address.postcode, address.city) if part)
    return joined((line, "" if address.country == home_country else address.country))


def barcode_ranges(barcodes: Sequence[str]) -> list[str]:
    """Barcodes that count on from one another drawn together: `SO-1-1 … 9`."""
    runs: list[list[str]] = []
    for barcode in barcodes:
        if runs and _follows(runs[-1][-1], barcode):
            runs[-1].append(barcode)
        else:
            runs.append([barcode])
    return [run[0] if len(run) == 1 else f"{run[0]} … {_last_number(run[-1])}" for run in runs]


def _last_number(barcode: str) -> str:
    match = _LAST_NUMBER.fullmatch(barcode)
    return match[2] if match is not None else barcode


def _follows(before: str, after: str) -> bool:
    a, b = _LAST_NUMBER.fullmatch(before), _LAST_NUMBER.fullmatch(after)
    if a is None or b is None or a[1] != b[1]:
        return False
    return int(b[2]) == int(a[2]) + 1
