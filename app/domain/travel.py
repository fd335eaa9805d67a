"""Travel times and distances between known places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.geo import Location

UNREACHABLE = -1
"""Stands in a matrix for a pair with no way between them."""


class Profile(StrEnum):
    """How a vehicle uses the roads."""

    CAR = "car"
    VAN = "van"
    TRUCK = "truck"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How travel and service times change with the hour: traffic, weather.

    Piece k lasts from `starts[k]` (epoch seconds, rising) to the next one; the first also counts
    before it and the last ever after. A leg is driven piece by piece, so that who leaves later
    never arrives earlier.
    """

    starts: tuple[int, ...]
    travel: tuple[float, ...]
    """By what the matrix's seconds are multiplied in each piece; above 0."""
    service_s: tuple[int, ...] = ()
    """What each stop takes longer in each piece, in seconds; empty means nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelMatrix:
    """Times and distances between every two of `places`, for one profile.

    `seconds[i][j]` and `metres[i][j]` lead from place i to place j; both are UNREACHABLE where
    no road does. `is_estimated` says that they are straight lines and not roads.
    """

    places: tuple[Location, ...]
    seconds: Sequence[Sequence[int]]
    metres: Sequence[Sequence[int]]
    is_estimated: bool = False
    is_provisional: bool = False
    """The roads of some hours are not known yet: those without any closure stand in for them."""
    pace: Pace | None = None
    """None where every hour is as the matrix says."""
    costs: Sequence[Sequence[int]] | None = None
    """A price for each leg, in hundredths of the currency, instead of what km and hours cost."""
    later: tuple[tuple[int, TravelMatrix], ...] = ()
    """From these epoch seconds on, rising, other matrices of the same places count: roads are
    closed and opened again. Their own `pace` and `later` mean nothing."""
    index: Mapping[Location, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index = {place: number for number, place in enumerate(self.places)}
        object.__setattr__(self, "index", index)
