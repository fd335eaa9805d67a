"""Reloads and breaks against every way to place them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.agenda import Agenda
from app.domain.cargo import peak
from app.domain.checks import share_over
from app.domain.clockwork import Frame
from app.domain.course import Course, Halting, Layout
from app.domain.fleet import Costs, Load, Shift
from app.domain.orders import Order
from app.domain.outing import Run
from app.domain.rules import OrderRules, Pause, ShiftRules
from app.domain.terms import Errand, Terms
from tests.factories import at, make_break, make_shift, make_vehicle, window
from tests.unit.domain.routes_strategy import an_order, travel_over
from tests.unit.domain.rules_strategy import rarely

Outcome = tuple[float, int, float, int]
"""Share over capacity, seconds too late, price of ways and hours, end."""


def agenda_of(shift: Shift, orders: list[Order]) -> Agenda:
    frame = Frame(shift, travel_over(*orders)[shift.vehicle.profile])
    terms = Terms(frame)
    return Agenda(terms, [Errand(frame.visit(order), terms) for order in orders])


def layouts(agenda: Agenda) -> Iterator[Layout]:
    """Every reload and place for the breaks that were due; limits call in their sequence."""
    count = len(agenda.errands)
    breaks = sorted(halting.halt for halting in agenda.layout.halts)
    for reloads in range(agenda.terms.max_reloads + 1):
        for cuts in combinations(range(1, count), reloads):
            ways = product(range(count + 1), (False, True))
            for places in product(ways, repeat=len(breaks)):
                pairs = zip(places, breaks, strict=True)
                halts = sorted(Halting(gap, number, is_late) for (gap, is_late), number in pairs)
                called = [each.halt for each in halts if agenda.terms.halts[each.halt].has_limits]
                if called == sorted(called):
                    yield Layout(reloads=cuts, halts=tuple(halts))


def outcome(course: Course, layout: Layout, leave_s: int) -> Outcome:
    run = Run(course, layout, leave_s)
    late_s = sum(
        max(0, service.late_s - errand.grace_s)
        for service, errand in zip(run.services, course.errands, strict=True)
    )
    over = share_over(peak(*course.cargo.aboard(layout.reloads)), course.terms.capacity)
    metres = sum(leg.metres for leg in course.legs)
    for cut in layout.reloads:
        metres += sum(leg.metres for leg in course.by_depot(cut)) - course.legs[cut].metres
    frame = course.terms.frame
    price = round(frame.per_m * metres + frame.per_s * (run.end_s - leave_s), 6)
    return over, late_s + sum(run.missed_s), price, run.end_s


@st.composite
def released_orders(draw: st.DrawFn) -> list[Order]:
    orders = [draw(an_order()) for _ in range(draw(st.integers(1, 6)))]
    releases = [draw(rarely(st.sampled_from(["09:00", "11:30"]), None)) for _ in orders]
    return [
        replace(order, rules=OrderRules(released_at=at(release)))
        if isinstance(release, str)
        else order
        for order, release in zip(orders, releases, strict=True)
    ]


@settings(max_examples=80, deadline=None)
@given(
    released_orders(),
    st.integers(0, 2),
    st.sampled_from([60_000, 600_000]),
    st.sampled_from([Costs(per_km=0.5), Costs(per_hour=30), Costs(per_km=0.5, per_hour=30)]),
)
def test_reloads_break_least_and_then_cost_least(
    orders: list[Order], max_reloads: int, room: int, costs: Costs
) -> None:
    capacity = Load(weight_g=room, volume_cm3=10**9, parcels=99)
    vehicle = make_vehicle(capacity=capacity, costs=costs)
    rules = ShiftRules(max_reloads=max_reloads, reload_time=timedelta(minutes=15))
    agenda = agenda_of(make_shift(vehicle=vehicle, rules=rules), orders)
    begin_s = agenda.terms.frame.begin_s
    found = outcome(agenda.course, agenda.layout, begin_s)
    assert found == min(outcome(agenda.course, each, begin_s) for each in layouts(agenda))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(an_order(), min_size=1, max_size=5),
    st.booleans(),
    st.lists(
        st.sampled_from(
            [
                Pause(length=timedelta(minutes=20), window=window("09:00", "10:00")),
                Pause(length=timedelta(minutes=20), window=window("14:00", "15:00")),
                Pause(length=timedelta(minutes=15), after_driving=timedelta(minutes=25)),
                Pause(length=timedelta(minutes=30), after_work=timedelta(minutes=80)),
            ]
        ),
        min_size=1,
        max_size=2,
        unique=True,
    ),
)
def test_breaks_miss_least_and_then_end_first(
    orders: list[Order], has_rest: bool, pauses: list[Pause]
) -> None:
    shift = make_shift(
        rest=make_break() if has_rest else None, rules=ShiftRules(pauses=tuple(pauses))
    )
    agenda = agenda_of(shift, orders)
    begin_s = agenda.begin_s
    found = outcome(agenda.course, agenda.layout, begin_s)
    assert found[1:] <= min(outcome(agenda.course, each, begin_s) for each in layouts(agenda))[1:]
