"""Days whose gate is the depot's own, and the ladders of orders to them."""

from __future__ import annotations

from datetime import timedelta

from app.domain.board import Board
from app.domain.fleet import Shift
from app.domain.orders import Order
from app.domain.remedies import Ladder, Mend, Remedy
from app.domain.routes import Route
from app.planning.ladder import Ladders
from tests.factories import (
    DEPOT_PLACE,
    make_driver,
    make_order,
    make_shift,
    make_vehicle,
    place,
    window,
)
from tests.unit.planning.applied import make_day
from tests.unit.planning.days import travel_of

GATE = place(DEPOT_PLACE.lat, DEPOT_PLACE.lon)


def a_day(route: Route, orders: list[Order], new: Order) -> Board:
    return make_day([route], [*orders, new], travel_of([route], [*orders, new]))


def laddered(route: Route, orders: list[Order], new: Order) -> tuple[Board, Ladder]:
    board = a_day(route, orders, new)
    return board, Ladders(board).ladder(new)


def of_kind(ladder: Ladder, kind: Mend) -> Remedy:
    return next(remedy for remedy in ladder.remedies if remedy.kind is kind)


def a_shift(start: str = "08:00", end: str = "17:00", **changes: object) -> Shift:
    driver = make_driver(name="Ana")
    return make_shift(
        driver=driver, vehicle=make_vehicle(name="Van 3"), window=window(start, end), **changes
    )


def served(hours: float, **changes: object) -> Order:
    return make_order(place=GATE, service_time=timedelta(hours=hours), **changes)
