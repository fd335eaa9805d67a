from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest

from app.domain.fleet import Costs, Load, PlaceKind, Shift
from app.domain.geo import Location
from app.domain.ids import DepotId
from app.domain.orders import OrderKind, barcodes
from app.domain.problem import Plan, Progress, Reason
from app.domain.routes import Lock, Stop
from app.domain.timetable import timetable
from app.domain.travel import UNREACHABLE, Profile, TravelMatrix
from app.planning import engines
from app.planning.solve import solve
from tests.factories import (
    DEPOT_PLACE,
    make_break,
    make_depot,
    make_driver,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    new_id,
    place,
    window,
)
from tests.unit.planning.days import (
    left_out,
    make_problem,
    plan_of,
    route_of,
    travel_of,
    violations,
)

ROOMY = Load(weight_g=10**9, volume_cm3=10**9, parcels=10**6)


def a_shift(**changes: object) -> Shift:
    vehicle = make_vehicle(
        **{
            "capacity": ROOMY,
            **{
                k: changes.pop(k)
                for k in ("capacity", "costs", "features", "profile")
                if k in changes
            },
        }
    )
    return make_shift(vehicle=vehicle, **changes)


def test_all_orders_are_planned_where_all_fit() -> None:
    orders = [make_order() for _ in range(20)]
    problem = make_problem([make_route(), make_route()], orders)
    plan = plan_of(problem)
    assert not plan.unassigned
    assert not violations(problem, plan)
    cost = sum(
        timetable(r.shift, [problem.orders[o] for o in plan.routes[r.id]], problem.travel).cost
        for r in problem.routes
    )
    assert plan.cost == pytest.approx(cost)
    assert plan.engine.startswith("PyVRP")


@pytest.mark.parametrize(
    ("capacity", "changes"),
    [
        (replace(ROOMY, weight_g=25_000), {"weight_g": 10_000}),
        (replace(ROOMY, volume_cm3=25_000), {"volume_cm3": 10_000}),
        (replace(ROOMY, parcels=5), {"parcels": barcodes("X", 2)}),
    ],
    ids=["weight", "volume", "parcels"],
)
def test_no_van_carries_more_than_it_holds(capacity: Load, changes: dict[str, object]) -> None:
    orders = [make_order(**changes) for _ in range(6)]
    routes = [make_route(a_shift(capacity=capacity)) for _ in range(3)]
    problem = make_problem(routes, orders)
    plan = plan_of(problem)
    assert not plan.unassigned
    assert not violations(problem, plan)
    assert sorted(map(len, plan.routes.values())) == [2, 2, 2]


def test_room_freed_by_deliveries_is_used_for_pickups() -> None:
    deliveries = [make_order(weight_g=10_000) for _ in range(4)]
    pickups = [make_order(weight_g=10_000, kind=OrderKind.PICKUP) for _ in range(4)]
    route = make_route(a_shift(capacity=replace(ROOMY, weight_g=40_000)))
    problem = make_problem([route], deliveries + pickups)
    plan = plan_of(problem)
    assert not plan.unassigned
    assert not violations(problem, plan)


def test_every_order_is_served_inside_its_window() -> None:
    east, west = place(53.56, 13.40), place(53.56, 13.18)
    orders = [
        make_order(place=at, window=window(start, end))
        for at in (east, west)
        for start, end in (("08:00", "09:00"), ("11:00", "11:30"), ("15:00", "15:10"))
    ]
    problem = make_problem([make_route(), make_route()], orders)
    plan = plan_of(problem)
    assert not plan.unassigned
    assert not violations(problem, plan)


def test_a_van_is_back_when_its_shift_ends() -> None:
    orders = [make_order(service_time=timedelta(minutes=25)) for _ in range(5)]
    problem = make_problem([make_route(make_shift(window=window("08:00", "10:00")))], orders)
    plan = plan_of(problem)
    assert plan.unassigned
    assert not violations(problem, plan)
    assert {left.reason for left in plan.unassigned} == {Reason.WOULD_DISPLACE}


