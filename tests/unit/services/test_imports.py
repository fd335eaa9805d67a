from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.config import Settings
from app.domain.addresses import Precision
from app.domain.board import move
from app.domain.edits import ChangeFleet, SetRouteStatus
from app.domain.errors import Cancelled, ImportErrors
from app.domain.geo import Location
from app.domain.orders import OrderStatus
from app.domain.routes import RouteStatus
from app.services.addresses import pin
from app.services.imports import NO_REGION, ImportOptions, ImportReport
from app.services.orders import Chip, OrderQuery, hold, take_off_hold
from app.services.workspace import Workspace
from app.storage.database import Database
from tests.databases import NOW
from tests.factories import DAY, make_depot, make_driver, make_shift, make_vehicle

PLACED = Location(lat=53.56, lon=13.27)
HEADER = "reference,recipient,address,postcode,city,date,window_start,window_end,weight_kg,parcels"
GOOD = "SO-1,Zoe Lüders,Turmstraße 22,17033,Neubrandenburg,2024-03-05,08:00,12:00,2.5,2"


def _file(tmp_path: Path, *rows: str) -> Path:
    file = tmp_path / "orders.csv"
    file.write_text("\n".join((HEADER, *rows)), encoding="utf-8")
    return file


def _run(work: Workspace, file: Path, **options: object) -> ImportReport:
    return work.imports.run(file, ImportOptions(**options))  # type: ignore[arg-type]


def test_an_order_of_a_file_has_its_place_and_its_parcels(work: Workspace, tmp_path: Path) -> None:
    report = _run(work, _file(tmp_path, GOOD))
    assert (report.added, report.refused, report.on_hold) == (1, 0, 0)
    (order,) = work.dispatch.board(DAY).unassigned
    assert order.place is not None
    assert order.place.precision is Precision.ROOFTOP
    assert [p.barcode for p in order.parcels] == ["SO-1-1", "SO-1-2"]
    assert order.weight_g == 2_500
    assert order.window is not None


def test_the_same_file_again_changes_nothing(work: Workspace, tmp_path: Path) -> None:
    file = _file(tmp_path, GOOD)
    _run(work, file)
    before = work.dispatch.board(DAY).orders
    report = _run(work, file)
    assert (report.added, report.updated, report.unchanged) == (0, 0, 1)
    assert report.changes.is_empty
    assert work.dispatch.board(DAY).orders == before


def test_the_same_file_again_does_not_undo_what_people_did(work: Workspace, tmp_path: Path) -> None:
    file = _file(tmp_path, GOOD)
    _run(work, file)
    (order,) = work.dispatch.board(DAY).unassigned
    placed = Location(lat=53.56, lon=13.27)
    work.dispatch.apply(pin(replace(order, notes="Ring twice"), placed))
    _run(work, file)
    (again,) = work.dispatch.board(DAY).unassigned
    assert (again.notes, again.location) == ("Ring twice", placed)


def test_a_changed_order_is_updated_and_keeps_its_key(work: Workspace, tmp_path: Path) -> None:
    _run(work, _file(tmp_path, GOOD))
    (before,) = work.dispatch.board(DAY).unassigned
    report = _run(work, _file(tmp_path, GOOD.replace("2.5,2", "4,3")))
    (after,) = work.dispatch.board(DAY).unassigned
    assert report.updated == 1
    assert (after.id, after.weight_g, len(after.parcels)) == (before.id, 4_000, 3)
    assert [event.action for event in work.orders.history(after.id)] == ["changed", "imported"]


def test_orders_taken_before_the_depot_was_entered_are_not_taken_twice(
    work: Workspace, tmp_path: Path
) -> None:
    assert _run(work, _file(tmp_path, GOOD)).added == 1
    depot = make_depot()
    work.dispatch.apply(ChangeFleet(put=(depot,)))
    assert _run(work, _file(tmp_path, GOOD)).added == 0
    changed = _run(work, _file(tmp_path, GOOD.replace("2.5", "3.5")))
    assert (changed.added, changed.updated) == (0, 1)
    page = work.orders.page(OrderQuery(), 0, 10)
    assert [(row.order.weight_g, row.order.depot) for row in page.rows] == [(3_500, depot.id)]


