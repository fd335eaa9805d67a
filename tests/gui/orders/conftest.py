"""The orders screen on a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from app.desktop.editor import Editor
from app.desktop.orders.orders_screen import OrdersScreen
from app.desktop.selection import Selection
from app.desktop.tasks import Tasks
from app.roads.region import Region
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
def make_screen(
    qtbot: QtBot, tasks: Tasks, selection: Selection, settings: QSettings
) -> Callable[[Services, Editor], OrdersScreen]:
    def make(services: Services, editor: Editor) -> OrdersScreen:
        screen = OrdersScreen(
            services.orders,
            services.fleet,
            services.addresses,
            services.imports,
            services.promise,
            tasks,
            editor,
            selection,
            settings,
        )
        qtbot.addWidget(screen)
        screen.set_zone(BERLIN)
        screen.resize(460, 480)
        return screen

    return make


@pytest.fixture
def screen(
    services: Services, editor: Editor, make_screen: Callable[[Services, Editor], OrdersScreen]
) -> OrdersScreen:
    return make_screen(services, editor)


@pytest.fixture
def in_region(tmp_path: Path, regions_root: Path, region: Region) -> Iterator[Services]:
    """Services that know the addresses of the sample's region."""
    folder = tmp_path / "region"
    folder.mkdir()
    services = Services(folder, regions_root, region.name)
    yield services
    services.close()


@pytest.fixture
def region_screen(
    in_region: Services, tasks: Tasks, make_screen: Callable[[Services, Editor], OrdersScreen]
) -> OrdersScreen:
    return make_screen(in_region, Editor(in_region.dispatch.apply, tasks))
