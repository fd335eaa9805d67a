"""Best fit by sketch against the timetable of every place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.domain.board import BoardRoute
from app.domain.fleet import Shift
from app.domain.insertion import Drag
from app.domain.orders import Order
from app.domain.rules import Pause, ShiftRules
from app.domain.sketch import RouteSketch
from app.domain.timetable import Timetable, Travel, timetable
from tests.factories import make_route, window
from tests.unit.domain.routes_strategy import an_order, some_orders, some_shifts, travel_over
from tests.unit.domain.rules_strategy import (
    HOURS,
    a_ruled_order,
    paces,
    roads,
    ruled_orders,
    ruled_shifts,
)


def _tables(shift: Shift, orders: list[Order], new: Order, travel: Travel) -> list[Timetable]:
    return [
        timetable(shift, [*orders[:index], new, *orders[index:]], travel)
        for index in range(len(orders) + 1)
    ]


def _amounts(table: Timetable) -> dict[object, int]:
    return {(v.kind, v.order, v.dimension): v.amount for v in table.violations}


def _adds_nothing(before: Timetable, after: Timetable) -> bool:
    known = _amounts(before)
    return all(amount <= known.get(rule, 0) for rule, amount in _amounts(after).items())


def _board_route(shift: Shift, orders: list[Order], travel: Travel) -> BoardRoute:
    return BoardRoute(route=make_route(shift, orders), timetable=timetable(shift, orders, travel))


@settings(max_examples=300, deadline=None)
@given(some_shifts(), some_orders(), an_order())
def test_every_place_is_judged_as_the_timetable_judges_it(
    shift: Shift, orders: list[Order], new: Order
) -> None:
    travel = travel_over(new, *orders)
    sketch = RouteSketch(shift, orders, travel)
    before = timetable(shift, orders, travel)
    assert _amounts(before) == {(v.kind, v.order, v.dimension): v.amount for v in sketch.violations}
    for index, table in enumerate(_tables(shift, orders, new, travel)):
        trial = sketch.at(new, index)
        assert trial.cost == pytest.approx(table.cost)
        assert trial.metres == table.distance_m
        assert trial.working_s == table.working.total_seconds()
        assert trial.peak == table.peak_load.amounts
        assert trial.is_feasible == _adds_nothing(before, table)


@settings(max_examples=300, deadline=None)
@given(some_shifts(), some_orders(), an_order())
def test_the_cheapest_place_is_the_cheapest_of_all_places(
    shift: Shift, orders: list[Order], new: Order
) -> None:
    travel = travel_over(new, *orders)
    before = timetable(shift, orders, travel)
    trials = [RouteSketch(shift, orders, travel).at(new, n) for n in range(len(orders) + 1)]
    found = RouteSketch(shift, orders, travel).cheapest(new)
    feasible = [
        table.cost for table in _tables(shift, orders, new, travel) if _adds_nothing(before, table)
    ]
    assert found.is_feasible == bool(feasible)
    fitting = RouteSketch(shift, orders, travel).fitting(new)
    assert (fitting == found) if feasible else fitting is None
    if feasible:
        assert found.cost == pytest.approx(min(feasible))
    else:
        assert found.severity == min(trial.severity for trial in trials)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(some_shifts(), some_orders(max_size=5)), min_size=1, max_size=4),
    an_order(),
)
def test_best_fit_is_the_best_of_every_route_and_place(
    contents: list[tuple[Shift, list[Order]]], new: Order
) -> None:
    travel = travel_over(new, *(order for _, orders in contents for order in orders))
    routes = [_board_route(shift, orders, travel) for shift, orders in contents]
    feasible = [
        table.cost - each.timetable.cost
        for each, (shift, orders) in zip(routes, contents, strict=True)
        for table in _tables(shift, orders, new, travel)
        if _adds_nothing(each.timetable, table)
    ]
    best = Drag(routes, [new], travel).best()
    assert best is not None
    assert best.is_feasible == bool(feasible)
    if feasible:
        assert best.extra_cost == pytest.approx(min(feasible))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(ruled_shifts(), ruled_orders(max_size=5)), min_size=1, max_size=4),
    a_ruled_order(),
    st.integers(1, 3),
    st.data(),
)
def test_the_cheapest_routes_are_found_whatever_the_rules(
    contents: list[tuple[Shift, list[Order]]], new: Order, most: int, data: st.DataObject
) -> None:
    travel = data.draw(roads(new, *(order for _, orders in contents for order in orders)))
    routes = [_board_route(shift, orders, travel) for shift, orders in contents]
    extras = {}
    for each, (shift, orders) in zip(routes, contents, strict=True):
        sketch = RouteSketch(shift, orders, travel)
        trials = [sketch.at(new, index) for index in range(len(orders) + 1)]
        costs = [trial.cost for trial in trials if trial.is_feasible]
        if costs:
            extras[each.id] = min(costs) - each.timetable.cost
    drag = Drag(routes, [new], travel)
    found = drag.fitting([each.id for each in routes], most)
    cheapest = sorted(extras.values())[:most]
    assert [extras[route] for route in found] == pytest.approx(cheapest)


@st.composite
def resting_shifts(draw: st.DrawFn) -> Shift:
    hours = st.integers(0, len(HOURS) - 2).map(lambda n: window(HOURS[n], HOURS[n + 1]))
    pause = st.builds(
        Pause,
        length=st.integers(1, 50).map(lambda count: timedelta(minutes=count)),
        window=hours,
        is_owed=st.booleans(),
    )
    rules = ShiftRules(pauses=tuple(draw(st.lists(pause, min_size=1, max_size=3))))
    return replace(draw(some_shifts()), rules=rules)


@settings(max_examples=120, deadline=None)
@given(resting_shifts(), some_orders(max_size=6), an_order(), st.data())
def test_no_place_is_hidden_by_breaks(
    shift: Shift, orders: list[Order], new: Order, data: st.DataObject
) -> None:
    travel = travel_over(new, *orders)
    if data.draw(st.booleans()):
        pace = data.draw(paces())
        travel = {profile: replace(matrix, pace=pace) for profile, matrix in travel.items()}
    sketch = RouteSketch(shift, orders, travel)
    trials = [sketch.at(new, index) for index in range(len(orders) + 1)]
    feasible = [trial.cost for trial in trials if trial.is_feasible]
    found = sketch.fitting(new)
    assert (found is not None) == bool(feasible)
    if found is not None:
        assert found.cost == pytest.approx(min(feasible))


@settings(max_examples=150, deadline=None)
@given(some_shifts(), some_orders(), st.lists(an_order(), min_size=1, max_size=3), st.data())
def test_a_ghost_says_what_the_drop_will_do(
    shift: Shift, orders: list[Order], dragged: list[Order], data: st.DataObject
) -> None:
    travel = travel_over(*dragged, *orders)
    own = data.draw(st.integers(0, min(2, len(orders))))
    dragged = [*orders[:own], *dragged]
    each = _board_route(shift, orders, travel)
    index = data.draw(st.integers(0, len(orders)))
    ghost = Drag([each], dragged, travel).ghost_at(each.id, index)
    by_id = {order.id: order for order in [*orders, *dragged]}
    after = timetable(shift, [by_id[order] for order in ghost.orders], travel)
    kept = timetable(shift, orders[own:], travel)
    assert ghost.extra_cost == pytest.approx(after.cost - each.timetable.cost)
    assert ghost.extra_m == after.distance_m - each.timetable.distance_m
    assert ghost.extra_s == (after.working - each.timetable.working).total_seconds()
    assert ghost.load == after.peak_load
    assert ghost.is_feasible == _adds_nothing(kept, after)
    assert {replace(violation, was=0) for violation in ghost.added} <= set(after.violations)
    known = _amounts(kept)
    assert all(v.was == known.get((v.kind, v.order, v.dimension), 0) for v in ghost.added)


@settings(max_examples=100, deadline=None)
@given(some_shifts(), some_orders(max_size=6), st.lists(an_order(), min_size=2, max_size=3))
def test_several_orders_find_places_that_the_timetable_confirms(
    shift: Shift, orders: list[Order], dragged: list[Order]
) -> None:
    # A shift that breaks a rule already may take less than it seems one by one.
    travel = travel_over(*dragged, *orders)
    each = _board_route(shift, orders, travel)
    assume(each.timetable.is_feasible)
    fit = Drag([each], dragged, travel).fit(each.id)
    by_id = {order.id: order for order in [*orders, *dragged]}
    after = timetable(shift, [by_id[order] for order in fit.orders], travel)
    assert len(fit.orders) == len(orders) + len(dragged)
    assert fit.is_feasible == after.is_feasible
    assert fit.extra_cost == pytest.approx(after.cost - each.timetable.cost)


@settings(max_examples=50, deadline=None)
@given(some_shifts(), some_orders(), an_order())
def test_dropping_at_the_index_of_a_fit_gives_its_sequence(
    shift: Shift, orders: list[Order], new: Order
) -> None:
    travel = travel_over(new, *orders)
    each = _board_route(replace(shift), orders, travel)
    drag = Drag([each], [new], travel)
    fit = drag.fit(each.id)
    assert drag.ghost_at(each.id, fit.index).orders == fit.orders


@settings(max_examples=150, deadline=None)
@given(some_shifts(), some_shifts(), some_orders(), an_order(), st.data())
def test_a_route_made_from_another_is_as_one_made_anew(
    shift: Shift, other: Shift, orders: list[Order], new: Order, data: st.DataObject
) -> None:
    travel = travel_over(new, *orders)
    sketch = RouteSketch(shift, orders, travel)
    later = replace(shift, window=other.window, rest=other.rest)
    index = data.draw(st.integers(0, len(orders)))
    made = [
        (sketch.on(later), RouteSketch(later, orders, travel)),
        (
            sketch.with_order(new, index),
            RouteSketch(shift, [*orders[:index], new, *orders[index:]], travel),
        ),
    ]
    if index < len(orders):
        rest = [*orders[:index], *orders[index + 1 :]]
        made.append((sketch.without(index), RouteSketch(shift, rest, travel)))
    for derived, fresh in made:
        assert derived.orders == fresh.orders
        assert (derived.metres, derived.working_s) == (fresh.metres, fresh.working_s)
        assert derived.violations == fresh.violations
        assert derived.cheapest(new) == fresh.cheapest(new)
