"""How this workstation's window was left: sizes, layouts, columns."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings


def window_settings(data: Path) -> QSettings:
    """The file in the data folder, so that a trial in another folder leaves the desk as it was."""
    return QSettings(str(data / "console.ini"), QSettings.Format.IniFormat)
