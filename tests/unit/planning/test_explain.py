from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.fleet import Load
from app.domain.orders import Order, OrderKind
from app.domain.problem import Reason, Unassigned
from app.domain.routes import Lock, Route
from app.domain.rules import OrderRules, ShiftRules
from app.domain.sketch import RouteSketch
from app.domain.timetable import Timetable, timetable
from app.domain.underway import Underway
from app.planning.explain import Depth, Explainer, explaining
from app.planning.telling import Teller
from tests.factories import (
    at,
    make_depot,
    make_driver,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    place,
    window,
)
from tests.unit.planning.days import make_problem, travel_of


def explained(
    order: Order,
    routes: list[Route],
    planned: dict[Route, list[Order]] | None = None,
    others: Sequence[Order] = (),
) -> Unassigned:
    """With `others` on no route too."""
    contents = [(planned or {}).get(route, []) for route in routes]
    orders = [order, *others, *(each for orders in contents for each in orders)]
    travel = travel_of(routes, orders)
    sketches = [
        RouteSketch(route.shift, orders, travel, frozen=route.frozen)
        for route, orders in zip(routes, contents, strict=True)
    ]
    known = {each.id: each for each in orders}
    return Explainer(routes, sketches, travel, known).explain(order)


def a_route(name: str = "Ana", **vehicle: object) -> Route:
    return make_route(
        make_shift(driver=make_driver(name=name), vehicle=make_vehicle(name="Van 3", **vehicle))
    )


def test_a_missing_ability_is_named() -> None:
    left = explained(make_order(requirements=frozenset({"cold"})), [a_route()])
    assert left.reason is Reason.MISSING_SKILL
    assert left.detail == "needs cold, which no driver or vehicle of the day has"


def test_abilities_that_nobody_has_together_are_named() -> None:
    routes = [a_route(features=frozenset({"cold"})), a_route(features=frozenset({"adr"}))]
    left = explained(make_order(requirements=frozenset({"cold", "adr"})), routes)
    assert left.detail == "needs adr and cold, which no driver and vehicle have together"


def test_no_locked_route_is_named_where_another_one_says_the_same() -> None:
    """That of a van that broke down is locked: what it could do helps nobody."""
    too_long = make_order(service_time=timedelta(hours=30))
    lost = replace(a_route("Lost"), lock=Lock.SEQUENCE)
    alike = a_route("Bram")
    shorter = make_route(replace(alike.shift, window=window("09:00", "10:00")))
    for other in (alike, shorter):
        for routes in ([lost, other], [other, lost]):
            assert "even alone on Bram" in explained(too_long, routes).detail


def test_too_much_is_told_by_how_much() -> None:
    routes = [
        a_route(capacity=Load(weight_g=400_000, volume_cm3=10**7, parcels=9)),
        a_route(capacity=Load(weight_g=300_000, volume_cm3=10**7, parcels=9)),
    ]
    left = explained(make_order(weight_g=412_000), routes)
    assert left.reason is Reason.EXCEEDS_CAPACITY
    assert left.detail == "412 kg is 12 kg more than any van takes"


def test_room_is_counted_only_in_vans_that_have_the_ability() -> None:
    routes = [
        a_route(capacity=Load(weight_g=10**7, volume_cm3=10**7, parcels=9)),
        a_route(
            capacity=Load(weight_g=1_000, volume_cm3=10**7, parcels=9),
            features=frozenset({"cold"}),
        ),
    ]
    left = explained(make_order(weight_g=5_000, requirements=frozenset({"cold"})), routes)
    assert left.detail == "5 kg is 4 kg more than any van takes"


def test_the_earliest_arrival_is_told_with_its_lateness() -> None:
    order = make_order(window=window("07:00", "08:05"), place=place(53.563822, 13.380166))
    left = explained(order, [a_route()])
    assert left.reason is Reason.OUTSIDE_WINDOWS
    assert left.detail == "the earliest a van can be there is 08:10, 5 min after its window"


