"""Distances, durations and money as the board, the map and the inspector write them."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from app.desktop.widgets.formats import NARROW_SPACE

_M_PER_MILE = 1609.344
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "BRL": "R$", "CHF": "CHF"}


def distance_text(metres: int, *, is_metric: bool = True) -> str:
    """Kilometres or miles; one decimal below 100."""
    length = metres / (1000 if is_metric else _M_PER_MILE)
    decimals = 1 if abs(length) < 100 else 0
    unit = "km" if is_metric else "mi"
    return f"{QLocale().toString(length, 'f', decimals)}{NARROW_SPACE}{unit}"


def hours_text(seconds: int) -> str:
    """Hours and minutes as a clock shows them: 7:05."""
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02}"


def money_text(amount: float, currency: str, *, decimals: int = 0) -> str:
    """With the currency's sign where it has one that everybody knows."""
    number = QLocale().toString(float(amount), "f", decimals)
    return f"{number}{NARROW_SPACE}{_SIGNS.get(currency, currency)}".rstrip(NARROW_SPACE)


def signed(text: str, amount: float) -> str:
    """The text of an amount with its sign in front, as a change."""
    return f"+{text}" if amount >= 0 else f"−{text.lstrip('-−')}"
