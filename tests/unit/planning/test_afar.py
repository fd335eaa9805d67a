"""What a route lacks for an order or a pair at least, against its exact clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.fleet import Shift
from app.domain.orders import Order, OrderKind
from app.domain.remedies import Mend, Verdict
from app.domain.routes import Lock
from app.domain.rules import OrderRules, Pause, ShiftRules
from app.domain.sketch import RouteSketch
from app.planning.afar import FITTING, Afar
from app.planning.jobs import Job
from app.planning.ladder import Ladders
from app.planning.screening import kind
from tests.factories import at, make_depot, make_route, make_shift, window
from tests.unit.domain.rules_strategy import (
    a_ruled_order,
    paired,
    roads,
    ruled_orders,
    ruled_shifts,
)
from tests.unit.planning.applied import applied, breaks_no_more, make_day
from tests.unit.planning.days import travel_of
from tests.unit.planning.ladders import served


@settings(max_examples=150, deadline=None)
@given(ruled_shifts(), ruled_orders(), a_ruled_order(), st.integers(0, 5), st.data())
def test_what_is_lacked_at_least_is_lacked_at_every_place(
    shift: Shift, orders: list[Order], new: Order, hours: int, data: st.DataObject
) -> None:
    new = replace(new, service_time=timedelta(hours=hours))
    travel = data.draw(roads(*orders, new))
    (each,) = make_day([make_route(shift, orders)], [*orders, new], travel).routes
    least = Afar(each, Job(new), travel).lacks()
    if least is not None and not each.timetable.violations:
        sketch = RouteSketch(shift, orders, travel)
        trials = [sketch.at(new, index) for index in range(len(orders) + 1)]
        assert not any(trial.is_feasible for trial in trials)
        for trial in trials:
            both = zip(least, trial.severity, strict=True)
            assert all(seen <= true + 1e-9 for seen, true in both)


@settings(max_examples=80, deadline=None)
@given(
    ruled_shifts(),
    ruled_orders(max_size=4),
    a_ruled_order(),
    a_ruled_order(),
    st.integers(0, 4),
    st.data(),
)
def test_what_a_pair_lacks_at_least_it_lacks_wherever_it_is(
    shift: Shift,
    orders: list[Order],
    first: Order,
    second: Order,
    hours: int,
    data: st.DataObject,
) -> None:
    pickup, delivery = paired(first, second, hours)
    travel = data.draw(roads(*orders, pickup, delivery))
    job = Job(pickup, delivery)
    (each,) = make_day([make_route(shift, orders)], [*orders, *job.orders], travel).routes
    least = Afar(each, job, travel).lacks()
    if least is None:
        return
    sketch = RouteSketch(shift, orders, travel)
    assert sketch.pairing(pickup, delivery).fitting() is None
    if each.timetable.violations:
        return
    for gap in range(len(orders) + 1):
        for later in range(gap, len(orders) + 1):
            with_both = [*orders[:gap], pickup, *orders[gap:later], delivery, *orders[later:]]
            true = RouteSketch(shift, with_both, travel).severity
            assert all(a <= b + 1e-9 for a, b in zip(least, true, strict=True))


def test_shifts_that_lack_most_say_what_they_lack_at_least() -> None:
    """Nine hours of work a day, and more of them taken on each shift, which has 15 places."""
    rules = ShiftRules(max_work=timedelta(hours=9))
    full = [[served(5 + number / 4), *_many()] for number in range(8)]
    routes = [
        make_route(make_shift(window=window("08:00", "20:00"), rules=rules), planned)
        for planned in full
    ]
    routes[-1] = replace(routes[-1], lock=Lock.SEQUENCE)
    new = served(4.25)
    orders = [*chain(*full), new]
    ladder = Ladders(make_day(routes, orders, travel_of(routes, orders))).ladder(new)
    rungs = {rung.route: rung for rung in ladder.rungs}
    first, *_, sixth, _, last = (rungs[route.id] for route in routes)
    assert first.broken[0].amount == 15 * 60
    assert first.remedies
    assert sixth.verdict is Verdict.FULL
    assert (
        sixth.text
        == "fits alone, but as planned: windows and limits exceeded by at least 1 h 30 min in all"
    )
    assert last.verdict is Verdict.LOCKED
    assert last.text == "locked; windows and limits exceeded by at least 2 h 00 min in all"


def _many() -> list[Order]:
    return [served(0) for _ in range(13)]


_PAUSED = ShiftRules(pauses=(Pause(length=timedelta(minutes=30), after_work=timedelta(hours=6)),))


def test_a_pair_is_told_the_same_of_shifts_with_pauses() -> None:
    full = [[served(3 + number / 4), served(3), *_many()] for number in range(6)]
    routes = [
        make_route(make_shift(window=window("08:00", "18:00"), rules=_PAUSED), planned)
        for planned in full
    ]
    pickup = served(2.5, kind=OrderKind.PICKUP)
    delivery = served(2, rules=OrderRules(collected_by=pickup.id))
    orders = [*chain(*full), pickup, delivery]
    board = make_day(routes, orders, travel_of(routes, orders))
    ladder = Ladders(board).ladder(delivery)
    rungs = {rung.route: rung for rung in ladder.rungs}
    nearest, *_, farthest = (rungs[route.id] for route in routes)
    assert nearest.verdict is Verdict.FULL
    assert Mend.SHIFT_LATER in {remedy.kind for remedy in nearest.remedies}
    for remedy in ladder.remedies:
        assert breaks_no_more(board, applied(board, remedy.edit))
    assert farthest.text == (
        "fits alone, but as planned: windows and limits exceeded by at least 1 h 45 min in all"
    )


def test_of_shifts_with_few_stops_more_are_looked_at_closely() -> None:
    full = [served(5 + number / 4) for number in range(8)]
    routes = [make_route(make_shift(rules=_PAUSED), [order]) for order in full]
    new = served(5)
    ladder = Ladders(make_day(routes, [*full, new], travel_of(routes, [*full, new]))).ladder(new)
    assert all(rung.broken for rung in ladder.rungs)


def test_no_more_shifts_are_looked_at_where_enough_could_take_it() -> None:
    routes = [make_route(make_shift(rules=_PAUSED)) for _ in range(FITTING + 2)]
    new = served(1)
    board = make_day(routes, [new], travel_of(routes, [new]))
    verdicts = [rung.verdict for rung in Ladders(board).ladder(new).rungs]
    assert verdicts == [Verdict.FITS] * FITTING + [Verdict.UNASKED] * 2


def test_shifts_with_the_same_hours_but_other_drivers_answer_for_themselves() -> None:
    """Nine hours on each already; one of the drivers is barred from the order."""
    hours = {"depot": make_depot(), "window": window("08:00", "18:30"), "rules": _PAUSED}
    full = [[served(4.5), served(4.5), *_many()] for _ in range(6)]
    routes = [make_route(make_shift(**hours), planned) for planned in full]
    barred = routes[-1]
    new = served(4, rules=OrderRules(barred_drivers=frozenset({barred.shift.driver.id})))
    orders = [*chain(*full), new]
    ladder = Ladders(make_day(routes, orders, travel_of(routes, orders))).ladder(new)
    verdicts = {rung.route: rung.verdict for rung in ladder.rungs}
    assert verdicts.pop(barred.id) is Verdict.IMPOSSIBLE
    assert set(verdicts.values()) == {Verdict.FULL}


def test_a_van_that_leaves_later_answers_for_itself() -> None:
    hours = {"depot": make_depot(), "window": window("08:00", "18:00"), "rules": _PAUSED}
    full = [[served(4), served(4), *_many()] for _ in range(6)]
    routes = [make_route(make_shift(**hours), planned) for planned in full]
    new = served(5.5)
    late = [replace(r, shift=replace(r.shift, leaves_after=at("13:30"))) for r in routes[1:]]
    assert len({kind(route.shift) for route in routes}) == 1
    assert len({kind(route.shift) for route in (routes[0], *late)}) == 2
    orders = [*chain(*full), new]
    for day in ([routes[0], *late], [*late, routes[0]]):
        ladder = Ladders(make_day(day, orders, travel_of(day, orders))).ladder(new)
        verdicts = {rung.route: rung.verdict for rung in ladder.rungs}
        assert verdicts.pop(routes[0].id) is Verdict.FULL
        assert set(verdicts.values()) == {Verdict.IMPOSSIBLE}
