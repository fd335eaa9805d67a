from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.board import BoardRoute
from app.domain.fleet import Load, Shift
from app.domain.insertion import Drag
from app.domain.orders import Order
from app.domain.routes import Lock, RouteStatus
from app.domain.timetable import timetable
from app.domain.travel import UNREACHABLE, Profile, TravelMatrix
from app.domain.violations import ViolationKind
from tests.factories import (
    DEPOT_PLACE,
    make_break,
    make_driver,
    make_order,
    make_route,
    make_shift,
    make_vehicle,
    place,
    window,
)
from tests.unit.domain.routes_strategy import travel_over


def on_board(
    orders: list[Order], dragged: list[Order], shift: Shift | None = None, **changes: object
) -> tuple[BoardRoute, Drag]:
    travel = travel_over(*orders, *dragged)
    shift = shift or make_shift()
    route = make_route(shift, orders, **changes)
    each = BoardRoute(route=route, timetable=timetable(shift, orders, travel))
    return each, Drag([each], dragged, travel)


def test_an_order_goes_between_the_stops_it_lies_between() -> None:
    line = [make_order(place=place(53.56, 13.30 + n * 0.01)) for n in range(5)]
    new = line.pop(2)
    each, drag = on_board(line, [new])
    fit = drag.fit(each.id)
    assert fit.index == 2
    assert fit.is_feasible
    # On its way: only its service is more work.
    assert fit.extra_m == 0
    assert fit.extra_s == new.service_time.total_seconds()
    assert fit.load.parcels == 5


def test_a_place_that_makes_another_stop_late_is_not_the_fit() -> None:
    tight = make_order(place=place(53.56, 13.40), window=window("08:00", "08:13"))
    on_the_way = make_order(place=place(53.56, 13.35), service_time=timedelta(minutes=10))
    each, drag = on_board([tight], [on_the_way])
    assert drag.fit(each.id).index == 1
    ghost = drag.ghost_at(each.id, 0)
    assert [(v.kind, v.order) for v in ghost.added] == [(ViolationKind.LATE, tight.id)]


def test_a_missing_skill_is_the_rule_that_refuses() -> None:
    new = make_order(requirements=frozenset({"cold"}))
    each, drag = on_board([make_order()], [new])
    fit = drag.fit(each.id)
    assert [v.kind for v in fit.added] == [ViolationKind.MISSING_SKILL]
    assert "cold" in fit.added[0].text


def test_the_refusal_names_the_least_broken_rule_with_its_amount() -> None:
    full = make_shift(
        vehicle=make_vehicle(capacity=Load(weight_g=6_000, volume_cm3=10**7, parcels=99))
    )
    each, drag = on_board([make_order(weight_g=5_000)], [make_order(weight_g=3_000)], full)
    best = drag.best()
    assert best is not None
    (violation,) = best.added
    assert (violation.kind, violation.amount) == (ViolationKind.OVER_CAPACITY, 2_000)
    assert each.id == best.route


def test_a_pair_without_a_road_is_no_place() -> None:
    a, b, new = (make_order(place=place(53.57, 13.30 + n * 0.01)) for n in range(3))
    places = (DEPOT_PLACE, a.location, b.location, new.location)
    none = UNREACHABLE
    seconds = [[0, 60, 60, 60], [60, 0, 60, none], [60, 60, 0, 60], [60, 60, none, 0]]
    travel = {Profile.VAN: TravelMatrix(places=places, seconds=seconds, metres=seconds)}
    route = make_route(orders=[a, b])
    each = BoardRoute(route=route, timetable=timetable(route.shift, [a, b], travel))
    drag = Drag([each], [new], travel)
    assert drag.fit(each.id).is_feasible
    assert drag.fit(each.id).index != 1
    assert [v.kind for v in drag.ghost_at(each.id, 1).added] == [ViolationKind.UNREACHABLE] * 2


