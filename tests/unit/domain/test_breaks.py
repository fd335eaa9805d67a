"""Breaks beside the shift's own, as the timetable places them."""

from __future__ import annotations

from app.domain.fleet import Shift
from app.domain.rules import Pause
from app.domain.violations import ViolationKind
from tests.factories import (
    at,
    make_break,
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
    shift,
    table,
)


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
        window=window("08:12", "08:13"),
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
