"""Routes that are not evaluated as they are: what they take is what the evaluated ones take."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.checks import CLEAN
from app.domain.fleet import Shift
from app.domain.orders import Order
from app.domain.sketch import RouteSketch
from app.planning.bare import Bare
from tests.unit.domain.rules_strategy import a_ruled_order, roads, ruled_orders, ruled_shifts


@settings(max_examples=150, deadline=None)
@given(
    ruled_shifts(),
    ruled_orders(max_size=5),
    a_ruled_order(),
    st.integers(0, 2),
    st.data(),
)
def test_a_stop_less_makes_the_room_that_the_clock_sees(
    shift: Shift, orders: list[Order], new: Order, frozen: int, data: st.DataObject
) -> None:
    travel = data.draw(roads(*orders, new))
    while RouteSketch(shift, orders, travel).violations:
        orders.pop()
    sketch = RouteSketch(shift, orders, travel, frozen=min(frozen, len(orders)))
    if not orders or not Bare.is_for(sketch):
        return
    index = data.draw(st.integers(0, len(orders) - 1))
    bare, shorter = Bare.of(sketch).without(index), sketch.without(index)
    assert bare.orders == shorter.orders
    assert bare.frozen == shorter.frozen
    for place in range(len(shorter.visits) + 1):
        trial = shorter.at(new, place)
        assert bare.fitting_at(new, place) == (trial if trial.severity == CLEAN else None)
    found = bare.fitting(new)
    if shorter.severity == CLEAN and shorter.is_plain is sketch.is_plain:
        evaluated = shorter.fitting(new)
        assert (found and found.index) == (evaluated and evaluated.index)
    if found is not None:
        assert bare.has_room([new])
        assert found == bare.fitting_at(new, found.index)
