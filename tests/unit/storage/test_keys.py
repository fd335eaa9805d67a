"""New identifiers."""

from __future__ import annotations

import subprocess
import sys

from app.storage.keys import new_id
from tests.conftest import ROOT


def test_ids_are_all_different_and_sort_as_they_were_made() -> None:
    ids = [new_id() for _ in range(5_000)]
    assert len(set(ids)) == len(ids)
    # The clock has steps of some hundred nanoseconds; within one, chance decides.
    moments = [each.int >> 64 for each in ids]
    assert moments == sorted(moments)
    assert {each.version for each in ids} == {7}


def test_two_consoles_draw_different_numbers() -> None:
    command = [sys.executable, "-c", "from app.storage.keys import new_id; print(new_id())"]
    tails = {
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout[-24:]
        for _ in range(2)
    }
    assert len(tails) == 2
