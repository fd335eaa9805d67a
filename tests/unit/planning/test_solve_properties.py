"""Whatever the day, no plan breaks a rule and no order is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.fleet import Load, PlaceKind
from app.domain.geo import Location
from app.domain.ids import OrderId
from app.domain.orders import Order, OrderKind, barcodes
from app.domain.problem import Problem, Reason
from app.domain.routes import Lock, Route, Stop
from app.domain.timetable import timetable
from tests.factories import (
    make_break,
    make_depot,
    make_driver,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    place,
    window,
)
from tests.unit.planning.comparing import check_no_worse, planned, searched
from tests.unit.planning.days import make_problem, plan_of

SKILLS = st.frozensets(st.sampled_from(["cold", "adr"]), max_size=2)
HOURS = st.sampled_from(
    [None, ("08:00", "10:00"), ("09:00", "09:30"), ("12:00", "14:00"), ("15:00", "17:00")]
)
DEPOTS = (make_depot(), make_depot(location=Location(lat=53.52, lon=13.20)))


@st.composite
def some_orders(draw: st.DrawFn) -> list[Order]:
    orders = []
    for number in range(draw(st.integers(1, 14))):
        hours = draw(HOURS)
        order = make_order(
            place=place(
                53.50 + draw(st.integers(0, 20)) * 0.005, 13.20 + draw(st.integers(0, 20)) * 0.01
            ),
            window=window(*hours) if hours else None,
            service_time=timedelta(minutes=draw(st.integers(0, 45))),
            weight_g=draw(st.sampled_from([0, 10_000, 40_000, 120_000])),
            kind=draw(st.sampled_from(OrderKind)),
            parcels=barcodes(f"P{number}", draw(st.integers(0, 3))),
            priority=draw(st.integers(0, 3)),
            requirements=draw(SKILLS),
            depot=draw(st.sampled_from([None, None, DEPOTS[0].id])),
        )
        orders.append(order if draw(st.integers(0, 15)) else replace(order, place=None))
    return orders


@st.composite
def some_routes(draw: st.DrawFn, orders: list[Order]) -> list[Route]:
    left = [order.id for order in orders]
    routes = []
    for _ in range(draw(st.integers(0, 4))):
        shift = make_shift(
            depot=draw(st.sampled_from(DEPOTS)),
            driver=make_driver(skills=draw(SKILLS), home=Location(lat=53.58, lon=13.33)),
            vehicle=make_vehicle(
                features=draw(SKILLS),
                capacity=Load(
                    weight_g=draw(st.sampled_from([50_000, 100_000, 600_000])),
                    volume_cm3=8_000_000,
                    parcels=draw(st.sampled_from([4, 120])),
                ),
            ),
            window=window(*draw(st.sampled_from([("08:00", "17:00"), ("09:00", "12:00")]))),
            rest=draw(st.sampled_from([None, make_break(), make_break("10:00", "10:30")])),
            start=draw(st.sampled_from([PlaceKind.DEPOT, PlaceKind.HOME])),
            end=draw(st.sampled_from(PlaceKind)),
        )
        count = draw(st.integers(0, 4))
        stops = tuple(
            Stop(order=order, is_locked=draw(st.booleans()) and draw(st.booleans()))
            for order in left[:count]
        )
        left = left[count:]
        routes.append(
            make_route(shift, stops=stops, lock=draw(st.sampled_from([Lock.NONE, *Lock])))
        )
    return routes


@st.composite
def some_problems(draw: st.DrawFn) -> Problem:
    orders = draw(some_orders())
    return make_problem(draw(some_routes(orders)), orders, seconds=0.08)


_NOISE = 1.03
"""How much dearer a plan made anew may be by chance: the search is no proof."""


def _amounts(problem: Problem, route: Route, orders: tuple[OrderId, ...]) -> dict[object, int]:
    known = [problem.orders[order] for order in orders]
    found = timetable(route.shift, known, problem.travel).violations
    return {(each.kind, each.order, each.dimension): each.amount for each in found}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(some_problems())
def test_no_plan_breaks_a_rule_or_loses_an_order(problem: Problem) -> None:
    plan = plan_of(problem)
    for left in plan.unassigned:
        assert left.detail
        assert left.reason in Reason
    for route in problem.routes:
        sequence = plan.routes[route.id]
        locked = {stop.order for stop in route.stops if stop.is_locked}
        assert locked <= set(sequence)
        if route.lock is Lock.SEQUENCE:
            assert sequence == route.orders
        elif route.lock is Lock.CONTENTS:
            assert set(sequence) == set(route.orders)
        elif not locked:
            assert not _amounts(problem, route, sequence)
        else:
            # What is locked in may break rules by itself; what was put round it breaks none more.
            alone = _amounts(problem, route, tuple(o for o in sequence if o in locked))
            if not _amounts(problem, route, tuple(o for o in route.orders if o in locked)):
                assert not alone
            for rule, amount in _amounts(problem, route, sequence).items():
                assert rule in alone or amount == 0


def _with_twin(problem: Problem) -> Problem:
    """One van more, like the first."""
    twin = make_route(replace(problem.routes[0].shift, driver=make_driver()))
    return replace(problem, routes=(*problem.routes, twin))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(some_problems().filter(lambda problem: bool(problem.routes)))
def test_a_plan_is_never_worse_for_one_van_more(problem: Problem) -> None:
    now = searched(problem, 50)
    check_no_worse(problem, now, searched(_with_twin(planned(problem, now)), 50))
    anew = searched(problem, 1_000)
    check_no_worse(problem, anew, searched(_with_twin(problem), 1_000), _NOISE)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(some_problems())
def test_a_plan_is_never_worse_for_more_time(problem: Problem) -> None:
    now = searched(problem, 20)
    check_no_worse(problem, now, searched(planned(problem, now), 200))
    check_no_worse(problem, now, searched(problem, 1_000), _NOISE)
