"""Why an order is on no route: 80 shifts, 1,000 stops, and no room on any of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from app.domain.board import Board, board_route
from app.domain.fleet import Load
from app.domain.insertion import Drag
from app.domain.orders import Order, OrderKind
from app.domain.remedies import Verdict
from app.domain.routes import Lock, RouteStatus
from app.domain.rules import OrderRules
from app.domain.sketch import RouteSketch
from app.planning.ladder import Ladders
from tests.gui.board.days import make_board


def _clean(board: Board) -> Board:
    """Drafts that nobody locked, without the stops that make them break a rule."""
    routes = []
    for each in board.routes:
        stops = [stop.order for stop in each.timetable.stops]
        while RouteSketch(each.route.shift, stops, board.travel).violations:
            stops.pop()
        route = replace(each.route, lock=Lock.NONE, status=RouteStatus.DRAFT)
        route = route.with_orders(order.id for order in stops)
        routes.append(board_route(route, board.orders, board.travel))
    return replace(board, routes=tuple(routes))


@pytest.fixture(scope="module")
def tight() -> Board:
    """Every shift ends two minutes after its route does, and every van is nearly full."""
    board = _clean(make_board(80, 14, 20))
    routes = []
    for each in board.routes:
        shift, most = each.route.shift, each.timetable.peak_load
        end = each.timetable.end + timedelta(minutes=2)
        capacity = Load(
            weight_g=most.weight_g + 30_000,
            volume_cm3=most.volume_cm3 + 400_000,
            parcels=most.parcels + 5,
        )
        shift = replace(
            shift,
            window=replace(shift.window, end=end),
            vehicle=replace(shift.vehicle, capacity=capacity),
        )
        routes.append(board_route(replace(each.route, shift=shift), board.orders, board.travel))
    return replace(board, routes=tuple(routes))


def _ask(benchmark: BenchmarkFixture, board: Board, order: Order) -> None:
    """Aim: 200 ms, with nothing prepared."""
    board = replace(board, orders={**board.orders, order.id: order})
    ladder = benchmark(lambda: Ladders(board).ladder(order))
    assert len(ladder.rungs) == 80
    assert sum(rung.verdict is Verdict.FITS for rung in ladder.rungs) < 8
    assert ladder.remedies


def test_ladder_of_an_order_too_late(benchmark: BenchmarkFixture, tight: Board) -> None:
    _ask(benchmark, tight, replace(tight.unassigned[0], service_time=timedelta(minutes=100)))


def test_ladder_of_an_order_with_a_window(benchmark: BenchmarkFixture, tight: Board) -> None:
    order = next(each for each in tight.unassigned if each.window is not None)
    _ask(benchmark, tight, replace(order, service_time=timedelta(minutes=100)))


def test_ladder_of_an_order_too_heavy(benchmark: BenchmarkFixture, tight: Board) -> None:
    _ask(benchmark, tight, replace(tight.unassigned[0], weight_g=60_000))


def test_ladder_of_a_pair_too_late(benchmark: BenchmarkFixture, tight: Board) -> None:
    """Every two places of every shift are judged, and the breaks they push out of the day."""
    hour = timedelta(minutes=60)
    pickup = replace(tight.unassigned[0], kind=OrderKind.PICKUP, service_time=hour)
    delivery = replace(
        tight.unassigned[1],
        kind=OrderKind.DELIVERY,
        service_time=hour,
        rules=OrderRules(collected_by=pickup.id),
    )
    board = replace(tight, orders={**tight.orders, pickup.id: pickup})
    _ask(benchmark, board, delivery)


def test_best_fit_over_all_routes(benchmark: BenchmarkFixture) -> None:
    """One order, 40 routes and 1,000 stops, with nothing prepared. Aim: 20 ms."""
    board = _clean(make_board(40, 30, 3))
    order = board.unassigned[0]
    best = benchmark(lambda: Drag(board.routes, [order], board.travel).best())
    assert best is not None
