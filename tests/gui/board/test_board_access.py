"""What a screen reader finds on the board: an object for each stop, wherever the keys are."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from pytestqt.qtbot import QtBot

from app.desktop.board.board_canvas import BoardCanvas
from app.desktop.board.board_view import BoardView
from tests.gui.board.town import UNITS, Town


@pytest.fixture(autouse=True)
def _somebody_listens() -> Iterator[None]:
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def _access(canvas: BoardCanvas) -> QAccessibleInterface:
    found = QAccessible.queryAccessibleInterface(canvas)
    assert found is not None
    return found


def test_each_stop_is_an_object_with_its_words_and_its_place(view: BoardView) -> None:
    timeline = _access(view.timeline)
    stops = [block for row in view.rows.rows for block in row.blocks]
    assert timeline.role() is QAccessible.Role.List
    assert timeline.childCount() == len(stops)
    for number, block in enumerate(stops):
        child = timeline.child(number)
        assert child.role() is QAccessible.Role.ListItem
        assert child.text(QAccessible.Text.Name).startswith(block.reference)
        assert timeline.indexOfChild(child) == number
    rect = view.timeline.order_rect(stops[0].order)
    assert rect is not None
    assert timeline.child(0).rect().size() == rect.size()
    assert timeline.child(0).rect().topLeft() == view.timeline.viewport().mapToGlobal(
        rect.topLeft()
    )
    assert _access(view.bin).childCount() == len(view.rows.cards)


def test_the_focus_goes_from_stop_to_stop_with_the_keys(qtbot: QtBot, view: BoardView) -> None:
    view.activateWindow()
    view.timeline.setFocus()
    qtbot.waitUntil(view.timeline.hasFocus)
    blocks = view.rows.rows[0].blocks
    for key, number in ((Qt.Key.Key_Right, 0), (Qt.Key.Key_Right, 1)):
        qtbot.keyClick(view.timeline, key)
        focused = _access(view.timeline).focusChild()
        assert focused.text(QAccessible.Text.Name).startswith(blocks[number].reference)
        assert focused.state().focused
        assert focused.state().selected
    assert not _access(view.timeline).child(0).state().focused


def test_a_stop_that_is_gone_is_nobody_and_the_board_may_go_too(
    view: BoardView, town: Town
) -> None:
    last = _access(view.timeline).child(_access(view.timeline).childCount() - 1)
    assert last.isValid()
    town.change_route(1, lambda route: replace(route, stops=()))
    view.set_board(town.board(), UNITS)
    assert not last.isValid()
    assert last.text(QAccessible.Text.Name) == ""
    for _ in range(20):
        other = BoardView()
        other.set_board(town.board(), UNITS)
        for canvas in (other.timeline, other.columns, other.bin):
            access = _access(canvas)
            for number in range(access.childCount()):
                access.child(number).text(QAccessible.Text.Name)
        del access
        shiboken6.delete(other)
        gc.collect()
