from __future__ import annotations

import pytest

from app.desktop.orders.assign import assign
from app.domain.orders import OrderKind
from app.domain.rules import OrderRules
from tests.factories import make_order, make_route, make_shift
from tests.unit.planning.applied import applied, make_day
from tests.unit.planning.days import travel_of


@pytest.mark.parametrize("is_named", [True, False])
@pytest.mark.parametrize("half", [0, 1])
def test_half_of_a_pair_brings_the_other_half(half: int, is_named: bool) -> None:
    pickup = make_order(kind=OrderKind.PICKUP)
    pair = (pickup, make_order(rules=OrderRules(collected_by=pickup.id)))
    routes = [make_route(make_shift()), make_route(make_shift())]
    board = make_day(routes, [*pair], travel_of(routes, pair))
    named = routes[1].id if is_named else None
    after = applied(board, assign(board, [pair[half].id], named))
    (home,) = {after.route_of[order.id] for order in pair}
    assert named in (None, home)
    assert after.route(home).timetable.is_feasible
    assert [stop.order.id for stop in after.route(home).timetable.stops] == [o.id for o in pair]


def test_half_of_a_pair_whose_other_half_is_planned_goes_alone() -> None:
    pickup = make_order(kind=OrderKind.PICKUP)
    delivery = make_order(rules=OrderRules(collected_by=pickup.id))
    routes = [make_route(make_shift(), [pickup]), make_route(make_shift())]
    board = make_day(routes, [pickup, delivery], travel_of(routes, [pickup, delivery]))
    edit = assign(board, [delivery.id], None)
    assert set(edit.stops) == {routes[0].id}


def test_a_route_that_is_named_gets_both_halves_from_wherever_they_are() -> None:
    pickup = make_order(kind=OrderKind.PICKUP)
    delivery = make_order(rules=OrderRules(collected_by=pickup.id))
    routes = [make_route(make_shift(), [pickup]), make_route(make_shift())]
    board = make_day(routes, [pickup, delivery], travel_of(routes, [pickup, delivery]))
    after = applied(board, assign(board, [delivery.id], routes[1].id))
    assert after.route(routes[0].id).route.orders == ()
    assert after.route(routes[1].id).route.orders == (pickup.id, delivery.id)
