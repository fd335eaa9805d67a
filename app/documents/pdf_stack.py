"""Lines of text and marks stacked in one column of a printed page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from app.documents.fonts import Weight
from app.documents.paper_words import MM
from app.documents.pdf_page import badge, tick_box
from app.documents.pdf_text import draw, shortened, width, wrapped

LEADING = 1.22
"""From baseline to baseline, by the size of the letters."""
NOTE_INDENT = 1.8 * MM
"""Of a note's lines, right of its bar."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A word in a frame; a filled one is white on black."""

    text: str
    is_filled: bool = False


@dataclass(slots=True)
class Stack:
    """A column as wide as `room`, filled from above and painted once its height is known."""

    room: float
    height: float = 0.0
    _painters: list[tuple[float, Callable[[Any, float, float], None]]] = field(default_factory=list)

    def add(self, height: float, paint: Callable[[Any, float, float], None]) -> None:
        """Anything; `paint` takes the canvas, x and the y of the upper edge."""
        self._painters.append((self.height, paint))
        self.height += height

    def gap(self, height: float) -> None:
        if self.height:
            self.height += height

    def text(
        self,
        text: str,
        size: float,
        weight: Weight = Weight.REGULAR,
        *,
        max_lines: int = 1,
        indent: float = 0.0,
    ) -> None:
        """Wrapped to the column; an empty text takes no room."""
        for line in wrapped(text, size, self.room - indent, weight, max_lines):
            self.add(size * LEADING, partial(_paint_line, line, size, weight, indent))

    def marks(self, marks: Iterable[Mark], size: float) -> None:
        """Framed words side by side, as many in a row as fit."""
        row: list[tuple[float, Mark]] = []
        at = 0.0
        for mark in marks:
            needed = min(width(mark.text, size, Weight.BOLD) + 0.7 * size, self.room)
            if row and at + needed > self.room:
                self._mark_row(tuple(row), size)
                row, at = [], 0.0
            row.append((at, mark))
            at += needed + 0.5 * size
        if row:
            self._mark_row(tuple(row), size)

    def ticks(self, texts: Iterable[str], size: float) -> None:
        """A box to tick before each barcode, as many in a row as fit; its end tells it apart."""
        box = size * 0.95
        row: list[tuple[float, str]] = []
        at = 0.0
        for text in texts:
            short = shortened(text, size, self.room - box - 0.4 * size, keeps_end=True)
            needed = box + 0.4 * size + width(short, size)
            if row and at + needed > self.room:
                self._tick_row(tuple(row), size, box)
                row, at = [], 0.0
            row.append((at, short))
            at += needed + 1.2 * size
        if row:
            self._tick_row(tuple(row), size, box)

    def boxed(self, text: str, size: float, *, max_lines: int) -> None:
        """A note with a bar at its left edge."""
        lines = wrapped(text, size, self.room - NOTE_INDENT, Weight.REGULAR, max_lines)
        if not lines:
            return
        height = len(lines) * size * LEADING

        def paint(canvas: Any, x: float, top: float) -> None:
            canvas.rect(x, top - height, 0.6 * MM, height, fill=1, stroke=0)
            for number, line in enumerate(lines):
                draw(canvas, x + NOTE_INDENT, top - size - number * size * LEADING, line, size)

        self.gap(0.8 * MM)
        self.add(height + 0.6 * MM, paint)

    def paint(self, canvas: Any, x: float, top: float) -> None:
        for offset, painter in self._painters:
            painter(canvas, x, top - offset)

    def _mark_row(self, row: tuple[tuple[float, Mark], ...], size: float) -> None:
        def paint(canvas: Any, x: float, top: float) -> None:
            for at, mark in row:
                badge(
                    canvas, x + at, top - size * 1.1, mark.text, size, self.room,
                    filled=mark.is_filled,
                )  # fmt: skip

        self.add(size * 1.65, paint)

    def _tick_row(self, row: tuple[tuple[float, str], ...], size: float, box: float) -> None:
        def paint(canvas: Any, x: float, top: float) -> None:
            for at, text in row:
                tick_box(canvas, x + at, top - size * 1.08, box)
                draw(canvas, x + at + box + 0.4 * size, top - size, text, size)

        self.add(size * 1.35, paint)


def _paint_line(
    text: str, size: float, weight: Weight, indent: float, canvas: Any, x: float, top: float
) -> None:
    draw(canvas, x + indent, top - size, text, size, weight)
