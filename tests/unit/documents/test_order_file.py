"""Order files: every row is taken or refused with its line, its column and a reason."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.documents.order_file import ReadOptions, RowResult, Severity, read_orders
from app.domain.geo import Bounds
from app.domain.orders import OrderKind
from tests.factories import DAY, window

NEUBRANDENBURG = Bounds(south=53.4382, west=13.1094, north=53.6153, east=13.4074)
OPTIONS = ReadOptions(zone=ZoneInfo("Europe/Berlin"), day=DAY, bounds=NEUBRANDENBURG)
JUDGED_BY_GEOCODING = ("house_number", "street_", "city_", "postcode_")


def results(path: Path, options: ReadOptions = OPTIONS) -> list[RowResult]:
    return list(read_orders(path, options))


def test_every_order_of_the_sample_is_taken_without_a_word(sample: Path) -> None:
    taken = results(sample / "orders.csv")
    assert len(taken) == 120
    assert [result.problems for result in taken if result.problems] == []
    first = taken[0].draft
    assert first is not None
    assert first.reference == "SO-100001"
    assert first.day == date(2024, 3, 5)
    assert first.window == window("12:00", "16:00")
    assert first.weight_g == 4_600
    assert first.volume_cm3 == 34_000
    assert first.parcels == 2
    assert first.service_time == timedelta(minutes=3)
    assert first.address.line == "Veilchenweg 6b, 17033 Neubrandenburg"
    assert taken[2].draft is not None
    assert taken[2].draft.kind is OrderKind.PICKUP


@pytest.mark.parametrize("name", ["orders-dirty-200", "orders-dirty-60-semicolon-coords"])
def test_each_planted_fault_is_answered_as_its_key_says(name: str, shared_data: Path) -> None:
    with (shared_data / "orders" / f"{name}.bad.csv").open(encoding="utf-8") as file:
        faults = {int(row["line"]): row for row in csv.DictReader(file)}
    wrong = []
    for result in results(shared_data / "orders" / f"{name}.csv"):
        fault = faults.pop(result.line, None)
        if fault is None or fault["code"].startswith(JUDGED_BY_GEOCODING):
            if result.problems or not result.is_taken:
                wrong.append((result.line, result.problems))
        elif not _is_answered(result, fault):
            wrong.append((result.line, fault, result.problems))
    assert wrong == []
    assert faults == {}, "rows that never came out of the file"


def _is_answered(result: RowResult, fault: dict[str, str]) -> bool:
    told = {(problem.severity.value, problem.column) for problem in result.problems}
    column = "" if fault["field"] == "(row)" else fault["field"]
    match fault["expected"]:
        case "reject":
            return result.is_refused and ("reject", column) in told
        case "review":
            return result.is_held and ("review", column) in told
        case "accept":
            return result.is_taken and not result.is_held and not told
        case expected:
            return result.is_taken and not result.is_held and told == {(expected, column)}


def test_the_severities_of_the_key_are_those_of_the_program(shared_data: Path) -> None:
    with (shared_data / "orders" / "orders-dirty-200.bad.csv").open(encoding="utf-8") as file:
        expected = {row["expected"] for row in csv.DictReader(file)}
    assert expected - {"accept"} <= {severity.value for severity in Severity}
