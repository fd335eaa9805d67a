"""The form of a shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from app.desktop.fleet.fleet_texts import place_kind_text
from app.desktop.fleet.shift_rules_box import ShiftRulesBox, within
from app.desktop.theme import SPACING
from app.desktop.widgets.fields import AmountField, ChoiceField, ClockSpan, DayField, FieldForm
from app.desktop.widgets.form_dialog import FormDialog
from app.domain.fleet import Break, Depot, Driver, PlaceKind, Shift, Vehicle
from app.domain.ids import DepotId, DriverId, ShiftId, VehicleId
from app.domain.times import TimeWindow, day_window, local

_FIRST_START, _FIRST_END = time(8), time(17)
_REST_START, _REST_END = time(11, 30), time(13, 30)
_REST_S = 30 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Who and what a shift can be made of; each list has at least one."""

    depots: Sequence[Depot]
    drivers: Sequence[Driver]
    vehicles: Sequence[Vehicle]


class ShiftForm(FormDialog):
    """A shift that exists, or a new one for a day and perhaps a driver."""

    def __init__(
        self,
        crew: Crew,
        shift: Shift | None,
        new_id: ShiftId,
        day: date,
        driver: DriverId | None = None,
        parent: QWidget | None = None,
    ) -> None:
        title = self.tr("New shift") if shift is None else self.tr("Shift {0}").format(shift.name)
        super().__init__("shift_form", title, parent)
        self._shift = shift
        self._new_id = new_id
        self._depots = {depot.id: depot for depot in crew.depots}
        self._drivers = {each.id: each for each in crew.drivers}
        self._vehicles = {each.id: each for each in crew.vehicles}
        if shift is not None:
            # One that is not in use any more stays where it was used.
            self._drivers.setdefault(shift.driver.id, shift.driver)
            self._vehicles.setdefault(shift.vehicle.id, shift.vehicle)
        self.day = DayField(self)
        self.driver = ChoiceField[DriverId]([(k, d.name) for k, d in self._drivers.items()], self)
        self.vehicle = ChoiceField[VehicleId](
            [(k, v.name) for k, v in self._vehicles.items()], self
        )
        self.depot = ChoiceField[DepotId]([(k, d.name) for k, d in self._depots.items()], self)
        self.times = ClockSpan("times", self)
        self.has_rest = QCheckBox(self.tr("With a break"), self)
        self.rest = ClockSpan("rest", self)
        self.rest_length = AmountField(60, self)
        self.rest_length.setObjectName("rest_length")
        ends = [(kind, place_kind_text(kind)) for kind in PlaceKind]
        self.start_place = ChoiceField[PlaceKind](
            [pair for pair in ends if pair[0] is not PlaceKind.OPEN], self
        )
        self.end_place = ChoiceField[PlaceKind](ends, self)
        self.start_place.setObjectName("start_place")
        self.end_place.setObjectName("end_place")
        currency = (crew.depots[0] if shift is None else shift.depot).currency
        self.more = ShiftRulesBox(currency, self)
        self._build()
        self._show(shift, day, driver)
        self.finish(520)

    def value(self) -> Shift | None:
        form = self._form
        window = form.checked(self.times, self._read_window)
        rest = form.checked(self.rest, lambda: self._read_rest(window))
        form.checked(self.start_place, lambda: self._check_home(self.start_place))
        form.checked(self.end_place, lambda: self._check_home(self.end_place))
        depot, driver, vehicle = self._chosen()
        day = self.day.day()
        by = timedelta() if self._shift is None else day - self._shift.day
        rules = self.more.rules(window, day, by, depot.zone)
        wrong = form.first_wrong or self.more.first_wrong
        if wrong is not None or window is None:
            (wrong or self.times).setFocus()
            return None
        return Shift(
            id=self._new_id if self._shift is None else self._shift.id,
            version=0 if self._shift is None else self._shift.version,
            day=day,
            depot=depot,
            driver=driver,
            vehicle=vehicle,
            window=window,
            rest=rest,
            start=self.start_place.chosen or PlaceKind.DEPOT,
            end=self.end_place.chosen or PlaceKind.DEPOT,
            rules=rules,
        )

    def _build(self) -> None:
        form = self._form = FieldForm(6, self)
        form.add(self.tr("Driver"), self.driver, span=3)
        form.add(self.tr("Vehicle"), self.vehicle, span=3)
        form.add(self.tr("Day"), self.day, span=3)
        form.add(self.tr("Depot"), self.depot, span=3)
        form.add(self.tr("Working time"), self.times, span=6)
        form.add(self.tr("Starts"), self.start_place, span=3)
        form.add(self.tr("Ends"), self.end_place, span=3)
        form.add_row(self.has_rest)
        form.add(self.tr("Break begins between"), self.rest, span=3)
        form.add(self.tr("and lasts"), self.rest_length, unit=self.tr("min"), span=3)
        layout = QVBoxLayout(self.body)
        layout.setSpacing(3 * SPACING)
        layout.addWidget(form)
        layout.addWidget(self.more)
        layout.addStretch(1)
        self.has_rest.toggled.connect(self._on_rest_toggled)

    def _show(self, shift: Shift | None, day: date, driver: DriverId | None) -> None:
        self.day.set_day(day)
        self.times.set_clocks(_FIRST_START, _FIRST_END)
        self.rest.set_clocks(_REST_START, _REST_END)
        self.rest_length.set_amount(_REST_S)
        if driver is not None:
            self.driver.choose(driver)
        if shift is not None:
            zone = shift.depot.zone
            self.driver.choose(shift.driver.id)
            self.vehicle.choose(shift.vehicle.id)
            self.depot.choose(shift.depot.id)
            self.times.set_clocks(*_clocks(shift.window, zone))
            self.start_place.choose(shift.start)
            self.end_place.choose(shift.end)
            if shift.rest is not None:
                self.rest.set_clocks(*_clocks(shift.rest.window, zone))
                self.rest_length.set_amount(int(shift.rest.length.total_seconds()))
            self.has_rest.setChecked(shift.rest is not None)
            self.more.show_rules(shift.rules, zone)
        self._on_rest_toggled(self.has_rest.isChecked())
        self.more.toggled.connect(lambda is_open: self.show_part(self.more) if is_open else None)
        self.driver.setFocus()

    def _chosen(self) -> tuple[Depot, Driver, Vehicle]:
        depot, driver, vehicle = self.depot.chosen, self.driver.chosen, self.vehicle.chosen
        assert depot is not None
        assert driver is not None
        assert vehicle is not None
        return self._depots[depot], self._drivers[driver], self._vehicles[vehicle]

    def _read_window(self) -> TimeWindow:
        start, end = self.times.clocks()
        if start is None or end is None:
            raise ValueError(self.tr("Give both times, such as 08:00 and 17:00."))
        if start == end:
            raise ValueError(self.tr("The shift ends when it starts."))
        return day_window(self.day.day(), start, end, self._chosen()[0].zone)

    def _read_rest(self, shift: TimeWindow | None) -> Break | None:
        if not self.has_rest.isChecked():
            return None
        start, end = self.rest.clocks()
        length = self.rest_length.amount()
        if start is None or end is None or not length:
            raise ValueError(self.tr("Say when the break may begin, and how long it is."))
        window = within(shift, self.day.day(), start, end, self._chosen()[0].zone)
        return Break(window=window, length=timedelta(seconds=length))

    def _check_home(self, field: ChoiceField[PlaceKind]) -> None:
        driver = self._chosen()[1]
        if field.chosen is PlaceKind.HOME and driver.home is None:
            raise ValueError(self.tr("The home of {0} is not known.").format(driver.name))

    def _on_rest_toggled(self, is_on: bool) -> None:
        self.rest.setEnabled(is_on)
        self.rest_length.setEnabled(is_on)


def _clocks(window: TimeWindow, zone: ZoneInfo) -> tuple[time, time]:
    return local(window.start, zone).time(), local(window.end, zone).time()
