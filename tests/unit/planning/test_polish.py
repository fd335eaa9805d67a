from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.aims import balance_price, imbalance, plan_cost
from app.domain.fleet import Costs
from app.domain.geo import Location
from app.domain.ids import DriverId
from app.domain.orders import Order, OrderKind
from app.domain.problem import Kept
from app.domain.routes import Route
from app.domain.rules import (
    NO_AIMS,
    Aims,
    Balance,
    Objective,
    OrderRules,
    Overrun,
    Pause,
    ShiftRules,
)
from app.domain.sketch import RouteSketch
from app.domain.trials import Trial
from app.planning.polish import Polish, Sketches
from app.planning.task import Roads, Task
from tests.factories import (
    at,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    place,
    window,
)
from tests.unit.planning.days import travel_of


def order_at(north: int, east: int, **changes: Any) -> Order:
    values: dict[str, Any] = {"window": None, "service_time": timedelta(minutes=3)}
    where = place(53.564 + 0.004 * north, 13.289 + 0.006 * east)
    return make_order(place=where, **(values | changes))


class Day:
    """A task, and what polishing makes of it in so many steps."""

    def __init__(
        self,
        routes: Sequence[Route],
        orders: Sequence[Order],
        aims: Aims = NO_AIMS,
        kept: dict[Any, Kept] | None = None,
        pins: dict[Any, Any] | None = None,
    ) -> None:
        self.travel = travel_of(routes, orders)
        self.task = Task(routes=tuple(routes), orders=tuple(orders), pins=pins or {})
        self.aims, self.kept = aims, kept or {}
        self.polish = Polish(self.task, Roads(self.travel), aims, self.kept, seed=1)
        by_id = {order.id: order for order in orders}
        self.start: Sketches = tuple(
            RouteSketch(r.shift, [by_id[o] for o in r.orders], self.travel, frozen=r.frozen)
            for r in routes
        )

    def polished(self, steps: int = 300) -> Sketches:
        left = [steps]

        def is_over() -> bool:
            left[0] -= 1
            return left[0] < 0

        start = self.polish.inserted(self.start, lambda: False)
        return self.polish.run(start, is_over, lambda: 1 - max(0, left[0]) / steps)


def references(sketches: Sketches) -> list[list[str]]:
    return [[order.reference for order in sketch.orders] for sketch in sketches]


def placed(sketches: Sketches) -> set[Any]:
    return {order.id for sketch in sketches for order in sketch.orders}


def test_a_pair_goes_on_one_route_and_its_pickup_first() -> None:
    pickup = order_at(3, 3, kind=OrderKind.PICKUP)
    delivery = order_at(-3, -3, rules=OrderRules(collected_by=pickup.id))
    others = [order_at(n, -n) for n in range(6)]
    day = Day([make_route(make_shift()) for _ in range(2)], [delivery, pickup, *others])
    found = day.polished()
    assert placed(found) == {order.id for order in (delivery, pickup, *others)}
    (home,) = (sketch for sketch in found if delivery in sketch.orders)
    assert home.orders.index(pickup) < home.orders.index(delivery)


def test_goods_that_may_not_share_a_van_do_not() -> None:
    food = OrderRules(goods=frozenset({"food"}), apart_from=frozenset({"paint"}))
    paint = OrderRules(goods=frozenset({"paint"}))
    orders = [order_at(n, n % 3, rules=food if n % 2 else paint) for n in range(8)]
    found = Day([make_route(make_shift()) for _ in range(2)], orders).polished()
    assert len(placed(found)) == 8
    for sketch in found:
        assert len({frozenset(order.rules.goods) for order in sketch.orders}) <= 1


def test_a_stop_whose_set_up_another_needs_is_not_taken_from_it() -> None:
    """Without it, that one would have to set up itself, and its route would end too late."""
    shifts = [make_shift(window=window("08:00", "10:00")) for _ in range(2)]
    wish = OrderRules(preferred_drivers=frozenset({shifts[1].driver.id}))
    first = order_at(1, 1, rules=wish)
    long = OrderRules(
        setup_time=timedelta(hours=3), barred_drivers=frozenset({shifts[1].driver.id})
    )
    second = order_at(1, 1, rules=long)
    day = Day(
        [make_route(shifts[0], [first, second]), make_route(shifts[1])],
        [first, second],
        Aims(other_than_preferred=500.0),
    )
    assert [sketch.violations for sketch in day.start] == [[], []]
    assert [sketch.violations for sketch in day.polished()] == [[], []]


