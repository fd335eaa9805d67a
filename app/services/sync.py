"""Other consoles' edits, seen by comparing versions; and how many consoles there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select

from app.domain.edits import Changes
from app.domain.ids import OrderId, RouteId
from app.services.context import Actor, Clock
from app.storage import queries
from app.storage.condition_rows import condition_versions
from app.storage.database import Database
from app.storage.keys import new_id
from app.storage.records import ConsoleRecord

_GONE_AFTER = timedelta(seconds=40)
"""A console that was not heard of for so long is closed, or its network is away."""


class SyncService:
    """Remembers the versions of one service day; one object for one console."""

    def __init__(self, database: Database, clock: Clock, actor: Actor) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor
        self._console = new_id()
        self._day: date | None = None
        self._seen: tuple[_Seen, _Seen, _Seen, bool, _Seen] | None = None

    def sweep(self, day: date) -> Changes:
        """What changed on this day since the last sweep of it; empty at the first one."""
        with self._database.reading() as session:
            now = (
                queries.route_versions(session, day),
                queries.order_versions(session, day),
                queries.fleet_versions(session, day),
                queries.is_bin_locked(session, day),
                condition_versions(session),
            )
        before, self._seen = (self._seen if self._day == day else None), now
        self._day = day
        if before is None:
            return Changes()
        routes = _changed(before[0], now[0])
        orders = _changed(before[1], now[1])
        fleet = _changed(before[2], now[2])
        bin_lock = before[3] != now[3]
        roads = before[4] != now[4]
        is_other = bool(routes or orders or fleet or bin_lock or roads)
        return Changes(
            routes=frozenset(RouteId(key) for key in routes),
            orders=frozenset(OrderId(key) for key in orders),
            days=frozenset({day}) if is_other else frozenset(),
            is_fleet_changed=bool(fleet),
            are_roads_changed=roads,
        )

    def consoles(self) -> int:
        """Say that this console is alive; gives back how many are."""
        now = self._clock()
        with self._database.transaction() as session:
            session.merge(
                ConsoleRecord(
                    id=self._console,
                    workstation=self._actor.workstation,
                    who=self._actor.name,
                    seen_at=now,
                )
            )
            session.flush()
            session.execute(delete(ConsoleRecord).where(ConsoleRecord.seen_at < now - _GONE_AFTER))
            return session.scalar(select(func.count()).select_from(ConsoleRecord)) or 1

    def leave(self) -> None:
        """This console closes."""
        with self._database.transaction() as session:
            session.execute(delete(ConsoleRecord).where(ConsoleRecord.id == self._console))


_Seen = Mapping[UUID, object]
"""What was last seen of each row: its version, of a route also what was printed of it."""


def _changed(was: _Seen, is_now: _Seen) -> set[UUID]:
    return {key for key in was.keys() | is_now.keys() if was.get(key) != is_now.get(key)}
