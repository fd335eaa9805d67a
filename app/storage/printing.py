"""Which manifests are about, and what they say."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain.ids import RouteId
from app.storage.events import Journal
from app.storage.records import RouteRecord


def note_printed(
    session: Session,
    manifests: Mapping[RouteId, tuple[int, Mapping[str, Any]]],
    now: datetime,
    who: str,
    workstation: str,
) -> None:
    """Remember revision and content of each printed manifest.

    The route itself does not change: a dispatcher's undo must not be refused because of paper.
    """
    journal = Journal(session, now, who, workstation)
    for route, (revision, snapshot) in manifests.items():
        session.execute(
            update(RouteRecord.__table__)  # type: ignore[arg-type]  # the table, past the versions
            .where(RouteRecord.id == route)
            .values(printed_version=revision, printed=snapshot)
        )
        journal.note("route", route, "printed", None, {"revision": revision})
    journal.write()


def printed_snapshots(
    session: Session, routes: Collection[RouteId]
) -> dict[RouteId, Mapping[str, Any]]:
    """What was printed of these routes, of those that were."""
    query = select(RouteRecord.id, RouteRecord.printed).where(
        RouteRecord.id.in_(routes), RouteRecord.printed_version.is_not(None)
    )
    return {RouteId(route): snapshot for route, snapshot in session.execute(query) if snapshot}
