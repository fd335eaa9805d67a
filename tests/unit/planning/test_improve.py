from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.board import Board, arrange
from app.domain.fleet import Shift
from app.domain.orders import Order, OrderKind
from app.domain.routes import Lock, Route, Stop
from app.domain.rules import NO_SHIFT_RULES, Aims, Balance, OrderRules, ShiftRules
from app.planning.improve import Improvement, improvements, peace_problem
from app.planning.peace import PeaceSearch
from tests.factories import (
    DEPOT_PLACE,
    make_depot,
    make_driver,
    make_order,
    make_route,
    make_shift,
    place,
)
from tests.unit.domain.routes_strategy import some_orders, some_shifts, travel_over
from tests.unit.planning.applied import applied, breaks_no_more, make_day
from tests.unit.planning.days import travel_of


def there(lat: float, lon: float, reference: str) -> Order:
    spot = place(DEPOT_PLACE.lat + lat, DEPOT_PLACE.lon + lon)
    return make_order(place=spot, reference=reference, service_time=timedelta(minutes=3))


ON_ANOTHERS_WAY = (
    [there(0.1, 0.0, "A1"), there(-0.05, 0.0, "X")],
    [there(-0.06, 0.0, "B1"), there(-0.07, 0.0, "B2")],
)


def a_day(
    contents: Sequence[Sequence[Order]],
    lock: Lock = Lock.NONE,
    rules: ShiftRules = NO_SHIFT_RULES,
) -> Board:
    routes: list[Route] = [
        make_route(make_shift(driver=make_driver(name=name), rules=rules), orders, lock=lock)
        for name, orders in zip(("Ana", "Bo"), contents, strict=False)
    ]
    orders = [order for some in contents for order in some]
    return make_day(routes, orders, travel_of(routes, orders))


def found(board: Board) -> list[Improvement]:
    problem = peace_problem(board)
    assert problem is not None
    return sorted(improvements(problem, lambda: False), key=lambda each: -each.saved_cost)


def test_two_orders_on_the_wrong_vans_are_to_be_swapped() -> None:
    north = [there(0.1, 0.0, "N1"), there(0.101, 0.0, "N2"), there(0.102, 0.0, "N3")]
    south = [there(-0.1, 0.0, "S1"), there(-0.101, 0.0, "S2"), there(-0.102, 0.0, "S3")]
    board = a_day([[north[0], north[1], south[2]], [south[0], south[1], north[2]]])
    best = found(board)[0]
    assert best.text in ("swap S3 and N3", "swap N3 and S3")
    assert best.saved_m > 20_000
    assert best.saved_s > 20 * 60


def test_an_order_on_the_way_of_another_van_is_to_be_moved() -> None:
    board = a_day(
        [
            [there(0.1, 0.0, "A1"), there(-0.05, 0.0, "X")],
            [there(-0.06, 0.0, "B1"), there(-0.07, 0, "B2")],
        ]
    )
    best = found(board)[0]
    assert best.text.startswith("move X to Bo")


@pytest.mark.parametrize(("price", "is_offered"), [(0.0, True), (500.0, False)])
def test_what_saves_less_than_another_driver_costs_is_not_offered(
    price: float, is_offered: bool
) -> None:
    first, second = ON_ANOTHERS_WAY
    depot = make_depot(aims=Aims(other_than_preferred=price))
    ana = make_driver(name="Ana")
    prefers = replace(first[1], rules=OrderRules(preferred_drivers=frozenset({ana.id})))
    routes = [
        make_route(make_shift(depot=depot, driver=ana), [first[0], prefers]),
        make_route(make_shift(depot=depot, driver=make_driver(name="Bo")), second),
    ]
    orders = [first[0], prefers, *second]
    offered = found(make_day(routes, orders, travel_of(routes, orders)))
    assert any(each.text.startswith("move X to Bo") for each in offered) is is_offered


def test_what_makes_hours_unlike_is_not_offered_where_they_are_to_be_even() -> None:
    texts = []
    for per_imbalance in (0.0, 500.0):
        aims = Aims(balance=Balance.STOPS, per_imbalance=per_imbalance)
        depot = make_depot(aims=aims)
        routes = [
            make_route(make_shift(depot=depot, driver=make_driver(name=name)), orders)
            for name, orders in zip(("Ana", "Bo"), ON_ANOTHERS_WAY, strict=True)
        ]
        orders = [order for some in ON_ANOTHERS_WAY for order in some]
        offered = found(make_day(routes, orders, travel_of(routes, orders)))
        texts.append(any(each.text.startswith("move X to Bo") for each in offered))
    assert texts == [True, False]


def test_stops_in_the_wrong_sequence_are_to_be_turned() -> None:
    a, b, c, d = (there(0.02 * n, 0.0, f"S{n}") for n in range(1, 5))
    far = there(0.1, 0.05, "F")
    texts = [each.text for each in found(a_day([[d, c, b, a, far]]))]
    assert any("the other way round" in text for text in texts)


def a_pair(pickup: tuple[float, float], delivery: tuple[float, float], name: str) -> list[Order]:
    first = replace(there(*pickup, f"{name}1"), kind=OrderKind.PICKUP)
    second = there(*delivery, f"{name}2")
    return [first, replace(second, rules=OrderRules(collected_by=first.id))]


