"""What a route lacks for an order at least, against its exact clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.fleet import Shift
from app.domain.orders import Order
from app.domain.remedies import Verdict
from app.domain.routes import Lock
from app.domain.rules import ShiftRules
from app.domain.sketch import RouteSketch
from app.planning.afar import lacks
from app.planning.ladder import Ladders
from tests.factories import make_route, make_shift, window
from tests.unit.domain.rules_strategy import a_ruled_order, roads, ruled_orders, ruled_shifts
from tests.unit.planning.applied import make_day
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
    least = lacks(each, new, travel)
    if least is not None:
        sketch = RouteSketch(shift, orders, travel)
        trials = [sketch.at(new, index) for index in range(len(orders) + 1)]
        assert not any(trial.is_feasible for trial in trials)
        assert all(trial.severity >= least for trial in trials)
        assert RouteSketch(shift, [], travel).at(new, 0).is_feasible


def test_shifts_that_lack_most_say_what_they_lack_at_least() -> None:
    """Nine hours of work a day, and more of them taken on each shift."""
    rules = ShiftRules(max_work=timedelta(hours=9))
    full = [served(5 + number / 4) for number in range(8)]
    routes = [
        make_route(make_shift(window=window("08:00", "20:00"), rules=rules), [order])
        for order in full
    ]
    routes[-1] = replace(routes[-1], lock=Lock.SEQUENCE)
    new = served(4.25)
    ladder = Ladders(make_day(routes, [*full, new], travel_of(routes, [*full, new]))).ladder(new)
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
