"""What vans on the road have done, and have aboard, when a search for the rest begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.domain.cargo import plus
from app.domain.ids import OrderId, RouteId
from app.domain.orders import Order
from app.domain.sketch import RouteSketch
from app.domain.terms import Amounts, brought_back


class Begun:
    """The frozen part of a route."""

    def __init__(self, sketch: RouteSketch) -> None:
        self.visits = sketch.visits[: sketch.frozen]
        self._underway = sketch.frame.shift.underway
        self.reloads: tuple[int, ...] = ()
        """Before which stops the van has come back to load."""
        self.ready_s = 0
        """When the last stop is done; 0 where none is frozen."""
        if self.visits:
            # By itself: what is planned after it may ask for what can't be done any more.
            agenda = sketch.of(self.visits).agenda
            self.reloads = agenda.layout.reloads
            self.ready_s = agenda.run.services[-1].end
        self._since = max(self.reloads, default=0)

    def collected(self, ahead: Iterable[Order], names: Sequence[str]) -> Amounts:
        """The goods aboard that go to the depot: those of pairs go with their delivery `ahead`."""
        handed_on = {order.rules.collected_by for order in ahead}
        total: Amounts = (0,) * (3 + len(names))
        for visit in self.visits[self._since :]:
            if visit.is_delivery:
                total = plus(total, brought_back(visit.order, names))
            elif visit.order.id not in handed_on:
                total = plus(total, amounts_of(visit.order, names))
        return total

    def lacks(self, order: OrderId) -> bool:
        """Whether its goods are at the depot, and the van has left it for what it does now."""
        return self._underway is not None and self._underway.loads_from(order) > self._since


def amounts_of(order: Order, names: Sequence[str]) -> Amounts:
    """Grams, cm³ and parcels, then what it has of these dimensions."""
    more = dict(order.more_load)
    return (*order.load.amounts, *(more.get(name, 0) for name in names))


def at_depot(
    orders: Sequence[Order], vans: Mapping[RouteId, Begun], pins: Mapping[OrderId, RouteId]
) -> frozenset[OrderId]:
    """The deliveries that a van on the road can bring only after it came back to load."""
    found = set()
    for order in orders:
        home = pins.get(order.id)
        asked = vans.values() if home is None else [vans[home]]
        if order.is_from_depot and any(van.lacks(order.id) for van in asked):
            found.add(order.id)
    return frozenset(found)
