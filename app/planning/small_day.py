"""The search for a small day: whole, in a few rounds, and other fleets where vans are mixed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from app.planning.fleets import fleets
from app.planning.lanes import Lanes, Sketches
from app.planning.mending import arrangement, worth
from app.planning.pieces import Piece

_ROUNDS = (0.35, 0.6, 0.85, 1.0)
"""When the lanes compare what they have found, as shares of the time. A search that goes on from a
good plan only climbs and no longer roams: until the last round every second lane begins anew, and
what it drives is material for the others."""
_ROUNDS_WITH_BREAKS = (0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0)
"""More often with breaks: each round tries them at another hour."""
_FIRST_LOOK = 0.05
"""Of the time for the day as a whole before that: the fleet that it uses tells which are near."""
_HEATS = ((0.25, 0.02, 6), (0.4, 0.05, 2), (0.65, 0.25, 1))
"""Until when other fleets are tried, how long each, and how many go on."""
_FLEETS_COUNTED = 12
"""How many are tried where the work is counted."""
_MISSED = 3
"""So many times what an order costs counts against a fleet that leaves one out."""


def search_small(lanes: Lanes, fresh: frozenset[int]) -> None:
    """Better the best plan until the budget is spent; `fresh` lanes first begin anew."""
    roaming = frozenset(lane for lane in fresh if lane % 2)
    done = _race(lanes, fresh)
    if done:
        fresh = frozenset()
    for share in _ROUNDS_WITH_BREAKS if lanes.has_breaks else _ROUNDS:
        if share > done:
            lanes.search_until(share, lanes.budget.steps(share - done), fresh)
            is_roaming = share < _ROUNDS[-2] and not lanes.has_breaks
            fresh = roaming if is_roaming else frozenset()
            done = share


def _race(lanes: Lanes, fresh: frozenset[int]) -> float:
    """Other fleets against the best plan so far; the share of the time that this took."""
    task, budget = lanes.task, lanes.budget
    if not fleets(task, lanes.best):
        return 0.0
    lanes.search_until(_FIRST_LOOK, budget.steps(_FIRST_LOOK), fresh)
    tried = fleets(task, lanes.best)
    if budget.iterations is not None:
        tried = tried[:_FLEETS_COUNTED]
    vans = [
        Piece(
            routes,
            replace(task, routes=tuple(task.routes[n] for n in routes)),
            ((),) * len(routes),
        )
        for routes in tried
    ]
    for until, share, winners in _HEATS:
        raced = _heat(lanes, vans, budget.at(until), share)
        vans = [piece for _, piece in sorted(raced, key=lambda each: each[0])[:winners]]
    lanes.tell("fleets")
    return _HEATS[-1][0]


def _heat(
    lanes: Lanes, vans: Sequence[Piece], until: float, share: float
) -> list[tuple[float, Piece]]:
    """Each fleet for that share of the time, as far as there is time: its rating and plan."""
    budget = lanes.budget
    raced = []
    for first in range(0, len(vans), budget.lanes):
        now = time.perf_counter()
        if lanes.is_over() or now >= until:
            lanes.is_cut_short = True
            break
        heat = vans[first : first + budget.lanes]
        last = budget.deadline
        if budget.iterations is None:
            last = min(now + (budget.deadline - budget.begin) * share, last)
        fresh = frozenset(lane for lane, piece in enumerate(heat) if not any(piece.start))
        all_found = lanes.search_pieces(heat, last, budget.steps(share), "fleets", fresh)
        for piece, found in zip(heat, all_found, strict=True):
            if found is not None:
                _accept(lanes, piece, found)
                rated = Piece(piece.routes, piece.task, arrangement(found))
                raced.append((_rating(lanes, found), rated))
    return raced


def _accept(lanes: Lanes, piece: Piece, found: Sketches) -> None:
    """As the plan of the day, where it is better with no van but these."""
    plan = [sketch.of([]) for sketch in lanes.best]
    for route, sketch in zip(piece.routes, found, strict=True):
        plan[route] = sketch
    lanes.best = min(lanes.best, tuple(plan), key=lambda each: worth(lanes.task, each))


def _rating(lanes: Lanes, found: Sketches) -> float:
    """The cost, with more than the share of each order that is left out."""
    cost = sum(sketch.cost for sketch in found)
    placed = sum(len(sketch.visits) for sketch in found)
    return cost + _MISSED * cost / max(1, placed) * (len(lanes.task.orders) - placed)
