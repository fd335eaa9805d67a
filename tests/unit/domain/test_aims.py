from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.aims import (
    HOUR_PRICE,
    SHIFT_PRICE,
    aims_that_count,
    balance_price,
    imbalance,
    is_inside,
    left_out_price,
    plan_cost,
    route_price,
)
from app.domain.fleet import Shift
from app.domain.geo import Location
from app.domain.ids import RouteId
from app.domain.orders import Order
from app.domain.problem import Kept
from app.domain.rules import (
    DEPOT_AIMS,
    NO_AIMS,
    Aims,
    Balance,
    Objective,
    OrderRules,
    Overrun,
    ShiftRules,
)
from app.domain.sketch import RouteSketch
from tests.factories import DEPOT_PLACE, at, grid_travel, make_order, make_shift, new_id, window

ROUTE = RouteId(new_id())
OTHER = RouteId(new_id())
SQUARE = tuple(Location(lat=lat, lon=lon) for lat, lon in [(53, 13), (53, 14), (54, 14), (54, 13)])


def sketch(shift: Shift, *orders: Order) -> RouteSketch:
    places = [order.location for order in orders if order.location is not None]
    return RouteSketch(shift, orders, grid_travel([DEPOT_PLACE, *places]))


def price(each: RouteSketch, aims: Aims, **kept: Kept) -> float:
    told = {each.orders[int(number[1:])].id: what for number, what in kept.items()}
    return route_price(ROUTE, each, aims, told)


def test_the_cheapest_plan_counts_money() -> None:
    each = sketch(make_shift(), make_order())
    assert price(each, NO_AIMS) == each.cost


def test_the_fastest_plan_counts_hours_alone() -> None:
    each = sketch(make_shift(), make_order())
    hours = each.working_s / 3600
    assert price(each, Aims(objective=Objective.FASTEST)) == pytest.approx(hours * HOUR_PRICE)


def test_the_fastest_plan_still_pays_for_lateness_and_overtime() -> None:
    late = OrderRules(lateness=Overrun(most=timedelta(hours=2), per_hour=60))
    order = make_order(window=window("06:00", "08:00"), rules=late)
    each = sketch(make_shift(), order)
    begin = each.begins[0]
    due = (begin - int(at("08:00").timestamp())) / 60
    assert due > 0
    found = price(each, Aims(objective=Objective.FASTEST))
    assert found == pytest.approx(each.working_s / 3600 * HOUR_PRICE + due)


def test_a_shift_less_is_worth_any_other_saving() -> None:
    each = sketch(make_shift(), make_order())
    aims = Aims(objective=Objective.FEWEST_VEHICLES)
    assert price(each, aims) == pytest.approx(SHIFT_PRICE + each.cost)
    order = make_order(rules=OrderRules(drop_price=10.0))
    assert left_out_price(order, aims, {}) > price(each, aims) - each.cost


def test_a_shift_without_a_stop_costs_only_where_every_shift_is_wanted() -> None:
    idle = sketch(make_shift())
    assert price(idle, NO_AIMS) == 0
    assert price(idle, Aims(use_every_shift=True, idle_shift=70)) == 70


def test_an_order_left_out_costs_what_it_names() -> None:
    order = make_order(rules=OrderRules(drop_price=12.5))
    assert left_out_price(order, NO_AIMS, {}) == 12.5
    assert left_out_price(make_order(), NO_AIMS, {}) == 0


def test_another_driver_than_the_preferred_one_costs() -> None:
    shift = make_shift()
    aims = Aims(other_than_preferred=9)
    theirs = make_order(rules=OrderRules(preferred_drivers=frozenset({shift.driver.id})))
    others = make_order(rules=OrderRules(preferred_drivers=frozenset({new_id()})))
    assert price(sketch(shift, theirs), aims) == sketch(shift, theirs).cost
    assert price(sketch(shift, others), aims) == pytest.approx(sketch(shift, others).cost + 9)


