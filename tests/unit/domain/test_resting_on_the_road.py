"""Breaks between two stops: the road is interrupted, services are not."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clockwork import Frame
from app.domain.fleet import Shift
from app.domain.orders import Order
from app.domain.rules import Pause
from app.domain.timetable import Rest, Timetable, timetable
from app.domain.travel import Pace
from app.domain.violations import ViolationKind
from tests.factories import at, make_break, window
from tests.unit.domain.routes_strategy import an_order, some_shifts, travel_over
from tests.unit.domain.ruled_days import A, B, begins, minutes, order, roads, shift, table
from tests.unit.domain.rules_strategy import ruled_orders, ruled_shifts


def only(found: Timetable) -> Rest:
    (rest,) = found.breaks
    return rest


def test_a_window_that_opens_on_the_road_interrupts_it() -> None:
    found = table(shift(rest=make_break("08:04", "08:30", minutes=30)), order(A), order(B))
    assert (only(found).begin, only(found).end) == (at("08:04"), at("08:34"))
    assert (only(found).driven_s, only(found).left_s) == (4 * 60, 6 * 60)
    assert only(found).is_on_road
    assert found.stops[0].arrival == at("08:40")
    assert found.stops[0].leg_s == 10 * 60


def test_who_is_there_before_the_window_opens_rests_at_the_door() -> None:
    found = table(
        shift(rest=make_break("08:30", "08:40", minutes=30)), order(A, service=60), order(B)
    )
    assert (only(found).begin, only(found).index) == (at("08:30"), 0)
    assert (only(found).driven_s, only(found).left_s) == (10 * 60, 0)
    assert begins(found)[0] == at("09:00")
    assert found.departure == at("08:20")


def test_the_way_home_is_interrupted_too() -> None:
    found = table(shift(rest=make_break("08:20", "08:24", minutes=30)), order(A))
    assert only(found).index == 1
    assert only(found).is_on_road
    assert found.end == at("08:55")
    assert found.last_leg_s == 10 * 60


def test_two_breaks_may_fall_on_one_leg() -> None:
    found = table(
        shift(
            pauses=[
                Pause(length=minutes(10), window=window("08:02", "08:03")),
                Pause(length=minutes(10), window=window("08:15", "08:16")),
            ]
        ),
        order(A, service=60),
    )
    assert found.is_feasible
    assert [each.begin for each in found.breaks] == [at("08:02"), at("08:15")]
    assert [each.driven_s for each in found.breaks] == [2 * 60, 5 * 60]
    assert found.stops[0].arrival == at("08:30")


def test_the_rest_of_the_leg_is_driven_at_the_pace_of_its_hour() -> None:
    slow_from = int(at("08:30").timestamp())
    pace = Pace(starts=(0, slow_from), travel=(1.0, 3.0))
    found = table(
        shift(rest=make_break("08:04", "08:05", minutes=30)), order(A), travel=roads(pace=pace)
    )
    assert only(found).begin == at("08:04")
    assert found.stops[0].arrival == at("08:52")
    assert found.stops[0].leg_s == (4 + 18) * 60


def test_a_break_lies_on_the_road_where_driving_calls_for_it() -> None:
    """The leg from A to B crosses the limit, and resting before it would be too soon."""
    pause = Pause(length=minutes(15), after_driving=minutes(23))
    found = table(shift(pauses=[pause]), order(A), order(B))
    assert found.is_feasible
    (taken,) = found.pauses
    assert taken.is_on_road
    assert (taken.index, taken.driven_s, taken.left_s) == (1, 13 * 60, 2 * 60)


def test_a_break_is_rather_taken_at_a_stop_where_that_is_as_good() -> None:
    pause = Pause(length=minutes(15), after_driving=minutes(40))
    found = table(shift(pauses=[pause]), order(A), order(B))
    assert found.is_feasible
    assert (found.pauses[0].driven_s, found.stops[0].leg_s) == (0, 10 * 60)


def test_loading_is_not_interrupted() -> None:
    day = shift(
        rest=make_break("08:28", "09:00", minutes=30), max_reloads=1, reload_time=minutes(20)
    )
    found = table(day, order(A, weight_g=8_000), order(A, weight_g=8_000))
    (reload,) = found.reloads
    assert (reload.arrival, reload.departure) == (at("08:25"), at("08:45"))
    assert only(found).begin == at("08:45")
    assert found.is_feasible


def test_a_break_that_is_owed_is_taken_after_the_last_stop() -> None:
    pause = Pause(length=minutes(30), window=window("12:00", "13:00"))
    assert table(shift(pauses=[pause]), order(A)).breaks == ()
    found = table(shift(pauses=[replace(pause, is_owed=True)]), order(A))
    assert only(found).begin == at("12:00")
    assert found.end == at("12:30")


def test_a_break_that_is_owed_is_taken_before_the_first_stop() -> None:
    pause = Pause(length=minutes(30), window=window("08:00", "08:10"), is_owed=True)
    late = order(A, window=window("14:00", "15:00"))
    found = table(shift(pauses=[pause]), late)
    assert found.is_feasible
    assert at("08:00") <= only(found).begin <= at("08:10")
    assert begins(found) == [at("14:00")]


def spans(found: Timetable) -> list[tuple[object, object]]:
    """Everything that takes the driver's time and may not be interrupted."""
    services = [(stop.begin, stop.departure) for stop in found.stops]
    return [*services, *((rest.begin, rest.end) for rest in found.breaks)]


@settings(max_examples=200, deadline=None)
@given(some_shifts(), st.lists(an_order(), min_size=1, max_size=7))
def test_a_break_is_in_its_window_and_in_no_service(current: Shift, orders: list[Order]) -> None:
    found = timetable(current, orders, travel_over(*orders))
    ordered = sorted(spans(found))
    assert all(before[1] <= after[0] for before, after in pairwise(ordered))
    if found.rest is not None and current.rest is not None:
        is_missed = any(v.kind is ViolationKind.BREAK_MISSED for v in found.violations)
        assert is_missed == (found.rest.begin > current.rest.window.end)
        assert current.rest.window.start <= found.rest.begin
        assert found.rest.end - found.rest.begin == current.rest.length


@settings(max_examples=150, deadline=None)
@given(ruled_shifts(), ruled_orders())
def test_every_leg_is_driven_whole_and_once_whatever_the_breaks(
    current: Shift, orders: list[Order]
) -> None:
    travel = travel_over(*orders)
    found = timetable(current, orders, travel)
    frame = Frame(current, travel[current.vehicle.profile])
    pace = current.rules.travel_pace
    visits = [frame.visit(each) for each in orders]
    reloads = {reload.index for reload in found.reloads}
    for index, stop in enumerate(found.stops):
        if index and index not in reloads:
            leg = frame.leg(visits[index - 1], visits[index])
            seconds = leg.seconds if pace == 1.0 else round(leg.seconds * pace)
            assert stop.leg_s == seconds
            rests = [rest for rest in found.breaks if rest.index == index]
            assert all(rest.driven_s + rest.left_s == seconds for rest in rests)
            resting = sum((rest.end - rest.begin).total_seconds() for rest in rests)
            before = found.stops[index - 1].departure
            assert (stop.arrival - before).total_seconds() >= seconds + resting
    assert all(a[1] <= b[0] for a, b in pairwise(sorted(spans(found))))
    for rest in found.pauses:
        pause = current.rules.pauses[rest.number]
        if pause.window is not None:
            assert rest.begin >= pause.window.start