def test_an_order_goes_only_to_who_has_the_skills_for_it() -> None:
    # The skilled one is dear, so that leaving the rule out would show.
    plain = make_route(a_shift(costs=Costs(per_km=0.1, per_hour=5)))
    cold = make_route(
        a_shift(
            costs=Costs(fixed=100, per_km=1, per_hour=50),
            features=frozenset({"cold"}),
            driver=make_driver(skills=frozenset({"adr"})),
        )
    )
    orders = [make_order(requirements=frozenset({"cold", "adr"})), make_order()]
    plan = plan_of(make_problem([plain, cold], orders))
    assert route_of(plan, orders[0]) == cold.id
    assert route_of(plan, orders[1]) is not None


def test_goods_of_one_depot_are_not_planned_from_another() -> None:
    far = make_depot(location=Location(lat=53.50, lon=13.15))
    near = make_depot()
    here, there = make_route(make_shift(depot=near)), make_route(make_shift(depot=far))
    order = make_order(depot=far.id, place=place(53.5640, 13.2893))
    elsewhere = make_order(depot=DepotId(new_id()))
    plan = plan_of(make_problem([here, there], [order, elsewhere]))
    assert route_of(plan, order) == there.id
    assert left_out(plan)[elsewhere.id].reason is Reason.WRONG_DEPOT


def test_each_vehicle_plans_with_the_times_of_its_own_profile() -> None:
    orders = [make_order(window=window("08:00", "08:20"), place=place(53.55, 13.25))]
    car = make_route(a_shift(profile=Profile.CAR, costs=Costs(fixed=500, per_hour=10)))
    truck = make_route(a_shift(profile=Profile.TRUCK, costs=Costs(per_hour=1)))
    travel = dict(travel_of([car, truck], orders))
    slow = travel[Profile.TRUCK]
    travel[Profile.TRUCK] = replace(slow, seconds=[[s * 10 for s in row] for row in slow.seconds])
    plan = plan_of(make_problem([car, truck], orders, travel=travel))
    assert route_of(plan, orders[0]) == car.id


def test_the_cheaper_van_drives_where_both_could() -> None:
    dear = make_route(a_shift(costs=Costs(fixed=50, per_km=1, per_hour=30)))
    cheap = make_route(a_shift(costs=Costs(fixed=10, per_km=0.2, per_hour=10)))
    orders = [make_order() for _ in range(6)]
    plan = plan_of(make_problem([dear, cheap], orders))
    assert len(plan.routes[cheap.id]) == 6


def test_a_fleet_without_prices_still_drives_short_ways() -> None:
    line = [make_order(place=place(53.57 + n * 0.003, 13.30)) for n in range(8)]
    route = make_route(a_shift(costs=Costs(), end=PlaceKind.OPEN))
    plan = plan_of(make_problem([route], line[::2] + line[1::2]))
    assert list(plan.routes[route.id]) == [order.id for order in line]
    assert plan.cost == 0


def test_a_driver_ends_at_home_or_where_the_last_stop_is() -> None:
    home = Location(lat=53.65, lon=13.29)
    line = [make_order(place=place(53.57 + n * 0.01, 13.29)) for n in range(6)]
    for end in (PlaceKind.HOME, PlaceKind.OPEN):
        route = make_route(a_shift(end=end, driver=make_driver(home=home)))
        plan = plan_of(make_problem([route], line[::-1]))
        assert list(plan.routes[route.id]) == [order.id for order in line]


def test_a_driver_who_starts_at_home_loads_at_the_depot_first() -> None:
    home = Location(lat=53.70, lon=13.289)
    # A window that is only met if the way to the depot is left out: home is next door.
    order = make_order(place=place(53.699, 13.289), window=window("08:00", "08:30"))
    shift = make_shift(start=PlaceKind.HOME, driver=make_driver(home=home))
    plan = plan_of(make_problem([make_route(shift)], [order]))
    assert left_out(plan)[order.id].reason is Reason.OUTSIDE_WINDOWS


