"""Problems of other programs: posed, checked, planned, and reported in their own words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.documents.benchmark_values import Benchmark, Convention
from app.documents.problem_vroom import parse_vroom
from app.domain.errors import RuleError
from app.domain.fleet import PlaceKind
from app.domain.geo import Location
from app.domain.problem import Failed, Finished
from app.domain.timetable import Travel
from app.domain.travel import Profile, straight_lines
from app.services.posing import NOWHERE, Posed
from app.services.solving import Assignment, Outcome, SearchOptions, read
from app.services.vroom_posing import pose_vroom

DURATIONS = [
    [0, 700, 900, 1200, 1500],
    [720, 0, 500, 800, 900],
    [910, 500, 0, 600, 700],
    [1200, 820, 610, 0, 500],
    [1500, 910, 700, 500, 0],
]


def no_roads(_places: Sequence[Location], _profiles: Sequence[Profile]) -> Travel:
    raise AssertionError("the problem brings its matrices")


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


def planned(task: Assignment) -> Outcome:
    *_, last = task.start().messages()
    assert isinstance(last, Finished), last.message if isinstance(last, Failed) else last
    return task.outcome(last.plan)


def with_steps(*steps: dict[str, Any], **vehicle: Any) -> dict[str, Any]:
    return {"id": 1, "start_index": 0, "end_index": 0, "steps": list(steps)} | vehicle


JOB = {"type": "job", "id": 11}


def causes(found: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        (each["cause"], each.get("duration", each.get("amount")))
        for each in found["summary"]["violations"]
    ]


# -- steps as they stand


def test_steps_are_driven_as_they_stand() -> None:
    found = checked(vroom(vehicles=[with_steps({"type": "start"}, JOB, {"type": "end"})]))
    (route,) = found["routes"]
    assert [step["type"] for step in route["steps"]] == ["start", "job", "end"]
    assert [step["arrival"] for step in route["steps"]] == [0, 700, 1520]
    assert [step["duration"] for step in route["steps"]] == [0, 700, 1420]
    assert (route["cost"], route["duration"], route["service"]) == (1420, 1420, 100)
    assert found["summary"]["violations"] == []


def test_lateness_is_a_delay_with_its_seconds() -> None:
    job = {"id": 11, "location_index": 1, "time_windows": [[0, 600]]}
    found = checked(vroom(jobs=[job], vehicles=[with_steps(JOB)]))
    assert causes(found) == [("delay", 100)]
    assert found["routes"][0]["steps"][1]["violations"] == [{"cause": "delay", "duration": 100}]


def test_a_time_asked_for_before_the_window_is_a_lead_time() -> None:
    job = {"id": 11, "location_index": 1, "time_windows": [[1000, 2000]]}
    found = checked(vroom(jobs=[job], vehicles=[with_steps(JOB | {"service_at": 800})]))
    assert causes(found) == [("lead_time", 200)]


def test_a_step_waits_for_the_time_that_it_asks_for() -> None:
    job = {"id": 11, "location_index": 1, "time_windows": [[0, 5000]]}
    found = checked(vroom(jobs=[job], vehicles=[with_steps(JOB | {"service_after": 3000})]))
    step = found["routes"][0]["steps"][1]
    assert step["arrival"] + step["waiting_time"] == 3000
    assert causes(found) == []


def test_a_time_that_can_not_be_kept_is_refused_with_its_path() -> None:
    value = vroom(vehicles=[with_steps(JOB | {"service_at": 100})])
    with pytest.raises(RuleError, match=r"\$\.vehicles\[0\]\.steps\[0\]: expected a time"):
        task_of(value).check()


def test_every_limit_of_the_vehicle_is_a_violation_with_its_amount() -> None:
    matrices = {"car": {"durations": DURATIONS, "distances": DURATIONS}}
    jobs = [
        {"id": 11, "location_index": 1, "delivery": [2], "skills": [5]},
        {"id": 12, "location_index": 2, "delivery": [2]},
    ]
    vehicle = with_steps(
        JOB, {"type": "job", "id": 12},
        capacity=[3], max_tasks=1, max_travel_time=2000, max_distance=2100, time_window=[0, 2090],
    )  # fmt: skip
    found = checked(vroom(jobs=jobs, vehicles=[vehicle], matrices=matrices))
    assert sorted(causes(found)) == [
        ("delay", 20),
        ("load", [1]),
        ("max_distance", 10),
        ("max_tasks", 1),
        ("max_travel_time", 110),
        ("skills", 1),
    ]


def test_a_delivery_before_its_pickup_breaks_precedence() -> None:
    shipment = {
        "amount": [1],
        "pickup": {"id": 1, "location_index": 1},
        "delivery": {"id": 1, "location_index": 2},
    }
    vehicle = with_steps({"type": "delivery", "id": 1}, {"type": "pickup", "id": 1}, capacity=[1])
    found = checked(vroom(jobs=[], shipments=[shipment], vehicles=[vehicle]))
    assert "precedence" in [cause for cause, _amount in causes(found)]


BREAK = {"id": 4, "service": 300, "time_windows": [[600, 1000]]}


def test_a_break_stays_where_the_steps_have_it() -> None:
    vehicle = with_steps({"type": "break", "id": 4}, JOB, breaks=[BREAK], max_tasks=1)
    found = checked(vroom(vehicles=[vehicle]))
    (route,) = found["routes"]
    assert [step["type"] for step in route["steps"]] == ["start", "break", "job", "end"]
    rest, job = route["steps"][1:3]
    assert rest["id"] == 4
    assert (rest["arrival"], rest["duration"]) == (600, 600), "on the road, as VROOM has it"
    assert (job["arrival"], job["duration"]) == (600 + 300 + 100, 700)
    assert causes(found) == []


def test_a_break_at_a_wrong_time_is_a_delay_and_one_with_too_much_aboard_too() -> None:
    job = {"id": 11, "location_index": 1, "pickup": [2], "service": 500}
    rest = BREAK | {"max_load": [1]}
    vehicle = with_steps(JOB, {"type": "break", "id": 4}, breaks=[rest], capacity=[2])
    assert causes(checked(vroom(jobs=[job], vehicles=[vehicle]))) == [
        ("delay", 200),
        ("max_load", [1]),
    ]


def test_a_break_without_a_step_is_missing_while_the_vehicle_is_under_way() -> None:
    found = checked(vroom(vehicles=[with_steps(JOB, breaks=[BREAK])]))
    assert causes(found) == [("missing_break", 520)]
    late = BREAK | {"time_windows": [[600, 9000]]}
    assert causes(checked(vroom(vehicles=[with_steps(JOB, breaks=[late])]))) == []


def test_a_job_that_delivers_and_collects_is_one_step() -> None:
    job = {"id": 11, "location_index": 1, "delivery": [2], "pickup": [3]}
    found = checked(vroom(jobs=[job], vehicles=[with_steps(JOB, capacity=[3])]))
    (route,) = found["routes"]
    assert [step["load"] for step in route["steps"]] == [[2], [3], [3]]
    assert (route["delivery"], route["pickup"]) == ([2], [3])
    assert causes(found) == []


def test_a_check_without_steps_is_refused() -> None:
    with pytest.raises(RuleError, match="steps"):
        task_of(vroom()).check()


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
    problem = posed(vroom(vehicles=[vehicle])).problem
    assert problem.routes[0].shift.depot.location == NOWHERE
    assert problem.routes[0].shift.end is PlaceKind.OPEN


def test_profiles_have_matrices_of_their_own() -> None:
    slow = [[2 * seconds for seconds in row] for row in DURATIONS]
    matrices = {"bike": {"durations": slow}, "car": {"durations": DURATIONS}}
    vehicle = with_steps(JOB, profile="bike")
    found = checked(vroom(vehicles=[vehicle], matrices=matrices))
    assert found["summary"]["duration"] == 2 * 1420


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
        return {profile: straight_lines(places, profile) for profile in profiles}

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


def test_a_profile_that_no_road_knows_is_refused_with_its_path() -> None:
    value = {
        "jobs": [{"id": 1, "location": [13.27, 53.55]}],
        "vehicles": [{"id": 1, "profile": "boat", "start": [13.2, 53.5]}],
    }
    file = parse_vroom(json.dumps(value).encode(), "p.json")
    with pytest.raises(RuleError, match=r"\$\.vehicles\[0\]\.profile"):
        pose_vroom(file, SearchOptions(), no_roads)


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
    assert found["summary"]["cost"] == 700 + 500 + 910
    assert found["summary"]["delivery"] == [2]
    (left,) = found["unassigned"]
    assert (left["id"], left["type"], left["reason"]) == (3, "job", "missing_skill")
    assert "9" in left["detail"]
    assert outcome.missing == 1
    assert not outcome.is_whole


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


# -- benchmark problems

FAMILIES = [
    "CVRP/X-n1001-k43", "HFVRP/X101-FSMFD", "HFVRP/X1001-FSMF", "MTVRPTWR/C201R0.5",
    "PCVRPTW/C1_10_1", "PDPTW/lrc104", "VRPB/X-n1001-50-k22", "VRPTW/C101", "VRPTW/C1_10_6",
    "VRPTW/R1_10_3", "VRPTW/R208", "VRPTW/RC104", "VRPTW/RC2_10_5", "VRPTW/RC1_2_4",
]  # fmt: skip


def benchmark(shared_data: Path, name: str, convention: Convention | None = None) -> Assignment:
    path = shared_data / "instances" / f"{name}.vrp"
    options = SearchOptions(seconds=1.0)
    sol = path.with_suffix(".sol")
    return Assignment(read(path), options, no_roads, convention=convention, solution=sol)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_best_known_solution_costs_what_it_says_and_breaks_nothing(
    shared_data: Path, name: str
) -> None:
    outcome = benchmark(shared_data, name).check()
    assert outcome.report.faults == ()
    assert outcome.missing == 0
    assert outcome.stated
    assert outcome.agrees


def test_another_convention_gives_another_cost(shared_data: Path) -> None:
    rounded = benchmark(shared_data, "VRPTW/RC104", Convention.ROUND).check()
    assert rounded.report.published_cost == 1129
    assert not rounded.agrees


def sol(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


TINY = """NAME : tiny
TYPE : CVRPTW
DIMENSION : 4
VEHICLES : 2
CAPACITY : 10
SERVICE_TIME : 5
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
3 6 8
4 0 5
DEMAND_SECTION
1 0
2 4
3 7
4 1
TIME_WINDOW_SECTION
1 0 100
2 10 20
3 0 9
4 0 50
DEPOT_SECTION
1
-1
EOF
"""


def tiny(tmp_path: Path, solution: str = "", text: str = TINY) -> Assignment:
    path = tmp_path / "tiny.vrp"
    path.write_text(text, encoding="utf-8")
    given = sol(tmp_path / "tiny.sol", solution) if solution else None
    file = read(path)
    assert isinstance(file, Benchmark)
    return Assignment(file, SearchOptions(seconds=1.0), no_roads, solution=given)


def test_a_broken_rule_is_named_in_the_units_of_the_file(tmp_path: Path) -> None:
    outcome = tiny(tmp_path, "Route #1: 1 2\nRoute #2: 3\nCost 30\n").check()
    found = json.loads(outcome.content)
    assert found["summary"]["cost"] == 30
    assert causes(found) == [("load", [1]), ("delay", 11.0)]
    assert found["routes"][0]["steps"][2]["arrival"] == 20.0


def test_customers_that_no_route_visits_are_unassigned(tmp_path: Path) -> None:
    outcome = tiny(tmp_path, "Route #1: 1\n").check()
    assert [each.id for each in outcome.report.unassigned] == [2, 3]
    assert outcome.missing == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Route #1: 1 1\n", "line 1: customer 1 was visited already"),
        ("Route #1: 9\n", "line 1: there is no customer 9"),
        ("Route #3: 1\n", "line 1: the problem has 2 vehicles, no vehicle 3"),
        ("Route #1: 1\nRoute #1: 2\n", "line 2: route 1 is there twice"),
        ("Route #1: 1 0 2\n", "vehicle 1 may not load that often"),
    ],
)
def test_a_solution_of_another_problem_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(RuleError, match=expected):
        tiny(tmp_path, text).check()


def test_a_plan_is_written_as_routes_with_its_cost(tmp_path: Path) -> None:
    outcome = planned(tiny(tmp_path, text=TINY.replace("3 0 9", "3 0 90")))
    assert outcome.is_whole
    again = tiny(tmp_path, outcome.content.decode(), TINY.replace("3 0 9", "3 0 90")).check()
    assert again.is_whole
    assert again.report.cost == outcome.report.cost


def test_an_optional_customer_costs_its_prize_when_left_out(tmp_path: Path) -> None:
    prizes = "PRIZE_SECTION\n1 0\n2 8\n3 0\n4 0\nDEPOT_SECTION"
    text = TINY.replace("DEPOT_SECTION", prizes).replace("3 0 9", "3 0 90")
    outcome = tiny(tmp_path, "Route #1: 2 3\nCost 32.4\n", text).check()
    assert outcome.missing == 0
    assert outcome.report.published_cost == pytest.approx(10 + 6.7 + 5 + 8)


BACKHAUL = (
    TINY.replace("CVRPTW", "VRPB")
    .replace("2 4\n3 7\n4 1\n", "2 4\n3 0\n4 1\n")
    .replace("DEPOT_SECTION", "BACKHAUL_SECTION\n1 0\n2 0\n3 7\n4 0\nDEPOT_SECTION")
    .replace("3 0 9", "3 0 90")
    .replace("2 10 20", "2 0 90")
)


def test_what_is_collected_comes_after_all_that_is_delivered(tmp_path: Path) -> None:
    wrong = tiny(tmp_path, "Route #1: 2 1\nRoute #2: 3\n", BACKHAUL).check()
    assert "unreachable" in {fault.cause for fault in wrong.report.faults}
    assert tiny(tmp_path, "Route #1: 1 2\nRoute #2: 3\n", BACKHAUL).check().is_whole
    assert planned(tiny(tmp_path, text=BACKHAUL)).is_whole