def test_drivers_who_may_not_take_it_are_named() -> None:
    route = a_route("Ana")
    barred = OrderRules(barred_drivers=frozenset({route.shift.driver.id}))
    left = explained(make_order(rules=barred), [route])
    assert left.reason is Reason.DRIVER_NOT_ALLOWED
    assert left.detail == "the drivers who could take it are barred from it: Ana"
    pinned = OrderRules(drivers=frozenset({make_driver().id}))
    left = explained(make_order(rules=pinned), [route])
    assert left.detail == "only other drivers may take it than those who could: Ana"
    assert left.reason.is_final


def test_a_limit_of_the_shift_is_told_by_how_much() -> None:
    far = make_order(place=place(53.663822, 13.289257))
    for rules, reason, detail in (
        (ShiftRules(max_distance_m=20_000), Reason.EXCEEDS_DISTANCE, "distance exceeded by 2.3 km"),
        (
            ShiftRules(max_driving=timedelta(minutes=30)),
            Reason.EXCEEDS_DURATION,
            "driving exceeded by 8 min",
        ),
        (
            ShiftRules(max_work=timedelta(minutes=30)),
            Reason.EXCEEDS_DURATION,
            "working time exceeded by 11 min",
        ),
    ):
        route = a_route()
        route = replace(route, shift=replace(route.shift, rules=rules))
        left = explained(far, [route])
        assert left.reason is reason
        assert left.detail == f"even alone on Ana · Van 3: {detail}"


def test_half_a_pair_is_told_that_it_goes_whole() -> None:
    pickup = make_order(kind=OrderKind.PICKUP)
    left = explained(make_order(rules=OrderRules(collected_by=pickup.id)), [a_route()])
    assert left.reason is Reason.PAIR_INCOMPLETE


def a_pair(**delivery: Any) -> tuple[Order, Order]:
    pickup = make_order(kind=OrderKind.PICKUP)
    return pickup, make_order(rules=OrderRules(collected_by=pickup.id), **delivery)


def test_a_pair_that_still_fits_is_told_where_both_go() -> None:
    pickup, delivery = a_pair()
    for asked, other in ((pickup, delivery), (delivery, pickup)):
        left = explained(asked, [a_route()], others=[other])
        assert left.reason is Reason.NOT_FOUND
        assert "fits on Ana · Van 3 at positions 1 and 2" in left.detail


def test_each_half_of_a_pair_is_told_what_keeps_the_other_off() -> None:
    pickup, delivery = a_pair(requirements=frozenset({"cold"}))
    left = explained(pickup, [a_route()], others=[delivery])
    assert left.reason is Reason.MISSING_SKILL
    assert left.detail == "needs cold, which no driver or vehicle of the day has"
    pickup, delivery = a_pair(window=window("05:00", "05:30"))
    left = explained(pickup, [a_route()], others=[delivery])
    assert left.reason is Reason.OUTSIDE_WINDOWS
    pickup, delivery = a_pair(weight_g=10**9)
    assert explained(pickup, [a_route()], others=[delivery]).reason is Reason.EXCEEDS_CAPACITY


def test_a_pair_that_only_fits_alone_would_push_others_out() -> None:
    pickup, delivery = a_pair(service_time=timedelta(hours=2))
    route = a_route()
    full = [make_order(service_time=timedelta(hours=4)) for _ in range(2)]
    left = explained(pickup, [route], {route: full}, others=[delivery])
    assert left.reason is Reason.WOULD_DISPLACE


def test_leaving_out_is_told_with_both_prices_and_only_where_it_is_cheaper() -> None:
    cheap = explained(make_order(rules=OrderRules(drop_price=0.01)), [a_route()])
    assert cheap.reason is Reason.NOT_WORTH_IT
    assert cheap.detail.startswith("leaving it out costs 0.01, less than its cheapest place: ")
    dear = explained(make_order(rules=OrderRules(drop_price=10_000.0)), [a_route()])
    assert dear.reason is Reason.NOT_FOUND
    never = make_order(requirements=frozenset({"cold"}), rules=OrderRules(drop_price=5.0))
    assert explained(never, [a_route()]).reason is Reason.MISSING_SKILL


def test_an_order_too_long_for_any_shift_says_so() -> None:
    left = explained(make_order(service_time=timedelta(hours=10)), [a_route()])
    assert left.reason is Reason.OUTSIDE_WINDOWS
    assert "Ana · Van 3" in left.detail
    assert "shift exceeded by 1 h" in left.detail


