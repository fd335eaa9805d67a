"""Which order may not go on which van, apart from time and load: abilities, depots, locks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from math import comb

from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.domain.routes import Route
from app.planning.task import Task

Flags = tuple[bool, ...]


class Barriers:
    """Marks on orders and vans: an order stays off every van that is shut to one of its marks.

    There is a mark for each ability and each depot that matters, and for locked stops as few as
    tell their routes apart: every route opens a set of marks that no other route's set contains
    (Sperner, 1928).
    """

    def __init__(self, task: Task) -> None:
        shifts = task.shifts
        free = [order for order in task.orders if order.id not in task.pins]
        abilities = sorted(
            ability
            for ability in frozenset[str]().union(*(order.requirements for order in free))
            if not all(ability in shift.abilities for shift in shifts)
        )
        depots = sorted(
            {
                order.depot
                for order in free
                if order.depot is not None and any(s.depot.id != order.depot for s in shifts)
            },
            key=str,
        )
        keys = _keys(task)
        width = max((len(key) for key in keys.values()), default=0)
        no_key = (False,) * width
        self.of_shift: list[Flags] = [
            (
                *(ability not in shift.abilities for ability in abilities),
                *(depot != shift.depot.id for depot in depots),
                *(not opens for opens in keys.get(route.id, no_key)),
            )
            for route, shift in zip(task.routes, shifts, strict=True)
        ]
        """What each van is shut to."""
        self.of_order: list[Flags] = [
            (
                *(ability in order.requirements for ability in abilities),
                *(depot == order.depot for depot in depots),
                *no_key,
            )
            if order.id not in task.pins
            else (
                *(False for _ in abilities),
                *(False for _ in depots),
                *keys[task.pins[order.id]],
            )
            for order in task.orders
        ]
        """The marks of each order; a locked stop may break what it likes on its own route."""


def bars(marks: Flags, shut: Flags) -> bool:
    """Whether an order with these marks stays off a van that is shut to those."""
    return any(mark and is_shut for mark, is_shut in zip(marks, shut, strict=True))


def shut(route: Route, orders: Iterable[Order], pins: Mapping[OrderId, RouteId]) -> tuple[int, ...]:
    """The numbers of those that this van may not take; drivers by name count, too."""
    shift = route.shift
    driver = shift.driver.id
    return tuple(
        number
        for number, order in enumerate(orders)
        if (
            pins[order.id] != route.id
            if order.id in pins
            else not order.requirements <= shift.abilities
            or (order.depot is not None and order.depot != shift.depot.id)
            or (bool(order.rules.drivers) and driver not in order.rules.drivers)
            or driver in order.rules.barred_drivers
        )
    )


def _keys(task: Task) -> dict[RouteId, Flags]:
    routes = list(dict.fromkeys(task.pins.values()))
    if not routes or len(task.routes) == 1:
        return dict.fromkeys(routes, ())
    width = next(w for w in range(1, len(routes) + 1) if comb(w, max(1, w // 2)) >= len(routes))
    sets = combinations(range(width), max(1, width // 2))
    return {
        route: tuple(number in chosen for number in range(width))
        for route, chosen in zip(routes, sets, strict=False)
    }
