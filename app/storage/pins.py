"""Pins that people placed, remembered by address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.domain.orders import Order
from app.storage.convert import address_key
from app.storage.records import ConfirmedPinRecord


def remember_pin(session: Session, order: Order, now: datetime, who: str) -> None:
    """The order's place is where its address is, for this order and all to come."""
    if order.place is None:
        return
    session.merge(
        ConfirmedPinRecord(
            key=address_key(order.address),
            lat=order.place.location.lat,
            lon=order.place.location.lon,
            label=order.address.line,
            confirmed_at=now,
            confirmed_by=who,
        )
    )
    # The next order of the same edit may have the same address.
    session.flush()


def forget_pin(session: Session, order: Order) -> None:
    """Undo: the address is looked up again."""
    session.execute(
        delete(ConfirmedPinRecord).where(ConfirmedPinRecord.key == address_key(order.address))
    )
