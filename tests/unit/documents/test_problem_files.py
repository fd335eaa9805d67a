"""Benchmark problems as text: VRPLIB, Solomon, Li and Lim; and their solutions."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.benchmark_values import Benchmark, BenchmarkFormat, Convention
from app.documents.problem_file import read_problem
from app.documents.problem_solomon import parse_li_lim, parse_solomon
from app.documents.problem_vrplib import parse_vrplib
from app.documents.solution_sol import SolRoute, parse_sol, sol_text, write_sol
from app.domain.errors import ImportErrors

VRPLIB = """NAME : tiny
TYPE : CVRPTW
COMMENT : Somebody: 2024
DIMENSION : 3
VEHICLES : 2
CAPACITY : 10
SERVICE_TIME : 5
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
3 6 8
DEMAND_SECTION
1 0
2 4
3 7
TIME_WINDOW_SECTION
1 0 100
2 10 20
3 0 50
DEPOT_SECTION
1
-1
EOF
"""
SOLOMON = """R1
VEHICLE
NUMBER     CAPACITY
  25         200

CUSTOMER
CUST NO.  XCOORD. YCOORD. DEMAND READY TIME DUE DATE SERVICE TIME

    0      35         35          0          0       230          0
    1      41         49         10        161       171         10
    2      35         17          7         50        60         10
