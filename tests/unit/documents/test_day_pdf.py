from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

from app.documents.day_pdf import DayDocuments, write_day_pdf
from app.documents.pdf_basemap import BaseMap, MapFeature, Shape
from app.documents.pdf_map import RouteMap
from app.documents.print_parts import DistanceUnit, LabelSheet, Part
from app.domain.addresses import Address, Precision
from app.domain.errors import Cancelled, DispatchError, RuleError
from app.domain.fleet import PlaceKind
from app.domain.manifest_changes import manifest_changes
from app.domain.orders import Method, OrderKind, OrderStatus, Payment, barcodes
from tests.factories import (
    make_break,
    make_driver,
    make_order,
    make_vehicle,
    place,
    window,
)
from tests.unit.documents.day_papers import (
    paper,
    planned,
    summary_of,
    texts,
    whole,
)


def test_a_manifest_says_everything_the_driver_needs(write):
    order = make_order(
        reference="SO-9",
        recipient="Ana Müller",
        company="Müller & Söhne",
        address=Address(
            street="Turmstraße 22", detail="3rd floor", postcode="17033", city="Neubrandenburg"
        ),
        phone="+49 30 23125 550",
        window=window("09:00", "11:00"),
        parcels=barcodes("SO-9", 3),
        weight_g=12_400,
        method=Method.CURBSIDE,
        payment=Payment.CASH_ON_DELIVERY,
        cod_amount=Decimal("1045.90"),
        currency="EUR",
        priority=2,
        requirements=frozenset({"cold"}),
        notes="Ring twice",
    )
    sheet = paper(
        order,
        driver=make_driver(name="Bram de Vries", phone="+49 170 1"),
        vehicle=make_vehicle(name="Van 7", plate="NB-WB 7"),
    )

    text = whole(write(sheet, Part.MANIFEST))

    for expected in (
        "Bram de Vries", "Van 7 · NB-WB 7 · +49 170 1", "Depot Nord", "Tuesday 5 March 2024",
        "Leave by", sheet.code, "revision 3", "Ana Müller", "Müller & Söhne", "Turmstraße 22",
        "3rd floor", "17033 Neubrandenburg", "Tel. +49 30 23125 550", "09:00–11:00",
        "3 parcels · 12.4 kg", "SO-9-1", "SO-9-3", "CURBSIDE", "COLLECT 1\u202f045.90 EUR",
        "PRIORITY 2", "needs cold", "Ring twice", "Name", "Time", "Signature", "Totals",
        "page 1 of 1", "printed 5 Mar 2024 06:12",
    ):  # fmt: skip
        assert expected in text, expected


def test_pickups_breaks_and_one_door_are_marked(write):
    here = place(53.55, 13.26)
    orders = [
        make_order(place=here, window=window("09:00", "10:00")),
        make_order(place=here, kind=OrderKind.PICKUP),
        make_order(window=window("15:00", "16:00")),
    ]
    text = whole(write(paper(*orders, rest=make_break()), Part.MANIFEST))
    assert "PICK UP" in text
    assert "same" in text
    assert "BREAK" in text
    assert "3 stops at 2 doors" in text


def test_what_the_driver_must_know_of_broken_rules_is_printed(write):
    orders = [
        make_order(window=window("07:00", "08:00"), weight_g=700_000),
        make_order(place=place(53.55, 13.26, Precision.STREET)),
    ]
    text = whole(write(paper(*orders), Part.MANIFEST))
    assert "! over capacity by 105.0 kg" in text
    assert "! late by" in text
    assert "mid-street" in text


def test_people_s_text_is_never_markup(write):
    order = make_order(recipient="<b>Bobby</b> &amp;", notes="<para>%s {x}</para>")
    text = whole(write(paper(order), Part.MANIFEST, Part.LOAD_LIST, Part.LABELS))
    assert text.count("<b>Bobby</b> &amp;") >= 3
    assert "<para>%s {x}</para>" in text


def test_missing_facts_leave_a_readable_page(write):
    order = make_order(
        reference="Ü-1", recipient="", address=Address(), place=None, parcels=(), weight_g=0,
        payment=Payment.CASH_ON_DELIVERY,
    )  # fmt: skip
    text = whole(write(paper(order), Part.MANIFEST, Part.LOAD_LIST))
    for expected in ("Ü-1", "Address not known", "no parcels", "COLLECT CASH: AMOUNT?"):
        assert expected in text


def test_a_route_of_200_stops_numbers_every_page_and_every_stop(write):
    sheet = paper(*(make_order(recipient=f"Person {number}") for number in range(1, 201)))
    pages = texts(write(sheet, Part.MANIFEST))
    assert len(pages) > 15
    for number, text in enumerate(pages, start=1):
        assert f"page {number} of {len(pages)}" in text
        assert "revision 3" in text
    text = "\n".join(pages)
    assert all(f"Person {number}\n" in text for number in range(1, 201))


