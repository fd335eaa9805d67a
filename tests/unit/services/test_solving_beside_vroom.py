"""Beside VROOM itself, where it is installed: it takes the same files, and both agree on plans."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.documents.problem_vroom import parse_vroom
from app.domain.problem import Finished
from app.services.solving import Assignment, SearchOptions
from tests.unit.services.solving_tasks import no_roads
from tests.unit.services.vroom_maker import Maker
from tests.unit.services.vroom_steps import solved_by_vroom, with_steps

pytest.importorskip("vroom", reason="needs VROOM (pyvroom) to compare with")

ROUNDING = 10
"""VROOM rounds times of a route once, we round each leg."""


def assignment(problem: dict[str, Any], seconds: float = 1.0) -> Assignment:
    file = parse_vroom(json.dumps(problem).encode(), "p.json")
    return Assignment(file, SearchOptions(seconds=seconds), no_roads)


@pytest.mark.parametrize("seed", range(40))
def test_what_vroom_plans_breaks_nothing_and_costs_the_same(seed: int, tmp_path: Path) -> None:
    problem = Maker(seed).make()
    theirs = solved_by_vroom(problem, tmp_path)
    assert theirs["routes"]
    ours = json.loads(assignment(with_steps(problem, theirs)).check().content)
    assert ours["summary"]["violations"] == []
    for key in ("cost", "duration", "service", "setup", "priority", "unassigned"):
        assert ours["summary"][key] == pytest.approx(theirs["summary"][key], abs=ROUNDING), key
    for own, other in zip(ours["routes"], theirs["routes"], strict=True):
        assert own["vehicle"] == other["vehicle"]
        for step, its in zip(own["steps"], other["steps"], strict=True):
            assert (step["type"], step.get("id")) == (its["type"], its.get("id"))
            assert step.get("load") == its.get("load")
        assert own["steps"][-1]["arrival"] <= other["steps"][-1]["arrival"] + ROUNDING


@pytest.mark.parametrize("seed", [0, 3, 5, 14])
def test_a_plan_is_as_good_as_vrooms(seed: int, tmp_path: Path) -> None:
    problem = Maker(seed).make()
    theirs = solved_by_vroom(problem, tmp_path)["summary"]
    *_, last = assignment(problem, seconds=5).start().messages()
    assert isinstance(last, Finished)
    ours = json.loads(assignment(problem).outcome(last.plan).content)["summary"]
    assert ours["violations"] == []
    assert ours["priority"] >= theirs["priority"]
    if ours["priority"] == theirs["priority"]:
        assert ours["unassigned"] <= theirs["unassigned"]
    if (ours["priority"], ours["unassigned"]) == (theirs["priority"], theirs["unassigned"]):
        assert ours["cost"] <= theirs["cost"] * 1.02 + ROUNDING
