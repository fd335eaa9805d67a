"""The guide asks rows in slices; what it says does not depend on how long they were."""

from __future__ import annotations

import pytest

from app.desktop.board.board_model import prepared
from app.desktop.board.drop_guide import DropGuide
from app.domain.board import Board
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
