"""How the work of a search is shared out between the day as a whole and its parts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from app.domain.fleet import Costs, Load
from app.domain.orders import Order
from app.domain.routes import Route
from app.planning.mending import arrangement, worth
from app.planning.task import Arrangement, Task
from tests.factories import (
    make_break,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    place,
    window,
)
from tests.unit.planning.counting import Asked, CountingEngine


def _day(count: int, vans: int, **shift: object) -> tuple[list[Route], list[Order]]:
    """Vans that are all alike, with room for ten orders each; every 25th order is at one place."""
    orders = [
        make_order(
            place=place(53.55 + n % 5 * 0.004, 13.26 + n % 25 // 5 * 0.004),
            service_time=timedelta(minutes=2),
            weight_g=1,
        )
        for n in range(count)
    ]
    room = Load(weight_g=10, volume_cm3=10**9, parcels=999)
    alike = make_shift(vehicle=make_vehicle(capacity=room), **shift)
    return [make_route(alike) for _ in range(vans)], orders


def _is_whole(asked: Asked, orders: list[Order]) -> bool:
    return len(asked.task.orders) == len(orders)


@pytest.mark.parametrize(
    ("count", "has_breaks", "share"),
    [
        pytest.param(300, False, 0.95, id="of a middling day nearly all"),
        pytest.param(600, False, 0.95, id="up to 600 orders"),
        pytest.param(601, False, 0.06, id="of a larger one a little"),
        pytest.param(300, True, 0.06, id="with breaks too"),
    ],
)
def test_a_day_is_searched_as_a_whole_for_its_share_of_the_work(
    monkeypatch: pytest.MonkeyPatch, count: int, has_breaks: bool, share: float
) -> None:
    routes, orders = _day(count, count // 8, **({"rest": make_break()} if has_breaks else {}))
    engine = CountingEngine()
    found = engine.searched(monkeypatch, routes, orders)
    whole = sum(asked.steps for asked in engine.asked if _is_whole(asked, orders))
    assert whole == 4_000 * share
    assert sum(asked.steps for asked in engine.asked) == 4_000, "no work is left, and none added"
    assert not found.is_cut_short


def test_four_lanes_share_every_round_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    for day in (_day(30, 5), _day(300, 36)):
        engine = CountingEngine()
        engine.searched(monkeypatch, *day)
        rounds = [engine.asked[n : n + 4] for n in range(0, len(engine.asked), 4)]
        assert all(len({asked.steps for asked in each}) == 1 for each in rounds)
        assert all(sum(asked.is_odd for asked in each) == 2 for each in rounds)


def test_odd_lanes_of_a_small_day_begin_anew_until_the_last_rounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There is a van too many, so that an engine's own plan has room for sure."""
    engine = CountingEngine()
    engine.searched(monkeypatch, *_day(30, 5))
    rounds = [engine.asked[n : n + 4] for n in range(0, len(engine.asked), 4)]
    assert [sum(asked.steps for asked in each) for each in rounds] == [1_400, 1_000, 1_000, 600]
    fresh = [Counter(asked.is_odd for asked in each if asked.is_fresh) for each in rounds]
    assert fresh[0] == {True: 2, False: 2}, "first all of them"
    assert fresh[1] == fresh[2] == {True: 2}
    assert fresh[3] == {}, "at last all go on from the best"


def test_with_breaks_a_small_day_is_compared_more_often_and_nobody_begins_anew_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = CountingEngine()
    engine.searched(monkeypatch, *_day(30, 5, rest=make_break()))
    rounds = [engine.asked[n : n + 4] for n in range(0, len(engine.asked), 4)]
    assert [sum(asked.steps for asked in each) for each in rounds] == [400, *[600] * 6]
    assert not any(asked.is_fresh for each in rounds[1:] for asked in each)


def test_a_plan_that_was_given_is_gone_on_with_by_half_of_the_lanes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    routes, orders = _day(10, 5)
    start = (tuple(orders), (), (), (), ())
    engine = CountingEngine()
    engine.searched(monkeypatch, routes, orders, start=start)
    assert [asked.is_fresh for asked in engine.asked[:4]] == [
        asked.is_odd for asked in engine.asked[:4]
    ]


def test_nobody_begins_anew_where_vans_are_so_few_that_an_own_plan_may_lack_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    routes, orders = _day(11, 1)
    engine = CountingEngine()
    engine.searched(monkeypatch, routes, orders)
    assert not any(asked.is_fresh for asked in engine.asked[:4])


