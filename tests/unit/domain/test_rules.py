"""Every rule beyond the everyday, as the timetable shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.board import BoardRoute
from app.domain.fleet import Costs, Driver, Load, PlaceKind, Shift
from app.domain.insertion import Drag
from app.domain.orders import Order, OrderKind
from app.domain.rules import OrderRules, Overrun, Pause, ShiftRules
from app.domain.sketch import RouteSketch
from app.domain.timetable import Timetable, Travel, timetable
from app.domain.travel import Pace, Profile, TravelMatrix
from app.domain.violations import Violation, ViolationKind
from tests.factories import (
    DEPOT_PLACE,
    at,
    make_break,
    make_driver,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    place,
    window,
)

A = place(53.57, 13.30)
B = place(53.58, 13.31)
PICKUP = OrderKind.PICKUP


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def roads(**changes: object) -> Travel:
    """Minutes between the depot, A and B; a kilometre a minute."""
    rows = ((0, 10, 20), (10, 0, 15), (20, 15, 0))
    matrix = TravelMatrix(
        places=(DEPOT_PLACE, A.location, B.location),
        seconds=[[m * 60 for m in row] for row in rows],
        metres=[[m * 1000 for m in row] for row in rows],
    )
    return dict.fromkeys(Profile, replace(matrix, **changes))


def table(shift: Shift, *orders: Order, travel: Travel | None = None) -> Timetable:
    return timetable(shift, orders, travel or roads())


def ruled(**rules: object) -> OrderRules:
    return OrderRules(**rules)


def order(at_place: object = A, *, service: float = 5, **changes: object) -> Order:
    values: dict[str, object] = {"weight_g": 1_000, "service_time": minutes(service)}
    return make_order(place=at_place, **(values | changes))


def shift(costs: Costs | None = None, room: Load | None = None, **changes: object) -> Shift:
    vehicle = make_vehicle(
        costs=costs or Costs(),
        capacity=room or Load(weight_g=10_000, volume_cm3=10**9, parcels=99),
    )
    rules = {name: changes.pop(name) for name in list(changes) if name in _RULES}
    return make_shift(vehicle=vehicle, rules=ShiftRules(**rules), **changes)


_RULES = frozenset(ShiftRules.__dataclass_fields__)


def begins(found: Timetable) -> list[datetime]:
    return [stop.begin for stop in found.stops]


def only(found: Timetable) -> Violation:
    (violation,) = found.violations
    return violation


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


# Pairs


def pair(**changes: object) -> tuple[Order, Order]:
    pickup = order(A, kind=PICKUP, weight_g=8_000, **changes)
    return pickup, order(B, weight_g=8_000, rules=ruled(collected_by=pickup.id))


def test_goods_of_a_pair_come_aboard_and_leave() -> None:
    found = table(shift(), *pair())
    assert found.start_load.weight_g == 0
    assert [stop.load.weight_g for stop in found.stops] == [8_000, 0]
    assert found.is_feasible


def test_goods_of_a_pair_count_while_they_are_aboard() -> None:
    pickup, delivery = pair()
    between = order(weight_g=4_000, kind=PICKUP)
    assert table(shift(), pickup, delivery, between).is_feasible
    assert only(table(shift(), pickup, between, delivery)).amount == 2_000


def test_a_delivery_before_its_pickup_breaks_the_pair() -> None:
    pickup, delivery = pair()
    violation = only(table(shift(), delivery, pickup))
    assert (violation.kind, violation.order) == (ViolationKind.PAIR_BROKEN, delivery.id)


def test_half_a_pair_is_broken() -> None:
    _, delivery = pair()
    found = table(shift(), delivery)
    assert only(found).kind is ViolationKind.PAIR_BROKEN
    assert found.start_load.weight_g == 0


def test_a_pair_in_hand_goes_on_a_route_with_the_pickup_first() -> None:
    pickup, delivery = pair()
    each = BoardRoute(route=make_route(shift(), []), timetable=table(shift()))
    fit = Drag([each], [delivery, pickup], roads()).fit(each.id)
    assert fit.is_feasible
    assert fit.orders == (pickup.id, delivery.id)


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
    violation = only(table(shift(**limit), order(A), order(B)))
    assert (violation.kind, violation.amount) == (kind, amount)


def test_work_counts_from_leaving() -> None:
    found = table(shift(max_work=minutes(30)), order(window=window("12:00", "13:00")))
    assert found.is_feasible


def test_a_dimension_of_the_depots_own_has_its_limit() -> None:
    room = Load(weight_g=10**6, volume_cm3=10**9, parcels=99, more=(("cages", 2),))
    two = [order(more_load=(("cages", 2), ("hooks", 7))), order(B, more_load=(("cages", 1),))]
    found = table(shift(room=room), *two)
    assert only(found).text == "over capacity by 1 cages"
    assert (only(found).amount, only(found).dimension) == (1, None)
    assert found.start_load.more == (("cages", 3), ("hooks", 7))
    assert [stop.load.more for stop in found.stops] == [(("cages", 1),), ()]


# Several trips


def heavy(at_place: object = A, **changes: object) -> Order:
    return order(at_place, weight_g=6_000, **changes)


def test_a_full_van_goes_back_to_load() -> None:
    found = table(shift(max_reloads=1, reload_time=minutes(12)), heavy(A), heavy(B))
    assert found.is_feasible
    (reload,) = found.reloads
    assert reload.index == 1
    assert (reload.arrival, reload.departure) == (at("08:25"), at("08:37"))
    assert reload.load.weight_g == 6_000
    assert begins(found) == [at("08:10"), at("08:57")]
    assert found.distance_m == 60_000
    assert found.stops[1].leg_m == 30_000
    assert found.start_load.weight_g == found.peak_load.weight_g == 6_000
    assert [[stop.order for stop in trip] for trip in found.trips] == [
        [found.stops[0].order],
        [found.stops[1].order],
    ]


def test_without_reloads_the_van_is_too_full() -> None:
    assert only(table(shift(), heavy(A), heavy(B))).amount == 2_000


def test_no_more_reloads_than_the_shift_allows() -> None:
    found = table(shift(max_reloads=1), heavy(A), heavy(B), heavy(A))
    assert len(found.reloads) == 1
    assert only(found).amount == 2_000


def test_a_van_with_room_does_not_come_back() -> None:
    assert table(shift(max_reloads=3), order(A), order(B)).reloads == ()


def test_what_is_collected_is_unloaded_at_a_reload() -> None:
    back = [heavy(A, kind=PICKUP), heavy(B, kind=PICKUP)]
    found = table(shift(max_reloads=1), *back)
    assert found.is_feasible
    assert [stop.load.weight_g for stop in found.stops] == [6_000, 6_000]


def test_goods_of_a_pair_stay_aboard_at_a_reload() -> None:
    pickup = order(A, kind=PICKUP, weight_g=3_000)
    delivery = order(A, weight_g=3_000, rules=ruled(collected_by=pickup.id))
    found = table(shift(max_reloads=1), heavy(B), pickup, order(B, weight_g=7_000), delivery)
    (reload,) = found.reloads
    assert reload.index in (1, 2)
    assert found.is_feasible
    carried = 3_000 if reload.index == 2 else 0
    assert reload.load.weight_g == 7_000 + carried


def test_goods_released_later_are_fetched_on_a_second_trip() -> None:
    early = order(A, window=window("08:00", "09:00"))
    later = order(B, rules=ruled(released_at=at("09:30")))
    found = table(shift(max_reloads=1, reload_time=minutes(5)), early, later)
    assert found.is_feasible
    assert found.reloads[0].departure == at("09:30")
    assert begins(found)[1] == at("09:50")
    single = table(shift(), early, later)
    assert only(single).kind is ViolationKind.LATE


def test_setup_is_due_again_after_a_reload() -> None:
    rules = ruled(setup_time=minutes(4))
    found = table(shift(max_reloads=1), heavy(A, rules=rules), heavy(A, rules=rules))
    assert [stop.setup for stop in found.stops] == [minutes(4), minutes(4)]


# Pauses


def pauses(*each: Pause, **changes: object) -> Shift:
    return shift(pauses=each, **changes)


def test_several_breaks_fall_into_their_windows() -> None:
    found = table(
        pauses(
            Pause(length=minutes(10), window=window("09:00", "09:30")),
            Pause(length=minutes(15), window=window("10:30", "11:00")),
            rest=make_break("12:00", "12:30", minutes=30),
        ),
        *(order(A if number % 2 else B, service=30) for number in range(8)),
    )
    assert found.is_feasible
    assert [pause.number for pause in found.pauses] == [0, 1]
    assert [pause.end - pause.begin for pause in found.pauses] == [minutes(10), minutes(15)]
    assert at("09:00") <= found.pauses[0].begin <= at("09:30")
    assert at("10:30") <= found.pauses[1].begin <= at("11:00")
    assert found.rest is not None
    assert at("12:00") <= found.rest.begin <= at("12:30")


def test_a_break_outside_the_route_is_not_due() -> None:
    pause = Pause(length=minutes(10), window=window("12:00", "12:30"))
    assert table(pauses(pause), order()).pauses == ()
    early = table(pauses(pause), order(window=window("14:00", "15:00")))
    assert early.pauses == ()


def test_a_break_may_have_several_windows() -> None:
    pause = Pause(
        length=minutes(10),
        window=window("08:05", "08:06"),
        more_windows=(window("09:00", "09:30"),),
    )
    found = table(pauses(pause), order(service=50), order(B, service=50))
    assert found.is_feasible
    assert at("09:00") <= found.pauses[0].begin <= at("09:30")


def test_so_much_driving_calls_for_a_break() -> None:
    pause = Pause(length=minutes(15), after_driving=minutes(30))
    found = table(pauses(pause), order(A), order(B))
    assert found.is_feasible
    (taken,) = found.pauses
    assert taken.index == 2
    assert table(pauses(pause), order(A)).pauses == ()


def test_driving_without_a_place_to_rest_in_time_misses_the_break() -> None:
    pause = Pause(length=minutes(15), after_driving=minutes(8))
    found = table(pauses(pause), order(A))
    assert only(found).kind is ViolationKind.BREAK_MISSED
    assert only(found).amount == 4 * 60


def test_so_much_work_calls_for_a_break() -> None:
    pause = Pause(length=minutes(15), after_work=minutes(60))
    found = table(pauses(pause), order(A, service=40), order(B, service=20))
    assert found.is_feasible
    assert [taken.index for taken in found.pauses] == [1]


def test_work_before_a_break_counts_from_leaving_late() -> None:
    pause = Pause(length=minutes(15), after_work=minutes(60))
    found = table(pauses(pause), order(A, window=window("12:00", "13:00"), service=20))
    assert found.departure == at("11:50")
    assert (found.pauses, found.is_feasible) == ((), True)


def test_limits_count_again_after_each_break() -> None:
    pause = Pause(length=minutes(15), after_driving=minutes(40))
    way = [order(A if number % 2 else B) for number in range(5)]
    found = table(pauses(pause, pause), *way)
    assert found.is_feasible
    assert len(found.pauses) == 2
    assert only(table(pauses(pause), *way)).kind is ViolationKind.BREAK_MISSED


def test_a_break_waits_until_the_van_is_light_enough() -> None:
    pause = Pause(
        length=minutes(15), window=window("08:00", "10:00"), most_aboard=(4_000, 10**9, 99)
    )
    load = [order(A, weight_g=3_000, service=60), order(B, weight_g=3_000, service=60), order(A)]
    found = table(pauses(pause), *load)
    assert found.is_feasible
    assert found.pauses[0].index == 1
    free = Pause(length=minutes(15), window=window("08:00", "10:00"))
    assert table(pauses(free), *load).is_feasible


def test_a_break_that_finds_no_place_is_missed() -> None:
    pause = Pause(length=minutes(15), window=window("08:00", "09:00"), most_aboard=(0, 0, 0))
    found = table(pauses(pause), order(A, kind=PICKUP, service=60), order(B, service=30))
    assert only(found).kind is ViolationKind.BREAK_MISSED


def test_a_break_lies_in_waiting_that_is_there_anyhow() -> None:
    pause = Pause(length=minutes(30), window=window("08:00", "12:00"))
    waiting = order(B, window=window("10:00", "10:05"))
    found = table(pauses(pause), order(A, window=window("08:00", "08:30")), waiting, order(A))
    assert begins(found)[1] == at("10:00")
    assert found.end == table(shift(), *(stop.order for stop in found.stops)).end


def test_a_long_day_has_its_trips_and_its_breaks() -> None:
    day = shift(
        pauses=[Pause(length=minutes(15), after_work=minutes(180))] * 2,
        rest=make_break("12:00", "13:00"),
        max_reloads=3,
        reload_time=minutes(5),
    )
    many = [order(A if number // 10 % 2 else B, service=4) for number in range(40)]
    found = table(day, *many)
    assert found.is_feasible
    assert len(found.reloads) == 3
    assert all(len(trip) == 10 for trip in found.trips)
    assert found.rest is not None


# Traffic and weather


def paced(**changes: object) -> Travel:
    values: dict[str, object] = {"starts": (epoch("06:00"), epoch("08:05")), "travel": (1.0, 2.0)}
    return roads(pace=Pace(**(values | changes)))


def epoch(clock: str) -> int:
    return int(at(clock).timestamp())


def test_a_leg_is_driven_piece_by_piece() -> None:
    found = table(shift(), order(service=0), travel=paced())
    assert begins(found) == [at("08:15")]
    assert found.end == at("08:35")
    assert found.driving == minutes(35)
    assert found.distance_m == 20_000


def test_the_first_piece_also_counts_before_it_and_the_last_ever_after() -> None:
    found = table(shift(), order(service=0), travel=paced(starts=(epoch("12:00"), epoch("13:00"))))
    assert found.driving == minutes(20)
    late = shift(window=window("14:00", "16:00"))
    found = table(late, order(service=0), travel=paced(starts=(epoch("12:00"), epoch("13:00"))))
    assert found.driving == minutes(40)


def test_rain_makes_each_stop_longer() -> None:
    rain = paced(travel=(1.0, 1.0), service_s=(0, 120))
    found = table(shift(), order(A), order(A), travel=rain)
    assert found.service == minutes(14)


def test_rain_that_ends_holds_up_no_longer_than_it_lasts() -> None:
    shower = paced(starts=(epoch("06:00"), epoch("08:11")), travel=(1.0, 1.0), service_s=(600, 0))
    found = table(shift(), order(A), travel=shower)
    assert found.stops[0].departure == at("08:16")


def test_leaving_later_into_traffic_makes_nobody_late() -> None:
    rush = paced(starts=(epoch("06:00"), epoch("09:00")), travel=(1.0, 3.0))
    found = table(shift(), order(window=window("10:00", "10:00")), travel=rush)
    assert found.departure == at("09:30")
    assert found.stops[0].waiting == timedelta()
    assert found.is_feasible
