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
        texts = []
        if first.driver.id == second.driver.id:
            texts.append(
                f"{first.driver.name} drives {first.vehicle.name} and {second.vehicle.name} "
                "at the same time"
            )
        if first.vehicle.id == second.vehicle.id:
            texts.append(
                f"{first.vehicle.name} is driven by {first.driver.name} and {second.driver.name} "
                "at the same time"
            )
        if texts:
            found[first.id] += texts
            found[second.id] += texts
    return {shift: tuple(reasons) for shift, reasons in found.items()}
