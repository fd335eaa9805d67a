"""The files of CoopCycle: rows that are a pickup and a delivery, and single tasks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.documents.order_file import Severity, read_orders
from app.domain.addresses import Address
from app.domain.ids import DriverId
from app.domain.orders import OrderKind
from tests.factories import DAY, make_depot, window
from tests.unit.documents.order_files import OPTIONS, only, results, taken, written


def test_a_coopcycle_row_is_a_pickup_and_the_delivery_of_its_goods(tmp_path: Path) -> None:
    pickup, draft = taken(
        written(
            tmp_path,
            "pickup.address,pickup.address.name,pickup.address.telephone,pickup.comments,"
            "pickup.timeslot,pickup.tags,dropoff.address,dropoff.address.name,"
            "dropoff.address.telephone,dropoff.comments,dropoff.timeslot,dropoff.tags,"
            "dropoff.packages,weight\n"
            '"Shop 1, 17033 Ort",Ida,+49 30 99,Backyard,2024-03-05 09:00 - 2024-03-05 10:00,key,'
            '"Turmstraße 1, 17033 Ort",Eva,+49 30 1234,Ring,'
            "2024-03-05 10:00 - 2024-03-05 11:00,cold fragile,small-box=1 big-box=2,2.5\n",
        ),
        "coopcycle",
    )
    assert draft.window == window("10:00", "11:00")
    assert draft.requirements == {"cold", "fragile"}
    assert (draft.parcels, draft.weight_g) == (3, 2_500)
    assert (draft.notes, draft.notices, draft.kind) == ("Ring", (), OrderKind.DELIVERY)
    assert draft.asks is not None
    assert draft.asks.collected_by == pickup.reference == f"{draft.reference}-PICKUP"
    assert (pickup.kind, pickup.recipient, pickup.phone) == (OrderKind.PICKUP, "Ida", "+49 30 99")
    assert (pickup.address.street, pickup.address.postcode) == ("Shop 1", "17033")
    assert (pickup.window, pickup.notes) == (window("09:00", "10:00"), "Backyard")
    assert (pickup.line, pickup.parcels, pickup.weight_g) == (2, 3, 2_500)
    assert pickup.requirements == {"key"}


COOPCYCLE = "reference,pickup.address,pickup.timeslot,dropoff.address,dropoff.timeslot\n"
DROPOFF = '"Turmstraße 1, 17033 Ort",2024-03-05 10:00 - 2024-03-05 11:00\n'


def test_a_row_whose_goods_are_fetched_too_late_is_refused_once(tmp_path: Path) -> None:
    row = f'C1,"Shop 1, 17033 Ort",2024-03-05 12:00 - 2024-03-05 13:00,{DROPOFF}'
    (result,) = results(written(tmp_path, COOPCYCLE + row), "coopcycle")
    problem = next(each for each in result.problems if each.severity is Severity.REJECT)
    assert (problem.line, problem.column) == (2, "pickup.timeslot")
    assert (problem.code, result.draft, result.reference) == ("pickup_after", None, "C1")


def test_goods_fetched_the_day_before_are_brought_from_the_depot(tmp_path: Path) -> None:
    row = f'C1,"Shop 1, 17033 Ort",2024-03-04 12:00 - 2024-03-04 13:00,{DROPOFF}'
    pickup, delivery = taken(written(tmp_path, COOPCYCLE + row), "coopcycle")
    assert (pickup.day, delivery.day) == (DAY - timedelta(days=1), DAY)
    assert delivery.asks is not None
    assert delivery.asks.collected_by == ""
    assert "two tours" in pickup.notices[0]


def test_goods_that_are_at_the_depot_are_not_fetched(tmp_path: Path) -> None:
    at_home = make_depot(address=Address(street="Shop 1", postcode="17033", city="Ort"))
    row = f'C1,"Shop 1, 17033 Ort",,{DROPOFF}'
    path = written(tmp_path, COOPCYCLE + row)
    (found,) = read_orders(path, replace(OPTIONS, depot=at_home))
    assert found.draft is not None
    assert (found.reference, found.draft.kind) == ("C1", OrderKind.DELIVERY)
    assert len(list(read_orders(path, replace(OPTIONS, depot=make_depot())))) == 2


def test_a_row_twice_in_the_file_is_told_once(tmp_path: Path) -> None:
    row = f'C1,"Shop 1, 17033 Ort",,{DROPOFF}'
    found = results(written(tmp_path, COOPCYCLE + row + row), "coopcycle")
    assert [(each.line, each.reference, each.is_taken) for each in found] == [
        (2, "C1-PICKUP", True),
        (2, "C1", True),
        (3, "C1", False),
    ]


@pytest.mark.parametrize(
    ("assign", "day", "driver", "notices"),
    [
        ("bob:6/3/2024", date(2024, 3, 6), True, 0),
        ("bob: 2024-03-06", date(2024, 3, 6), True, 0),
        ("Bob", DAY, True, 0),
        ("eve:06/03/2024", date(2024, 3, 6), False, 1),
        ("", DAY, False, 0),
    ],
)
def test_a_coopcycle_task_is_for_the_driver_and_the_day_it_is_assigned_to(
    tmp_path: Path, assign: str, day: date, driver: bool, notices: int
) -> None:
    bob = DriverId(UUID(int=7))
    path = written(
        tmp_path,
        "type,address,address.name,after,before,ref,assign\n"
        f'dropoff,"Weg 1, 17033 Ort",Eva,10:00,11:00,C1,{assign}\n',
    )
    (found,) = read_orders(path, replace(OPTIONS, drivers={"bob": bob}))
    assert found.draft is not None, found.problems
    assert found.draft.asks is not None
    assert found.draft.day == day
    assert found.draft.asks.drivers == (frozenset({bob}) if driver else frozenset())
    assert len(found.draft.notices) == notices


def test_coopcycle_tasks(tmp_path: Path) -> None:
    draft = only(
        written(
            tmp_path,
            "type,address,address.name,address.description,address.floor,after,before,tags,ref\n"
            'dropoff,"Turmstraße 1, 17033 Ort",Eva,yard,3,2024-03-05 10:00,2024-03-05 11:00,'
            "cold,C1\n",
        ),
        "coopcycle-tasks",
    )
    assert (draft.reference, draft.kind) == ("C1", OrderKind.DELIVERY)
    assert draft.address.detail == "yard, 3"
    assert draft.window == window("10:00", "11:00")
