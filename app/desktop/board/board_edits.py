"""Gestures of the board as edits: pure functions beside those of the domain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.domain.board import Board, arrange, move, with_halves
from app.domain.edits import ArrangeRoutes, LockRoutes, SetRouteStatus
from app.domain.errors import NotFoundError, RuleError
from app.domain.ids import OrderId, RouteId
from app.domain.insertion import Drag
from app.domain.routes import Lock, RouteStatus


def fitted(board: Board, orders: Sequence[OrderId], route: RouteId) -> ArrangeRoutes:
    """Put orders where they cost this route least.

    The other half of a pair comes along. Raises RuleError, naming the rule, where no place keeps
    them all.
    """
    orders = with_halves(board, orders)
    target = board.route(route)
    # Refuses what no place could mend, and says which routes the orders leave.
    moved = move(board, orders, route, len(target.route.stops))
    fit = Drag(board.routes, [board.orders[order] for order in orders], board.travel).fit(route)
    if not fit.is_feasible:
        violation = fit.added[0]
        stop = board.orders.get(violation.order) if violation.order is not None else None
        broken = violation.text if stop is None else f"{stop.reference} {violation.text}"
        raise RuleError(
            f"{target.route.shift.name} has no place that breaks no rule ({broken}). "
            "Drop into a gap to put it there anyway."
        )
    arranged = {key: [stop.order for stop in stops] for key, stops in moved.stops.items()}
    return arrange(board, arranged | {route: list(fit.orders)})


def with_stop_locks(board: Board, orders: Iterable[OrderId]) -> ArrangeRoutes:
    """Lock these stops; where all of them are locked, unlock them."""
    chosen = frozenset(orders)
    routes = [each.route for each in board.routes if chosen.intersection(each.route.orders)]
    if not routes:
        raise RuleError("Only a stop can be locked: put the order on a route first.")
    stops = [stop for route in routes for stop in route.stops if stop.order in chosen]
    is_locked = not all(stop.is_locked for stop in stops)
    return ArrangeRoutes(
        stops={
            route.id: tuple(
                replace(stop, is_locked=is_locked) if stop.order in chosen else stop
                for stop in route.stops
            )
            for route in routes
        },
        seen={route.id: route.version for route in routes},
    )


_NEXT = {Lock.NONE: Lock.CONTENTS, Lock.CONTENTS: Lock.SEQUENCE, Lock.SEQUENCE: Lock.NONE}


def next_lock(lock: Lock) -> Lock:
    """None, contents, contents and sequence, none."""
    return _NEXT[lock]


def with_route_lock(board: Board, route: RouteId, lock: Lock) -> LockRoutes:
    return LockRoutes(locks={route: lock}, seen={route: board.route(route).route.version})


def with_status(board: Board, routes: Iterable[RouteId], status: RouteStatus) -> SetRouteStatus:
    """Raises NotFoundError where there is nothing to release, take back or finish."""
    chosen = [board.route(route).route for route in routes]
    if not chosen:
        raise NotFoundError("Choose a route first.")
    return SetRouteStatus(
        statuses={route.id: status for route in chosen},
        seen={route.id: route.version for route in chosen},
    )
