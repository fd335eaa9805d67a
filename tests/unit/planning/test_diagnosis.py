from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.board import Board
from app.domain.fleet import Load, Shift
from app.domain.orders import Order
from app.domain.remedies import Diagnosis, Mend, Remedy
from app.domain.routes import Lock, Route, RouteStatus, Stop
from app.domain.rules import OrderRules, Pause, ShiftRules
from app.planning.diagnosis import diagnosis
from app.planning.ladder import Ladders
from tests.factories import (
    DEPOT_PLACE,
    make_break,
    make_driver,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    place,
    window,
)
from tests.unit.domain.routes_strategy import some_orders, some_shifts, travel_over
from tests.unit.planning.applied import applied, breaks_no_more, broken, make_day
from tests.unit.planning.days import travel_of

_BREAK = timedelta(minutes=45)
GATE = place(DEPOT_PLACE.lat, DEPOT_PLACE.lon)


def served(hours: float, reference: str, **changes: object) -> Order:
    return make_order(
        place=GATE, service_time=timedelta(hours=hours), reference=reference, **changes
    )


def a_day(routes: list[Route], orders: list[Order]) -> Board:
    return make_day(routes, orders, travel_of(routes, orders))


def diagnosed(board: Board, order: Order | None, route: int = 0) -> Diagnosis:
    found = diagnosis(Ladders(board), board.routes[route], order.id if order else None)
    assert found is not None
    return found


def of_kind(found: Diagnosis, kind: Mend) -> Remedy:
    return next(remedy for remedy in found.remedies if remedy.kind is kind)


def a_shift(start: str = "08:00", end: str = "17:00", **changes: object) -> Shift:
    driver, vehicle = make_driver(name="Ana"), make_vehicle(name="Van 3")
    return make_shift(driver=driver, vehicle=vehicle, window=window(start, end), **changes)


def test_a_stop_late_by_anothers_waiting_says_so_and_a_swap_mends_it() -> None:
    early = served(0.5, "SO-1", window=window("08:00", "08:30"))
    waiting = served(0.25, "SO-2", window=window("10:00", "12:00"))
    late = served(0.25, "SO-3", window=window("09:00", "10:01"))
    orders = [early, waiting, late]
    board = a_day([make_route(a_shift(), orders)], orders)
    found = diagnosed(board, late)
    assert found.text == ("late by 14 min, because of the waiting of 1 h 00 min at stop 2, SO-2")
    remedy = found.remedies[0]
    assert remedy.kind is Mend.SWAP
    assert remedy.text == "Swap stops 2 and 3 (SO-2, SO-3)"
    assert not broken(applied(board, remedy.edit))


def test_a_van_that_leaves_late_for_its_first_stop_is_late_by_that_window() -> None:
    """It leaves so that it need not wait there, but waiting or not, it is why."""
    afternoon = OrderRules(more_windows=(window("12:00", "16:00"),))
    first = served(0.5, "SO-1", window=window("07:00", "07:30"), rules=afternoon)
    late = served(0.25, "SO-2", window=window("08:00", "10:00"))
    board = a_day([make_route(a_shift(), [first, late])], [first, late])
    found = diagnosed(board, late)
    assert found.text == (
        "late by 2 h 30 min, because of the window of stop 1, SO-1, which opens at 12:00"
    )


def test_a_long_service_before_is_the_cause() -> None:
    long, late = served(3, "SO-1"), served(0.1, "SO-2", window=window("10:00", "10:30"))
    quick = served(0.1, "SO-0")
    board = a_day([make_route(a_shift(), [quick, long, late])], [quick, long, late])
    found = diagnosed(board, late)
    assert found.causes[0].order == long.id
    assert found.causes[0].text == "the 3 h 00 min at the door of stop 2, SO-1"
    assert found.causes[0].seconds == 36 * 60


def test_the_break_is_the_cause_where_it_comes_before() -> None:
    shift = a_shift(rest=make_break("08:30", "09:15", 45))
    first = served(1, "SO-1", window=window("08:00", "08:05"))
    late = served(2, "SO-2", window=window("09:10", "09:30"))
    board = a_day([make_route(shift, [first, late])], [first, late])
    found = diagnosed(board, late)
    assert found.text == "late by 15 min, because of the break at 09:00"
    assert of_kind(found, Mend.WINDOW_LATER).amount == 15 * 60


