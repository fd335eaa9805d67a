"""What the tests of solving share."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.documents.problem_vroom import parse_vroom
from app.domain.geo import Location
from app.domain.problem import Failed, Finished
from app.domain.timetable import Travel
from app.domain.travel import Profile
from app.services.posing import Posed
from app.services.solving import Assignment, Outcome, SearchOptions
from app.services.vroom_posing import pose_vroom


def no_roads(_places: Sequence[Location], _profiles: Sequence[Profile]) -> Travel:
    raise AssertionError("the problem brings its matrices")


DURATIONS = [
    [0, 700, 900, 1200, 1500],
    [720, 0, 500, 800, 900],
    [910, 500, 0, 600, 700],
    [1200, 820, 610, 0, 500],
    [1500, 910, 700, 500, 0],
]


def vroom(**changes: Any) -> dict[str, Any]:
    return {
        "jobs": [{"id": 11, "location_index": 1, "service": 100}],
        "vehicles": [{"id": 1, "start_index": 0, "end_index": 0}],
        "matrices": {"car": {"durations": DURATIONS}},
    } | changes


def posed(value: Mapping[str, Any]) -> Posed:
    file = parse_vroom(json.dumps(value).encode(), "p.json")
    return pose_vroom(file, SearchOptions(seconds=1), no_roads)


def task_of(value: Mapping[str, Any], seconds: float = 1.0) -> Assignment:
    file = parse_vroom(json.dumps(value).encode(), "p.json")
    return Assignment(file, SearchOptions(seconds=seconds), no_roads)


def checked(value: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(task_of(value).check().content)
    return found


def with_steps(*steps: dict[str, Any], **vehicle: Any) -> dict[str, Any]:
    return {"id": 1, "start_index": 0, "end_index": 0, "steps": list(steps)} | vehicle


JOB = {"type": "job", "id": 11}


def planned(task: Assignment) -> Outcome:
    *_, last = task.start().messages()
    assert isinstance(last, Finished), last.message if isinstance(last, Failed) else last
    return task.outcome(last.plan)


def causes(found: dict[str, Any]) -> list[tuple[str, Any]]:
    """The violations of an answer in VROOM's words, with their amounts."""
    return [
        (each["cause"], each.get("duration", each.get("amount")))
        for each in found["summary"]["violations"]
    ]
