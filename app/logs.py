"""Logging: one rotating file in the data folder; warnings also on the terminal."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from app.domain.errors import DispatchError

_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def set_up_logs(folder: Path) -> None:
    """Raises DispatchError where the folder can't be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = RotatingFileHandler(
            folder / "wayboard.log", maxBytes=2_000_000, backupCount=3, encoding="utf-8", delay=True
        )
    except OSError as error:
        raise DispatchError(f"Logs can't be written to {folder}: {error.strerror}.") from error
    file.setFormatter(logging.Formatter(_FORMAT))
    terminal = logging.StreamHandler()
    terminal.setLevel(logging.WARNING)
    terminal.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    root = logging.getLogger()
    for handler, name in ((file, "wayboard-file"), (terminal, "wayboard-terminal")):
        for old in [each for each in root.handlers if each.get_name() == name]:
            root.removeHandler(old)
            old.close()
        handler.set_name(name)
        root.addHandler(handler)
    logging.getLogger("app").setLevel(logging.INFO)