def test_an_order_that_still_fits_is_told_where() -> None:
    left = explained(make_order(), [a_route()])
    assert left.reason is Reason.NOT_FOUND
    assert left.detail == "fits on Ana · Van 3 at position 1: search longer or drop it there"


def test_an_order_that_only_fits_alone_would_push_others_out() -> None:
    route = a_route()
    full = [make_order(service_time=timedelta(hours=4)) for _ in range(2)]
    left = explained(make_order(service_time=timedelta(hours=2)), [route], {route: full})
    assert left.reason is Reason.WOULD_DISPLACE
    assert left.detail.startswith("fits alone, but only by pushing out planned orders")
    assert "Ana · Van 3: shift exceeded by 1 h" in left.detail


def test_an_order_that_only_locked_routes_could_take_says_which() -> None:
    locked = replace(a_route(features=frozenset({"cold"})), lock=Lock.CONTENTS)
    left = explained(make_order(requirements=frozenset({"cold"})), [a_route("Bo"), locked])
    assert left.reason is Reason.LOCKED
    assert left.detail == "only locked routes could take it: Ana · Van 3"


def on_the_road(**rules: object) -> tuple[Route, list[Order]]:
    """A van that left at eight with one delivery, which is all that it has still to do."""
    done = [make_order(window=None)]
    underway = Underway(left_at=at("08:00"), loading=1, loads=((done[0].id, 0),))
    route = a_route()
    shift = replace(route.shift, underway=underway, rules=ShiftRules(**rules))
    return replace(make_route(shift, done), frozen=1), done


def test_goods_that_no_van_comes_back_for_are_told_to_be_at_the_depot() -> None:
    route, done = on_the_road()
    left = explained(make_order(window=None), [route], {route: done})
    assert left.reason is Reason.NOT_ABOARD
    told = "its goods are at the depot, and no van comes back to load them"
    assert left.detail == f"{told}: Ana · Van 3 left at 08:00"


def test_a_van_on_the_road_is_asked_with_what_it_has_done() -> None:
    route, done = on_the_road(max_reloads=1)
    fits = explained(make_order(window=None), [route], {route: done})
    assert (fits.reason, "position 2" in fits.detail) == (Reason.NOT_FOUND, True)
    late = explained(make_order(window=window("08:00", "08:01")), [route], {route: done})
    assert late.reason is Reason.OUTSIDE_WINDOWS


def a_full_van() -> tuple[Explainer, list[Order]]:
    """And orders that would fit alone, as many as a bad day leaves."""
    route = a_route(capacity=Load(weight_g=10**7, volume_cm3=10**7, parcels=1))
    orders = [make_order(reference=f"SO-{number}") for number in range(230)]
    travel = travel_of([route], orders)
    planned, *left = orders
    return Explainer([route], [RouteSketch(route.shift, [planned], travel)], travel), left


def test_of_many_orders_left_the_first_are_told_the_most() -> None:
    explainer, left = a_full_van()
    why = explaining(explainer, until=None)
    found = [why(order) for order in left]
    full, places, alone = found[:20], found[20:200], found[200:]
    assert {each.reason for each in [*full, *places]} == {Reason.WOULD_DISPLACE}
    assert {each.detail for each in full} == {
        "fits alone, but only by pushing out planned orders; "
        "nearest is Ana · Van 3: over capacity by 1 parcel"
    }
    assert {each.detail for each in places} == {
        "fits alone, but only by pushing out planned orders"
    }
    assert {(each.reason, each.detail) for each in alone} == {
        (
            Reason.NOT_FOUND,
            "fits alone on Ana · Van 3; the search found no place among planned orders",
        )
    }


def test_what_no_van_can_do_is_told_of_every_order() -> None:
    explainer, left = a_full_van()
    heavy = [make_order(weight_g=10**8) for _ in left]
    why = explaining(explainer, until=None)
    assert {why(order).reason for order in heavy} == {Reason.EXCEEDS_CAPACITY}


