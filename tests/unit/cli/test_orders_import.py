"""What `wayboard orders import` prints of a file."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from app.cli.main import app
from tests.factories import DAY


def test_what_was_refused_is_told_before_what_was_only_written_our_way(tmp_path: Path) -> None:
    rows = [f'SO-{n},Turmstraße {n},17033,Neubrandenburg,"{n},5"' for n in range(1, 50)]
    rows.append("SO-50,Turmstraße 50,17033,Neubrandenburg,-3")
    file = tmp_path / "orders.csv"
    file.write_text("\n".join(["reference,address,postcode,city,weight_kg", *rows]), "utf-8")
    words = ["--data", str(tmp_path), "orders", "import", str(file), "--day", str(DAY)]
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 3
    told = [line.split()[0] for line in found.output.splitlines() if " line " in line]
    assert told[0] == "refused"
    assert "line 51, weight_kg: -3 is less than nothing" in found.output
    assert "49 rows from line 2, weight_kg: “1,5” was read as 1.5 kg (and 48 other values)" in (
        found.output
    )
