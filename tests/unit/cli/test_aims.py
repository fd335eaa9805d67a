from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.config import load_settings
from app.domain.edits import ChangeFleet
from app.domain.rules import DEPOT_AIMS, Aims, Balance, Objective
from app.services.workspace import open_workspace
from tests.factories import make_depot


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with open_workspace(load_settings(tmp_path)) as workspace:
        depots = (make_depot(name="Nord"), make_depot(name="Süd"))
        workspace.dispatch.apply(ChangeFleet(put=depots))
    return tmp_path


def asked(data: Path, *words: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["--data", str(data), "fleet", "aims", *words])
    return found.exit_code, found.output


def kept(data: Path) -> dict[str, Aims]:
    with open_workspace(load_settings(data)) as workspace:
        return {depot.name: depot.aims for depot in workspace.fleet.depots()}


def test_aims_that_are_given_change_and_the_others_stay(data: Path) -> None:
    words = ("--objective", "fewest_vehicles", "--balance", "hours", "--imbalance", "4")
    code, said = asked(data, "--depot", "nord", *words, "--outside-area", "2.5")
    assert code == 0, said
    assert "as few drivers as possible" in said
    assert "outside the area of the shift: 2.50 EUR" in said
    assert kept(data)["Nord"] == Aims(
        objective=Objective.FEWEST_VEHICLES,
        balance=Balance.HOURS,
        per_imbalance=4.0,
        idle_shift=DEPOT_AIMS.idle_shift,
        other_than_preferred=DEPOT_AIMS.other_than_preferred,
        outside_area=2.5,
    )
    assert kept(data)["Süd"] == DEPOT_AIMS
    asked(data, "--depot", "Nord", "--every-driver")
    assert kept(data)["Nord"].use_every_shift
    assert kept(data)["Nord"].outside_area == 2.5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "There are several depots: name one with --depot. There are: Nord, Süd."),
        (("--depot", "West"), "There are: Nord, Süd."),
        (("--depot", "Nord", "--objective", "best"), "Use cheapest, fastest, fewest_vehicles."),
        (("--depot", "Nord", "--balance", "stops"), "Give --imbalance too."),
    ],
)
def test_what_is_no_aim_is_refused_and_changes_nothing(
    data: Path, words: tuple[str, ...], said: str
) -> None:
    code, found = asked(data, *words)
    assert code == 1
    assert said in " ".join(found.split())
    assert kept(data) == {"Nord": DEPOT_AIMS, "Süd": DEPOT_AIMS}
