"""Panes come back as they were left, and where they can be seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QSettings, Qt
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.desktop.dock_area import DockArea, Pane


class _Shows(QObject):
    """Who was shown, in this order."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[QObject] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self.seen.append(watched)
        return False


def _window(qtbot: QtBot, settings: QSettings) -> tuple[QMainWindow, DockArea]:
    window = QMainWindow()
    area = DockArea(settings, window)
    for pane in Pane:
        area.add(pane, pane.value, QWidget())
    # As in the console: the window is not the panes' next parent.
    middle = QWidget()
    QVBoxLayout(middle).addWidget(area)
    window.setCentralWidget(middle)
    window.resize(1200, 700)
    qtbot.addWidget(window)
    return window, area


def test_a_floating_pane_comes_back_in_front_of_its_window(qtbot: QtBot, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window, area = _window(qtbot, settings)
    area.restore()
    window.show()
    area.dock(Pane.INSPECTOR).setFloating(True)
    area.save()
    window.close()

    window, area = _window(qtbot, settings)
    shows, pane = _Shows(), area.dock(Pane.INSPECTOR)
    window.installEventFilter(shows)
    pane.installEventFilter(shows)
    area.restore()
    window.show()
    assert pane.isFloating()
    qtbot.waitUntil(lambda: window in shows.seen and shows.seen[-1] is pane)
    assert pane.isVisible()
    assert pane.windowHandle().transientParent() is window.windowHandle()
    assert not area.dock(Pane.MAP).isFloating()


def test_a_moved_border_is_saved_without_leaving(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.desktop.dock_area._SAVE_AFTER_MS", 50)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window, area = _window(qtbot, settings)
    area.arranged.connect(area.save)
    area.restore()
    with qtbot.waitSignal(area.arranged):
        window.show()
    before = settings.value("layouts/plan")
    orders = area.dock(Pane.ORDERS)
    with qtbot.waitSignal(area.arranged):
        area.resizeDocks([orders], [orders.width() + 150], Qt.Orientation.Horizontal)
    assert settings.value("layouts/plan") != before


def test_a_window_that_closes_saves_no_hidden_panes(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.desktop.dock_area._SAVE_AFTER_MS", 50)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window, area = _window(qtbot, settings)
    area.restore()
    with qtbot.waitSignal(area.arranged):
        window.show()
    with qtbot.assertNotEmitted(area.arranged, wait=150):
        window.close()
