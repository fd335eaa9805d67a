"""The windows beside the main one: planning, print, settings, crash."""

from __future__ import annotations

import multiprocessing
import re
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from app.config import load_settings
from app.desktop.actions import Act
from app.desktop.crash import CrashWindow, report_text
from app.desktop.manifests import manifest_screen
from app.desktop.manifests.manifest_screen import ManifestScreen
from app.desktop.notices import Severity
from app.desktop.settings.about_page import about_text
from app.domain.edits import ChangeOrders
from app.domain.problem import Failed
from app.domain.rules import OrderRules
from app.services.manifests import Part
from tests.gui.shell.conftest import Desk
from tests.unit.roads.extracts import SmallExtract


class _Shown(QObject):
    """Notes how much a bar measures when it is shown, and when it is hidden again."""

    def __init__(self, bar: QProgressBar) -> None:
        super().__init__(bar)
        self._bar = bar
        self.maxima: list[int] = []
        bar.installEventFilter(self)

    def eventFilter(self, _bar: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self.maxima.append(self._bar.maximum())
        return False


def test_a_plan_arrives_as_one_edit_with_undo_in_its_notice(desk: Desk) -> None:
    console = desk.console
    desk.do(lambda: console.planning.optimize(1.0))
    assert not desk.board.unassigned
    notice = console.window.notices.current
    assert notice is not None
    assert notice.severity is Severity.DONE
    assert "unassigned 6 → 0" in notice.text
    assert notice.text.startswith("Optimized in 1 s by PyVRP ")
    assert re.search(r", the best found after [01] s: ", notice.text)
    assert console.editor.stack.count() == 1
    button = console.window.notices.findChild(QToolButton, "notice_action")
    assert button is not None
    desk.do(lambda: desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton))
    assert len(desk.board.unassigned) == 6


def test_a_plan_that_costs_more_for_the_sake_of_wishes_says_so(desk: Desk) -> None:
    console = desk.console
    every = list(desk.board.unassigned)
    rules = OrderRules(preferred_drivers=frozenset({desk.board.routes[1].route.shift.driver.id}))
    wishing = [replace(desk.board.orders[each.id], rules=rules) for each in every]
    edit = ChangeOrders(put=tuple(wishing))
    desk.do(lambda: desk.tasks.start(console.editor.apply(edit, "Wish", console.orders)))
    first = desk.route(0)
    desk.do(lambda: console.board.drop_orders([each.id for each in every], first, 0))
    desk.do(lambda: console.planning.optimize(1.0))
    notice = console.window.notices.current
    assert notice is not None
    assert "wishes missed 6 → 0" in notice.text


def test_a_stopped_search_keeps_its_best_plan(desk: Desk) -> None:
    console = desk.console
    console.planning.optimize(60.0)
    stop = console.optimizer.strip.findChild(QPushButton, "stop_planning")
    assert stop is not None
    desk.qtbot.waitUntil(lambda: "cost" in console.optimizer.strip.text)
    assert not console.window.acts[Act.OPTIMIZE].isEnabled()
    desk.do(lambda: desk.qtbot.mouseClick(stop, Qt.MouseButton.LeftButton))
    assert not desk.board.unassigned
    assert console.window.acts[Act.OPTIMIZE].isEnabled()
    assert not console.optimizer.strip.isVisible()


def test_a_discarded_search_changes_nothing(desk: Desk) -> None:
    console = desk.console
    console.planning.optimize(60.0)
    desk.qtbot.waitUntil(lambda: "cost" in console.optimizer.strip.text)
    desk.do(console.optimizer.discard)
    assert len(desk.board.unassigned) == 6
    assert not console.editor.stack.canUndo()


def test_a_search_that_dies_leaves_its_best_plan_and_its_report(desk: Desk) -> None:
    console = desk.console
    console.planning.optimize(60.0)
    desk.qtbot.waitUntil(lambda: "cost" in console.optimizer.strip.text)
    solvers = [each for each in multiprocessing.active_children() if "planning" in each.name]
    desk.do(solvers[0].kill)
    assert not desk.board.unassigned
    assert console.editor.stack.canUndo()
    assert "was kept" in console.optimizer.strip.text
    report = console.optimizer.strip.findChild(QPushButton, "save_report")
    assert report is not None
    assert report.isVisible()


def test_a_search_that_is_stopped_before_it_began_ends(desk: Desk) -> None:
    desk.console.planning.optimize(60.0)
    desk.do(desk.console.optimizer.stop)
    assert not desk.console.optimizer.is_running
    assert not desk.console.optimizer.strip.isVisible()


def test_a_day_without_orders_says_what_to_do_first(empty_desk: Desk) -> None:
    empty_desk.do(lambda: empty_desk.console.planning.optimize(1.0))
    notice = empty_desk.console.window.notices.current
    assert notice is not None
    assert "no shift" in notice.text.lower()


