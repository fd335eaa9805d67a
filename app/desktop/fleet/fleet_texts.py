"""Depots, vehicles, drivers and shifts in words and columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QLocale

from app.desktop.widgets.formats import (
    NOTHING,
    clock_text,
    count_text,
    volume_text,
    weight_text,
)
from app.desktop.widgets.records import RecordColumn
from app.desktop.widgets.tones import Tone
from app.domain.fleet import UNLIMITED, Depot, Driver, PlaceKind, Shift, Vehicle
from app.domain.travel import Profile


def profile_text(profile: Profile) -> str:
    tr = QCoreApplication.translate
    match profile:
        case Profile.CAR:
            return tr("fleet", "Car")
        case Profile.VAN:
            return tr("fleet", "Van")
        case Profile.TRUCK:
            return tr("fleet", "Truck")


def place_kind_text(kind: PlaceKind) -> str:
    tr = QCoreApplication.translate
    match kind:
        case PlaceKind.DEPOT:
            return tr("fleet", "At the depot")
        case PlaceKind.HOME:
            return tr("fleet", "At the driver's home")
        case PlaceKind.OPEN:
            return tr("fleet", "At the last stop")


def shift_text(shift: Shift) -> str:
    """As in “Van 3 08:00–17:00”."""
    zone = shift.depot.zone
    times = f"{clock_text(shift.window.start, zone)}–{clock_text(shift.window.end, zone)}"
    return f"{shift.vehicle.name} {times}"


def depot_columns() -> Sequence[RecordColumn[Depot]]:
    tr = QCoreApplication.translate
    return (
        RecordColumn(title=tr("fleet", "Name"), text=lambda depot: depot.name, width=24),
        RecordColumn(title=tr("fleet", "Address"), text=lambda depot: depot.address.line, width=44),
        RecordColumn(title=tr("fleet", "Time zone"), text=lambda depot: depot.time_zone, width=18),
        RecordColumn(title=tr("fleet", "Currency"), text=lambda depot: depot.currency),
    )


def vehicle_columns() -> Sequence[RecordColumn[Vehicle]]:
    tr = QCoreApplication.translate

    def tone(vehicle: Vehicle) -> Tone:
        return Tone.PLAIN if vehicle.is_active else Tone.DONE

    return (
        RecordColumn(title=tr("fleet", "Name"), text=_name, tone=tone, width=20),
        RecordColumn(
            title=tr("fleet", "Plate"), text=lambda v: v.plate or NOTHING, tone=tone, width=14
        ),
        RecordColumn(
            title=tr("fleet", "Drives as"),
            text=lambda v: profile_text(Profile(v.profile)),
            tone=tone,
        ),
        RecordColumn(
            title=tr("fleet", "Weight"),
            text=lambda v: limit_text(v.capacity.weight_g, weight_text),
            order=lambda v: v.capacity.weight_g,
            tone=tone,
            is_number=True,
            width=12,
        ),
        RecordColumn(
            title=tr("fleet", "Volume"),
            text=lambda v: limit_text(v.capacity.volume_cm3, volume_text),
            order=lambda v: v.capacity.volume_cm3,
            tone=tone,
            is_number=True,
            width=12,
        ),
        RecordColumn(
            title=tr("fleet", "Parcels"),
            text=lambda v: limit_text(v.capacity.parcels, count_text),
            order=lambda v: v.capacity.parcels,
            tone=tone,
            is_number=True,
        ),
        RecordColumn(
            title=tr("fleet", "Per shift"),
            text=lambda v: _cost(v.costs.fixed),
            order=lambda v: v.costs.fixed,
            tone=tone,
            is_number=True,
        ),
        RecordColumn(
            title=tr("fleet", "Per km"),
            text=lambda v: _cost(v.costs.per_km),
            order=lambda v: v.costs.per_km,
            tone=tone,
            is_number=True,
        ),
        RecordColumn(
            title=tr("fleet", "Per hour"),
            text=lambda v: _cost(v.costs.per_hour),
            order=lambda v: v.costs.per_hour,
            tone=tone,
            is_number=True,
        ),
        RecordColumn(
            title=tr("fleet", "Features"),
            text=lambda v: ", ".join(sorted(v.features)) or NOTHING,
            tone=tone,
            width=24,
        ),
    )


def driver_columns() -> Sequence[RecordColumn[Driver]]:
    tr = QCoreApplication.translate

    def tone(driver: Driver) -> Tone:
        return Tone.PLAIN if driver.is_active else Tone.DONE

    return (
        RecordColumn(title=tr("fleet", "Name"), text=_name, tone=tone, width=28),
        RecordColumn(
            title=tr("fleet", "Phone"), text=lambda d: d.phone or NOTHING, tone=tone, width=20
        ),
        RecordColumn(
            title=tr("fleet", "Skills"),
            text=lambda d: ", ".join(sorted(d.skills)) or NOTHING,
            tone=tone,
            width=28,
        ),
        RecordColumn(
            title=tr("fleet", "Starts from home"),
            text=lambda d: tr("fleet", "can") if d.home is not None else NOTHING,
            tone=tone,
        ),
    )


def _name(thing: Vehicle | Driver) -> str:
    if thing.is_active:
        return thing.name
    return QCoreApplication.translate("fleet", "{0} (not in use)").format(thing.name)


def limit_text(amount: int, text: Callable[[int], str]) -> str:
    """What fits, or that there is no limit."""
    if amount >= UNLIMITED:
        return QCoreApplication.translate("fleet", "no limit")
    return text(amount)


def _cost(amount: float) -> str:
    return QLocale().toString(amount, "f", 2) if amount else NOTHING
