"""The example files can be imported as they are."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.documents.fleet_file import read_fleet
from app.documents.order_file import ReadOptions, read_orders
from app.documents.templates import write_fleet_template, write_order_template
from app.domain.errors import DispatchError
from app.domain.fleet import UNLIMITED, PlaceKind
from app.domain.orders import OrderKind, Payment
from app.domain.rules import NO_SHIFT_RULES


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_order_template_is_taken_without_a_word(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"orders{suffix}"
    write_order_template(path, date(2024, 7, 1))
    results = list(read_orders(path, ReadOptions(zone=ZoneInfo("Europe/Berlin"))))
    assert [problem for result in results for problem in result.problems] == []
    first, second, third = (result.draft for result in results if result.draft)
    assert first.day == date(2024, 7, 1)
    assert first.window is not None
    assert (second.payment, second.currency) == (Payment.CASH_ON_DELIVERY, "EUR")
    assert second.requirements == {"tail-lift", "two-person"}
    assert (third.kind, third.barcodes) == (OrderKind.PICKUP, ("RET-0001",))
    assert third.location is not None
    assert first.asks is not None
    assert second.asks is not None
    assert len(first.asks.more_windows or ()) == 1
    assert second.asks.more_load == (("cages", 1),)
    assert second.asks.service_by_type == (("truck", timedelta(minutes=7)),)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_fleet_template_is_taken_without_a_word(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"fleet{suffix}"
    write_fleet_template(path)
    fleet = read_fleet(path)
    assert fleet.problems == ()
    assert [vehicle.capacity.parcels for vehicle in fleet.vehicles] == [140, UNLIMITED]
    assert fleet.shifts[1].end_place is PlaceKind.HOME
    assert fleet.shifts[0].weekdays == frozenset(range(5))
    assert fleet.shifts[0].rules == NO_SHIFT_RULES
    assert fleet.shifts[1].rules.max_driving == timedelta(hours=7, minutes=30)
    assert fleet.vehicles[1].more_capacity == (("cages", 12),)


def test_a_template_of_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DispatchError, match=r"should end in \.csv or \.xlsx"):
        write_order_template(tmp_path / "orders.doc")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DispatchError, match="can't be written"):
        write_fleet_template(tmp_path / "missing" / "fleet.csv")
