"""What PyVRP is told of everyday rules: no mending afterwards hides what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

import pytest

from app.domain.fleet import Costs, Load, PlaceKind, Shift
from app.domain.geo import Location
from app.domain.ids import OrderId
from app.domain.orders import Order, OrderKind
from app.domain.timetable import Travel
from app.domain.travel import Profile, TravelMatrix
from app.planning.engines import pyvrp
from app.planning.pauses import Pauses, pauses
from app.planning.task import Arrangement, Column, Roads, Task
from tests.factories import (
    DEPOT_PLACE,
    make_break,
    make_depot,
    make_driver,
    make_route,
    make_shift,
    make_vehicle,
    place,
    window,
)
from tests.unit.domain.ruled_days import A, B, order, roads

DRIVER = make_driver()
COLD = frozenset({"cold"})
HOURS = ("08:00", "09:20")


def shift(hours: tuple[str, str] = HOURS, costs: Costs | None = None, **changes: object) -> Shift:
    """A van with room for 10 kg that pays a unit a kilometre."""
    room = Load(weight_g=10_000, volume_cm3=10**9, parcels=99)
    vehicle = make_vehicle(costs=costs or Costs(per_km=1.0), capacity=room)
    values: dict[str, object] = {"driver": DRIVER, "vehicle": vehicle, "window": window(*hours)}
    return make_shift(**(values | changes))


def shared(
    shifts: Sequence[Shift],
    orders: Sequence[Order],
    *,
    start: Arrangement | None = None,
    pinned: Mapping[OrderId, int] | None = None,
    travel: Travel | None = None,
    hours: Pauses | None = None,
    columns: list[Column] | None = None,
    steps: int = 150,
    is_fresh: bool = False,
) -> Arrangement:
    """What the engine by itself gives to each van."""
    routes = tuple(make_route(each) for each in shifts)
    pins = {key: routes[number].id for key, number in (pinned or {}).items()}
    left: Iterator[int] = iter(range(steps))
    found = pyvrp.improve(
        Task(routes=routes, orders=tuple(orders), pins=pins),
        Roads(travel or roads()),
        start or ((),) * len(routes),
        lambda: next(left, None) is None,
        pauses=hours or Pauses(),
        seed=1,
        is_fresh=is_fresh,
        columns=columns,
    )
    assert found is not None
    return found


def _star(tips: Sequence[Location | None]) -> TravelMatrix:
    """Every way leads through the depot: a van for each costs as much as one for all."""
    places = [DEPOT_PLACE, *(tip for tip in tips if tip is not None)]
    rows = [
        [300 * ((a != 0) + (b != 0)) * (a != b) for b in range(len(places))]
        for a in range(len(places))
    ]
    return TravelMatrix(places=tuple(places), seconds=rows, metres=rows)


def planned(of: Shift, *orders: Order, **changes: object) -> int:
    return sum(map(len, shared([of], orders, **changes)))


HEAVY = {"weight_g": 6_000}
PICKED = {**HEAVY, "kind": OrderKind.PICKUP}


@pytest.mark.parametrize("most_entries", [0, 10**9], ids=["as loads", "as walls"])
@pytest.mark.parametrize(
    ("of", "orders", "count"),
    [
        pytest.param(shift(), [order(A), order(B)], 2, id="all"),
        pytest.param(shift(), [order(window=window("05:00", "05:30"))], 0, id="too early"),
        pytest.param(shift(), [order(window=window("09:16", "16:00"))], 0, id="too late"),
        pytest.param(shift(("08:00", "08:25")), [order()], 1, id="a shift that suffices"),
        pytest.param(shift(("08:00", "08:24")), [order()], 0, id="a shift too short"),
        pytest.param(shift(), [order(service=60)], 1, id="service that fits"),
        pytest.param(shift(), [order(service=61)], 0, id="service too long"),
        pytest.param(shift(), [order(**HEAVY), order(**HEAVY)], 1, id="full"),
        pytest.param(shift(), [order(**PICKED), order(**PICKED)], 1, id="full of pickups"),
        pytest.param(shift(), [order(**HEAVY), order(**PICKED)], 2, id="room made on the way"),
        pytest.param(shift(), [order(requirements=COLD)], 0, id="no skill"),
        pytest.param(
            shift(driver=make_driver(skills=COLD)), [order(requirements=COLD)], 1, id="skill"
        ),
        pytest.param(shift(), [order(depot=make_depot().id)], 0, id="another depot"),
        pytest.param(shift(), [order(None), order()], 1, id="nowhere"),
    ],
)
def test_the_engine_keeps_each_everyday_rule(
    of: Shift,
    orders: list[Order],
    count: int,
    most_entries: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pyvrp, "_MOST_ENTRIES", most_entries)
    # A van that could do all the same, but takes nothing of this depot, makes marks matter.
    other = shift(driver=make_driver(skills=COLD), depot=make_depot(location=of.depot.location))
    orders = [replace(each, depot=each.depot or of.depot.id) for each in orders]
    assert len(shared([of, other], orders)[0]) == count


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
    of = shift(("08:00", until), driver=driver, start=start, end=end)
    # Beside another shift, whose places are the first ones that the engine knows.
    assert len(shared([shift(("07:00", "07:01")), of], [order(A)])[1]) == count


@pytest.mark.parametrize("costs", [Costs(fixed=1), Costs(per_km=1), Costs(per_hour=1)])
def test_the_cheaper_van_drives_whatever_makes_it_cheaper(costs: Costs) -> None:
    dear = Costs(fixed=2 * costs.fixed, per_km=2 * costs.per_km, per_hour=2 * costs.per_hour)
    orders = [order(A)]
    for start in (None, ((orders[0],), ())):
        vans = [shift(costs=each) for each in (dear, costs)]
        assert shared(vans, orders, start=start) == ((), (orders[0],))
        assert shared(vans[::-1], orders, start=start) == ((orders[0],), ())


SMALL = make_vehicle(
    costs=Costs(per_km=1.0), capacity=Load(weight_g=900, volume_cm3=10**9, parcels=99)
)
TRUCK = make_vehicle(
    costs=Costs(per_km=1.0),
    capacity=Load(weight_g=10_000, volume_cm3=10**9, parcels=99),
    profile=Profile.TRUCK,
)
AWAY = make_driver(home=B.location)


@pytest.mark.parametrize(
    "worse",
    [
        pytest.param(shift(("08:00", "08:20")), id="hours"),
        pytest.param(shift(("07:00", "07:20")), id="other hours"),
        pytest.param(shift(vehicle=SMALL), id="room"),
        pytest.param(shift(vehicle=TRUCK), id="roads"),
        pytest.param(shift(costs=Costs(per_km=9.0)), id="costs"),
        pytest.param(shift(depot=make_depot(location=B.location)), id="depot"),
        pytest.param(shift(driver=AWAY, start=PlaceKind.HOME), id="start"),
        pytest.param(shift(driver=AWAY, end=PlaceKind.HOME), id="end"),
    ],
)
def test_shifts_are_not_told_alike_where_they_differ(worse: Shift) -> None:
    far = [[8 * s for s in row] for row in roads()[Profile.VAN].seconds]
    travel = {**roads(), Profile.TRUCK: roads(seconds=far)[Profile.TRUCK]}
    orders = [order(A, requirements=COLD), order(A)]
    good = shift(driver=make_driver(skills=COLD))
    worse = replace(worse, driver=replace(worse.driver, skills=COLD))
    for vans, best in (([good, worse], 0), ([worse, good], 1)):
        found = shared(vans, orders, travel=travel)
        assert [len(each) for number, each in enumerate(found) if number != best] == [0]
        assert len(found[best]) == 2


def test_shifts_that_differ_in_skills_alone_are_not_told_alike() -> None:
    cold = shift(driver=make_driver(skills=COLD))
    orders = [order(A, requirements=COLD, **HEAVY), order(A, **HEAVY)]
    assert shared([shift(), cold], orders) == ((orders[1],), (orders[0],))
    assert shared([cold, shift()], orders) == ((orders[0],), (orders[1],))


def test_the_more_important_order_is_kept_though_it_is_the_farther_one() -> None:
    orders = [order(A, **HEAVY), order(B, priority=2, **HEAVY)]
    assert shared([shift()], orders) == ((orders[1],),)


def test_a_locked_stop_stays_with_its_van_before_what_is_important() -> None:
    mine, other = order(B, **HEAVY), order(A, priority=3, **HEAVY)
    assert shared([shift()], [mine, other], pinned={mine.id: 0}) == ((mine,),)
    dear, cheap = shift(costs=Costs(per_km=9.0)), shift()
    assert shared([dear, cheap], [mine], pinned={mine.id: 0}) == ((mine,), ())


def test_what_has_its_place_is_not_given_up_for_its_cost() -> None:
    orders = [order(A), order(B)]
    dear = shift(costs=Costs(fixed=10**6, per_km=10**4))
    assert planned(dear, *orders, start=(tuple(orders),)) == 2
    assert planned(dear, *orders) == 2


def test_of_shifts_alike_each_keeps_what_it_drove() -> None:
    orders = [order(A, **HEAVY), order(B, **HEAVY)]
    for first, second in ((0, 1), (1, 0), (0, 2), (2, 1)):
        start: list[tuple[Order, ...]] = [(), (), ()]
        start[first], start[second] = (orders[0],), (orders[1],)
        assert shared([shift()] * 3, orders, start=tuple(start)) == tuple(start)


def test_a_plan_begun_anew_has_few_vans_more_than_the_one_to_better() -> None:
    ways = [
        order(place(53.56 + 0.01 * north, 13.26 + 0.01 * east), weight_g=1, service=1)
        for north, east in product(range(-3, 3), range(1, 7))
    ]
    vans = [shift(("08:00", "18:00"), Costs(per_km=1.0, per_hour=0.0)) for _ in ways]
    through_the_depot = dict.fromkeys(Profile, _star([way.location for way in ways]))
    found = shared(
        vans,
        ways,
        start=(tuple(ways), *[()] * (len(vans) - 1)),
        travel=through_the_depot,
        steps=0,
        is_fresh=True,
    )
    assert sum(map(len, found)) == len(ways)
    assert sum(map(bool, found)) <= 3


def test_a_break_takes_its_time() -> None:
    """A quarter of an hour there, five at the door, and back by noon at the latest."""
    rest = make_break("08:05", "08:10", minutes=30)
    for until, count in (("08:55", 1), ("08:54", 0)):
        of = shift(("08:00", until), rest=rest)
        assert planned(of, order(A), hours=pauses([of])) == count


def test_routes_on_the_way_cost_what_they_do_with_the_fixed_price() -> None:
    columns: list[Column] = []
    orders = [order(A, **HEAVY), order(B, **HEAVY)]
    shared([shift(costs=Costs(fixed=7, per_km=1.0))] * 2, orders, columns=columns)
    costs = {each.orders: each.cost for each in columns}
    assert costs[(orders[0],)] == pytest.approx(7 + 20, rel=0.01)
    assert costs[(orders[1],)] == pytest.approx(7 + 40, rel=0.01)
    assert len(costs) == len(columns)
