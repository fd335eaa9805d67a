"""What there is to say about a scenario that was made some time ago, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.domain.board import Board
from app.domain.ids import OrderId, RouteId
from app.domain.scenario_boards import Fit, Taken

_NAMED = 5


def fit_lines(board: Board, fit: Fit) -> tuple[str, ...]:
    """What became of the day since, a line each; none where nothing did."""
    texts = (
        ("Not in it, so left unassigned", _orders(board, fit.new)),
        ("Their shift is gone, so left unassigned", _orders(board, fit.stranded)),
        ("No longer to be planned", _orders(board, fit.gone)),
        ("Changed since it was made", _orders(board, fit.changed)),
        ("Deleted or released since", _routes(board, fit.lost_shifts)),
        ("Other hours, vehicle or driver by now", _routes(board, fit.changed_shifts)),
        ("New shifts, which it does not use", _routes(board, fit.new_shifts)),
    )
    roads = "Road conditions came or went since it was made"
    return (
        *(f"{what}: {names}" for what, names in texts if names),
        *((roads,) if fit.has_other_roads else ()),
    )


def lock_line(board: Board, fit: Fit) -> str:
    """Which locks are overruled; empty where none is."""
    names = _routes(board, fit.overruled)
    return f"Locked on the board, but not kept: {names}" if names else ""


def taken_text(board: Board, taken: Taken) -> str:
    """What taking a route did to the plan that took it."""
    parts = [f"{_stops(len(taken.came))} came"]
    if taken.refitted:
        parts.append(f"{_orders(board, taken.refitted)} moved to where it fits best")
    if taken.left:
        parts.append(f"{_orders(board, taken.left)} left unassigned")
    return "; ".join(parts)


def _stops(count: int) -> str:
    return "1 stop" if count == 1 else f"{count} stops"


def _orders(board: Board, orders: Collection[OrderId]) -> str:
    known = board.orders
    return _listed([known[order].reference if order in known else "?" for order in orders])


def _routes(board: Board, routes: Collection[RouteId]) -> str:
    names = {each.id: each.route.shift.name for each in board.routes}
    return _listed([names.get(route, "a deleted shift") for route in routes])


def _listed(names: Sequence[str]) -> str:
    """The first few by name, the others by number."""
    more = len(names) - _NAMED
    shown = ", ".join(names[:_NAMED])
    return f"{shown} and {more} more" if more > 0 else shown
