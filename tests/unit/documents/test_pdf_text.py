from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from app.documents.fonts import Weight, font_for
from app.documents.pdf_text import (
    ELLIPSIS,
    clean,
    draw,
    draw_fitting,
    fitting_size,
    isolated,
    shortened,
    width,
    wrapped,
)


@pytest.fixture
def printed(tmp_path):
    """What a page says that a text was drawn on, in the order of the page."""

    def print_it(text: str, weight: Weight = Weight.REGULAR) -> str:
        path = tmp_path / "page.pdf"
        canvas = Canvas(str(path))
        draw(canvas, 20, 20, text, 10, weight)
        canvas.save()
        page = PdfReader(path).pages[0]
        # The plain mode turns Arabic and Hebrew back; this one leaves the order of the page.
        return page.extract_text(extraction_mode="layout").strip("\n")

    return print_it


@pytest.mark.parametrize("weight", Weight)
@pytest.mark.parametrize(
    "text",
    [
        "Müller Łódź Țepeș Đặng Ngọc Ægir",
        "Γεώργιος Παπαδόπουλος",
        "Ольга Шевченко ї Ђорђе",
        "Հայաստան",
        "საქართველო",
        "北京市海淀区 東京都 田中さん",
        "45,90 € · 1\u202f234 → ½ №",
        "<b>Bobby</b> &amp; %s {x}",
    ],
)
def test_names_of_many_scripts_are_printed_letter_for_letter(printed, text, weight):
    assert printed(text, weight) == text


def test_arabic_letters_are_joined_and_run_from_right_to_left(printed):
    # Meem initial, hah medial, meem medial, dal final, from the right.
    assert printed("محمد") == "\ufeaa\ufee4\ufea4\ufee3"


def test_arabic_lam_alef_is_one_sign(printed):
    assert printed("سلام") == "\ufee1\ufefc\ufeb3"


def test_a_word_that_some_fonts_have_as_one_sign_is_printed_in_letters(printed):
    # "Allah" is a ligature that our fonts lack.
    assert all(font_for(sign, Weight.REGULAR) for sign in printed("عبد الله"))


def test_hebrew_runs_from_right_to_left_and_its_numbers_do_not(printed):
    assert printed("הרצל 12") == "12 לצרה"


def test_brackets_face_their_words_in_either_direction(printed):
    assert printed("שדה (Gate) 24") == "24 (Gate) הדש"
    assert printed("Gate (שדה) ()") == "Gate (הדש) ()"


def test_facts_beside_an_arabic_name_keep_their_places(printed):
    assert printed(f"{isolated('שדה')} · Van 4 · 12") == "הדש · Van 4 · 12"


def test_what_no_font_has_is_printed_in_latin_letters(printed):
    assert printed("서울 กรุง राम") == "seoul krung raam"


def test_an_emoji_is_printed_as_its_name(printed):
    assert printed("🐕\ufe0f beware 👍🏽") == "[dog] beware [thumbs up sign]"


def test_control_and_invisible_characters_leave_no_trace(printed):
    assert printed(clean("a\x00b\x07\tc\u200bd\u00ade\ufeff")) == "a b cde"


def test_letters_and_their_accents_are_put_together():
    assert clean("u\u0308") == "ü"


@given(st.text(max_size=60), st.sampled_from(Weight))
def test_any_text_can_be_measured_and_wrapped(text, weight):
    for line in wrapped(text, 9, 80, weight):
        assert width(line, 9, weight) <= 80.01 or len(line.strip("\u200f")) == 1
    assert width(shortened(text, 9, 80, weight), 9, weight) <= 80.01


@given(st.lists(st.sampled_from(["Straße", "des", "17.", "Junis", "Hinterhaus", "x" * 60])))
def test_wrapping_loses_no_letter(words):
    text = " ".join(words)
    assert "".join(wrapped(text, 9, 80)).replace(" ", "") == text.replace(" ", "")


def test_what_exceeds_the_lines_ends_in_an_ellipsis():
    lines = wrapped("Bitte " * 100, 9, 80, max_lines=3)
    assert len(lines) == 3
    assert lines[-1].endswith(ELLIPSIS)
    assert width(lines[-1], 9) <= 80


def test_no_lines_is_no_text():
    assert wrapped("Bitte klingeln", 9, 20, max_lines=0) == []


def test_every_line_of_an_arabic_paragraph_is_read_from_the_right():
    lines = wrapped("يرجى الاتصال قبل الوصول Gate B حتى يصل", 9, 60)
    assert len(lines) > 2
    assert all(line.startswith("\u200f") for line in lines)


def test_a_barcode_is_cut_at_its_beginning():
    short = shortened("REFERENCE-2024-000123-7", 9, 50, keeps_end=True)
    assert short.startswith(ELLIPSIS)
    assert short.endswith("-7")


def test_a_line_shrinks_before_it_is_cut():
    text = "12 345 678.90 EUR"
    room = width(text, 10) * 0.8
    assert width(text, fitting_size(text, 10, room)) == pytest.approx(room)
    assert fitting_size(text, 10, 1) == 7.5


def test_a_fitting_line_never_leaves_its_room(tmp_path):
    canvas = Canvas(str(tmp_path / "page.pdf"))
    for text in ("a", "Straße " * 30, "محمد " * 30, ""):
        assert draw_fitting(canvas, 0, 0, text, 12, 100) <= 100.01


def test_a_text_of_a_million_letters_is_only_read_as_far_as_it_is_printed():
    for text in ("x" * 1_000_000, "word " * 200_000, "\u0301" * 1_000_000):
        assert len(wrapped(text, 9, 80, max_lines=3)) <= 3
        assert len(shortened(text, 9, 80)) < 1_000
        assert len(shortened(text, 9, 80, keeps_end=True)) < 1_000
