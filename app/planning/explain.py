"""Why an order is on no route: the first rule that keeps it off, with its amount for people."""

from __future__ import annotations

import heapq
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from functools import partial
from itertools import count
from types import MappingProxyType
from typing import NamedTuple

from app.domain.fleet import Dimension, Shift
from app.domain.ids import OrderId
from app.domain.insertion import added_violations
from app.domain.orders import Order
from app.domain.problem import Reason, Unassigned
from app.domain.routes import Lock, Route
from app.domain.sketch import RouteSketch
from app.domain.times import local
from app.domain.timetable import Timetable, Travel, timetable
from app.domain.trials import PairTrial, Trial
from app.domain.violations import Violation, ViolationKind, duration_text
from app.planning.jobs import Job, job_of
from app.planning.screening import kind
from app.planning.task import Stop

_EMPTIEST = 3
_NAMED = 3
_AMOUNTS_S, _PLACES_S = 3.0, 6.0
"""How long at most reasons are looked for in full, and how long whether there is a place: with
hundreds of orders left, those of the first few tell what the day lacks."""
_AMOUNTS_LATE_S, _PLACES_LATE_S = 0.2, 0.3
"""The same where the time of the search is over, or somebody ended it and waits."""
_AMOUNTS, _PLACES = 20, 200
"""So many orders instead, where work is counted."""


class Depth(IntEnum):
    """How far an order is followed for its reason."""

    ALONE = 0
    """What a van with nothing else to do breaks."""
    PLACES = 1
    """Also whether a planned route has a place for it."""
    AMOUNTS = 2
    """Also which route is nearest to having one, and by how much it fails."""


class _Alone(NamedTuple):
    """A shift with one job."""

    shift: Shift
    table: Timetable
    broken: tuple[Violation, ...]
    """By the job."""
    is_open: bool
    """Whether its route may take anything: that of a lost van is locked."""

    def breaks(self, rule: ViolationKind) -> bool:
        return any(violation.kind is rule for violation in self.broken)


