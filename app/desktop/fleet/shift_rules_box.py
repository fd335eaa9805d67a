"""The rules of a shift beyond its hours and its break, in its form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.desktop.widgets.fields import AmountField, ClockSpan, FieldForm, HoursField
from app.desktop.widgets.fold import Fold
from app.documents.area_file import area_text, outline_from_text
from app.domain.errors import RuleError
from app.domain.fleet import dimension_name
from app.domain.geo import Area
from app.domain.rules import NO_SHIFT_RULES, Overrun, Pause, ShiftRules
from app.domain.times import TimeWindow, day_window, local

_CENTS = 10_000
_MOST_RELOADS, _LEAST_PACE, _MOST_PACE = 100, 10, 1_000


class ShiftRulesBox(Fold):
    """Limits left empty are none; it stands open where a rule is set."""

    def __init__(self, currency: str, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("shift_form", "More rules"), parent)
        self.driving, self.work = HoursField(self), HoursField(self)
        self.distance, self.stops = AmountField(1_000, self), AmountField(1, self)
        self.reloads, self.reload_time = AmountField(1, self), AmountField(60, self)
        self.overtime, self.overtime_price = AmountField(60, self), AmountField(_CENTS, self)
        self.pace = AmountField(1, self)
        self.type = QLineEdit(self)
        self.area = QLineEdit(self)
        self.pause_length = AmountField(60, self)
        self.pause = ClockSpan("pause", self)
        self.pause_driving, self.pause_work = HoursField(self), HoursField(self)
        self._rules = NO_SHIFT_RULES
        self._name_fields()
        self._build(currency)

    def show_rules(self, rules: ShiftRules, zone: ZoneInfo) -> None:
        self._rules = rules
        for field, limit in ((self.driving, rules.max_driving), (self.work, rules.max_work)):
            field.set_length(limit)
        self.distance.set_amount(rules.max_distance_m)
        self.stops.set_amount(rules.max_stops)
        self.reloads.set_amount(rules.max_reloads or None)
        self.reload_time.set_amount(_seconds(rules.reload_time) or None)
        if rules.overtime is not None:
            self.overtime.set_amount(_seconds(rules.overtime.most))
            self.overtime_price.set_amount(round(rules.overtime.per_hour * _CENTS))
        self.pace.set_amount(None if rules.service_pace == 1.0 else round(rules.service_pace * 100))
        self.type.setText(rules.vehicle_type)
        self.area.setText(area_text(rules.area))
        if rules.pauses:
            pause = rules.pauses[0]
            self.pause_length.set_amount(_seconds(pause.length))
            if pause.window is not None:
                self.pause.set_clocks(
                    local(pause.window.start, zone).time(), local(pause.window.end, zone).time()
                )
            self.pause_driving.set_length(pause.after_driving)
            self.pause_work.set_length(pause.after_work)
        self.set_open(rules != NO_SHIFT_RULES)

    def rules(
        self, shift: TimeWindow | None, day: date, by: timedelta, zone: ZoneInfo
    ) -> ShiftRules:
        """As typed; `by` is how far the day was moved. What is wrong stands beside its field."""
        form = self._form
        kept = self._rules.moved(by, zone)
        reloads = form.checked(self.reloads, self._read_reloads)
        pause = form.checked(
            self.pause_length, lambda: self._read_pause(kept.pauses[:1], shift, day, zone)
        )
        overtime = form.checked(self.overtime, self._read_overtime)
        pace = form.checked(self.pace, self._read_pace)
        reload_s = form.checked(self.reload_time, self.reload_time.amount)
        rules = replace(
            kept,
            pauses=(*([pause] if pause is not None else []), *kept.pauses[1:]),
            max_driving=form.checked(self.driving, self.driving.length),
            max_work=form.checked(self.work, self.work.length),
            max_distance_m=form.checked(self.distance, self.distance.amount),
            max_stops=form.checked(self.stops, self._read_stops),
            max_reloads=reloads or 0,
            reload_time=timedelta(seconds=reload_s or 0),
            overtime=overtime,
            service_pace=1.0 if pace is None else pace / 100,
            vehicle_type=dimension_name(self.type.text()),
            area=form.checked(self.area, self._read_area) or (),
        )
        if form.first_wrong is not None:
            self.set_open(True)
        return NO_SHIFT_RULES if rules == NO_SHIFT_RULES else rules

    @property
    def first_wrong(self) -> QWidget | None:
        return self._form.first_wrong

    def _name_fields(self) -> None:
        names: tuple[tuple[str, QLineEdit], ...] = (
            ("max_driving", self.driving),
            ("max_work", self.work),
            ("max_km", self.distance),
            ("max_stops", self.stops),
            ("reloads", self.reloads),
            ("reload_time", self.reload_time),
            ("overtime", self.overtime),
            ("overtime_price", self.overtime_price),
            ("service_pace", self.pace),
            ("vehicle_type", self.type),
            ("area", self.area),
            ("pause_length", self.pause_length),
            ("pause_driving", self.pause_driving),
            ("pause_work", self.pause_work),
        )
        for name, field in names:
            field.setObjectName(name)
        for limit in (self.driving, self.work, self.distance, self.stops):
            limit.setPlaceholderText(self.tr("no limit"))
        for none in (self.reloads, self.overtime):
            none.setPlaceholderText(self.tr("none"))
        self.pace.setPlaceholderText("100")
        self.type.setPlaceholderText(self.tr("such as bike"))
        self.type.setToolTip(self.tr("Orders may take another time with vehicles of this type."))
        self.pause_length.setPlaceholderText(self.tr("none"))
        self.area.setPlaceholderText(
            self.tr("everywhere; or corners such as 53.56,13.26 53.57,13.30 53.55,13.31")
        )

    def _build(self, currency: str) -> None:
        hours, minutes = self.tr("h"), self.tr("min")
        form = self._form = FieldForm(6, self.body)
        form.add(self.tr("Driving at most"), self.driving, unit=hours, span=2)
        form.add(self.tr("Work at most"), self.work, unit=hours, span=2)
        form.add(self.tr("Distance at most"), self.distance, unit="km", span=2)
        form.add(self.tr("Stops at most"), self.stops, span=2)
        form.add(self.tr("Comes back to reload"), self.reloads, unit=self.tr("times"), span=2)
        form.add(self.tr("Reloading takes"), self.reload_time, unit=minutes, span=2)
        form.add(self.tr("Overtime at most"), self.overtime, unit=minutes, span=2)
        form.add(self.tr("Its hour costs"), self.overtime_price, unit=currency, span=2)
        form.add(self.tr("Needs at the door"), self.pace, unit="%", span=2)
        form.add(self.tr("Type of vehicle"), self.type, span=2)
        form.add(self.tr("Area that it is for"), self.area, span=4)
        form.add(self.tr("Second break lasts"), self.pause_length, unit=minutes, span=3)
        form.add(self.tr("begins between"), self.pause, span=3)
        form.add(self.tr("or after driving for"), self.pause_driving, unit=hours, span=3)
        form.add(self.tr("or after working for"), self.pause_work, unit=hours, span=3)
        self.pace.setToolTip(self.tr("100 % is the usual time; a beginner needs more."))
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(form)

    def _read_area(self) -> Area:
        try:
            return outline_from_text(self.area.text())
        except RuleError as error:
            raise ValueError(str(error)) from error

    def _read_stops(self) -> int | None:
        stops = self.stops.amount()
        if stops == 0:
            raise ValueError(self.tr("At least one, or nothing for no limit."))
        return stops

    def _read_reloads(self) -> int | None:
        reloads = self.reloads.amount()
        if reloads is not None and reloads > _MOST_RELOADS:
            raise ValueError(self.tr("At most {0} times.").format(_MOST_RELOADS))
        return reloads

    def _read_overtime(self) -> Overrun | None:
        most = self.overtime.amount()
        price = self._form.checked(self.overtime_price, self.overtime_price.amount)
        if not most and price:
            raise ValueError(self.tr("How much overtime may there be?"))
        if not most:
            return None
        return Overrun(most=timedelta(seconds=most), per_hour=(price or 0) / _CENTS)

    def _read_pace(self) -> int | None:
        pace = self.pace.amount()
        if pace is not None and not _LEAST_PACE <= pace <= _MOST_PACE:
            raise ValueError(self.tr("From {0} to {1} %.").format(_LEAST_PACE, _MOST_PACE))
        return pace

    def _read_pause(
        self, kept: tuple[Pause, ...], shift: TimeWindow | None, day: date, zone: ZoneInfo
    ) -> Pause | None:
        length = self.pause_length.amount()
        start, end = self.pause.clocks()
        driving, work = self.pause_driving.length(), self.pause_work.length()
        if not length:
            if start or end or driving or work:
                raise ValueError(self.tr("How long is the second break?"))
            return None
        if (start is None) != (end is None):
            raise ValueError(self.tr("Give both times, such as 14:00 and 15:00."))
        if start is None and not driving and not work:
            raise ValueError(self.tr("When is it due? Give times, or hours of driving or work."))
        window = None
        if start is not None and end is not None:
            window = within(shift, day, start, end, zone)
        pause = kept[0] if kept else Pause(length=timedelta(seconds=length))
        return replace(
            pause,
            length=timedelta(seconds=length),
            window=window,
            more_windows=pause.more_windows if window is not None else (),
            after_driving=driving,
            after_work=work,
        )


def within(
    shift: TimeWindow | None, day: date, start: time, end: time, zone: ZoneInfo
) -> TimeWindow:
    """The window of a break; of a shift over midnight it may be on the next day.

    Raises ValueError where it lies outside the shift.
    """
    window = day_window(day, start, end, zone)
    if shift is not None and window.start < shift.start:
        window = day_window(day + timedelta(days=1), start, end, zone)
    if shift is not None and not (shift.start <= window.start and window.end <= shift.end):
        text = QCoreApplication.translate("shift_form", "The break lies outside the shift.")
        raise ValueError(text)
    return window


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
