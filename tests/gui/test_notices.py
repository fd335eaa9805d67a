"""NoticeBar: what stays, what goes, and what can be copied."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.desktop.notices import NoticeBar, Severity
from app.domain.errors import (
    Cancelled,
    ConflictError,
    DispatchError,
    ImportErrors,
    RuleError,
    StorageUnavailable,
)


@pytest.fixture
def bar(qtbot: QtBot) -> NoticeBar:
    bar = NoticeBar()
    qtbot.addWidget(bar)
    bar.resize(600, 28)
    bar.show()
    return bar


def test_what_was_waited_for_stays_longer_than_what_is_told_at_once(bar: NoticeBar) -> None:
    timer = bar.findChild(QTimer)
    assert timer is not None
    bar.show_info("The day is empty")
    at_once = timer.remainingTime()
    bar.show_answer("No better plan was found")
    assert timer.remainingTime() > 2 * at_once


def test_the_button_of_a_notice_acts_once_and_puts_it_away(qtbot: QtBot, bar: NoticeBar) -> None:
    acted: list[str] = []
    bar.show_done("12 orders planned", "Undo", lambda: acted.append("undo"))
    button = bar.findChild(QToolButton, "notice_action")
    assert button is not None
    assert button.text() == "Undo"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert acted == ["undo"]
    assert bar.current is None
    assert not button.isVisible()


def test_a_warning_comes_back_when_the_info_that_covered_it_is_gone(bar: NoticeBar) -> None:
    bar.show_error(RuleError("Van 3 is full."))
    bar.show_info("Saved.")
    assert bar.current is not None
    assert bar.current.text == "Saved."
    bar.dismiss()
    assert bar.current is not None
    assert bar.current.text == "Van 3 is full."
    bar.dismiss()
    assert bar.current is None


@pytest.mark.parametrize(
    ("error", "severity"),
    [
        (RuleError("no"), Severity.WARNING),
        (ConflictError("no"), Severity.WARNING),
        (Cancelled("no"), Severity.INFO),
        (StorageUnavailable("no"), Severity.ERROR),
    ],
)
def test_each_failure_has_its_severity(
    bar: NoticeBar, error: DispatchError, severity: Severity
) -> None:
    bar.show_error(error)
    assert bar.current is not None
    assert bar.current.severity is severity


def test_a_message_is_copied_with_its_details(qtbot: QtBot, bar: NoticeBar) -> None:
    bar.show_error(ImportErrors("orders.csv was not taken.", ["line 3: no city"]))
    copy = next(b for b in bar.findChildren(QToolButton) if "Copy" in b.accessibleName())
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "orders.csv was not taken.\nline 3: no city"
    assert "line 3: no city" in bar.messages()


def test_markup_in_a_name_is_shown_as_text(bar: NoticeBar) -> None:
    bar.show_info("<b>Ana</b> was assigned.")
    assert "<b>Ana</b>" in bar.messages()


def test_what_went_well_at_last_takes_its_warning_away(bar: NoticeBar) -> None:
    bar.show_error(RuleError("The printer is away."), topic="print")
    bar.show_error(RuleError("Van 3 is full."), topic="edit")
    bar.show_done("Sent to Laser 1.", topic="print")
    bar.dismiss()
    assert bar.current is not None
    assert bar.current.text == "Van 3 is full."
    bar.settle("edit")
    assert bar.current is None


def test_a_newer_warning_about_the_same_replaces_the_older(bar: NoticeBar) -> None:
    bar.show_error(RuleError("Van 3 is full."), topic="edit")
    bar.show_error(RuleError("Van 7 is full."), topic="edit")
    bar.dismiss()
    assert bar.current is None
    assert "Van 3 is full." in bar.messages()


def test_settling_leaves_alone_what_was_done(bar: NoticeBar) -> None:
    bar.show_done("Optimized.", "Undo", lambda: None, topic="plan")
    bar.settle("plan")
    assert bar.current is not None
    assert bar.current.action == "Undo"


def test_messages_are_told_by_the_clock_of_the_depot_and_say_so(bar: NoticeBar) -> None:
    bar.show_info("Saved.")
    assert "this computer's clock" in bar.messages().splitlines()[0]
    hours = {}
    for zone in ("Asia/Tokyo", "Asia/Seoul", "Asia/Bangkok"):
        bar.set_zone(ZoneInfo(zone))
        head, line = bar.messages().splitlines()
        assert zone in head
        assert line.endswith("Saved.")
        hours[zone] = int(line[:2])
    assert hours["Asia/Tokyo"] == hours["Asia/Seoul"] == (hours["Asia/Bangkok"] + 2) % 24
