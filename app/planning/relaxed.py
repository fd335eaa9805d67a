"""A problem without the rules that the engines don't know: near enough to start from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from statistics import fmean

import numpy as np

from app.domain.fleet import Break, Driver, Load, Shift
from app.domain.ids import DriverId, OrderId
from app.domain.orders import Order
from app.domain.problem import Problem
from app.domain.routes import Lock, Route
from app.domain.rules import NO_ORDER_RULES, NO_SHIFT_RULES, OrderRules
from app.domain.sketch import RouteSketch
from app.domain.times import TimeWindow
from app.domain.timetable import Travel
from app.domain.travel import UNREACHABLE, TravelMatrix
from app.planning.wishes import wishes_of


def is_plain(problem: Problem) -> bool:
    """Whether the engines know all that is asked."""
    if problem.moves_nothing or _has_unknown_aims(problem):
        return False
    if any(route.frozen for route in problem.routes):
        return False
    travel = problem.travel
    for route in problem.routes:
        if not RouteSketch(route.shift, (), travel).is_plain:
            return False
    return all(_is_known(order.rules) and not order.more_load for order in problem.orders.values())


def _is_known(rules: OrderRules) -> bool:
    """Whether they ask for nothing but a driver by preference."""
    return rules == replace(NO_ORDER_RULES, preferred_drivers=rules.preferred_drivers)


def _has_unknown_aims(problem: Problem) -> bool:
    """Whether there are aims beyond the objective and the wishes, which any engine knows."""
    aims = replace(wishes_of(problem).aims, objective=problem.aims.objective)
    return problem.aims != aims


def knows_more(problem: Problem) -> bool:
    """Whether a rule is asked for that `engines.whole` knows and the clustered search doesn't."""
    for route in problem.routes:
        rules = route.shift.rules
        limits = (rules.max_distance_m, rules.max_work, rules.max_stops)
        if route.frozen or rules.max_reloads or any(limit is not None for limit in limits):
            return True
    for order in problem.orders.values():
        ask = order.rules
        if ask.collected_by or ask.more_windows or ask.released_at or ask.drop_price is not None:
            return True
    return False


def is_nearly_plain(problem: Problem) -> bool:
    """Whether `relaxed` leaves out nothing but limits of the shifts, which seldom bind."""
    if any(route.frozen for route in problem.routes):
        return False
    asks = [order.rules for order in problem.orders.values()]
    return not any(
        ask.collected_by or ask.more_windows or ask.released_at or ask.drop_price is not None
        for ask in asks
    )


def asks_for_more(problem: Problem) -> bool:
    """Whether a rule or aim is asked for that even `engines.whole` doesn't know, or not exactly."""
    if has_wishes(problem):
        return True
    for route in problem.routes:
        shift, rules = route.shift, route.shift.rules
        if shift.rest or rules.pauses or rules.max_driving is not None:
            return True
        if rules.max_reloads and rules.max_stops is not None:
            return True
    for order in problem.orders.values():
        ask = order.rules
        if ask.apart_from or (ask.more_windows and ask.collected_by):
            return True
    return False


def has_wishes(problem: Problem) -> bool:
    """Whether there are prices, or hours of the road, that no engine knows: what it finds is then
    only near the best."""
    if problem.moves_nothing or _has_unknown_aims(problem):
        return True
    if any(matrix.pace is not None or matrix.later for matrix in problem.travel.values()):
        return True
    if any(route.shift.rules.overtime is not None for route in problem.routes):
        return True
    return any(order.rules.lateness is not None for order in problem.orders.values())


def relaxed(
    problem: Problem, seconds: float, *, is_strict: bool = False, caution: float = 0.0
) -> Problem:
    """What an engine may be given: each rule left out, or turned into one that it knows.

    What has a price, lateness, overtime and the way to reload, may be had for nothing, or not at
    all where that is strict. Roads are as slow as they are on average; with `caution` as much
    slower, from 0 to 1, as they are at the worst hour. Routes with frozen stops and pairs of pickup
    and delivery are not in it.
    """
    routes = [r for r in problem.routes if r.lock is Lock.NONE and not r.frozen]
    paces = [route.shift.rules for route in routes] or [NO_SHIFT_RULES]
    service = fmean(rules.service_pace for rules in paces)
    suppliers = {order.rules.collected_by for order in problem.orders.values()}
    elsewhere = {o for r in problem.routes if r not in routes for o in r.orders}
    drivers = {route.shift.driver.id for route in routes}
    orders: dict[OrderId, Order] = {}
    tokens: dict[DriverId, set[str]] = {}
    for key, order in problem.orders.items():
        if order.rules.collected_by is not None or key in suppliers or key in elsewhere:
            continue
        orders[key] = _plain_order(order, service, drivers, tokens, is_strict=is_strict)
    locked = {route.id: route for route in routes}
    wishes = wishes_of(problem)
    return replace(
        problem,
        routes=tuple(
            _plain_route(locked[r.id], orders, tokens, is_strict=is_strict) for r in routes
        ),
        orders=orders,
        unassigned=tuple(key for key in problem.unassigned if key in orders),
        travel=_plain_travel(problem.travel, fmean(rules.travel_pace for rules in paces), caution),
        seconds=seconds,
        aims=replace(wishes.aims, objective=problem.aims.objective),
        kept=wishes.kept,
    )


