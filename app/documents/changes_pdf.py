"""A sheet with only what changed, for a driver who already has the manifest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.documents.fonts import Weight
from app.documents.manifest_pdf import draw_continuation, draw_route_head, footer_text
from app.documents.manifest_rows import draw_column_heads, stop_rows
from app.documents.paper_words import MM, clock, counted, joined
from app.documents.pdf_page import BOTTOM, LEFT, RIGHT, TOP, Block, footer, paginated, paint, rule
from app.documents.pdf_stack import Stack
from app.documents.pdf_text import draw, draw_fitting
from app.domain.manifest_changes import ChangeKind, FieldChange, LineChange, ManifestChanges
from app.domain.manifests import Manifest, ManifestLine

_CONTINUATION_HEIGHT = 9 * MM
_PAD = 1.6 * MM
_NUMBERS = LEFT + 2 * MM
_TEXT = LEFT + 34 * MM


def draw_changes(canvas: Any, changes: ManifestChanges) -> None:
    """All pages of one route's sheet."""
    now = changes.now
    title = f"Changes to revision {changes.printed.revision}"
    pages = paginated(_body(changes), TOP - BOTTOM - 18 * MM, TOP - BOTTOM - _CONTINUATION_HEIGHT)
    for number, blocks in enumerate(pages, start=1):
        if number == 1:
            top = draw_route_head(canvas, now, title, TOP)
        else:
            draw_continuation(canvas, now, TOP)
            top = TOP - _CONTINUATION_HEIGHT
        paint(canvas, blocks, top)
        footer(canvas, joined((title, footer_text(now))), number, len(pages))
        canvas.showPage()


def _body(changes: ManifestChanges) -> Iterator[Block]:
    yield _intro(changes)
    if changes.header:
        yield _section("The route")
        yield _stack_row(_fields(changes.header, RIGHT - _TEXT), "")
    for kind, title in (
        (ChangeKind.REMOVED, "Cross out"),
        (ChangeKind.MOVED, "Comes at another place"),
        (ChangeKind.CHANGED, "Reads differently"),
    ):
        lines = [change for change in changes.lines if change.kind is kind]
        if lines:
            yield _section(f"{title}: {counted(len(lines), 'stop')}")
            yield from (_change_row(change) for change in lines)
    added = [change.now for change in changes.lines if change.before is None and change.now]
    if added:
        yield _section(f"New: {counted(len(added), 'stop')}")
        yield Block(7 * MM, draw_column_heads, is_kept_with_next=True)
        for line in added:
            yield from stop_rows(changes.now, line)
    if changes.now.lines:
        yield _section("The whole sequence now")
        yield from _sequence(changes)


def _intro(changes: ManifestChanges) -> Block:
    if changes.is_empty:
        text = "Nothing changed: the printed manifest is right."
    else:
        counts = (
            (changes.count(ChangeKind.REMOVED), "removed"),
            (changes.count(ChangeKind.ADDED), "new"),
            (changes.count(ChangeKind.MOVED), "moved"),
            (changes.count(ChangeKind.CHANGED), "changed"),
        )
        text = joined(f"{number} {word}" for number, word in counts if number)
        text = f"Keep your manifest and this sheet together.  {text}"

    def draw_intro(canvas: Any, top: float) -> None:
        rule(canvas, LEFT, RIGHT, top + 1 * MM, 0.8)
        draw(canvas, LEFT, top - 4 * MM, text, 10)

    return Block(6 * MM, draw_intro)


def _section(text: str) -> Block:
    def draw_section(canvas: Any, top: float) -> None:
        draw(canvas, LEFT, top - 7.5 * MM, text, 13, Weight.BOLD)
        rule(canvas, LEFT, RIGHT, top - 9.5 * MM, 1.0)

    return Block(9.5 * MM, draw_section, is_kept_with_next=True)


def _change_row(change: LineChange) -> Block:
    line = change.now or change.before
    stack = Stack(RIGHT - _TEXT)
    if line is not None:
        name = line.recipient or line.company or line.reference
        stack.text(name, 10.5, Weight.BOLD)
        stack.text(joined((line.address.line, line.reference)), 9, max_lines=2)
        if change.kind is ChangeKind.REMOVED and line.parcels:
            stack.text(f"Leave at the depot: {', '.join(line.parcels)}", 9, max_lines=3)
    for each in change.fields:
        _add_field(stack, each)
    return _stack_row(stack, _numbers(change), is_struck=change.kind is ChangeKind.REMOVED)


def _numbers(change: LineChange) -> str:
    before, now = change.before, change.now
    if before is None or now is None:
        line = before or now
        return "" if line is None else str(line.number)
    if before.number == now.number:
        return str(now.number)
    return f"{before.number} → {now.number}"


def _fields(fields: Sequence[FieldChange], room: float) -> Stack:
    stack = Stack(room)
    for each in fields:
        _add_field(stack, each)
    return stack


def _add_field(stack: Stack, change: FieldChange) -> None:
    before, now = change.before or "nothing", change.now or "nothing"
    stack.text(f"{change.name}: {now}", 10, Weight.BOLD, max_lines=6)
    stack.text(f"was: {before}", 8.5, max_lines=3, indent=3 * MM)


def _stack_row(stack: Stack, number: str, *, is_struck: bool = False) -> Block:
    height = max(stack.height, 7 * MM) + 2 * _PAD

    def draw_row(canvas: Any, top: float) -> None:
        draw(canvas, _NUMBERS, top - _PAD - 13, number, 14, Weight.BOLD)
        if is_struck:
            rule(canvas, _NUMBERS - 1 * MM, _NUMBERS + 14 * MM, top - _PAD - 8.5, 1.2)
        stack.paint(canvas, _TEXT, top - _PAD)
        rule(canvas, LEFT, RIGHT, top - height, 0.4)

    return Block(height, draw_row)


def _sequence(changes: ManifestChanges) -> Iterator[Block]:
    before = {line.order: line for line in changes.printed.lines}
    lines = changes.now.lines
    for first in range(0, len(lines), 2):
        yield _sequence_row(changes.now, lines[first : first + 2], before)


def _sequence_row(
    manifest: Manifest, lines: Sequence[ManifestLine], before: dict[Any, ManifestLine]
) -> Block:
    half = (RIGHT - LEFT) / 2

    def draw_row(canvas: Any, top: float) -> None:
        for place, line in enumerate(lines):
            x = LEFT + place * half
            old = before.get(line.order)
            was = "new" if old is None else f"was {old.number}"
            draw(canvas, x, top - 4.6 * MM, str(line.number), 11, Weight.BOLD)
            draw(canvas, x + 10 * MM, top - 4.6 * MM, was, 7.5)
            draw(
                canvas, x + 23 * MM, top - 4.6 * MM,
                clock(line.eta, manifest.zone, manifest.day), 10, Weight.BOLD,
            )  # fmt: skip
            name = line.recipient or line.company or line.reference
            text = joined((name, line.address.street))
            draw_fitting(canvas, x + 36 * MM, top - 4.6 * MM, text, 8.5, half - 39 * MM)
        rule(canvas, LEFT, RIGHT, top - 6.4 * MM, 0.2)

    return Block(6.4 * MM, draw_row)
