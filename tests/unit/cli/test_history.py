"""`wayboard history`: what became of an order and of a route, told from the event log."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.cli.main import app
from app.config import load_settings
from app.domain.board import move
from app.domain.edits import ChangeFleet, ChangeOrders
from app.services.workspace import open_workspace
from tests.factories import DAY, make_depot, make_driver, make_order, make_shift, make_vehicle


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An order that became heavier and went onto the route of Ana."""
    depot = make_depot()
    driver, vehicle = make_driver(name="Ana Lima"), make_vehicle(name="Van 3")
    shift = make_shift(depot=depot, driver=driver, vehicle=vehicle)
    order = make_order(reference="SO-1", recipient="Rosa", weight_g=500)
    with open_workspace(load_settings(tmp_path)) as workspace:
        workspace.dispatch.apply(ChangeFleet(put=(depot, driver, vehicle, shift)))
        workspace.dispatch.apply(ChangeOrders(put=(order,)))
        (kept,) = workspace.orders.get([order.id])
        workspace.dispatch.apply(ChangeOrders(put=(replace(kept, weight_g=7000),)))
        board = workspace.dispatch.board(DAY)
        workspace.dispatch.apply(move(board, [order.id], board.routes[0].id, 0))
    return tmp_path


def history(data: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["--data", str(data), "history", *words])


def test_the_changes_of_an_order_are_told_newest_first(data: Path) -> None:
    found = history(data, "SO-1")
    assert found.exit_code == 0
    head, *lines = found.output.splitlines()
    assert head == f"SO-1, Rosa ({DAY})"
    texts = [line.split(": ", 1)[1] for line in lines]
    assert texts == ["Assigned to Ana Lima · Van 3", "Changed: weight 0.5 kg → 7 kg", "Created"]


def test_a_route_is_found_by_a_first_name_with_what_was_done_to_it(data: Path) -> None:
    found = history(data, "--route", "ana", "--day", str(DAY))
    assert found.output.startswith(f"Ana Lima · Van 3 ({DAY})")
    assert "Stops changed: 0 to 1" in found.output


def test_as_json_it_has_the_values_before_and_after(data: Path) -> None:
    (subject,) = json.loads(history(data, "SO-1", "--json").output)["subjects"]
    changed = subject["events"][1]
    assert (changed["kind"], changed["action"]) == ("order", "changed")
    assert (changed["before"]["weight_g"], changed["after"]["weight_g"]) == (500, 7000)


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["SO-9"], 1, "No order is called SO-9."),
        (["SO-1", "--day", "2031-01-01"], 1, "No order is called SO-1 on 2031-01-01."),
        (["--route", "Bo", "--day", str(DAY)], 1, "No route of this day is called Bo."),
        (["--route", "Ana"], 2, "A route needs its --day."),
        ([], 2, "Give the reference of an order"),
    ],
)
def test_what_is_not_there_is_said(data: Path, words: list[str], code: int, reason: str) -> None:
    found = history(data, *words)
    assert found.exit_code == code
    assert reason in " ".join(found.output.replace("│", " ").split())
