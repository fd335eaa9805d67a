"""A problem made small for its way to another process."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace

from app.domain.geo import Location
from app.domain.problem import Problem
from app.domain.travel import TravelMatrix


def slimmed(problem: Problem) -> Problem:
    """The same problem with no orders, profiles or places that it does not use.

    Matrix rows become arrays, which pickle as plain bytes.
    """
    used = {order for route in problem.routes for order in route.orders} | {*problem.unassigned}
    orders = {order: value for order, value in problem.orders.items() if order in used}
    shifts = [route.shift for route in problem.routes]
    places = {order.location for order in orders.values()}
    for shift in shifts:
        places |= {shift.start_location, shift.depot.location, shift.end_location}
    matrices: dict[int, TravelMatrix] = {}
    travel = {}
    for profile in dict.fromkeys(shift.vehicle.profile for shift in shifts):
        matrix = problem.travel[profile]
        if id(matrix) not in matrices:
            matrices[id(matrix)] = _cut(matrix, [p for p in matrix.places if p in places])
        travel[profile] = matrices[id(matrix)]
    return replace(problem, orders=orders, travel=travel)


def _cut(matrix: TravelMatrix, places: Sequence[Location]) -> TravelMatrix:
    numbers = [matrix.index[place] for place in places]
    costs = matrix.costs
    return replace(
        matrix,
        places=tuple(places),
        seconds=[_row(matrix.seconds[number], numbers) for number in numbers],
        metres=[_row(matrix.metres[number], numbers) for number in numbers],
        costs=None if costs is None else [_row(costs[number], numbers) for number in numbers],
        later=tuple((start, _cut(later, places)) for start, later in matrix.later),
    )


def _row(row: Sequence[int], numbers: Sequence[int]) -> array[int]:
    if len(numbers) == len(row):
        return array("i", row)
    return array("i", [row[number] for number in numbers])
