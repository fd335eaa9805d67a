"""Windows of orders and of breaks that open a little more, on one side of one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

from app.domain.fleet import Shift
from app.domain.orders import Order
from app.domain.remedies import Mend
from app.domain.sketch import RouteSketch
from app.domain.times import TimeWindow

_OWN = -1
"""The number of the shift's own break; those beside it count from 0."""


@dataclass(frozen=True, slots=True)
class Side:
    """One end of one of several windows."""

    number: int
    """Of the window, in the sequence in which they are given."""
    is_later: bool
    """Whether it would close later; else it would open earlier."""

    @property
    def kind(self) -> Mend:
        """What an order is asked for then."""
        return Mend.WINDOW_LATER if self.is_later else Mend.WINDOW_EARLIER


def sides(windows: Sequence[TimeWindow]) -> list[Side]:
    """Where more of a window is more time: not inside another one."""
    return [
        Side(number, is_later)
        for number, window in enumerate(windows)
        for is_later in (True, False)
        if not any(
            _goes_on(other, window, is_later=is_later, is_first=before < number)
            for before, other in enumerate(windows)
            if before != number
        )
    ]


def _goes_on(other: TimeWindow, window: TimeWindow, *, is_later: bool, is_first: bool) -> bool:
    """Whether the other one is open there too; of two that end alike the first one counts."""
    if is_later:
        same = other.end == window.end and is_first
        return other.start <= window.end < other.end or same
    same = other.start == window.start and is_first
    return other.start < window.start <= other.end or same


def opened(windows: Sequence[TimeWindow], side: Side, seconds: int) -> tuple[TimeWindow, ...]:
    """The windows, one of them so much longer at that side."""
    window, more = windows[side.number], timedelta(seconds=seconds)
    longer = (
        TimeWindow(start=window.start, end=window.end + more)
        if side.is_later
        else TimeWindow(start=window.start - more, end=window.end)
    )
    return tuple(longer if n == side.number else each for n, each in enumerate(windows))


# Orders


def windows_of(order: Order) -> tuple[TimeWindow, ...]:
    """As they were agreed, its own first; none means any time."""
    return () if order.window is None else (order.window, *order.rules.more_windows)


def wider(order: Order, side: Side, seconds: int) -> Order:
    """The order with one of its windows so much longer; the others stay as they are."""
    own, *more = opened(windows_of(order), side, seconds)
    if not more:
        return replace(order, window=own)
    return replace(order, window=own, rules=replace(order.rules, more_windows=tuple(more)))


def closing(order: Order) -> Side | None:
    """Where it is late who misses all of its windows; None where any time will do."""
    windows = windows_of(order)
    later = [side for side in sides(windows) if side.is_later]
    return max(later, key=lambda side: windows[side.number].end, default=None)


def one_by_one(order: Order) -> list[Order]:
    """The order with each of its windows alone: it is served in one of them, and the everyday
    clock, which knows no several, may tell where."""
    if order.window is None or not order.rules.more_windows:
        return [order]
    rules = replace(order.rules, more_windows=())
    return [replace(order, window=window, rules=rules) for window in windows_of(order)]


# Breaks


class BreakSide(NamedTuple):
    """One end of a window of one of a shift's breaks."""

    number: int
    side: Side


def break_windows(shift: Shift, number: int) -> tuple[TimeWindow, ...]:
    """When that break may begin; none where only driving or work calls for it."""
    if number == _OWN:
        return () if shift.rest is None else (shift.rest.window,)
    pause = shift.rules.pauses[number]
    return () if pause.window is None else (pause.window, *pause.more_windows)


def break_sides(shift: Shift) -> Iterator[BreakSide]:
    """Where its breaks could be opened."""
    for number in range(_OWN, len(shift.rules.pauses)):
        for side in sides(break_windows(shift, number)):
            yield BreakSide(number, side)


def with_break(shift: Shift, seconds: int, at: BreakSide) -> Shift:
    """The shift with that break's window so much longer, but not beyond its own hours."""
    windows = break_windows(shift, at.number)
    now = windows[at.side.number]
    longer = opened(windows, at.side, seconds)[at.side.number]
    longer = TimeWindow(
        start=max(longer.start, min(shift.window.start, now.start)),
        end=min(longer.end, max(shift.window.end, now.end)),
    )
    if at.number == _OWN:
        assert shift.rest is not None
        return replace(shift, rest=replace(shift.rest, window=longer))
    first, *more = (longer if n == at.side.number else w for n, w in enumerate(windows))
    pauses = list(shift.rules.pauses)
    pauses[at.number] = replace(pauses[at.number], window=first, more_windows=tuple(more))
    return replace(shift, rules=replace(shift.rules, pauses=tuple(pauses)))


def with_every_break(shift: Shift, seconds: int) -> Shift:
    """The shift with every window of its breaks so much longer at both ends: what is impossible
    then is a matter of no break."""
    for at in break_sides(shift):
        shift = with_break(shift, seconds, at)
    return shift


def is_rested(sketch: RouteSketch, at: BreakSide) -> bool:
    """Whether the break is taken at all: a route that is over before it is due has none."""
    agenda = sketch.agenda
    return any(agenda.terms.halts[taken.halt].number == at.number for taken in agenda.run.taken)
