from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.board import Board
from app.domain.fleet import Load, Shift
from app.domain.orders import Order, OrderKind
from app.domain.remedies import Mend, Remedy, Verdict
from app.domain.routes import Lock, RouteStatus, Stop
from app.domain.rules import OrderRules, Overrun, Pause, ShiftRules
from app.domain.sketch import RouteSketch
from app.domain.timetable import timetable
from app.planning.best_fit import candidates
from app.planning.ladder import Ladders
from app.planning.relaxing import reduced
from app.planning.widening import Side, break_sides, wider, with_break
from tests.factories import (
    at,
    grid_travel,
    make_break,
    make_driver,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    window,
)
from tests.unit.domain.routes_strategy import an_order, some_orders, some_shifts, travel_over
from tests.unit.planning.applied import applied, breaks_no_more, make_day, on_a_route
from tests.unit.planning.days import travel_of
from tests.unit.planning.ladders import a_shift, laddered, of_kind, served


def test_the_shift_is_to_end_later_by_what_is_missing() -> None:
    full = [served(5)]
    board, ladder = laddered(make_route(a_shift(), full), full, new := served(4.25))
    (rung,) = ladder.rungs
    assert rung.verdict is Verdict.FULL
    assert rung.broken[0].amount == 15 * 60
    remedy = of_kind(ladder, Mend.SHIFT_LATER)
    assert remedy.amount == 15 * 60
    assert remedy.text == "Ana · Van 3 ends 15 min later, at 17:15"
    after = applied(board, remedy.edit)
    assert on_a_route(after, new.id)
    assert breaks_no_more(board, after)


def test_of_another_order_that_would_be_late_it_is_said_which() -> None:
    first = served(2, window=window("08:00", "08:30"))
    other = served(1, reference="SO-7", window=window("10:00", "10:20"))
    new = served(0.5, window=window("08:00", "10:30"))
    stops = [first, other]
    _, ladder = laddered(make_route(a_shift("08:00", "11:20"), stops), stops, new)
    assert ladder.rungs[0].text == (
        "fits alone, but as planned: shift exceeded by 10 min, late by 10 min (SO-7)"
    )


def test_the_shift_may_start_earlier_instead() -> None:
    full = [served(5, window=window("08:00", "08:01"))]
    new = served(4.25, window=window("06:00", "06:45"))
    _, ladder = laddered(make_route(a_shift("08:00", "20:00"), full), full, new)
    assert ladder.rungs[0].verdict is Verdict.IMPOSSIBLE
    assert not ladder.remedies, "the first order can't wait"
    late = [served(5)]
    _, ladder = laddered(make_route(a_shift("08:00", "20:00"), late), late, new)
    remedy = of_kind(ladder, Mend.SHIFT_EARLIER)
    assert remedy.text == "Ana · Van 3 starts 1 h 15 min earlier, at 06:45"


@pytest.mark.parametrize(("hours", "remedies"), [(12.9, {Mend.SHIFT_LATER}), (13.1, set())])
def test_nobody_is_asked_for_more_than_four_hours(hours: float, remedies: set[Mend]) -> None:
    route = make_route(a_shift("08:00", "17:00"))
    _, ladder = laddered(route, [], served(hours))
    (rung,) = ladder.rungs
    assert rung.verdict is Verdict.IMPOSSIBLE
    kinds = {remedy.kind for remedy in ladder.remedies}
    assert kinds - {Mend.SHIFT_EARLIER} == remedies


def test_of_shifts_that_could_never_take_it_the_one_that_lacks_least_comes_first() -> None:
    routes = [
        make_route(make_shift(driver=make_driver(name=name), window=window("08:00", end)), [])
        for name, end in (("Anna", "09:00"), ("Bram", "10:00"), ("Cleo", "08:30"))
    ]
    new = served(12)
    board = make_day(routes, [new], travel_of(routes, [new]))
    rungs = Ladders(board).ladder(new).rungs
    assert [rung.verdict for rung in rungs] == [Verdict.IMPOSSIBLE] * 3
    assert [rung.name.split(" ")[0] for rung in rungs] == ["Bram", "Anna", "Cleo"]


