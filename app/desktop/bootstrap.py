"""Builds everything once, runs the loop, and closes it all in the right order."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import time
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from app.config import Settings
from app.desktop.application import application
from app.desktop.collector import Collector
from app.desktop.console import Console
from app.desktop.crash import CrashHooks
from app.desktop.picture import Picture
from app.desktop.scratch import sweep_scratch
from app.desktop.settings_store import window_settings
from app.desktop.tasks import Tasks
from app.desktop.theme import Theme, ThemeMode, apply_theme
from app.documents.map_page import kept_page
from app.domain.errors import DispatchError
from app.services.workspace import Workspace, open_workspace

_log = logging.getLogger(__name__)

_SWITCH_S = 0.000_1
"""How long a busy worker lets the window wait for the interpreter.

The window asks for it dozens of times in one paint; at Python's own 5 ms each that adds up.
"""
_PICTURE_SIZE = (1600, 900)
_PAINTED_MS = 50
"""How long the first day takes at most from the screens' widgets to the glass."""


def run_console(settings: Settings, day: date | None = None, screenshot: Path | None = None) -> int:
    """Open the console and return its exit code when it is closed.

    Raises DispatchError where the database can't be used.
    """
    app = application()
    favor_the_window()
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    crash = CrashHooks(settings.logs)
    crash.install(loop)
    collector = Collector()
    spare_the_collector()
    try:
        program = _Program(app, loop, settings, day, screenshot)
        with loop:
            loop.run_forever()
        return program.code
    finally:
        collector.stop()
        crash.uninstall()


def favor_the_window() -> None:
    """Let workers that compute in Python hand the interpreter over sooner."""
    sys.setswitchinterval(_SWITCH_S)


def spare_the_collector() -> None:
    """Keep looking for garbage from holding the window up: before the first day and after it.

    What is loaded by then stays, and looking through all of it takes half a second.
    """
    gc.freeze()


class _Program:
    """One loop from start to end; another database is another session inside it.

    Qt's web engine does not survive the end of Qt's loop, so there is only one.
    """

    def __init__(
        self,
        app: QApplication,
        loop: QEventLoop,
        settings: Settings,
        day: date | None,
        screenshot: Path | None,
    ) -> None:
        self._loop = loop
        self._theme = apply_theme(app, ThemeMode(settings.theme))
        self.code = 0
        self._session = _Session(loop, self._theme, settings, day, screenshot)
        self._session.ended.connect(self._on_ended)

    def _on_ended(self, wanted: Settings | None) -> None:
        if wanted is None:
            self._loop.stop()
            return
        try:
            self._session = _Session(self._loop, self._theme, wanted, None, None)
        except DispatchError as error:
            # It was tried a moment ago; what is gone since then is for the next start to tell.
            # The address may hold a password; the error never does.
            _log.error("The database could not be opened: %s", error)
            self.code = 1
            self._loop.stop()
            return
        self._session.ended.connect(self._on_ended)


class _Session(QObject):
    """A window on one workspace."""

    ended = Signal(object)
    """Settings of the session to come, or None."""

    def __init__(
        self,
        loop: QEventLoop,
        theme: Theme,
        settings: Settings,
        day: date | None,
        screenshot: Path | None,
    ) -> None:
        super().__init__()
        self._started_at = time.monotonic()
        self._screenshot = screenshot
        self._is_closing = False
        self._restart: Settings | None = None
        self._loop = loop
        self._workspace: Workspace = open_workspace(settings)
        self._tasks = Tasks(loop)
        self._console = Console(self._workspace, window_settings(settings.data), self._tasks, theme)
        self._console.window.close_asked.connect(self._on_close_asked)
        self._console.restart_wanted.connect(self._on_restart)
        self._console.window.restore()
        self._console.opening.start(day)
        self._console.day_shown.connect(self._on_first_day)
        if screenshot is not None:
            # The same picture everywhere, whatever the screen and however the window was left.
            self._console.window.setWindowState(Qt.WindowState.WindowNoState)
            self._console.window.resize(*_PICTURE_SIZE)
            self._console.window.docks.reset()
        self._console.window.show()

    def _on_first_day(self) -> None:
        self._console.day_shown.disconnect(self._on_first_day)
        _log.info("day shown after %.2f s", time.monotonic() - self._started_at)
        spare_the_collector()
        # After the first paint: the map's engine takes longer to load than all the rest.
        QTimer.singleShot(_PAINTED_MS, self._attach_map)

    def _attach_map(self) -> None:
        self._tasks.start(self._open_map())
        self._tasks.start(self._tasks.run_long(sweep_scratch))

    async def _open_map(self) -> None:
        page = self._tasks.run_long(kept_page, self._workspace.settings.cache)
        # Here and not above: QtWebEngine takes its time to load, and the window is shown by now.
        from app.desktop.map.map_view import MapView
        from app.desktop.map.scheme import register_scheme

        register_scheme()
        view = MapView(self._console.map)
        view.load(await page)
        self._console.map.attach(view, view)
        if self._screenshot is not None:
            self._picture = Picture(self._console.window, self._tasks, self._screenshot)
            view.settled.connect(self._picture.wait_on)
            self._picture.taken.connect(self._on_close_asked)

    def _on_restart(self, settings: Settings) -> None:
        self._restart = settings
        self._on_close_asked()

    def _on_close_asked(self) -> None:
        if not self._is_closing:
            self._is_closing = True
            self._loop.create_task(self._close())

    async def _close(self) -> None:
        """Cancel the solver, wait for the worker, let go of the database, in this order."""
        console = self._console
        console.window.setEnabled(False)
        console.sweeper.stop()
        console.peace.stop()
        try:
            console.optimizer.kill()
            console.scenarios.kill()
            if not self._workspace.database.is_sqlite:
                await self._leave()
            await self._tasks.close()
            self._workspace.close()
        finally:
            console.window.setEnabled(True)
            console.window.leave()
            self._let_go()
            self.ended.emit(self._restart)

    async def _leave(self) -> None:
        """Say goodbye to the other consoles; a database that is away is no reason to stay."""
        try:
            await self._tasks.run(self._workspace.sync.leave)
        except DispatchError as error:
            _log.info("could not sign off: %s", error)

    def _let_go(self) -> None:
        """The pages go before their profiles, and the window before what it was made of."""
        self._console.window.deleteLater()
        self._console.deleteLater()
        self._tasks.deleteLater()
