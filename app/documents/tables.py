"""What every kind of table file gives: headers, and rows with the line they stand on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

MAX_ROWS = 2_000_000
MAX_COLUMNS = 1_000
MAX_CELL_CHARS = 32_767
"""What a spreadsheet's cell can hold."""


class Flaw(StrEnum):
    """Why a row's cells can't be trusted."""

    QUOTE_UNCLOSED = "quote_unclosed"
    TOO_LONG = "too_long"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record as it stands in the file."""

    line: int
    """1 is the first line of the file, or the first row of the sheet."""
    last_line: int
    cells: tuple[str, ...]
    flaw: Flaw | None = None
    is_recoded: bool = False
    """Its bytes were not of the file's encoding; they were read as Windows-1252."""


class Table(Protocol):
    """An open table file; a context manager."""

    headers: tuple[str, ...]
    delimiter: str
    """Empty for spreadsheets."""
    encoding: str
    """Empty for spreadsheets."""
    sheet: str
    """Empty for text files."""
    notices: tuple[str, ...]
    """What a person should know about how the file was read."""

    @property
    def fraction(self) -> float:
        """How much of the file was read, 0 to 1."""

    def rows(self) -> Iterator[Row]:
        """The rows below the header, once; blank ones are left out. Raises ImportErrors."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def is_blank(cells: Sequence[str]) -> bool:
    return not any(cell and not cell.isspace() for cell in cells)


def trimmed_headers(cells: Sequence[str]) -> tuple[str, ...]:
    """The header cells without blanks around them and without empty ones at the end."""
    headers = [" ".join(cell.replace("\ufeff", "").split()) for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    return tuple(headers)
