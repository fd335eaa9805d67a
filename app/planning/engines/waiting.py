"""What waiting counts when PyVRP chooses the neighbours of a stop."""

from __future__ import annotations

import pyvrp

from app.planning.task import NO_ROAD_S

_SHARE = 0.2
"""A second of waiting against a second on the road; PyVRP's own share."""
_ROWS = 500
"""So many places tell what a leg costs."""


def waiting_weight(data: pyvrp.ProblemData) -> float:
    """What a second of waiting counts among neighbours, in the units that legs cost.

    PyVRP's own weight takes a second for a unit of cost.
    """
    kind = data.vehicle_type(0)
    step = max(1, data.num_locations // _ROWS)
    seconds = data.duration_matrix(kind.profile)[::step]
    metres = data.distance_matrix(kind.profile)[::step]
    is_leg = (seconds > 0) & (seconds < NO_ROAD_S)
    if not is_leg.any():
        return _SHARE
    mean_s, mean_m = float(seconds[is_leg].mean()), float(metres[is_leg].mean())
    leg = kind.unit_distance_cost * mean_m + kind.unit_duration_cost * mean_s
    return _SHARE * leg / mean_s