def test_a_pair_on_the_wrong_van_is_to_be_moved_whole() -> None:
    pair = a_pair((-0.05, 0.0), (-0.065, 0.0), "P")
    board = a_day(
        [
            [there(0.1, 0.0, "A1"), *pair],
            [there(-0.06, 0.0, "B1"), there(-0.07, 0, "B2")],
        ]
    )
    best = found(board)[0]
    assert best.text.startswith("move P1 with P2 to Bo")
    assert best.text.endswith(", stops 1 and 3")
    (bo,) = (each for each in board.routes if "Bo" in each.route.shift.name)
    assert {order.id for order in pair} <= set(best.routes[bo.id])


def test_a_pair_is_to_be_swapped_with_an_order_or_another_pair() -> None:
    """Each van has room for no more than it has, so that nothing but a swap will do."""
    north, south = a_pair((0.1, 0.0), (0.102, 0.0), "N"), a_pair((-0.1, 0.0), (-0.102, 0.0), "S")
    mine, yours = there(0.101, 0.0, "A"), there(-0.101, 0.0, "B")
    most = ShiftRules(max_stops=3)
    board = a_day([[mine, *south], [yours, *north]], rules=most)
    assert found(board)[0].text in (
        "swap S1 with S2 and N1 with N2",
        "swap N1 with N2 and S1 with S2",
    )
    one = there(0.1, 0.0, "N")
    board = a_day(
        [[mine, *south], [yours, one, there(-0.102, 0, "C")]], rules=ShiftRules(max_stops=4)
    )
    texts = [each.text for each in found(board)]
    assert any(text in ("swap S1 with S2 and N", "swap N and S1 with S2") for text in texts), texts


def test_half_of_a_pair_that_is_locked_keeps_the_other_half_with_it() -> None:
    pair = a_pair((-0.05, 0.0), (-0.065, 0.0), "P")
    a, b = there(0.1, 0.0, "A1"), [there(-0.06, 0.0, "B1"), there(-0.07, 0, "B2")]
    stops = (
        Stop(order=a.id),
        Stop(order=pair[0].id, is_locked=True),
        Stop(order=pair[1].id),
    )
    routes = [make_route(make_shift(), stops=stops), make_route(make_shift(), b)]
    board = make_day(routes, [a, *pair, *b], travel_of(routes, [a, *pair, *b]))
    for each in found(board):
        after = each.routes.get(routes[0].id, tuple(order.id for order in pair))
        assert {order.id for order in pair} <= set(after)


def test_a_good_plan_and_a_locked_route_are_left_in_peace() -> None:
    stops = [there(0.01 * n, 0.0, f"S{n}") for n in range(1, 5)]
    assert found(a_day([stops])) == []
    board = a_day([stops[::2] + stops[1::2]], lock=Lock.SEQUENCE)
    assert peace_problem(board) is None


def test_a_locked_stop_stays_on_its_route() -> None:
    a, x = there(0.1, 0.0, "A1"), there(-0.05, 0.0, "X")
    b = [there(-0.06, 0.0, "B1"), there(-0.07, 0.0, "B2")]
    route = make_route(make_shift(), stops=(Stop(order=a.id), Stop(order=x.id, is_locked=True)))
    other = make_route(make_shift(), b)
    board = make_day([route, other], [a, x, *b], travel_of([route, other], [a, x, *b]))
    for each in found(board):
        assert x.id in each.routes.get(route.id, (x.id,))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(some_shifts(), some_orders(max_size=6)), min_size=1, max_size=3))
def test_every_improvement_saves_what_it_says_and_breaks_nothing(
    contents: list[tuple[Shift, list[Order]]],
) -> None:
    orders = [order for _, some in contents for order in some]
    routes = [make_route(shift, some) for shift, some in contents]
    board = make_day(routes, orders, travel_over(*orders))
    problem = peace_problem(board)
    for each in improvements(problem, lambda: False) if problem else ():
        after = applied(board, arrange(board, each.routes))
        assert set(after.route_of) == set(board.route_of)
        assert breaks_no_more(board, after), each
        assert board.cost - after.cost == pytest.approx(each.saved_cost)
        assert each.saved_cost > 0


def test_a_process_of_its_own_finds_them_and_ends() -> None:
    board = a_day(
        [
            [there(0.1, 0.0, "A1"), there(-0.05, 0.0, "X")],
            [there(-0.06, 0.0, "B1"), there(-0.07, 0, "B2")],
        ]
    )
    problem = peace_problem(board)
    assert problem is not None
    search = PeaceSearch(problem)
    search.start()
    news: list[Improvement] = []
    for _ in range(600):
        more = search.found()
        if more is None:
            break
        news += more
        time.sleep(0.05)
    search.kill()
    every = found(board)
    assert {each.key for each in news} <= {each.key for each in every}
    assert max(news, key=lambda each: each.saved_cost).key == every[0].key


def test_a_killed_search_says_no_more() -> None:
    problem = peace_problem(a_day([[there(0.1, 0.0, "A1")]]))
    assert problem is not None
    search = PeaceSearch(problem)
    search.kill()
    search.start()
    assert search.pid is None, "killed before it began"
    other = PeaceSearch(problem)
    other.start()
    other.kill()
    for _ in range(100):
        if other.found() is None:
            return
    raise AssertionError("it goes on")


@pytest.mark.skipif(os.name != "posix", reason="processes leave no trace here")
def test_ending_a_search_does_not_wait_for_its_process() -> None:
    problem = peace_problem(a_day([[there(0.1, 0.0, "A1")]]))
    assert problem is not None
    search = PeaceSearch(problem)
    search.start()
    assert search.pid is not None
    search.kill()
    # Nobody has waited for it: it is still in the table of processes, as one that has ended.
    process = psutil.Process(search.pid)
    for _ in range(200):
        if process.status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.05)
    raise AssertionError(process.status())
