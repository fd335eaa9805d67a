"""Makes scenarios: starts the runs, follows them, and puts what they find on the shelf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtCore import QObject, Signal

from app.desktop.editor import Editor
from app.desktop.planning.road_times import RoadTimes
from app.desktop.scenarios.run_dialog import Wanted
from app.desktop.tasks import Tasks
from app.desktop.widgets.editing import until_idle
from app.domain.board import Board
from app.domain.errors import Cancelled, DispatchError
from app.domain.problem import Failed, Finished, Plan, Progress
from app.services.dispatch import DispatchService
from app.services.scenario_runs import RunMessage, ScenarioRuns
from app.services.scenarios import ScenariosService


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """One scenario that is being made, or could not be."""

    number: int
    name: str
    seconds: float
    progress: Progress | None = None
    has_begun: bool = False
    is_stopping: bool = False
    problem: str = ""


class ScenarioMaking(QObject):
    """One batch at a time; each of its runs can be stopped by itself."""

    changed = Signal()
    """Something of `makings` is other than before."""
    made = Signal(object)
    """A Scenario that lies on the shelf now."""
    running_changed = Signal(bool)

    def __init__(
        self,
        scenarios: ScenariosService,
        dispatch: DispatchService,
        road_times: RoadTimes,
        tasks: Tasks,
        editor: Editor,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._scenarios = scenarios
        self._dispatch = dispatch
        self._road_times = road_times
        self._tasks = tasks
        self._editor = editor
        self._runs: ScenarioRuns | None = None
        self._makings: dict[int, Making] = {}
        self._discarded: set[int] = set()
        self._is_running = False
        self.day: date | None = None
        """Whose scenarios are made."""

    @property
    def makings(self) -> tuple[Making, ...]:
        return tuple(self._makings.values())

    @property
    def is_running(self) -> bool:
        return self._is_running

    def run(self, board: Board, wanted: Sequence[Wanted]) -> None:
        if self._is_running:
            return
        self._discarded.clear()
        self.day = board.day
        self._makings = {
            number: Making(number=number, name=each.name, seconds=each.recipe.seconds)
            for number, each in enumerate(wanted)
        }
        self._set_running(True)
        self.changed.emit()
        self._tasks.start(self._run(board, tuple(wanted)), self)

    def stop(self, number: int) -> None:
        """Let a run end with the best plan so far."""
        making = self._makings.get(number)
        if making is None or making.is_stopping:
            return
        if making.problem:
            del self._makings[number]
            self.changed.emit()
            return
        self._show(replace(making, is_stopping=True))
        if self._runs is not None:
            # Cancelling waits a moment for the pipe; the window does not.
            self._tasks.start(self._tasks.run_long(self._runs.cancel, number), self)

    def discard(self, number: int) -> None:
        """End a run, and keep nothing of it."""
        self._discarded.add(number)
        self.stop(number)

    def kill(self) -> None:
        """Whatever still runs: at the end of the program, or where nobody can take the plans."""
        if self._runs is not None:
            self._runs.kill()

    async def _run(self, board: Board, wanted: Sequence[Wanted]) -> None:
        try:
            await until_idle(self._editor)
            if await self._road_times.prepare(board):
                board = await self._tasks.run(self._dispatch.with_roads, board)
            wanted = await self._tasks.run_long(self._counted, board, wanted)
            recipes = [each.recipe for each in wanted]
            runs = await self._tasks.run_long(self._scenarios.start, board, recipes)
            self._runs = runs
            for making in self.makings:
                if making.is_stopping:  # asked for while the runs were being prepared
                    await self._tasks.run_long(runs.cancel, making.number)
            while (told := await self._tasks.run_long(runs.next_message)) is not None:
                await self._take(board, wanted, told)
        except Cancelled:
            self._makings.clear()
        except DispatchError:
            self._makings.clear()
            raise
        finally:
            self.kill()
            self._runs = None
            self._set_running(False)
            self.changed.emit()

    def _counted(self, board: Board, wanted: Sequence[Wanted]) -> tuple[Wanted, ...]:
        return tuple(
            replace(each, recipe=self._scenarios.counted(board, each.recipe)) for each in wanted
        )

    async def _take(self, board: Board, wanted: Sequence[Wanted], told: RunMessage) -> None:
        making = self._makings[told.number]
        match told.message:
            case None:
                self._show(replace(making, has_begun=True))
            case Progress() as progress:
                self._show(replace(making, progress=progress, has_begun=True))
            case Finished(plan=plan):
                del self._makings[told.number]
                if told.number not in self._discarded:
                    await self._keep(board, wanted[told.number], plan)
                self.changed.emit()
            case Failed(message=message, plan=plan):
                if plan is not None and told.number not in self._discarded:
                    await self._keep(board, wanted[told.number], replace(plan, is_cut_short=True))
                if told.number in self._discarded or making.is_stopping:
                    del self._makings[told.number]
                    self.changed.emit()
                else:
                    self._show(replace(making, problem=message))

    async def _keep(self, board: Board, each: Wanted, plan: Plan) -> None:
        keep = self._scenarios.keep
        self.made.emit(await self._tasks.run(keep, board, each.name, each.recipe, plan))

    def _show(self, making: Making) -> None:
        self._makings[making.number] = making
        self.changed.emit()

    def _set_running(self, is_running: bool) -> None:
        self._is_running = is_running
        self.running_changed.emit(is_running)
