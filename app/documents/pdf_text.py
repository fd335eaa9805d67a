"""Text on a PDF page: any script, wrapped or shortened to its box, never read as markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from arabic_reshaper import ArabicReshaper
from bidi import get_display
from unidecode import unidecode

from app.documents.fonts import Font, Weight, font_for, main_font

ELLIPSIS = "…"
_BLANKS = re.compile(r"[^\S\n\u00a0\u202f]+")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]")
_LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefe]")
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]"
)
_RIGHT_TO_LEFT_MARK = "\u200f"
_FIRST_STRONG, _POP = "\u2068", "\u2069"
# get_display puts brackets where they belong but doesn't turn them. A mark behind each goes with
# it, and has come to stand before it exactly where the writing runs from right to left.
_BESIDE = "\u034f"
_PAIRED = re.compile(r"[()\[\]{}<>«»]")
_BRACKET = re.compile(rf"{_PAIRED.pattern}{_BESIDE}|{_BESIDE}{_PAIRED.pattern}")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_JOIN_LETTERS = ArabicReshaper({"delete_harakat": True, "ARABIC LIGATURE ALLAH": False})


class Align(Enum):
    LEFT = 0.0
    CENTRE = 0.5
    RIGHT = 1.0


@dataclass(frozen=True, slots=True)
class Halo:
    """Letters of this grey with white around them, for text on a map."""

    grey: float


@dataclass(frozen=True, slots=True)
class _Run:
    """A piece of a line, in the order of the page, that one font draws."""

    font: Font
    text: str


def clean(text: str) -> str:
    """Text fit for paper: composed letters, no control characters, single blanks, line ends \\n."""
    text = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text))
    return _BLANKS.sub(" ", _CONTROLS.sub(" ", text)).strip()


def isolated(text: str) -> str:
    """A part of a longer line, which neither turns its neighbours round nor is turned by them."""
    return f"{_FIRST_STRONG}{text}{_POP}" if _RIGHT_TO_LEFT.search(text) else text


def width(text: str, size: float, weight: Weight = Weight.REGULAR) -> float:
    """Of one line, in points."""
    return _unit_width(text, weight) * size


def draw(
    canvas: Any,
    x: float,
    y: float,
    text: str,
    size: float,
    weight: Weight = Weight.REGULAR,
    align: Align = Align.LEFT,
    halo: Halo | None = None,
) -> float:
    """Draw one line with its baseline at `y`; give back its width."""
    total = width(text, size, weight)
    x -= total * align.value
    if halo is not None:
        canvas.setStrokeGray(1)
        canvas.setLineWidth(2)
        _draw_runs(canvas, x, y, text, size, weight, mode=_OUTLINED)
        canvas.setStrokeGray(0)
        canvas.setFillGray(halo.grey)
        _draw_runs(canvas, x, y, text, size, weight)
        canvas.setFillGray(0)
    else:
        _draw_runs(canvas, x, y, text, size, weight)
    return total


def draw_fitting(
    canvas: Any,
    x: float,
    y: float,
    text: str,
    size: float,
    room: float,
    weight: Weight = Weight.REGULAR,
    align: Align = Align.LEFT,
) -> float:
    """Draw one line, smaller and at last shortened so that it fits; give back its width."""
    size = fitting_size(text, size, room, weight)
    return draw(canvas, x, y, shortened(text, size, room, weight), size, weight, align)


_OUTLINED = 1
"""PDF's text rendering mode."""


def _draw_runs(
    canvas: Any, x: float, y: float, text: str, size: float, weight: Weight, mode: int | None = None
) -> None:
    for run in _runs(text, weight):
        canvas.setFont(run.font.name, size)
        canvas.drawString(x, y, run.text, mode=mode)
        x += run.font.width(run.text, size)


def fitting_size(
    text: str, size: float, room: float, weight: Weight = Weight.REGULAR, least: float = 0.75
) -> float:
    """The size at which a line fits into `room`, but never less than this share of `size`."""
    return size * min(1.0, max(least, room / max(width(text, size, weight), 1e-6)))


def shortened(
    text: str,
    size: float,
    room: float,
    weight: Weight = Weight.REGULAR,
    *,
    is_cut: bool = False,
    keeps_end: bool = False,
) -> str:
    """One line that fits into `room`, with an ellipsis where it had to be cut.

    `is_cut` says that more would follow; `keeps_end` cuts at the beginning.
    """
    most = _most_letters(size, room) + 1
    text = clean(text[-most:] if keeps_end else text[:most]).replace("\n", " ")
    if width(text, size, weight) <= room + 0.01 and not is_cut:
        return text

    def cut(length: int) -> str:
        if keeps_end:
            return ELLIPSIS + text[len(text) - length :].lstrip()
        return text[:length].rstrip() + ELLIPSIS

    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(cut(middle), size, weight) <= room:
            low = middle
        else:
            high = middle - 1
    return cut(low)


