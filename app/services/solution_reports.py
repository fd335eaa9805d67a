"""From timetables to a report in VROOM's words, whoever made the routes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.documents.solution_vroom import (
    Fault,
    RouteReport,
    SolutionReport,
    StepReport,
    Unserved,
)
from app.documents.vroom_values import (
    Amounts,
    Spot,
    StepKind,
    Task,
    TaskKind,
    VehicleBreak,
    VroomVehicle,
)
from app.domain.geo import Location
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.domain.problem import Plan, Reason
from app.domain.routes import Route
from app.domain.timetable import Rest, StopTime, Timetable, timetable
from app.domain.travel import UNREACHABLE
from app.domain.violations import Violation, ViolationKind
from app.services.file_words import reason_of
from app.services.posing import Posed, seconds_of
from app.services.vroom_posing import breaks_in_sequence, with_breaks_owed

_CAUSES = {
    ViolationKind.LATE: "delay",
    ViolationKind.OVER_CAPACITY: "load",
    ViolationKind.MISSING_SKILL: "skills",
    ViolationKind.SHIFT_EXCEEDED: "delay",
    ViolationKind.BREAK_MISSED: "missing_break",
    ViolationKind.DRIVING_EXCEEDED: "max_travel_time",
    ViolationKind.DISTANCE_EXCEEDED: "max_distance",
    ViolationKind.STOPS_EXCEEDED: "max_tasks",
    ViolationKind.PAIR_BROKEN: "precedence",
}
"""VROOM's names; rules that it does not know keep ours."""
_TIMES = frozenset(
    {
        ViolationKind.LATE,
        ViolationKind.SHIFT_EXCEEDED,
        ViolationKind.BREAK_MISSED,
        ViolationKind.DRIVING_EXCEEDED,
        ViolationKind.WORK_EXCEEDED,
        ViolationKind.LEFT_TOO_EARLY,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrivenRoute:
    """A route with its orders in sequence; some may stand for breaks at a given place."""

    route: Route
    orders: tuple[Order, ...]
    breaks: Mapping[OrderId, VehicleBreak] = field(default_factory=dict)
    """Which orders are none, but breaks that somebody placed there."""
    marks: Mapping[OrderId, StepKind] = field(default_factory=dict)
    """And which only hold the time that the start or the end of the route asks for."""
    timetable: Timetable
    faults: tuple[Fault, ...] = ()
    """What the timetable can't know of."""


def planned_routes(
    posed: Posed, sequences: Mapping[RouteId, Sequence[OrderId]]
) -> list[DrivenRoute]:
    """The routes that drive, with the timetables of their own."""
    driven = []
    for route in posed.problem.routes:
        orders = tuple(posed.problem.orders[order] for order in sequences.get(route.id, ()))
        if orders:
            times = timetable(with_breaks_owed(route.shift), orders, posed.problem.travel)
            driven.append(DrivenRoute(route=route, orders=orders, timetable=times))
    return driven


def plan_report(posed: Posed, plan: Plan, loading_ms: int, solving_ms: int) -> SolutionReport:
    reasons = {each.order: reason_of(posed, each) for each in plan.unassigned}
    return report(
        posed,
        planned_routes(posed, plan.routes),
        reasons,
        loading_ms=loading_ms,
        solving_ms=solving_ms,
        engine=plan.engine,
        trajectory=plan.trajectory,
    )


def report(
    posed: Posed,
    driven: Sequence[DrivenRoute],
    reasons: Mapping[OrderId, tuple[str, str]],
    *,
    loading_ms: int,
    solving_ms: int,
    engine: str = "",
    trajectory: tuple[tuple[float, float], ...] = (),
) -> SolutionReport:
    """`reasons` say why an order is on no route; one without is only not on any."""
    served = {order.id for each in driven for order in each.orders}
    left = [order for order in posed.problem.orders.values() if order.id not in served]
    paid = sum(order.rules.drop_price or 0.0 for order in left if order.id in posed.optional)
    unassigned = []
    for order in left:
        task = posed.tasks[order.id]
        reason, detail = reasons.get(order.id, (Reason.NOT_FOUND.value, "It is on no route."))
        unassigned.append(
            Unserved(
                kind=task.kind,
                id=task.id,
                reason=reason,
                detail=detail,
                description=task.description,
                spot=task.spot,
            )
        )
    return SolutionReport(
        routes=tuple(_RouteWriter(posed, each).write() for each in driven),
        unassigned=tuple(unassigned),
        cost=sum(each.timetable.cost for each in driven) + paid,
        loading_ms=loading_ms,
        solving_ms=solving_ms,
        engine=engine,
        trajectory=trajectory,
        scale=posed.scale,
        cost_scale=posed.cost_scale,
        dimensions=posed.scales.dimensions,
    )


class _RouteWriter:
    def __init__(self, posed: Posed, driven: DrivenRoute) -> None:
        self._posed = posed
        self._driven = driven
        self._vehicle: VroomVehicle = posed.vehicles[driven.route.id]
        self._times = driven.timetable
        shift = driven.route.shift
        self._metres = None if posed.roads is None else posed.roads[shift.vehicle.profile]
        self._at: Location = shift.depot.location
        self._travelled = 0
        self._distance = 0
        self._on_way = 0
        """Of the way to the next stop, before a break."""
        self._waited = 0
        self._done = 0
        """How many tasks."""
        self._load = posed.scales.amounts(self._times.start_load)
        self._delivered_after = _delivered_after(driven.orders)

    def write(self) -> RouteReport:
        times, vehicle = self._times, self._vehicle
        steps = [
            StepReport(
                kind="start",
                arrival=seconds_of(times.departure),
                duration=0,
                load=self._load,
                spot=vehicle.start or self._spot_of(times.stops),
                distance=None if self._metres is None else 0,
                faults=(*self._too_early(), *self._over(self._load)),
            )
        ]
        breaks = breaks_in_sequence(vehicle)
        ready = seconds_of(times.departure)
        rests = list(times.breaks)
        for index, stop in enumerate(times.stops):
            steps.extend(self._rests(rests, index, breaks, ready))
            for reload in times.reloads:
                if reload.index == index:
                    steps.append(self._reload(seconds_of(reload.arrival)))
            if stop.order.id in self._driven.marks:
                self._drive(stop.leg_s - self._on_way, stop.order.location)
                self._on_way = 0
            else:
                steps.append(self._stop(stop))
            ready = seconds_of(stop.departure)
        steps.extend(self._rests(rests, len(times.stops), breaks, ready))
        steps.append(self._end())
        tasks = self._tasks
        return RouteReport(
            vehicle=vehicle.id,
            description=vehicle.description,
            cost=times.cost,
            steps=tuple(steps),
            delivery=self._sum(task.delivery for task in tasks),
            pickup=self._sum(task.pickup for task in tasks),
            setup=sum(step.setup for step in steps),
            service=sum(step.service for step in steps),
            duration=self._travelled,
            waiting=self._waited,
            priority=sum(task.priority for task in tasks),
            distance=None if self._metres is None else self._distance,
            faults=(
                *self._driven.faults,
                *(
                    _fault(each)
                    for each in times.violations
                    if each.order is None
                    and each.kind not in (ViolationKind.OVER_CAPACITY, ViolationKind.SHIFT_EXCEEDED)
                ),
            ),
        )

    @property
    def _tasks(self) -> list[Task]:
        tasks = self._posed.tasks
        return [tasks[order.id] for order in self._driven.orders if order.id in tasks]

    def _sum(self, amounts: Iterable[Amounts]) -> Amounts:
        total = [0] * self._posed.scales.dimensions
        for each in amounts:
            for number, amount in enumerate(each):
                total[number] += amount
        return tuple(total)

    def _over(self, load: Amounts) -> tuple[Fault, ...]:
        capacity = self._vehicle.capacity
        if not capacity:
            # A vehicle without a capacity has none where loads count at all.
            capacity = (0,) * len(load) if self._vehicle.path else load
        over = tuple(max(0, aboard - room) for aboard, room in zip(load, capacity, strict=True))
        return (Fault(cause="load", amount=over),) if any(over) else ()

    def _too_early(self) -> tuple[Fault, ...]:
        hours, departure = self._vehicle.window, seconds_of(self._times.departure)
        if hours is None or departure >= hours[0]:
            return ()
        return (Fault(cause="lead_time", amount=hours[0] - departure, is_time=True),)

    def _drive(self, seconds: int, place: Location | None) -> None:
        self._travelled += seconds
        if self._metres is not None and place is not None and place != self._at:
            index = self._metres.index
            metres = self._metres.metres[index[self._at]][index[place]]
            self._distance += 0 if metres == UNREACHABLE else metres
        if place is not None:
            self._at = place

    @property
    def _so_far(self) -> int | None:
        return None if self._metres is None else self._distance

    def _reload(self, arrival: int) -> StepReport:
        depot = self._driven.route.shift.depot.location
        self._drive(0, depot)
        return StepReport(
            kind="reload",
            arrival=arrival,
            duration=self._travelled,
            load=self._load,
            distance=self._so_far,
        )

    def _rests(
        self, rests: Sequence[Rest], index: int, breaks: Sequence[VehicleBreak], ready: int
    ) -> Iterator[StepReport]:
        """The breaks on the way there; what is driven before them is no more driven after."""
        for rest in rests:
            if rest.index == index:
                self._drive(rest.driven_s - self._on_way, None)
                arrival = ready + rest.driven_s - self._on_way
                self._on_way = rest.driven_s
                yield self._rest(rest, breaks[rest.number], arrival)
                ready = seconds_of(rest.end)

    def _rest(self, rest: Rest, pause: VehicleBreak, arrival: int) -> StepReport:
        begin = seconds_of(rest.begin)
        self._waited += begin - arrival
        return StepReport(
            kind="break",
            id=pause.id,
            description=pause.description,
            arrival=arrival,
            duration=self._travelled,
            load=self._load,
            service=seconds_of(rest.end) - begin,
            waiting=begin - arrival,
            distance=self._so_far,
            exceeded=self._exceeded(),
        )

    def _stop(self, stop: StopTime) -> StepReport:
        pause = self._driven.breaks.get(stop.order.id)
        # A break on the way is at no place of its own: its metres count at the next stop.
        driven, self._on_way = self._on_way, 0
        self._drive(stop.leg_s - driven, None if pause is not None else stop.order.location)
        arrival, begin = seconds_of(stop.arrival), seconds_of(stop.begin)
        setup = int(stop.setup.total_seconds())
        service = seconds_of(stop.departure) - begin - setup
        self._waited += begin - arrival
        self._load = self._posed.scales.amounts(stop.load)
        faults = [_fault(each) for each in stop.violations if each.kind is not ViolationKind.LATE]
        if pause is not None:
            return StepReport(
                kind="break",
                id=pause.id,
                description=pause.description,
                arrival=arrival,
                duration=self._travelled,
                load=self._load,
                service=service,
                waiting=begin - arrival,
                distance=self._so_far,
                faults=(*_untimely(pause.windows, begin), *_heavy(pause.max_load, self._load)),
                exceeded=self._exceeded(),
            )
        task = self._posed.tasks[stop.order.id]
        self._done += 1
        return StepReport(
            kind=task.kind,
            id=task.id,
            description=task.description,
            spot=task.spot,
            arrival=arrival,
            duration=self._travelled,
            load=self._load,
            setup=setup,
            service=service,
            waiting=begin - arrival,
            distance=self._so_far,
            faults=(
                *_untimely(task.windows, begin),
                *self._over(self._load),
                *faults,
                *self._undelivered(task, stop.order),
            ),
            exceeded=self._exceeded(is_task=True),
        )

    def _exceeded(self, *, is_task: bool = False) -> tuple[Fault, ...]:
        vehicle = self._vehicle
        counts = (
            ("max_travel_time", self._travelled, vehicle.max_travel_time),
            ("max_distance", self._distance, vehicle.max_distance),
            ("max_tasks", self._done, vehicle.max_tasks if is_task else None),
        )
        return tuple(
            Fault(cause=cause, amount=count - most, is_time=cause == "max_travel_time")
            for cause, count, most in counts
            if most is not None and count > most
        )

    def _undelivered(self, task: Task, order: Order) -> tuple[Fault, ...]:
        """A shipment must go on to its delivery; the timetable only asks where that came from."""
        if task.kind is not TaskKind.PICKUP or order.id in self._delivered_after:
            return ()
        return (Fault(cause="precedence", amount=1),)

    def _spot_of(self, stops: Iterable[StopTime]) -> Spot | None:
        """Where the first of these is that has a place: breaks have none."""
        tasks = (self._posed.tasks.get(stop.order.id) for stop in stops)
        return next((task.spot for task in tasks if task is not None), None)

    @property
    def _arrival(self) -> datetime:
        for last in self._times.stops[-1:]:
            if self._driven.marks.get(last.order.id) is StepKind.END:
                return last.arrival
        return self._times.end

    def _end(self) -> StepReport:
        times = self._times
        self._drive(times.last_leg_s - self._on_way, self._driven.route.shift.end_location)
        late = sum(
            each.amount for each in times.violations if each.kind is ViolationKind.SHIFT_EXCEEDED
        )
        return StepReport(
            kind="end",
            arrival=seconds_of(self._arrival),
            duration=self._travelled,
            load=self._load,
            spot=self._vehicle.end or self._spot_of(reversed(times.stops)),
            distance=self._so_far,
            faults=(Fault(cause="delay", amount=late, is_time=True),) if late else (),
            exceeded=self._exceeded(),
        )


def _delivered_after(orders: Sequence[Order]) -> frozenset[OrderId]:
    """What is collected on this route and delivered later on it."""
    collected: set[OrderId] = set()
    found = set()
    for order in orders:
        collected.add(order.id)
        if order.rules.collected_by in collected:
            found.add(order.rules.collected_by)
    return frozenset(found)


def _fault(violation: Violation) -> Fault:
    return Fault(
        cause=_CAUSES.get(violation.kind, violation.kind.value),
        amount=violation.amount,
        is_time=violation.kind in _TIMES,
    )


def _untimely(windows: Sequence[tuple[int, int]], begin: int) -> tuple[Fault, ...]:
    """How far the nearest window is missed, and on which side."""
    if not windows or any(start <= begin <= end for start, end in windows):
        return ()
    faults = [
        Fault(cause="delay", amount=begin - end, is_time=True)
        if begin > end
        else Fault(cause="lead_time", amount=start - begin, is_time=True)
        for start, end in windows
    ]
    return (min(faults, key=lambda fault: fault.amount),)


def _heavy(most: Amounts | None, load: Amounts) -> tuple[Fault, ...]:
    if most is None:
        return ()
    over = tuple(max(0, aboard - room) for aboard, room in zip(load, most, strict=True))
    return (Fault(cause="max_load", amount=over),) if any(over) else ()
