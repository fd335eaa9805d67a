"""Return slips: what a customer and the depot keep of a pick-up."""

from __future__ import annotations

from typing import Any

from app.documents.fonts import Weight
from app.documents.paper_words import (
    MM,
    barcode_ranges,
    counted,
    day_words,
    joined,
    kilograms,
    town,
)
from app.documents.pdf_barcodes import draw_code128, readable
from app.documents.pdf_page import LEFT, PAGE_HEIGHT, RIGHT, dotted_rule, draw_blank, rule
from app.documents.pdf_stack import Stack
from app.documents.pdf_text import Align, draw, draw_fitting
from app.domain.manifests import Manifest, ManifestLine

_HALF = PAGE_HEIGHT / 2
_MIDDLE = LEFT + 100 * MM
_LISTED_PARCELS = 20
_NAMED_TAKERS = 3


def draw_return_slips(canvas: Any, manifest: Manifest) -> None:
    """A page for each pick-up: the customer's copy above, the depot's below the cut."""
    for line in manifest.pickups:
        _draw_slip(canvas, manifest, line, "Customer’s copy", PAGE_HEIGHT)
        dotted_rule(canvas, 0, LEFT + RIGHT, _HALF)
        _draw_slip(canvas, manifest, line, "Depot’s copy", _HALF)
        canvas.showPage()


def _draw_slip(canvas: Any, manifest: Manifest, line: ManifestLine, copy: str, edge: float) -> None:
    top = edge - 10 * MM
    draw(canvas, LEFT, top - 6 * MM, "Return slip", 18, Weight.BOLD)
    draw(canvas, LEFT, top - 11.5 * MM, joined((copy, day_words(manifest.day))), 9.5)
    bars_room = 80 * MM
    draw_code128(
        canvas, RIGHT - bars_room, top - 12 * MM, bars_room, 12 * MM, line.reference, centred=True
    )
    caption_x = RIGHT - bars_room / 2
    draw_fitting(
        canvas, caption_x, top - 15.5 * MM, line.reference, 9, bars_room, Weight.BOLD, Align.CENTRE
    )
    rule(canvas, LEFT, RIGHT, top - 18 * MM, 0.8)

    sender = Stack(_MIDDLE - LEFT - 6 * MM)
    sender.text("Collected from", 7.5)
    sender.text(line.recipient or line.company, 13, Weight.BOLD, max_lines=2)
    if line.recipient:
        sender.text(line.company, 10.5, max_lines=2)
    sender.text(line.address.street, 11, max_lines=2)
    sender.text(line.address.detail, 10)
    sender.text(town(line.address, manifest.depot_address.country), 11)
    sender.text(f"Tel. {line.phone}" if line.phone else "", 9.5)
    sender.boxed(line.notes, 9, max_lines=5)
    sender.paint(canvas, LEFT, top - 21 * MM)

    goods = Stack(RIGHT - _MIDDLE)
    goods.text("Collected", 7.5)
    count = counted(len(line.parcels), "parcel")
    weight = kilograms(line.weight_g) if line.weight_g else ""
    goods.text(joined((count, weight)), 13, Weight.BOLD)
    goods.ticks([readable(each) for each in barcode_ranges(line.parcels)[:_LISTED_PARCELS]], 9)
    goods.gap(2 * MM)
    goods.text("By", 7.5)
    goods.text(joined((manifest.driver, manifest.vehicle, manifest.plate)), 10.5, max_lines=2)
    place = joined((f"stop {line.number}", manifest.code))
    goods.text(place, 9)
    goods.gap(2 * MM)
    goods.text("For", 7.5)
    takers = manifest.takers(line)
    for taker in takers[:_NAMED_TAKERS]:
        goods.text(taker.recipient or taker.company or taker.reference, 10.5, max_lines=2)
        goods.text(joined((taker.address.line, f"stop {taker.number}")), 9, max_lines=2)
    if not takers:
        goods.text(manifest.depot, 10.5, max_lines=2)
        goods.text(manifest.depot_address.line, 9, max_lines=2)
    goods.paint(canvas, _MIDDLE, top - 21 * MM)

    y = edge - _HALF + 32 * MM
    draw_blank(canvas, LEFT, y, "Number of parcels handed over", 90 * MM)
    draw_blank(canvas, _MIDDLE, y, "Date, time", RIGHT - _MIDDLE)
    y -= 14 * MM
    draw_blank(canvas, LEFT, y, "Customer’s signature", 90 * MM)
    draw_blank(canvas, _MIDDLE, y, "Driver’s signature", RIGHT - _MIDDLE)
