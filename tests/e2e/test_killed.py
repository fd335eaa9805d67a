"""`kill -9` at any moment: what was said to be saved is there, and nothing half."""

from __future__ import annotations

import csv
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from sqlalchemy import func, select, text

from app.storage.database import Database
from app.storage.records import EventRecord, OrderRecord, ParcelRecord, StopRecord
from app.storage.schema import bring_up_to_date
from tests.conftest import ROOT
from tests.databases import NOW

ROWS = 3_000

_EDITS = """
import sys
from pathlib import Path
from app.config import Settings
from app.domain.edits import ChangeOrders
from app.services.workspace import open_workspace
from tests.factories import make_order

with open_workspace(Settings(data=Path(sys.argv[1]))) as work:
    for number in range(1_000_000):
        work.dispatch.apply(ChangeOrders(put=(make_order(reference=f"K-{number}"),)))
        print(f"K-{number}", flush=True)
"""


def _wayboard(data: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "app.cli", "--data", str(data), *words]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 300
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _opened(data: Path) -> Database:
    database = Database.in_file(data / "wayboard.db")
    bring_up_to_date(database, NOW)
    with database.reading() as session:
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    return database


@pytest.fixture
def orders_file(tmp_path: Path) -> Path:
    file = tmp_path / "many.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["reference", "recipient", "address", "city", "date", "parcels"])
        for number in range(ROWS):
            writer.writerow([f"K-{number}", "Zoe", f"Turmstraße {number}", "Ort", "2024-03-05", 2])
    return file


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_a_killed_import_is_there_whole_or_not_at_all(tmp_path: Path, orders_file: Path) -> None:
    moments = random.Random(7)
    for _ in range(4):
        data = tmp_path / f"data-{_}"
        process = _wayboard(data, "orders", "import", str(orders_file))
        _wait_for(data / "wayboard.db")
        time.sleep(moments.uniform(0.0, 3.0))
        process.send_signal(signal.SIGKILL)
        said = process.communicate()[0]
        database = _opened(data)
        with database.reading() as session:
            orders = session.scalar(select(func.count()).select_from(OrderRecord))
            parcels = session.scalar(select(func.count()).select_from(ParcelRecord))
            events = session.scalar(select(func.count()).select_from(EventRecord))
        database.close()
        assert (orders, parcels, events) in ((0, 0, 0), (ROWS, 2 * ROWS, ROWS))
        if "added" in said:
            assert orders == ROWS


@pytest.mark.skipif(os.name != "posix", reason="a terminal's Ctrl+C is a signal")
def test_ctrl_c_in_the_middle_of_a_region_leaves_no_trace(tmp_path: Path) -> None:
    data = tmp_path / "data"
    extract = ROOT / "resources" / "sample" / "neubrandenburg.osm.pbf"
    process = _wayboard(data, "region", "build", str(extract), "--name", "Town")
    home = data / "regions" / "Town"
    _wait_for(home)
    process.send_signal(signal.SIGINT)
    said, told = process.communicate(timeout=600)
    assert process.returncode == 1
    assert "was cancelled. Nothing was changed." in told
    assert "Traceback" not in said + told
    assert not home.exists() or list(home.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_every_edit_that_was_said_to_be_made_survives_a_kill(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", _EDITS, str(data)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = [process.stdout.readline().strip() for _ in range(40)]
    process.send_signal(signal.SIGKILL)
    said += process.stdout.read().split()
    process.wait()
    process.stdout.close()
    database = _opened(data)
    with database.reading() as session:
        saved = set(session.scalars(select(OrderRecord.reference)))
        events = session.scalar(select(func.count()).select_from(EventRecord))
    database.close()
    assert set(said) <= saved
    # An edit may be saved a moment before it is said; then its event is saved with it.
    assert len(saved) - len(said) <= 1
    assert events == len(saved)


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_a_killed_plan_changes_nothing_and_leaves_no_solver_behind(
    tmp_path: Path, sample: Path
) -> None:
    data = tmp_path / "data"
    for words in (
        ("fleet", "import", str(sample / "fleet.csv"), "--day", "2024-03-05"),
        ("orders", "import", str(_with_coordinates(sample / "orders.csv", tmp_path))),
    ):
        process = _wayboard(data, *words)
        process.communicate()
        assert process.returncode == 0
    process = _wayboard(data, "plan", "--day", "2024-03-05", "--seconds", "60")
    solver = _solver_of(process)
    time.sleep(1.5)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    database = _opened(data)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(StopRecord)) == 0
        assert session.scalar(select(func.count()).select_from(OrderRecord)) == 120
    database.close()
    psutil.wait_procs([solver], timeout=300)
    assert not solver.is_running() or solver.status() == psutil.STATUS_ZOMBIE


def _solver_of(process: subprocess.Popen[str]) -> psutil.Process:
    """The process in which the optimizer searches, once it is there."""
    until = time.monotonic() + 300
    while time.monotonic() < until:
        for child in psutil.Process(process.pid).children(recursive=True):
            if "spawn_main" in " ".join(child.cmdline()):
                return child
        time.sleep(0.05)
    raise AssertionError("no solver was started")


def _with_coordinates(orders: Path, folder: Path) -> Path:
    """The sample's orders on a grid, so that no region is needed to plan them."""
    target = folder / "placed.csv"
    with orders.open(encoding="utf-8") as source, target.open("w", encoding="utf-8") as out:
        reader = csv.DictReader(source)
        writer = csv.DictWriter(out, [*(reader.fieldnames or ()), "lat", "lon"])
        writer.writeheader()
        for number, row in enumerate(reader):
            row["lat"] = f"{53.53 + number % 12 * 0.005:.6f}"
            row["lon"] = f"{13.24 + number // 12 * 0.008:.6f}"
            writer.writerow(row)
    return target
