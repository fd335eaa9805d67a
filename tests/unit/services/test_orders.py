from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from app.domain.addresses import Address
from app.domain.board import move
from app.domain.orders import OrderStatus, Parcel
from app.services.orders import (
    Chip,
    OrderQuery,
    OrderSort,
    cancel,
    duplicate,
    hold,
    move_to_day,
    reopen,
    take_off_hold,
)
from app.storage import order_search
from tests.factories import DAY, make_order, window
from tests.unit.services.conftest import Desk


def _references(desk: Desk, **query: object) -> list[str]:
    page = desk.orders.page(OrderQuery(**query), 0, 100)  # type: ignore[arg-type]
    return [row.order.reference for row in page.rows]


@pytest.mark.parametrize(
    "text",
    [
        "so-7",
        "zoé lüd",
        "LUDERS",
        "turmstrasse 9",
        "17033",
        "4930 23",
        "+49 30 23",
        "box-77",
        "ring 7",
    ],
)
def test_the_search_box_finds_by_reference_name_street_phone_and_barcode(
    desk: Desk, text: str
) -> None:
    wanted = make_order(
        reference="SO-7",
        recipient="Zoë Lüders",
        address=Address(street="Turmstraße 9 am Ring", postcode="17033", city="Neubrandenburg"),
        phone="+49 30 23125",
        parcels=(Parcel(barcode="BOX-77"),),
    )
    other = make_order(
        reference="SO-8",
        recipient="Uwe",
        address=Address(street="Weg 1", postcode="1", city="Ort"),
        phone="110",
    )
    desk.add_orders(wanted, other)
    assert _references(desk, text=text) == ["SO-7"]


@pytest.mark.parametrize("text", ["%", "_", "'; DROP TABLE orders; --"])
def test_a_search_is_text_and_never_sql(desk: Desk, text: str) -> None:
    desk.add_orders(make_order(reference="SO-1"))
    assert _references(desk, text=text) == []
    assert _references(desk) == ["SO-1"]


def test_each_chip_shows_as_many_as_it_counts(desk: Desk) -> None:
    desk.add_shifts(1)
    a, b, c, _ = desk.add_orders(*(make_order() for _ in range(4)))
    board = desk.board
    desk.dispatch.apply(move(board, [a.id], board.routes[0].id, 0))
    desk.dispatch.apply(hold([b], "Wait"))
    desk.dispatch.apply(cancel([c]))
    counts = desk.orders.counts(OrderQuery(day=DAY))
    assert {chip: n for chip, n in counts.items() if n} == {
        Chip.ALL: 3,
        Chip.UNASSIGNED: 1,
        Chip.ON_HOLD: 1,
        Chip.PLANNED: 1,
        Chip.CANCELLED: 1,
    }
    for chip, count in counts.items():
        page = desk.orders.page(OrderQuery(day=DAY, chip=chip), 0, 10)
        assert (page.total, len(page.rows)) == (count, count)


def test_a_page_is_a_window_of_the_sorted_rows(desk: Desk) -> None:
    desk.add_orders(*(make_order(reference=f"R-{n:02}", weight_g=n * 7 % 10) for n in range(10)))
    query = OrderQuery(sort=OrderSort.WEIGHT, is_descending=True)
    whole = desk.orders.page(query, 0, 10)
    part = desk.orders.page(query, 3, 4)
    assert part.rows == whole.rows[3:7]
    assert part.total == 10
    weights = [row.order.weight_g for row in whole.rows]
    assert weights == sorted(weights, reverse=True)
    for number, row in enumerate(whole.rows):
        assert desk.orders.row_number(query, row.order.id) == number


@pytest.mark.parametrize("found_at_once", [1, 4, 5, 1_000])
def test_a_page_of_a_search_knows_how_many_were_found(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, found_at_once: int
) -> None:
    """Whether they all fit into what is looked at together, just so, or not."""
    monkeypatch.setattr(order_search, "_FOUND_AT_ONCE", found_at_once)
    desk.add_orders(*(make_order(reference=f"SO-{n}", recipient="Ida") for n in range(4)))
    desk.add_orders(make_order(reference="SO-9", recipient="Uwe"))
    query = OrderQuery(text="ida")
    for offset, limit, shown in (
        (0, 2, ["SO-0", "SO-1"]),
        (2, 2, ["SO-2", "SO-3"]),
        (3, 9, ["SO-3"]),
    ):
        page = desk.orders.page(query, offset, limit)
        assert [row.order.reference for row in page.rows] == shown
        assert page.total == 4
    beyond = desk.orders.page(query, 7, 2)
    assert (beyond.rows, beyond.total) == ((), 4)


