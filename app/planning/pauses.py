"""Breaks for a solver that knows none: hours cut out of the day.

A van that stands still from 12:00 to 12:30 drives as if the clock skipped that half hour. So each
break is a moment with a length; the solver's clock leaves the length out, and windows and shifts
are told in its time. In real time the van rests on the leg, or after the service, that the moment
falls into; nothing else moves, and on the leg it may rest earlier if its window is open. The price:
vans without that break lose the time as well (they may use it when the plan is polished in real
time), and the moment is the same for all who rest together, so the search tries several.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.fleet import Shift


@dataclass(frozen=True, slots=True)
class Pauses:
    """Moments in epoch seconds with lengths in seconds, in the sequence of the day."""

    moments: tuple[tuple[int, int], ...] = ()

    def squeezed(self, at_s: int) -> int:
        """The solver's time of a real moment; all of a pause is one moment to it."""
        return at_s - sum(min(max(0, at_s - moment), length) for moment, length in self.moments)


def pauses(shifts: Iterable[Shift], share: float = 0.5) -> Pauses:
    """The fewest pauses in which everyone gets a break in time.

    `share`, 0 to 1, is how late in the hours that all breaks have in common.
    """
    windows = sorted(_windows(shifts))
    moments: list[tuple[int, int]] = []
    while windows:
        closes, opens, length = windows[0]
        together = [w for w in windows if w[1] <= closes]
        opens = max(w[1] for w in together)
        length = max(w[2] for w in together)
        moments.append((opens + round((closes - opens) * share), length))
        windows = [w for w in windows if w[1] > closes]
    return Pauses(tuple(moments))


def _windows(shifts: Iterable[Shift]) -> set[tuple[int, int, int]]:
    """Closing, opening and length of every break that the shift's hours make due."""
    return {
        (
            int(shift.rest.window.end.timestamp()),
            int(shift.rest.window.start.timestamp()),
            int(shift.rest.length.total_seconds()),
        )
        for shift in shifts
        if shift.rest is not None and shift.window.start < shift.rest.window.end < shift.window.end
    }
