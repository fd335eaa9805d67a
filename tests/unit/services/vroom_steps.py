"""VROOM itself, asked from tests: to solve a problem, and to drive its vehicles' steps."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any


def solved_by_vroom(problem: dict[str, Any], folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = (
        _given(problem, folder).solve(exploration_level=5, nb_threads=1).to_dict()
    )
    return found


def checked_by_vroom(problem: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Its plan mode: the steps as they stand, with all that they break."""
    found: dict[str, Any] = _given(problem, folder).check(nb_threads=1).to_dict()
    return found


def with_steps(problem: dict[str, Any], solution: dict[str, Any]) -> dict[str, Any]:
    """The problem with the steps of a solution, as either of us wrote it."""
    given = copy.deepcopy(problem)
    routes = {route["vehicle"]: route["steps"] for route in solution["routes"]}
    for vehicle in given["vehicles"]:
        steps = routes.get(vehicle["id"], [])
        vehicle["steps"] = [
            {key: step[key] for key in ("type", "id") if key in step} for step in steps
        ]
    return given


def _given(problem: dict[str, Any], folder: Path) -> Any:
    import vroom

    path = folder / "problem.json"
    path.write_text(json.dumps(problem), encoding="utf-8")
    return vroom.Input.from_json(path)
