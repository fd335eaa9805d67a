"""The bin: cards of the unassigned orders, and a place to drop stops on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from app.desktop.board.board_view import BoardView
from app.desktop.board.inks import cut_at_word
from app.desktop.widgets.dragging import dragged_orders, orders_mime
from app.domain.problem import Reason, Unassigned
from tests.factories import make_order
from tests.gui.board.conftest import Hand
from tests.gui.board.days import make_board
from tests.gui.board.town import UNITS, Town


def test_a_stop_dropped_on_the_bin_is_unassigned(
    qtbot: QtBot, view: BoardView, bin_hand: Hand, town: Town
) -> None:
    with qtbot.waitSignal(view.orders_unassigned) as dropped:
        assert bin_hand.drop(orders_mime(town.ids("AB")), QPoint(900, 60))
    assert dropped.args == [town.ids("AB")]


def test_a_card_can_be_dragged_out(
    monkeypatch: pytest.MonkeyPatch, bin_hand: Hand, town: Town
) -> None:
    carried: list[object] = []
    monkeypatch.setattr(
        QDrag, "exec", lambda drag, _actions: carried.append(dragged_orders(drag.mimeData()))
    )
    at = bin_hand.at(town["Y"])
    bin_hand.press_and_move(at, at - QPoint(40, 60))
    assert carried == [town.ids("Y")]


def test_cards_of_stops_on_routes_are_not_here(bin_hand: Hand, town: Town) -> None:
    assert bin_hand.canvas.order_rect(town["A"]) is None
    assert bin_hand.canvas.order_rect(town["X"]) is not None


def test_arrows_walk_over_the_cards_and_their_lines(qtbot: QtBot, view: BoardView) -> None:
    board = make_board(2, 4, 30)
    view.set_board(board, UNITS)
    cards = [card.order for card in view.rows.cards]
    view.set_selected([cards[0]])
    qtbot.keyClick(view.bin, Qt.Key.Key_Right)
    assert view.bin.selected == (cards[1],)
    rect = view.bin.order_rect(cards[1])
    assert rect is not None
    qtbot.keyClick(view.bin, Qt.Key.Key_Down)
    (below,) = view.bin.selected
    then = view.bin.order_rect(below)
    assert then is not None
    assert then.left() == rect.left()
    qtbot.keyClick(view.bin, Qt.Key.Key_End)
    assert view.bin.selected == (cards[-1],)
    last = view.bin.order_rect(cards[-1])
    assert last is not None
    assert view.bin.viewport().rect().contains(last)


def test_the_bin_says_how_many_and_how_many_are_on_hold(
    qtbot: QtBot, view: BoardView, town: Town
) -> None:
    board = make_board(2, 4, 9, on_hold=2)
    view.set_board(board, UNITS)
    count = view.findChild(QLabel, "bin_count")
    hold = view.findChild(QToolButton, "on_hold")
    assert "9" in count.text()
    assert hold.text() == "2 on hold"
    with qtbot.waitSignal(view.on_hold_requested):
        hold.click()
    view.set_board(town.board(), UNITS)
    assert hold.isHidden()


def test_the_lock_is_asked_for_and_shown_when_it_is_there(qtbot: QtBot, view: BoardView) -> None:
    button = view.findChild(QToolButton, "bin_lock")
    with qtbot.waitSignal(view.bin_lock_requested):
        button.click()
    assert not button.isChecked()


def test_a_name_with_markup_is_text(view: BoardView, town: Town) -> None:
    order = make_order(recipient="<b>Rana</b><img src=x>", reference="<i>1</i>")
    town.orders["X"] = order
    view.set_board(town.board(), UNITS)
    hint = view.bin.hint_at(view.bin.order_rect(order.id).center())
    assert "&lt;b&gt;Rana" in hint
    assert "<img" not in hint


def test_cards_are_drawn_wherever_the_bin_is_scrolled_to(view: BoardView) -> None:
    view.set_board(make_board(2, 4, 300), UNITS)
    view.bin.resize(900, 120)
    paper = view.bin.inks.surface.rgb()
    for card in (view.rows.cards[0], view.rows.cards[137], view.rows.cards[-1]):
        view.bin.show_order(card.order)
        rect = view.bin.order_rect(card.order)
        assert rect is not None
        picture = view.bin.viewport().grab().toImage()
        # Beside the words, and in the half-hidden line above or below.
        assert picture.pixelColor(rect.left() + 5, rect.center().y()).rgb() == paper
    area = view.bin.viewport().rect()
    seen = [
        card.order
        for card in view.rows.cards
        if (rect := view.bin.order_rect(card.order)) is not None and rect.intersects(area)
    ]
    assert view.bin.orders_in(area) == seen


@pytest.mark.parametrize(
    ("elided", "shown"),
    [
        ("fits alone, but only by pus…", "fits alone, but only by…"),
        ("fits alone, but only by…", "fits alone, but only by…"),
        ("fits alone, but only …", "fits alone, but only…"),
        ("fits alone, bu…", "fits alone…"),
        ("fi…", "fi…"),
    ],
)
def test_a_reason_is_cut_after_a_word(elided: str, shown: str) -> None:
    assert cut_at_word("fits alone, but only by pushing out others", elided) == shown


def test_the_whole_reason_is_told_where_the_mouse_rests(view: BoardView, town: Town) -> None:
    board = town.board()
    detail = "fits alone, but only by pushing out planned orders; nearest is Ana: late by 9 min"
    left = Unassigned(order=town["X"], reason=Reason.WOULD_DISPLACE, detail=detail)
    view.set_board(replace(board, reasons={town["X"]: left}), UNITS)
    assert detail in view.bin.hint_at(view.bin.order_rect(town["X"]).center())
