"""The figures by which plans for a day are compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a plan comes to, by the timetables of its routes."""

    cost: float
    distance_m: int
    working: timedelta
    """Of all vans together, from leaving to coming back."""
    vans: int
    late: int
    """Stops that begin after their window."""
    lateness: timedelta
    unassigned: int
    violations: int
    load_use: float
    """How full the vans are in their fullest dimension, on average: 0 to 1, above for too full."""
    uneven: timedelta
    """By how much the working time of a van differs from the mean, on average."""
    uneven_stops: float
