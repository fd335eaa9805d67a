"""Sums over a route never hide a stop that would make room."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given, settings

from app.domain.fleet import Shift
from app.domain.orders import Order
from app.domain.sketch import RouteSketch
from app.planning.passes import Passes
from tests.unit.domain.routes_strategy import an_order, some_orders, some_shifts, travel_over


@settings(max_examples=100, deadline=None)
@given(some_shifts(), some_orders(), an_order())
def test_a_stop_whose_leaving_makes_room_is_never_out_of_the_question(
    shift: Shift, orders: list[Order], new: Order
) -> None:
    sketch = RouteSketch(shift, orders, travel_over(new, *orders))
    assume(sketch.severity == (0, 0.0, 0))
    passes = Passes(sketch)
    for gone in range(len(orders)):
        if sketch.without(gone).fitting(new) is not None:
            assert passes.may_swap(sketch.frame.visit(new), gone)


@settings(max_examples=100, deadline=None)
@given(some_shifts(), some_orders(), an_order())
def test_without_a_break_what_is_in_time_has_a_place(
    shift: Shift, orders: list[Order], new: Order
) -> None:
    shift = replace(shift, rest=None)
    new = replace(new, requirements=new.requirements & shift.abilities)
    sketch = RouteSketch(shift, orders, travel_over(new, *orders))
    assume(sketch.severity == (0, 0.0, 0))
    passes = Passes(sketch)
    for gone in range(len(orders)):
        shorter = sketch.without(gone)
        trials = [shorter.at(new, index) for index in range(len(orders))]
        is_in_time = any(not trial.severity[2] and not trial.severity[0] for trial in trials)
        assert passes.may_swap(sketch.frame.visit(new), gone) == is_in_time
