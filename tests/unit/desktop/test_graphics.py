from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from app.desktop.graphics import spare_absent_card

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a card")


@pytest.fixture(autouse=True)
def _nothing_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    # Set and then taken away: so that it is put back as it was, whatever the test leaves.
    monkeypatch.setenv("QT_QUICK_BACKEND", "")
    monkeypatch.delenv("QT_QUICK_BACKEND")


def test_without_a_card_qt_paints_by_itself(tmp_path: Path) -> None:
    spare_absent_card(tmp_path)
    assert os.environ["QT_QUICK_BACKEND"] == "software"


@pytest.mark.parametrize("device", ["dri/renderD128", "nvidia0", "dxg"])
def test_a_card_is_used(tmp_path: Path, device: str) -> None:
    (tmp_path / device).parent.mkdir(exist_ok=True)
    (tmp_path / device).touch()
    spare_absent_card(tmp_path)
    assert "QT_QUICK_BACKEND" not in os.environ


def test_what_was_chosen_by_hand_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QUICK_BACKEND", "rhi")
    spare_absent_card(tmp_path)
    assert os.environ["QT_QUICK_BACKEND"] == "rhi"