@pytest.mark.parametrize(
    "pause",
    [
        pytest.param(Pause(window=window("08:30", "09:15"), length=_BREAK), id="window"),
        pytest.param(
            Pause(window=window("08:30", "09:15"), length=_BREAK, is_owed=True), id="owed"
        ),
        pytest.param(Pause(after_work=timedelta(hours=1), length=_BREAK), id="after work"),
    ],
)
def test_a_break_beside_the_shift_s_own_is_the_cause_too(pause: Pause) -> None:
    shift = a_shift(rules=ShiftRules(pauses=(pause,)))
    first = served(1, "SO-1", window=window("08:00", "08:05"))
    late = served(2, "SO-2", window=window("09:10", "09:30"))
    board = a_day([make_route(shift, [first, late])], [first, late])
    found = diagnosed(board, late)
    assert found.text == "late by 15 min, because of the break at 09:00"


def test_a_late_stop_may_go_to_another_van() -> None:
    orders = [
        served(2, "SO-1", window=window("08:00", "08:10")),
        served(1, "SO-2", window=window("08:30", "09:00")),
    ]
    board = a_day([make_route(a_shift(), orders), make_route(make_shift())], orders)
    found = diagnosed(board, orders[1])
    remedy = found.remedies[0]
    assert remedy.kind is Mend.GIVE
    after = applied(board, remedy.edit)
    assert after.route_of[orders[1].id] == board.routes[1].id
    assert not broken(after)


def test_a_route_too_long_is_told_how_much_longer_the_shift_must_be() -> None:
    orders = [served(5, "SO-1"), served(4.5, "SO-2", priority=2)]
    board = a_day([make_route(a_shift(), orders)], orders)
    found = diagnosed(board, None)
    assert [remedy.kind for remedy in found.remedies] == [
        Mend.SHIFT_LATER,
        Mend.UNASSIGN,
        Mend.UNASSIGN,
    ]
    assert found.remedies[0].text == "Ana · Van 3 ends 30 min later, at 17:30"
    assert found.remedies[1].orders == (orders[0].id,), "the less important one"


def test_a_van_too_full_gives_to_another() -> None:
    vehicle = make_vehicle(capacity=Load(weight_g=50_000, volume_cm3=10**7, parcels=9))
    orders = [served(0.1, "SO-1", weight_g=30_000), served(0.1, "SO-2", weight_g=30_000)]
    routes = [make_route(make_shift(vehicle=vehicle), orders), make_route(make_shift())]
    board = a_day(routes, orders)
    found = diagnosed(board, None)
    assert not found.causes
    assert found.remedies[0].kind is Mend.GIVE
    assert not broken(applied(board, found.remedies[0].edit))


def test_a_locked_stop_stays_and_a_released_route_is_only_explained() -> None:
    orders = [served(5, "SO-1"), served(4.5, "SO-2")]
    stops = tuple(Stop(order=order.id, is_locked=True) for order in orders)
    board = a_day([make_route(a_shift(), stops=stops)], orders)
    assert [r.kind for r in diagnosed(board, None).remedies] == [Mend.SHIFT_LATER]
    released = replace(board.routes[0].route, status=RouteStatus.RELEASED)
    board = a_day([released], orders)
    assert not diagnosed(board, None).remedies


def test_what_breaks_no_rule_has_no_diagnosis() -> None:
    order = served(1, "SO-1")
    board = a_day([make_route(a_shift(), [order])], [order])
    assert diagnosis(Ladders(board), board.routes[0], order.id) is None


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(some_shifts(), some_orders(max_size=6)), min_size=1, max_size=3),
    st.sampled_from(Lock),
)
def test_every_remedy_mends_what_it_is_for(
    contents: list[tuple[Shift, list[Order]]], lock: Lock
) -> None:
    orders = [order for _, some in contents for order in some]
    routes = [make_route(shift, some, lock=lock) for shift, some in contents]
    board = make_day(routes, orders, travel_over(*orders))
    ladders = Ladders(board)
    for each in board.routes:
        for target in (None, *each.route.orders):
            found = diagnosis(ladders, each, target)
            if found is None:
                continue
            rules = {(each.id, v.rule) for v in found.broken}
            for remedy in found.remedies:
                after = applied(board, remedy.edit)
                assert breaks_no_more(board, after), remedy
                left = {(r.id, v.rule) for r in after.routes for v in r.timetable.violations}
                assert not rules & left, remedy
                assert after.cost - board.cost == pytest.approx(remedy.extra_cost)