def test_the_window_is_to_close_later_by_what_is_missing() -> None:
    first = [served(2, window=window("08:00", "08:05"))]
    new = served(0.1, window=window("09:00", "09:50"))
    board, ladder = laddered(make_route(a_shift(), first), first, new)
    remedy = of_kind(ladder, Mend.WINDOW_LATER)
    assert remedy.amount == 10 * 60
    assert "until 10:00" in remedy.text
    after = applied(board, remedy.edit)
    assert after.orders[new.id].window == window("09:00", "10:00")
    assert breaks_no_more(board, after)


def test_the_window_is_to_open_earlier_by_what_is_missing() -> None:
    first = [served(0.1, window=window("10:00", "10:05"))]
    new = served(1, window=window("09:10", "09:30"))
    _, ladder = laddered(make_route(a_shift("08:00", "10:30"), first), first, new)
    remedy = of_kind(ladder, Mend.WINDOW_EARLIER)
    assert remedy.amount == 5 * 60, "to be over at 10:05"


def test_the_load_is_to_be_less_by_what_is_too_much() -> None:
    vehicle = make_vehicle(capacity=Load(weight_g=100_000, volume_cm3=10**7, parcels=9))
    full = [served(0.1, weight_g=60_000)]
    new = served(0.1, weight_g=43_200)
    board, ladder = laddered(make_route(make_shift(vehicle=vehicle), full), full, new)
    remedy = of_kind(ladder, Mend.LIGHTER)
    assert remedy.amount == 3_200
    assert "3.2 kg less" in remedy.text
    after = applied(board, remedy.edit)
    assert after.orders[new.id].weight_g == 40_000
    assert breaks_no_more(board, after)


def test_the_load_in_a_dimension_of_the_depot_s_own_is_to_be_less_too() -> None:
    capacity = Load(weight_g=100_000, volume_cm3=10**7, parcels=9, more=(("roll cages", 4),))
    vehicle = make_vehicle(capacity=capacity)
    full = [served(0.1, weight_g=60_000, more_load=(("roll cages", 2),))]
    more = (("pallets", 1), ("roll cages", 3))
    for weight_g, text in ((1_000, "1 × roll cages"), (43_200, "3.2 kg and 1 × roll cages")):
        new = served(0.1, weight_g=weight_g, more_load=more)
        board, ladder = laddered(make_route(make_shift(vehicle=vehicle), full), full, new)
        remedy = of_kind(ladder, Mend.LIGHTER)
        assert f"Send {text} less" in remedy.text
        after = applied(board, remedy.edit)
        assert after.orders[new.id].more_load == (("pallets", 1), ("roll cages", 2))
        assert on_a_route(after, new.id)
        assert breaks_no_more(board, after)


def test_an_order_that_would_have_nothing_left_is_not_to_be_less() -> None:
    capacity = Load(weight_g=100_000, volume_cm3=10**7, parcels=9, more=(("roll cages", 1),))
    vehicle = make_vehicle(capacity=capacity)
    full = [served(0.1, more_load=(("roll cages", 1),))]
    new = served(0.1, more_load=(("roll cages", 1),))
    _, ladder = laddered(make_route(make_shift(vehicle=vehicle), full), full, new)
    assert Mend.LIGHTER not in {remedy.kind for remedy in ladder.remedies}


def test_the_break_is_to_be_moved_by_what_is_missing() -> None:
    shift = a_shift("08:00", "13:00", rest=make_break("10:00", "11:00", 30))
    stops = [served(2.4, window=window("08:00", "08:10"))]
    new = served(1, window=window("10:20", "10:25"))
    board, ladder = laddered(make_route(shift, stops), stops, new)
    remedy = of_kind(ladder, Mend.BREAK)
    after = applied(board, remedy.edit)
    assert on_a_route(after, new.id)
    assert breaks_no_more(board, after)
    assert 20 * 60 <= remedy.amount <= 30 * 60


