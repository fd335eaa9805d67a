"""Deliveries that bring something back from the same stop: empties, returned goods."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.domain.fleet import UNLIMITED, Load, Shift
from app.domain.orders import Order
from app.domain.rules import OrderRules, ShiftRules
from app.domain.timetable import timetable
from app.domain.violations import ViolationKind
from tests.factories import DEPOT_PLACE, grid_travel, make_order, make_shift, make_vehicle, place

A = place(53.57, 13.30)
B = place(53.58, 13.31)
TRAVEL = grid_travel([DEPOT_PLACE, A.location, B.location])


def van(weight_g: int, **changes: object) -> Shift:
    room = Load(weight_g=weight_g, volume_cm3=UNLIMITED, parcels=UNLIMITED, more=(("cages", 3),))
    return make_shift(vehicle=make_vehicle(capacity=room), **changes)


def swap(delivered: int, back: tuple[int, ...], **changes: object) -> Order:
    return make_order(
        place=A, weight_g=delivered, parcels=(), rules=OrderRules(takes_back=back), **changes
    )


def test_what_comes_back_is_aboard_after_the_stop() -> None:
    times = timetable(van(1_000), [swap(500, (200,))], TRAVEL)
    assert times.start_load.weight_g == 500
    assert times.stops[0].load.weight_g == 200
    assert times.is_feasible


def test_what_comes_back_needs_room_beside_what_is_not_delivered_yet() -> None:
    other = make_order(place=B, weight_g=600, parcels=())
    times = timetable(van(1_000), [swap(300, (500,)), other], TRAVEL)
    (found,) = times.violations
    assert (found.kind, found.amount) == (ViolationKind.OVER_CAPACITY, 100)
    assert timetable(van(1_000), [other, swap(300, (500,))], TRAVEL).is_feasible


def test_what_comes_back_is_counted_in_dimensions_of_the_depots_own() -> None:
    order = swap(0, (0, 0, 0, 4), more_load=(("cages", 2),))
    (found,) = timetable(van(1_000), [order], TRAVEL).violations
    assert (found.kind, found.amount) == (ViolationKind.OVER_CAPACITY, 1)


def test_what_came_back_leaves_the_van_at_a_reload() -> None:
    shift = van(1_000, rules=ShiftRules(max_reloads=1, reload_time=timedelta(minutes=5)))
    times = timetable(shift, [swap(900, (900,)), replace(swap(900, (900,)), place=B)], TRAVEL)
    assert [reload.index for reload in times.reloads] == [1]
    assert times.is_feasible
