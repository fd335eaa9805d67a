from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.board import Board
from app.domain.fleet import Load, Shift
from app.domain.orders import Order, OrderKind
from app.domain.remedies import Diagnosis, Mend, Remedy
from app.domain.routes import Lock, Route, RouteStatus, Stop
from app.domain.rules import OrderRules, Pause, ShiftRules
from app.domain.underway import Underway
from app.domain.violations import ViolationKind
from app.planning.diagnosis import diagnosis
from app.planning.jobs import jobs_of
from app.planning.ladder import Ladders
from tests.factories import (
    DEPOT_PLACE,
    at,
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
from tests.unit.domain.rules_strategy import ruled_orders, ruled_shifts
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
        Mend.SHIFT_EARLIER,
        Mend.UNASSIGN,
        Mend.UNASSIGN,
    ]
    assert found.remedies[0].text == "Ana · Van 3 ends 30 min later, at 17:30"
    assert found.remedies[1].text == "Ana · Van 3 starts 30 min earlier, at 07:30"
    assert found.remedies[2].orders == (orders[0].id,), "the less important one"


def test_a_van_too_full_gives_to_another() -> None:
    vehicle = make_vehicle(capacity=Load(weight_g=50_000, volume_cm3=10**7, parcels=9))
    orders = [served(0.1, "SO-1", weight_g=30_000), served(0.1, "SO-2", weight_g=30_000)]
    routes = [make_route(make_shift(vehicle=vehicle), orders), make_route(make_shift())]
    board = a_day(routes, orders)
    found = diagnosed(board, None)
    assert not found.causes
    assert found.remedies[0].kind is Mend.GIVE
    assert not broken(applied(board, found.remedies[0].edit))


def a_pair(
    first: float, second: float, *, pickup: str = "17:00", delivery: str = "17:00"
) -> tuple[Order, Order]:
    """Served for so many hours, and to be there by these."""
    one = served(first, "PU", kind=OrderKind.PICKUP, window=window("08:00", pickup))
    rules = OrderRules(collected_by=one.id)
    return one, served(second, "DE", window=window("08:00", delivery), rules=rules)


def all_of_kind(found: Diagnosis, kind: Mend) -> list[Remedy]:
    return [remedy for remedy in found.remedies if remedy.kind is kind]


@pytest.mark.parametrize("late", [0, 1], ids=["pickup", "delivery"])
def test_a_late_half_of_a_pair_leaves_its_route_with_the_other_half(late: int) -> None:
    pair = a_pair(0.5, 0.5, pickup=("08:30", "17:00")[late], delivery=("17:00", "09:30")[late])
    long = served(2, "SO-1", window=window("08:00", "08:10"), priority=3)
    orders = [long, *pair]
    board = a_day([make_route(a_shift(), orders), make_route(make_shift())], orders)
    found = diagnosed(board, pair[late])
    given, *_ = all_of_kind(found, Mend.GIVE)
    name = board.routes[1].route.shift.name
    assert given.text == f"Give PU with DE to {name}, stops 1 and 2"
    after = applied(board, given.edit)
    assert after.routes[1].route.orders == (pair[0].id, pair[1].id)
    assert not broken(after)
    taken, *_ = all_of_kind(found, Mend.UNASSIGN)
    assert taken.text == "Take PU with DE off the route"
    after = applied(board, taken.edit)
    assert after.routes[0].route.orders == (long.id,)
    assert {order.id for order in after.unassigned} == {pair[0].id, pair[1].id}
    assert after.cost - board.cost == pytest.approx(taken.extra_cost)


def test_both_halves_of_a_pair_may_come_to_other_places_of_their_route() -> None:
    pair = a_pair(0.5, 0.5, delivery="09:00")
    long = [served(1, f"SO-{number}", window=window("08:00", "13:00")) for number in range(4)]
    orders = [*long[:2], pair[0], long[2], pair[1], long[3]]
    board = a_day([make_route(a_shift(), orders)], orders)
    moved, *_ = all_of_kind(diagnosed(board, pair[1]), Mend.MOVE)
    assert moved.text == "Move PU with DE from stops 3 and 5 to 1 and 2"
    after = applied(board, moved.edit)
    assert after.routes[0].route.orders[:2] == (pair[0].id, pair[1].id)
    assert not broken(after)


