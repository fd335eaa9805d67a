"""What the tests of solving share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.domain.geo import Location
from app.domain.problem import Failed, Finished
from app.domain.timetable import Travel
from app.domain.travel import Profile
from app.services.solving import Assignment, Outcome


def no_roads(_places: Sequence[Location], _profiles: Sequence[Profile]) -> Travel:
    raise AssertionError("the problem brings its matrices")


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
