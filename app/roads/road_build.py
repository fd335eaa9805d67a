"""Build the road graph of an extract with Valhalla's own program."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from app.domain.errors import RegionError
from app.roads import valhalla_setup
from app.roads.progress import IsCancelled, stop_if

ROADS_FOLDER = "roads"
"""Where a region keeps the tiles of its graph."""
_POLL_S = 0.1


def build_roads(extract: Path, folder: Path, cancelled: IsCancelled) -> None:
    """Write the graph under `folder`; RegionError if Valhalla can't, Cancelled when asked."""
    tiles = folder / ROADS_FOLDER
    tiles.mkdir()
    config, log = folder / "valhalla.json", folder / "valhalla.log"
    config.write_text(json.dumps(valhalla_setup.settings(tiles)), encoding="utf-8")
    program = valhalla_setup.program("valhalla_build_tiles")
    with log.open("wb") as out:
        code = _run([str(program), "-c", str(config), str(extract)], out.fileno(), cancelled)
    if code != 0:
        raise RegionError(
            f"The road graph of {extract.name} could not be built ({_last_line(log)}). "
            "Check that the extract is complete and that the disk has room."
        )
    if not any(tiles.rglob("*.gph")):
        raise RegionError(
            f"{extract.name} has no roads for vehicles. Choose an extract that has roads."
        )
    config.unlink()
    log.unlink()


def _run(command: list[str], out: int, cancelled: IsCancelled) -> int:
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT,
        env=valhalla_setup.environment(),
    )
    try:
        while True:
            stop_if(cancelled, "Building the road graph")
            try:
                return process.wait(timeout=_POLL_S)
            except subprocess.TimeoutExpired:
                continue
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    told = [line.strip() for line in lines if line.strip()]
    return told[-1] if told else "without a message"
