from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.board import Board
from app.domain.fleet import Load, Shift
from app.domain.insertion import Drag
from app.domain.orders import Order, OrderKind
from app.domain.routes import Lock
from app.domain.rules import Aims, OrderRules
from app.domain.sketch import RouteSketch
from app.planning.best_fit import candidates
from tests.factories import (
    make_depot,
    make_driver,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    place,
    window,
)
from tests.unit.domain.routes_strategy import an_order, some_orders, some_shifts, travel_over
from tests.unit.domain.rules_strategy import (
    a_ruled_order,
    paired,
    roads,
    ruled_orders,
    ruled_shifts,
)
from tests.unit.planning.applied import applied, breaks_no_more, make_day
from tests.unit.planning.days import travel_of


def a_day(routes: int, new: list[Order], **changes: object) -> Board:
    made = [make_route(make_shift(), **changes) for _ in range(routes)]
    return make_day(made, new, travel_of(made, new))


def test_no_more_than_the_five_best_are_told_each_on_its_own_route() -> None:
    new = make_order()
    found = candidates(a_day(7, [new]), [new])
    assert len({each.route for each in found}) == 5


def test_a_locked_route_is_not_asked() -> None:
    new = make_order()
    assert candidates(a_day(2, [new], lock=Lock.CONTENTS), [new]) == ()


def test_lateness_and_load_are_told() -> None:
    full = make_order(weight_g=60_000, service_time=timedelta(hours=2))
    new = make_order(
        weight_g=20_000, window=window("08:00", "08:30"), place=place(53.5573, 13.2610)
    )
    vehicle = make_vehicle(capacity=Load(weight_g=100_000, volume_cm3=10**8, parcels=90))
    busy = make_route(make_shift(vehicle=vehicle, window=window("10:00", "17:00")), [full])
    board = make_day([busy], [full, new], travel_of([busy], [full, new]))
    (found,) = candidates(board, [new])
    assert found.load_share == pytest.approx(0.8)
    assert found.late_s > 90 * 60
    assert not found.is_feasible
    assert candidates(board, [new], is_strict=True) == ()


def test_a_van_is_as_full_as_it_is_of_anything_of_the_depot_s_own() -> None:
    new = make_order(more_load=(("cages", 3),))
    room = Load(weight_g=600_000, volume_cm3=8_000_000, parcels=120, more=(("cages", 4),))
    van = make_route(make_shift(vehicle=make_vehicle(capacity=room)))
    (found,) = candidates(make_day([van], [new], travel_of([van], [new])), [new])
    assert found.load_share == pytest.approx(0.75)


@pytest.mark.parametrize("is_pair", [False, True])
def test_a_preferred_driver_comes_first_unless_others_are_much_cheaper(is_pair: bool) -> None:
    """Ana passes the door anyhow; what another driver is worth is for the depot to say."""
    there = place(53.60, 13.30)
    for price, first in ((1000.0, "Bo"), (0.01, "Ana")):
        depot = make_depot(aims=Aims(other_than_preferred=price))
        ana, bo = (make_shift(depot=depot, driver=make_driver(name=name)) for name in ("Ana", "Bo"))
        passing = make_order(place=there)
        rules = OrderRules(preferred_drivers=frozenset({bo.driver.id}))
        pickup = make_order(place=there, kind=OrderKind.PICKUP, rules=rules)
        new = [pickup]
        if is_pair:
            new.append(make_order(place=there, rules=OrderRules(collected_by=pickup.id)))
        routes = [make_route(ana, [passing]), make_route(bo)]
        orders = [passing, *new]
        board = make_day(routes, orders, travel_of(routes, orders))
        found = candidates(board, [pickup])
        assert next(each.name.split()[0] for each in found) == first
        assert {each.name.split()[0]: each.wish_cost for each in found} == {"Ana": price, "Bo": 0}
        for each in found:
            after = applied(board, each.edit)
            assert after.cost - board.cost == pytest.approx(each.extra_cost)
        if not is_pair:
            best = Drag(board.routes, new, board.travel).best()
            assert best is not None
            assert best.route == found[0].route


def test_half_of_a_pair_on_no_route_brings_the_other_half() -> None:
    pickup = make_order(kind=OrderKind.PICKUP)
    delivery = make_order(rules=OrderRules(collected_by=pickup.id))
    planned = make_order()
    routes = [make_route(make_shift(), [planned]), make_route(make_shift())]
    orders = [pickup, delivery, planned]
    board = make_day(routes, orders, travel_of(routes, orders))
    for asked, other in ((pickup, delivery), (delivery, pickup)):
        found = candidates(board, [asked])
        assert len(found) == 2
        assert [each.extra_cost for each in found] == sorted(each.extra_cost for each in found)
        for each in found:
            assert each.brings == other.reference
            after = applied(board, each.edit)
            assert {after.route_of[pickup.id], after.route_of[delivery.id]} == {each.route}
            assert after.route(each.route).route.orders[each.index] == pickup.id
            assert breaks_no_more(board, after)
            assert after.cost - board.cost == pytest.approx(each.extra_cost)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(some_shifts(), some_orders(max_size=5)), min_size=1, max_size=4),
    st.lists(an_order(), min_size=1, max_size=2),
)
def test_each_candidate_does_and_costs_what_it_says(
    contents: list[tuple[Shift, list[Order]]], new: list[Order]
) -> None:
    orders = [order for _, some in contents for order in some]
    routes = [make_route(shift, some) for shift, some in contents]
    board = make_day(routes, [*orders, *new], travel_over(*orders, *new))
    found = candidates(board, new)
    assert [each.is_feasible for each in found] == sorted(
        (each.is_feasible for each in found), reverse=True
    )
    for each in found:
        after = applied(board, each.edit)
        assert all(after.route_of[order.id] == each.route for order in new)
        assert after.cost - board.cost == pytest.approx(each.extra_cost)
        assert len(new) > 1 or breaks_no_more(board, after) == each.is_feasible


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(ruled_shifts(), ruled_orders(max_size=3)), min_size=1, max_size=2),
    a_ruled_order(),
    a_ruled_order(),
    st.integers(0, 4),
    st.data(),
)
def test_a_pair_is_offered_all_routes_that_could_take_it_and_no_other(
    contents: list[tuple[Shift, list[Order]]],
    first: Order,
    second: Order,
    hours: int,
    data: st.DataObject,
) -> None:
    pickup, delivery = paired(first, second, hours)
    known = [pickup, delivery, *(order for _, orders in contents for order in orders)]
    travel = data.draw(roads(*known))
    routes = [make_route(shift, orders) for shift, orders in contents]
    able = {
        route.id
        for route, (shift, orders) in zip(routes, contents, strict=True)
        if RouteSketch(shift, orders, travel).pairing(pickup, delivery).fitting() is not None
    }
    found = candidates(make_day(routes, known, travel), [delivery], is_strict=True)
    assert {each.route for each in found} == able
