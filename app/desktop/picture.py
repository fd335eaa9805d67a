"""Takes a picture of the window once nothing moves in it any more."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.desktop.tasks import Tasks

_log = logging.getLogger(__name__)

_LOOK_MS = 250
_QUIET_LOOKS = 8
"""So many looks in a row at which nothing was under way; the last tiles are drawn in them."""
_MOST_LOOKS = 240


class Picture(QObject):
    """Looks four times a second; takes the picture in any case after a minute."""

    taken = Signal()

    def __init__(self, window: QWidget, tasks: Tasks, path: Path) -> None:
        super().__init__(window)
        self._window = window
        self._tasks = tasks
        self._path = path
        self._looks = 0
        self._quiet = 0
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def wait_on(self) -> None:
        """Something was drawn just now."""
        self._quiet = 0

    def _look(self) -> None:
        self._looks += 1
        self._quiet = self._quiet + 1 if self._tasks.is_idle else 0
        if self._quiet < _QUIET_LOOKS and self._looks < _MOST_LOOKS:
            return
        self._timer.stop()
        if not self._window.grab().save(str(self._path)):
            _log.error("the picture could not be written to %s", self._path)
        self.taken.emit()
