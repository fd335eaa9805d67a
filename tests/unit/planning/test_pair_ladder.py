from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.board import Board
from app.domain.fleet import Load, Shift
from app.domain.orders import Order, OrderKind
from app.domain.remedies import Ladder, Mend, Remedy, Verdict
from app.domain.routes import Lock
from app.domain.rules import OrderRules, ShiftRules
from app.domain.sketch import RouteSketch
from app.domain.times import TimeWindow
from app.domain.timetable import timetable
from app.planning.best_fit import candidates
from app.planning.ladder import Ladders
from app.planning.relaxing import SHIFTS, STEP_S
from app.planning.widening import Side, wider
from tests.factories import make_driver, make_route, make_vehicle, window
from tests.unit.domain.routes_strategy import an_order, some_orders, some_shifts, travel_over
from tests.unit.domain.rules_strategy import a_ruled_order, ruled_orders, ruled_shifts
from tests.unit.planning.applied import applied, breaks_no_more, make_day, on_a_route
from tests.unit.planning.days import travel_of
from tests.unit.planning.ladders import a_shift, of_kind, served


def test_a_pair_goes_whole() -> None:
    pickup = served(0.5, kind=OrderKind.PICKUP)
    delivery = served(0.5, rules=OrderRules(collected_by=pickup.id))
    route, locked = make_route(a_shift()), make_route(a_shift(), lock=Lock.CONTENTS)
    short = make_route(a_shift("08:00", "08:40"))
    routes, orders = [route, locked, short], [pickup, delivery]
    board = make_day(routes, orders, travel_of(routes, orders))
    for asked in orders:
        ladder = Ladders(board).ladder(asked)
        assert [rung.verdict for rung in ladder.rungs] == [
            Verdict.FITS,
            Verdict.LOCKED,
            Verdict.IMPOSSIBLE,
        ]
        assert [remedy.kind for remedy in ladder.remedies] == [
            Mend.PLACE,
            Mend.UNLOCK,
            Mend.SHIFT_LATER,
            Mend.SHIFT_EARLIER,
        ]
        for remedy in ladder.remedies:
            after = applied(board, remedy.edit)
            sequence = after.route(remedy.route or route.id).route.orders
            assert sequence == (pickup.id, delivery.id)
            assert breaks_no_more(board, after)


def a_pair(*windows: TimeWindow | None, weight_g: int = 5_000) -> list[Order]:
    pickup = served(0.5, kind=OrderKind.PICKUP, window=windows[0], weight_g=weight_g)
    rules = OrderRules(collected_by=pickup.id)
    return [pickup, served(0.5, rules=rules, window=windows[1], weight_g=weight_g)]


def paired(shift: Shift, pair: list[Order], planned: Sequence[Order] = ()) -> tuple[Board, Ladder]:
    route = make_route(shift, planned)
    board = make_day([route], [*planned, *pair], travel_of([route], [*planned, *pair]))
    return board, Ladders(board).ladder(pair[1])


def both_taken(board: Board, remedy: Remedy, pair: list[Order]) -> Board:
    after = applied(board, remedy.edit)
    assert all(on_a_route(after, order.id) for order in pair)
    assert breaks_no_more(board, after)
    return after


def test_a_pair_is_told_how_much_longer_a_window_or_the_shift_would_be_enough() -> None:
    pair = a_pair(None, window("08:00", "08:20"))
    board, ladder = paired(a_shift(), pair)
    later = of_kind(ladder, Mend.WINDOW_LATER)
    assert later.amount == 10 * 60
    assert later.text == (
        f"Agree for {pair[1].reference} a window 10 min longer, until 08:30: "
        "Ana · Van 3, stops 1 and 2"
    )
    changed = both_taken(board, later, pair).orders[pair[1].id]
    assert changed.window == window("08:00", "08:30")
    assert of_kind(ladder, Mend.SHIFT_EARLIER).amount == 10 * 60
    both_taken(board, of_kind(ladder, Mend.SHIFT_EARLIER), pair)

    early = a_pair(window("10:00", "11:00"), window("08:00", "09:30"))
    board, ladder = paired(a_shift(), early)
    opened = of_kind(ladder, Mend.WINDOW_EARLIER)
    assert opened.amount == 60 * 60
    assert early[0].reference in opened.text
    both_taken(board, opened, early)


