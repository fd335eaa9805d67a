from __future__ import annotations

import re

from typer.main import get_command
from typer.testing import CliRunner

from app.cli.main import app
from app.documents.benchmark_values import Convention
from app.documents.day_pdf import Part
from app.documents.export_day import ExportFormat
from app.documents.order_presets import PRESETS
from app.domain.replan import ReplanMode
from app.domain.scenarios import Preset


def _help(*command: str) -> str:
    result = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    return " ".join(result.output.split())


def test_the_import_names_every_preset() -> None:
    text = _help("orders", "import")
    assert [key for key in PRESETS if key not in text] == []


def test_the_manifest_names_every_part() -> None:
    text = _help("manifest")
    assert [part for part in Part if part.replace("_", "-") not in text] == []


def test_the_export_names_every_format() -> None:
    text = _help("export")
    assert [kind for kind in ExportFormat if kind.value not in text] == []


def test_no_summary_of_a_command_is_cut_short() -> None:
    for group in ((), ("region",), ("orders",), ("fleet",), ("scenario",)):
        result = CliRunner().invoke(app, [*group, "--help"], env={"COLUMNS": "80"})
        commands = result.output.split("Commands:")[1]
        assert "..." not in commands


def test_scenarios_name_every_recipe() -> None:
    text = _help("scenario", "run")
    assert [preset for preset in Preset if preset.value not in text] == []


def test_solving_names_every_convention_and_exit_code() -> None:
    text = _help("solve")
    assert [rule for rule in Convention if rule.value not in text] == []
    assert "Exit codes: 0 all is planned" in text


def test_replanning_names_every_mode() -> None:
    text = _help("replan")
    assert [mode for mode in ReplanMode if mode.value not in text] == []


def test_no_option_is_told_in_the_words_of_a_programmer() -> None:
    asked: list[tuple[str, ...]] = [()]
    while asked:
        path = asked.pop()
        command = get_command(app)
        for name in path:
            command = command.commands[name]
        asked += [(*path, name) for name in getattr(command, "commands", {})]
        options = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "200"}).output
        told = [line for line in options.splitlines() if line.startswith("  --")]
        assert [line for line in told if re.search(r"<[a-z]", line)] == [], path
