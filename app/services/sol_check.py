"""The routes of a solution file, driven by the timetable as they stand: nothing is searched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from app.documents.solution_sol import AT_DEPOT, SolFile
from app.domain.errors import RuleError
from app.domain.fleet import Shift
from app.domain.ids import OrderId, RouteId
from app.domain.routes import Route
from app.domain.times import TimeWindow
from app.domain.timetable import Reload, StopTime, Timetable, timetable
from app.services.posing import Posed
from app.services.solution_reports import DrivenRoute, planned_routes


def routes_of_sol(posed: Posed, sol: SolFile, name: str) -> list[DrivenRoute]:
    """The routes of a solution file.

    Raises RuleError, with its line, for a vehicle or a customer that the problem does not have,
    and for one that is visited twice.
    """
    by_number = {vehicle.id: route for route, vehicle in posed.vehicles.items()}
    by_node = {task.id: order for order, task in posed.tasks.items()}
    trips: dict[RouteId, list[tuple[OrderId, ...]]] = {}
    seen: dict[int, int] = {}
    for each in sol.routes:
        visits = [visit for visit in each.visits if visit != AT_DEPOT]
        if not visits:
            continue
        route = by_number.get(each.number)
        if route is None:
            raise RuleError(f"{name}, line {each.line}: the problem has no vehicle {each.number}.")
        if route in trips:
            raise RuleError(f"{name}, line {each.line}: route {each.number} is there twice.")
        for visit in visits:
            if visit not in by_node:
                raise RuleError(f"{name}, line {each.line}: there is no customer {visit}.")
            if visit in seen:
                raise RuleError(
                    f"{name}, line {each.line}: customer {visit} was visited already "
                    f"(line {seen[visit]})."
                )
            seen[visit] = each.line
        trips[route] = _between_loadings(each.visits, by_node)
    driven = []
    for known in posed.problem.routes:
        sequence = trips.get(known.id, [])
        if len(sequence) > 1 + known.shift.rules.max_reloads:
            number = posed.vehicles[known.id].id
            raise RuleError(f"{name}: vehicle {number} may not load that often at the depot.")
        if len(sequence) == 1:
            driven += planned_routes(posed, {known.id: sequence[0]})
        elif sequence:
            driven.append(_in_trips(posed, known, sequence))
    return driven


def _between_loadings(
    visits: Sequence[int], by_node: Mapping[int, OrderId]
) -> list[tuple[OrderId, ...]]:
    trips: list[list[OrderId]] = [[]]
    for visit in visits:
        if visit == AT_DEPOT:
            trips.append([])
        else:
            trips[-1].append(by_node[visit])
    return [tuple(trip) for trip in trips if trip]


def _in_trips(posed: Posed, route: Route, trips: Sequence[Sequence[OrderId]]) -> DrivenRoute:
    """A route that loads exactly where the file says, and not where the timetable would.

    Each trip is a shift of its own that starts when the one before has ended.
    """
    rules = replace(route.shift.rules, max_reloads=0)
    shift = replace(route.shift, rules=rules)
    start = shift.window.start
    driven = []
    for trip in trips:
        # Who comes back too late is late in the next trip too, and may not leave before that.
        hours = TimeWindow(start=start, end=max(start, shift.window.end))
        visited = [posed.problem.orders[order] for order in trip]
        driven.append(timetable(replace(shift, window=hours), visited, posed.problem.travel))
        start = driven[-1].end + rules.reload_time
    orders = tuple(posed.problem.orders[order] for trip in trips for order in trip)
    return DrivenRoute(route=route, orders=orders, timetable=_joined(route.shift, driven))


def _joined(shift: Shift, trips: Sequence[Timetable]) -> Timetable:
    """One timetable of several trips, as if the van had been sent round once."""
    stops: list[StopTime] = []
    reloads = []
    for before, trip in zip((None, *trips), trips, strict=False):
        first, *others = trip.stops
        if before is not None:
            reloads.append(
                Reload(
                    index=len(stops),
                    arrival=before.end,
                    departure=trip.departure,
                    load=trip.start_load,
                )
            )
            first = replace(
                first,
                leg_s=before.last_leg_s + first.leg_s,
                leg_m=before.last_leg_m + first.leg_m,
            )
        stops += [first, *others]
    return replace(
        trips[0],
        shift=shift,
        end=trips[-1].end,
        stops=tuple(stops),
        last_leg_s=trips[-1].last_leg_s,
        last_leg_m=trips[-1].last_leg_m,
        distance_m=sum(trip.distance_m for trip in trips),
        driving=sum((trip.driving for trip in trips), timedelta()),
        waiting=sum((trip.waiting for trip in trips), timedelta()),
        service=sum((trip.service for trip in trips), timedelta()),
        cost=sum(trip.cost for trip in trips) - shift.vehicle.costs.fixed * (len(trips) - 1),
        violations=tuple(each for trip in trips for each in trip.violations),
        reloads=tuple(reloads),
    )
