"""Which orders can be on a route at all: what no shift could do alone, no search need try."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from app.domain.checks import is_misplaced
from app.domain.fleet import Shift
from app.domain.orders import Order
from app.domain.routes import Route
from app.domain.sketch import RouteSketch
from app.domain.timetable import Travel
from app.domain.travel import UNREACHABLE


def kind(shift: Shift) -> tuple[object, ...]:
    """Shifts of one kind are all the same to an order that doesn't ask for a driver."""
    return (
        shift.window,
        shift.start_location,
        shift.end_location,
        shift.depot.id,
        shift.vehicle.profile,
        shift.vehicle.capacity,
        shift.rest,
        shift.abilities,
        shift.rules,
        shift.leaves_after,
        shift.underway,
        shift.promised,
    )


class Screen:
    """The kinds of empty vans of a day."""

    def __init__(self, routes: Iterable[Route], travel: Travel) -> None:
        shifts = {kind(route.shift): route.shift for route in routes}
        self._vans = [RouteSketch(shift, (), travel) for shift in shifts.values()]
        self._linked: dict[int, tuple[NDArray[np.bool_], NDArray[np.bool_]]] = {}

    def lets_pass(self, order: Order) -> bool:
        """Whether some van could do this order, and nothing else or after others."""
        if order.rules.drivers or order.rules.barred_drivers:
            # The vans here stand for others of their kind, but not for their drivers.
            return True
        return any(
            van.at(order, 0).is_feasible or self._may_come_round(van, order) for van in self._vans
        )

    def _may_come_round(self, van: RouteSketch, order: Order) -> bool:
        """Whether only the straight ways from and to the depot are missing: a street may be open
        from elsewhere, and some problems have collections begin behind the last delivery."""
        matrix = van.frame.matrix
        number = -1 if order.location is None else matrix.index.get(order.location, -1)
        if number < 0 or not van.at(order, 0).severity[0]:
            return False
        if id(matrix) not in self._linked:
            table = np.array([np.asarray(row) for row in matrix.seconds])
            has_way = table != UNREACHABLE
            np.fill_diagonal(has_way, val=False)
            self._linked[id(matrix)] = (has_way.any(axis=0), has_way.any(axis=1))
        into, out = self._linked[id(matrix)]
        return bool(into[number] and out[number]) and not is_misplaced(
            van.frame.shift, van.frame.visit(order)
        )
