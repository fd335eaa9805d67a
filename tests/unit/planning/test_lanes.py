"""What the lanes of a search make of what their engines show, give back, or never give back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Event
from time import perf_counter

import pytest

from app.domain.fleet import Costs, Shift
from app.domain.orders import Order
from app.domain.routes import Route
from app.domain.sketch import RouteSketch
from app.planning import engines
from app.planning.budget import Budget
from app.planning.lanes import Lanes
from app.planning.large_day import accept
from app.planning.mending import arrangement
from app.planning.pieces import Piece
from app.planning.task import Arrangement, Column, Glimpse, Roads, Stop, Task
from tests.factories import make_order, make_route, make_shift, make_vehicle, place
from tests.patience import PATIENCE_MS
from tests.unit.planning.days import travel_of

NORTH = [make_order(place=place(53.70, 13.2893)), make_order(place=place(53.71, 13.2893))]
SOUTH = [make_order(place=place(53.40, 13.2893)), make_order(place=place(53.41, 13.2893))]
APART: Arrangement = (tuple(NORTH), tuple(SOUTH))
CROSSED: Arrangement = ((NORTH[0], SOUTH[0]), (NORTH[1], SOUTH[1]))
ALIKE = make_shift()
ROUTES = (make_route(ALIKE), make_route(ALIKE))


def _lanes(
    is_over: Stop = lambda: False,
    report: Callable[[Sequence[RouteSketch], str], None] = lambda _plan, _stage: None,
    *,
    iterations: int | None = None,
    recombines: bool = False,
    shift: Shift = ALIKE,
) -> Lanes:
    orders = [*NORTH, *SOUTH]
    routes = tuple(replace(route, shift=shift) for route in ROUTES)
    travel = travel_of(routes, orders)
    now = perf_counter()
    lanes = Lanes(
        Task(routes=routes, orders=tuple(orders)),
        Roads(travel),
        travel,
        Budget(begin=now, deadline=now + PATIENCE_MS / 1000, cores=2, iterations=iterations),
        seed=1,
        is_over=is_over,
        report=report,
        recombines=recombines,
    )
    lanes.begin(CROSSED)
    return lanes


def _same(found: Arrangement, wanted: Arrangement) -> bool:
    """Whichever of two vans that are alike has which part."""
    return {frozenset(each) for each in found} == {frozenset(each) for each in wanted}


def test_what_a_lane_has_shown_is_kept_though_it_never_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    is_released, is_told = Event(), Event()

    def stuck(*_args: object, on_best: Callable[[Glimpse], None], **_more: object) -> None:
        on_best(lambda: APART)
        is_released.wait()

    def heard(plan: Sequence[RouteSketch], _stage: str) -> None:
        if _same(arrangement(plan), APART):
            is_told.set()

    monkeypatch.setattr(engines, "improve", stuck)
    try:
        with _lanes(is_told.is_set, heard) as lanes:
            lanes.search_until(1.0, None)
            assert _same(arrangement(lanes.best), APART)
    finally:
        is_released.set()


def test_what_is_shown_and_worse_is_neither_told_nor_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    is_released, is_looked_at = Event(), Event()

    def worse() -> Arrangement:
        is_looked_at.set()
        return ((NORTH[0],), (NORTH[1], SOUTH[1]))

    def stuck(*_args: object, on_best: Callable[[Glimpse], None], **_more: object) -> None:
        on_best(worse)
        is_released.wait()

    told: list[Arrangement] = []
    monkeypatch.setattr(engines, "improve", stuck)
    try:
        with _lanes(
            lambda: is_looked_at.is_set() and len(told) > 3,
            lambda plan, _stage: told.append(arrangement(plan)),
        ) as lanes:
            lanes.search_until(1.0, None)
            assert _same(arrangement(lanes.best), CROSSED)
    finally:
        is_released.set()
    assert all(_same(each, CROSSED) for each in told)


@pytest.mark.parametrize("good_lane", [0, 1, 2, 3])
def test_the_best_that_any_lane_gives_back_is_taken(
    monkeypatch: pytest.MonkeyPatch, good_lane: int
) -> None:
    seeds: list[int] = []

    def answer(
        *_args: object, start: Arrangement, stop: Stop, seed: int, **_more: object
    ) -> Arrangement | None:
        while not stop():
            pass
        return APART if seed == seeds[good_lane] else start if seed % 2 else None

    lanes = _lanes(iterations=40)
    monkeypatch.setattr(engines, "improve", lambda *_a, seed, **_m: seeds.append(seed))
    with lanes:
        lanes.search_until(0.5, 5)
    assert len(set(seeds)) == 4, "each lane has chances of its own"
    assert [seed % 2 for seed in sorted(seeds, key=seeds.index)].count(1) == 2
    seeds.sort(key=lambda seed: (seed % 2, seed))
    again = _lanes(iterations=40)
    monkeypatch.setattr(engines, "improve", answer)
    with again:
        again.search_until(0.5, 5)
        assert _same(arrangement(again.best), APART)


@pytest.mark.parametrize("recombines", [True, False])
def test_routes_of_many_plans_make_one_that_nobody_drove(
    monkeypatch: pytest.MonkeyPatch, *, recombines: bool
) -> None:
    """From the next round on, where the day is small enough for it."""

    def roaming(
        _task: Task,
        _roads: Roads,
        start: Arrangement,
        stop: Stop,
        *,
        seed: int,
        columns: list[Column] | None,
        **_more: object,
    ) -> Arrangement:
        while not stop():
            pass
        assert (columns is not None) is recombines
        if columns is not None:
            # Each lane only ever saw one of the two, in a plan with too much else.
            columns.append(_column(NORTH if seed % 2 else SOUTH))
        return start

    monkeypatch.setattr(engines, "improve", roaming)
    with _lanes(iterations=80, recombines=recombines) as lanes:
        lanes.search_until(0.5, 10)
        assert _same(arrangement(lanes.best), CROSSED)
        lanes.search_until(1.0, 10)
        assert _same(arrangement(lanes.best), APART if recombines else CROSSED)


def _column(orders: list[Order]) -> Column:
    route: Route = ROUTES[0]
    cost = RouteSketch(route.shift, orders, travel_of([route], orders)).cost
    return Column(orders=tuple(orders), route=route, cost=cost)


@pytest.mark.parametrize("is_ended", [True, False])
def test_counted_work_that_somebody_ends_is_told(
    monkeypatch: pytest.MonkeyPatch, *, is_ended: bool
) -> None:
    is_over = Event()

    def counting(*_args: object, start: Arrangement, stop: Stop, **_more: object) -> Arrangement:
        steps = 0
        while not stop():
            steps += 1
            if is_ended and steps == 3:
                is_over.set()
        return start

    monkeypatch.setattr(engines, "improve", counting)
    with _lanes(is_over.is_set, iterations=40) as lanes:
        lanes.search_until(1.0, 10)
        assert lanes.is_cut_short is is_ended


@pytest.mark.parametrize("costs", [Costs(fixed=1000.0), Costs(per_km=1.0)], ids=["dear", "cheap"])
def test_a_van_is_spared_where_that_is_cheaper(costs: Costs) -> None:
    shift = make_shift(vehicle=make_vehicle(costs=costs))
    lanes = _lanes(shift=shift)
    lanes.begin(APART)
    begun = lanes.best
    whole = Task(routes=lanes.task.routes[:1], orders=lanes.task.orders)
    # It zigzags, which no kilometre is worth.
    taken = (NORTH[0], SOUTH[0], NORTH[1], SOUTH[1])
    piece = Piece([0], whole, (taken,), spared=1)
    accept(lanes, piece, lanes.mended(whole, (taken,)))
    if costs.fixed:
        assert arrangement(lanes.best) == (taken, ())
    else:
        assert lanes.best == begun
