from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.cli.main import app
from app.cli.planning import since_text
from app.config import load_settings
from app.domain.board import move
from app.domain.edits import ChangeFleet, ChangeOrders, SetRouteStatus
from app.domain.routes import RouteStatus
from app.services.workspace import open_workspace
from tests.factories import (
    BERLIN,
    DAY,
    make_depot,
    make_driver,
    make_order,
    make_shift,
    make_vehicle,
    place,
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Ana's van is released with two stops, Bram's has none; a third order is unassigned."""
    depot = make_depot()
    shifts = [
        make_shift(depot=depot, driver=make_driver(name=who), vehicle=make_vehicle(name=van))
        for who, van in (("Ana", "Van 3"), ("Bram", "Van 7"))
    ]
    parts = [part for shift in shifts for part in (shift.driver, shift.vehicle)]
    orders = tuple(
        make_order(reference=f"SO-{number}", place=place(53.56 + 0.004 * number, 13.28))
        for number in (1, 2, 3)
    )
    with open_workspace(load_settings(tmp_path)) as workspace:
        apply = workspace.dispatch.apply
        apply(ChangeFleet(put=(depot, *parts, *shifts)))
        apply(ChangeOrders(put=orders))
        board = workspace.dispatch.board(DAY)
        (ana,) = (e.id for e in board.routes if e.route.shift.driver.name == "Ana")
        apply(move(board, [order.id for order in orders[:2]], ana, 0))
        seen = {ana: workspace.dispatch.board(DAY).route(ana).route.version}
        apply(SetRouteStatus(statuses={ana: RouteStatus.RELEASED}, seen=seen))
    return tmp_path


def replan(data: Path, *words: str) -> Result:
    asked = ["--data", str(data), "replan", "--day", str(DAY), "--seconds", "0.3", *words]
    return CliRunner().invoke(app, asked)


def test_a_lost_driver_s_stops_are_spread_and_the_effect_is_told(data: Path) -> None:
    found = replan(data, "--mode", "keep_drivers", "--at", "04:00", "--lost", "ana", "--json")
    assert found.exit_code == 0, found.output
    answer = json.loads(found.output)
    assert (answer["mode"], answer["routes"]) == ("keep_drivers", 1)
    assert (answer["unassigned_before"], answer["unassigned"]) == (1, [])
    gone = {each["reference"]: (each["from"], each["to"]) for each in answer["moved"]}
    assert gone == {
        "SO-1": ("Ana · Van 3", "Bram · Van 7"),
        "SO-2": ("Ana · Van 3", "Bram · Van 7"),
        "SO-3": (None, "Bram · Van 7"),
    }
    with open_workspace(load_settings(data)) as workspace:
        stops = {
            each.route.shift.driver.name: len(each.route.stops)
            for each in workspace.dispatch.board(DAY).routes
        }
    assert stops == {"Ana": 0, "Bram": 3}


def test_the_effect_as_text_names_who_moved_and_when(data: Path) -> None:
    found = replan(data, "--mode", "unassigned_only", "--at", "04:00")
    assert found.exit_code == 0, found.output
    first, *moved = found.output.splitlines()
    assert first.startswith("2024-03-05 from 04:00: ")
    assert "unassigned 1 → 0" in first
    assert any(line.startswith("  SO-3: unassigned → ") for line in moved)


@pytest.mark.parametrize(
    ("day", "text"), [(5, "20:45"), (4, "2024-03-04 20:45")], ids=["that day", "the day before"]
)
def test_a_day_that_is_planned_before_it_begins_says_from_which_day_on(day: int, text: str) -> None:
    assert since_text(datetime(2024, 3, day, 19, 45, tzinfo=UTC), DAY, BERLIN) == text


def test_a_dry_run_tells_the_effect_of_one_urgent_order_and_changes_nothing(data: Path) -> None:
    words = ("--mode", "unassigned_only", "--at", "04:00", "--insert", "so-3", "--dry-run")
    found = replan(data, *words)
    assert found.exit_code == 0, found.output
    assert "  SO-3: unassigned → " in found.output
    assert found.output.endswith("Nothing was changed.\n")
    with open_workspace(load_settings(data)) as workspace:
        assert [o.reference for o in workspace.dispatch.board(DAY).unassigned] == ["SO-3"]


def test_at_the_highest_price_nobody_moves(data: Path) -> None:
    words = ("--mode", "everything", "--at", "04:00", "--stability", "touch-nothing", "--json")
    answer = json.loads(replan(data, *words).output)
    drivers = {each["reference"]: (each["from"], each["to"]) for each in answer["moved"]}
    assert answer["unassigned"] == []
    assert [ref for ref, (was, now) in drivers.items() if was != now] == ["SO-3"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--mode", "some"), 2, "keep_times"),
        (("--mode", "everything", "--at", "9"), 2, "HH:MM"),
        (("--mode", "everything", "--lost", "Carla"), 1, "called Carla"),
        (("--mode", "everything", "--stability", "some"), 1, "touch-nothing, or what"),
        (("--mode", "everything", "--insert", "SO-1"), 1, "No order SO-1 is unassigned"),
    ],
)
def test_what_can_t_be_asked_is_said(
    data: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    found = replan(data, *words)
    assert found.exit_code == code
    assert said in found.output