def _most_letters(size: float, room: float) -> int:
    """More than a line can hold; what lies beyond needn't be measured."""
    return 100 + int(room / size * 10)


def wrapped(
    text: str,
    size: float,
    room: float,
    weight: Weight = Weight.REGULAR,
    max_lines: int | None = None,
) -> list[str]:
    """Lines that fit into `room`; what exceeds `max_lines` is cut with an ellipsis."""
    if max_lines is not None:
        text = text[: _most_letters(size, room) * max(max_lines + 1, 0)]
    lines = [
        line
        for paragraph in clean(text).split("\n")
        for line in _in_direction(_wrapped_paragraph(paragraph.strip(), size, room, weight))
    ]
    if max_lines is None or len(lines) <= max_lines:
        return lines
    if max_lines < 1:
        return []
    last = shortened(lines[max_lines - 1], size, room, weight, is_cut=True)
    return [*lines[: max_lines - 1], last]


def _in_direction(lines: Iterable[str]) -> Iterator[str]:
    """The lines of one paragraph, all read in the direction in which it begins."""
    mark = ""
    for number, line in enumerate(lines):
        if number == 0:
            mark = _RIGHT_TO_LEFT_MARK if _begins_right_to_left(line) else ""
        yield mark + line


def _begins_right_to_left(text: str) -> bool:
    directions = map(unicodedata.bidirectional, text)
    return next((each for each in directions if each in ("L", "R", "AL")), "L") != "L"


def _wrapped_paragraph(text: str, size: float, room: float, weight: Weight) -> Iterator[str]:
    if not text:
        return
    if width(text, size, weight) <= room:
        yield text
        return
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer, size, weight) <= room:
            line = longer
            continue
        if line:
            yield line
        *full, line = _pieces(word, size, room, weight)
        yield from full
    yield line


def _pieces(word: str, size: float, room: float, weight: Weight) -> Iterable[str]:
    """A word, cut where it is wider than a whole line."""
    while len(word) > 1 and width(word, size, weight) > room:
        fitting = 1
        while width(word[: fitting + 1], size, weight) <= room:
            fitting += 1
        yield word[:fitting]
        word = word[fitting:]
    yield word


@lru_cache(maxsize=20_000)
def _unit_width(text: str, weight: Weight) -> float:
    """At size 1."""
    return sum(run.font.width(run.text, 1.0) for run in _runs(text, weight))


@lru_cache(maxsize=20_000)
def _runs(text: str, weight: Weight) -> tuple[_Run, ...]:
    main = main_font(weight)
    if all(map(main.widths.__contains__, map(ord, text))) and not _NEEDS_CARE.search(text):
        return (_Run(main, text),)
    runs: list[_Run] = []
    for character in _visual(text):
        for piece, font in _drawable(character, weight, main):
            if runs and runs[-1].font is font:
                runs[-1] = _Run(font, runs[-1].text + piece)
            else:
                runs.append(_Run(font, piece))
    return tuple(runs)


_NEEDS_CARE = re.compile(f"{_RIGHT_TO_LEFT.pattern}|{_INVISIBLE.pattern}")


def _visual(text: str) -> str:
    """The characters in the order of the page, Arabic letters joined."""
    if _RIGHT_TO_LEFT.search(text):
        marked = _PAIRED.sub(rf"\g<0>{_BESIDE}", _JOIN_LETTERS.reshape(text))
        text = _BRACKET.sub(_facing, get_display(marked))
    return _INVISIBLE.sub("", text)


def _facing(marked: re.Match[str]) -> str:
    """The bracket of a marked pair, turned if its mark stands first."""
    pair = marked[0]
    return pair[1].translate(_MIRRORED) if pair[0] == _BESIDE else pair[0]


def _drawable(character: str, weight: Weight, main: Font) -> Iterator[tuple[str, Font]]:
    """The character itself, or what stands for it in Latin letters where no font has it."""
    font = font_for(character, weight)
    if font is not None:
        yield character, font
        return
    latin = " " if character.isspace() else unidecode(character).strip()
    if not latin:
        name = unicodedata.name(character, "").lower()
        latin = f"[{name}]" if name else "\N{REPLACEMENT CHARACTER}"
    yield latin, main
