"""Depots, vehicles, drivers and shifts; week templates; fleet files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from app.documents.fleet_drafts import (
    DepotDraft,
    DriverDraft,
    FleetDrafts,
    ShiftDraft,
    VehicleDraft,
)
from app.documents.fleet_file import read_fleet
from app.documents.order_drafts import RowProblem, Severity
from app.domain.addresses import Address
from app.domain.edits import ChangeFleet, Compound, Edit, FleetThing, KeepTemplate
from app.domain.errors import ImportErrors, NotFoundError
from app.domain.fleet import USUAL_COSTS, Break, Depot, Driver, PlaceKind, Shift, Vehicle
from app.domain.geo import Location
from app.domain.ids import DepotId, DriverId, ShiftId, VehicleId
from app.domain.rules import ShiftRules
from app.domain.times import day_window, local
from app.services.addresses import AddressService
from app.services.dispatch import DispatchService
from app.storage import queries
from app.storage.database import Database
from app.storage.keys import new_id
from app.storage.records import WeekTemplateRecord
from app.storage.rules import rules_column, shift_rules

WEEK = timedelta(days=7)
_NO_DAY = date(2000, 1, 3)
"""On which the times in the rules of a template are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetReport:
    """What a fleet file says, beside what is there already."""

    added: int
    updated: int
    unchanged: int
    shifts: int
    template: str
    """The week template its recurring shifts were kept as; empty where there were none."""
    problems: tuple[RowProblem, ...]
    edit: Compound
    """Makes it so; without parts where everything is as the file says."""


class FleetService:
    def __init__(
        self, database: Database, dispatch: DispatchService, addresses: AddressService
    ) -> None:
        self._database = database
        self._dispatch = dispatch
        self._addresses = addresses

    def depots(self) -> tuple[Depot, ...]:
        with self._database.reading() as session:
            return queries.depots(session)

    def vehicles(self) -> tuple[Vehicle, ...]:
        with self._database.reading() as session:
            return queries.vehicles(session)

    def drivers(self) -> tuple[Driver, ...]:
        with self._database.reading() as session:
            return queries.drivers(session)

    def shifts(self, first: date, last: date | None = None) -> tuple[Shift, ...]:
        """Shifts of a day, or from the first day to the last."""
        with self._database.reading() as session:
            return queries.shifts(session, first, last or first)

    def templates(self) -> tuple[str, ...]:
        with self._database.reading() as session:
            names = session.query(WeekTemplateRecord.name).order_by(WeekTemplateRecord.name)
            return tuple(name for (name,) in names)

    def template_of(self, monday: date, name: str) -> KeepTemplate:
        """The shifts of the week that begins on `monday`, to be kept under a name."""
        with self._database.reading() as session:
            shifts = queries.shifts(session, monday, monday + WEEK - timedelta(days=1))
        return KeepTemplate(name=name, shifts=tuple(_pattern(shift, monday) for shift in shifts))

    def from_template(self, name: str, first: date, days: int = 7) -> ChangeFleet:
        """New shifts from a template for some days; ones that are there already are left alone.

        Raises NotFoundError for a template that does not exist.
        """
        with self._database.reading() as session:
            row = session.get(WeekTemplateRecord, name)
            if row is None:
                raise NotFoundError(f"There is no week template called {name}.")
            patterns = list(row.shifts)
            depots = {depot.id: depot for depot in queries.depots(session)}
            drivers = {driver.id: driver for driver in queries.drivers(session)}
            vehicles = {vehicle.id: vehicle for vehicle in queries.vehicles(session)}
            taken = _taken(queries.shifts(session, first, first + timedelta(days=days - 1)))
        new = []
        for offset in range(days):
            day = first + timedelta(days=offset)
            for pattern in patterns:
                if pattern["weekday"] != day.weekday():
                    continue
                depot = depots.get(DepotId(UUID(pattern["depot"])))
                driver = drivers.get(DriverId(UUID(pattern["driver"])))
                vehicle = vehicles.get(VehicleId(UUID(pattern["vehicle"])))
                if depot is None or driver is None or vehicle is None:
                    continue
                if not (driver.is_active and vehicle.is_active):
                    continue
                shift = _shift_of(pattern, day, depot, driver, vehicle)
                if _key(shift) not in taken:
                    new.append(shift)
        return ChangeFleet(put=tuple(new))

    def copy_week(self, source: date, target: date, days: int = 7) -> ChangeFleet:
        """The shifts of `days` days from `source` on, made anew from `target` on."""
        with self._database.reading() as session:
            shifts = queries.shifts(session, source, source + timedelta(days=days - 1))
            taken = _taken(queries.shifts(session, target, target + timedelta(days=days - 1)))
        copies = [
            _shift_of(
                _pattern(shift, source),
                target + (shift.day - source),
                shift.depot,
                shift.driver,
                shift.vehicle,
            )
            for shift in shifts
        ]
        return ChangeFleet(put=tuple(copy for copy in copies if _key(copy) not in taken))

    def import_file(self, path: Path, day: date | None = None) -> FleetReport:
        """Take a fleet file, as `read_file` says, at once."""
        report = self.read_file(path, day)
        self._dispatch.apply(report.edit)
        return report

    def read_file(self, path: Path, day: date | None = None) -> FleetReport:
        """A fleet file as one edit: all of it, or nothing where a row is wrong.

        What has the name of something that is there replaces it. Shifts with a date are made;
        those with weekdays become a week template named as the file, and shifts of `day`.
        Raises ImportErrors that name each line and its remedy.
        """
        drafts = read_fleet(path)
        refused = [problem for problem in drafts.problems if problem.severity is Severity.REJECT]
        if refused:
            raise ImportErrors(
                f"{path.name} was not taken: {len(refused)} problems.",
                [f"line {p.line}, {p.column}: {p.text}" for p in refused],
            )
        return _FleetReading(self._database, self._addresses).read(drafts, path.stem, day)


