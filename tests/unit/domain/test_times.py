from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.times import TimeWindow, day_window, instant, joined, local

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_clock_time_is_an_hour_earlier_in_utc_once_summer_time_began() -> None:
    assert instant(date(2024, 3, 30), time(8), BERLIN) == datetime(2024, 3, 30, 7, tzinfo=UTC)
    assert instant(date(2024, 3, 31), time(8), BERLIN) == datetime(2024, 3, 31, 6, tzinfo=UTC)


def test_a_time_that_summer_time_skips_is_moved_on_by_an_hour() -> None:
    skipped = instant(date(2024, 3, 31), time(2, 30), BERLIN)
    assert local(skipped, BERLIN).time() == time(3, 30)


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    twice = instant(date(2024, 10, 27), time(2, 30), BERLIN)
    assert twice == datetime(2024, 10, 27, 0, 30, tzinfo=UTC)


def test_a_window_over_the_change_of_clocks_is_an_hour_shorter() -> None:
    assert day_window(date(2024, 3, 31), time(1), time(5), BERLIN).length == timedelta(hours=3)


def test_a_window_that_ends_before_it_starts_by_the_clock_ends_on_the_next_day() -> None:
    night = day_window(date(2024, 3, 5), time(22), time(6), BERLIN)
    assert night.length == timedelta(hours=8)


def test_a_reversed_window_is_no_window() -> None:
    later, earlier = datetime(2024, 3, 5, 9, tzinfo=UTC), datetime(2024, 3, 5, 8, tzinfo=UTC)
    with pytest.raises(ValueError, match="before it starts"):
        TimeWindow(start=later, end=earlier)


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = datetime(2024, 3, 5, 8)  # noqa: DTZ001 - the fault under test
    with pytest.raises(ValueError, match="time zone"):
        TimeWindow(start=naive, end=naive)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_what_a_clock_shows_leads_back_to_its_instant(moment: datetime) -> None:
    shown = local(moment, BERLIN)
    again = instant(shown.date(), shown.time(), BERLIN)
    # Only the second of two equal clock times can't be told from the first.
    assert again in (moment, moment - timedelta(hours=1))


def test_windows_that_overlap_are_one() -> None:
    def spanning(*hours: int) -> TimeWindow:
        start, end = (datetime(2024, 3, 5, hour, tzinfo=UTC) for hour in hours)
        return TimeWindow(start=start, end=end)

    apart = (spanning(8, 9), spanning(10, 11))
    assert joined(reversed(apart)) == apart
    assert joined([spanning(8, 12), spanning(9, 10)]) == (spanning(8, 12),)
    assert joined([spanning(8, 10), spanning(10, 12), spanning(14, 15)]) == (
        spanning(8, 12),
        spanning(14, 15),
    )
    assert joined([]) == ()
