"""Routes on other hours: what is told sooner is what the whole clock tells."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.checks import CLEAN
from app.domain.fleet import Shift
from app.domain.orders import Order
from app.domain.remedies import Mend
from app.domain.sketch import RouteSketch
from app.domain.trials import Trial
from app.planning.bare import Bare
from app.planning.relaxing import SHIFTS
from tests.unit.domain.rules_strategy import a_ruled_order, roads, ruled_orders, ruled_shifts


@settings(max_examples=150, deadline=None)
@given(
    ruled_shifts(),
    ruled_orders(max_size=4),
    a_ruled_order(),
    st.sampled_from((Mend.SHIFT_LATER, Mend.SHIFT_EARLIER)),
    st.integers(0, 120),
    st.data(),
)
def test_a_place_on_other_hours_is_one_of_the_route_evaluated_on_them(
    shift: Shift,
    orders: list[Order],
    new: Order,
    kind: Mend,
    minutes: int,
    data: st.DataObject,
) -> None:
    travel = data.draw(roads(*orders, new))
    while RouteSketch(shift, orders, travel).violations:
        orders.pop()
    sketch = RouteSketch(shift, orders, travel)
    if not Bare.is_for(sketch):
        return
    changed = SHIFTS[kind](shift, 60 * minutes)
    evaluated = RouteSketch(changed, orders, travel)
    for index in range(len(orders) + 1):
        trial = evaluated.at(new, index)
        found = Bare.on(sketch, changed).fitting_at(new, index)
        assert found == (trial if trial.severity == CLEAN else None)


@settings(max_examples=100, deadline=None)
@given(ruled_shifts(), ruled_orders(max_size=4), a_ruled_order(), st.data())
def test_what_a_place_would_break_is_what_the_route_breaks_with_it(
    shift: Shift, orders: list[Order], new: Order, data: st.DataObject
) -> None:
    travel = data.draw(roads(*orders, new))
    sketch = RouteSketch(shift, orders, travel)
    trial: Trial = sketch.cheapest(new)
    told: Sequence[object] = sketch.violations_with(new, trial)
    assert list(told) == list(sketch.with_order(new, trial.index).violations)
