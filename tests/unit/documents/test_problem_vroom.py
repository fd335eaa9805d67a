"""VROOM's JSON: what is taken, and how a flaw is named."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.problem_vroom import parse_vroom
from app.documents.vroom_values import Prices, StepKind, VroomProblem
from app.domain.errors import ImportErrors

JOB = {"type": "job", "id": 1}
MATRIX = {"car": {"durations": [[0, 5], [6, 0]], "distances": [[0, 50], [60, 0]]}}


def problem(**changes: Any) -> dict[str, Any]:
    return {
        "jobs": [{"id": 1, "location_index": 1}],
        "vehicles": [{"id": 1, "start_index": 0}],
        "matrices": MATRIX,
    } | changes


def parsed(value: Any) -> VroomProblem:
    return parse_vroom(json.dumps(value).encode(), "p.json")


def refusal(value: Any) -> tuple[str, ...]:
    with pytest.raises(ImportErrors) as caught:
        parsed(value)
    return caught.value.problems


def test_everything_of_a_vehicle_is_read() -> None:
    vehicle = {
        "id": 7,
        "description": "red",
        "profile": "car",
        "start_index": 0,
        "end": [13.2, 53.5],
        "end_index": 1,
        "capacity": [3, 4],
        "costs": {"fixed": 5, "per_hour": 60, "per_task_hour": 30, "per_km": 2},
        "skills": [4],
        "type": "van",
        "time_window": [10, 20],
        "breaks": [
            {"id": 1, "service": 3, "time_windows": [[12, 13], [11, 11]], "max_load": [1, 1]}
        ],
        "speed_factor": 1.5,
        "max_tasks": 9,
        "max_travel_time": 8,
        "max_distance": 7,
        "steps": [
            {"type": "start"},
            {"type": "job", "id": 1, "service_at": 4, "service_after": 3, "service_before": 5},
            {"type": "break", "id": 1},
            {"type": "end"},
        ],
    }
    (found,) = parsed(problem(vehicles=[vehicle])).vehicles
    assert found.end is not None
    assert found.end.location == (13.2, 53.5)
    assert found.capacity == (3, 4)
    assert found.prices == Prices(fixed=5, per_hour=60, per_task_hour=30, per_km=2)
    assert (found.type, found.window, found.speed_factor) == ("van", (10, 20), 1.5)
    assert (found.max_tasks, found.max_travel_time, found.max_distance) == (9, 8, 7)
    assert found.breaks[0].windows == ((11, 11), (12, 13))
    assert found.breaks[0].max_load == (1, 1)
    assert [step.kind for step in found.steps] == [
        StepKind.START,
        StepKind.JOB,
        StepKind.BREAK,
        StepKind.END,
    ]
    assert (found.steps[1].at, found.steps[1].after, found.steps[1].before) == (4, 3, 5)


def test_both_ends_of_a_shipment_share_amount_skills_and_priority() -> None:
    shipment = {
        "amount": [2],
        "skills": [1],
        "priority": 9,
        "pickup": {"id": 1, "location_index": 0, "setup": 4, "setup_per_type": {"van": 2}},
        "delivery": {"id": 1, "location_index": 1, "service": 5, "service_per_type": {"van": 1}},
    }
    vehicle = {"id": 1, "start_index": 0, "capacity": [2]}
    found = parsed(problem(jobs=[], shipments=[shipment], vehicles=[vehicle]))
    pickup, delivery = found.tasks
    assert (pickup.pickup, delivery.delivery) == ((2,), (2,))
    assert pickup.skills == delivery.skills == {1}
    assert pickup.priority == delivery.priority == 9
    assert (pickup.setup, pickup.setup_per_type) == (4, {"van": 2})
    assert (delivery.service, delivery.service_per_type) == (5, {"van": 1})


def test_the_older_words_of_vroom_are_still_taken() -> None:
    value = {
        "jobs": [{"id": 1, "location_index": 1, "amount": [3]}],
        "vehicles": [{"id": 1, "start_index": 0, "capacity": [3]}],
        "matrix": [[0, 1], [1, 0]],
    }
    found = parsed(value)
    assert found.jobs[0].delivery == (3,)
    assert found.matrices["car"].seconds[0][1] == 1


def test_the_older_amount_is_a_delivery_only_where_nothing_newer_is_said() -> None:
    jobs = [
        {"id": 1, "location_index": 1, "amount": [3], "pickup": [1]},
        {"id": 2, "location_index": 1, "amount": [3], "delivery": [2]},
    ]
    found = parsed(problem(jobs=jobs, vehicles=[{"id": 1, "start_index": 0, "capacity": [3]}]))
    assert [(job.delivery, job.pickup) for job in found.jobs] == [((), (1,)), ((2,), ())]


def test_numbers_are_as_large_as_vroom_takes_them() -> None:
    most = 2**32 - 1
    vehicle = {
        "id": 2**64 - 1,
        "start_index": 0,
        "capacity": [most],
        "skills": [most],
        "costs": {"fixed": most},
        "time_window": [0, most],
        "max_tasks": most,
    }
    (found,) = parsed(problem(vehicles=[vehicle])).vehicles
    assert found.capacity == (most,)
    assert found.skills == {most}
    assert found.prices.fixed == most


def test_coordinates_beside_matrices_may_be_of_any_plane() -> None:
    jobs = [{"id": 1, "location_index": 1, "location": [250, 499.25]}]
    vehicle = {"id": 1, "start_index": 0, "start": [1000, -2000], "end_index": 1, "end": [0, 0]}
    found = parsed(problem(jobs=jobs, vehicles=[vehicle]))
    assert found.jobs[0].spot.location == (250, 499.25)
    assert found.vehicles[0].start is not None
    assert found.vehicles[0].start.location == (1000, -2000)


def test_an_altitude_behind_coordinates_is_left_out() -> None:
    jobs = [{"id": 1, "location": [13.2, 53.5, 20]}]
    found = parsed(problem(matrices=None, jobs=jobs, vehicles=[{"id": 1, "start": [13, 53, 9]}]))
    assert found.jobs[0].spot.location == (13.2, 53.5)


def test_a_vehicle_with_an_empty_profile_is_a_car() -> None:
    (vehicle,) = parsed(problem(vehicles=[{"id": 1, "start_index": 0, "profile": ""}])).vehicles
    assert vehicle.profile == "car"


def test_only_matrices_that_some_vehicle_uses_must_have_every_row() -> None:
    found = parsed(problem(matrices=MATRIX | {"bike": {"durations": [[0]]}, "boat": None}))
    assert sorted(found.matrices) == ["bike", "car"]


def test_a_flawed_capacity_is_not_said_to_be_missing() -> None:
    jobs = [{"id": 1, "location_index": 1, "delivery": [1]}]
    vehicles = [{"id": 1, "start_index": 0, "capacity": [-1]}]
    (flaw,) = refusal(problem(jobs=jobs, vehicles=vehicles))
    assert flaw.startswith("$.vehicles[0].capacity[0]: expected")


def test_empty_amounts_are_as_good_as_none() -> None:
    """Programs write them for whatever has no size."""
    pause = {"id": 1, "time_windows": [[0, 9]], "max_load": []}
    jobs: list[dict[str, Any]] = [
        {"id": 1, "location_index": 1, "delivery": [], "pickup": []},
        {"id": 2, "location_index": 1},
    ]
    value: dict[str, Any] = {
        "jobs": jobs,
        "vehicles": [{"id": 1, "start_index": 0, "breaks": [pause]}],
        "matrix": [[0, 1], [1, 0]],
    }
    assert parsed(value).dimensions == 0
    value["vehicles"][0]["capacity"] = [4]
    jobs[1]["delivery"] = [3]
    found = parsed(value)
    assert found.dimensions == 1
    assert [job.delivery for job in found.jobs] == [(), (3,)]
    assert found.vehicles[0].breaks[0].max_load is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"jobs": [{"id": 1, "location_index": 1, "time_windows": [[0, 9], [5, 3]]}]},
            "$.jobs[0].time_windows[1]: expected [start, end] in seconds with start ≤ end, "
            "got [5,3]",
        ),
        (
            {"jobs": [{"id": 1, "location_index": 2}]},
            "$.jobs[0].location_index: expected a row of the matrices from 0 to 1, got 2",
        ),
        (
            {"jobs": [{"id": "a", "location_index": 1}]},
            '$.jobs[0].id: expected a whole number from 0 to 18446744073709551615, got "a"',
        ),
        (
            {"jobs": [{"location_index": 1}]},
            "$.jobs[0].id: expected a whole number, got nothing",
        ),
        (
            {"jobs": [{"id": 1, "location_index": 1, "priority": 101}]},
            "$.jobs[0].priority: expected a priority from 0 to 100, got 101",
        ),
        (
            {"jobs": [{"id": 1, "location_index": 1, "service": -1}]},
            "$.jobs[0].service: expected seconds from 0 to 4294967295, got -1",
        ),
        (
            {"jobs": [{"id": 1, "location_index": 1, "delivery": [1]}]},
            "$.vehicles[0].capacity: expected 1 amounts, as $.jobs[0].delivery has, got nothing",
        ),
        (
            {"vehicles": [{"id": 1, "start_index": 0, "speed_factor": 0}]},
            "$.vehicles[0].speed_factor: expected a factor from 0.0001 to 5, got 0",
        ),
        (
            {"vehicles": [{"id": 1, "start_index": 0, "profile": "bike"}]},
            "$.vehicles[0].profile: expected a profile of $.matrices (car), or the longitude and "
            "latitude of every place, got bike",
        ),
        (
            {"vehicles": [{"id": 1, "start_index": 0, "steps": [{"type": "job", "id": 4}]}]},
            "$.vehicles[0].steps[0].id: expected the id of a job, got 4",
        ),
        (
            {"vehicles": [{"id": 1, "start_index": 0, "steps": [{"type": "fly"}]}]},
            "$.vehicles[0].steps[0].type: expected one of start, job, pickup, delivery, break, "
            'end, got "fly"',
        ),
        (
            {"vehicles": [{"id": 1, "start_index": 0, "steps": [JOB, {"type": "start"}]}]},
            "$.vehicles[0].steps[1].type: expected a start before all other steps",
        ),
        (
            {"vehicles": [{"id": 1, "start_index": 0, "steps": [{"type": "end"}, JOB]}]},
            "$.vehicles[0].steps[0].type: expected an end after all other steps",
        ),
        (
            {"vehicles": []},
            "$.vehicles: expected at least one vehicle, got nothing",
        ),
        (
            {"matrices": {"car": {"durations": [[0, 1], [2]]}}},
            "$.matrices.car.durations[1]: expected 2 numbers, one for each row, got 1 numbers",
        ),
        (
            {"matrices": {"car": {"durations": [[0, 1], [-2, 0]]}}},
            "$.matrices.car.durations[1][0]: expected seconds from 0 to 2147483647, got -2",
        ),
        (
            {
                "matrices": {"car": {"durations": [[0, 1], [2, 0]]}},
                "vehicles": [{"id": 1, "start_index": 0, "costs": {"per_km": 3}}],
            },
            "$.matrices.car.distances: expected a matrix of metres, as $.vehicles[0] has a price "
            "for them, or the longitude and latitude of every place, got nothing",
        ),
        (
            {"matrices": None},
            "$.jobs[0].location: expected [longitude, latitude], as there are no matrices, "
            "got nothing",
        ),
        (
            {"matrices": None, "jobs": [{"id": 1, "location": [13.2, 91]}]},
            "$.jobs[0].location[1]: expected a latitude from -90 to 90, got 91",
        ),
        (
            {"jobs": [{"id": 1, "location_index": 1, "location": [13.2]}]},
            "$.jobs[0].location: expected a pair of coordinates, got [13.2]",
        ),
        (
            {"jobs": [{"id": 3, "location_index": 1}, {"id": 3, "location_index": 0}]},
            "$.jobs[1]: expected an id of its own for this job, got 3",
        ),
    ],
)
def test_a_flaw_is_named_by_its_path_and_what_is_expected(
    changes: dict[str, Any], expected: str
) -> None:
    assert expected in refusal(problem(**changes))


def test_every_flawed_job_is_listed() -> None:
    jobs = [{"id": 1, "location_index": 9}, {"id": 2, "location_index": 1}, {"id": 3}]
    assert len(refusal(problem(jobs=jobs))) == 2


def test_a_flawed_matrix_is_not_blamed_on_every_place_that_counts_on_it() -> None:
    (flaw,) = refusal(problem(matrices={"car": {"durations": [[0, 1], [2]]}}))
    assert flaw.startswith("$.matrices.car.durations[1]")


def test_text_that_is_not_json_is_refused_with_line_and_column() -> None:
    with pytest.raises(ImportErrors, match=r"p\.json is not JSON: line 2, column"):
        parse_vroom(b'{"jobs": [],\n oops}', "p.json")


def test_text_that_is_nested_without_end_is_refused() -> None:
    with pytest.raises(ImportErrors):
        parse_vroom(b'{"jobs":' + b"[" * 100_000, "p.json")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "location", "location_index", "time_windows", "steps", "type", "amount"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
KEYS = [
    ("jobs", 0, "id"), ("jobs", 0, "location_index"), ("jobs", 0, "time_windows"),
    ("jobs", 0, "delivery"), ("jobs", 0, "skills"), ("jobs", 0, "setup_per_type"),
    ("jobs", 0), ("jobs",), ("shipments",), ("vehicles", 0), ("vehicles",), ("matrices",),
    ("matrices", "car"), ("matrices", "car", "durations"), ("matrices", "car", "costs"),
    ("vehicles", 0, "breaks"), ("vehicles", 0, "steps"), ("vehicles", 0, "costs"),
    ("vehicles", 0, "speed_factor"), ("vehicles", 0, "time_window"), ("vehicles", 0, "start"),
]  # fmt: skip


@given(place=st.sampled_from(KEYS), value=ANYTHING)
def test_any_value_anywhere_is_taken_or_refused_in_words(
    place: tuple[str | int, ...], value: Any
) -> None:
    whole = json.loads(json.dumps(problem()))
    owner = whole
    for key in place[:-1]:
        owner = owner[key]
    owner[place[-1]] = value
    content = json.dumps(whole).encode()
    with suppress(ImportErrors):
        parse_vroom(content, "p.json")


@given(content=st.binary(max_size=200))
def test_any_bytes_are_refused_in_words(content: bytes) -> None:
    with pytest.raises(ImportErrors):
        parse_vroom(b"{" + content, "p.json")
