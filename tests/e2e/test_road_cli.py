"""Road conditions from the command line, on the sample's depot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import app

runner = CliRunner()


def run(data: Path, *words: str, ok: int = 0) -> str:
    result = runner.invoke(app, ["--data", str(data), *words])
    assert result.exit_code == ok, result.output
    return result.output


@pytest.fixture
def data(tmp_path: Path, sample: Path) -> Path:
    folder = tmp_path / "data"
    run(folder, "fleet", "import", str(sample / "fleet.csv"))
    return folder


AREA = ("--area", "53.55,13.25 53.56,13.25 53.56,13.27")


def test_conditions_are_listed_until_they_are_ended(data: Path) -> None:
    hours = ("--day", "2034-03-05", "--from", "08:00", "--until", "12:30")
    run(data, "road", "close", *hours, "--name", "Ringstraße", *AREA)
    run(data, "road", "slow", *hours, "--name", "Works", "--factor", "2", *AREA)
    run(data, "road", "weather", *hours, "--name", "Snow", "--factor", "1.3", "--service", "60")
    listed = run(data, "road", "list")
    assert "2034-03-05 08:00–12:30  closed: Ringstraße" in listed
    assert "slow, travel × 2: Works" in listed
    assert "weather, travel × 1.3, stops + 60 s: Snow" in listed
    key = next(line for line in listed.splitlines() if "Works" in line).split()[0]
    assert "Ended: Works" in run(data, "road", "end", key)
    found = json.loads(run(data, "road", "list", "--json"))["conditions"]
    assert sorted(each["name"] for each in found) == ["Ringstraße", "Snow"]
    assert found[0]["start"] == "2034-03-05T07:00:00+00:00"
    assert "Ended: Snow" in run(data, "road", "end", "snow")
    run(data, "road", "close", *hours, "--name", "Ringstraße", *AREA)
    assert "2 road conditions are called" in run(data, "road", "end", "Ringstraße", ok=1)


@pytest.mark.parametrize(
    "words", [("close", *AREA), ("slow", "--factor", "2", *AREA), ("weather",)]
)
def test_a_condition_can_be_for_some_vehicles_only(data: Path, words: tuple[str, ...]) -> None:
    hours = ("--day", "2034-03-05", "--name", "Bridge")
    said = run(data, "road", *words, *hours, "--profile", "truck", "--profile", "Van")
    assert said.rstrip().endswith(": Bridge (truck, van)")
    (found,) = json.loads(run(data, "road", "list", "--json"))["conditions"]
    assert found["profiles"] == ["truck", "van"]
    wrong = run(data, "road", *words, *hours, "--profile", "lorry", ok=2)
    assert "car, van, truck" in wrong


def test_a_condition_is_for_all_vehicles_unless_some_are_named(data: Path) -> None:
    said = run(data, "road", "close", "--day", "2034-03-05", "--name", "Bridge", *AREA)
    assert said.rstrip().endswith(": Bridge")
    (found,) = json.loads(run(data, "road", "list", "--json"))["conditions"]
    assert found["profiles"] == ["car", "truck", "van"]


def test_what_is_over_has_expired_but_is_still_of_its_day(data: Path) -> None:
    run(data, "road", "weather", "--day", "2024-03-05", "--name", "Rain")
    assert "No road conditions" in run(data, "road", "list")
    assert "Rain" in run(data, "road", "list", "--day", "2024-03-05")


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (("close", "--day", "2034-03-05", "--name", "X"), "corners of the area", 2),
        (("close", "--day", "2034-03-05", "--name", "X", "--area", "1,2 3,4"), "3 to 200", 1),
        (("weather", "--day", "2034-03-05", "--from", "25:00"), "is no time", 2),
        (("weather", "--day", "2034-03-05", "--from", "9:00", "--until", "8:00"), "must end", 2),
        (("weather", "--day", "2034-03-05", "--factor", "0.1"), "1 to 20 times", 1),
        (("end", "deadbeef"), "No road condition", 1),
    ],
)
def test_what_can_t_be_is_refused_in_words(
    data: Path, words: tuple[str, ...], said: str, code: int
) -> None:
    assert said in run(data, "road", *words, ok=code)
