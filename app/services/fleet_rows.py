"""How depots, vehicles, drivers and shifts are made, replaced and deleted in a transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from app.domain.edits import FleetThing
from app.domain.errors import ConflictError, NotFoundError, RuleError
from app.domain.fleet import Depot, Driver, Shift, Vehicle
from app.domain.routes import Lock, RouteStatus
from app.services.edit_rows import mark_facts, marks_of
from app.services.touched import TouchedRows
from app.storage.convert import (
    as_json,
    depot_of,
    driver_of,
    fill_depot,
    fill_driver,
    fill_shift,
    fill_vehicle,
    shift_of,
    vehicle_of,
)
from app.storage.events import Journal
from app.storage.records import (
    DepotRecord,
    DriverRecord,
    OrderRecord,
    RouteRecord,
    ScenarioRecord,
    ShiftRecord,
    StopRecord,
    VehicleRecord,
)

FleetRecord = DepotRecord | VehicleRecord | DriverRecord | ShiftRecord


class FleetRows:
    """The fleet's part of one transaction."""

    def __init__(
        self, session: Session, journal: Journal, touched: TouchedRows, now: datetime, who: str
    ) -> None:
        self._session = session
        self._journal = journal
        self._touched = touched
        self._now = now
        self._who = who

    def put(self, thing: FleetThing) -> tuple[FleetThing | None, FleetThing]:
        """Make or replace; gives back what was (None for a new thing) and what is."""
        row = self._find(thing)
        if row is None:
            if thing.version:
                raise NotFoundError(f"{thing.name} was deleted by somebody else.")
            row = self._add(thing)
            before = None
        else:
            before = _value(row)
            self._check_version(thing, row)
            self._touched.change(row)
        _fill(row, thing)
        self._session.flush()
        if isinstance(row, ShiftRecord):
            self._session.refresh(row)
            self._put_route(row, is_new=before is None)
        elif before is not None and _printed(before) != _printed(thing):
            self._outdate_paper(row)
        after = _value(row)
        self._journal.note(
            _kind(thing),
            thing.id,
            "created" if before is None else "changed",
            None if before is None else _facts(before),
            _facts(after),
        )
        return before, after

    def delete(self, thing: FleetThing) -> FleetThing:
        """Delete what nothing else needs; gives back what was."""
        row = self._find(thing)
        if row is None:
            raise NotFoundError(f"{thing.name} was deleted by somebody else.")
        self._check_version(thing, row)
        before = _value(row)
        if isinstance(row, ShiftRecord):
            self._delete_route(row)
        else:
            self._check_unused(row)
        self._touched.drop(row)
        self._session.delete(row)
        self._session.flush()
        self._journal.note(_kind(thing), thing.id, "deleted", _facts(before), None)
        return before

    def _find(self, thing: FleetThing) -> FleetRecord | None:
        match thing:
            case Depot():
                return self._session.get(DepotRecord, thing.id)
            case Vehicle():
                return self._session.get(VehicleRecord, thing.id)
            case Driver():
                return self._session.get(DriverRecord, thing.id)
            case Shift():
                return self._session.get(ShiftRecord, thing.id)

    def _add(self, thing: FleetThing) -> FleetRecord:
        row: FleetRecord
        stamp = {"edited_at": self._now, "edited_by": self._who}
        match thing:
            case Depot():
                row = DepotRecord(id=thing.id, **stamp)
            case Vehicle():
                row = VehicleRecord(id=thing.id, **stamp)
            case Driver():
                row = DriverRecord(id=thing.id, **stamp)
            case Shift():
                row = ShiftRecord(id=thing.id, **stamp)
        self._session.add(row)
        self._touched.make(row)
        return row

    def _put_route(self, shift: ShiftRecord, *, is_new: bool) -> None:
        route = None if is_new else self._session.get(RouteRecord, shift.id)
        if route is None:
            route = RouteRecord(
                id=shift.id,
                lock=Lock.NONE,
                status=RouteStatus.DRAFT,
                contents_version=0,
                edited_at=self._now,
                edited_by=self._who,
            )
            self._session.add(route)
            self._touched.make(route)
        else:
            # Paper names driver, vehicle and times: it is out of date when they change.
            route.contents_version += 1
            self._touched.change(route)
        self._session.flush()

    def _delete_route(self, shift: ShiftRecord) -> None:
        route = self._session.get(RouteRecord, shift.id)
        if route is not None and route.status is not RouteStatus.DRAFT:
            raise RuleError(
                f"The route of {shift.driver.name} was released. Take it back before you delete "
                "the shift."
            )
        self._session.execute(delete(StopRecord).where(StopRecord.route_id == shift.id))
        if route is not None:
            self._journal.note("route", route.id, "deleted", mark_facts(marks_of(route)), None)
            self._touched.drop(route)
            self._session.expunge(route)
        self._session.execute(delete(RouteRecord).where(RouteRecord.id == shift.id))

    def _outdate_paper(self, row: DepotRecord | VehicleRecord | DriverRecord) -> None:
        """Manifests that are about name the driver, the vehicle and the depot.

        The routes themselves don't change: an undo of theirs must not be refused because of it.
        """
        shifts = select(ShiftRecord.id).where(_uses(row), ShiftRecord.end_at >= self._now)
        self._session.execute(
            update(RouteRecord.__table__)  # type: ignore[arg-type]  # the table, past the versions
            .where(RouteRecord.id.in_(shifts), RouteRecord.printed_version.is_not(None))
            .values(contents_version=RouteRecord.contents_version + 1)
        )

    def _check_unused(self, row: DepotRecord | VehicleRecord | DriverRecord) -> None:
        count = self._session.scalar(
            select(func.count()).select_from(ShiftRecord).where(_uses(row))
        )
        if count:
            remedy = "" if isinstance(row, DepotRecord) else " Make it inactive instead."
            raise RuleError(f"{row.name} can't be deleted: {count} shifts use it.{remedy}")
        if isinstance(row, DepotRecord):
            orders = self._session.scalar(
                select(func.count()).select_from(OrderRecord).where(OrderRecord.depot_id == row.id)
            )
            if orders:
                raise RuleError(f"{row.name} can't be deleted: {orders} orders are there.")
            scenarios = self._session.scalar(
                select(func.count())
                .select_from(ScenarioRecord)
                .where(ScenarioRecord.depot_id == row.id)
            )
            if scenarios:
                raise RuleError(
                    f"{row.name} can't be deleted: {scenarios} scenarios plan its days. "
                    "Remove them from the shelf first."
                )

    def _check_version(self, thing: FleetThing, row: FleetRecord) -> None:
        if not self._touched.is_seen(row, thing.version):
            raise ConflictError(
                f"{thing.name} was changed by {row.edited_by} meanwhile. "
                "Your change was not made; look at it again."
            )


