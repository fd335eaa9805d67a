"""Looks for garbage on the window's thread alone, and for old garbage while nobody is at it."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QCursor

_EVERY_MS = 100
"""Often, so that a look at the young objects is over in a few milliseconds."""
_YOUNG = 5_000
"""New objects from which on it is worth to look."""
_IDLE_MS = 10_000
"""After the mouse has rested for so long nobody minds a tenth of a second."""
_APART_MS = 60_000
"""Between two looks at all objects."""
_MOST = 5_000
"""Looks at the young ones after which the older are due, idle or not: minutes of hard work."""


class Collector(QObject):
    """Stands in for Python's own collector while the window is open.

    Python looks for garbage on whichever thread makes objects just then. A Qt object that is
    found on a worker's thread is destroyed there, and one with a timer takes the program along.
    A look at all objects of a large day takes longer than a window may stand still.
    """

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        self._mouse = QCursor.pos()
        self._rested_ms = 0
        self._unswept_ms = 0
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._on_timeout)
        self._timer.start()

    def stop(self) -> None:
        """Hand back to Python's own."""
        self._timer.stop()
        gc.enable()

    def _on_timeout(self) -> None:
        young, middle, old = gc.get_count()
        mouse = QCursor.pos()
        self._rested_ms = self._rested_ms + _EVERY_MS if mouse == self._mouse else 0
        self._mouse = mouse
        self._unswept_ms += _EVERY_MS
        is_idle = self._rested_ms >= _IDLE_MS and self._unswept_ms >= _APART_MS
        if (is_idle and (middle or old)) or middle >= _MOST:
            self._unswept_ms = 0
            gc.collect(2)
        elif young >= _YOUNG:
            gc.collect(0)
