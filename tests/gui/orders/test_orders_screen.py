"""The orders pane with real events: what is shown, chosen and done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtWidgets import QComboBox, QToolButton
from pytestqt.qtbot import QtBot
from sqlalchemy import event

from app.desktop.editor import Editor
from app.desktop.orders.hold_dialog import HoldDialog
from app.desktop.orders.orders_model import Column, OrdersModel
from app.desktop.orders.orders_screen import OrdersScreen
from app.desktop.orders.orders_view import OrdersTable
from app.desktop.selection import Selection
from app.desktop.tasks import Tasks
from app.desktop.widgets.dragging import MIME_ORDERS
from app.domain.edits import Changes
from app.domain.orders import Order, OrderStatus, held
from app.services.orders import Chip
from tests.factories import DAY, make_order
from tests.gui.services import Services


def _orders(count: int) -> list[Order]:
    return [make_order(reference=f"SO-{number:04}") for number in range(count)]


def _open(qtbot: QtBot, screen: OrdersScreen, total: int) -> None:
    screen.set_day(DAY)
    screen.show()
    qtbot.waitUntil(lambda: screen.model.total == total)


def _texts(model: OrdersModel, column: Column) -> list[object]:
    return [model.index(row, column).data() for row in range(model.total)]


def _click_row(
    qtbot: QtBot,
    table: OrdersTable,
    row: int,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    place = table.visualRect(table.model().index(row, Column.REFERENCE)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def _chip(screen: OrdersScreen, chip: Chip) -> QToolButton:
    button = screen.findChild(QToolButton, f"chip_{chip.value}")
    assert button is not None
    return button


def _click_chip(qtbot: QtBot, screen: OrdersScreen, chip: Chip) -> None:
    button = _chip(screen, chip)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))


def test_nothing_is_read_before_it_is_known_which_day_to_show(
    qtbot: QtBot, screen: OrdersScreen, services: Services
) -> None:
    services.add_orders(_orders(1))
    screen.show()
    assert screen.is_idle
    screen.set_day(DAY)
    qtbot.waitUntil(lambda: screen.model.total == 1)


def test_only_the_rows_that_are_looked_at_are_read(
    qtbot: QtBot, services: Services, screen: OrdersScreen
) -> None:
    services.add_orders(_orders(1_000))
    _open(qtbot, screen, 1_000)
    assert screen.model.rowCount() == 1_000
    assert screen.model.order(0) is not None
    assert screen.model.order(700) is None

    with qtbot.waitSignal(screen.table.rows_shown):
        screen.table.verticalScrollBar().setValue(700)
    qtbot.waitUntil(lambda: screen.model.order(700) is not None)
    assert screen.model.index(700, Column.REFERENCE).data() == "SO-0700"
    assert screen.model.order(400) is None


def test_typing_narrows_the_table_by_reference_name_street_phone_and_barcode(
    qtbot: QtBot, services: Services, screen: OrdersScreen
) -> None:
    orders = _orders(20)
    services.add_orders(
        [*orders, make_order(reference="X", recipient="Zoë Ångström", phone="+49 30 123")]
    )
    _open(qtbot, screen, 21)
    for typed, found in [
        ("so-0007", "SO-0007"),
        ("angstrom", "X"),
        ("49 30 123", "X"),
        (orders[3].parcels[0].barcode, "SO-0003"),
    ]:
        screen.filter.search.clear()
        qtbot.keyClicks(screen.filter.search, typed)
        qtbot.waitUntil(lambda found=found: _texts(screen.model, Column.REFERENCE) == [found])
    screen.filter.search.clear()
    qtbot.keyClicks(screen.filter.search, "turmstr")
    qtbot.waitUntil(lambda: screen.model.total == 21)


def test_a_search_that_finds_nothing_says_what_was_looked_for(
    qtbot: QtBot, services: Services, screen: OrdersScreen
) -> None:
    services.add_orders(_orders(3))
    _open(qtbot, screen, 3)
    qtbot.keyClicks(screen.filter.search, "nobody")
    qtbot.waitUntil(lambda: screen.empty.isVisible())
    assert "nobody" in screen.empty.text()


def test_chips_count_the_day_and_follow_every_change(
    qtbot: QtBot, services: Services, screen: OrdersScreen
) -> None:
    orders = _orders(5)
    services.add_orders([*orders[:3], *(held(order, "Waits") for order in orders[3:])])
    _open(qtbot, screen, 5)
    qtbot.waitUntil(lambda: _chip(screen, Chip.ON_HOLD).text() == "On hold 2")
    assert _chip(screen, Chip.ALL).text() == "All 5"

    _click_row(qtbot, screen.table, 0)
    screen.actions_.cancel.trigger()
    qtbot.waitUntil(lambda: _chip(screen, Chip.ALL).text() == "All 4")
    assert _chip(screen, Chip.CANCELLED).text() == "Cancelled 1"


def test_rows_that_a_chip_has_counted_are_not_counted_again(
    qtbot: QtBot, services: Services, screen: OrdersScreen
) -> None:
    orders = _orders(60)
    services.add_orders(orders)
    _open(qtbot, screen, 60)
    qtbot.waitUntil(lambda: screen.is_idle)
    said: list[str] = []
    event.listen(
        services.database.engine, "before_cursor_execute", lambda *args: said.append(args[2])
    )
    with qtbot.waitSignal(screen.model.modelReset):
        _click_chip(qtbot, screen, Chip.UNASSIGNED)
    assert screen.model.total == 60
    qtbot.waitUntil(lambda: screen.is_idle)
    assert not any("count(orders.id)" in each for each in said)
    services.add_orders([make_order(reference="NEW-1")])
    screen.on_changes(Changes(days=frozenset({DAY})), None)
    qtbot.waitUntil(lambda: screen.model.total == 61)
    assert any("count(orders.id)" in each for each in said)


def test_a_chip_shows_its_orders_with_the_reason_beside_the_reference(
    qtbot: QtBot, services: Services, screen: OrdersScreen
) -> None:
    services.add_orders([make_order(), held(make_order(reference="H"), "House number not found")])
    _open(qtbot, screen, 2)
    _click_chip(qtbot, screen, Chip.ON_HOLD)
    qtbot.waitUntil(lambda: screen.model.total == 1)
    assert _texts(screen.model, Column.ROUTE) == ["House number not found"]
    header = screen.table.horizontalHeader()
    assert header.visualIndex(Column.ROUTE) == header.visualIndex(Column.REFERENCE) + 1


def test_the_reason_of_a_hold_is_in_words_in_the_row_and_its_tool_tip(
    qtbot: QtBot, services: Services, screen: OrdersScreen
) -> None:
    services.add_orders([held(make_order(), "Waits for the customer")])
    _open(qtbot, screen, 1)
    assert _texts(screen.model, Column.ROUTE) == ["Waits for the customer"]
    tip = screen.model.index(0, Column.STATE).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "<qt>On hold: Waits for the customer</qt>"


def test_a_click_on_a_header_sorts_in_the_database(
    qtbot: QtBot, services: Services, screen: OrdersScreen
) -> None:
    services.add_orders(
        make_order(reference=f"R{number}", weight_g=weight)
        for number, weight in enumerate([2_000, 9_000, 4_000])
    )
    _open(qtbot, screen, 3)
    header = screen.table.horizontalHeader()
    screen.resize(1600, 480)
    place = QPoint(header.sectionViewportPosition(Column.WEIGHT) + 20, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: _texts(screen.model, Column.REFERENCE) == ["R0", "R2", "R1"])
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: _texts(screen.model, Column.REFERENCE) == ["R1", "R2", "R0"])


def test_the_selection_stays_with_the_orders_when_rows_come_before_them(
    qtbot: QtBot, services: Services, screen: OrdersScreen, tasks: Tasks
) -> None:
    orders = _orders(5)
    services.add_orders(orders)
    _open(qtbot, screen, 5)
    _click_row(qtbot, screen.table, 1)
    _click_row(qtbot, screen.table, 3, Qt.KeyboardModifier.ControlModifier)
    assert screen.chosen == (orders[1].id, orders[3].id)

    first = make_order(reference="A-first")
    tasks.publish(services.add_orders([first]))
    qtbot.waitUntil(lambda: screen.model.total == 6)
    rows = sorted(index.row() for index in screen.table.selectionModel().selectedRows())
    assert rows == [2, 4]
    assert screen.chosen == (orders[1].id, orders[3].id)


def test_all_rows_can_be_chosen_although_most_were_never_read(
    qtbot: QtBot, services: Services, screen: OrdersScreen, selection: Selection
) -> None:
    orders = _orders(900)
    services.add_orders(orders)
    _open(qtbot, screen, 900)
    qtbot.keyClick(screen.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(selection.orders) == 900)
    assert set(selection.orders) == {order.id for order in orders}
    assert len(screen.table.selectionModel().selectedRows()) == 900


def test_an_order_chosen_elsewhere_is_chosen_here_and_scrolled_to(
    qtbot: QtBot, services: Services, screen: OrdersScreen, selection: Selection
) -> None:
    orders = _orders(900)
    services.add_orders(orders)
    _open(qtbot, screen, 900)
    selection.select_orders([orders[800].id], "the map")
    qtbot.waitUntil(lambda: bool(screen.table.selectionModel().selectedRows()))
    assert screen.table.selectionModel().selectedRows()[0].row() == 800
    first, last = screen.table.visible_rows
    assert first <= 800 <= last


def test_a_drag_carries_the_chosen_ids_as_lines_of_text(
    qtbot: QtBot, services: Services, screen: OrdersScreen
) -> None:
    orders = _orders(3)
    services.add_orders(orders)
    _open(qtbot, screen, 3)
    indexes = [screen.model.index(row, 0) for row in (0, 2)]
    mime = screen.model.mimeData(indexes)
    assert mime.formats() == [MIME_ORDERS]
    lines = bytes(mime.data(MIME_ORDERS).data()).decode().split("\n")
    assert lines == [str(orders[0].id), str(orders[2].id)]


def test_columns_that_were_hidden_and_moved_are_so_at_the_next_start(
    qtbot: QtBot,
    services: Services,
    screen: OrdersScreen,
    tasks: Tasks,
    editor: Editor,
    settings: QSettings,
) -> None:
    services.add_orders(_orders(1))
    _open(qtbot, screen, 1)
    screen.table.horizontalHeader().moveSection(0, 3)
    screen.table.setColumnHidden(Column.METHOD, True)
    screen.table.remember_columns()

    later = OrdersScreen(
        services.orders,
        services.fleet,
        services.addresses,
        services.imports,
        services.promise,
        tasks,
        editor,
        Selection(),
        settings,
    )
    qtbot.addWidget(later)
    assert later.table.horizontalHeader().visualIndex(Column.STATE) == 3
    assert later.table.isColumnHidden(Column.METHOD)
    later.table.reset_columns()
    assert later.table.horizontalHeader().visualIndex(Column.STATE) == 0
    assert not later.table.isColumnHidden(Column.METHOD)


def test_a_key_moves_every_chosen_order_to_the_next_day(
    qtbot: QtBot, services: Services, screen: OrdersScreen
) -> None:
    orders = _orders(3)
    services.add_orders(orders)
    _open(qtbot, screen, 3)
    _choose(qtbot, screen, [0, 1])
    qtbot.keyClick(screen.table, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: screen.model.total == 1)
    assert services.order(orders[0].id).day == DAY + timedelta(days=1)
    assert services.order(orders[1].id).day == DAY + timedelta(days=1)


def test_undo_brings_back_what_was_cancelled(
    qtbot: QtBot, services: Services, screen: OrdersScreen, editor: Editor
) -> None:
    orders = _orders(2)
    services.add_orders(orders)
    _open(qtbot, screen, 2)
    _choose(qtbot, screen, [0, 1])
    qtbot.keyClick(screen.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: screen.model.total == 0)
    assert services.order(orders[0].id).status is OrderStatus.CANCELLED
    qtbot.waitUntil(editor.stack.canUndo)
    editor.undo()
    qtbot.waitUntil(lambda: screen.model.total == 2)


def test_a_duplicate_is_an_open_order_of_its_own(
    qtbot: QtBot, services: Services, screen: OrdersScreen
) -> None:
    services.add_orders(_orders(1))
    _open(qtbot, screen, 1)
    _choose(qtbot, screen, [0])
    qtbot.keyClick(screen.table, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: screen.model.total == 2)
    assert len(set(_texts(screen.model, Column.REFERENCE))) == 2


def test_putting_on_hold_asks_why_and_keeps_the_answer(
    qtbot: QtBot, services: Services, screen: OrdersScreen
) -> None:
    orders = _orders(1)
    services.add_orders(orders)
    _open(qtbot, screen, 1)
    _choose(qtbot, screen, [0])
    qtbot.keyClick(screen.table, Qt.Key.Key_H)
    dialog = screen.window().findChild(HoldDialog)
    assert dialog is not None
    combo = dialog.findChild(QComboBox, "hold_reason")
    assert combo is not None
    line = combo.lineEdit()
    assert line is not None
    combo.setEditText("Rings back at noon")
    # What Enter tells; a key itself needs the focus, which not every test's window gets.
    line.returnPressed.emit()
    qtbot.waitUntil(lambda: services.order(orders[0].id).status is OrderStatus.ON_HOLD)
    assert services.order(orders[0].id).hold_reason == "Rings back at noon"

    # What the service knows the screen has yet to show.
    qtbot.waitUntil(screen.actions_.release.isEnabled)
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    qtbot.keyClick(screen.table, Qt.Key.Key_H, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: services.order(orders[0].id).status is OrderStatus.OPEN)


def test_single_letters_in_the_search_box_stay_letters(
    qtbot: QtBot, services: Services, screen: OrdersScreen
) -> None:
    orders = _orders(1)
    services.add_orders(orders)
    _open(qtbot, screen, 1)
    _choose(qtbot, screen, [0])
    screen.filter.search.setFocus()
    qtbot.keyClicks(screen.filter.search, "nduh")
    assert screen.filter.search.text() == "nduh"
    qtbot.waitUntil(lambda: screen.model.total == 0)
    assert services.order(orders[0].id).day == DAY


def test_only_what_the_chosen_orders_allow_can_be_asked_for(
    qtbot: QtBot, services: Services, screen: OrdersScreen
) -> None:
    services.add_orders([make_order(reference="A"), held(make_order(reference="B"), "Waits")])
    _open(qtbot, screen, 2)
    actions = screen.actions_
    assert not any(action.isEnabled() for action in actions.of_deed.values())

    _click_row(qtbot, screen.table, 0)
    for action in (actions.edit, actions.assign, actions.hold, actions.cancel, actions.next_day):
        assert action.isEnabled(), action.text()
    for action in (actions.unassign, actions.release, actions.reopen, actions.label):
        assert not action.isEnabled(), action.text()
    in_menu = {action.text() for action in actions.menu(screen).actions()}
    assert {"Assign to…", "Put on hold…", "Fix addresses…"} <= in_menu
    assert not in_menu & {"Unassign", "Reopen", "Take off hold", "Print label"}

    _click_row(qtbot, screen.table, 1)
    assert actions.release.isEnabled()
    assert not actions.hold.isEnabled()
    assert not actions.assign.isEnabled()

    actions.cancel.trigger()
    _click_chip(qtbot, screen, Chip.CANCELLED)
    qtbot.waitUntil(lambda: screen.model.total == 1)
    qtbot.waitUntil(actions.reopen.isEnabled)
    assert not actions.cancel.isEnabled()


def test_of_a_mixed_choice_those_are_changed_that_can_be(
    qtbot: QtBot, services: Services, screen: OrdersScreen, editor: Editor
) -> None:
    free, waiting = make_order(reference="A"), held(make_order(reference="B"), "Waits")
    services.add_orders([free, waiting])
    _open(qtbot, screen, 2)
    _choose(qtbot, screen, [0, 1])
    assert not screen.actions_.edit.isEnabled()
    with qtbot.waitSignal(screen.noticed) as said:
        qtbot.keyClick(screen.table, Qt.Key.Key_H, Qt.KeyboardModifier.ShiftModifier)
    assert "1 of 2 chosen orders" in said.args[0]
    assert services.order(waiting.id).status is OrderStatus.OPEN
    assert services.order(free.id).version == 1
    assert editor.stack.undoText() == "Take off hold: B"


def _choose(qtbot: QtBot, screen: OrdersScreen, rows: Sequence[int]) -> None:
    screen.table.setFocus()
    for row in rows:
        _click_row(qtbot, screen.table, row, Qt.KeyboardModifier.ControlModifier)
    assert len(screen.chosen) == len(rows)
