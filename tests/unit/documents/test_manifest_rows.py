"""The rows of a manifest leave out nothing that somebody wrote for the driver."""

from __future__ import annotations

import re
from pathlib import Path

from pypdf import PdfReader

from app.documents.day_pdf import DayDocuments, write_day_pdf
from app.documents.print_parts import Part
from app.domain.addresses import Address
from app.domain.manifests import Manifest
from app.domain.orders import Order
from tests.factories import make_break, make_order, window
from tests.unit.documents.day_papers import paper

NOTE = " ".join(f"word{number}" for number in range(600))


def pages(folder: Path, *orders: Order, parts: tuple[Part, ...] = (Part.MANIFEST,)) -> list[str]:
    return printed_pages(folder, paper(*orders), parts)


def printed_pages(
    folder: Path, sheet: Manifest, parts: tuple[Part, ...] = (Part.MANIFEST,)
) -> list[str]:
    path = folder / "day.pdf"
    day = DayDocuments(manifests=(sheet,))
    write_day_pdf(path, day, parts, lambda _fraction, _text: None, lambda: False)
    return [page.extract_text() for page in PdfReader(path).pages]


def words(text: str) -> list[str]:
    return re.findall(r"word\d+", text)


def test_a_long_note_stands_below_its_row_to_its_last_word(tmp_path: Path) -> None:
    text = "\n".join(pages(tmp_path, make_order(notes=NOTE), make_order(notes="Ring twice")))
    assert words(text) == NOTE.split()
    assert "Notes: below this row." in text
    assert text.index("Notes: below this row.") < text.index("word0")
    assert text.index("word599") < text.index("Ring twice")


def test_a_note_that_fits_stays_in_its_row(tmp_path: Path) -> None:
    text = "\n".join(pages(tmp_path, make_order(notes=" ".join(NOTE.split()[:50]))))
    assert words(text) == NOTE.split()[:50]
    assert "below this row" not in text


def test_the_parts_of_a_long_note_name_their_stop_on_the_next_page(tmp_path: Path) -> None:
    first, *others = pages(tmp_path, make_order(), make_order(notes=NOTE * 3))
    rest = "\n".join(others)
    assert len(words(first + rest)) >= 1_799
    assert re.search(r"^2$", rest, re.MULTILINE)


def test_phones_and_the_way_to_the_door_are_never_cut(tmp_path: Path) -> None:
    phone = "+49 395 1234567 (office, until noon), +49 170 12345678 (mobile), +49 30 23125 550 Eva"
    door = "Rear building, third floor on the left, door code 4711#, bell Lüders-Wandersleben-Ohm"
    order = make_order(phone=phone, address=Address(street="Turmstraße 22", detail=door))
    for part in (Part.MANIFEST, Part.LABELS):
        text = " ".join("\n".join(pages(tmp_path, order, parts=(part,))).split())
        assert f"Tel. {phone}" in text
        assert door in text


def test_what_closes_a_list_never_stands_alone_on_a_page(tmp_path: Path) -> None:
    for part, end, counts in (
        (Part.MANIFEST, "Totals", range(5, 13)),
        (Part.LOAD_LIST, "Loaded by", range(17, 24)),
    ):
        for count in counts:
            orders = [make_order(recipient=f"Person {number}") for number in range(count)]
            *_, last = pages(tmp_path, *orders, parts=(part,))
            assert end in last
            assert "Person" in last, f"{part.name}: the end of {count} stops stands alone"


def test_a_last_note_of_any_length_has_the_totals_on_its_page(tmp_path: Path) -> None:
    for count in range(60, 420, 60):
        *_, last = pages(tmp_path, make_order(), make_order(notes=" ".join(NOTE.split()[:count])))
        assert "Totals" in last
        assert words(last), f"after a note of {count} words"


def test_a_break_on_the_road_says_how_far_from_which_stops_it_is(tmp_path: Path) -> None:
    far = make_order(window=window("08:00", "09:00"))
    printed = paper(far, rest=make_break("08:01", "08:02"))
    (rest,) = printed.rests
    assert rest.driven
    assert rest.left
    text = printed_pages(tmp_path, printed)[0]
    assert "BREAK  08:01–08:31" in text
    assert "on the road: 1 min after the start" in text
    assert "before stop 1" in text
