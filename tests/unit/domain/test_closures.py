"""Roads that are closed for some hours: whole matrices that follow one on the other."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.clockwork import NEVER, Frame, Leg
from app.domain.orders import Order
from app.domain.sketch import RouteSketch
from app.domain.terms import CLOSED_S, Terms
from app.domain.timetable import Timetable, timetable
from app.domain.travel import UNREACHABLE, Pace, Profile, TravelMatrix
from tests.factories import (
    DEPOT_PLACE,
    at,
    grid_matrix,
    make_break,
    make_order,
    make_shift,
    make_vehicle,
    place,
    window,
)
from tests.unit.domain.rules_strategy import paces

HERE = place(53.60, 13.30)
PLACES = (DEPOT_PLACE, HERE.location)


def matrix(seconds: int, metres: int = 5_000, **changes: object) -> TravelMatrix:
    return replace(
        TravelMatrix(
            places=PLACES, seconds=((0, seconds), (seconds, 0)), metres=((0, metres), (metres, 0))
        ),
        **changes,
    )


def driven(order: Order, roads: TravelMatrix) -> Timetable:
    shift = make_shift(vehicle=make_vehicle(profile=Profile.VAN))
    return timetable(shift, [order], {Profile.VAN: roads})


def hour(clock: str) -> int:
    return int(at(clock).timestamp())


def test_the_matrix_of_the_hour_counts() -> None:
    roads = matrix(600, later=((hour("10:00"), matrix(1_800)), (hour("12:00"), matrix(600))))
    early = driven(make_order(place=HERE, window=window("08:00", "09:00")), roads)
    assert early.stops[0].leg_s == 600
    within = driven(make_order(place=HERE, window=window("11:00", "11:20")), roads)
    assert within.stops[0].begin == at("11:00")
    assert within.stops[0].leg_s == 1_800
    assert within.departure == at("10:30")


def test_the_way_round_a_closure_counts_its_kilometres_and_their_cost() -> None:
    roads = matrix(
        600, 5_000, later=((hour("10:00"), matrix(900, 9_000)), (hour("12:00"), matrix(600, 5_000)))
    )
    before, within = (
        driven(make_order(place=HERE, window=window(*hours)), roads)
        for hours in (("08:00", "08:30"), ("11:00", "11:20"))
    )
    assert before.distance_m == 10_000
    assert (within.stops[0].leg_m, within.last_leg_m) == (9_000, 9_000)
    assert within.distance_m == 18_000
    assert within.cost > before.cost
    back = driven(make_order(place=HERE, window=window("11:58", "12:10")), roads)
    assert (back.stops[0].leg_m, back.last_leg_m) == (9_000, 5_000)


def test_a_closed_street_is_waited_for_where_it_opens_again() -> None:
    shut = matrix(UNREACHABLE, UNREACHABLE)
    roads = matrix(UNREACHABLE, UNREACHABLE, later=((hour("09:30"), matrix(600)),))
    table = driven(make_order(place=HERE, window=None), roads)
    assert table.stops[0].begin == at("09:40")
    assert not table.violations
    never = driven(make_order(place=HERE, window=None), shut)
    assert [violation.kind.value for violation in never.violations] == ["unreachable"]


def test_waiting_for_the_street_may_be_faster_than_the_way_around() -> None:
    roads = matrix(5_000, later=((hour("08:20"), matrix(600)),))
    table = driven(make_order(place=HERE, window=window("08:00", "08:30")), roads)
    assert table.stops[0].begin == at("08:30")


def test_a_sketch_promises_what_the_timetable_shows() -> None:
    roads = matrix(600, later=((hour("09:00"), matrix(2_400)), (hour("11:00"), matrix(600))))
    shift = make_shift(vehicle=make_vehicle(profile=Profile.VAN))
    order = make_order(place=HERE, window=window("09:30", "12:00"))
    empty = RouteSketch(shift, (), {Profile.VAN: roads})
    assert not empty.is_plain
    trial = empty.cheapest(order)
    table = timetable(shift, [order], {Profile.VAN: roads})
    assert trial.is_feasible is table.is_feasible
    assert abs(trial.cost - table.cost) < 1e-6


def closing(
    begin: int, first: int | None, later: list[tuple[int, int | None]], **more: object
) -> tuple[TravelMatrix, list[int]]:
    """Roads whose seconds change after each gap, None where shut, and these seconds in a row."""
    by_hour = [
        UNREACHABLE if seconds is None else seconds for seconds in (first, *(s for _, s in later))
    ]
    starts, total = [], begin
    for (gap, _), seconds in zip(later, by_hour[1:], strict=True):
        total += gap
        starts.append((total, matrix(seconds)))
    return matrix(by_hour[0], later=tuple(starts), **more), by_hour


@given(
    first=st.none() | st.integers(1, 9_000),
    later=st.lists(
        st.tuples(st.integers(1, 20_000), st.none() | st.integers(1, 9_000)), max_size=3
    ),
    leave=st.integers(0, 40_000),
    wait=st.integers(0, 9_000),
)
def test_who_leaves_later_never_arrives_earlier(
    first: int | None, later: list[tuple[int, int | None]], leave: int, wait: int
) -> None:
    begin = hour("08:00")
    roads, by_hour = closing(begin, first, later)
    shift = make_shift(vehicle=make_vehicle(profile=Profile.VAN))
    terms = Terms(Frame(shift, roads))
    now = terms.driven_by_hour(begin + leave, by_hour)
    then = terms.driven_by_hour(begin + leave + wait, by_hour)
    assert begin + leave < now <= then or then == begin + leave + wait + CLOSED_S
    assert now <= then


@example(first=1, later=[], pace=Pace(starts=(1_709_622_000,), travel=(0.5,)), arrive=1)
@given(
    first=st.none() | st.integers(1, 9_000),
    later=st.lists(
        st.tuples(st.integers(1, 20_000), st.none() | st.integers(1, 9_000)), max_size=3
    ),
    pace=st.none() | paces(),
    arrive=st.integers(0, 60_000),
)
def test_the_latest_leaving_is_in_time_and_a_second_later_is_not(
    first: int | None,
    later: list[tuple[int, int | None]],
    pace: Pace | None,
    arrive: int,
) -> None:
    begin = hour("08:00")
    known, by_hour = closing(begin, first, later, pace=pace)
    terms = Terms(Frame(make_shift(vehicle=make_vehicle(profile=Profile.VAN)), known))
    way = Leg(seconds=0, metres=0, by_hour=tuple(by_hour))
    latest = terms.latest(begin + arrive, way)
    if latest > -NEVER:
        assert terms.way(latest, way) <= begin + arrive < terms.way(latest + 1, way)
    else:
        assert terms.way(begin - 100_000, way) > begin + arrive


def test_a_long_route_on_roads_of_the_hour_hides_no_order_and_little_cost() -> None:
    draw = random.Random(4)
    orders = [
        make_order(
            place=place(53.50 + draw.random() * 0.1, 13.20 + draw.random() * 0.2),
            window=draw.choice([None, window("08:00", "12:00"), window("12:00", "16:00")]),
        )
        for _ in range(60)
    ]
    open_ = grid_matrix([DEPOT_PLACE, *(order.location for order in orders if order.location)])
    slow = replace(open_, seconds=[[round(1.6 * s) for s in row] for row in open_.seconds])
    roads = replace(open_, later=((hour("10:00"), slow), (hour("14:00"), open_)))
    shift = make_shift(rest=make_break(), window=window("07:00", "17:00"))
    sketch = RouteSketch(shift, (), {Profile.VAN: roads})
    for order in orders[:28]:
        trial = sketch.cheapest(order)
        sketch = sketch.with_order(order, trial.index) if trial.is_feasible else sketch
    assert len(sketch.visits) > 20
    found = everywhere = 0.0
    for order in orders[28:]:
        trials = [sketch.at(order, index) for index in range(len(sketch.visits) + 1)]
        costs = [trial.cost - sketch.cost for trial in trials if trial.is_feasible]
        best = sketch.fitting(order)
        assert (best is None) == (not costs)
        if best is not None:
            assert best.is_feasible
            found += best.cost - sketch.cost
            everywhere += min(costs)
    assert everywhere <= found <= 1.05 * everywhere


def test_service_is_long_enough_to_see_a_closure_begin() -> None:
    roads = matrix(600, later=((hour("08:30"), matrix(UNREACHABLE, UNREACHABLE)),))
    order = make_order(place=HERE, window=None, service_time=timedelta(hours=1))
    table = driven(order, roads)
    assert table.violations


def test_a_street_that_opens_after_the_shift_is_closed_to_it() -> None:
    shut = matrix(UNREACHABLE, UNREACHABLE)
    roads = replace(shut, later=((hour("23:59"), matrix(600)),))
    table = driven(make_order(place=HERE, window=None), roads)
    assert [violation.kind.value for violation in table.violations] == ["unreachable"]


def test_behind_a_street_that_closes_for_good_is_out_of_reach_and_not_days_away() -> None:
    shut = matrix(UNREACHABLE, UNREACHABLE)
    roads = matrix(600, later=((hour("10:00"), shut),))
    shift = make_shift(vehicle=make_vehicle(profile=Profile.VAN))
    gate = place(DEPOT_PLACE.lat, DEPOT_PLACE.lon)
    home, again = (
        make_order(place=gate, window=None, service_time=timedelta(hours=2)) for _ in range(2)
    )
    there = make_order(place=HERE, window=window("09:00", "09:30"))
    late = make_order(place=HERE, window=window("12:00", "12:30"))
    orders = [there, home, late, again]
    table = timetable(shift, orders, {Profile.VAN: roads})
    assert [v.kind.value for v in table.violations] == ["unreachable"] * 2
    assert not table.stops[0].violations, "it is still open then"
    assert table.stops[2].begin == at("12:00")
    assert table.end < at("15:00")
    assert table.driving == timedelta(minutes=40)
    sketch = RouteSketch(shift, tuple(orders), {Profile.VAN: roads})
    unreachable = [v.order for v in sketch.violations if v.kind.value == "unreachable"]
    assert unreachable == [late.id, again.id], "and what is searched knows it too"
    assert sketch.cost == pytest.approx(table.cost, rel=0.1), "nobody is paid for ten days"
