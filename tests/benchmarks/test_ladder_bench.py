"""Why an order is on no route: 80 shifts, 1,000 stops, and no room on any of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from app.domain.board import Board, board_route
from app.domain.fleet import Load
from app.domain.ids import OrderId
from app.domain.insertion import Drag
from app.domain.orders import Order, OrderKind
from app.domain.remedies import Verdict
from app.domain.routes import Lock, RouteStatus
from app.domain.rules import OrderRules, ShiftRules
from app.domain.sketch import RouteSketch
from app.planning.explain import Explainer
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


def test_ladder_of_an_order_that_nobody_could_do(benchmark: BenchmarkFixture, tight: Board) -> None:
    """All shifts say so, with the amount, and none is asked any further."""
    order = replace(tight.unassigned[0], service_time=timedelta(hours=14))
    board = replace(tight, orders={**tight.orders, order.id: order})
    ladder = benchmark(lambda: Ladders(board).ladder(order))
    assert [rung.verdict for rung in ladder.rungs] == [Verdict.IMPOSSIBLE] * 80
    assert not ladder.remedies


@pytest.mark.parametrize("rules", [ShiftRules(max_work=timedelta(hours=9))], ids=["work limit"])
@pytest.mark.parametrize("hours", [1.7, 14], ids=["too late", "nobody could"])
def test_ladder_by_a_rule(
    benchmark: BenchmarkFixture, tight: Board, rules: ShiftRules, hours: float
) -> None:
    """Where each place asks for the clock that knows every rule. Aim: 200 ms."""
    order = replace(tight.unassigned[0], service_time=timedelta(hours=hours))
    orders = {**tight.orders, order.id: order}
    ruled = [replace(e.route, shift=replace(e.route.shift, rules=rules)) for e in tight.routes]
    routes = tuple(board_route(route, orders, tight.travel) for route in ruled)
    board = replace(tight, orders=orders, routes=routes)
    ladder = benchmark.pedantic(lambda: Ladders(board).ladder(order), rounds=3)
    assert len(ladder.rungs) == 80


def test_why_50_orders_are_on_no_route(benchmark: BenchmarkFixture, tight: Board) -> None:
    """The reason of each, as a plan with so many left over is explained. Aim: 2 s."""
    late = [
        replace(order, id=OrderId(f"late-{number}"), service_time=timedelta(minutes=100 + number))
        for number, order in enumerate(tight.unassigned * 3)
    ][:50]
    board_routes = [each.route for each in tight.routes]

    def explain() -> int:
        sketches = [
            RouteSketch(each.route.shift, [s.order for s in each.timetable.stops], tight.travel)
            for each in tight.routes
        ]
        explainer = Explainer(board_routes, sketches, tight.travel)
        return sum(bool(explainer.explain(order).detail) for order in late)

    assert benchmark.pedantic(explain, rounds=2) == 50


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
