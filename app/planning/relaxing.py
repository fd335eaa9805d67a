"""Limits given way by as little as is enough: hours and limits of shifts, skills and loads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from app.domain.fleet import Dimension, Driver, Load, Shift
from app.domain.orders import Order
from app.domain.remedies import Mend
from app.domain.times import TimeWindow
from app.domain.violations import Violation, ViolationKind

MOST_S = 4 * 3600
"""Nobody is asked to wait, or to work, longer than that."""
STEP_S = 60
"""People agree on minutes."""


def in_steps(seconds: int) -> int:
    """Rounded up."""
    return -(-seconds // STEP_S) * STEP_S


def smallest[T](
    least: int, likely: int, tried: Callable[[int], T | None], *, is_dear: bool = False
) -> tuple[int, T] | None:
    """The fewest whole minutes with which it fits, `least` being too few or just enough.

    Where `least` is too few, it is often `likely` that are enough. Where a look is dear, it is
    asked first whether any number is: mostly none.
    """
    low, high = -(-least // STEP_S), MOST_S // STEP_S
    if low > high:
        return None
    best = tried(high * STEP_S) if is_dear else None
    if is_dear and best is None:
        return None
    if (trial := tried(low * STEP_S)) is not None:
        return low * STEP_S, trial
    guess = -(-likely // STEP_S)
    if low < guess < high:
        if (trial := tried(guess * STEP_S)) is None:
            low = guess
        else:
            high, best = guess, trial
            if guess - 1 > low and (trial := tried((guess - 1) * STEP_S)) is not None:
                high, best = guess - 1, trial
            else:
                low = guess - 1
    if best is None:
        best = tried(high * STEP_S)
        if best is None:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        if (trial := tried(middle * STEP_S)) is not None:
            high, best = middle, trial
        else:
            low = middle
    return high * STEP_S, best


def _ending_later(shift: Shift, seconds: int) -> Shift:
    end = shift.window.end + timedelta(seconds=seconds)
    return replace(shift, window=TimeWindow(start=shift.window.start, end=end))


def _starting_earlier(shift: Shift, seconds: int) -> Shift:
    start = shift.window.start - timedelta(seconds=seconds)
    return replace(shift, window=TimeWindow(start=start, end=shift.window.end))


SHIFTS: Mapping[Mend, Callable[[Shift, int], Shift]] = {
    Mend.SHIFT_LATER: _ending_later,
    Mend.SHIFT_EARLIER: _starting_earlier,
}

LIMITS = frozenset(
    {
        ViolationKind.DRIVING_EXCEEDED,
        ViolationKind.WORK_EXCEEDED,
        ViolationKind.DISTANCE_EXCEEDED,
        ViolationKind.STOPS_EXCEEDED,
    }
)
"""Of what a shift may do, whatever its hours."""


def over_room(broken: Iterable[Violation]) -> Load:
    """What is too much for the van."""
    over = [each for each in broken if each.kind is ViolationKind.OVER_CAPACITY]
    known = {each.dimension: each.increase for each in over}
    weight, volume, parcels = (known.get(dimension, 0) for dimension in Dimension)
    more = sorted((each.detail, each.increase) for each in over if each.dimension is None)
    return Load.of((weight, volume, parcels), tuple(more))


def reduced(order: Order, over: Load) -> Order | None:
    """The order without that much; None where nothing, or nothing known, would be left."""
    left = order.load - over
    shares = _beside(over, left)
    if not shares or any(rest <= 0 for _, rest in shares):
        return None
    return replace(
        order,
        weight_g=left.weight_g,
        volume_cm3=left.volume_cm3,
        parcels=order.parcels[: left.parcels],
        more_load=left.more,
    )


def share_of(order: Order, over: Load) -> float:
    """How much of it that would be, of the dimension in which it is most."""
    return max(less / whole for less, whole in _beside(over, order.load))


def first_of(over: Load) -> int:
    """The amount in the first dimension in which it is too much."""
    return next(less for less, _ in _beside(over, over))


def _beside(over: Load, load: Load) -> list[tuple[int, int]]:
    """Where it is too much: by how much, with what the load has of it."""
    more = dict(load.more)
    beside = [
        *zip(over.amounts, load.amounts, strict=True),
        *((less, more.get(name, 0)) for name, less in over.more),
    ]
    return [(less, whole) for less, whole in beside if less]


def taught(driver: Driver, missing: frozenset[str]) -> Driver:
    return replace(driver, skills=driver.skills | missing)


def raised(shift: Shift, broken: Sequence[Violation]) -> Shift | None:
    """The shift with limits that allow this, and as much longer as they need; None where no limit
    is broken, or something else is too."""
    if not any(violation.kind in LIMITS for violation in broken):
        return None
    rules = shift.rules
    for violation in broken:
        more = timedelta(seconds=in_steps(violation.increase))
        match violation.kind:
            case ViolationKind.DRIVING_EXCEEDED if rules.max_driving is not None:
                rules = replace(rules, max_driving=rules.max_driving + more)
            case ViolationKind.WORK_EXCEEDED if rules.max_work is not None:
                rules = replace(rules, max_work=rules.max_work + more)
            case ViolationKind.DISTANCE_EXCEEDED if rules.max_distance_m is not None:
                most = rules.max_distance_m + violation.increase
                rules = replace(rules, max_distance_m=most)
            case ViolationKind.STOPS_EXCEEDED if rules.max_stops is not None:
                rules = replace(rules, max_stops=rules.max_stops + violation.increase)
            case ViolationKind.SHIFT_EXCEEDED if violation.increase <= MOST_S:
                shift = _ending_later(shift, in_steps(violation.increase))
            case _:
                return None
    return replace(shift, rules=rules)
