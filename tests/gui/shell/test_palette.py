"""The palette: moves that are typed, orders and days that are found, commands that are listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from PySide6.QtCore import Qt

from app.desktop.actions import Act
from app.desktop.board.board_columns import CARD_HEIGHT, HEAD_HEIGHT
from app.desktop.board.board_view import Layout
from app.domain.edits import ChangeOrders
from tests.factories import DAY
from tests.gui.shell.conftest import Desk


def test_a_typed_move_is_made_and_undone(desk: Desk) -> None:
    console = desk.console
    desk.do(lambda: console.palette.open(console.every_action()))
    console.palette.field.setText("2-3 > bram")
    desk.qtbot.waitUntil(lambda: any("Move SO-2" in e.text for e in console.palette.entries))
    desk.do(lambda: desk.qtbot.keyClick(console.palette.field, Qt.Key.Key_Return))
    assert sorted(desk.orders_of(1)) == ["SO-2", "SO-3"]
    assert set(desk.map.stops[str(desk.reference("SO-2").id)].number) <= {"1", "2"}
    desk.do(console.window.acts[Act.UNDO].trigger)
    assert desk.orders_of(1) == []
    desk.do(console.window.acts[Act.REDO].trigger)
    assert sorted(desk.orders_of(1)) == ["SO-2", "SO-3"]


def test_a_typed_move_scrolls_the_columns_to_where_the_stop_went(desk: Desk) -> None:
    view = desk.console.board.view
    orders = [desk.reference(f"SO-{number}").id for number in (1, 2, 3, 4, 5)]
    desk.do(lambda: desk.console.board.drop_orders(orders, desk.route(1), 0))
    desk.do(lambda: view.set_layout(Layout.COLUMNS))
    columns, moved = view.columns, desk.reference("SO-6").id
    columns.setFixedHeight(HEAD_HEIGHT + 2 * CARD_HEIGHT)
    desk.do(lambda: desk.console.selection.select_orders([moved], None))
    desk.do(lambda: columns.verticalScrollBar().setValue(0))
    desk.do(lambda: desk.console.palette.open(desk.console.every_action()))
    desk.console.palette.field.setText("SO-6 > bram @6")
    desk.qtbot.waitUntil(lambda: any("Move SO-6" in e.text for e in desk.console.palette.entries))
    desk.do(lambda: desk.qtbot.keyClick(desk.console.palette.field, Qt.Key.Key_Return))
    assert desk.orders_of(1)[-1] == "SO-6"
    card = columns.order_rect(moved)
    assert card is not None
    assert card.top() >= HEAD_HEIGHT
    assert card.bottom() <= columns.viewport().height()


def test_a_stop_that_is_moved_within_its_route_stays_in_view(desk: Desk) -> None:
    view = desk.console.board.view
    orders = [desk.reference(f"SO-{number}").id for number in (1, 2, 3, 4, 5, 6)]
    desk.do(lambda: desk.console.board.drop_orders(orders, desk.route(1), 0))
    desk.do(lambda: view.set_layout(Layout.COLUMNS))
    columns, moved = view.columns, orders[0]
    columns.setFixedHeight(HEAD_HEIGHT + 2 * CARD_HEIGHT)

    def is_in_view() -> bool:
        card = columns.order_rect(moved)
        assert card is not None
        return card.top() >= HEAD_HEIGHT and card.bottom() <= columns.viewport().height()

    desk.do(lambda: desk.console.palette.open(desk.console.every_action()))
    desk.console.palette.field.setText("SO-1 > bram @7")
    desk.qtbot.waitUntil(lambda: any("Move SO-1" in e.text for e in desk.console.palette.entries))
    desk.do(lambda: desk.qtbot.keyClick(desk.console.palette.field, Qt.Key.Key_Return))
    assert desk.orders_of(1)[-1] == "SO-1"
    assert is_in_view()
    control = Qt.KeyboardModifier.ControlModifier
    for place in (4, 3, 2, 1, 0):
        desk.do(lambda: desk.qtbot.keyClick(columns, Qt.Key.Key_Up, control))
        assert desk.orders_of(1)[place] == "SO-1"
        assert is_in_view()


def test_the_palette_finds_an_order_of_another_day_and_opens_it(desk: Desk) -> None:
    order = desk.reference("SO-4")
    later = replace(order, day=DAY + timedelta(days=3))
    desk.workspace.dispatch.apply(ChangeOrders(put=(later,)))
    console = desk.console
    console.palette.open(console.every_action())
    console.palette.field.setText("SO-4")
    desk.qtbot.waitUntil(lambda: any("SO-4" in e.text for e in console.palette.entries))
    entry = next(e for e in console.palette.entries if "SO-4" in e.text)
    assert entry.run is not None
    desk.do(entry.run)
    assert console.opening.day == later.day
    assert console.selection.orders == (order.id,)
    sheet = console.inspector.view.sheet
    assert sheet is not None
    assert sheet.title == "SO-4"


def test_the_palette_lists_actions_with_their_keys(desk: Desk) -> None:
    console = desk.console
    console.palette.open(console.every_action())
    console.palette.field.setText("lay load")
    (entry,) = console.palette.entries
    assert (entry.text, entry.hint) == ("Layout Load", "Ctrl+2")
    console.palette.close()


def test_the_palette_goes_to_the_day_that_is_typed(desk: Desk) -> None:
    console = desk.console
    console.palette.open(console.every_action())
    desk.qtbot.keyClicks(console.palette.field, "2024-03-05")
    desk.qtbot.waitUntil(lambda: bool(console.palette.entries))
    assert console.palette.entries[0].text.startswith("Go to")
    desk.do(lambda: desk.qtbot.keyClick(console.palette.field, Qt.Key.Key_Return))
    assert console.opening.day == date(2024, 3, 5)


def test_the_palette_says_that_nothing_is_called_so(desk: Desk) -> None:
    console = desk.console
    console.palette.open(console.every_action())
    desk.qtbot.keyClicks(console.palette.field, "qwxz")
    desk.qtbot.waitUntil(lambda: bool(console.palette.entries))
    (entry,) = console.palette.entries
    assert "qwxz" in entry.text
    assert entry.run is None
    console.palette.close()


def test_the_palette_names_each_command_once(desk: Desk) -> None:
    desk.console.window.acts[Act.PALETTE].trigger()
    texts = [entry.text for entry in desk.console.palette.entries]
    assert len(texts) == len(set(texts))
    desk.console.palette.close()