def test_a_pair_without_a_road_is_not_driven() -> None:
    a, b = make_order(place=place(53.57, 13.30)), make_order(place=place(53.58, 13.31))
    island = make_order(place=place(53.59, 13.32))
    routes = [make_route(), make_route()]
    places = (DEPOT_PLACE, *(order.location for order in (a, b, island)))
    far = UNREACHABLE
    seconds = [[0, 100, 100, far], [100, 0, far, far], [100, far, 0, far], [far, far, far, 0]]
    matrix = TravelMatrix(places=places, seconds=seconds, metres=seconds)
    problem = make_problem(routes, [a, b, island], travel={Profile.VAN: matrix})
    plan = plan_of(problem)
    assert not violations(problem, plan)
    assert route_of(plan, a) != route_of(plan, b)
    assert left_out(plan)[island.id].reason is Reason.UNREACHABLE


def test_the_break_is_taken_in_its_window_and_nobody_is_late_for_it() -> None:
    # Back to back, all day: without the break they all fit, with it one does not.
    orders = [
        make_order(
            place=place(53.5640, 13.2893),
            service_time=timedelta(minutes=30),
            window=window("08:00", "16:00"),
        )
        for _ in range(16)
    ]
    shift = make_shift(window=window("08:00", "16:02"), rest=make_break("11:45", "12:45"))
    problem = make_problem([make_route(shift)], orders)
    plan = plan_of(problem)
    assert not violations(problem, plan)
    assert len(plan.unassigned) == 1


def test_a_higher_priority_is_kept_where_not_all_fit() -> None:
    orders = [
        make_order(service_time=timedelta(minutes=40), priority=priority)
        for priority in (0, 3, 0, 1, 2, 0)
    ]
    # The important ones are far off, so that cost speaks against them.
    orders = [replace(o, place=place(53.56, 13.29 + 0.02 * o.priority)) for o in orders]
    problem = make_problem([make_route(make_shift(window=window("08:00", "10:20")))], orders)
    plan = plan_of(problem)
    assert not violations(problem, plan)
    left = [problem.orders[each.order].priority for each in plan.unassigned]
    assert left == [0, 0, 0]


def test_no_order_is_left_out_to_save_its_cost() -> None:
    far = make_order(place=place(53.90, 13.90))
    near = [make_order() for _ in range(3)]
    dear = a_shift(costs=Costs(fixed=1000, per_km=10, per_hour=500))
    plan = plan_of(make_problem([make_route(dear), make_route(dear)], [*near, far]))
    assert not plan.unassigned


def test_a_route_with_locked_contents_keeps_them_and_gets_no_more() -> None:
    line = [make_order(place=place(53.57 + n * 0.01, 13.29)) for n in range(6)]
    zigzag = [line[n] for n in (0, 3, 1, 4, 2, 5)]
    locked = make_route(a_shift(end=PlaceKind.OPEN), zigzag, lock=Lock.CONTENTS)
    new = make_order(place=place(53.575, 13.29))
    other = make_route()
    plan = plan_of(make_problem([locked, other], [*line, new]))
    assert list(plan.routes[locked.id]) == [order.id for order in line]
    assert route_of(plan, new) == other.id


def test_a_route_with_a_locked_sequence_stays_as_it_is() -> None:
    line = [make_order(place=place(53.57 + n * 0.01, 13.29)) for n in range(4)]
    zigzag = [line[n] for n in (0, 2, 1, 3)]
    locked = make_route(a_shift(), zigzag, lock=Lock.SEQUENCE)
    new = make_order(place=place(53.575, 13.29))
    plan = plan_of(make_problem([locked], [*line, new]))
    assert list(plan.routes[locked.id]) == [order.id for order in zigzag]
    assert left_out(plan)[new.id].reason is Reason.LOCKED


