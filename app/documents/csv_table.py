"""CSV files of any delimiter and encoding, read as a stream with their true line numbers."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple, Self

from app.documents.tables import (
    MAX_CELL_CHARS,
    MAX_COLUMNS,
    MAX_ROWS,
    Flaw,
    Row,
    is_blank,
    trimmed_headers,
)
from app.documents.text_encoding import decode_line, detect_encoding
from app.domain.errors import ImportErrors

MAX_FILE_BYTES = 1 << 30
MAX_LINE_BYTES = 1 << 20
_MAX_RECORD_LINES = 500
"""A quoted cell with more line breaks than this was never closed."""
_WIDE = 6
"""Columns of a table that no cell's own text looks like by chance."""
_SAMPLE_BYTES = 1 << 20
_DELIMITERS = ",;\t|"
_RARE_DELIMITERS = "^~¦§:!#&"
"""Asked only where none of the usual ones splits anything."""
_SEPARATOR_LINE = re.compile(r'^"?sep=(.)"?\s*$', re.IGNORECASE)
_LONE_RETURN = re.compile(r"(?<=\r)(?=[^\n])")
_NAMES = {"cp1252": "Windows-1252", "utf-8": "UTF-8", "utf-8-sig": "UTF-8"}


class _Line(NamedTuple):
    """A physical line, decoded."""

    text: str
    is_recoded: bool = False
    is_cut: bool = False
    """Longer than any line of a table; only its beginning was kept."""


