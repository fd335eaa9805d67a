"""The general evaluation against the everyday clock, and against itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.domain.agenda import Agenda
from app.domain.clockwork import Frame
from app.domain.fleet import Shift
from app.domain.orders import Order, OrderKind
from app.domain.pacing import arrival, served
from app.domain.pairing import Pairing
from app.domain.rules import Overrun, ShiftRules
from app.domain.sketch import RouteSketch
from app.domain.terms import Errand, Terms
from app.domain.timetable import timetable
from app.domain.travel import Pace
from tests.factories import at, make_break, make_order, make_shift, place, window
from tests.unit.domain.routes_strategy import an_order, some_orders, some_shifts, travel_over
from tests.unit.domain.rules_strategy import (
    a_ruled_order,
    paces,
    roads,
    ruled_orders,
    ruled_shifts,
)


def by_every_rule(shift: Shift, orders: Sequence[Order]) -> Agenda:
    frame = Frame(shift, travel_over(*orders)[shift.vehicle.profile])
    terms = Terms(frame)
    return Agenda(terms, [Errand(frame.visit(order), terms) for order in orders])


@settings(max_examples=150, deadline=None)
@given(some_shifts(), some_orders(), an_order())
def test_every_rule_agrees_with_the_clock_where_the_clock_knows_all(
    shift: Shift, orders: list[Order], last: Order
) -> None:
    orders = [*orders, last]
    travel = travel_over(*orders)
    table, sketch = timetable(shift, orders, travel), RouteSketch(shift, orders, travel)
    agenda = by_every_rule(shift, orders)
    assert [service.begin for service in agenda.run.services] == [
        int(stop.begin.timestamp()) for stop in table.stops
    ]
    assert [drive.arrival for drive in agenda.run.drives] == [
        int(stop.arrival.timestamp()) for stop in table.stops
    ]
    assert agenda.departure_s == int(table.departure.timestamp())
    assert agenda.end_s == int(table.end.timestamp())
    assert agenda.cost == pytest.approx(table.cost)
    assert agenda.violations == table.violations
    assert agenda.severity == pytest.approx(sketch.severity)
    assert agenda.metres == table.distance_m
    assert agenda.peak == sketch.peak
    assert agenda.run.waiting_s == table.waiting.total_seconds()
    assert sketch.begins == [service.begin for service in agenda.run.services]


def test_both_clocks_rest_on_the_same_leg_where_waiting_makes_up_for_either() -> None:
    shop = place(53.5, 13.2)
    orders = [
        make_order(place=shop, window=window("11:00", "13:00"), service_time=timedelta()),
        make_order(place=shop, service_time=timedelta(minutes=31)),
        make_order(place=shop, service_time=timedelta()),
        make_order(place=shop, window=window("15:00", "17:00"), service_time=timedelta()),
    ]
    shift = make_shift(rest=make_break("11:30", "13:30", 30))
    table, agenda = timetable(shift, orders, travel_over(*orders)), by_every_rule(shift, orders)
    assert table.rest is not None
    assert table.rest.index == agenda.layout.halts[0].before == 2
    assert table.cost == pytest.approx(agenda.cost)


UNBOUND = ShiftRules(
    max_driving=timedelta(days=1),
    max_work=timedelta(days=1),
    max_distance_m=10**9,
    max_stops=99,
    max_reloads=2,
    overtime=Overrun(most=timedelta(), per_hour=50),
)


@settings(max_examples=120, deadline=None)
@given(some_shifts(), some_orders(), st.booleans())
def test_rules_that_bind_nothing_change_nothing(
    shift: Shift, orders: list[Order], is_even: bool
) -> None:
    travel = travel_over(*orders)
    plain = timetable(shift, orders, travel)
    assume(plain.is_feasible)
    if is_even:
        pace = Pace(starts=(0, int(at("11:00").timestamp())), travel=(1.0, 1.0), service_s=(0, 0))
        travel = {profile: replace(matrix, pace=pace) for profile, matrix in travel.items()}
    ruled = replace(shift, rules=ShiftRules() if is_even else UNBOUND)
    found = timetable(ruled, orders, travel)
    assert found.cost == pytest.approx(plain.cost)
    assert replace(found, shift=shift, cost=plain.cost) == plain


@settings(max_examples=120, deadline=None)
@given(ruled_shifts(), ruled_orders(), st.data())
def test_timetable_and_sketch_agree_whatever_the_rules(
    shift: Shift, orders: list[Order], data: st.DataObject
) -> None:
    travel = data.draw(roads(*orders))
    table, sketch = timetable(shift, orders, travel), RouteSketch(shift, orders, travel)
    assert sketch.violations == list(table.violations)
    assert sketch.cost == pytest.approx(table.cost)
    assert sketch.metres == table.distance_m
    assert sketch.begins == [int(stop.begin.timestamp()) for stop in table.stops]
    assert (sketch.severity == (0, 0, 0)) == table.is_feasible
    if orders:
        assert sketch.working_s == table.working.total_seconds()
    assert all(a.departure <= b.arrival for a, b in pairwise(table.stops))
    assert all(stop.arrival <= stop.begin <= stop.departure for stop in table.stops)
    assert table.departure <= table.end
    assert len(table.reloads) <= shift.rules.max_reloads


@settings(max_examples=60, deadline=None)
@given(ruled_shifts(), ruled_orders(max_size=5), a_ruled_order(), st.data())
def test_a_trial_promises_what_the_sketch_is_afterwards(
    shift: Shift, orders: list[Order], new: Order, data: st.DataObject
) -> None:
    travel = data.draw(roads(new, *orders))
    frozen = data.draw(st.integers(0, len(orders)))
    sketch = RouteSketch(shift, orders, travel, frozen=frozen)
    known = {violation.rule: violation.amount for violation in sketch.violations}
    trials = [sketch.at(new, index) for index in range(frozen, len(orders) + 1)]
    for trial in trials:
        after = sketch.with_order(new, trial.index)
        assert trial.cost == pytest.approx(after.cost)
        assert (trial.metres, trial.working_s) == (after.metres, after.working_s)
        assert trial.peak == after.peak
        assert trial.is_feasible == all(
            violation.amount <= known.get(violation.rule, 0) for violation in after.violations
        )
    found = sketch.cheapest(new)
    assert found.index >= frozen
    feasible = [trial.cost for trial in trials if trial.is_feasible]
    assert found.is_feasible == bool(feasible)
    assert sketch.may_take(new) or not feasible
    best = sketch.fitting(new)
    assert (best is not None) == bool(feasible)
    if best is not None:
        assert found.cost == best.cost == pytest.approx(min(feasible))
        assert sketch.fitting(new, below=best.cost) is None
    elif sketch.may_take(new):
        assert found.severity == min(trial.severity for trial in trials)


@settings(max_examples=25, deadline=None)
@given(ruled_shifts(), ruled_orders(max_size=4), a_ruled_order(), a_ruled_order(), st.data())
def test_a_pair_goes_where_both_together_cost_least(
    shift: Shift, orders: list[Order], first: Order, second: Order, data: st.DataObject
) -> None:
    pickup = replace(first, kind=OrderKind.PICKUP)
    rules = replace(second.rules, collected_by=pickup.id)
    delivery = replace(second, kind=OrderKind.DELIVERY, rules=rules)
    travel = data.draw(roads(pickup, delivery, *orders))
    frozen = data.draw(st.integers(0, len(orders)))
    sketch = RouteSketch(shift, orders, travel, frozen=frozen)
    known = {violation.rule: violation.amount for violation in sketch.violations}
    after = [
        sketch.with_order(pickup, a).with_order(delivery, b)
        for a in range(frozen, len(orders) + 1)
        for b in range(a + 1, len(orders) + 2)
    ]
    feasible = [
        each.cost
        for each in after
        if all(v.amount <= known.get(v.rule, 0) for v in each.violations)
    ]
    found = sketch.pairing(pickup, delivery).cheapest()
    assert found.is_feasible == bool(feasible)
    best = sketch.pairing(pickup, delivery).fitting()
    assert (best is not None) == bool(feasible)
    assert best is None or best.cost == found.cost
    assert frozen <= found.pickup < found.delivery
    assert found.cost == pytest.approx(sketch.with_pair(pickup, delivery, found).cost)
    if feasible:
        assert found.cost == pytest.approx(min(feasible))


@settings(max_examples=60, deadline=None)
@given(some_shifts(), some_orders(max_size=6), an_order(), an_order(), st.data())
def test_the_clock_places_a_pair_where_trying_every_rule_at_every_place_would(
    shift: Shift, orders: list[Order], first: Order, second: Order, data: st.DataObject
) -> None:
    pickup = replace(first, kind=OrderKind.PICKUP)
    rules = replace(second.rules, collected_by=pickup.id)
    delivery = replace(second, kind=OrderKind.DELIVERY, rules=rules)
    travel = travel_over(pickup, delivery, *orders)
    if data.draw(st.booleans()):
        while not timetable(shift, orders, travel).is_feasible:
            orders = orders[:-1]
    frozen = data.draw(st.integers(0, len(orders)))
    sketch = RouteSketch(shift, orders, travel, frozen=frozen)
    known = {violation.rule: violation.amount for violation in sketch.violations}
    frame = sketch.frame
    terms = Terms(frame)
    tried = {}
    for a in range(frozen, len(orders) + 1):
        for b in range(a + 1, len(orders) + 2):
            whole = [*orders[:a], pickup, *orders[a:]]
            whole.insert(b, delivery)
            tried[a, b] = Agenda(terms, [Errand(frame.visit(order), terms) for order in whole])
    fitting = [
        each.cost
        for each in tried.values()
        if all(v.amount <= known.get(v.rule, 0) for v in each.violations)
    ]
    pairing = sketch.pairing(pickup, delivery)
    assert isinstance(pairing, Pairing)
    found = pairing.cheapest()
    there = tried[found.pickup, found.delivery]
    assert found.is_feasible == bool(fitting)
    assert found.cost == pytest.approx(there.cost)
    assert found.severity == pytest.approx(there.severity)
    assert (found.metres, found.working_s) == (there.metres, there.working_s)
    assert tuple(pairing.violations(found)) == there.violations
    if fitting:
        assert found.cost == pytest.approx(min(fitting))
        assert pairing.fitting(below=found.cost) is None
    else:
        assert pairing.fitting() is None
        worst, cost = min((each.severity, each.cost) for each in tried.values())
        assert found.severity == pytest.approx(worst)
        assert found.cost <= cost + 1e-6


@settings(max_examples=300, deadline=None)
@given(paces(), st.integers(0, 20_000), st.integers(0, 10 * 3600), st.integers(1, 3600))
def test_who_leaves_or_begins_later_is_never_done_earlier(
    pace: Pace, seconds: int, after: int, later: int
) -> None:
    leave = int(at("07:00").timestamp()) + after
    assert arrival(pace, leave, seconds) <= arrival(pace, leave + later, seconds)
    assert served(pace, leave, seconds) <= served(pace, leave + later, seconds)
