"""Reads single cells: text, numbers with units, clock times and dates, guessing nothing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal

DateOrder = Literal["dmy", "mdy"] | None
DAY_S = 86_400

_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
"""Control characters, and those that turn the direction of text or can't be seen."""
_BREAK = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_SPACE = re.compile(r"[^\S\n]+")
_FORMULA_START = frozenset("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
"""The wide forms count too: some spreadsheets take them for the narrow ones."""
_PLAIN_NUMBER = re.compile(r"[+-]?\d[\d\s().,/-]*")
_TEXT_MARK = re.compile("'(?=[ \\n]*[\\d=+\\-@\t\r\uff1d\uff0b\uff0d\uff20])")
_MARKUP = re.compile(r"<[a-zA-Z/!?]")
_MOJIBAKE = re.compile("[ÂÃÄÅÐÑ][\u0080-\u00bf\u0152-\u0178\u02c6-\u2122]")
_ERROR_VALUES = frozenset(
    {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#BEZUG!", "#NV", "#WERT!"}
)

_QUANTITY = re.compile(
    r"(?P<number>[+-]?(?:\d[\d.,'’\s]*|[.,]\d+)(?:[eE][+-]?\d{1,3})?)\s*(?P<unit>[^\W\d_].*)?"
)
_GROUPED = {",": re.compile(r"\d{1,3}(,\d{3})+"), ".": re.compile(r"\d{1,3}(\.\d{3})+")}

_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:\.\d+)?)?|(?P<bare>h))?"
    r"\s*(?:(?P<half>[ap])\.?m\.?|(?P<o_clock>uhr))?",
    re.IGNORECASE,
)
_COMPACT_CLOCK = re.compile(r"([01]\d|2[0-4])([0-5]\d)")
_MOMENT = re.compile(
    r"(?P<date>\S+?)[T\s,]+(?P<clock>\d{1,2}[:.h]\d{2}\S*(?:\s*[ap]\.?m\.?)?)"
    r"\s*(?P<offset>Z|UTC|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_OFFSET_TAIL = re.compile(r"(?P<clock>.*?)(?P<offset>Z|[+-]\d{2}:?\d{2})", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")


class CellError(Exception):
    """A cell that can't be read; `str(error)` says why, for people."""


def cleaned(raw: str) -> tuple[str, bool]:
    """The text without blanks around it and without characters that can't be seen.

    Line breaks become newlines. Second comes whether there were such characters.
    """
    if raw.isprintable():
        text = raw.strip()
        return text if text.isascii() else unicodedata.normalize("NFC", text), False
    text = unicodedata.normalize("NFC", _BREAK.sub("\n", raw))
    visible = _HIDDEN.sub("", text)
    lines = (line.strip() for line in _SPACE.sub(" ", visible).split("\n"))
    return "\n".join(lines).strip("\n "), visible != text.strip("\ufeff")


def without_text_mark(text: str) -> str:
    """Without the apostrophe by which spreadsheets mark a number or a formula as text."""
    return text[1:] if text.startswith("'") and _TEXT_MARK.match(text) else text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take this text for a formula."""
    start = text.lstrip(" \n")[:1]
    return start in _FORMULA_START and start != "" and not _PLAIN_NUMBER.fullmatch(text)


def neutralised(text: str) -> str:
    """The text as it may stand in a file that a spreadsheet opens: never a formula."""
    return f"'{text}" if is_formula(text) else text


def has_markup(text: str) -> bool:
    return "<" in text and _MARKUP.search(text) is not None


def repaired_mojibake(text: str) -> str | None:
    """What the text would be, had UTF-8 not been read as Windows-1252; None where it is sound."""
    if text.isascii() or not _MOJIBAKE.search(text):
        return None
    try:
        repaired = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return repaired if repaired != text else None


def is_error_value(text: str) -> bool:
    """Whether the cell shows a spreadsheet's own error, such as #REF!."""
    return text.startswith("#") and text.upper() in _ERROR_VALUES


@lru_cache(maxsize=8_192)
def number(text: str, *, is_comma_decimal: bool) -> Decimal:
    """A finite number; raises CellError where it is none, or could be two."""
    value, unit = quantity(text, is_comma_decimal=is_comma_decimal)
    if unit:
        raise CellError(f"“{shown(text)}” is not a number")
    return value


@lru_cache(maxsize=8_192)
def quantity(text: str, *, is_comma_decimal: bool) -> tuple[Decimal, str]:
    """A number and the unit typed after it, which may be empty; raises CellError."""
    match = _QUANTITY.fullmatch(text)
    if match is None:
        if text.startswith("="):
            raise CellError(
                f"“{shown(text)}” is a formula without a result; save the file in the "
                "spreadsheet program once, or type the number"
            )
        raise CellError(f"“{shown(text)}” is not a number")
    digits = re.sub(r"['’\s]", "", match["number"])
    try:
        value = Decimal(_with_point(digits, text, is_comma_decimal=is_comma_decimal))
    except InvalidOperation as error:
        raise CellError(f"“{shown(text)}” is not a number") from error
    return value, (match["unit"] or "").strip().rstrip(".").casefold()


