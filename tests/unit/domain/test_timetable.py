from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.fleet import Costs, Dimension, Load, PlaceKind
from app.domain.geo import Location
from app.domain.ids import DepotId
from app.domain.orders import OrderKind, barcodes
from app.domain.timetable import Travel, timetable
from app.domain.travel import UNREACHABLE, Profile, TravelMatrix
from app.domain.violations import ViolationKind
from tests.factories import (
    DEPOT_PLACE,
    at,
    make_break,
    make_driver,
    make_order,
    make_shift,
    make_vehicle,
    new_id,
    place,
    window,
)

A = place(53.57, 13.30)
B = place(53.58, 13.31)
PLACES = (DEPOT_PLACE, A.location, B.location)


def travel(*minutes: tuple[int, ...], places: tuple[Location, ...] = PLACES) -> Travel:
    """Minutes between the depot, A and B; a kilometre a minute; negative where no road is."""
    rows = minutes or ((0, 10, 20), (10, 0, 15), (20, 15, 0))
    matrix = TravelMatrix(
        places=places,
        seconds=[[m * 60 if m >= 0 else UNREACHABLE for m in row] for row in rows],
        metres=[[m * 1000 if m >= 0 else UNREACHABLE for m in row] for row in rows],
    )
    return dict.fromkeys(Profile, matrix)


def test_arrivals_follow_the_roads_and_the_service_times() -> None:
    first = make_order(place=A, service_time=timedelta(minutes=5))
    second = make_order(place=B, service_time=timedelta(minutes=7))
    table = timetable(make_shift(), [first, second], travel())
    assert [stop.arrival for stop in table.stops] == [at("08:10"), at("08:30")]
    assert [stop.departure for stop in table.stops] == [at("08:15"), at("08:37")]
    assert (table.departure, table.end) == (at("08:00"), at("08:57"))
    assert table.distance_m == 45_000
    assert table.driving == timedelta(minutes=45)
    assert table.working == timedelta(minutes=57)
    assert table.is_feasible


def test_cost_is_fixed_and_by_kilometre_and_by_hour() -> None:
    shift = make_shift(vehicle=make_vehicle(costs=Costs(fixed=40, per_km=0.5, per_hour=30)))
    order = make_order(place=A, service_time=timedelta(minutes=10))
    assert timetable(shift, [order], travel()).cost == pytest.approx(40 + 20 * 0.5 + 15)


def test_a_route_without_stops_costs_nothing() -> None:
    table = timetable(make_shift(), [], travel())
    assert (table.cost, table.distance_m, table.stops) == (0, 0, ())
    assert table.is_feasible


def test_the_van_leaves_no_earlier_than_it_must() -> None:
    order = make_order(place=A, window=window("10:00", "11:00"))
    table = timetable(make_shift(), [order], travel())
    assert table.departure == at("09:50")
    assert table.waiting == timedelta()


def test_leaving_later_makes_nobody_late() -> None:
    first = make_order(place=A, window=window("08:10", "08:20"), service_time=timedelta())
    second = make_order(place=B, window=window("09:00", "10:00"))
    table = timetable(make_shift(), [first, second], travel())
    assert table.departure == at("08:10")
    assert table.stops[0].begin == at("08:20")
    assert table.stops[1].waiting == timedelta(minutes=25)


def test_a_stop_after_its_window_is_late_by_the_difference() -> None:
    order = make_order(place=B, window=window("08:00", "08:06"))
    (violation,) = timetable(make_shift(), [order], travel()).violations
    assert (violation.kind, violation.amount) == (ViolationKind.LATE, 14 * 60)
    assert violation.text == "late by 14 min"


def test_a_route_that_ends_after_its_shift_says_by_how_much() -> None:
    order = make_order(place=A, service_time=timedelta(minutes=50))
    table = timetable(make_shift(window=window("08:00", "09:00")), [order], travel())
    (violation,) = table.violations
    assert (violation.kind, violation.amount) == (ViolationKind.SHIFT_EXCEEDED, 600)


def test_the_load_rises_and_falls_with_pickups_and_deliveries() -> None:
    delivery = make_order(place=A, weight_g=30_000)
    pickup = make_order(place=B, weight_g=50_000, kind=OrderKind.PICKUP)
    shift = make_shift(
        vehicle=make_vehicle(capacity=Load(weight_g=60_000, volume_cm3=10**6, parcels=9))
    )
    good = timetable(shift, [delivery, pickup], travel())
    assert good.start_load.weight_g == 30_000
    assert [stop.load.weight_g for stop in good.stops] == [0, 50_000]
    assert good.is_feasible
    (violation,) = timetable(shift, [pickup, delivery], travel()).violations
    assert (violation.kind, violation.dimension) == (
        ViolationKind.OVER_CAPACITY,
        Dimension.WEIGHT,
    )
    assert violation.amount == 20_000


def test_each_dimension_has_its_own_limit() -> None:
    order = make_order(place=A, volume_cm3=5, parcels=barcodes("X", 4), weight_g=2)
    shift = make_shift(vehicle=make_vehicle(capacity=Load(weight_g=1, volume_cm3=3, parcels=1)))
    amounts = {v.dimension: v.amount for v in timetable(shift, [order], travel()).violations}
    assert amounts == {Dimension.WEIGHT: 1, Dimension.VOLUME: 2, Dimension.PARCELS: 3}


