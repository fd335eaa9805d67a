"""A planned day in any of the formats for other programs."""

from __future__ import annotations

from app.documents.export_csv import day_csv
from app.documents.export_day import DayExport, ExportFormat
from app.documents.export_geo import day_geojson, day_gpx
from app.documents.export_html import day_html
from app.documents.export_ical import day_ical
from app.documents.export_json import day_json


def export_bytes(day: DayExport, kind: ExportFormat) -> bytes:
    """The contents of the file; UTF-8 throughout."""
    match kind:
        case ExportFormat.JSON:
            return day_json(day).encode("utf-8", "replace")
        case ExportFormat.CSV:
            # Spreadsheet programs take a CSV file for UTF-8 only with the mark at its beginning.
            return day_csv(day).encode("utf-8-sig")
        case ExportFormat.GEOJSON:
            return day_geojson(day).encode("utf-8", "replace")
        case ExportFormat.GPX:
            return day_gpx(day).encode("utf-8", "replace")
        case ExportFormat.ICAL:
            return day_ical(day).encode("utf-8", "replace")
        case ExportFormat.HTML:
            return day_html(day).encode("utf-8", "replace")
