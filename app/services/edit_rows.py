"""The rows that an edit is about: found, locked, and compared with what the screen showed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.edits import RouteMarks
from app.domain.errors import ConflictError, NotFoundError
from app.domain.ids import OrderId, RouteId
from app.domain.orders import OrderStatus
from app.services.touched import TouchedRows
from app.storage.convert import as_json, underway_of
from app.storage.queries import chunks
from app.storage.records import OrderRecord, RouteRecord
from app.storage.rules import promised_of

STATUS_TEXT = {
    OrderStatus.ON_HOLD: "is on hold",
    OrderStatus.OPEN: "has no place on the map yet",
    OrderStatus.OUT: "is already on the road",
    OrderStatus.DELIVERED: "was delivered",
    OrderStatus.FAILED: "came back undelivered",
    OrderStatus.CANCELLED: "was cancelled",
}


class EditRows:
    """The orders and routes of one transaction."""

    def __init__(self, session: Session, touched: TouchedRows) -> None:
        self._session = session
        self._touched = touched

    def routes(
        self, wanted: Mapping[RouteId, object], seen: Mapping[RouteId, int]
    ) -> dict[RouteId, RouteRecord]:
        """The rows in id order, so that two consoles can't wait for each other for ever."""
        query = (
            select(RouteRecord)
            .where(RouteRecord.id.in_(wanted))
            .order_by(RouteRecord.id)
            .with_for_update(of=RouteRecord)
        )
        rows = {RouteId(row.id): row for row in self._session.scalars(query)}
        if len(rows) < len(wanted):
            raise NotFoundError("A route of this change was deleted. Reload the day.")
        for route, row in rows.items():
            if not self._touched.is_seen(row, seen.get(route, row.version)):
                raise ConflictError(
                    f"Route {route_name(row)} was changed by {row.edited_by} at "
                    f"{_clock(row.edited_at, row.shift.depot.time_zone)}. "
                    "Your change was not made."
                )
        return {route: rows[route] for route in wanted}

    def orders(self, wanted: Mapping[OrderId, int | None]) -> list[OrderRecord]:
        """The rows of these orders; None stands for a version that nobody saw."""
        rows: list[OrderRecord] = []
        for part in chunks(sorted(wanted)):
            query = (
                select(OrderRecord)
                .where(OrderRecord.id.in_(part))
                .order_by(OrderRecord.id)
                .with_for_update(of=OrderRecord)
            )
            rows += self._session.scalars(query)
        if len(rows) < len(wanted):
            raise NotFoundError("An order of this change was deleted. Reload the day.")
        for row in rows:
            seen = wanted[OrderId(row.id)]
            if seen is not None and not self._touched.is_seen(row, seen):
                raise ConflictError(
                    f"Order {row.reference} was changed by {row.edited_by} at "
                    f"{_clock(row.edited_at, row.time_zone)}. Your change was not made."
                )
        return rows


def route_name(row: RouteRecord) -> str:
    return f"{row.shift.driver.name} · {row.shift.vehicle.name}"


def _clock(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone or 'UTC')):%H:%M}"


def marks_of(row: RouteRecord) -> RouteMarks:
    return RouteMarks(
        lock=row.lock,
        contents_version=row.contents_version,
        printed_version=row.printed_version,
        printed=row.printed,
        leaves_after=row.leaves_after,
        underway=underway_of(row),
        promised=promised_of(row.promised),
    )


def mark_facts(marks: RouteMarks) -> dict[str, Any]:
    """What the log keeps of a route that goes or comes back with its shift."""
    return {
        "lock": marks.lock.value,
        "revision": marks.contents_version,
        "leaves_after": as_json(marks.leaves_after),
        "underway": as_json(marks.underway),
        "promised": as_json(marks.promised),
    }
