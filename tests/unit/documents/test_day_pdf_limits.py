"""Whatever is typed, paper stays readable: no text leaves its page or its place."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from app.documents.day_pdf import DayDocuments
from app.documents.pdf_map import RouteMap
from app.documents.print_parts import LabelSheet, Part
from app.domain.addresses import Address
from app.domain.geo import Location
from app.domain.manifest_changes import manifest_changes
from app.domain.orders import Method, OrderKind, Payment, barcodes
from tests.factories import (
    make_depot,
    make_driver,
    make_order,
    make_vehicle,
)
from tests.unit.documents.day_papers import (
    LONG,
    paper,
    planned,
    summary_of,
    whole,
)
from tests.unit.documents.paper_scan import scanned

MONSTERS = [
    make_order(
        reference=f"REF-{LONG}",
        recipient=LONG,
        company=LONG,
        address=Address(street=LONG, detail=LONG, postcode=LONG, city=LONG, country="Atlantis" * 9),
        phone="+" + "123 " * 50,
        notes="Bitte klingeln. " * 300,
        parcels=barcodes("A-REFERENCE-AS-LONG-AS-A-BARCODE-CAN-BE-2024-000001", 40),
        requirements=frozenset({"tail-lift", "cold", "two-person", "fragile", "adr"}),
        payment=Payment.CASH_ON_DELIVERY,
        cod_amount=Decimal("123456789.00"),
        kind=OrderKind.PICKUP,
        method=Method.CONTACTLESS,
        priority=3,
    ),
    make_order(recipient="x" * 3000, notes="y" * 3000, address=Address(street="z" * 3000)),
    make_order(recipient="محمد " * 200, notes="יצחק (Gate) " * 200),
    make_order(notes="\n".join("line" for _ in range(500))),
]


@pytest.mark.parametrize("sheet", LabelSheet)
def test_no_text_leaves_its_page(write, sheet):
    manifest_ = paper(
        *MONSTERS,
        depot=make_depot(name=LONG),
        driver=make_driver(name=LONG, phone="1" * 90),
        vehicle=make_vehicle(name=LONG, plate=LONG),
    )
    day = DayDocuments(
        manifests=(manifest_,),
        maps={manifest_.route: RouteMap(line=(Location(lat=53.5, lon=13.2),))},
        changes=(manifest_changes(replace(manifest_, lines=()), manifest_),),
        summary=summary_of(
            planned(MONSTERS, driver=make_driver(name=LONG)), unassigned=MONSTERS, on_hold=MONSTERS
        ),
        label_sheet=sheet,
    )
    for page in write(day, *Part).pages:
        edge = float(page.mediabox.height)

        def within(text, matrix, text_matrix, _font, size, edge=edge):
            y = matrix[5] + text_matrix[5]
            assert not text.strip() or -1 <= y <= edge - size * 0.5, text

        page.extract_text(visitor_text=within)


def test_the_margins_stay_white(write, tmp_path):
    sheet = paper(*MONSTERS, depot=make_depot(name=LONG), driver=make_driver(name=LONG))
    day = DayDocuments(
        manifests=(sheet,),
        maps={sheet.route: RouteMap()},
        changes=(manifest_changes(replace(sheet, lines=(), driver="Ana"), sheet),),
        summary=summary_of(planned(MONSTERS), unassigned=MONSTERS, on_hold=MONSTERS),
    )
    pages = write(day, Part.SUMMARY, Part.CHANGES, Part.MANIFEST, Part.LOAD_LIST).pages
    for number in range(len(pages)):
        picture = scanned(tmp_path / "day.pdf", number)
        assert picture.min() < 50
        assert picture[:, :20].min() > 250
        assert picture[:, -20:].min() > 250
        assert picture[:20].min() > 250
        assert picture[-20:].min() > 250


def test_a_note_of_any_length_stays_above_a_label_s_foot(write):
    (page, *_) = write(
        paper(make_order(recipient="R", notes="note " * 900, parcels=barcodes("SO", 1))),
        Part.LABELS,
    ).pages
    heights: dict[str, float] = {}

    def note(text, matrix, text_matrix, _font, _size):
        for word in ("note", "of 1"):
            if word in text:
                heights[word] = min(heights.get(word, 1e9), matrix[5] + text_matrix[5])

    page.extract_text(visitor_text=note)
    assert heights["note"] > heights["of 1"]


def test_a_note_of_six_lines_is_whole_on_a_label_with_room_for_it(write):
    words = ["gate", "bell", "stairs", "door", "dog", "shed"]
    reader = write(
        paper(make_order(recipient="R", notes="\n".join(words), parcels=barcodes("SO", 1))),
        Part.LABELS,
    )
    assert all(word in whole(reader) for word in words)