def test_rows_that_are_scrolled_to_are_not_counted_again(desk: Desk) -> None:
    desk.add_orders(*(make_order(reference=f"N-{number}") for number in range(10, 40)))
    said: list[str] = []
    event.listen(desk.database.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    page = desk.orders.page(OrderQuery(day=DAY), 10, 5, 30)
    assert [row.order.reference for row in page.rows] == [f"N-{number}" for number in range(20, 25)]
    assert page.total == 30
    assert not any("count(" in each for each in said)
    assert desk.orders.page(OrderQuery(day=DAY), 10, 5).total == 30
    assert any("count(" in each for each in said)


def test_words_are_looked_for_in_an_index_and_not_in_the_rows(desk: Desk) -> None:
    """A hundred thousand rows take twice as long."""
    if not desk.database.is_sqlite:
        pytest.skip("PostgreSQL has no index that could hold the words")
    said: list[tuple[str, Any]] = []
    event.listen(
        desk.database.engine,
        "before_cursor_execute",
        lambda *args: said.append((args[2], args[3])),
    )
    desk.orders.page(OrderQuery(day=DAY, text="ida"), 0, 10)
    statement, values = next(each for each in said if "search_text" in each[0])
    with desk.database.reading() as session:
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        assert ["COVERING INDEX ix_orders_day_words" in row[3] for row in plan] == [True]


def test_sorted_by_route_the_stops_of_a_driver_stand_together_as_they_are_driven(
    desk: Desk,
) -> None:
    orders = desk.add_orders(*(make_order(reference=name) for name in "ABCD"))
    desk.add_shifts(2)
    first, second = sorted(desk.board.routes, key=lambda each: each.route.shift.driver.name)
    of = {order.reference: order.id for order in orders}
    desk.dispatch.apply(move(desk.board, [of["B"]], second.id, 0))
    desk.dispatch.apply(move(desk.board, [of["D"], of["A"]], first.id, 0))
    query = OrderQuery(day=DAY, chip=Chip.PLANNED, sort=OrderSort.ROUTE)
    rows = desk.orders.page(query, 0, 10).rows
    assert [row.order.reference for row in rows] == ["D", "A", "B"]
    assert desk.orders.row_number(query, of["A"]) == 1
    back = replace(query, is_descending=True)
    assert [r.order.reference for r in desk.orders.page(back, 0, 10).rows] == ["B", "A", "D"]


@pytest.mark.parametrize("sort", list(OrderSort))
def test_every_column_can_be_sorted_both_ways(desk: Desk, sort: OrderSort) -> None:
    desk.add_shifts(1)
    orders = desk.add_orders(*(make_order() for _ in range(5)))
    board = desk.board
    desk.dispatch.apply(move(board, [orders[2].id], board.routes[0].id, 0))
    for is_descending in (False, True):
        found = _references(desk, sort=sort, is_descending=is_descending)
        assert sorted(found) == sorted(order.reference for order in orders)


def test_a_row_names_its_route_and_its_stop(desk: Desk) -> None:
    desk.add_shifts(1)
    a, b = desk.add_orders(make_order(reference="A"), make_order(reference="B"))
    board = desk.board
    desk.dispatch.apply(move(board, [a.id, b.id], board.routes[0].id, 0))
    rows = desk.orders.page(OrderQuery(), 0, 10).rows
    assert [(r.position, r.route, r.route_name) for r in rows] == [
        (n, board.routes[0].id, board.routes[0].route.shift.name) for n in (1, 2)
    ]


def test_an_order_keeps_its_clock_times_on_a_day_after_the_clocks_changed(desk: Desk) -> None:
    eve = date(2024, 3, 30)
    order = make_order(day=eve, window=window("08:00", "12:00", eve), time_zone="Europe/Berlin")
    (saved,) = desk.add_orders(order)
    desk.dispatch.apply(move_to_day([saved], eve + timedelta(days=1)))
    (moved,) = desk.orders.get([order.id])
    assert moved.window == window("08:00", "12:00", eve + timedelta(days=1))


def test_a_copy_has_a_reference_and_barcodes_of_its_own(desk: Desk) -> None:
    (order,) = desk.add_orders(make_order())
    desk.dispatch.apply(duplicate([order]))
    codes = [
        parcel.barcode
        for row in desk.orders.page(OrderQuery(), 0, 10).rows
        for parcel in row.order.parcels
    ]
    assert len(set(codes)) == len(codes) == 2


def test_an_order_without_a_place_does_not_come_off_hold(desk: Desk) -> None:
    (lost,) = desk.add_orders(make_order(place=None, status=OrderStatus.ON_HOLD, hold_reason="?"))
    desk.dispatch.apply(take_off_hold([lost]))
    (still,) = desk.orders.get([lost.id])
    assert still.status is OrderStatus.ON_HOLD
    assert "pin" in still.hold_reason


def test_a_cancelled_order_can_be_taken_back(desk: Desk) -> None:
    (order,) = desk.add_orders(make_order())
    desk.dispatch.apply(cancel([order]))
    desk.dispatch.apply(reopen(desk.orders.get([order.id])))
    assert desk.orders.get([order.id])[0].status is OrderStatus.OPEN


def test_the_calendar_counts_each_day(desk: Desk) -> None:
    desk.add_orders(make_order(), make_order(day=DAY + timedelta(days=1)), make_order())
    days = [(day.day, day.orders, day.unassigned) for day in desk.orders.days()]
    assert days == [(DAY + timedelta(days=1), 1, 1), (DAY, 2, 2)]
