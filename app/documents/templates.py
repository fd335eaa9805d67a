"""Example files to fill in: orders and fleet, as CSV or XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from app.documents.atomic_file import replacing, write_bytes
from app.documents.fleet_file import COLUMNS
from app.domain.errors import DispatchError

_ORDER_COLUMNS = (
    "reference", "recipient", "company", "address", "detail", "postcode", "city", "country",
    "lat", "lon", "date", "window_start", "window_end", "service_min", "weight_kg", "volume_m3",
    "parcels", "barcodes", "kind", "method", "payment", "cod_amount", "currency", "priority",
    "requirements", "phone", "email", "notes", "window2_start", "window2_end", "ready_at",
    "setup_min", "drivers", "not_drivers", "preferred_drivers", "goods_class", "not_with",
    "back_kg", "back_parcels", "drop_price", "collected_by", "load:cages",
    "service_min:truck", "setup_min:truck",
)  # fmt: skip
_ORDERS: Sequence[Mapping[str, str]] = (
    {
        "reference": "EXAMPLE-1", "recipient": "Erika Mustermann", "address": "Turmstraße 22",
        "postcode": "17033", "city": "Neubrandenburg", "country": "DE", "window_start": "08:00",
        "window_end": "12:00", "service_min": "3", "weight_kg": "4.6", "volume_m3": "0.034",
        "parcels": "2", "kind": "delivery", "method": "home", "payment": "paid", "priority": "0",
        "phone": "+49 30 23125 000", "email": "erika@example.org", "notes": "Ring twice",
        "window2_start": "17:00", "window2_end": "19:00", "back_kg": "1.5", "back_parcels": "1",
    },
    {
        "reference": "EXAMPLE-2", "recipient": "Max Muster", "company": "Muster GmbH",
        "address": "Friedländer Straße 14", "detail": "2nd floor", "postcode": "17033",
        "city": "Neubrandenburg", "country": "DE", "weight_kg": "96.5", "volume_m3": "1.1",
        "parcels": "1", "kind": "delivery", "method": "curbside", "payment": "cod",
        "cod_amount": "178.12", "currency": "EUR", "priority": "2",
        "requirements": "tail-lift;two-person", "service_min": "11", "setup_min": "2",
        "load:cages": "1", "service_min:truck": "7",
    },
    {
        "reference": "EXAMPLE-3", "recipient": "Return desk", "address": "Warliner Straße 6",
        "postcode": "17034", "city": "Neubrandenburg", "country": "DE", "lat": "53.563822",
        "lon": "13.289257", "window_start": "14:00", "window_end": "16:00", "parcels": "1",
        "barcodes": "RET-0001", "kind": "pickup", "method": "home", "priority": "0",
    },
)  # fmt: skip

_FLEET: Mapping[str, Sequence[Mapping[str, str]]] = {
    "depot": (
        {
            "name": "Depot", "address": "Warliner Straße 6", "postcode": "17034",
            "city": "Neubrandenburg", "country": "DE", "lat": "53.563822", "lon": "13.289257",
            "time_zone": "Europe/Berlin", "slots": "08:00-10:00, 10:00-12:00, 17:00-20:00",
        },
    ),
    "vehicle": (
        {
            "name": "Van 1", "plate": "AB-CD 1", "profile": "van", "weight_kg": "900",
            "volume_m3": "8.5", "parcels": "140", "cost_fixed": "45", "cost_km": "0.32",
            "cost_hour": "22", "active": "yes",
        },
        {
            "name": "Truck 1", "plate": "AB-CD 2", "profile": "truck", "weight_kg": "2800",
            "volume_m3": "21", "cost_fixed": "80", "cost_km": "0.58", "cost_hour": "24",
            "features": "tail-lift;cold", "active": "yes", "load:cages": "12",
        },
    ),
    "driver": (
        {"name": "Anna", "phone": "+49 30 23125 000", "skills": "fragile", "active": "yes"},
        {
            "name": "Deniz", "skills": "two-person;adr", "address": "Turmstraße 22",
            "postcode": "17033", "city": "Neubrandenburg", "country": "DE", "lat": "53.556899",
            "lon": "13.264674", "active": "yes",
        },
    ),
    "shift": (
        {
            "driver": "Anna", "vehicle": "Van 1", "depot": "Depot", "weekdays": "mon-fri",
            "start": "07:30", "end": "16:30", "break_earliest": "11:30", "break_latest": "13:30",
            "break_min": "30", "start_place": "depot", "end_place": "depot",
        },
        {
            "driver": "Deniz", "vehicle": "Truck 1", "depot": "Depot", "weekdays": "mon-fri",
            "start": "11:30", "end": "20:30", "start_place": "depot", "end_place": "home",
            "max_driving": "7:30", "reloads": "1", "reload_min": "20", "overtime_min": "30",
            "overtime_price": "35",
        },
    ),
}  # fmt: skip


def write_order_template(path: Path, day: date = date(2024, 3, 5)) -> None:
    """An order file with examples for `day`. Raises DispatchError."""
    rows = [{**order, "date": day.isoformat()} for order in _ORDERS]
    _write(path, {"orders": (_ORDER_COLUMNS, rows)})


def write_fleet_template(path: Path) -> None:
    """A fleet file with examples: one table as CSV, four sheets as XLSX. Raises DispatchError."""
    if path.suffix.lower() == ".xlsx":
        _write(path, {f"{kind}s": (COLUMNS[kind], rows) for kind, rows in _FLEET.items()})
        return
    columns = tuple(dict.fromkeys(("type", *(name for kind in COLUMNS for name in COLUMNS[kind]))))
    rows = [{"type": kind, **row} for kind, rows in _FLEET.items() for row in rows]
    _write(path, {"fleet": (columns, rows)})


def _write(
    path: Path, sheets: Mapping[str, tuple[Sequence[str], Sequence[Mapping[str, str]]]]
) -> None:
    match path.suffix.lower():
        case ".xlsx":
            _write_workbook(path, sheets)
        case ".csv":
            (columns, rows) = next(iter(sheets.values()))
            text = io.StringIO(newline="")
            writer = csv.DictWriter(text, columns, restval="", lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(rows)
            write_bytes(path, text.getvalue().encode("utf-8-sig"))
        case _:
            raise DispatchError(
                f"{path.name} should end in .csv or .xlsx: that says what to write."
            )


def _write_workbook(
    path: Path, sheets: Mapping[str, tuple[Sequence[str], Sequence[Mapping[str, str]]]]
) -> None:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, (columns, rows) in sheets.items():
        sheet = workbook.create_sheet(name)
        sheet.append(list(columns))
        sheet.freeze_panes = "A2"
        for position, column in enumerate(columns, start=1):
            sheet.cell(row=1, column=position).font = Font(bold=True)
            sheet.column_dimensions[get_column_letter(position)].width = max(10, len(column) + 2)
            for line, row in enumerate(rows, start=2):
                cell = sheet.cell(row=line, column=position, value=row.get(column) or None)
                # Text, so that codes keep their zeros and times stay as they are typed.
                cell.number_format = "@"
    with replacing(path) as part:
        workbook.save(part)
