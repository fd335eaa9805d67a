"""The fonts of printed documents, and which of them has a glyph for which character."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import Enum
from functools import cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from app.paths import resource

_LOADING = threading.Lock()


class Weight(Enum):
    REGULAR = "regular"
    BOLD = "bold"


@dataclass(frozen=True, slots=True)
class Font:
    """A font that is registered with ReportLab under its name."""

    name: str
    widths: dict[int, float]
    """Thousandths of the size, by code point; holds just the characters it can draw."""

    def covers(self, character: str) -> bool:
        return ord(character) in self.widths

    def width(self, text: str, size: float) -> float:
        """Of a text that this font covers."""
        widths = self.widths
        return sum([widths[ord(character)] for character in text]) * size / 1000


_FILES = {
    Weight.REGULAR: "DejaVuSansCondensed",
    Weight.BOLD: "DejaVuSansCondensed-Bold",
}
_IDEOGRAPHS = "DroidSansFallbackFull"
"""Has one weight only, and is read only when a text needs it: it is large."""


def main_font(weight: Weight) -> Font:
    return _font(_FILES[weight])


def font_for(character: str, weight: Weight) -> Font | None:
    """The font to draw a character with; None where no font has it."""
    main = main_font(weight)
    if main.covers(character):
        return main
    if ord(character) < _FIRST_IDEOGRAPH:
        return None
    ideographs = _font(_IDEOGRAPHS)
    return ideographs if ideographs.covers(character) else None


_FIRST_IDEOGRAPH = 0x3000


def _font(name: str) -> Font:
    with _LOADING:
        return _load(name)


@cache
def _load(name: str) -> Font:
    font = TTFont(name, resource("fonts", f"{name}.ttf"))
    pdfmetrics.registerFont(font)
    face = font.face
    return Font(name=name, widths={point: face.charWidths[point] for point in face.charToGlyph})