def test_a_broken_route_takes_what_makes_nothing_worse() -> None:
    late = make_order(place=place(53.60, 13.40), window=window("08:00", "08:01"))
    each, drag = on_board([late], [make_order(place=place(53.60, 13.40))])
    assert not each.timetable.is_feasible
    fit = drag.fit(each.id)
    assert fit.is_feasible
    assert fit.index == 1
    (worse,) = drag.ghost_at(each.id, 0).added
    assert worse.was == each.timetable.violations[0].amount < worse.amount
    assert worse.text == "late by 3 min more"


def test_of_a_rule_that_was_broken_before_only_what_is_added_is_named() -> None:
    # Waiting for the last window already keeps the driver for hours after the shift.
    shift = make_shift(window=window("08:00", "10:00"), rest=make_break("08:30", "09:30"))
    evening = make_order(place=place(53.56, 13.30), window=window("17:00", "17:30"))
    line = [make_order(place=place(53.56, 13.31 + n * 0.01)) for n in range(8)]
    new = make_order(place=place(53.56, 13.30), service_time=timedelta(minutes=15))
    each, drag = on_board([evening, *line], [new], shift)
    over = each.timetable.violations[0].amount
    assert over > 7 * 3600
    assert drag.fit(each.id).is_feasible  # while it waits anyway
    ghost = drag.ghost_at(each.id, 1)
    assert ghost.added[0].text == "shift exceeded by 15 min more"


def test_the_gravest_rule_is_named_first() -> None:
    shift = make_shift(
        vehicle=make_vehicle(capacity=Load(weight_g=1_000, volume_cm3=10**7, parcels=99))
    )
    tight = make_order(place=place(53.56, 13.40), window=window("08:00", "08:13"))
    heavy = make_order(
        place=place(53.56, 13.35),
        service_time=timedelta(hours=10),
        weight_g=5_000,
        requirements=frozenset({"cold"}),
    )
    each, drag = on_board([tight], [heavy], shift)
    added = drag.ghost_at(each.id, 0).added
    assert [v.kind for v in added] == [
        ViolationKind.MISSING_SKILL,
        ViolationKind.OVER_CAPACITY,
        ViolationKind.LATE,
        ViolationKind.SHIFT_EXCEEDED,
    ]
    assert added[2].increase > added[3].increase


def test_an_order_dragged_within_its_route_is_not_counted_twice() -> None:
    line = [make_order(place=place(53.56, 13.30 + n * 0.01)) for n in range(4)]
    shuffled = [line[1], line[2], line[0], line[3]]
    each, drag = on_board(shuffled, [line[0]])
    fit = drag.fit(each.id)
    assert fit.orders == tuple(order.id for order in line)
    assert fit.extra_m < 0
    assert drag.ghost_at(each.id, 2).extra_m == 0
    assert drag.saved_cost == pytest.approx(
        each.timetable.cost
        - timetable(each.route.shift, [line[1], line[2], line[3]], travel_over(*line)).cost
    )


@pytest.mark.parametrize(
    "changes", [{"lock": Lock.CONTENTS}, {"status": RouteStatus.RELEASED}], ids=["locked", "out"]
)
def test_best_fit_passes_by_routes_that_may_not_change(changes: dict[str, object]) -> None:
    new = make_order()
    travel = travel_over(new)
    shut, dear = make_shift(), make_shift(driver=make_driver())
    dear = replace(
        dear, vehicle=replace(dear.vehicle, costs=replace(dear.vehicle.costs, fixed=999.0))
    )
    routes = [
        BoardRoute(route=make_route(shut, **changes), timetable=timetable(shut, [], travel)),
        BoardRoute(route=make_route(dear), timetable=timetable(dear, [], travel)),
    ]
    best = Drag(routes, [new], travel).best()
    assert best is not None
    assert best.route == routes[1].id
    assert Drag(routes[:1], [new], travel).best() is None
    # A person may still ask for that very route.
    assert Drag(routes, [new], travel).fit(routes[0].id).is_feasible