def test_an_order_outside_the_area_of_its_shift_costs() -> None:
    aims = Aims(outside_area=8)
    order = make_order()
    inside = sketch(make_shift(rules=ShiftRules(area=SQUARE)), order)
    away = tuple(Location(lat=place.lat + 5, lon=place.lon) for place in SQUARE)
    outside = sketch(make_shift(rules=ShiftRules(area=away)), order)
    assert price(inside, aims) == pytest.approx(inside.cost)
    assert price(outside, aims) == pytest.approx(outside.cost + 8)


def test_a_polygon_may_be_hollow() -> None:
    corners = [(0, 0), (0, 4), (4, 4), (4, 0), (3, 0), (3, 3), (1, 3), (1, 0)]
    hollow = [Location(lat=lat, lon=lon) for lat, lon in corners]
    assert is_inside(Location(lat=0.5, lon=1), hollow)
    assert is_inside(Location(lat=2, lon=3.5), hollow)
    assert not is_inside(Location(lat=2, lon=1), hollow)
    assert not is_inside(Location(lat=2, lon=5), hollow)


def test_moving_an_order_to_another_shift_has_its_price() -> None:
    aims = Aims(other_driver=7)
    each = sketch(make_shift(), make_order())
    begin = at("10:00")
    assert price(each, aims, o0=Kept(route=ROUTE, begin=begin)) == pytest.approx(each.cost)
    assert price(each, aims, o0=Kept(route=OTHER, begin=begin)) == pytest.approx(each.cost + 7)
    told = {each.orders[0].id: Kept(route=ROUTE, begin=begin)}
    assert left_out_price(each.orders[0], aims, told) == 7


@pytest.mark.parametrize("hours", [-2, 3])
def test_moving_an_eta_costs_by_the_hour_either_way(hours: int) -> None:
    aims = Aims(other_time_per_hour=4)
    each = sketch(make_shift(), make_order(window=window("12:00", "13:00")))
    told = Kept(route=ROUTE, begin=at("12:00") + timedelta(hours=hours))
    assert price(each, aims, o0=told) == pytest.approx(each.cost + 4 * abs(hours))


def test_imbalance_is_the_distance_from_the_mean_of_those_that_drive() -> None:
    assert imbalance([1, 2, 6]) == pytest.approx(6)
    assert imbalance([]) == 0
    routes = [
        sketch(make_shift(), make_order(), make_order(), make_order()),
        sketch(make_shift(), make_order()),
        sketch(make_shift()),
    ]
    stops = Aims(balance=Balance.STOPS, per_imbalance=5)
    assert balance_price(routes, stops) == pytest.approx(10)
    hours = Aims(balance=Balance.HOURS, per_imbalance=5)
    apart = abs(routes[0].working_s - routes[1].working_s) / 3600
    assert balance_price(routes, hours) == pytest.approx(5 * apart)
    assert balance_price(routes, replace(hours, balance=Balance.NONE)) == 0


def test_a_plan_costs_its_routes_its_imbalance_and_what_is_left_out() -> None:
    aims = Aims(balance=Balance.STOPS, per_imbalance=1, use_every_shift=True, idle_shift=50)
    routes = {
        ROUTE: sketch(make_shift(), make_order(), make_order()),
        OTHER: sketch(make_shift(), make_order(), make_order(), make_order()),
        RouteId(new_id()): sketch(make_shift()),
    }
    left = [make_order(rules=OrderRules(drop_price=3)), make_order()]
    driven = sum(each.cost for each in routes.values())
    assert plan_cost(routes, aims, {}, left) == pytest.approx(driven + 1 + 50 + 3)


def test_what_a_depot_wishes_counts_only_where_the_day_asks_for_it() -> None:
    shift, order = make_shift(), make_order()
    assert aims_that_count(DEPOT_AIMS, [shift], [order]) == NO_AIMS
    asking = make_order(rules=OrderRules(preferred_drivers=frozenset({new_id()})))
    local = make_shift(rules=ShiftRules(area=SQUARE))
    every = replace(DEPOT_AIMS, balance=Balance.STOPS, per_imbalance=3.0, use_every_shift=True)
    assert aims_that_count(every, [shift, local], [order, asking]) == every
