"""Looks for garbage on the window's thread alone."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500
_YOUNG = 5_000
"""New objects from which on it is worth to look."""
_OLDER = 10
"""Looks at the young ones for one at the middle-aged, and of those for one at all."""


class Collector(QObject):
    """Stands in for Python's own collector while the window is open.

    Python looks for garbage on whichever thread makes objects just then. A Qt object that is
    found on a worker's thread is destroyed there, and one with a timer takes the program along.
    """

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._on_timeout)
        self._timer.start()

    def stop(self) -> None:
        """Hand back to Python's own."""
        self._timer.stop()
        gc.enable()

    def _on_timeout(self) -> None:
        young, middle, old = gc.get_count()
        if young < _YOUNG:
            return
        gc.collect(0 if middle < _OLDER else 1 if old < _OLDER else 2)
