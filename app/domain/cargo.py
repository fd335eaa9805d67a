"""What is aboard along a route with pairs and several trips."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from enum import Enum
from itertools import accumulate
from operator import add, gt, sub

from app.domain.terms import Amounts, Errand


class Handling(Enum):
    """How an order's goods come and go."""

    FROM_DEPOT = 0
    COLLECTED = 1
    HANDED_ON = 2
    """Delivered from a pickup that came earlier on the route."""
    ABOARD = 3
    """Loaded before by a van that is on the road."""
    MISSING = 4
    """To be handed on, but never collected on this route."""


class Cargo:
    """The goods of a fixed sequence, wherever its van goes back to the depot."""

    def __init__(self, errands: Sequence[Errand], dimensions: int) -> None:
        self._errands = errands
        self._nothing: Amounts = (0,) * dimensions
        self.handling = self._handle()
        self._carried: list[Amounts] | None = None

    def _handle(self) -> list[Handling]:
        collected = set()
        handling = []
        for errand in self._errands:
            if not errand.is_delivery:
                collected.add(errand.order.id)
                handling.append(Handling.COLLECTED)
            elif errand.supplier is None:
                handling.append(Handling.ABOARD if errand.is_aboard else Handling.FROM_DEPOT)
            elif errand.supplier in collected:
                handling.append(Handling.HANDED_ON)
            else:
                handling.append(Handling.MISSING)
        return handling

    def release(self, first: int, end: int) -> int:
        """When the last goods of the trip over stops `first` to `end` come to the depot."""
        return max((errand.released for errand in self._errands[first:end]), default=0)

    def carried(self, gap: int) -> Amounts:
        """What is aboard before a van loads there: of pairs between their two stops, and of what
        it has on the road."""
        if self._carried is None:
            self._carried = self._find_carried()
        return self._carried[gap]

    def _find_carried(self) -> list[Amounts]:
        positions = {errand.order.id: number + 1 for number, errand in enumerate(self._errands)}
        carried = [self._nothing] * (len(self._errands) + 1)
        for number, errand in enumerate(self._errands):
            match self.handling[number]:
                case Handling.HANDED_ON if errand.supplier is not None:
                    since = positions[errand.supplier]
                case Handling.ABOARD:
                    since = errand.loads_from
                case _:
                    continue
            for gap in range(since, number + 1):
                carried[gap] = plus(carried[gap], errand.amounts)
        return carried

    def leaving(self, first: int, end: int) -> Amounts:
        """Aboard when the van leaves the depot for the trip over stops `first` to `end`."""
        load = self.carried(first)
        for number in range(first, end):
            if self.handling[number] is Handling.FROM_DEPOT:
                load = plus(load, self._errands[number].amounts)
        return load

    def extended(self, number: int, most: Amounts, now: Amounts) -> tuple[Amounts, Amounts]:
        """The most aboard and the load at the end of a trip that takes this stop too."""
        amounts = self._errands[number].amounts
        match self.handling[number]:
            case Handling.FROM_DEPOT:
                return self._taking_back(number, plus(most, amounts), now)
            case Handling.COLLECTED:
                now = plus(now, amounts)
                return tuple(map(max, most, now)), now
            case Handling.HANDED_ON | Handling.ABOARD:
                return self._taking_back(number, most, tuple(map(sub, now, amounts)))
            case Handling.MISSING:
                return most, now

    def _taking_back(self, number: int, most: Amounts, now: Amounts) -> tuple[Amounts, Amounts]:
        back = self._errands[number].back
        if back is None:
            return most, now
        now = plus(now, back)
        return tuple(map(max, most, now)), now

    def loaded(self) -> list[int] | None:
        """The end of the longest trip from each stop with what can be aboard of it by then.

        None where everything can, at any time.
        """
        if not any(errand.loads_from for errand in self._errands):
            return None
        count = len(self._errands)
        return [
            next((n for n in range(first, count) if self._errands[n].loads_from > first), count)
            for first in range(count)
        ]

    def reach(self, capacity: Amounts) -> list[int]:
        """The end of the longest trip from each stop that never makes the van too full."""
        count = len(self._errands)
        if all(
            handling is Handling.FROM_DEPOT and errand.back is None
            for handling, errand in zip(self.handling, self._errands, strict=True)
        ):
            return self._reach_of_deliveries(capacity)
        ends = []
        for first in range(count):
            most = now = self.leaving(first, first)
            end = first
            while end < count:
                most, now = self.extended(end, most, now)
                if any(map(gt, most, capacity)):
                    break
                end += 1
            ends.append(end)
        return ends

    def _reach_of_deliveries(self, capacity: Amounts) -> list[int]:
        """What is only delivered is all aboard when the trip leaves."""
        count = len(self._errands)
        ends = [count] * count
        for dimension, room in enumerate(capacity):
            amounts = (errand.amounts[dimension] for errand in self._errands)
            total = [0, *accumulate(amounts)]
            if total[-1] > room:
                for first in range(count):
                    end = bisect_right(total, total[first] + room) - 1
                    ends[first] = min(ends[first], end)
        return ends

    def aboard(self, reloads: Sequence[int]) -> tuple[list[Amounts], list[Amounts]]:
        """The load at the start and after each stop, and that with which each trip leaves."""
        count = len(self._errands)
        leaving = []
        load = self._nothing
        aboard: list[Amounts] = []
        for first, end in zip((0, *reloads), (*reloads, count), strict=True):
            load = self.leaving(first, end)
            leaving.append(load)
            if not first:
                aboard.append(load)
            for number in range(first, end):
                load = self.after(number, load)
                aboard.append(load)
        return aboard, leaving

    def after(self, number: int, load: Amounts) -> Amounts:
        match self.handling[number]:
            case Handling.COLLECTED:
                return plus(load, self._errands[number].amounts)
            case Handling.MISSING:
                return load
            case _:
                load = tuple(map(sub, load, self._errands[number].amounts))
                back = self._errands[number].back
                return load if back is None else plus(load, back)


def plus(a: Amounts, b: Amounts) -> Amounts:
    return tuple(map(add, a, b))


def peak(aboard: Sequence[Amounts], leaving: Sequence[Amounts]) -> Amounts:
    """The most of each dimension that is aboard at once."""
    return tuple(map(max, *aboard, *leaving, leaving[0]))