def test_a_pair_is_told_how_much_later_a_full_shift_must_end() -> None:
    pair = a_pair(None, None)
    board, ladder = paired(a_shift("08:00", "10:00"), pair, [served(1.5)])
    assert ladder.rungs[0].verdict is Verdict.FULL
    assert of_kind(ladder, Mend.SHIFT_LATER).amount == 30 * 60
    for remedy in ladder.remedies:
        both_taken(board, remedy, pair)


def test_a_pair_that_is_too_heavy_is_told_by_how_much() -> None:
    shift = a_shift()
    room = Load(weight_g=10_000, volume_cm3=10**9, parcels=99)
    shift = replace(shift, vehicle=replace(shift.vehicle, capacity=room))
    pair = a_pair(None, None, weight_g=12_300)
    board, ladder = paired(shift, pair)
    (remedy,) = ladder.remedies
    assert (remedy.kind, remedy.amount) == (Mend.LIGHTER, 2_300)
    assert remedy.text.startswith("Send 2.3 kg less")
    both_taken(board, remedy, pair)


def test_both_halves_of_a_pair_are_to_be_less_in_a_dimension_of_the_depot_s_own() -> None:
    shift = a_shift()
    room = Load(weight_g=10**6, volume_cm3=10**9, parcels=99, more=(("cages", 2),))
    shift = replace(shift, vehicle=replace(shift.vehicle, capacity=room))
    pair = [replace(order, more_load=(("cages", 3),)) for order in a_pair(None, None)]
    board, ladder = paired(shift, pair)
    (remedy,) = ladder.remedies
    assert (remedy.kind, remedy.amount) == (Mend.LIGHTER, 1)
    assert remedy.text.startswith("Send 1 × cages less")
    after = both_taken(board, remedy, pair)
    assert [after.orders[order.id].more_load for order in pair] == [(("cages", 2),)] * 2


def test_a_pair_is_told_which_limit_is_in_the_way() -> None:
    pair = a_pair(None, None)
    board, ladder = paired(a_shift(rules=ShiftRules(max_stops=2)), pair, [served(1)])
    remedy = ladder.remedies[0]
    assert remedy.kind is Mend.LIMIT
    assert both_taken(board, remedy, pair).routes[0].route.shift.rules.max_stops == 3


def test_a_pair_is_told_which_order_would_have_to_leave_for_it() -> None:
    pair = a_pair(None, None)
    urgent, other = served(1, priority=2), served(1)
    board, ladder = paired(a_shift("08:00", "10:10"), pair, [urgent, other])
    remedy = of_kind(ladder, Mend.PUSH_OUT)
    assert remedy.orders == (other.id,)
    assert remedy.text.startswith(f"Leave out {other.reference}: Ana · Van 3, stops ")
    after = both_taken(board, remedy, pair)
    assert on_a_route(after, urgent.id)
    assert not on_a_route(after, other.id)


def test_a_pair_gets_the_place_of_an_order_that_another_route_can_take() -> None:
    lift = frozenset({"lift"})
    pair, other = [replace(order, requirements=lift) for order in a_pair(None, None)], served(1)
    with_lift = replace(a_shift("08:00", "09:10"), vehicle=make_vehicle(features=lift))
    full, free = make_route(with_lift, [other]), make_route(a_shift())
    board = make_day([full, free], [other, *pair], travel_of([full, free], [other, *pair]))
    remedy = of_kind(Ladders(board).ladder(pair[0]), Mend.MAKE_ROOM)
    after = both_taken(board, remedy, pair)
    assert after.route(free.id).route.orders == (other.id,)
    assert after.route(full.id).route.orders == tuple(order.id for order in pair)


def test_a_pair_is_told_which_skill_is_missing() -> None:
    pickup, delivery = a_pair(None, None)
    pair = [pickup, replace(delivery, requirements=frozenset({"cold", "lift"}))]
    board, ladder = paired(a_shift(), pair)
    assert ladder.rungs[0].verdict is Verdict.IMPOSSIBLE
    (remedy,) = ladder.remedies
    assert (remedy.kind, remedy.amount) == (Mend.SKILL, 2)
    assert remedy.text == "Note that Ana can do cold and lift"
    assert both_taken(board, remedy, pair).routes[0].route.shift.driver.skills == {"cold", "lift"}

    _, ladder = paired(a_shift("08:00", "08:40"), pair)
    assert not ladder.remedies


