"""Temporary folders: gone when they are cleared, when the program ends, and after a kill."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from app.desktop.scratch import Scratch, sweep_scratch

_MAKER = """
import os, sys
from app.desktop.scratch import Scratch
scratch = Scratch("print")
(scratch.folder / "preview.pdf").write_text("paper")
print(scratch.folder, flush=True)
if sys.argv[1] == "stay":
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def _program(folder: Path, then: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _MAKER, then],
        env=dict(os.environ, TMPDIR=str(folder), TEMP=str(folder)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _made(process: subprocess.Popen[str]) -> Path:
    assert process.stdout is not None
    return Path(process.stdout.readline().strip())


def _age(folder: Path, hours: float) -> None:
    then = time.time() - hours * 3600
    os.utime(folder, (then, then))


def test_nothing_is_made_before_it_is_asked_for_nor_left_when_cleared(folder: Path) -> None:
    scratch = Scratch("import")
    assert not list(folder.iterdir())
    (scratch.folder / "refused.csv").write_text("rows")
    assert scratch.folder == scratch.folder
    scratch.clear()
    scratch.clear()
    assert not list(folder.iterdir())


def test_the_end_of_the_program_clears_it(folder: Path) -> None:
    with _program(folder, "end") as process:
        assert _made(process).parent == folder
    assert not list(folder.iterdir())


def test_what_a_kill_left_is_swept_after_a_day_and_what_runs_stays(folder: Path) -> None:
    killed, running = _program(folder, "stay"), _program(folder, "stay")
    left, kept = _made(killed), _made(running)
    killed.kill()
    killed.communicate()
    foreign = folder / "wayboard-print.backup"
    foreign.mkdir()
    for each in (left, kept, foreign):
        _age(each, 23)
    sweep_scratch()
    assert left.exists()
    for each in (left, kept, foreign):
        _age(each, 25)
    sweep_scratch()
    assert not left.exists()
    assert (kept / "preview.pdf").exists()
    assert foreign.exists()
    running.communicate()
    assert not kept.exists()
