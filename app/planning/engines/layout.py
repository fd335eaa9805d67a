"""What every engine needs of a task: distances to and from depots, limits that matter, prices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.domain.fleet import Shift
from app.domain.geo import Location
from app.planning.task import NO_ROAD_M, NO_ROAD_S, Matrix, Roads, Task

Lengths = NDArray[np.int64] | NDArray[np.float64]
Start = tuple[Location, Location]
"""The start place, and the depot that the van drives to first."""


def laid_out(
    roads: Roads,
    profile: str,
    clients: Sequence[Location],
    starts: Sequence[Start],
    ends: Sequence[Location | None],
) -> tuple[Matrix, Matrix]:
    """Seconds and metres among the clients, then every way to start, then every way to end.

    A start at home has the way to the depot inside its first legs; an open end costs nothing.
    """
    corners = [*(place for start in starts for place in start), *(end for end in ends if end)]
    places = list(dict.fromkeys([*clients, *corners]))
    number = {place: index for index, place in enumerate(places)}
    rows = np.array([number[place] for place in clients], dtype=np.int64)
    count = len(rows)
    size = count + len(starts) + len(ends)
    matrices = []
    for known in roads.between(profile, places):
        matrix = np.zeros((size, size), dtype=np.int64)
        matrix[:count, :count] = known[np.ix_(rows, rows)]
        for index, (home, depot) in enumerate(starts, start=count):
            approach = known[number[home], number[depot]]
            matrix[index, :count] = approach + known[number[depot], rows]
        for index, end in enumerate(ends, start=count + len(starts)):
            if end is not None:
                matrix[:count, index] = known[rows, number[end]]
        matrices.append(matrix)
    return matrices[0], matrices[1]


def tight_dimensions(task: Task) -> list[int]:
    """The dimensions in which some van could be full at all."""
    return [
        dimension
        for dimension in range(3)
        if sum(order.load.amounts[dimension] for order in task.orders)
        > min(shift.vehicle.capacity.amounts[dimension] for shift in task.shifts)
    ]


def units_of_money(shifts: Sequence[Shift], units_per_s: int) -> float:
    """How many whole units the money is worth with which a second of the dearest van costs so."""
    dearest = max(
        max(shift.vehicle.costs.per_hour / 3600, shift.vehicle.costs.per_km / 1000 * 10)
        for shift in shifts
    )
    return units_per_s / dearest if dearest > 0 else 1.0


_MEAN_LEG = 2_000_000
"""What the mean leg costs in whole units: fine enough, and small beside penalties and prizes."""
_MOST_UNITS = 10_000 * _MEAN_LEG
"""No leg is dearer, whatever a wish at its end costs: sums of such numbers must not overflow."""
_MEAN_LENGTH = 50_000
"""No mean leg is longer in the solver's own units; distances in millionths would drown the rest."""


class Coins(NamedTuple):
    """The whole numbers in which a solver counts."""

    per_money: float
    """How many units one of the depot's currency is."""
    metres: int
    """How many metres are one of the solver's."""
    are_prices: bool = False
    """Whether legs are as long as they are dear."""

    def money(self, amount: float) -> int:
        return round(amount * self.per_money)

    def per_distance(self, per_km: float) -> int:
        return round(per_km / 1000 * self.metres * self.per_money)

    def counted(self, lengths: Lengths) -> Matrix:
        """Metres, or prices of legs, in whole units; NO_ROAD_M stays what it is."""
        if self.metres == 1 and not self.are_prices:
            return lengths.astype(np.int64)
        per_unit = self.per_money if self.are_prices else 1 / self.metres
        units = np.where(lengths >= NO_ROAD_M, NO_ROAD_M, lengths * per_unit)
        if self.are_prices:
            units = np.minimum(units, _MOST_UNITS)
        found: Matrix = np.rint(units).astype(np.int64)
        return found


def coins(
    shifts: Sequence[Shift],
    distances: Sequence[Lengths],
    seconds: Sequence[Matrix],
    *,
    are_prices: bool = False,
) -> Coins:
    """Units with which the mean leg of the dearest van costs the same on every problem.

    `distances` are metres, or what each leg costs.
    """
    mean = _mean(distances[0], NO_ROAD_M)
    mean_s = _mean(seconds[0], NO_ROAD_S)
    dearest = max(
        (mean if are_prices else shift.vehicle.costs.per_km / 1000 * mean)
        + shift.vehicle.costs.per_hour / 3600 * mean_s
        for shift in shifts
    )
    return Coins(
        per_money=_MEAN_LEG / dearest if dearest > 0 else 1.0,
        metres=1 if are_prices else max(1, round(mean / _MEAN_LENGTH)),
        are_prices=are_prices,
    )


def _mean(matrix: Lengths, no_road: int) -> float:
    known = matrix[(matrix > 0) & (matrix < no_road)]
    return float(known.mean()) if known.size else 0.0