def test_a_failed_search_offers_its_report(desk: Desk) -> None:
    strip = desk.console.optimizer.strip
    strip.show_failure(Failed(message="The optimizer ended without an answer.", report="exit 1"))
    report = strip.findChild(QPushButton, "save_report")
    assert report is not None
    assert report.isVisible()
    assert "without an answer" in strip.text


def _print_window(desk: Desk) -> ManifestScreen:
    board = desk.console.board
    desk.do(lambda: board.drop_orders([desk.reference("SO-1").id], desk.route(0)))
    desk.do(desk.console.window.acts[Act.PRINT].trigger)
    window = desk.console.window.findChild(ManifestScreen)
    assert window is not None
    desk.qtbot.waitUntil(lambda: window.document.pageCount() > 0)
    return window


def test_the_preview_shows_what_is_chosen(desk: Desk) -> None:
    window = _print_window(desk)
    everything = window.document.pageCount()
    window.choice.choose_parts({Part.MANIFEST})
    desk.qtbot.waitUntil(lambda: 0 < window.document.pageCount() < everything)
    window.choice.choose_parts(())
    words = window.findChild(QLabel, "preview_words")
    assert words is not None
    desk.qtbot.waitUntil(words.isVisible)
    assert "at least one route" in words.text()
    desk.do(window.close)


def test_a_long_preview_is_read_bit_by_bit_and_gives_way_to_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest_screen, "_PAGES_AT_ONCE", 1)
    window = _print_window(desk)
    everything, before = window.document.pageCount(), window.document
    window.choice.choose_parts({Part.MANIFEST})
    desk.qtbot.waitUntil(lambda: window.document is not before)
    assert 0 < window.document.pageCount() < everything
    desk.do(window.close)


