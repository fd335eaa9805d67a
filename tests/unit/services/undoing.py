"""Undo and redo without a window, and what they must leave as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from app.domain.board import Board
from app.domain.edits import Applied, Edit
from app.domain.rebase import Key, before, moved_on, moves, rebased
from app.storage.base import Base
from tests.unit.services.conftest import Desk

_COUNTERS = {
    "version", "contents_version", "edited_at", "edited_by", "confirmed_at", "confirmed_by"
}  # fmt: skip
"""Who touched a row last and how often is not taken back."""
_DIARIES = {"events", "consoles"}


def rows(desk: Desk) -> dict[str, list[list[tuple[str, Any]]]]:
    """All that the database holds, but for counters and the log of events."""
    found = {}
    with desk.database.transaction() as session:
        for table in Base.metadata.sorted_tables:
            if table.name in _DIARIES:
                continue
            rows = session.execute(select(table)).mappings()
            found[table.name] = sorted(
                (sorted((k, v) for k, v in row.items() if k not in _COUNTERS) for row in rows),
                key=repr,
            )
    return found


def facts(board: Board) -> object:
    """Everything a dispatcher sees, without the counters of changes."""
    return (
        [
            (
                each.id,
                each.route.stops,
                each.route.lock,
                each.route.status,
                each.timetable.departure,
                each.timetable.end,
                [(stop.order.id, stop.begin, stop.load) for stop in each.timetable.stops],
            )
            for each in board.routes
        ],
        [replace(order, version=0) for order in board.unassigned],
        [replace(order, version=0) for order in board.on_hold],
        board.is_bin_locked,
    )


class History:
    """Undo and redo as the editor does them, without a window."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.commands: list[tuple[Edit, dict[Key, int]]] = []

    def make(self, edit: Edit) -> Applied:
        applied = self._desk.dispatch.apply(edit)
        self.commands.append((applied.inverse, before(applied.touched)))
        return applied

    def step(self, number: int) -> None:
        """Take a command back, or make it again."""
        edit, found = self.commands[number]
        applied = self._desk.dispatch.apply(edit)
        moved = moves(found, applied.touched)
        self.commands = [
            (rebased(other, moved), moved_on(versions, moved)) for other, versions in self.commands
        ]
        self.commands[number] = (applied.inverse, before(applied.touched))
