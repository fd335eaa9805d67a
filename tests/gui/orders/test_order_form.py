"""The order form: what it refuses, what it saves, and where it puts an address."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.desktop.editor import Editor
from app.desktop.orders.order_form import OrderForm
from app.desktop.orders.orders_screen import OrdersScreen
from app.desktop.widgets.address_fields import AddressFields
from app.domain.addresses import Address, Place, Precision
from app.domain.fleet import Slot
from app.domain.geo import Location
from app.domain.orders import Order, OrderStatus, Payment
from app.domain.times import local
from app.services.orders import OrderQuery
from tests.factories import (
    BERLIN,
    DAY,
    make_depot,
    make_driver,
    make_order,
    make_shift,
    make_vehicle,
)
from tests.gui.forms import message_of, save
from tests.gui.services import Services


def _form(qtbot: QtBot) -> OrderForm:
    def find() -> OrderForm | None:
        forms = [w for w in QApplication.topLevelWidgets() if isinstance(w, OrderForm)]
        return next((form for form in forms if form.isVisible()), None)

    qtbot.waitUntil(lambda: find() is not None)
    form = find()
    assert form is not None
    return form


def _saved(services: Services, reference: str) -> Order | None:
    page = services.orders.page(OrderQuery(text=reference), 0, 10)
    return next((row.order for row in page.rows if row.order.reference == reference), None)


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_saved(
    qtbot: QtBot, screen: OrdersScreen, services: Services
) -> None:
    screen.set_day(DAY)
    screen.show()
    screen.actions_.new.trigger()
    form = _form(qtbot)
    qtbot.keyClicks(form.email, "nobody")
    form.times.start.setText("12:00")
    form.times.end.setText("8")
    form.weight.setText("-4")
    form.parcels.setText("2")
    form.barcodes.setPlainText("A\nA")
    form.payment.choose(Payment.CASH_ON_DELIVERY)
    save(qtbot, form)
    assert form.isVisible()
    assert message_of(form, "reference") == "This is needed."
    assert "recipient" in message_of(form, "recipient")
    assert "mail address" in message_of(form, "email")
    assert message_of(form, "window") == "The window ends before it starts."
    assert message_of(form, "weight") == "This can't be negative."
    assert "twice" in message_of(form, "barcodes")
    assert "collected" in message_of(form, "cash")
    assert "street or a town" in message_of(form, "street")
    assert services.orders.page(OrderQuery(), 0, 10).total == 0


def test_a_new_order_is_saved_as_it_was_typed_and_can_be_undone(
    qtbot: QtBot, screen: OrdersScreen, services: Services, editor: Editor
) -> None:
    depot = make_depot()
    services.add_fleet(depot)
    screen.set_day(DAY)
    screen.show()
    screen.actions_.new.trigger()
    form = _form(qtbot)
    qtbot.keyClicks(form.reference, "PHONE-1")
    qtbot.keyClicks(form.recipient, "Thea Jahnke")
    qtbot.keyClicks(form.address.street, "Turmstraße 3")
    qtbot.keyClicks(form.address.city, "Neubrandenburg")
    form.depot.choose(depot.id)
    form.times.start.setText("8")
    form.times.end.setText("12:30")
    form.service.setText("5")
    form.weight.setText("4,65")
    form.parcels.setText("2")
    form.payment.choose(Payment.CASH_ON_DELIVERY)
    form.cash.setText("34,90")
    form.currency.setText("eur")
    form.requirements.set_tags(["cold"])
    save(qtbot, form)
    qtbot.waitUntil(lambda: screen.model.total == 1)
    order = _saved(services, "PHONE-1")
    assert order is not None
    assert order.address == Address(street="Turmstraße 3", city="Neubrandenburg")
    assert order.window is not None
    assert local(order.window.start, BERLIN).time() == time(8)
    assert local(order.window.end, BERLIN).time() == time(12, 30)
    assert order.service_time == timedelta(minutes=5)
    assert order.weight_g == 4_650
    assert [parcel.barcode for parcel in order.parcels] == ["PHONE-1-1", "PHONE-1-2"]
    assert order.cod_amount == Decimal("34.90")
    assert order.currency == "EUR"
    assert order.requirements == {"cold"}
    # Without a region nobody knows the address: it waits for a pin.
    assert order.status is OrderStatus.ON_HOLD
    assert "place the pin" in order.hold_reason

    qtbot.waitUntil(editor.stack.canUndo)
    editor.undo()
    qtbot.waitUntil(lambda: screen.model.total == 0)


def test_a_refusal_of_the_service_is_told_in_the_form_which_keeps_what_was_typed(
    qtbot: QtBot, screen: OrdersScreen, services: Services
) -> None:
    services.add_orders([make_order(reference="TWICE")])
    screen.set_day(DAY)
    screen.show()
    screen.actions_.new.trigger()
    form = _form(qtbot)
    qtbot.keyClicks(form.reference, "TWICE")
    qtbot.keyClicks(form.recipient, "Ida")
    qtbot.keyClicks(form.address.street, "Turmstraße 3")
    save(qtbot, form)
    strip = form.findChild(type(form.note), "form_problem")
    assert strip is not None
    qtbot.waitUntil(lambda: "TWICE" in strip.text)
    assert form.isVisible()
    assert form.recipient.text() == "Ida"


def test_a_changed_order_keeps_what_the_form_does_not_show(
    qtbot: QtBot, screen: OrdersScreen, services: Services
) -> None:
    order = make_order(reference="OLD")
    services.add_orders([order])
    screen.set_day(DAY)
    screen.show()
    screen.edit_order(order.id)
    form = _form(qtbot)
    form.notes.setPlainText("Ring twice")
    save(qtbot, form)
    qtbot.waitUntil(lambda: services.order(order.id).notes == "Ring twice")
    changed = services.order(order.id)
    assert changed.place == order.place
    assert changed.parcels == order.parcels
    assert changed.status is OrderStatus.OPEN


def test_typing_an_address_offers_what_the_region_knows_and_takes_its_place(
    qtbot: QtBot, in_region: Services, region_screen: OrdersScreen
) -> None:
    screen = region_screen
    in_region.add_orders([make_order(reference="OLD")])
    screen.set_day(DAY)
    screen.show()
    screen.actions_.new.trigger()
    form = _form(qtbot)
    qtbot.keyClicks(form.reference, "NEW")
    qtbot.keyClicks(form.recipient, "Ida")
    qtbot.keyClicks(form.address.street, "turmstr 3")
    qtbot.waitUntil(lambda: form.address.found.count() > 0)
    assert "Turmstraße 3" in form.address.found.item(0).text()
    rect = form.address.found.visualItemRect(form.address.found.item(0))
    qtbot.mouseClick(form.address.found.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert form.address.street.text() == "Turmstraße 3"
    assert form.address.city.text() == "Neubrandenburg"
    save(qtbot, form)
    qtbot.waitUntil(lambda: _saved(in_region, "NEW") is not None)
    order = _saved(in_region, "NEW")
    assert order is not None
    assert order.place is not None
    assert order.place.precision is Precision.ROOFTOP
    assert order.status is OrderStatus.OPEN


def test_an_unsure_address_is_looked_up_as_soon_as_it_is_shown(qtbot: QtBot) -> None:
    fields = AddressFields()
    qtbot.addWidget(fields)
    address = Address(street="Turmstraße 22", postcode="17033", city="Neubrandenburg")
    at = Location(lat=53.5, lon=13.2)
    unsure = Place(location=at, precision=Precision.ROOFTOP, score=0.6)
    assert not unsure.is_sure
    with qtbot.waitSignal(fields.typed) as asked:
        fields.set_address(address, unsure)
    assert asked.args == [address]
    with qtbot.assertNotEmitted(fields.typed, wait=600):
        fields.set_address(address, Place(location=at, precision=Precision.CONFIRMED))


def test_a_misspelt_address_says_what_it_was_read_as(qtbot: QtBot) -> None:
    fields = AddressFields()
    qtbot.addWidget(fields)
    meant = Place(
        location=Location(lat=53.5, lon=13.2),
        precision=Precision.ROOFTOP,
        score=0.9,
        label="Turmstraße 22, 17033 Neubrandenburg",
    )
    fields.set_address(Address(street="Turmstrasße 22"), meant)
    assert fields.place_line.text() == f"Read as {meant.label}."
    assert fields.place_line.property("kind") == "risk"


def test_the_best_slot_is_chosen_and_another_with_a_click(
    qtbot: QtBot, screen: OrdersScreen, services: Services
) -> None:
    slots = tuple(Slot(start=time(start), end=time(start + 2)) for start in (8, 12, 18))
    depot, driver, vehicle = make_depot(delivery_slots=slots), make_driver(), make_vehicle()
    shift = make_shift(depot=depot, driver=driver, vehicle=vehicle)
    services.add_fleet(depot, driver, vehicle, shift)
    order = make_order()
    services.add_orders([order])
    screen.set_day(DAY)
    screen.edit_order(order.id)
    form = _form(qtbot)
    form.service.setText("no number")
    button = form.findChild(QPushButton, "ask_slots")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    slots_list = form.promise.list
    qtbot.waitUntil(slots_list.isVisible)
    assert slots_list.count() == 3, "the next days have no shifts"
    assert form.times.clocks() == (time(8), time(10))
    slots_list.setCurrentRow(1)
    assert form.times.clocks() == (time(12), time(14))
    evening = slots_list.item(2)
    assert "shift exceeded" in evening.text()
    assert not evening.flags() & Qt.ItemFlag.ItemIsSelectable
    assert form.day.day() == DAY


def test_without_a_place_there_is_nothing_to_promise(qtbot: QtBot, screen: OrdersScreen) -> None:
    screen.set_day(DAY)
    screen.actions_.new.trigger()
    form = _form(qtbot)
    form.promise.asked.emit()
    line = form.promise.findChild(QLabel, "slots_line")
    assert line is not None
    qtbot.waitUntil(lambda: line.text().startswith("Where is it?"))
