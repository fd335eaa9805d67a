"""Steps that VROOM's input gives its vehicles, driven as they stand."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.errors import RuleError
from tests.unit.services.solving_tasks import (
    DURATIONS,
    JOB,
    causes,
    checked,
    task_of,
    vroom,
    with_steps,
)


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


def test_violations_are_summed_by_cause_for_each_route_and_for_all_as_vroom_does() -> None:
    late = {"location_index": 1, "time_windows": [[0, 600]], "skills": [1], "pickup": [3]}
    jobs = [{"id": number, **late} for number in (11, 12)]
    steps = [{"type": "job", "id": number} for number in (11, 12)]
    found = checked(vroom(jobs=jobs, vehicles=[with_steps(*steps, capacity=[2], max_tasks=1)]))
    (route,) = found["routes"]
    each = [step["violations"] for step in route["steps"][1:3]]
    assert [{fault["cause"] for fault in faults} for faults in each] == [
        {"delay", "load", "skills"},
        {"delay", "load", "skills", "max_tasks"},
    ]
    assert sorted(route["violations"], key=lambda fault: str(fault["cause"])) == [
        {"cause": "delay", "duration": 200},
        {"cause": "load", "amount": [4]},
        {"cause": "max_tasks", "amount": 1},
        {"cause": "skills", "amount": 2},
    ]
    assert found["summary"]["violations"] == route["violations"]


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


def test_a_step_behind_a_limit_of_its_vehicle_says_so_as_vroom_does() -> None:
    jobs = [{"id": n, "location_index": n} for n in (1, 2, 3)]
    steps = [{"type": "job", "id": n} for n in (1, 2, 3)]
    vehicle = with_steps(*steps, max_tasks=2, max_travel_time=1000, max_distance=1500)
    matrices = {"car": {"durations": DURATIONS, "distances": DURATIONS}}
    found = checked(vroom(jobs=jobs, vehicles=[vehicle], matrices=matrices))
    (route,) = found["routes"]
    assert [
        [(each["cause"], each.get("duration", each.get("amount"))) for each in step["violations"]]
        for step in route["steps"]
    ] == [
        [],
        [],
        [("max_travel_time", 200)],
        [("max_travel_time", 800), ("max_distance", 300), ("max_tasks", 1)],
        [("max_travel_time", 2000), ("max_distance", 1500)],
    ]
    assert sorted(causes(found)) == [
        ("max_distance", 1500),
        ("max_tasks", 1),
        ("max_travel_time", 2000),
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


@pytest.mark.parametrize("hours", [[0, 1000], [600, 9000], [8000, 9000]])
def test_a_break_without_a_step_is_missing_as_vroom_has_it(hours: list[int]) -> None:
    rest = BREAK | {"time_windows": [hours]}
    found = checked(vroom(vehicles=[with_steps(JOB, breaks=[rest])]))
    assert causes(found) == [("missing_break", BREAK["service"])]


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


def test_a_start_is_at_the_time_that_it_asks_for_however_long_the_wait_then_is() -> None:
    job = {"id": 11, "location_index": 1, "time_windows": [[4000, 5000]]}
    steps = ({"type": "start", "service_at": 100}, JOB)
    (route,) = checked(vroom(jobs=[job], vehicles=[with_steps(*steps, max_tasks=1)]))["routes"]
    assert [step["type"] for step in route["steps"]] == ["start", "job", "end"]
    assert [step["arrival"] for step in route["steps"]] == [100, 800, 4720]
    assert route["waiting_time"] == route["steps"][1]["waiting_time"] == 3200
    assert route["violations"] == []


@pytest.mark.parametrize("ask", ["service_at", "service_after"])
def test_a_vehicle_leaves_so_late_that_its_end_is_when_it_is_asked_for(ask: str) -> None:
    vehicle = with_steps(JOB, {"type": "end", ask: 5000}, max_tasks=1)
    (route,) = checked(vroom(vehicles=[vehicle]))["routes"]
    assert [step["type"] for step in route["steps"]] == ["start", "job", "end"]
    assert [step["arrival"] for step in route["steps"]] == [3480, 4180, 5000]
    assert (route["duration"], route["violations"]) == (1420, [])


def test_a_vehicle_that_must_start_early_arrives_before_the_end_that_it_is_asked_for() -> None:
    job = {"id": 11, "location_index": 1, "time_windows": [[0, 800]]}
    vehicle = with_steps(JOB, {"type": "end", "service_at": 5000})
    (route,) = checked(vroom(jobs=[job], vehicles=[vehicle]))["routes"]
    assert [step["arrival"] for step in route["steps"]] == [100, 800, 1520]
    assert route["waiting_time"] == 0, "as with VROOM, nobody waits at the end"


def test_an_end_that_can_not_be_so_early_is_refused_with_its_path() -> None:
    value = vroom(vehicles=[with_steps(JOB, {"type": "end", "service_before": 900})])
    with pytest.raises(RuleError, match=r"\$\.vehicles\[0\]\.steps\[1\]: expected a time"):
        task_of(value).check()


def test_a_vehicle_without_an_end_ends_at_its_last_task_when_it_is_asked_for() -> None:
    vehicle = {"id": 1, "start_index": 0, "steps": [JOB, {"type": "end", "service_at": 3000}]}
    (route,) = checked(vroom(vehicles=[vehicle]))["routes"]
    assert [step["arrival"] for step in route["steps"]] == [2200, 2900, 3000]


def test_a_vehicle_with_steps_drives_though_it_visits_nobody() -> None:
    steps = ({"type": "start"}, {"type": "break", "id": 4}, {"type": "end"})
    vehicle = with_steps(*steps, end_index=3, breaks=[BREAK], costs={"fixed": 77})
    found = checked(vroom(vehicles=[vehicle]))
    (route,) = found["routes"]
    assert [step["type"] for step in route["steps"]] == ["start", "break", "end"]
    assert (route["duration"], route["cost"], route["service"]) == (1200, 1277, 300)
    assert len(found["unassigned"]) == 1
    (route,) = checked(vroom(vehicles=[with_steps({"type": "start"}, end_index=3)]))["routes"]
    assert [step["arrival"] for step in route["steps"]] == [0, 1200]


@pytest.mark.parametrize("others", [[], [{"id": 2, "start_index": 0, "capacity": [1]}]])
def test_a_pickup_that_no_delivery_follows_breaks_precedence(others: list[dict[str, Any]]) -> None:
    shipment = {
        "amount": [1],
        "pickup": {"id": 1, "location_index": 1},
        "delivery": {"id": 1, "location_index": 2},
    }
    for vehicle in others:
        vehicle["steps"] = [{"type": "delivery", "id": 1}]
    vehicles = [with_steps({"type": "pickup", "id": 1}, capacity=[1]), *others]
    found = checked(vroom(jobs=[], shipments=[shipment], vehicles=vehicles))
    for route in found["routes"]:
        assert [each["cause"] for each in route["steps"][1]["violations"]] == ["precedence"]


@pytest.mark.parametrize(("speed", "pace"), [(3, 0.33), (0.7, 1.43), (1.6, 0.63), (0.004, 250)])
def test_times_and_costs_keep_two_decimals_of_the_speed_as_vroom_does(
    speed: float, pace: float
) -> None:
    costs = {"per_km": 1}
    matrices = {"car": {"durations": DURATIONS, "distances": [[0] * 5] * 5}}
    for more in ({}, {"costs": costs}):
        vehicle = with_steps(JOB, speed_factor=speed, **more)
        found = checked(vroom(vehicles=[vehicle], matrices=matrices))["summary"]
        assert found["duration"] == pytest.approx(pace * 1420, abs=1)
        assert found["cost"] == pytest.approx(pace * 1420, abs=1)


def test_loads_are_written_where_the_file_counts_any() -> None:
    found = checked(vroom(vehicles=[with_steps(JOB)]))
    (route,) = found["routes"]
    parts = [found["summary"], route, *route["steps"]]
    assert not any(key in each for each in parts for key in ("delivery", "pickup", "load"))
    found = checked(vroom(vehicles=[{"id": 1, "start_index": 0, "capacity": [3, 4], "steps": []}]))
    assert found["routes"] == []
    assert found["summary"]["delivery"] == found["summary"]["pickup"] == [0, 0]


def test_places_are_written_as_the_file_gives_them() -> None:
    job = {"id": 11, "location_index": 1, "location": [250.5, 499.1234567]}
    vehicle = with_steps(JOB, start=[13.123456789, 53.5])
    (route,) = checked(vroom(jobs=[job], vehicles=[vehicle]))["routes"]
    start, stop, end = route["steps"]
    assert (start["location"], start["location_index"]) == ([13.123456789, 53.5], 0)
    assert (stop["location"], stop["location_index"]) == ([250.5, 499.1234567], 1)
    assert "location" not in end
