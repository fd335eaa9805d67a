"""Settings of a workstation: where things are, and who is at the desk."""

from __future__ import annotations

import getpass
import json
import math
import os
import platform
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import platformdirs

from app.domain.errors import DispatchError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Read once at start and passed on; a change is saved and read at the next start."""

    data: Path
    """Folder with the database, regions, settings and logs."""
    database_url: str = ""
    """Empty for the SQLite file in `data`."""
    region: str = ""
    """Name of the region in use; empty for none."""
    who: str = field(default_factory=lambda: _user_name())
    workstation: str = field(default_factory=platform.node)
    seconds: float = 10.0
    """How long the optimizer searches where nobody says otherwise."""
    optimize_stability: str = "best-cost"
    """What Optimize pays for leaving orders where they are; see `domain.stability`."""
    replan_stability: str = "best-cost"
    """The same of planning anew a day that is under way."""
    theme: str = "system"
    """system, light or dark"""
    is_metric: bool = True
    looks_for_improvements: bool = True
    """Whether an idle core looks for a better plan while nobody plans."""
    tiles: str = ""
    """A tile file of the depot's own (MBTiles or PMTiles), used in place of the region's."""

    @property
    def regions(self) -> Path:
        return self.data / "regions"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def cache(self) -> Path:
        """What can be made anew at any time."""
        return self.data / "cache"

    @property
    def database_file(self) -> Path:
        return self.data / "wayboard.db"


_FILE = "settings.json"
_SAVED = (
    "database_url",
    "region",
    "seconds",
    "optimize_stability",
    "replan_stability",
    "theme",
    "is_metric",
    "looks_for_improvements",
    "tiles",
)
"""What the settings file holds; the rest is asked of the machine each time."""


def load_settings(data: Path | None = None, database_url: str | None = None) -> Settings:
    """The settings of `data`, else of WAYBOARD_DATA, else of the user's data folder.

    Raises DispatchError for a folder that can't be made and a settings file that can't be read.
    """
    folder = data or Path(
        os.environ.get("WAYBOARD_DATA") or platformdirs.user_data_path("wayboard")
    )
    folder = folder.expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DispatchError(
            f"{folder} can't be used for Wayboard's data: {error.strerror}. Choose another folder "
            "with --data."
        ) from error
    settings = replace(Settings(data=folder), **_saved(folder / _FILE))
    return settings if database_url is None else replace(settings, database_url=database_url)


def save_settings(settings: Settings) -> None:
    """Write what is to be remembered, by a temporary file and a rename.

    Raises DispatchError where the folder can't be written.
    """
    file = settings.data / _FILE
    partial = file.with_suffix(".part")
    values = {name: getattr(settings, name) for name in _SAVED}
    try:
        partial.write_text(json.dumps(values, indent=2, ensure_ascii=False), encoding="utf-8")
        partial.replace(file)
    except OSError as error:
        raise DispatchError(f"{file} can't be written: {error.strerror}.") from error


def _saved(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(values, dict):
            raise ValueError("there are no settings in it")
    except (OSError, ValueError) as error:
        raise DispatchError(
            f"{file} can't be read ({error}). Mend or delete it; the database is not touched."
        ) from error
    kinds = {each.name: str(each.type) for each in fields(Settings)}
    return {name: values[name] for name in _SAVED if _is_a(values.get(name), kinds[name])}


def _is_a(value: object, kind: str) -> bool:
    if kind == "float" and isinstance(value, int | float) and not isinstance(value, bool):
        # The only one is a length of time; JSON also lets NaN and Infinity in.
        return 0 < value < math.inf
    return type(value).__name__ == kind


def _user_name() -> str:
    try:
        return getpass.getuser()
    except OSError:  # no name for this user number: containers
        return "dispatcher"