"""
LI_LIM = """25 200 1
0 40 50 0 0 240 0 0 0
1 25 85 -20 145 175 10 2 0
2 22 75 20 50 80 10 0 1
"""


def tiny(old: str = "", new: str = "") -> Benchmark:
    assert old in VRPLIB
    return parse_vrplib(VRPLIB.replace(old, new).encode(), "tiny.vrp")


def test_a_vrplib_file_is_read_with_its_fleet_windows_and_service() -> None:
    found = tiny()
    assert (found.name, found.kind, found.depots) == ("tiny", "CVRPTW", (0,))
    assert [vehicle.capacity for vehicle in found.vehicles] == [10, 10]
    assert [node.delivery for node in found.nodes] == [0, 4, 7]
    assert [node.service for node in found.nodes] == [0, 5, 5]
    assert found.nodes[1].window == (10, 20)
    assert found.usual_convention is Convention.DIMACS


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        ("FULL_MATRIX", "0 1 2 1 0 3 2 3 0"),
        ("UPPER_ROW", "1 2 3"),
        ("UPPER_DIAG_ROW", "0 1 2 0 3 0"),
        ("LOWER_ROW", "1 2 3"),
        ("LOWER_DIAG_ROW", "0 1 0 2 3 0"),
        ("LOWER_COL", "1 2 3"),
        ("UPPER_COL", "1 2 3"),
    ],
)
def test_every_way_to_write_a_matrix_gives_the_same_one(form: str, numbers: str) -> None:
    section = f"EXPLICIT\nEDGE_WEIGHT_FORMAT : {form}\nEDGE_WEIGHT_SECTION\n{numbers}"
    text = VRPLIB.replace("EUC_2D", section)
    assert parse_vrplib(text.encode(), "x").matrix == [[0, 1, 2], [1, 0, 3], [2, 3, 0]]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("2 10 20", "2 30 20", "line 19: expected a time window"),
        ("3 7\n", "", "line 15: expected 3 rows in DEMAND_SECTION, one for each node, got 2"),
        ("3 6 8", "3 6 eight", "line 12: expected numbers, got 'eight'"),
        ("3 6 8", "3 6", "line 12: expected 3 numbers in NODE_COORD_SECTION, got 2"),
        ("DIMENSION : 3", "DIMENSION : 1", "line 4: expected DIMENSION from 2"),
        ("DIMENSION : 3", "DIMENSION : 3 4", "line 4: expected one number for DIMENSION"),
        ("EUC_2D", "EUC_3D", "line 8: expected an EDGE_WEIGHT_TYPE of EUC_2D"),
        ("DEMAND_SECTION", "SECRET_SECTION", "line 13: SECRET_SECTION is not known"),
        ("3 7\n", "2 7\n", "line 16: expected a node from 1 to 3, each once, got 2"),
        ("3 7\n", "3 inf\n", "line 16: expected numbers up to"),
        ("DIMENSION : 3\n", "", "has no DIMENSION"),
    ],
)
def test_a_flaw_in_vrplib_is_named_by_its_line(old: str, new: str, expected: str) -> None:
    with pytest.raises(ImportErrors, match=r"tiny\.vrp") as caught:
        tiny(old, new)
    assert expected in str(caught.value)


def test_vehicles_of_their_own_are_told_apart() -> None:
    found = tiny(
        "CAPACITY : 10\n",
        "CAPACITY_SECTION\n1 10\n2 20\nVEHICLES_FIXED_COST_SECTION\n1 5\n2 6\n"
        "VEHICLES_UNIT_DISTANCE_COST_SECTION\n1 2\n2 3\nVEHICLES_MAX_DISTANCE_SECTION\n1 90\n2 80\n"
        "VEHICLES_RELOAD_DEPOT_SECTION\n1 1\n2\nVEHICLES_ALLOWED_CLIENTS_SECTION\n1 2\n2 2 3\n",
    )
    first, second = found.vehicles
    assert found.is_mixed
    assert (first.capacity, first.fixed, first.per_distance, first.max_distance) == (10, 5, 2, 90)
    assert (first.reloads, second.reloads) == (True, False)
    assert (first.allowed, second.allowed) == ({1}, {1, 2})


def test_prizes_releases_and_backhauls_are_read() -> None:
    found = tiny(
        "DEPOT_SECTION",
        "PRIZE_SECTION\n1 0\n2 9\n3 0\nRELEASE_TIME_SECTION\n1 0\n2 4\n3 0\n"
        "BACKHAUL_SECTION\n1 0\n2 0\n3 5\nDEPOT_SECTION",
    )
    assert [node.prize for node in found.nodes] == [None, 9, None]
    assert found.nodes[1].released == 4
    assert found.nodes[2].pickup == 5


def test_a_solomon_file_is_read() -> None:
    found = parse_solomon(SOLOMON.encode(), "r1.txt")
    assert (found.name, len(found.vehicles), found.vehicles[0].capacity) == ("R1", 25, 200)
    assert found.nodes[1].window == (161, 171)
    assert found.format is BenchmarkFormat.SOLOMON


def test_a_li_lim_file_joins_pickup_and_delivery() -> None:
    found = parse_li_lim(LI_LIM.encode(), "lc1.txt")
    assert (found.nodes[2].pickup, found.nodes[2].delivery) == (20, 0)
    assert (found.nodes[1].delivery, found.nodes[1].collected_at) == (20, 2)
    assert found.usual_convention is Convention.EXACT


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("10 2 0", "10 0 2", "does not name 1 as its partner"),
        ("10 2 0", "10 9 0", "line 3: expected a customer from 0 to 2, got 9"),
        ("-20", "-19", "expected a demand above 0 where goods are collected"),
        ("25 200 1", "25 200 7", "line 1: expected vehicles, capacity and a speed of 1"),
        ("2 22 75", "3 22 75", "line 4: expected customer 2, got 3"),
    ],
)
def test_a_flaw_in_li_lim_is_named_by_its_line(old: str, new: str, expected: str) -> None:
    with pytest.raises(ImportErrors) as caught:
        parse_li_lim(LI_LIM.replace(old, new).encode(), "lc1.txt")
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (VRPLIB, BenchmarkFormat.VRPLIB),
        (SOLOMON, BenchmarkFormat.SOLOMON),
        (LI_LIM, BenchmarkFormat.LI_LIM),
    ],
)
def test_a_format_is_known_by_its_contents(
    tmp_path: Path, text: str, form: BenchmarkFormat
) -> None:
    path = tmp_path / "problem.txt"
    path.write_text(text, encoding="utf-8")
    found = read_problem(path)
    assert isinstance(found, Benchmark)
    assert found.format is form


@pytest.mark.parametrize("text", ["", "\n \n", "a letter to Anna", "1,2\n3,4\n"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "letter.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ImportErrors, match=r"letter\.txt"):
        read_problem(path)


def test_a_file_that_is_not_there_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ImportErrors, match=r"gone\.json"):
        read_problem(tmp_path / "gone.json")


def test_a_solution_comes_back_as_it_was_written(tmp_path: Path) -> None:
    routes = (SolRoute(number=1, visits=(3, 0, 2)), SolRoute(number=7, visits=()))
    write_sol(tmp_path / "x.sol", routes, "12.5")
    found = parse_sol((tmp_path / "x.sol").read_bytes(), "x.sol")
    assert [(each.number, each.visits) for each in found.routes] == [(1, (3, 0, 2)), (7, ())]
    assert found.cost == "12.5"


def test_the_lines_that_others_add_to_solutions_are_passed_over() -> None:
    found = parse_sol(b"Route #1: 2 1\nCost: 15006\nOptimal: True\n", "x.sol")
    assert (found.cost, len(found.routes)) == ("15006", 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Route #1: 2 x\n", "x.sol, line 1: expected numbers"),
        ("Route #1: 2 -4\n", "x.sol, line 1: expected a customer"),
        ("Cost 3\n", "x.sol has no line such as"),
        ("Route #1: 1\nCost much\n", "x.sol, line 2: expected numbers"),
    ],
)
def test_a_flaw_in_a_solution_is_named_by_its_line(text: str, expected: str) -> None:
    with pytest.raises(ImportErrors) as caught:
        parse_sol(text.encode(), "x.sol")
    assert expected in str(caught.value)


def test_a_solution_text_has_one_line_for_each_route() -> None:
    assert sol_text([SolRoute(number=1, visits=(4, 7))], "9") == "Route #1: 4 7\nCost 9\n"


TOKENS = st.sampled_from(
    ["1", "0", "-3", "1e9", "nan", "x", "\n", " ", ":", "\t", "_SECTION", "EOF", "3 4 5", "99999"]
)


@given(
    text=st.sampled_from([VRPLIB, SOLOMON, LI_LIM]),
    at=st.floats(0, 1),
    cut=st.integers(0, 30),
    put=st.lists(TOKENS, max_size=4),
)
def test_a_spoilt_file_is_read_or_refused_in_words(
    text: str, at: float, cut: int, put: list[str]
) -> None:
    where = int(at * len(text))
    content = (text[:where] + "".join(put) + text[where + cut :]).encode()
    for parse in (parse_vrplib, parse_solomon, parse_li_lim):
        with suppress(ImportErrors):
            parse(content, "spoilt.txt")


@given(content=st.binary(max_size=300))
def test_any_bytes_are_no_solution_or_one(content: bytes) -> None:
    with suppress(ImportErrors):
        parse_sol(content, "x.sol")


def test_every_public_instance_is_read(shared_data: Path) -> None:
    paths = sorted((shared_data / "instances").glob("*/*.vrp"))
    assert paths
    for path in paths:
        found = read_problem(path)
        assert isinstance(found, Benchmark)
        assert len(found.customers) > 90
