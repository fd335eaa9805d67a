"""What a new plan for the rest of the day would change, to be seen before it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.board import Board, BoardRoute, board_route
from app.domain.edits import Edit
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order, OrderStatus
from app.domain.problem import Plan
from app.domain.replan import Replan, replan_edit, replanned
from app.domain.scenario_boards import Moved, moves, with_sequences
from app.domain.underway import Moments, Underway


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The day as it is and as it would be, and the one edit between them."""

    before: Board
    after: Board
    edit: Edit
    changed: frozenset[RouteId]
    """Routes that get other stops, or another sequence."""
    moves: tuple[Moved, ...]
    """Every order that has another driver or another ETA, the changes of driver first."""
    fetched: tuple[OrderId, ...] = ()
    """Deliveries whose goods must be taken over from a lost van before another can bring them."""
    lost: frozenset[RouteId] = frozenset()
    """Routes whose van or driver is gone: locked, so that nothing more is planned for them."""

    @property
    def is_empty(self) -> bool:
        return not self.changed


def effect_of(board: Board, asked: Replan, plan: Plan) -> Effect:
    """What it does to the day that this is the new plan."""
    changed = replanned(board, plan, asked.lost)
    routed = {order for each in board.routes for order in changed.get(each.id, each.route.orders)}
    then = with_sequences(
        replace(
            board,
            orders={
                key: order if key in routed else _taken_off(order)
                for key, order in board.orders.items()
            },
            reasons={**board.reasons, **{each.order: each for each in plan.unassigned}},
        ),
        changed,
    )
    held = {
        each.id: asked.leave
        for each in then.routes
        if each.id in changed
        and each.timetable.stops
        and each.timetable.departure < asked.leave
        and each.id not in asked.underway
    }
    underway = {
        route: van.given(
            order
            for order in changed[route]
            if order in board.orders and board.orders[order].is_from_depot
        )
        for route, van in asked.underway.items()
        if route in changed
    }
    told = asked.promised
    promised = {
        route: tuple((order, told[order]) for order in orders if order in told)
        for route, orders in changed.items()
    }
    promised = {route: moments for route, moments in promised.items() if moments}
    after = replace(
        then,
        routes=tuple(_as_it_went(then, r, held, underway, promised) for r in then.routes),
    )
    return Effect(
        before=board,
        after=after,
        edit=replan_edit(board, plan, asked.lost, held, underway, promised),
        changed=frozenset(changed),
        moves=moves(board, after),
        fetched=tuple(order for order in asked.fetched if order in routed),
        lost=asked.lost,
    )


def _as_it_went(
    board: Board,
    each: BoardRoute,
    held: Mapping[RouteId, datetime],
    underway: Mapping[RouteId, Underway],
    promised: Mapping[RouteId, Moments],
) -> BoardRoute:
    """The route of a van that stood at the depot, or was out, when it was planned anew."""
    if each.id not in held and each.id not in underway and each.id not in promised:
        return each
    shift = replace(
        each.route.shift,
        leaves_after=held.get(each.id, each.route.shift.leaves_after),
        underway=underway.get(each.id, each.route.shift.underway),
        promised=promised.get(each.id, each.route.shift.promised),
    )
    return board_route(replace(each.route, shift=shift), board.orders, board.travel)


def _taken_off(order: Order) -> Order:
    """An order that was out and is on no route any more waits for one again."""
    return replace(order, status=OrderStatus.OPEN) if order.status is OrderStatus.OUT else order
