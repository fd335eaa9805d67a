"""Rules that a route can break, each named and with its amount."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.fleet import Dimension, own_amount
from app.domain.ids import OrderId


class ViolationKind(StrEnum):
    LATE = "late"
    """Service begins after the window; amount in seconds."""
    OVER_CAPACITY = "over_capacity"
    """Amount in grams, cubic centimetres or parcels, as `dimension` says."""
    MISSING_SKILL = "missing_skill"
    """Neither driver nor vehicle can do what `detail` names; amount is how many are missing."""
    SHIFT_EXCEEDED = "shift_exceeded"
    """The route ends after the shift; amount in seconds."""
    BREAK_MISSED = "break_missed"
    """The break begins after its window; amount in seconds."""
    UNREACHABLE = "unreachable"
    """No road leads there from the stop before, or on from there; amount 1."""
    NO_PLACE = "no_place"
    """Nobody knows where the order is; amount 1."""
    WRONG_DEPOT = "wrong_depot"
    """The goods are at another depot; amount 1."""
    DRIVING_EXCEEDED = "driving_exceeded"
    """More driving than the shift allows; amount in seconds."""
    WORK_EXCEEDED = "work_exceeded"
    """More time from leaving to the end than the shift allows; amount in seconds."""
    DISTANCE_EXCEEDED = "distance_exceeded"
    """Amount in metres."""
    STOPS_EXCEEDED = "stops_exceeded"
    """More orders than the shift allows; amount in orders."""
    PAIR_BROKEN = "pair_broken"
    """The goods are not aboard: their pickup is not earlier on this route; amount 1."""
    BARRED_DRIVER = "barred_driver"
    """This driver may not take the order; amount 1."""
    GOODS_APART = "goods_apart"
    """Goods that may not share a van do; `detail` names them, amount is how many orders."""
    LEFT_TOO_EARLY = "left_too_early"
    """The goods were not at the depot yet; amount in seconds."""
    NOT_ABOARD = "not_aboard"
    """The van left without the goods and does not load again before that stop; amount 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    kind: ViolationKind
    amount: int
    order: OrderId | None = None
    """The stop that breaks the rule; None where the whole route does."""
    dimension: Dimension | None = None
    detail: str = ""
    """A missing skill, the goods in the way, or the name of a dimension of the depot's own."""
    was: int = 0
    """The amount before a change that would make it worse; 0 where the rule was kept."""

    @property
    def rule(self) -> tuple[ViolationKind, OrderId | None, Dimension | str | None]:
        """Which rule it is, whatever the amount: the same before and after a change."""
        of_its_own = self.detail if self.kind is ViolationKind.OVER_CAPACITY else None
        return (self.kind, self.order, self.dimension or of_its_own)

    @property
    def increase(self) -> int:
        return self.amount - self.was

    @property
    def text(self) -> str:
        """The rule and its amount in words; of one that gets worse, by how much."""
        return f"{self._rule} more" if self.was else self._rule

    @property
    def _rule(self) -> str:
        match self.kind:
            case ViolationKind.LATE:
                return f"late by {duration_text(self.increase)}"
            case ViolationKind.OVER_CAPACITY:
                if self.dimension is None:
                    return f"over capacity by {own_amount(self.increase, self.detail)}"
                return f"over capacity by {_amount_text(self.dimension, self.increase)}"
            case ViolationKind.MISSING_SKILL:
                return f"needs {self.detail}, which neither driver nor vehicle has"
            case ViolationKind.SHIFT_EXCEEDED:
                return f"shift exceeded by {duration_text(self.increase)}"
            case ViolationKind.BREAK_MISSED:
                return f"break late by {duration_text(self.increase)}"
            case ViolationKind.UNREACHABLE:
                return "no road leads there"
            case ViolationKind.NO_PLACE:
                return "its place is not known"
            case ViolationKind.WRONG_DEPOT:
                return "its goods are at another depot"
            case ViolationKind.DRIVING_EXCEEDED:
                return f"driving exceeded by {duration_text(self.increase)}"
            case ViolationKind.WORK_EXCEEDED:
                return f"working time exceeded by {duration_text(self.increase)}"
            case ViolationKind.DISTANCE_EXCEEDED:
                return f"distance exceeded by {-(-self.increase // 100) / 10:.1f} km"
            case ViolationKind.STOPS_EXCEEDED:
                return f"{self.increase} stop{'s' if self.increase > 1 else ''} too many"
            case ViolationKind.PAIR_BROKEN:
                return "its goods are not collected earlier on this route"
            case ViolationKind.BARRED_DRIVER:
                return "this driver may not take it"
            case ViolationKind.GOODS_APART:
                return f"may not share a van with {self.detail}"
            case ViolationKind.LEFT_TOO_EARLY:
                return f"its goods arrive {duration_text(self.increase)} after the van left"
            case ViolationKind.NOT_ABOARD:
                return "its goods are not aboard, and the van does not load again before that"


def duration_text(seconds: int) -> str:
    """Hours and minutes, rounded up to the minute so that no lateness reads as none."""
    minutes = -(-seconds // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def _amount_text(dimension: Dimension | None, amount: int) -> str:
    """Rounded up, so that no excess reads as none."""
    match dimension:
        case Dimension.WEIGHT:
            return f"{-(-amount // 100) / 10:.1f} kg"
        case Dimension.VOLUME:
            return f"{-(-amount // 10_000) / 100:.2f} m³"
        case _:
            return f"{amount} parcel" if amount == 1 else f"{amount} parcels"
