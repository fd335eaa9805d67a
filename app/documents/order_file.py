"""Order files of every kind: each row is taken or refused, with its line, column and reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self

from app.documents.cells import shown
from app.documents.order_columns import PROBLEM_COLUMNS, Preset, normalised
from app.documents.order_detection import resolve
from app.documents.order_drafts import OrderDraft, RowProblem, RowResult, Severity
from app.documents.order_reading import OrderRead, OrderReader, ReadOptions
from app.documents.progress import IsCancelled, Report
from app.documents.table_file import open_table
from app.documents.tables import Flaw, Row, Table
from app.domain.errors import Cancelled, ImportErrors

__all__ = [
    "OrderDraft",
    "OrderFile",
    "ReadOptions",
    "RowProblem",
    "RowResult",
    "Severity",
    "open_orders",
    "read_orders",
]

_FLAWS = {
    Flaw.QUOTE_UNCLOSED: "a quotation mark opens a cell here and is not closed where the cell ends",
    Flaw.TOO_LONG: "a cell is longer than a spreadsheet's can be",
    Flaw.BROKEN: "its quotation marks or line breaks can't be understood",
}
_OF_ITEMS = frozenset({"item", "requires_shipping"})
"""Fields that may differ between the item rows of one order."""
_TOLD_ONCE = frozenset({"decimal_comma", "currency_of_depot"})
_UNNAMED_LOAD = re.compile(r"load ?#? ?\d+")
_NO = frozenset({"false", "no", "0", "nein"})
_REPORT_EVERY = 500
_ROWS_OF_ONE_ORDER = 1_000


class OrderFile:
    """An open order file whose columns are understood; made by open_orders."""

    def __init__(self, path: Path, table: Table, options: ReadOptions) -> None:
        self._name = path.name
        self._table = table
        self.headers = table.headers
        self.delimiter = table.delimiter
        self.encoding = table.encoding
        self.sheet = table.sheet
        self.notices = table.notices
        self.preset: Preset
        self.columns: Mapping[str, str]
        """Field → header."""
        self.preset, self.columns = resolve(table.headers, options.preset, options.columns)
        used = set(self.columns.values())
        self.ignored = tuple(
            header
            for header in table.headers
            if header and header not in used and normalised(header) not in PROBLEM_COLUMNS
        )
        """Headers of columns that say nothing about an order here."""
        self.notices += _unnamed_loads(self.ignored)
        self._rows = table.rows()
        first = next(self._rows, None)
        if first is None:
            raise ImportErrors(f"{path.name} has column headers, but no row below them.")
        self._rows = chain((first,), self._rows)
        if options.day is None and not _may_name_day(self.columns):
            raise ImportErrors(
                f"{path.name} has no column with the day of service. Give the day of the import."
            )
        self._reader = OrderReader(
            preset=self.preset,
            columns=self.columns,
            positions={name: self.headers.index(h) for name, h in self.columns.items()},
            options=options,
            # Where the comma does not part the columns, it parts decimals.
            is_comma_decimal=table.delimiter not in ("", ","),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._table.__exit__(kind, error, trace)

    def results(
        self, report: Report | None = None, cancelled: IsCancelled | None = None
    ) -> Iterator[RowResult]:
        """What becomes of each order, once; a row that fetches and brings goods is two orders.

        Raises Cancelled, and ImportErrors half-way."""
        seen, told = _Seen(), _Told()
        for count, rows in enumerate(self._orders()):
            if count % _REPORT_EVERY == 0:
                if cancelled is not None and cancelled():
                    raise Cancelled(f"The import of {self._name} was cancelled.")
                if report is not None:
                    report(self._table.fraction, f"Line {rows[0].line:,} of {self._name}")
            results = tuple(seen.checked(each, self.columns) for each in self._results(rows))
            refused = tuple(each for each in results if each.is_refused)
            # Half a pair is of no use.
            for each in refused[-1:] or results:
                yield told.first(each)
        if report is not None:
            report(1.0, f"{self._name} was read")

    def _orders(self) -> Iterator[tuple[Row, ...]]:
        """The rows of each order: neighbours of one reference where they are items."""
        if "item" not in self.columns:
            yield from ((row,) for row in self._rows)
            return
        position = self.headers.index(self.columns["reference"])
        together: list[Row] = []
        for row in self._rows:
            is_same = (
                together
                and not self._flaw(row)
                and not self._flaw(together[0])
                and row.cells[position].strip() in ("", together[0].cells[position].strip())
                and len(together) < _ROWS_OF_ONE_ORDER
            )
            if not is_same and together:
                yield tuple(together)
                together = []
            together.append(row)
        if together:
            yield tuple(together)

    def _results(self, rows: tuple[Row, ...]) -> tuple[RowResult, ...]:
        problems = [problem for row in rows if (problem := self._flaw(row)) is not None]
        if not problems and len(rows) > 1:
            problems = self._disagreements(rows)
        if not problems and self._needs_no_shipping(rows):
            problems = [self._no_shipping(rows[0])]
        if problems:
            reference = self._cell(rows[0], "reference")
            read: tuple[OrderRead, ...] = (
                OrderRead(reference=reference, problems=tuple(problems)),
            )
        else:
            read = self._reader.read(_fitted(rows[0], len(self.headers)))
        return tuple(
            RowResult(
                line=rows[0].line,
                last_line=rows[-1].last_line,
                reference=each.reference,
                draft=each.draft,
                problems=each.problems,
                rows=rows,
            )
            for each in read
        )

    def _cell(self, row: Row, name: str) -> str:
        """Empty where the file has no such column, or the row ends before it."""
        header = self.columns.get(name)
        position = self.headers.index(header) if header is not None else len(row.cells)
        return row.cells[position].strip() if position < len(row.cells) else ""

    def _flaw(self, row: Row) -> RowProblem | None:
        """Why the row can't be read at all."""
        width = len(self.headers)
        if row.flaw is not None:
            return _row_problem(row, row.flaw.value, _FLAWS[row.flaw])
        extra = [cell for cell in row.cells[width:] if cell.strip()]
        if extra:
            return _row_problem(
                row, "columns_extra",
                f"it has more cells than there are columns: {shown(', '.join(extra))}; put cells "
                "with the delimiter in them in quotation marks",
            )  # fmt: skip
        # Spreadsheets leave out empty cells at the end of a row; in a text file one is lost.
        if len(row.cells) < width and self.delimiter:
            return _row_problem(
                row, "columns_missing",
                f"it has {len(row.cells)} of {width} cells: it was cut off, or lacks delimiters",
            )  # fmt: skip
        return None

    def _disagreements(self, rows: tuple[Row, ...]) -> list[RowProblem]:
        """Where item rows of one order tell different things about the order."""
        return [
            RowProblem(
                line=row.line,
                column=header,
                code="items_disagree",
                text=f"the order says something else in line {rows[0].line}",
                severity=Severity.REJECT,
            )
            for row in rows[1:]
            for name, header in self.columns.items()
            if name not in _OF_ITEMS
            and self._cell(row, name) not in ("", self._cell(rows[0], name))
        ]

    def _needs_no_shipping(self, rows: tuple[Row, ...]) -> bool:
        return "requires_shipping" in self.columns and all(
            self._cell(row, "requires_shipping").casefold() in _NO for row in rows
        )

    def _no_shipping(self, row: Row) -> RowProblem:
        return RowProblem(
            line=row.line,
            column=self.columns["requires_shipping"],
            code="no_shipping",
            text="nothing in it has to be shipped",
            severity=Severity.SKIP,
        )


