"""Parcel labels: A6 each, alone on its page or four on a sheet of A4."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.documents.fonts import Weight
from app.documents.manifest_rows import cash_words
from app.documents.paper_words import MM, joined, kilograms, town
from app.documents.pdf_barcodes import draw_code128, draw_qr, readable
from app.documents.pdf_page import PAGE_HEIGHT, PAGE_WIDTH, dotted_rule, rule
from app.documents.pdf_stack import LEADING, Mark, Stack
from app.documents.pdf_text import Align, draw, draw_fitting, width
from app.documents.print_parts import LabelSheet
from app.domain.manifests import Label, Manifest, ManifestLine
from app.domain.orders import Method

_WIDTH, _HEIGHT = PAGE_WIDTH / 2, PAGE_HEIGHT / 2
_EDGE = 6 * MM
_LEFT, _RIGHT = _EDGE, _WIDTH - _EDGE
_QR = 31 * MM
_BARS_HEIGHT = 17 * MM
_FOOT = _EDGE + _BARS_HEIGHT + 6 * MM
_BODY_TOP = _HEIGHT - _EDGE - 22 * MM
_NOTE_SIZE = 9.0


def draw_labels(
    canvas: Any, manifest: Manifest, all_labels: Sequence[Label], sheet: LabelSheet
) -> None:
    """These labels of a route, one after the other."""
    if sheet is LabelSheet.A6:
        for label in all_labels:
            canvas.setPageSize((_WIDTH, _HEIGHT))
            _draw_label(canvas, manifest, label)
            canvas.showPage()
        canvas.setPageSize((PAGE_WIDTH, PAGE_HEIGHT))
        return
    for first in range(0, len(all_labels), 4):
        _draw_cuts(canvas)
        for place, label in enumerate(all_labels[first : first + 4]):
            row, column = divmod(place, 2)
            canvas.saveState()
            canvas.translate(column * _WIDTH, (1 - row) * _HEIGHT)
            _draw_label(canvas, manifest, label)
            canvas.restoreState()
        canvas.showPage()


def _draw_cuts(canvas: Any) -> None:
    dotted_rule(canvas, 0, PAGE_WIDTH, _HEIGHT)
    canvas.setDash(1, 2)
    canvas.line(_WIDTH, 0, _WIDTH, PAGE_HEIGHT)
    canvas.setDash()


def _draw_label(canvas: Any, manifest: Manifest, label: Label) -> None:
    """Onto a canvas whose origin is the lower left corner of the label."""
    _draw_head(canvas, manifest, label.line)
    _body(manifest, label.line).paint(canvas, _LEFT, _BODY_TOP)
    _draw_foot(canvas, label)


def _draw_head(canvas: Any, manifest: Manifest, line: ManifestLine) -> None:
    top = _HEIGHT - _EDGE
    number = str(line.number)
    box = max(20 * MM, width(number, 34, Weight.BOLD) + 4 * MM)
    canvas.rect(_RIGHT - box, top - 17 * MM, box, 17 * MM, fill=1, stroke=0)
    canvas.setFillGray(1)
    draw(canvas, _RIGHT - box / 2, top - 4 * MM, "stop", 8, Weight.BOLD, Align.CENTRE)
    draw(canvas, _RIGHT - box / 2, top - 14.8 * MM, number, 30, Weight.BOLD, Align.CENTRE)
    canvas.setFillGray(0)
    room = _RIGHT - box - 3 * MM - _LEFT
    vehicle = joined((manifest.vehicle, manifest.plate))
    draw_fitting(canvas, _LEFT, top - 5 * MM, vehicle, 14, room, Weight.BOLD)
    draw_fitting(canvas, _LEFT, top - 10.2 * MM, manifest.driver, 11, room)
    sender = joined((manifest.day.isoformat(), manifest.depot))
    draw_fitting(canvas, _LEFT, top - 15.4 * MM, sender, 9, room)
    rule(canvas, _LEFT, _RIGHT, top - 19 * MM, 0.8)


def _body(manifest: Manifest, line: ManifestLine) -> Stack:
    """To whom and where, in the largest letters that leave room for the foot."""
    room = _BODY_TOP - _FOOT - _QR
    for scale in (1.0, 0.9, 0.8, 0.7):
        body = Stack(_RIGHT - _LEFT)
        name = line.recipient or line.company or line.reference
        body.text(name, 16 * scale, Weight.BOLD, max_lines=2)
        if line.company != name:
            body.text(line.company, 11 * scale)
        body.gap(1 * MM)
        body.text(line.address.street, 15 * scale, Weight.BOLD, max_lines=2)
        body.text(line.address.detail, 11 * scale, max_lines=2)
        town_line = town(line.address, manifest.depot_address.country)
        body.text(town_line, 15 * scale, Weight.BOLD)
        body.text(f"Tel. {line.phone}" if line.phone else "", 10.5 * scale, max_lines=2)
        body.gap(1.2 * MM)
        body.marks(_marks(manifest, line), 10.5 * scale)
        if body.height <= room:
            break
    lines = int((room - body.height - 2 * MM) / (_NOTE_SIZE * LEADING))
    body.boxed(line.notes, _NOTE_SIZE, max_lines=lines)
    return body


def _marks(manifest: Manifest, line: ManifestLine) -> list[Mark]:
    marks = []
    if (supplier := manifest.supplier(line)) is not None:
        marks.append(Mark(f"FROM STOP {supplier.number}"))
    if line.is_pickup:
        marks.append(Mark("PICK UP", is_filled=True))
    if line.is_cash_due:
        marks.append(Mark(cash_words(line), is_filled=True))
    if line.method is not Method.HOME:
        marks.append(Mark(line.method.value.upper()))
    return [*marks, *(Mark(each.upper()) for each in line.requirements)]


def _draw_foot(canvas: Any, label: Label) -> None:
    line = label.line
    draw_qr(canvas, _RIGHT - _QR, _FOOT, _QR, label.barcode)
    y = _FOOT + _QR - 5 * MM
    room = _RIGHT - _QR - 2 * MM - _LEFT
    draw(canvas, _LEFT, y, "parcel", 9)
    draw(canvas, _LEFT, y - 9 * MM, f"{label.number} of {label.count}", 24, Weight.BOLD)
    draw_fitting(canvas, _LEFT, y - 15 * MM, line.reference, 11, room, Weight.BOLD)
    if line.weight_g:
        whole = " in all" if label.count > 1 else ""
        draw(canvas, _LEFT, y - 20 * MM, f"{kilograms(line.weight_g)}{whole}", 10)
    drawn = draw_code128(
        canvas, 0, _EDGE + 5 * MM, _WIDTH, _BARS_HEIGHT, label.barcode, centred=True
    )
    text, room = readable(label.barcode), _RIGHT - _LEFT
    y = _EDGE if drawn else _EDGE + _BARS_HEIGHT / 2
    draw_fitting(canvas, _WIDTH / 2, y, text, 11.5, room, Weight.BOLD, Align.CENTRE)