def test_a_preferred_driver_gets_the_order_unless_that_costs_more() -> None:
    shifts = [make_shift(), make_shift()]
    wish = OrderRules(preferred_drivers=frozenset({shifts[1].driver.id}))
    orders = [order_at(1, n, rules=wish) for n in range(3)]
    routes = [make_route(shifts[0], orders), make_route(shifts[1])]
    dear = Day(routes, orders, Aims(other_than_preferred=500.0)).polished()
    assert references(dear)[0] == []
    assert len(dear[1].orders) == 3


@pytest.mark.parametrize(("price", "count"), [(500.0, 3), (0.0, 0)])
def test_a_shift_gets_the_orders_of_its_area_where_that_is_worth_the_way(
    price: float, count: int
) -> None:
    """One shift would do; its area lies elsewhere, and the other's round the orders."""
    orders = [order_at(1, n) for n in range(3)]
    here, away = (
        tuple(
            Location(lat=lat + north, lon=13.28 + east)
            for north, east in ((0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1))
        )
        for lat in (53.56, 54.56)
    )
    shifts = [make_shift(rules=ShiftRules(area=area)) for area in (away, here)]
    routes = [make_route(shifts[0], orders), make_route(shifts[1])]
    found = Day(routes, orders, Aims(outside_area=price)).polished()
    assert [len(sketch.orders) for sketch in found] == [3 - count, count]


