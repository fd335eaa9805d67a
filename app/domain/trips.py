"""Into which trips a sequence may be cut, by what the van can carry."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.cargo import Cargo, peak
from app.domain.checks import share_over
from app.domain.clockwork import NEVER
from app.domain.terms import Amounts

_HALVINGS = 40


class Trips:
    """The trips worth a thought: those of a layout that makes the van too full as little as can be.

    With `cuts`, the reloads are those.
    """

    def __init__(
        self,
        cargo: Cargo,
        count: int,
        capacity: Amounts,
        max_reloads: int,
        cuts: Sequence[int] | None = None,
    ) -> None:
        self._cargo = cargo
        self._count = count
        self._capacity = capacity
        self._cuts = () if not max_reloads else cuts
        self._loaded: list[int] | None = None
        if self._cuts is None:
            self._loaded = self._loaded_in_time(max_reloads + 1)
            self._needed_with(0.0)
            self._is_over = self._needed[0] > max_reloads + 1
            if self._is_over:
                self._widen(max_reloads + 1)

    def ends(self, first: int, left: int) -> dict[int, float]:
        """Where a trip may end that starts there, with so many reloads left: its share too full."""
        if self._cuts is not None:
            return {next((cut for cut in self._cuts if cut > first), self._count): 0.0}
        ends = range(first + 1, self._reach[first] + 1)
        if not self._is_over:
            return {end: 0.0 for end in ends if self._needed[end] <= left}
        most = now = self._cargo.leaving(first, first)
        shares = {}
        for end in ends:
            most, now = self._cargo.extended(end - 1, most, now)
            if self._needed[end] <= left:
                shares[end] = share_over(most, self._capacity)
        return shares

    def _loaded_in_time(self, trips: int) -> list[int] | None:
        """How far each trip has its goods aboard, where reloads can see to that at all."""
        loaded = self._cargo.loaded()
        if loaded is not None:
            self._reach = loaded
            if self._trips_needed()[0] > trips:
                return None
        return loaded

    def _trips_needed(self) -> list[int]:
        """How many trips the stops from each on need; NEVER where none will do."""
        needed = [0] * (self._count + 1)
        for first in reversed(range(self._count)):
            end = self._reach[first]
            needed[first] = needed[end] + 1 if end > first else NEVER
        return needed

    def _widen(self, trips: int) -> None:
        """Find the least share by which the van must be too full, and allow it to be."""
        low, high = 0.0, share_over(peak(*self._cargo.aboard(())), self._capacity)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if self._needed_with(middle) > trips:
                low = middle
            else:
                high = middle
        self._needed_with(high)

    def _needed_with(self, share: float) -> int:
        room = tuple(round(amount + share * max(amount, 1)) for amount in self._capacity)
        reach = self._cargo.reach(room)
        self._reach = reach if self._loaded is None else list(map(min, reach, self._loaded))
        self._needed = self._trips_needed()
        return self._needed[0]
