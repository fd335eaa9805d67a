"""The best places of the day for orders, with what each costs and breaks."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.board import Board, BoardRoute, move
from app.domain.clockwork import Frame
from app.domain.edits import ArrangeRoutes
from app.domain.fleet import Load, Vehicle
from app.domain.insertion import Drag, Insertion, wish_cost
from app.domain.orders import Order
from app.domain.remedies import Candidate
from app.domain.sketch import RouteSketch
from app.domain.trials import PairTrial, Trial
from app.planning.afar import is_everyday, lacks
from app.planning.arranging import arranged, is_open
from app.planning.bare import Bare
from app.planning.causes import TIMED
from app.planning.jobs import Job, is_left_behind, job_of

MOST = 5


def candidates(
    board: Board, orders: Sequence[Order], most: int = MOST, *, is_strict: bool = False
) -> tuple[Candidate, ...]:
    """The cheapest place on each of the best routes; those that break no rule come first.

    Locked and released routes are not asked. Several orders are placed one after the other; for
    one order, places that break a rule are looked for only where there is no other, and with
    `is_strict` not at all. Half of a pair on no route brings its other half.
    """
    if len(orders) == 1:
        job = job_of(orders[0], board.orders)
        if len(whole_pairs(board, orders)) > 1:
            return _pair_candidates(board, orders[0], job)[:most]
        if is_left_behind(board, orders[0], job):
            # Only its delivery's route is of use, and the ladder tells how both fit there.
            return ()
    drag = Drag(board.routes, orders, board.travel)
    asked = [each.id for each in board.routes if is_open(each)]
    if len(orders) == 1:
        asked = drag.fitting(asked, most) or ([] if is_strict else asked)
    fits = [drag.fit(route) for route in asked]
    fits = sorted((fit for fit in fits if fit.is_feasible or not is_strict), key=_rank)
    return tuple(_candidate(board, orders, fit) for fit in fits[:most])


def whole_pairs(board: Board, orders: Sequence[Order]) -> list[Order]:
    """The orders, and the other halves of their pairs that are on no route either."""
    routed = board.route_of
    found = {order.id: order for order in orders}
    for order in orders:
        if order.id not in routed:
            halves = job_of(order, board.orders).orders
            found |= {half.id: half for half in halves if _is_waiting(board, half)}
    return list(found.values())


def _is_waiting(board: Board, order: Order) -> bool:
    return order.is_plannable and order.id not in board.route_of


def _pair_candidates(board: Board, asked: Order, job: Job) -> tuple[Candidate, ...]:
    """Where both halves fit; places that break a rule are the ladder's business."""
    found = []
    for each in filter(is_open, board.routes):
        if not is_everyday(each, job, board.travel) and lacks(each, job, board.travel):
            continue
        trial = _pair_trial(board, each, job)
        if trial is None:
            continue
        now = _sketch(board, each)
        taken = job.put(now, trial)
        sequence = [order.id for order in taken.orders]
        found.append(
            Candidate(
                route=each.id,
                name=each.route.shift.name,
                index=sequence.index(job.first.id),
                extra_cost=taken.cost - now.cost,
                wish_cost=wish_cost(each, job.orders),
                extra_s=taken.working_s - now.working_s,
                extra_m=taken.metres - now.metres,
                late_s=0,
                load_share=_share(taken.peak_load, each.route.shift.vehicle),
                broken=(),
                edit=arranged((each, sequence)),
                brings=next(o.reference for o in job.orders if o.id != asked.id),
            )
        )
    return tuple(sorted(found, key=lambda each: each.price))


def _pair_trial(board: Board, each: BoardRoute, job: Job) -> Trial | PairTrial | None:
    """Where both fit; a route by every rule that keeps them need not be evaluated as it is."""
    if each.timetable.is_feasible and not is_everyday(each, job, board.travel):
        shift = each.route.shift
        frame = Frame(shift, board.travel[shift.vehicle.profile])
        visits = [frame.visit(stop.order) for stop in each.timetable.stops]
        return job.fitting(Bare(frame, visits, each.route.frozen))
    return job.fitting(_sketch(board, each))


def _sketch(board: Board, each: BoardRoute) -> RouteSketch:
    orders = [stop.order for stop in each.timetable.stops]
    return RouteSketch(each.route.shift, orders, board.travel, frozen=each.route.frozen)


def _rank(fit: Insertion) -> tuple[bool, int, int, float]:
    others = sum(violation.kind not in TIMED for violation in fit.added)
    return (not fit.is_feasible, others, _late_s(fit), fit.price)


def _candidate(board: Board, orders: Sequence[Order], fit: Insertion) -> Candidate:
    shift = board.route(fit.route).route.shift
    return Candidate(
        route=fit.route,
        name=shift.name,
        index=fit.index,
        extra_cost=fit.extra_cost,
        wish_cost=fit.wish_cost,
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
    """How full the van is of what it is fullest of."""
    capacity, own = vehicle.capacity, dict(load.more)
    rooms = [
        *zip(load.amounts, capacity.amounts, strict=True),
        *((own.get(name, 0), room) for name, room in capacity.more),
    ]
    return max(amount / max(room, 1) for amount, room in rooms)


def _edit(board: Board, orders: Sequence[Order], fit: Insertion) -> ArrangeRoutes:
    moved = move(board, [order.id for order in orders], fit.route, fit.index)
    taken = board.route(fit.route).route.with_orders(fit.orders).stops
    return ArrangeRoutes(stops={**moved.stops, fit.route: taken}, seen=moved.seen)
