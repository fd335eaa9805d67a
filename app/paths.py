"""Where the data files that belong to the program lie, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_BUNDLED = _PACKAGE / "_bundled"
_ROOT = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent


def resource(*parts: str) -> Path:
    """The path of a file or folder under `resources/`; it is for reading only."""
    return _ROOT.joinpath("resources", *parts)


def migrations_folder() -> Path:
    """The folder with Alembic's `env.py` and `versions/`."""
    return _ROOT / "migrations"
