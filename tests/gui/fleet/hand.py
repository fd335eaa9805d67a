"""A hand on the fleet's forms and lists."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.desktop.fleet.fleet_screen import FleetScreen
from app.domain.fleet import Shift
from tests.factories import (
    DAY,
    make_break,
    make_shift,
    window,
)
from tests.gui.services import Services

MONDAY = DAY - timedelta(days=DAY.weekday())


def visible_dialog[D: QDialog](qtbot: QtBot, kind: type[D]) -> D:
    def found() -> list[D]:
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]

    qtbot.waitUntil(lambda: bool(found()))
    return found()[0]


def is_open(kind: type[QDialog]) -> bool:
    return any(isinstance(w, kind) and w.isVisible() for w in QApplication.topLevelWidgets())


def show_fleet(qtbot: QtBot, screen: FleetScreen) -> None:
    screen.show()
    qtbot.waitUntil(lambda: not screen.is_stale)


def crew(services: Services) -> Shift:
    shift = make_shift(window=window("08:00", "17:00"), rest=make_break())
    services.add_fleet(shift.depot, shift.driver, shift.vehicle)
    # Its parts have the version that the database gave them.
    (depot,) = services.fleet.depots()
    (driver,) = services.fleet.drivers()
    (vehicle,) = services.fleet.vehicles()
    return make_shift(
        depot=depot, driver=driver, vehicle=vehicle, window=shift.window, rest=shift.rest
    )
