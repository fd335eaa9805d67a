"""Problems of other programs: posed, checked, planned, and reported in their own words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.problem_vroom import parse_vroom
from app.domain.errors import DispatchError, RuleError
from app.domain.fleet import PlaceKind
from app.domain.geo import Location
from app.domain.timetable import Travel
from app.domain.travel import Profile
from app.planning.solve import solve
from app.roads.straight import straight_lines
from app.services.posing import NOWHERE
from app.services.solving import SearchOptions
from app.services.vroom_posing import pose_vroom
from tests.unit.services.solving_tasks import (
    DURATIONS,
    JOB,
    causes,
    checked,
    no_roads,
    planned,
    posed,
    task_of,
    vroom,
    with_steps,
)
from tests.unit.services.vroom_maker import Maker

# -- posed in the domain's words


def test_set_up_is_done_once_at_a_place_and_service_by_the_type_of_vehicle() -> None:
    jobs = [
        {"id": n, "location_index": 1, "setup": 60, "service": 100, "service_per_type": {"van": 40}}
        for n in (11, 12)
    ]
    vehicle = with_steps(JOB, {"type": "job", "id": 12}, type="van")
    steps = checked(vroom(jobs=jobs, vehicles=[vehicle]))["routes"][0]["steps"]
    assert [step["setup"] for step in steps] == [0, 60, 0, 0]
    assert [step["service"] for step in steps] == [0, 40, 40, 0]


def test_prices_and_speed_make_the_cost() -> None:
    costs = {"fixed": 1000, "per_hour": 7200, "per_task_hour": 3600}
    vehicle = with_steps(JOB, costs=costs, speed_factor=2)
    found = checked(vroom(vehicles=[vehicle]))
    assert found["summary"]["duration"] == 710
    assert found["summary"]["cost"] == 1000 + 2 * 710 + 100


def test_kilometres_cost_and_are_reported() -> None:
    matrices = {"car": {"durations": DURATIONS, "distances": [[7] * 5] * 5}}
    vehicle = with_steps(JOB, costs={"per_km": 1000, "per_hour": 0})
    found = checked(vroom(vehicles=[vehicle], matrices=matrices))
    assert (found["summary"]["distance"], found["summary"]["cost"]) == (14, 14)


def test_a_matrix_of_costs_is_what_travel_costs() -> None:
    matrices = {"car": {"durations": DURATIONS, "costs": [[9] * 5] * 5}}
    found = checked(vroom(vehicles=[with_steps(JOB)], matrices=matrices))
    assert found["summary"]["cost"] == 18


def test_a_vehicle_may_begin_at_its_first_task_and_end_at_its_last() -> None:
    vehicle = {"id": 1, "steps": [JOB]}
    found = checked(vroom(vehicles=[vehicle]))
    (route,) = found["routes"]
    assert route["duration"] == 0
    assert [step["type"] for step in route["steps"]] == ["start", "job", "end"]
    # As VROOM writes it, who reads steps finds a place at each of them.
    first, second, third = (step["location_index"] for step in route["steps"])
    assert first == second == third
    problem = posed(vroom(vehicles=[vehicle])).problem
    assert problem.routes[0].shift.depot.location == NOWHERE
    assert problem.routes[0].shift.end is PlaceKind.OPEN


def test_profiles_have_matrices_of_their_own() -> None:
    slow = [[2 * seconds for seconds in row] for row in DURATIONS]
    matrices = {"bike": {"durations": slow}, "car": {"durations": DURATIONS}}
    vehicle = with_steps(JOB, profile="bike")
    found = checked(vroom(vehicles=[vehicle], matrices=matrices))
    assert found["summary"]["duration"] == 2 * 1420


def test_any_number_of_profiles_have_matrices_of_their_own() -> None:
    names = ["car", "bike", "foot", "truck", "tricycle"]
    # Each is quick to one job only, and each at a pace of its own.
    matrices = {name: {"durations": [[900] * 6 for _ in range(6)]} for name in names}
    for number, name in enumerate(names, start=1):
        for a, b in ((0, number), (number, 0)):
            matrices[name]["durations"][a][b] = 10 * number
    jobs = [{"id": number, "location_index": number} for number in range(1, 6)]
    vehicles = [
        {"id": number, "profile": name, "start_index": 0, "end_index": 0}
        for number, name in enumerate(names, start=1)
    ]
    file = vroom(jobs=jobs, vehicles=vehicles, matrices=matrices)
    found = json.loads(planned(task_of(file)).content)
    served = {
        each["vehicle"]: [step["id"] for step in each["steps"] if step["type"] == "job"]
        for each in found["routes"]
    }
    assert served == {number: [number] for number in range(1, 6)}
    assert found["summary"]["cost"] == 2 * (10 + 20 + 30 + 40 + 50)

    turned = [
        vehicle | {"steps": [{"type": "job", "id": vehicle["id"] % 5 + 1}]} for vehicle in vehicles
    ]
    assert checked(file | {"vehicles": turned})["summary"]["cost"] == 5 * 2 * 900


def test_higher_priority_is_worth_more_than_any_number_of_lower_ones() -> None:
    jobs = [{"id": n, "location_index": 1, "priority": n} for n in (0, 1, 2, 100)]
    found = posed(vroom(jobs=jobs))
    prices = [order.rules.drop_price or 0.0 for order in found.problem.orders.values()]
    assert prices == sorted(prices)
    assert prices[0] > 2 * 1500, "no way there and back is worth leaving one out"
    assert all(high >= low + len(jobs) * prices[0] for low, high in pairwise(prices))


def test_without_priorities_nothing_is_optional() -> None:
    (order,) = posed(vroom()).problem.orders.values()
    assert order.rules.drop_price is None


def test_the_current_regions_roads_are_asked_where_there_are_no_matrices() -> None:
    asked: list[tuple[int, tuple[Profile, ...]]] = []

    def roads(places: Sequence[Location], profiles: Sequence[Profile]) -> Travel:
        asked.append((len(places), tuple(profiles)))
        return _straight(places, profiles)

    value = {
        "jobs": [{"id": 1, "location": [13.27, 53.55]}, {"id": 2, "location": [13.25, 53.56]}],
        "vehicles": [
            {"id": 1, "profile": "truck", "start": [13.2, 53.5], "end": [13.2, 53.5]},
            {"id": 2, "start": [13.2, 53.5]},
        ],
    }
    file = parse_vroom(json.dumps(value).encode(), "p.json")
    found = pose_vroom(file, SearchOptions(), roads)
    assert asked == [(3, (Profile.CAR, Profile.TRUCK))]
    assert found.is_estimated


ON_MAP = {"id": 11, "location_index": 1, "location": [13.27, 53.55]}
FROM_MAP = {"id": 1, "start_index": 3, "start": [13.2, 53.5]}


def test_metres_that_a_matrix_lacks_are_those_of_the_roads() -> None:
    matrices = {"car": {"durations": DURATIONS, "costs": DURATIONS}}
    vehicles = [FROM_MAP | {"max_distance": 1}]
    problem = vroom(jobs=[ON_MAP], vehicles=vehicles, matrices=matrices)
    file = parse_vroom(json.dumps(problem).encode(), "p.json")
    found = pose_vroom(file, SearchOptions(), _straight).problem.travel["car"]
    start, job = Location(lat=53.5, lon=13.2), Location(lat=53.55, lon=13.27)
    a, b = found.index[start], found.index[job]
    assert found.seconds[a][b] == DURATIONS[3][1]
    assert found.metres[a][b] == straight_lines([start, job], Profile.CAR).metres[0][1]
    assert found.costs is not None
    assert found.costs[b][a] == 100 * DURATIONS[1][3]


def test_a_profile_without_a_matrix_takes_the_roads_and_the_others_theirs() -> None:
    # The roads call auto a car, but it is not the car of the file.
    names = ["car", "truck", "auto"]
    vehicles = [FROM_MAP | {"id": n, "profile": name} for n, name in enumerate(names)]
    matrices = {"car": {"durations": DURATIONS, "distances": DURATIONS}}
    problem = vroom(jobs=[ON_MAP], vehicles=vehicles, matrices=matrices)
    file = parse_vroom(json.dumps(problem).encode(), "p.json")
    found = pose_vroom(file, SearchOptions(), _straight)
    travel = found.problem.travel
    start, job = Location(lat=53.5, lon=13.2), Location(lat=53.55, lon=13.27)
    for profile, own in (("truck", Profile.TRUCK), ("auto", Profile.CAR)):
        matrix = travel[profile]
        seconds = matrix.seconds[matrix.index[start]][matrix.index[job]]
        assert seconds == straight_lines([start, job], own).seconds[0][1]
    matrix = travel["car"]
    assert matrix.seconds[matrix.index[start]][matrix.index[job]] == DURATIONS[3][1]
    assert found.roads is not None
    assert found.is_estimated


def _straight(places: Sequence[Location], profiles: Sequence[Profile]) -> Travel:
    return {profile: straight_lines(places, profile) for profile in profiles}


def test_a_profile_that_no_road_knows_is_refused_with_its_path() -> None:
    value = {
        "jobs": [{"id": 1, "location": [13.27, 53.55]}],
        "vehicles": [{"id": 1, "profile": "boat", "start": [13.2, 53.5]}],
    }
    file = parse_vroom(json.dumps(value).encode(), "p.json")
    with pytest.raises(RuleError, match=r"\$\.vehicles\[0\]\.profile"):
        pose_vroom(file, SearchOptions(), no_roads)


def test_a_way_longer_than_any_is_none() -> None:
    durations = [[0, 999_999_999], [999_999_999, 0]]
    found = checked(vroom(matrices={"car": {"durations": durations}}, vehicles=[with_steps(JOB)]))
    assert {cause for cause, _amount in causes(found)} == {"unreachable"}


def test_steps_are_where_a_search_begins() -> None:
    problem = posed(vroom(vehicles=[with_steps(JOB)])).problem
    assert [stop.order for stop in problem.routes[0].stops] == list(problem.orders)
    assert problem.unassigned == ()


NUMBERS = st.integers(0, 2**32) | st.sampled_from([0, 1, 2**31 - 1, 2**31, 2**32 - 1])


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_no_number_is_too_large_or_too_small(data: st.DataObject) -> None:
    """It is checked, or refused in words."""

    def some(least: int = 0) -> int:
        return max(least, data.draw(NUMBERS))

    job = {"id": 11, "location_index": 1, "service": some(), "setup": some(), "delivery": [some()]}
    if data.draw(st.booleans()):
        job["time_windows"] = [sorted([some(), some()])]
    vehicle = with_steps(
        JOB, {"type": "break", "id": 1},
        capacity=[some()], speed_factor=data.draw(st.floats(0, 6)), max_travel_time=some(),
        costs={"fixed": some(), "per_hour": some(), "per_task_hour": some()},
        breaks=[{"id": 1, "service": some(), "time_windows": [sorted([some(), some()])]}],
    )  # fmt: skip
    matrices = {"car": {"durations": [[0, some()], [some(), 0]]}}
    with suppress(DispatchError):
        checked(vroom(jobs=[job], vehicles=[vehicle], matrices=matrices))


# -- planned


def test_a_plan_is_reported_in_vrooms_words() -> None:
    jobs = [
        {"id": 1, "location_index": 1, "service": 60, "delivery": [1], "description": "door"},
        {"id": 2, "location_index": 2, "service": 60, "delivery": [1]},
        {"id": 3, "location_index": 3, "skills": [9], "delivery": [1]},
    ]
    vehicle = {"id": 8, "start_index": 0, "end_index": 0, "capacity": [5], "description": "red"}
    outcome = planned(task_of(vroom(jobs=jobs, vehicles=[vehicle])))
    found = json.loads(outcome.content)
    assert found["code"] == 0
    (route,) = found["routes"]
    assert (route["vehicle"], route["description"]) == (8, "red")
    assert sorted(step["id"] for step in route["steps"][1:-1]) == [1, 2]
    assert all(step["job"] == step["id"] for step in route["steps"][1:-1])
    assert found["summary"]["cost"] == 700 + 500 + 910
    assert found["summary"]["delivery"] == [2]
    (left,) = found["unassigned"]
    assert (left["id"], left["type"], left["reason"]) == (3, "job", "missing_skill")
    assert "9" in left["detail"]
    assert outcome.missing == 1
    assert not outcome.is_whole


def test_what_is_left_is_explained_in_the_amounts_and_seconds_of_the_file() -> None:
    jobs = [
        {"id": 1, "location_index": 1, "delivery": [5]},
        {"id": 2, "location_index": 2, "time_windows": [[0, 10]], "priority": 7},
        {"id": 3, "location_index": 3},
    ]
    ends = {"pickup": {"id": 4, "location_index": 1}, "delivery": {"id": 5, "location_index": 2}}
    ends["delivery"] |= {"time_windows": [[0, 20]]}
    vehicle = {"id": 8, "start_index": 0, "end_index": 0, "capacity": [3]}
    value = vroom(jobs=jobs, vehicles=[vehicle], shipments=[ends | {"amount": [1]}])
    found = json.loads(planned(task_of(value)).content)
    said = {
        (each["type"], each["id"]): (each["reason"], each["detail"]) for each in found["unassigned"]
    }
    reason, detail = said["job", 1]
    assert reason == "exceeds_capacity"
    assert detail.startswith("it needs [5], ")
    assert detail.endswith("at most [3]")
    late = DURATIONS[0][2]
    text = "the earliest that a vehicle can be at {} is {}, {} s after its window"
    assert said["job", 2] == ("outside_windows", text.format("job 2", late, late - 10))
    late = DURATIONS[0][1] + DURATIONS[1][2]
    for half in (("pickup", 4), ("delivery", 5)):
        assert said[half] == ("outside_windows", text.format("delivery 5", late, late - 20))


def test_the_higher_priority_is_kept_where_not_all_fit() -> None:
    jobs = [
        {"id": n, "location_index": n, "service": 600, "priority": 100 if n == 4 else 0}
        for n in (1, 2, 3, 4)
    ]
    vehicle = {"id": 1, "start_index": 0, "end_index": 0, "time_window": [0, 3700]}
    found = json.loads(planned(task_of(vroom(jobs=jobs, vehicles=[vehicle]))).content)
    assert 4 not in [each["id"] for each in found["unassigned"]]


def test_what_is_planned_passes_the_check() -> None:
    """The plan's own steps, given back as steps, break nothing and cost the same."""
    jobs = [
        {"id": n, "location_index": n, "service": 100, "delivery": [1], "time_windows": [[0, 6000]]}
        for n in (1, 2, 3, 4)
    ]
    vehicles = [{"id": n, "start_index": 0, "end_index": 0, "capacity": [2]} for n in (1, 2)]
    value = vroom(jobs=jobs, vehicles=vehicles)
    first = json.loads(planned(task_of(value)).content)
    for vehicle in vehicles:
        for route in first["routes"]:
            if route["vehicle"] == vehicle["id"]:
                vehicle["steps"] = [
                    {key: step[key] for key in ("type", "id") if key in step}
                    for step in route["steps"]
                ]
    second = checked(value)
    assert second["summary"]["cost"] == first["summary"]["cost"]
    assert second["unassigned"] == []
    assert causes(second) == []


def test_tight_limits_leave_out_no_more_than_they_must() -> None:
    """Places that are the cheapest for each order leave none for the last two; VROOM leaves one."""
    file = parse_vroom(json.dumps(Maker(3).make()).encode(), "p.json")
    problem = pose_vroom(file, SearchOptions(seconds=60, iterations=800), no_roads).problem
    assert len(solve(problem, lambda _progress: None, lambda: False).unassigned) == 1
