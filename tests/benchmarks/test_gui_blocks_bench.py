"""The longest blocks of the window, in whatever takes long on a full day: aim 50 ms each."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytest_benchmark.fixture import BenchmarkFixture

from app.desktop.actions import Act
from app.desktop.scenarios.run_dialog import Wanted
from app.domain.replan import ReplanMode
from app.domain.scenarios import Recipe
from tests.benchmarks.conftest import Tell
from tests.benchmarks.pulse import Pulse
from tests.gui.shell.conftest import Desk


@pytest.fixture
def measured(benchmark: BenchmarkFixture, tell: Tell) -> Callable[[Callable[[], object]], None]:
    """Run work once beside a pulse, and say what it felt."""

    def measure(work: Callable[[], object]) -> None:
        told: list[str] = []

        def run() -> None:
            pulse = Pulse()
            work()
            told.append(pulse.stop())

        benchmark.pedantic(run, rounds=1)
        tell(told[0])

    return measure


type Measured = Callable[[Callable[[], object]], None]


def test_gui_blocks_of_an_import_of_5000_rows(
    measured: Measured, fresh_desk: Desk, orders_file: Path
) -> None:
    desk = fresh_desk

    def take() -> None:
        desk.console.orders.open_import(orders_file)
        _click(desk, "import_dialog", "import_run")
        desk.qtbot.waitUntil(lambda: len(desk.board.orders) > 4_900, timeout=120_000)
        # All screens follow; the road times, which come then, take minutes for so many places.
        desk.qtbot.wait(2_000)

    measured(take)


def test_gui_blocks_of_planning(measured: Measured, desk: Desk) -> None:
    before = desk.board.cost

    def plan() -> None:
        desk.console.planning.optimize(5.0)
        _let_search(desk)
        _let_work_end(desk)

    measured(plan)
    assert desk.board.cost < before, "no plan was found or taken"


def test_gui_blocks_of_planning_again_from_now(measured: Measured, desk: Desk) -> None:
    """Until the effect is shown, and until it is taken."""
    replanning = desk.console.changes.replanning
    replanning.seconds = 5.0

    def again() -> None:
        replanning.replan(ReplanMode.EVERYTHING)
        _let_search(desk)
        desk.qtbot.waitUntil(lambda: replanning.dialog is not None, timeout=30_000)
        dialog = replanning.dialog
        assert dialog is not None
        desk.qtbot.wait(500)
        dialog.accept()
        _let_work_end(desk)

    measured(again)


def test_gui_blocks_of_three_scenarios(measured: Measured, desk: Desk) -> None:
    scenarios = desk.console.scenarios
    desk.do(desk.console.window.acts[Act.SCENARIOS].trigger)

    def run() -> None:
        wanted = [Wanted(name=f"Plan {n}", recipe=Recipe(seconds=5.0, seed=n)) for n in (1, 2, 3)]
        scenarios.making.run(desk.board, wanted)
        desk.qtbot.waitUntil(lambda: not scenarios.making.is_running, timeout=180_000)
        _let_work_end(desk)

    measured(run)
    assert len(scenarios.shelf) >= 3


def test_gui_blocks_of_printing(measured: Measured, desk: Desk) -> None:
    """All papers of 40 routes, until the preview can be read."""

    def print_day() -> None:
        desk.console.windows.open_print(desk.board, None, None)
        _button(desk, "manifest_screen", "save_pdf", is_clicked=False)
        _let_work_end(desk)

    measured(print_day)
    next(w for w in QApplication.topLevelWidgets() if w.objectName() == "manifest_screen").close()


def test_gui_blocks_of_building_a_region(measured: Measured, desk: Desk, sample: Path) -> None:
    def build() -> None:
        desk.console.windows.choose_extract(sample / "neubrandenburg.osm.pbf")
        _button(desk, "settings_dialog", "build_region", is_clicked=True)
        roads = desk.workspace.roads
        desk.qtbot.waitUntil(
            lambda: any(each.name == "Neubrandenburg" for each in roads.regions()), timeout=300_000
        )
        _let_work_end(desk)

    measured(build)


def test_gui_blocks_of_typing_into_the_filter(measured: Measured, desk: Desk) -> None:
    orders = desk.console.orders

    def type_words() -> None:
        for key in "thea turm":
            desk.qtbot.keyClicks(orders.filter.search, key)
            desk.qtbot.wait(120)
        orders.filter.search.clear()
        _let_work_end(desk)

    measured(type_words)


def test_gui_blocks_of_moves_with_undo(measured: Measured, desk: Desk) -> None:
    """Stops moved from route to route with all panes open; every other one is taken back."""

    def work() -> None:
        for number, (source, target) in enumerate(itertools.pairwise(desk.board.routes[:9])):
            order = desk.board.route(source.id).route.orders[number]
            desk.console.board.drop_orders([order], target.id, number)
            desk.qtbot.wait(50)
            _let_work_end(desk)
            if number % 2:
                desk.console.editor.undo()
                desk.qtbot.wait(50)
                _let_work_end(desk)

    measured(work)


def _let_work_end(desk: Desk) -> None:
    """As `desk.wait`, with all the time that a machine needs on which others compute."""
    desk.qtbot.waitUntil(
        lambda: desk.tasks.is_idle and not desk.console.editor.is_busy, timeout=120_000
    )


def _let_search(desk: Desk) -> None:
    search = desk.console.optimizer
    desk.qtbot.waitUntil(lambda: search.is_running, timeout=20_000)
    desk.qtbot.waitUntil(lambda: not search.is_running, timeout=120_000)


def _click(desk: Desk, window_name: str, name: str) -> None:
    _button(desk, window_name, name, is_clicked=True)


def _button(desk: Desk, window_name: str, name: str, *, is_clicked: bool) -> None:
    """Wait until a button can be pressed, and perhaps press it."""

    def found() -> QPushButton | None:
        for each in QApplication.topLevelWidgets():
            if each.objectName() == window_name and each.isVisible():
                button = each.findChild(QPushButton, name)
                return button if button is not None and button.isEnabled() else None
        return None

    desk.qtbot.waitUntil(lambda: found() is not None, timeout=120_000)
    button = found()
    if is_clicked and button is not None:
        desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
