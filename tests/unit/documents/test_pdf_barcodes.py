from __future__ import annotations

import pytest
import zxingcpp
from reportlab.pdfgen.canvas import Canvas

from app.documents.paper_words import MM
from app.documents.pdf_barcodes import draw_code128, draw_qr, is_scannable, is_sscc, readable
from tests.unit.documents.paper_scan import scanned


def scan(path) -> list[tuple[str, str]]:
    """Kind and text of every symbol on the first page."""
    found = zxingcpp.read_barcodes(scanned(path, dpi=300))
    return [(each.format.name, each.text) for each in found]


@pytest.fixture
def page(tmp_path):
    """An empty page to draw on, and its path."""
    path = tmp_path / "page.pdf"
    canvas = Canvas(str(path), pagesize=(110 * MM, 60 * MM))
    return canvas, path


@pytest.mark.parametrize(
    "text", ["SO-100042", "R240305-1A2B3C4D-17", "1234567890123", "a b~!", "00123", "JD0146003"]
)
def test_code_128_is_read_back_by_a_scanner(page, text):
    canvas, path = page
    assert draw_code128(canvas, 5 * MM, 20 * MM, 100 * MM, 12 * MM, text, centred=True)
    canvas.save()
    assert scan(path) == [("Code128", text)]


def test_a_shipping_container_code_is_a_gs1_symbol(page):
    canvas, path = page
    draw_code128(canvas, 5 * MM, 20 * MM, 100 * MM, 12 * MM, "00006141411234567890", centred=True)
    canvas.save()
    ((_, text),) = scan(path)
    assert text.replace("(", "").replace(")", "").strip("\x1d") == "00006141411234567890"


@pytest.mark.parametrize("text", ["SO-100042-1", "ПОСЫЛКА-7", "包裹", "x" * 300])
def test_a_qr_symbol_is_read_back_by_a_scanner(page, text):
    canvas, path = page
    assert draw_qr(canvas, 20 * MM, 5 * MM, 50 * MM, text)
    canvas.save()
    assert scan(path) == [("QRCode", text)]


@pytest.mark.parametrize("text", ["ПОСЫЛКА-7", "", "x" * 81, "tab\t"])
def test_what_code_128_cannot_say_is_not_drawn(page, text):
    canvas, _ = page
    assert not is_scannable(text, 500 * MM)
    assert not draw_code128(canvas, 0, 0, 500 * MM, 10, text, centred=True)


def test_bars_too_thin_for_paper_are_not_drawn(page):
    canvas, _ = page
    assert is_scannable("SO-100042", 40 * MM)
    assert not is_scannable("SO-100042", 20 * MM)
    assert not draw_code128(canvas, 0, 0, 20 * MM, 10, "SO-100042", centred=True)


def test_a_text_too_long_for_qr_is_not_drawn(page):
    canvas, _ = page
    assert not draw_qr(canvas, 0, 0, 100, "x" * 5000)
    assert not draw_qr(canvas, 0, 0, 100, "")


@pytest.mark.parametrize(
    ("barcode", "expected"),
    [
        ("00006141411234567890", True),
        ("00376104250021234569", True),
        ("00376104250021234568", False),
        ("376104250021234569", False),
        ("SO-1", False),
    ],
)
def test_a_shipping_container_code_is_known_by_its_check_digit(barcode, expected):
    assert is_sscc(barcode) is expected


def test_the_application_identifier_stands_in_brackets_for_people():
    assert readable("00376104250021234569") == "(00) 376104250021234569"
    assert readable("SO-1") == "SO-1"