class Explainer:
    """Asks every shift of a planned day about one order after the other."""

    def __init__(
        self,
        routes: Sequence[Route],
        sketches: Sequence[RouteSketch],
        travel: Travel,
        known: Mapping[OrderId, Order] = MappingProxyType({}),
    ) -> None:
        """`sketches` are the routes as planned, in the same sequence.

        A pair of `known` orders of which neither is planned is asked about whole.
        """
        self._routes = list(zip(routes, sketches, strict=True))
        self._by_kind: dict[object, list[tuple[Route, RouteSketch]]] = defaultdict(list)
        # The last one of a kind speaks for all of it: no locked one where there is another.
        for each in sorted(self._routes, key=lambda each: each[0].lock is Lock.NONE):
            self._by_kind[kind(each[0].shift)].append(each)
        self._number = {route.id: number for number, route in enumerate(routes)}
        self._travel = travel
        self._known = known
        self._planned = {visit.order.id for sketch in sketches for visit in sketch.visits}

    def explain(
        self, order: Order, depth: Depth = Depth.AMOUNTS, is_over: Stop = lambda: False
    ) -> Unassigned:
        """The ladder from what nobody can mend to what more time may.

        Once `is_over` says so, no route is asked any more whether it has a place.
        """
        found = partial(Unassigned, order=order.id)
        if not self._routes:
            return found(reason=Reason.NO_SHIFT, detail="no shift drives on this day")
        if order.location is None:
            return found(
                reason=Reason.NO_PLACE, detail="nobody knows where it is: place its pin on the map"
            )
        job = self._job(order)
        of_kind = self._of_kind(job)
        # Shifts of one kind are all the same to this job: one stands for all.
        shifts = {key: routes[-1][0].shift for key, routes in of_kind.items()}
        near = {
            key: shift
            for key, shift in shifts.items()
            if order.depot is None or order.depot == shift.depot.id
        }
        if not near:
            names = ", ".join(dict.fromkeys(shift.depot.name for shift in shifts.values()))
            detail = f"its goods are at another depot: all shifts of the day load at {names}"
            return found(reason=Reason.WRONG_DEPOT, detail=detail)
        needs = frozenset[str]().union(*(each.requirements for each in job.orders))
        able = {key: shift for key, shift in near.items() if needs <= shift.abilities}
        if not able:
            return found(reason=Reason.MISSING_SKILL, detail=_missing(needs, [*near.values()]))
        for each in job.orders:
            allowed = {key: shift for key, shift in able.items() if _is_allowed(each, shift)}
            if not allowed:
                detail = _not_allowed(each, [*able.values()])
                return found(reason=Reason.DRIVER_NOT_ALLOWED, detail=detail)
            able = allowed
        roomy = [k for k, s in able.items() if not any(_excess(each, s) for each in job.orders)]
        if not roomy:
            vans = [*able.values()]
            big = next(each for each in job.orders if any(_excess(each, van) for van in vans))
            return found(reason=Reason.EXCEEDS_CAPACITY, detail=_too_big(big, vans))
        alone = {key: self._alone(job, *of_kind[key][-1]) for key in roomy}
        good = [key for key, each in alone.items() if not each.broken]
        if not good:
            return self._impossible(job, order, [*alone.values()])
        routes = [route for key in good for route in of_kind[key]]
        routes.sort(key=lambda each: self._number[each[0].id])
        return self._possible(order, job, routes, depth, is_over)

    def _of_kind(self, job: Job) -> Mapping[object, Sequence[tuple[Route, RouteSketch]]]:
        """The routes by what makes their shifts differ to this job."""
        if not any(each.rules.drivers or each.rules.barred_drivers for each in job.orders):
            return self._by_kind
        found: dict[object, list[tuple[Route, RouteSketch]]] = defaultdict(list)
        for key, routes in self._by_kind.items():
            for each in routes:
                found[key, each[0].shift.driver.id].append(each)
        return found

    def _job(self, order: Order) -> Job:
        job = job_of(order, self._known)
        return job if self._planned.isdisjoint(each.id for each in job.orders) else Job(order)

    def _alone(self, job: Job, route: Route, sketch: RouteSketch) -> _Alone:
        """The shift with nothing else to do, but for what a van on the road has done already."""
        shift, is_open = route.shift, route.lock is Lock.NONE
        if not sketch.frozen:
            table = timetable(shift, job.orders, self._travel)
            return _Alone(shift, table, table.violations, is_open)
        begun = sketch.of(sketch.visits[: sketch.frozen])
        with_it = job.put(begun, job.cheapest(begun))
        table = timetable(shift, with_it.orders, self._travel)
        return _Alone(shift, table, added_violations(begun, with_it), is_open)

    def _impossible(self, job: Job, order: Order, alone: Sequence[_Alone]) -> Unassigned:
        at_depot = [each for each in alone if not each.breaks(ViolationKind.NOT_ABOARD)]
        if not at_depot:
            return Unassigned(order=order.id, reason=Reason.NOT_ABOARD, detail=_not_aboard(alone))
        alone = at_depot
        reachable = [each for each in alone if not each.breaks(ViolationKind.UNREACHABLE)]
        if not reachable:
            names = ", ".join(dict.fromkeys(each.shift.depot.name for each in alone))
            return Unassigned(
                order=order.id,
                reason=Reason.UNREACHABLE,
                detail=f"no road of the region leads there and back from {names}",
            )
        nearest = min(
            reachable, key=lambda each: (not each.is_open, sum(v.increase for v in each.broken))
        )
        kinds = {violation.kind for violation in nearest.broken}
        reason = next((of for rule, of in _LIMITS.items() if rule in kinds), None)
        if reason is None:
            reason, detail = Reason.OUTSIDE_WINDOWS, _too_late(job, nearest)
        else:
            worst = next(v for v in nearest.broken if _LIMITS.get(v.kind) is reason)
            detail = f"even alone on {nearest.shift.name}: {worst.text}"
        return Unassigned(order=order.id, reason=reason, detail=detail)

    def _possible(
        self,
        order: Order,
        job: Job,
        routes: Sequence[tuple[Route, RouteSketch]],
        depth: Depth,
        is_over: Stop,
    ) -> Unassigned:
        found = partial(Unassigned, order=order.id)
        unlocked = [each for each in routes if each[0].lock is Lock.NONE]
        if not unlocked:
            names = ", ".join(route.shift.name for route, _ in routes[:_NAMED])
            return found(reason=Reason.LOCKED, detail=f"only locked routes could take it: {names}")
        if depth is Depth.ALONE:
            return _unsearched(order, unlocked)
        fits: list[tuple[float, Trial | PairTrial, Route]] = []
        for route, sketch in unlocked:
            if is_over():
                return _unsearched(order, unlocked)
            trial = job.fitting(sketch)
            if trial is not None:
                fits.append((trial.cost - sketch.cost, trial, route))
        if fits:
            extra, trial, route = min(fits, key=lambda fit: fit[0])
            price = _price_of_leaving(job)
            if price is not None and extra >= price:
                return found(
                    reason=Reason.NOT_WORTH_IT,
                    detail=f"leaving it out costs {price:,.2f}, less than its cheapest place: "
                    f"{extra:,.2f} on {route.shift.name}",
                )
            return found(
                reason=Reason.NOT_FOUND,
                detail=f"fits on {route.shift.name} at {_position(trial)}: "
                "search longer or drop it there",
            )
        if depth is Depth.PLACES or is_over():
            return found(
                reason=Reason.WOULD_DISPLACE,
                detail="fits alone, but only by pushing out planned orders",
            )
        if job.second is not None:
            # Every two places of a route are too many to be asked everywhere for words.
            unlocked = heapq.nsmallest(_EMPTIEST, unlocked, key=lambda each: len(each[1].visits))
        trials = [(job.cheapest(sketch), route, sketch) for route, sketch in unlocked]
        trial, route, sketch = min(trials, key=lambda each: each[0].severity)
        broken = added_violations(sketch, job.put(sketch, trial))
        worst = broken[0].text if broken else "no place was found"
        return found(
            reason=Reason.WOULD_DISPLACE,
            detail="fits alone, but only by pushing out planned orders; "
            f"nearest is {route.shift.name}: {worst}",
        )


