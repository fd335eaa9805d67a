"""Traffic and weather along a route."""

from __future__ import annotations

from datetime import timedelta

from app.domain.timetable import Travel
from app.domain.travel import Pace
from tests.factories import (
    at,
    window,
)
from tests.unit.domain.ruled_days import (
    A,
    begins,
    minutes,
    order,
    roads,
    shift,
    table,
)


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
