"""What all printed pages share: the sheet and its margins, blocks and page breaks, marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.documents.fonts import Weight
from app.documents.paper_words import MM
from app.documents.pdf_text import Align, draw, fitting_size, shortened, width

PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM
MARGIN = 10 * MM
LEFT, RIGHT = MARGIN, PAGE_WIDTH - MARGIN
TOP, BOTTOM = PAGE_HEIGHT - MARGIN, MARGIN + 5 * MM
"""The room for content; the footer stands below it."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a page that is never broken."""

    height: float
    paint: Callable[[Any, float], None]
    """Takes the canvas and the y of the upper edge."""
    is_kept_with_next: bool = False


def ending_with(rows: Iterable[Block], end: Block) -> Iterator[Block]:
    """Rows and what closes them, which never stands alone on a page: the last row goes with it."""
    last: Block | None = None
    for row in rows:
        if last is not None:
            yield last
        last = row
    if last is not None:
        yield replace(last, is_kept_with_next=True)
    yield end


def paginated(blocks: Iterable[Block], first_room: float, room: float) -> list[list[Block]]:
    """Blocks by page; there is always a first page."""
    pages: list[list[Block]] = [[]]
    left = first_room
    for group in _kept_together(blocks):
        height = sum(block.height for block in group)
        if height > left and (pages[-1] or len(pages) == 1):
            pages.append([])
            left = room
        pages[-1].extend(group)
        left -= height
    return pages


def _kept_together(blocks: Iterable[Block]) -> Iterable[list[Block]]:
    group: list[Block] = []
    for block in blocks:
        group.append(block)
        if not block.is_kept_with_next:
            yield group
            group = []
    if group:
        yield group


def paint(canvas: Any, blocks: Sequence[Block], top: float) -> float:
    """Draw blocks below one another; give back the y under the last."""
    for block in blocks:
        block.paint(canvas, top)
        top -= block.height
    return top


def footer(canvas: Any, text: str, page: int, pages: int, right: float = RIGHT) -> None:
    number = f"page {page} of {pages}"
    y = MARGIN
    rule(canvas, LEFT, right, y + 3.2 * MM, 0.4)
    room = right - LEFT - width(number, 8, Weight.BOLD) - 4 * MM
    draw(canvas, LEFT, y, shortened(text, 7.5, room), 7.5)
    draw(canvas, right, y, number, 8, Weight.BOLD, Align.RIGHT)


def rule(canvas: Any, left: float, right: float, y: float, thickness: float = 0.5) -> None:
    canvas.setLineWidth(thickness)
    canvas.line(left, y, right, y)


def dotted_rule(canvas: Any, left: float, right: float, y: float) -> None:
    canvas.setDash(1, 2)
    rule(canvas, left, right, y, 0.6)
    canvas.setDash()


def draw_blank(canvas: Any, x: float, y: float, name: str, room: float) -> None:
    """A line to write on, after its name."""
    draw(canvas, x, y, name, 8)
    rule(canvas, x + width(name, 8) + 1.5 * MM, x + room, y - 0.4 * MM, 0.4)


def tick_box(canvas: Any, x: float, y: float, size: float) -> None:
    canvas.setLineWidth(0.6)
    canvas.rect(x, y, size, size)


def badge(
    canvas: Any, x: float, baseline: float, text: str, size: float, room: float, *, filled: bool
) -> float:
    """A word in a frame, white on black where it must not be missed; gives back its width."""
    size = fitting_size(text, size, room - 0.7 * size, Weight.BOLD, least=0.6)
    pad = size * 0.35
    text = shortened(text, size, room - 2 * pad, Weight.BOLD)
    total = width(text, size, Weight.BOLD) + 2 * pad
    canvas.setLineWidth(0.7)
    canvas.roundRect(
        x, baseline - size * 0.3, total, size * 1.28, size * 0.2, fill=int(filled), stroke=1
    )
    if filled:
        canvas.setFillGray(1)
    draw(canvas, x + pad, baseline, text, size, Weight.BOLD)
    canvas.setFillGray(0)
    return total
