"""The fleet: joins its lists, forms and the week of shifts to the services."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import QDate, Qt, QTimeZone, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.desktop.editor import Editor
from app.desktop.fleet.depot_form import DepotForm
from app.desktop.fleet.driver_form import DriverForm
from app.desktop.fleet.fleet_list import FleetList
from app.desktop.fleet.fleet_texts import depot_columns, driver_columns, vehicle_columns
from app.desktop.fleet.shift_form import Crew, ShiftForm
from app.desktop.fleet.vehicle_form import VehicleForm
from app.desktop.fleet.week_panel import WeekPanel
from app.desktop.tasks import Tasks
from app.desktop.theme import SPACING, icon
from app.desktop.widgets.address_fields import AddressFields, AddressLookup
from app.desktop.widgets.ask_dialog import AskDialog
from app.desktop.widgets.editing import until_idle
from app.desktop.widgets.fields import DayField
from app.desktop.widgets.form_dialog import FormDialog
from app.desktop.widgets.formats import day_text, python_date, short_day_text
from app.desktop.widgets.notice_strip import NoticeStrip
from app.domain.addresses import Address
from app.domain.edits import ChangeFleet, Changes, Edit, FleetThing, KeepTemplate
from app.domain.errors import DispatchError, ImportErrors
from app.domain.fleet import UNLIMITED, USUAL_COSTS, Depot, Driver, Load, Shift, Vehicle
from app.domain.geo import Location
from app.domain.ids import DriverId
from app.services.addresses import AddressService
from app.services.fleet import (
    FleetReport,
    FleetService,
    new_depot_id,
    new_driver_id,
    new_shift_id,
    new_vehicle_id,
)

_WEEK = timedelta(days=7)


class FleetScreen(QWidget):
    """Tabs: the week's shifts, drivers, vehicles, depots."""

    imported = Signal(object)
    """The FleetReport of a file that was taken."""

    def __init__(
        self,
        fleet: FleetService,
        addresses: AddressService,
        tasks: Tasks,
        editor: Editor,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("fleet_screen")
        self._fleet = fleet
        self._addresses = addresses
        self._tasks = tasks
        self._editor = editor
        self._day = python_date(QDate.currentDate())
        self._depots: tuple[Depot, ...] = ()
        self._drivers: tuple[Driver, ...] = ()
        self._vehicles: tuple[Vehicle, ...] = ()
        self._shifts: tuple[Shift, ...] = ()
        self._reading: asyncio.Task[None] | None = None
        self._saved: UUID | None = None
        self.is_stale = True
        self.strip = NoticeStrip(self)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.week = WeekPanel(self)
        self.drivers = FleetList[Driver](
            "drivers", driver_columns(), self.tr("No drivers yet. Add one, or import a file."), self
        )
        self.vehicles = FleetList[Vehicle](
            "vehicles",
            vehicle_columns(),
            self.tr("No vehicles yet. Add one, or import a file."),
            self,
        )
        self.depots = FleetList[Depot](
            "depots",
            depot_columns(),
            self.tr("No depot yet. Routes start and end at one: add it first."),
            self,
        )
        for page, title, glyph in (
            (self.week, self.tr("Shifts"), "calendar-clock"),
            (self.drivers, self.tr("Drivers"), "account-outline"),
            (self.vehicles, self.tr("Vehicles"), "truck-outline"),
            (self.depots, self.tr("Depots"), "warehouse"),
        ):
            self.tabs.addTab(page, icon(glyph), title)
        self.import_button = QPushButton(
            icon("file-import-outline"), self.tr("Import fleet file…"), self
        )
        self.import_button.setObjectName("fleet_import")
        self.import_button.setProperty("kind", "flat")
        self.import_button.clicked.connect(lambda: self.open_import())
        corner = QWidget(self)
        corner_layout = QHBoxLayout(corner)
        corner_layout.setContentsMargins(0, 0, SPACING, 0)
        corner_layout.addWidget(self.import_button)
        self.tabs.setCornerWidget(corner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tabs, 1)
        # Below, since it comes and goes: the buttons stay under the pointer.
        layout.addWidget(self.strip)
        self._connect()

    def set_day(self, day: date) -> None:
        """Show the week of this day."""
        self._day = day
        self._mark_stale()

    def on_changes(self, changes: Changes, origin: object) -> None:
        monday = self._monday
        if changes.is_fleet_changed or any(monday <= day < monday + _WEEK for day in changes.days):
            if origin is not self:
                # An undo, or another console: what is said to be done may be no more.
                self.strip.show_text("", "info")
            self._mark_stale()

    def open_import(self, path: Path | None = None) -> None:
        """Take a fleet file; without a path, ask for one."""
        if path is not None:
            self._tasks.start(self._import(path), self)
            return
        dialog = QFileDialog(self, self.tr("Choose a fleet file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            [self.tr("Fleet files (*.csv *.tsv *.xlsx *.ods)"), self.tr("All files (*)")]
        )
        dialog.fileSelected.connect(lambda name: self.open_import(Path(name)))
        dialog.open()

    def open_depot(self) -> None:
        """A form for a new depot, as the welcome page asks for it."""
        self.tabs.setCurrentWidget(self.depots)
        self._edit_depot(self._new_depot(), is_new=True)

    @property
    def _monday(self) -> date:
        return self._day - timedelta(days=self._day.weekday())

    def _connect(self) -> None:
        self._tasks.changed.connect(self.on_changes)
        self.depots.new_requested.connect(self.open_depot)
        self.depots.edit_requested.connect(lambda depot: self._edit_depot(depot, is_new=False))
        self.depots.duplicate_requested.connect(
            lambda depot: self._edit_depot(
                replace(depot, id=new_depot_id(), name=self._copy_name(depot.name), version=0),
                is_new=True,
            )
        )
        self.vehicles.new_requested.connect(
            lambda: self._edit_vehicle(self._new_vehicle(), is_new=True)
        )
        self.vehicles.edit_requested.connect(lambda each: self._edit_vehicle(each, is_new=False))
        self.vehicles.duplicate_requested.connect(
            lambda each: self._edit_vehicle(
                replace(
                    each,
                    id=new_vehicle_id(),
                    name=self._copy_name(each.name),
                    plate="",  # no two have the same
                    version=0,
                ),
                is_new=True,
            )
        )
        self.drivers.new_requested.connect(
            lambda: self._edit_driver(Driver(id=new_driver_id(), name=""), is_new=True)
        )
        self.drivers.edit_requested.connect(lambda each: self._edit_driver(each, is_new=False))
        self.drivers.duplicate_requested.connect(
            lambda each: self._edit_driver(
                replace(each, id=new_driver_id(), name=self._copy_name(each.name), version=0),
                is_new=True,
            )
        )
        for part in (self.depots, self.vehicles, self.drivers):
            part.delete_requested.connect(self._delete)
        week = self.week
        week.week_requested.connect(self.set_day)
        week.shift_requested.connect(lambda shift: self._edit_shift(shift, shift.day, None))
        week.new_requested.connect(lambda day, driver: self._edit_shift(None, day, driver))
        week.delete_requested.connect(self._delete)
        week.copy_day_requested.connect(self._ask_copy_day)
        week.copy_week_requested.connect(self._on_copy_week)
        week.template_chosen.connect(
            lambda name: self._tasks.start(self._fill_from_template(name), self)
        )
        week.save_template_requested.connect(self._ask_template_name)
        week.delete_template_requested.connect(
            lambda name: self._tasks.start(self._delete_template(name), self)
        )

    # Reading

    def _mark_stale(self) -> None:
        self.is_stale = True
        if self.isVisible():
            self._read()

    def _read(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._tasks.start(self._read_fleet(), self)

    async def _read_fleet(self) -> None:
        monday = self._monday
        self._depots = await self._tasks.run(self._fleet.depots)
        self._vehicles = await self._tasks.run(self._fleet.vehicles)
        self._drivers = await self._tasks.run(self._fleet.drivers)
        self._shifts = await self._tasks.run(
            self._fleet.shifts, monday, monday + _WEEK - timedelta(days=1)
        )
        templates = await self._tasks.run(self._fleet.templates)
        self.is_stale = False
        self.depots.set_records(self._depots, lambda depot: depot.id)
        self.vehicles.set_records(self._vehicles, lambda vehicle: vehicle.id)
        self.drivers.set_records(self._drivers, lambda driver: driver.id)
        self._choose_saved()
        self.week.show_week(monday, self._drivers, self._shifts)
        self.week.set_templates(templates)
        if not self._depots:  # everything else needs one
            self.tabs.setCurrentWidget(self.depots)

    def _choose_saved(self) -> None:
        """What was just saved is chosen, so that the next key means it."""
        lists: tuple[FleetList[Any], ...] = (self.depots, self.vehicles, self.drivers)
        for each in lists:
            if any(record.id == self._saved for record in each.table.records.records):
                each.table.choose(lambda record: record.id == self._saved)
                self._saved = None

    # Forms

    def _edit_depot(self, depot: Depot, *, is_new: bool) -> None:
        form = DepotForm(depot, is_new=is_new, parent=self)
        form.name.keep_apart(_others(self._depots, depot, is_new=is_new))
        self._look_up(form.address)
        self._open(form, self.tr("Depot"))

    def _edit_vehicle(self, vehicle: Vehicle, *, is_new: bool) -> None:
        currency = self._depots[0].currency if self._depots else "EUR"
        known = {tag for each in self._vehicles for tag in each.features}
        form = VehicleForm(vehicle, currency, known, is_new=is_new, parent=self)
        form.name.keep_apart(_others(self._vehicles, vehicle, is_new=is_new))
        form.loads.suggest({name for each in self._vehicles for name, _ in each.capacity.more})
        self._open(form, self.tr("Vehicle"))

    def _edit_driver(self, driver: Driver, *, is_new: bool) -> None:
        known = {tag for each in self._drivers for tag in each.skills}
        form = DriverForm(driver, known, is_new=is_new, parent=self)
        form.name.keep_apart(_others(self._drivers, driver, is_new=is_new))
        self._look_up(form.address)
        self._open(form, self.tr("Driver"))

    def _edit_shift(self, shift: Shift | None, day: date, driver: DriverId | None) -> None:
        # Who and what is free on that day comes first, and so is what a new shift proposes.
        that_day = [each for each in self._shifts if each.day == day]
        busy = {id_ for each in that_day for id_ in (each.driver.id, each.vehicle.id)}
        drivers = sorted(self._drivers, key=lambda each: each.id in busy)
        vehicles = sorted(self._vehicles, key=lambda each: each.id in busy)
        crew = Crew(
            depots=self._depots,
            drivers=tuple(each for each in drivers if each.is_active),
            vehicles=tuple(each for each in vehicles if each.is_active),
        )
        if shift is None and not (crew.depots and crew.drivers and crew.vehicles):
            self.strip.show_text(
                self.tr("A shift needs a depot, a driver and a vehicle. Add them first."), "risk"
            )
            return
        form = ShiftForm(crew, shift, new_shift_id(), day, driver, self)
        self._open(form, self.tr("Shift"))

    def _look_up(self, fields: AddressFields) -> None:
        AddressLookup(fields, self._addresses, self._tasks)

    def _open(self, form: FormDialog, kind: str) -> None:
        self.strip.show_text("", "info")
        form.saved.connect(lambda thing: self._tasks.start(self._save(form, thing, kind), self))
        form.open()

    async def _save(self, form: FormDialog, thing: FleetThing, kind: str) -> None:
        form.set_busy(True)
        try:
            self._saved = thing.id
            text = f"{kind}: {thing.name}"
            await self._editor.apply(ChangeFleet(put=(thing,)), text, self)
        except DispatchError as error:
            # Told in the form, which keeps what was typed.
            form.set_busy(False)
            form.show_problem(str(error))
        else:
            form.accept()

    # Edits

    def _delete(self, things: Sequence[FleetThing]) -> None:
        names = ", ".join(thing.name for thing in things[:3])
        more = self.tr(" and {0} more").format(len(things) - 3) if len(things) > 3 else ""
        edit = ChangeFleet(delete=tuple(things))
        self._tasks.start(self._apply(edit, self.tr("Delete {0}").format(names + more)), self)

    async def _apply(self, edit: Edit, text: str) -> None:
        await until_idle(self._editor)
        await self._editor.apply(edit, text, self)

    def _ask_copy_day(self, source: date) -> None:
        field = DayField()
        field.set_day(source + timedelta(days=1))
        AskDialog(
            self.tr("Copy shifts"),
            self.tr("To which day shall the shifts of {0} be copied?").format(day_text(source)),
            field,
            lambda: self._copy(source, field.day(), 1),
            self,
        ).open()

    def _on_copy_week(self) -> None:
        self._copy(self._monday, self._monday + _WEEK, 7)

    def _copy(self, source: date, target: date, days: int) -> None:
        self._tasks.start(self._copy_days(source, target, days), self)

    async def _copy_days(self, source: date, target: date, days: int) -> None:
        edit = await self._tasks.run(self._fleet.copy_week, source, target, days)
        await self._add_shifts(edit, target)

    async def _fill_from_template(self, name: str) -> None:
        edit = await self._tasks.run(self._fleet.from_template, name, self._monday)
        await self._add_shifts(edit, self._monday)

    async def _add_shifts(self, edit: ChangeFleet, target: date) -> None:
        """Make copied shifts and go where they are; nothing to copy is said, not passed over."""
        if not edit.put:
            text = self.tr("Nothing was copied: there are no shifts, or all are there already.")
            self.strip.show_text(text, "info")
            return
        await self._apply(edit, self.tr("Copy {0} shifts").format(len(edit.put)))
        self.set_day(target)
        self.strip.show_text(
            self.tr("{0} shifts were added from {1} on.").format(
                len(edit.put), short_day_text(target)
            ),
            "good",
        )

    def _ask_template_name(self) -> None:
        field = QLineEdit()
        field.setText(self.tr("Week {0}").format(self._monday.isocalendar().week))
        field.selectAll()
        AskDialog(
            self.tr("Save as a template"),
            self.tr("Under which name shall this week's shifts be kept?"),
            field,
            lambda: self._tasks.start(self._save_template(field.text().strip()), self),
            self,
        ).open()

    async def _save_template(self, name: str) -> None:
        if not name:
            return
        edit = await self._tasks.run(self._fleet.template_of, self._monday, name)
        await self._apply(edit, self.tr("Template {0}").format(name))
        count = len(edit.shifts or ())
        self.strip.show_text(self.tr("{0} shifts were kept as {1}.").format(count, name), "good")

    async def _delete_template(self, name: str) -> None:
        edit = KeepTemplate(name=name, shifts=None)
        await self._apply(edit, self.tr("Delete template {0}").format(name))
        self.strip.show_text(self.tr("The template {0} was deleted.").format(name), "info")

    async def _import(self, path: Path) -> None:
        self.strip.show_text(self.tr("Reading {0} …").format(path.name), "info")
        try:
            report = await self._tasks.run_long(self._fleet.read_file, path, self._day)
            if report.edit.edits:
                await self._apply(report.edit, self.tr("Import {0}").format(path.name))
        except ImportErrors as error:
            self.strip.show_text("\n".join((str(error), *error.problems)), "bad")
            return
        except DispatchError:
            self.strip.show_text("", "info")
            raise
        self.strip.show_text(self._report_text(path, report), "good")
        self.imported.emit(report)

    def _report_text(self, path: Path, report: FleetReport) -> str:
        lines = [
            self.tr("{0}: {1} added, {2} changed, {3} as before, {4} shifts.").format(
                path.name, report.added, report.updated, report.unchanged, report.shifts
            )
        ]
        if report.template:
            lines.append(
                self.tr("The weekly shifts were kept as the template {0}.").format(report.template)
            )
        lines += [
            self.tr("Line {0}, {1}: {2}").format(p.line, p.column, p.text) for p in report.problems
        ]
        return "\n".join(lines)

    # New things

    def _new_depot(self) -> Depot:
        zone, currency = bytes(QTimeZone.systemTimeZoneId().data()).decode(), "EUR"
        if self._depots:  # where the first one is says more than where this computer is
            zone, currency = self._depots[0].time_zone, self._depots[0].currency
        return Depot(
            id=new_depot_id(),
            name="",
            address=Address(),
            location=Location(lat=0.0, lon=0.0),
            time_zone=zone,
            currency=currency,
        )

    def _new_vehicle(self) -> Vehicle:
        return Vehicle(
            id=new_vehicle_id(),
            name="",
            capacity=Load.of((UNLIMITED, UNLIMITED, UNLIMITED)),
            costs=USUAL_COSTS,
        )

    def _copy_name(self, name: str) -> str:
        return self.tr("{0} (copy)").format(name)

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.is_stale:
            self._read()


def _others(
    things: Iterable[Depot | Vehicle | Driver], own: Depot | Vehicle | Driver, *, is_new: bool
) -> set[str]:
    """Names that are taken; what has had another's name since before may keep it."""
    names = {each.name for each in things if each.id != own.id}
    return names if is_new else names - {own.name}
