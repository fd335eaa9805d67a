"""The whole day by commands, as a user types them."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.conftest import ROOT

DAY = "2024-03-05"
COMMANDS = (
    (),
    ("plan",),
    ("replan",),
    ("promise",),
    ("manifest",),
    ("export",),
    ("solve",),
    ("demo",),
    ("region", "build"),
    ("region", "list"),
    ("region", "use"),
    ("region", "remove"),
    ("orders", "import"),
    ("orders", "template"),
    ("fleet", "import"),
    ("fleet", "shifts"),
    ("fleet", "template"),
    ("scenario", "run"),
    ("scenario", "list"),
    ("scenario", "compare"),
    ("scenario", "take"),
    ("scenario", "publish"),
    ("scenario", "remove"),
)


class Terminal:
    """Runs `wayboard` on one data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def run(self, *words: object, code: int = 0) -> str:
        """Output of a command that must end with this exit code."""
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *map(str, words)],
            cwd=ROOT,
            env=dict(os.environ) | {"WAYBOARD_DATA": str(self.data), "COLUMNS": "100"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout if code in (0, 3) else done.stderr


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "data")


@pytest.fixture
def terminal_with_region(terminal: Terminal, regions_root: Path) -> Terminal:
    terminal.data.mkdir()
    (terminal.data / "regions").symlink_to(regions_root)
    terminal.run("region", "use", "Sample")
    return terminal


def test_a_day_goes_from_an_orders_file_to_paper_and_every_format(
    terminal_with_region: Terminal, sample: Path, tmp_path: Path
) -> None:
    run = terminal_with_region.run
    assert "* Sample" in run("region", "list")
    run("fleet", "import", sample / "fleet.csv", "--day", DAY)
    imported = json.loads(run("orders", "import", sample / "orders.csv", "--json"))
    assert (imported["added"], imported["refused"], imported["on_hold"]) == (120, 0, 0)
    assert "120 unchanged" in run("orders", "import", sample / "orders.csv")

    planned = json.loads(run("plan", "--day", DAY, "--seconds", 2, "--json"))
    assert (planned["unassigned"], planned["violations"]) == ([], 0)

    paper = tmp_path / "day.pdf"
    run("manifest", "--day", DAY, "--out", paper)
    pages = " ".join(page.extract_text() for page in PdfReader(paper).pages)
    assert "Zoe Lüders" in pages
    assert "OpenStreetMap" in pages

    day = json.loads(run("export", "--day", DAY, "--format", "json"))
    assert sum(len(route["stops"]) for route in day["routes"]) == 120
    stops = [
        feature
        for feature in json.loads(run("export", "--day", DAY, "--format", "geojson"))["features"]
        if feature["properties"]["type"] == "stop"
    ]
    assert len(stops) == 120
    rows = list(csv.DictReader(run("export", "--day", DAY, "--format", "csv").splitlines()))
    assert len(rows) == 120
    assert run("export", "--day", DAY, "--format", "ical").count("BEGIN:VEVENT") >= 120
    assert "<gpx" in run("export", "--day", DAY, "--format", "gpx")
    page = tmp_path / "map.html"
    run("export", "--day", DAY, "--format", "html", "--out", page)
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"<(script|img|iframe)[^>]+src=|<link|@import|url\(['\"]?http", text)


def test_refused_rows_end_with_their_own_exit_code_and_a_file_to_correct(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(
        "reference,recipient,address,city,date,weight_kg,shade\n"
        "A,Zoe,Weg 1,Ort,2024-03-05,-1,red\nB,Zoe,Weg 1,Ort,2024-03-05,1,blue\n"
    )
    said = terminal.run("orders", "import", file, code=3)
    assert "line 2, weight_kg" in said
    assert "line 3, address: address not found" in said
    assert "No region is in use" in said
    assert "Columns not used: shade" in said
    assert (tmp_path / "orders.refused.csv").exists()


def test_what_a_user_can_mend_is_said_without_a_trace(terminal: Terminal, tmp_path: Path) -> None:
    for words, text in (
        (("region", "use", "Atlantis"), "There is no region"),
        (("manifest", "--day", DAY, "--out", tmp_path / "no.pdf"), "Nothing is planned on"),
        (("orders", "import", tmp_path / "none.csv"), "none.csv"),
        (("plan", "--day", DAY), "Add shifts"),
        (("--database", "nonsense", "plan", "--day", DAY), "not a database address"),
        (("region", "build", ROOT / "README.md", "--name", "X"), "README.md"),
    ):
        said = terminal.run(*words, code=1)
        assert text in said
        assert "Traceback" not in said


def test_a_day_that_is_no_date_is_wrong_usage(terminal: Terminal) -> None:
    assert "YYYY-MM-DD" in terminal.run("plan", "--day", "tomorrow", code=2)
    assert "geojson" in terminal.run("export", "--day", DAY, "--format", "docx", code=2)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_templates_can_be_imported_as_they_are(
    terminal: Terminal, tmp_path: Path, kind: str
) -> None:
    orders, fleet = tmp_path / f"orders.{kind}", tmp_path / f"fleet.{kind}"
    terminal.run("orders", "template", orders)
    terminal.run("fleet", "template", fleet)
    assert json.loads(terminal.run("orders", "import", orders, "--json"))["refused"] == 0
    terminal.run("fleet", "import", fleet)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(terminal: Terminal, command: tuple[str, ...]) -> None:
    said = terminal.run(*command, "--help")
    assert "Usage: wayboard" in said
    summary = said.split("\n\n")[1].strip()
    assert summary[0].isupper()
    assert summary.endswith(".")
