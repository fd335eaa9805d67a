"""Spreadsheets: XLSX and ODS as people and programs write them, and what is refused."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table as OdsTable
from odf.table import TableCell, TableRow
from odf.text import P
from openpyxl import Workbook

from app.documents import sheet_table
from app.documents.table_file import open_table, sheet_names
from app.domain.errors import ImportErrors


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def cells(path: Path, sheet: str | None = None) -> list[tuple[int, tuple[str, ...]]]:
    with open_table(path, sheet) as table:
        return [(row.line, row.cells) for row in table.rows()]


def test_values_read_as_a_person_would_type_them(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "orders.xlsx",
        orders=[
            ["reference", "date", "from", "at", "weight", "parcels", "cold"],
            [
                4006381333931,
                date(2024, 3, 5),
                time(8, 30),
                datetime(2024, 3, 5, 9, 15),  # noqa: DTZ001 (a sheet's clock has no zone)
                4.6,
                2,
                True,
            ],
            [],
            ["B", None, None, None, 3.0, None, None],
        ],
    )
    (first_line, first), (second_line, second) = cells(path)
    assert first_line == 2
    assert first == ("4006381333931", "2024-03-05", "08:30", "2024-03-05 09:15", "4.6", "2", "true")
    assert second_line == 4
    assert second[:5] == ("B", "", "", "", "3")


@pytest.mark.parametrize("name", ["orders.csv", "orders.bin", "orders"])
def test_a_workbook_is_known_by_what_is_in_it(tmp_path: Path, name: str) -> None:
    path = workbook(tmp_path / "orders.xlsx", orders=[["reference"], ["A"]]).rename(tmp_path / name)
    assert cells(path) == [(2, ("A",))]
    assert sheet_names(path) == ("orders",)


def test_the_first_sheet_with_cells_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "o.xlsx", Cover=[], Orders=[["a"], ["1"]], Notes=[["x"]])
    with open_table(path) as table:
        assert table.sheet == "Orders"
        assert "Cover, Notes" in table.notices[0]
    assert sheet_names(path) == ("Cover", "Orders", "Notes")
    assert cells(path, "Notes") == []
    with pytest.raises(ImportErrors, match="no sheet called Fleet; it has Cover, Orders, Notes"):
        open_table(path, "Fleet")


def test_a_formula_that_was_never_calculated_stands_for_itself(tmp_path: Path) -> None:
    path = workbook(tmp_path / "o.xlsx", Orders=[["a", "b"], ["x", "=1+2"], ["y", 7]])
    assert cells(path) == [(2, ("x", "=1+2")), (3, ("y", "7"))]


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportErrors, match="is empty"):
        open_table(workbook(tmp_path / "o.xlsx", Orders=[]))


def test_a_truncated_workbook_is_refused_with_its_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "o.xlsx", Orders=[["a"], ["1"]])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ImportErrors, match=r"o\.xlsx is damaged"):
        open_table(path)


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path / "o.xlsx", Orders=[["a"], ["1"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/bomb.xml", b"0" * 3_000_000)
    monkeypatch.setattr(sheet_table, "MAX_PARTS_BYTES", 2_000_000)
    with pytest.raises(ImportErrors, match="unpack to more than memory allows"):
        open_table(path)


def test_a_sheet_that_would_take_very_long_to_read_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path / "o.xlsx", Orders=[["a"], *[[f"order {n}"] for n in range(60_000)]])
    monkeypatch.setattr(sheet_table, "MAX_SHEET_BYTES", 1 << 20)
    with pytest.raises(ImportErrors, match=r"A sheet of o\.xlsx has \d MB unpacked.*1 MB"):
        open_table(path)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (OLE + b"\0" * 600, r"old Excel format \(XLS\).*save the table as XLSX or CSV"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"%PDF-1.7", "is a PDF"),
        (b"\x1f\x8b\x08\0", "a compressed file"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a web page or XML file"),
        (b'{"orders": []}', "a JSON file"),
    ],
)
def test_foreign_files_are_named_with_a_remedy(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    with pytest.raises(ImportErrors, match=message):
        open_table(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImportErrors, match=r"none\.csv can't be opened"):
        open_table(tmp_path / "none.csv")


def ods(path: Path, rows: list[list[TableCell]], **repeated: int) -> Path:
    document = OpenDocumentSpreadsheet()
    sheet = OdsTable(name="Orders & more")
    for cell_row in rows:
        row = TableRow()
        for cell in cell_row:
            row.addElement(cell)
        sheet.addElement(row)
    for count in repeated.values():
        row = TableRow(numberrowsrepeated=count)
        row.addElement(TableCell(numbercolumnsrepeated=1_000))
        sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    document.save(str(path))
    return path


def text_cell(*paragraphs: str, **attributes: object) -> TableCell:
    cell = TableCell(valuetype="string", **attributes)
    for paragraph in paragraphs:
        cell.addElement(P(text=paragraph))
    return cell


def test_an_ods_cell_that_does_not_say_that_it_is_text_is_text(tmp_path: Path) -> None:
    def untyped(text: str) -> TableCell:
        cell = TableCell()
        cell.addElement(P(text=text))
        return cell

    path = ods(tmp_path / "orders.ods", [[untyped("reference")], [untyped("A")]], blank=9)
    with open_table(path) as table:
        assert [row.cells for row in table.rows()] == [("A",)]


def test_an_ods_sheet_is_read_like_any_other(tmp_path: Path) -> None:
    path = ods(
        tmp_path / "orders.ods",
        [
            [text_cell(name) for name in ("reference", "date", "at", "weight", "notes", "x", "y")],
            [
                text_cell("A"),
                TableCell(valuetype="date", datevalue="2024-03-05"),
                TableCell(valuetype="time", timevalue="PT08H30M00S"),
                TableCell(valuetype="float", value="4.6"),
                text_cell("first", "second"),
                text_cell("twice", numbercolumnsrepeated=2),
            ],
        ],
        blank=1_000_000,
    )
    with open_table(path) as table:
        assert table.sheet == "Orders & more"
        (row,) = table.rows()
    assert row.line == 2
    assert row.cells == ("A", "2024-03-05", "08:30", "4.6", "first\nsecond", "twice", "twice")


def test_an_ods_with_entities_is_refused(tmp_path: Path) -> None:
    path = ods(tmp_path / "o.ods", [[text_cell("a")], [text_cell("1")]])
    hostile = tmp_path / "hostile.ods"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(hostile, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "content.xml":
                content = content.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "aaaa">]>', 1)
            target.writestr(name, content)
    with pytest.raises(ImportErrors, match="damaged"):
        open_table(hostile)
