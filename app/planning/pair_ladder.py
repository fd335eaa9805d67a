"""The ladder of a collection and the delivery of its goods: they go together or not at all."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.board import Board, BoardRoute
from app.domain.edits import Compound, Edit, LockRoutes
from app.domain.insertion import added_violations
from app.domain.orders import Order
from app.domain.remedies import Ladder, Mend, Remedy, Rung, Verdict
from app.domain.routes import Lock, RouteStatus
from app.domain.sketch import RouteSketch
from app.planning.arranging import arranged
from app.planning.jobs import job_of
from app.planning.nearness import nearest, nearness

_MOST_REMEDIES = 4
Sketch = Callable[[BoardRoute], RouteSketch]


def open_pair(board: Board, order: Order) -> tuple[Order, Order] | None:
    """Collection and delivery, where the order is one of a pair that is on no route."""
    job = job_of(order, board.orders)
    if job.second is None or any(each.id in board.route_of for each in job.orders):
        return None
    return job.first, job.second


def pair_ladder(board: Board, sketch: Sketch, order: Order, pair: tuple[Order, Order]) -> Ladder:
    """Where both fit on one route, and what is in the way elsewhere."""
    rungs = [_rung(each, sketch, pair) for each in board.routes]
    remedies = [remedy for rung in rungs for remedy in rung.remedies]
    rungs.sort(key=nearness)
    return Ladder(order=order.id, rungs=tuple(rungs), remedies=nearest(remedies, _MOST_REMEDIES))


def _rung(each: BoardRoute, sketch_of: Sketch, pair: tuple[Order, Order]) -> Rung:
    route, name = each.route, each.route.shift.name
    if route.status is not RouteStatus.DRAFT:
        return Rung(route=each.id, name=name, verdict=Verdict.RELEASED)
    sketch = sketch_of(each)
    empty = sketch.of([])
    alone = empty.cheapest_pair(*pair)
    if not alone.is_feasible:
        broken = tuple(empty.with_pair(*pair, alone).violations)
        return Rung(route=each.id, name=name, verdict=Verdict.IMPOSSIBLE, broken=broken)
    trial = sketch.cheapest_pair(*pair)
    taken = sketch.with_pair(*pair, trial)
    is_locked = route.lock is not Lock.NONE
    if not trial.is_feasible:
        return Rung(
            route=each.id,
            name=name,
            verdict=Verdict.LOCKED if is_locked else Verdict.FULL,
            broken=added_violations(sketch, taken),
        )
    edit: Edit = arranged((each, [visit.order.id for visit in taken.visits]))
    places = f"stops {trial.pickup + 1} and {trial.delivery + 1}"
    if is_locked:
        opened = LockRoutes(locks={each.id: Lock.NONE}, seen={each.id: route.version})
        edit = Compound(edits=(opened, edit))
    remedy = Remedy(
        kind=Mend.UNLOCK if is_locked else Mend.PLACE,
        text=f"Unlock {name} and put both there, {places}"
        if is_locked
        else f"Put both on {name}, {places}",
        edit=edit,
        effort=5 if is_locked else 0,
        extra_cost=trial.cost - sketch.cost,
        route=each.id,
        orders=tuple(order.id for order in pair),
    )
    verdict = Verdict.LOCKED if is_locked else Verdict.FITS
    return Rung(route=each.id, name=name, verdict=verdict, remedies=(remedy,))