def test_what_is_in_the_way_is_named_the_least_important_first() -> None:
    stops = [
        served(4, reference="SO-A", priority=2),
        served(4, reference="SO-B", priority=0),
    ]
    new = served(4, priority=1)
    board, ladder = laddered(make_route(a_shift(), stops), stops, new)
    remedy = of_kind(ladder, Mend.PUSH_OUT)
    assert remedy.orders == (stops[1].id,)
    after = applied(board, remedy.edit)
    assert on_a_route(after, new.id)
    assert not on_a_route(after, stops[1].id)


def test_what_is_pushed_out_costs_what_leaving_it_out_is_worth() -> None:
    """The new order takes as long as the one that leaves."""
    priced = [served(8, rules=OrderRules(drop_price=25.0))]
    _, ladder = laddered(make_route(a_shift(), priced), priced, served(8))
    assert of_kind(ladder, Mend.PUSH_OUT).extra_cost == pytest.approx(25.0)


def test_a_planned_pair_is_pushed_out_whole() -> None:
    pickup = served(2, reference="PU", kind=OrderKind.PICKUP)
    delivery = served(2, reference="DE", rules=OrderRules(collected_by=pickup.id))
    stops = [served(4, reference="SO-A", priority=2), pickup, delivery]
    new = served(2, priority=1)
    board, ladder = laddered(make_route(a_shift(), stops), stops, new)
    remedy = of_kind(ladder, Mend.PUSH_OUT)
    assert remedy.text.startswith("Leave out PU, DE: ")
    after = applied(board, remedy.edit)
    assert set(after.route_of) == {stops[0].id, new.id}
    assert breaks_no_more(board, after)


def test_what_was_collected_already_is_not_pushed_out() -> None:
    pickup = served(2, kind=OrderKind.PICKUP)
    delivery = served(2, rules=OrderRules(collected_by=pickup.id))
    stops = [pickup, delivery, served(4, reference="SO-A", priority=2)]
    _, ladder = laddered(make_route(a_shift(), stops, frozen=1), stops, served(2))
    assert of_kind(ladder, Mend.PUSH_OUT).orders == (stops[2].id,)


def test_a_locked_stop_is_never_pushed_out() -> None:
    stop = served(8)
    route = make_route(a_shift(), stops=(Stop(order=stop.id, is_locked=True),))
    _, ladder = laddered(route, [stop], served(4))
    assert Mend.PUSH_OUT not in {remedy.kind for remedy in ladder.remedies}


def test_the_order_in_the_way_may_find_room_on_another_route() -> None:
    mine = make_route(
        make_shift(vehicle=make_vehicle(features=frozenset({"cold"}))), stops := [served(8)]
    )
    other = make_route(make_shift())
    new = served(4, requirements=frozenset({"cold"}))
    board = make_day([mine, other], [*stops, new], travel_of([mine, other], [*stops, new]))
    ladder = Ladders(board).ladder(new)
    remedy = ladder.remedies[0]
    assert remedy.kind is Mend.MAKE_ROOM
    after = applied(board, remedy.edit)
    assert after.route_of == {new.id: mine.id, stops[0].id: other.id}
    assert breaks_no_more(board, after)


def test_a_missing_skill_is_one_that_the_driver_may_be_given() -> None:
    new = served(1, requirements=frozenset({"adr"}))
    board, ladder = laddered(make_route(a_shift()), [], new)
    (rung,) = ladder.rungs
    assert rung.verdict is Verdict.IMPOSSIBLE
    assert rung.text == "impossible even alone: needs adr, which neither driver nor vehicle has"
    after = applied(board, of_kind(ladder, Mend.SKILL).edit)
    assert after.routes[0].route.shift.driver.skills == {"adr"}
    assert breaks_no_more(board, after)


def test_a_locked_route_that_would_take_it_is_to_be_unlocked() -> None:
    route = replace(make_route(a_shift()), lock=Lock.SEQUENCE)
    board, ladder = laddered(route, [], new := served(1))
    assert ladder.rungs[0].verdict is Verdict.LOCKED
    after = applied(board, of_kind(ladder, Mend.UNLOCK).edit)
    assert after.routes[0].route.lock is Lock.NONE
    assert on_a_route(after, new.id)