def open_orders(path: Path, options: ReadOptions) -> OrderFile:
    """An order file, ready to be read; close it, or use it in a `with` block.

    Raises ImportErrors where no order can be taken from the file at all.
    """
    table = open_table(path, options.sheet, options.encoding)
    try:
        return OrderFile(path, table, options)
    except BaseException:
        table.__exit__(None, None, None)
        raise


def read_orders(
    path: Path,
    options: ReadOptions,
    report: Report | None = None,
    cancelled: IsCancelled | None = None,
) -> Iterator[RowResult]:
    """What becomes of each order of a file, as open_orders and OrderFile.results."""
    with open_orders(path, options) as file:
        yield from file.results(report, cancelled)


class _Told:
    """What is said of a column once, at the first row that it is true of."""

    def __init__(self) -> None:
        self._columns: set[tuple[str, str]] = set()

    def first(self, result: RowResult) -> RowResult:
        """The result without what was told of its columns before."""
        again = [
            problem
            for problem in result.problems
            if problem.code in _TOLD_ONCE and (problem.code, problem.column) in self._columns
        ]
        self._columns |= {(problem.code, problem.column) for problem in result.problems}
        if not again:
            return result
        return replace(result, problems=tuple(p for p in result.problems if p not in again))


class _Seen:
    """References and barcodes that were taken, with their lines."""

    def __init__(self) -> None:
        self._references: dict[str, int] = {}
        self._barcodes: dict[str, int] = {}

    def checked(self, result: RowResult, columns: Mapping[str, str]) -> RowResult:
        """The result, refused where its reference or a barcode was taken before."""
        draft = result.draft
        if draft is None:
            return result
        first = self._references.get(draft.reference)
        if first is not None:
            column = columns.get("reference", "")
            text = f"the reference {shown(draft.reference)} is in line {first:,} already"
            return _refused(result, column, "reference_duplicate", text)
        for barcode in draft.barcodes:
            first = self._barcodes.get(barcode)
            if first is not None:
                text = f"the barcode {shown(barcode)} is in line {first:,} already"
                return _refused(result, columns["barcodes"], "barcode_duplicate", text)
        self._references[draft.reference] = draft.line
        for barcode in draft.barcodes:
            self._barcodes[barcode] = draft.line
        return result


def _refused(result: RowResult, column: str, code: str, text: str) -> RowResult:
    problem = RowProblem(
        line=result.line, column=column, code=code, text=text, severity=Severity.REJECT
    )
    return replace(result, draft=None, problems=(*result.problems, problem))


def _row_problem(row: Row, code: str, text: str) -> RowProblem:
    return RowProblem(line=row.line, column="", code=code, text=text, severity=Severity.REJECT)


def _fitted(row: Row, width: int) -> Row:
    if len(row.cells) == width:
        return row
    cells = (*row.cells[:width], *("",) * (width - len(row.cells)))
    return replace(row, cells=cells)


def _unnamed_loads(headers: Iterable[str]) -> tuple[str, ...]:
    """A notice of the loads that the file only numbers: nobody can tell what they are."""
    loads = [header for header in headers if _UNNAMED_LOAD.fullmatch(normalised(header))]
    if not loads:
        return ()
    return (
        f"{', '.join(loads)}: not taken, as the name does not say what is counted. Choose the "
        "column for the weight, the volume or the parcels, or call it “Load: crates” for crates.",
    )


def _may_name_day(columns: Mapping[str, str]) -> bool:
    return not columns.keys().isdisjoint(
        ("date", "window", "window_start", "window_end", "assigned")
    )
