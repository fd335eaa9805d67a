"""How badly a sequence seems to break rules against the evaluation of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.agenda import Agenda
from app.domain.clockwork import Frame
from app.domain.fleet import Load, Shift
from app.domain.misfit import Misfit
from app.domain.orders import Order, OrderKind
from app.domain.rules import Pause, ShiftRules
from app.domain.terms import Terms
from app.domain.timetable import Travel
from tests.factories import (
    DEPOT_PLACE,
    make_break,
    make_order,
    make_shift,
    make_vehicle,
    place,
    window,
)
from tests.unit.domain.routes_strategy import an_order, some_orders, some_shifts, travel_over
from tests.unit.domain.rules_strategy import HOURS, a_ruled_order, roads, ruled_orders, ruled_shifts

Severities = tuple[tuple[int, float, int], tuple[int, float, int]]


def seen_and_true(shift: Shift, orders: Sequence[Order], travel: Travel) -> Severities:
    terms = Terms(Frame(shift, travel[shift.vehicle.profile]))
    errands = [terms.errand(terms.frame.visit(order)) for order in orders]
    return Misfit(terms, errands).least(errands), Agenda(terms, errands).severity


def is_no_worse(severities: Severities) -> bool:
    return all(least <= true + 1e-9 for least, true in zip(*severities, strict=True))


@settings(max_examples=100, deadline=None)
@given(ruled_shifts(), ruled_orders(), a_ruled_order(), st.data())
def test_no_sequence_seems_worse_than_it_is_whatever_the_rules(
    shift: Shift, orders: list[Order], last: Order, data: st.DataObject
) -> None:
    orders = [*orders, last]
    assert is_no_worse(seen_and_true(shift, orders, data.draw(roads(*orders))))


@st.composite
def pauses(draw: st.DrawFn) -> Pause:
    begin = draw(st.integers(0, len(HOURS) - 2))
    return Pause(
        length=timedelta(minutes=draw(st.integers(1, 50))),
        window=window(HOURS[begin], HOURS[begin + 1]),
        is_owed=draw(st.booleans()),
    )


@settings(max_examples=150, deadline=None)
@given(some_shifts(), st.lists(pauses(), max_size=2), some_orders(), an_order())
def test_no_sequence_seems_worse_than_it_is_with_breaks(
    shift: Shift, pauses: list[Pause], orders: list[Order], last: Order
) -> None:
    orders = [*orders, last]
    shift = replace(shift, rules=ShiftRules(pauses=tuple(pauses), max_work=timedelta(hours=5)))
    assert is_no_worse(seen_and_true(shift, orders, travel_over(*orders)))


def test_a_break_makes_the_end_later_that_nothing_makes_up_for() -> None:
    gate = place(DEPOT_PLACE.lat, DEPOT_PLACE.lon)
    shift = make_shift(
        window=window("08:00", "12:30"),
        rest=make_break("10:00", "11:00", 30),
        rules=ShiftRules(max_stops=1, max_work=timedelta(hours=4)),
    )
    orders = [
        make_order(place=gate, service_time=timedelta(hours=2), window=window("08:30", "09:00")),
        make_order(place=gate, service_time=timedelta(hours=2)),
    ]
    seen, true = seen_and_true(shift, orders, travel_over(*orders))
    assert seen == true == (1, 0.0, (30 + 30) * 60)


def test_goods_that_come_aboard_before_others_leave_are_seen_to_fill_the_van() -> None:
    shift = make_shift(
        vehicle=make_vehicle(capacity=Load(weight_g=100_000, volume_cm3=10**9, parcels=9))
    )
    delivery = make_order(weight_g=60_000)
    pickup = make_order(weight_g=60_000, kind=OrderKind.PICKUP)
    travel = travel_over(delivery, pickup)
    for orders, over in (((delivery, pickup), 0.0), ((pickup, delivery), 0.2)):
        seen, true = seen_and_true(shift, orders, travel)
        assert seen[1] == true[1] == over