def test_a_released_route_is_left_alone() -> None:
    route = replace(make_route(a_shift()), status=RouteStatus.RELEASED)
    _, ladder = laddered(route, [], served(1))
    assert ladder.rungs[0].verdict is Verdict.RELEASED
    assert not ladder.remedies


def test_a_released_van_says_when_it_comes_back_to_load() -> None:
    heavy = [served(1, weight_g=600_000), served(1, weight_g=600_000)]
    shift = a_shift(rules=ShiftRules(max_reloads=1))
    vehicle = replace(shift.vehicle, capacity=Load(weight_g=10**6, volume_cm3=10**9, parcels=99))
    route = make_route(replace(shift, vehicle=vehicle), heavy, status=RouteStatus.RELEASED)
    board, ladder = laddered(route, heavy, served(1))
    (reload,) = board.routes[0].timetable.reloads
    assert reload.arrival == at("09:00")
    told = "its goods are not aboard; the van comes back to load at 09:00"
    assert ladder.rungs[0].text == f"released to the driver; {told}"
    never = replace(route, shift=replace(route.shift, rules=ShiftRules()))
    text = laddered(never, heavy, served(1))[1].rungs[0].text
    assert text.endswith("its goods are not aboard, and the van does not come back to load")
    collected = laddered(route, heavy, served(1, kind=OrderKind.PICKUP))[1]
    assert collected.rungs[0].text == "released to the driver"


def test_the_nearest_remedy_comes_first() -> None:
    full = [served(5)]
    routes = [
        make_route(a_shift("08:00", "17:00"), full),
        make_route(make_shift(window=window("08:00", "12:10"))),
    ]
    new = served(4.25)
    board = make_day(routes, [*full, new], travel_of(routes, [*full, new]))
    ladder = Ladders(board).ladder(new)
    assert [r.amount for r in ladder.remedies if r.kind is Mend.SHIFT_LATER] == [5 * 60, 15 * 60]
    assert ladder.remedies[0].route == routes[1].id


def test_an_order_that_nobody_knows_the_place_of_has_no_remedy() -> None:
    new = make_order(place=None)
    route = make_route(a_shift())
    board = make_day([route], [new], grid_travel([route.shift.depot.location]))
    ladder = Ladders(board).ladder(new)
    assert not ladder.remedies
    assert "its place is not known" in ladder.rungs[0].text


def test_limits_of_the_shift_are_to_be_raised_by_what_is_too_much() -> None:
    rules = ShiftRules(max_stops=1, max_work=timedelta(hours=2))
    shift = a_shift(rules=rules)
    stops = [served(1.5)]
    board, ladder = laddered(make_route(shift, stops), stops, served(1))
    remedy = of_kind(ladder, Mend.LIMIT)
    after = applied(board, remedy.edit)
    changed = after.routes[0].route.shift.rules
    assert changed == replace(rules, max_stops=2, max_work=timedelta(hours=2.5))
    assert breaks_no_more(board, after)


_DAYS = st.lists(st.tuples(some_shifts(), some_orders(max_size=6)), min_size=1, max_size=3)


def _board(contents: list[tuple[Shift, list[Order]]], new: Order, lock: Lock) -> Board:
    travel = travel_over(new, *(order for _, orders in contents for order in orders))
    routes = []
    for number, (shift, orders) in enumerate(contents):
        kept = orders
        while not timetable(shift, kept, travel).is_feasible:
            kept = kept[:-1]
        routes.append(make_route(shift, kept, lock=lock if number == 0 else Lock.NONE))
    known = [new, *(order for _, orders in contents for order in orders)]
    return make_day(routes, known, travel)