def test_of_a_pair_only_the_half_that_moves_is_named() -> None:
    pair = a_pair(0.5, 0.5, delivery="09:00")
    orders = [pair[0], served(1, "SO-1"), served(1, "SO-2"), pair[1]]
    board = a_day([make_route(a_shift(), orders)], orders)
    moved, *_ = all_of_kind(diagnosed(board, pair[1]), Mend.MOVE)
    assert moved.text == "Move DE from stop 4 to 2"
    assert not broken(applied(board, moved.edit))


def test_what_is_aboard_already_stays_there_until_it_is_delivered() -> None:
    pair = a_pair(0.5, 0.5, delivery="09:00")
    orders = [pair[0], served(2, "SO-1"), pair[1]]
    routes = [make_route(a_shift(), orders, frozen=1), make_route(make_shift())]
    found = diagnosed(a_day(routes, orders), pair[1])
    assert all(pair[1].id not in remedy.orders for remedy in all_of_kind(found, Mend.GIVE))
    assert all(pair[1].id not in remedy.orders for remedy in all_of_kind(found, Mend.UNASSIGN))
    assert found.remedies[0].text == "Swap stops 2 and 3 (SO-1, DE)"


def test_a_half_whose_pickup_is_locked_to_the_route_does_not_leave_it() -> None:
    pair = a_pair(0.5, 0.5, delivery="09:00")
    long = served(2, "SO-1", window=window("08:00", "08:30"))
    stops = [Stop(order=pair[0].id, is_locked=True), Stop(order=long.id), Stop(order=pair[1].id)]
    routes = [make_route(a_shift(), stops=tuple(stops)), make_route(make_shift())]
    found = diagnosed(a_day(routes, [pair[0], long, pair[1]]), pair[1])
    assert all(
        pair[1].id not in remedy.orders
        for kind in (Mend.GIVE, Mend.UNASSIGN)
        for remedy in all_of_kind(found, kind)
    )


def test_halves_on_two_routes_come_together_or_leave_both() -> None:
    pair = a_pair(0.5, 0.5)
    other = served(1, "SO-1")
    routes = [make_route(a_shift(), [other, pair[1]]), make_route(a_shift(), [pair[0]])]
    board = a_day(routes, [other, *pair])
    found = diagnosed(board, pair[1])
    for remedy in found.remedies:
        after = applied(board, remedy.edit)
        assert not broken(after)
        assert "PU with DE" in remedy.text
        assert after.route_of.get(pair[0].id) == after.route_of.get(pair[1].id)
        assert after.cost - board.cost == pytest.approx(remedy.extra_cost)
    assert [remedy.kind for remedy in found.remedies] == [Mend.GIVE, Mend.UNASSIGN]


def test_what_leaves_its_route_costs_what_leaving_it_out_is_worth() -> None:
    early = served(2, "SO-1", window=window("08:00", "08:10"))
    late = served(1, "SO-2", window=window("08:30", "09:00"), rules=OrderRules(drop_price=25.0))
    board = a_day([make_route(a_shift(), [early, late])], [early, late])
    remedy = next(r for r in diagnosed(board, late).remedies if r.orders == (late.id,))
    assert remedy.kind is Mend.UNASSIGN
    saved = board.cost - applied(board, remedy.edit).cost
    assert remedy.extra_cost == pytest.approx(25.0 - saved)


def a_small_shift(**limits: object) -> Shift:
    room = Load(weight_g=50_000, volume_cm3=10**7, parcels=9)
    shift = a_shift(rules=ShiftRules(**limits))
    return replace(shift, vehicle=replace(shift.vehicle, capacity=room))


def test_a_van_too_full_is_told_of_which_order_less_is_to_be_sent() -> None:
    orders = [served(0.1, "SO-1", weight_g=33_000), served(0.1, "SO-2", weight_g=20_000)]
    board = a_day([make_route(a_small_shift(), orders)], orders)
    lighter = all_of_kind(diagnosed(board, None), Mend.LIGHTER)
    assert [remedy.text for remedy in lighter] == [
        "Send 3 kg less of SO-1",
        "Send 3 kg less of SO-2",
    ], "the first would miss a smaller share"
    after = applied(board, lighter[1].edit)
    assert after.orders[orders[1].id].weight_g == 17_000
    assert not broken(after)


