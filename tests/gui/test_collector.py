from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from app.desktop.collector import Collector


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    del qtbot  # the application must be there
    collector = Collector()
    yield collector
    collector.stop()
    gc.collect()


class _Ring(QObject):
    """Garbage that only a collector finds: it holds itself."""

    def __init__(self, gone_on: list[int]) -> None:
        super().__init__()
        self.timer = QTimer(self)
        self.timer.start(10_000)
        self.me = self
        self._gone_on = gone_on

    def __del__(self) -> None:
        self._gone_on.append(threading.get_ident())


def test_garbage_goes_on_the_windows_thread_though_a_worker_makes_more(
    qtbot: QtBot, collector: Collector
) -> None:
    gone_on: list[int] = []
    _Ring(gone_on)
    worker = threading.Thread(target=lambda: [[number] for number in range(200_000)])
    worker.start()
    worker.join()
    assert gone_on == []
    kept = [[number] for number in range(20_000)]
    qtbot.waitUntil(lambda: bool(gone_on), timeout=5_000)
    assert gone_on == [threading.get_ident()]
    assert len(kept) == 20_000
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()