def test_nothing_is_promised_to_a_pair_that_a_driver_may_not_take() -> None:
    pickup, delivery = a_pair(None, window("08:00", "08:20"))
    rules = replace(delivery.rules, drivers=frozenset({make_driver().id}))
    _, ladder = paired(a_shift(), [pickup, replace(delivery, rules=rules)])
    assert ladder.rungs[0].verdict is Verdict.IMPOSSIBLE
    assert not ladder.remedies


def test_half_a_pair_goes_to_the_other_half() -> None:
    pickup = served(0.5, kind=OrderKind.PICKUP)
    delivery = served(0.5, rules=OrderRules(collected_by=pickup.id))
    routes, orders = [make_route(a_shift()), make_route(a_shift(), [pickup])], [pickup, delivery]
    board = make_day(routes, orders, travel_of(routes, orders))
    (remedy,) = Ladders(board).ladder(delivery).remedies
    assert remedy.route == routes[1].id
    assert applied(board, remedy.edit).routes[1].route.orders == (pickup.id, delivery.id)


@settings(max_examples=60, deadline=None)
@given(some_shifts(), some_orders(max_size=4), an_order(), an_order())
def test_what_a_pair_is_told_mends_and_a_minute_less_does_not(
    shift: Shift, orders: list[Order], first: Order, second: Order
) -> None:
    travel = travel_over(first, second, *orders)
    while not timetable(shift, orders, travel).is_feasible:
        orders = orders[:-1]
    pickup = replace(first, kind=OrderKind.PICKUP)
    delivery = replace(
        second,
        kind=OrderKind.DELIVERY,
        weight_g=first.weight_g,
        rules=OrderRules(collected_by=pickup.id),
    )
    board = make_day([make_route(shift, orders)], [*orders, pickup, delivery], travel)
    for remedy in Ladders(board).ladder(delivery).remedies:
        after = applied(board, remedy.edit)
        assert {pickup.id, delivery.id} <= after.route_of.keys()
        assert breaks_no_more(board, after), remedy
        assert after.cost - board.cost == pytest.approx(remedy.extra_cost), remedy
        if remedy.kind not in (Mend.WINDOW_LATER, Mend.WINDOW_EARLIER, *SHIFTS):
            continue
        less = remedy.amount - STEP_S
        others = [order for order in orders if after.orders[order.id] != order]
        if others:
            assert len(others) == 1
            side = Side(0, is_later=True)
            rest = [wider(o, side, less) if o in others else o for o in orders]
            assert RouteSketch(shift, rest, travel).pairing(pickup, delivery).fitting() is None
            continue
        pair, smaller = [after.orders[pickup.id], after.orders[delivery.id]], shift
        if remedy.kind in SHIFTS:
            smaller = SHIFTS[remedy.kind](shift, less)
        else:
            now = (pickup, delivery)
            side = Side(0, remedy.kind is Mend.WINDOW_LATER)
            pair = [
                wider(was, side, less) if was.window != changed.window else was
                for was, changed in zip(now, pair, strict=True)
            ]
        sketch = RouteSketch(smaller, orders, travel)
        if sketch.severity <= RouteSketch(shift, orders, travel).severity:
            assert sketch.pairing(*pair).fitting() is None, remedy


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(ruled_shifts(), ruled_orders(max_size=3)), min_size=1, max_size=2),
    a_ruled_order(),
    a_ruled_order(),
    st.sampled_from([5_000, 60_000]),
)
def test_what_a_pair_is_told_mends_under_every_rule(
    contents: list[tuple[Shift, list[Order]]], first: Order, second: Order, weight_g: int
) -> None:
    pickup = replace(first, kind=OrderKind.PICKUP, weight_g=weight_g)
    rules = replace(second.rules, collected_by=pickup.id, released_at=None)
    delivery = replace(second, kind=OrderKind.DELIVERY, weight_g=weight_g, rules=rules)
    known = [pickup, delivery, *(order for _, orders in contents for order in orders)]
    routes = [make_route(shift, orders) for shift, orders in contents]
    board = make_day(routes, known, travel_over(*known))
    is_refused = not candidates(board, [delivery], is_strict=True)
    ladder = Ladders(board).ladder(delivery, is_refused=is_refused)
    if is_refused:
        assert not {rung.verdict for rung in ladder.rungs} & {Verdict.FITS, Verdict.UNASKED}
    for remedy in ladder.remedies:
        after = applied(board, remedy.edit)
        assert {pickup.id, delivery.id} <= after.route_of.keys()
        assert breaks_no_more(board, after), remedy
        assert after.cost - board.cost == pytest.approx(remedy.extra_cost), remedy
