"""Joins the list of road conditions to the day: reads, draws, changes and ends them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.editor import Editor
from app.desktop.map.map_values import MapArea
from app.desktop.notices import NoticeBar
from app.desktop.roads.condition_form import ConditionForm
from app.desktop.roads.condition_texts import kind_name, map_area
from app.desktop.roads.roads_view import RoadsView
from app.desktop.tasks import Tasks
from app.desktop.theme import SPACING
from app.desktop.widgets.editing import until_idle
from app.domain.board import Board
from app.domain.conditions import ConditionKind, RoadCondition
from app.domain.edits import ChangeConditions, Changes
from app.domain.errors import DispatchError
from app.domain.geo import Area, is_simple
from app.domain.times import TimeWindow, instant, local
from app.services.conditions import ConditionService

_LOOK_MS = 20_000
"""How often it is seen whether one has begun or ended."""
_STEP = timedelta(minutes=5)
_EDGE = 10 * SPACING
_EARLY, _LATE, _MIDNIGHT = time(6), time(20), time(23, 59)
_FACTORS = {
    ConditionKind.CLOSURE: 1.0,
    ConditionKind.SLOW_ZONE: 1.5,
    ConditionKind.WEATHER: 1.2,
}


class RoadsScreen(QWidget):
    """One condition is drawn or typed at a time; each change is an edit that can be undone."""

    areas_changed = Signal(object)
    """The MapAreas of the day that is shown."""
    drawing_wanted = Signal()
    """The map is to ask for an area."""
    area_shown = Signal(object)
    """The corners of an area that somebody wants to see."""

    def __init__(
        self,
        conditions: ConditionService,
        tasks: Tasks,
        editor: Editor,
        notices: NoticeBar,
        clock: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("roads_screen")
        self._conditions = conditions
        self._tasks = tasks
        self._editor = editor
        self._notices = notices
        self._clock = clock
        self._zone = ZoneInfo("UTC")
        self._day: date | None = None
        self._known: tuple[RoadCondition, ...] = ()
        self._areas: list[MapArea] = []
        self._drawn: ConditionKind | None = None
        self._form: ConditionForm | None = None
        self._reading: asyncio.Task[None] | None = None
        self.view = RoadsView(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)
        self.view.new_chosen.connect(self.new)
        self.view.edit_chosen.connect(lambda each: self._open(each, is_new=False))
        self.view.end_chosen.connect(self.end)
        self.view.show_chosen.connect(lambda each: self.area_shown.emit(each.area))
        tasks.changed.connect(self._on_changes)
        timer = QTimer(self, interval=_LOOK_MS)
        timer.timeout.connect(self._show)
        timer.start()

    def set_board(self, board: Board) -> None:
        is_first = self._day is None
        self._day = board.day
        self._zone = ZoneInfo(board.time_zone)
        if is_first:
            self._read()
        else:
            self._show()

    def new(self, kind: ConditionKind) -> None:
        """A closure and a slow zone begin with their area on the map, weather with its form."""
        if self._form is not None:
            self._form.reject()
        if kind is ConditionKind.WEATHER:
            self._open(self._proposed(kind, ()), is_new=True)
            return
        self._drawn = kind
        self.drawing_wanted.emit()

    def take_area(self, area: Area) -> None:
        """What was drawn on the map: of the form that is open, else of a new condition."""
        if not is_simple(area):
            self._notices.show_warning(
                self.tr("The lines of the area cross each other. Draw it again."), topic=self
            )
            self.drawing_wanted.emit()
            return
        self._notices.settle(self)
        if self._form is not None:
            self._form.set_area(area)
            self._form.show()
            self._form.activateWindow()
            self._show()
        elif self._drawn is not None:
            self._open(self._proposed(self._drawn, area), is_new=True)
        self._drawn = None

    def stop_drawing(self) -> None:
        """Nothing was drawn after all."""
        self._drawn = None
        if self._form is not None:
            self._form.show()

    def end(self, conditions: Sequence[RoadCondition]) -> None:
        """They hold no longer."""
        text = (
            self.tr("End {0}").format(conditions[0].name)
            if len(conditions) == 1
            else self.tr("End {0} road conditions").format(len(conditions))
        )
        self._tasks.start(self._apply(self._conditions.end(conditions), text), self)

    # Reading

    def _on_changes(self, changes: Changes, _origin: object) -> None:
        if changes.are_roads_changed:
            self._read()

    def _read(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._tasks.start(self._read_all(), self)

    async def _read_all(self) -> None:
        self._known = await self._tasks.run(self._conditions.current)
        self._show()

    def _show(self) -> None:
        """What is over has gone by itself."""
        day = self._day
        if day is None:
            return
        now = self._clock()
        conditions = [each for each in self._known if each.window.end > now]
        begins = instant(day, time(0), self._zone)
        ends = instant(day + timedelta(days=1), time(0), self._zone)
        of_day = [e for e in conditions if e.window.start < ends and begins < e.window.end]
        self.view.set_conditions(conditions, now, self._zone, frozenset(each.id for each in of_day))
        edited = self._form.edited if self._form is not None else None
        shown = [each for each in of_day if edited is None or each.id != edited.id]
        if edited is not None:
            shown.append(edited)
        areas = [map_area(each, self._zone, now) for each in shown if each.area]
        if areas != self._areas:
            self._areas = areas
            self.areas_changed.emit(areas)

    # Forms

    def _proposed(self, kind: ConditionKind, area: Area) -> RoadCondition:
        """From now on where the day is today, else in the hours in which vans drive."""
        day = self._day or local(self._clock(), self._zone).date()
        now = self._clock()
        start = instant(day, _EARLY, self._zone)
        if local(now, self._zone).date() == day:
            start = datetime.fromtimestamp(
                now.timestamp() // _STEP.total_seconds() * _STEP.total_seconds(), UTC
            )
        end = instant(day, _LATE, self._zone)
        if end <= start:
            end = max(instant(day, _MIDNIGHT, self._zone), start + _STEP)
        name = self.tr("Rain") if kind is ConditionKind.WEATHER else kind_name(kind)
        edit = self._conditions.new(
            kind,
            name,
            TimeWindow(start=start, end=end),
            area=area,
            travel_factor=_FACTORS[kind],
        )
        return edit.put[0]

    def _open(self, condition: RoadCondition, *, is_new: bool) -> None:
        if self._form is not None:
            self._form.reject()
        form = self._form = ConditionForm(condition, self._zone, is_new=is_new, parent=self)
        form.redraw_chosen.connect(self._redraw)
        form.saved.connect(
            lambda each: self._tasks.start(self._save(form, each, is_new=is_new), self)
        )
        form.finished.connect(lambda _result: self._on_form_closed(form))
        form.show()
        self._put_aside(form)
        self._show()

    def _put_aside(self, form: ConditionForm) -> None:
        """In the lower right corner of the window: the map is worth more than what is there."""
        corner = self.window().mapToGlobal(self.window().rect().bottomRight())
        room = form.frameGeometry()
        form.move(corner.x() - room.width() - _EDGE, corner.y() - room.height() - _EDGE)

    def _redraw(self) -> None:
        # Out of the way of the map.
        if self._form is not None:
            self._form.hide()
        self.drawing_wanted.emit()

    def _on_form_closed(self, form: ConditionForm) -> None:
        if self._form is form:
            self._form = None
            self._show()

    async def _save(self, form: ConditionForm, each: RoadCondition, *, is_new: bool) -> None:
        form.set_busy(True)
        text = (
            self.tr("{0}: {1}").format(kind_name(each.kind), each.name)
            if is_new
            else self.tr("Change {0}").format(each.name)
        )
        try:
            await until_idle(self._editor)
            await self._editor.apply(ChangeConditions(put=(each,)), text, self)
        except DispatchError as error:
            # Told in the form, which keeps what was typed.
            form.set_busy(False)
            form.show_problem(str(error))
        else:
            form.set_busy(False)
            form.accept()

    async def _apply(self, edit: ChangeConditions, text: str) -> None:
        await until_idle(self._editor)
        await self._editor.apply(edit, text, self)
