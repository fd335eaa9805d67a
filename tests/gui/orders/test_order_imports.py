"""The import of order files in the window: shown first, mapped, run, stopped, reported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.desktop.editor import Editor
from app.desktop.orders.import_dialog import ImportDialog
from app.desktop.orders.orders_screen import OrdersScreen
from app.desktop.widgets.notice_strip import NoticeStrip
from app.desktop.widgets.records import RecordsTable
from app.services.orders import Chip, OrderQuery
from tests.factories import DAY, make_depot
from tests.gui.services import Services

HEADER = "reference,recipient,address,postcode,city,date,weight_kg"
PLACED = f"{HEADER},lat,lon"
GOOD = "A-1,Ida,Turmstraße 3,17033,Neubrandenburg,2024-03-05,4.5"
BAD = "A-2,Olga,Turmstraße 5,17033,Neubrandenburg,2024-03-05,-4"


def _file(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "orders.csv"
    path.write_text("\n".join((header, *rows)) + "\n", "utf-8")
    return path


def _open(qtbot: QtBot, screen: OrdersScreen, path: Path) -> ImportDialog:
    screen.set_day(DAY)
    screen.show()
    screen.open_import(path)

    def found() -> list[ImportDialog]:
        windows = QApplication.topLevelWidgets()
        return [w for w in windows if isinstance(w, ImportDialog) and w.isVisible()]

    qtbot.waitUntil(lambda: bool(found()))
    return found()[0]


def _button(dialog: ImportDialog, name: str) -> QPushButton:
    button = dialog.findChild(QPushButton, name)
    assert button is not None
    return button


def _number(dialog: ImportDialog, name: str) -> str:
    label = dialog.findChild(QLabel, f"import_{name}")
    assert label is not None
    return label.text()


def _run(qtbot: QtBot, dialog: ImportDialog) -> None:
    run = _button(dialog, "import_run")
    qtbot.waitUntil(run.isEnabled)
    qtbot.mouseClick(run, Qt.MouseButton.LeftButton)


def test_a_file_is_shown_before_anything_is_taken(
    qtbot: QtBot, screen: OrdersScreen, services: Services, tmp_path: Path
) -> None:
    services.add_fleet(make_depot())
    placed, lost = f"{GOOD},53.56,13.26", f"{GOOD.replace('A-1', 'A-3')},,"
    file = _file(tmp_path, placed, f"{BAD},,", lost, header=PLACED)
    dialog = _open(qtbot, screen, file)
    rows = dialog.findChild(RecordsTable, "import_preview")
    assert rows is not None
    qtbot.waitUntil(lambda: rows.model().rowCount() == 3)
    verdicts = [rows.model().index(row, 1).data() for row in range(3)]
    assert verdicts == ["taken", "refused", "on hold"]
    assert "1 taken, 1 on hold, 1 refused" in _number(dialog, "counts")
    assert services.orders.page(OrderQuery(), 0, 10).total == 0
    dialog.reject()


def test_good_rows_are_taken_and_each_refused_one_is_named(
    qtbot: QtBot, screen: OrdersScreen, services: Services, tmp_path: Path
) -> None:
    services.add_fleet(make_depot())
    dialog = _open(qtbot, screen, _file(tmp_path, GOOD, BAD))
    _run(qtbot, dialog)
    qtbot.waitUntil(lambda: _number(dialog, "added") == "1")
    assert _number(dialog, "refused") == "1"
    problems = dialog.findChild(RecordsTable, "import_problems")
    assert problems is not None
    assert [problems.model().index(0, column).data() for column in range(4)] == [
        "1",
        "3",
        "weight_kg",
        "refused",
    ]
    # The table behind follows.
    qtbot.waitUntil(lambda: screen.model.total == 1)

    target = tmp_path / "to-correct.csv"
    qtbot.mouseClick(_button(dialog, "import_save_report"), Qt.MouseButton.LeftButton)
    chooser = dialog.findChild(QFileDialog)
    assert chooser is not None
    chooser.fileSelected.emit(str(target))
    chooser.reject()
    qtbot.waitUntil(target.exists)
    assert "A-2" in target.read_text("utf-8-sig")
    dialog.accept()


def test_orders_of_another_day_can_be_shown_at_once(
    qtbot: QtBot, screen: OrdersScreen, services: Services, tmp_path: Path
) -> None:
    services.add_fleet(make_depot())
    later = [GOOD.replace("A-1", f"L-{n}").replace("03-05", "03-07") for n in range(2)]
    dialog = _open(qtbot, screen, _file(tmp_path, GOOD, *later))
    _run(qtbot, dialog)
    qtbot.waitUntil(lambda: _number(dialog, "added") == "3")
    assert _number(dialog, "days") == "Orders: 2 for Thu 7 Mar 2024, 1 for Tue 5 Mar 2024"
    with qtbot.waitSignal(screen.day_requested) as asked:
        qtbot.mouseClick(_button(dialog, "import_show_day"), Qt.MouseButton.LeftButton)
    assert asked.args == [date(2024, 3, 7)]
    assert not dialog.isVisible()


def test_the_day_that_is_open_needs_no_button(
    qtbot: QtBot, screen: OrdersScreen, services: Services, tmp_path: Path
) -> None:
    services.add_fleet(make_depot())
    dialog = _open(qtbot, screen, _file(tmp_path, GOOD))
    _run(qtbot, dialog)
    qtbot.waitUntil(lambda: _number(dialog, "added") == "1")
    assert not _button(dialog, "import_show_day").isVisible()
    dialog.accept()


def test_an_import_is_one_edit_that_undo_takes_back(
    qtbot: QtBot, screen: OrdersScreen, services: Services, editor: Editor, tmp_path: Path
) -> None:
    services.add_fleet(make_depot())
    dialog = _open(qtbot, screen, _file(tmp_path, GOOD, GOOD.replace("A-1", "A-3")))
    _run(qtbot, dialog)
    qtbot.waitUntil(lambda: editor.stack.canUndo() and not editor.is_busy)
    dialog.accept()
    editor.undo()
    qtbot.waitUntil(lambda: services.orders.page(OrderQuery(), 0, 10).total == 0)
    qtbot.waitUntil(lambda: not editor.is_busy)
    editor.redo()
    qtbot.waitUntil(lambda: screen.model.total == 2)


def test_one_mistake_in_many_rows_is_one_line_of_the_report(
    qtbot: QtBot, screen: OrdersScreen, services: Services, tmp_path: Path
) -> None:
    services.add_fleet(make_depot())
    wrong = [f"B-{n},Olga,Turmstraße {n},17033,Neubrandenburg,2024-03-05,-4" for n in range(1, 5)]
    dialog = _open(qtbot, screen, _file(tmp_path, *wrong[:3], GOOD, wrong[3]))
    _run(qtbot, dialog)
    qtbot.waitUntil(lambda: _number(dialog, "refused") == "4")
    problems = dialog.findChild(RecordsTable, "import_problems")
    assert problems is not None
    refused = [
        [problems.model().index(row, column).data() for column in range(4)]
        for row in range(problems.model().rowCount())
    ]
    assert refused.count(["4", "2–4, 6", "weight_kg", "refused"]) == 1
    assert all("B-" not in str(cells) for cells in refused)
    dialog.accept()


def test_show_on_hold_leads_to_what_waits(
    qtbot: QtBot, screen: OrdersScreen, services: Services, tmp_path: Path
) -> None:
    services.add_fleet(make_depot())
    dialog = _open(qtbot, screen, _file(tmp_path, GOOD))
    _run(qtbot, dialog)
    # Without a region no address is known.
    qtbot.waitUntil(lambda: _number(dialog, "on_hold") == "1")
    qtbot.mouseClick(_button(dialog, "import_show_held"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: screen.query.chip is Chip.ON_HOLD and screen.model.total == 1)


def test_a_file_of_unknown_columns_can_be_mapped_and_is_remembered(
    qtbot: QtBot, screen: OrdersScreen, services: Services, tmp_path: Path
) -> None:
    services.add_fleet(make_depot())
    path = _file(tmp_path, "A-1,Ida,Turmstraße 3", header="Vorgang,Wer,Wohin")
    dialog = _open(qtbot, screen, path)
    qtbot.waitUntil(lambda: dialog.mapping.rowCount() > 0)
    assert not _button(dialog, "import_run").isEnabled()
    for name, header in (("reference", "Vorgang"), ("recipient", "Wer"), ("address", "Wohin")):
        dialog.mapping.box(name).setCurrentText(header)
    _run(qtbot, dialog)
    qtbot.waitUntil(lambda: _number(dialog, "added") == "1")
    dialog.accept()
    qtbot.waitUntil(lambda: not dialog_is_open())

    again = _open(qtbot, screen, path)
    qtbot.waitUntil(lambda: _button(again, "import_run").isEnabled())
    assert again.mapping.columns["address"] == "Wohin"
    again.reject()


def test_known_columns_are_mapped_already_where_another_is_missing(
    qtbot: QtBot, screen: OrdersScreen, services: Services, tmp_path: Path
) -> None:
    services.add_fleet(make_depot())
    path = _file(tmp_path, "A-1,Ida,Turmstraße 3", header="Vorgang,recipient,address")
    dialog = _open(qtbot, screen, path)
    qtbot.waitUntil(lambda: dialog.mapping.rowCount() > 0)
    assert dialog.mapping.columns == {"recipient": "recipient", "address": "address"}
    dialog.mapping.box("reference").setCurrentText("Vorgang")
    _run(qtbot, dialog)
    qtbot.waitUntil(lambda: _number(dialog, "added") == "1")
    dialog.accept()


def dialog_is_open() -> bool:
    return any(isinstance(w, ImportDialog) for w in QApplication.topLevelWidgets())


def test_a_file_that_is_no_table_is_refused_in_words(
    qtbot: QtBot, screen: OrdersScreen, services: Services, tmp_path: Path
) -> None:
    services.add_fleet(make_depot())
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00" * 20)
    dialog = _open(qtbot, screen, path)
    qtbot.waitUntil(lambda: any("picture.csv" in s.text for s in dialog.findChildren(NoticeStrip)))
    assert not _button(dialog, "import_run").isEnabled()
    dialog.reject()


def test_an_import_is_cancelled_between_two_parts_that_it_saves(
    qtbot: QtBot,
    screen: OrdersScreen,
    services: Services,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.services.draft_pile.AT_ONCE", 10)
    services.add_fleet(make_depot())
    rows = [GOOD.replace("A-1", f"A-{number}") for number in range(2_000)]
    dialog = _open(qtbot, screen, _file(tmp_path, *rows))
    _run(qtbot, dialog)
    step = dialog.findChild(QLabel, "import_step")
    assert step is not None
    qtbot.waitUntil(lambda: step.text().startswith("Saving"))
    qtbot.mouseClick(_button(dialog, "import_cancel"), Qt.MouseButton.LeftButton)
    said = "orders.csv was cancelled; nothing was taken"
    qtbot.waitUntil(
        lambda: any(said in strip.text for strip in dialog.findChildren(NoticeStrip)),
    )
    assert services.orders.page(OrderQuery(), 0, 10).total == 0
    dialog.reject()


def test_a_cancelled_import_takes_nothing(
    qtbot: QtBot, screen: OrdersScreen, services: Services, tmp_path: Path
) -> None:
    services.add_fleet(make_depot())
    rows = [GOOD.replace("A-1", f"A-{number}") for number in range(20_000)]
    dialog = _open(qtbot, screen, _file(tmp_path, *rows))
    _run(qtbot, dialog)
    cancel = _button(dialog, "import_cancel")
    qtbot.waitUntil(cancel.isVisible)
    # Escape is a wish to stop, too, and doesn't leave the import alone behind.
    dialog.reject()
    assert dialog.isVisible()
    qtbot.waitUntil(_button(dialog, "import_run").isVisible)
    assert services.orders.page(OrderQuery(), 0, 10).total == 0
    dialog.reject()
    assert not dialog.isVisible()
