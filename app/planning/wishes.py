"""What it costs which van serves an order, wherever on its route: a price that engines can know.

They pay it with the way to the door.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.domain.aims import stop_price
from app.domain.ids import OrderId
from app.domain.orders import Order
from app.domain.problem import Kept, Problem
from app.domain.routes import Route
from app.domain.rules import NO_AIMS, Aims


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Preferred drivers, areas, and to whom an order was given before; false where none counts."""

    aims: Aims = NO_AIMS
    """Nothing but these prices."""
    kept: Mapping[OrderId, Kept] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.aims != NO_AIMS

    def price(self, route: Route, order: Order) -> float:
        """What it adds that the order is on this route."""
        return stop_price(route.id, route.shift, order, self.aims, self.kept)

    def row(self, route: Route, orders: Iterable[Order]) -> tuple[float, ...]:
        """The price of each order on this route; nothing at all where none counts."""
        return tuple(self.price(route, order) for order in orders) if self else ()


NO_WISHES = Wishes()


def wishes_of(problem: Problem) -> Wishes:
    """Those of the problem's aims that such a price can tell."""
    aims = problem.aims
    return Wishes(
        aims=Aims(
            other_than_preferred=aims.other_than_preferred,
            outside_area=aims.outside_area,
            other_driver=aims.other_driver,
        ),
        kept=problem.kept if aims.other_driver else {},
    )
