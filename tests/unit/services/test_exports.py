from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from app.domain.board import Board, move
from app.domain.edits import ChangeOrders
from app.domain.errors import Cancelled, DispatchError
from app.domain.problem import Plan, Reason, Unassigned
from app.services.exports import ExportFormat, ExportService
from app.services.planning import PlanningService
from tests.factories import make_order
from tests.unit.services.conftest import Desk


@pytest.fixture
def exports(desk: Desk) -> ExportService:
    return ExportService(desk.roads, desk.clock)


def test_json_is_the_whole_day_with_reasons(desk: Desk, day: Board, exports: ExportService) -> None:
    first, second, late, _ = (order.id for order in day.unassigned)
    desk.dispatch.apply(move(day, [first, second], day.routes[0].id, 0))
    PlanningService(desk.database).remember_reasons(
        Plan(
            routes={},
            unassigned=(Unassigned(order=late, reason=Reason.OUTSIDE_WINDOWS, detail="Too late"),),
            cost=0.0,
            engine="test",
            seconds=0.0,
        )
    )
    content = json.loads(exports.content(desk.board, ExportFormat.JSON))
    assert content["time_zone"] == "Europe/Berlin"
    assert len(content["orders"]) == 4
    (route,) = (each for each in content["routes"] if each["stops"])
    assert [stop["order"] for stop in route["stops"]] == [str(first), str(second)]
    reasons = {each["order"]: (each["reason"], each["detail"]) for each in content["unassigned"]}
    assert reasons[str(late)] == ("outside_windows", "Too late")
    assert len(reasons) == 2


@pytest.mark.parametrize("kind", [ExportFormat.GEOJSON, ExportFormat.GPX, ExportFormat.HTML])
def test_formats_with_lines_report_and_can_be_cancelled(
    desk: Desk, day: Board, exports: ExportService, kind: ExportFormat
) -> None:
    texts: list[str] = []
    exports.content(day, kind, lambda step: texts.append(step.text))
    assert texts == [f"Route of {each.route.shift.name}" for each in day.routes]
    with pytest.raises(Cancelled):
        exports.content(desk.board, kind, cancelled=lambda: True)


def test_text_of_people_is_no_formula_and_no_markup(
    desk: Desk, day: Board, exports: ExportService
) -> None:
    evil = make_order(recipient='=HYPERLINK("http://x")', notes="<script>alert(1)</script>")
    desk.dispatch.apply(ChangeOrders(put=(evil,)))
    desk.dispatch.apply(move(desk.board, [evil.id], day.routes[0].id, 0))
    rows = csv.reader(
        io.StringIO(exports.content(desk.board, ExportFormat.CSV).decode("utf-8-sig"))
    )
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
    page = exports.content(desk.board, ExportFormat.HTML).decode()
    assert "<script>alert(1)" not in page


@pytest.mark.parametrize("kind", list(ExportFormat))
def test_an_empty_day_can_be_exported(
    desk: Desk, exports: ExportService, kind: ExportFormat
) -> None:
    assert exports.content(desk.board, kind)


def test_a_file_is_replaced_whole_or_stays(exports: ExportService, tmp_path: Path) -> None:
    file = tmp_path / "day.json"
    exports.write(file, b"one")
    exports.write(file, b"two")
    assert file.read_bytes() == b"two"
    assert [each.name for each in tmp_path.iterdir() if each.suffix != ".db"].count("day.json") == 1
    with pytest.raises(DispatchError, match=r"day\.json"):
        exports.write(tmp_path / "nowhere" / "day.json", b"three")
