from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.domain.fleet import PlaceKind
from app.domain.orders import Order
from app.domain.problem import Plan
from app.domain.routes import Route
from app.domain.sketch import RouteSketch
from app.planning.filling import insert
from app.planning.mending import mended, without_idle_changes, worth
from app.planning.opening import opened
from app.planning.pauses import pauses
from app.planning.task import NO_ROAD_S, Roads, Task
from tests.factories import DEPOT_PLACE, make_order, make_route, make_shift, place, window
from tests.unit.planning.days import make_problem, travel_of


def a_morning(hours: int = 2) -> Route:
    return make_route(make_shift(window=window("08:00", f"{8 + hours:02}:00")))


def long(**changes: object) -> Order:
    return make_order(place=place(53.5640, 13.2893), service_time=timedelta(minutes=50), **changes)


def never() -> bool:
    return False


def test_what_breaks_a_rule_is_taken_off_the_least_important_first() -> None:
    orders = [long(priority=1), long(priority=0), long(priority=2)]
    task = Task(routes=(a_morning(),), orders=tuple(orders))
    (sketch,) = mended(task, (tuple(orders),), travel_of(task.routes, orders), never)
    assert [order.priority for order in sketch.orders] == [1, 2]
    assert sketch.severity == (0, 0.0, 0)


def test_what_was_taken_off_goes_where_it_fits() -> None:
    orders = [long() for _ in range(4)]
    task = Task(routes=(a_morning(), a_morning()), orders=tuple(orders))
    sketches = mended(task, (tuple(orders), ()), travel_of(task.routes, orders), never)
    assert [len(sketch.visits) for sketch in sketches] == [2, 2]


def test_an_important_order_takes_the_room_of_the_least_important() -> None:
    placed = [long(priority=1), long(priority=0)]
    important = long(priority=3)
    task = Task(routes=(a_morning(),), orders=(*placed, important))
    (sketch,) = mended(task, (tuple(placed),), travel_of(task.routes, placed), never)
    assert {order.priority for order in sketch.orders} == {1, 3}


def test_an_important_order_pushes_out_no_locked_stop() -> None:
    placed = [long(), long()]
    route = a_morning()
    task = Task(
        routes=(route,),
        orders=(*placed, long(priority=3)),
        pins={order.id: route.id for order in placed},
    )
    (sketch,) = mended(task, (tuple(placed),), travel_of(task.routes, placed), never)
    assert sketch.orders == placed


def test_a_locked_stop_that_an_engine_lost_comes_back() -> None:
    locked, other = long(), make_order()
    route = a_morning()
    task = Task(routes=(route,), orders=(locked, other), pins={locked.id: route.id})
    (sketch,) = mended(task, ((other,),), travel_of(task.routes, task.orders), never)
    assert set(sketch.orders) == {locked, other}


def test_locked_stops_go_back_to_the_sequence_in_which_they_broke_no_rule() -> None:
    early = make_order(window=window("08:00", "08:30"), place=place(53.5640, 13.2893))
    late = make_order(window=window("12:00", "13:00"))
    route = make_route(orders=[early, late])
    task = Task(
        routes=(route,), orders=(early, late), pins=dict.fromkeys((early.id, late.id), route.id)
    )
    (sketch,) = mended(task, ((late, early),), travel_of(task.routes, task.orders), never)
    assert sketch.orders == [early, late]


def test_once_time_is_up_only_the_rules_are_seen_to() -> None:
    orders = [long() for _ in range(4)]
    task = Task(routes=(a_morning(), a_morning()), orders=tuple(orders))
    sketches = mended(task, (tuple(orders), ()), travel_of(task.routes, orders), lambda: True)
    assert [len(sketch.visits) for sketch in sketches] == [2, 0]


def test_an_order_goes_on_the_cheapest_route() -> None:
    east, west = place(53.56, 13.40), place(53.56, 13.18)
    task = Task(routes=(make_route(), make_route()), orders=())
    here, there = make_order(place=east), make_order(place=west)
    new = make_order(place=west)
    travel = travel_of(task.routes, [here, there, new])
    sketches = [
        RouteSketch(route.shift, [order], travel)
        for route, order in zip(task.routes, (here, there), strict=True)
    ]
    assert insert(sketches, new)
    assert [len(sketch.visits) for sketch in sketches] == [1, 2]


