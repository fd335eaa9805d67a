"""The load list: what goes into the van, the last delivery first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.documents.fonts import Weight
from app.documents.manifest_pdf import draw_continuation, draw_route_head, footer_text
from app.documents.paper_words import (
    MM,
    barcode_ranges,
    counted,
    cubic_metres,
    joined,
    kilograms,
    of_capacity,
)
from app.documents.pdf_barcodes import readable
from app.documents.pdf_page import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Block,
    draw_blank,
    ending_with,
    footer,
    paginated,
    paint,
    rule,
)
from app.documents.pdf_stack import Mark, Stack
from app.documents.pdf_text import Align, draw, draw_fitting
from app.domain.manifests import Manifest, ManifestLine, load_list, more_words, total_load

_NUMBER, _WHO, _PARCELS, _LOAD = LEFT, LEFT + 14 * MM, LEFT + 88 * MM, RIGHT
_PAD = 1.4 * MM
_HEADS_HEIGHT = 6 * MM
_CONTINUATION_HEIGHT = 9 * MM
_INTRO_HEIGHT, _MORE_HEIGHT = 8 * MM, 4.5 * MM
_LISTED_PARCELS = 30


def draw_load_list(canvas: Any, manifest: Manifest) -> None:
    """All pages of one route's load list."""
    intro_height = _INTRO_HEIGHT + _MORE_HEIGHT * bool(_more_in_all(manifest))
    head = 18 * MM + intro_height
    pages = paginated(
        _body(manifest),
        TOP - BOTTOM - head - _HEADS_HEIGHT,
        TOP - BOTTOM - _CONTINUATION_HEIGHT - _HEADS_HEIGHT,
    )
    for number, blocks in enumerate(pages, start=1):
        if number == 1:
            top = draw_route_head(canvas, manifest, "Load list", TOP)
            _draw_intro(canvas, manifest, top)
            top -= intro_height
        else:
            draw_continuation(canvas, manifest, TOP)
            top = TOP - _CONTINUATION_HEIGHT
        _draw_heads(canvas, top)
        paint(canvas, blocks, top - _HEADS_HEIGHT)
        footer(canvas, joined(("Load list", footer_text(manifest))), number, len(pages))
        canvas.showPage()


def _draw_intro(canvas: Any, manifest: Manifest, top: float) -> None:
    total, most = total_load(load_list(manifest)), manifest.capacity
    text = joined(
        (
            "Load from the top of this list: the last delivery goes in first",
            counted(total.parcels, "parcel"),
            of_capacity(total.weight_g, most.weight_g, kilograms),
            of_capacity(total.volume_cm3, most.volume_cm3, cubic_metres),
        )
    )
    room = RIGHT - LEFT
    draw_fitting(canvas, LEFT, top - 3 * MM, text, 9.5, room, Weight.BOLD)
    more = _more_in_all(manifest)
    draw_fitting(canvas, LEFT, top - 3 * MM - _MORE_HEIGHT, more, 9.5, room, Weight.BOLD)


def _more_in_all(manifest: Manifest) -> str:
    return more_words(total_load(load_list(manifest)).more)


def _draw_heads(canvas: Any, top: float) -> None:
    for x, head in ((_NUMBER, "Stop"), (_WHO, "For"), (_PARCELS, "Parcels")):
        draw(canvas, x + _PAD, top - 3.2 * MM, head, 7.5)
    draw(canvas, _LOAD, top - 3.2 * MM, "Weight, volume", 7.5, align=Align.RIGHT)
    rule(canvas, LEFT, RIGHT, top - _HEADS_HEIGHT + 1.2 * MM, 1.0)


def _body(manifest: Manifest) -> Iterator[Block]:
    rows = [_row(line) for line in load_list(manifest)] or [Block(8 * MM, _draw_nothing)]
    yield from ending_with(rows, Block(18 * MM, _draw_signatures))


def _draw_nothing(canvas: Any, top: float) -> None:
    draw(
        canvas,
        LEFT + _PAD,
        top - 5 * MM,
        "Nothing to load at the depot: this route has no deliveries from there.",
        10,
    )


def _draw_signatures(canvas: Any, top: float) -> None:
    y = top - 11 * MM
    draw_blank(canvas, LEFT, y, "Loaded by", 60 * MM)
    draw_blank(canvas, LEFT + 65 * MM, y, "Checked by", 60 * MM)
    draw_blank(canvas, LEFT + 130 * MM, y, "At", 60 * MM)


def _row(line: ManifestLine) -> Block:
    who = Stack(_PARCELS - _WHO - 2 * _PAD)
    who.text(line.recipient or line.company or line.reference, 9.5, Weight.BOLD)
    who.text(joined((line.address.street, line.address.city)), 8.5)
    who.marks([Mark(each.upper()) for each in line.requirements], 7)
    parcels = Stack(_LOAD - 24 * MM - _PARCELS - 2 * _PAD)
    few = len(line.parcels) <= _LISTED_PARCELS
    listed = line.parcels if few else barcode_ranges(line.parcels)[:_LISTED_PARCELS]
    parcels.text(more_words(line.more_load), 8.5, Weight.BOLD, max_lines=3)
    parcels.ticks([readable(each) for each in listed], 8.5)
    if not few:
        parcels.text(f"{len(line.parcels)} in all", 8.5, Weight.BOLD)
    if not line.parcels:
        parcels.text(f"{line.reference}, no parcels", 8.5)
    load = [kilograms(line.weight_g)] if line.weight_g else []
    load += [cubic_metres(line.volume_cm3)] if line.volume_cm3 else []
    height = max(who.height, parcels.height, 9 * MM) + 2 * _PAD

    def draw_row(canvas: Any, top: float) -> None:
        draw(canvas, _NUMBER + _PAD, top - _PAD - 14, str(line.number), 15, Weight.BOLD)
        who.paint(canvas, _WHO + _PAD, top - _PAD)
        parcels.paint(canvas, _PARCELS + _PAD, top - _PAD)
        for number, text in enumerate(load):
            y = top - _PAD - 9 - number * 11
            draw(canvas, _LOAD, y, text, 9, align=Align.RIGHT)
        rule(canvas, LEFT, RIGHT, top - height, 0.4)

    return Block(height, draw_row)
