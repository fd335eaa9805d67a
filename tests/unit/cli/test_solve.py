"""`wayboard solve`: what goes in, what comes out, and with which exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from app.cli.main import app
from tests.conftest import ROOT

PROBLEM: dict[str, Any] = {
    "jobs": [{"id": 1, "location_index": 1}, {"id": 2, "location_index": 2}],
    "vehicles": [{"id": 1, "start_index": 0, "end_index": 0}],
    "matrices": {"car": {"durations": [[0, 5, 9], [6, 0, 3], [9, 4, 0]]}},
}
STEPS = [{"type": "start"}, {"type": "job", "id": 2}, {"type": "job", "id": 1}, {"type": "end"}]
CHECKED = PROBLEM | {"vehicles": [PROBLEM["vehicles"][0] | {"steps": STEPS}]}
TINY = """NAME : tiny
TYPE : CVRP
DIMENSION : 3
CAPACITY : 10
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
3 6 8
DEMAND_SECTION
1 0
2 4
3 6
DEPOT_SECTION
1
-1
EOF
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def solve(data: Path, *words: object, text: str | None = None) -> Result:
    env = {"WAYBOARD_DATA": str(data)}
    return CliRunner().invoke(app, ["solve", *map(str, words)], env=env, input=text)


def written(path: Path, value: Any) -> Path:
    text = value if isinstance(value, str) else json.dumps(value)
    path.write_text(text, encoding="utf-8")
    return path


def test_vrooms_problem_gives_vrooms_answer(data: Path, tmp_path: Path) -> None:
    result = solve(data, written(tmp_path / "p.json", PROBLEM), "--seconds", 0.5, "--seed", 3)
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["code"], found["summary"]["cost"]) == (0, 17)
    assert "Cost 17, 1 routes, 0 unassigned, 0 violations" in result.stderr


def test_an_empty_pipe_is_called_so(data: Path) -> None:
    result = solve(data, "-", text="\n")
    assert result.exit_code == 1
    assert "Standard input is empty." in result.stderr


def test_a_limit_of_metres_that_nobody_knows_is_taken_and_said_not_to_count(
    data: Path, tmp_path: Path
) -> None:
    limited = [each | {"max_distance": 1} for each in PROBLEM["vehicles"]]
    path = written(tmp_path / "p.json", PROBLEM | {"vehicles": limited})
    result = solve(data, path, "--seconds", 0.5)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["summary"]["unassigned"] == 0
    assert "of vehicle 1 are, so max_distance does not count. Give $.matrices" in result.stderr
    assert "max_distance" not in solve(data, written(path, PROBLEM), "--seconds", 0.5).stderr


def test_a_problem_comes_through_a_pipe_and_goes_to_a_file(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    text = json.dumps(PROBLEM)
    result = solve(data, "-", "--seconds", 0.5, "--cores", 1, "--output", out, text=text)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert json.loads(out.read_bytes())["code"] == 0


def test_a_plan_without_some_order_ends_with_its_own_code(data: Path, tmp_path: Path) -> None:
    jobs = [*PROBLEM["jobs"], {"id": 3, "location_index": 1, "skills": [1]}]
    path = written(tmp_path / "p.json", PROBLEM | {"jobs": jobs})
    result = solve(data, path, "--seconds", 0.5)
    assert result.exit_code == 3
    assert [each["id"] for each in json.loads(result.stdout)["unassigned"]] == [3]


def test_a_check_searches_for_nothing(data: Path, tmp_path: Path) -> None:
    result = solve(data, written(tmp_path / "p.json", CHECKED), "--check")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["summary"]["cost"] == 9 + 4 + 6


def test_a_check_that_finds_a_broken_rule_ends_with_its_own_code(
    data: Path, tmp_path: Path
) -> None:
    vehicle = CHECKED["vehicles"][0] | {"max_tasks": 1}
    result = solve(data, written(tmp_path / "p.json", CHECKED | {"vehicles": [vehicle]}), "--check")
    assert result.exit_code == 3
    assert "vehicle 1: max_tasks by 1" in result.stderr


def test_a_vrplib_problem_gives_a_solution_that_passes_the_check(
    data: Path, tmp_path: Path
) -> None:
    path = written(tmp_path / "tiny.vrp", TINY)
    result = solve(data, path, "--seconds", 0.5)
    assert result.exit_code == 0
    assert result.stdout.endswith("Cost 20\n")
    sol = written(tmp_path / "tiny.sol", result.stdout)
    again = solve(data, path, "--check", "--solution", sol)
    assert again.exit_code == 0
    assert "That is as the file says: 20" in again.stderr
    wrong = written(tmp_path / "wrong.sol", result.stdout.replace("20", "19"))
    assert solve(data, path, "--check", "--solution", wrong).exit_code == 3
    begun = solve(data, path, "--solution", sol, "--seconds", 0.5, "--convention", "exact")
    assert begun.stdout.endswith("Cost 20\n")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--convention", "floor"), "dimacs, round, exact"),
        (("--convention", "round"), "--convention is for VRPLIB"),
        (("--solution", "x.sol"), "--solution is for VRPLIB"),
        (("--seconds", "0"), "0.1"),
        (("--cores", "0"), "cores"),
    ],
)
def test_options_that_make_no_sense_are_wrong_usage(
    data: Path, tmp_path: Path, words: tuple[str, ...], expected: str
) -> None:
    result = solve(data, written(tmp_path / "p.json", PROBLEM), *words)
    assert result.exit_code == 2
    assert expected in result.stderr


