"""Order files of other programs, written and read for a test."""

from __future__ import annotations

from pathlib import Path

from app.documents.order_file import OrderDraft, ReadOptions, RowResult, open_orders
from tests.factories import BERLIN, DAY

OPTIONS = ReadOptions(zone=BERLIN, day=DAY)


def written(folder: Path, text: str) -> Path:
    path = folder / "orders.csv"
    path.write_text(text, encoding="utf-8")
    return path


def results(path: Path, preset: str) -> list[RowResult]:
    """Of a file that is recognised by itself."""
    with open_orders(path, OPTIONS) as file:
        assert file.preset.key == preset
        return list(file.results())


def taken(path: Path, preset: str) -> list[OrderDraft]:
    return [found.draft for found in results(path, preset) if found.draft is not None]


def only(path: Path, preset: str) -> OrderDraft:
    (result,) = results(path, preset)
    assert result.draft is not None, result.problems
    return result.draft
