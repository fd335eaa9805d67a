"""An order in words: its state, how exactly its place is known, and why it is on no route."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.desktop.widgets.precision import precision_sentence
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


def read_as(order: Order) -> str:
    """The address that a misspelt one was taken for; empty where it was found as typed."""
    return order.place.label if order.place is not None and order.place.is_read_as else ""


def precision_of(order: Order) -> Precision:
    return order.place.precision if order.place is not None else Precision.UNKNOWN


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
