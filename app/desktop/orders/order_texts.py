"""An order in words: its state, how exactly its place is known, and why it is on no route."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.desktop.widgets.tones import Tone
from app.domain.addresses import Precision
from app.domain.orders import Method, Order, OrderKind, OrderStatus, Payment
from app.services.orders import Chip


def state_of(order: Order, is_on_route: bool) -> Chip:
    """The one chip, besides All, under which the order is found."""
    match order.status:
        case OrderStatus.OPEN:
            return Chip.PLANNED if is_on_route else Chip.UNASSIGNED
        case OrderStatus.ON_HOLD:
            return Chip.ON_HOLD
        case OrderStatus.OUT:
            return Chip.OUT
        case OrderStatus.DELIVERED:
            return Chip.DELIVERED
        case OrderStatus.FAILED:
            return Chip.FAILED
        case OrderStatus.CANCELLED:
            return Chip.CANCELLED


STATE_TONES = {
    Chip.ALL: Tone.PLAIN,
    Chip.UNASSIGNED: Tone.PLAIN,
    Chip.ON_HOLD: Tone.RISK,
    Chip.PLANNED: Tone.QUIET,
    Chip.OUT: Tone.GOOD,
    Chip.DELIVERED: Tone.DONE,
    Chip.FAILED: Tone.BAD,
    Chip.CANCELLED: Tone.DONE,
}

STATE_ICONS = {
    Chip.UNASSIGNED: "circle-outline",
    Chip.ON_HOLD: "pause",
    Chip.PLANNED: "calendar-check-outline",
    Chip.OUT: "truck-fast-outline",
    Chip.DELIVERED: "check",
    Chip.FAILED: "close",
    Chip.CANCELLED: "cancel",
}

PRECISION_TONES = {
    Precision.CONFIRMED: Tone.GOOD,
    Precision.GIVEN: Tone.QUIET,
    Precision.ROOFTOP: Tone.QUIET,
    Precision.INTERPOLATED: Tone.QUIET,
    Precision.STREET: Tone.RISK,
    Precision.PLACE: Tone.BAD,
    Precision.UNKNOWN: Tone.BAD,
}

PRECISION_ICONS = {
    Precision.CONFIRMED: "map-marker-check",
    Precision.GIVEN: "crosshairs-gps",
    Precision.ROOFTOP: "home-outline",
    Precision.INTERPOLATED: "home-map-marker",
    Precision.STREET: "road-variant",
    Precision.PLACE: "city-variant-outline",
    Precision.UNKNOWN: "map-marker-question-outline",
}


def chip_text(chip: Chip) -> str:
    tr = QCoreApplication.translate
    match chip:
        case Chip.ALL:
            return tr("orders", "All")
        case Chip.UNASSIGNED:
            return tr("orders", "Unassigned")
        case Chip.ON_HOLD:
            return tr("orders", "On hold")
        case Chip.PLANNED:
            return tr("orders", "Planned")
        case Chip.OUT:
            return tr("orders", "Out")
        case Chip.DELIVERED:
            return tr("orders", "Delivered")
        case Chip.FAILED:
            return tr("orders", "Failed")
        case Chip.CANCELLED:
            return tr("orders", "Cancelled")


def precision_of(order: Order) -> Precision:
    return order.place.precision if order.place is not None else Precision.UNKNOWN


def precision_text(precision: Precision) -> str:
    """One word, for the badge."""
    tr = QCoreApplication.translate
    match precision:
        case Precision.CONFIRMED:
            return tr("orders", "pinned")
        case Precision.GIVEN:
            return tr("orders", "given")
        case Precision.ROOFTOP:
            return tr("orders", "door")
        case Precision.INTERPOLATED:
            return tr("orders", "near")
        case Precision.STREET:
            return tr("orders", "street")
        case Precision.PLACE:
            return tr("orders", "town")
        case Precision.UNKNOWN:
            return tr("orders", "unknown")


def precision_sentence(precision: Precision) -> str:
    """What the badge means for the driver."""
    tr = QCoreApplication.translate
    match precision:
        case Precision.CONFIRMED:
            return tr("orders", "A person placed the pin.")
        case Precision.GIVEN:
            return tr("orders", "The coordinates came with the order.")
        case Precision.ROOFTOP:
            return tr("orders", "The pin is at the house.")
        case Precision.INTERPOLATED:
            return tr("orders", "The pin is between the known house numbers next to it.")
        case Precision.STREET:
            return tr(
                "orders", "The house number was not found: the pin is at the middle of the street."
            )
        case Precision.PLACE:
            return tr("orders", "Only the town or postcode area was found: place the pin.")
        case Precision.UNKNOWN:
            return tr("orders", "The address was not found: place the pin.")


def method_text(method: Method) -> str:
    tr = QCoreApplication.translate
    match method:
        case Method.HOME:
            return tr("orders", "Home")
        case Method.LOCKER:
            return tr("orders", "Locker")
        case Method.CURBSIDE:
            return tr("orders", "Curbside")
        case Method.CONTACTLESS:
            return tr("orders", "Contactless")


def kind_text(kind: OrderKind) -> str:
    tr = QCoreApplication.translate
    if kind is OrderKind.PICKUP:
        return tr("orders", "Pickup")
    return tr("orders", "Delivery")


def payment_text(payment: Payment) -> str:
    tr = QCoreApplication.translate
    match payment:
        case Payment.PAID:
            return tr("orders", "Paid")
        case Payment.CASH_ON_DELIVERY:
            return tr("orders", "Cash on delivery")
        case Payment.PENDING:
            return tr("orders", "Pending")


def payment_cell_text(order: Order) -> str:
    """Cash names its amount, since the driver must collect it."""
    if order.payment is Payment.CASH_ON_DELIVERY and order.cod_amount is not None:
        return QCoreApplication.translate("orders", "Cash %1").replace(
            "%1", f"{order.cod_amount} {order.currency}".strip()
        )
    return payment_text(order.payment)


def priority_text(priority: int) -> str:
    tr = QCoreApplication.translate
    names = (
        tr("orders", "Normal"),
        tr("orders", "Raised"),
        tr("orders", "High"),
        tr("orders", "Critical"),
    )
    return names[min(max(priority, 0), len(names) - 1)]


def hold_text(order: Order) -> str:
    """Why the order is on hold, in one line; empty for every other order."""
    if order.status is not OrderStatus.ON_HOLD:
        return ""
    if order.hold_reason:
        return "; ".join(order.hold_reason.splitlines())
    if not precision_of(order).is_plannable:
        return precision_sentence(precision_of(order))
    return QCoreApplication.translate("orders", "No reason was given.")
