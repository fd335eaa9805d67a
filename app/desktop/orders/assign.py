"""Turns “assign to” into an edit of the board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.domain.board import Board, move, with_halves
from app.domain.edits import ArrangeRoutes
from app.domain.errors import RuleError
from app.domain.ids import OrderId, RouteId
from app.domain.insertion import Drag
from app.planning.best_fit import whole_pairs


def assign(board: Board, orders: Sequence[OrderId], route: RouteId | None) -> ArrangeRoutes:
    """Put orders where they cost least on `route`, or on the route that takes them best.

    A route that a person names takes them even if that breaks a rule, which the board then shows;
    the best fit never breaks one. The other half of a pair comes along: to a route that a person
    names from wherever it is, else where it waits too. Raises RuleError where nothing can take
    them.
    """
    orders = [order for order in orders if order in board.orders]
    if route is not None:
        orders = with_halves(board, orders)
    known = [board.orders[order] for order in orders]
    if route is None:
        known = whole_pairs(board, known)
        orders = [order.id for order in known]
    drag = Drag(board.routes, known, board.travel)
    best = drag.best() if route is None else drag.fit(route)
    if best is None:
        raise RuleError("There is no open route on this day. Add a shift, or take a route back.")
    if route is None and not best.is_feasible:
        broken = ", ".join(dict.fromkeys(violation.text for violation in best.added))
        name = board.route(best.route).route.shift.name
        raise RuleError(
            f"No route can take it without breaking a rule; nearest is {name}: {broken}."
        )
    edit = move(board, orders, best.route, best.index)
    stops = board.route(best.route).route.with_orders(best.orders).stops
    return replace(edit, stops={**edit.stops, best.route: stops})
