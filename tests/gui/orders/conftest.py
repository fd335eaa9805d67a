"""The orders screen on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from app.desktop.editor import Editor
from app.desktop.orders.orders_screen import OrdersScreen
from app.desktop.selection import Selection
from app.desktop.tasks import Tasks
from tests.factories import BERLIN
from tests.gui.services import Services


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    services = Services(tmp_path)
    yield services
    services.close()


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "console.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def selection() -> Selection:
    return Selection()


@pytest.fixture
def editor(services: Services, tasks: Tasks) -> Editor:
    return Editor(services.dispatch.apply, tasks)


@pytest.fixture
def screen(
    qtbot: QtBot,
    services: Services,
    tasks: Tasks,
    editor: Editor,
    selection: Selection,
    settings: QSettings,
) -> OrdersScreen:
    screen = OrdersScreen(
        services.orders,
        services.fleet,
        services.addresses,
        services.imports,
        tasks,
        editor,
        selection,
        settings,
    )
    qtbot.addWidget(screen)
    screen.set_zone(BERLIN)
    screen.resize(460, 480)
    return screen
