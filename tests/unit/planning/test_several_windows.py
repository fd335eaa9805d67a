"""Orders with several windows: the one that needs least is asked for more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.domain.fleet import Shift
from app.domain.orders import Order, OrderKind
from app.domain.remedies import Mend, Remedy
from app.domain.rules import OrderRules
from app.domain.sketch import RouteSketch
from app.domain.times import TimeWindow
from app.domain.timetable import timetable
from app.planning.diagnosis import diagnosis
from app.planning.ladder import Ladders
from app.planning.relaxing import MOST_S, STEP_S
from app.planning.widening import Side, sides, wider, windows_of
from tests.factories import make_route, window
from tests.unit.domain.routes_strategy import an_order, some_orders, some_shifts, travel_over
from tests.unit.planning.applied import applied, breaks_no_more, broken, make_day, on_a_route
from tests.unit.planning.days import travel_of
from tests.unit.planning.ladders import a_day, a_shift, laddered, of_kind, served

_WINDOWS = (Mend.WINDOW_LATER, Mend.WINDOW_EARLIER)


def with_windows(order: Order, own: TimeWindow, *more: TimeWindow) -> Order:
    return replace(order, window=own, rules=replace(order.rules, more_windows=more))


@pytest.mark.parametrize("is_own_first", [True, False])
def test_the_window_that_is_nearest_is_to_close_later_whichever_it_is(is_own_first: bool) -> None:
    morning, afternoon = window("09:00", "10:00"), window("14:00", "15:00")
    both = (morning, afternoon) if is_own_first else (afternoon, morning)
    first = [served(2.2, window=window("08:00", "08:05"))]
    new = with_windows(served(0.5), *both)
    board, ladder = laddered(make_route(a_shift("08:00", "12:00"), first), first, new)
    remedy = of_kind(ladder, Mend.WINDOW_LATER)
    assert remedy.amount == 12 * 60
    assert remedy.text == (
        "Agree that its window 09:00 to 10:00 is 12 min longer, until 10:12: Ana · Van 3, stop 2"
    )
    after = applied(board, remedy.edit)
    longer = window("09:00", "10:12")
    kept = (longer, afternoon) if is_own_first else (afternoon, longer)
    assert windows_of(after.orders[new.id]) == kept
    assert breaks_no_more(board, after)
    assert on_a_route(after, new.id)


def test_the_gap_between_two_windows_is_closed_from_the_side_that_is_asked_for() -> None:
    first = [served(2.25, window=window("08:00", "08:05"))]
    new = with_windows(served(0.5), window("09:00", "10:00"), window("11:00", "12:00"))
    board, ladder = laddered(make_route(a_shift("08:00", "11:10"), first), first, new)
    assert of_kind(ladder, Mend.WINDOW_LATER).amount == 15 * 60
    remedy = of_kind(ladder, Mend.WINDOW_EARLIER)
    assert remedy.amount == 20 * 60
    assert remedy.text.startswith(
        "Agree that its window 11:00 to 12:00 opens 20 min earlier, at 10:40: "
    )
    after = applied(board, remedy.edit)
    assert windows_of(after.orders[new.id]) == (window("09:00", "10:00"), window("10:40", "12:00"))
    assert breaks_no_more(board, after)


def test_an_evening_out_of_reach_hides_no_morning_that_is_near() -> None:
    new = with_windows(served(0.5), window("22:00", "23:00"), window("06:00", "07:50"))
    board, ladder = laddered(make_route(a_shift("08:00", "12:00")), [], new)
    remedy = of_kind(ladder, Mend.WINDOW_LATER)
    assert remedy.amount == 10 * 60
    assert not broken(applied(board, remedy.edit))


def test_of_windows_over_each_other_only_the_outer_ends_are_moved() -> None:
    morning, late, noon = (
        window("09:00", "10:00"),
        window("09:30", "11:00"),
        window("12:00", "13:00"),
    )
    assert sides((morning, late, noon)) == [
        Side(0, is_later=False),
        Side(1, is_later=True),
        Side(2, is_later=True),
        Side(2, is_later=False),
    ]
    assert sides((noon, noon)) == [Side(0, is_later=True), Side(0, is_later=False)]


def test_a_pair_is_told_which_of_its_windows_is_nearest() -> None:
    pickup = served(0.5, kind=OrderKind.PICKUP)
    delivery = with_windows(
        served(0.5, rules=OrderRules(collected_by=pickup.id)),
        window("15:00", "16:00"),
        window("08:00", "08:20"),
    )
    pair = [pickup, delivery]
    route = make_route(a_shift("08:00", "12:00"))
    board = make_day([route], pair, travel_of([route], pair))
    remedy = of_kind(Ladders(board).ladder(pickup), Mend.WINDOW_LATER)
    assert remedy.amount == 10 * 60
    assert remedy.text == (
        f"Agree for {delivery.reference} that its window 08:00 to 08:20 is 10 min longer, "
        "until 08:30: Ana · Van 3, stops 1 and 2"
    )
    after = applied(board, remedy.edit)
    assert windows_of(after.orders[delivery.id]) == (
        window("15:00", "16:00"),
        window("08:00", "08:30"),
    )
    assert not broken(after)


def test_a_late_stop_is_to_have_its_last_window_longer() -> None:
    late = with_windows(served(0.5), window("09:00", "10:00"), window("08:00", "08:30"))
    long = served(2.5, window=window("08:00", "08:05"))
    board = a_day(make_route(a_shift(), [long, late]), [long, late], served(1))
    found = diagnosis(Ladders(board), board.routes[0], late.id)
    assert found is not None
    remedy = next(r for r in found.remedies if r.kind is Mend.WINDOW_LATER)
    assert remedy.text == "Agree that its window 09:00 to 10:00 is 30 min longer, until 10:30"
    after = applied(board, remedy.edit)
    assert windows_of(after.orders[late.id])[1] == window("08:00", "08:30")
    assert not broken(after)


_CLOCKS = ("07:00", "08:30", "09:15", "10:00", "11:30", "12:20", "14:00", "15:30", "17:00")
_SPANS = st.tuples(st.integers(0, 7), st.integers(1, 2)).map(
    lambda at: window(_CLOCKS[at[0]], _CLOCKS[min(8, sum(at))])
)


def _needed(sketch: RouteSketch, order: Order, kind: Mend) -> int | None:
    """Whole minutes, by every place and the clock that knows every rule."""
    best: int | None = None
    for side in sides(windows_of(order)):
        if side.kind is not kind:
            continue
        low, high = 0, (MOST_S if best is None else best) // STEP_S
        if sketch.fitting(wider(order, side, high * STEP_S)) is None:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            if sketch.fitting(wider(order, side, middle * STEP_S)) is None:
                low = middle
            else:
                high = middle
        best = high * STEP_S
    return best


@settings(max_examples=150, deadline=None)
@given(some_shifts(), some_orders(max_size=5), an_order(), st.lists(_SPANS, min_size=2, max_size=3))
def test_no_window_needs_less_than_what_is_asked_for(
    shift: Shift, orders: list[Order], new: Order, windows: Sequence[TimeWindow]
) -> None:
    new = with_windows(new, *windows)
    travel = travel_over(new, *orders)
    while not timetable(shift, orders, travel).is_feasible:
        orders = orders[:-1]
    board = make_day([make_route(shift, orders)], [*orders, new], travel)
    sketch = RouteSketch(shift, orders, travel)
    assume(sketch.fitting(new) is None)
    (rung,) = Ladders(board).ladder(new).rungs
    remedies = {remedy.kind: remedy for remedy in rung.remedies if not remedy.orders}
    for kind in _WINDOWS:
        remedy: Remedy | None = remedies.get(kind)
        needed = _needed(sketch, new, kind)
        assert (remedy.amount if remedy else None) == needed, (kind, rung)
        if remedy is not None:
            after = applied(board, remedy.edit)
            assert on_a_route(after, new.id)
            assert breaks_no_more(board, after), remedy
            assert after.cost - board.cost == pytest.approx(remedy.extra_cost), remedy
