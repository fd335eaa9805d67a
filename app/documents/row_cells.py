"""The cells of one row by field, and the problems found in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.documents.cells import (
    cleaned,
    has_markup,
    is_error_value,
    is_formula,
    repaired_mojibake,
    shown,
    without_text_mark,
)
from app.documents.named_columns import NAMED
from app.documents.order_drafts import RowProblem, Severity
from app.documents.tables import Row

_MULTILINE = frozenset({"notes", "one_line", "magento_address", "barcodes", "requirements", "tags"})
_TYPED = frozenset(
    {
        "date", "window_start", "window_end", "window", "service_min", "weight_kg", "weight_g",
        "volume_m3", "volume_l", "parcels", "lat", "lon", "cod_amount", "priority", "phone",
        "other_phone", "window2_start", "window2_end", "ready_at", "setup_min", "drop_price",
        "back_kg", "back_parcels",
    }
)  # fmt: skip
"""Fields that are read as something else than text, where `+` and `-` are at home."""
PICKUP = "pickup_"
"""What the fields of the place begin with where the goods of a row are fetched."""
_LONGEST = {"notes": 2_000, "one_line": 300, "address": 200}
_LONG = 100


class RowCells:
    """Cleaned cells by field; what they mean is read from them afterwards."""

    def __init__(self, row: Row, columns: Mapping[str, str], positions: Mapping[str, int]) -> None:
        self.line = row.line
        self._row = row
        self.problems: list[RowProblem] = []
        self._columns = columns
        self._fields: dict[str, str] = {}
        for name, position in positions.items():
            raw = row.cells[position]
            self._fields[name] = raw if raw == "" else self._checked(name, raw)
        if row.is_recoded:
            name = next((n for n, text in self._fields.items() if not text.isascii()), "")
            self.tell(
                Severity.NORMALISE, name, "not_utf8",
                "the line is not UTF-8 as the rest of the file; it was read as Windows-1252",
            )  # fmt: skip

    def get(self, name: str) -> str:
        return self._fields.get(name, "")

    def fields(self) -> tuple[str, ...]:
        """Those that say something."""
        return tuple(name for name, text in self._fields.items() if text)

    def columns(self) -> tuple[str, ...]:
        """Those that the file has a column for."""
        return tuple(self._columns)

    def has(self, name: str) -> bool:
        """Whether the file has a column for it."""
        return name in self._columns

    def put(self, name: str, text: str, *, column_of: str = "") -> None:
        """Set a field as if the file said so; `column_of` is the field whose column to blame."""
        self._fields[name] = text
        if column_of and column_of in self._columns:
            self._columns = {**self._columns, name: self._columns[column_of]}

    def column(self, name: str) -> str:
        return self._columns.get(name, name)

    def tell(self, severity: Severity, name: str, code: str, text: str) -> None:
        self.problems.append(
            RowProblem(
                line=self.line,
                column=self.column(name) if name else "",
                code=code,
                text=text,
                severity=severity,
            )
        )

    def reject(self, name: str, code: str, text: str) -> None:
        self.tell(Severity.REJECT, name, code, text)

    def review(self, name: str, code: str, text: str) -> None:
        self.tell(Severity.REVIEW, name, code, text)

    def warn(self, name: str, code: str, text: str) -> None:
        self.tell(Severity.WARN, name, code, text)

    def skip(self, name: str, code: str, text: str) -> None:
        self.tell(Severity.SKIP, name, code, text)

    def tell_normalised(self, name: str, text: str, read: str) -> None:
        self.tell(Severity.NORMALISE, name, "normalised", f"“{shown(text)}” was read as {read}")

    def part(self, prefix: str) -> RowCells:
        """The fields that begin so, without it, as a row of their own with its own problems."""
        part = RowCells(replace(self._row, is_recoded=False), {}, {})
        part._columns = _without(prefix, self._columns)
        part._fields = _without(prefix, self._fields)
        return part

    def tell_comma(self, name: str, text: str, read: str, *, is_usual: bool) -> None:
        """Of a decimal comma; where those are usual in the file, it is said of the column."""
        if not is_usual:
            self.tell_normalised(name, text, read)
            return
        self.tell(
            Severity.NORMALISE, name, "decimal_comma",
            f"“{shown(text)}” was read as {read}: its comma, like every one in this column, is a "
            "decimal comma",
        )  # fmt: skip

    def contents(self) -> str:
        """All that the row says, for telling rows apart that have no reference."""
        return "\x1f".join(
            f"{name}\x1e{text}" for name, text in sorted(self._fields.items()) if text
        )

    def _checked(self, name: str, raw: str) -> str:
        plain = name.removeprefix(PICKUP)
        text, had_hidden = cleaned(raw)
        text = without_text_mark(text)
        if had_hidden:
            self.tell(
                Severity.NEUTRALISE, name, "control_characters",
                "characters that can't be seen, or turn the direction of text, were taken out",
            )  # fmt: skip
        if "\n" in text and plain not in _MULTILINE:
            text = " ".join(text.split())
            self.tell(Severity.NORMALISE, name, "line_break", "a line break became a blank")
        if is_error_value(text):
            self.reject(name, "spreadsheet_error", f"the spreadsheet shows {text} here")
        if plain not in _TYPED and not name.startswith(NAMED):
            self._check_text(name, text)
        return text

    def _check_text(self, name: str, text: str) -> None:
        if is_formula(text):
            self.tell(
                Severity.NEUTRALISE, name, "formula",
                f"“{shown(text)}” looks like a formula; it is kept as text",
            )  # fmt: skip
        if has_markup(text):
            self.tell(
                Severity.NEUTRALISE, name, "markup",
                f"“{shown(text)}” looks like markup; it is kept as text",
            )  # fmt: skip
        if len(text) > _LONGEST.get(name.removeprefix(PICKUP), _LONG):
            self.warn(name, "text_long", f"the text has {len(text):,} characters")
        if text.isascii():
            return
        if "\ufffd" in text:
            self.warn(name, "unreadable", f"“{shown(text)}” has characters that could not be read")
        elif (repaired := repaired_mojibake(text)) is not None:
            self.warn(
                name, "wrong_encoding",
                f"“{shown(text)}” should perhaps be “{shown(repaired)}”: it was saved in a wrong "
                "encoding before",
            )  # fmt: skip


def _without(prefix: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(prefix): text for name, text in texts.items() if name.startswith(prefix)
    }
