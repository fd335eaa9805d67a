"""`--iterations`: the same seed and the same work are the same plan, whatever the machine does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.cli.main import app
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
    window,
)

_TIMES = {"seconds", "trajectory", "computing_times", "wayboard"}


def run(data: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["--data", str(data), *words])


def untimed(value: Any) -> Any:
    """What a run printed, without how long it took."""
    if isinstance(value, dict):
        return {key: untimed(each) for key, each in value.items() if key not in _TIMES}
    return [untimed(each) for each in value] if isinstance(value, list) else value


def a_day(data: Path) -> None:
    """Two shifts and 24 orders, over which two searches of a moment would differ.

    They begin at other hours: which of two shifts that are alike drives is chance.
    """
    depot = make_depot()
    shifts = [
        make_shift(
            depot=depot,
            driver=make_driver(name=name),
            vehicle=make_vehicle(name=name),
            window=window(begin, "18:00"),
        )
        for name, begin in (("Ana", "08:00"), ("Bram", "08:30"))
    ]
    parts = [part for shift in shifts for part in (shift.driver, shift.vehicle)]
    orders = [
        make_order(
            reference=f"SO-{n}", place=place(53.54 + 0.007 * (n % 5), 13.2 + 0.009 * (n % 7))
        )
        for n in range(24)
    ]
    with open_workspace(load_settings(data)) as workspace:
        workspace.dispatch.apply(ChangeFleet(put=(depot, *parts, *shifts)))
        workspace.dispatch.apply(ChangeOrders(put=tuple(orders)))


PLAN = ("plan",)
REPLAN = ("replan", "--mode", "everything", "--at", "04:00")


def planned(data: Path, command: tuple[str, ...]) -> Any:
    """What the command prints, and the sequences that it made."""
    asked = ("--day", str(DAY), "--iterations", "100", "--seed", "3", "--json")
    found = run(data, *command, *asked)
    assert found.exit_code == 0, found.output
    with open_workspace(load_settings(data)) as workspace:
        board = workspace.dispatch.board(DAY)
    return untimed(json.loads(found.stdout)), sorted(
        [board.orders[order].reference for order in each.route.orders] for each in board.routes
    )


@pytest.mark.parametrize("command", [PLAN, REPLAN], ids=["plan", "replan"])
def test_a_day_is_planned_the_same_twice(tmp_path: Path, command: tuple[str, ...]) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for data in (first, second):
        a_day(data)
    assert planned(first, command) == planned(second, command)


@pytest.mark.parametrize("command", [PLAN, REPLAN], ids=["plan", "replan"])
def test_work_that_the_time_did_not_suffice_for_is_told(
    tmp_path: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan is kept, but another run may make another one."""
    monkeypatch.setattr("app.cli.planning.longest", lambda _seconds, _iterations: 0.5)
    a_day(tmp_path)
    found = run(tmp_path, *command, "--day", str(DAY), "--iterations", "100000000")
    assert found.exit_code == 0, found.output
    assert "before all of its iterations were done" in found.stderr
    with open_workspace(load_settings(tmp_path)) as workspace:
        assert not workspace.dispatch.board(DAY).unassigned


def test_a_problem_of_another_program_is_planned_the_same_twice(tmp_path: Path) -> None:
    count = 16
    places = [(37 * n % 100, 53 * n % 100) for n in range(count + 1)]
    ways = [[abs(a - c) * 7 + abs(b - d) * 9 for c, d in places] for a, b in places]
    problem = {
        "jobs": [{"id": n, "location_index": n, "delivery": [1]} for n in range(1, count + 1)],
        "vehicles": [
            {"id": n, "start_index": 0, "end_index": 0, "capacity": [6]} for n in range(1, 5)
        ],
        "matrices": {"car": {"durations": ways}},
    }
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(problem), encoding="utf-8")

    def solved(cores: str) -> Any:
        words = ("solve", str(file), "--iterations", "100", "--seed", "3", "--cores", cores)
        found = run(tmp_path, *words)
        assert found.exit_code == 0, found.output
        return untimed(json.loads(found.stdout))

    assert solved("1")["routes"]
    assert solved("1") == solved("2")
