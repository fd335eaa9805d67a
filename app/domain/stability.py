"""How dear it is to move what people were told: from "touch nothing" to "best cost"."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain.errors import RuleError
from app.domain.rules import Aims

_HOURS_PER_ORDER = 0.5
"""An hour of another ETA counts as much as half another driver."""


class Steadiness(StrEnum):
    """The prices that are offered by name."""

    BEST_COST = "best-cost"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    TOUCH_NOTHING = "touch-nothing"


_PRICES = {
    Steadiness.BEST_COST: 0.0,
    Steadiness.LOW: 2.0,
    Steadiness.MEDIUM: 10.0,
    Steadiness.HIGH: 50.0,
    Steadiness.TOUCH_NOTHING: math.inf,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """What an order must save to get another driver, in the depot's currency."""

    price: float = 0.0
    """Nothing at all: only the cost counts. Infinite: what is on a route stays there, as it is."""

    @property
    def is_free(self) -> bool:
        return self.price == 0

    @property
    def touches_nothing(self) -> bool:
        return math.isinf(self.price)

    @property
    def name(self) -> Steadiness | None:
        """None for a price that has none."""
        return next((each for each, price in _PRICES.items() if price == self.price), None)

    def aims(self, aims: Aims) -> Aims:
        """The same aims at this price."""
        if self.is_free or self.touches_nothing:
            return aims
        return replace(
            aims,
            other_driver=self.price,
            other_time_per_hour=self.price * _HOURS_PER_ORDER,
        )

    def __str__(self) -> str:
        return self.name or f"{self.price:g}"


BEST_COST = Stability()


def named(name: Steadiness) -> Stability:
    return Stability(price=_PRICES[name])


def stability(text: str) -> Stability:
    """From a name, or an amount of the depot's currency. Raises RuleError."""
    text = text.strip().casefold()
    if text in tuple(Steadiness):
        return named(Steadiness(text))
    try:
        price = float(text)
    except ValueError:
        price = -1.0
    if not 0 <= price < math.inf:
        raise RuleError(
            f"“{text}” is no stability price. Give {', '.join(Steadiness)}, or what an order "
            "must save to get another driver, such as 7.50."
        )
    return Stability(price=price)