def test_what_neither_driver_nor_vehicle_can_do_is_named() -> None:
    order = make_order(place=A, requirements=frozenset({"cold", "adr", "lift"}))
    shift = make_shift(
        driver=make_driver(skills=frozenset({"adr"})),
        vehicle=make_vehicle(features=frozenset({"lift"})),
    )
    (violation,) = timetable(shift, [order], travel()).violations
    assert (violation.kind, violation.detail) == (ViolationKind.MISSING_SKILL, "cold")


def test_goods_of_another_depot_and_an_unknown_place_are_named() -> None:
    order = make_order(place=None, depot=DepotId(new_id()))
    kinds = [v.kind for v in timetable(make_shift(), [order], travel()).violations]
    assert kinds == [ViolationKind.NO_PLACE, ViolationKind.WRONG_DEPOT]


def test_the_stop_that_no_road_leads_to_or_back_from_is_named() -> None:
    orders = [make_order(place=A), make_order(place=B)]
    no_way_between = travel((0, 10, 20), (10, 0, -1), (20, 15, 0))
    table = timetable(make_shift(), orders, no_way_between)
    assert [(v.kind, v.order) for v in table.violations] == [
        (ViolationKind.UNREACHABLE, orders[1].id)
    ]
    assert table.is_estimated
    assert table.stops[1].leg_s > 0
    no_way_home = travel((0, 10, 20), (10, 0, 15), (-1, 15, 0))
    (violation,) = timetable(make_shift(), orders, no_way_home).violations
    assert violation.order == orders[1].id


def test_a_place_that_no_matrix_knows_is_estimated_and_no_violation() -> None:
    order = make_order(place=place(53.60, 13.40))
    table = timetable(make_shift(), [order], travel())
    assert table.is_estimated
    assert table.is_feasible
    assert 8_000 < table.stops[0].leg_m < 9_000


def test_a_driver_from_home_loads_at_the_depot_and_ends_where_the_shift_says() -> None:
    home = Location(lat=53.65, lon=13.30)
    minutes = ((0, 10, 20, 30), (10, 0, 15, 40), (20, 15, 0, 50), (30, 40, 50, 0))
    roads = travel(*minutes, places=(*PLACES, home))
    driver = make_driver(home=home)
    order = make_order(place=A, service_time=timedelta())
    for end, leg in ((PlaceKind.HOME, 40), (PlaceKind.DEPOT, 10), (PlaceKind.OPEN, 0)):
        shift = make_shift(driver=driver, start=PlaceKind.HOME, end=end)
        table = timetable(shift, [order], roads)
        assert table.stops[0].leg_s == 40 * 60
        assert table.last_leg_s == leg * 60


def test_the_break_falls_where_it_delays_least() -> None:
    first = make_order(place=A, window=window("11:00", "11:30"), service_time=timedelta(minutes=5))
    second = make_order(place=B, window=window("13:00", "13:05"))
    third = make_order(place=A, window=window("13:20", "13:40"))
    shift = make_shift(rest=make_break("11:30", "13:00", minutes=30))
    table = timetable(shift, [first, second, third], travel())
    assert table.is_feasible
    assert table.rest is not None
    # Before the wait at the second stop, where there is time for it, and not after.
    assert table.rest.index == 1
    assert table.rest.begin >= at("11:30")
    assert table.rest.end - table.rest.begin == timedelta(minutes=30)


def test_no_break_is_due_before_its_window_closes_or_after() -> None:
    shift = make_shift(rest=make_break("12:00", "13:00"))
    morning = timetable(shift, [make_order(place=A)], travel())
    assert morning.rest is None
    evening = timetable(shift, [make_order(place=A, window=window("15:00", "16:00"))], travel())
    assert evening.departure > at("13:00")
    assert evening.rest is None


def test_a_break_that_no_stop_leaves_room_for_begins_late() -> None:
    long = make_order(place=A, service_time=timedelta(hours=6))
    shift = make_shift(rest=make_break("11:00", "11:30"), window=window("08:00", "20:00"))
    late = make_order(place=B, window=window("08:10", "08:40"))
    table = timetable(shift, [late, long], travel())
    kinds = {violation.kind for violation in table.violations}
    # It may wait for its window before the long stop; with that stop due at once it can't.
    assert kinds == set()
    at_once = make_order(place=A, service_time=timedelta(hours=6), window=window("08:00", "09:00"))
    table = timetable(shift, [late, at_once], travel())
    assert {v.kind for v in table.violations} & {ViolationKind.BREAK_MISSED, ViolationKind.LATE}


def test_a_break_that_begins_after_its_window_is_missed_by_so_much() -> None:
    service = timedelta(minutes=90)
    long = make_order(place=A, service_time=service, window=window("10:00", "10:10"))
    table = timetable(make_shift(rest=make_break("10:05", "11:00", minutes=60)), [long], travel())
    assert table.rest is not None
    assert [v.kind for v in table.violations] == [ViolationKind.BREAK_MISSED]
    assert table.violations[0].amount == (table.rest.begin - at("11:00")).total_seconds() == 1800