def test_an_order_on_the_road_is_not_updated(work: Workspace, tmp_path: Path) -> None:
    depot, driver, vehicle = make_depot(), make_driver(), make_vehicle()
    shift = make_shift(depot=depot, driver=driver, vehicle=vehicle)
    work.dispatch.apply(ChangeFleet(put=(depot, driver, vehicle, shift)))
    _run(work, _file(tmp_path, GOOD))
    board = work.dispatch.board(DAY)
    route = board.routes[0].id
    work.dispatch.apply(move(board, [board.unassigned[0].id], route, 0))
    work.dispatch.apply(SetRouteStatus(statuses={route: RouteStatus.RELEASED}, seen={}))
    report = _run(work, _file(tmp_path, GOOD.replace("2.5,2", "4,3")))
    assert (report.updated, report.refused) == (0, 1)
    assert [p.code for p in report.problems if p.line == 2][-1:] == ["not_changeable"]
    (order,) = work.dispatch.board(DAY).orders.values()
    assert (order.weight_g, order.status) == (2_500, OrderStatus.OUT)


def test_good_rows_go_in_and_bad_rows_to_a_file_that_can_be_corrected(
    work: Workspace, tmp_path: Path
) -> None:
    bad = "SO-2,Uwe Wendt,Turmstraße 20,17033,Neubrandenburg,2024-03-05,08:00,12:00,-4.5,1"
    refused = tmp_path / "refused.csv"
    report = _run(work, _file(tmp_path, GOOD, bad), report_file=refused)
    assert (report.added, report.refused) == (1, 1)
    problem = next(p for p in report.problems if p.line == 3)
    assert problem.column == "weight_kg"
    rows = list(csv.reader(refused.read_text(encoding="utf-8-sig").splitlines()))
    corrected = tmp_path / "corrected.csv"
    with corrected.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[cell.replace("-4.5", "4.5") for cell in r] for r in rows])
    again = _run(work, corrected)
    assert (again.added, again.refused) == (1, 0)


def test_an_address_that_is_not_found_waits_on_hold_until_its_pin_is_placed(
    work: Workspace, tmp_path: Path
) -> None:
    lost = GOOD.replace("Turmstraße 22", "Straße der Kosmonauten 17")
    report = _run(work, _file(tmp_path, lost))
    assert report.on_hold == 1
    (order,) = work.dispatch.board(DAY).on_hold
    assert "pin" in order.hold_reason
    work.dispatch.apply(pin(order, Location(lat=53.56, lon=13.27)))
    (placed,) = work.dispatch.board(DAY).unassigned
    assert placed.status is OrderStatus.OPEN


def test_a_placed_pin_is_remembered_for_that_address(work: Workspace, tmp_path: Path) -> None:
    lost = GOOD.replace("Turmstraße 22", "Straße der Kosmonauten 17")
    _run(work, _file(tmp_path, lost))
    (order,) = work.dispatch.board(DAY).on_hold
    edit = pin(order, Location(lat=53.56, lon=13.27))
    applied = work.dispatch.apply(edit)
    _run(work, _file(tmp_path, lost, lost.replace("SO-1", "SO-2")))
    both = work.dispatch.board(DAY).unassigned
    assert [o.place.precision for o in both if o.place] == [Precision.CONFIRMED] * 2
    work.dispatch.apply(applied.inverse)
    _run(work, _file(tmp_path, lost, lost.replace("SO-1", "SO-3")))
    assert "SO-3" in {order.reference for order in work.dispatch.board(DAY).on_hold}


def test_the_report_says_that_the_encoding_was_guessed(work: Workspace, tmp_path: Path) -> None:
    work.dispatch.apply(ChangeFleet(put=(make_depot(),)))
    file = _file(tmp_path, GOOD)
    assert _run(work, file).notices == ()
    file.write_text(file.read_text(encoding="utf-8"), encoding="cp850")
    (notice,) = _run(work, file).notices
    assert "is not UTF-8" in notice


def test_two_imports_of_one_file_at_once_take_each_order_once(
    work: Workspace, tmp_path: Path
) -> None:
    file = _file(tmp_path, *(GOOD.replace("SO-1", f"SO-{number}") for number in range(300)))
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: _run(work, file), range(2)))
    assert sorted(report.added for report in reports) == [0, 300]
    assert work.orders.page(OrderQuery(), 0, 10).total == 300


