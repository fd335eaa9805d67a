"""Sees to it that the day's timetable stands on roads and not on estimates."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.desktop.tasks import Tasks, Work
from app.domain.board import Board
from app.domain.errors import Cancelled, RegionError
from app.domain.geo import Location
from app.domain.travel import Profile
from app.services.dispatch import places_of
from app.services.roads import RoadsService

_Asked = tuple[frozenset[Location], frozenset[Profile], str]


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
        self._given_up: _Asked | None = None

    @property
    def is_running(self) -> bool:
        return self._work is not None

    def on_board(self, board: Board) -> None:
        """Begin in the background, unless somebody stopped it for just these places."""
        if self._work is None and not self._roads.is_complete(board):
            if self._given_up == _asked(board):
                return
            self._tasks.start(self._prepare_quietly(board), self)

    def forget(self) -> None:
        """Another region: what could not be had before may be had now."""
        self._given_up = None

    async def prepare(self, board: Board) -> bool:
        """Compute what is missing; whether anything was. Raises errors.Cancelled."""
        if self._roads.is_complete(board):
            return False
        work = self._work = Work(self.tr("Road times"), self)
        try:
            places, profiles = places_of(
                [each.route for each in board.routes], board.orders.values()
            )
            await self._tasks.run_work(
                work,
                self._roads.travel,
                places,
                profiles,
                work.report,
                work.cancelled,
                board.roads,
            )
        except Cancelled:
            self._given_up = _asked(board)
            raise
        finally:
            self._work = None
            work.deleteLater()
        return True

    def cancel(self) -> None:
        if self._work is not None:
            self._work.cancel()

    async def _prepare_quietly(self, board: Board) -> None:
        try:
            if await self.prepare(board):
                self.known.emit()
        except Cancelled:
            return
        except RegionError as error:
            self._given_up = _asked(board)
            self.problem.emit(str(error))


def _asked(board: Board) -> _Asked:
    places, profiles = places_of([each.route for each in board.routes], board.orders.values())
    return frozenset(places), profiles, board.roads.digest if board.roads else ""
