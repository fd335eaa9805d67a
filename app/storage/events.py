"""The append-only history: one event for each thing a transaction changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.storage.keys import new_id
from app.storage.records import EventRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened to one thing; `before` and `after` hold only what differs."""

    at: datetime
    who: str
    workstation: str
    kind: str
    """order, route, shift, vehicle, driver or depot"""
    subject: UUID
    action: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


class Journal:
    """Collects the events of one transaction and writes them with it."""

    def __init__(self, session: Session, at: datetime, who: str, workstation: str) -> None:
        self._session = session
        self._stamp = {"at": at, "who": who, "workstation": workstation}
        self._rows: list[dict[str, Any]] = []

    def note(
        self,
        kind: str,
        subject: UUID,
        action: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
    ) -> None:
        """Remember a change; of a thing that was and still is, only the difference is kept."""
        if before is not None and after is not None:
            before, after = _difference(before, after)
            if not before and not after:
                return
        self._rows.append(
            {
                "id": new_id(),
                **self._stamp,
                "kind": kind,
                "subject": subject,
                "action": action,
                "before": before,
                "after": after,
            }
        )

    def write(self) -> None:
        if self._rows:
            self._session.execute(insert(EventRecord), self._rows)
            self._rows = []


def history(session: Session, subject: UUID, limit: int = 200) -> tuple[Event, ...]:
    """What happened to one thing, newest first."""
    rows = session.scalars(
        select(EventRecord)
        .where(EventRecord.subject == subject)
        .order_by(EventRecord.id.desc())
        .limit(limit)
    )
    return tuple(
        Event(
            at=row.at,
            who=row.who,
            workstation=row.workstation,
            kind=row.kind,
            subject=row.subject,
            action=row.action,
            before=row.before,
            after=row.after,
        )
        for row in rows
    )


def _difference(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return (
        {key: before[key] for key in changed if key in before},
        {key: after[key] for key in changed if key in after},
    )
