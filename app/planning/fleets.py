"""Which vans a small day of a mixed fleet might do with.

A search that moves stops one by one hardly ever gives up a van for another: half-way it needs
both. So fleets are tried as such, each for a moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import combinations_with_replacement, product
from math import prod
from operator import mul

import numpy as np

from app.domain.fleet import Shift
from app.domain.orders import Order, OrderKind
from app.domain.sketch import RouteSketch
from app.planning.screening import kind
from app.planning.task import Task

_EVERY_UP_TO = 2_000
"""Of so many fleets each is thought of; of more only those near the one that drives now."""
_GONE, _COME = 2, 1
"""How many vans of the present fleet may leave at once, and how many others come."""

Counts = tuple[int, ...]
"""How many vans of each kind."""


def fleets(task: Task, plan: Sequence[RouteSketch]) -> list[tuple[int, ...]]:
    """Other fleets than the one of `plan`, as numbers of routes, the cheapest guess first.

    Each could carry everything, has the skills for every order, and has the vans that stops are
    locked to. None where all vans are alike but for their skills.
    """
    if len({_wares(shift) for shift in task.shifts}) < 2:
        return []
    members = _members(task, plan)
    now = tuple(sum(bool(plan[n].visits) for n in group) for group in members)
    home = set(task.pins.values())
    least = tuple(sum(task.routes[n].id in home for n in group) for group in members)
    fits = _Needs(task, members)
    found = [
        counts
        for counts in _near(now, [len(group) for group in members])
        if counts != now
        and sum(counts) <= sum(now) + 1
        and all(count >= few for count, few in zip(counts, least, strict=True))
        and fits(counts)
    ]
    price = _Guess(task, members, plan)
    return [_chosen(members, counts) for counts in sorted(found, key=price)]


def _wares(shift: Shift) -> tuple[object, ...]:
    """What makes one van cheaper or roomier than another."""
    vehicle = shift.vehicle
    return (
        shift.window,
        shift.start_location,
        shift.end_location,
        shift.depot.id,
        vehicle.profile,
        vehicle.capacity,
        vehicle.costs,
    )


def _members(task: Task, plan: Sequence[RouteSketch]) -> list[list[int]]:
    """The vans of each kind: those that stops are locked to first, then those that drive."""
    home = set(task.pins.values())
    groups: dict[object, list[int]] = defaultdict(list)
    for number, shift in enumerate(task.shifts):
        groups[kind(shift), shift.vehicle.costs].append(number)
    return [
        sorted(group, key=lambda n: (task.routes[n].id not in home, not plan[n].visits, n))
        for group in groups.values()
    ]


def _near(now: Counts, most: Sequence[int]) -> Iterable[Counts]:
    if prod(count + 1 for count in most) <= _EVERY_UP_TO:
        return product(*(range(count + 1) for count in most))
    kinds = range(len(now))
    found = set()
    for gone in range(_GONE + 1):
        for leaving in combinations_with_replacement(kinds, gone):
            for come in range(_COME + 1):
                for coming in combinations_with_replacement(kinds, come):
                    counts = [*now]
                    for number in leaving:
                        counts[number] -= 1
                    for number in coming:
                        counts[number] += 1
                    if all(0 <= a <= b for a, b in zip(counts, most, strict=True)):
                        found.add(tuple(counts))
    return sorted(found)


def _chosen(members: Sequence[Sequence[int]], counts: Counts) -> tuple[int, ...]:
    return tuple(
        sorted(n for group, count in zip(members, counts, strict=True) for n in group[:count])
    )


class _Needs:
    """Whether a fleet has the room, the hours for all services, and the skills."""

    def __init__(self, task: Task, members: Sequence[Sequence[int]]) -> None:
        shifts = [task.shifts[group[0]] for group in members]
        self._room = np.array([shift.vehicle.capacity.amounts for shift in shifts], dtype=object)
        self._need = np.maximum(
            *(
                sum(
                    (np.array(o.load.amounts, dtype=object) for o in task.orders if is_of(o)),
                    start=np.zeros(3, dtype=object),
                )
                for is_of in (_is_delivery, lambda o: not _is_delivery(o))
            )
        )
        self._hours = [shift.window.length for shift in shifts]
        self._service = sum((order.service_time for order in task.orders), timedelta())
        asked = {order.requirements for order in task.orders if order.id not in task.pins}
        self._able = [
            frozenset(n for n, shift in enumerate(shifts) if skills <= shift.abilities)
            for skills in asked
        ]

    def __call__(self, counts: Counts) -> bool:
        room = np.array(counts, dtype=object) @ self._room
        hours = sum(map(mul, counts, self._hours), timedelta())
        return (
            bool(np.all(room >= self._need))
            and hours >= self._service
            and all(any(counts[n] for n in able) for able in self._able)
        )


def _is_delivery(order: Order) -> bool:
    return order.kind is OrderKind.DELIVERY


class _Guess:
    """What the present plan's kilometres and hours would cost with another fleet."""

    def __init__(
        self, task: Task, members: Sequence[Sequence[int]], plan: Sequence[RouteSketch]
    ) -> None:
        self._costs = [task.shifts[group[0]].vehicle.costs for group in members]
        self._km = sum(sketch.metres for sketch in plan) / 1000
        self._hours = sum(sketch.working_s for sketch in plan) / 3600

    def __call__(self, counts: Counts) -> tuple[float, Counts]:
        vans = max(1, sum(counts))
        priced = list(zip(counts, self._costs, strict=True))
        fixed = sum(count * costs.fixed for count, costs in priced)
        per_km = sum(count * costs.per_km for count, costs in priced) / vans
        per_hour = sum(count * costs.per_hour for count, costs in priced) / vans
        return fixed + self._km * per_km + self._hours * per_hour, counts
