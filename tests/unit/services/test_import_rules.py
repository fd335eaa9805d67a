"""What an orders file asks beyond the everyday: taken, kept, paired, refused."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from app.domain.edits import ChangeFleet, ChangeOrders
from app.domain.errors import ConflictError, ImportErrors
from app.domain.orders import Order, OrderKind
from app.domain.rules import NO_ORDER_RULES, Overrun
from app.domain.times import local
from app.services.context import Step
from app.services.imports import ImportOptions, ImportReport
from app.services.orders import cancel
from app.services.workspace import Workspace
from tests.factories import BERLIN, DAY, make_depot, make_driver

PLAIN = {
    "reference": "SO-1", "recipient": "Zoe Lüders", "address": "Turmstraße 22",
    "postcode": "17033", "city": "Neubrandenburg", "date": str(DAY), "window_start": "08:00",
    "window_end": "10:00",
}  # fmt: skip
ASKING = {
    "window2_start": "14:00", "window2_end": "16:00", "ready_at": "07:30", "setup_min": "4",
    "drivers": "anna; Deniz", "not_drivers": "", "goods_class": "Food;Frozen",
    "not_with": "paint", "drop_price": "25.50", "load:Roll cages": "3",
    "service_min:Bike": "2", "service_min:truck": "7.5", "setup_min:truck": "3",
}  # fmt: skip


def _run(work: Workspace, tmp_path: Path, *rows: Mapping[str, str]) -> ImportReport:
    path = tmp_path / "orders.csv"
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return work.imports.run(path, ImportOptions(report_file=tmp_path / "refused.csv"))


def _order(work: Workspace, reference: str = "SO-1") -> Order:
    board = work.dispatch.board(DAY)
    every = {order.reference: order for order in (*board.orders.values(), *board.on_hold)}
    return every[reference]


@pytest.fixture(autouse=True)
def crew(work: Workspace) -> None:
    drivers = (make_driver(name="Anna"), make_driver(name="Deniz"))
    work.dispatch.apply(ChangeFleet(put=(make_depot(), *drivers)))


def test_what_a_row_asks_becomes_rules_of_its_order(work: Workspace, tmp_path: Path) -> None:
    report = _run(work, tmp_path, PLAIN | ASKING)
    assert report.problems == ()
    order = _order(work)
    clocks = [(local(w.start, BERLIN).time(), local(w.end, BERLIN).time()) for w in order.windows]
    assert clocks == [(time(8), time(10)), (time(14), time(16))]
    rules = order.rules
    assert rules.released_at is not None
    assert local(rules.released_at, BERLIN).time() == time(7, 30)
    assert rules.setup_time == timedelta(minutes=4)
    names = {driver.id: driver.name for driver in work.fleet.drivers()}
    assert {names[key] for key in rules.drivers} == {"Anna", "Deniz"}
    assert rules.goods == {"food", "frozen"}
    assert rules.apart_from == {"paint"}
    assert rules.drop_price == 25.5
    assert order.more_load == (("roll cages", 3),)
    by_type = [(name, time.total_seconds() / 60) for name, time in rules.service_by_type]
    assert by_type == [("bike", 2), ("truck", 7.5)]
    assert rules.setup_by_type == (("truck", timedelta(minutes=3)),)


def test_a_service_time_of_a_type_of_vehicle_that_is_none_is_refused(
    work: Workspace, tmp_path: Path
) -> None:
    report = _run(work, tmp_path, PLAIN | {"service_min:bike": "soon"})
    (problem,) = report.problems
    assert (problem.column, problem.code) == ("service_min:bike", "number_unreadable")
    assert "SO-1" not in {order.reference for order in work.dispatch.board(DAY).orders.values()}


def test_service_times_by_type_stay_where_no_column_says_so(
    work: Workspace, tmp_path: Path
) -> None:
    _run(work, tmp_path, PLAIN | ASKING)
    asked = _order(work).rules
    _run(work, tmp_path, PLAIN | {"setup_min": "9"})
    assert _order(work).rules.service_by_type == asked.service_by_type
    _run(work, tmp_path, PLAIN | {"service_min:truck": "8"})
    assert _order(work).rules.service_by_type == (("truck", timedelta(minutes=8)),)


def test_german_headers_ask_the_same(work: Workspace, tmp_path: Path) -> None:
    german = {
        "Zeitfenster 2 von": "14:00", "Zeitfenster 2 bis": "16:00", "Bereit ab": "07:30",
        "Rüstzeit": "4", "Nur Fahrer": "Anna;Deniz", "Warenklasse": "food; frozen",
        "Nicht mit": "paint", "Auslasspreis": "25.50", "Ladung: Roll Cages": "3",
        "Standzeit: Bike": "2", "Standzeit: Truck": "7.5", "Rüstzeit: Truck": "3",
    }  # fmt: skip
    _run(work, tmp_path, PLAIN | ASKING)
    asked = _order(work)
    assert _run(work, tmp_path, PLAIN | german).problems == ()
    assert (_order(work).rules, _order(work).more_load) == (asked.rules, asked.more_load)


def test_what_a_delivery_takes_back_is_read_and_kept_where_no_column_says_so(
    work: Workspace, tmp_path: Path
) -> None:
    back = {"back_kg": "12.5", "Leergut": "3"}
    assert _run(work, tmp_path, PLAIN | back).problems == ()
    assert _order(work).rules.takes_back == (12_500, 0, 3)
    _run(work, tmp_path, PLAIN | {"back_kg": "2"})
    assert _order(work).rules.takes_back == (2_000, 0, 3)
    _run(work, tmp_path, PLAIN | {"back_kg": "", "back_parcels": "0"})
    assert _order(work).rules == NO_ORDER_RULES
    report = _run(work, tmp_path, PLAIN | back | {"reference": "PU-9", "kind": "pickup"})
    (problem,) = report.problems
    assert (problem.column, problem.code) == ("back_kg", "back_of_pickup")


def test_a_row_that_asks_nothing_has_no_rules(work: Workspace, tmp_path: Path) -> None:
    _run(work, tmp_path, PLAIN | dict.fromkeys(ASKING, ""))
    assert _order(work).rules == NO_ORDER_RULES
    assert _order(work).more_load == ()


def test_the_same_asking_file_again_changes_nothing(work: Workspace, tmp_path: Path) -> None:
    _run(work, tmp_path, PLAIN | ASKING)
    assert _run(work, tmp_path, PLAIN | ASKING).unchanged == 1


def test_what_a_file_has_no_column_for_stays(work: Workspace, tmp_path: Path) -> None:
    _run(work, tmp_path, PLAIN | ASKING)
    order = _order(work)
    late = Overrun(most=timedelta(minutes=10), per_hour=6.0)
    work.dispatch.apply(
        ChangeOrders(put=(replace(order, rules=replace(order.rules, lateness=late)),))
    )
    _run(work, tmp_path, PLAIN | {"weight_kg": "5", "setup_min": ""})
    rules = _order(work).rules
    assert _order(work).weight_g == 5_000
    assert (rules.lateness, rules.drop_price) == (late, 25.5)
    assert rules.setup_time == timedelta()


@pytest.mark.parametrize("at_once", [1, 1_000])
def test_a_delivery_is_paired_with_the_pickup_of_its_file(
    work: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("app.services.draft_pile.AT_ONCE", at_once)
    pickup = PLAIN | {"reference": "PU-1", "kind": "pickup"}
    delivery = PLAIN | {"collected_by": "PU-1"}
    report = _run(work, tmp_path, delivery, pickup)
    assert report.added == 2
    assert _order(work, "PU-1").kind is OrderKind.PICKUP
    assert _order(work).rules.collected_by == _order(work, "PU-1").id


def test_a_delivery_is_paired_with_a_pickup_that_is_there(work: Workspace, tmp_path: Path) -> None:
    _run(work, tmp_path, PLAIN | {"reference": "PU-1", "kind": "pickup"})
    _run(work, tmp_path, PLAIN | {"collected_by": "PU-1"})
    assert _order(work).rules.collected_by == _order(work, "PU-1").id


def test_a_pickup_that_was_cancelled_while_the_file_was_read_stops_the_import(
    work: Workspace, tmp_path: Path
) -> None:
    _run(work, tmp_path, PLAIN | {"reference": "PU-1", "kind": "pickup"})
    pickup = _order(work, "PU-1")

    def report(step: Step) -> None:
        if step.text.endswith("addresses") and pickup.id in work.dispatch.board(DAY).orders:
            work.dispatch.apply(cancel([pickup]))

    path = tmp_path / "orders.csv"
    path.write_text(
        "reference,address,postcode,city,date,collected_by\n"
        f"SO-1,Turmstraße 22,17033,Neubrandenburg,{DAY},PU-1\n",
        encoding="utf-8",
    )
    with pytest.raises(ConflictError, match="PU-1 was changed meanwhile"):
        work.imports.run(path, ImportOptions(), report)
    assert "SO-1" not in {o.reference for o in work.dispatch.board(DAY).orders.values()}


def test_a_second_delivery_of_one_pickup_is_refused(work: Workspace, tmp_path: Path) -> None:
    pickup = PLAIN | {"reference": "PU-1", "kind": "pickup"}
    first = PLAIN | {"collected_by": "PU-1"}
    second = first | {"reference": "SO-2"}
    report = _run(work, tmp_path, pickup, first, second)
    (problem,) = report.problems
    assert (problem.line, problem.column, problem.code) == (4, "collected_by", "pair_taken")
    assert f"brings the goods of {first['reference']} already" in problem.text
    assert (report.added, report.refused) == (2, 1)


def test_a_pair_without_its_pickup_is_refused_into_the_report_file(
    work: Workspace, tmp_path: Path
) -> None:
    other = PLAIN | {"reference": "SO-2"}
    report = _run(work, tmp_path, PLAIN | {"collected_by": "SO-2"}, other)
    (problem,) = report.problems
    assert (problem.line, problem.column, problem.code) == (2, "collected_by", "pair_unknown")
    assert (report.added, report.refused) == (1, 1)
    assert report.report_file is not None
    assert "no pickup SO-2" in report.report_file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"window2_start": "14:00"}, "window2_start", "window_incomplete"),
        ({"window2_start": "16", "window2_end": "17:00"}, "window2_start", "window_unreadable"),
        ({"window2_start": "16:00", "window2_end": "15:00"}, "window2_end", "window_reversed"),
        ({"window2_start": "09:00", "window2_end": "15:00"}, "window2_start", "window_overlap"),
        (
            {"window_start": "", "window_end": "", "window2_start": "9:00", "window2_end": "15:00"},
            "window2_start",
            "window_first_missing",
        ),
        ({"ready_at": "soon"}, "ready_at", "window_unreadable"),
        ({"ready_at": "2024-05-05 08:00"}, "ready_at", "window_other_day"),
        ({"setup_min": "-3"}, "setup_min", "out_of_range"),
        ({"drivers": "Nobody"}, "drivers", "driver_unknown"),
        ({"drivers": "Anna", "not_drivers": "ANNA"}, "not_drivers", "driver_twice"),
        ({"drop_price": "much"}, "drop_price", "number_unreadable"),
        ({"drop_price": "-1"}, "drop_price", "out_of_range"),
        ({"collected_by": "SO-1"}, "collected_by", "pair_of_itself"),
        ({"collected_by": "SO-9", "kind": "pickup"}, "collected_by", "pair_of_pickup"),
        ({"load:cages": "1.5"}, "load:cages", "out_of_range"),
        ({"load:cages": "some"}, "load:cages", "number_unreadable"),
    ],
)
def test_a_cell_that_asks_what_can_t_be_is_refused_with_its_column(
    work: Workspace, tmp_path: Path, cells: dict[str, str], column: str, code: str
) -> None:
    report = _run(work, tmp_path, PLAIN | cells)
    assert [(p.line, p.column, p.code) for p in report.problems] == [(2, column, code)]
    assert (report.added, report.refused) == (0, 1)


def test_a_person_can_map_a_column_to_a_further_load(work: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("ref,street,day,Rollis\nSO-1,Turmstraße 22,2024-03-05,4\n", encoding="utf-8")
    columns = {"reference": "ref", "address": "street", "date": "day", "load:rollis": "Rollis"}
    work.imports.run(path, ImportOptions(columns=columns))
    assert _order(work).more_load == (("rollis", 4),)
    with pytest.raises(ImportErrors, match="mapping"):
        work.imports.run(path, ImportOptions(columns=columns | {"loads": "Rollis"}))


def test_words_that_other_programs_use_otherwise_ask_nothing(
    work: Workspace, tmp_path: Path
) -> None:
    others = {"Driver": "Bob", "Release": "R-12", "Ready": "yes", "Goods": "3 chairs", "Pair": "x"}
    assert _run(work, tmp_path, PLAIN | others).problems == ()
    assert _order(work).rules == NO_ORDER_RULES


def test_a_coopcycle_row_becomes_a_pair_that_comes_again_unchanged(
    work: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "coop.csv"
    path.write_text(
        "reference,pickup.address,dropoff.address,dropoff.timeslot\n"
        f'C1,"Nirgendwo 2, 99999 Fern","Nirgendwo 1, 99999 Fern",{DAY} 10:00 - 11:00\n',
        encoding="utf-8",
    )
    report = work.imports.run(path, ImportOptions())
    assert (report.added, report.refused) == (2, 0)
    pickup, delivery = _order(work, "C1-PICKUP"), _order(work, "C1")
    assert delivery.rules.collected_by == pickup.id
    assert (pickup.kind, pickup.address.street) == (OrderKind.PICKUP, "Nirgendwo 2")
    unknown = [p.column for p in report.problems if p.code == "address_unknown" and p.line == 2]
    assert unknown == ["pickup.address", "dropoff.address"]
    preview = work.imports.preview(path, ImportOptions())
    assert [result.reference for result in preview.results] == ["C1-PICKUP", "C1"]
    assert work.imports.run(path, ImportOptions()).unchanged == 2


def test_cash_without_a_currency_is_in_the_depots_and_told_once(
    work: Workspace, tmp_path: Path
) -> None:
    rows = [PLAIN | {"reference": f"SO-{n}", "cod_amount": f"{n}.50"} for n in (1, 2)]
    report = _run(work, tmp_path, *rows)
    told = [problem for problem in report.problems if problem.code == "currency_of_depot"]
    assert [(each.line, each.column) for each in told] == [(2, "cod_amount")]
    assert "EUR" in told[0].text
    assert (_order(work).currency, _order(work, "SO-2").currency) == ("EUR", "EUR")
