"""Joins the shelf of scenarios to the day: reads, compares, mixes and publishes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QVBoxLayout, QWidget

from app.desktop.editor import Editor
from app.desktop.notices import NoticeBar
from app.desktop.planning.road_times import RoadTimes
from app.desktop.scenarios.comparison_view import PlanColumn
from app.desktop.scenarios.plan_tables import rows_of
from app.desktop.scenarios.run_dialog import RunDialog, Wanted
from app.desktop.scenarios.scenario_making import ScenarioMaking
from app.desktop.scenarios.scenario_texts import Words, recipe_text
from app.desktop.scenarios.scenarios_view import ScenariosView
from app.desktop.scenarios.shelf_entries import (
    is_making,
    making_entry,
    making_number,
    scenario_entry,
)
from app.desktop.selection import Selection
from app.desktop.tasks import Tasks
from app.desktop.widgets.ask_dialog import AskDialog
from app.desktop.widgets.dialogs import confirmed
from app.desktop.widgets.editing import until_idle
from app.domain.board import Board
from app.domain.edits import Changes
from app.domain.figures import Figures
from app.domain.ids import RouteId
from app.domain.scenario_boards import has_locks
from app.domain.scenario_words import fit_lines, lock_line, taken_text
from app.domain.scenarios import Scenario, figures
from app.services.dispatch import DispatchService
from app.services.scenarios import LONGEST_NAME, Compared, ScenariosService

_Act = Callable[[Board, Compared], object]


class ScenariosScreen(QWidget):
    """One scenario is looked at, and held against the board or against another one."""

    overlay_wanted = Signal(object, object, str)
    """Two Boards to lay over each other on the map, and what they are."""
    overlay_ended = Signal()
    shelf_changed = Signal()
    """Other scenarios lie on the shelf, or another one is on the map."""

    def __init__(
        self,
        scenarios: ScenariosService,
        dispatch: DispatchService,
        road_times: RoadTimes,
        tasks: Tasks,
        editor: Editor,
        selection: Selection,
        notices: NoticeBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("scenarios_screen")
        self._scenarios = scenarios
        self._tasks = tasks
        self._editor = editor
        self._selection = selection
        self._notices = notices
        self._board: Board | None = None
        self._now: Figures | None = None
        self._shelf: tuple[Compared, ...] = ()
        self._chosen = ""
        self._base = ""
        self._is_on_map = False
        self._is_stale = True
        self._in_tables: tuple[Board, Board] | None = None
        """The two plans that the tables show."""
        self._is_metric = True
        self._seconds = 10.0
        self._reading: asyncio.Task[None] | None = None
        self.view = ScenariosView(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)
        self.making = ScenarioMaking(scenarios, dispatch, road_times, tasks, editor, self)
        self._connect()

    @property
    def shelf(self) -> tuple[Compared, ...]:
        return self._shelf

    @property
    def on_map(self) -> str:
        """The key of the scenario that lies on the map; empty while the board is alone there."""
        return self._chosen if self._is_on_map else ""

    def set_metric(self, is_metric: bool) -> None:
        self._is_metric = is_metric
        self._in_tables = None
        self._show()
        self._detail_soon()

    def set_seconds(self, seconds: float) -> None:
        """How long a run searches unless somebody says otherwise."""
        self._seconds = seconds

    def set_board(self, board: Board) -> None:
        if self._board is None or (board.day, board.depot) != (self._board.day, self._board.depot):
            self._shelf, self._now = (), None
            self._chosen = self._base = ""
            self.end_overlay()
        self._board = board
        self.refresh()

    def refresh(self) -> None:
        """Read the shelf and compare anew; while hidden, only once it is shown."""
        self._is_stale = True
        if self._board is None or not (self.isVisible() or self._is_on_map):
            return
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._tasks.start(self._read(self._board), self)

    def open_run(self) -> None:
        """Ask which scenarios are to be made."""
        board = self._board
        if board is None or self.making.is_running:
            return
        names = [each.scenario.name for each in self._shelf]
        dialog = RunDialog(
            names,
            self._seconds,
            os.cpu_count() or 1,
            has_locks=has_locks(board),
            parent=self.window(),
        )
        dialog.chosen.connect(self._run)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def show_on_map(self, key: str) -> None:
        """Lay a scenario over the board; an empty key shows the board alone."""
        if not key:
            self.end_overlay()
            return
        self._choose(key)
        self._base = "" if self._base == key else self._base
        self._set_on_map(True)

    def end_overlay(self) -> None:
        self._set_on_map(False)

    def fill_menu(self, menu: QMenu) -> None:
        """What the button above the window offers."""
        menu.clear()
        board = menu.addAction(self.tr("Only the board"))
        board.setCheckable(True)
        board.setChecked(not self.on_map)
        board.triggered.connect(self.end_overlay)
        for each in self._shelf:
            action = menu.addAction(each.scenario.name.replace("&", "&&"))
            action.setCheckable(True)
            key = str(each.scenario.id)
            action.setChecked(self.on_map == key)
            action.triggered.connect(lambda _=False, key=key: self.show_on_map(key))
        menu.addSeparator()

    def kill(self) -> None:
        """At the end of the program."""
        self.making.kill()

    def _connect(self) -> None:
        view = self.view
        view.run_chosen.connect(self.open_run)
        view.publish_chosen.connect(
            lambda: self._with_chosen(lambda board, each: self._change(self._publish(board, each)))
        )
        view.shelf.entry_chosen.connect(self._choose)
        view.shelf.stop_chosen.connect(lambda key: self.making.stop(making_number(key)))
        view.shelf.menu_requested.connect(self._open_menu)
        view.shelf.rename_chosen.connect(
            lambda: self._with_chosen(lambda _board, each: self._ask_name(each.scenario))
        )
        view.shelf.remove_chosen.connect(
            lambda: self._with_chosen(
                lambda _board, each: self._tasks.start(self._remove(each.scenario), self)
            )
        )
        view.figures.plan_chosen.connect(self._choose)
        view.base_chosen.connect(self._on_base)
        view.map_toggled.connect(self._set_on_map)
        view.take_chosen.connect(self._on_take)
        view.orders_chosen.connect(
            lambda orders: self._selection.select_orders(orders, self) if orders else None
        )
        view.route_chosen.connect(lambda route: self._selection.select_route(route, self))
        self.making.changed.connect(self._show_shelf)
        self.making.running_changed.connect(lambda is_on: view.run.setEnabled(not is_on))
        self.making.made.connect(self._on_made)

    # Reading

    async def _read(self, board: Board) -> None:
        shelf = await self._tasks.run(self._scenarios.shelf, board.day, board.depot)
        compared = await self._tasks.run_long(self._scenarios.compare, board, shelf)
        self._now = await self._tasks.run_long(figures, board)
        self._shelf = compared
        self._is_stale = False
        keys = [str(each.scenario.id) for each in compared]
        if self._chosen not in keys:
            self._chosen = keys[-1] if keys else ""
        if self._base not in keys:
            self._base = ""
        if self._is_on_map and not self._chosen:
            self.end_overlay()
        self._show()
        await self._detail(board)

    async def _detail(self, board: Board) -> None:
        """The tables of the chosen plan; its routes on the map, where they are wanted."""
        after = self._compared(self._chosen)
        if after is None:
            self._in_tables = None
            self.view.set_rows((), ())
            return
        other = self._compared(self._base)
        before = other.board if other is not None else board
        shown = self._in_tables
        if shown is None or shown[0] is not before or shown[1] is not after.board:
            routes, moved = await self._tasks.run_long(rows_of, before, after.board, self._words)
            self._in_tables = (before, after.board)
            self.view.set_rows(routes, moved)
        if self._is_on_map:
            base = other.scenario.name if other is not None else self.tr("the board")
            text = self.tr("{0} (beads) over {1} (lines)").format(after.scenario.name, base)
            self.overlay_wanted.emit(before, after.board, text)

    def _detail_soon(self) -> None:
        if self._board is not None:
            if self._reading is not None:
                self._reading.cancel()
            read = self._read if self._is_stale else self._detail
            self._reading = self._tasks.start(read(self._board), self)

    # Showing

    @property
    def _words(self) -> Words:
        routes = self._board.routes if self._board is not None else ()
        currency = routes[0].route.shift.depot.currency if routes else ""
        zone = self._board.time_zone if self._board is not None else "UTC"
        return Words(ZoneInfo(zone), currency, is_metric=self._is_metric)

    def _show(self) -> None:
        if self._board is None or self._now is None:
            return
        words = self._words
        columns = [PlanColumn(key="", name=self.tr("On the board"), figures=self._now)]
        columns += [
            PlanColumn(
                key=str(each.scenario.id),
                name=each.scenario.name,
                figures=each.figures,
                tip=recipe_text(each.scenario, words.zone),
            )
            for each in self._shelf
        ]
        self.view.figures.set_columns(columns, words, self._chosen, self._base)
        self._show_shelf()
        self._show_chosen()
        self.shelf_changed.emit()

    def _show_shelf(self) -> None:
        board = self._board
        if board is None:
            return
        words = self._words
        entries = [scenario_entry(each, board, words) for each in self._shelf]
        if self.making.day == board.day:
            entries += [making_entry(each) for each in self.making.makings]
        self.view.shelf.set_entries(entries)
        self.view.shelf.choose(self._chosen)
        self.view.show_empty(not self._shelf)

    def _show_chosen(self) -> None:
        each, board = self._compared(self._chosen), self._board
        name = each.scenario.name if each is not None else ""
        self.view.set_plan(name, is_published=each is not None and each.is_on_board)
        self.view.figures.choose(self._chosen)
        bases = [("", self.tr("On the board"))]
        bases += [
            (str(other.scenario.id), other.scenario.name)
            for other in self._shelf
            if str(other.scenario.id) != self._chosen
        ]
        self.view.set_bases(bases, self._base)
        self.view.set_on_map(self._is_on_map)
        stale = each is not None and board is not None and each.fit.is_stale
        lines = fit_lines(board, each.fit) if stale and each and board else ()
        self.view.set_stale("; ".join(lines))

    def _compared(self, key: str) -> Compared | None:
        return next((each for each in self._shelf if str(each.scenario.id) == key), None)

    # Gestures

    def _choose(self, key: str) -> None:
        if key == self._chosen or self._compared(key) is None:
            return
        self._chosen = key
        self.view.shelf.choose(key)
        if self._base == key:
            self._base = ""
            self._show()
        self._show_chosen()
        self.shelf_changed.emit()
        self._detail_soon()

    def _on_base(self, key: str) -> None:
        self._base = key
        self._show()
        self._detail_soon()

    def _set_on_map(self, is_on: bool) -> None:
        if is_on == self._is_on_map and not is_on:
            return
        self._is_on_map = is_on
        self.view.set_on_map(is_on)
        self.shelf_changed.emit()
        if is_on:
            self._detail_soon()
        else:
            self.overlay_ended.emit()

    def _run(self, wanted: list[Wanted]) -> None:
        if self._board is not None:
            self.making.run(self._board, wanted)

    def _on_made(self, scenario: Scenario) -> None:
        if self._board is not None and scenario.day == self._board.day:
            self.refresh()
        if not self.isVisible():
            self._notices.show_info(
                self.tr("The scenario {0} is on the shelf.").format(scenario.name)
            )

    def _open_menu(self, key: str, point: QPoint) -> None:
        menu = QMenu(self)
        if is_making(key):
            number = making_number(key)
            stop = menu.addAction(self.tr("Stop and keep the best"))
            stop.triggered.connect(lambda: self.making.stop(number))
            discard = menu.addAction(self.tr("Discard"))
            discard.triggered.connect(lambda: self.making.discard(number))
        elif (each := self._compared(key)) is not None:
            self._fill_scenario_menu(menu, each)
        else:
            return
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(point)

    def _fill_scenario_menu(self, menu: QMenu, each: Compared) -> None:
        scenario = each.scenario
        on_map = menu.addAction(self.tr("Show on the map"))
        on_map.triggered.connect(lambda: self.show_on_map(str(scenario.id)))
        rename = menu.addAction(self.tr("Rename…"))
        rename.setObjectName("rename_scenario")
        rename.triggered.connect(lambda: self._ask_name(scenario))
        again = menu.addAction(self.tr("Make it again"))
        again.setEnabled(not self.making.is_running)
        again.triggered.connect(
            lambda: self._run([Wanted(name=scenario.name, recipe=scenario.recipe)])
        )
        menu.addSeparator()
        remove = menu.addAction(self.tr("Remove"))
        remove.setObjectName("remove_scenario")
        remove.triggered.connect(lambda: self._tasks.start(self._remove(scenario), self))

    def _ask_name(self, scenario: Scenario) -> None:
        field = QLineEdit(scenario.name)
        field.setObjectName("scenario_name")
        field.setMaxLength(LONGEST_NAME)
        field.selectAll()
        AskDialog(
            self.tr("Rename the scenario"),
            self.tr("Name"),
            field,
            lambda: self._tasks.start(self._rename(scenario, field.text()), self),
            self.window(),
        ).open()

    async def _rename(self, scenario: Scenario, name: str) -> None:
        await self._tasks.run(self._scenarios.rename, scenario, name)
        self.refresh()

    async def _remove(self, scenario: Scenario) -> None:
        text = self.tr("Remove the scenario {0}? The board stays as it is.").format(scenario.name)
        if await confirmed(self, self.tr("Remove"), text, self.tr("Remove")):
            await self._tasks.run(self._scenarios.remove, scenario)
            self.refresh()

    def _with_chosen(self, act: _Act) -> None:
        each = self._compared(self._chosen)
        if each is not None and self._board is not None:
            act(self._board, each)

    async def _publish(self, board: Board, each: Compared) -> None:
        scenario = each.scenario
        notes = [*fit_lines(board, each.fit), lock_line(board, each.fit)]
        notes = [note for note in notes if note]
        if notes:
            text = self.tr("Publish {0} all the same?").format(scenario.name)
            said = "\n".join([text, "", *notes])
            if not await confirmed(self, self.tr("Publish"), said, self.tr("Publish")):
                return
        await until_idle(self._editor)
        edit = await self._tasks.run_long(self._scenarios.publish, board, scenario)
        await self._editor.apply(edit, self.tr("Publish {0}").format(scenario.name), self)
        now = self._board or board
        await self._tasks.run(self._scenarios.published, now, scenario)
        self._tasks.publish(Changes(days=frozenset({board.day})), self)
        self.end_overlay()
        self._offer_undo(self.tr("{0} is the plan on the board now.").format(scenario.name))

    def _on_take(self, route: RouteId, is_given: bool) -> None:
        """The chosen plan gives its route to the one it is held against, or gets that one's."""
        chosen, base, board = self._compared(self._chosen), self._compared(self._base), self._board
        if chosen is None or board is None:
            return
        if is_given and base is None:
            self._change(self._take_to_board(board, chosen, route))
        elif is_given and base is not None:
            giving = chosen.scenario.name
            self._change(self._take(board, chosen.board, giving, base.scenario, route))
        else:
            giving = base.scenario.name if base is not None else self.tr("the board")
            source = base.board if base is not None else board
            self._change(self._take(board, source, giving, chosen.scenario, route))

    def _change(self, work: Coroutine[Any, Any, None]) -> None:
        """One plan is changed at a time: what is shown is what the next click is about."""
        self.view.set_changing(True)
        self._tasks.start(self._changed(work), self)

    async def _changed(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self.view.set_changing(False)

    async def _take_to_board(self, board: Board, chosen: Compared, route: RouteId) -> None:
        await until_idle(self._editor)
        edit, taken = await self._tasks.run_long(
            self._scenarios.take_to_board, board, chosen.board, route
        )
        name = board.route(route).route.shift.name
        text = self.tr("Take {0} from {1}").format(name, chosen.scenario.name)
        await self._editor.apply(edit, text, self)
        self._offer_undo(
            self.tr("{0} is as in {1}: {2}.").format(
                name, chosen.scenario.name, taken_text(board, taken)
            )
        )

    async def _take(
        self, board: Board, source: Board, giving: str, target: Scenario, route: RouteId
    ) -> None:
        await until_idle(self._editor)
        edit, taken = await self._tasks.run(
            self._scenarios.take, board, source, giving, target, route
        )
        name = board.route(route).route.shift.name
        text = self.tr("Take {0} from {1} into {2}").format(name, giving, target.name)
        await self._editor.apply(edit, text, self)
        self._offer_undo(
            self.tr("{0} has {1} as in {2}: {3}.").format(
                target.name, name, giving, taken_text(board, taken)
            )
        )

    def _offer_undo(self, done: str) -> None:
        self._notices.show_done(done, self.tr("Undo"), self._editor.undo)

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.refresh()
