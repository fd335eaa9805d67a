"""What every engine needs of a task: distances to and from depots, limits that matter, prices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.domain.fleet import Shift
from app.domain.geo import Location
from app.domain.travel import Profile
from app.planning.task import Matrix, Roads, Task

Start = tuple[Location, Location]
"""The start place, and the depot that the van drives to first."""


def laid_out(
    roads: Roads,
    profile: Profile,
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
