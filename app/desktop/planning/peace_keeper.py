"""Lets an idle core look for improvements, and offers them; never makes one by itself."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from app.desktop.board.board_screen import BoardScreen
from app.desktop.planning.peace_bar import PeaceBar
from app.desktop.tasks import Tasks
from app.domain.board import Board, arrange
from app.planning.improve import Improvement, peace_problem
from app.planning.peace import PeaceSearch

_IDLE_MS = 6_000
_LOOK_MS = 500


class PeaceKeeper(QObject):
    """One search at a time, of the board that is shown; any change of it ends the search."""

    def __init__(
        self, tasks: Tasks, board: BoardScreen, window: QWidget, *, idle_ms: int = _IDLE_MS
    ) -> None:
        super().__init__(window)
        self._tasks = tasks
        self._screen = board
        self._board: Board | None = None
        self._search: PeaceSearch | None = None
        self._found: list[Improvement] = []
        self._shown: Improvement | None = None
        self._dismissed: set[object] = set()
        self._is_enabled = False
        self._is_planning = False
        self.is_metric = True
        self.bar = PeaceBar(window)
        self.bar.apply_chosen.connect(self._on_apply)
        self.bar.dismiss_chosen.connect(self._on_dismiss)
        self._idle = QTimer(self, interval=idle_ms, singleShot=True)
        self._idle.timeout.connect(self._begin)
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._on_look)
        board.board_changed.connect(self._on_board)

    @property
    def is_searching(self) -> bool:
        return self._search is not None

    def set_enabled(self, is_enabled: bool) -> None:
        if is_enabled != self._is_enabled:
            self._is_enabled = is_enabled
            self._again()

    def set_planning(self, is_planning: bool) -> None:
        """While the optimizer runs the cores are its own."""
        self._is_planning = is_planning
        self._again()

    def stop(self) -> None:
        """End the search and take back what was offered."""
        self._idle.stop()
        self._look.stop()
        if self._search is not None:
            self._search.kill()
            self._search = None
        self._found = []
        self._offer(None)

    def _on_board(self, board: Board) -> None:
        self._board = board
        self._again()

    def _again(self) -> None:
        self.stop()
        if self._is_enabled and not self._is_planning and self._board is not None:
            self._idle.start()

    def _begin(self) -> None:
        problem = peace_problem(self._board) if self._board is not None else None
        if problem is not None:
            self._search = PeaceSearch(problem)
            self._tasks.start(self._tasks.run_long(self._search.start), self)
            self._look.start()

    def _on_look(self) -> None:
        if self._search is None:
            return
        news = self._search.found()
        if news is None:
            self._look.stop()
            self._search.kill()
            self._search = None
            return
        if news:
            self._found += news
            self._offer_best()

    def _offer_best(self) -> None:
        open_ones = [each for each in self._found if each.key not in self._dismissed]
        self._offer(max(open_ones, key=lambda each: each.saved_cost, default=None))

    def _offer(self, improvement: Improvement | None) -> None:
        self._shown = improvement
        board = self._board
        currency = board.routes[0].route.shift.depot.currency if board and board.routes else ""
        self.bar.show_improvement(improvement, currency, is_metric=self.is_metric)

    def _on_apply(self) -> None:
        if self._shown is not None and self._board is not None:
            words = self._shown.text
            edit = arrange(self._board, self._shown.routes)
            self._screen.make_edit(edit, words[:1].upper() + words[1:])

    def _on_dismiss(self) -> None:
        if self._shown is not None:
            self._dismissed.add(self._shown.key)
            self._offer_best()
