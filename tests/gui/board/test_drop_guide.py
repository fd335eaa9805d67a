"""The guide asks rows in slices; what it says does not depend on how long they were."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.desktop.board.board_edits import fitted
from app.desktop.board.board_model import prepared
from app.desktop.board.drop_guide import DropGuide
from app.domain.board import Board
from app.domain.errors import RuleError
from app.domain.travel import Profile
from tests.factories import DEPOT_PLACE, grid_matrix, make_order, window
from tests.gui.board.days import make_board
from tests.gui.board.town import UNITS

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(scope="module")
def board() -> Board:
    return make_board(6, 12, 5)


def test_slices_of_one_order_each_end_in_the_same_ghosts(board: Board) -> None:
    rows = prepared(board, UNITS)
    routes = [row.route for row in rows.rows]
    orders = [order.id for order in board.unassigned]
    sliced, whole = (DropGuide(rows, orders, UNITS) for _ in range(2))
    slices = 0
    while not sliced.is_ready:
        assert len(sliced.prepare(routes, 0.0)) <= 1
        slices += 1
    whole.prepare(routes, 60)
    assert slices > len(routes)
    assert [sliced.row_ghost(r) for r in routes] == [whole.row_ghost(r) for r in routes]
    assert sliced.best == whole.best


def test_the_best_row_is_the_one_that_costs_the_day_least(board: Board) -> None:
    """A drag between routes: what the giving route saves counts for the others, not for itself."""
    rows = prepared(board, UNITS)
    source = rows.rows[0]
    guide = DropGuide(rows, [source.blocks[2].order], UNITS)
    guide.prepare([row.route for row in rows.rows], 60)
    own = guide.row_ghost(source.route)
    assert own is not None
    # Where it is now is one of its places, so staying never costs more than nothing.
    assert own.extra_cost <= 1e-6
    assert guide.best is not None


def test_a_refused_best_fit_names_the_rule_that_its_card_names_first(board: Board) -> None:
    heavy = make_order(weight_g=9_000_000, window=window("07:00", "07:05"))
    board = replace(
        board,
        orders={**board.orders, heavy.id: heavy},
        travel=dict.fromkeys(
            Profile,
            grid_matrix(
                [DEPOT_PLACE, *(o.location for o in (*board.orders.values(), heavy) if o.location)]
            ),
        ),
    )
    guide = DropGuide(rows := prepared(board, UNITS), [heavy.id], UNITS)
    guide.prepare([row.route for row in rows.rows], 60)
    for row in rows.rows:
        ghost = guide.row_ghost(row.route)
        assert ghost is not None
        assert ghost.is_refused
        with pytest.raises(RuleError) as refused:
            fitted(board, [heavy.id], row.route)
        assert "over capacity by" in str(refused.value)
        assert ghost.note.split(", ")[0].endswith("\u202fkg over")