@pytest.mark.parametrize(
    ("until", "moments"),
    [(1_010.0, (1_002.9, 1_005.9, 1_006.1)), (1_000.0, (1_000.15, 1_000.25, 1_000.35))],
    ids=["early", "late"],
)
def test_the_clock_ends_the_deeper_looks(
    monkeypatch: pytest.MonkeyPatch, until: float, moments: tuple[float, ...]
) -> None:
    """Soon where the time of the search is over: the plan is waited for."""
    explainer, (first, second, third, *_) = a_full_van()
    now = [1_000.0]
    monkeypatch.setattr("app.planning.explain.time.perf_counter", lambda: now[0])
    why = explaining(explainer, until=until)
    details = []
    for order, moment in zip((first, second, third), moments, strict=True):
        now[0] = moment
        details.append(why(order).detail)
    assert "nearest is" in details[0]
    assert details[1].endswith("pushing out planned orders")
    assert "the search found no place" in details[2]


def test_the_clock_ends_a_look_between_two_routes() -> None:
    routes = [a_route(capacity=Load(weight_g=10**7, volume_cm3=10**7, parcels=1)) for _ in range(9)]
    orders = [make_order() for _ in range(10)]
    travel = travel_of(routes, orders)
    *planned, left = orders
    sketches = [RouteSketch(r.shift, [o], travel) for r, o in zip(routes, planned, strict=True)]
    explainer = Explainer(routes, sketches, travel)
    asked = iter([False, False, True])
    ended = explainer.explain(left, is_over=lambda: next(asked))
    assert ended.reason is Reason.NOT_FOUND
    names = ", ".join(route.shift.name for route in routes[:3])
    assert ended.detail.startswith(f"fits alone on {names} and 6 more;")
    full = explainer.explain(left)
    assert full.reason is Reason.WOULD_DISPLACE
    asked = iter([False] * 9 + [True])
    assert explainer.explain(left, is_over=lambda: next(asked)).detail == (
        "fits alone, but only by pushing out planned orders"
    )


def test_vans_of_one_kind_are_asked_once_and_named_as_the_day_has_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small, large = (Load(weight_g=10**7, volume_cm3=10**7, parcels=n) for n in (1, 2))
    depot = make_depot()
    routes = [
        make_route(
            make_shift(
                depot=depot,
                driver=make_driver(name=name),
                vehicle=make_vehicle(capacity=large if name in "BE" else small),
            )
        )
        for name in "ABCDEF"
    ]
    order = make_order()
    travel = travel_of(routes, [order])
    tables = []

    def counting(*asked: Any) -> Timetable:
        tables.append(asked)
        return timetable(*asked)

    monkeypatch.setattr("app.planning.explain.timetable", counting)
    sketches = [RouteSketch(route.shift, [], travel) for route in routes]
    found = Explainer(routes, sketches, travel).explain(order, Depth.ALONE)
    names = ", ".join(route.shift.name for route in routes[:3])
    assert found.detail.startswith(f"fits alone on {names} and 3 more;")
    assert len(tables) == 2


@pytest.mark.parametrize("allowed", [0, 1])
def test_of_vans_alike_the_one_whose_driver_is_asked_for_is_named(allowed: int) -> None:
    depot = make_depot()
    routes = [make_route(make_shift(depot=depot)) for _ in range(2)]
    driver = routes[allowed].shift.driver.id
    other = routes[1 - allowed].shift.driver.id
    for rules in (
        OrderRules(drivers=frozenset({driver})),
        OrderRules(barred_drivers=frozenset({other})),
    ):
        found = explained(make_order(rules=rules), routes)
        assert found.detail.startswith(f"fits on {routes[allowed].shift.name} at position 1")


def test_reasons_are_due_when_the_search_is_or_at_once_after_a_cancel() -> None:
    problem = make_problem([make_route(make_shift())], [make_order()], seconds=30.0)
    teller = Teller(problem, lambda _sketches: 0.0, lambda _p: None, lambda _p: None)
    assert teller.explains_until(lambda: False) == teller.begin + 30.0
    assert teller.explains_until(lambda: True) == teller.begin
    counted = replace(problem, iterations=10)
    teller = Teller(counted, lambda _sketches: 0.0, lambda _p: None, lambda _p: None)
    assert teller.explains_until(lambda: False) is None
