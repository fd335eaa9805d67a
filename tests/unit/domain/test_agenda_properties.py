"""The general evaluation against the everyday clock, and against itself."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.agenda import Agenda
from app.domain.clockwork import Frame
from app.domain.fleet import Shift
from app.domain.orders import Order
from app.domain.pacing import arrival, served
from app.domain.sketch import RouteSketch
from app.domain.terms import Errand, Terms
from app.domain.timetable import timetable
from app.domain.travel import Pace
from tests.unit.domain.routes_strategy import an_order, some_orders, some_shifts, travel_over


def by_every_rule(shift: Shift, orders: Sequence[Order]) -> Agenda:
    frame = Frame(shift, travel_over(*orders)[shift.vehicle.profile])
    terms = Terms(frame)
    return Agenda(terms, [Errand(frame.visit(order), terms) for order in orders])


@settings(max_examples=400, deadline=None)
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
