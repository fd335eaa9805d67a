"""What is aboard: pairs of pickup and delivery, and several trips."""

from __future__ import annotations

from app.domain.board import BoardRoute
from app.domain.insertion import Drag
from app.domain.orders import Order
from app.domain.violations import ViolationKind
from tests.factories import (
    at,
    make_route,
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

# Pairs


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