@pytest.mark.parametrize("balance", [Balance.STOPS, Balance.HOURS])
def test_balance_spreads_what_the_cheapest_plan_would_not(balance: Balance) -> None:
    vehicle = make_vehicle(costs=Costs(fixed=1.0, per_km=0.3, per_hour=10.0))
    routes = [make_route(make_shift(vehicle=vehicle)) for _ in range(3)]
    orders = [order_at(n % 4, n // 4) for n in range(12)]
    aims = Aims(balance=balance, per_imbalance=50.0, use_every_shift=True)
    even = Day(routes, orders, aims).polished(600)
    counts = [len(sketch.visits) for sketch in even]
    assert min(counts) >= 3
    assert imbalance(counts) <= 2


@pytest.mark.parametrize("balance", [Balance.STOPS, Balance.HOURS])
def test_orders_that_are_only_put_in_go_where_they_balance(balance: Balance) -> None:
    planned = [order_at(1, n) for n in range(4)]
    waiting = [order_at(1, n, service_time=timedelta(minutes=20)) for n in range(3)]
    routes = [make_route(make_shift(), planned[:3]), make_route(make_shift(), planned[3:])]
    aims = Aims(balance=balance, per_imbalance=500.0)
    free = Day(routes, [*planned, *waiting])
    even = Day(routes, [*planned, *waiting], aims)
    cheap, alike = (day.polish.inserted(day.start, lambda: False) for day in (free, even))
    assert placed(cheap) == placed(alike) == {order.id for order in (*planned, *waiting)}
    assert balance_price(alike, aims) < balance_price(cheap, aims)
    if balance is Balance.STOPS:
        assert sorted(len(sketch.visits) for sketch in alike) == [3, 4]


def test_use_every_shift_leaves_none_idle() -> None:
    routes = [make_route(make_shift()) for _ in range(3)]
    orders = [order_at(0, n) for n in range(5)]
    assert [bool(s.visits) for s in Day(routes, orders, Aims(use_every_shift=True)).polished()] == [
        True
    ] * 3
    assert sum(bool(s.visits) for s in Day(routes, orders).polished()) == 1


def test_an_order_that_costs_more_than_its_price_is_left_out() -> None:
    far = order_at(60, 60, rules=OrderRules(drop_price=1.0))
    near = order_at(1, 1, rules=OrderRules(drop_price=500.0))
    found = Day([make_route(make_shift())], [far, near]).polished()
    assert placed(found) == {near.id}


def test_an_important_order_takes_the_place_of_several_that_are_not() -> None:
    route = make_route(make_shift(rules=ShiftRules(max_stops=2)))
    less = [order_at(1, n) for n in range(2)]
    more = order_at(60, 60, priority=2)
    day = Day([route.with_orders([order.id for order in less])], [*less, more])
    assert more.id in placed(day.polished())


def test_a_stability_price_keeps_orders_where_they_were() -> None:
    shifts = [make_shift(), make_shift()]
    west = [order_at(0, -n) for n in range(1, 5)]
    east = [order_at(0, n) for n in range(1, 5)]
    crossed = [
        make_route(shifts[0], [*west[:2], *east[2:]]),
        make_route(shifts[1], [*east[:2], *west[2:]]),
    ]
    orders = [*west, *east]
    start = Day(crossed, orders)
    kept = {
        order.id: Kept(route=route.id, begin=at("09:00"))
        for route, sketch in zip(crossed, start.start, strict=True)
        for order in sketch.orders
    }
    free = start.polished()
    assert sum(s.cost for s in free) < sum(s.cost for s in start.start)
    held = Day(crossed, orders, Aims(other_driver=1e6), kept).polished()
    for sketch, route in zip(held, crossed, strict=True):
        assert {order.id for order in sketch.orders} == set(route.orders)


def test_frozen_stops_keep_their_places() -> None:
    orders = [order_at(n % 3, n) for n in (5, 1, 3, 2, 4)]
    route = replace(make_route(make_shift(), orders), frozen=2)
    (found,) = Day([route], orders).polished()
    assert [o.id for o in found.orders[:2]] == [o.id for o in orders[:2]]
    assert len(found.orders) == 5


def test_locked_stops_stay_on_their_route() -> None:
    routes = [make_route(make_shift()), make_route(make_shift())]
    orders = [order_at(0, n) for n in range(6)]
    routes[1] = make_route(routes[1].shift, orders[:1])
    found = Day(routes, orders, pins={orders[0].id: routes[1].id}).polished()
    assert orders[0] in found[1].orders


def test_a_locked_stop_stays_though_leaving_it_out_would_cost_less() -> None:
    far = order_at(60, 60, rules=OrderRules(drop_price=1.0))
    near = order_at(1, 1)
    route = make_route(make_shift(), [far, near])
    free, held = (
        Day([route], [far, near], pins=pins).polished(60) for pins in ({}, {far.id: route.id})
    )
    assert placed(free) == {near.id}
    assert placed(held) == {far.id, near.id}


def test_waiting_orders_are_put_in_without_moving_anything() -> None:
    orders = [order_at(n % 3, n) for n in (5, 1, 3, 2, 4)]
    route = make_route(make_shift(), orders)
    more = [order_at(1, 6), order_at(2, 0)]
    day = Day([route], [*orders, *more])
    (found,) = day.polish.inserted(day.start, lambda: False)
    assert [o.id for o in found.orders if o in orders] == [o.id for o in orders]
    assert placed((found,)) == {o.id for o in (*orders, *more)}


_rules = st.sampled_from(
    [
        OrderRules(),
        OrderRules(setup_time=timedelta(minutes=4)),
        OrderRules(released_at=at("09:30")),
        OrderRules(more_windows=(window("15:00", "16:00"),)),
        OrderRules(goods=frozenset({"a"}), apart_from=frozenset({"b"})),
        OrderRules(goods=frozenset({"b"})),
        OrderRules(lateness=Overrun(most=timedelta(minutes=30), per_hour=60.0)),
        OrderRules(drop_price=3.0),
        OrderRules(barred_drivers=frozenset({DriverId(make_shift().driver.id)})),
    ]
)
_shift_rules = st.sampled_from(
    [
        ShiftRules(),
        ShiftRules(max_stops=3),
        ShiftRules(max_distance_m=9_000),
        ShiftRules(max_driving=timedelta(minutes=25)),
        ShiftRules(max_work=timedelta(hours=2)),
        ShiftRules(max_reloads=2, reload_time=timedelta(minutes=5)),
        ShiftRules(overtime=Overrun(most=timedelta(hours=1), per_hour=40.0)),
        ShiftRules(pauses=(Pause(length=timedelta(minutes=15), after_work=timedelta(hours=1)),)),
        ShiftRules(service_pace=1.5, travel_pace=1.2),
    ]
)
_orders = st.builds(
    lambda north, east, rules, kind, opens: order_at(
        north,
        east,
        rules=rules,
        kind=kind,
        window=None if opens is None else window(f"{opens:02}:00", f"{opens + 2:02}:00"),
    ),
    st.integers(-5, 5),
    st.integers(-5, 5),
    _rules,
    st.sampled_from(OrderKind),
    st.none() | st.integers(7, 15),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    orders=st.lists(_orders, min_size=1, max_size=9),
    rules=st.lists(_shift_rules, min_size=1, max_size=3),
    aims=st.sampled_from(
        [NO_AIMS, Aims(balance=Balance.STOPS, per_imbalance=5.0), Aims(use_every_shift=True)]
    ),
)
def test_a_polished_plan_breaks_no_rule_and_is_never_worse(
    orders: list[Order], rules: list[ShiftRules], aims: Aims
) -> None:
    routes = [make_route(make_shift(rules=each)) for each in rules]
    day = Day(routes, orders, aims)
    before = day.polish.inserted(day.start, lambda: False)
    found = day.polished(25)
    assert day.polish.worth(found) <= day.polish.worth(before)
    for sketch in found:
        assert sketch.violations == []
    left = [order for order in orders if order.id not in placed(found)]
    cost = plan_cost(dict(zip((r.id for r in routes), found, strict=True)), aims, {}, left)
    assert day.polish.worth(found)[-1] == pytest.approx(cost)


def test_no_price_for_another_hour_holds_a_locked_stop_where_it_is_late() -> None:
    late = order_at(0, 1, window=window("08:00", "08:10"))
    far = order_at(0, 12)
    route = make_route(make_shift(), [far, late])
    there = Day([route], [far, late])
    kept = {
        order.id: Kept(route=route.id, begin=datetime.fromtimestamp(begin, UTC))
        for order, begin in zip((far, late), there.start[0].begins, strict=True)
    }
    steady = Aims(other_driver=100.0, other_time_per_hour=1000.0)
    pins = {order.id: route.id for order in (far, late)}
    day = Day([route], [far, late], steady, kept, pins)
    assert day.start[0].violations
    (found,) = day.polished()
    assert found.orders == [late, far]
    assert found.violations == []
    assert day.polish.worth([found]) < day.polish.worth(day.start)


def test_a_price_for_another_hour_holds_orders_at_theirs() -> None:
    orders = [order_at(0, n) for n in (1, 4, 2, 5, 3, 6)]
    route = make_route(make_shift(), orders)
    there = Day([route], orders)
    kept = {
        order.id: Kept(route=route.id, begin=datetime.fromtimestamp(begin, UTC))
        for order, begin in zip(orders, there.start[0].begins, strict=True)
    }
    aims = Aims(other_time_per_hour=60.0)
    (held,) = Day([route], orders, aims, kept).polished()
    (free,) = there.polished()
    assert [order.id for order in held.orders] == list(route.orders)
    assert free.cost < held.cost
    # Who waits goes where few are served later, and not where it costs least.
    more = order_at(0, 1, service_time=timedelta(minutes=20))
    told, asked = Day([route], [*orders, more], aims, kept), Day([route], [*orders, more])
    (behind,) = told.polish.inserted(told.start, lambda: False)
    (cheapest,) = asked.polish.inserted(asked.start, lambda: False)
    assert behind.orders[-1].id == more.id
    assert cheapest.orders[-1].id != more.id


@pytest.mark.parametrize(
    ("aims", "is_placed"),
    [
        (NO_AIMS, False),
        (Aims(other_driver=1e6), True),
        (Aims(objective=Objective.FEWEST_VEHICLES), True),
    ],
)
def test_leaving_an_order_out_costs_its_promise_too_and_saves_no_van(
    aims: Aims, is_placed: bool
) -> None:
    order = order_at(6, 6, rules=OrderRules(drop_price=1.0))
    route = make_route(make_shift())
    kept = {order.id: Kept(route=route.id, begin=at("09:00"))}
    found = Day([route], [order], aims, kept).polished()
    assert bool(placed(found)) is is_placed


def test_no_step_is_spent_on_what_no_van_may_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its place would be looked for in vain, however the others stand."""
    orders = [order_at(n, n) for n in range(4)]
    cold = order_at(2, 1, requirements=frozenset({"cold"}))
    day = Day([make_route(), make_route()], [*orders, cold])
    start = day.polish.inserted(day.start, lambda: False)
    tried = set()
    fitting = RouteSketch.fitting

    def noted(sketch: RouteSketch, order: Order, limit: float) -> Trial | None:
        tried.add(order)
        return fitting(sketch, order, limit)

    monkeypatch.setattr(RouteSketch, "fitting", noted)
    steps = iter(range(20))
    found = day.polish.run(start, lambda: next(steps, None) is None, lambda: 0.5)
    assert placed(found) == {order.id for order in orders}
    assert tried == {*orders}