def _plain_order(
    order: Order,
    pace: float,
    drivers: set[DriverId],
    tokens: dict[DriverId, set[str]],
    *,
    is_strict: bool,
) -> Order:
    rules = order.rules
    if rules is NO_ORDER_RULES and not order.more_load and pace == 1.0:
        return order
    window = max(order.windows, key=lambda each: each.length, default=None)
    if rules.lateness is not None and window is not None and not is_strict:
        window = TimeWindow(start=window.start, end=window.end + rules.lateness.most)
    if rules.released_at is not None and window is not None:
        window = TimeWindow(
            start=min(max(window.start, rules.released_at), window.end), end=window.end
        )
    requirements = order.requirements
    allowed = (rules.drivers or drivers) - rules.barred_drivers
    if not drivers <= allowed:
        # A skill that only those have who may take it.
        token = "\0" + ",".join(sorted(str(driver) for driver in allowed & drivers))
        requirements |= {token}
        for driver in allowed:
            tokens.setdefault(driver, set()).add(token)
    return replace(
        order,
        window=window,
        service_time=_scaled(order.service_time + rules.setup_time, pace),
        requirements=requirements,
        rules=replace(NO_ORDER_RULES, preferred_drivers=rules.preferred_drivers)
        if rules.preferred_drivers
        else NO_ORDER_RULES,
        more_load=(),
    )


def _plain_route(
    route: Route,
    orders: Mapping[OrderId, Order],
    tokens: Mapping[DriverId, set[str]],
    *,
    is_strict: bool,
) -> Route:
    shift = route.shift
    rules = shift.rules
    end = shift.window.end
    if rules.overtime is not None and not is_strict:
        end += rules.overtime.most
    capacity = shift.vehicle.capacity
    trips = 1 if is_strict else 1 + rules.max_reloads
    vehicle = replace(
        shift.vehicle,
        capacity=Load(
            weight_g=capacity.weight_g * trips,
            volume_cm3=capacity.volume_cm3 * trips,
            parcels=capacity.parcels * trips,
        ),
    )
    return replace(
        route,
        shift=replace(
            shift,
            vehicle=vehicle,
            driver=_with_skills(shift.driver, tokens),
            window=TimeWindow(start=shift.window.start, end=end),
            rest=shift.rest or _first_pause(shift),
            rules=replace(NO_SHIFT_RULES, area=rules.area) if rules.area else NO_SHIFT_RULES,
        ),
        stops=tuple(stop for stop in route.stops if stop.order in orders),
    )


def _with_skills(driver: Driver, tokens: Mapping[DriverId, set[str]]) -> Driver:
    more = tokens.get(driver.id)
    return replace(driver, skills=driver.skills | more) if more else driver


def _first_pause(shift: Shift) -> Break | None:
    for pause in shift.rules.pauses:
        if pause.window is not None:
            return Break(window=pause.window, length=pause.length)
        limits = [limit for limit in (pause.after_driving, pause.after_work) if limit is not None]
        if limits:
            latest = min(shift.window.start + min(limits), shift.window.end)
            return Break(
                window=TimeWindow(start=shift.window.start, end=latest), length=pause.length
            )
    return None


def _scaled(time: timedelta, pace: float) -> timedelta:
    return time if pace == 1.0 else timedelta(seconds=round(time.total_seconds() * pace))


def _plain_travel(travel: Travel, pace: float, caution: float) -> Travel:
    """The slowest of all hours' roads, as slow as they are on average, or slower."""
    done: dict[int, TravelMatrix] = {}
    found = {}
    for profile, matrix in travel.items():
        if id(matrix) not in done:
            done[id(matrix)] = _plain_matrix(matrix, pace, caution)
        found[profile] = done[id(matrix)]
    return found


def slowest(travel: Travel) -> Travel:
    """The roads of every hour in one matrix each: the slowest way that is open at some hour."""
    return {profile: _slowest(matrix) for profile, matrix in travel.items()}


def _slowest(matrix: TravelMatrix) -> TravelMatrix:
    if not matrix.later:
        return matrix
    seconds, metres = _array(matrix.seconds), _array(matrix.metres)
    for _, later in matrix.later:
        other = _array(later.seconds)
        is_slower = other > seconds
        seconds = np.where(is_slower, other, seconds)
        metres = np.where(is_slower, _array(later.metres), metres)
    return replace(
        matrix,
        seconds=[row.tolist() for row in seconds],
        metres=[row.tolist() for row in metres],
        later=(),
    )


def _plain_matrix(matrix: TravelMatrix, pace: float, caution: float) -> TravelMatrix:
    factor = pace
    if matrix.pace is not None:
        mean = fmean(matrix.pace.travel)
        factor *= mean + caution * (max(matrix.pace.travel) - mean)
    matrix = _slowest(matrix)
    if factor == 1.0 and matrix.costs is None and matrix.pace is None:
        return matrix
    seconds = _array(matrix.seconds)
    seconds = np.where(seconds == UNREACHABLE, UNREACHABLE, np.rint(seconds * factor))
    rows = [row.tolist() for row in seconds.astype(np.int32)]
    return replace(matrix, seconds=rows, pace=None, costs=None)


def _array(rows: Sequence[Sequence[int]]) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    return np.array([np.asarray(row, dtype=np.int32) for row in rows], dtype=np.int32).reshape(
        len(rows), -1
    )
