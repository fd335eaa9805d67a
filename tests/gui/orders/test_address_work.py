"""The work list of addresses that were not found."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.desktop.editor import Editor
from app.desktop.orders.fix_dialog import FixDialog
from app.desktop.orders.orders_screen import OrdersScreen
from app.desktop.selection import Selection
from app.domain.addresses import Address, Precision
from app.domain.geo import Location
from app.domain.orders import Order, OrderStatus, address_reason, held
from tests.factories import DAY, make_order
from tests.gui.services import Services

PIN = Location(lat=53.55, lon=13.26)


def _lost(reference: str, street: str) -> Order:
    address = Address(street=street, postcode="17033", city="Neubrandenburg")
    order = make_order(reference=reference, address=address, place=None)
    return held(order, address_reason(None))


def _dialog(qtbot: QtBot) -> FixDialog:
    def found() -> list[FixDialog]:
        windows = QApplication.topLevelWidgets()
        return [w for w in windows if isinstance(w, FixDialog) and w.isVisible()]

    qtbot.waitUntil(lambda: bool(found()))
    return found()[0]


def _click(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.waitUntil(button.isEnabled)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def _open(qtbot: QtBot, screen: OrdersScreen) -> FixDialog:
    screen.set_day(DAY)
    screen.show()
    screen.actions_.fix.trigger()
    return _dialog(qtbot)


def test_a_click_on_the_map_places_one_order_after_the_other(
    qtbot: QtBot, screen: OrdersScreen, services: Services, selection: Selection
) -> None:
    first, second = _lost("A", "Nowhere 1"), _lost("B", "Nowhere 2")
    services.add_orders([first, second, held(make_order(reference="C"), "Waits")])
    dialog = _open(qtbot, screen)
    with qtbot.waitSignal(screen.pin_requested) as asked:
        _click(qtbot, dialog.pin)
    assert asked.args == [first.id]
    screen.set_pin(PIN)
    _click(qtbot, dialog.confirm)
    qtbot.waitUntil(lambda: services.order(first.id).status is OrderStatus.OPEN)
    place = services.order(first.id).place
    assert place is not None
    assert place.location == PIN
    assert place.precision is Precision.CONFIRMED

    qtbot.waitUntil(lambda: selection.order == second.id)
    screen.set_pin(PIN)
    with qtbot.waitSignal(screen.pin_ended):
        _click(qtbot, dialog.confirm)
    assert services.order(second.id).status is OrderStatus.OPEN


def test_after_a_click_on_the_map_enter_takes_the_place(
    qtbot: QtBot, screen: OrdersScreen, services: Services
) -> None:
    order = _lost("A", "Nowhere 1")
    services.add_orders([order])
    dialog = _open(qtbot, screen)
    _click(qtbot, dialog.pin)
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    screen.set_pin(PIN)
    qtbot.waitUntil(dialog.isActiveWindow)
    focused = QApplication.focusWidget()
    assert focused is dialog.confirm
    qtbot.keyClick(focused, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: services.order(order.id).status is OrderStatus.OPEN)


def test_the_dialog_leaves_the_middle_of_the_window_to_the_map(
    qtbot: QtBot, screen: OrdersScreen, services: Services
) -> None:
    services.add_orders([_lost("A", "Nowhere 1")])
    screen.resize(1366, 740)
    dialog = _open(qtbot, screen)
    middle = screen.mapToGlobal(screen.rect().center())
    assert dialog.frameGeometry().right() < middle.x()


def test_a_place_can_be_taken_back(
    qtbot: QtBot, screen: OrdersScreen, services: Services, editor: Editor
) -> None:
    order = _lost("A", "Nowhere 1")
    services.add_orders([order])
    dialog = _open(qtbot, screen)
    screen.set_pin(PIN)
    _click(qtbot, dialog.confirm)
    qtbot.waitUntil(editor.stack.canUndo)
    editor.undo()
    qtbot.waitUntil(lambda: services.order(order.id).status is OrderStatus.ON_HOLD)
    assert services.order(order.id).place is None


def test_what_is_left_for_later_stays_on_hold_and_comes_again(
    qtbot: QtBot, screen: OrdersScreen, services: Services, selection: Selection
) -> None:
    orders = [_lost("A", "Nowhere 1"), _lost("B", "Nowhere 2")]
    services.add_orders(orders)
    dialog = _open(qtbot, screen)
    shown: list[object] = []
    selection.changed.connect(lambda _origin: shown.append(selection.order))
    _click(qtbot, dialog.skip)
    qtbot.waitUntil(lambda: shown[-1:] == [orders[1].id])
    _click(qtbot, dialog.skip)
    qtbot.waitUntil(lambda: shown[-1:] == [orders[0].id])
    assert all(services.order(o.id).status is OrderStatus.ON_HOLD for o in orders)
    dialog.reject()


def test_the_work_begins_with_the_order_that_is_chosen(
    qtbot: QtBot, screen: OrdersScreen, services: Services, selection: Selection
) -> None:
    orders = [_lost("A", "Nowhere 1"), _lost("B", "Nowhere 2")]
    services.add_orders(orders)
    selection.select_orders([orders[1].id])
    dialog = _open(qtbot, screen)
    assert selection.order == orders[1].id
    address = dialog.findChild(QLabel, "fix_address")
    assert address is not None
    assert "Nowhere 2" in address.text()
    dialog.reject()


def test_a_house_that_a_person_recognises_becomes_a_pin(
    qtbot: QtBot, region_screen: OrdersScreen, in_region: Services
) -> None:
    order = _lost("A", "Turmstrase 3")
    in_region.add_orders([order])
    looked_at: list[object] = []
    region_screen.location_shown.connect(looked_at.append)
    dialog = _open(qtbot, region_screen)
    qtbot.waitUntil(lambda: bool(dialog.found.chosen))
    (chosen,) = dialog.found.chosen
    assert chosen.address.street == "Turmstraße 3"
    assert looked_at[-1] == chosen.place.location
    _click(qtbot, dialog.confirm)
    qtbot.waitUntil(lambda: looked_at[-1] is None)
    qtbot.waitUntil(lambda: in_region.order(order.id).status is OrderStatus.OPEN)
    place = in_region.order(order.id).place
    assert place is not None
    assert place.precision is Precision.CONFIRMED


def test_a_street_that_is_taken_stays_known_as_a_street(
    qtbot: QtBot, region_screen: OrdersScreen, in_region: Services
) -> None:
    order = _lost("A", "Nowhere 7")
    in_region.add_orders([order])
    dialog = _open(qtbot, region_screen)
    qtbot.keyClicks(dialog.search, "Turmstraße")
    qtbot.waitUntil(
        lambda: any(c.place.precision is Precision.STREET for c in dialog.found.records.records)
    )
    dialog.found.choose(lambda found: found.place.precision is Precision.STREET)
    _click(qtbot, dialog.confirm)
    qtbot.waitUntil(lambda: in_region.order(order.id).status is OrderStatus.OPEN)
    place = in_region.order(order.id).place
    assert place is not None
    assert place.precision is Precision.STREET


def test_with_nothing_to_do_no_dialog_opens(qtbot: QtBot, screen: OrdersScreen) -> None:
    screen.set_day(DAY)
    screen.show()
    with qtbot.waitSignal(screen.noticed) as notice:
        screen.actions_.fix.trigger()
    assert "No order" in notice.args[0]
