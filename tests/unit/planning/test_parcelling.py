from __future__ import annotations

import pickle
from array import array
from dataclasses import replace

from app.domain.travel import Profile
from app.planning.parcelling import slimmed
from tests.factories import make_order, make_route
from tests.unit.planning.days import make_problem, plan_of, travel_of


def test_only_what_the_problem_uses_goes_on_the_way() -> None:
    orders = [make_order() for _ in range(6)]
    routes = [make_route(orders=orders[:2])]
    strangers = [make_order() for _ in range(30)]
    problem = replace(
        make_problem(routes, orders, travel=travel_of(routes, [*strangers, *orders])),
        orders={order.id: order for order in [*orders, *strangers]},
    )
    slim = slimmed(problem)
    assert set(slim.orders) == {order.id for order in orders}
    assert list(slim.travel) == [Profile.VAN]
    matrix, whole = slim.travel[Profile.VAN], problem.travel[Profile.VAN]
    assert len(matrix.places) == len({order.location for order in orders}) + 1
    assert all(isinstance(row, array) for row in (*matrix.seconds, *matrix.metres))
    for a in matrix.places:
        for b in matrix.places:
            known = whole.seconds[whole.index[a]][whole.index[b]]
            assert matrix.seconds[matrix.index[a]][matrix.index[b]] == known
    assert len(pickle.dumps(slim)) < len(pickle.dumps(problem)) / 3


def test_a_slim_problem_has_the_same_plan() -> None:
    orders = [make_order() for _ in range(4)]
    problem = make_problem([make_route()], orders)
    assert plan_of(slimmed(problem)).cost == plan_of(problem).cost
