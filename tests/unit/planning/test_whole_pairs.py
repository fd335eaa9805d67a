"""What PyVRP is told of pairs that can't be kept, and of goods that come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.domain.fleet import UNLIMITED, Load
from app.domain.orders import Order, OrderKind
from app.domain.problem import Problem
from app.domain.rules import OrderRules, ShiftRules
from app.planning.solve import solve
from tests.factories import (
    DEPOT_PLACE,
    grid_travel,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    place,
    window,
)

A = place(53.57, 13.30)
B = place(53.58, 13.31)


def planned(*orders: Order) -> set[str]:
    """References of what one van with room for 1 kg takes."""
    room = Load(weight_g=1_000, volume_cm3=UNLIMITED, parcels=UNLIMITED)
    route = make_route(make_shift(vehicle=make_vehicle(capacity=room)))
    problem = Problem(
        routes=(route,),
        orders={order.id: order for order in orders},
        unassigned=tuple(order.id for order in orders),
        travel=grid_travel([DEPOT_PLACE, A.location, B.location]),
        seconds=0.5,
    )
    plan = solve(problem, lambda _progress: None, lambda: False)
    return {problem.orders[order].reference for order in plan.routes[route.id]}


def order(reference: str, **changes: object) -> Order:
    values: dict[str, object] = {
        "reference": reference,
        "place": A,
        "parcels": (),
        "weight_g": 500,
        "service_time": timedelta(minutes=2),
    }
    return make_order(**(values | changes))


def test_a_pair_whose_delivery_closes_before_its_pickup_opens_is_left_out() -> None:
    pickup = order("first", kind=OrderKind.PICKUP, window=window("12:00", "13:00"))
    delivery = order("second", place=B, window=window("09:00", "10:00"))
    delivery = replace(delivery, rules=OrderRules(collected_by=pickup.id))
    assert planned(pickup, delivery, order("other")) == {"other"}


def test_goods_that_come_back_take_room() -> None:
    early = order(
        "early", window=window("09:00", "09:30"), rules=OrderRules(takes_back=(800, 0, 0))
    )
    late = order("late", place=B, window=window("12:00", "13:00"))
    assert len(planned(early, late)) == 1
    assert planned(replace(early, rules=OrderRules(takes_back=(400, 0, 0))), late) == {
        "early",
        "late",
    }


def test_neighbours_at_one_door_beyond_a_limit_are_all_left_out() -> None:
    """None of them alone makes the route shorter by going."""
    near = order("near", place=B)
    far = [order(f"far {n}", weight_g=1, place=place(53.70, 13.60)) for n in range(3)]
    shift = make_shift(rules=ShiftRules(max_distance_m=25_000))
    route = make_route(shift, [near, *far])
    places = [DEPOT_PLACE, B.location, far[0].location]
    known = {each.id: each for each in (near, *far)}
    problem = Problem(
        routes=(route,), orders=known, unassigned=(), seconds=0.3,
        travel=grid_travel([each for each in places if each is not None]),
    )  # fmt: skip
    plan = solve(problem, lambda _progress: None, lambda: False)
    assert [known[each].reference for each in plan.routes[route.id]] == ["near"]
