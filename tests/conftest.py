"""What every test stands on: no screen, no leaked thread, no unexpected warning in our log."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

# Read when Qt starts, so before anything imports it. Chromium's sandbox refuses to run as root.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if os.environ["QT_QPA_PLATFORM"] == "offscreen":
    # Else the web engine looks for a graphics card on the screen, and warns of what it misses.
    os.environ.pop("DISPLAY", None)
os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--no-sandbox --disable-gpu")

pytest_plugins = ["tests.databases", "tests.regions", "tests.patience"]

# A run that fails is to fail for what was changed; `--hypothesis-profile=explore` draws others.
hypothesis.settings.register_profile("steady", derandomize=True)
hypothesis.settings.register_profile("explore", hypothesis.settings.get_profile("default"))
hypothesis.settings.load_profile("steady")

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "resources" / "sample"
SHARED_DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def sample() -> Path:
    """The bundled sample day: `neubrandenburg.osm.pbf`, `orders.csv` and the fleet."""
    return SAMPLE


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Larger data beside the checkout; the tests that want it are skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"needs the larger test data in {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Read by pytest-qt just before it makes the QApplication: the last moment for the map."""
    from PySide6.QtCore import QCoreApplication, Qt

    from app.desktop.map.scheme import register_scheme

    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    register_scheme()
    return ["wayboard-tests"]


@pytest.fixture(autouse=True)
def _no_unexpected_warning(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    yield
    if request.node.get_closest_marker("expects_warnings"):
        return
    lines = [
        f"{record.name}: {record.getMessage()}"
        for record in caplog.get_records("call")
        if record.levelno >= logging.WARNING and record.name.split(".")[0] == "app"
    ]
    if lines:
        pytest.fail("unexpected warnings in our log:\n" + "\n".join(lines))


@pytest.fixture(autouse=True)
def _no_leaked_thread() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 20
    while leaked := _ours(before):
        if time.monotonic() > deadline:
            pytest.fail("leaked threads: " + ", ".join(thread.name for thread in leaked))
        time.sleep(0.01)


def _ours(before: set[threading.Thread]) -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t not in before and not t.daemon and t.is_alive()]
