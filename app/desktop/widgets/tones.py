"""What coloured text and chips say, in the colours of the theme."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtGui import QColor, QPalette

from app.desktop.colors import State, state_color, state_fill, tokens


class Tone(StrEnum):
    """The meaning of a colour; words and a sign always stand beside it."""

    PLAIN = "plain"
    QUIET = "quiet"
    GOOD = "good"
    RISK = "risk"
    BAD = "bad"
    DONE = "done"


def ink(tone: Tone, palette: QPalette) -> QColor:
    """For words of this tone, on the surface or on their own ground."""
    colors = tokens(palette)
    match tone:
        case Tone.PLAIN:
            return QColor(colors.text)
        case Tone.QUIET:
            return QColor(colors.muted)
        case _:
            return state_color(State(tone.value), colors)


def ground(tone: Tone, palette: QPalette) -> QColor:
    """For the chip or band behind words of this tone."""
    colors = tokens(palette)
    if tone in (Tone.PLAIN, Tone.QUIET):
        return QColor(colors.sunken)
    return state_fill(State(tone.value), colors)
