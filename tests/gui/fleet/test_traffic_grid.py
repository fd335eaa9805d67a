"""Traffic by weekday and hour, typed into cells that were chosen by dragging."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.desktop.fleet.depot_form import DepotForm
from app.desktop.fleet.traffic_grid import CITY_RUSH_HOURS, TrafficGrid
from tests.factories import make_depot

LEFT = Qt.MouseButton.LeftButton


def shown(qtbot: QtBot) -> TrafficGrid:
    grid = TrafficGrid()
    qtbot.addWidget(grid)
    grid.resize(690, 220)
    with qtbot.waitExposed(grid):
        grid.show()
    return grid


def drag(grid: TrafficGrid, first: tuple[int, int], last: tuple[int, int]) -> None:
    table = grid.table
    start, end = (table.visualRect(grid.cells.index(*cell)).center() for cell in (first, last))
    QTest.mousePress(table.viewport(), LEFT, pos=start)
    QTest.mouseMove(table.viewport(), (start + end) / 2)
    QTest.mouseMove(table.viewport(), end)
    QTest.mouseRelease(table.viewport(), LEFT, pos=end)


def type_in(grid: TrafficGrid, text: str) -> None:
    QTest.keyClick(grid.table, text[0])
    editor = grid.table.findChild(QLineEdit)
    QTest.keyClicks(editor, text[1:])
    QTest.keyClick(editor, Qt.Key.Key_Return)
    # Qt takes what was typed with the next event.
    QTest.qWait(20)


def test_what_is_typed_is_for_every_hour_that_was_dragged_over(qtbot: QtBot) -> None:
    grid = shown(qtbot)
    drag(grid, (0, 7), (4, 8))
    type_in(grid, "35")
    week = grid.week
    assert {week[day][hour] for day in range(5) for hour in (7, 8)} == {1.35}
    assert sum(factor != 1.0 for day in week for factor in day) == 10
    QTest.keyClick(grid.table, Qt.Key.Key_Delete)
    assert grid.week == ()


def test_nonsense_changes_nothing_and_too_much_is_what_may_be(qtbot: QtBot) -> None:
    grid = shown(qtbot)
    drag(grid, (2, 12), (2, 12))
    type_in(grid, "x")
    assert grid.week == ()
    type_in(grid, "900")
    assert grid.week[2][12] == 5.0


def test_presets_fill_the_week(qtbot: QtBot) -> None:
    grid = shown(qtbot)
    qtbot.mouseClick(grid.findChild(QPushButton, "traffic_rush"), LEFT)
    assert grid.week == CITY_RUSH_HOURS
    assert grid.week[0][17] > 1.0
    assert set(grid.week[6]) == {1.0}
    qtbot.mouseClick(grid.findChild(QPushButton, "traffic_none"), LEFT)
    assert grid.week == ()


def test_a_depot_keeps_its_traffic(qtbot: QtBot) -> None:
    form = DepotForm(make_depot(traffic=CITY_RUSH_HOURS), is_new=False)
    qtbot.addWidget(form)
    value = form.value()
    assert value is not None
    assert value.traffic == CITY_RUSH_HOURS
    form.traffic.set_week(())
    value = form.value()
    assert value is not None
    assert value.traffic == ()
