"""Typed moves: what people type while they telephone, and what it means on this board."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.desktop.palette_moves import Move, TypedMove, resolved, typed_move
from app.domain.board import Board, board_route
from app.domain.errors import RuleError
from app.domain.orders import Order
from tests.factories import (
    DAY,
    grid_travel,
    make_driver,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
)


def _board(*references: str) -> Board:
    orders = [make_order(reference=reference) for reference in references]
    known = {order.id: order for order in orders}
    places = [order.location for order in orders if order.location is not None]
    shifts = [
        make_shift(driver=make_driver(name=driver), vehicle=make_vehicle(name=vehicle))
        for driver, vehicle in (
            ("Ana Souza", "Van 3"),
            ("Bram Visser", "Van 7"),
            ("Anna Berg", "Van 30"),
        )
    ]
    travel = grid_travel([*places, *(shift.depot.location for shift in shifts)])
    routes = [make_route(shifts[0], orders[:1]), make_route(shifts[1]), make_route(shifts[2])]
    return Board(
        day=DAY,
        routes=tuple(board_route(route, known, travel) for route in routes),
        unassigned=tuple(orders[1:]),
        on_hold=(),
        orders=known,
        travel=travel,
        reasons={},
    )


def _named(board: Board, *references: str) -> tuple[object, ...]:
    by_reference = {order.reference: order for order in board.orders.values()}
    return tuple(by_reference[reference].id for reference in references)


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("1042 > ana", TypedMove(orders=("1042",), target="ana")),
        ("120-124>van 3 @2", TypedMove(orders=("120-124",), target="van 3", position=2)),
        ("1, 2;3   > Van  7@1", TypedMove(orders=("1", "2", "3"), target="Van 7", position=1)),
        ("> bin", TypedMove(orders=(), target="bin")),
    ],
)
def test_a_move_is_taken_apart(text: str, move: TypedMove) -> None:
    assert typed_move(text) == move


@pytest.mark.parametrize("text", ["1042", "1042 >", "1042 > ana @", "1042 > ana @0", "> @2", ""])
def test_half_a_move_is_none_yet(text: str) -> None:
    assert typed_move(text) is None


@given(st.text())
def test_any_text_is_a_move_or_none(text: str) -> None:
    typed = typed_move(text)
    assert typed is None or typed.target


def _resolve(board: Board, text: str, *selected: Order) -> Move:
    typed = typed_move(text)
    assert typed is not None
    return resolved(typed, board, [order.id for order in selected])


def test_the_last_figures_of_a_reference_are_enough() -> None:
    board = _board("SO-1041", "SO-1042")
    move = _resolve(board, "1042 > bram")
    assert move == Move(orders=_named(board, "SO-1042"), route=board.routes[1].id, index=None)


def test_a_range_takes_the_orders_that_there_are_in_their_sequence() -> None:
    board = _board("SO-119", "SO-120", "SO-122", "SO-124", "SO-125")
    assert _resolve(board, "120-124 > van 7").orders == _named(board, "SO-120", "SO-122", "SO-124")
    assert _resolve(board, "SO-120–SO-122 > van 7").orders == _named(board, "SO-120", "SO-122")


def test_a_reference_that_looks_like_a_range_is_the_order() -> None:
    board = _board("12-14", "13")
    assert _resolve(board, "12-14 > bram").orders == _named(board, "12-14")


def test_the_position_counts_from_one_and_ends_with_the_route() -> None:
    board = _board("SO-1", "SO-2")
    assert _resolve(board, "2 > ana s @1").index == 0
    assert _resolve(board, "2 > ana s @99").index == 1


def test_a_whole_name_goes_before_its_beginning() -> None:
    board = _board("SO-1", "SO-2")
    assert _resolve(board, "2 > van 3").route == board.routes[0].id


def test_a_name_that_could_be_two_is_refused_with_both() -> None:
    board = _board("SO-1", "SO-2")
    with pytest.raises(RuleError, match="Ana Souza · Van 3; Anna Berg · Van 30"):
        _resolve(board, "2 > an")


def test_the_selection_moves_where_no_order_is_typed() -> None:
    board = _board("SO-1", "SO-2")
    selected = board.unassigned[0]
    assert _resolve(board, "> bram", selected).orders == (selected.id,)
    assert _resolve(board, "> bin", selected) == Move(orders=(selected.id,), route=None, index=None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("77 > ana s", "no order 77"),
        ("1 > ana s", "could be SO-1, SO-11"),
        ("80-90 > ana s", "No order of this day is in 80-90"),
        ("9-2 > ana s", "the smaller number comes first"),
        ("SO-1 > carl", "Nobody on this day is called “carl”"),
        ("> ana s", "select some first"),
    ],
)
def test_what_can_not_be_meant_is_said(text: str, problem: str) -> None:
    with pytest.raises(RuleError, match=problem):
        _resolve(_board("SO-1", "SO-11"), text)
