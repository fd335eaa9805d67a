"""Which shifts claim the same driver or the same vehicle at the same time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

from app.domain.fleet import Shift
from app.domain.ids import ShiftId


def conflicts(shifts: Iterable[Shift]) -> Mapping[ShiftId, tuple[str, ...]]:
    """The shifts that can't be driven as they are, each with its reasons in words."""
    found: dict[ShiftId, list[str]] = defaultdict(list)
    by_start = sorted(shifts, key=lambda shift: shift.window.start)
    for first, second in combinations(by_start, 2):
        if second.window.start >= first.window.end:
            continue
        if first.driver.id == second.driver.id:
            for shift, other in ((first, second), (second, first)):
                found[shift.id].append(
                    f"{shift.driver.name} also drives {other.vehicle.name} at that time"
                )
        if first.vehicle.id == second.vehicle.id:
            for shift, other in ((first, second), (second, first)):
                found[shift.id].append(
                    f"{shift.vehicle.name} is also driven by {other.driver.name} at that time"
                )
    return {shift: tuple(reasons) for shift, reasons in found.items()}
