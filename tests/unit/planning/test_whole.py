"""What PyVRP is told of each rule that it knows: no polish afterwards hides what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.fleet import Costs, Load, PlaceKind, Shift
from app.domain.ids import OrderId
from app.domain.orders import Order, OrderKind
from app.domain.rules import OrderRules, Overrun, ShiftRules
from app.domain.sketch import RouteSketch
from app.domain.timetable import Travel
from app.domain.travel import Pace, Profile
from app.domain.underway import Underway
from app.planning.engines.whole import improve
from app.planning.task import Arrangement, Roads, Task
from tests.factories import (
    at,
    make_depot,
    make_driver,
    make_route,
    make_shift,
    make_vehicle,
    window,
)
from tests.unit.domain.ruled_days import A, B, minutes, order, roads

DRIVER = make_driver()
HOURS = ("08:00", "09:20")


def shift(hours: tuple[str, str] = HOURS, **rules: object) -> Shift:
    """A van with room for 10 kg that pays a unit a kilometre."""
    vehicle = make_vehicle(
        costs=Costs(per_km=1.0), capacity=Load(weight_g=10_000, volume_cm3=10**9, parcels=99)
    )
    return make_shift(
        driver=DRIVER, vehicle=vehicle, window=window(*hours), rules=ShiftRules(**rules)
    )


def planned(
    of: Shift,
    orders: Sequence[Order],
    start: Sequence[Order] = (),
    frozen: int = 0,
    travel: Travel | None = None,
) -> int:
    """How many of the orders the engine by itself puts on the one van."""
    travel = travel or roads()
    there = RouteSketch(of, start, travel, frozen=frozen)
    found = shared([there], orders, travel)
    return 0 if found is None else sum(map(len, found))


def shared(
    vans: Sequence[RouteSketch],
    orders: Sequence[Order],
    travel: Travel | None = None,
    pinned: Mapping[OrderId, int] | None = None,
) -> Arrangement | None:
    """What the engine by itself gives to each van; `pinned` says which have theirs already."""
    routes = tuple(make_route(van.frame.shift) for van in vans)
    pins = {order: routes[number].id for order, number in (pinned or {}).items()}
    task = Task(routes=routes, orders=tuple(orders), pins=pins)
    steps: Iterator[int] = iter(range(150))
    return improve(
        task, Roads(travel or roads()), vans, [lambda: next(steps, None) is None], seed=1
    )


def empty(*shifts: Shift) -> list[RouteSketch]:
    return [RouteSketch(each, (), roads()) for each in shifts]


def asking(
    at_place: object = A, service: float = 5, weight_g: int = 1_000, **rules: object
) -> Order:
    return order(at_place, service=service, weight_g=weight_g, rules=OrderRules(**rules))


SETUP = {"setup_time": minutes(30)}
SLOW = {"service": 61, "service_by_type": (("bike", minutes(5)),)}
HEAVY = {"weight_g": 6_000}
COLD = frozenset({"cold"})
EMPTIES = order(B, kind=OrderKind.PICKUP, weight_g=8_000)


def skilled() -> Shift:
    return replace(shift(), driver=make_driver(skills=COLD))


def caged(room: int) -> Shift:
    van = shift()
    capacity = replace(van.vehicle.capacity, more=(("cages", room),))
    return replace(van, vehicle=replace(van.vehicle, capacity=capacity))


@pytest.mark.parametrize(
    ("of", "orders", "count"),
    [
        pytest.param(shift(), [asking(A, **SETUP), asking(A, **SETUP)], 2, id="setup once"),
        pytest.param(
            shift(), [asking(A, **SETUP), asking(B, **SETUP)], 1, id="setup at each place"
        ),
        pytest.param(shift(vehicle_type="bike"), [asking(**SLOW)], 1, id="service by type"),
        pytest.param(shift(vehicle_type="van"), [asking(**SLOW)], 0, id="service of others"),
        pytest.param(shift(service_pace=2.0), [asking(service=35)], 0, id="beginner"),
        pytest.param(shift(travel_pace=4.5), [asking()], 0, id="slow driver"),
        pytest.param(shift(), [asking(released_at=at("09:00"))], 0, id="released too late"),
        pytest.param(shift(), [asking(released_at=at("08:50"))], 1, id="released in time"),
        pytest.param(shift(), [asking(drivers=frozenset({make_driver().id}))], 0, id="others only"),
        pytest.param(shift(), [asking(barred_drivers=frozenset({DRIVER.id}))], 0, id="barred"),
        pytest.param(shift(), [order(requirements=COLD)], 0, id="no skill"),
        pytest.param(skilled(), [order(requirements=COLD)], 1, id="skill"),
        pytest.param(shift(), [order(depot=make_depot().id)], 0, id="another depot"),
        pytest.param(shift(), [asking(takes_back=(8_000,)), EMPTIES], 1, id="empties too many"),
        pytest.param(shift(), [asking(takes_back=(2_000,)), EMPTIES], 2, id="room for empties"),
        pytest.param(shift(), [order(more_load=(("cages", 2),))], 1, id="cages anywhere"),
        pytest.param(caged(1), [order(more_load=(("cages", 2),))], 0, id="cages"),
        pytest.param(caged(2), [order(more_load=(("cages", 2),))], 1, id="room for cages"),
        pytest.param(shift(), [asking(drop_price=15.0)], 0, id="not worth it"),
        pytest.param(shift(), [asking(drop_price=25.0)], 1, id="worth it"),
        pytest.param(shift(), [asking(**HEAVY), asking(**HEAVY)], 1, id="full"),
        pytest.param(shift(max_stops=1), [asking(), asking()], 1, id="stops"),
        pytest.param(shift(max_distance_m=30_000), [asking(A), asking(B)], 1, id="distance"),
        pytest.param(shift(max_work=minutes(40)), [asking(A), asking(B)], 1, id="work"),
        pytest.param(shift(("08:00", "08:20")), [asking()], 0, id="shift"),
        pytest.param(
            shift(("08:00", "08:20"), overtime=Overrun(most=timedelta(hours=1), per_hour=1)),
            [asking()],
            1,
            id="overtime",
        ),
    ],
)
def test_the_engine_keeps_each_rule_that_it_knows(
    of: Shift, orders: list[Order], count: int
) -> None:
    assert planned(of, orders) == count


def test_any_of_several_windows_will_do() -> None:
    rules = OrderRules(more_windows=(window("09:00", "09:05"),))
    early = window("05:00", "05:30")
    assert planned(shift(), [order(window=early, rules=rules)]) == 1
    assert planned(shift(), [order(window=early)]) == 0


def test_a_pair_is_planned_whole_or_not_at_all() -> None:
    pickup = order(A, kind=OrderKind.PICKUP, weight_g=8_000)
    delivery = asking(B, weight_g=8_000, collected_by=pickup.id)
    assert planned(shift(), [delivery, pickup]) == 2
    assert planned(shift(("08:00", "08:50")), [delivery, pickup]) == 0
    assert planned(shift(), [delivery]) == 0


@pytest.mark.parametrize(
    ("rules", "count"),
    [
        ({"max_reloads": 1}, 2),
        ({"max_reloads": 1, "reload_time": minutes(30)}, 2),
        ({"max_reloads": 1, "reload_time": minutes(31)}, 0),
        ({"max_reloads": 0}, 0),
    ],
)
def test_a_van_comes_back_to_load_as_often_and_as_long_as_it_may(
    rules: dict[str, object], count: int
) -> None:
    heavy = [asking(**HEAVY), asking(**HEAVY)]
    assert planned(shift(**rules), heavy, start=heavy) == count


def out(of: Shift, *aboard: Order, loading: int = 1) -> Shift:
    """The van once it has left at eight with these deliveries."""
    loads = tuple((order.id, 0) for order in aboard)
    return replace(of, underway=Underway(left_at=at("08:00"), loading=loading, loads=loads))


@pytest.mark.parametrize(
    ("of", "count"),
    [
        pytest.param(shift(max_reloads=1), 2, id="in time to load it"),
        pytest.param(shift(("08:00", "09:00"), max_reloads=1), 0, id="in time without"),
        pytest.param(shift(max_reloads=0), 0, id="never loads again"),
    ],
)
def test_a_van_on_the_road_comes_back_for_goods_that_are_not_aboard(of: Shift, count: int) -> None:
    done, new = asking(A), asking(B)
    assert planned(out(of, done), [done, new], start=[done, new], frozen=1) == count
    # Half an hour of detour is nothing to what was aboard.
    late = out(shift(("08:00", "09:00"), max_reloads=1), done, new)
    assert planned(late, [done, new], start=[done, new], frozen=1) == 2


def test_a_reload_that_was_driven_is_one_less() -> None:
    first, second, third = (asking(A, **HEAVY) for _ in range(3))
    for most, count in ((1, 0), (2, 3)):
        of = shift(("08:00", "12:00"), max_reloads=most)
        loads = ((first.id, 0), (second.id, 1))
        then = replace(of, underway=Underway(left_at=at("08:00"), loading=2, loads=loads))
        orders = [first, second, third]
        assert planned(then, orders, start=orders, frozen=2) == count


def test_what_a_van_on_the_road_has_collected_takes_its_room_until_it_is_handed_on() -> None:
    pickup = order(A, kind=OrderKind.PICKUP, weight_g=8_000)
    delivery = asking(B, weight_g=8_000, collected_by=pickup.id)
    other = order(B, kind=OrderKind.PICKUP, weight_g=8_000)
    of = out(shift(("08:00", "12:00")))
    assert planned(of, [pickup, delivery], start=[pickup], frozen=1) == 2
    assert planned(of, [pickup, other], start=[pickup], frozen=1) == 1
    empties = asking(A, takes_back=(8_000, 0, 0))
    assert planned(out(of, empties), [empties, other], start=[empties], frozen=1) == 1


def test_the_more_important_order_is_kept_though_it_is_the_farther_one() -> None:
    orders = [asking(A), replace(asking(B), priority=2)]
    found = shared(empty(shift(max_stops=1)), orders)
    assert found == ((orders[1],),)


def test_a_locked_stop_stays_with_its_van_though_the_other_is_cheaper() -> None:
    dear, cheap = (
        replace(each, vehicle=replace(each.vehicle, costs=Costs(per_km=price)))
        for each, price in ((shift(), 9.0), (shift(), 1.0))
    )
    mine = asking(A)
    assert shared(empty(dear, cheap), [mine]) == ((), (mine,))
    assert shared(empty(dear, cheap), [mine], pinned={mine.id: 0}) == ((mine,), ())
    barred = replace(dear, driver=make_driver())
    ours = asking(A, drivers=frozenset({cheap.driver.id}))
    assert shared(empty(barred, cheap), [ours], pinned={ours.id: 0}) == ((ours,), ())


@pytest.mark.parametrize("costs", [Costs(fixed=1), Costs(per_km=1), Costs(per_hour=1)])
def test_the_cheaper_van_drives_whatever_makes_it_cheaper(costs: Costs) -> None:
    dear = Costs(fixed=2 * costs.fixed, per_km=2 * costs.per_km, per_hour=2 * costs.per_hour)
    vans = [replace(shift(), vehicle=make_vehicle(costs=each)) for each in (dear, costs)]
    orders = [asking(A)]
    assert shared(empty(*vans), orders) == ((), (orders[0],))
    assert shared(empty(*reversed(vans)), orders) == ((orders[0],), ())


def test_each_vehicle_drives_on_roads_of_its_own() -> None:
    slow = roads(seconds=[[5 * s for s in row] for row in roads()[Profile.VAN].seconds])
    travel = {**roads(), Profile.TRUCK: slow[Profile.TRUCK]}
    truck = replace(shift(), vehicle=replace(shift().vehicle, profile=Profile.TRUCK))
    assert planned(shift(), [asking(A)], travel=travel) == 1
    assert planned(truck, [asking(A)], travel=travel) == 0


def test_hours_of_slow_roads_are_told_by_their_mean() -> None:
    of = (shift(("08:00", "08:40")), [asking(A)])
    morning = int(at("00:00").timestamp())
    for pace, count in ((1.0, 1), (2.0, 0)):
        slow = Pace(starts=(morning,), travel=(pace,), service_s=(0,))
        assert planned(*of, travel=roads(pace=slow)) == count


@pytest.mark.parametrize(
    ("start", "end", "until", "count"),
    [
        (PlaceKind.HOME, PlaceKind.DEPOT, "08:45", 1),
        (PlaceKind.HOME, PlaceKind.DEPOT, "08:44", 0),
        (PlaceKind.DEPOT, PlaceKind.HOME, "08:30", 1),
        (PlaceKind.DEPOT, PlaceKind.HOME, "08:29", 0),
        (PlaceKind.DEPOT, PlaceKind.OPEN, "08:15", 1),
        (PlaceKind.DEPOT, PlaceKind.OPEN, "08:14", 0),
    ],
)
def test_a_shift_starts_and_ends_where_it_does(
    start: PlaceKind, end: PlaceKind, until: str, count: int
) -> None:
    """From home by way of the depot; home is B, a quarter of an hour from A."""
    driver = make_driver(home=B.location)
    of = replace(shift(("08:00", until)), driver=driver, start=start, end=end)
    assert planned(of, [asking(A)]) == count


TRUCK = replace(shift().vehicle, profile=Profile.TRUCK)
QUICK = shift(max_stops=1, vehicle_type="bike")


@pytest.mark.parametrize(
    "slow",
    [
        pytest.param(replace(QUICK, vehicle=TRUCK), id="roads"),
        pytest.param(shift(max_stops=1, vehicle_type="bike", travel_pace=4.5), id="travel"),
        pytest.param(shift(max_stops=1, vehicle_type="bike", service_pace=14.0), id="service"),
        pytest.param(shift(max_stops=1, vehicle_type="lorry"), id="type"),
    ],
)
def test_vans_of_one_task_are_not_told_alike_where_they_differ(slow: Shift) -> None:
    far = [[5 * s for s in row] for row in roads()[Profile.VAN].seconds]
    travel = {**roads(), Profile.TRUCK: roads(seconds=far)[Profile.TRUCK]}
    orders = [asking(A, service=5, service_by_type=(("lorry", minutes(61)),)) for _ in range(2)]
    vans = [RouteSketch(each, (), travel) for each in (QUICK, slow)]
    found = shared(vans, orders, travel)
    assert found is not None
    assert list(map(len, found)) == [1, 0]


def test_what_was_collected_is_unloaded_at_a_reload_that_was_driven() -> None:
    collected, other = (order(A, kind=OrderKind.PICKUP, weight_g=8_000) for _ in range(2))
    loaded = asking(B, **HEAVY)
    of = shift(("08:00", "12:00"), max_reloads=1)
    loads = ((loaded.id, 1),)
    then = replace(of, underway=Underway(left_at=at("08:00"), loading=2, loads=loads))
    orders = [collected, loaded, other]
    assert planned(then, orders, start=orders[:2], frozen=2) == 3


@pytest.mark.parametrize(
    ("pickup", "delivery", "count"),
    [
        ({}, {}, 2),
        ({"window": window("09:00", "09:30")}, {}, 0),
        ({"window": window("08:00", "08:05")}, {}, 0),
        ({}, {"window": window("09:00", "09:30")}, 0),
        ({}, {"window": window("08:00", "08:25")}, 0),
        ({"weight_g": 11_000}, {"weight_g": 11_000}, 0),
    ],
)
def test_both_halves_of_a_pair_have_their_windows_and_their_load(
    pickup: dict[str, object], delivery: dict[str, object], count: int
) -> None:
    first = order(A, kind=OrderKind.PICKUP, **pickup)
    second = order(B, rules=OrderRules(collected_by=first.id), **delivery)
    assert planned(shift(), [first, second]) == count


def test_an_open_end_is_wherever_the_last_stop_is() -> None:
    for until, count in (("08:35", 2), ("08:34", 1)):
        of = replace(shift(("08:00", until)), end=PlaceKind.OPEN)
        assert planned(of, [asking(A), asking(B)]) == count


@pytest.mark.parametrize("price", ["per_driving_hour", "per_service_hour"])
def test_hours_of_driving_and_of_service_have_prices_of_their_own(price: str) -> None:
    dear, cheap = shift(**{price: 30.0}), shift(**{price: 10.0})
    orders = [asking(A, service=20)]
    assert shared(empty(dear, cheap), orders) == ((), (orders[0],))
    assert shared(empty(cheap, dear), orders) == ((orders[0],), ())
