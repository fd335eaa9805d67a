"""The table of a file's columns, whose rows come a few at a time."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QPushButton, QVBoxLayout
from pytestqt.qtbot import QtBot

from app.desktop.orders.column_mapping import ColumnMapping
from app.documents.order_columns import FIELDS


@pytest.fixture
def mapping(qtbot: QtBot) -> ColumnMapping:
    mapping = ColumnMapping()
    qtbot.addWidget(mapping)
    return mapping


def _shown(mapping: ColumnMapping) -> dict[str, str]:
    """What the boxes say, from top to bottom."""
    boxes = [mapping.cellWidget(row, 1) for row in range(mapping.rowCount())]
    return {
        box.objectName().removeprefix("column_"): box.currentText()
        for box in boxes
        if isinstance(box, QComboBox)
    }


def test_every_field_gets_its_row_and_the_needed_ones_stand_first(
    qtbot: QtBot, mapping: ColumnMapping
) -> None:
    mapping.show_mapping(("No", "Mail"), {"reference": "No", "email": "Mail"})
    qtbot.waitUntil(lambda: len(_shown(mapping)) == len(FIELDS))
    assert list(_shown(mapping))[:3] == ["reference", "address", "email"]
    assert _shown(mapping)["email"] == "Mail"
    assert _shown(mapping)["address"].startswith("–")


def test_the_columns_are_known_before_their_rows_are_there(mapping: ColumnMapping) -> None:
    columns = {name: f"Column {name}" for name in FIELDS}
    mapping.show_mapping(tuple(columns.values()), columns)
    assert len(_shown(mapping)) < len(FIELDS)
    assert mapping.columns == columns


def test_what_only_one_program_writes_is_kept(qtbot: QtBot, mapping: ColumnMapping) -> None:
    mapping.show_mapping(("No", "Line id"), {"reference": "No", "line_item": "Line id"})
    with qtbot.waitSignal(mapping.changed):
        mapping.box("address").setCurrentText("Line id")
    assert mapping.columns == {"reference": "No", "line_item": "Line id", "address": "Line id"}
    with qtbot.waitSignal(mapping.changed):
        mapping.box("address").setCurrentIndex(0)
    assert "address" not in mapping.columns


def test_another_file_replaces_rows_that_were_still_to_come(
    qtbot: QtBot, mapping: ColumnMapping
) -> None:
    mapping.show_mapping(("Old",), {"notes": "Old"})
    with qtbot.assertNotEmitted(mapping.changed):
        mapping.show_mapping(("New", "Mail"), {"notes": "New", "email": "Mail"})
        qtbot.waitUntil(lambda: len(_shown(mapping)) == len(FIELDS))
    assert _shown(mapping)["notes"] == "New"
    assert _shown(mapping)["email"] == "Mail"


def test_the_same_columns_meant_otherwise_are_chosen_anew(
    qtbot: QtBot, mapping: ColumnMapping
) -> None:
    mapping.show_mapping(("A", "B"), {"notes": "A"})
    mapping.show_mapping(("A", "B"), {"notes": "B", "phone": "A"})
    qtbot.waitUntil(lambda: len(_shown(mapping)) == len(FIELDS))
    assert _shown(mapping)["notes"] == "B"
    assert _shown(mapping)["phone"] == "A"


def test_enter_in_a_box_opens_its_list_and_not_the_import(qtbot: QtBot) -> None:
    dialog = QDialog()
    mapping, run = ColumnMapping(), QPushButton("Import")
    run.setDefault(True)
    layout = QVBoxLayout(dialog)
    layout.addWidget(mapping)
    layout.addWidget(run)
    qtbot.addWidget(dialog)
    mapping.show_mapping(("No", "Mail"), {"reference": "No"})
    pressed: list[bool] = []
    run.clicked.connect(pressed.append)
    dialog.show()
    box = mapping.box("reference")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.view().isVisible()
    assert pressed == []
    box.hidePopup()
