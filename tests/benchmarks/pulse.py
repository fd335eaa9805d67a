"""How long the window's thread is held up, and how much of that is its own work."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer

_TICK_MS = 5
_TOLD = 5


class Pulse(QObject):
    """Ticks every 5 ms on the GUI thread.

    A gap is what a person waits; its work is the thread's own time on a processor. What is not
    work is waiting: for another thread, or for a machine that others keep busy.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self.works: list[float] = []
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.gaps.append(now - self._last)
        self.works.append(worked - self._worked)
        self._last, self._worked = now, worked

    def stop(self) -> str:
        self._timer.stop()
        over = sum(gap > 0.05 for gap in self.gaps)
        return (
            f"longest blocks {_longest(self.gaps)} ms, {over} of {len(self.gaps)} over 50 ms; "
            f"longest work without a pause {_longest(self.works)} ms"
        )


def _longest(seconds: list[float]) -> str:
    return ", ".join(f"{each * 1000:.0f}" for each in sorted(seconds, reverse=True)[:_TOLD])
