"""What the benchmarks of the console share: a full day, consoles on it, and saying figures."""

from __future__ import annotations

import gc
import shutil
import sys
from collections.abc import Callable, Iterator
from itertools import batched
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from app.config import Settings, save_settings
from app.desktop.bootstrap import favor_the_window, spare_the_collector
from app.desktop.collector import Collector
from app.desktop.settings_store import window_settings
from app.domain.board import arrange
from app.domain.edits import ChangeFleet
from app.services.imports import ImportOptions
from app.services.workspace import Workspace, open_workspace
from tests.factories import DAY, make_depot, make_driver, make_shift, make_vehicle, window
from tests.gui.conftest import loop
from tests.gui.shell.conftest import NOW, Desk, close_desk, open_desk

__all__ = ["loop"]

ORDERS, ROUTES = 1_000, 40

type Tell = Callable[[str], None]


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str], benchmark: BenchmarkFixture) -> Tell:
    """Print a figure that the table of the benchmarks has no column for."""

    def say(text: str) -> None:
        benchmark.extra_info["figures"] = text
        with capsys.disabled():
            print(f"\n{benchmark.name}: {text}")  # noqa: T201

    return say


@pytest.fixture(scope="session")
def orders_file(shared_data: Path) -> Path:
    return shared_data / "orders" / "neubrandenburg-5000.csv"


@pytest.fixture(scope="session")
def full_day(
    tmp_path_factory: pytest.TempPathFactory, regions_root: Path, orders_file: Path
) -> Path:
    """A data folder whose day has 1,000 orders on 40 routes, and all their road times."""
    data = tmp_path_factory.mktemp("full-day")
    shutil.copytree(regions_root, data / "regions")
    settings = Settings(data=data, region="Sample", theme="light")
    save_settings(settings)
    few = data / "orders.csv"
    few.write_text(
        "".join(orders_file.read_text(encoding="utf-8").splitlines(keepends=True)[: ORDERS + 1]),
        encoding="utf-8",
    )
    with open_workspace(settings) as work:
        _add_fleet(work)
        work.imports.run(few, ImportOptions())
        board = work.complete_board(DAY)
        lots = batched((order.id for order in board.unassigned), ORDERS // ROUTES)
        routes = (each.id for each in board.routes)
        work.dispatch.apply(arrange(board, dict(zip(routes, lots, strict=False))))
    return data


def _add_fleet(work: Workspace) -> None:
    depot = make_depot()
    shifts = [
        make_shift(
            depot=depot,
            driver=make_driver(),
            vehicle=make_vehicle(),
            window=window("07:30", "19:00"),
        )
        for _ in range(ROUTES)
    ]
    parts = (part for shift in shifts for part in (shift.driver, shift.vehicle, shift))
    work.dispatch.apply(ChangeFleet(put=(depot, *parts)))


@pytest.fixture
def desk(
    qtbot: QtBot, qapp: QApplication, loop: QEventLoop, full_day: Path, tmp_path: Path
) -> Iterator[Desk]:
    """A console on the full day, in a copy of its folder."""
    yield from _desk(qtbot, qapp, loop, shutil.copytree(full_day, tmp_path / "data"))


@pytest.fixture
def fresh_desk(
    qtbot: QtBot, qapp: QApplication, loop: QEventLoop, regions_root: Path, tmp_path: Path
) -> Iterator[Desk]:
    """A console with a fleet and no orders."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "regions").symlink_to(regions_root)
    with open_workspace(Settings(data=data, region="Sample")) as work:
        _add_fleet(work)
    yield from _desk(qtbot, qapp, loop, data)


def _desk(qtbot: QtBot, qapp: QApplication, loop: QEventLoop, data: Path) -> Iterator[Desk]:
    settings = Settings(data=data, region="Sample", theme="light")
    # In the morning of the day: all of it may still be planned anew.
    with open_workspace(settings, lambda: NOW) as work:
        desk = open_desk(qtbot, qapp, loop, work, window_settings(data))
        interval = sys.getswitchinterval()
        favor_the_window()
        spare_the_collector()
        collector = Collector()
        yield desk
        collector.stop()
        gc.unfreeze()
        sys.setswitchinterval(interval)
        close_desk(desk, loop)
