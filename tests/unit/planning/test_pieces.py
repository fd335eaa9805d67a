from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from app.domain.fleet import Costs
from app.domain.orders import Order
from app.domain.routes import Route
from app.domain.sketch import RouteSketch
from app.planning import pieces
from app.planning.pieces import Cutter, Piece
from app.planning.task import Roads, Task
from tests.factories import make_order, make_route, make_shift, make_vehicle, place
from tests.unit.planning.days import travel_of


def a_plan(
    stops: int, vans: int, *, idle: int = 0, strays: int = 0
) -> tuple[Task, Roads, list[RouteSketch]]:
    """Routes side by side from west to east, each with its own stops, then idle vans."""
    orders = [
        [
            make_order(
                place=place(53.50 + stop * 0.001, 13.10 + van * 0.01),
                service_time=timedelta(minutes=1),
            )
            for stop in range(stops)
        ]
        for van in range(vans)
    ]
    left = [make_order(place=place(53.51, 13.10 + n * 0.001)) for n in range(strays)]
    routes: list[Route] = [make_route() for _ in range(vans)]
    routes += [
        make_route(make_shift(vehicle=make_vehicle(costs=Costs(fixed=float(number)))))
        for number in range(idle)
    ]
    every: list[Order] = [*(order for some in orders for order in some), *left]
    travel = travel_of(routes, every)
    plan = [RouteSketch(r.shift, some, travel) for r, some in zip(routes, orders, strict=False)]
    plan += [RouteSketch(route.shift, (), travel) for route in routes[vans:]]
    return Task(routes=tuple(routes), orders=tuple(every)), Roads(travel), plan


def cut(task: Task, roads: Roads, plan: list[RouteSketch], count: int, seed: int) -> list[Piece]:
    return Cutter(task, roads, random.Random(seed)).cut(plan, count)


def test_pieces_of_one_round_share_no_route_and_no_order() -> None:
    task, roads, plan = a_plan(30, 20, idle=4, strays=50)
    for seed in range(8):
        found = cut(task, roads, plan, 3, seed)
        assert len(found) == 3
        routes = [number for piece in found for number in piece.routes]
        orders = [order.id for piece in found for order in piece.task.orders]
        assert len(set(routes)) == len(routes)
        assert len(set(orders)) == len(orders)


def test_a_piece_has_the_orders_of_its_routes_as_they_stand() -> None:
    task, roads, plan = a_plan(30, 20)
    (piece,) = cut(task, roads, plan, 1, 1)
    assert piece.start == tuple(tuple(plan[number].orders) for number in piece.routes)
    assert [route.id for route in piece.task.routes] == [task.routes[n].id for n in piece.routes]
    assert sum(map(len, piece.start)) == len(piece.task.orders)
    assert 130 <= len(piece.task.orders) <= 280


def test_a_piece_of_a_day_with_long_routes_holds_more_of_them() -> None:
    task, roads, plan = a_plan(45, 20)
    for seed in range(6):
        (usual,) = cut(task, roads, plan, 1, seed)
        (long,) = Cutter(task, roads, random.Random(seed), has_long_routes=True).cut(plan, 1)
        assert len(usual.routes) <= 6
        assert len(long.routes) >= 6
        assert 250 <= len(long.task.orders) <= 495


def test_a_piece_is_offered_unplaced_orders_and_an_idle_van_of_each_kind() -> None:
    task, roads, plan = a_plan(30, 12, idle=3, strays=5)
    (piece,) = cut(task, roads, plan, 1, 1)
    placed = {order.id for orders in piece.start for order in orders}
    assert sum(order.id not in placed for order in piece.task.orders) == 5
    assert {12, 13, 14} <= set(piece.routes)


def test_every_route_has_its_turn_before_one_is_the_first_again() -> None:
    task, roads, plan = a_plan(30, 20)
    cutter = Cutter(task, roads, random.Random(3))
    seen: set[int] = set()
    for _ in range(20):
        seen.update(number for piece in cutter.cut(plan, 2) for number in piece.routes)
    assert seen == set(range(20))


def test_there_are_no_more_pieces_than_routes_suffice_for() -> None:
    task, roads, plan = a_plan(30, pieces._ROUTES)  # noqa: SLF001 - just so many as one piece has
    assert len(cut(task, roads, plan, 5, 1)) == 1
    assert cut(task, roads, [plan[0].of([])] * 4, 5, 1) == []


def _sparing(plan: list[RouteSketch], task: Task, roads: Roads) -> list[Piece]:
    """The pieces of forty rounds that do without a van."""
    rounds = [cut(task, roads, plan, 2, seed) for seed in range(40)]
    assert all(piece.spared is None for first, *_ in rounds for piece in [first])
    return [piece for _, *others in rounds for piece in others if piece.spared is not None]


def test_every_other_second_piece_does_without_a_van_whose_stops_go_to_neighbours() -> None:
    task, roads, plan = a_plan(30, 20, idle=2)
    found = _sparing(plan, task, roads)
    assert 8 <= len(found) <= 32
    for piece in found:
        assert piece.spared is not None
        assert piece.spared not in piece.routes
        spared = {order.id for order in plan[piece.spared].orders}
        placed = [order.id for orders in piece.start for order in orders]
        assert sorted(placed) == sorted(order.id for order in piece.task.orders)
        assert spared < set(placed)
        kept = (number for number in piece.routes if plan[number].visits)
        # The vans stand side by side: what is taken over goes to one next to it.
        nearest = min(kept, key=lambda number, gone=piece.spared: abs(number - gone))
        taken = piece.start[piece.routes.index(nearest)]
        assert spared & {order.id for order in taken}
        assert [o for o in taken if o.id not in spared] == plan[nearest].orders


def test_no_van_is_spared_that_costs_nothing_or_is_the_only_one_that_can() -> None:
    task, roads, plan = a_plan(30, 20)
    free = make_vehicle(costs=Costs(per_km=1.0))
    shifts = [replace(route.shift, vehicle=free) for route in task.routes]
    routes = tuple(replace(r, shift=s) for r, s in zip(task.routes, shifts, strict=True))
    assert not _sparing(plan, replace(task, routes=routes), roads)
    pins = {plan[number].orders[0].id: task.routes[number].id for number in range(20)}
    assert not _sparing(plan, replace(task, pins=pins), roads)
    cold = {order.id: replace(order, requirements=frozenset({"cold"})) for order in task.orders}
    able = [sketch.of([sketch.frame.visit(cold[o.id]) for o in sketch.orders]) for sketch in plan]
    assert not _sparing(able, replace(task, orders=tuple(cold.values())), roads)


def test_no_van_is_spared_while_orders_are_left_out() -> None:
    task, roads, plan = a_plan(30, 20, strays=1)
    assert not _sparing(plan, task, roads)


def test_what_is_in_vain_is_tried_more_rarely_and_again_once_it_was_of_use() -> None:
    task, roads, plan = a_plan(30, 20)

    def spared(cutter: Cutter, *, is_better: bool) -> int:
        found = [piece for _ in range(40) for piece in cutter.cut(plan, 2)]
        for piece in found:
            cutter.learn(piece, is_better=is_better)
        return sum(piece.spared is not None for piece in found)

    cutter = Cutter(task, roads, random.Random(1))
    assert spared(cutter, is_better=False) > 8
    assert spared(cutter, is_better=False) < 3
    again = _sparing(plan, task, roads)[0]
    cutter.learn(again, is_better=True)
    assert spared(cutter, is_better=True) > 8
