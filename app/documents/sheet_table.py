"""One sheet of a spreadsheet as a table, whatever the format it is stored in."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from xml.etree.ElementTree import ParseError

from app.documents.tables import MAX_COLUMNS, MAX_ROWS, Row, is_blank, trimmed_headers
from app.domain.errors import ImportErrors

MAX_FILE_BYTES = 200 << 20
MAX_SHEET_BYTES = 512 << 20
"""Of one part of the file, unpacked: some 400,000 orders. Sheets are read as streams, so this is a
question of patience, not of memory."""
MAX_PARTS_BYTES = 200 << 20
"""Of all parts that are kept in memory, unpacked: shared texts, styles."""

BROKEN = (
    OSError, ValueError, LookupError, TypeError, AttributeError, EOFError, RuntimeError,
    ArithmeticError, zipfile.BadZipFile, zlib.error, ParseError,
)  # fmt: skip
"""What the libraries raise for files that are not as their format says."""

_DIGITS_LOST = re.compile(r"-?\d+\.0")


class SheetTable:
    """An open sheet; see Table. Raises ImportErrors where the file is damaged."""

    delimiter = ""
    encoding = ""

    def __init__(
        self,
        *,
        name: str,
        sheet: str,
        rows: Iterator[Row],
        row_count: int,
        close: Callable[[], None],
        notices: tuple[str, ...] = (),
    ) -> None:
        self.sheet = sheet
        self.notices = notices
        self._name = name
        self._source = rows
        self._row_count = row_count
        self._line = 0
        self._close = close
        try:
            header = next(self.rows(), None)
            self.headers = trimmed_headers(header.cells) if header is not None else ()
            if len(self.headers) > MAX_COLUMNS:
                raise ImportErrors(
                    f"Sheet {sheet} of {name} has more than {MAX_COLUMNS:,} columns. Leave out "
                    "those that are not needed."
                )
        except BaseException:
            close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    @property
    def fraction(self) -> float:
        return min(1.0, self._line / self._row_count) if self._row_count else 0.0

    def rows(self) -> Iterator[Row]:
        count = 0
        try:
            for row in self._source:
                self._line = row.line
                if is_blank(row.cells):
                    continue
                count += 1
                if count > MAX_ROWS:
                    raise ImportErrors(
                        f"{self._name} has more than {MAX_ROWS:,} rows: split it into parts."
                    )
                yield row
        except BROKEN as error:
            raise damaged(self._name) from error


def open_archive(path: Path) -> zipfile.ZipFile:
    """The spreadsheet as the zip archive it is, checked against what would unpack to too much."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise ImportErrors(
            f"{path.name} has {path.stat().st_size >> 20:,} MB. Spreadsheets up to "
            f"{MAX_FILE_BYTES >> 20:,} MB can be read: save it as CSV, or split it."
        )
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN as error:
        raise damaged(path.name) from error
    parts = archive.infolist()
    # Python reads no part further than the size written here, so these sizes can be believed.
    kept = sum(part.file_size for part in parts if not _is_streamed(part.filename))
    if kept > MAX_PARTS_BYTES:
        archive.close()
        raise ImportErrors(
            f"{path.name} would unpack to more than memory allows. Save it as CSV, or split it."
        )
    largest = max((part.file_size for part in parts), default=0)
    if largest > MAX_SHEET_BYTES:
        archive.close()
        raise ImportErrors(
            f"A sheet of {path.name} has {largest >> 20:,} MB unpacked, which would take very long "
            f"to read; {MAX_SHEET_BYTES >> 20:,} MB are allowed. Delete the empty rows below the "
            "orders, save it as CSV, or split it."
        )
    if any(part.flag_bits & 1 for part in parts):
        archive.close()
        raise locked(path.name)
    return archive


def _is_streamed(part: str) -> bool:
    return part.startswith(("xl/worksheets/", "xl/media/", "Pictures/")) or part == "content.xml"


def locked(name: str) -> ImportErrors:
    return ImportErrors(
        f"{name} is protected by a password. Open it in the spreadsheet program and save it "
        "without a password."
    )


def damaged(name: str) -> ImportErrors:
    return ImportErrors(
        f"{name} is damaged or is no spreadsheet. Open it in the spreadsheet program and save it "
        "again as XLSX or CSV."
    )


def no_sheet(name: str, wanted: str, found: tuple[str, ...]) -> ImportErrors:
    return ImportErrors(
        f"{name} has no sheet called {wanted}; it has {', '.join(found) or 'none'}."
    )


def other_sheets(read: str, sheets: tuple[str, ...]) -> tuple[str, ...]:
    others = [name for name in sheets if name != read]
    if not others:
        return ()
    return (f"Only the sheet {read} was read; there are also {', '.join(others)}.",)


def number_text(value: float) -> str:
    """A number as a person would type it."""
    text = repr(value)
    return text[:-2] if _DIGITS_LOST.fullmatch(text) else text
