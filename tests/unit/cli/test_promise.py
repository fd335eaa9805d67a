from __future__ import annotations

import json
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.cli.main import app
from app.cli.promise import meant
from app.config import load_settings
from app.domain.addresses import Address
from app.domain.board import move
from app.domain.edits import ChangeFleet, ChangeOrders
from app.domain.fleet import Slot
from app.roads.addresses import AddressIndex
from app.roads.region import Region
from app.services.workspace import open_workspace
from tests.factories import DAY, make_depot, make_driver, make_order, make_shift, make_vehicle

SLOTS = tuple(Slot(start=time(start), end=time(start + 2)) for start in (8, 18))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A depot with two slots and one shift until 17:00; no region, so that ways are estimates."""
    depot = make_depot(delivery_slots=SLOTS)
    driver, vehicle = make_driver(name="Ana"), make_vehicle(name="Van 3")
    shift = make_shift(depot=depot, driver=driver, vehicle=vehicle)
    with open_workspace(load_settings(tmp_path)) as workspace:
        workspace.dispatch.apply(ChangeFleet(put=(depot, driver, vehicle, shift)))
    return tmp_path


def promise(data: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["--data", str(data), "promise", "--day", str(DAY), *words])


def test_each_slot_is_told_with_its_price_or_the_reason(data: Path) -> None:
    found = promise(data, "--lat", "53.57", "--lon", "13.28")
    assert found.exit_code == 0
    first, second = found.output.splitlines()[1:]
    assert first.startswith("* 2024-03-05 08:00–10:00  +")
    assert first.endswith("EUR  Ana · Van 3")
    assert "18:00–20:00  no: Ana · Van 3: shift exceeded by 1 h" in second


def test_the_same_as_json(data: Path) -> None:
    found = promise(data, "--lat", "53.57", "--lon", "13.28", "--json", "--weight", "700")
    answer = json.loads(found.output)
    assert [slot["is_feasible"] for slot in answer["slots"]] == [False, False]
    assert answer["slots"][0]["reason"] == "over capacity by 100.0 kg"
    assert answer["slots"][0]["currency"] == "EUR"


def test_a_pickup_needs_room_on_the_way_back_only(data: Path) -> None:
    """The van is full when it leaves, and what it brings home is room for a pickup."""
    with open_workspace(load_settings(data)) as workspace:
        full = make_order(weight_g=600_000, window=None)
        workspace.dispatch.apply(ChangeOrders(put=(full,)))
        board = workspace.dispatch.board(DAY)
        workspace.dispatch.apply(move(board, [full.id], board.routes[0].id, 0))
    words = ("--lat", "53.57", "--lon", "13.28", "--weight", "500", "--json")
    brought = json.loads(promise(data, *words).output)["slots"]
    collected = json.loads(promise(data, *words, "--pickup").output)["slots"]
    assert [slot["is_feasible"] for slot in brought] == [False, False]
    assert [slot["is_feasible"] for slot in collected] == [True, False]


def test_each_price_is_in_the_currency_of_its_depot(data: Path) -> None:
    """The depot that comes first by its name has no shift on the day, and is none of it."""
    other = make_depot(name="A depot", currency="EUR", delivery_slots=SLOTS)
    with open_workspace(load_settings(data)) as workspace:
        (mine,) = workspace.fleet.depots()
        workspace.dispatch.apply(ChangeFleet(put=(other, replace(mine, currency="CHF"))))
        assert workspace.fleet.depots()[0].currency == "EUR"
    first = promise(data, "--lat", "53.57", "--lon", "13.28").output.splitlines()[1]
    assert "CHF" in first


def test_a_day_without_shifts_offers_nothing_and_says_what_to_do(data: Path) -> None:
    words = ["--data", str(data), "promise", "--day", "2024-03-09", "--lat", "53.5", "--lon", "13"]
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 1
    assert "delivery slots" in found.output


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--lat", "53.5"), "go together"),
        ((), "Give --address"),
        (("--lat", "99", "--lon", "13"), "no place on earth"),
    ],
)
def test_a_place_is_needed(data: Path, words: tuple[str, ...], why: str) -> None:
    found = promise(data, *words)
    assert found.exit_code == 2
    assert why in found.output


def test_an_address_that_is_not_found_says_so(data: Path) -> None:
    found = promise(data, "--address", "Nowhere 1")
    assert found.exit_code == 1
    assert "'Nowhere 1' was not found" in found.output


def test_the_only_house_of_streets_of_one_name_is_taken_for_a_price(region: Region) -> None:
    with AddressIndex(region.folder) as index:

        def taken(typed: str) -> str:
            place = meant(typed, index.lookup(Address(street=typed), 20))
            return "" if place is None else place.label

        assert taken("Turmstr. 22") == "Turmstraße 22, 17033 Neubrandenburg"
        assert taken("Lindenstr. 3") == "Lindenstraße 3, 17033 Neubrandenburg"
        for typed in ("Dorfstraße 12", "Lindenstraße 3, Berlin", "Lindenstraße", "Ringstraße 5"):
            assert taken(typed) == ""
