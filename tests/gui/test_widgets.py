"""Small widgets: what does not fit is said to be longer, what is alike is told apart."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.desktop.colors import tokens
from app.desktop.planning.planning_strip import PlanningStrip
from app.desktop.widgets.candidates import told_apart
from app.desktop.widgets.elided_line_edit import ElidedLineEdit
from app.desktop.widgets.records import RecordColumn, RecordsTable
from app.desktop.widgets.tones import Tone, ink
from app.domain.addresses import Address, Place, Precision
from app.domain.geo import Location
from app.domain.problem import Progress
from app.roads.addresses import Candidate

MAIL = "someone.with.a.very.long.name@a-company-with-a-long-name.example"


def _candidate(lat: float, lon: float, street: str = "Krämerstraße 1") -> Candidate:
    place = Place(location=Location(lat=lat, lon=lon), precision=Precision.ROOFTOP, score=0.8)
    return Candidate(place=place, address=Address(street=street, city="Neubrandenburg"))


def test_a_text_that_does_not_fit_ends_in_dots_until_it_is_edited(qtbot: QtBot) -> None:
    other = QLineEdit()
    field = ElidedLineEdit(MAIL)
    for widget in (other, field):
        qtbot.addWidget(widget)
        widget.show()
    field.resize(140, 28)
    other.setFocus()
    assert field.shown_text.endswith("…")
    assert MAIL.startswith(field.shown_text[:-1])
    field.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    assert field.shown_text == MAIL
    field.setText("a@b.example")
    other.activateWindow()
    other.setFocus()
    assert field.shown_text == "a@b.example"


def test_two_houses_of_one_address_are_told_apart_and_the_same_one_is_named_once() -> None:
    first, again = _candidate(53.55785, 13.257104), _candidate(53.55786, 13.257104)
    second = _candidate(53.557231, 13.255683)
    other = _candidate(53.55785, 13.257104, "Krämerstraße 2")
    lines = told_apart([first, again, second, other])
    assert list(lines) == [first, second, other]
    assert lines[first] == "Krämerstraße 1, Neubrandenburg"
    assert lines[second].startswith("Krämerstraße 1, Neubrandenburg (another, 120")
    assert "south-west" in lines[second]
    assert lines[other] == "Krämerstraße 2, Neubrandenburg"


def test_a_table_too_wide_for_its_window_scrolls_nothing_out_of_sight(qtbot: QtBot) -> None:
    columns: list[RecordColumn[str]] = [
        RecordColumn(title=f"Title {number}", text=lambda text: text, width=30)
        for number in range(5)
    ]
    table = RecordsTable[str](columns)
    qtbot.addWidget(table)
    table.set_records(["x" * 60], lambda text: text)
    table.resize(620, 200)
    table.show()
    bar = table.horizontalScrollBar()
    assert bar.maximum() == 0
    table.resize(1400, 200)
    assert table.columnWidth(0) > 150
    table.horizontalHeader().resizeSection(0, 500)
    table.resize(620, 200)
    assert table.columnWidth(0) == 500
    assert bar.maximum() > 0


def test_what_matters_most_keeps_its_room_when_there_is_little(qtbot: QtBot) -> None:
    reason = "the weight is less than nothing"
    columns: list[RecordColumn[str]] = [
        RecordColumn(title="Address", text=lambda _text: "x" * 60, width=60),
        RecordColumn(title="Why", text=lambda text: text, width=40, is_vital=True),
        RecordColumn(title="Last", text=lambda _text: "x"),
    ]
    table = RecordsTable[str](columns)
    qtbot.addWidget(table)
    table.resize(420, 200)
    table.show()
    table.set_records([reason], lambda text: text)
    needed = table.fontMetrics().horizontalAdvance(reason)
    assert needed < table.columnWidth(1) < needed + 40
    assert table.columnWidth(0) < table.fontMetrics().horizontalAdvance("x" * 60)


def test_of_a_thousand_records_those_in_view_are_written(qtbot: QtBot) -> None:
    written: set[str] = set()

    def text(record: str) -> str:
        written.add(record)
        return record

    table = RecordsTable[str]([RecordColumn(title="Order", text=text)])
    qtbot.addWidget(table)
    table.resize(300, 200)
    table.show()
    table.set_records([f"SO-{number:04}" for number in range(1_000, 0, -1)], lambda record: record)
    table.viewport().repaint()
    assert "SO-1000" in written
    assert len(written) <= 100
    table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert table.model().index(0, 0).data() == "SO-0001"


def test_a_cell_is_drawn_in_its_tone_on_its_side_and_its_row_on_the_ground_of_the_chosen(
    qtbot: QtBot,
) -> None:
    columns: list[RecordColumn[str]] = [
        RecordColumn(title="Left", text=lambda text: text, width=30),
        RecordColumn(
            title="Right", text=lambda _: "███", tone=lambda _: Tone.BAD, width=30, is_number=True
        ),
    ]
    table = RecordsTable[str](columns)
    qtbot.addWidget(table)
    table.resize(700, 200)
    table.set_records(["one", "two\nlines <b>"], lambda text: text)
    table.show()
    assert _drawn(table, 0, 1, ink(Tone.BAD, table.palette())) > 0.9
    table.choose(lambda text: text == "one")
    soft = QColor(tokens(table.palette()).accent_soft)
    image = table.viewport().grab().toImage()
    corners = [table.visualRect(table.model().index(row, 1)).topLeft() for row in (0, 1)]
    assert [image.pixelColor(corner) == soft for corner in corners] == [True, False]
    assert table.model().index(1, 0).data() == "two\nlines <b>"


def _drawn(table: RecordsTable[str], row: int, column: int, color: QColor) -> float:
    """How far to the right the last pixel of this colour is, as a share of the cell."""
    rect = table.visualRect(table.model().index(row, column))
    image = table.viewport().grab(rect).toImage()
    right = [
        x
        for x in range(image.width())
        if any(image.pixelColor(x, y) == color for y in range(image.height()))
    ]
    return max(right, default=0) / image.width()


def test_a_search_says_what_it_tries_in_a_dispatcher_s_words_or_nothing(qtbot: QtBot) -> None:
    strip = PlanningStrip()
    qtbot.addWidget(strip)
    strip.show_start(10, 0.0, "EUR")
    strip.show_progress(Progress(cost=512.0, unassigned=3, seconds=4.0, stage="fleets"))
    assert strip.text.endswith("unassigned 3   ·   trying other vans")
    strip.show_progress(Progress(cost=512.0, unassigned=3, seconds=5.0, stage="start"))
    assert strip.text.endswith("unassigned 3")
