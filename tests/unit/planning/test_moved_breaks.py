"""Breaks whose windows give way: the one of which least is enough, and it is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.board import Board
from app.domain.fleet import Shift
from app.domain.orders import Order, OrderKind
from app.domain.remedies import Mend, Remedy
from app.domain.rules import OrderRules, Pause, ShiftRules
from app.domain.sketch import RouteSketch
from app.domain.timetable import timetable
from app.planning.diagnosis import diagnosis
from app.planning.ladder import Ladders
from app.planning.widening import break_sides, with_break
from tests.factories import make_break, make_route, window
from tests.unit.domain.routes_strategy import an_order, some_orders, some_shifts, travel_over
from tests.unit.planning.applied import applied, breaks_no_more, broken, make_day, on_a_route
from tests.unit.planning.days import travel_of
from tests.unit.planning.ladders import a_day, a_shift, laddered, of_kind, served


def pause(start: str, end: str, minutes: int = 30, **changes: object) -> Pause:
    return Pause(window=window(start, end), length=timedelta(minutes=minutes), **changes)


def _rules(board: Board) -> ShiftRules:
    return board.routes[0].route.shift.rules


def _asked(shift: Shift) -> tuple[Board, Order, Remedy]:
    """The driver is out until 10:24, and rests from then on; the new order is due at 10:25."""
    stops = [
        served(2.4, window=window("08:00", "08:10")),
        served(0.5, window=window("13:00", "13:05")),
    ]
    new = served(1, window=window("10:20", "10:25"))
    board, ladder = laddered(make_route(shift, stops), stops, new)
    return board, new, of_kind(ladder, Mend.BREAK)


def test_a_break_beside_the_shift_s_own_is_to_be_moved_too() -> None:
    later = pause("12:00", "12:30")
    rules = ShiftRules(pauses=(pause("10:00", "11:00"), later), service_pace=1.0)
    board, new, remedy = _asked(a_shift("08:00", "15:00", rules=rules))
    assert remedy.amount == 24 * 60
    assert remedy.text == (
        "The break of Ana · Van 3 at 10:00 to 11:00 may begin 10:00 to 11:24, 24 min more"
    )
    after = applied(board, remedy.edit)
    assert on_a_route(after, new.id)
    assert not broken(after)
    assert _rules(after) == replace(rules, pauses=(pause("10:00", "11:24"), later))


@pytest.mark.parametrize(
    ("own", "beside", "text"),
    [
        (30, 45, "12:00 to 12:30 may begin 11:55 to 12:30, 5 min more"),
        (45, 30, "12:00 to 12:40 may begin 11:50 to 12:40, 10 min more"),
    ],
)
def test_of_several_breaks_the_one_of_which_least_is_enough_is_moved(
    own: int, beside: int, text: str
) -> None:
    """The shorter one is over just before the new order is due, and the other follows it."""
    rules = ShiftRules(pauses=(pause("12:00", "12:40", beside),))
    shift = a_shift(rules=rules, rest=make_break("12:00", "12:30", own))
    stops = [served(3.5), served(2, window=window("14:00", "14:05"))]
    new = served(1 / 6, window=window("12:20", "12:25"))
    board, ladder = laddered(make_route(shift, stops), stops, new)
    remedy = of_kind(ladder, Mend.BREAK)
    assert remedy.text == f"The break of Ana · Van 3 at {text}"
    after = applied(board, remedy.edit)
    assert on_a_route(after, new.id)
    assert not broken(after)


@pytest.mark.parametrize("is_owed", [False, True])
def test_a_late_stop_may_ask_for_another_break_beside_the_shift_s_own(is_owed: bool) -> None:
    rules = ShiftRules(pauses=(pause("08:30", "09:15", 45, is_owed=is_owed),))
    first = served(1, window=window("07:00", "08:05"))
    late = served(2, window=window("09:10", "09:30"))
    route = make_route(a_shift(rules=rules), [first, late])
    board = a_day(route, [first, late], served(0.1))
    found = diagnosis(Ladders(board), board.routes[0], late.id)
    assert found is not None
    remedy = next(each for each in found.remedies if each.kind is Mend.BREAK)
    after = applied(board, remedy.edit)
    assert not broken(after)
    assert _rules(after).pauses[0].window == window("08:30", "11:10")


def test_a_break_that_would_be_due_after_the_route_is_said_to_be_none() -> None:
    shift = a_shift("08:00", "13:00", rest=make_break("10:00", "11:00", 30))
    stops = [served(2.4, window=window("08:00", "08:10"))]
    new = served(2.6, window=window("10:20", "10:25"))
    board, ladder = laddered(make_route(shift, stops), stops, new)
    remedy = of_kind(ladder, Mend.BREAK)
    assert remedy.text.endswith("; the route then ends without it")
    after = applied(board, remedy.edit)
    assert not broken(after)
    assert not after.routes[0].timetable.breaks


def test_a_pair_may_ask_for_another_break_too() -> None:
    pickup = served(0.5, kind=OrderKind.PICKUP)
    rules = OrderRules(collected_by=pickup.id)
    delivery = served(1, window=window("10:20", "10:25"), rules=rules)
    stops = [
        served(1.9, window=window("08:00", "08:05")),
        served(1, window=window("12:30", "12:35")),
    ]
    route = make_route(a_shift("08:00", "14:00", rest=make_break("10:00", "11:00", 30)), stops)
    orders = [*stops, pickup, delivery]
    board = make_day([route], orders, travel_of([route], orders))
    ladder = Ladders(board).ladder(pickup)
    assert ladder.rungs[0].text == f"impossible even alone: late by 5 min ({delivery.reference})"
    remedy = of_kind(ladder, Mend.BREAK)
    assert remedy.text == "The break of Ana · Van 3 may begin 10:00 to 11:24, 24 min more"
    after = applied(board, remedy.edit)
    assert on_a_route(after, delivery.id)
    assert not broken(after)


_PAUSES = st.builds(
    pause,
    st.sampled_from(["09:00", "10:30", "12:00"]),
    st.sampled_from(["12:00", "12:15", "13:00"]),
    st.sampled_from([15, 30, 45]),
)


@settings(max_examples=120, deadline=None)
@given(some_shifts(), some_orders(max_size=5), an_order(), st.lists(_PAUSES, max_size=2))
def test_no_break_need_be_moved_by_less(
    shift: Shift, orders: list[Order], new: Order, pauses: list[Pause]
) -> None:
    shift = replace(shift, rules=ShiftRules(pauses=tuple(pauses)))
    travel = travel_over(new, *orders)
    while not timetable(shift, orders, travel).is_feasible:
        orders = orders[:-1]
    board = make_day([make_route(shift, orders)], [*orders, new], travel)
    for remedy in Ladders(board).ladder(new).remedies:
        if remedy.kind is not Mend.BREAK:
            continue
        after = applied(board, remedy.edit)
        assert on_a_route(after, new.id)
        assert breaks_no_more(board, after), remedy
        index = after.routes[0].route.orders.index(new.id)
        for side in break_sides(shift):
            moved = RouteSketch(with_break(shift, remedy.amount - 60, side), orders, travel)
            assert moved.violations or not moved.at(new, index).is_feasible, (remedy, side)
