"""The orders table over 100,000 orders: how long until typed words and scrolling show rows.

Each round ends when the rows that are asked for are painted; the pause in which the search box
waits for the next key is not counted.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from app.desktop.editor import Editor
from app.desktop.orders.orders_model import Column
from app.desktop.orders.orders_screen import OrdersScreen
from app.desktop.selection import Selection
from app.desktop.tasks import Tasks
from app.domain.addresses import Address
from app.domain.orders import Order
from app.services.orders import Chip
from app.storage.order_rows import add_orders
from tests.factories import BERLIN, DAY, make_order
from tests.gui.conftest import loop, tasks
from tests.gui.services import Services

__all__ = ["loop", "tasks"]

COUNT = 100_000
_STREETS = ("Turmstraße", "Veilchenweg", "Ihlenfelder Straße", "Am Blumenborn", "Ringstraße")
_NAMES = ("Thea Jahnke", "Olga Möller", "Clara Thiele", "Ali Öztürk", "Ida Zöllner")


def _orders() -> Iterator[Order]:
    random_ = random.Random(7)
    for number in range(COUNT):
        street = f"{random_.choice(_STREETS)} {random_.randint(1, 200)}"
        yield make_order(
            reference=f"SO-{number:06}",
            recipient=random_.choice(_NAMES),
            address=Address(street=street, postcode="17033", city="Neubrandenburg"),
            weight_g=random_.randint(100, 30_000),
        )


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = Services(tmp_path_factory.mktemp("bench"))
    orders = _orders()
    while part := list(itertools.islice(orders, 10_000)):
        with services.database.transaction() as session:
            add_orders(session, part, datetime.now(UTC), "bench")
    yield services
    services.close()


@pytest.fixture
def screen(qtbot: QtBot, tmp_path: Path, services: Services, tasks: Tasks) -> OrdersScreen:
    screen = OrdersScreen(
        services.orders,
        services.fleet,
        services.addresses,
        services.imports,
        services.promise,
        tasks,
        Editor(services.dispatch.apply, tasks),
        Selection(),
        QSettings(str(tmp_path / "console.ini"), QSettings.Format.IniFormat),
    )
    qtbot.addWidget(screen)
    screen.set_zone(BERLIN)
    screen.resize(460, 640)
    screen.set_day(DAY)
    screen.show()
    qtbot.waitUntil(lambda: screen.model.total == COUNT, timeout=30_000)
    return screen


def test_scrolling_to_rows_that_were_not_read(
    qtbot: QtBot, benchmark: BenchmarkFixture, screen: OrdersScreen
) -> None:
    rows = iter(random.Random(1).sample(range(1_000, COUNT - 1_000, 700), 30))

    def scroll() -> None:
        row = next(rows)
        screen.table.verticalScrollBar().setValue(row)
        while None in (screen.model.order(row), screen.model.order(row + 20)):
            with qtbot.waitSignal(screen.model.dataChanged):
                pass
        screen.table.viewport().repaint()

    benchmark.pedantic(scroll, setup=lambda: _let_counts_come(qtbot, screen), rounds=20)


def test_scrolling_by_a_wheel_notch(benchmark: BenchmarkFixture, screen: OrdersScreen) -> None:
    """What the window itself spends on one notch."""
    bar = screen.table.verticalScrollBar()

    def notch() -> None:
        bar.setValue(bar.value() + 3)
        screen.table.viewport().repaint()
        QApplication.processEvents()

    benchmark.pedantic(notch, rounds=100)


@pytest.mark.parametrize("typed", ["so-0123", "thea turm 44", "möller", "nobody at all"])
def test_filtering_by_typed_words(
    qtbot: QtBot, benchmark: BenchmarkFixture, screen: OrdersScreen, typed: str
) -> None:
    def search(text: str) -> None:
        with qtbot.waitSignal(screen.model.modelReset):
            screen.filter.search.setText(text)
            screen.filter.search.returnPressed.emit()
        screen.table.viewport().repaint()

    def clear() -> None:
        if screen.filter.search.text():
            search("")
            _let_counts_come(qtbot, screen)

    benchmark.pedantic(search, args=(typed,), setup=clear, rounds=10)


@pytest.mark.parametrize("chip", [Chip.UNASSIGNED, Chip.ON_HOLD])
def test_choosing_a_chip(
    qtbot: QtBot, benchmark: BenchmarkFixture, screen: OrdersScreen, chip: Chip
) -> None:
    def choose(wanted: Chip) -> None:
        with qtbot.waitSignal(screen.model.modelReset):
            screen.choose_chip(wanted)
        screen.table.viewport().repaint()

    def show_all() -> None:
        if screen.query.chip is not Chip.ALL:
            choose(Chip.ALL)
            _let_counts_come(qtbot, screen)

    benchmark.pedantic(choose, args=(chip,), setup=show_all, rounds=10)


def test_sorting_by_weight(qtbot: QtBot, benchmark: BenchmarkFixture, screen: OrdersScreen) -> None:
    header = screen.table.horizontalHeader()
    orders = itertools.cycle([Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder])

    def sort() -> None:
        with qtbot.waitSignal(screen.model.modelReset):
            header.setSortIndicator(Column.WEIGHT, next(orders))
        screen.table.viewport().repaint()

    benchmark.pedantic(sort, setup=lambda: _let_counts_come(qtbot, screen), rounds=10)


def _let_counts_come(qtbot: QtBot, screen: OrdersScreen) -> None:
    """The chips' numbers follow the rows; the next round is not to wait for them."""
    qtbot.waitUntil(lambda: screen.is_idle)