@pytest.mark.parametrize("pinned_routes", [1, 3])
def test_a_locked_stop_stays_on_its_route(pinned_routes: int) -> None:
    east = [make_order(place=place(53.56, 13.36 + n * 0.002)) for n in range(5)]
    west = [make_order(place=place(53.56, 13.22 - n * 0.002)) for n in range(5)]
    stranger = west[0]
    first = make_route(a_shift(costs=Costs(per_km=1, per_hour=20)), [*east, stranger])
    stops = tuple(replace(s, is_locked=s.order == stranger.id) for s in first.stops)
    others = [make_route(a_shift(costs=Costs(per_km=1, per_hour=20)), west[1:])]
    for number in range(1, pinned_routes):
        lonely = make_order(place=place(53.60, 13.29 + number * 0.01))
        east.append(lonely)
        others.append(make_route(a_shift(), stops=(Stop(order=lonely.id, is_locked=True),)))
    problem = make_problem([replace(first, stops=stops), *others], [*east, *west])
    plan = plan_of(problem)
    assert not plan.unassigned
    assert route_of(plan, stranger) == first.id
    for other in others[1:]:
        assert other.stops[0].order in plan.routes[other.id]


def test_a_violation_that_was_locked_in_stays_and_none_is_added() -> None:
    late = make_order(window=window("08:00", "08:01"), place=place(53.60, 13.40))
    cold = make_order(requirements=frozenset({"cold"}))
    route = make_route(
        stops=(Stop(order=late.id, is_locked=True), Stop(order=cold.id, is_locked=True))
    )
    more = [make_order() for _ in range(4)]
    problem = make_problem([route], [late, cold, *more])
    before = timetable(route.shift, [late, cold], problem.travel).violations
    plan = plan_of(problem)
    assert {late.id, cold.id} <= set(plan.routes[route.id])
    allowed = {(v.kind, v.order): v.amount for v in before}
    for violation in violations(problem, plan):
        assert violation.amount <= allowed[violation.kind, violation.order]


def test_a_locked_stop_that_is_late_is_served_in_time_whatever_it_costs() -> None:
    near = make_order(place=place(53.60, 13.2893))
    far = make_order(place=place(53.70, 13.2893), window=window("08:00", "08:27"))
    stops = tuple(Stop(order=order.id, is_locked=True) for order in (near, far))
    problem = make_problem([make_route(make_shift(end=PlaceKind.OPEN), stops=stops)], [near, far])
    (sequence,) = plan_of(problem).routes.values()
    assert sequence == (far.id, near.id)


def test_a_plan_that_rests_on_the_road_is_kept() -> None:
    """The break opens on the long leg: waiting for it at the first stop makes the second late."""
    orders = [
        make_order(
            place=place(DEPOT_PLACE.lat + degrees, DEPOT_PLACE.lon),
            service_time=timedelta(minutes=1),
            window=window("08:00", due),
        )
        for degrees, due in ((0.3, "09:00"), (0.6, "10:23"))
    ]
    routes = [make_route(make_shift(rest=make_break("09:20", "09:30", minutes=30)))]
    problem = make_problem(routes, orders)
    plan = plan_of(problem)
    assert not plan.unassigned
    assert not violations(problem, plan)
    (sequence,) = plan.routes.values()
    table = timetable(routes[0].shift, [problem.orders[o] for o in sequence], problem.travel)
    assert table.rest is not None
    assert table.rest.is_on_road


def test_a_locked_route_that_breaks_rules_is_left_alone() -> None:
    late = [make_order(window=window("08:00", "08:01"), place=place(53.6, 13.4)) for _ in range(3)]
    for lock in (Lock.CONTENTS, Lock.SEQUENCE):
        route = make_route(orders=late, lock=lock)
        plan = plan_of(make_problem([route], late))
        assert set(plan.routes[route.id]) == {order.id for order in late}


def test_what_broke_a_rule_on_an_open_route_is_moved_or_left_out() -> None:
    cold = make_order(requirements=frozenset({"cold"}))
    late = make_order(window=window("08:00", "08:01"), place=place(53.60, 13.40))
    route, van = make_route(orders=[cold, late]), make_route(a_shift(features=frozenset({"cold"})))
    problem = make_problem([route, van], [cold, late])
    plan = plan_of(problem)
    assert not violations(problem, plan)
    assert route_of(plan, cold) == van.id
    assert left_out(plan)[late.id].reason is Reason.OUTSIDE_WINDOWS


