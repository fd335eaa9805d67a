"""Edits applied to a board in memory, as the services would, to see what they lead to."""

from __future__ import annotations

from dataclasses import replace

from app.domain.board import Board, board_route
from app.domain.edits import ArrangeRoutes, ChangeFleet, ChangeOrders, Compound, Edit, LockRoutes
from app.domain.fleet import Driver, Shift
from app.domain.ids import OrderId
from app.domain.orders import Order
from app.domain.routes import Route
from app.domain.timetable import Travel
from tests.factories import DAY


def make_day(routes: list[Route], orders: list[Order], travel: Travel) -> Board:
    """A board of these routes; what is on none of them is unassigned."""
    known = {order.id: order for order in orders}
    placed = {order for route in routes for order in route.orders}
    return Board(
        day=DAY,
        routes=tuple(board_route(route, known, travel) for route in routes),
        unassigned=tuple(order for order in orders if order.id not in placed),
        on_hold=(),
        orders=known,
        travel=travel,
        reasons={},
    )


def applied(board: Board, edit: Edit) -> Board:
    """The board after an edit."""
    routes = {each.id: each.route for each in board.routes}
    orders = dict(board.orders)
    match edit:
        case Compound():
            for part in edit.edits:
                board = applied(board, part)
            return board
        case ArrangeRoutes():
            for key, stops in edit.stops.items():
                routes[key] = replace(routes[key], stops=stops)
        case LockRoutes():
            for key, lock in edit.locks.items():
                routes[key] = replace(routes[key], lock=lock)
        case ChangeOrders():
            orders |= {order.id: order for order in edit.put}
        case ChangeFleet():
            for thing in edit.put:
                for key, route in routes.items():
                    shift = route.shift
                    if isinstance(thing, Shift) and thing.id == shift.id:
                        routes[key] = replace(route, shift=thing)
                    elif isinstance(thing, Driver) and thing.id == shift.driver.id:
                        routes[key] = replace(route, shift=replace(shift, driver=thing))
        case _:
            raise AssertionError(f"no remedy makes {edit}")
    return make_day(list(routes.values()), list(orders.values()), board.travel)


def broken(board: Board) -> dict[object, int]:
    """Every broken rule of the day with its amount."""
    return {
        (each.id, v.kind, v.order, v.dimension, v.detail): v.amount
        for each in board.routes
        for v in each.timetable.violations
    }


def breaks_no_more(before: Board, after: Board) -> bool:
    """Whether no rule is broken that was kept, or more than it was."""
    known = broken(before)
    return all(amount <= known.get(rule, 0) for rule, amount in broken(after).items())


def on_a_route(board: Board, order: OrderId) -> bool:
    return order in board.route_of
