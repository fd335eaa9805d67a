"""Excel workbooks (XLSX), read sheet by sheet as a stream."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta
from itertools import repeat
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from app.documents.sheet_table import (
    BROKEN,
    SheetTable,
    damaged,
    no_sheet,
    number_text,
    open_archive,
    other_sheets,
)
from app.documents.tables import Row, is_blank
from app.domain.errors import ImportErrors

# It warns of what it would lose when saving (styles, validations); we never save what we read.
warnings.filterwarnings("ignore", module=r"openpyxl\.")

_UNCALCULATED = re.compile(
    rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>", re.DOTALL
)
_CHUNK = 1 << 20
_OVERLAP = 40_000
"""Longer than any cell with a formula."""


def xlsx_sheets(path: Path) -> tuple[str, ...]:
    """The names of the sheets that are not hidden. Raises ImportErrors."""
    open_archive(path).close()
    with ExitStack() as opened:
        return _visible(_load(path, opened, has_results=True))


def open_xlsx(path: Path, sheet: str | None) -> SheetTable:
    """The sheet of that name; without one, the first that is not hidden and not empty."""
    with open_archive(path) as archive:
        has_uncalculated = _has_uncalculated(path, archive)
    with ExitStack() as opened:
        workbook = _load(path, opened, has_results=True)
        formulas = _load(path, opened, has_results=False) if has_uncalculated else None
        try:
            sheets = _visible(workbook)
            if sheet is not None and sheet not in sheets:
                raise no_sheet(path.name, sheet, sheets)
            chosen = sheet or next((name for name in sheets if _has_cells(workbook[name])), None)
            if chosen is None:
                raise ImportErrors(f"{path.name} is empty: there is nothing on any of its sheets.")
            row_count = workbook[chosen].max_row or 0
            rows = _rows(workbook[chosen], formulas[chosen] if formulas is not None else None)
        except BROKEN as error:
            raise damaged(path.name) from error
        return SheetTable(
            name=path.name,
            sheet=chosen,
            rows=rows,
            row_count=row_count,
            close=opened.pop_all().close,
            notices=other_sheets(chosen, sheets) if sheet is None else (),
        )


def _load(path: Path, opened: ExitStack, *, has_results: bool) -> Any:
    # Given a path, openpyxl would go by the name's ending and not by what is in the file.
    file = opened.enter_context(path.open("rb"))
    try:
        workbook = load_workbook(file, read_only=True, data_only=has_results, keep_links=False)
    except BROKEN as error:
        raise damaged(path.name) from error
    opened.callback(workbook.close)
    return workbook


def _visible(workbook: Any) -> tuple[str, ...]:
    return tuple(each.title for each in workbook.worksheets if each.sheet_state == "visible")


def _has_cells(sheet: Any) -> bool:
    sheet.reset_dimensions()
    return any(
        not is_blank([cell_text(value) for value in values])
        for values in sheet.iter_rows(values_only=True)
    )


def _rows(sheet: Any, formulas: Any | None) -> Iterator[Row]:
    """Rows as text; a formula whose result was never stored stands for itself."""
    # Some programs write a wrong extent of the sheet, which would cut its rows.
    sheet.reset_dimensions()
    results = sheet.iter_rows(values_only=True)
    if formulas is not None:
        formulas.reset_dimensions()
    typed = formulas.iter_rows(values_only=True) if formulas is not None else repeat(())
    for line, (values, originals) in enumerate(zip(results, typed, strict=False), start=1):
        cells = [cell_text(value) for value in values]
        for column, original in enumerate(originals):
            is_formula = isinstance(original, str) and original.startswith("=")
            if is_formula and column < len(cells) and not cells[column]:
                cells[column] = original
        yield Row(line=line, last_line=line, cells=tuple(cells))


def cell_text(value: Any) -> str:
    """A cell's value as a person would type it, dates in ISO form."""
    match value:
        case None:
            return ""
        case str():
            return unescape(value) if "_x" in value else value
        case bool():
            return "true" if value else "false"
        case float():
            return number_text(value)
        case datetime():
            if value.time() == time():
                return value.date().isoformat()
            return value.isoformat(sep=" ", timespec="minutes" if not value.second else "seconds")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat(timespec="minutes" if not value.second else "seconds")
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            clock = f"{minutes // 60:02}:{minutes % 60:02}"
            return f"{clock}:{seconds:02}" if seconds else clock
        case _:
            return str(value)


def _has_uncalculated(path: Path, archive: zipfile.ZipFile) -> bool:
    """Whether some formula has no result: files that no spreadsheet program ever saved."""
    try:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as part:
                    rest = b""
                    while chunk := part.read(_CHUNK):
                        window = rest + chunk
                        if _UNCALCULATED.search(window):
                            return True
                        rest = window[-_OVERLAP:]
    except BROKEN as error:
        raise damaged(path.name) from error
    return False
