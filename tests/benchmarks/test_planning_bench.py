"""How long the steps of a search take that the engine's own clock does not bound."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from app.domain.geo import Location
from app.domain.orders import Order
from app.domain.problem import Finished, PlanningMessage, Problem, Progress
from app.domain.routes import Route
from app.domain.travel import Profile
from app.planning.engines import pyvrp
from app.planning.explain import Explainer
from app.planning.mending import mended
from app.planning.opening import opened
from app.planning.parcelling import slimmed
from app.planning.pauses import pauses
from app.planning.run import PlanningRun
from app.planning.task import Arrangement, Roads, Task
from app.roads.straight import straight_lines
from tests.factories import (
    DEPOT_PLACE,
    make_break,
    make_depot,
    make_order,
    make_route,
    make_shift,
    place,
    window,
)

HOURS = [None, ("08:00", "12:00"), ("12:00", "16:00"), ("09:00", "18:00")]


@pytest.fixture(scope="module")
def day() -> Problem:
    """1,000 orders, 40 shifts with breaks."""
    draw = random.Random(7)
    orders: list[Order] = []
    for number in range(1000):
        hours = HOURS[number % 4]
        orders.append(
            make_order(
                place=place(53.50 + draw.random() * 0.13, 13.15 + draw.random() * 0.25),
                window=window(*hours) if hours else None,
                service_time=timedelta(minutes=4),
            )
        )
    depot = make_depot()
    routes = tuple(make_route(make_shift(depot=depot, rest=make_break())) for _ in range(40))
    places: list[Location] = [DEPOT_PLACE, *(o.location for o in orders if o.location)]
    return Problem(
        routes=routes,
        orders={order.id: order for order in orders},
        unassigned=tuple(order.id for order in orders),
        travel={Profile.VAN: straight_lines(places, Profile.VAN)},
    )


def the_task(day: Problem) -> tuple[Task, Roads]:
    return Task(routes=day.routes, orders=tuple(day.orders.values())), Roads(day.travel)


def the_opening(day: Problem) -> Arrangement:
    task, roads = the_task(day)
    return opened(task, roads, pauses(task.shifts), ((),) * len(day.routes))


def test_first_plan_of_1000_orders(benchmark: BenchmarkFixture, day: Problem) -> None:
    def first_plan() -> int:
        task, _ = the_task(day)
        sketches = mended(task, the_opening(day), day.travel, lambda: True)
        return sum(len(sketch.visits) for sketch in sketches)

    assert benchmark(first_plan) == 1000


def test_search_100_iterations_on_100_orders(benchmark: BenchmarkFixture, day: Problem) -> None:
    arranged = [(r, orders) for r, orders in zip(day.routes, the_opening(day), strict=True)]
    routes: list[Route] = [route for route, orders in arranged if orders][:4]
    start = tuple(orders for route, orders in arranged if route in routes)
    task = Task(routes=tuple(routes), orders=tuple(o for orders in start for o in orders))
    roads = Roads(day.travel)

    def search() -> Arrangement | None:
        left = iter(range(100))
        return pyvrp.improve(
            task,
            roads,
            start,
            lambda: next(left, None) is None,
            pauses=pauses(task.shifts),
            seed=1,
        )

    assert benchmark.pedantic(search, rounds=3) is not None


def test_explain_an_order_to_1000_stops(benchmark: BenchmarkFixture, day: Problem) -> None:
    task, _ = the_task(day)
    sketches = mended(task, the_opening(day), day.travel, lambda: True)
    explainer = Explainer(day.routes, sketches, day.travel)
    assert benchmark(explainer.explain, make_order(service_time=timedelta(hours=6))).detail


def test_problem_of_1000_orders_on_its_way(benchmark: BenchmarkFixture, day: Problem) -> None:
    def there() -> Problem:
        sent: Problem = pickle.loads(pickle.dumps(slimmed(day)))
        return sent

    assert len(benchmark(there).orders) == 1000
    benchmark.extra_info["megabytes"] = len(pickle.dumps(slimmed(day))) / 1e6


@pytest.mark.parametrize("vans", [40, 4], ids=["all placed", "many left out"])
def test_cancel_to_the_plan(benchmark: BenchmarkFixture, day: Problem, vans: int) -> None:
    """From the wish to stop until the best plan is there, from another process. Aim: 0.5 s."""

    def begun() -> tuple[tuple[PlanningRun, Iterator[PlanningMessage]], dict[str, object]]:
        run = PlanningRun(replace(day, routes=day.routes[:vans], seconds=120.0))
        run.start()
        messages = run.messages()
        for message in messages:
            if isinstance(message, Progress) and message.seconds > 3:
                break
        return (run, messages), {}

    def cancelled(run: PlanningRun, messages: Iterator[PlanningMessage]) -> PlanningMessage:
        run.cancel()
        *_, last = messages
        return last

    last = benchmark.pedantic(cancelled, setup=begun, rounds=3)
    assert isinstance(last, Finished)
    assert bool(last.plan.unassigned) is (vans < 40)