def _value(row: FleetRecord) -> FleetThing:
    match row:
        case DepotRecord():
            return depot_of(row)
        case VehicleRecord():
            return vehicle_of(row)
        case DriverRecord():
            return driver_of(row)
        case ShiftRecord():
            return shift_of(row)


def _fill(row: FleetRecord, thing: FleetThing) -> None:
    match row, thing:
        case DepotRecord(), Depot():
            fill_depot(row, thing)
        case VehicleRecord(), Vehicle():
            fill_vehicle(row, thing)
        case DriverRecord(), Driver():
            fill_driver(row, thing)
        case ShiftRecord(), Shift():
            fill_shift(row, thing)


def _uses(row: DepotRecord | VehicleRecord | DriverRecord) -> ColumnElement[bool]:
    """The shifts that need this."""
    match row:
        case DepotRecord():
            return ShiftRecord.depot_id == row.id
        case VehicleRecord():
            return ShiftRecord.vehicle_id == row.id
        case DriverRecord():
            return ShiftRecord.driver_id == row.id


def _printed(thing: FleetThing) -> tuple[object, ...]:
    """What a manifest says of a driver, a vehicle or a depot."""
    match thing:
        case Depot():
            return (thing.name, thing.address, thing.location, thing.time_zone, thing.currency)
        case Vehicle():
            return (thing.name, thing.plate)
        case Driver():
            return (thing.name, thing.phone)
        case Shift():
            return (thing,)


def _kind(thing: FleetThing) -> str:
    return type(thing).__name__.lower()


def _facts(thing: FleetThing) -> dict[str, Any]:
    """What the log keeps: of a shift's depot, driver and vehicle only their names."""
    facts: dict[str, Any] = as_json(replace(thing, version=0))
    del facts["id"], facts["version"]
    if isinstance(thing, Shift):
        for part, named in (
            ("depot", thing.depot),
            ("driver", thing.driver),
            ("vehicle", thing.vehicle),
        ):
            facts[part] = named.name
    return facts
