"""Orders, their parcels, and the steps an order may take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from app.domain.addresses import UNLIKE_SCORE, Address, Place
from app.domain.fleet import Load
from app.domain.geo import Location
from app.domain.ids import DepotId, OrderId
from app.domain.rules import NO_ORDER_RULES, OrderRules
from app.domain.times import TimeWindow, joined


class OrderKind(StrEnum):
    DELIVERY = "delivery"
    """From the depot to the recipient."""
    PICKUP = "pickup"
    """From the customer to the depot: a collection or a return."""


class Method(StrEnum):
    """How the goods change hands at the door."""

    HOME = "home"
    LOCKER = "locker"
    CURBSIDE = "curbside"
    CONTACTLESS = "contactless"


class Payment(StrEnum):
    PAID = "paid"
    CASH_ON_DELIVERY = "cash_on_delivery"
    PENDING = "pending"
    """Not confirmed by the shop: the order waits."""


class OrderStatus(StrEnum):
    ON_HOLD = "on_hold"
    OPEN = "open"
    """May be planned; whether it is, says the route that has a stop for it."""
    OUT = "out"
    """Its route was released to the driver."""
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


_STEPS: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.ON_HOLD: frozenset({OrderStatus.OPEN, OrderStatus.CANCELLED}),
    OrderStatus.OPEN: frozenset({OrderStatus.ON_HOLD, OrderStatus.OUT, OrderStatus.CANCELLED}),
    OrderStatus.OUT: frozenset({OrderStatus.OPEN, OrderStatus.DELIVERED, OrderStatus.FAILED}),
    OrderStatus.FAILED: frozenset({OrderStatus.OPEN, OrderStatus.ON_HOLD, OrderStatus.CANCELLED}),
    OrderStatus.DELIVERED: frozenset(),
    OrderStatus.CANCELLED: frozenset({OrderStatus.OPEN, OrderStatus.ON_HOLD}),
}


def may_become(now: OrderStatus, then: OrderStatus) -> bool:
    """Whether an order may take this step; staying as it is always may."""
    return now is then or then in _STEPS[now]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One physical piece of an order."""

    barcode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What an orders file said of an order, the last time that it was taken from one."""

    digest: str
    """Of all that the file said: the same again must not undo what people did."""
    holds: tuple[str, ...] = ()
    """The reasons for which the import put it on hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One customer's request to deliver or collect, with its parcels."""

    id: OrderId
    reference: str
    day: date
    recipient: str
    address: Address
    depot: DepotId | None = None
    """Where its goods are; None while any depot may serve it."""
    kind: OrderKind = OrderKind.DELIVERY
    status: OrderStatus = OrderStatus.OPEN
    hold_reason: str = ""
    """Why it is on hold, for people; empty otherwise."""
    place: Place | None = None
    window: TimeWindow | None = None
    """When service may start; None means any time of the shift."""
    time_zone: str = ""
    """The IANA zone by whose clocks the window was promised."""
    service_time: timedelta = timedelta(minutes=3)
    weight_g: int = 0
    volume_cm3: int = 0
    parcels: tuple[Parcel, ...] = ()
    method: Method = Method.HOME
    payment: Payment = Payment.PAID
    cod_amount: Decimal | None = None
    """Cash to collect at the door."""
    currency: str = ""
    priority: int = 0
    """0 (normal) to 3 (critical): where not all fit, the higher one is kept."""
    requirements: frozenset[str] = frozenset()
    """Each must be a skill of the driver or a feature of the vehicle."""
    company: str = ""
    phone: str = ""
    email: str = ""
    notes: str = ""
    source: Source | None = None
    """None for an order that was typed in."""
    rules: OrderRules = NO_ORDER_RULES
    more_load: tuple[tuple[str, int], ...] = ()
    """Amounts in dimensions of the depot's own, such as roll cages; sorted by name."""
    version: int = 0

    @property
    def is_from_depot(self) -> bool:
        """Whether a van must load its goods at the depot."""
        return self.kind is OrderKind.DELIVERY and self.rules.collected_by is None

    @property
    def load(self) -> Load:
        return Load(
            weight_g=self.weight_g,
            volume_cm3=self.volume_cm3,
            parcels=len(self.parcels),
            more=self.more_load,
        )

    @property
    def windows(self) -> tuple[TimeWindow, ...]:
        """Every window that will do, none over another, in the sequence of the day.

        Empty means any time.
        """
        if self.window is None:
            return ()
        if not self.rules.more_windows:
            return (self.window,)
        return joined((self.window, *self.rules.more_windows))

    @property
    def location(self) -> Location | None:
        return self.place.location if self.place is not None else None

    @property
    def is_plannable(self) -> bool:
        """Whether a route may have a stop for it."""
        return (
            self.status is OrderStatus.OPEN
            and self.place is not None
            and self.place.precision.is_plannable
        )


def barcodes(reference: str, count: int) -> tuple[Parcel, ...]:
    """Parcels with barcodes of our own, for orders that come without any: REF-1, REF-2 …"""
    return tuple(Parcel(barcode=f"{reference}-{number}") for number in range(1, count + 1))


def address_reason(place: Place | None) -> str:
    """Why an order can't be sent where it wants to go, for people; empty where it can."""
    if place is None:
        return "Address not found: place the pin on the map."
    if not place.precision.is_plannable:
        return f"Only the area was found ({place.label or 'no street'}): place the pin on the map."
    if place.score < UNLIKE_SCORE:
        return (
            f"This region has no such address; the closest is {place.label}. "
            "Confirm it, or place the pin on the map."
        )
    if not place.is_sure:
        return f"The address is not certain; the best match is {place.label}. Confirm it."
    return ""


def held(order: Order, reason: str) -> Order:
    """The order on hold for one more reason."""
    lines = [*order.hold_reason.splitlines(), reason]
    return replace(
        order, status=OrderStatus.ON_HOLD, hold_reason="\n".join(dict.fromkeys(filter(None, lines)))
    )


def with_place(order: Order, place: Place) -> Order:
    """The order at this place; it comes off hold where only its address held it."""
    gone = {address_reason(order.place), address_reason(None)}
    lines = [line for line in order.hold_reason.splitlines() if line not in gone]
    moved = replace(order, place=place, hold_reason="\n".join(lines))
    if reason := address_reason(place):
        return held(moved, reason)
    if order.status is OrderStatus.ON_HOLD and not lines and order.hold_reason:
        return replace(moved, status=OrderStatus.OPEN)
    return moved


def taken_again(taken: Order, old: Order) -> Order:
    """An order as a file gives it anew, with what people decided about its holds.

    Their own reasons go on holding it, and reasons of the file that they lifted don't come back;
    those of an address that was mended go.
    """
    said = old.source.holds if old.source is not None else ()
    there = old.hold_reason.splitlines()
    own = [
        line
        for line in there
        if line not in said and line not in (address_reason(old.place), address_reason(None))
    ]
    lifted = {line for line in said if line not in there}
    if (
        taken.address != old.address
        or taken.place is None
        or not taken.place.precision.is_plannable
    ):
        lifted.discard(address_reason(taken.place))
    reasons = [*own, *(line for line in taken.hold_reason.splitlines() if line not in lifted)]
    is_held = bool(reasons) or (old.status is OrderStatus.ON_HOLD and not old.hold_reason)
    return replace(
        taken,
        status=OrderStatus.ON_HOLD if is_held else OrderStatus.OPEN,
        hold_reason="\n".join(dict.fromkeys(reasons)),
    )
