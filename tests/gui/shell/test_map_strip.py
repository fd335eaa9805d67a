"""What the map shows is chosen in its strip."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMenu, QToolButton

from tests.factories import DAY
from tests.gui.shell.conftest import Desk


def note(desk: Desk) -> str:
    return desk.console.map.findChild(QLabel, "map_note").text()


def choose(desk: Desk, text: str) -> None:
    """Open the menu with the mouse and click the line of that name."""
    button = desk.console.map.findChild(QToolButton, "map_routes")
    menu = button.findChild(QMenu)
    chosen: list[str] = []
    menu.triggered.connect(lambda action: chosen.append(action.text()))
    desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(menu.isVisible)
    (action,) = (each for each in menu.actions() if each.text() == text)
    point = menu.actionGeometry(action).center()
    desk.do(lambda: desk.qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=point))
    assert chosen == [text]


def test_a_hidden_route_is_not_on_the_map_until_it_is_chosen_again(desk: Desk) -> None:
    first, second = (each.route.shift.name for each in desk.board.routes)
    choose(desk, first)
    assert desk.map.shown_routes == [str(desk.route(1))]
    assert note(desk) == "Routes hidden: 1"
    choose(desk, second)
    assert desk.map.shown_routes == []
    choose(desk, first)
    assert desk.map.shown_routes == [str(desk.route(0))]


def test_all_routes_are_hidden_and_shown_at_once(desk: Desk) -> None:
    choose(desk, "Hide all routes")
    assert desk.map.shown_routes == []
    assert note(desk) == "Routes hidden: 2"
    choose(desk, "Show all routes")
    assert desk.map.shown_routes is None
    assert note(desk) == ""


def test_another_day_begins_with_every_route(desk: Desk) -> None:
    choose(desk, "Hide all routes")
    desk.do(lambda: desk.console.opening.open_day(DAY + timedelta(days=1)))
    assert desk.map.shown_routes is None
    desk.do(lambda: desk.console.opening.open_day(DAY))
    assert desk.map.shown_routes is None


def test_only_what_has_no_route_is_shown_on_demand(desk: Desk) -> None:
    chip = desk.console.map.findChild(QToolButton, "only_unassigned")
    desk.do(lambda: desk.qtbot.mouseClick(chip, Qt.MouseButton.LeftButton))
    assert desk.map.shown_routes == []
    desk.do(lambda: desk.qtbot.mouseClick(chip, Qt.MouseButton.LeftButton))
    assert desk.map.shown_routes is None
