"""Benchmark problems: the published costs, solutions that break rules, plans."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.documents.benchmark_values import Benchmark, Convention
from app.domain.errors import DispatchError, RuleError
from app.services.solving import Assignment, SearchOptions, read
from tests.unit.services.solving_tasks import causes, no_roads, planned

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


@pytest.mark.parametrize(
    ("metric", "places", "there"),
    [
        ("EUC_2D", "1 0 0\n2 3 4", 5),
        ("MAN_2D", "1 0 0\n2 3 4", 7),
        ("MAX_2D", "1 0 0\n2 3 4", 4),
        ("FLOOR_2D", "1 0 0\n2 3 5", 5),
        ("CEIL_2D", "1 0 0\n2 3 5", 6),
        # The first two places of att48 and of ulysses16, with their published distances.
        ("ATT", "1 6734 1453\n2 2233 10", 1495),
        ("GEO", "1 38.24 20.42\n2 39.57 26.15", 509),
    ],
)
def test_distances_are_those_that_the_metric_of_the_file_says(
    metric: str, places: str, there: int, tmp_path: Path
) -> None:
    text = (
        "NAME : two\nTYPE : CVRP\nDIMENSION : 2\nCAPACITY : 9\n"
        f"EDGE_WEIGHT_TYPE : {metric}\nNODE_COORD_SECTION\n{places}\n"
        "DEMAND_SECTION\n1 0\n2 1\nDEPOT_SECTION\n1\n-1\nEOF\n"
    )
    outcome = tiny(tmp_path, "Route #1: 1\n", text).check()
    assert outcome.report.published_cost == 2 * there


def test_customers_that_no_route_visits_are_unassigned(tmp_path: Path) -> None:
    outcome = tiny(tmp_path, "Route #1: 1\n").check()
    assert [each.id for each in outcome.report.unassigned] == [2, 3]
    assert outcome.missing == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Route #1: 1 1\n", "line 1: customer 1 was visited already"),
        ("Route #1: 9\n", "line 1: there is no customer 9"),
        ("Route #3: 1\n", "line 1: the problem has no vehicle 3"),
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


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    line=st.integers(0, len(TINY.splitlines()) - 1),
    number=st.sampled_from(["0", "1", "1e9", "999999999", "0.001", "-1", "1e-9"]),
    convention=st.sampled_from(list(Convention)),
)
def test_no_number_of_a_text_file_is_too_large(
    tmp_path: Path, line: int, number: str, convention: Convention
) -> None:
    lines = TINY.splitlines()
    words = lines[line].split()
    lines[line] = " ".join([*words[:-1], number]) if len(words) > 1 else lines[line]
    path = tmp_path / "tiny.vrp"
    path.write_text("\n".join(lines), encoding="utf-8")
    routes = sol(tmp_path / "tiny.sol", "Route #1: 1 2\nRoute #2: 3\n")
    with suppress(DispatchError):
        options = SearchOptions(seconds=1.0)
        Assignment(read(path), options, no_roads, convention=convention, solution=routes).check()


def as_solomon(found: Benchmark) -> str:
    rows = ["RC104", "", "VEHICLE", "NUMBER CAPACITY", f"{len(found.vehicles)} 200", "", "CUSTOMER"]
    rows += ["CUST NO. XCOORD. YCOORD. DEMAND READY TIME DUE DATE SERVICE TIME", ""]
    for node in found.nodes:
        (x, y), (start, end) = node.at or (0, 0), node.window or (0, 0)
        rows.append(f"{node.number} {x} {y} {node.delivery} {start} {end} {node.service}")
    return "\n".join(rows)


def as_li_lim(found: Benchmark) -> str:
    goes_to = {node.collected_at: node.number for node in found.nodes if node.collected_at}
    rows = [f"{len(found.vehicles)} 200 1"]
    for node in found.nodes:
        (x, y), (start, end) = node.at or (0, 0), node.window or (0, 0)
        partners = f"{node.collected_at or 0} {goes_to.get(node.number, 0)}"
        demand = node.pickup - node.delivery
        rows.append(f"{node.number} {x} {y} {demand} {start} {end} {node.service} {partners}")
    return "\n".join(rows)


@pytest.mark.parametrize("family", ["VRPTW/RC104", "PDPTW/lrc104"])
def test_a_problem_costs_the_same_in_every_format(
    shared_data: Path, tmp_path: Path, family: str
) -> None:
    path = shared_data / "instances" / f"{family}.vrp"
    found = read(path)
    assert isinstance(found, Benchmark)
    text = as_li_lim(found) if found.kind == "PDPTW" else as_solomon(found)
    other = tmp_path / "other.txt"
    other.write_text(text, encoding="utf-8")
    given = path.with_suffix(".sol")
    task = Assignment(read(other), SearchOptions(), no_roads, solution=given)
    outcome = task.check()
    assert outcome.is_whole
    assert outcome.report.cost == benchmark(shared_data, family).check().report.cost


def test_a_matrix_of_the_file_is_driven_as_it_is(tmp_path: Path) -> None:
    section = (
        "EXPLICIT\nEDGE_WEIGHT_FORMAT : FULL_MATRIX\nEDGE_WEIGHT_SECTION\n"
        "0 1 50 50\n50 0 2 50\n50 50 0 3\n4 50 50 0"
    )
    text = TINY.replace("EUC_2D", section).replace("CVRPTW", "ACVRP").replace(": 10", ": 99")
    text = text[: text.index("TIME_WINDOW")] + "DEPOT_SECTION\n1\n-1\nEOF\n"
    assert planned(tiny(tmp_path, text=text)).content == b"Route #1: 1 2 3\nCost 10\n"


def test_customers_that_only_some_vehicles_may_visit_stay_with_those(tmp_path: Path) -> None:
    allowed = "VEHICLES_ALLOWED_CLIENTS_SECTION\n1 2 3 4\n2 3\nDEPOT_SECTION"
    text = TINY.replace("DEPOT_SECTION", allowed).replace("3 0 9", "3 0 90")
    wrong = tiny(tmp_path, "Route #1: 2\nRoute #2: 1 3\n", text).check()
    assert [fault.cause for fault in wrong.report.faults] == ["barred_driver"] * 2
    assert planned(tiny(tmp_path, text=text)).is_whole


def test_a_limit_of_distance_is_kept(tmp_path: Path) -> None:
    limit = "VEHICLES_MAX_DISTANCE : 21\nVEHICLES : 3"
    text = TINY.replace("VEHICLES : 2", limit).replace("3 0 9", "3 0 90").replace(": 10", ": 99")
    wrong = tiny(tmp_path, "Route #1: 1 2 3\n", text).check()
    assert "max_distance" in {fault.cause for fault in wrong.report.faults}
    assert planned(tiny(tmp_path, text=text)).is_whole
