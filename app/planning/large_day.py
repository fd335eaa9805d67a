"""The search for a large day: first whole, then piece by piece, round after round."""

from __future__ import annotations

import time

from app.planning.lanes import Lanes, Sketches
from app.planning.mending import worth
from app.planning.pieces import Cutter, Piece
from app.planning.screening import kind

_FIRST_SHARE = (0.06, 0.95)
"""Of the time, for the day as a whole; more, while nothing better than its start is found or while
its routes are long."""
_MIDDLING = 600
"""Up to so many orders the whole settles in the time, and pieces find less: it has that of long
routes; not with breaks, which every piece tries at another hour."""
_LONG_ROUTE = 30
"""So many stops on average: pieces with few of such routes soon find nothing more. Not so where the
mix of vans is the question."""
_PIECE_S = (0.5, 1.5)
"""How long a piece is searched in the first round, and in the last one."""
_PIECE_ITERATIONS = 1_000
_LEAST_S = 0.2
"""With less time than this no round is begun."""


def search_large(lanes: Lanes, fresh: frozenset[int]) -> None:
    """Better the best plan until the budget is spent; `fresh` lanes first begin anew."""
    budget = lanes.budget
    least, most = _first_shares(lanes)
    first = budget.steps(least)
    early, late = max(budget.begin + 1.0, budget.at(least)), budget.at(most)
    # Only the engine's own plans tell how long the routes become.
    lanes.search_whole(
        early, late, first, fresh, wants_more=lambda plan: _has_long_routes(lanes, plan)
    )
    lanes.exchange()
    cutter = Cutter(
        lanes.task,
        lanes.roads,
        lanes.random,
        has_long_routes=_has_long_routes(lanes, lanes.best),
    )
    spent = 0 if first is None else first * budget.lanes
    while not lanes.is_over() and budget.deadline - time.perf_counter() >= _LEAST_S:
        pieces = cutter.cut(lanes.best, budget.lanes)
        if not pieces:
            return
        now = time.perf_counter()
        if budget.iterations is None:
            share = (now - budget.begin) / (budget.deadline - budget.begin)
            piece_s = _PIECE_S[0] + (_PIECE_S[1] - _PIECE_S[0]) * share
            _search_pieces(lanes, cutter, pieces, min(now + piece_s, budget.deadline), None)
        else:
            steps = min(_PIECE_ITERATIONS, (budget.iterations - spent) // budget.lanes)
            if steps <= 0:
                return
            _search_pieces(lanes, cutter, pieces, budget.deadline, steps)
            spent += steps * budget.lanes


def _first_shares(lanes: Lanes) -> tuple[float, float]:
    """For how much of the time the day is searched as a whole, at least and at most."""
    least, most = _FIRST_SHARE
    is_middling = len(lanes.task.orders) <= _MIDDLING and not lanes.has_breaks
    return (most if is_middling else least), most


def _has_long_routes(lanes: Lanes, plan: Sketches) -> bool:
    task, orders = lanes.task, len(lanes.task.orders)
    used = sum(bool(sketch.visits) for sketch in plan)
    kinds = {(kind(shift), shift.vehicle.costs) for shift in task.shifts}
    is_uniform = len(kinds) <= 1 and not task.wishes
    is_large = orders > _MIDDLING and not lanes.has_breaks
    return is_large and is_uniform and orders >= used * _LONG_ROUTE


def _search_pieces(
    lanes: Lanes, cutter: Cutter, pieces: list[Piece], until: float, steps: int | None
) -> None:
    """A piece for each lane; where they do not suffice, one piece for several."""
    spread = [pieces[lane % len(pieces)] for lane in range(lanes.budget.lanes)]
    all_found = lanes.search_pieces(spread, until, steps, "clusters")
    for piece, found in zip(spread, all_found, strict=True):
        cutter.learn(piece, is_better=found is not None and accept(lanes, piece, found))
    lanes.tell("clusters")


def accept(lanes: Lanes, piece: Piece, found: Sketches) -> bool:
    """Whether it is at least as good as what it replaces in the best plan; then it does."""
    best = list(lanes.best)
    if piece.spared is not None:
        best[piece.spared] = best[piece.spared].of([])
    for route, sketch in zip(piece.routes, found, strict=True):
        best[route] = sketch
    if worth(lanes.task, best) > worth(lanes.task, lanes.best):
        return False
    lanes.best = tuple(best)
    return True
