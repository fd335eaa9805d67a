"""The report of refused rows: complete, harmless to open, and importable once corrected."""

from __future__ import annotations

import csv
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table as OdsTable
from odf.table import TableCell, TableRow
from odf.text import P
from openpyxl import Workbook

from app.documents.order_file import ReadOptions, RowResult, open_orders, read_orders
from app.documents.report_file import ReportFile
from app.domain.errors import Cancelled
from tests.factories import DAY

OPTIONS = ReadOptions(zone=ZoneInfo("Europe/Berlin"), day=DAY)


def report_on(path: Path, target: Path) -> list[RowResult]:
    """Read orders and write the report of those refused; give these back."""
    refused = []
    with (
        open_orders(path, OPTIONS) as file,
        ReportFile(target, file.headers, file.delimiter) as report,
    ):
        for result in file.results():
            report.add(result)
            if result.is_refused:
                refused.append(result)
        assert report.count == len(refused)
    return refused


def rows_of(path: Path, delimiter: str) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


@pytest.mark.parametrize(
    ("name", "delimiter"),
    [("orders-dirty-200", ","), ("orders-dirty-60-semicolon-coords", ";")],
)
def test_the_report_holds_every_refused_row_with_its_reason(
    shared_data: Path, tmp_path: Path, name: str, delimiter: str
) -> None:
    target = tmp_path / "refused.csv"
    refused = report_on(shared_data / "orders" / f"{name}.csv", target)
    header, *rows = rows_of(target, delimiter)
    assert header[:4] == ["problem line", "problem column", "problem", "reference"]
    assert [row[0] for row in rows] == [str(result.line) for result in refused]
    assert all(row[2] for row in rows)
    again = list(read_orders(target, OPTIONS))
    assert [r.reference for r in again if r.is_refused] == [
        # The other of a pair of duplicates is not in the report, so this one is free now.
        result.reference
        for result in refused
        if result.problems[-1].code != "reference_duplicate"
    ]


def test_a_corrected_report_is_imported(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(
        'reference;address;notes;weight\nA;Weg 1;"=1+1\nsecond";-4\nB;Weg 2;@x;5\n',
        encoding="utf-8",
    )
    target = tmp_path / "refused.csv"
    report_on(path, target)
    text = target.read_text(encoding="utf-8-sig")
    assert "'=1+1" in text, "no spreadsheet runs it as a formula"
    target.write_text(text.replace(";-4", ";4"), encoding="utf-8-sig")
    (result,) = read_orders(target, OPTIONS)
    assert result.draft is not None
    assert (result.draft.reference, result.draft.weight_g) == ("A", 4_000)
    assert result.draft.notes == "=1+1\nsecond"


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_corrected_report_of_a_spreadsheet_is_imported(tmp_path: Path, kind: str) -> None:
    """Spreadsheets leave out the empty cells at the end of a row; a text file that does is cut."""
    path = tmp_path / f"orders.{kind}"
    sheet = [("reference", "address", "weight", "notes", "phone"), ("A", "Weg 1", "-4")]
    if kind == "xlsx":
        book = Workbook(write_only=True)
        page = book.create_sheet()
        for cells in sheet:
            page.append(cells)
        book.save(path)
    else:
        document = OpenDocumentSpreadsheet()
        table = OdsTable(name="Orders")
        for cells in sheet:
            row = TableRow()
            for text in cells:
                cell = TableCell(valuetype="string")
                cell.addElement(P(text=text))
                row.addElement(cell)
            table.addElement(row)
        document.spreadsheet.addElement(table)
        document.save(path)
    target = tmp_path / "refused.csv"
    report_on(path, target)
    target.write_text(target.read_text("utf-8-sig").replace(",-4", ",4"), encoding="utf-8-sig")
    (result,) = read_orders(target, OPTIONS)
    assert not result.is_refused
    assert result.draft is not None
    assert (result.draft.reference, result.draft.weight_g) == ("A", 4_000)


def test_a_report_of_a_report_tells_the_new_reasons_only(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("reference,address,weight\nA,Weg 1,-4\nB,,-1\n", encoding="utf-8")
    report_on(path, tmp_path / "first.csv")
    report_on(tmp_path / "first.csv", tmp_path / "second.csv")
    header, first, second = rows_of(tmp_path / "second.csv", ",")
    assert header.count("problem") == 1
    assert first[:2] == ["2", "weight"]
    assert second[:2] == ["3", "address, weight"]


def test_all_rows_of_a_refused_shop_order_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text(
        "Name,Lineitem name,Shipping Zip,Shipping Address1\n#1,Mug,17033,Weg 1\n#1,Cup,99999,\n",
        encoding="utf-8",
    )
    report_on(path, tmp_path / "refused.csv")
    _, *rows = rows_of(tmp_path / "refused.csv", ",")
    assert [row[0] for row in rows] == ["2", "3"]
    assert [row[3:5] for row in rows] == [["#1", "Mug"], ["#1", "Cup"]]


def test_nothing_is_written_where_nothing_was_refused(sample: Path, tmp_path: Path) -> None:
    assert report_on(sample / "orders.csv", tmp_path / "refused.csv") == []
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_import_leaves_the_old_report(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("reference,address,weight\nA,Weg 1,-4\n", encoding="utf-8")
    target = tmp_path / "refused.csv"
    target.write_text("old", encoding="utf-8")
    (result,) = read_orders(path, OPTIONS)
    with suppress(Cancelled), ReportFile(target, ["reference"], ",") as report:
        report.add(result)
        raise Cancelled("The import was cancelled.")
    assert target.read_text(encoding="utf-8") == "old"
    assert sorted(tmp_path.iterdir()) == [path, target]
