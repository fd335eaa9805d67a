"""OpenDocument spreadsheets (ODS), read sheet by sheet as a stream."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, iterparse

from app.documents.sheet_table import (
    BROKEN,
    SheetTable,
    damaged,
    locked,
    no_sheet,
    number_text,
    open_archive,
    other_sheets,
)
from app.documents.tables import MAX_CELL_CHARS, MAX_COLUMNS, MAX_ROWS, Row
from app.domain.errors import ImportErrors

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_SHEET_NAME = re.compile(rb"<table:table\s[^>]*?table:name=\"([^\"]*)\"")
_DURATION = re.compile(r"PT(\d+)H(\d+)M(?:(\d+)(?:[.,]\d+)?S)?")
_CHUNK = 1 << 20


def ods_sheets(path: Path) -> tuple[str, ...]:
    """The names of the sheets. Raises ImportErrors."""
    with _open(path) as archive:
        return _sheet_names(path, archive)


def open_ods(path: Path, sheet: str | None) -> SheetTable:
    """The sheet of that name; without one, the first that is not empty."""
    archive = _open(path)
    try:
        sheets = _sheet_names(path, archive)
        if sheet is not None and sheet not in sheets:
            raise no_sheet(path.name, sheet, sheets)
        chosen = sheet or _first_with_cells(archive)
        if chosen is None:
            raise ImportErrors(f"{path.name} is empty: there is nothing on any of its sheets.")
    except BROKEN as error:
        archive.close()
        raise damaged(path.name) from error
    except ImportErrors:
        archive.close()
        raise
    return SheetTable(
        name=path.name,
        sheet=chosen,
        rows=(row for name, row in _rows(archive) if name == chosen),
        row_count=0,
        close=archive.close,
        notices=other_sheets(chosen, sheets) if sheet is None else (),
    )


def _open(path: Path) -> zipfile.ZipFile:
    archive = open_archive(path)
    try:
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise locked(path.name)
        with archive.open("content.xml") as content:
            # Entities could unpack to any length; no spreadsheet program declares any.
            if b"<!DOCTYPE" in content.read(4_096):
                raise damaged(path.name)
    except BROKEN as error:
        archive.close()
        raise damaged(path.name) from error
    except ImportErrors:
        archive.close()
        raise
    return archive


def _sheet_names(path: Path, archive: zipfile.ZipFile) -> tuple[str, ...]:
    names: dict[str, None] = {}
    try:
        with archive.open("content.xml") as content:
            rest = b""
            while chunk := content.read(_CHUNK):
                window = rest + chunk
                for match in _SHEET_NAME.finditer(window):
                    names[html.unescape(match[1].decode("utf-8", "replace"))] = None
                rest = window[-2_000:]
    except BROKEN as error:
        raise damaged(path.name) from error
    return tuple(names)


def _first_with_cells(archive: zipfile.ZipFile) -> str | None:
    return next((name for name, row in _rows(archive) if any(row.cells)), None)


def _rows(archive: zipfile.ZipFile) -> Iterator[tuple[str, Row]]:
    """Every row that holds anything, with the name of its sheet."""
    name, line, depth = "", 0, 0
    with archive.open("content.xml") as content:
        for event, element in iterparse(content, events=("start", "end")):
            if element.tag == f"{_TABLE}table":
                depth += 1 if event == "start" else -1
                # A table inside a cell is a picture's or a chart's, not a sheet.
                if event == "start" and depth == 1:
                    name, line = element.get(f"{_TABLE}name", ""), 0
                elif event == "end" and depth == 0:
                    element.clear()
            elif event == "end" and element.tag == f"{_TABLE}table-row" and depth == 1:
                repeats = _repeats(element, "rows")
                cells = _cells(element)
                element.clear()
                # Formatted but empty rows are repeated to the end of the sheet.
                for offset in range(min(repeats, MAX_ROWS) if cells else 0):
                    number = line + offset + 1
                    yield name, Row(line=number, last_line=number, cells=cells)
                line += repeats


def _cells(row: Element) -> tuple[str, ...]:
    cells: list[str] = []
    blanks = 0
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        repeats = _repeats(cell, "columns")
        text = _cell_text(cell)
        if not text:
            blanks += repeats
            continue
        cells.extend([""] * min(blanks, MAX_COLUMNS + 1))
        cells.extend([text] * min(repeats, MAX_COLUMNS + 1))
        blanks = 0
        if len(cells) > 2 * MAX_COLUMNS:
            break
    return tuple(cells)


def _repeats(element: Element, what: str) -> int:
    return max(1, int(element.get(f"{_TABLE}number-{what}-repeated", "1")))


def _cell_text(cell: Element) -> str:
    match cell.get(f"{_OFFICE}value-type"):
        case "float" | "currency" | "percentage":
            return number_text(float(cell.get(f"{_OFFICE}value", "nan")))
        case "date":
            return _date_text(cell.get(f"{_OFFICE}date-value", ""))
        case "time":
            return _time_text(cell.get(f"{_OFFICE}time-value", ""))
        case "boolean":
            return cell.get(f"{_OFFICE}boolean-value", "")
        case _:  # text; some programs don't say so
            paragraphs = [_paragraph(each) for each in cell if each.tag == f"{_TEXT}p"]
            return "\n".join(paragraphs)[: MAX_CELL_CHARS + 1]


def _date_text(value: str) -> str:
    day, _, clock = value.partition("T")
    clock = clock.partition(".")[0]
    if clock in ("", "00:00:00"):
        return day
    return f"{day} {clock.removesuffix(':00')}"


def _time_text(value: str) -> str:
    match = _DURATION.fullmatch(value)
    if match is None:
        return value
    hours, minutes, seconds = int(match[1]), int(match[2]), int(match[3] or 0)
    return f"{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")


def _paragraph(element: Element) -> str:
    parts = [element.text or ""]
    for child in element:
        match child.tag.removeprefix(_TEXT):
            case "s":
                parts.append(" " * min(int(child.get(f"{_TEXT}c", "1")), MAX_CELL_CHARS))
            case "tab":
                parts.append("\t")
            case "line-break":
                parts.append("\n")
            case _ if child.tag.startswith(_TEXT):
                parts.append(_paragraph(child))
        parts.append(child.tail or "")
    return "".join(parts)
