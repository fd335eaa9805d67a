"""An idle core looks for improvements of the plan; the dispatcher takes them or leaves them."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from app.config import load_settings
from app.desktop.planning.peace_bar import PeaceBar
from app.desktop.planning.peace_keeper import PeaceKeeper
from app.desktop.settings.general_page import GeneralPage
from app.domain.edits import ChangeOrders
from app.planning.improve import Improvement
from tests.factories import DEPOT_PLACE, make_order, place
from tests.gui.shell.conftest import Desk

_LONG_MS = 60_000


@pytest.fixture
def keeper(desk: Desk) -> Iterator[PeaceKeeper]:
    """On a day with an order on the wrong van."""
    places = {"N1": 0.1, "X": -0.05, "S1": -0.06, "S2": -0.07}
    orders = [
        make_order(reference=name, place=place(DEPOT_PLACE.lat + lat, DEPOT_PLACE.lon))
        for name, lat in places.items()
    ]
    desk.do(lambda: desk.console.editor.submit(ChangeOrders(put=tuple(orders)), "Add"))
    north, south = [each.id for each in orders[:2]], [each.id for each in orders[2:]]
    desk.do(lambda: desk.console.board.drop_orders(north, desk.route(0), 0))
    desk.do(lambda: desk.console.board.drop_orders(south, desk.route(1), 0))
    keeper = desk.console.peace
    keeper.findChildren(QTimer)[0].setInterval(50)
    yield keeper
    keeper.stop()


def offered(desk: Desk, keeper: PeaceKeeper) -> str:
    # Last in the queue for a core, it may wait long; news of the roads make it begin again.
    desk.qtbot.waitUntil(
        lambda: keeper.bar.text != "" and not keeper.is_searching, timeout=_LONG_MS
    )
    return keeper.bar.text


def click(desk: Desk, keeper: PeaceKeeper, name: str) -> None:
    (button,) = [
        each for kind in (QPushButton, QToolButton) for each in keeper.bar.findChildren(kind, name)
    ]
    desk.do(button.click)


def test_what_is_found_is_offered_and_made_only_when_it_is_taken(
    desk: Desk, keeper: PeaceKeeper
) -> None:
    assert not keeper.is_searching, "switched off"
    keeper.set_enabled(True)
    words = offered(desk, keeper)
    assert words.startswith("Saves ")
    assert "X" in words
    assert desk.orders_of(0) == ["N1", "X"]
    cost = desk.board.cost
    click(desk, keeper, "apply_improvement")
    assert desk.board.cost < cost
    assert desk.orders_of(0) != ["N1", "X"]
    desk.do(desk.console.editor.undo)
    assert desk.orders_of(0) == ["N1", "X"]


def test_what_is_dismissed_does_not_come_again(desk: Desk, keeper: PeaceKeeper) -> None:
    keeper.set_enabled(True)
    seen = [offered(desk, keeper)]
    click(desk, keeper, "dismiss_improvement")
    while keeper.bar.text:
        assert keeper.bar.text not in seen
        seen.append(keeper.bar.text)
        click(desk, keeper, "dismiss_improvement")
    desk.console.board.reload()
    desk.qtbot.waitUntil(lambda: keeper.is_searching, timeout=_LONG_MS)
    desk.qtbot.waitUntil(lambda: not keeper.is_searching, timeout=_LONG_MS)
    assert keeper.bar.text == ""


def test_a_change_of_the_board_and_a_planning_run_end_the_search(
    desk: Desk, keeper: PeaceKeeper
) -> None:
    keeper.set_enabled(True)
    offered(desk, keeper)
    keeper.set_planning(True)
    assert keeper.bar.text == ""
    desk.qtbot.wait(200)
    assert not keeper.is_searching
    keeper.set_planning(False)
    desk.qtbot.waitUntil(lambda: keeper.is_searching, timeout=_LONG_MS)
    desk.do(lambda: desk.console.board.unassign_orders([desk.reference("X").id]))
    assert keeper.bar.text == ""


def test_the_settings_switch_it_on_and_off(desk: Desk, keeper: PeaceKeeper) -> None:
    page = GeneralPage(desk.workspace.settings, "day.db", desk.tasks)
    desk.qtbot.addWidget(page)
    page.changed.connect(desk.console.windows.settings_changed)
    box = page.findChild(QCheckBox, "improvements_field")
    assert box is not None
    assert not box.isChecked()
    box.click()
    offered(desk, keeper)
    box.click()
    assert keeper.bar.text == ""
    assert not load_settings(desk.workspace.settings.data).looks_for_improvements


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="no niceness on this system")
def test_the_search_is_last_in_the_queue_for_a_core(desk: Desk, keeper: PeaceKeeper) -> None:
    keeper.set_enabled(True)
    desk.qtbot.waitUntil(lambda: keeper.is_searching, timeout=_LONG_MS)
    search = keeper._search  # noqa: SLF001 - nobody else knows the process
    assert search is not None

    def niceness() -> int:
        pid = search.pid
        try:
            return os.getpriority(os.PRIO_PROCESS, pid) if pid else 0
        except ProcessLookupError:
            return 19

    desk.qtbot.waitUntil(lambda: niceness() == 19)


@pytest.mark.parametrize(
    ("saved_s", "saved_m", "words"),
    [(0, 20, ""), (180, -400, "Saves 3 min: swap"), (-10, 400, "Saves 0.4 km: swap")],
)
def test_where_vehicles_cost_nothing_no_money_is_said_to_be_saved(
    qtbot: QtBot, saved_s: int, saved_m: int, words: str
) -> None:
    bar = PeaceBar()
    qtbot.addWidget(bar)
    improvement = Improvement(
        text="swap", routes={}, saved_cost=0.000_1, saved_s=saved_s, saved_m=saved_m
    )
    bar.show_improvement(improvement, "CHF", is_metric=True)
    assert bar.text.replace("\u202f", " ") == words
