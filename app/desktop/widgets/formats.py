"""Amounts and times as people read them, by the locale of the workstation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from html import escape
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from app.domain.times import TimeWindow

NARROW_SPACE = "\u202f"
"""Between number and unit: the two are never torn apart."""
NOTHING = "–"


def weight_text(grams: int) -> str:
    """Kilograms, with one decimal below 100 kg."""
    if not grams:
        return NOTHING
    decimals = 1 if grams < 100_000 else 0
    return f"{QLocale().toString(grams / 1000, 'f', decimals)}{NARROW_SPACE}kg"


def volume_text(cubic_cm: int) -> str:
    """Cubic metres; three decimals below one, since most parcels are litres."""
    if not cubic_cm:
        return NOTHING
    decimals = 3 if cubic_cm < 1_000_000 else 2
    return f"{QLocale().toString(cubic_cm / 1_000_000, 'f', decimals)}{NARROW_SPACE}m³"


def count_text(count: int) -> str:
    return QLocale().toString(count)


def minutes_text(length: timedelta) -> str:
    """Hours and minutes, rounded up so that no delay reads as none."""
    minutes = -(-int(length.total_seconds()) // 60)
    if minutes < 60:
        return f"{minutes}{NARROW_SPACE}min"
    return f"{minutes // 60}{NARROW_SPACE}h {minutes % 60:02}{NARROW_SPACE}min"


def clock_text(moment: datetime | time, zone: ZoneInfo | None = None) -> str:
    """The time of day on the clocks of `zone`, short, 24-hour or not as the locale has it."""
    shown = moment.astimezone(zone) if isinstance(moment, datetime) else moment
    clock = QTime(shown.hour, shown.minute)
    locale = QLocale()
    if "ap" in locale.timeFormat(QLocale.FormatType.ShortFormat).lower():
        return locale.toString(clock, QLocale.FormatType.ShortFormat)
    return clock.toString("HH:mm")


def window_text(window: TimeWindow | None, zone: ZoneInfo) -> str:
    if window is None:
        return NOTHING
    return f"{clock_text(window.start, zone)}–{clock_text(window.end, zone)}"


def windows_text(windows: Sequence[TimeWindow], zone: ZoneInfo) -> str:
    """Each of them will do; none means any time."""
    texts = [window_text(window, zone) for window in windows]
    return QCoreApplication.translate("formats", " or ").join(texts) or NOTHING


def day_text(day: date) -> str:
    """Weekday and date in full, as in “Friday 20 November 2026”."""
    return QLocale().toString(qt_date(day), QLocale.FormatType.LongFormat)


def short_day_text(day: date) -> str:
    """As in “Fri 20 Nov”."""
    return QLocale().toString(qt_date(day), "ddd d MMM")


def dated_text(day: date) -> str:
    """As in “Fri 20 Nov 2026”."""
    return QLocale().toString(qt_date(day), "ddd d MMM yyyy")


def qt_date(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def python_date(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())


def plain_tip(text: str) -> str:
    """A tool tip of what people wrote: Qt would take a text like markup for markup."""
    return f"<qt>{escape(text).replace(chr(10), '<br>')}</qt>" if text else ""


def menu_text(text: str) -> str:
    """A name as the text of an action, where an ampersand would mark a key."""
    return text.replace("&", "&&")