def explaining(explainer: Explainer, *, until: float | None) -> Callable[[Order], Unassigned]:
    """Explains one order after the other, each less deeply the longer that takes in all.

    The time that is left `until` then, and a little more, is taken for it; with None the work is
    counted.
    """
    begin = time.perf_counter()
    asked = count()
    left_s = 0.0 if until is None else max(0.0, until - begin)
    amounts_s = min(_AMOUNTS_S, left_s + _AMOUNTS_LATE_S)
    places_s = min(_PLACES_S, left_s + _PLACES_LATE_S)

    def is_over() -> bool:
        return until is not None and time.perf_counter() - begin >= places_s

    def why(order: Order) -> Unassigned:
        if until is None:
            done, amounts, places = float(next(asked)), float(_AMOUNTS), float(_PLACES)
        else:
            done, amounts, places = time.perf_counter() - begin, amounts_s, places_s
        is_deep, is_fair = done < amounts, done < places
        depth = Depth.AMOUNTS if is_deep else Depth.PLACES if is_fair else Depth.ALONE
        return explainer.explain(order, depth, is_over)

    return why


def _unsearched(order: Order, routes: Sequence[tuple[Route, RouteSketch]]) -> Unassigned:
    names = ", ".join(route.shift.name for route, _ in routes[:_NAMED])
    more = f" and {len(routes) - _NAMED} more" if len(routes) > _NAMED else ""
    detail = f"fits alone on {names}{more}; the search found no place among planned orders"
    return Unassigned(order=order.id, reason=Reason.NOT_FOUND, detail=detail)


_LIMITS = {
    ViolationKind.PAIR_BROKEN: Reason.PAIR_INCOMPLETE,
    ViolationKind.OVER_CAPACITY: Reason.EXCEEDS_CAPACITY,
    ViolationKind.DISTANCE_EXCEEDED: Reason.EXCEEDS_DISTANCE,
    ViolationKind.DRIVING_EXCEEDED: Reason.EXCEEDS_DURATION,
    ViolationKind.WORK_EXCEEDED: Reason.EXCEEDS_DURATION,
}
"""Rules that an order alone may break beside its window, the gravest first."""


def _price_of_leaving(job: Job) -> float | None:
    prices = [each.rules.drop_price for each in job.orders]
    known = [price for price in prices if price is not None]
    return sum(known) if len(known) == len(prices) else None


def _position(trial: Trial | PairTrial) -> str:
    if isinstance(trial, Trial):
        return f"position {trial.index + 1}"
    return f"positions {trial.pickup + 1} and {trial.delivery + 1}"


def _is_allowed(order: Order, shift: Shift) -> bool:
    rules, driver = order.rules, shift.driver.id
    return driver not in rules.barred_drivers and (not rules.drivers or driver in rules.drivers)


def _not_allowed(order: Order, shifts: Sequence[Shift]) -> str:
    names = ", ".join(dict.fromkeys(shift.driver.name for shift in shifts))
    if order.rules.drivers:
        return f"only other drivers may take it than those who could: {names}"
    return f"the drivers who could take it are barred from it: {names}"


def _missing(needs: frozenset[str], shifts: Sequence[Shift]) -> str:
    nobody = needs - frozenset[str]().union(*(s.abilities for s in shifts))
    if nobody:
        return f"needs {_listed(nobody)}, which no driver or vehicle of the day has"
    return f"needs {_listed(needs)}, which no driver and vehicle have together"


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


def _not_aboard(alone: Sequence[_Alone]) -> str:
    left = [
        f"{each.shift.name} left at {local(each.table.departure, each.shift.depot.zone):%H:%M}"
        for each in sorted(alone, key=lambda each: not each.is_open)[:3]
    ]
    return "its goods are at the depot, and no van comes back to load them: " + ", ".join(left)


def _too_late(job: Job, alone: _Alone) -> str:
    asked = [stop for stop in alone.table.stops if stop.order in job.orders]
    stop = next((stop for stop in asked if stop.lateness), asked[0])
    zone = alone.shift.depot.zone
    if stop.lateness:
        clock = local(stop.begin, zone).strftime("%H:%M")
        late = duration_text(int(stop.lateness.total_seconds()))
        return f"the earliest a van can be there is {clock}, {late} after its window"
    worst = max(alone.broken, key=lambda violation: violation.increase)
    return f"not in the working hours, even alone on {alone.shift.name}: {worst.text}"