def test_an_empty_route_asked_for_alone_gets_its_page(write):
    assert "No stops on this route." in whole(write(paper(), Part.MANIFEST))


def test_idle_routes_of_a_day_get_no_paper(write):
    day = DayDocuments(manifests=(paper(make_order()), paper()))
    assert len(write(day, Part.MANIFEST).pages) == 1


def test_a_shift_from_home_leaves_home(write):
    text = whole(write(paper(make_order(), start=PlaceKind.HOME), Part.MANIFEST))
    assert "Leave home by" in text


def test_distances_are_in_miles_where_asked(write):
    day = DayDocuments(manifests=(paper(make_order()),), unit=DistanceUnit.MILES)
    text = whole(write(day, Part.MANIFEST))
    assert re.search(r"\d mi\b", text)
    assert " km" not in text


def test_the_load_list_begins_with_the_last_delivery_and_skips_pickups(write):
    orders = [
        make_order(recipient="First"),
        make_order(recipient="Fetched", kind=OrderKind.PICKUP),
        make_order(recipient="Last"),
    ]
    text = whole(write(paper(*orders), Part.LOAD_LIST))
    assert text.index("Last") < text.index("First")
    assert "Fetched" not in text


def test_loads_of_the_depot_s_own_are_on_the_paper_of_driver_and_loader(write):
    """Whole, however narrow the column is."""
    loads = [(("cages", 3),), (("cages", 1), ("roll containers", 12))]
    orders = [make_order(more_load=each) for each in loads]
    text = " ".join(whole(write(paper(*orders), Part.MANIFEST)).split())
    for words in ("3 × cages", "1 × cages, 12 × roll containers", "cages, to deliver 4"):
        assert words in text
    text = " ".join(whole(write(paper(*orders), Part.LOAD_LIST)).split())
    assert text.count("× cages") == 3
    assert "4 × cages, 12 × roll containers" in text


def test_labels_are_a6_pages_one_for_each_parcel(write):
    order = make_order(reference="SO-9", parcels=barcodes("SO-9", 3), recipient="Ana Müller")
    reader = write(paper(order), Part.LABELS)
    assert len(reader.pages) == 3
    for number, page in enumerate(reader.pages, start=1):
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (298, 421)
        text = page.extract_text()
        assert f"{number} of 3" in text
        assert f"SO-9-{number}" in text
        assert "Ana Müller" in text


def test_four_labels_fit_a_sheet_of_a4(write):
    day = DayDocuments(
        manifests=(paper(make_order(reference="SO-9", parcels=barcodes("SO-9", 5))),),
        label_sheet=LabelSheet.A4,
    )
    reader = write(day, Part.LABELS)
    assert len(reader.pages) == 2
    assert round(reader.pages[0].mediabox.width) == 595
    assert all(f"SO-9-{number}" in texts(reader)[0] for number in range(1, 5))
    assert "SO-9-5" in texts(reader)[1]


def test_a_return_slip_has_a_copy_for_the_customer_and_one_for_the_depot(write):
    orders = [make_order(), make_order(recipient="Olga", kind=OrderKind.PICKUP)]
    (text,) = texts(write(paper(*orders), Part.RETURN_SLIPS))
    assert "Customer’s copy" in text
    assert "Depot’s copy" in text
    assert text.count("Olga") == 2


def test_the_changes_sheet_says_what_to_do_differently(write):
    a, b, c, d = (make_order(recipient=name) for name in ("Anna", "Bert", "Carl", "Dora"))
    before = paper(a, b, c, driver=make_driver(name="Ana"))
    after = replace(paper(replace(c, notes="Gate 4"), d, a), route=before.route, revision=5)
    day = DayDocuments(changes=(manifest_changes(before, after),))
    text = whole(write(day, Part.CHANGES))
    for expected in (
        "Changes to revision 3", "revision 5", "Cross out: 1 stop", "Bert", "New: 1 stop", "Dora",
        "Comes at another place: 1 stop", "Instructions: Gate 4", "was: Ana",
        "The whole sequence now",
    ):  # fmt: skip
        assert expected in text, expected


