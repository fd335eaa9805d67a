"""The day as a table: one row for each stop, and one for each order that is on no route."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from app.documents.cells import neutralised
from app.documents.export_day import DayExport
from app.domain.orders import Order, Payment

COLUMNS = (
    "date", "route", "driver", "vehicle", "plate", "stop", "reference", "kind", "recipient",
    "company", "address", "detail", "postcode", "city", "country", "lat", "lon", "precision",
    "arrival", "wait_min", "begin", "departure", "late_min", "window_start", "window_end",
    "service_min", "leg_km", "leg_min", "weight_kg", "volume_m3", "parcels", "barcodes", "method",
    "payment", "cod_amount", "currency", "priority", "requirements", "phone", "email", "notes",
    "violations", "not_planned_because",
)  # fmt: skip
"""Named as an orders file names them, so that what is exported can be taken in again."""


def day_csv(day: DayExport) -> str:
    """Times by the depot's clock; text that a spreadsheet would run as a formula is marked.

    A time has its date and its distance from UTC only where the clock alone leaves it open: on
    another date than the service day, and in the hour that the clocks show twice.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for each in day.board.routes:
        shift = each.route.shift
        for number, stop in enumerate(each.timetable.stops, start=1):
            row = _order_cells(day, stop.order) | {
                "route": shift.name,
                "driver": shift.driver.name,
                "vehicle": shift.vehicle.name,
                "plate": shift.vehicle.plate,
                "stop": str(number),
                "arrival": _time(day, stop.arrival),
                "wait_min": _minutes(stop.waiting.total_seconds()),
                "begin": _time(day, stop.begin),
                "departure": _time(day, stop.departure),
                "late_min": _minutes(stop.lateness.total_seconds()),
                "leg_km": f"{stop.leg_m / 1_000:.2f}",
                "leg_min": _minutes(stop.leg_s),
                "violations": "; ".join(violation.text for violation in stop.violations),
            }
            writer.writerow({name: neutralised(cell) for name, cell in row.items()})
    left_over = [(order, detail or reason) for order, reason, detail in day.unassigned()]
    on_hold = [(order, order.hold_reason or "on hold") for order in day.board.on_hold]
    for order, reason in (*left_over, *on_hold):
        row = _order_cells(day, order) | {"not_planned_because": reason or "not planned yet"}
        writer.writerow({name: neutralised(cell) for name, cell in row.items()})
    return text.getvalue()


def _order_cells(day: DayExport, order: Order) -> dict[str, str]:
    place, window, address = order.place, order.window, order.address
    # The middle of a town is no place to go to, and taken in again it would count as given.
    location = order.location if place is not None and place.precision.is_plannable else None
    cash = order.cod_amount if order.payment is Payment.CASH_ON_DELIVERY else None
    return {
        "date": day.board.day.isoformat(),
        "reference": order.reference,
        "kind": order.kind.value,
        "recipient": order.recipient,
        "company": order.company,
        "address": address.street,
        "detail": address.detail,
        "postcode": address.postcode,
        "city": address.city,
        "country": address.country,
        "lat": f"{location.lat:.6f}" if location else "",
        "lon": f"{location.lon:.6f}" if location else "",
        "precision": place.precision.value if place else "",
        "window_start": _time(day, window.start) if window else "",
        "window_end": _time(day, window.end) if window else "",
        "service_min": _minutes(order.service_time.total_seconds()),
        "weight_kg": f"{order.weight_g / 1_000:g}",
        "volume_m3": f"{order.volume_cm3 / 1_000_000:g}",
        "parcels": str(len(order.parcels)),
        "barcodes": ";".join(parcel.barcode for parcel in order.parcels),
        "method": order.method.value,
        "payment": order.payment.value,
        "cod_amount": "" if cash is None else str(cash),
        "currency": order.currency,
        "priority": str(order.priority),
        "requirements": ";".join(sorted(order.requirements)),
        "phone": order.phone,
        "email": order.email,
        "notes": order.notes,
    }


def _time(day: DayExport, at: datetime) -> str:
    there = at.astimezone(day.zone)
    is_shown_twice = there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset()
    if is_shown_twice or there.date() != day.board.day:
        return there.isoformat(timespec="minutes")
    return f"{there:%H:%M}"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:g}" if seconds % 60 == 0 else f"{seconds / 60:.1f}"
