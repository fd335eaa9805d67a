"""A small day: Ana drives A, B, C, Bo drives D, E, F, Cy nothing; X, Y and Z are left over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from app.desktop.board.board_model import Units
from app.domain.board import Board, board_route
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.domain.routes import Route
from tests.factories import (
    BERLIN,
    DAY,
    DEPOT_PLACE,
    grid_travel,
    make_depot,
    make_driver,
    make_order,
    make_route,
    make_shift,
    place,
)


class Town:
    """The values of a small day; `board()` puts them together as they are now."""

    def __init__(self) -> None:
        depot = make_depot()
        self.orders: dict[str, Order] = {
            name: make_order(
                reference=name,
                service_time=timedelta(minutes=20),
                place=place(DEPOT_PLACE.lat + 0.01 * number, DEPOT_PLACE.lon + 0.01 * row),
            )
            for row, names in enumerate(("ABC", "DEF", "XYZ"))
            for number, name in enumerate(names, start=1)
        }
        self.shifts = [
            make_shift(depot=depot, driver=make_driver(name=name)) for name in ("Ana", "Bo", "Cy")
        ]
        self.routes = [
            make_route(shift, [self.orders[name] for name in names])
            for shift, names in zip(self.shifts, ("ABC", "DEF", ""), strict=True)
        ]

    def __getitem__(self, name: str) -> OrderId:
        return self.orders[name].id

    def ids(self, names: str) -> tuple[OrderId, ...]:
        return tuple(self[name] for name in names)

    def names(self, orders: tuple[OrderId, ...]) -> str:
        by_id = {order.id: name for name, order in self.orders.items()}
        return "".join(by_id[order] for order in orders)

    def route(self, number: int) -> RouteId:
        return self.routes[number].id

    def change_route(self, number: int, change: Callable[[Route], Route]) -> None:
        self.routes[number] = change(self.routes[number])

    def board(self) -> Board:
        orders = {order.id: order for order in self.orders.values()}
        places = [DEPOT_PLACE, *(o.location for o in orders.values() if o.location)]
        travel = grid_travel(places)
        on_route = {order for route in self.routes for order in route.orders}
        return Board(
            day=DAY,
            routes=tuple(board_route(route, orders, travel) for route in self.routes),
            unassigned=tuple(o for o in orders.values() if o.id not in on_route),
            on_hold=(),
            orders=orders,
            travel=travel,
            reasons={},
        )


UNITS = Units(zone=BERLIN)
