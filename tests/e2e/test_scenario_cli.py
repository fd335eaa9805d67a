"""Scenarios by commands: run, listed, compared, mixed, published."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.e2e.test_cli import DAY, Terminal, terminal, terminal_with_region

__all__ = ["terminal", "terminal_with_region"]


@pytest.fixture
def day(terminal_with_region: Terminal, sample: Path) -> Terminal:
    """The sample's orders and fleet, not planned yet."""
    terminal_with_region.run("fleet", "import", sample / "fleet.csv", "--day", DAY)
    terminal_with_region.run("orders", "import", sample / "orders.csv")
    return terminal_with_region


def scenario(day: Terminal, command: str, *words: object, code: int = 0) -> str:
    return day.run("scenario", command, "--day", DAY, *words, code=code)


def columns(day: Terminal, *words: object) -> dict[str, Any]:
    found = json.loads(scenario(day, "compare", *words, "--json"))
    return {column["name"]: column for column in found["columns"]}


def test_scenarios_go_from_recipes_to_the_board(day: Terminal) -> None:
    assert "no scenarios" in scenario(day, "list")
    assert "wayboard scenario run" in scenario(day, "compare", code=1)
    made = json.loads(
        scenario(
            day, "run", "--recipe", "cheapest", "--recipe", "fastest", "--name", "Plan A",
            "--seconds", 1.5, "--seed", 7, "--json",
        )
    )  # fmt: skip
    assert [each["name"] for each in made] == ["Plan A", "Fastest"]
    assert [each["objective"] for each in made] == ["cheapest", "fastest"]
    assert {(each["seed"], each["unassigned"], each["violations"]) for each in made} == {(7, 0, 0)}

    found = columns(day)
    assert list(found) == ["On the board", "Plan A", "Fastest"]
    assert found["On the board"]["unassigned"] == 120
    assert found["Plan A"]["cost"] < found["Fastest"]["cost"]
    assert found["Fastest"]["working_s"] < found["Plan A"]["working_s"]
    text = scenario(day, "compare")
    assert text.splitlines()[0].split() == ["On", "the", "board", "Plan", "A", "Fastest"]

    assert "published Plan A" in scenario(day, "publish", "plan a")
    assert "already shows" in scenario(day, "publish", "Plan A", code=1)
    found = columns(day, "Fastest", "--stops")
    assert found["On the board"]["unassigned"] == 0
    moved = found["Fastest"]["moved"]
    assert moved
    assert all(each["from"] != each["to"] and each["was"] and each["becomes"] for each in moved)

    name = moved[0]["to"]
    assert f"{name} taken from Fastest into Plan A" in scenario(
        day, "take", name, "--from", "Fastest", "--into", "Plan A"
    )
    assert f"with {name} from Fastest" in scenario(day, "list")
    assert "taken from Fastest into board" in scenario(
        day, "take", name, "--from", "Fastest", "--into", "board"
    )
    assert "same stops" in scenario(
        day, "take", name, "--from", "Fastest", "--into", "board", code=1
    )
    assert "removed Fastest" in scenario(day, "remove", "Fastest")
    assert "There are: Plan A" in scenario(day, "remove", "Fastest", code=1)


def test_a_stale_scenario_says_what_it_leaves_out_before_it_is_published(
    day: Terminal, tmp_path: Path, sample: Path
) -> None:
    scenario(day, "run", "--recipe", "cheapest", "--seconds", 0.5)
    more = (sample / "orders.csv").read_text("utf-8").splitlines()
    late = tmp_path / "late.csv"
    late.write_text(f"{more[0]}\n{more[1].replace('SO-100001', 'SO-999999')}\n", "utf-8")
    assert "1 added" in day.run("orders", "import", late)
    assert "stale" in scenario(day, "list")
    refused = scenario(day, "publish", "Cheapest", code=1)
    assert "left unassigned: SO-999999" in refused
    assert "--force" in refused
    assert columns(day)["On the board"]["unassigned"] == 121
    assert "1 unassigned" in scenario(day, "publish", "Cheapest", "--force")


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal's Ctrl+C is a signal")
def test_ctrl_c_keeps_the_best_plans_so_far(day: Terminal) -> None:
    command = [sys.executable, "-m", "app.cli", "--data", str(day.data), "scenario", "run"]
    with subprocess.Popen(
        [*command, "--day", DAY, "--recipe", "cheapest", "--recipe", "fastest", "--seconds", "300"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(10)
        running.send_signal(signal.SIGINT)
        out, errors = running.communicate(timeout=90)
    assert running.returncode == 0, errors
    assert "Cheapest" in out
    assert "Fastest" in out


def test_an_unknown_recipe_names_those_there_are(day: Terminal) -> None:
    out = scenario(day, "run", "--recipe", "greenest", code=1)
    assert "No recipe is called “greenest”" in out
    assert "fewest-vans" in out