def test_two_imports_that_change_the_same_orders_wait_for_one_another(
    work: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.draft_pile.AT_ONCE", 5)
    rows = [GOOD.replace("SO-1", f"SO-{number}") for number in range(60)]
    _run(work, _file(tmp_path, *rows))
    for name, weight, order in (("up", "4,2", 1), ("down", "5,2", -1)):
        (tmp_path / name).mkdir()
        _file(tmp_path / name, *(row.replace("2.5,2", weight) for row in rows[::order]))
    with ThreadPoolExecutor(2) as pool:
        files = [tmp_path / name / "orders.csv" for name in ("up", "down")]
        reports = list(pool.map(lambda file: _run(work, file), files))
    assert [report.updated for report in reports] == [60, 60]
    assert {order.weight_g for order in work.dispatch.board(DAY).unassigned} in ({4_000}, {5_000})


@pytest.mark.parametrize("at_once", [1, 1_000])
def test_an_import_is_taken_back_whole_and_can_be_made_again(
    work: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("app.services.draft_pile.AT_ONCE", at_once)
    _run(work, _file(tmp_path, GOOD))
    (before,) = work.dispatch.board(DAY).unassigned
    changed = _file(tmp_path, GOOD.replace("2.5,2", "4,3"), GOOD.replace("SO-1", "SO-2"))
    report = _run(work, changed)
    undone = work.dispatch.apply(report.applied.inverse)
    (order,) = work.dispatch.board(DAY).unassigned
    assert replace(order, version=before.version) == before
    work.dispatch.apply(undone.inverse)
    assert [o.weight_g for o in work.dispatch.board(DAY).unassigned] == [4_000, 2_500]
    assert _run(work, changed).unchanged == 2


def test_stops_that_an_import_takes_off_a_route_come_back_with_it(
    work: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.draft_pile.AT_ONCE", 1)
    depot, driver, vehicle = make_depot(), make_driver(), make_vehicle()
    shift = make_shift(depot=depot, driver=driver, vehicle=vehicle)
    work.dispatch.apply(ChangeFleet(put=(depot, driver, vehicle, shift)))
    rows = [GOOD.replace("SO-1", f"SO-{number}") for number in range(3)]
    _run(work, _file(tmp_path, *rows))
    board = work.dispatch.board(DAY)
    orders = [order.id for order in board.unassigned]
    work.dispatch.apply(move(board, orders, board.routes[0].id, 0))
    report = _run(work, _file(tmp_path, *(row.replace(str(DAY), "2024-03-06") for row in rows)))
    assert work.dispatch.board(DAY).routes[0].route.orders == ()
    work.dispatch.apply(report.applied.inverse)
    assert list(work.dispatch.board(DAY).routes[0].route.orders) == orders


LOST = GOOD.replace("Turmstraße 22", "Straße der Kosmonauten 17")
HEAVIER = ("2.5,2", "4,2")


@pytest.mark.parametrize(
    ("street", "severity", "code"),
    [
        ("Straße der Kosmonauten 17", "review", "address_uncertain"),
        ("Turmstrasße 22", "warn", "address_read_as"),
        ("Turmstraße 9689", "warn", "house_number_unknown"),
    ],
)
def test_the_report_names_the_line_of_each_address_that_somebody_must_see(
    work: Workspace, tmp_path: Path, street: str, severity: str, code: str
) -> None:
    odd = GOOD.replace("SO-1", "SO-2").replace("Turmstraße 22", street)
    file = _file(tmp_path, GOOD, odd)
    (told,) = work.imports.preview(file, ImportOptions()).results[1].problems
    report = _run(work, file)
    assert report.problems == (told,)
    assert (told.line, told.column) == (3, "address")
    assert (told.severity.value, told.code) == (severity, code)
    assert report.on_hold == (severity == "review")
    assert _run(work, file).problems == ()


def test_the_same_file_again_places_what_has_a_pin_now(work: Workspace, tmp_path: Path) -> None:
    lost = GOOD.replace("Turmstraße 22", "Straße der Kosmonauten 17")
    file = _file(tmp_path, lost, lost.replace("SO-1", "SO-2"))
    _run(work, file)
    first = next(o for o in work.dispatch.board(DAY).on_hold if o.reference == "SO-1")
    work.dispatch.apply(pin(first, PLACED))
    report = _run(work, file)
    assert (report.updated, report.unchanged, report.on_hold) == (1, 1, 0)
    assert [o.location for o in work.dispatch.board(DAY).unassigned] == [PLACED, PLACED]
    assert _run(work, file).updated == 0
    work.dispatch.apply(report.applied.inverse)
    assert [o.reference for o in work.dispatch.board(DAY).on_hold] == ["SO-2"]


def test_a_place_found_later_lifts_no_other_hold(work: Workspace, tmp_path: Path) -> None:
    lost = GOOD.replace("Turmstraße 22", "Straße der Kosmonauten 17")
    file = _file(tmp_path, lost, lost.replace("SO-1", "SO-2"))
    _run(work, file)
    first, second = work.dispatch.board(DAY).on_hold
    work.dispatch.apply(hold([second], "Waits for the customer"))
    work.dispatch.apply(pin(first, PLACED))
    _run(work, file)
    (order,) = work.dispatch.board(DAY).on_hold
    assert "Waits for the customer" in order.hold_reason


def test_without_a_region_the_import_says_what_to_do(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    with Workspace(settings, database, lambda: NOW) as bare:
        file = _file(tmp_path, GOOD)
        assert NO_REGION in bare.imports.preview(file, ImportOptions()).notices
        assert NO_REGION in _run(bare, file).notices


def test_hours_that_no_depot_places_are_told_with_the_zone_they_are_read_in(
    work: Workspace, tmp_path: Path
) -> None:
    file = _file(tmp_path, GOOD)
    (notice,) = work.imports.preview(file, ImportOptions()).notices
    assert "No depot says in which time zone" in notice
    work.dispatch.apply(ChangeFleet(put=(make_depot(time_zone="Europe/Vaduz"),)))
    assert work.imports.preview(file, ImportOptions()).notices == ()
    work.dispatch.apply(ChangeFleet(put=(make_depot(name="East", time_zone="Europe/Vaduz"),)))
    assert _run(work, file).notices == ()
    (order,) = work.dispatch.board(DAY).unassigned
    assert order.time_zone == "Europe/Vaduz"
    work.dispatch.apply(ChangeFleet(put=(make_depot(name="West", time_zone="Europe/Lisbon"),)))
    (notice,) = work.imports.preview(file, ImportOptions()).notices
    assert "No depot says in which time zone" in notice


def test_the_preview_shows_who_will_wait_for_a_pin(work: Workspace, tmp_path: Path) -> None:
    lost = GOOD.replace("Turmstraße 22", "Straße der Kosmonauten 17")
    (result,) = work.imports.preview(_file(tmp_path, lost), ImportOptions()).results
    assert result.is_held
    assert result.draft is not None
    assert "place the pin" in result.draft.hold_reason


def test_a_hold_that_a_person_put_on_an_order_survives_a_changed_file(
    work: Workspace, tmp_path: Path
) -> None:
    _run(work, _file(tmp_path, GOOD))
    work.dispatch.apply(hold(work.dispatch.board(DAY).unassigned, "Waits for the customer"))
    report = _run(work, _file(tmp_path, GOOD.replace(*HEAVIER)))
    assert (report.updated, report.on_hold) == (1, 1)
    (order,) = work.dispatch.board(DAY).on_hold
    assert (order.weight_g, order.hold_reason) == (4_000, "Waits for the customer")


def test_a_hold_of_an_import_goes_when_the_file_mends_the_address(
    work: Workspace, tmp_path: Path
) -> None:
    _run(work, _file(tmp_path, LOST))
    work.dispatch.apply(hold(work.dispatch.board(DAY).on_hold, "Waits for the customer"))
    _run(work, _file(tmp_path, GOOD))
    (order,) = work.dispatch.board(DAY).on_hold
    assert order.hold_reason == "Waits for the customer"
    work.dispatch.apply(take_off_hold([order]))
    _run(work, _file(tmp_path, LOST))
    assert "pin" in work.dispatch.board(DAY).on_hold[0].hold_reason
    _run(work, _file(tmp_path, GOOD))
    assert [o.status for o in work.dispatch.board(DAY).unassigned] == [OrderStatus.OPEN]


def test_a_hold_that_a_person_lifted_does_not_come_back_with_a_changed_file(
    work: Workspace, tmp_path: Path
) -> None:
    unsure = GOOD.replace("Turmstraße 22,17033", "Turmstrase 22,17034")
    _run(work, _file(tmp_path, unsure))
    (order,) = work.dispatch.board(DAY).on_hold
    assert "Confirm it" in order.hold_reason
    work.dispatch.apply(take_off_hold([order]))
    _run(work, _file(tmp_path, unsure.replace(*HEAVIER)))
    assert [o.weight_g for o in work.dispatch.board(DAY).unassigned] == [4_000]
    _run(work, _file(tmp_path, LOST))
    assert [o.status for o in work.dispatch.board(DAY).on_hold] == [OrderStatus.ON_HOLD]


def test_a_cancelled_import_leaves_nothing(work: Workspace, tmp_path: Path) -> None:
    file = _file(tmp_path, GOOD)
    with pytest.raises(Cancelled, match=r"orders\.csv was cancelled; nothing was taken"):
        work.imports.run(file, ImportOptions(), cancelled=lambda: True)
    assert work.orders.page(OrderQuery(), 0, 10).total == 0


@pytest.mark.parametrize("saved", ["0", "2", "4"])
def test_an_import_can_be_cancelled_while_it_saves_and_leaves_nothing(
    work: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, saved: str
) -> None:
    monkeypatch.setattr("app.services.draft_pile.AT_ONCE", 2)
    bad = GOOD.replace("SO-1", "").replace("2.5,", "-5,")
    file = _file(tmp_path, *(GOOD.replace("SO-1", f"SO-{number}") for number in range(5)), bad)
    said: list[str] = []
    with pytest.raises(Cancelled, match="nothing was taken"):
        work.imports.run(
            file,
            ImportOptions(report_file=tmp_path / "refused.csv"),
            lambda step: said.append(step.text),
            lambda: said[-1:] == [f"Saving: {saved} of 5 orders"],
        )
    assert work.orders.page(OrderQuery(), 0, 10).total == 0
    assert [each.name for each in tmp_path.iterdir() if "refused" in each.name] == []
    assert _run(work, file).added == 5


def test_a_file_that_is_no_table_is_refused_by_name(work: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "photo.csv"
    file.write_bytes(bytes(range(256)) * 40)
    with pytest.raises(ImportErrors, match=r"photo\.csv"):
        _run(work, file)


def test_a_file_with_more_orders_than_fit_is_refused_whole(
    work: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.imports.MAX_ORDERS", 2)
    note = f'"{"x" * 99}\n{"y" * 99}"'
    file = _file(tmp_path, *(GOOD.replace("SO-1", f"SO-{n}") + f",{note}" for n in range(3)))
    file.write_text(f"{file.read_text('utf-8').replace('parcels', 'parcels,notes')}\n", "utf-8")
    for look in (work.imports.preview, work.imports.run):
        with pytest.raises(ImportErrors, match=r"orders\.csv has 3 rows; at most 2 orders.*split"):
            look(file, ImportOptions())
    monkeypatch.setattr("app.services.imports.rows_at_least", lambda _: 0)
    with pytest.raises(ImportErrors, match=r"orders\.csv has more than 2 orders.*split"):
        _run(work, file)
    assert work.orders.page(OrderQuery(), 0, 10).total == 0


def test_windows_are_by_the_clocks_of_the_depot_on_the_day_they_go_forward(
    work: Workspace, tmp_path: Path
) -> None:
    work.dispatch.apply(ChangeFleet(put=(make_depot(),)))
    undated = GOOD.replace("2024-03-05", "")
    for day in (date(2024, 3, 30), date(2024, 3, 31)):
        _run(work, _file(tmp_path, undated.replace("SO-1", f"SO-{day}")), day=day)
    hours = [
        order.window.start.hour
        for day in (date(2024, 3, 30), date(2024, 3, 31))
        for order in work.dispatch.board(day).unassigned
        if order.window is not None
    ]
    assert hours == [7, 6]  # 08:00 in winter and in summer, in UTC


def test_a_mapping_is_remembered_for_files_with_the_same_headers(
    work: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        "Nr;Kunde;Wohin;PLZ;Ort;Wann\n7;Zoe;Turmstraße 22;17033;Neubrandenburg;2024-03-05\n",
        encoding="utf-8",
    )
    columns = {
        "reference": "Nr",
        "recipient": "Kunde",
        "address": "Wohin",
        "postcode": "PLZ",
        "city": "Ort",
        "date": "Wann",
    }
    _run(work, file, columns=columns)
    preview = work.imports.preview(file, ImportOptions())
    assert preview.is_remembered
    assert dict(preview.columns) == columns
    assert _run(work, file).unchanged == 1


def test_every_row_of_a_dirty_file_is_accounted_for(
    work: Workspace, shared_data: Path, tmp_path: Path
) -> None:
    file = shared_data / "orders" / "orders-dirty-200.csv"
    with file.with_suffix(".bad.csv").open(encoding="utf-8") as key:
        expected = {int(row["line"]): row for row in csv.DictReader(key)}
    report = _run(work, file, report_file=tmp_path / "refused.csv")
    assert report.added + report.refused + report.left_out == 200
    rejected = {line for line, row in expected.items() if row["expected"] == "reject"}
    refused = {p.line for p in report.problems if p.severity.value == "reject"}
    assert refused == rejected
    held = {
        order.reference
        for order in (
            row.order for row in work.orders.page(OrderQuery(chip=Chip.ON_HOLD), 0, 300).rows
        )
    }
    review = {
        row["reference_before"]
        for row in expected.values()
        if row["expected"] == "review" and row["code"] not in _STREET_KNOWN | {"reference_empty"}
    }
    assert review <= held


_STREET_KNOWN = {"house_number_unknown", "house_number_missing"}
"""These are planned to the middle of the street, with a badge that says so."""