def test_an_important_order_left_out_outweighs_any_cost_and_any_number_of_others() -> None:
    orders = tuple(long(priority=p) for p in (1, 0, 0))
    task = Task(routes=(a_morning(3),), orders=orders)
    travel = travel_of(task.routes, orders)

    def having(*kept: Order) -> list[RouteSketch]:
        return [RouteSketch(task.routes[0].shift, kept, travel)]

    assert worth(task, having(orders[0])) < worth(task, having(*orders[1:]))
    assert worth(task, having(*orders)) < worth(task, having(orders[0]))


def test_a_locked_stop_in_time_outweighs_any_cost() -> None:
    near = make_order(place=place(53.60, 13.2893))
    far = make_order(place=place(53.70, 13.2893), window=window("08:00", "08:27"))
    route = make_route(make_shift(end=PlaceKind.OPEN))
    task = Task(routes=(route,), orders=(near, far), pins={near.id: route.id, far.id: route.id})
    travel = travel_of(task.routes, task.orders)
    late = [RouteSketch(route.shift, [near, far], travel)]
    in_time = [RouteSketch(route.shift, [far, near], travel)]
    assert late[0].violations
    assert not in_time[0].violations
    assert in_time[0].cost > late[0].cost
    assert worth(task, in_time) < worth(task, late)


def test_a_route_keeps_its_sequence_where_another_gains_nothing() -> None:
    door = [make_order(place=place(53.60, 13.2893)) for _ in range(2)]
    far = make_order(place=place(53.70, 13.2893))
    line = (door[0], door[1], far)
    routes = [make_route(make_shift(end=PlaceKind.OPEN), orders) for orders in (line, line[::-1])]
    problem = make_problem(routes, line)
    other = tuple(order.id for order in (door[1], door[0], far))
    sequences = dict.fromkeys((route.id for route in routes), other)
    plan = Plan(routes=sequences, unassigned=(), cost=0.0, engine="", seconds=0.0)
    kept = without_idle_changes(problem, plan).routes
    assert kept[routes[0].id] == routes[0].orders
    assert kept[routes[1].id] == other, "it is shorter so"


def test_the_opening_plan_keeps_the_rules_and_what_was_planned() -> None:
    orders = [
        make_order(
            window=window("09:00", "10:00") if number % 2 else None,
            requirements=frozenset({"cold"}) if number % 9 == 0 else frozenset(),
        )
        for number in range(40)
    ]
    skilled = make_shift()
    skilled = replace(skilled, vehicle=replace(skilled.vehicle, features=frozenset({"cold"})))
    routes = (make_route(), make_route(skilled), make_route())
    task = Task(routes=routes, orders=tuple(orders))
    travel = travel_of(routes, orders)
    start = ((orders[1], orders[2]), (), ())
    arranged = opened(task, Roads(travel), pauses(task.shifts), start)
    assert arranged[0] == start[0]
    assert sum(map(len, arranged)) == len(orders)
    for route, sequence in zip(routes, arranged, strict=True):
        assert RouteSketch(route.shift, sequence, travel).severity == (0, 0.0, 0)


def test_roads_name_what_no_road_joins_and_fly_to_what_no_matrix_knows() -> None:
    known, unknown = make_order(), make_order(place=place(53.60, 13.40))
    travel = dict(travel_of([make_route()], [known]))
    profile = next(iter(travel))
    matrix = travel[profile]
    cut_off = replace(matrix, seconds=[[0, -1], [60, 0]], metres=[[0, -1], [900, 0]])
    assert known.location is not None
    assert unknown.location is not None
    seconds, metres = Roads({profile: cut_off}).between(
        profile, [DEPOT_PLACE, known.location, unknown.location]
    )
    assert seconds[0, 1] == NO_ROAD_S
    assert (seconds[1, 0], metres[1, 0]) == (60, 900)
    assert 8_000 < metres[0, 2] == metres[2, 0] < 9_000
