"""Why an order is not planned or late, and the remedies, in the inspector of a whole console."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import chain

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.desktop.inspector.advice import Choice, Part, order_advice
from app.desktop.inspector.advice_view import AdviceView
from app.desktop.inspector.inspector_view import InspectorView
from app.desktop.inspector.sheet import Sheet
from app.domain.board import BoardRoute
from app.domain.edits import ChangeOrders
from app.domain.orders import Order
from app.domain.rules import OrderRules, Pause, ShiftRules
from app.planning.ladder import Ladders
from tests.factories import make_route, make_shift, window
from tests.gui.shell.conftest import Desk
from tests.unit.planning.applied import make_day
from tests.unit.planning.days import travel_of
from tests.unit.planning.ladders import served


def changed(desk: Desk, name: str, **changes: object) -> Order:
    order = replace(desk.reference(name), **changes)  # type: ignore[arg-type]
    desk.do(lambda: desk.console.editor.submit(ChangeOrders(put=(order,)), "Change"))
    return desk.reference(name)


def chosen(desk: Desk, order: Order) -> dict[str, list[Choice]]:
    desk.do(lambda: desk.console.selection.clear(None))
    desk.do(lambda: desk.console.selection.select_orders([order.id], None))
    return {part.title: list(part.choices) for part in desk.console.inspector.view.advice}


def applied(desk: Desk, text: str) -> None:
    """Click the button beside a choice."""
    buttons = desk.console.inspector.view.findChildren(QPushButton, "apply_advice")
    (button,) = [each for each in buttons if text in each.accessibleName()]
    desk.do(button.click)


def of(desk: Desk, number: int) -> BoardRoute:
    return desk.board.routes[number]


def test_an_order_that_fits_is_put_where_it_costs_least_with_one_click(desk: Desk) -> None:
    order = desk.reference("SO-1")
    places = chosen(desk, order)["Best places"]
    assert {place.text for place in places} == {"Ana · Van 3, stop 1", "Bram · Van 7, stop 1"}
    assert "1 % full" in places[0].detail
    applied(desk, "Bram · Van 7")
    assert desk.board.route_of == {order.id: desk.route(1)}
    desk.do(desk.console.editor.undo)
    assert desk.board.route_of == {}


def test_an_order_that_is_too_long_for_every_shift_is_told_how_much_longer_it_must_be(
    desk: Desk,
) -> None:
    order = changed(desk, "SO-1", service_time=timedelta(hours=10))
    advice = chosen(desk, order)
    assert list(advice) == ["What would make room", "Why no shift takes it"]
    first = advice["What would make room"][0]
    assert first.text.startswith("Ana · Van 3 ends ")
    before = of(desk, 0).route.shift.window.end
    applied(desk, first.text)
    assert of(desk, 0).route.shift.window.end > before
    assert of(desk, 0).route.orders == (order.id,)
    assert of(desk, 0).timetable.is_feasible
    desk.do(desk.console.editor.undo)
    assert of(desk, 0).route.shift.window.end == before
    assert not desk.board.route_of


def test_shifts_that_were_not_looked_at_closely_are_sure_to_say_no() -> None:
    pause = Pause(length=timedelta(minutes=30), after_work=timedelta(hours=6))
    rules = ShiftRules(pauses=(pause,))
    full = [[served(5), *(served(0) for _ in range(13))] for _ in range(8)]
    routes = [make_route(make_shift(rules=rules), orders) for orders in full]
    new = served(5)
    known = [*chain(*full), new]
    board = make_day(routes, known, travel_of(routes, known))
    why = order_advice(Ladders(board), new)[-1]
    assert why.title == "Why no shift takes it"
    assert (len(why.lines), len(why.more)) == (5, 3)
    assert not any("might" in text for _, text in why.lines + why.more)
    assert why.more_text == "3 more shifts say no"


def test_a_half_that_waits_for_the_other_one_is_offered_no_place() -> None:
    delivery = served(1, reference="SO-7", rules=OrderRules(collected_by=served(1).id))
    route = make_route(make_shift(), [])
    board = make_day([route], [delivery], travel_of([route], [delivery]))
    (why,) = order_advice(Ladders(board), delivery)
    assert not why.choices
    assert why.lines == (("", "Its goods come from a pickup that is not planned on this day."),)


def test_every_shift_tells_its_answer_when_asked(qtbot: QtBot) -> None:
    view = AdviceView()
    qtbot.addWidget(view)
    more = (("Ana <b>1</b>", "Late by 5 min."), ("Bram", "Late by 6 min."))
    part = Part(title="Why", lines=(("Cleo", "Late."),), more=more, more_text="2 more")
    view.show_advice((part,))
    view.show()
    assert "Late by 5 min." not in shown(view)
    (button,) = view.findChildren(QPushButton, "more_advice")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    told = "Ana <b>1</b>\nLate by 5 min.\n\nBram\nLate by 6 min."
    qtbot.waitUntil(lambda: told in shown(view))
    assert not button.isVisible()


def test_advice_stays_until_there_is_other_and_goes_with_the_state_it_was_for(
    qtbot: QtBot,
) -> None:
    view = InspectorView()
    qtbot.addWidget(view)
    view.show_sheet(Sheet(title="SO-1", badge="Unassigned"))
    advice = (Part(title="What would make room"),)
    view.show_advice(advice)
    view.show_sheet(Sheet(title="SO-1", badge="Unassigned", subtitle="changed"))
    assert view.advice == advice
    view.show_sheet(Sheet(title="SO-1", badge="Planned"))
    assert view.advice == ()


def shown(view: AdviceView) -> list[str]:
    return [label.text() for label in view.findChildren(QLabel) if label.isVisible()]


def test_a_late_stop_is_explained_and_mended_by_a_swap(desk: Desk) -> None:
    early = changed(desk, "SO-1", service_time=timedelta(hours=2))
    late = changed(desk, "SO-2", window=window("08:00", "09:00"))
    desk.do(lambda: desk.console.board.drop_orders([early.id, late.id], desk.route(0), 0))
    assert not of(desk, 0).timetable.is_feasible
    advice = chosen(desk, late)
    assert list(advice) == ["Why", "What mends it"]
    applied(desk, "Swap stops 1 and 2")
    assert of(desk, 0).route.orders == (late.id, early.id)
    assert of(desk, 0).timetable.is_feasible
    assert desk.console.inspector.view.advice == ()


def test_where_no_cause_alone_makes_a_stop_late_the_two_gravest_are_named(desk: Desk) -> None:
    long = changed(desk, "SO-1", service_time=timedelta(hours=3))
    longer = changed(desk, "SO-2", service_time=timedelta(hours=4))
    late = changed(desk, "SO-3", window=window("08:00", "09:00"))
    orders = [long.id, longer.id, late.id]
    desk.do(lambda: desk.console.board.drop_orders(orders, desk.route(0), 0))
    chosen(desk, late)
    (why,) = [part for part in desk.console.inspector.view.advice if part.title == "Why"]
    ((_, text),) = why.lines
    assert text == (
        "Because of the 4 h 00 min at the door of stop 2, SO-2 "
        "and the 3 h 00 min at the door of stop 1, SO-1."
    )


def test_a_route_too_long_is_mended_from_its_own_sheet(desk: Desk) -> None:
    long = changed(desk, "SO-1", service_time=timedelta(hours=6))
    other = changed(desk, "SO-2", service_time=timedelta(hours=6))
    desk.do(lambda: desk.console.board.drop_orders([long.id, other.id], desk.route(0), 0))
    desk.do(lambda: desk.console.selection.select_route(desk.route(0), None))
    titles = [part.title for part in desk.console.inspector.view.advice]
    assert "What mends it" in titles
    applied(desk, "SO-2 to Bram · Van 7")
    assert of(desk, 0).timetable.is_feasible
    assert of(desk, 1).timetable.is_feasible


def test_several_orders_go_together_where_they_cost_least(desk: Desk) -> None:
    both = [desk.reference("SO-1").id, desk.reference("SO-2").id]
    desk.do(lambda: desk.console.selection.select_orders(both, None))
    (part,) = desk.console.inspector.view.advice
    assert {choice.text for choice in part.choices} == {"Ana · Van 3", "Bram · Van 7"}
    applied(desk, "Bram · Van 7")
    assert set(of(desk, 1).route.orders) == set(both)
    assert desk.console.inspector.view.advice == (), "they are on a route"
