"""A van on the road: when it left, and at which reloads the goods of its deliveries are loaded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.ids import OrderId

Moments = tuple[tuple[OrderId, datetime], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """What a van that is out can't do otherwise any more."""

    left_at: datetime
    """From its start place; no later plan changes that."""
    loading: int
    """Goods that are still at the depot come aboard at a reload before the stop at this position
    of the route, or at a later one."""
    loads: tuple[tuple[OrderId, int], ...] = ()
    """The same for deliveries that the van was given before: less than `loading` for those that
    are aboard since then, 0 for what it left with."""

    begun: Moments = ()
    """The stops that are done or being served, and since when; no later plan makes that sooner."""
    rested: tuple[int, ...] = ()
    """The breaks that were taken, by their number among the shift's pauses; -1 for its own."""
    resumes: tuple[int, datetime] | None = None
    """The stop at this position is driven to no sooner: the van had done all that came before it,
    and stood still."""

    def loads_from(self, order: OrderId) -> int:
        """The trip with the goods of this delivery begins at this position or later."""
        return next((first for known, first in self.loads if known == order), self.loading)

    def given(self, deliveries: Iterable[OrderId]) -> Underway:
        """The same van with these deliveries on its route, which it loads when it can."""
        known = {order for order, _ in self.loads}
        new = tuple((order, self.loading) for order in deliveries if order not in known)
        return replace(self, loads=(*self.loads, *new)) if new else self
