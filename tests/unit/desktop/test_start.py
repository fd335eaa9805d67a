"""What the start of the console does without."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

_LATER = (
    "charset_normalizer",
    "folium",
    "keyring",
    "openpyxl",
    "ortools",
    "pyvrp",
    "reportlab",
    "valhalla",
)


def test_the_console_starts_without_what_only_some_work_needs() -> None:
    code = f"import sys, app.desktop.bootstrap; print([m for m in {_LATER} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
