"""Code 128 and QR symbols on a PDF page, as exact vector bars."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any

import segno
from reportlab.graphics.barcode.code128 import Code128

from app.documents.paper_words import MM

NARROWEST = 0.19 * MM
"""Bars thinner than this can't be read from an office printer's paper."""
WIDEST = 0.45 * MM
_QUIET = 10
"""Modules that must stay white on either side of Code 128."""
_FNC1 = "\xf1"
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class _Bars:
    spans: tuple[tuple[int, int], ...]
    """Start and width of each bar, in modules."""
    modules: int


def is_sscc(barcode: str) -> bool:
    """Whether it is a GS1 serial shipping container code: AI 00 and 18 digits that check."""
    if re.fullmatch(r"00[0-9]{18}", barcode) is None:
        return False
    digits = [int(digit) for digit in reversed(barcode[2:])]
    return (3 * sum(digits[1::2]) + sum(digits[::2])) % 10 == 0


def readable(barcode: str) -> str:
    """What stands under the bars for people."""
    return f"(00) {barcode[2:]}" if is_sscc(barcode) else barcode


def is_scannable(barcode: str, room: float) -> bool:
    """Whether Code 128 can say this text in bars that can be read, within `room` points."""
    return _module(_code128(barcode), room) >= NARROWEST


def draw_code128(
    canvas: Any, x: float, y: float, room: float, height: float, barcode: str, *, centred: bool
) -> bool:
    """Draw the bars into `room`, which counts the white on either side; False if not scannable."""
    bars = _code128(barcode)
    module = _module(bars, room)
    if bars is None or module < NARROWEST:
        return False
    total = (bars.modules + 2 * _QUIET) * module
    left = x + (room - total) / 2 + _QUIET * module if centred else x
    spans = " ".join(f"{start} 0 {width} 1 re" for start, width in bars.spans)
    canvas.addLiteral(f"q 0 g {module:.4f} 0 0 {height:.2f} {left:.2f} {y:.2f} cm {spans} f Q")
    return True


def _module(bars: _Bars | None, room: float) -> float:
    return 0.0 if bars is None else min(room / (bars.modules + 2 * _QUIET), WIDEST)


def draw_qr(canvas: Any, x: float, y: float, size: float, barcode: str) -> bool:
    """Draw a QR symbol with its white margin into a square; False where the text is too long."""
    rows = _qr(barcode)
    if rows is None:
        return False
    module = size / (len(rows) + 8)
    spans = " ".join(
        f"{start + 4} {len(rows) - number + 3} {width} 1 re"
        for number, row in enumerate(rows)
        for start, width in _dark_spans(row)
    )
    canvas.addLiteral(f"q 0 g {module:.4f} 0 0 {module:.4f} {x:.2f} {y:.2f} cm {spans} f Q")
    return True


@lru_cache(maxsize=2_000)
def _code128(barcode: str) -> _Bars | None:
    if not barcode or len(barcode) > _LONGEST or not all(" " <= each <= "~" for each in barcode):
        return None
    symbol = Code128(_FNC1 + barcode if is_sscc(barcode) else barcode, quiet=0)
    symbol.validate()
    symbol.encode()
    symbol.decompose()
    # Upper case letters are bars, lower case ones the gaps between them; A is one module wide.
    widths = [ord(each.lower()) - ord("a") + 1 for each in symbol.decomposed]
    edges = list(accumulate(widths, initial=0))
    spans = tuple(
        (start, end - start)
        for each, (start, end) in zip(symbol.decomposed, pairwise(edges), strict=True)
        if each.isupper()
    )
    return _Bars(spans, edges[-1])


@lru_cache(maxsize=2_000)
def _qr(barcode: str) -> tuple[bytes, ...] | None:
    if not barcode:
        return None
    try:
        symbol = segno.make(barcode, error="m", micro=False, boost_error=False)
    except segno.DataOverflowError:
        return None
    return tuple(bytes(row) for row in symbol.matrix)


def _dark_spans(row: Sequence[int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for column, is_dark in enumerate(row):
        if not is_dark:
            continue
        if spans and sum(spans[-1]) == column:
            spans[-1] = (spans[-1][0], spans[-1][1] + 1)
        else:
            spans.append((column, 1))
    return spans
