"""An optimizer that dies on its way is reported, and what it had found is kept."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.cli.main import app
from app.cli.output import Progress
from app.config import load_settings
from app.domain.edits import ChangeFleet, ChangeOrders
from app.services.workspace import open_workspace
from tests.factories import (
    DAY,
    make_depot,
    make_driver,
    make_order,
    make_shift,
    make_vehicle,
    place,
)

PROBLEM = {
    "vehicles": [{"id": 1, "start_index": 0, "end_index": 0}],
    "jobs": [{"id": 1, "location_index": 1}, {"id": 2, "location_index": 2}],
    "matrices": {"car": {"durations": [[0, 5, 9], [5, 0, 4], [9, 4, 0]]}},
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    depot, driver, vehicle = make_depot(), make_driver(), make_vehicle()
    shift = make_shift(depot=depot, driver=driver, vehicle=vehicle)
    orders = tuple(make_order(place=place(53.56 + 0.004 * n, 13.28)) for n in range(5))
    with open_workspace(load_settings(tmp_path)) as workspace:
        workspace.dispatch.apply(ChangeFleet(put=(depot, driver, vehicle, shift)))
        workspace.dispatch.apply(ChangeOrders(put=orders))
    return tmp_path


@pytest.fixture
def _dies_once_it_has_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real process, by a real signal, when its first plan is told."""

    def show(_line: Progress, text: str) -> None:
        if "unassigned" in text:
            for child in multiprocessing.active_children():
                child.kill()

    monkeypatch.setattr(Progress, "show", show)


def wayboard(data: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["--data", str(data), *words])


pytestmark = pytest.mark.usefixtures("_dies_once_it_has_a_plan")


def test_plan_keeps_the_best_plan_and_says_so(data: Path) -> None:
    done = wayboard(data, "plan", "--day", str(DAY), "--seconds", "120", "--json")
    assert done.exit_code == 3
    assert "The best plan that it had found was kept." in done.stderr
    assert "exit code -9" in done.stderr
    told = json.loads(done.stdout)
    assert "ended without an answer" in told["problem"]
    assert told["unassigned"] == []
    with open_workspace(load_settings(data)) as workspace:
        board = workspace.dispatch.board(DAY)
        assert sum(len(each.route.orders) for each in board.routes) == 5


def test_solve_writes_the_best_solution_and_says_so(data: Path, tmp_path: Path) -> None:
    problem = tmp_path / "problem.json"
    problem.write_text(json.dumps(PROBLEM), encoding="utf-8")
    done = wayboard(data, "solve", str(problem), "--seconds", "120")
    assert done.exit_code == 3
    assert "Warning: The optimizer ended without an answer." in done.stderr
    (route,) = json.loads(done.stdout)["routes"]
    assert [step["id"] for step in route["steps"] if step["type"] == "job"]


def test_a_scenario_that_broke_off_is_kept_as_one_that_ended_early(data: Path) -> None:
    words = ("scenario", "run", "--day", str(DAY), "--recipe", "cheapest", "--seconds", "120")
    done = wayboard(data, *words)
    assert done.exit_code
    assert "ended without an answer" in done.output
    listed = wayboard(data, "scenario", "list", "--day", str(DAY)).stdout
    assert "0 unassigned" in listed
    assert "ended early" in listed
