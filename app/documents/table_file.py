"""Opens any table file, by what is in it and not by what it is called."""

from __future__ import annotations

import codecs
from pathlib import Path

from app.documents.csv_table import CsvTable
from app.documents.ods_table import ods_sheets, open_ods
from app.documents.sheet_table import damaged, locked, open_archive
from app.documents.tables import Table
from app.domain.errors import ImportErrors

_ZIP = b"PK"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"Rar!", "a compressed file"),
    (b"SQLite format 3", "a database"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "a text document"),
)
_MARKUP = (b"<!doctype html", b"<html", b"<?xml", b"<table")


def open_table(path: Path, sheet: str | None = None, encoding: str | None = None) -> Table:
    """An open CSV, XLSX or ODS file; `sheet` and `encoding` are for those who know better.

    Raises ImportErrors, saying what the file is and what to do, where it is no such table.
    """
    kind = _kind(path)
    if kind == "xlsx":
        # Here and not above: openpyxl is a fifth of a second of every start of the program.
        from app.documents.xlsx_table import open_xlsx

        return open_xlsx(path, sheet)
    if kind == "ods":
        return open_ods(path, sheet)
    if encoding is not None:
        try:
            codecs.lookup(encoding)
        except LookupError as error:
            raise ImportErrors(f"There is no encoding called {encoding}.") from error
    try:
        return CsvTable(path, encoding)
    except OSError as error:
        raise _unreadable(path, error) from error


def sheet_names(path: Path) -> tuple[str, ...]:
    """The sheets of a spreadsheet; none for a text file."""
    match _kind(path):
        case "xlsx":
            from app.documents.xlsx_table import xlsx_sheets

            return xlsx_sheets(path)
        case "ods":
            return ods_sheets(path)
        case _:
            return ()


def _kind(path: Path) -> str:
    try:
        with path.open("rb") as file:
            head = file.read(4_096)
            if head.startswith(_OLE):
                # The directory may lie anywhere in the file, but such files are small.
                raise _old_excel(path, head + file.read(64 << 20))
    except OSError as error:
        raise _unreadable(path, error) from error
    if head.startswith(_ZIP):
        with open_archive(path) as archive:
            names = archive.namelist()
        if "xl/workbook.xml" in names:
            return "xlsx"
        if "content.xml" in names:
            return "ods"
        if "xl/workbook.bin" in names:
            raise _foreign(path, "a binary workbook (XLSB)")
        raise _foreign(path, "an archive") if names else damaged(path.name)
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise _foreign(path, what)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_MARKUP):
        raise _foreign(path, "a web page or XML file")
    if start.startswith((b"{", b"[{", b"[\n", b"[\r")):
        raise _foreign(path, "a JSON file")
    return "csv"


def _old_excel(path: Path, content: bytes) -> ImportErrors:
    if _ENCRYPTED in content:
        return locked(path.name)
    return _foreign(path, "a file of the old Excel format (XLS)")


def _foreign(path: Path, what: str) -> ImportErrors:
    return ImportErrors(
        f"{path.name} is {what}, which can't be read here. Open it in the program it comes from "
        "and save the table as XLSX or CSV."
    )


def _unreadable(path: Path, error: OSError) -> ImportErrors:
    return ImportErrors(
        f"{path} can't be opened: {error.strerror or error}. Check the path, and close the "
        "program that has the file open."
    )
