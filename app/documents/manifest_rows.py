"""The rows of a manifest: what is to be known of each stop, and of the breaks between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import batched
from typing import Any

from app.documents.fonts import Weight
from app.documents.paper_words import (
    MM,
    barcode_ranges,
    clock,
    counted,
    joined,
    kilograms,
    money,
    span,
    town,
    window,
)
from app.documents.pdf_barcodes import draw_code128, is_scannable, readable
from app.documents.pdf_page import LEFT, RIGHT, Block, rule
from app.documents.pdf_stack import LEADING, NOTE_INDENT, Mark, Stack
from app.documents.pdf_text import draw, draw_fitting, width, wrapped
from app.domain.addresses import Precision
from app.domain.manifests import Manifest, ManifestLine, ManifestRest, back_words, more_words
from app.domain.orders import Method
from app.domain.violations import duration_text

_WIDTHS = (10 * MM, 21 * MM, 66 * MM, 47 * MM, 46 * MM)
"""Number, time, recipient, parcels, signature: together as wide as the page between its margins."""
_COLUMNS = tuple(LEFT + sum(_WIDTHS[:number]) for number in range(len(_WIDTHS)))
_PAD = 1.6 * MM
_SIGNATURE_HEIGHT = 21 * MM
HEAD_HEIGHT = 7 * MM
_RECIPIENT_ROOM = _WIDTHS[2] - 2 * _PAD
_NOTE_SIZE = 8.5
_NOTE_LINES = 12
"""Of a note in its row; a longer one takes the width of the page."""
_NOTES_ROOM = _RECIPIENT_ROOM - NOTE_INDENT
_MOST_NOTE_LINES = 150
"""Three pages: what is longer is no note."""
_LISTED_PARCELS = 8
"""Of more parcels only the ranges are printed; every one has its label."""


def draw_column_heads(canvas: Any, top: float) -> None:
    heads = ("No.", "Time", "To whom, where", "Parcels", "Received by")
    for x, head in zip(_COLUMNS, heads, strict=True):
        draw(canvas, x + _PAD, top - 4.2 * MM, head, 7.5)
    rule(canvas, LEFT, RIGHT, top - HEAD_HEIGHT + 1.2 * MM, 1.0)


def stop_rows(manifest: Manifest, line: ManifestLine) -> Iterator[Block]:
    """What is to be known of a stop; notes that are too long for its row stand below it."""
    lines = wrapped(line.notes, _NOTE_SIZE, _NOTES_ROOM, max_lines=_NOTE_LINES + 1)
    if len(lines) <= _NOTE_LINES:
        yield _stop_row(manifest, line, line.notes)
        return
    row = _stop_row(manifest, line, "Notes: below this row.")
    yield replace(row, is_kept_with_next=True)
    lines = wrapped(line.notes, _NOTE_SIZE, RIGHT - _COLUMNS[1] - _PAD, max_lines=_MOST_NOTE_LINES)
    yield from (_notes_row(line, part) for part in batched(lines, _NOTE_LINES))


def _stop_row(manifest: Manifest, line: ManifestLine, notes: str) -> Block:
    columns = (
        _number_cell(line),
        _time_cell(manifest, line),
        _recipient_cell(manifest, line, notes),
        _parcels_cell(manifest, line),
    )
    height = max(_SIGNATURE_HEIGHT, *(column.height for column in columns)) + 2 * _PAD

    def draw_row(canvas: Any, top: float) -> None:
        for x, column in zip(_COLUMNS, columns, strict=False):
            column.paint(canvas, x + _PAD, top - _PAD)
        _draw_signature(canvas, _COLUMNS[-1] + _PAD, top, height)
        rule(canvas, LEFT, RIGHT, top - height, 0.5)

    return Block(height, draw_row)


def _notes_row(line: ManifestLine, lines: Sequence[str]) -> Block:
    leading = _NOTE_SIZE * LEADING
    height = len(lines) * leading + 2 * _PAD

    def draw_row(canvas: Any, top: float) -> None:
        draw(canvas, LEFT + _PAD, top - _PAD - _NOTE_SIZE, f"{line.number}", 9, Weight.BOLD)
        for number, text in enumerate(lines):
            y = top - _PAD - _NOTE_SIZE - number * leading
            draw(canvas, _COLUMNS[1] + _PAD, y, text, _NOTE_SIZE)
        rule(canvas, LEFT, RIGHT, top - height, 0.5)

    return Block(height, draw_row)


def _number_cell(line: ManifestLine) -> Stack:
    cell = Stack(_WIDTHS[0] - _PAD)
    cell.text(str(line.number), 15 if line.number < 100 else 12, Weight.BOLD)
    if line.is_same_door:
        cell.text("same", 7, Weight.BOLD)
        cell.text("door", 7, Weight.BOLD)
    return cell


def _time_cell(manifest: Manifest, line: ManifestLine) -> Stack:
    cell = Stack(_WIDTHS[1] - 1.5 * _PAD)
    cell.text(clock(line.eta, manifest.zone, manifest.day), 13, Weight.BOLD)
    cell.text(window(line.window, manifest.zone, manifest.day), 8, max_lines=2)
    for warning in line.warnings:
        cell.text(f"! {warning}", 7.5, Weight.BOLD, max_lines=4)
    return cell


def _recipient_cell(manifest: Manifest, line: ManifestLine, notes: str) -> Stack:
    cell = Stack(_RECIPIENT_ROOM)
    name = line.recipient or line.company or line.reference
    cell.text(name, 10.5, Weight.BOLD, max_lines=2)
    if line.company != name:
        cell.text(line.company, 9, max_lines=2)
    address = line.address
    cell.text(address.street or _coordinates(line), 10, Weight.BOLD, max_lines=2)
    cell.text(address.detail, 9, max_lines=6)
    cell.text(town(address, manifest.depot_address.country), 9.5)
    if line.precision is Precision.STREET:
        cell.text("Number not on the map: the pin is mid-street.", 7.5, max_lines=2)
    if line.phone:
        cell.text(f"Tel. {line.phone}", 9.5, max_lines=4)
    cell.boxed(notes, _NOTE_SIZE, max_lines=_NOTE_LINES)
    return cell


def _coordinates(line: ManifestLine) -> str:
    if line.location is None:
        return "Address not known"
    return f"{line.location.lat:.5f}, {line.location.lon:.5f}"


def _parcels_cell(manifest: Manifest, line: ManifestLine) -> Stack:
    cell = Stack(_WIDTHS[3] - 2 * _PAD)
    cell.marks(_marks(line), 9)
    parcels = counted(len(line.parcels), "parcel") if line.parcels else "no parcels"
    weight = kilograms(line.weight_g) if line.weight_g else ""
    cell.text(joined((parcels, weight)), 9.5, Weight.BOLD)
    cell.text(more_words(line.more_load), 9.5, Weight.BOLD, max_lines=3)
    cell.text(_goods_way(manifest, line), 8.5, Weight.BOLD, max_lines=2)
    few = len(line.parcels) <= _LISTED_PARCELS
    listed = line.parcels if few else barcode_ranges(line.parcels)
    cell.ticks((readable(each) for each in listed[:_LISTED_PARCELS]), 7.5)
    if len(listed) > _LISTED_PARCELS:
        cell.text("the others as on their labels", 7.5)
    details = [] if line.method is not Method.HOME else ["to the door"]
    details += [f"needs {each}" for each in line.requirements]
    cell.text(joined(details), 8, max_lines=3)
    cell.gap(0.6 * MM)
    _add_bars(cell, line.reference)
    return cell


def _goods_way(manifest: Manifest, line: ManifestLine) -> str:
    """Where goods that the depot never sees come from, or go to."""
    if line.collected_by is not None:
        supplier = manifest.supplier(line)
        return "picked up on the way" if supplier is None else f"from stop {supplier.number}"
    takers = ", ".join(str(each.number) for each in manifest.takers(line))
    return f"for stop {takers}" if takers else ""


def _marks(line: ManifestLine) -> Iterator[Mark]:
    if line.is_pickup:
        yield Mark("PICK UP", is_filled=True)
    if back := back_words(line):
        yield Mark(f"TAKE BACK {back}")
    if line.is_cash_due:
        yield Mark(cash_words(line), is_filled=True)
    if line.method is not Method.HOME:
        yield Mark(line.method.value.upper())
    if line.priority:
        yield Mark(f"PRIORITY {line.priority}")


def cash_words(line: ManifestLine) -> str:
    """What to ask for at the door."""
    if line.cash is None:
        return "COLLECT CASH: AMOUNT?"
    return f"COLLECT {money(line.cash, line.currency)}"


def _add_bars(cell: Stack, reference: str) -> None:
    """The order's reference to scan when the paper comes back, and in letters."""
    height = 6 * MM

    def draw_bars(canvas: Any, x: float, top: float) -> None:
        room = cell.room + 2 * MM
        draw_code128(canvas, x, top - height, room, height, reference, centred=False)

    if is_scannable(reference, cell.room + 2 * MM):
        cell.add(height + 0.4 * MM, draw_bars)
    cell.text(reference, 7, max_lines=2)


