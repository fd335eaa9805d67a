"""Whatever rules a day asks for, one van or more time never make its plan worse."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.problem import Plan, Problem
from tests.factories import make_driver, make_route
from tests.unit.domain.rules_strategy import roads, ruled_orders, ruled_shifts
from tests.unit.planning.comparing import check_no_worse, planned, searched
from tests.unit.planning.days import make_problem, violations


@st.composite
def ruled_problems(draw: st.DrawFn) -> Problem:
    """Pairs, several windows, reloads, limits of work and all the rest; nothing is planned yet."""
    orders = draw(ruled_orders(max_size=6).filter(bool))
    routes = [make_route(draw(ruled_shifts())) for _ in range(draw(st.integers(1, 3)))]
    orders = [replace(each, priority=draw(st.integers(0, 3))) for each in orders]
    return make_problem(routes, orders, travel=draw(roads(*orders)))


def _lawful(problem: Problem, iterations: int) -> Plan:
    plan = searched(problem, iterations)
    assert not violations(problem, plan)
    return plan


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(ruled_problems())
def test_a_plan_is_never_worse_for_one_van_more_whatever_the_rules(problem: Problem) -> None:
    now = _lawful(problem, 20)
    day = planned(problem, now)
    twin = make_route(replace(day.routes[0].shift, driver=make_driver()))
    more = replace(day, routes=(*day.routes, twin))
    check_no_worse(problem, now, _lawful(more, 20))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(ruled_problems())
def test_a_plan_is_never_worse_for_more_time_whatever_the_rules(problem: Problem) -> None:
    now = _lawful(problem, 8)
    check_no_worse(problem, now, _lawful(planned(problem, now), 32))
