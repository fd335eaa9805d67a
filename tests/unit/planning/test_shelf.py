from __future__ import annotations

from collections.abc import Sequence

from app.domain.fleet import Costs
from app.domain.orders import Order
from app.domain.routes import Route
from app.domain.sketch import RouteSketch
from app.planning.shelf import Shelf
from app.planning.task import Arrangement, Column, Task
from tests.factories import make_order, make_route, make_shift, make_vehicle, place
from tests.unit.planning.days import travel_of


def orders_in_a_row(count: int) -> list[Order]:
    return [make_order(place=place(53.50 + number * 0.01, 13.1)) for number in range(count)]


def vans(*per_km: float) -> list[Route]:
    return [
        make_route(make_shift(vehicle=make_vehicle(costs=Costs(per_km=price)))) for price in per_km
    ]


def sketched(
    routes: Sequence[Route], arranged: Sequence[Sequence[Order]], among: Sequence[Order]
) -> list[RouteSketch]:
    travel = travel_of(routes, among)
    return [RouteSketch(r.shift, some, travel) for r, some in zip(routes, arranged, strict=True)]


def columns(routes: Sequence[Route], sketches: Sequence[RouteSketch]) -> list[Column]:
    return [
        Column(tuple(sketch.orders), route, sketch.cost)
        for route, sketch in zip(routes, sketches, strict=True)
        if sketch.visits
    ]


def best(shelf: Shelf, plan: Sequence[RouteSketch]) -> Arrangement | None:
    return shelf.best(plan, seconds=5.0, is_counted=True)


def test_the_good_halves_of_two_plans_make_a_better_one() -> None:
    a, b, c, d, e, f = orders = orders_in_a_row(6)
    routes = vans(1.0, 1.0, 1.0)
    task = Task(routes=tuple(routes), orders=tuple(orders))
    # The first spoils the second and third route, the other plan the first two.
    now = sketched(routes, [[a, b], [c, e], [d, f]], orders)
    other = sketched(routes, [[a, c], [b, d], [e, f]], orders)
    shelf = Shelf(task)
    for plan in (now, other):
        shelf.add(columns(routes, plan))
    assert best(shelf, now) is None
    shelf.add(columns(routes, sketched(routes, [[], [c, d], []], orders)))
    found = best(shelf, now)
    assert found is not None
    assert {frozenset(some) for some in found} == {
        frozenset(some) for some in ([a, b], [c, d], [e, f])
    }
    assert found[0] == (a, b)


def test_orders_in_a_cheaper_sequence_replace_those_in_a_dearer_one() -> None:
    orders = orders_in_a_row(4)
    a, b, c, d = orders
    routes = vans(1.0)
    shelf = Shelf(Task(routes=tuple(routes), orders=tuple(orders)))
    now = sketched(routes, [[b, d, a, c]], orders)
    for sequence in ([a, b, c, d], [c, a, d, b]):
        shelf.add(columns(routes, sketched(routes, [sequence], orders)))
    assert best(shelf, now) in (None, ((a, b, c, d),))


def test_a_route_goes_on_no_van_of_another_kind() -> None:
    a, b = orders = orders_in_a_row(2)
    routes = vans(1.0, 9.0)
    shelf = Shelf(Task(routes=tuple(routes), orders=tuple(orders)))
    now = sketched(routes, [[a], [b]], orders)
    # Both alone would be cheap, but there is one cheap van only.
    cheap = routes[0]
    shelf.add([Column((a,), cheap, now[0].cost), Column((b,), cheap, now[0].cost)])
    assert best(shelf, now) is None
    shelf.add(columns(routes, sketched(routes, [[a, b], []], orders)))
    assert best(shelf, now) == ((a, b), ())


def test_a_locked_stop_stays_on_its_van() -> None:
    a, b = orders = orders_in_a_row(2)
    routes = vans(1.0, 1.0)
    task = Task(routes=tuple(routes), orders=tuple(orders), pins={a.id: routes[1].id})
    shelf = Shelf(task)
    now = sketched(routes, [[b], [a]], orders)
    shelf.add([Column((a, b), routes[1], now[0].cost)])
    assert best(shelf, now) == ((), (a, b))


def test_an_order_that_was_left_out_may_come_along_but_once() -> None:
    a, b, left = orders = orders_in_a_row(3)
    routes = vans(1.0, 1.0)
    shelf = Shelf(Task(routes=tuple(routes), orders=tuple(orders)))
    now = sketched(routes, [[a], [b]], orders)
    first, second = now[0].cost - 1, now[1].cost - 1
    shelf.add([Column((a, left), routes[0], first), Column((b, left), routes[1], second)])
    found = best(shelf, now)
    assert found is not None
    assert sorted(map(len, found)) == [1, 2]


def test_nothing_is_made_of_nothing() -> None:
    a, b = orders = orders_in_a_row(2)
    routes = vans(1.0, 1.0)
    shelf = Shelf(Task(routes=tuple(routes), orders=tuple(orders)))
    assert best(shelf, sketched(routes, [[a], [b]], orders)) is None
