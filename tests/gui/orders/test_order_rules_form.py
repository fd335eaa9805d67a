"""What an order asks beyond the everyday, in its form."""

from __future__ import annotations

from datetime import time, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.desktop.editor import Editor
from app.desktop.orders.order_form import OrderForm
from app.desktop.orders.orders_screen import OrdersScreen
from app.domain.ids import DriverId
from app.domain.orders import Order
from app.domain.rules import NO_ORDER_RULES, OrderRules, Overrun
from app.domain.times import day_window, instant
from app.services.orders import OrderQuery
from app.storage.keys import new_id
from tests.factories import BERLIN, DAY, make_depot, make_driver, make_order, window
from tests.gui.forms import save
from tests.gui.services import Services


def _open(qtbot: QtBot, screen: OrdersScreen, services: Services) -> OrderForm:
    """The form of the only order, opened anew."""
    screen.set_day(DAY)
    screen.show()
    screen.edit_order(_now(services).id)

    def find() -> OrderForm | None:
        forms = [w for w in QApplication.topLevelWidgets() if isinstance(w, OrderForm)]
        return next((form for form in forms if form.isVisible()), None)

    qtbot.waitUntil(lambda: find() is not None)
    form = find()
    assert form is not None
    return form


def _closed(qtbot: QtBot) -> None:
    qtbot.waitUntil(
        lambda: (
            not any(
                isinstance(w, OrderForm) and w.isVisible() for w in QApplication.topLevelWidgets()
            )
        )
    )


def _message(form: OrderForm, name: str) -> str:
    label = form.findChild(QLabel, f"{name}_message")
    assert label is not None
    return label.text()


