"""The keyboard on the board, in the whole console."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt

from app.domain.routes import Lock
from tests.factories import DAY
from tests.gui.shell.conftest import Desk


def test_the_keys_of_the_orders_count_on_the_board_too(desk: Desk) -> None:
    console = desk.console
    order = desk.reference("SO-1").id
    desk.do(lambda: console.board.drop_orders([order], desk.route(0)))
    canvas = console.board.view.timeline
    desk.do(lambda: console.selection.select_orders([order], console.map))
    canvas.setFocus()
    desk.do(lambda: desk.qtbot.keyClick(canvas, Qt.Key.Key_U))
    assert desk.orders_of(0) == []
    desk.do(lambda: desk.qtbot.keyClick(canvas, Qt.Key.Key_N))
    (moved,) = desk.workspace.orders.get([order])
    assert moved.day == DAY + timedelta(days=1)


def test_keys_pressed_while_an_edit_is_being_saved_are_not_lost(desk: Desk) -> None:
    console = desk.console
    canvas = console.board.view.timeline
    desk.do(lambda: console.selection.select_route(desk.route(0), console.map))
    canvas.setFocus()
    desk.qtbot.keyClick(canvas, Qt.Key.Key_L)
    desk.do(lambda: desk.qtbot.keyClick(canvas, Qt.Key.Key_L))
    assert desk.board.routes[0].route.lock is Lock.SEQUENCE
    console.board.toggle_bin_lock()
    desk.do(console.board.toggle_bin_lock)
    assert not desk.board.is_bin_locked
