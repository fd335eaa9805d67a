"""The report of refused rows: as they stood in the file, with the reason, to be corrected there."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from app.documents.atomic_file import replacing
from app.documents.cells import neutralised
from app.documents.order_columns import PROBLEM_COLUMNS, normalised
from app.documents.order_drafts import RowResult, Severity


class ReportFile:
    """A CSV file that is there when the block ends well, and only if a row was refused.

    It has the columns of the imported file, so that it can be imported itself once corrected;
    the reasons stand in the first columns, which the import does not look at.
    """

    def __init__(self, path: Path, headers: Sequence[str], delimiter: str = ",") -> None:
        self._path = path
        # A report that is imported again brings the reasons of the last time.
        self._kept = [
            position
            for position, header in enumerate(headers)
            if normalised(header) not in PROBLEM_COLUMNS
        ]
        self._width = len(headers)
        self._headers = [headers[position] for position in self._kept]
        self._delimiter = delimiter or ","
        self._is_text = bool(delimiter)
        self._stack = ExitStack()
        self._file: TextIO | None = None
        self._writer: Any = None
        self.count = 0
        """Refused orders that were written."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def add(self, result: RowResult) -> None:
        """Write the rows of a refused order; any other result is passed over."""
        if not result.is_refused:
            return
        if self._writer is None:
            self._open()
        refusals = [p for p in result.problems if p.severity is Severity.REJECT]
        columns = dict.fromkeys(p.column for p in refusals if p.column)
        reasons = [str(result.line), ", ".join(columns), "; ".join(p.text for p in refusals)]
        for number, row in enumerate(result.rows):
            before = reasons if number == 0 else [str(row.line), "", ""]
            # A row of a text that is too short stays so, or it would pass for a whole one next
            # time; sheets leave out the empty cells at the end.
            missing = 0 if self._is_text else self._width - len(row.cells)
            whole = row.cells + ("",) * missing
            cells = [whole[position] for position in self._kept if position < len(whole)]
            cells.extend(whole[self._width :])
            self._writer.writerow([neutralised(cell) for cell in (*before, *cells)])
        self.count += 1

    def flush(self) -> None:
        """Have all of it on the disk now: what follows must not be done if it has no room."""
        if self._file is not None:
            self._file.flush()

    def _open(self) -> None:
        part = self._stack.enter_context(replacing(self._path))
        # The mark at the beginning tells spreadsheet programs that it is UTF-8.
        self._file = self._stack.enter_context(part.open("w", encoding="utf-8-sig", newline=""))
        self._writer = csv.writer(self._file, delimiter=self._delimiter, lineterminator="\r\n")
        self._writer.writerow([*PROBLEM_COLUMNS, *map(neutralised, self._headers)])
