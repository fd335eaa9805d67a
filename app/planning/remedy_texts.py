"""How little more would be enough, in words."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from app.domain.fleet import Dimension, Driver, Load, Shift
from app.domain.orders import Order
from app.domain.remedies import Mend
from app.domain.times import local
from app.domain.violations import Violation, duration_text


def window_text(kind: Mend, changed: Order, seconds: int, zone: ZoneInfo) -> str:
    """What to agree for an order whose window is longer by that."""
    window = changed.window
    assert window is not None
    if kind is Mend.WINDOW_LATER:
        until = local(window.end, zone)
        return f"Agree a window {duration_text(seconds)} longer, until {until:%H:%M}"
    since = local(window.start, zone)
    return f"Agree a window that opens {duration_text(seconds)} earlier, at {since:%H:%M}"


def shift_text(kind: Mend, changed: Shift, seconds: int) -> str:
    """The same of a shift."""
    zone = changed.depot.zone
    if kind is Mend.SHIFT_LATER:
        end = local(changed.window.end, zone)
        return f"{changed.name} ends {duration_text(seconds)} later, at {end:%H:%M}"
    start = local(changed.window.start, zone)
    return f"{changed.name} starts {duration_text(seconds)} earlier, at {start:%H:%M}"


def break_text(changed: Shift, seconds: int) -> str:
    """When the break of a shift may begin whose window for it is longer by that."""
    assert changed.rest is not None
    zone, window = changed.depot.zone, changed.rest.window
    begin, end = local(window.start, zone), local(window.end, zone)
    return (
        f"The break of {changed.name} may begin {begin:%H:%M} to {end:%H:%M}, "
        f"{duration_text(seconds)} more"
    )


def limits_text(shift: Shift, broken: Sequence[Violation]) -> str:
    return f"Raise the limits of {shift.name} ({' and '.join(each.text for each in broken)})"


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
    return " and ".join([*known, *(f"{amount} {name}" for name, amount in load.more)])


def _amount(dimension: Dimension, amount: int) -> str:
    match dimension:
        case Dimension.WEIGHT:
            return f"{-(-amount // 100) / 10:g} kg"
        case Dimension.VOLUME:
            return f"{-(-amount // 1000) / 1000:g} m³"
        case Dimension.PARCELS:
            return f"{amount} parcel" if amount == 1 else f"{amount} parcels"
