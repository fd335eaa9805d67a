"""The form of a closure, a slow zone or the weather."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.roads.condition_texts import kind_icon, kind_name, profile_name
from app.desktop.theme import SPACING, icon
from app.desktop.widgets.fields import AmountField, ClockField, DayField, FieldForm
from app.desktop.widgets.form_dialog import FormDialog
from app.desktop.widgets.parsing import needed
from app.domain.conditions import ConditionKind, RoadCondition
from app.domain.geo import Area
from app.domain.times import TimeWindow, instant, local
from app.domain.travel import Profile

_PERCENT = 1
_MOST_PERCENT = 1900


class ConditionForm(FormDialog):
    """One that is there, or a new one with what is proposed for it."""

    redraw_chosen = Signal()
    """Another area is to be drawn on the map."""

    def __init__(
        self,
        condition: RoadCondition,
        zone: ZoneInfo,
        *,
        is_new: bool,
        parent: QWidget | None = None,
    ) -> None:
        kind = kind_name(condition.kind)
        title = (
            self.tr("New: {0}").format(kind)
            if is_new
            else self.tr("{0}: {1}").format(kind, condition.name)
        )
        super().__init__("condition_form", title, parent)
        self.setModal(False)
        self.setWindowIcon(icon(kind_icon(condition.kind)))
        self._condition = condition
        self._zone = zone
        self.area: Area = condition.area
        self.name = QLineEdit(self)
        self.name.setObjectName("name")
        self.first_day, self.last_day = DayField(self), DayField(self)
        self.first_day.setObjectName("first_day")
        self.last_day.setObjectName("last_day")
        self.start, self.end = ClockField(self), ClockField(self)
        self.start.setObjectName("start")
        self.end.setObjectName("end")
        self.slower = AmountField(_PERCENT, self)
        self.slower.setObjectName("slower")
        self.service = AmountField(1, self)
        self.service.setObjectName("service")
        self.profiles = {each: QCheckBox(profile_name(each), self) for each in Profile}
        self._corners = QLabel(self)
        self._corners.setObjectName("corners")
        self._build()
        self._show()
        self.finish(460)

    @property
    def edited(self) -> RoadCondition:
        """What it was opened with, with the area as it is now; to be seen on the map."""
        return replace(self._condition, area=self.area)

    def set_area(self, area: Area) -> None:
        """What was drawn on the map."""
        self.area = area
        self._corners.setText(self.tr("An area with {0} corners").format(len(area)))

    def value(self) -> RoadCondition | None:
        form = self._form
        name = form.checked(self.name, lambda: needed(self.name.text(), self.tr("Give a name.")))
        starts = form.checked(self.start, lambda: self._moment(self.first_day, self.start))
        ends = form.checked(self.end, lambda: self._read_end(starts))
        factor = form.checked(self.slower, self._read_factor) if self._is_slower else 1.0
        seconds = form.checked(self.service, self.service.amount) if self._is_weather else 0
        profiles = form.checked(self._vehicles, self._read_profiles)
        if form.first_wrong is not None or starts is None or ends is None:
            (form.first_wrong or self.end).setFocus()
            return None
        return replace(
            self._condition,
            name=name or "",
            window=TimeWindow(start=starts, end=ends),
            area=self.area,
            travel_factor=factor or 1.0,
            more_service=timedelta(seconds=seconds or 0),
            profiles=profiles or frozenset(Profile),
        )

    @property
    def _is_weather(self) -> bool:
        return self._condition.kind is ConditionKind.WEATHER

    @property
    def _is_slower(self) -> bool:
        return self._condition.kind is not ConditionKind.CLOSURE

    def _build(self) -> None:
        form = self._form = FieldForm(6, self)
        form.add(self.tr("Name"), self.name, span=6)
        form.add(self.tr("From"), self.first_day, span=4)
        form.add(self.tr("at"), self.start, span=2)
        form.add(self.tr("Until"), self.last_day, span=4)
        form.add(self.tr("at"), self.end, span=2)
        self.slower.setVisible(self._is_slower)
        self.service.setVisible(self._is_weather)
        if self._is_slower:
            form.add(self.tr("Travel takes longer by"), self.slower, unit="%", span=3)
        if self._is_weather:
            form.add(self.tr("Each stop takes longer by"), self.service, unit="s", span=3)
        self._vehicles = QWidget(self)
        self._vehicles.setObjectName("vehicles")
        row = QHBoxLayout(self._vehicles)
        row.setContentsMargins(0, 0, 0, 0)
        for box in self.profiles.values():
            row.addWidget(box)
        row.addStretch(1)
        form.add(self.tr("Concerns"), self._vehicles, span=6)
        layout = QVBoxLayout(self.body)
        layout.setSpacing(3 * SPACING)
        layout.addWidget(form)
        again = QPushButton(icon("vector-polygon"), self.tr("Draw again"), self)
        again.setObjectName("draw_again")
        again.setAutoDefault(False)
        again.clicked.connect(self.redraw_chosen)
        if not self._is_weather:
            drawn = QHBoxLayout()
            drawn.addWidget(self._corners, 1)
            drawn.addWidget(again, 0, Qt.AlignmentFlag.AlignRight)
            layout.addLayout(drawn)
        again.setVisible(not self._is_weather)
        self._corners.setVisible(not self._is_weather)
        layout.addStretch(1)

    def _show(self) -> None:
        each = self._condition
        start, end = local(each.window.start, self._zone), local(each.window.end, self._zone)
        self.name.setText(each.name)
        self.first_day.set_day(start.date())
        self.last_day.set_day(end.date())
        self.start.set_clock(start.time())
        self.end.set_clock(end.time())
        self.slower.set_amount(round((each.travel_factor - 1) * 100))
        self.service.set_amount(int(each.more_service.total_seconds()))
        for profile, box in self.profiles.items():
            box.setChecked(profile in each.profiles)
        self.set_area(each.area)
        self.name.selectAll()
        self.name.setFocus()

    def _read_end(self, starts: datetime | None) -> datetime:
        ends = self._moment(self.last_day, self.end)
        if starts is not None and ends <= starts:
            raise ValueError(self.tr("It must end after it begins."))
        return ends

    def _moment(self, day: DayField, clock: ClockField) -> datetime:
        at: time | None = clock.clock()
        if at is None:
            raise ValueError(self.tr("Give a time, such as 08:00."))
        return instant(day.day(), at, self._zone)

    def _read_factor(self) -> float:
        percent = self.slower.amount() or 0
        if percent > _MOST_PERCENT:
            raise ValueError(self.tr("Close the roads instead, if they are that slow."))
        return 1 + percent / 100

    def _read_profiles(self) -> frozenset[Profile]:
        chosen = frozenset(each for each, box in self.profiles.items() if box.isChecked())
        if not chosen:
            raise ValueError(self.tr("Choose at least one kind of vehicle."))
        return chosen
