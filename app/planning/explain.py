"""Why an order is on no route: the first rule that keeps it off, with its amount for people."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from app.domain.fleet import Dimension, Shift
from app.domain.orders import Order
from app.domain.problem import Reason, Unassigned
from app.domain.routes import Lock, Route
from app.domain.sketch import RouteSketch
from app.domain.times import local
from app.domain.timetable import Timetable, Travel, timetable
from app.domain.violations import Violation, ViolationKind, duration_text
from app.planning.screening import kind


class Explainer:
    """Asks every shift of a planned day about one order after the other."""

    def __init__(
        self, routes: Sequence[Route], sketches: Sequence[RouteSketch], travel: Travel
    ) -> None:
        """`sketches` are the routes as planned, in the same sequence."""
        self._routes = list(zip(routes, sketches, strict=True))
        self._travel = travel

    def explain(self, order: Order) -> Unassigned:
        """The ladder from what nobody can mend to what more time may."""
        found = partial(Unassigned, order=order.id)
        if not self._routes:
            return found(reason=Reason.NO_SHIFT, detail="no shift drives on this day")
        if order.location is None:
            return found(
                reason=Reason.NO_PLACE, detail="nobody knows where it is: place its pin on the map"
            )
        shifts = [route.shift for route, _ in self._routes]
        near = [s for s in shifts if order.depot is None or order.depot == s.depot.id]
        if not near:
            names = ", ".join(dict.fromkeys(shift.depot.name for shift in shifts))
            detail = f"its goods are at another depot: all shifts of the day load at {names}"
            return found(reason=Reason.WRONG_DEPOT, detail=detail)
        able = [shift for shift in near if order.requirements <= shift.abilities]
        if not able:
            return found(reason=Reason.MISSING_SKILL, detail=_missing(order, near))
        allowed = [shift for shift in able if _is_allowed(order, shift)]
        if not allowed:
            return found(reason=Reason.DRIVER_NOT_ALLOWED, detail=_not_allowed(order, able))
        able = allowed
        roomy = [shift for shift in able if not _excess(order, shift)]
        if not roomy:
            return found(reason=Reason.EXCEEDS_CAPACITY, detail=_too_big(order, able))
        alone = [timetable(shift, [order], self._travel) for shift in _distinct(order, roomy)]
        good = {_kind(order, each.shift) for each in alone if each.is_feasible}
        if not good:
            return self._impossible(order, alone)
        return self._possible(order, [r for r in self._routes if _kind(order, r[0].shift) in good])

    def _impossible(self, order: Order, alone: Sequence[Timetable]) -> Unassigned:
        reachable = [each for each in alone if not _breaks(each, ViolationKind.UNREACHABLE)]
        if not reachable:
            names = ", ".join(dict.fromkeys(each.shift.depot.name for each in alone))
            return Unassigned(
                order=order.id,
                reason=Reason.UNREACHABLE,
                detail=f"no road of the region leads there and back from {names}",
            )
        nearest = min(reachable, key=lambda each: sum(v.amount for v in each.violations))
        kinds = {violation.kind for violation in nearest.violations}
        reason = next((of for rule, of in _LIMITS.items() if rule in kinds), None)
        if reason is None:
            reason, detail = Reason.OUTSIDE_WINDOWS, _too_late(nearest)
        else:
            worst = next(v for v in nearest.violations if _LIMITS.get(v.kind) is reason)
            detail = f"even alone on {nearest.shift.name}: {worst.text}"
        return Unassigned(order=order.id, reason=reason, detail=detail)

    def _possible(self, order: Order, routes: Sequence[tuple[Route, RouteSketch]]) -> Unassigned:
        unlocked = [each for each in routes if each[0].lock is Lock.NONE]
        if not unlocked:
            names = ", ".join(route.shift.name for route, _ in routes[:3])
            return Unassigned(
                order=order.id,
                reason=Reason.LOCKED,
                detail=f"only locked routes could take it: {names}",
            )
        trials = [(sketch.cheapest(order), route, sketch) for route, sketch in unlocked]
        fits = [each for each in trials if each[0].is_feasible]
        if fits:
            trial, route, _ = min(fits, key=lambda each: each[0].cost - each[2].cost)
            return Unassigned(
                order=order.id,
                reason=Reason.NOT_FOUND,
                detail=f"fits on {route.shift.name} at position {trial.index + 1}: "
                "search longer or drop it there",
            )
        trial, route, sketch = min(trials, key=lambda each: each[0].severity)
        worst = _worst(sketch.with_order(order, trial.index).violations)
        return Unassigned(
            order=order.id,
            reason=Reason.WOULD_DISPLACE,
            detail="fits alone, but only by pushing out planned orders; "
            f"nearest is {route.shift.name}: {worst}",
        )


_LIMITS = {
    ViolationKind.PAIR_BROKEN: Reason.PAIR_INCOMPLETE,
    ViolationKind.OVER_CAPACITY: Reason.EXCEEDS_CAPACITY,
    ViolationKind.DISTANCE_EXCEEDED: Reason.EXCEEDS_DISTANCE,
    ViolationKind.DRIVING_EXCEEDED: Reason.EXCEEDS_DURATION,
    ViolationKind.WORK_EXCEEDED: Reason.EXCEEDS_DURATION,
}
"""Rules that an order alone may break beside its window, the gravest first."""


def _kind(order: Order, shift: Shift) -> tuple[object, ...]:
    """Shifts of one kind are all the same to this order."""
    is_choosy = order.rules.drivers or order.rules.barred_drivers
    return (*kind(shift), shift.rules, shift.driver.id if is_choosy else None)


def _distinct(order: Order, shifts: Sequence[Shift]) -> list[Shift]:
    return list({_kind(order, shift): shift for shift in shifts}.values())


def _is_allowed(order: Order, shift: Shift) -> bool:
    rules, driver = order.rules, shift.driver.id
    return driver not in rules.barred_drivers and (not rules.drivers or driver in rules.drivers)


def _not_allowed(order: Order, shifts: Sequence[Shift]) -> str:
    names = ", ".join(dict.fromkeys(shift.driver.name for shift in shifts))
    if order.rules.drivers:
        return f"only other drivers may take it than those who could: {names}"
    return f"the drivers who could take it are barred from it: {names}"


def _breaks(each: Timetable, rule: ViolationKind) -> bool:
    return any(violation.kind is rule for violation in each.violations)


def _missing(order: Order, shifts: Sequence[Shift]) -> str:
    nobody = order.requirements - frozenset[str]().union(*(s.abilities for s in shifts))
    if nobody:
        return f"needs {_listed(nobody)}, which no driver or vehicle of the day has"
    return f"needs {_listed(order.requirements)}, which no driver and vehicle have together"


def _listed(names: frozenset[str]) -> str:
    *firsts, last = sorted(names)
    return f"{', '.join(firsts)} and {last}" if firsts else last


def _excess(order: Order, shift: Shift) -> list[tuple[Dimension, int, int]]:
    rooms = zip(Dimension, order.load.amounts, shift.vehicle.capacity.amounts, strict=True)
    return [
        (dimension, amount, amount - room) for dimension, amount, room in rooms if amount > room
    ]


def _too_big(order: Order, shifts: Sequence[Shift]) -> str:
    nearest = min(
        (_excess(order, shift) for shift in shifts),
        key=lambda excess: max(over / amount for _, amount, over in excess),
    )
    dimension, amount, over = max(nearest, key=lambda each: each[2] / each[1])
    return f"{_amount(dimension, amount)} is {_amount(dimension, over)} more than any van takes"


def _amount(dimension: Dimension, amount: int) -> str:
    match dimension:
        case Dimension.WEIGHT:
            return f"{amount / 1000:g} kg"
        case Dimension.VOLUME:
            return f"{amount / 1_000_000:g} m³"
        case Dimension.PARCELS:
            return f"{amount} parcel" if amount == 1 else f"{amount} parcels"


def _too_late(alone: Timetable) -> str:
    stop = alone.stops[0]
    zone = alone.shift.depot.zone
    if stop.lateness:
        clock = local(stop.begin, zone).strftime("%H:%M")
        late = duration_text(int(stop.lateness.total_seconds()))
        return f"the earliest a van can be there is {clock}, {late} after its window"
    worst = _worst(alone.violations)
    return f"not in the working hours, even alone on {alone.shift.name}: {worst}"


def _worst(violations: Sequence[Violation]) -> str:
    return max(violations, key=lambda violation: violation.amount).text