def test_paper_that_went_out_is_out_of_date_after_a_change(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "day.pdf"

    async def chosen(*_args: object) -> Path:
        return target

    monkeypatch.setattr("app.desktop.manifests.manifest_screen.file_to_save", chosen)
    window = _print_window(desk)
    save = window.findChild(QPushButton, "save_pdf")
    assert save is not None
    desk.qtbot.waitUntil(save.isEnabled)
    desk.do(lambda: desk.qtbot.mouseClick(save, Qt.MouseButton.LeftButton))
    assert target.read_bytes().startswith(b"%PDF")
    assert not desk.board.routes[0].route.is_manifest_stale
    board = desk.console.board
    desk.do(lambda: board.drop_orders([desk.reference("SO-2").id], desk.route(0)))
    assert desk.board.routes[0].route.is_manifest_stale
    desk.do(window.close)


def test_a_changed_setting_takes_effect_and_is_saved(desk: Desk) -> None:
    desk.do(desk.console.window.acts[Act.SETTINGS].trigger)
    unit = desk.console.window.findChild(QComboBox, "unit_field")
    assert unit is not None
    desk.do(lambda: unit.setCurrentIndex(1))
    sheet = desk.console.inspector.view.sheet
    assert sheet is not None
    facts = {fact.label: fact.value for section in sheet.sections for fact in section.facts}
    assert facts["Distance"].endswith("mi")
    assert not load_settings(desk.workspace.settings.data).is_metric
    assert not desk.map.is_metric


def test_the_stability_price_is_set_by_the_keyboard_and_saved(desk: Desk) -> None:
    desk.do(desk.console.window.acts[Act.SETTINGS].trigger)
    field = desk.console.window.findChild(QComboBox, "optimize_stability_field")
    assert field is not None
    desk.do(lambda: desk.qtbot.keyClick(field, Qt.Key.Key_End))
    assert desk.console.planning.stability.touches_nothing
    assert load_settings(desk.workspace.settings.data).optimize_stability == "touch-nothing"


def test_a_file_that_is_no_extract_is_refused_on_the_page(desk: Desk, tmp_path: Path) -> None:
    wrong = tmp_path / "town.osm.pbf"
    wrong.write_text("not an extract")
    console = desk.console
    console.windows.open_regions()
    desk.wait()
    page = console.window.findChild(QLineEdit, "extract_file")
    problem = console.window.findChild(QLabel, "region_problem")
    build = console.window.findChild(QPushButton, "build_region")
    assert page is not None
    assert problem is not None
    assert build is not None
    console.windows.choose_extract(wrong)
    assert build.isEnabled()
    desk.do(lambda: desk.qtbot.mouseClick(build, Qt.MouseButton.LeftButton))
    assert "town.osm.pbf" in problem.text()
    assert problem.isVisible()
    step = console.window.findChild(QLabel, "build_step")
    assert step is not None
    assert step.text() == ""


def test_what_a_new_region_lacks_is_said_on_the_page(desk: Desk, tmp_path: Path) -> None:
    bare = tmp_path / "bare.osm.pbf"
    small = SmallExtract()
    small.road("Turmstraße", 53.5)
    small.write(bare)
    console = desk.console
    console.windows.open_regions()
    desk.wait()
    console.windows.choose_extract(bare)
    build = console.window.findChild(QPushButton, "build_region")
    step = console.window.findChild(QLabel, "build_step")
    assert build is not None
    assert step is not None
    found = console.window.findChild(QProgressBar, "build_progress")
    assert found is not None
    bar = _Shown(found)
    desk.qtbot.mouseClick(build, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: "is built" in step.text(), timeout=120_000)
    # It moves while nobody knows how much there is to read, and then says how far the work is.
    assert bar.maxima == [0, 1000]
    assert "Bare is built and in use.\nbare.osm.pbf has no addresses" in step.text()
    desk.wait()


def test_the_settings_open_again_where_they_were_closed(desk: Desk) -> None:
    act = desk.console.window.acts[Act.SETTINGS]
    desk.do(act.trigger)
    window = desk.console.window.findChild(QDialog, "settings_dialog")
    assert window is not None
    window.setGeometry(40, 30, 700, 500)
    for _time in range(3):
        desk.do(window.close)
        desk.do(act.trigger)
        assert window.geometry().getRect() == (40, 30, 700, 500)


def test_a_typed_path_names_the_region_and_enter_builds_it(desk: Desk, tmp_path: Path) -> None:
    wrong = tmp_path / "old_town-latest.osm.pbf"
    wrong.write_text("not an extract")
    console = desk.console
    console.windows.open_regions()
    desk.wait()
    path = console.window.findChild(QLineEdit, "extract_file")
    name = console.window.findChild(QLineEdit, "region_name_field")
    problem = console.window.findChild(QLabel, "region_problem")
    dialog = console.window.findChild(QDialog, "settings_dialog")
    assert path is not None
    assert name is not None
    assert problem is not None
    assert dialog is not None
    path.setFocus()
    desk.qtbot.keyClicks(path, str(wrong))
    desk.qtbot.keyClick(path, Qt.Key.Key_Tab)
    assert name.text() == "Old Town"
    desk.do(lambda: desk.qtbot.keyClick(name, Qt.Key.Key_Return))
    assert "old_town-latest.osm.pbf" in problem.text()
    assert dialog.isVisible()
    # another file has another name, which nobody has seen yet
    path.setFocus()
    path.selectAll()
    desk.qtbot.keyClicks(path, str(tmp_path / "new-town.osm.pbf"))
    desk.do(lambda: desk.qtbot.keyClick(path, Qt.Key.Key_Return))
    assert name.text() == "New Town"
    assert name.selectedText() == "New Town"
    assert "old_town" in problem.text()
    # what somebody typed stays
    desk.qtbot.keyClicks(name, "Mine")
    path.setFocus()
    path.selectAll()
    desk.qtbot.keyClicks(path, str(wrong))
    desk.do(lambda: desk.qtbot.keyClick(path, Qt.Key.Key_Return))
    assert name.text() == "Mine"
    assert "old_town-latest.osm.pbf" in problem.text()


def test_a_fleet_file_is_undone_in_the_window_that_took_it(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "vans.csv"
    file.write_text("type,name,weight_kg\nvehicle,Van 77,800\n")
    fleet = desk.console.windows.open_fleet()
    window = fleet.window()

    def names() -> set[str]:
        return {vehicle.name for vehicle in desk.workspace.fleet.vehicles()}

    desk.do(lambda: fleet.open_import(file))
    desk.qtbot.waitUntil(lambda: "1 added" in fleet.strip.text)
    assert "Van 77" in names()
    window.activateWindow()
    desk.do(lambda: desk.qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier))
    desk.qtbot.waitUntil(lambda: "Van 77" not in names())
    assert not fleet.strip.text
    desk.do(lambda: desk.qtbot.keyClick(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier))
    desk.qtbot.waitUntil(lambda: "Van 77" in names())


def test_a_bug_is_reported_with_its_trace_and_the_end_of_the_log(
    qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "wayboard.log").write_text("one\ntwo\n")
    try:
        raise ZeroDivisionError("a bug")
    except ZeroDivisionError as error:
        report = report_text(error, tmp_path)
    assert "ZeroDivisionError: a bug" in report
    assert report.rstrip().endswith("two")
    window = CrashWindow()
    qtbot.addWidget(window)
    window.add(report)
    copy = next(b for b in window.findChildren(QPushButton) if b.text() == "Copy report")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == report


def test_the_parts_of_the_program_are_named_with_their_licences() -> None:
    text = about_text()
    assert "OpenStreetMap contributors" in text
    assert "PySide6" in text


def test_the_label_of_one_order_is_printed_alone(desk: Desk) -> None:
    first, second = desk.reference("SO-1").id, desk.reference("SO-2").id
    board = desk.console.board
    desk.do(lambda: board.drop_orders([first, second], desk.route(0)))
    desk.console.orders.labels_requested.emit([first])
    desk.qtbot.waitUntil(lambda: desk.console.window.findChild(ManifestScreen) is not None)
    window = desk.console.window.findChild(ManifestScreen)
    assert window is not None
    desk.qtbot.waitUntil(lambda: window.document.pageCount() == 1)
    assert "SO-1" in window.document.getAllText(0).text()
    desk.do(window.close)
