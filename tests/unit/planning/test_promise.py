from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.board import Board
from app.domain.fleet import Shift, Slot
from app.domain.orders import Order, OrderKind
from app.domain.routes import Lock
from app.domain.rules import OrderRules, ShiftRules
from app.domain.timetable import timetable
from app.planning.best_fit import candidates
from app.planning.promise import best, offers
from tests.factories import (
    DAY,
    at,
    make_depot,
    make_driver,
    make_order,
    make_route,
    make_shift,
    window,
)
from tests.unit.domain.routes_strategy import an_order, some_orders, some_shifts, travel_over
from tests.unit.planning.applied import make_day
from tests.unit.planning.days import travel_of

MORNING, NOON, EVENING = (Slot(start=time(start), end=time(start + 2)) for start in (8, 12, 18))
DEPOT = make_depot(delivery_slots=(MORNING, NOON, EVENING))


def a_day(new: Order, planned: list[Order], **changes: object) -> Board:
    shift = make_shift(depot=DEPOT, driver=make_driver(name="Ana"))
    route = make_route(shift, planned, **changes)
    return make_day([route], [*planned, new], travel_of([route], [*planned, new]))


def test_each_slot_is_offered_with_its_cost_or_the_rule_in_the_way() -> None:
    new = make_order()
    found = offers(a_day(new, []), new)
    assert [offer.slot for offer in found] == [MORNING, NOON, EVENING]
    assert [offer.is_feasible for offer in found] == [True, True, False]
    assert found[0].window == window("08:00", "10:00")
    assert found[2].name.startswith("Ana")
    assert found[2].reason.startswith("shift exceeded by 1 h")


def test_the_cheapest_slot_is_where_the_van_is_near_already() -> None:
    there = make_order(window=window("12:00", "13:00"), service_time=timedelta(minutes=5))
    new = make_order(place=there.place)
    chosen = best(offers(a_day(new, [there]), new))
    assert chosen is not None
    assert chosen.slot == NOON
    assert chosen.extra_cost == pytest.approx(3 / 60 * 18)


def test_a_slot_is_promised_by_the_driver_that_the_order_prefers() -> None:
    """Ana is there anyhow; another driver than the preferred one is worth 10 to the depot."""
    there = make_order(window=window("12:00", "13:00"))
    ana, bo = (make_shift(depot=DEPOT, driver=make_driver(name=name)) for name in ("Ana", "Bo"))
    prefers = OrderRules(preferred_drivers=frozenset({bo.driver.id}))
    orders = [there, make_order(place=there.place)]
    routes = [make_route(ana, orders[:1]), make_route(bo, orders[1:])]
    for rules, name in ((OrderRules(), "Ana"), (prefers, "Bo")):
        new = make_order(place=there.place, rules=rules)
        day = make_day(routes, [*orders, new], travel_of(routes, [*orders, new]))
        noon = next(offer for offer in offers(day, new) if offer.slot == NOON)
        assert noon.name.startswith(name)


def test_a_slot_that_is_over_is_not_offered() -> None:
    new = make_order()
    assert [o.slot for o in offers(a_day(new, []), new, at("10:00"))] == [NOON, EVENING]


def test_a_locked_route_promises_nothing() -> None:
    new = make_order()
    found = offers(a_day(new, [], lock=Lock.CONTENTS), new)
    assert {offer.reason for offer in found} == {"no open shift loads there on this day"}


def test_a_depot_without_slots_and_another_depot_offer_nothing() -> None:
    new = make_order()
    route = make_route(make_shift())
    assert offers(make_day([route], [new], travel_of([route], [new])), new) == ()
    elsewhere = replace(new, depot=make_depot().id)
    assert offers(a_day(elsewhere, []), elsewhere) == ()


def test_an_order_on_a_route_is_asked_as_if_it_were_not() -> None:
    order = make_order(window=window("08:00", "09:00"))
    found = offers(a_day(make_order(), [order]), order)
    assert found[0].is_feasible


def a_pair(**changes: Any) -> tuple[Order, Order]:
    pickup = make_order(kind=OrderKind.PICKUP, **changes)
    return pickup, make_order(rules=OrderRules(collected_by=pickup.id))


def test_a_pair_costs_what_both_of_its_halves_add() -> None:
    pickup, delivery = a_pair()
    planned = make_order()
    route = make_route(make_shift(depot=DEPOT), [planned])
    orders = [planned, pickup, delivery]
    board = make_day([route], orders, travel_of([route], orders))
    now = board.routes[0].timetable.cost
    for asked in (pickup, delivery):
        for offer in offers(board, asked)[:2]:
            assert offer.extra_cost is not None
            promised = replace(asked, window=offer.window)
            halves = [promised if each.id == asked.id else each for each in (pickup, delivery)]
            ways = [
                [planned, *halves],
                [halves[0], planned, halves[1]],
                [*halves, planned],
            ]
            tried = [timetable(route.shift, way, board.travel) for way in ways]
            costs = [each.cost for each in tried if each.is_feasible]
            assert offer.extra_cost == pytest.approx(min(costs) - now)


def test_half_of_a_pair_alone_fits_no_slot_that_the_other_half_can_not_keep() -> None:
    pickup, delivery = a_pair(window=window("12:00", "12:30"))
    route = make_route(make_shift(depot=DEPOT))
    board = make_day([route], [pickup, delivery], travel_of([route], [pickup, delivery]))
    assert [offer.is_feasible for offer in offers(board, delivery)] == [False, True, False]
    assert [offer.is_feasible for offer in offers(board, pickup)] == [True, True, False]


def test_a_pair_on_a_route_is_asked_whole_as_if_it_were_not() -> None:
    pickup, delivery = a_pair()
    full = make_route(make_shift(depot=DEPOT, rules=ShiftRules(max_stops=2)), [pickup, delivery])
    other = make_route(make_shift(depot=DEPOT))
    board = make_day(
        [full, other], [pickup, delivery], travel_of([full, other], [pickup, delivery])
    )
    assert offers(board, delivery)[0].is_feasible


def test_half_of_a_pair_on_a_locked_route_keeps_the_other_half_there() -> None:
    pickup, delivery = a_pair()
    shut = make_route(make_shift(depot=DEPOT), [pickup], lock=Lock.CONTENTS)
    free = make_route(make_shift(depot=DEPOT))
    board = make_day([shut, free], [pickup, delivery], travel_of([shut, free], [pickup, delivery]))
    reasons = {offer.reason for offer in offers(board, delivery)}
    assert reasons == {
        f"{pickup.reference} goes with it, and {shut.shift.name} is locked or released"
    }


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(some_shifts(), some_orders(max_size=5)), min_size=1, max_size=3),
    an_order(),
)
def test_an_offer_costs_what_the_order_then_costs(
    contents: list[tuple[Shift, list[Order]]], new: Order
) -> None:
    orders = [order for _, some in contents for order in some]
    routes = [make_route(replace(shift, depot=DEPOT), some) for shift, some in contents]
    board = make_day(routes, [*orders, new], travel_over(*orders, new))
    for offer in offers(board, new):
        assert offer.day == DAY
        promised = replace(new, window=offer.window)
        after = replace(board, orders={**board.orders, new.id: promised})
        fits = [each for each in candidates(after, [promised]) if each.is_feasible]
        assert offer.is_feasible == bool(fits)
        if fits:
            assert offer.extra_cost == pytest.approx(fits[0].extra_cost)
