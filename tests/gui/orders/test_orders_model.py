"""The orders model: rows by page, words by order, and Qt's own rules for models."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.modeltest import ModelTester

from app.desktop.orders.orders_model import KEPT_PAGES, PAGE_SIZE, Column, OrdersModel
from app.desktop.widgets.formats import NARROW_SPACE, NOTHING
from app.domain.addresses import Precision
from app.domain.board import Board, board_route
from app.domain.ids import OrderId
from app.domain.orders import Order, OrderKind, Payment
from app.domain.problem import Reason, Unassigned
from app.services.orders import OrderPage, OrderRow
from tests.factories import (
    BERLIN,
    DAY,
    grid_travel,
    make_order,
    make_route,
    make_shift,
    place,
    window,
)


def _page(orders: list[Order], offset: int = 0, total: int | None = None) -> OrderPage:
    rows = tuple(OrderRow(order=o, route=None, route_name="", position=None) for o in orders)
    return OrderPage(rows=rows, offset=offset, total=len(orders) if total is None else total)


def _shown(order: Order, column: Column, board: Board | None = None) -> str:
    model = OrdersModel()
    model.set_zone(BERLIN)
    model.show(_page([order]))
    model.set_board(board)
    return str(model.index(0, column).data())


def _board(orders: list[Order], reasons: dict[OrderId, Unassigned] | None = None) -> Board:
    route = make_route(make_shift(), orders)
    by_id = {order.id: order for order in orders}
    places = [o.place.location for o in orders if o.place] + [route.shift.depot.location]
    travel = grid_travel(places)
    return Board(
        day=DAY,
        routes=(board_route(route, by_id, travel),),
        unassigned=(),
        on_hold=(),
        orders=by_id,
        travel=travel,
        reasons=reasons or {},
    )


def test_the_model_keeps_the_rules_while_pages_come_and_go(qtmodeltester: ModelTester) -> None:
    model = OrdersModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    orders = [make_order() for _ in range(3 * PAGE_SIZE)]
    model.show(_page(orders[:PAGE_SIZE], total=len(orders)))
    model.add(_page(orders[PAGE_SIZE:], PAGE_SIZE, len(orders)))
    model.set_board(_board(orders[:3]))
    model.forget_far_from(0, 10)
    qtmodeltester.check(model)
    model.show(_page([]))
    assert model.rowCount() == 0
    del tester


def test_missing_names_the_pages_that_rows_still_need() -> None:
    model = OrdersModel()
    model.show(_page([make_order() for _ in range(PAGE_SIZE)], total=10 * PAGE_SIZE))
    assert model.missing(0, PAGE_SIZE - 1) == []
    assert model.missing(PAGE_SIZE - 5, 3 * PAGE_SIZE) == [
        PAGE_SIZE,
        2 * PAGE_SIZE,
        3 * PAGE_SIZE,
    ]
    assert model.missing(9 * PAGE_SIZE, 20 * PAGE_SIZE) == [9 * PAGE_SIZE]


def test_pages_far_from_the_visible_ones_are_forgotten() -> None:
    model = OrdersModel()
    total = (KEPT_PAGES + 5) * PAGE_SIZE
    orders = [make_order() for _ in range(total)]
    model.show(_page(orders))
    model.forget_far_from(0, 20)
    assert model.row_of(orders[0].id) == 0
    assert model.row_of(orders[-1].id) is None
    assert model.order(total - 1) is None
    assert len(model.missing(0, total)) == 5


def test_amounts_carry_their_units_and_stand_at_the_right() -> None:
    order = make_order(weight_g=12_300, volume_cm3=61_000)
    assert _shown(order, Column.WEIGHT) == f"12.3{NARROW_SPACE}kg"
    assert _shown(order, Column.VOLUME) == f"0.061{NARROW_SPACE}m³"
    model = OrdersModel()
    model.show(_page([order]))
    alignment = model.index(0, Column.WEIGHT).data(Qt.ItemDataRole.TextAlignmentRole)
    assert alignment & Qt.AlignmentFlag.AlignRight


def test_a_window_is_shown_by_the_clocks_it_was_promised_by() -> None:
    order = make_order(window=window("08:00", "12:00"), time_zone="Europe/London")
    assert _shown(order, Column.WINDOW) == "07:00–11:00"
    assert _shown(replace(order, time_zone=""), Column.WINDOW) == "08:00–12:00"


def test_cash_names_what_is_to_be_collected() -> None:
    order = make_order(
        payment=Payment.CASH_ON_DELIVERY, cod_amount=Decimal("34.90"), currency="EUR"
    )
    assert _shown(order, Column.PAYMENT) == "Cash 34.90 EUR"


def test_a_pickup_is_told_from_a_delivery() -> None:
    assert "Pickup" in _shown(make_order(kind=OrderKind.PICKUP), Column.METHOD)


def test_route_and_eta_come_from_the_board() -> None:
    orders = [make_order(), make_order()]
    board = _board(orders)
    name = board.routes[0].route.shift.name
    assert _shown(orders[1], Column.ROUTE, board) == f"{name} · 2"
    assert _shown(orders[1], Column.STATE, board) == "Planned"
    assert _shown(orders[1], Column.ETA, board).count(":") == 1


def test_a_late_stop_says_how_late() -> None:
    order = make_order(window=window("05:00", "06:00"), service_time=timedelta(minutes=3))
    assert _shown(order, Column.ETA, _board([order])).startswith("late ")


def test_an_order_that_the_optimizer_left_out_says_why() -> None:
    order = make_order()
    reason = Unassigned(order=order.id, reason=Reason.MISSING_SKILL, detail="needs cold")
    board = _board([make_order()], {order.id: reason})
    assert _shown(order, Column.ROUTE, board) == "needs cold"


def test_an_inexact_address_is_named_for_those_who_see_no_colour() -> None:
    model = OrdersModel()
    model.show(_page([make_order(place=place(53.5, 13.2, Precision.STREET))]))
    index = model.index(0, Column.ADDRESS)
    assert "(street)" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "middle of the street" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_markup_in_a_name_stays_text() -> None:
    model = OrdersModel()
    model.show(_page([make_order(recipient="<b>Bold</b> & Söhne")]))
    tip = model.index(0, Column.RECIPIENT).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; Söhne" in tip


def test_a_new_board_changes_only_the_rows_of_routes_that_changed() -> None:
    orders = [make_order() for _ in range(10)]
    model = OrdersModel()
    model.show(_page(orders))
    board = _board(orders[:3])
    model.set_board(board)
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    model.set_board(replace(board, orders=dict(board.orders)))
    assert told == []
    shorter = board.routes[0].route.with_orders([orders[0].id, orders[2].id])
    model.set_board(replace(board, routes=(board_route(shorter, board.orders, board.travel),)))
    assert told == [(0, 2)]
    assert model.index(1, Column.ROUTE).data() == NOTHING
