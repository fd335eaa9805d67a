"""Windows, services, drivers, goods, prices and limits beyond the everyday, by the timetable."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.checks import CLEAN
from app.domain.fleet import Costs, Driver, Load, PlaceKind
from app.domain.rules import Overrun
from app.domain.sketch import RouteSketch
from app.domain.travel import Profile
from app.domain.violations import ViolationKind
from tests.factories import (
    at,
    make_driver,
    make_vehicle,
    window,
)
from tests.unit.domain.ruled_days import (
    PICKUP,
    A,
    B,
    begins,
    minutes,
    only,
    order,
    pair,
    roads,
    ruled,
    shift,
    table,
)

# Windows and release


def test_another_window_does_as_well() -> None:
    late = order(
        window=window("08:00", "08:05"),
        rules=ruled(more_windows=(window("09:00", "10:00"), window("11:00", "12:00"))),
    )
    found = table(shift(), late)
    assert begins(found) == [at("09:00")]
    assert found.departure == at("08:50")
    assert found.is_feasible


def test_a_window_within_another_takes_no_time_from_it() -> None:
    rules = ruled(more_windows=(window("08:00", "08:30"),))
    wide = order(window=window("07:00", "15:00"), rules=rules)
    before = order(B, window=window("12:00", "13:00"))
    found = table(shift(), before, wide)
    assert found.is_feasible
    sketch = RouteSketch(shift(), [before], roads())
    assert sketch.fitting(wide) is not None
    assert sketch.at(wide, 1).is_feasible


def test_after_the_last_window_lateness_counts_from_its_end() -> None:
    rules = ruled(more_windows=(window("07:00", "08:04"),))
    found = table(shift(), order(window=window("05:00", "06:00"), rules=rules))
    assert (only(found).kind, only(found).amount) == (ViolationKind.LATE, 360)


def test_leaving_later_does_not_slip_into_a_later_window() -> None:
    first = order(
        window=window("08:00", "08:30"), rules=ruled(more_windows=(window("10:00", "11:00"),))
    )
    found = table(shift(), first, order(B, window=window("12:00", "13:00")))
    assert begins(found)[0] == at("08:30")
    assert begins(found)[1] == at("12:00")


def test_the_van_leaves_no_earlier_than_its_goods_are_there() -> None:
    found = table(shift(), order(), order(B, rules=ruled(released_at=at("09:30"))))
    assert found.departure == at("09:30")
    assert found.is_feasible


def test_a_driver_from_home_waits_for_the_goods_at_the_depot() -> None:
    from_home = shift(start=PlaceKind.HOME, driver=make_driver(home=B.location))
    tight = order(window=window("08:00", "12:00"), rules=ruled(released_at=at("09:30")))
    found = table(from_home, tight)
    assert found.departure == at("09:10")
    assert found.stops[0].arrival == at("09:40")


def test_goods_that_come_after_the_shift_are_not_waited_for() -> None:
    found = table(shift(), order(), order(B, rules=ruled(released_at=at("18:00"))))
    assert begins(found)[0] == at("08:10")
    assert only(found).kind is ViolationKind.LEFT_TOO_EARLY
    assert only(found).amount == 10 * 3600


def test_what_is_collected_needs_no_release() -> None:
    found = table(shift(), order(kind=PICKUP, rules=ruled(released_at=at("09:30"))))
    assert found.departure == at("08:00")


# Set-up and service


def test_orders_at_one_place_share_their_setup() -> None:
    three = [order(A, rules=ruled(setup_time=minutes(4))) for _ in range(2)]
    three.append(order(B, rules=ruled(setup_time=minutes(4))))
    found = table(shift(), *three)
    assert [stop.setup for stop in found.stops] == [minutes(4), minutes(0), minutes(4)]
    assert [stop.departure - stop.begin for stop in found.stops] == [
        minutes(9),
        minutes(5),
        minutes(9),
    ]
    assert found.service == minutes(23)


def test_service_and_setup_may_depend_on_the_vehicle() -> None:
    rules = ruled(
        setup_time=minutes(1),
        service_by_type=(("bike", minutes(2)),),
        setup_by_type=(("bike", minutes(3)),),
    )
    by_bike = table(shift(vehicle_type="bike"), order(rules=rules))
    by_van = table(shift(vehicle_type="van"), order(rules=rules))
    assert by_bike.service == minutes(5)
    assert by_van.service == minutes(6)


def test_a_beginner_takes_longer_at_the_door() -> None:
    found = table(shift(service_pace=1.5), order(rules=ruled(setup_time=minutes(1))))
    assert found.service == minutes(9)
    plain = table(shift(service_pace=1.5), order())
    assert plain.service == minutes(7.5)


def test_a_slow_driver_takes_longer_on_the_road() -> None:
    found = table(shift(travel_pace=1.2), order())
    assert found.driving == minutes(24)
    assert found.distance_m == 20_000


# Who and with what


def test_only_the_drivers_an_order_names_may_take_it() -> None:
    ours = make_driver()
    mine = shift(driver=ours)
    assert table(mine, order(rules=ruled(drivers=frozenset({ours.id})))).is_feasible
    other = order(rules=ruled(drivers=frozenset({make_driver().id})))
    violation = only(table(mine, other))
    assert (violation.kind, violation.order) == (ViolationKind.BARRED_DRIVER, other.id)


def test_a_barred_driver_may_not_take_an_order() -> None:
    barred: Driver = make_driver()
    rules = ruled(barred_drivers=frozenset({barred.id}))
    assert only(table(shift(driver=barred), order(rules=rules))).kind is ViolationKind.BARRED_DRIVER
    assert table(shift(), order(rules=rules)).is_feasible


def test_goods_apart_share_no_route_whoever_names_them() -> None:
    food = [order(rules=ruled(goods=frozenset({"food"}))) for _ in range(2)]
    paint = order(rules=ruled(goods=frozenset({"paint"}), apart_from=frozenset({"food"})))
    violation = only(table(shift(), food[0], paint, food[1]))
    assert (violation.kind, violation.order) == (ViolationKind.GOODS_APART, paint.id)
    assert (violation.amount, violation.detail) == (2, "food")
    assert table(shift(), *food).is_feasible
    assert table(shift(), paint).is_feasible


def test_what_no_clock_can_mend_is_known_without_a_place() -> None:
    food = order(rules=ruled(goods=frozenset({"food"})))
    paint = order(rules=ruled(apart_from=frozenset({"food"})))
    pickup, delivery = pair()
    driver = make_driver()
    barred = order(rules=ruled(barred_drivers=frozenset({driver.id})))
    sketch = RouteSketch(shift(driver=driver, max_stops=2), [food], roads())
    assert sketch.may_take(order())
    assert not sketch.may_take(paint)
    assert not sketch.may_take(delivery)
    assert not sketch.may_take(barred)
    assert sketch.with_order(pickup, 0).may_take(delivery) is False
    assert RouteSketch(shift(), [pickup], roads()).may_take(delivery)
    assert not RouteSketch(shift(), [paint], roads()).may_take(food)
    assert not RouteSketch(shift(driver=driver), [], roads()).may_take(barred)


# Prices


def test_lateness_at_a_price_breaks_no_rule_up_to_its_most() -> None:
    rules = ruled(lateness=Overrun(most=minutes(30), per_hour=12))
    closing = order(window=window("07:00", "08:00"), rules=rules)
    found = table(shift(), closing)
    assert found.is_feasible
    assert found.cost == pytest.approx(2)
    assert found.stops[0].lateness == found.stops[0].priced_lateness == minutes(10)
    too_late = table(shift(), replace(closing, window=window("06:00", "07:30")))
    assert (only(too_late).kind, only(too_late).amount) == (ViolationKind.LATE, 600)
    assert too_late.cost == pytest.approx(6)


def test_lateness_at_a_price_is_taken_before_hours_of_waiting() -> None:
    rules = ruled(
        lateness=Overrun(most=minutes(30), per_hour=12),
        more_windows=(window("14:00", "15:00"),),
    )
    found = table(shift(), order(window=window("07:00", "08:00"), rules=rules))
    assert begins(found) == [at("08:10")]
    far = replace(rules, lateness=Overrun(most=minutes(5), per_hour=12))
    assert begins(table(shift(), order(window=window("07:00", "08:00"), rules=far))) == [
        at("14:00")
    ]


def test_overtime_costs_and_breaks_a_rule_only_beyond_its_most() -> None:
    hours = window("08:00", "08:30")
    paid = shift(window=hours, overtime=Overrun(most=minutes(20), per_hour=60))
    found = table(paid, order(service=20))
    assert found.is_feasible
    assert (found.overtime, found.cost) == (minutes(10), pytest.approx(10))
    more = table(paid, order(service=40))
    assert (only(more).kind, only(more).amount) == (ViolationKind.SHIFT_EXCEEDED, 600)
    assert more.cost == pytest.approx(20)


def test_service_and_driving_have_their_own_prices() -> None:
    dear = shift(per_service_hour=60, per_driving_hour=30)
    found = table(dear, order(rules=ruled(setup_time=minutes(1))))
    assert found.cost == pytest.approx(6 + 10)


def test_prices_of_legs_stand_for_kilometres_and_hours() -> None:
    priced = roads(costs=[[0, 150, 0], [250, 0, 0], [0, 0, 0]])
    dear = shift(Costs(fixed=40, per_km=9, per_hour=9), per_service_hour=60, per_driving_hour=9)
    assert table(dear, order(), travel=priced).cost == pytest.approx(40 + 1.5 + 2.5 + 5)


# Limits


@pytest.mark.parametrize(
    ("limit", "kind", "amount"),
    [
        ({"max_driving": minutes(40)}, ViolationKind.DRIVING_EXCEEDED, 300),
        ({"max_work": minutes(50)}, ViolationKind.WORK_EXCEEDED, 300),
        ({"max_distance_m": 40_000}, ViolationKind.DISTANCE_EXCEEDED, 5_000),
        ({"max_stops": 1}, ViolationKind.STOPS_EXCEEDED, 1),
    ],
)
def test_a_limit_of_the_shift_is_a_rule(
    limit: dict[str, object], kind: ViolationKind, amount: int
) -> None:
    orders = [order(A), order(B)]
    violation = only(table(shift(**limit), *orders))
    assert (violation.kind, violation.amount) == (kind, amount)
    # What a search is told of it.
    assert RouteSketch(shift(**limit), orders, roads()).severity > CLEAN
    assert RouteSketch(shift(), orders, roads()).severity == CLEAN


def test_work_counts_from_leaving() -> None:
    found = table(shift(max_work=minutes(30)), order(window=window("12:00", "13:00")))
    assert found.is_feasible


def test_a_dimension_of_the_depots_own_has_its_limit() -> None:
    room = Load(weight_g=10**6, volume_cm3=10**9, parcels=99, more=(("cages", 2),))
    two = [order(more_load=(("cages", 2), ("hooks", 7))), order(B, more_load=(("cages", 1),))]
    found = table(shift(room=room), *two)
    assert only(found).text == "over capacity by 1 × cages"
    assert (only(found).amount, only(found).dimension) == (1, None)
    assert found.start_load.more == (("cages", 3), ("hooks", 7))
    assert [stop.load.more for stop in found.stops] == [(("cages", 1),), ()]


def test_each_vehicle_drives_on_the_roads_of_its_profile() -> None:
    slow = [[3 * seconds for seconds in row] for row in roads()[Profile.VAN].seconds]
    travel = {**roads(), Profile.TRUCK: roads(seconds=slow)[Profile.TRUCK]}
    truck = replace(shift(), vehicle=make_vehicle(profile=Profile.TRUCK))
    for rules in (ruled(), ruled(goods=frozenset({"food"}))):
        asked = order(rules=rules)
        assert begins(table(shift(), asked, travel=travel)) == [at("08:10")]
        assert begins(table(truck, asked, travel=travel)) == [at("08:30")]