def _with_point(digits: str, text: str, *, is_comma_decimal: bool) -> str:
    """The number with a point as its only separator."""
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma < 0 and digits.count(".") <= 1:
        return digits
    mantissa = re.split("[eE]", digits.lstrip("+-"))[0]
    if comma >= 0 and point >= 0:
        grouping, decimal = (",", ".") if point > comma else (".", ",")
        whole, _, rest = mantissa.partition(decimal)
        if rest.isdigit() and _GROUPED[grouping].fullmatch(whole):
            return digits.replace(grouping, "").replace(decimal, ".")
        raise CellError(f"“{shown(text)}” is not a number")
    if point >= 0 or digits.count(",") > 1:
        separator = "." if point >= 0 else ","
        if _GROUPED[separator].fullmatch(mantissa):
            return digits.replace(separator, "")
        raise CellError(f"“{shown(text)}” is not a number")
    is_twofold = _GROUPED[","].fullmatch(mantissa) and not mantissa.startswith("0")
    if is_twofold and not is_comma_decimal:
        raise CellError(
            f"“{shown(text)}” can be {mantissa.replace(',', '')} or {mantissa.replace(',', '.')}; "
            "write it with a point or without a comma"
        )
    return digits.replace(",", ".")


@lru_cache(maxsize=8_192)
def clock(text: str) -> int:
    """Seconds since midnight, up to 24:00; raises CellError."""
    if compact := _COMPACT_CLOCK.fullmatch(text):
        hour, minute, second = int(compact[1]), int(compact[2]), 0
    else:
        match = _CLOCK.fullmatch(text)
        if match is None or not (
            match["minute"] or match["bare"] or match["half"] or match["o_clock"]
        ):
            raise CellError(f"“{shown(text)}” is not a time; write it like 08:30")
        hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
        if match["half"]:
            if not 1 <= hour <= 12:
                raise CellError(f"“{shown(text)}” is not a time; write it like 08:30")
            hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    seconds = hour * 3600 + minute * 60 + second
    if minute > 59 or second > 59 or seconds > DAY_S:
        raise CellError(f"“{shown(text)}” is not a time of the day")
    return seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A clock time that may bring its date, and its distance from UTC."""

    days: tuple[date, ...] = ()
    """Empty without a date; two where day and month can be exchanged."""
    seconds: int
    offset_s: int | None = None


@lru_cache(maxsize=8_192)
def moment(text: str, order: DateOrder) -> Moment:
    """A time, or a date and a time; raises CellError."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        return Moment(seconds=clock(text))
    clock_text, offset = match["clock"], match["offset"]
    if offset is None and (tail := _OFFSET_TAIL.fullmatch(clock_text)):
        clock_text, offset = tail["clock"], tail["offset"]
    return Moment(
        days=calendar_days(match["date"], order),
        seconds=clock(clock_text),
        offset_s=None if offset is None else _offset_seconds(offset),
    )


def _offset_seconds(offset: str) -> int:
    if offset.upper() in ("Z", "UTC"):
        return 0
    digits = offset[1:].replace(":", "")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    if seconds >= DAY_S:
        raise CellError(f"“{offset}” is no distance from UTC")
    return -seconds if offset[0] == "-" else seconds


@lru_cache(maxsize=8_192)
def calendar_days(text: str, order: DateOrder) -> tuple[date, ...]:
    """The day, or both where day and month can be exchanged; raises CellError."""
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = match[1] or match[5], match[3] or match[6], match[4] or match[7]
        return (_date(int(year), int(month), int(day), text),)
    match = _YEAR_LAST.fullmatch(text)
    if match is None:
        raise CellError(f"“{shown(text)}” is not a date; write it like {date(2024, 3, 5)}")
    first, second, year_number = int(match[1]), int(match[3]), int(match[4])
    year_number += 2000 if len(match[4]) == 2 else 0
    if order == "mdy":
        return (_date(year_number, first, second, text),)
    # Points stand in no month-first date.
    if order == "dmy" or match[2] == "." or first == second or first > 12:
        return (_date(year_number, second, first, text),)
    if second > 12:
        return (_date(year_number, first, second, text),)
    return (
        _date(year_number, second, first, text),
        _date(year_number, first, second, text),
    )


def calendar_days_of(text: str, order: DateOrder) -> tuple[date, ...]:
    """As calendar_days, of a date that may bring a time, which is not looked at."""
    match = _MOMENT.fullmatch(text)
    return calendar_days(match["date"] if match else text, order)


def _date(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise CellError(f"“{shown(text)}” is not a day of the calendar") from error


def shown(text: str, length: int = 40) -> str:
    """The text for a message: on one line, and not longer than a glance."""
    line = " ".join(_HIDDEN.sub("", text).split())
    return line if len(line) <= length else line[: length - 1] + "…"


def day_text(day: date) -> str:
    """A day that nobody can misread: 5 Mar 2024."""
    month = (
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    )[day.month - 1]  # fmt: skip
    return f"{day.day} {month} {day.year}"
