"""The ways of one route, cut where a break on the road interrupts them.

VROOM lets a vehicle stop for its break anywhere: it drives on until the break's window opens.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.fleet import Shift
from app.domain.geo import Location
from app.domain.orders import Order
from app.domain.timetable import Timetable, Travel, timetable
from app.domain.travel import UNREACHABLE, TravelMatrix
from app.services.posing import distinct, seconds_of


class Way:
    """Travel between a route's places at its vehicle's pace, and the places of its breaks."""

    def __init__(self, travel: Travel, shift: Shift, places: Sequence[Location]) -> None:
        matrix = travel[shift.vehicle.profile]
        pace = shift.rules.travel_pace
        self._profile = shift.vehicle.profile
        self._places = list(dict.fromkeys(places))
        numbers = [matrix.index[place] for place in self._places]

        def cut_from(rows: Sequence[Sequence[int]], factor: float = 1.0) -> list[list[int]]:
            return [
                [
                    each if (each := rows[a][b]) == UNREACHABLE else round(each * factor)
                    for b in numbers
                ]
                for a in numbers
            ]

        self._seconds = cut_from(matrix.seconds, pace)
        self._metres = cut_from(matrix.metres)
        self._costs = None if matrix.costs is None else cut_from(matrix.costs)

    def timetable(self, shift: Shift, orders: Sequence[Order]) -> Timetable:
        matrix = TravelMatrix(
            places=tuple(self._places),
            seconds=self._seconds,
            metres=self._metres,
            costs=self._costs,
        )
        return timetable(shift, orders, {self._profile: matrix})

    def ready(self, shift: Shift, orders: Sequence[Order]) -> int:
        """When the vehicle can drive on after these stops."""
        if not orders:
            return seconds_of(shift.window.start)
        return seconds_of(self.timetable(shift, orders).stops[-1].departure)

    def cut(self, start: Location, end: Location | None, seconds: int) -> Location:
        """The place after so many seconds on the way; its start or its end if there is no way."""
        if end is None:
            return start
        first, last = self._places.index(start), self._places.index(end)
        whole = self._seconds[first][last]
        driven = min(seconds, whole)
        if first == last or driven <= 0:
            return start
        place = distinct([*self._places, start], len(self._places) + 1)[-1]
        self._places.append(place)
        for rows in self._tables:
            # The price and the metres of the way count in its first part.
            leg = rows[first][last]
            for row in rows:
                row.append(0)
            rows.append([0] * len(self._places))
            rows[first][-1] = leg
        self._seconds[first][-1] = driven
        self._seconds[-1][last] = whole - driven
        return place

    @property
    def _tables(self) -> list[list[list[int]]]:
        costs = [] if self._costs is None else [self._costs]
        return [self._seconds, self._metres, *costs]
