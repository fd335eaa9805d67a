from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.domain.conditions import ConditionKind, RoadCondition
from app.domain.ids import ConditionId
from app.domain.times import TimeWindow, day_window, local
from app.domain.traffic import pace_of
from app.domain.travel import Pace, Profile
from tests.factories import BERLIN, DAY, new_id, window

FREE = ((1.0,) * 24,) * 7
RUSH = tuple(tuple(1.5 if hour == 8 else 1.0 for hour in range(24)) for _ in range(7))


def rain(start: str, end: str, factor: float = 1.2, service_s: int = 60) -> RoadCondition:
    return RoadCondition(
        id=ConditionId(new_id()),
        name="Rain",
        kind=ConditionKind.WEATHER,
        window=window(start, end),
        travel_factor=factor,
        more_service=timedelta(seconds=service_s),
    )


def at_clock(pace: Pace, moment: datetime) -> tuple[float, int]:
    piece = max(
        (k for k, start in enumerate(pace.starts) if start <= moment.timestamp()), default=0
    )
    return pace.travel[piece], pace.service_s[piece] if pace.service_s else 0


def test_a_day_like_any_other_has_no_pace() -> None:
    day = window("06:00", "18:00")
    assert pace_of(day, BERLIN, (), [], Profile.VAN) is None
    assert pace_of(day, BERLIN, FREE, [], Profile.VAN) is None


def test_the_rush_hour_is_by_the_depot_s_clocks() -> None:
    pace = pace_of(window("06:00", "18:00"), BERLIN, RUSH, [], Profile.VAN)
    assert pace is not None
    assert pace.travel == (1.0, 1.5, 1.0)
    assert pace.starts[1] == window("08:00", "09:00").start.timestamp()
    assert pace.starts[2] == window("08:00", "09:00").end.timestamp()
    assert pace.service_s == ()


def test_the_rush_hour_stays_at_eight_when_summer_time_begins() -> None:
    sunday = date(2024, 3, 31)
    monday = sunday + timedelta(days=1)
    horizon = TimeWindow(
        start=window("00:00", "23:00", sunday).start, end=window("00:00", "23:00", monday).end
    )
    pace = pace_of(horizon, BERLIN, RUSH, [], Profile.VAN)
    assert pace is not None
    rushes = [start for start, factor in zip(pace.starts, pace.travel, strict=True) if factor > 1]
    assert [local(datetime.fromtimestamp(at, UTC), BERLIN).hour for at in rushes] == [8, 8]
    assert rushes[1] - rushes[0] == 24 * 3600
    assert rushes[0] - horizon.start.timestamp() == 7 * 3600


def test_weather_counts_only_in_its_hours_and_for_its_vehicles() -> None:
    day = window("06:00", "18:00")
    wet = rain("10:15", "11:45")
    pace = pace_of(day, BERLIN, (), [wet], Profile.VAN)
    assert pace == Pace(
        starts=tuple(
            int(window(clock, "23:00").start.timestamp()) for clock in ("06:00", "10:15", "11:45")
        ),
        travel=(1.0, 1.2, 1.0),
        service_s=(0, 60, 0),
    )
    dry = window("12:00", "18:00")
    assert pace_of(dry, BERLIN, (), [wet], Profile.VAN) is None


def test_rain_in_the_rush_hour_multiplies() -> None:
    pace = pace_of(window("06:00", "18:00"), BERLIN, RUSH, [rain("08:30", "12:00")], Profile.VAN)
    assert pace is not None
    at_nine, at_half_past = window("08:00", "08:45").start, window("08:30", "08:45").start
    assert at_clock(pace, at_nine) == (1.5, 0)
    assert at_clock(pace, at_half_past) == (1.5 * 1.2, 60)


@given(
    minutes=st.lists(st.tuples(st.integers(0, 1440), st.integers(1, 600)), max_size=4),
    zone=st.sampled_from(["Europe/Berlin", "Asia/Kathmandu", "UTC"]),
)
def test_every_moment_has_the_product_of_what_counts_then(
    minutes: list[tuple[int, int]], zone: str
) -> None:
    clocks = ZoneInfo(zone)
    day = day_window(DAY, datetime.min.time(), datetime.min.time().replace(hour=23), clocks)
    conditions = []
    for start, length in minutes:
        begin = day.start + timedelta(minutes=start)
        conditions.append(
            RoadCondition(
                id=ConditionId(new_id()),
                name="",
                kind=ConditionKind.WEATHER,
                window=TimeWindow(start=begin, end=begin + timedelta(minutes=length)),
                travel_factor=2.0,
            )
        )
    pace = pace_of(day, clocks, (), conditions, Profile.VAN)
    for minute in range(0, 23 * 60, 37):
        moment = day.start + timedelta(minutes=minute)
        count = sum(each.window.start <= moment < each.window.end for each in conditions)
        factor = 1.0 if pace is None else at_clock(pace, moment)[0]
        assert factor == 2.0**count
