"""A pickup on no route whose delivery is on one: it is of use on that route alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.domain.board import Board
from app.domain.fleet import Shift
from app.domain.orders import Order, OrderKind
from app.domain.remedies import Ladder, Mend, Remedy, Verdict
from app.domain.routes import Lock, Route, RouteStatus, Stop
from app.domain.rules import OrderRules
from app.planning.best_fit import candidates
from app.planning.diagnosis import diagnosis
from app.planning.ladder import Ladders
from tests.factories import make_route, make_shift, window
from tests.unit.domain.routes_strategy import travel_over
from tests.unit.domain.rules_strategy import a_ruled_order, ruled_orders, ruled_shifts
from tests.unit.planning.applied import applied, breaks_no_more, broken, make_day
from tests.unit.planning.days import travel_of
from tests.unit.planning.ladders import a_shift, served


def a_pair(hours: float = 0.5, **changes: object) -> tuple[Order, Order]:
    pickup = served(hours, reference="PU", kind=OrderKind.PICKUP, **changes)
    return pickup, served(0.5, reference="DE", rules=OrderRules(collected_by=pickup.id))


def asked(route: Route, orders: list[Order], pickup: Order) -> tuple[Board, Ladder]:
    """Beside that route there is an empty one."""
    routes = [make_route(make_shift()), route]
    board = make_day(routes, [*orders, pickup], travel_of(routes, [*orders, pickup]))
    assert not candidates(board, [pickup]), "no other place would be of any use"
    return board, Ladders(board).ladder(pickup)


def test_it_comes_before_its_delivery_and_to_no_other_route() -> None:
    pickup, delivery = a_pair()
    first = served(1, window=window("08:00", "08:10"))
    route = make_route(a_shift(), [first, delivery])
    board, ladder = asked(route, [first, delivery], pickup)
    assert [rung.text for rung in ladder.rungs] == [
        "fits",
        "impossible: its goods go to DE, which is on Ana · Van 3",
    ]
    (remedy,) = ladder.remedies
    assert remedy.text == "Put both on Ana · Van 3, stops 2 and 3"
    after = applied(board, remedy.edit)
    assert after.routes[1].route.orders == (first.id, pickup.id, delivery.id)
    assert not broken(after)
    assert after.cost - board.cost == pytest.approx(remedy.extra_cost)


def test_what_would_make_room_for_it_there_is_told_as_for_any_pair() -> None:
    pickup, delivery = a_pair(1)
    full = served(8, reference="SO-A")
    board, ladder = asked(make_route(a_shift(), [full, delivery]), [full, delivery], pickup)
    by_kind: dict[Mend, Remedy] = {remedy.kind: remedy for remedy in ladder.remedies}
    assert by_kind[Mend.SHIFT_LATER].amount == 30 * 60
    assert by_kind[Mend.PUSH_OUT].orders == (full.id,)
    for remedy in ladder.remedies:
        after = applied(board, remedy.edit)
        assert not broken(after)
        assert after.cost - board.cost == pytest.approx(remedy.extra_cost)


def test_a_delivery_that_may_not_move_gets_nothing_put_before_it() -> None:
    pickup, delivery = a_pair()
    locked = make_route(a_shift(), stops=(Stop(order=delivery.id, is_locked=True),))
    _, ladder = asked(locked, [delivery], pickup)
    assert ladder.rungs[0].text == "fits alone, but as planned: DE can't be moved"
    gone = make_route(a_shift(), [delivery], status=RouteStatus.RELEASED)
    _, ladder = asked(gone, [delivery], pickup)
    assert {rung.verdict for rung in ladder.rungs} == {Verdict.RELEASED, Verdict.IMPOSSIBLE}
    assert not ladder.remedies


def test_a_locked_route_is_unlocked_for_it() -> None:
    pickup, delivery = a_pair()
    route = make_route(a_shift(), [delivery], lock=Lock.CONTENTS)
    board, ladder = asked(route, [delivery], pickup)
    (remedy,) = ladder.remedies
    assert remedy.kind is Mend.UNLOCK
    assert not broken(applied(board, remedy.edit))


def test_a_delivery_without_its_goods_is_told_to_have_them_collected() -> None:
    pickup, delivery = a_pair()
    route = make_route(a_shift(), [delivery])
    board, _ = asked(route, [delivery], pickup)
    found = diagnosis(Ladders(board), board.routes[1], delivery.id)
    assert found is not None
    assert [remedy.text for remedy in found.remedies] == [
        "Put both on Ana · Van 3, stops 1 and 2",
        "Take DE off the route",
    ]
    assert not broken(applied(board, found.remedies[0].edit))


@settings(max_examples=60, deadline=None)
@given(st.data(), ruled_shifts(), ruled_orders(max_size=4), a_ruled_order(), a_ruled_order())
def test_whatever_is_told_brings_both_to_one_route(
    data: st.DataObject, shift: Shift, orders: list[Order], first: Order, second: Order
) -> None:
    pickup = replace(first, kind=OrderKind.PICKUP)
    rules = replace(second.rules, collected_by=pickup.id, released_at=None)
    delivery = replace(second, kind=OrderKind.DELIVERY, rules=rules)
    planned = data.draw(st.permutations([*orders, delivery]))
    travel = travel_over(pickup, delivery, *orders)
    board = make_day([make_route(shift, planned)], [*planned, pickup], travel)
    ladder = Ladders(board).ladder(pickup)
    assume(ladder.remedies)
    for remedy in ladder.remedies:
        after = applied(board, remedy.edit)
        assert {pickup.id, delivery.id} <= after.route_of.keys()
        sequence = after.routes[0].route.orders
        assert sequence.index(pickup.id) < sequence.index(delivery.id)
        assert breaks_no_more(board, after), remedy
        assert after.cost - board.cost == pytest.approx(remedy.extra_cost), remedy
