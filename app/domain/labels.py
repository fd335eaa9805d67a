"""Ways to have come to a stop with reloads and breaks, and how good they are."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.domain.clockwork import NEVER
from app.domain.course import Halting, Way
from app.domain.terms import Halt, Terms

_Halts = tuple[int, tuple[Halting, ...]]
Key = tuple[int, float, int, float, float, int, int, _Halts, tuple[int, ...]]
"""The smaller the better: breaks missed, share too full, seconds late, seconds too long, price,
end, reloads, and for ties where it rests and reloads."""
CLEAN_KEY: Key = (0, 0.0, 0, 0, math.inf, NEVER, NEVER, (NEVER, ()), ())
"""Better than anything that breaks a rule, and worse than all else."""


@dataclass(slots=True)
class Label:
    """A van that is ready after a stop, and how it came there."""

    time: int
    before: int
    """When the van was ready at the stop before."""
    since: int
    over: float = 0.0
    late_s: int = 0
    price: float = 0.0
    """Of lateness that is allowed, and of the ways by the depot."""
    driven_s: int = 0
    """Since the last break."""
    driving_s: int = 0
    taken: int = 0
    """The breaks in `halts`, a bit each."""
    halts: tuple[Halting, ...] = ()
    reloads: tuple[int, ...] = ()
    way: Way | None = None
    """After a break on the road, where the driver is."""

    def has_taken(self, number: int) -> bool:
        return bool(self.taken >> number & 1)

    @property
    def rests(self) -> _Halts:
        """The smaller the better where all else is equal: rather at a stop than on the road."""
        return sum(halting.is_late for halting in self.halts), self.halts

    def final_key(self, terms: Terms, leave_s: int, due: Collection[int]) -> Key:
        """How good it is at the end place for who left then; `due` are the breaks to take."""
        missed = sum(not self.has_taken(number) for number in due)
        return self.key(
            terms, leave_s, self.late_s, self.driving_s, self.price, self.time, missed=missed
        )

    def key(
        self,
        terms: Terms,
        leave_s: int,
        late_s: int,
        driving_s: int,
        price: float,
        end: int,
        next_halts: tuple[Halting, ...] = (),
        missed: int = 0,
    ) -> Key:
        """How good it is with these totals at the end place."""
        excess = max(0, end - terms.last_end_s) + max(0, driving_s - terms.max_driving_s)
        overtime_s = min(max(0, end - terms.frame.end_s), terms.overtime_s)
        price += overtime_s * terms.per_overtime_s + terms.hours_price(end - leave_s)
        late, halts = self.rests
        return (
            missed,
            self.over,
            late_s,
            excess,
            round(price, 6),
            end,
            len(self.reloads),
            (late, (*halts, *next_halts)),
            self.reloads,
        )


def promise(label: Label) -> tuple[float, int, float, int, _Halts]:
    """The smaller, the more is to be hoped of it, as far as it has come."""
    return (label.over, label.late_s, label.price, label.time, label.rests)


class Left(NamedTuple):
    """The breaks that are left once some are taken."""

    next: tuple[tuple[int, Halt], ...]
    """Those of which any may be the next one, by their numbers."""
    limited_s: int | None
    """The length of the one that has limits among them."""
    calling: Halt | None
    """Whose limits count: that one, or the last for the rest of the route."""
    closes: tuple[int, ...]
    """Of those that are due."""
    rest_s: int
    """The length of those that are due."""

    @classmethod
    def of(
        cls,
        halts: Sequence[Halt],
        numbers: Sequence[int],
        limited: Sequence[int],
        due: Collection[int],
    ) -> Left:
        """Where these numbers are not taken, and all of `limited` have limits."""
        first = next((number for number in limited if number in numbers), None)
        is_next = [n for n in numbers if n == first or not halts[n].has_limits]
        called = first if first is not None or not limited else limited[-1]
        waiting = [halts[number] for number in numbers if number in due]
        return cls(
            next=tuple((number, halts[number]) for number in is_next),
            limited_s=None if first is None else halts[first].length_s,
            calling=None if called is None else halts[called],
            closes=tuple(halt.windows[-1][1] for halt in waiting),
            rest_s=sum(halt.length_s for halt in waiting),
        )
