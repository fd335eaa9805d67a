"""What a plan is worth by its aims: the prices beyond a single route's, and what each route adds.

The price of a plan is the sum of its routes' prices, of what is left out, and of the imbalance:
a search may work on the difference that a change makes to each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from app.domain.fleet import Shift
from app.domain.geo import Location
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.domain.problem import Kept
from app.domain.rules import NO_AIMS, Aims, Balance, Objective
from app.domain.sketch import RouteSketch

HOUR_PRICE = 20.0
"""What an hour of work is worth where only hours count."""
SHIFT_PRICE = 1_000_000.0
"""More than any route costs: what a shift is worth where the fewest are sought."""


def aims_that_count(aims: Aims, shifts: Collection[Shift], orders: Iterable[Order]) -> Aims:
    """The aims without those that can make no difference on this day: the fewer there are, the
    better an engine knows what is asked."""
    has_areas = any(shift.rules.area for shift in shifts)
    are_preferred = any(order.rules.preferred_drivers for order in orders)
    is_balanced = aims.balance is not Balance.NONE and aims.per_imbalance > 0
    return replace(
        aims,
        balance=aims.balance if is_balanced else NO_AIMS.balance,
        per_imbalance=aims.per_imbalance if is_balanced else NO_AIMS.per_imbalance,
        idle_shift=aims.idle_shift if aims.use_every_shift else NO_AIMS.idle_shift,
        other_than_preferred=aims.other_than_preferred if are_preferred else 0.0,
        outside_area=aims.outside_area if has_areas else 0.0,
    )


def plan_cost(
    routes: Mapping[RouteId, RouteSketch],
    aims: Aims,
    kept: Mapping[OrderId, Kept],
    left_out: Iterable[Order],
) -> float:
    """What a plan costs; the smaller the better.

    Orders left out that have no price are not in it: they come before any cost.
    """
    return (
        sum(route_price(route, sketch, aims, kept) for route, sketch in routes.items())
        + sum(left_out_price(order, aims, kept) for order in left_out)
        + balance_price(list(routes.values()), aims)
    )


def route_price(
    route: RouteId, sketch: RouteSketch, aims: Aims, kept: Mapping[OrderId, Kept]
) -> float:
    """What a route adds to the price of its plan."""
    if not sketch.visits:
        return aims.idle_shift if aims.use_every_shift else 0.0
    price = _objective_price(sketch, aims)
    shift = sketch.frame.shift
    for visit in sketch.visits:
        price += stop_price(route, shift, visit.order, aims, kept)
    if kept and aims.other_time_per_hour:
        for visit, begin in zip(sketch.visits, sketch.begins, strict=True):
            told = kept.get(visit.order.id)
            if told is not None:
                moved_s = abs(begin - told.begin.timestamp())
                price += aims.other_time_per_hour * moved_s / 3600
    return price


def _objective_price(sketch: RouteSketch, aims: Aims) -> float:
    match aims.objective:
        case Objective.CHEAPEST:
            return sketch.cost
        case Objective.FASTEST:
            return sketch.working_s / 3600 * HOUR_PRICE + sketch.overrun_price
        case Objective.FEWEST_VEHICLES:
            return SHIFT_PRICE + sketch.cost


def stop_price(
    route: RouteId, shift: Shift, order: Order, aims: Aims, kept: Mapping[OrderId, Kept]
) -> float:
    """What it adds that this order is on this route, wherever on it and whatever else there is."""
    price = 0.0
    if aims.other_than_preferred:
        preferred = order.rules.preferred_drivers
        if preferred and shift.driver.id not in preferred:
            price += aims.other_than_preferred
    area = shift.rules.area if aims.outside_area else ()
    if area and order.location is not None and not is_inside(order.location, area):
        price += aims.outside_area
    if aims.other_driver:
        told = kept.get(order.id)
        if told is not None and told.route != route:
            price += aims.other_driver
    return price


def left_out_price(order: Order, aims: Aims, kept: Mapping[OrderId, Kept]) -> float:
    """What it adds that an order is on no route; no shift is saved by leaving one out."""
    price = aims.other_driver if order.id in kept else 0.0
    if order.rules.drop_price is not None:
        price += order.rules.drop_price
        if aims.objective is Objective.FEWEST_VEHICLES:
            price += SHIFT_PRICE
    return price


def balance_price(sketches: Sequence[RouteSketch], aims: Aims) -> float:
    """What it costs that the routes that drive are not alike."""
    if aims.balance is Balance.NONE or not aims.per_imbalance:
        return 0.0
    return aims.per_imbalance * imbalance([balanced(s, aims) for s in sketches if s.visits])


def balanced(sketch: RouteSketch, aims: Aims) -> float:
    """What is to be alike: hours, or stops."""
    return sketch.working_s / 3600 if aims.balance is Balance.HOURS else float(len(sketch.visits))


def imbalance(amounts: Sequence[float]) -> float:
    """By how much they differ from their mean, in sum."""
    if not amounts:
        return 0.0
    mean = sum(amounts) / len(amounts)
    return sum(abs(amount - mean) for amount in amounts)


def is_inside(location: Location, area: Sequence[Location]) -> bool:
    """Whether the polygon encloses the place: a ray eastwards leaves it an odd number of times."""
    is_in = False
    before = area[-1]
    for corner in area:
        if (corner.lat > location.lat) != (before.lat > location.lat):
            share = (location.lat - corner.lat) / (before.lat - corner.lat)
            if location.lon < corner.lon + share * (before.lon - corner.lon):
                is_in = not is_in
        before = corner
    return is_in
