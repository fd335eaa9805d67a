"""The program as a dispatcher has it: from an empty database to paper, and two desks at once."""

from __future__ import annotations

from asyncio import _set_running_loop
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from app.config import Settings
from app.desktop.actions import Act
from app.desktop.console import Console
from app.desktop.map.map_view import MapView
from app.desktop.settings_store import window_settings
from app.desktop.tasks import Tasks
from app.desktop.theme import apply_theme
from app.documents.map_page import base_page
from app.domain.edits import ChangeFleet, ChangeOrders
from app.services.planning import summary
from app.services.sample import SAMPLE_DAY
from app.services.workspace import Workspace, open_workspace
from tests.factories import DAY, make_depot, make_driver, make_order, make_shift, make_vehicle
from tests.gui.shell.conftest import Desk

NOW = datetime(2024, 3, 5, 4, 30, tzinfo=UTC)
Opener = Callable[[Settings], Desk]


@pytest.fixture
def open_desk(qtbot: QtBot, qapp: QApplication, loop: QEventLoop) -> Iterator[Opener]:
    """Opens consoles as the program does; closes them in its order."""
    desks: list[Desk] = []

    def opened(settings: Settings) -> Desk:
        workspace = open_workspace(settings, lambda: NOW)
        tasks = Tasks(loop)
        store = window_settings(settings.data)
        console = Console(workspace, store, tasks, apply_theme(qapp))
        desk = Desk(qtbot, console, workspace, tasks, store)
        console.map.attach(desk.map, desk.map)
        console.window.resize(1366, 740)
        console.window.restore()
        desks.append(desk)
        console.opening.start(None if settings.database_url == "" else DAY)
        console.window.show()
        desk.do(lambda: None)
        return desk

    yield opened
    for desk in desks:
        desk.console.sweeper.stop()
        desk.console.optimizer.kill()
    _set_running_loop(None)
    for desk in desks:
        loop.run_until_complete(desk.tasks.close())
        desk.console.window.leave()
        desk.console.window.deleteLater()
        desk.console.deleteLater()
        desk.workspace.close()
    # Now: the theme, which outlives them, must not find them in the next test.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _click(desk: Desk, parent: object, name: str) -> None:
    button = parent.findChild(QPushButton, name)  # type: ignore[attr-defined]
    assert button is not None
    desk.qtbot.waitUntil(button.isEnabled)
    desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.webengine
@pytest.mark.timeout(300)
def test_an_empty_database_becomes_a_printed_day(
    open_desk: Opener, tmp_path: Path, regions_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "regions").mkdir()
    (tmp_path / "regions" / "Neubrandenburg").symlink_to(regions_root / "Sample")
    desk = open_desk(Settings(data=tmp_path, who="Ana", workstation="desk-1", theme="light"))
    console, qtbot = desk.console, desk.qtbot
    assert console.window.is_welcoming

    _click(desk, console.window, "try_sample")
    qtbot.waitUntil(lambda: not console.window.is_welcoming, timeout=120_000)
    desk.wait()
    assert console.opening.day == SAMPLE_DAY
    assert len(desk.board.unassigned) == 120

    view = MapView(console.map)
    view.load(base_page())
    with qtbot.waitSignal(view.settled):
        console.map.attach(view, view)

    console.planning.optimize(1.0)
    qtbot.waitUntil(lambda: console.optimizer.is_running)
    qtbot.waitUntil(lambda: not console.optimizer.is_running, timeout=120_000)
    desk.wait()
    planned = summary(desk.board)
    assert (planned.unassigned, planned.violations) == (0, 0)

    route = next(each for each in desk.board.routes if each.timetable.stops)
    order = route.timetable.stops[0].order
    timeline = console.board.view.timeline
    console.selection.select_orders([order.id], None)
    timeline.setFocus()
    qtbot.keyClick(timeline, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(desk.board.unassigned) == 1)
    assert desk.board.unassigned[0].id == order.id
    desk.wait()
    desk.do(console.window.acts[Act.UNDO].trigger)
    assert summary(desk.board) == planned

    target = tmp_path / "day.pdf"

    async def chosen(*_args: object) -> Path:
        return target

    monkeypatch.setattr("app.desktop.manifests.manifest_screen.file_to_save", chosen)
    console.windows.open_print(desk.board, None, None)
    window = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "manifest_screen")
    _click(desk, window, "save_pdf")
    qtbot.waitUntil(target.exists)
    desk.wait()
    text = " ".join(page.extract_text() for page in PdfReader(target).pages)
    assert order.recipient in text
    assert "© OpenStreetMap contributors" in text
    desk.do(window.close)

    desk.do(console.window.acts[Act.UNDO].trigger)
    assert len(desk.board.unassigned) == 120


def test_of_two_desks_that_move_the_same_route_the_second_is_told(
    open_desk: Opener, postgres: str, tmp_path: Path
) -> None:
    first_data, second_data = tmp_path / "first", tmp_path / "second"
    for folder in (first_data, second_data):
        folder.mkdir()
    settings = Settings(
        data=first_data, database_url=postgres, who="Ana", workstation="desk-1", theme="light"
    )
    with open_workspace(settings, lambda: NOW) as workspace:
        _fill(workspace)
    ana = open_desk(settings)
    bram = open_desk(
        Settings(
            data=second_data, database_url=postgres, who="Bram", workstation="desk-2", theme="dark"
        )
    )
    bram.console.sweeper.stop()  # Bram's screen is a moment behind
    a, b = ana.reference("SO-1").id, ana.reference("SO-2").id
    ana.do(lambda: ana.console.board.drop_orders([a], ana.route(0), 0))
    assert ana.orders_of(0) == ["SO-1"]
    assert bram.orders_of(0) == []

    with bram.qtbot.waitSignal(bram.tasks.failed) as failed:
        bram.console.board.drop_orders([b], bram.route(0), 0)
    bram.wait()
    assert "was changed by Ana" in str(failed.args[0])
    assert bram.orders_of(0) == ["SO-1"]
    assert bram.board.unassigned[0].id == b

    bram.do(lambda: bram.console.board.drop_orders([b], bram.route(0), 1))
    assert bram.orders_of(0) == ["SO-1", "SO-2"]
    ana.qtbot.waitUntil(lambda: ana.orders_of(0) == ["SO-1", "SO-2"])


def _fill(workspace: Workspace) -> None:
    depot, driver, vehicle = make_depot(), make_driver(), make_vehicle()
    shift = make_shift(depot=depot, driver=driver, vehicle=vehicle)
    workspace.dispatch.apply(ChangeFleet(put=(depot, driver, vehicle, shift)))
    orders = tuple(make_order(reference=f"SO-{number}") for number in (1, 2))
    workspace.dispatch.apply(ChangeOrders(put=orders))
