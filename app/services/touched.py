"""Notes which rows an edit changed, and their versions before and after."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.domain.edits import Kind, Touched
from app.storage.base import touch
from app.storage.records import OrderRecord, RoadConditionRecord, RouteRecord, ScenarioRecord

_KINDS: dict[type, Kind] = {
    OrderRecord: Kind.ORDER,
    RouteRecord: Kind.ROUTE,
    RoadConditionRecord: Kind.CONDITION,
    ScenarioRecord: Kind.SCENARIO,
}


class TouchedRows:
    """The changed rows of one transaction; note each before it is flushed."""

    def __init__(self, now: datetime, who: str) -> None:
        self._now = now
        self._who = who
        self._rows: dict[tuple[Kind, Any], tuple[int, Any]] = {}
        self._settled: dict[tuple[Kind, Any], tuple[int, int]] = {}

    def change(self, row: Any) -> None:
        """Count a change of the aggregate, even where only a part of it changed."""
        self._note(row, row.version, row)
        touch(row, self._now, self._who)

    def make(self, row: Any) -> None:
        self._note(row, 0, row)

    def drop(self, row: Any) -> None:
        self._note(row, row.version, None)

    def is_seen(self, row: Any, version: int) -> bool:
        """Whether this is the version that the edit may expect: what the row has, or had before
        an earlier part of the same edit changed it."""
        return version in (row.version, self._first(self._key(row), row.version))

    def settle(self) -> None:
        """After a flush: keep the versions alone, and not the rows, which may be many."""
        self._settled |= self._flushed()
        self._rows.clear()

    def versions(self) -> Touched:
        """After the flush."""
        return self._settled | self._flushed()

    def _flushed(self) -> dict[tuple[Kind, Any], tuple[int, int]]:
        return {
            key: (before, 0 if row is None else row.version)
            for key, (before, row) in self._rows.items()
        }

    def _note(self, row: Any, before: int, after: Any) -> None:
        key = self._key(row)
        self._rows[key] = (self._first(key, before), after)

    def _first(self, key: tuple[Kind, Any], now: int) -> int:
        """The version that a row had before anything was changed."""
        known: tuple[int, Any] = self._rows.get(key) or self._settled.get(key) or (now, None)
        return known[0]

    def _key(self, row: Any) -> tuple[Kind, Any]:
        return _KINDS.get(type(row), Kind.FLEET), row.id
