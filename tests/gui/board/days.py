"""Whole days for the board's tests, benchmarks and screenshots: from a seed, without any files."""

from __future__ import annotations

import random
from datetime import timedelta

from app.domain.board import Board, board_route
from app.domain.fleet import Costs, Load
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order, OrderKind, barcodes
from app.domain.problem import Reason, Unassigned
from app.domain.routes import Lock, Route, RouteStatus, Stop
from app.domain.travel import Profile
from tests.factories import (
    DAY,
    DEPOT_PLACE,
    grid_matrix,
    make_break,
    make_depot,
    make_driver,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    place,
    window,
)

DRIVERS = (
    "Ana Berger", "Bram Visser", "Clara Thiele", "Deniz Aydın", "Emil Novák", "Femke de Jong",
    "Grzegorz Wiśniewski", "Hanna Lindqvist", "Ivo Petrov", "Jette Möller", "Kofi Mensah",
    "Lea Rößler", "Maximilian von Hohenstein", "Nour Haddad", "Ole Jahnke", "Paula García",
)  # fmt: skip
_WINDOWS = (("08:00", "10:00"), ("08:00", "12:00"), ("10:00", "13:00"), ("12:00", "16:00"), None)


def make_board(
    routes: int = 40, stops: int = 25, unassigned: int = 17, *, seed: int = 7, on_hold: int = 0
) -> Board:
    """Routes that each stay in a quarter of the town; some are late, full, locked or released."""
    dice = random.Random(seed)
    depot = make_depot()
    orders: dict[OrderId, Order] = {}
    made: list[Route] = []
    for number in range(routes):
        shift = make_shift(
            depot=depot,
            driver=make_driver(name=DRIVERS[number % len(DRIVERS)]),
            vehicle=make_vehicle(
                name=f"Van {number + 1}",
                capacity=Load(weight_g=600_000, volume_cm3=6_000_000, parcels=60),
                costs=Costs(fixed=40, per_km=0.35, per_hour=18),
            ),
            window=window("07:00" if number % 3 else "08:00", "16:30" if number % 4 else "15:00"),
            rest=make_break("11:00", "13:00", 30),
        )
        lat, lon = dice.uniform(-0.03, 0.03), dice.uniform(-0.05, 0.05)
        count = 0 if number == routes - 1 and routes > 3 else dice.randint(stops - 4, stops + 4)
        mine = [_order(dice, 1000 * (number + 1) + n, lat, lon) for n in range(count)]
        mine.sort(key=lambda order: order.window.start.timestamp() if order.window else 1e10)
        orders |= {order.id: order for order in mine}
        made.append(
            make_route(
                shift,
                stops=tuple(Stop(order=order.id, is_locked=dice.random() < 0.02) for order in mine),
                lock={2: Lock.CONTENTS, 5: Lock.SEQUENCE}.get(number, Lock.NONE),
                status=RouteStatus.RELEASED if number == 8 else RouteStatus.DRAFT,
                printed_version={3: 0, 8: 1}.get(number),
                contents_version=1,
            )
        )
    left = [_order(dice, 900_000 + n, 0, 0) for n in range(unassigned)]
    orders |= {order.id: order for order in left}
    matrix = grid_matrix([DEPOT_PLACE, *(o.location for o in orders.values() if o.location)])
    travel = dict.fromkeys(Profile, matrix)
    details = (
        (Reason.OUTSIDE_WINDOWS, "no shift can be there before 10:00"),
        (Reason.NOT_FOUND, ""),
        (Reason.EXCEEDS_CAPACITY, "needs 12 m³, the largest van takes 6 m³"),
    )
    return Board(
        day=DAY,
        routes=tuple(board_route(route, orders, travel) for route in made),
        unassigned=tuple(left),
        on_hold=tuple(make_order(reference=f"SO-9990{n}") for n in range(on_hold)),
        orders=orders,
        travel=travel,
        reasons={
            order.id: Unassigned(order=order.id, reason=details[n % 3][0], detail=details[n % 3][1])
            for n, order in enumerate(left)
            if n % 4 == 0
        },
    )


def _order(dice: random.Random, number: int, lat: float, lon: float) -> Order:
    hours = dice.choice(_WINDOWS)
    reference = f"SO-{number}"
    return make_order(
        reference=reference,
        recipient=f"{dice.choice(('Thea', 'Olga', 'Rana', 'Jan', 'Ugo'))} "
        f"{dice.choice(('Jahnke', 'Rößler', 'Möller', 'Thiele', 'Okafor', 'Åkesson'))}",
        place=place(
            DEPOT_PLACE.lat + lat + dice.uniform(-0.02, 0.02),
            DEPOT_PLACE.lon + lon + dice.uniform(-0.03, 0.03),
        ),
        window=window(*hours) if hours else None,
        service_time=timedelta(minutes=dice.choice((3, 3, 4, 5, 8, 15))),
        weight_g=dice.randint(500, 40_000),
        volume_cm3=dice.randint(5_000, 400_000),
        parcels=barcodes(reference, dice.randint(1, 4)),
        kind=OrderKind.PICKUP if dice.random() < 0.08 else OrderKind.DELIVERY,
        priority=dice.choice((0, 0, 0, 0, 1, 2)),
    )


def route_id(board: Board, number: int) -> RouteId:
    return board.routes[number].id
