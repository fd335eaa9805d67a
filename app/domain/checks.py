"""The rules that a stop or a route breaks, by what the clock and the scales say of it."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.clockwork import Frame, Visit
from app.domain.fleet import Dimension, Shift
from app.domain.orders import Order
from app.domain.rules import NO_ORDER_RULES
from app.domain.violations import Violation, ViolationKind

Severity = tuple[int, float, int]
"""How badly a route breaks rules, worst first: how many that no clock or scale can mend, loads
over capacity (or distance over its limit) as a share of it, seconds too late or too long."""

CLEAN: Severity = (0, 0.0, 0)


def is_barred(shift: Shift, order: Order) -> bool:
    """Whether this driver may not take the order."""
    rules, driver = order.rules, shift.driver.id
    if rules is NO_ORDER_RULES:
        return False
    return bool(rules.drivers and driver not in rules.drivers) or driver in rules.barred_drivers


def is_misplaced(shift: Shift, visit: Visit) -> bool:
    """Whether the order would be wrong at any place on a route of this shift."""
    order = visit.order
    return (
        visit.location is None
        or (order.depot is not None and order.depot != shift.depot.id)
        or not order.requirements <= shift.abilities
        or is_barred(shift, order)
    )


def stop_violations(shift: Shift, visit: Visit, late: int, is_cut_off: bool) -> list[Violation]:
    """The rules that one stop breaks."""
    order = visit.order
    found = []
    if late:
        found.append(Violation(kind=ViolationKind.LATE, amount=late, order=order.id))
    missing = order.requirements - shift.abilities if order.requirements else None
    if missing:
        found.append(
            Violation(
                kind=ViolationKind.MISSING_SKILL,
                amount=len(missing),
                order=order.id,
                detail=", ".join(sorted(missing)),
            )
        )
    if visit.location is None:
        found.append(Violation(kind=ViolationKind.NO_PLACE, amount=1, order=order.id))
    elif is_cut_off:
        found.append(Violation(kind=ViolationKind.UNREACHABLE, amount=1, order=order.id))
    if order.depot is not None and order.depot != shift.depot.id:
        found.append(Violation(kind=ViolationKind.WRONG_DEPOT, amount=1, order=order.id))
    if is_barred(shift, order):
        found.append(Violation(kind=ViolationKind.BARRED_DRIVER, amount=1, order=order.id))
    return found


def load_violations(
    most: Sequence[int], capacity: Sequence[int], names: Sequence[str] = ()
) -> list[Violation]:
    """The dimensions in which the van is too full; `names` are those of the depot's own."""
    dimensions = (*((dimension, "") for dimension in Dimension), *((None, name) for name in names))
    return [
        Violation(
            kind=ViolationKind.OVER_CAPACITY,
            amount=aboard - room,
            dimension=dimension,
            detail=name,
        )
        for (dimension, name), aboard, room in zip(dimensions, most, capacity, strict=True)
        if aboard > room
    ]


def route_violations(
    frame: Frame, most: tuple[int, int, int], end_s: int, rest_late_s: int
) -> list[Violation]:
    """The rules that a plain route as a whole breaks."""
    found = load_violations(most, frame.capacity)
    if end_s > frame.end_s:
        found.append(Violation(kind=ViolationKind.SHIFT_EXCEEDED, amount=end_s - frame.end_s))
    if rest_late_s:
        found.append(Violation(kind=ViolationKind.BREAK_MISSED, amount=rest_late_s))
    if frame.approach.is_broken:
        found.append(Violation(kind=ViolationKind.UNREACHABLE, amount=1))
    return found


def share_over(most: Sequence[int], capacity: Sequence[int]) -> float:
    """By what share the van is too full, over all dimensions."""
    rooms = zip(most, capacity, strict=True)
    return sum((amount - room) / max(room, 1) for amount, room in rooms if amount > room)