@settings(max_examples=150, deadline=None)
@given(_DAYS, an_order(), st.sampled_from(Lock))
def test_every_remedy_mends_and_breaks_nothing(
    contents: list[tuple[Shift, list[Order]]], new: Order, lock: Lock
) -> None:
    board = _board(contents, new, lock)
    ladder = Ladders(board).ladder(new)
    assert {rung.route for rung in ladder.rungs} == {each.id for each in board.routes}
    for remedy in {id(r): r for rung in ladder.rungs for r in rung.remedies}.values():
        _check(board, new, remedy)
    for remedy in ladder.remedies:
        _check(board, new, remedy)


_RULES = st.sampled_from(
    [
        ShiftRules(max_driving=timedelta(minutes=40)),
        ShiftRules(max_work=timedelta(hours=4), max_stops=4),
        ShiftRules(max_reloads=1, reload_time=timedelta(minutes=10)),
        ShiftRules(pauses=(Pause(length=timedelta(minutes=20), after_work=timedelta(hours=2)),)),
        ShiftRules(pauses=(Pause(length=timedelta(minutes=20), window=window("11:00", "12:00")),)),
        ShiftRules(overtime=Overrun(most=timedelta(minutes=30), per_hour=30.0)),
        ShiftRules(service_pace=1.5, travel_pace=1.2, max_distance_m=20_000),
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(some_shifts(), some_orders(max_size=4), _RULES), min_size=1, max_size=2),
    an_order(),
    st.booleans(),
)
def test_remedies_mend_under_every_rule(
    contents: list[tuple[Shift, list[Order], ShiftRules]], new: Order, has_evening: bool
) -> None:
    if has_evening:
        evening = OrderRules(more_windows=(window("16:30", "16:45"),))
        new = replace(new, window=window("09:00", "09:10"), rules=evening)
    ruled = [(replace(shift, rules=rules), orders) for shift, orders, rules in contents]
    board = _board(ruled, new, Lock.NONE)
    is_refused = not candidates(board, [new], is_strict=True)
    ladder = Ladders(board).ladder(new, is_refused=is_refused)
    for remedy in ladder.remedies:
        _check(board, new, remedy)
    if is_refused:
        assert not {rung.verdict for rung in ladder.rungs} & {Verdict.FITS, Verdict.UNASKED}


def _check(board: Board, new: Order, remedy: Remedy) -> None:
    after = applied(board, remedy.edit)
    assert after.route_of[new.id] == remedy.route
    assert breaks_no_more(board, after), remedy
    assert after.cost - board.cost == pytest.approx(remedy.extra_cost), remedy
    gone = board.route_of.keys() - after.route_of.keys()
    assert gone == (set(remedy.orders) if remedy.kind is Mend.PUSH_OUT else set())


@settings(max_examples=200, deadline=None)
@given(some_shifts(), some_orders(max_size=6), an_order())
def test_the_change_asked_for_is_the_smallest(
    shift: Shift, orders: list[Order], new: Order
) -> None:
    board = _board([(shift, orders)], new, Lock.NONE)
    (each,) = board.routes
    planned = [stop.order for stop in each.timetable.stops]
    for remedy in Ladders(board).ladder(new).rungs[0].remedies:
        less = remedy.amount - 60
        smaller, with_it = shift, new
        match remedy.kind:
            case Mend.SHIFT_LATER:
                end = shift.window.end + timedelta(seconds=less)
                smaller = replace(shift, window=replace(shift.window, end=end))
            case Mend.SHIFT_EARLIER:
                start = shift.window.start - timedelta(seconds=less)
                smaller = replace(shift, window=replace(shift.window, start=start))
            case Mend.WINDOW_LATER if remedy.orders:
                (other,) = (order for order in planned if order.id in remedy.orders)
                least = wider(other, Side(0, is_later=True), less)
                rest = [least if order is other else order for order in planned]
                sketch = RouteSketch(shift, rest, board.travel)
                assert not sketch.cheapest(new).is_feasible, remedy
                continue
            case Mend.WINDOW_LATER if new.window is not None:
                end = new.window.end + timedelta(seconds=less)
                with_it = replace(new, window=replace(new.window, end=end))
            case Mend.WINDOW_EARLIER if new.window is not None:
                start = new.window.start - timedelta(seconds=less)
                with_it = replace(new, window=replace(new.window, start=start))
            case Mend.BREAK:
                now = RouteSketch(shift, planned, board.travel)
                for side in break_sides(shift):
                    moved = now.on(with_break(shift, less, side))
                    assert moved.severity > now.severity or moved.fitting(new) is None, remedy
                continue
            case _:
                continue
        sketch = RouteSketch(smaller, planned, board.travel)
        assert not sketch.cheapest(with_it).is_feasible, remedy


