"""Which orders can be on a route at all: what no shift could do alone, no search need try."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.fleet import Shift
from app.domain.orders import Order
from app.domain.routes import Route
from app.domain.sketch import RouteSketch
from app.domain.timetable import Travel


def kind(shift: Shift) -> tuple[object, ...]:
    """Shifts of one kind are all the same to a single order."""
    return (
        shift.window,
        shift.start_location,
        shift.end_location,
        shift.depot.id,
        shift.vehicle.profile,
        shift.vehicle.capacity,
        shift.rest,
        shift.abilities,
    )


class Screen:
    """The kinds of empty vans of a day."""

    def __init__(self, routes: Iterable[Route], travel: Travel) -> None:
        shifts = {kind(route.shift): route.shift for route in routes}
        self._vans = [RouteSketch(shift, (), travel) for shift in shifts.values()]

    def lets_pass(self, order: Order) -> bool:
        """Whether some van could do this order and nothing else."""
        return any(van.at(order, 0).is_feasible for van in self._vans)
