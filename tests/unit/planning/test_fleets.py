"""Fleets that are tried against the one that drives."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.fleet import Costs, Load
from app.domain.orders import Order, OrderKind
from app.domain.routes import Route
from app.domain.sketch import RouteSketch
from app.planning.fleets import fleets
from app.planning.task import Task
from tests.factories import make_depot, make_order, make_route, make_shift, make_vehicle, window
from tests.unit.planning.days import travel_of

_DEPOT = make_depot()


def a_van(
    kg: int,
    fixed: float,
    *,
    features: frozenset[str] = frozenset(),
    km: float = 0.3,
    hour: float = 10.0,
    until: str = "17:00",
) -> Route:
    vehicle = make_vehicle(
        capacity=Load(weight_g=kg * 1000, volume_cm3=10**9, parcels=999),
        costs=Costs(fixed=fixed, per_km=km, per_hour=hour),
        features=features,
    )
    return make_route(make_shift(vehicle=vehicle, depot=_DEPOT, window=window("08:00", until)))


def orders_of(count: int, kg: int = 1, **changes: object) -> list[Order]:
    return [make_order(weight_g=kg * 1000, **changes) for _ in range(count)]


def tried(
    routes: list[Route], orders: list[Order], driving: dict[int, list[Order]], **pins: int
) -> list[tuple[int, ...]]:
    """The fleets for a plan in which these routes drive; `pins` by the order's reference."""
    travel = travel_of(routes, orders)
    plan = [
        RouteSketch(route.shift, driving.get(number, []), travel)
        for number, route in enumerate(routes)
    ]
    by_reference = {order.reference: order.id for order in orders}
    task = Task(
        routes=tuple(routes),
        orders=tuple(orders),
        pins={by_reference[reference]: routes[n].id for reference, n in pins.items()},
    )
    return fleets(task, plan)


def test_a_fleet_that_could_not_carry_everything_is_not_tried() -> None:
    orders = orders_of(10)
    small, big = [a_van(5, 20), a_van(5, 20)], a_van(10, 30)
    found = tried([*small, big], orders, {0: orders[:5], 1: orders[5:]})
    assert (2,) in found
    assert all(sum(10 if n == 2 else 5 for n in fleet) >= 10 for fleet in found)


def test_the_cheapest_fleet_comes_first_and_the_present_one_not_at_all() -> None:
    orders = orders_of(4)
    found = tried([a_van(9, 50), a_van(9, 40), a_van(8, 60)], orders, {0: orders})
    assert found[0] == (1,)
    assert (0,) not in found


def test_a_fleet_keeps_the_skills_that_orders_ask_for() -> None:
    orders = [*orders_of(3), make_order(requirements=frozenset({"cold"}))]
    vans = [a_van(99, 50, features=frozenset({"cold"})), a_van(98, 20), a_van(97, 10)]
    found = tried(vans, orders, {0: orders[:2], 1: orders[2:]})
    assert found
    assert all(0 in fleet for fleet in found)


def test_a_van_with_a_locked_stop_stays_in_every_fleet() -> None:
    orders = [*orders_of(3), make_order(reference="locked")]
    vans = [a_van(99, 50), a_van(99, 50), a_van(98, 10)]
    found = tried(vans, orders, {0: orders[:2], 1: orders[2:]}, locked=1)
    assert found
    assert all(1 in fleet for fleet in found)


def test_a_fleet_has_the_hours_for_all_services() -> None:
    orders = orders_of(10, service_time=timedelta(hours=1))
    vans = [a_van(99, 50), a_van(99, 50), a_van(98, 10)]
    found = tried(vans, orders, {0: orders[:5], 1: orders[5:]})
    assert found
    assert all(len(fleet) >= 2 for fleet in found)


def test_vans_that_differ_in_skills_alone_are_one_fleet() -> None:
    orders = orders_of(3)
    vans = [a_van(9, 50, features=frozenset({"cold"})), a_van(9, 50)]
    assert tried(vans, orders, {0: orders}) == []


def test_of_a_large_mixed_fleet_only_fleets_near_the_present_one_are_tried() -> None:
    orders = orders_of(20)
    vans = [a_van(9 + kind, 50 + kind) for kind in range(8) for _ in range(6)]
    found = tried(vans, orders, {0: orders[:9], 6: orders[9:19], 12: orders[19:]})
    assert 0 < len(found) < 500
    assert all(len(set(fleet) - {0, 6, 12}) <= 1 for fleet in found)


def test_of_a_large_mixed_fleet_two_vans_may_leave_for_one_of_another_kind() -> None:
    orders = orders_of(20)
    vans = [a_van(20 + kind, 50 + kind) for kind in range(8) for _ in range(6)]
    found = tried(vans, orders, {0: orders[:9], 6: orders[9:19], 12: orders[19:]})
    assert (12, 18) in found
    assert (18,) not in found


def test_of_a_small_fleet_any_other_is_tried_up_to_a_van_more() -> None:
    orders = orders_of(9)
    vans = [*(a_van(3, 20) for _ in range(3)), *(a_van(9, 40) for _ in range(4))]
    found = tried(vans, orders, {n: orders[3 * n : 3 * n + 3] for n in range(3)})
    assert (3,) in found
    assert max(map(len, found)) == 4


def test_of_vans_alike_those_that_drive_stay() -> None:
    orders = orders_of(4)
    vans = [a_van(4, 20), a_van(4, 20), a_van(4, 30)]
    assert (1, 2) in tried(vans, orders, {1: orders})


def test_what_is_collected_needs_room_of_its_own() -> None:
    orders = orders_of(4, kind=OrderKind.PICKUP) + orders_of(2)
    vans = [a_van(4, 20), a_van(2, 10), a_van(2, 10)]
    found = tried(vans, orders, {0: orders})
    assert (1, 2) in found
    assert (1,) not in found


def test_a_locked_stop_needs_no_skill_of_another_van() -> None:
    locked = make_order(reference="locked", requirements=frozenset({"crane"}))
    orders = [*orders_of(3), locked]
    vans = [a_van(9, 50), a_van(9, 50), a_van(8, 10)]
    assert tried(vans, orders, {0: orders[:2], 1: orders[2:]}, locked=1)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(a_van(9, 40), id="fixed price"),
        pytest.param(a_van(9, 50, km=0.2), id="price of a kilometre"),
        pytest.param(a_van(9, 50, hour=9.0), id="price of an hour"),
        pytest.param(a_van(8, 50), id="room"),
        pytest.param(a_van(9, 50, until="16:00"), id="hours"),
    ],
)
def test_a_van_that_differs_in_one_thing_is_another_fleet(other: Route) -> None:
    orders = orders_of(3)
    assert (1,) in tried([a_van(9, 50), other], orders, {0: orders})


@pytest.mark.parametrize("costs", [{"km": 5.0}, {"hour": 90.0}])
def test_kilometres_and_hours_count_in_the_guess(costs: dict[str, float]) -> None:
    orders = orders_of(3)
    dear, cheap = a_van(9, 40, **costs), a_van(9, 45)
    found = tried([a_van(9, 50), dear, cheap], orders, {0: orders})
    assert found.index((2,)) < found.index((1,))