class CsvTable:
    """An open CSV file; see Table. Raises ImportErrors where there is no table in it."""

    sheet = ""

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        self._name = path.name
        self._size = max(1, path.stat().st_size)
        if self._size > MAX_FILE_BYTES:
            raise ImportErrors(
                f"{path.name} has {self._size >> 20:,} MB. Files up to {MAX_FILE_BYTES >> 20:,} MB "
                "can be read: split it into parts."
            )
        self._file: IO[bytes] = path.open("rb")
        try:
            sample = self._file.read(_SAMPLE_BYTES)
            self._file.seek(0)
            detected = encoding or detect_encoding(sample)
            if detected is None:
                raise ImportErrors(
                    f"{path.name} is not a text table: it holds binary data. "
                    "Save the orders as CSV or XLSX."
                )
            self.encoding = detected
            self._lines = _Lines(_decoded(self._file, self.encoding, _has_only_returns(sample)))
            self.delimiter = self._find_delimiter()
            self._records = _Records(self._lines, self.delimiter)
            self.headers = self._read_headers()
        except BaseException:
            self._file.close()
            raise
        self.notices = self._encoding_notices(is_chosen=encoding is not None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    @property
    def fraction(self) -> float:
        return 1.0 if self._file.closed else min(1.0, self._file.tell() / self._size)

    def rows(self) -> Iterator[Row]:
        width = len(self.headers)
        for count, row in enumerate(self._records.rows(width)):
            if count == MAX_ROWS:
                raise ImportErrors(
                    f"{self._name} has more than {MAX_ROWS:,} rows: split it into parts."
                )
            yield row

    def _find_delimiter(self) -> str:
        """The one that splits the first lines into the most columns, alike in every line."""
        peeked = [line.text for line in self._lines.peek(60)]
        lines = [text for text in peeked if text.strip("\r\n\ufeff ")]
        if not lines:
            raise ImportErrors(f"{self._name} is empty: there is no header line in it.")
        if named := _SEPARATOR_LINE.match(lines[0].lstrip("\ufeff")):
            while next(self._lines).text != lines[0]:
                continue
            return named[1]
        usual, rare = (
            max(group, key=lambda delimiter: _evenness(lines, delimiter))
            for group in (_DELIMITERS, _RARE_DELIMITERS)
        )
        return rare if not _evenness(lines, usual) and _evenness(lines, rare) else usual

    def _read_headers(self) -> tuple[str, ...]:
        for row in self._records.rows(None):
            headers = trimmed_headers(row.cells)
            if len(headers) > MAX_COLUMNS:
                raise ImportErrors(
                    f"{self._name} has {len(headers):,} columns; up to {MAX_COLUMNS:,} can be "
                    "read. Leave out those that are not needed."
                )
            if row.flaw is not None:
                raise ImportErrors(
                    f"Line {row.line} of {self._name} should hold the column headers, but it "
                    f"can't be read as such. The first line of the file must name the columns."
                )
            return headers
        raise ImportErrors(f"{self._name} is empty: there is no header line in it.")

    def _encoding_notices(self, *, is_chosen: bool) -> tuple[str, ...]:
        if is_chosen or self.encoding.startswith("utf"):
            return ()
        name = _NAMES.get(self.encoding, self.encoding)
        return (f"The file is not UTF-8; it was read as {name}. Check names with accents.",)


class _Lines:
    """Decoded physical lines with their numbers; some can be looked at, or put back."""

    def __init__(self, lines: Iterator[_Line]) -> None:
        self._lines = lines
        self._waiting: deque[_Line] = deque()
        self.number = 0
        """Of the line handed out last."""

    def __next__(self) -> _Line:
        line = self._waiting.popleft() if self._waiting else next(self._lines)
        self.number += 1
        return line

    def peek(self, count: int) -> list[_Line]:
        self._waiting.extend(islice(self._lines, max(0, count - len(self._waiting))))
        return list(islice(self._waiting, count))

    def put_back(self, lines: list[_Line]) -> None:
        self._waiting.extendleft(reversed(lines))
        self.number -= len(lines)


class _Records:
    """Puts physical lines together to records, and finds the way back from a lost quote."""

    def __init__(self, lines: _Lines, delimiter: str) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._reader = csv.reader(self, delimiter=delimiter)
        self._pulled: list[_Line] = []
        self._is_cut = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        """The csv module asks for a second line of a record only inside an open quote."""
        self._is_cut = len(self._pulled) >= _MAX_RECORD_LINES
        if self._is_cut:
            raise StopIteration
        try:
            self._pulled.append(next(self._lines))
        except StopIteration:
            self._is_cut = bool(self._pulled)
            raise
        return self._pulled[-1].text

    def rows(self, width: int | None) -> Iterator[Row]:
        """Records that are not blank; `width` is the number of headers, where known."""
        while True:
            self._pulled = []
            self._is_cut = False
            flaw = None
            try:
                cells = tuple(next(self._reader))
            except StopIteration:
                return
            except csv.Error as error:
                is_long = "larger than field limit" in str(error)
                cells = (self._pulled[0].text,)
                flaw = Flaw.TOO_LONG if is_long else Flaw.BROKEN
            pulled = self._pulled
            if len(pulled) > 1 and (flaw or self._is_cut or self._has_swallowed(cells, width)):
                # Only the line with the open quote is lost; those after it are read again.
                self._lines.put_back(pulled[1:])
                pulled = pulled[:1]
                cells, flaw = self._split(pulled[0].text), Flaw.QUOTE_UNCLOSED
            elif self._is_cut:
                flaw = Flaw.QUOTE_UNCLOSED
            if flaw is None and is_blank(cells):
                continue
            is_long = max(map(len, cells), default=0) > MAX_CELL_CHARS
            if is_long or any(line.is_cut for line in pulled):
                cells, flaw = tuple(cell[: MAX_CELL_CHARS + 1] for cell in cells), Flaw.TOO_LONG
            last_line = self._lines.number
            yield Row(
                line=last_line - len(pulled) + 1,
                last_line=last_line,
                cells=cells,
                flaw=flaw,
                is_recoded=any(line.is_recoded for line in pulled),
            )

    def _has_swallowed(self, cells: tuple[str, ...], width: int | None) -> bool:
        """Whether a record of several lines has whole rows inside, or may well have."""
        if not self._is_strict():
            return True
        if width is None or width < 2:
            return False
        inside = self._pulled[1:]
        if len(cells) == width:
            # A note may have commas too, but hardly as many as a wide table.
            inside = self._pulled[1:-1] if width >= _WIDE else []
        return any(len(self._split(line.text)) == width for line in inside)

    def _is_strict(self) -> bool:
        """Whether every quotation mark stands where the rules want it."""
        lines = [line.text for line in self._pulled]
        try:
            return len(list(csv.reader(lines, delimiter=self._delimiter, strict=True))) == 1
        except csv.Error:
            return False

    def _split(self, line: str) -> tuple[str, ...]:
        try:
            return tuple(
                cell.rstrip("\r\n") for cell in next(csv.reader([line], delimiter=self._delimiter))
            )
        except (csv.Error, StopIteration):
            return (line.rstrip("\r\n"),)


def _decoded(file: IO[bytes], encoding: str, has_only_returns: bool) -> Iterator[_Line]:
    if has_only_returns or encoding.startswith(("utf-16", "utf-32")):
        # newline="" ends a line at \n, \r\n and \r alike and keeps the end.
        text = io.TextIOWrapper(file, encoding, errors="replace", newline="")
        while line := text.readline(MAX_LINE_BYTES):
            is_cut = len(line) == MAX_LINE_BYTES
            tail = line
            while is_cut and tail[-1] not in "\r\n":
                tail = text.readline(MAX_LINE_BYTES) or "\n"
            yield _Line(line, is_cut=is_cut)
        text.detach()
        return
    base = "utf-8" if encoding == "utf-8-sig" else encoding
    is_first = True
    while raw := file.readline(MAX_LINE_BYTES):
        is_cut = len(raw) == MAX_LINE_BYTES
        rest = raw
        while is_cut and not rest.endswith(b"\n"):
            rest = file.readline(MAX_LINE_BYTES) or b"\n"
        if is_first and encoding == "utf-8-sig":
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        is_first = False
        line, is_recoded = decode_line(raw, base)
        if "\r" in line and not is_cut:
            for piece in _LONE_RETURN.split(line):
                yield _Line(piece, is_recoded)
        else:
            yield _Line(line, is_recoded, is_cut)


def _has_only_returns(sample: bytes) -> bool:
    return b"\r" in sample and b"\n" not in sample


def _evenness(lines: list[str], delimiter: str) -> float:
    try:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells]
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    most = Counter(widths).most_common(1)[0][1]
    return (widths[0] - 1) * most / len(widths)
