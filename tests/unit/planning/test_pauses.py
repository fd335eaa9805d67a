from __future__ import annotations

from app.planning.pauses import Pauses, pauses
from tests.factories import at, make_break, make_shift, window


def seconds(clock: str) -> int:
    return int(at(clock).timestamp())


def test_time_stands_still_in_a_pause() -> None:
    noon = Pauses(((seconds("12:00"), 1800),))
    assert noon.squeezed(seconds("11:59")) == seconds("11:59")
    assert noon.squeezed(seconds("12:10")) == seconds("12:00")
    assert noon.squeezed(seconds("12:30")) == seconds("12:00")
    assert noon.squeezed(seconds("13:00")) == seconds("12:30")


def test_breaks_that_overlap_share_a_pause_of_the_longest() -> None:
    shifts = [
        make_shift(rest=make_break("11:00", "13:00", minutes=30)),
        make_shift(rest=make_break("12:00", "14:00", minutes=45)),
    ]
    assert pauses(shifts, 0.5).moments == ((seconds("12:30"), 45 * 60),)


def test_breaks_that_do_not_overlap_get_a_pause_each() -> None:
    shifts = [
        make_shift(rest=make_break("09:00", "10:00")),
        make_shift(rest=make_break("15:00", "16:00")),
    ]
    assert [moment for moment, _ in pauses(shifts, 0.0).moments] == [
        seconds("09:00"),
        seconds("15:00"),
    ]


def test_a_shift_that_is_over_before_its_break_needs_no_pause() -> None:
    half = make_shift(window=window("08:00", "12:00"), rest=make_break("12:00", "13:00"))
    assert pauses([half, make_shift()]).moments == ()
