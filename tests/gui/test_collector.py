from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from app.desktop import collector as module
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
    qtbot.waitUntil(lambda: bool(gone_on))
    assert gone_on == [threading.get_ident()]
    assert len(kept) == 20_000
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()


@pytest.mark.usefixtures("collector")
def test_old_garbage_goes_while_nobody_is_at_the_window_and_not_before(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(gc, "collect", asked.append)
    monkeypatch.setattr(gc, "get_count", lambda: (6_000, 3, 3))
    qtbot.waitUntil(lambda: len(asked) >= 3)
    assert set(asked) == {0}
    monkeypatch.setattr(module, "_IDLE_MS", 0)
    monkeypatch.setattr(module, "_APART_MS", 0)
    qtbot.waitUntil(lambda: 2 in asked)


@pytest.mark.usefixtures("collector")
def test_hard_work_without_a_rest_is_no_reason_to_keep_all(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(gc, "collect", asked.append)
    monkeypatch.setattr(gc, "get_count", lambda: (6_000, 5_000, 3))
    qtbot.waitUntil(lambda: 2 in asked)
