"""Amounts of a file by the dimensions of a depot: weight, volume, parcels, then its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.documents.vroom_values import Amounts
from app.domain.fleet import UNLIMITED, Load
from app.domain.orders import Parcel

_MOST_PARCELS = 1000
"""Of one order: each is a thing of its own, and larger amounts would be a burden."""
_PARCEL = Parcel(barcode="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """The first amounts are weight, volume and perhaps parcels, which all of planning knows best;
    the others are dimensions of the depot's own."""

    dimensions: int
    own: int = 2
    """How many are the first ones."""

    def load(self, amounts: Amounts) -> Load:
        """What is aboard."""
        return self._filled(amounts, 0)

    def room(self, amounts: Amounts) -> Load:
        """What fits: what the file does not count can't be too much."""
        return self._filled(amounts, UNLIMITED)

    def _filled(self, amounts: Amounts, beyond: int) -> Load:
        own = [*amounts, *(0,) * (self.dimensions - len(amounts))]
        first = (*own[: self.own], *(beyond,) * (3 - len(own[: self.own])))
        more = tuple(
            (f"amount {number + 1:03}", amount)
            for number, amount in enumerate(own)
            if number >= self.own
        )
        return Load.of((first[0], first[1], first[2]), more)

    def amounts(self, load: Load) -> Amounts:
        """The way back."""
        named = dict(load.more)
        return tuple(
            load.amounts[number] if number < self.own else named.get(f"amount {number + 1:03}", 0)
            for number in range(self.dimensions)
        )

    def listed(self, load: Load) -> tuple[int, ...]:
        """By dimension, as rules give amounts."""
        return (*load.amounts, *(amount for _name, amount in load.more))


def scales_of(dimensions: int, amounts: Iterable[Amounts]) -> Scales:
    """With parcels where the third amounts of all orders are few enough to be listed."""
    third = (each[2] for each in amounts if len(each) > 2)
    return Scales(dimensions=dimensions, own=3 if max(third, default=0) <= _MOST_PARCELS else 2)


def parcels(load: Load) -> tuple[Parcel, ...]:
    return (_PARCEL,) * load.parcels