def test_the_day_summary_has_every_route_and_every_order_left_behind(write):
    routes = [
        planned([make_order(), make_order(kind=OrderKind.PICKUP)], driver=make_driver(name="Ana")),
        planned([make_order(requirements=frozenset({"cold"}))], driver=make_driver(name="Bram")),
        planned([], driver=make_driver(name="Idle")),
    ]
    summary = summary_of(
        *routes,
        unassigned=[make_order(reference="SO-77", recipient="Σοφία")],
        on_hold=[
            make_order(
                reference="SO-88", status=OrderStatus.ON_HOLD, hold_reason="address not found"
            )
        ],
    )
    reader = write(DayDocuments(summary=summary), Part.SUMMARY)
    text = whole(reader)
    for expected in (
        "Ana", "Bram", "2 of 3", "1 pick-up", "! stop 1 needs cold", "Without stops: Idle",
        "All routes", "Unassigned: 1 order", "SO-77", "Σοφία", "too heavy", "On hold: 1 order",
        "SO-88", "address not found", "page 1 of 1",
    ):  # fmt: skip
        assert expected in text, expected
    assert reader.pages[0].mediabox.width > reader.pages[0].mediabox.height


def test_a_day_without_shifts_has_a_summary_too(write):
    summary = summary_of(unassigned=[], on_hold=[])
    assert "No shifts on this day." in whole(write(DayDocuments(summary=summary), Part.SUMMARY))


def test_the_map_names_its_source(write):
    sheet = paper(make_order(), make_order())
    ground = BaseMap(
        [
            MapFeature(
                kind="road",
                class_="minor",
                shape=Shape.LINE,
                parts=[[(13.25, 53.55), (13.3, 53.57)]],
            )
        ]
    )
    with_map = DayDocuments(manifests=(sheet,), maps={sheet.route: RouteMap(base=ground)})
    assert "© OpenStreetMap contributors" in whole(write(with_map, Part.MANIFEST))
    assert "OpenStreetMap" not in whole(write(sheet, Part.MANIFEST))


def test_the_file_has_bookmarks_for_every_route_and_part(write):
    manifests = (
        paper(make_order(), make_order(kind=OrderKind.PICKUP), driver=make_driver(name="Ольга")),
        paper(make_order(), driver=make_driver(name="محمد")),
    )
    reader = write(
        DayDocuments(manifests=manifests, summary=summary_of(unassigned=[], on_hold=[])),
        *Part,
    )

    def titles(outline):
        return [titles(each) if isinstance(each, list) else each.title for each in outline]

    assert titles(reader.outline) == [
        "Day summary",
        manifests[0].name,
        ["Manifest", "Load list", "Return slips"],
        manifests[1].name,
        ["Manifest", "Load list"],
        "Parcel labels",
        [manifests[0].name, manifests[1].name],
    ]
    first_labels = reader.outline[-1][0]
    assert isinstance(first_labels, Destination)
    page = reader.pages[reader.get_destination_page_number(first_labels)]
    assert round(page.mediabox.width) == 298


def test_nothing_to_print_is_refused_and_writes_nothing(tmp_path):
    path = tmp_path / "day.pdf"
    with pytest.raises(RuleError, match="nothing to print"):
        write_day_pdf(
            path, DayDocuments(), list(Part), lambda _fraction, _text: None, lambda: False
        )
    assert list(tmp_path.iterdir()) == []


def test_a_stopped_print_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "day.pdf"
    path.write_bytes(b"old")
    day = DayDocuments(manifests=(paper(make_order()), paper(make_order())))
    done: list[str] = []
    with pytest.raises(Cancelled):
        write_day_pdf(
            path,
            day,
            [Part.MANIFEST],
            lambda _fraction, text: done.append(text),
            lambda: bool(done),
        )
    assert [each.name for each in tmp_path.iterdir()] == ["day.pdf"]
    assert path.read_bytes() == b"old"


def test_a_folder_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "gone" / "day.pdf"
    with pytest.raises(DispatchError, match=re.escape(str(path))):
        write_day_pdf(
            path,
            DayDocuments(manifests=(paper(make_order()),)),
            [Part.MANIFEST],
            lambda _fraction, _text: None,
            lambda: False,
        )


def test_progress_rises_to_the_end(tmp_path):
    day = DayDocuments(manifests=(paper(make_order()), paper(make_order())))
    seen: list[float] = []
    write_day_pdf(
        tmp_path / "day.pdf",
        day,
        [Part.MANIFEST, Part.LOAD_LIST],
        lambda fraction, _text: seen.append(fraction),
        lambda: False,
    )
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) == 5


def test_a_printed_file_can_be_replaced(tmp_path):
    path: Path = tmp_path / "day.pdf"
    for sheet in (paper(make_order()), paper(make_order(), make_order())):
        write_day_pdf(
            path,
            DayDocuments(manifests=(sheet,)),
            [Part.MANIFEST],
            lambda _fraction, _text: None,
            lambda: False,
        )
    assert "2 stops" in whole(PdfReader(path))
