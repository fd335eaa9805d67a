"""The whole console: one selection, edits with undo, what is said when something is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QMenu, QMessageBox, QPushButton, QTableWidget

from app.desktop.actions import Act, Menu
from app.desktop.dock_area import Layout, Pane
from app.desktop.inspector.sheet import Deed
from app.desktop.keys_window import KeysWindow
from app.desktop.notices import Severity
from app.domain.board import move
from app.domain.edits import ChangeOrders
from app.domain.errors import StorageUnavailable
from app.domain.geo import Location
from app.domain.orders import Order, OrderStatus
from app.domain.routes import RouteStatus
from tests.factories import DAY, make_order
from tests.gui.shell.conftest import Desk

_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


def _shown(desk: Desk) -> str:
    sheet = desk.console.inspector.view.sheet
    return sheet.title if sheet is not None else ""


def test_the_day_is_on_every_pane(desk: Desk) -> None:
    assert len(desk.map.stops) == 6
    assert len(desk.map.depots) == 1
    assert desk.console.orders.model.total == 6
    assert desk.console.board.view.rows.rows[0].driver == "Ana"
    assert _shown(desk) == "This day"
    assert not desk.console.window.is_welcoming


def test_a_click_on_the_map_selects_the_order_everywhere(desk: Desk) -> None:
    order = desk.reference("SO-2")
    plain = Qt.KeyboardModifier.NoModifier
    desk.do(lambda: desk.map.order_clicked.emit(str(order.id), plain))
    assert desk.console.selection.orders == (order.id,)
    assert desk.console.orders.chosen == (order.id,)
    assert _shown(desk) == "SO-2"
    assert desk.map.selection == ([str(order.id)], [])
    assert desk.map.revealed == []


def test_what_is_selected_elsewhere_is_brought_into_view_on_the_map(desk: Desk) -> None:
    order = desk.reference("SO-2")
    desk.do(lambda: desk.console.selection.select_orders([order.id], desk.console.board))
    assert desk.map.revealed == [str(order.id)]


def test_show_on_map_goes_close_up_to_the_order(desk: Desk) -> None:
    order = desk.reference("SO-2")
    assert order.location is not None
    desk.do(lambda: desk.console.selection.select_orders([order.id], desk.console.board))
    desk.map.fitted = None
    desk.do(desk.console.window.acts[Act.SHOW_ON_MAP].trigger)
    bounds = desk.map.fitted
    assert bounds is not None
    assert bounds.south < order.location.lat < bounds.north
    assert bounds.north - bounds.south < 0.05


def test_control_click_on_the_map_adds_and_takes_away(desk: Desk) -> None:
    first, second = desk.reference("SO-1").id, desk.reference("SO-2").id
    control = Qt.KeyboardModifier.ControlModifier
    for order in (first, second, first):
        desk.do(lambda order=order: desk.map.order_clicked.emit(str(order), control))
    assert desk.console.selection.orders == (second,)


def test_several_orders_are_summed_up(desk: Desk) -> None:
    orders = [desk.reference("SO-1").id, desk.reference("SO-2").id]
    keys = [str(order) for order in orders]
    desk.do(lambda: desk.map.orders_lassoed.emit(keys, Qt.KeyboardModifier.NoModifier))
    sheet = desk.console.inspector.view.sheet
    assert sheet is not None
    assert sheet.title == "2 orders"
    facts = {fact.label: fact.value for section in sheet.sections for fact in section.facts}
    assert facts["Parcels"] == "2"
    assert facts["Weight"].startswith("10")


def test_undo_says_what_it_would_undo(desk: Desk) -> None:
    acts = desk.console.window.acts
    assert not acts[Act.UNDO].isEnabled()
    desk.do(lambda: desk.console.board.drop_orders([desk.reference("SO-1").id], desk.route(0)))
    assert acts[Act.UNDO].isEnabled()
    assert "SO-1" in acts[Act.UNDO].text()


def test_a_day_typed_over_the_calendar_is_opened(desk: Desk) -> None:
    days = desk.console.window.days
    days.open_calendar()
    field = days.findChild(QLineEdit, "day_typed")
    assert field is not None
    desk.qtbot.keyClicks(field, "20.13.2026")
    desk.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.isVisible()
    field.clear()
    desk.qtbot.keyClicks(field, "2024-03-05")
    desk.do(lambda: desk.qtbot.keyClick(field, Qt.Key.Key_Return))
    assert desk.console.opening.day == date(2024, 3, 5)


def test_a_refusal_is_told_in_the_notice_bar(desk: Desk) -> None:
    console = desk.console
    desk.do(lambda: console.board.drop_orders([desk.reference("SO-1").id], desk.route(0)))
    desk.do(lambda: console.board.set_status([desk.route(0)], RouteStatus.RELEASED))
    desk.do(lambda: console.board.drop_orders([desk.reference("SO-2").id], desk.route(0), 0))
    notice = console.window.notices.current
    assert notice is not None
    assert notice.severity is Severity.WARNING
    assert "released" in notice.text
    assert desk.orders_of(0) == ["SO-1"]


def test_another_consoles_edit_is_swept_in(desk: Desk) -> None:
    board = desk.workspace.dispatch.board(DAY)
    desk.workspace.dispatch.apply(move(board, [desk.reference("SO-5").id], desk.route(1), 0))
    assert desk.orders_of(1) == []
    desk.qtbot.waitUntil(lambda: desk.orders_of(1) == ["SO-5"])


def test_a_lost_database_says_so_once_and_comes_back(desk: Desk) -> None:
    def gone() -> None:
        raise StorageUnavailable("day.db can't be reached.")

    window = desk.console.window
    desk.tasks.start(desk.tasks.run(gone))
    desk.qtbot.waitUntil(lambda: window.standing.isVisible())
    assert "read-only" in window.standing.text
    assert window.notices.current is None
    desk.do(lambda: desk.tasks.start(desk.tasks.run(lambda: None)))
    assert not window.standing.isVisible()


def test_a_dragged_pin_is_asked_about_once_and_remembered(desk: Desk) -> None:
    order = desk.reference("SO-1")
    there = Location(lat=53.56, lon=13.27)
    desk.map.pin_dragged.emit(str(order.id), there)
    desk.qtbot.waitUntil(lambda: bool(desk.console.map.findChildren(QMessageBox)))
    assert desk.map.mark == there, "it stays where it was dropped until it is answered"
    (box,) = desk.console.map.findChildren(QMessageBox)
    yes = next(b for b in box.findChildren(QPushButton) if b.text() == "Move the pin")
    desk.do(lambda: desk.qtbot.mouseClick(yes, Qt.MouseButton.LeftButton))
    moved = desk.reference("SO-1")
    assert desk.map.mark is None
    assert moved.location == there
    assert moved.place is not None
    assert moved.place.precision.value == "confirmed"
    desk.do(desk.console.editor.undo)
    assert desk.reference("SO-1").location == order.location


def test_a_pin_that_was_not_meant_stays(desk: Desk) -> None:
    order = desk.reference("SO-1")
    desk.map.pin_dragged.emit(str(order.id), Location(lat=53.56, lon=13.27))
    desk.qtbot.waitUntil(lambda: bool(desk.console.map.findChildren(QMessageBox)))
    (box,) = desk.console.map.findChildren(QMessageBox)
    desk.do(box.reject)
    assert desk.map.mark is None
    assert desk.reference("SO-1").location == order.location
    assert not desk.console.editor.stack.canUndo()


def test_the_inspector_acts_on_what_is_selected(desk: Desk) -> None:
    console = desk.console
    order = desk.reference("SO-3")
    desk.do(lambda: console.selection.select_orders([order.id], None))
    desk.do(lambda: console.deeds.do(Deed.BEST_FIT))
    assert order.id in desk.board.route_of
    sheet = console.inspector.view.sheet
    assert sheet is not None
    assert Deed.UNASSIGN in sheet.deeds
    desk.do(lambda: console.deeds.do(Deed.UNASSIGN))
    assert order.id not in desk.board.route_of


def test_notes_are_saved_as_an_edit_and_stand_in_the_history(desk: Desk) -> None:
    console = desk.console
    order = desk.reference("SO-3")
    desk.do(lambda: console.selection.select_orders([order.id], None))
    desk.do(lambda: console.inspector.view.notes_saved.emit("Ring twice"))
    assert desk.reference("SO-3").notes == "Ring twice"
    assert [e.action for e in desk.workspace.orders.history(order.id)] == ["changed", "created"]


def test_all_drafts_with_stops_are_released_at_once(desk: Desk) -> None:
    console = desk.console
    desk.do(lambda: console.board.drop_orders([desk.reference("SO-1").id], desk.route(0)))
    desk.do(console.window.acts[Act.RELEASE_ALL].trigger)
    assert desk.board.routes[0].route.status is RouteStatus.RELEASED
    assert desk.board.routes[1].route.status is RouteStatus.DRAFT
    assert desk.reference("SO-1").status is OrderStatus.OUT


def test_layouts_are_kept_each_by_itself_and_can_be_reset(desk: Desk) -> None:
    window = desk.console.window
    docks = window.docks
    assert docks.current_layout is Layout.PLAN
    shown = {pane for pane in Pane if docks.dock(pane).isVisible()}
    assert shown == {Pane.ORDERS, Pane.MAP, Pane.INSPECTOR, Pane.BOARD}
    docks.dock(Pane.INSPECTOR).hide()
    window.acts[Act.LAYOUT_LOAD].trigger()
    assert not docks.dock(Pane.MAP).isVisible()
    assert docks.dock(Pane.INSPECTOR).isVisible()
    window.acts[Act.LAYOUT_PLAN].trigger()
    assert not docks.dock(Pane.INSPECTOR).isVisible()
    assert docks.dock(Pane.MAP).isVisible()
    window.acts[Act.RESET_LAYOUT].trigger()
    assert docks.dock(Pane.INSPECTOR).isVisible()


def test_an_untouched_layout_keeps_its_shares_at_another_size(desk: Desk) -> None:
    window, docks = desk.console.window, desk.console.window.docks
    board = docks.dock(Pane.BOARD)
    window.resize(1366, 740)
    desk.qtbot.waitUntil(lambda: board.height() > 0.4 * docks.height())
    window.resize(1900, 1040)
    desk.qtbot.waitUntil(lambda: board.height() > 0.4 * docks.height())
    assert docks.dock(Pane.ORDERS).width() < 0.35 * docks.width()


def test_the_layout_is_remembered_for_the_next_start(desk: Desk) -> None:
    desk.console.window.acts[Act.LAYOUT_LIVE].trigger()
    desk.console.window.docks.save()
    assert desk.settings.value("layouts/current") == "live"
    desk.console.window.restore()
    assert desk.console.window.docks.current_layout is Layout.LIVE
    assert not desk.console.window.docks.dock(Pane.ORDERS).isVisible()


def test_no_two_actions_of_the_window_share_a_key(desk: Desk) -> None:
    keys = [
        key.toString()
        for action in desk.console.window.actions()
        for key in action.shortcuts()
        if key.toString()
    ]
    assert len(keys) == len(set(keys))


def test_an_empty_database_is_welcomed_until_somebody_goes_on(empty_desk: Desk) -> None:
    window = empty_desk.console.window
    assert window.is_welcoming
    skip = window.findChild(QPushButton, "skip")
    assert skip is not None
    empty_desk.do(lambda: empty_desk.qtbot.mouseClick(skip, Qt.MouseButton.LeftButton))
    assert not window.is_welcoming


def test_a_shared_database_that_does_not_answer_says_why(empty_desk: Desk) -> None:
    page = empty_desk.console.welcome.page
    empty_desk.do(lambda: page.database_chosen.emit("nonsense"))
    assert "not a database address" in page.problem
    assert empty_desk.console.window.is_welcoming


@pytest.mark.parametrize("text", ["<b>Ana</b> & Söhne", 'O\'Neil "Ltd"'])
def test_what_people_wrote_is_shown_as_they_wrote_it(desk: Desk, text: str) -> None:
    order = replace(desk.reference("SO-1"), recipient=text)
    desk.workspace.dispatch.apply(ChangeOrders(put=(order,)))
    desk.do(desk.console.window.acts[Act.RELOAD].trigger)
    desk.do(lambda: desk.console.selection.select_orders([UUID(int=order.id.int)], None))
    sheet = desk.console.inspector.view.sheet
    assert sheet is not None
    assert sheet.subtitle == text


def test_a_refusal_is_gone_once_the_same_went_well(desk: Desk) -> None:
    console = desk.console
    heavy = replace(desk.reference("SO-1"), weight_g=100_000_000)
    desk.workspace.dispatch.apply(ChangeOrders(put=(heavy,)))
    desk.do(desk.console.window.acts[Act.RELOAD].trigger)
    desk.do(lambda: console.board.drop_orders([heavy.id], desk.route(0)))
    current = console.window.notices.current
    assert current is not None
    assert current.severity is Severity.WARNING
    light = desk.reference("SO-2").id
    desk.do(lambda: console.board.drop_orders([light], desk.route(0)))
    assert desk.orders_of(0) == ["SO-2"]
    assert console.window.notices.current is None


def test_the_console_remembers_how_its_board_was_left(desk: Desk) -> None:
    desk.qtbot.keyClick(desk.console.board.view.timeline, Qt.Key.Key_Plus)
    zoom = desk.settings.value("board/zoom", 0.0, float)
    assert isinstance(zoom, float)
    assert zoom == pytest.approx(desk.console.board.view.timeline.axis.scale * 3600)


def test_the_orders_menu_does_with_the_selection_what_the_table_can(desk: Desk) -> None:
    console = desk.console
    menu = console.window.menus[Menu.ORDERS]
    in_menu = {action.text(): action for action in menu.actions() if action.text()}
    wanted = ("Put on hold…", "Move to the next day", "Duplicate", "Cancel order", "Reopen")
    assert not any(in_menu[text].isEnabled() for text in (*wanted, "Unassign"))

    order = desk.reference("SO-2")
    desk.do(lambda: console.selection.select_orders([order.id], console.map))
    assert [text for text in wanted if in_menu[text].isEnabled()] == list(wanted[:4])
    desk.do(in_menu["Duplicate"].trigger)
    assert len(desk.board.orders) == 7
    desk.do(in_menu["Move to the next day"].trigger)
    assert order.id not in desk.board.orders


def test_a_menu_of_the_board_offers_what_is_possible(desk: Desk) -> None:
    console = desk.console
    order = desk.reference("SO-1").id
    desk.do(lambda: console.selection.select_orders([order], console.board))

    def offered() -> set[str]:
        console.deeds.menu([order], None, QPoint(10, 10))
        menu = console.window.findChildren(QMenu, options=_DIRECT)[-1]
        entries = [action for action in menu.actions() if not action.isSeparator()]
        assert all(action.isEnabled() for action in entries)
        found = {action.text() for action in entries}
        menu.close()
        return found

    before = offered()
    assert "Best fit" in before
    assert not before & {"Unassign", "Print label", "Take off hold", "Fix address…"}
    desk.do(lambda: console.board.drop_orders([order], desk.route(0)))
    assert "Unassign" in offered()
    desk.do(lambda: console.board.set_status([desk.route(0)], RouteStatus.RELEASED))
    out = offered()
    assert not out & {"Unassign", "Hold…", "Cancel order", "Lock on its route"}


def test_letters_typed_into_a_search_are_no_keys_of_the_menu(desk: Desk) -> None:
    console = desk.console
    order = desk.reference("SO-3")
    desk.do(lambda: console.selection.select_orders([order.id], console.map))
    search = console.orders.filter.search
    search.setFocus()
    desk.qtbot.keyClicks(search, "ndh")
    assert search.text() == "ndh"
    desk.wait()
    assert desk.board.orders[order.id] == order


def test_a_locked_stop_says_so_and_can_be_unlocked(desk: Desk) -> None:
    console = desk.console
    order = desk.reference("SO-1").id
    desk.do(lambda: console.board.drop_orders([order], desk.route(0)))
    desk.do(lambda: console.selection.select_orders([order], console.board))
    desk.do(lambda: console.deeds.do(Deed.LOCK))
    assert console.editor.stack.undoText() == "Lock SO-1"
    sheet = console.inspector.view.sheet
    assert sheet is not None
    assert Deed.UNLOCK in sheet.deeds
    assert "stays on this route" in [f.value for part in sheet.sections for f in part.facts]
    desk.do(lambda: console.deeds.do(Deed.UNLOCK))
    assert console.editor.stack.undoText() == "Unlock SO-1"
    assert not desk.board.routes[0].route.stops[0].is_locked


def test_an_undo_that_was_offered_goes_with_what_it_would_have_undone(desk: Desk) -> None:
    console, notices = desk.console, desk.console.window.notices
    order = desk.reference("SO-1").id
    desk.do(lambda: console.board.drop_orders([order], desk.route(0)))
    notices.show_done("Optimized.", "Undo", console.editor.undo)
    desk.do(console.window.acts[Act.UNDO].trigger)
    assert notices.current is None


def test_the_list_of_keys_says_where_a_letter_is_one(desk: Desk) -> None:
    desk.console.window.acts[Act.KEYS].trigger()
    table = desk.console.window.findChild(KeysWindow).findChild(QTableWidget)
    listed = {
        table.item(row, 0).text(): table.item(row, 1).text() for row in range(table.rowCount())
    }
    assert listed["F9"] == "Optimize"
    assert listed["H in the orders"] == "Put on hold…"
    assert "L on the board" in listed


def test_the_first_orders_of_a_day_are_brought_into_view_and_later_ones_not(desk: Desk) -> None:
    console = desk.console

    def put(orders: tuple[Order, ...]) -> None:
        desk.do(lambda: console.editor.submit(ChangeOrders(put=orders), "Put"))

    def now(day: date) -> tuple[Order, ...]:
        keys = [order.id for order in first]
        return tuple(replace(each, day=day) for each in desk.workspace.orders.get(keys))

    first = tuple(desk.board.orders.values())
    put(now(DAY + timedelta(days=1)))
    assert not desk.board.orders
    desk.map.fitted = None
    put(now(DAY))
    assert desk.map.fitted is not None
    desk.map.fitted = None
    put((make_order(reference="SO-7"),))
    assert desk.map.fitted is None


def test_messages_are_told_by_the_open_depots_clock(desk: Desk) -> None:
    notices = desk.console.window.notices
    notices.show_info("Saved.")
    (zone,) = {depot.time_zone for depot in desk.console.opening.depots}
    assert zone in notices.messages().splitlines()[0]
