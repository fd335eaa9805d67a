"""How little more would be enough, in words."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from app.domain.fleet import Dimension, Driver, Load, Shift, own_amount
from app.domain.orders import Order
from app.domain.remedies import Mend
from app.domain.times import TimeWindow, local
from app.domain.violations import Violation, ViolationKind, duration_text
from app.planning.relaxing import in_steps
from app.planning.widening import (
    BreakSide,
    Side,
    break_windows,
    opened,
    windows_of,
    with_break,
)


def window_text(
    order: Order, side: Side, seconds: int, zone: ZoneInfo, *, is_named: bool = False
) -> str:
    """What to agree for an order so that a window is longer by that; of several, which one.

    It is named where it is not the only one that it may be about.
    """
    windows = windows_of(order)
    now, then = windows[side.number], opened(windows, side, seconds)[side.number]
    length = duration_text(seconds)
    start, end = local(then.start, zone), local(then.end, zone)
    agree = f"Agree for {order.reference}" if is_named else "Agree"
    if len(windows) == 1:
        if side.is_later:
            return f"{agree} a window {length} longer, until {end:%H:%M}"
        return f"{agree} a window that opens {length} earlier, at {start:%H:%M}"
    if side.is_later:
        return f"{agree} that its window {_range(now, zone)} is {length} longer, until {end:%H:%M}"
    return f"{agree} that its window {_range(now, zone)} opens {length} earlier, at {start:%H:%M}"


def shift_text(kind: Mend, changed: Shift, seconds: int) -> str:
    """The same of a shift."""
    zone = changed.depot.zone
    if kind is Mend.SHIFT_LATER:
        end = local(changed.window.end, zone)
        return f"{changed.name} ends {duration_text(seconds)} later, at {end:%H:%M}"
    start = local(changed.window.start, zone)
    return f"{changed.name} starts {duration_text(seconds)} earlier, at {start:%H:%M}"


def break_text(shift: Shift, at: BreakSide, seconds: int, *, is_taken: bool) -> str:
    """When a break of the shift may begin whose window is longer by that; of several, which.

    One that is due later than its route ends is not taken at all.
    """
    zone = shift.depot.zone
    now = break_windows(shift, at.number)[at.side.number]
    then = break_windows(with_break(shift, seconds, at), at.number)[at.side.number]
    count = len(shift.rules.pauses) + (shift.rest is not None)
    which = "" if count == 1 else f" at {_range(now, zone)}"
    end = "" if is_taken else "; the route then ends without it"
    return (
        f"The break of {shift.name}{which} may begin {_range(then, zone)}, "
        f"{duration_text(seconds)} more{end}"
    )


def limits_text(shift: Shift, broken: Sequence[Violation]) -> str:
    """Which limits are too low for that; the shift has its new hours already."""
    excess = [each.text for each in broken if each.kind is not ViolationKind.SHIFT_EXCEEDED]
    limits = f"the limits of {shift.name} ({' and '.join(excess)})"
    for each in broken:
        if each.kind is ViolationKind.SHIFT_EXCEEDED:
            later = shift_text(Mend.SHIFT_LATER, shift, in_steps(each.increase))
            return f"{later}; raise {limits}"
    return f"Raise {limits}"


def skill_text(driver: Driver, missing: frozenset[str]) -> str:
    *firsts, last = sorted(missing)
    listed = f"{', '.join(firsts)} and {last}" if firsts else last
    return f"Note that {driver.name} can do {listed}"


def load_text(load: Load) -> str:
    """Rounded up, so that it is enough."""
    known = [
        _amount(dimension, amount)
        for dimension, amount in zip(Dimension, load.amounts, strict=True)
        if amount
    ]
    own = [own_amount(amount, name) for name, amount in load.more if amount]
    return " and ".join([*known, *own])


def _amount(dimension: Dimension, amount: int) -> str:
    match dimension:
        case Dimension.WEIGHT:
            return f"{-(-amount // 100) / 10:g} kg"
        case Dimension.VOLUME:
            return f"{-(-amount // 1000) / 1000:g} m³"
        case Dimension.PARCELS:
            return f"{amount} parcel" if amount == 1 else f"{amount} parcels"


def _range(window: TimeWindow, zone: ZoneInfo) -> str:
    return f"{local(window.start, zone):%H:%M} to {local(window.end, zone):%H:%M}"
