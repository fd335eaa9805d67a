"""Pins that people placed, remembered by address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.addresses import Address
from app.domain.geo import Location
from app.storage.convert import address_key
from app.storage.records import ConfirmedPinRecord


def replace_pin(
    session: Session, address: Address, pin: Location | None, now: datetime, who: str
) -> Location | None:
    """Remember where an address is, or with None forget it; gives back what was remembered."""
    row = session.get(ConfirmedPinRecord, address_key(address))
    was = None if row is None else Location(lat=row.lat, lon=row.lon)
    if pin is None:
        if row is not None:
            session.delete(row)
    elif pin != was:
        session.merge(
            ConfirmedPinRecord(
                key=address_key(address),
                lat=pin.lat,
                lon=pin.lon,
                label=address.line,
                confirmed_at=now,
                confirmed_by=who,
            )
        )
    # The next order of the same edit may have the same address.
    session.flush()
    return was