def test_a_check_of_vrplib_needs_a_solution(data: Path, tmp_path: Path) -> None:
    result = solve(data, written(tmp_path / "tiny.vrp", TINY), "--check")
    assert result.exit_code == 2
    assert "--solution" in result.stderr


def test_what_is_wrong_is_said_to_people_and_to_programs(data: Path, tmp_path: Path) -> None:
    jobs = [{"id": 1, "location_index": 1, "time_windows": [[5, 3]]}]
    result = solve(data, written(tmp_path / "p.json", PROBLEM | {"jobs": jobs}))
    path = "$.jobs[0].time_windows[0]: expected [start, end] in seconds with start ≤ end, got [5,3]"
    assert result.exit_code == 1
    assert path in result.stderr
    answer = json.loads(result.stdout)
    assert answer["code"] == 2
    assert path in answer["error"]


def test_a_folder_that_is_not_there_is_said_before_the_search(data: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "p.json", PROBLEM)
    result = solve(data, path, "--output", tmp_path / "none" / "out.json", "--seconds", 1000)
    assert result.exit_code == 1
    assert "there is no folder" in result.stderr


def test_coordinates_without_a_region_are_straight_lines_and_say_so(
    data: Path, tmp_path: Path
) -> None:
    problem = {
        "jobs": [{"id": 1, "location": [13.27, 53.55]}],
        "vehicles": [{"id": 1, "start": [13.25, 53.55]}],
    }
    result = solve(data, written(tmp_path / "p.json", problem), "--seconds", 0.5)
    assert result.exit_code == 0
    assert "estimated from straight lines" in result.stderr
    assert json.loads(result.stdout)["summary"]["distance"] > 1000


def test_coordinates_are_driven_on_the_regions_roads(regions_root: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "regions").symlink_to(regions_root)
    used = CliRunner().invoke(app, ["region", "use", "Sample"], env={"WAYBOARD_DATA": str(data)})
    assert used.exit_code == 0
    problem = {
        "jobs": [{"id": 1, "location": [13.2600, 53.5570]}, {"id": 2, "location": [13.25, 53.56]}],
        "vehicles": [{"id": 1, "start": [13.2756, 53.5553], "end": [13.2756, 53.5553]}],
    }
    result = solve(data, written(tmp_path / "p.json", problem), "--seconds", 0.5)
    assert result.exit_code == 0
    assert "straight" not in result.stderr
    found = json.loads(result.stdout)
    assert found["summary"]["duration"] > 60
    assert "geometry" not in found["routes"][0]
    path = written(tmp_path / "p.json", problem | {"options": {"g": True}})
    (route,) = json.loads(solve(data, path, "--seconds", 0.5).stdout)["routes"]
    assert len(route["geometry"]) > 100, "along the streets, not from stop to stop"


def test_lines_without_a_region_are_straight(data: Path, tmp_path: Path) -> None:
    problem = {
        "jobs": [{"id": 1, "location": [-120.95, 40.7]}],
        "vehicles": [{"id": 1, "start": [-120.2, 38.5], "end": [-126.453, 43.252]}],
        "options": {"g": True},
    }
    result = solve(data, written(tmp_path / "p.json", problem), "--seconds", 0.5)
    (route,) = json.loads(result.stdout)["routes"]
    assert route["geometry"] == "_p~iF~ps|U_ulLnnqC??_mqNvxq`@"


def test_lines_of_places_on_no_map_are_refused(data: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "p.json", PROBLEM | {"options": {"g": True}})
    result = solve(data, path, "--seconds", 1000)
    assert result.exit_code == 1
    assert "options.g" in result.stderr


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
@given(content=st.binary(max_size=120) | st.text(max_size=120).map(str.encode))
def test_no_input_ends_in_a_trace(data: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(content)
    result = solve(data, path, "--check")
    assert result.exit_code in (1, 2)
    assert isinstance(result.exception, SystemExit)


def test_ctrl_c_keeps_the_best_plan(tmp_path: Path) -> None:
    size = 40
    rows = [[abs(a - b) * 60 + (a * b) % 7 for b in range(size)] for a in range(size)]
    problem = {
        "jobs": [{"id": n, "location_index": n} for n in range(1, size)],
        "vehicles": [{"id": 1, "start_index": 0, "end_index": 0}],
        "matrices": {"car": {"durations": rows}},
    }
    path = written(tmp_path / "p.json", problem)
    words = [sys.executable, "-m", "app.cli", "solve", str(path), "--seconds", "3600"]
    env = dict(os.environ) | {"WAYBOARD_DATA": str(tmp_path / "data")}
    with subprocess.Popen(
        words, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        while not _is_searching(psutil.Process(run.pid)):
            assert run.poll() is None
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        said, errors = run.communicate(timeout=300)
    assert run.returncode == 0, errors.decode()
    assert json.loads(said)["summary"]["unassigned"] == 0


def _is_searching(program: psutil.Process) -> bool:
    """Whether its workers have done more than start."""
    return any(child.cpu_times().user > 3 for child in program.children(recursive=True))