class _FleetReading:
    """One fleet file, compared with what is in the database."""

    def __init__(self, database: Database, addresses: AddressService) -> None:
        self._database = database
        self._addresses = addresses
        with database.reading() as session:
            self._depots = _by_name(queries.depots(session))
            self._vehicles = _by_name(queries.vehicles(session))
            self._drivers = _by_name(queries.drivers(session))
        self._put: list[FleetThing] = []
        self._added = self._updated = self._unchanged = 0

    def read(self, drafts: FleetDrafts, name: str, day: date | None) -> FleetReport:
        for depot_draft in drafts.depots:
            self._depots[depot_draft.name.casefold()] = self._depot(depot_draft)
        for vehicle_draft in drafts.vehicles:
            self._vehicles[vehicle_draft.name.casefold()] = self._vehicle(vehicle_draft)
        for driver_draft in drafts.drivers:
            self._drivers[driver_draft.name.casefold()] = self._driver(driver_draft)
        shifts, patterns = self._shifts(drafts.shifts, day)
        edits: list[Edit] = []
        if self._put or shifts:
            edits.append(ChangeFleet(put=(*self._put, *shifts)))
        if patterns and patterns != self._kept(name):
            edits.append(KeepTemplate(name=name, shifts=tuple(patterns)))
        return FleetReport(
            added=self._added,
            updated=self._updated,
            unchanged=self._unchanged,
            shifts=len(shifts),
            template=name if patterns else "",
            problems=drafts.problems,
            edit=Compound(edits=tuple(edits)),
        )

    def _kept(self, name: str) -> list[dict[str, Any]] | None:
        with self._database.reading() as session:
            row = session.get(WeekTemplateRecord, name)
            return None if row is None else row.shifts

    def _depot(self, draft: DepotDraft) -> Depot:
        known = self._depots.get(draft.name.casefold())
        if draft.location is not None:
            self._check_place(draft.location, draft.line, draft.name)
        location = draft.location or self._locate(draft.address, draft.line, draft.name)
        depot = Depot(
            id=known.id if known else DepotId(new_id()),
            name=draft.name,
            address=draft.address,
            location=location,
            time_zone=draft.time_zone,
            delivery_slots=draft.slots or (),
            version=known.version if known else 0,
        )
        if known is not None:
            # What the file says nothing of stays.
            slots = known.delivery_slots if draft.slots is None else draft.slots
            depot = replace(
                depot,
                currency=known.currency,
                traffic=known.traffic,
                aims=known.aims,
                delivery_slots=slots,
            )
        return self._counted(known, depot)

    def _vehicle(self, draft: VehicleDraft) -> Vehicle:
        known = self._vehicles.get(draft.name.casefold())
        vehicle = Vehicle(
            id=known.id if known else VehicleId(new_id()),
            name=draft.name,
            plate=draft.plate,
            profile=draft.profile,
            capacity=draft.capacity,
            costs=draft.costs or (known.costs if known else USUAL_COSTS),
            features=draft.features,
            is_active=draft.is_active,
            version=known.version if known else 0,
        )
        more = draft.more_capacity
        if more is None and known is not None:
            more = known.capacity.more
        vehicle = replace(vehicle, capacity=replace(vehicle.capacity, more=more or ()))
        return self._counted(known, vehicle)

    def _driver(self, draft: DriverDraft) -> Driver:
        known = self._drivers.get(draft.name.casefold())
        home = draft.home
        if home is not None:
            self._check_place(home, draft.line, draft.name)
        elif draft.home_address is not None:
            home = self._locate(draft.home_address, draft.line, draft.name)
        driver = Driver(
            id=known.id if known else DriverId(new_id()),
            name=draft.name,
            phone=draft.phone,
            skills=draft.skills,
            home=home,
            is_active=draft.is_active,
            version=known.version if known else 0,
        )
        return self._counted(known, driver)

    def _counted[T: (Depot, Vehicle, Driver)](self, known: T | None, thing: T) -> T:
        if known is None:
            self._added += 1
        elif known == thing:
            self._unchanged += 1
            return known
        else:
            self._updated += 1
        self._put.append(thing)
        return thing

    def _check_place(self, location: Location, line: int, name: str) -> None:
        if self._addresses.seems_exchanged(location):
            raise ImportErrors(
                f"The place of {name} can't be right.",
                [
                    f"line {line}, lat: latitude {location.lat} and longitude {location.lon} seem "
                    "to be exchanged"
                ],
            )

    def _locate(self, address: Address, line: int, name: str) -> Location:
        place = self._addresses.places([address])[0]
        if place is None or not place.precision.is_plannable:
            raise ImportErrors(
                f"The address of {name} was not found.",
                [f"line {line}: {address.line} is not in the region in use. Give lat and lon."],
            )
        return place.location

    def _shifts(
        self, drafts: Sequence[ShiftDraft], day: date | None
    ) -> tuple[list[Shift], list[dict[str, Any]]]:
        """Shifts of dated rows and of `day`, and the week's pattern of recurring rows."""
        shifts, patterns = [], []
        for draft in drafts:
            depot = self._named(self._depots, draft.depot, "depot", draft.line)
            driver = self._named(self._drivers, draft.driver, "driver", draft.line)
            vehicle = self._named(self._vehicles, draft.vehicle, "vehicle", draft.line)
            base = _pattern_of_draft(draft, depot, driver, vehicle)
            patterns += [base | {"weekday": weekday} for weekday in sorted(draft.weekdays)]
            wanted = draft.day or (
                day if day is not None and day.weekday() in draft.weekdays else None
            )
            if wanted is not None:
                shifts.append(_shift_of(base, wanted, depot, driver, vehicle))
        days = {shift.day for shift in shifts}
        with self._database.reading() as session:
            taken = {key for each in days for key in _taken(queries.shifts(session, each, each))}
        # The same driver, vehicle and start twice is one shift, in the file too.
        new = {_key(shift): shift for shift in shifts if _key(shift) not in taken}
        return list(new.values()), patterns

    def _named[T: (Depot, Vehicle, Driver)](
        self, things: Mapping[str, T], name: str, kind: str, line: int
    ) -> T:
        if not name and len(things) == 1:
            return next(iter(things.values()))
        try:
            return things[name.casefold()]
        except KeyError as error:
            known = ", ".join(sorted(thing.name for thing in things.values()))
            raise ImportErrors(
                f"A shift names a {kind} that does not exist.",
                [f"line {line}, {kind}: {name or 'empty'}. Known: {known}"],
            ) from error


