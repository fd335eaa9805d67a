"""Where the keyboard's moves lead: a route and an index, asked of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from app.desktop.board.board_model import Rows
from app.domain.ids import OrderId, RouteId


class Direction(Enum):
    EARLIER = auto()
    LATER = auto()
    ROW_BEFORE = auto()
    ROW_AFTER = auto()


def nudged(
    rows: Rows, orders: Sequence[OrderId], direction: Direction
) -> tuple[RouteId, int] | None:
    """The position in front of which the orders go, one step on; None at the end of the road.

    Earlier and later ask for orders of one route; to another row go any, to about the same time.
    """
    places = sorted(rows.place_of[order] for order in orders if order in rows.place_of)
    if not places or len(places) != len(orders):
        return None
    number, first = places[0]
    last = places[-1][1]
    row = rows.rows[number]
    match direction:
        case Direction.EARLIER | Direction.LATER:
            if places[-1][0] != number:
                return None
            index = first - 1 if direction is Direction.EARLIER else last + 2
            return (row.route, index) if 0 <= index <= len(row.blocks) else None
        case Direction.ROW_BEFORE:
            target = number - 1
        case Direction.ROW_AFTER:
            target = places[-1][0] + 1
    if not 0 <= target < len(rows.rows):
        return None
    begin = row.blocks[first].begin
    taking = rows.rows[target]
    return taking.route, sum(block.begin < begin for block in taking.blocks)
