"""Routes: the ordered stops of one shift; every change gives back a new Route."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain.fleet import Shift
from app.domain.ids import OrderId, RouteId


class Lock(StrEnum):
    """What the optimizer must leave as it is."""

    NONE = "none"
    CONTENTS = "contents"
    """The orders stay on this route, in any sequence; none comes, none goes."""
    SEQUENCE = "sequence"
    """The orders stay on this route in this sequence."""


class RouteStatus(StrEnum):
    DRAFT = "draft"
    RELEASED = "released"
    """Handed to the driver: its orders are out."""
    FINISHED = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One visit for one order; neighbours at one place are one door to the driver."""

    order: OrderId
    is_locked: bool = False
    """The optimizer keeps this order on this route."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The stops of one shift, in the sequence of driving."""

    id: RouteId
    shift: Shift
    stops: tuple[Stop, ...] = ()
    lock: Lock = Lock.NONE
    status: RouteStatus = RouteStatus.DRAFT
    printed_version: int | None = None
    """`contents_version` that the printed manifest shows; None while none was printed."""
    contents_version: int = 0
    """Counts every change of stops or shift: what a manifest prints as its revision."""
    is_as_printed: bool = False
    """It says again what the paper says, although it was changed since."""
    frozen: int = 0
    """How many stops from the first on are done, or the van is on its way to them: their sequence
    stays, and nothing comes before them. Set when planning a day that is under way."""
    version: int = 0

    @property
    def orders(self) -> tuple[OrderId, ...]:
        return tuple(stop.order for stop in self.stops)

    @property
    def is_manifest_stale(self) -> bool:
        """Whether paper is about that no longer says what the route is."""
        return self.is_edited_since_print and not self.is_as_printed

    @property
    def is_edited_since_print(self) -> bool:
        """Whether paper is about that shows an earlier revision, be it with the same contents."""
        return self.printed_version is not None and self.printed_version != self.contents_version

    def with_orders(self, orders: Iterable[OrderId]) -> Route:
        """The same route with these orders in this sequence; stop locks stay with their order."""
        known = {stop.order: stop for stop in self.stops}
        return replace(self, stops=tuple(known.get(order) or Stop(order=order) for order in orders))


def inserted(
    sequence: Sequence[OrderId], orders: Sequence[OrderId], index: int
) -> tuple[OrderId, ...]:
    """`sequence` with `orders` put, in their own sequence, before position `index`.

    The index counts the sequence as it is shown: orders that are already in it leave their old
    positions first, without moving the place that was pointed at.
    """
    moving = frozenset(orders)
    before = [order for order in sequence[:index] if order not in moving]
    after = [order for order in sequence[index:] if order not in moving]
    return (*before, *orders, *after)


def removed(sequence: Sequence[OrderId], orders: Collection[OrderId]) -> tuple[OrderId, ...]:
    """`sequence` without `orders`."""
    return tuple(order for order in sequence if order not in orders)
