from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.config import Settings
from app.domain.addresses import Precision
from app.domain.board import Board, move
from app.domain.edits import ChangeOrders
from app.domain.errors import Cancelled, DispatchError
from app.domain.orders import Method, OrderKind, OrderStatus, Payment, barcodes
from app.domain.problem import Plan, Reason, Unassigned
from app.domain.rules import OrderRules
from app.services.exports import ExportFormat, ExportService
from app.services.imports import ImportOptions
from app.services.planning import PlanningService
from app.services.workspace import Workspace
from app.storage.database import Database
from tests.databases import NOW
from tests.factories import make_order, place, window
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


def test_an_exported_table_can_be_taken_in_again_and_loses_nothing(
    desk: Desk, database: Database, settings: Settings, exports: ExportService, tmp_path: Path
) -> None:
    (shift,) = desk.add_shifts(1)
    desk.add_orders(
        make_order(
            reference="SO-A",
            depot=shift.depot.id,
            time_zone="Europe/Berlin",
            recipient="=1+1",
            notes="Two\nlines; and, marks",
            kind=OrderKind.PICKUP,
            method=Method.LOCKER,
            payment=Payment.CASH_ON_DELIVERY,
            cod_amount=Decimal("12.50"),
            currency="CHF",
            priority=2,
            parcels=barcodes("OWN-7", 3),
            requirements=frozenset({"cold", "adr"}),
            window=window("22:30", "23:30"),
            phone="+49 30 23125 500",
            rules=OrderRules(setup_time=timedelta(minutes=2)),
        ),
        make_order(reference="SO-B", depot=shift.depot.id, time_zone="Europe/Berlin"),
    )
    before = desk.board.orders
    file = tmp_path / "day.csv"
    exports.write(file, exports.content(desk.board, ExportFormat.CSV))

    with Workspace(settings, database, lambda: NOW) as work:
        report = work.imports.run(file, ImportOptions())

    assert (report.added, report.updated, report.refused, report.on_hold) == (0, 2, 0, 0)
    for key, now in desk.board.orders.items():
        # Where it is stands in the file, and that is all the file knows of it.
        was = before[key]
        assert now == replace(was, place=now.place, version=now.version, source=now.source)
        assert now.location == pytest.approx(before[key].location)


def test_an_order_without_a_sure_place_stays_on_hold_when_its_table_is_taken_in_again(
    desk: Desk, database: Database, settings: Settings, exports: ExportService, tmp_path: Path
) -> None:
    (shift,) = desk.add_shifts(1)
    held = make_order(
        depot=shift.depot.id,
        status=OrderStatus.ON_HOLD,
        hold_reason="only the town is known",
        place=place(53.55, 13.26, Precision.PLACE),
    )
    desk.add_orders(held)
    file = tmp_path / "day.csv"
    exports.write(file, exports.content(desk.board, ExportFormat.CSV))

    with Workspace(settings, database, lambda: NOW) as work:
        assert work.imports.run(file, ImportOptions()).on_hold == 1

    assert [order.id for order in desk.board.on_hold] == [held.id]


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
