"""Many orders at once: what an import writes, in few statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from app.domain.ids import DepotId, OrderId
from app.domain.orders import Order, OrderKind, OrderStatus
from app.storage.convert import order_columns
from app.storage.queries import chunks
from app.storage.records import OrderRecord, ParcelRecord

_ROWS_AT_ONCE = 1_000
_REFERENCES = 7_301_904_212
"""PostgreSQL's advisory lock while references are given."""


def add_orders(session: Session, orders: Iterable[Order], now: datetime, who: str) -> None:
    """Insert new orders."""
    every = list(orders)
    for start in range(0, len(every), _ROWS_AT_ONCE):
        part = every[start : start + _ROWS_AT_ONCE]
        session.execute(
            insert(OrderRecord),
            [
                order_columns(order)
                | {
                    "id": order.id,
                    "version": 1,
                    "edited_at": now,
                    "edited_by": who,
                }
                for order in part
            ],
        )
        parcels = [
            {"order_id": order.id, "number": number, "barcode": parcel.barcode}
            for order in part
            for number, parcel in enumerate(order.parcels, start=1)
        ]
        if parcels:
            session.execute(insert(ParcelRecord), parcels)


def set_aside_references(session: Session, orders: Iterable[OrderId]) -> None:
    """Free the references of orders that are about to be written with others, or deleted."""
    for order in orders:
        session.execute(
            update(OrderRecord.__table__)  # type: ignore[arg-type]  # the table, past the versions
            .where(OrderRecord.id == order)
            .values(reference=str(order))
        )


def claim_references(session: Session) -> None:
    """Let no other transaction give references until this one ends.

    SQLite has one writer at a time anyway. On PostgreSQL two imports of a file at once would both
    find it new, and no constraint keeps orders of no depot apart.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _REFERENCES})


def digests(
    session: Session, references: Collection[str]
) -> dict[tuple[str, DepotId | None], tuple[OrderId, str]]:
    """Key and digest of the orders with these references, by reference and depot."""
    found: dict[tuple[str, DepotId | None], tuple[OrderId, str]] = {}
    for part in chunks(references):
        query = select(
            OrderRecord.reference, OrderRecord.depot_id, OrderRecord.id, OrderRecord.source_digest
        ).where(OrderRecord.reference.in_(part))
        for reference, depot, key, digest in session.execute(query):
            found[reference, DepotId(depot) if depot else None] = (OrderId(key), digest)
    return found


def on_hold(session: Session, keys: Collection[OrderId]) -> tuple[OrderId, ...]:
    """Those of the orders that are on hold."""
    found: list[OrderId] = []
    for part in chunks(keys):
        query = select(OrderRecord.id).where(
            OrderRecord.id.in_(part), OrderRecord.status == OrderStatus.ON_HOLD
        )
        found.extend(OrderId(key) for key in session.scalars(query))
    return tuple(found)


def pickups(
    session: Session, references: Collection[str]
) -> dict[tuple[str, DepotId | None], OrderId]:
    """Keys of the pickups with these references that are still to be made."""
    found: dict[tuple[str, DepotId | None], OrderId] = {}
    for part in chunks(references):
        query = select(OrderRecord.reference, OrderRecord.depot_id, OrderRecord.id).where(
            OrderRecord.reference.in_(part),
            OrderRecord.kind == OrderKind.PICKUP,
            OrderRecord.status.in_((OrderStatus.OPEN, OrderStatus.ON_HOLD, OrderStatus.OUT)),
        )
        for reference, depot, key in session.execute(query):
            found[reference, DepotId(depot) if depot else None] = OrderId(key)
    return found