def test_an_order_without_a_place_is_left_out_unless_it_is_locked() -> None:
    nowhere, locked = make_order(place=None), make_order(place=None)
    order = make_order()
    route = make_route(stops=(Stop(order=order.id), Stop(order=locked.id, is_locked=True)))
    plan = plan_of(make_problem([route], [nowhere, locked, order]))
    assert set(plan.routes[route.id]) == {order.id, locked.id}
    assert left_out(plan)[nowhere.id].reason is Reason.NO_PLACE


def test_a_good_plan_is_not_made_worse_by_a_short_search() -> None:
    orders = [make_order() for _ in range(40)]
    problem = make_problem([make_route(), make_route()], orders, seconds=1.0)
    first = plan_of(problem)
    routes = [
        replace(route, stops=tuple(Stop(order=order) for order in first.routes[route.id]))
        for route in problem.routes
    ]
    again = plan_of(make_problem(routes, orders, seconds=0.05))
    assert again.cost <= first.cost + 1e-6


def test_nothing_to_plan_is_a_plan() -> None:
    assert plan_of(make_problem([make_route()], [])).cost == 0
    order = make_order()
    assert left_out(plan_of(make_problem([], [order])))[order.id].reason is Reason.NO_SHIFT


def test_a_large_day_is_searched_in_clusters() -> None:
    orders = [make_order(service_time=timedelta(minutes=5)) for _ in range(620)]
    routes = [make_route() for _ in range(40)]
    problem = make_problem(routes, orders, seconds=120, iterations=200)
    heard: list[Progress] = []
    plan = solve(problem, heard.append, lambda: False)
    assert not plan.unassigned
    assert not violations(problem, plan)
    assert "clusters" in {progress.stage for progress in heard}


@pytest.mark.parametrize(("count", "vans"), [(40, 3), (230, 6)], ids=["small day", "large day"])
def test_counted_work_gives_the_same_plan_on_any_number_of_cores(count: int, vans: int) -> None:
    draw = random.Random(5)  # not the places of the factory: on some the first plan is the best
    orders = [
        make_order(
            place=place(53.50 + draw.random() * 0.1, 13.20 + draw.random() * 0.15),
            service_time=timedelta(minutes=5),
        )
        for _ in range(count)
    ]
    routes = [make_route() for _ in range(vans)]
    plans = [
        plan_of(make_problem(routes, orders, seconds=120, iterations=400, cores=cores))
        for cores in (1, 2)
    ]
    assert plans[0].routes == plans[1].routes
    costs = [cost for _, cost in plans[0].trajectory]
    assert costs[-1] == pytest.approx(plans[0].cost)
    assert min(costs[:-1]) > costs[-1], "the search found nothing, so nothing was compared"


def test_what_is_kept_on_the_way_is_a_whole_plan() -> None:
    orders = [make_order() for _ in range(12)]
    locked = make_route(orders=orders[:3], lock=Lock.SEQUENCE)
    problem = make_problem([locked, make_route()], orders)
    kept: list[Plan] = []
    plan = solve(problem, lambda _progress: None, lambda: False, keep=kept.append)
    assert kept
    assert kept[0].routes.keys() == plan.routes.keys()
    assert kept[0].routes[locked.id] == locked.orders
    assert sum(map(len, kept[0].routes.values())) + len(kept[0].unassigned) == len(orders)


def test_progress_starts_at_once_and_cancel_keeps_the_best_plan() -> None:
    orders = [make_order() for _ in range(30)]
    problem = make_problem([make_route(), make_route()], orders, seconds=60)
    heard: list[Progress] = []
    plan = solve(problem, heard.append, lambda: len(heard) >= 3)
    assert plan.seconds < 10
    assert not plan.unassigned
    assert not violations(problem, plan)
    assert heard[0].stage == "start"
    assert heard[-1].cost >= plan.cost - 1e-6


def test_an_engine_that_does_not_stop_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    is_released = Event()

    def stuck(*_args: object, **_options: object) -> None:
        is_released.wait()

    monkeypatch.setattr(engines, "improve", stuck)
    orders = [make_order() for _ in range(5)]
    problem = make_problem([make_route()], orders, seconds=60)
    heard: list[Progress] = []
    try:
        plan = solve(problem, heard.append, lambda: len(heard) >= 2)
    finally:
        is_released.set()
    assert not plan.unassigned
