from __future__ import annotations

from pathlib import Path

import pytest

from app.documents import row_count
from app.documents.row_count import rows_at_least


@pytest.mark.parametrize("chunk", [1, 2, 7, 1 << 20])
def test_line_breaks_inside_cells_are_no_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(row_count, "_CHUNK", chunk)
    path = tmp_path / "orders.csv"
    path.write_bytes(b'a,b\n1,"x\ny ""z""\n"\n2,y\n')
    assert rows_at_least(path) == 3
