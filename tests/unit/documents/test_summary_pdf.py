from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.documents.day_pdf import DayDocuments, write_day_pdf
from app.documents.print_parts import Part
from app.domain.board import Board, BoardRoute, board_route
from app.domain.day_summary import day_summary
from app.domain.orders import Order, Payment
from tests.factories import DAY, grid_travel, make_order, make_route, make_shift

PRINTED_AT = datetime(2024, 3, 5, 5, 12, tzinfo=UTC)


def _route(cash: Mapping[str, str | None]) -> BoardRoute:
    """A route on which this is to be collected, by currency; None for an unknown amount."""
    orders = [
        make_order(
            payment=Payment.CASH_ON_DELIVERY,
            cod_amount=None if amount is None else Decimal(amount),
            currency=currency,
        )
        for currency, amount in cash.items()
    ]
    route = make_route(make_shift(), orders)
    places = [order.location for order in orders if order.location is not None]
    travel = grid_travel([route.shift.depot.location, *places])
    return board_route(route, {order.id: order for order in orders}, travel)


def _summary_text(tmp_path: Path, *routes: BoardRoute, left: Sequence[Order] = ()) -> str:
    board = Board(
        day=DAY, routes=routes, unassigned=tuple(left), on_hold=(), orders={}, travel={}, reasons={}
    )
    summary = day_summary(board, "Europe/Berlin", PRINTED_AT)
    path = tmp_path / "day.pdf"
    write_day_pdf(
        path,
        DayDocuments(summary=summary),
        (Part.SUMMARY,),
        lambda _fraction, _text: None,
        lambda: False,
    )
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def test_cash_in_two_currencies_is_never_one_sum(tmp_path: Path) -> None:
    text = _summary_text(
        tmp_path, _route({"EUR": "1027.32", "CHF": "2469"}), _route({"CHF": "31", "EUR": "2.68"})
    )

    for amount in ("1\u202f027.32 EUR", "2\u202f469.00 CHF", "31.00 CHF", "2.68 EUR"):
        assert text.count(amount) == 1, amount
    assert text.count("1\u202f030.00 EUR") == 1
    assert text.count("2\u202f500.00 CHF") == 1


def test_cash_of_an_unknown_amount_is_told_beside_the_sum(tmp_path: Path) -> None:
    text = _summary_text(tmp_path, _route({"EUR": "7", "CHF": None}))

    # On the route, and below all of them.
    assert text.count("7.00 EUR") == text.count("1 × not known") == 2


@pytest.mark.parametrize(("is_estimated", "marks"), [(True, 3), (False, 0)])
def test_a_sum_with_an_estimated_way_is_an_estimate_too(
    tmp_path: Path, is_estimated: bool, marks: int
) -> None:
    known, other = _route({"EUR": "1"}), _route({"EUR": "2"})
    times = replace(other.timetable, is_estimated=is_estimated)
    text = _summary_text(tmp_path, known, replace(other, timetable=times))
    # At the top, on the route, and below all of them.
    assert text.count("~") == marks


def test_the_summary_claims_no_empty_vans_where_amounts_are_not_known(tmp_path: Path) -> None:
    order = make_order(weight_g=0, volume_cm3=0)
    route = make_route(make_shift(), [order])
    travel = grid_travel([route.shift.depot.location, order.location])
    text = _summary_text(tmp_path, board_route(route, {order.id: order}, travel), left=[order])
    assert "m³" not in text.replace("Volume, m³", "")
    assert " kg" not in text
