"""Why an order is on no route: 80 shifts, 1,000 stops, and no room on any of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from app.desktop.inspector.advice import order_advice
from app.domain.board import Board, board_route
from app.domain.fleet import Load
from app.domain.ids import OrderId
from app.domain.insertion import Drag
from app.domain.orders import Order, OrderKind
from app.domain.remedies import Verdict
from app.domain.routes import Lock, RouteStatus
from app.domain.rules import OrderRules, Pause, ShiftRules
from app.domain.sketch import RouteSketch
from app.domain.travel import Pace
from app.planning.explain import Explainer
from app.planning.ladder import Ladders
from tests.factories import at, window
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


def _pair(tight: Board) -> tuple[Order, Order]:
    hour = timedelta(minutes=60)
    pickup = replace(tight.unassigned[0], kind=OrderKind.PICKUP, service_time=hour)
    delivery = replace(
        tight.unassigned[1],
        kind=OrderKind.DELIVERY,
        service_time=hour,
        rules=OrderRules(collected_by=pickup.id),
    )
    return pickup, delivery


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


_RULES = {
    "work limit": ShiftRules(max_work=timedelta(hours=9)),
    "driving limit": ShiftRules(max_driving=timedelta(hours=3)),
    "pause by work": ShiftRules(
        pauses=(Pause(length=timedelta(minutes=30), after_work=timedelta(hours=4)),)
    ),
    "pause by driving": ShiftRules(
        pauses=(Pause(length=timedelta(minutes=30), after_driving=timedelta(hours=2)),)
    ),
    "two breaks": ShiftRules(
        pauses=(
            Pause(length=timedelta(minutes=15), window=window("09:30", "10:30")),
            Pause(length=timedelta(minutes=30), window=window("12:00", "13:30")),
        )
    ),
    "reload": ShiftRules(max_reloads=2, reload_time=timedelta(minutes=10)),
    "traffic": ShiftRules(),
}
"""Each beside the shift's own break."""


def _ruled(tight: Board, name: str) -> Board:
    travel, routes = tight.travel, []
    if name == "traffic":
        starts = tuple(range(int(at("07:00").timestamp()), int(at("17:00").timestamp()), 3600))
        pace = Pace(starts=starts, travel=(1.0, 1.3, 1.2, 1.0, 1.0, 1.0, 1.1, 1.0, 1.2, 1.3))
        travel = {profile: replace(each, pace=pace) for profile, each in travel.items()}
    for each in tight.routes:
        shift = replace(each.route.shift, rules=_RULES[name])
        routes.append(board_route(replace(each.route, shift=shift), tight.orders, travel))
    return replace(tight, routes=tuple(routes), travel=travel)


@pytest.mark.parametrize("name", _RULES)
@pytest.mark.parametrize("what", ["too late", "nobody could", "pair"])
def test_ladder_by_a_rule(benchmark: BenchmarkFixture, tight: Board, name: str, what: str) -> None:
    """Where each place asks for the clock that knows every rule. Aim: 200 ms."""
    board = _ruled(tight, name)
    if what == "pair":
        asked = _pair(tight)
    else:
        hours = 1.7 if what == "too late" else 14
        asked = (replace(tight.unassigned[0], service_time=timedelta(hours=hours)),)
    board = replace(board, orders={**board.orders, **{order.id: order for order in asked}})
    ladder = benchmark.pedantic(lambda: Ladders(board).ladder(asked[-1]), rounds=2)
    assert len(ladder.rungs) == 80


@pytest.mark.parametrize("name", ["no rule", *_RULES])
@pytest.mark.parametrize("what", ["too long", "nobody could", "pair"])
def test_why_no_shift_takes_it(
    benchmark: BenchmarkFixture, tight: Board, name: str, what: str
) -> None:
    """All that is asked when such an order is selected: best places, and then why there is none.

    Aim: 200 ms.
    """
    board = tight if name == "no rule" else _ruled(tight, name)
    if what == "pair":
        asked = _pair(tight)
    else:
        hours = 3 if what == "too long" else 14
        asked = (replace(tight.unassigned[0], service_time=timedelta(hours=hours)),)
    board = replace(board, orders={**board.orders, **{order.id: order for order in asked}})
    advice = benchmark.pedantic(lambda: order_advice(Ladders(board), asked[-1]), rounds=2)
    assert advice[-1].title == "Why no shift takes it"


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
    pickup, delivery = _pair(tight)
    _ask(benchmark, replace(tight, orders={**tight.orders, pickup.id: pickup}), delivery)


def test_best_fit_over_all_routes(benchmark: BenchmarkFixture) -> None:
    """One order, 40 routes and 1,000 stops, with nothing prepared. Aim: 20 ms."""
    board = _clean(make_board(40, 30, 3))
    order = board.unassigned[0]
    best = benchmark(lambda: Drag(board.routes, [order], board.travel).best())
    assert best is not None