def test_a_van_too_full_by_a_dimension_of_the_depot_s_own_is_told_so_too() -> None:
    shift = a_small_shift()
    room = replace(shift.vehicle.capacity, more=(("cages", 2),))
    shift = replace(shift, vehicle=replace(shift.vehicle, capacity=room))
    orders = [
        served(0.1, "SO-1", weight_g=33_000, more_load=(("cages", 2),)),
        served(0.1, "SO-2", weight_g=20_000, more_load=(("cages", 1),)),
    ]
    board = a_day([make_route(shift, orders)], orders)
    lighter = all_of_kind(diagnosed(board, None), Mend.LIGHTER)
    assert [remedy.text for remedy in lighter] == ["Send 3 kg and 1 × cages less of SO-1"]
    after = applied(board, lighter[0].edit)
    assert after.orders[orders[0].id].more_load == (("cages", 1),)
    assert not broken(after)


def test_less_of_a_pair_is_collected_and_delivered() -> None:
    pair = [replace(order, weight_g=53_000) for order in a_pair(0.5, 0.5)]
    board = a_day([make_route(a_small_shift(), pair)], pair)
    lighter = of_kind(diagnosed(board, None), Mend.LIGHTER)
    assert lighter.text == "Send 3 kg less of PU with DE"
    after = applied(board, lighter.edit)
    assert [after.orders[order.id].weight_g for order in pair] == [50_000, 50_000]
    assert not broken(after)


def test_what_is_aboard_already_cannot_be_less() -> None:
    orders = [served(0.1, "SO-1", weight_g=33_000), served(0.1, "SO-2", weight_g=20_000)]
    out = Underway(left_at=at("08:00"), loading=0)
    shift = replace(a_small_shift(), underway=out)
    found = diagnosed(a_day([make_route(shift, orders)], orders), None)
    assert not all_of_kind(found, Mend.LIGHTER)


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        ({"max_work": timedelta(hours=1)}, "working time exceeded by 1 h 00 min"),
        ({"max_stops": 1}, "1 stop too many"),
        (
            {"max_stops": 1, "max_work": timedelta(hours=1.5)},
            "working time exceeded by 30 min and 1 stop too many",
        ),
    ],
)
def test_a_route_beyond_its_limits_is_told_which_to_raise(
    limits: dict[str, object], text: str
) -> None:
    orders = [served(1, "SO-1"), served(1, "SO-2")]
    board = a_day([make_route(a_small_shift(**limits), orders)], orders)
    remedy = of_kind(diagnosed(board, None), Mend.LIMIT)
    assert remedy.text == f"Raise the limits of Ana · Van 3 ({text})"
    assert not broken(applied(board, remedy.edit))


def test_driving_and_distance_are_limits_to_be_raised_too() -> None:
    order = make_order(place=place(DEPOT_PLACE.lat + 0.1, DEPOT_PLACE.lon))
    shift = a_small_shift(max_driving=timedelta(minutes=1), max_distance_m=1_000)
    board = make_day([make_route(shift, [order])], [order], travel_over(order))
    found = diagnosed(board, None)
    assert {violation.kind for violation in found.broken} == {
        ViolationKind.DRIVING_EXCEEDED,
        ViolationKind.DISTANCE_EXCEEDED,
    }
    assert not broken(applied(board, of_kind(found, Mend.LIMIT).edit))


def test_a_shift_that_is_too_short_and_works_too_long_is_told_both_at_once() -> None:
    orders = [served(5, "SO-1"), served(4.5, "SO-2")]
    board = a_day([make_route(a_small_shift(max_work=timedelta(hours=9)), orders)], orders)
    remedy = of_kind(diagnosed(board, None), Mend.LIMIT)
    assert remedy.text == (
        "Ana · Van 3 ends 30 min later, at 17:30; "
        "raise the limits of Ana · Van 3 (working time exceeded by 30 min)"
    )
    assert not broken(applied(board, remedy.edit))


def test_a_remedy_for_one_of_two_rules_says_what_is_left() -> None:
    orders = [
        served(5, "SO-1", weight_g=33_000),
        served(4.5, "SO-2", weight_g=20_000),
    ]
    board = a_day([make_route(a_small_shift(), orders)], orders)
    found = diagnosed(board, None)
    lighter = of_kind(found, Mend.LIGHTER)
    assert lighter.text == "Send 3 kg less of SO-1; then still shift exceeded by 30 min"
    assert [v.kind for v in applied(board, lighter.edit).routes[0].timetable.violations] == [
        ViolationKind.SHIFT_EXCEEDED
    ]
    later = of_kind(found, Mend.SHIFT_LATER)
    assert later.text.endswith("; then still over capacity by 3.0 kg")
    assert later.effort > 60, "behind what mends all of it"