def new_depot_id() -> DepotId:
    return DepotId(new_id())


def new_vehicle_id() -> VehicleId:
    return VehicleId(new_id())


def new_driver_id() -> DriverId:
    return DriverId(new_id())


def new_shift_id() -> ShiftId:
    return ShiftId(new_id())


def _by_name[T: (Depot, Vehicle, Driver)](things: Sequence[T]) -> dict[str, T]:
    """In any case; of two that differ in nothing else, the first."""
    return {thing.name.casefold(): thing for thing in reversed(things)}


def _taken(shifts: Iterable[Shift]) -> set[tuple[object, ...]]:
    return {_key(shift) for shift in shifts}


def _key(shift: Shift) -> tuple[object, ...]:
    """What makes two shifts the same one to a dispatcher."""
    return (shift.driver.id, shift.vehicle.id, shift.window.start)


def _pattern(shift: Shift, monday: date) -> dict[str, Any]:
    """A shift as clock times on a day of the week, so that summer time does not move it."""
    zone = shift.depot.zone
    rest = shift.rest
    return {
        "weekday": (shift.day - monday).days,
        "depot": str(shift.depot.id),
        "driver": str(shift.driver.id),
        "vehicle": str(shift.vehicle.id),
        "start": local(shift.window.start, zone).time().isoformat(),
        "end": local(shift.window.end, zone).time().isoformat(),
        "rest_start": local(rest.window.start, zone).time().isoformat() if rest else None,
        "rest_end": local(rest.window.end, zone).time().isoformat() if rest else None,
        "rest_s": int(rest.length.total_seconds()) if rest else None,
        "start_place": shift.start.value,
        "end_place": shift.end.value,
        **_kept_rules(shift.rules.moved(_NO_DAY - shift.day, zone)),
    }