def _zigzag(_task: Task, start: Arrangement) -> Arrangement:
    """As bad as can be, though nothing is late: to and fro."""
    return tuple(tuple(orders[n // 2 if n % 2 else -1 - n // 2] for n in range(len(orders)))
                 for orders in start)  # fmt: skip


@pytest.mark.parametrize("day", [(30, 5), (300, 36)], ids=["small", "large"])
def test_a_plan_only_ever_becomes_better(
    monkeypatch: pytest.MonkeyPatch, day: tuple[int, int]
) -> None:
    routes, orders = _day(*day)
    task = Task(routes=tuple(routes), orders=tuple(orders))
    heard: list[tuple[tuple, str]] = []
    engine = CountingEngine(_zigzag)
    found = engine.searched(monkeypatch, routes, orders, heard=heard)
    worths = [worth(task, plan) for plan, _ in heard]
    assert all(later <= earlier for earlier, later in pairwise(worths))
    assert worth(task, found.sketches) <= worths[-1]


def test_what_a_piece_gains_is_in_the_plan_of_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    routes, orders = _day(300, 60)
    whole = set(orders)

    def emptied(task: Task, start: Arrangement) -> Arrangement:
        """A piece gives all that its second route has to its first one."""
        if set(task.orders) == whole:
            return start
        used = [number for number, given in enumerate(start) if given]
        return tuple(
            (*start[used[0]], *start[used[1]]) if number == used[0]
            else () if number == used[1] else given
            for number, given in enumerate(start)
        )  # fmt: skip

    start = tuple(tuple(orders[5 * n : 5 * n + 5]) for n in range(60))
    engine = CountingEngine(emptied)
    found = engine.searched(monkeypatch, routes, orders, start=start)
    driving = sum(bool(sketch.visits) for sketch in found.sketches)
    assert driving < 60
    assert sum(len(sketch.visits) for sketch in found.sketches) == 300


DEAR, CHEAP = Costs(fixed=90.0, per_km=0.35), Costs(fixed=20.0, per_km=0.35)


def test_another_fleet_is_taken_where_it_is_cheaper_and_has_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The engine only puts what it has on the vans of its piece, so no stop comes to another."""
    orders = _day(10, 0)[1]
    routes = [make_route(make_shift(vehicle=make_vehicle(costs=each))) for each in (DEAR, CHEAP)]

    def on_the_first(task: Task, start: Arrangement) -> Arrangement:
        if any(start):
            return start
        return (task.orders, *((),) * (len(task.routes) - 1))

    engine = CountingEngine(on_the_first)
    found = engine.searched(monkeypatch, routes, orders, start=(tuple(orders), ()))
    assert arrangement(found.sketches)[0] == ()
    assert set(arrangement(found.sketches)[1]) == set(orders)


def test_a_cheaper_fleet_that_leaves_an_order_out_is_not_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    orders = _day(10, 0)[1]
    routes = [make_route(make_shift(vehicle=make_vehicle(costs=each))) for each in (DEAR, CHEAP)]
    engine = CountingEngine(lambda task, start: start if any(start) else ((),) * len(task.routes))
    found = engine.searched(monkeypatch, routes, orders, start=(tuple(orders), ()))
    assert sum(len(sketch.visits) for sketch in found.sketches) == 10


def _pieces(engine: CountingEngine, vans: int) -> list[Asked]:
    """What was searched with other vans than all of them."""
    return [asked for asked in engine.asked if len(asked.task.routes) < vans]


def _mixed(kinds: int) -> list[Route]:
    """Each van dearer than the one before."""
    costs = (Costs(fixed=40.0 + number, per_km=0.01) for number in range(kinds))
    return [make_route(make_shift(vehicle=make_vehicle(costs=each))) for each in costs]


def _on_one_van(task: Task, start: Arrangement) -> Arrangement:
    return start if any(start) else (task.orders, *((),) * (len(task.routes) - 1))


def test_of_many_fleets_fewer_and_fewer_are_tried_for_longer_and_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    orders = _day(8, 0)[1]
    engine = CountingEngine(_on_one_van)
    engine.searched(monkeypatch, _mixed(20), orders, start=(*((),) * 19, tuple(orders)))
    heats = Counter(asked.steps for asked in _pieces(engine, 20))
    assert heats == {20: 12, 50: 6, 250: 2}, "of those that lost nothing is heard any more"
    rest = [asked.steps for asked in engine.asked if len(asked.task.routes) == 20]
    assert rest == [50] * 4 + [200] * 4 + [150] * 4, "what the fleets have taken is gone"


def test_the_fleets_that_did_best_go_on_from_their_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = _day(8, 0)[1]
    routes = _mixed(20)
    engine = CountingEngine(_on_one_van)
    engine.searched(monkeypatch, routes, orders, start=(*((),) * 19, tuple(orders)))
    first, second, last = (
        [asked for asked in _pieces(engine, 20) if asked.steps == steps] for steps in (20, 50, 250)
    )
    assert all(asked.is_fresh and not any(asked.start) for asked in first)
    assert not any(asked.is_fresh for asked in (*second, *last))
    assert all(set(asked.start[0]) == set(orders) for asked in (*second, *last))
    price = {route.id: route.shift.vehicle.costs.fixed for route in routes}
    dearest = [sum(price[route.id] for route in asked.task.routes) for asked in second]
    assert (
        max(dearest)
        <= sorted(sum(price[route.id] for route in asked.task.routes) for asked in first)[5]
    )


def test_a_fleet_that_lacks_an_order_loses_against_dearer_ones_that_have_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    far = make_order(place=place(53.80, 13.30), weight_g=1)
    orders = [*_day(7, 0)[1], far]
    routes = _mixed(20)
    for number in range(6):
        # The cheapest ones have the hours for all services, and not for the way there.
        early = replace(routes[number].shift, window=window("08:00", "08:50"))
        routes[number] = replace(routes[number], shift=early)
    engine = CountingEngine(_on_one_van)
    engine.searched(monkeypatch, routes, orders, start=(*((),) * 19, tuple(orders)))
    early_ones = {route.id for route in routes[:6]}
    first, second = (
        [
            {route.id for route in asked.task.routes}
            for asked in _pieces(engine, 20)
            if asked.steps == n
        ]
        for n in (20, 50)
    )
    assert any(vans <= early_ones for vans in first)
    assert not any(vans <= early_ones for vans in second)


def test_with_hardly_a_van_to_spare_only_odd_lanes_begin_with_a_plan_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for count, vans, fresh in ((30, 3, 2), (30, 4, 4), (300, 60, 4)):
        engine = CountingEngine()
        engine.searched(monkeypatch, *_day(count, vans))
        first = [asked for asked in engine.asked[:4] if asked.is_fresh]
        assert len(first) == fresh
        assert sum(asked.is_odd for asked in first) == 2