def _type(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def _now(services: Services) -> Order:
    (row,) = services.orders.page(OrderQuery(), 0, 10).rows
    return row.order


def test_the_everyday_order_keeps_its_rules_folded_and_gets_none(
    qtbot: QtBot, screen: OrdersScreen, services: Services
) -> None:
    services.add_fleet(make_depot())
    services.add_orders([make_order(time_zone="Europe/Berlin")])
    form = _open(qtbot, screen, services)
    assert not form.more.is_open
    assert not form.more.ready.isVisible()
    form.notes.setPlainText("Ring twice")
    save(qtbot, form)
    _closed(qtbot)
    assert _now(services).notes == "Ring twice"
    assert _now(services).rules == NO_ORDER_RULES


def test_what_is_asked_is_typed_kept_and_undone(
    qtbot: QtBot, screen: OrdersScreen, services: Services, editor: Editor
) -> None:
    services.add_fleet(make_depot(), make_driver(name="Anna"), make_driver(name="Miller, Jan"))
    drivers = {driver.name: driver.id for driver in services.fleet.drivers()}
    services.add_orders([make_order(window=window("08:00", "10:00"), time_zone="Europe/Berlin")])
    form = _open(qtbot, screen, services)
    more = form.more
    more.heading.setFocus()
    qtbot.keyClick(more.heading, Qt.Key.Key_Space)
    assert more.ready.isVisible()
    for field, text in (
        (more.window2.start, "14"), (more.window2.end, "16:00"), (more.ready, "7:30"),
        (more.back, "12,5"), (more.back_parcels, "3"),
        (more.setup, "4"), (more.late, "15"), (more.late_price, "12"), (more.drop_price, "25,5"),
        (more.drivers.entry, "anna"), (more.barred.entry, "miller, jan"),
        (more.goods.entry, "Food,frozen"), (more.apart.entry, "paint"),
        (more.loads.rows[0][0], "Cages"), (more.loads.rows[0][1], "3"),
        (more.service_by_type.rows[0][0], "Bike"),
    ):  # fmt: skip
        _type(qtbot, field, text)
    save(qtbot, form)
    assert _message(form, "service_by_type") == "How many minutes with bike?"
    _type(qtbot, more.service_by_type.rows[0][1], "2,5")
    _type(qtbot, more.service_by_type.rows[1][0], "truck")
    _type(qtbot, more.service_by_type.rows[1][1], "6")
    save(qtbot, form)
    _closed(qtbot)
    saved = _now(services)
    assert saved.rules == OrderRules(
        more_windows=(day_window(DAY, time(14), time(16), BERLIN),),
        released_at=instant(DAY, time(7, 30), BERLIN),
        setup_time=timedelta(minutes=4),
        service_by_type=(("bike", timedelta(minutes=2.5)), ("truck", timedelta(minutes=6))),
        drivers=frozenset({drivers["Anna"]}),
        barred_drivers=frozenset({drivers["Miller, Jan"]}),
        goods=frozenset({"food", "frozen"}),
        apart_from=frozenset({"paint"}),
        takes_back=(12_500, 0, 3),
        drop_price=25.5,
        lateness=Overrun(most=timedelta(minutes=15), per_hour=12.0),
    )
    assert saved.more_load == (("cages", 3),)
    again = _open(qtbot, screen, services)
    assert again.more.is_open
    assert again.more.barred.tags == {"Miller, Jan"}
    again.notes.setPlainText("Ring twice")
    save(qtbot, again)
    _closed(qtbot)
    assert (_now(services).rules, _now(services).more_load) == (saved.rules, saved.more_load)
    editor.undo()
    qtbot.waitUntil(lambda: not editor.is_busy)
    editor.undo()
    qtbot.waitUntil(lambda: _now(services).rules == NO_ORDER_RULES)
    assert _now(services).more_load == ()


def test_a_driver_who_was_removed_does_not_open_the_order_to_everybody(
    qtbot: QtBot, screen: OrdersScreen, services: Services
) -> None:
    services.add_fleet(make_depot())
    rules = OrderRules(drivers=frozenset({DriverId(new_id())}))
    services.add_orders([make_order(rules=rules, time_zone="Europe/Berlin")])
    form = _open(qtbot, screen, services)
    assert form.more.drivers.tags == {"Removed driver"}
    save(qtbot, form)
    _closed(qtbot)
    assert _now(services).rules == rules


def test_what_can_t_be_opens_the_fold_and_saves_nothing(
    qtbot: QtBot, screen: OrdersScreen, services: Services
) -> None:
    services.add_fleet(make_depot(), make_driver(name="Anna"))
    services.add_orders([make_order(window=window("08:00", "10:00"), time_zone="Europe/Berlin")])
    form = _open(qtbot, screen, services)
    more = form.more
    more.set_open(True)
    for field, text in (
        (more.window2.start, "9"), (more.window2.end, "16"), (more.late_price, "12"),
        (more.drop_price, "much"), (more.drivers.entry, "Anna"), (more.barred.entry, "Anna"),
        (more.preferred.entry, "Nobody"), (more.loads.rows[0][1], "3"),
    ):  # fmt: skip
        _type(qtbot, field, text)
    more.set_open(False)
    save(qtbot, form)
    assert form.isVisible()
    assert more.is_open
    assert _message(form, "window2") == "It overlaps another window."
    assert _message(form, "late") == "How late may it be?"
    assert "not a number" in _message(form, "drop_price")
    assert "both allowed and not" in _message(form, "barred")
    assert "no driver called Nobody" in _message(form, "preferred")
    assert "a name" in _message(form, "loads")
    assert _now(services).rules == NO_ORDER_RULES
    form.reject()


def test_the_tab_key_goes_down_the_form_and_ends_at_save(qtbot: QtBot) -> None:
    form = OrderForm(make_order(version=1), [make_depot()], BERLIN)
    qtbot.addWidget(form)
    form.more.set_open(True)
    form.show()
    seen = []
    for _ in range(60):
        field = form.focusWidget()
        assert field is not None
        seen.append(field.objectName())
        if seen[-1] == "form_save":
            break
        qtbot.keyClick(field, Qt.Key.Key_Tab)
    wanted = ["reference", "email", "street", "city", "window_start", "notes", "fold_heading",
              "window2_start", "drop_price", "loads_name_0", "form_save"]  # fmt: skip
    assert [name for name in seen if name in wanted] == wanted
