"""What an engine is given: open routes, the orders they may share, and the roads between them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.domain.fleet import Shift
from app.domain.geo import Location, distance_m
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.domain.routes import Route
from app.domain.timetable import Travel
from app.planning.wishes import NO_WISHES, Wishes

Arrangement = tuple[tuple[Order, ...], ...]
"""The orders of each route of a task, in the sequence of driving."""

Glimpse = Callable[[], Arrangement]
"""The best arrangement so far of a search that is still running; to be asked for while it is."""


class Column(NamedTuple):
    """A route that a search once drove, good or not in the plan that it was part of."""

    orders: tuple[Order, ...]
    route: Route
    """One whose van could drive it, as could any other van of its kind."""
    cost: float
    """In the depot's currency, by the engine's reckoning."""


Stop = Callable[[], bool]
"""Asked again and again while searching; True ends the search with what it has."""


def is_worked(seconds: float) -> Stop:
    """Over once this thread has worked for so long; on a busy computer that takes longer.

    What fits is then found by every search, however little of a core it gets.
    """
    end = time.thread_time() + seconds
    return lambda: time.thread_time() >= end


NO_ROAD_S = 10 * 24 * 3600
"""In place of a leg that no road makes: no shift is long enough to drive it."""
NO_ROAD_M = 10_000_000
_CROW_M_PER_S = 8.0

Matrix = NDArray[np.int64]
_Table = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Routes that may exchange orders, and every order that may go on one of them."""

    routes: tuple[Route, ...]
    orders: tuple[Order, ...]
    pins: Mapping[OrderId, RouteId] = field(default_factory=dict)
    """Locked stops: these orders stay on their route whatever it costs."""
    wishes: Wishes = NO_WISHES

    @property
    def located(self) -> Task:
        """Without the locked stops that nobody knows the place of; no engine can drive there."""
        if all(order.location is not None for order in self.orders):
            return self
        return replace(self, orders=tuple(o for o in self.orders if o.location is not None))

    @property
    def shifts(self) -> tuple[Shift, ...]:
        return tuple(route.shift for route in self.routes)


class Roads:
    """Every place's travel times and distances as arrays, built once and cut into pieces."""

    def __init__(self, travel: Travel) -> None:
        self._travel = travel
        self._arrays: dict[str, tuple[_Table, _Table]] = {}

    def between(self, profile: str, places: Sequence[Location]) -> tuple[Matrix, Matrix]:
        """Seconds and metres among `places`, NO_ROAD where there is none.

        A place that no matrix knows is flown to, as the timetable does.
        """
        matrix = self._travel[profile]
        if profile not in self._arrays:
            self._arrays[profile] = (_array(matrix.seconds), _array(matrix.metres))
        all_seconds, all_metres = self._arrays[profile]
        numbers = np.array([matrix.index.get(place, -1) for place in places], dtype=np.int64)
        if len(matrix.places):
            cut = np.ix_(numbers, numbers)
            seconds = all_seconds[cut].astype(np.int64)
            metres = all_metres[cut].astype(np.int64)
        else:
            seconds = np.zeros((len(places), len(places)), dtype=np.int64)
            metres = np.zeros_like(seconds)
        is_cut_off = seconds < 0
        seconds[is_cut_off] = NO_ROAD_S
        metres[is_cut_off] = NO_ROAD_M
        for unknown in np.flatnonzero(numbers < 0).tolist():
            for other, place in enumerate(places):
                flown = distance_m(places[unknown], place)
                seconds[unknown, other] = seconds[other, unknown] = round(flown / _CROW_M_PER_S)
                metres[unknown, other] = metres[other, unknown] = round(flown)
        np.fill_diagonal(seconds, 0)
        np.fill_diagonal(metres, 0)
        return seconds, metres


def _array(rows: Sequence[Sequence[int]]) -> _Table:
    return np.array([np.asarray(row, dtype=np.int32) for row in rows], dtype=np.int32)
