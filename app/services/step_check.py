"""A vehicle's own steps, driven by the timetable as they stand: nothing is searched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from app.documents.json_input import MOST
from app.documents.solution_vroom import Fault
from app.documents.vroom_values import Step, StepKind, VehicleBreak
from app.domain.addresses import Address
from app.domain.errors import RuleError
from app.domain.fleet import Shift
from app.domain.geo import Location
from app.domain.ids import OrderId
from app.domain.orders import Order
from app.domain.routes import Route
from app.domain.rules import OrderRules
from app.domain.times import TimeWindow
from app.services.break_ways import Way
from app.services.posing import DAY, Posed, instant, made_id, place_at, seconds_of, window
from app.services.solution_reports import DrivenRoute

_BREAK_IDS, _MARK_IDS = 6, 7


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
            driven.append(_Steps(posed, route).drive())
    return driven


class _Steps:
    """One vehicle's steps; its breaks become stops that stay where they were put, and so does a
    time that its start or its end asks for."""

    def __init__(self, posed: Posed, route: Route) -> None:
        self._posed = posed
        self._route = route
        self._vehicle = posed.vehicles[route.id]
        self._ids: dict[tuple[str, int | None], OrderId] = {
            (task.kind.value, task.id): order for order, task in posed.tasks.items()
        }

    def drive(self) -> DrivenRoute:
        # A vehicle with steps drives, be it only from its start to its end.
        given = self._vehicle.steps
        if given[0].kind is not StepKind.START:
            given = (Step(kind=StepKind.START, path=f"{self._vehicle.path}.steps"), *given)
        shift = _without_pauses(self._shift(), given)
        way = self._way(shift)
        orders: list[Order] = []
        breaks: dict[OrderId, VehicleBreak] = {}
        marks: dict[OrderId, StepKind] = {}
        steps = []
        at = shift.depot.location
        for number, step in enumerate(given):
            order = self._order(step)
            if _is_marked(step):
                if step.kind is StepKind.END:
                    at = shift.end_location or at
                order = _timed(replace(_mark(step.kind), place=place_at(at)), step)
                marks[order.id] = step.kind
            elif step.kind is StepKind.BREAK:
                pause = next(each for each in self._vehicle.breaks if each.id == step.id)
                order = _timed(_pause(pause, number), step)
                onward = self._onward(given[number + 1 :], shift)
                ready = way.ready(shift, orders)
                at = way.cut(at, onward, _begin(order, ready) - ready)
                order = replace(order, place=place_at(at))
                breaks[order.id] = pause
            elif order is not None:
                order = _timed(order, step)
                at = order.location or at
            if order is not None:
                orders.append(order)
                steps.append(step)
        times = way.timetable(shift, orders)
        for step, stop in zip(steps, times.stops, strict=True):
            _check_kept(step, seconds_of(stop.begin))
        return DrivenRoute(
            route=replace(self._route, shift=shift),
            orders=tuple(orders),
            breaks=breaks,
            marks=marks,
            timetable=times,
            faults=tuple(self._missing(breaks)),
        )

    def _way(self, shift: Shift) -> Way:
        orders = [order for step in self._vehicle.steps if (order := self._order(step))]
        places = [shift.depot.location, shift.end_location, *(order.location for order in orders)]
        return Way(self._posed.problem.travel, self._route.shift, [p for p in places if p])

    def _order(self, step: Step) -> Order | None:
        order = self._ids.get((step.kind.value, step.id))
        return None if order is None else self._posed.problem.orders[order]

    def _onward(self, steps: Sequence[Step], shift: Shift) -> Location | None:
        """Where the vehicle goes after a break that these steps follow."""
        for step in steps:
            if (order := self._order(step)) is not None:
                return order.location
        return shift.end_location

    def _missing(self, breaks: Mapping[OrderId, VehicleBreak]) -> Iterator[Fault]:
        """Breaks that the steps don't have, by the rest that is missing: a vehicle that drives
        takes all of its breaks, as with VROOM."""
        taken = {pause.id for pause in breaks.values()}
        for pause in self._vehicle.breaks:
            if pause.id not in taken:
                yield Fault(cause="missing_break", amount=pause.service, is_time=True)

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


def _without_pauses(shift: Shift, steps: Sequence[Step]) -> Shift:
    """Breaks are where the steps have them, and are no tasks; `Way` knows the pace already."""
    most = shift.rules.max_stops
    if most is not None:
        most += sum(step.kind is StepKind.BREAK or _is_marked(step) for step in steps)
    rules = replace(shift.rules, pauses=(), max_stops=most, travel_pace=1.0)
    return replace(shift, rest=None, rules=rules)


def _is_marked(step: Step) -> bool:
    """A start always is, so that even a vehicle with nothing to do has a stop. An end is where a
    time is asked for: the vehicle comes no sooner than it must."""
    if step.kind is StepKind.END:
        return (step.at, step.after, step.before) != (None, None, None)
    return step.kind is StepKind.START


def _mark(kind: StepKind) -> Order:
    return _stop(OrderId(made_id(_MARK_IDS, list(StepKind).index(kind))), kind)


def _pause(pause: VehicleBreak, number: int) -> Order:
    windows = [window(*each) for each in pause.windows]
    return replace(
        _stop(OrderId(made_id(_BREAK_IDS, number)), f"break {pause.id}"),
        window=windows[0] if windows else None,
        service_time=timedelta(seconds=pause.service),
        rules=OrderRules(more_windows=tuple(windows[1:])),
    )


def _stop(id_: OrderId, reference: str) -> Order:
    """With nothing to hand over."""
    return Order(
        id=id_,
        reference=reference,
        day=DAY,
        recipient="",
        address=Address(),
        service_time=timedelta(),
    )


def _begin(order: Order, ready: int) -> int:
    """When it can begin for somebody who is ready then."""
    for each in order.windows:
        if ready <= seconds_of(each.end):
            return max(ready, seconds_of(each.start))
    return ready


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
    start, end = step.after or 0, MOST if step.before is None else step.before
    if end < start:
        raise RuleError(
            f"{step.path}: expected service_after no later than service_before, "
            f"got {start} and {end}"
        )
    return window(start, end)


def _check_kept(step: Step, time: int) -> None:
    if step.at is None and step.after is None and step.before is None:
        return
    asked = _asked(step)
    start, end = seconds_of(asked.start), seconds_of(asked.end)
    if not start <= time <= end:
        raise RuleError(
            f"{step.path}: expected a time that can be kept, got {_words(start, end)}; "
            f"driven as early as may be, it is {time}."
        )


def _words(start: int, end: int) -> str:
    return f"{start}" if start == end else f"{start} to {end}"
