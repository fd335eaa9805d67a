"""What else may give way for an order: the window of another one, or hours with a limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.board import Board
from app.domain.orders import Order, OrderKind
from app.domain.remedies import Diagnosis, Mend
from app.domain.rules import OrderRules, ShiftRules
from app.domain.violations import ViolationKind
from app.planning.diagnosis import diagnosis
from app.planning.ladder import Ladders
from tests.factories import at, make_route, make_shift, window
from tests.unit.planning.applied import applied, breaks_no_more, broken, make_day, on_a_route
from tests.unit.planning.days import travel_of
from tests.unit.planning.ladders import a_shift, laddered, of_kind, served

_NO_RULES, _LIMITED = ShiftRules(), ShiftRules(max_work=timedelta(hours=9))


def planned(**changes: object) -> list[Order]:
    """The second one has twenty minutes to begin in."""
    first = served(2, window=window("08:00", "08:30"))
    second = served(1, reference="SO-7", window=window("10:00", "10:20"))
    return [first, replace(second, **changes)]


@pytest.mark.parametrize("rules", [_NO_RULES, _LIMITED], ids=["everyday", "limited"])
def test_the_window_of_the_one_order_that_would_be_late_may_be_longer(rules: ShiftRules) -> None:
    stops = planned()
    new = served(0.5, window=window("08:00", "10:30"))
    board, ladder = laddered(make_route(a_shift(rules=rules), stops), stops, new)
    other, own = [each for each in ladder.remedies if each.kind is Mend.WINDOW_LATER]
    assert other.text == ("Agree for SO-7 a window 10 min longer, until 10:30: Ana · Van 3, stop 1")
    assert other.orders == (stops[1].id,)
    assert own.text == "Agree a window 30 min longer, until 11:00: Ana · Van 3, stop 3"
    for remedy in (other, own):
        after = applied(board, remedy.edit)
        assert on_a_route(after, new.id)
        assert not broken(after)
        assert after.cost - board.cost == pytest.approx(remedy.extra_cost)


def test_of_several_windows_of_the_order_that_would_be_late_the_last_is_longer() -> None:
    early = OrderRules(more_windows=(window("08:00", "08:10"),))
    stops = planned(rules=early)
    new = served(0.5, window=window("08:00", "10:30"))
    board, ladder = laddered(make_route(a_shift(), stops), stops, new)
    remedy = next(each for each in ladder.remedies if each.orders == (stops[1].id,))
    assert remedy.text.startswith(
        "Agree for SO-7 that its window 10:00 to 10:20 is 10 min longer, until 10:30: "
    )
    assert not broken(applied(board, remedy.edit))


def test_a_pair_may_ask_for_the_window_of_another_order_too() -> None:
    stops = planned()
    pickup = served(0.25, kind=OrderKind.PICKUP, window=window("08:00", "10:10"))
    delivery = served(
        0.25, window=window("08:00", "10:30"), rules=OrderRules(collected_by=pickup.id)
    )
    route, orders = make_route(a_shift(), stops), [*stops, pickup, delivery]
    board = make_day([route], orders, travel_of([route], orders))
    remedy = of_kind(Ladders(board).ladder(pickup), Mend.WINDOW_LATER)
    assert remedy.text.startswith("Agree for SO-7 a window 10 min longer, until 10:30: ")
    after = applied(board, remedy.edit)
    assert on_a_route(after, delivery.id)
    assert not broken(after)


def test_nobody_else_is_asked_where_hours_are_exceeded_as_well() -> None:
    stops = planned()
    new = served(0.5, window=window("08:00", "10:30"))
    _, ladder = laddered(make_route(a_shift("08:00", "11:20"), stops), stops, new)
    assert all(each.orders != (stops[1].id,) for each in ladder.remedies)


def test_a_shift_whose_work_is_limited_to_its_hours_ends_later_and_works_longer() -> None:
    full = [served(8.5)]
    board, ladder = laddered(make_route(a_shift(rules=_LIMITED), full), full, served(0.75))
    remedy = of_kind(ladder, Mend.LIMIT)
    assert remedy.text == (
        "Ana · Van 3 ends 15 min later, at 17:15; "
        "raise the limits of Ana · Van 3 (working time exceeded by 15 min)"
    )
    after = applied(board, remedy.edit)
    assert not broken(after)
    shift = after.routes[0].route.shift
    assert shift.window == window("08:00", "17:15")
    assert shift.rules.max_work == timedelta(hours=9, minutes=15)


def test_a_pair_may_ask_for_longer_hours_and_work_at_once() -> None:
    pickup = served(0.25, kind=OrderKind.PICKUP)
    pair = [pickup, served(0.5, rules=OrderRules(collected_by=pickup.id))]
    full = [served(8.5)]
    route, orders = make_route(a_shift(rules=_LIMITED), full), [*full, *pair]
    board = make_day([route], orders, travel_of([route], orders))
    remedy = of_kind(Ladders(board).ladder(pickup), Mend.LIMIT)
    assert remedy.text.startswith("Ana · Van 3 ends 15 min later, at 17:15; raise the limits")
    after = applied(board, remedy.edit)
    assert on_a_route(after, pickup.id)
    assert breaks_no_more(board, after)
    assert ViolationKind.WORK_EXCEEDED not in {v.kind for v in after.routes[0].timetable.violations}


def test_less_of_a_pickup_is_collected() -> None:
    full = [served(0.1, weight_g=590_000, kind=OrderKind.PICKUP)]
    new = served(0.1, weight_g=15_000, kind=OrderKind.PICKUP)
    _, ladder = laddered(make_route(a_shift(), full), full, new)
    assert of_kind(ladder, Mend.LIGHTER).text.startswith("Collect 5 kg less: ")


def late_behind(first: Order) -> tuple[Board, Order, Diagnosis]:
    """A stop that is fourteen minutes late, as the one before it begins at ten at the earliest."""
    late = served(0.25, window=window("10:00", "10:01"))
    orders = [served(0.5, window=window("08:00", "08:30")), first, late]
    route = make_route(a_shift(), orders)
    board = make_day([route], orders, travel_of([route], orders))
    found = diagnosis(Ladders(board), board.routes[0], late.id)
    assert found is not None
    return board, late, found


def test_the_window_that_makes_a_stop_late_may_open_earlier() -> None:
    waited = served(0.25, reference="SO-2", window=window("10:00", "10:10"))
    board, _, found = late_behind(waited)
    remedy = next(each for each in found.remedies if each.kind is Mend.WINDOW_EARLIER)
    assert remedy.text == "Agree for SO-2 a window that opens 14 min earlier, at 09:46"
    after = applied(board, remedy.edit)
    assert not broken(after)
    assert after.cost - board.cost == pytest.approx(remedy.extra_cost)


def test_of_several_windows_the_one_that_it_waits_for_opens_earlier() -> None:
    rules = OrderRules(more_windows=(window("07:00", "07:30"),))
    waited = served(0.25, reference="SO-2", window=window("10:00", "10:10"), rules=rules)
    board, _, found = late_behind(waited)
    remedy = next(each for each in found.remedies if each.kind is Mend.WINDOW_EARLIER)
    assert remedy.text == (
        "Agree for SO-2 that its window 10:00 to 10:10 opens 14 min earlier, at 09:46"
    )
    after = applied(board, remedy.edit)
    assert after.orders[waited.id].rules == rules
    assert not broken(after)


def test_a_van_that_waits_for_goods_of_a_later_stop_is_late_by_them_and_may_give_it_away() -> None:
    soon = served(0.5, reference="SO-1", window=window("08:00", "08:30"))
    waited = served(0.5, reference="SO-2", rules=OrderRules(released_at=at("10:00")))
    routes, orders = (
        [make_route(a_shift(), [soon, waited]), make_route(make_shift())],
        [soon, waited],
    )
    board = make_day(routes, orders, travel_of(routes, orders))
    found = diagnosis(Ladders(board), board.routes[0], soon.id)
    assert found is not None
    assert found.text == (
        "late by 1 h 30 min, because of the goods of stop 2, SO-2, which are ready at 10:00"
    )
    given = [each for each in found.remedies if each.kind is Mend.GIVE]
    assert [each.orders for each in given] == [(soon.id,), (waited.id,)]
    assert all(not broken(applied(board, each.edit)) for each in given)


def test_of_two_causes_that_are_alike_the_longer_one_is_told() -> None:
    stops = [served(2, reference="SO-1"), served(7.5, reference="SO-2")]
    route = make_route(a_shift(), stops)
    board = make_day([route], stops, travel_of([route], stops))
    found = diagnosis(Ladders(board), board.routes[0], None)
    assert found is not None
    assert found.text == (
        "shift exceeded by 30 min, because of the 7 h 30 min at the door of stop 2, SO-2"
    )
