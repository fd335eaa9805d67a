"""The best places of the day for orders, with what each costs and breaks."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.board import Board, move
from app.domain.edits import ArrangeRoutes
from app.domain.fleet import Load, Vehicle
from app.domain.insertion import Drag, Insertion
from app.domain.orders import Order
from app.domain.remedies import Candidate
from app.planning.arranging import is_open
from app.planning.causes import TIMED

MOST = 5


def candidates(board: Board, orders: Sequence[Order], most: int = MOST) -> tuple[Candidate, ...]:
    """The cheapest place on each of the best routes; those that break no rule come first.

    Locked and released routes are not asked. Several orders are placed one after the other; for
    one order, places that break a rule are looked for only where there is no other.
    """
    drag = Drag(board.routes, orders, board.travel)
    asked = [each.id for each in board.routes if is_open(each)]
    if len(orders) == 1:
        asked = drag.fitting(asked, most) or asked
    fits = [drag.fit(route) for route in asked]
    fits.sort(key=_rank)
    return tuple(_candidate(board, orders, fit) for fit in fits[:most])


def _rank(fit: Insertion) -> tuple[bool, int, int, float]:
    others = sum(violation.kind not in TIMED for violation in fit.added)
    return (not fit.is_feasible, others, _late_s(fit), fit.extra_cost)


def _candidate(board: Board, orders: Sequence[Order], fit: Insertion) -> Candidate:
    shift = board.route(fit.route).route.shift
    return Candidate(
        route=fit.route,
        name=shift.name,
        index=fit.index,
        extra_cost=fit.extra_cost,
        extra_s=fit.extra_s,
        extra_m=fit.extra_m,
        late_s=_late_s(fit),
        load_share=_share(fit.load, shift.vehicle),
        broken=fit.added,
        edit=_edit(board, orders, fit),
    )


def _late_s(fit: Insertion) -> int:
    return sum(violation.increase for violation in fit.added if violation.kind in TIMED)


def _share(load: Load, vehicle: Vehicle) -> float:
    rooms = zip(load.amounts, vehicle.capacity.amounts, strict=True)
    return max(amount / max(room, 1) for amount, room in rooms)


def _edit(board: Board, orders: Sequence[Order], fit: Insertion) -> ArrangeRoutes:
    moved = move(board, [order.id for order in orders], fit.route, fit.index)
    taken = board.route(fit.route).route.with_orders(fit.orders).stops
    return ArrangeRoutes(stops={**moved.stops, fit.route: taken}, seen=moved.seen)