def test_a_stop_without_the_skill_is_one_that_the_driver_may_have_learnt() -> None:
    order = served(1, "SO-1", requirements=frozenset({"adr"}))
    board = a_day([make_route(a_shift(), [order])], [order])
    remedy = of_kind(diagnosed(board, order), Mend.SKILL)
    assert remedy.text == "Note that Ana can do adr"
    assert not broken(applied(board, remedy.edit))


def test_a_late_stop_may_ask_for_an_earlier_start_or_another_break() -> None:
    shift = a_shift(rest=make_break("08:30", "09:15", 45))
    first = served(1, "SO-1", window=window("07:00", "08:05"))
    late = served(2, "SO-2", window=window("09:10", "09:30"))
    board = a_day([make_route(shift, [first, late])], [first, late])
    found = diagnosed(board, late)
    earlier, rest = of_kind(found, Mend.SHIFT_EARLIER), of_kind(found, Mend.BREAK)
    assert earlier.text == "Ana · Van 3 starts 15 min earlier, at 07:45"
    assert not broken(applied(board, earlier.edit))
    assert not broken(applied(board, rest.edit))


def test_a_locked_stop_stays_and_a_released_route_is_only_explained() -> None:
    orders = [served(5, "SO-1"), served(4.5, "SO-2")]
    stops = tuple(Stop(order=order.id, is_locked=True) for order in orders)
    board = a_day([make_route(a_shift(), stops=stops)], orders)
    assert [r.kind for r in diagnosed(board, None).remedies] == [
        Mend.SHIFT_LATER,
        Mend.SHIFT_EARLIER,
    ]
    released = replace(board.routes[0].route, status=RouteStatus.RELEASED)
    board = a_day([released], orders)
    assert not diagnosed(board, None).remedies


def test_what_breaks_no_rule_has_no_diagnosis() -> None:
    order = served(1, "SO-1")
    board = a_day([make_route(a_shift(), [order])], [order])
    assert diagnosis(Ladders(board), board.routes[0], order.id) is None


def assert_mended(board: Board, after: Board, found: Diagnosis, remedy: Remedy) -> None:
    """The rules are kept, or the remedy says which are not, and no other is broken for it."""
    assert breaks_no_more(board, after), remedy
    rules = {violation.rule for violation in found.broken}
    (left,) = (each.timetable.violations for each in after.routes if each.id == found.route)
    texts = [violation.text for violation in left if violation.rule in rules]
    assert len(texts) < len(rules), remedy
    assert not texts or remedy.text.endswith(f"; then still {', '.join(texts)}"), remedy


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
            for remedy in found.remedies:
                after = applied(board, remedy.edit)
                assert_mended(board, after, found, remedy)
                assert after.cost - board.cost == pytest.approx(remedy.extra_cost)


@settings(max_examples=80, deadline=None)
@given(st.data(), st.lists(ruled_shifts(), min_size=1, max_size=3))
def test_on_ruled_days_every_remedy_mends_and_keeps_pairs_together(
    data: st.DataObject, shifts: list[Shift]
) -> None:
    orders = data.draw(ruled_orders())
    contents: list[list[Order]] = [[] for _ in shifts]
    for order in orders:
        data.draw(st.sampled_from(contents)).append(order)
    routes = [make_route(shift, some) for shift, some in zip(shifts, contents, strict=True)]
    board = make_day(routes, orders, travel_over(*orders))
    ladders = Ladders(board)
    before = board.route_of
    for each in board.routes:
        for target in (None, *each.route.orders):
            found = diagnosis(ladders, each, target)
            for remedy in () if found is None else found.remedies:
                after = applied(board, remedy.edit)
                assert_mended(board, after, found, remedy)
                assert after.cost - board.cost == pytest.approx(remedy.extra_cost)
                for job in jobs_of(orders):
                    homes = {after.route_of.get(order.id) for order in job.orders}
                    assert len(homes) <= len({before[order.id] for order in job.orders}), remedy
                    assert homes == {None} or None not in homes, remedy
