"""Orders that leave the plan for another one: halves of pairs leave together or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.board import Board
from app.domain.fleet import Load, Shift
from app.domain.orders import Order, OrderKind
from app.domain.remedies import Mend, Remedy
from app.domain.routes import Lock, Route, RouteStatus, Stop
from app.domain.rules import OrderRules, ShiftRules
from app.planning.jobs import jobs_of
from app.planning.ladder import Ladders
from tests.factories import make_route, make_shift, window
from tests.unit.domain.routes_strategy import travel_over
from tests.unit.domain.rules_strategy import a_ruled_order, ruled_orders, ruled_shifts
from tests.unit.planning.applied import applied, breaks_no_more, make_day, on_a_route
from tests.unit.planning.days import travel_of
from tests.unit.planning.ladders import a_shift, served


def a_pair(hours: float) -> tuple[Order, Order]:
    pickup = served(1, reference="PU", kind=OrderKind.PICKUP)
    return pickup, served(hours, reference="DE", rules=OrderRules(collected_by=pickup.id))


def pushes(board: Board, order: Order) -> list[Remedy]:
    return [r for r in Ladders(board).ladder(order).remedies if r.kind is Mend.PUSH_OUT]


def a_day(routes: list[Route], orders: list[Order]) -> Board:
    return make_day(routes, orders, travel_of(routes, orders))


def split(**changes: object) -> tuple[Board, Order]:
    """The first van is full with something important and a delivery whose pickup is on the other
    one, which can't take what is new."""
    pickup, delivery = a_pair(4)
    important = served(4, priority=2, reference="SO-A")
    new = served(3, priority=1, window=window("08:00", "16:00"), reference="SO-N")
    full = make_route(a_shift(), [important, delivery])
    other = make_route(make_shift(window=window("16:30", "18:00")), [pickup], **changes)
    return a_day([full, other], [important, pickup, delivery, new]), new


def test_a_half_is_pushed_out_with_the_other_half_from_its_route() -> None:
    board, new = split()
    (push,) = pushes(board, new)
    assert push.text.startswith("Leave out PU, DE: Ana · Van 3, ")
    assert push.effort == 60 + 120
    after = applied(board, push.edit)
    assert not after.routes[1].route.orders
    assert {order.reference for order in after.unassigned} == {"PU", "DE"}
    assert on_a_route(after, new.id)
    assert breaks_no_more(board, after)
    assert after.cost - board.cost == pytest.approx(push.extra_cost)


@pytest.mark.parametrize(
    "stays",
    [{"lock": Lock.CONTENTS}, {"status": RouteStatus.RELEASED}, {"frozen": 1}],
    ids=["locked", "released", "collected"],
)
def test_a_half_whose_other_half_stays_on_its_route_is_not_pushed_out(
    stays: dict[str, object],
) -> None:
    board, new = split(**stays)
    assert [push.text.split(":")[0] for push in pushes(board, new)] == ["Leave out SO-A"]


def test_a_half_whose_other_half_is_locked_to_its_route_is_not_pushed_out() -> None:
    board, new = split()
    full, other = (each.route for each in board.routes)
    locked = replace(other, stops=tuple(Stop(order=o, is_locked=True) for o in other.orders))
    board = a_day([full, locked], [*board.orders.values()])
    assert [push.text.split(":")[0] for push in pushes(board, new)] == ["Leave out SO-A"]


def test_an_order_never_takes_the_place_of_its_own_other_half() -> None:
    pickup, delivery = a_pair(4)
    other = served(4, priority=2, reference="SO-A")
    board = a_day(
        [make_route(a_shift("08:00", "16:10"), [other, delivery])], [other, pickup, delivery]
    )
    assert [push.text.split(":")[0] for push in pushes(board, pickup)] == ["Leave out SO-A"]


def test_what_would_be_no_help_is_not_left_out() -> None:
    """Where only few are tried, the long stops leave first, though it is the load that lacks."""
    room = Load(weight_g=50_000, volume_cm3=10**9, parcels=99)
    shift = a_shift("07:00", "22:00", rules=ShiftRules(max_work=timedelta(hours=14)))
    shift = replace(shift, vehicle=replace(shift.vehicle, capacity=room))
    long = [served(3, reference=f"SO-{number}", weight_g=0) for number in range(2)]
    heavy = served(0.2, reference="SO-H", weight_g=45_000)
    new = served(0.5, weight_g=45_000)
    board = a_day([make_route(shift, [*long, heavy])], [*long, heavy, new])
    (push,) = pushes(board, new)
    assert push.orders == (heavy.id,)
    assert breaks_no_more(board, applied(board, push.edit))


@settings(max_examples=60, deadline=None)
@given(st.data(), st.lists(ruled_shifts(), min_size=1, max_size=3), a_ruled_order())
def test_a_pair_on_whatever_routes_never_comes_apart_for_another_order(
    data: st.DataObject, shifts: list[Shift], new: Order
) -> None:
    orders = data.draw(ruled_orders(max_size=6))
    contents: list[list[Order]] = [[] for _ in shifts]
    for order in orders:
        data.draw(st.sampled_from(contents)).append(order)
    routes = [make_route(shift, some) for shift, some in zip(shifts, contents, strict=True)]
    board = make_day(routes, [*orders, new], travel_over(*orders, new))
    for remedy in Ladders(board).ladder(new).remedies:
        after = applied(board, remedy.edit)
        assert breaks_no_more(board, after), remedy
        assert after.cost - board.cost == pytest.approx(
            remedy.extra_cost
            - sum(board.orders[o].rules.drop_price or 0 for o in remedy.orders)
            * (remedy.kind is Mend.PUSH_OUT)
        )
        for job in jobs_of(orders):
            assert len({on_a_route(after, order.id) for order in job.orders}) == 1, remedy
