"""Routes that somebody gave, driven by the timetable as they stand: nothing is searched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from app.documents.json_input import MOST_SECONDS
from app.documents.solution_sol import AT_DEPOT, SolFile
from app.documents.solution_vroom import Fault
from app.documents.vroom_values import Step, StepKind, VehicleBreak
from app.domain.errors import RuleError
from app.domain.fleet import Shift
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.domain.routes import Route
from app.domain.rules import OrderRules
from app.domain.times import TimeWindow
from app.domain.timetable import Reload, StopTime, Timetable, timetable
from app.services.posing import Posed, instant, made_id, place_at, seconds_of, window
from app.services.solution_reports import DrivenRoute, planned_routes

_BREAK_IDS = 6


def routes_of_steps(posed: Posed) -> list[DrivenRoute]:
    """Each vehicle's own steps, at the times that they ask for.

    Raises RuleError where a time that a step asks for can't be kept, and where no vehicle has
    steps.
    """
    if not any(vehicle.has_steps for vehicle in posed.vehicles.values()):
        raise RuleError(
            "$.vehicles[0].steps: expected the steps to check, got nothing. Without --check they "
            "are searched for."
        )
    driven = []
    for route in posed.problem.routes:
        if posed.vehicles[route.id].steps:
            each = _Steps(posed, route).drive()
            if each is not None:
                driven.append(each)
    return driven


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
            raise RuleError(
                f"{name}, line {each.line}: the problem has {len(by_number)} vehicles, "
                f"no vehicle {each.number}."
            )
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


class _Steps:
    """One vehicle's steps; its breaks become stops that stay where they were put."""

    def __init__(self, posed: Posed, route: Route) -> None:
        self._posed = posed
        self._route = route
        self._vehicle = posed.vehicles[route.id]
        self._ids: dict[tuple[str, int | None], OrderId] = {
            (task.kind.value, task.id): order for order, task in posed.tasks.items()
        }

    def drive(self) -> DrivenRoute | None:
        """None for a vehicle that visits nobody."""
        shift = self._shift()
        orders: list[Order] = []
        breaks: dict[OrderId, VehicleBreak] = {}
        steps = []
        for number, step in enumerate(self._vehicle.steps):
            if step.id is None:
                continue
            if step.kind is StepKind.BREAK:
                pause = next(each for each in self._vehicle.breaks if each.id == step.id)
                order = self._pause(pause, number, orders[-1] if orders else self._first(shift))
                breaks[order.id] = pause
            else:
                order = self._posed.problem.orders[self._ids[step.kind.value, step.id]]
            orders.append(_timed(order, step))
            steps.append(step)
        if len(breaks) == len(orders):
            return None
        shift = _without_pauses(shift, len(breaks))
        times = timetable(shift, orders, self._posed.problem.travel)
        for step, stop in zip(steps, times.stops, strict=True):
            _check_kept(step, seconds_of(stop.begin))
        for step in self._vehicle.steps:
            if step.kind is StepKind.START:
                _check_kept(step, seconds_of(times.departure), may_be_later=True)
            elif step.kind is StepKind.END:
                _check_kept(step, seconds_of(times.end), may_be_later=step.at is None)
        return DrivenRoute(
            route=replace(self._route, shift=shift),
            orders=tuple(orders),
            breaks=breaks,
            timetable=times,
            faults=tuple(self._missing(times, breaks)),
        )

    def _missing(self, times: Timetable, breaks: Mapping[OrderId, VehicleBreak]) -> Iterator[Fault]:
        """Breaks that the steps don't have although the vehicle was under way all their time."""
        taken = {pause.id for pause in breaks.values()}
        hours = self._route.shift.window
        for pause in self._vehicle.breaks:
            latest = pause.windows[-1][1] if pause.windows else seconds_of(hours.end)
            over = seconds_of(times.end) - latest
            if pause.id not in taken and over > 0 and seconds_of(times.departure) < latest:
                yield Fault(cause="missing_break", amount=over, is_time=True)

    def _first(self, shift: Shift) -> Order:
        """Some order at the place where the vehicle is before its first task."""
        known = self._posed.problem.orders
        tasks = [s for s in self._vehicle.steps if (s.kind.value, s.id) in self._ids]
        if not tasks:
            return next(iter(known.values()))
        first = known[self._ids[tasks[0].kind.value, tasks[0].id]]
        if self._vehicle.start is None:
            return first
        return replace(first, place=place_at(shift.depot.location))

    def _pause(self, pause: VehicleBreak, number: int, at: Order) -> Order:
        """A stop where the vehicle is anyway, with nothing to hand over."""
        windows = [window(*each) for each in pause.windows]
        return Order(
            id=OrderId(made_id(_BREAK_IDS, number)),
            reference=f"break {pause.id}",
            day=at.day,
            recipient="",
            address=at.address,
            place=at.place,
            window=windows[0] if windows else None,
            service_time=timedelta(seconds=pause.service),
            rules=OrderRules(more_windows=tuple(windows[1:])),
        )

    def _shift(self) -> Shift:
        """The shift, leaving no earlier than its start step says, be that before its hours."""
        shift = self._route.shift
        for step in self._vehicle.steps:
            earliest = step.at if step.at is not None else step.after
            if step.kind is StepKind.START and earliest is not None:
                start = instant(earliest)
                end = max(shift.window.end, start)
                shift = replace(shift, window=TimeWindow(start=start, end=end))
        return shift


def _without_pauses(shift: Shift, placed: int) -> Shift:
    """Breaks are where the steps have them, and are no tasks."""
    most = shift.rules.max_stops
    most = None if most is None else most + placed
    return replace(shift, rules=replace(shift.rules, pauses=(), max_stops=most))


def _timed(order: Order, step: Step) -> Order:
    """The order within the time that its step asks for; outside its own windows if need be."""
    if step.at is None and step.after is None and step.before is None:
        return order
    asked = _asked(step)
    windows = [
        TimeWindow(start=max(asked.start, own.start), end=min(asked.end, own.end))
        for own in order.windows
        if max(asked.start, own.start) <= min(asked.end, own.end)
    ] or [asked]
    rules = replace(order.rules, more_windows=tuple(windows[1:]))
    return replace(order, window=windows[0], rules=rules)


def _asked(step: Step) -> TimeWindow:
    if step.at is not None:
        return window(step.at, step.at)
    start, end = step.after or 0, MOST_SECONDS if step.before is None else step.before
    if end < start:
        raise RuleError(
            f"{step.path}: expected service_after no later than service_before, "
            f"got {start} and {end}"
        )
    return window(start, end)


def _check_kept(step: Step, time: int, *, may_be_later: bool = False) -> None:
    if step.at is None and step.after is None and step.before is None:
        return
    asked = _asked(step)
    start, end = seconds_of(asked.start), seconds_of(asked.end)
    if may_be_later and step.before is None:
        return
    if not start <= time <= end:
        raise RuleError(
            f"{step.path}: expected a time that can be kept, got {_words(start, end)}; "
            f"driven as early as may be, it is {time}."
        )


def _words(start: int, end: int) -> str:
    return f"{start}" if start == end else f"{start} to {end}"