_UNITS = (
    Load(weight_g=1),
    Load(volume_cm3=1),
    Load(parcels=1),
    Load(more=(("cages", 1),)),
)
_CAGES = st.integers(0, 3)


@settings(max_examples=200, deadline=None)
@given(some_shifts(), some_orders(max_size=6), an_order(), _CAGES, _CAGES)
def test_no_less_may_be_sent_than_is_asked_for(
    shift: Shift, orders: list[Order], new: Order, cages: int, planned_cages: int
) -> None:
    room = replace(shift.vehicle.capacity, more=(("cages", 2),))
    shift = replace(shift, vehicle=replace(shift.vehicle, capacity=room))
    new = replace(new, more_load=(("cages", cages),))
    orders = [replace(o, more_load=(("cages", planned_cages),)) for o in orders[:1]] + orders[1:]
    board = _board([(shift, orders)], new, Lock.NONE)
    (each,) = board.routes
    planned = [stop.order for stop in each.timetable.stops]
    for remedy in Ladders(board).ladder(new).rungs[0].remedies:
        if remedy.kind is Mend.LIGHTER:
            lighter = applied(board, remedy.edit).orders[new.id]
            over = new.load - lighter.load
            for unit in _UNITS:
                less = over - unit
                if min(*less.amounts, *dict(less.more).values()) >= 0:
                    one_more = reduced(new, less) or new
                    sketch = RouteSketch(shift, planned, board.travel)
                    assert not sketch.cheapest(one_more).is_feasible, remedy


@settings(max_examples=150, deadline=None)
@given(some_shifts(), some_orders(max_size=5), an_order(), _RULES)
def test_no_limit_is_raised_by_more_than_is_enough(
    shift: Shift, orders: list[Order], new: Order, rules: ShiftRules
) -> None:
    shift = replace(shift, rules=rules)
    board = _board([(shift, orders)], new, Lock.NONE)
    (each,) = board.routes
    planned = [stop.order for stop in each.timetable.stops]
    for remedy in Ladders(board).ladder(new).rungs[0].remedies:
        if remedy.kind is not Mend.LIMIT:
            continue
        (after,) = applied(board, remedy.edit).routes
        raised = after.route.shift.rules
        minute = timedelta(minutes=1)
        for name, less in (
            ("max_driving", minute), ("max_work", minute), ("max_distance_m", 1), ("max_stops", 1),
        ):  # fmt: skip
            more, before = getattr(raised, name), getattr(rules, name)
            if more != before:
                lower = replace(shift, rules=replace(raised, **{name: more - less}))
                sketch = RouteSketch(lower, planned, board.travel)
                assert not sketch.cheapest(new).is_feasible, remedy


@settings(max_examples=150, deadline=None)
@given(some_shifts(), some_orders(max_size=6), an_order())
def test_an_order_that_a_longer_shift_could_take_is_told_so(
    shift: Shift, orders: list[Order], new: Order
) -> None:
    board = _board([(shift, orders)], new, Lock.NONE)
    (each,) = board.routes
    planned = [stop.order for stop in each.timetable.stops]
    end = shift.window.end + timedelta(hours=2)
    longer = RouteSketch(
        replace(shift, window=replace(shift.window, end=end)), planned, board.travel
    )
    (rung,) = Ladders(board).ladder(new).rungs
    if rung.verdict is not Verdict.FITS and longer.cheapest(new).is_feasible:
        assert Mend.SHIFT_LATER in {remedy.kind for remedy in rung.remedies}
