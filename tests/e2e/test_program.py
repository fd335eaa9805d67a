"""The program as a process: it opens, changes its database, draws itself, and ends cleanly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.conftest import ROOT

_TWO_DATABASES = """
import sys
from dataclasses import replace
from pathlib import Path
from PySide6.QtCore import QTimer
from app.config import load_settings
from app.desktop.console import Console
from app.desktop.bootstrap import run_console

settings = load_settings(Path(sys.argv[1]))
wanted = [replace(settings, database_url=url) for url in sys.argv[2:]]
opened = []
init = Console.__init__

def watched(self, workspace, *rest):
    init(self, workspace, *rest)
    opened.append(workspace.database.name)
    self.opening.opened.connect(lambda: QTimer.singleShot(500, lambda: go_on(self)))

def go_on(console):
    if wanted:
        console.restart_wanted.emit(wanted.pop(0))
    else:
        console.window.close()

Console.__init__ = watched
code = run_console(settings)
print(code, *opened)
"""

_WITHOUT_EGL = """
import sys
from importlib.abc import MetaPathFinder

class NoEgl(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "PySide6.QtWidgets":
            raise ImportError("libEGL.so.1: cannot open shared object file")

sys.meta_path.insert(0, NoEgl())
from app.cli.main import main
sys.argv[0] = "wayboard"
main()
"""


_PATIENCE_S = 540
pytestmark = pytest.mark.timeout(_PATIENCE_S + 20)
"""A console needs five seconds of a core; what else a machine does may make minutes of them."""


def _run(
    *words: object, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=ROOT,
        env=dict(os.environ) if environment is None else environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE_S,
    )


@pytest.mark.webengine
def test_a_shared_database_is_opened_in_place_of_the_local_one(
    tmp_path: Path, postgres: str
) -> None:
    done = _run("-c", _TWO_DATABASES, tmp_path, postgres)
    assert done.returncode == 0, done.stderr
    code, *opened = done.stdout.split()
    assert code == "0"
    assert opened[0] == "wayboard.db"
    assert opened[1].startswith("wayboard_")


@pytest.mark.webengine
def test_the_console_draws_itself_into_a_file_and_ends(tmp_path: Path) -> None:
    picture = tmp_path / "console.png"
    done = _run("-m", "app.cli", "--data", tmp_path / "data", "--screenshot", picture)
    assert done.returncode == 0, done.stderr
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1600, 900)
    shades = {image.pixel(x, y) for x in range(0, 1600, 40) for y in range(0, 900, 40)}
    assert len(shades) > 4


def test_a_system_library_that_is_missing_is_named_with_its_remedy(tmp_path: Path) -> None:
    done = _run("-c", _WITHOUT_EGL, "--data", tmp_path)
    assert done.returncode == 1
    assert "Qt needs libEGL.so.1" in done.stderr
    assert "make setup" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("display", [None, ":77"], ids=["none", "one that is not there"])
@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_without_a_screen_the_console_says_so_and_names_the_way_on(
    tmp_path: Path, display: str | None
) -> None:
    aside = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in aside}
    if display is not None:
        environment["DISPLAY"] = display
    done = _run("-m", "app.cli", "--data", tmp_path, environment=environment)
    assert done.returncode == 1
    assert "no screen answers (could not connect to display" in done.stderr
    assert "wayboard --help" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.webengine
@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root is refused the sandbox"
)
def test_root_can_open_the_console_as_in_a_container(tmp_path: Path) -> None:
    environment = dict(os.environ) | {"QTWEBENGINE_CHROMIUM_FLAGS": "--disable-gpu"}
    picture = tmp_path / "console.png"
    words = ("-m", "app.cli", "--data", tmp_path / "data", "--screenshot", picture)
    done = _run(*words, environment=environment)
    assert done.returncode == 0, done.stderr
    assert picture.exists()
