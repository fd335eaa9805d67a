"""The fleet screen on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.desktop.editor import Editor
from app.desktop.fleet.fleet_screen import FleetScreen
from app.desktop.tasks import Tasks
from tests.factories import DAY
from tests.gui.services import Services


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    services = Services(tmp_path)
    yield services
    services.close()


@pytest.fixture
def editor(services: Services, tasks: Tasks) -> Editor:
    return Editor(services.dispatch.apply, tasks)


@pytest.fixture
def screen(qtbot: QtBot, services: Services, tasks: Tasks, editor: Editor) -> FleetScreen:
    screen = FleetScreen(services.fleet, services.addresses, tasks, editor)
    qtbot.addWidget(screen)
    screen.resize(900, 500)
    screen.set_day(DAY)
    return screen
