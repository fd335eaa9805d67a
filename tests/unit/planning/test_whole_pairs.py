"""What PyVRP is told of pairs that can't be kept, and of goods that come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.domain.fleet import UNLIMITED, Load
from app.domain.orders import Order, OrderKind
from app.domain.problem import Problem
from app.domain.rules import OrderRules
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
