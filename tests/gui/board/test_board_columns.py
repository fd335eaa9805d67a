"""The columns show the same routes and take the same gestures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSettings, Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.desktop.board.board_columns import HEAD_HEIGHT
from app.desktop.board.board_view import BoardView, Layout
from app.desktop.widgets.dragging import orders_mime
from tests.gui.board.conftest import Hand
from tests.gui.board.days import make_board
from tests.gui.board.town import UNITS, Town


@pytest.fixture
def columns(qtbot: QtBot, view: BoardView) -> Hand:
    view.findChild(QToolButton, "show_columns").click()
    assert view.shown_layout is Layout.COLUMNS
    return Hand(qtbot, view.columns)


def test_a_click_chooses_the_card_in_every_view(
    qtbot: QtBot, view: BoardView, columns: Hand, town: Town
) -> None:
    with qtbot.waitSignal(view.selection_changed) as chosen:
        columns.click(columns.at(town["E"]))
    assert chosen.args == [town.ids("E")]
    assert view.timeline.is_selected(town["E"])


def test_a_drop_goes_before_the_card_whose_upper_half_it_hits(
    qtbot: QtBot, view: BoardView, columns: Hand, town: Town
) -> None:
    for offset, index in ((-12, 1), (12, 2)):
        with qtbot.waitSignal(view.orders_dropped) as dropped:
            assert columns.drop(
                orders_mime(town.ids("X")), columns.at(town["B"]) + QPoint(0, offset)
            )
        assert dropped.args == [town.ids("X"), town.route(0), index]


def test_a_drop_on_the_head_asks_for_the_best_fit(
    qtbot: QtBot, view: BoardView, columns: Hand, town: Town
) -> None:
    with qtbot.waitSignal(view.orders_dropped) as dropped:
        assert columns.drop(orders_mime(town.ids("X")), columns.head(town.route(2)))
    assert dropped.args == [town.ids("X"), town.route(2), None]


def test_a_ghost_shows_the_load_after_on_the_bars_of_the_head(
    qtbot: QtBot, view: BoardView, columns: Hand, town: Town
) -> None:
    town.orders["X"] = replace(town.orders["X"], weight_g=400_000)
    view.set_board(town.board(), UNITS)
    drops, head = view.columns.drops, view.columns.route_rect(town.route(0))
    bar = QRect(head.left() + 8, HEAD_HEIGHT - 8, (head.width() - 24) // 3 - 1, 1)

    def filled() -> int:
        """Pixels of the first bar that are not like its empty end."""
        image = view.columns.viewport().grab(bar).toImage()
        row = [image.pixelColor(x, 0) for x in range(image.width())]
        return sum(color != row[-1] for color in row)

    before = filled()
    columns.carry(orders_mime(town.ids("X")), columns.at(town["B"]))
    qtbot.waitUntil(lambda: drops.row_ghost(town.route(0)) is not None)
    ghost = drops.row_ghost(town.route(0))
    assert ghost is not None
    assert ghost.bars[0].used == view.rows.rows[0].bars[0].used + 400_000
    assert filled() > before + bar.width() * 0.3
    columns.leave()
    assert filled() == before


def test_an_empty_column_takes_a_drop(
    qtbot: QtBot, view: BoardView, columns: Hand, town: Town
) -> None:
    at = columns.head(town.route(2)) + QPoint(0, HEAD_HEIGHT + 40)
    with qtbot.waitSignal(view.orders_dropped) as dropped:
        assert columns.drop(orders_mime(town.ids("A")), at)
    assert dropped.args == [town.ids("A"), town.route(2), 0]


def test_arrows_go_down_the_list_and_with_ctrl_move_its_card(
    qtbot: QtBot, view: BoardView, columns: Hand, town: Town
) -> None:
    columns.click(columns.at(town["A"]))
    qtbot.keyClick(view.columns, Qt.Key.Key_Down)
    assert view.columns.selected == town.ids("B")
    qtbot.keyClick(view.columns, Qt.Key.Key_Right)
    assert view.columns.selected == town.ids("E")
    with qtbot.waitSignal(view.orders_dropped) as moved:
        qtbot.keyClick(view.columns, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert moved.args == [town.ids("E"), town.route(1), 0]


def test_a_card_out_of_view_is_scrolled_to(view: BoardView, columns: Hand) -> None:
    board = make_board(12, 20, 0)
    view.set_board(board, UNITS)
    last = board.routes[10].route.orders[-1]
    view.reveal(last)
    rect = columns.canvas.order_rect(last)
    assert rect is not None
    assert columns.canvas.viewport().rect().contains(rect)
    assert rect.top() >= HEAD_HEIGHT


def test_the_board_is_shown_as_it_was_left(qtbot: QtBot, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "console.ini"), QSettings.Format.IniFormat)
    first = BoardView(settings=settings)
    qtbot.addWidget(first)
    first.findChild(QToolButton, "show_columns").click()
    first.timeline.head_resized.emit(420)
    settings.sync()
    again = QSettings(str(tmp_path / "console.ini"), QSettings.Format.IniFormat)
    second = BoardView(settings=again)
    qtbot.addWidget(second)
    assert second.shown_layout is Layout.COLUMNS
    assert second.timeline.head_width == 420


def test_a_zoom_is_kept_for_the_next_time_and_so_is_the_whole_day(
    qtbot: QtBot, tmp_path: Path, town: Town
) -> None:
    def opened() -> BoardView:
        view = BoardView(
            settings=QSettings(str(tmp_path / "console.ini"), QSettings.Format.IniFormat)
        )
        qtbot.addWidget(view)
        view.resize(1200, 480)
        view.show()
        view.set_board(town.board(), UNITS)
        return view

    view = opened()
    whole_day = view.timeline.axis.scale
    qtbot.keyClick(view.timeline, Qt.Key.Key_Plus)
    qtbot.keyClick(view.timeline, Qt.Key.Key_Plus)
    closer = view.timeline.axis.scale
    assert closer > whole_day
    view.close()
    again = opened()
    assert again.timeline.axis.scale == pytest.approx(closer)
    first = again.timeline.order_rect(again.rows.rows[0].blocks[0].order)
    assert first is not None
    assert again.timeline.viewport().rect().contains(first)
    qtbot.keyClick(again.timeline, Qt.Key.Key_F)
    again.close()
    assert opened().timeline.axis.scale == pytest.approx(whole_day)


def test_what_is_chosen_is_in_view_in_the_other_layout_too(qtbot: QtBot, view: BoardView) -> None:
    board = make_board(routes=20, stops=25, unassigned=0)
    view.set_board(board, UNITS)
    last = board.routes[15].route.orders[-1]
    view.set_selected([last])
    button = view.findChild(QToolButton, "show_columns")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def is_in_view() -> bool:
        rect = view.columns.order_rect(last)
        return rect is not None and view.columns.viewport().rect().contains(rect)

    qtbot.waitUntil(is_in_view)