def _pattern_of_draft(
    draft: ShiftDraft, depot: Depot, driver: Driver, vehicle: Vehicle
) -> dict[str, Any]:
    length = draft.break_length
    return {
        "weekday": 0,
        "depot": str(depot.id),
        "driver": str(driver.id),
        "vehicle": str(vehicle.id),
        "start": draft.start.isoformat(),
        "end": draft.end.isoformat(),
        "rest_start": draft.break_earliest.isoformat() if draft.break_earliest else None,
        "rest_end": draft.break_latest.isoformat() if draft.break_latest else None,
        "rest_s": int(length.total_seconds()) if length else None,
        "start_place": draft.start_place.value,
        "end_place": draft.end_place.value,
        **_kept_rules(draft.rules),
    }


def _kept_rules(rules: ShiftRules) -> dict[str, Any]:
    """Times of breaks as those of one day that stands for all; nothing where there are none."""
    plain = rules_column(rules)
    return {"rules": plain} if plain else {}


def _shift_of(
    pattern: Mapping[str, Any], day: date, depot: Depot, driver: Driver, vehicle: Vehicle
) -> Shift:
    zone = depot.zone

    def clock(name: str) -> time:
        return time.fromisoformat(pattern[name])

    window = day_window(day, clock("start"), clock("end"), zone)
    rest = None
    if pattern["rest_start"] and pattern["rest_end"] and pattern["rest_s"]:
        rest = Break(
            window=day_window(day, clock("rest_start"), clock("rest_end"), zone),
            length=timedelta(seconds=pattern["rest_s"]),
        )
        if rest.window.start < window.start:  # a shift over midnight rests on the next day
            late = day + timedelta(days=1)
            rest = replace(
                rest, window=day_window(late, clock("rest_start"), clock("rest_end"), zone)
            )
    return Shift(
        id=new_shift_id(),
        day=day,
        depot=depot,
        driver=driver,
        vehicle=vehicle,
        window=window,
        rest=rest,
        start=PlaceKind(pattern["start_place"]),
        end=PlaceKind(pattern["end_place"]),
        rules=shift_rules(pattern.get("rules")).moved(day - _NO_DAY, zone),
    )
