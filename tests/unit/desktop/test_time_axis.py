"""Seconds to pixels and back, and round times on the local clock."""

from __future__ import annotations

import itertools
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.desktop.board.time_axis import TimeAxis
from tests.factories import BERLIN, at

DAY = (at("06:00").timestamp(), at("18:00").timestamp())


@given(second=st.floats(*DAY), width=st.integers(100, 4000), factor=st.floats(0.1, 50))
def test_pixels_lead_back_to_the_second(second: float, width: int, factor: float) -> None:
    axis = TimeAxis.fitting(DAY, width).zoomed(factor, width)
    assert axis.second(axis.x(second)) == pytest.approx(second, abs=0.01)
    assert axis.width >= width - 1


def test_labels_stand_at_round_times_and_do_not_touch() -> None:
    for factor in (1, 2, 5, 20, 100):
        axis = TimeAxis.fitting(DAY, 900).zoomed(factor, 900)
        labelled = [tick for tick in axis.ticks(BERLIN, 0, 2000) if tick.label]
        assert len(labelled) >= 4
        gaps = [axis.x(b.second) - axis.x(a.second) for a, b in itertools.pairwise(labelled)]
        assert min(gaps) >= 56


def test_the_fitted_day_begins_with_its_first_hour() -> None:
    ticks = TimeAxis.fitting(DAY, 900).ticks(BERLIN, 0, 900)
    assert ticks[0].label == "06:00"
    assert ticks[0].is_hour
    assert ticks[-1].label == "18:00"


def test_hours_are_those_of_the_depot_s_clock() -> None:
    kathmandu = ZoneInfo("Asia/Kathmandu")
    hours = [t for t in TimeAxis.fitting(DAY, 900).ticks(kathmandu, 0, 900) if t.is_hour]
    # 05:45 ahead of UTC: the hours fall on other seconds than in Berlin.
    assert all(tick.second % 3600 == 900 for tick in hours)
    assert all(tick.label.endswith(":00") for tick in hours if tick.label)


def test_a_night_that_loses_an_hour_shows_each_hour_once() -> None:
    night = date(2024, 3, 31)
    axis = TimeAxis.fitting((at("00:00", night).timestamp(), at("06:00", night).timestamp()), 900)
    labels = [tick.label for tick in axis.ticks(BERLIN, 0, 900) if tick.is_hour]
    assert labels == ["00:00", "01:00", "03:00", "04:00", "05:00", "06:00"]


def test_another_span_keeps_the_scale_where_it_fills_the_view() -> None:
    axis = TimeAxis.fitting(DAY, 900).zoomed(3, 900)
    longer = axis.over((DAY[0], DAY[1] + 7200), 900)
    assert longer.scale == axis.scale
    assert longer.width > axis.width
