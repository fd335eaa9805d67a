"""Why orders are left out of the plan, kept until they are placed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from app.domain.ids import OrderId
from app.domain.problem import Unassigned
from app.storage import queries
from app.storage.queries import chunks
from app.storage.records import UnassignedRecord


def replace_reasons(
    session: Session, reasons: Mapping[OrderId, Unassigned | None]
) -> dict[OrderId, Unassigned | None]:
    """Keep the reasons of these orders, or with None forget them; gives back what was kept."""
    was = queries.reasons(session, tuple(reasons))
    for part in chunks(was):
        session.execute(delete(UnassignedRecord).where(UnassignedRecord.order_id.in_(part)))
    left_out = [each for each in reasons.values() if each is not None]
    # Somebody may have deleted an order while the optimizer searched.
    there = {order.id for order in queries.orders(session, [each.order for each in left_out])}
    rows = [
        {"order_id": each.order, "reason": each.reason, "detail": each.detail}
        for each in left_out
        if each.order in there
    ]
    if rows:
        session.execute(insert(UnassignedRecord), rows)
    return {order: was.get(order) for order in reasons}
