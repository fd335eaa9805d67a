"""Sees to it that the day's timetable stands on roads and not on estimates."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.desktop.tasks import Tasks, Work
from app.domain.board import Board
from app.domain.errors import Cancelled, RegionError
from app.domain.geo import Location
from app.domain.travel import Profile
from app.services.dispatch import places_of
from app.services.roads import RoadsService

_AFTER_S = 0.000_1
"""For each order: so long the window shows a day first, undisturbed by a look through it."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a board wants to know of the roads; equal where it is the same to ask."""

    places: frozenset[Location]
    profiles: frozenset[Profile]
    conditions: str


class RoadTimes(QObject):
    """Computes what is missing in the road matrix, once for each set of places."""

    known = Signal()
    """Times that the board did not have are there now: read it again."""
    problem = Signal(str)

    def __init__(self, roads: RoadsService, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._roads = roads
        self._tasks = tasks
        self._work: Work | None = None
        self._latest: Board | None = None
        """Shown, and not looked at yet."""
        self._is_following = False
        self._given_up: _Asked | None = None

    def on_board(self, board: Board) -> None:
        """Begin in the background, unless somebody stopped it for just these places."""
        if self._work is None:
            self._latest = board
            if not self._is_following:
                self._is_following = True
                self._tasks.start(self._follow(), self)

    def forget(self) -> None:
        """Another region: what could not be had before may be had now."""
        self._given_up = None

    async def prepare(self, board: Board) -> bool:
        """Compute what is missing; whether anything was. Raises errors.Cancelled."""
        asked = await self._tasks.run_long(_missing, self._roads, board)
        if asked is None:
            return False
        await self._compute(board, asked)
        return True

    def cancel(self) -> None:
        if self._work is not None:
            self._work.cancel()

    async def _follow(self) -> None:
        try:
            while self._latest is not None and self._work is None:
                await asyncio.sleep(len(self._latest.orders) * _AFTER_S)
                board, self._latest = self._latest, None
                # Off this thread: a day of thousands of orders has as many places to look at.
                asked = await self._tasks.run_long(_missing, self._roads, board)
                if asked is not None and asked != self._given_up:
                    await self._compute_quietly(board, asked)
        finally:
            self._latest = None
            self._is_following = False

    async def _compute_quietly(self, board: Board, asked: _Asked) -> None:
        try:
            await self._compute(board, asked)
        except Cancelled:
            return
        except RegionError as error:
            self._given_up = asked
            self.problem.emit(str(error))
        else:
            self.known.emit()

    async def _compute(self, board: Board, asked: _Asked) -> None:
        work = self._work = Work(self.tr("Road times"), self)
        try:
            await self._tasks.run_work(
                work,
                self._roads.travel,
                tuple(asked.places),
                asked.profiles,
                work.report,
                work.cancelled,
                board.roads,
            )
        except Cancelled:
            self._given_up = asked
            raise
        finally:
            self._work = None
            work.deleteLater()


def _missing(roads: RoadsService, board: Board) -> _Asked | None:
    """What to ask of the roads for this board; None where all its times are known."""
    if roads.is_complete(board):
        return None
    places, profiles = places_of([each.route for each in board.routes], board.orders.values())
    conditions = board.roads.digest if board.roads else ""
    return _Asked(frozenset(places), profiles, conditions)
