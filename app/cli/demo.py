"""`wayboard demo`: the main job on the bundled sample, from nothing to printed manifests."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import typer

from app.cli.output import progress
from app.cli.planning import plan_in
from app.config import Settings, load_settings
from app.domain.errors import DispatchError
from app.services.exports import ExportFormat
from app.services.planning import summary
from app.services.sample import SAMPLE_DAY, load_sample
from app.services.workspace import Workspace, open_workspace

_SCREENSHOT_S = 120


def run_demo(out: Path, seconds: float) -> Settings | None:
    """Write the demo's results into `out`; gives back the settings of its data, for the console.

    None where there is no display to open the console on.
    """
    settings = replace(load_settings(out / "data"), database_url="")
    with open_workspace(settings) as workspace:
        began = perf_counter()
        with progress() as told:
            sample = load_sample(workspace, told)
        took = sample.orders
        _say(
            began,
            f"Region {'built' if sample.is_region_new else 'there'}; orders: {took.added} added, "
            f"{took.unchanged} unchanged, {took.refused} refused, {took.on_hold} on hold",
        )
        _plan(workspace, seconds)
        _write(workspace, out)
    _take_screenshot(settings, out / "console.png")
    typer.echo(f"Everything is in {out.resolve()}")
    return load_settings(out / "data") if has_display() else None


def has_display() -> bool:
    """Whether a window could be seen."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _plan(workspace: Workspace, seconds: float) -> None:
    began = perf_counter()
    board = workspace.dispatch.board(SAMPLE_DAY)
    if any(each.route.stops for each in board.routes):
        now = summary(board)
        _say(began, f"Planned before: {now.routes} routes, {now.unassigned} orders unassigned")
        return
    result = plan_in(workspace, SAMPLE_DAY, seconds)
    _say(began, result.text)


def _write(workspace: Workspace, out: Path) -> None:
    with progress() as told:
        began = perf_counter()
        board = workspace.complete_board(SAMPLE_DAY, told)
        printout = workspace.manifests.write(out / "manifests.pdf", board, report=told)
        workspace.manifests.printed(printout)
        _say(began, f"{printout.path}: manifests of {len(printout.manifests)} routes")
        for kind in (ExportFormat.HTML, ExportFormat.JSON):
            began = perf_counter()
            content = workspace.exports.content(board, kind, told)
            file = out / ("map.html" if kind is ExportFormat.HTML else "day.json")
            workspace.exports.write(file, content)
            _say(began, f"{file}: {len(content):,} bytes")


def _take_screenshot(settings: Settings, file: Path) -> None:
    """The console draws itself in a process of its own, with no screen needed."""
    began = perf_counter()
    environment = dict(os.environ)
    if not has_display():
        environment["QT_QPA_PLATFORM"] = "offscreen"
        environment.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--no-sandbox --disable-gpu")
    command = [
        sys.executable,
        "-m",
        "app.cli",
        "--data",
        str(settings.data),
        "--day",
        SAMPLE_DAY.isoformat(),
        "--screenshot",
        str(file),
    ]
    try:
        done = subprocess.run(
            command,
            env=environment,
            timeout=_SCREENSHOT_S,
            capture_output=True,
            text=True,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DispatchError(
            f"The console was not drawn within {_SCREENSHOT_S} s; the rest is in {file.parent}."
        ) from error
    if done.returncode or not file.exists():
        why = done.stderr.strip()[-500:].rpartition("Error: ")[2]
        raise DispatchError(f"The console could not be drawn; the rest is in {file.parent}. {why}")
    _say(began, f"{file}")


def _say(began: float, text: str) -> None:
    typer.echo(f"[{perf_counter() - began:5.1f} s] {text}")
