"""Weeks, days and templates of shifts in the window."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from app.desktop.editor import Editor
from app.desktop.fleet.fleet_screen import FleetScreen
from app.desktop.widgets.ask_dialog import AskDialog
from app.desktop.widgets.fields import DayField
from tests.factories import (
    DAY,
)
from tests.gui.fleet.hand import MONDAY, crew, show_fleet, visible_dialog
from tests.gui.services import Services


def test_a_week_is_copied_once_and_undone_as_one(
    qtbot: QtBot, screen: FleetScreen, services: Services, editor: Editor
) -> None:
    services.add_fleet(crew(services))
    show_fleet(qtbot, screen)
    screen.week.copy_week_requested.emit()
    later = DAY + timedelta(days=7)
    qtbot.waitUntil(lambda: len(services.fleet.shifts(later)) == 1)
    qtbot.waitUntil(lambda: screen.week.model.monday == MONDAY + timedelta(days=7))

    screen.set_day(DAY)
    qtbot.waitUntil(lambda: screen.week.model.monday == MONDAY)
    screen.week.copy_week_requested.emit()
    qtbot.waitUntil(lambda: "Nothing was copied" in screen.strip.text)
    editor.undo()
    qtbot.waitUntil(lambda: not services.fleet.shifts(later))


def test_a_day_is_copied_to_the_day_that_is_asked_for(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    services.add_fleet(crew(services))
    show_fleet(qtbot, screen)
    screen.week.copy_day_requested.emit(DAY)
    dialog = visible_dialog(qtbot, AskDialog)
    field = dialog.findChild(DayField)
    assert field is not None
    field.set_day(DAY + timedelta(days=2))
    buttons = dialog.findChild(QDialogButtonBox)
    assert buttons is not None
    buttons.button(QDialogButtonBox.StandardButton.Ok).click()
    qtbot.waitUntil(lambda: len(services.fleet.shifts(DAY + timedelta(days=2))) == 1)


def test_a_template_fills_another_week(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    services.add_fleet(crew(services))
    services.dispatch.apply(services.fleet.template_of(MONDAY, "Normal week"))
    show_fleet(qtbot, screen)
    screen.set_day(DAY + timedelta(days=14))
    qtbot.waitUntil(lambda: screen.week.model.monday == MONDAY + timedelta(days=14))
    screen.week.template_chosen.emit("Normal week")
    qtbot.waitUntil(lambda: len(services.fleet.shifts(DAY + timedelta(days=14))) == 1)


def test_deleting_chosen_shifts_is_one_key(
    qtbot: QtBot, screen: FleetScreen, services: Services
) -> None:
    services.add_fleet(crew(services))
    show_fleet(qtbot, screen)
    view = screen.week.view
    place = view.visualRect(screen.week.model.index(0, DAY.weekday())).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not services.fleet.shifts(DAY))


def test_a_template_can_be_deleted_and_comes_back_with_undo(
    qtbot: QtBot, screen: FleetScreen, services: Services, editor: Editor
) -> None:
    services.add_fleet(crew(services))
    services.dispatch.apply(services.fleet.template_of(MONDAY, "Normal week"))
    show_fleet(qtbot, screen)
    screen.week.delete_template_requested.emit("Normal week")
    qtbot.waitUntil(lambda: not services.fleet.templates())
    qtbot.waitUntil(lambda: not editor.is_busy)
    editor.undo()
    qtbot.waitUntil(lambda: services.fleet.templates() == ("Normal week",))