def _draw_signature(canvas: Any, x: float, top: float, height: float) -> None:
    bottom = top - height
    canvas.setLineWidth(0.3)
    canvas.line(x - _PAD, top - _PAD, x - _PAD, bottom + _PAD)
    middle = x + 29 * MM
    rule(canvas, x + 8 * MM, middle - 1 * MM, top - 7.4 * MM, 0.4)
    rule(canvas, middle + 7 * MM, RIGHT, top - 7.4 * MM, 0.4)
    rule(canvas, x, RIGHT, bottom + 4.4 * MM, 0.4)
    draw(canvas, x, top - 7 * MM, "Name", 7)
    draw(canvas, middle, top - 7 * MM, "Time", 7)
    draw(canvas, x, bottom + 1.6 * MM, "Signature", 7)


def rest_row(manifest: Manifest, rest: ManifestRest) -> Block:
    height = 8 * MM
    text = f"BREAK  {rest_words(manifest, rest)}  ({span(rest.end - rest.begin)})"
    place = _rest_place(manifest, rest)
    x = _COLUMNS[1] + _PAD
    behind = x + width(text, 10, Weight.BOLD) + 4 * MM

    def draw_row(canvas: Any, top: float) -> None:
        canvas.setFillGray(0.88)
        canvas.rect(LEFT, top - height, RIGHT - LEFT, height, fill=1, stroke=0)
        canvas.setFillGray(0)
        draw(canvas, x, top - 5.2 * MM, text, 10, Weight.BOLD)
        draw_fitting(canvas, behind, top - 5.2 * MM, place, 9, RIGHT - behind - _PAD)
        rule(canvas, LEFT, RIGHT, top - height, 0.5)

    return Block(height, draw_row)


def _rest_place(manifest: Manifest, rest: ManifestRest) -> str:
    """Where it is taken, unless that is at the stop before."""
    if not rest.driven:
        return ""
    is_last = rest.index >= len(manifest.lines)
    ahead = "the end" if is_last else f"stop {rest.index + 1}"
    if not rest.left:
        return f"at {ahead}, on arrival"
    behind = f"after stop {rest.index}" if rest.index else "after the start"
    driven, left = (duration_text(int(each.total_seconds())) for each in (rest.driven, rest.left))
    return f"on the road: {driven} {behind}, {left} before {ahead}"


def rest_words(manifest: Manifest, rest: ManifestRest) -> str:
    zone, day = manifest.zone, manifest.day
    return f"{clock(rest.begin, zone, day)}–{clock(rest.end, zone, day)}"
