"""A first plan in a blink: van after van drives on to the order that costs it least time."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from app.domain.fleet import Shift
from app.domain.orders import Order
from app.planning.pauses import Pauses
from app.planning.task import Arrangement, Matrix, Roads, Task

_NEVER = 1 << 40
_PATIENCE = 0.05
"""What a second until the window closes counts against a second of driving or waiting."""


def opened(task: Task, roads: Roads, pauses: Pauses, start: Arrangement) -> Arrangement:
    """`start` with the orders that are on no route added to the routes that are still empty.

    It keeps to every rule but the finer ones of breaks; what it leaves is for the search.
    """
    placed = {order.id for orders in start for order in orders}
    # Locked stops go back to their own route when the plan is mended.
    free = [order for order in task.orders if order.id not in placed | task.pins.keys()]
    if not free:
        return start
    builder = _Builder(roads, pauses, free)
    arranged = list(start)
    # Vans that can do more are kept for those orders that need them.
    for number in sorted(range(len(arranged)), key=lambda n: len(task.shifts[n].abilities)):
        if builder.is_done:
            break
        if not arranged[number]:
            arranged[number] = builder.fill(task.shifts[number])
    return tuple(arranged)


class _Builder:
    def __init__(self, roads: Roads, pauses: Pauses, orders: list[Order]) -> None:
        self._roads = roads
        self._pauses = pauses
        self._orders = orders
        self._is_left = np.ones(len(orders), dtype=bool)
        self._service = np.array([int(o.service_time.total_seconds()) for o in orders])
        self._opens = np.array([self._time(o.window.start) if o.window else 0 for o in orders])
        self._closes = np.array([self._time(o.window.end) if o.window else _NEVER for o in orders])
        self._loads = np.array([o.load.amounts for o in orders], dtype=np.int64)
        self._allowed: dict[tuple[object, ...], NDArray[np.bool_]] = {}
        self._matrices: dict[tuple[object, ...], tuple[Matrix, Matrix, Matrix]] = {}

    @property
    def is_done(self) -> bool:
        """Whether every order has its place."""
        return not self._is_left.any()

    def fill(self, shift: Shift) -> tuple[Order, ...]:
        """The orders of one van; they are then no longer to be had."""
        among, there, back = self._legs(shift)
        ends = self._time(shift.window.end)
        clock = self._time(shift.window.start)
        room = np.array(shift.vehicle.capacity.amounts, dtype=np.int64)
        key = (shift.abilities, shift.depot.id)
        if key not in self._allowed:
            self._allowed[key] = self._is_allowed(shift)
        may = self._is_left & self._allowed[key]
        legs = there
        driven: list[int] = []
        while True:
            arrival = clock + legs
            begin = np.maximum(arrival, self._opens)
            fits = (
                may
                & (begin <= self._closes)
                & (begin + self._service + back <= ends)
                & (self._loads <= room).all(axis=1)
            )
            if not fits.any():
                break
            urgency = np.minimum(self._closes, ends) - begin
            price = np.where(fits, begin - clock + _PATIENCE * urgency, np.inf)
            best = int(price.argmin())
            driven.append(best)
            may[best] = self._is_left[best] = False
            room = room - self._loads[best]
            clock = int(begin[best] + self._service[best])
            legs = among[best]
        return tuple(self._orders[number] for number in driven)

    def _is_allowed(self, shift: Shift) -> NDArray[np.bool_]:
        return np.array(
            [
                order.requirements <= shift.abilities and order.depot in (None, shift.depot.id)
                for order in self._orders
            ]
        )

    def _legs(self, shift: Shift) -> tuple[Matrix, Matrix, Matrix]:
        """Seconds among the orders, to each from the start, and from each to the end."""
        key = (
            shift.vehicle.profile,
            shift.start_location,
            shift.depot.location,
            shift.end_location,
        )
        if key not in self._matrices:
            end = shift.end_location or shift.depot.location
            places = [order.location for order in self._orders if order.location is not None]
            corners = [shift.start_location, shift.depot.location, end]
            seconds, _ = self._roads.between(shift.vehicle.profile, [*places, *corners])
            count = len(places)
            back = seconds[:count, count + 2] * (shift.end_location is not None)
            there = seconds[count, count + 1] + seconds[count + 1, :count]
            self._matrices[key] = (seconds[:count, :count], there, back)
        return self._matrices[key]

    def _time(self, moment: datetime) -> int:
        return self._pauses.squeezed(int(moment.timestamp()))
