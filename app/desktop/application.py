"""Qt's application: opened once, and refused in words where it can't be."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import (
    QLibraryInfo,
    QLocale,
    QMessageLogContext,
    Qt,
    QtMsgType,
    QTranslator,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from app.desktop.graphics import spare_absent_card


def application() -> QApplication:
    """The one there is, or a new one; ends the program with a message where no screen answers."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    _spare_root_the_sandbox()
    # What the map's engine, which is loaded after the first paint, asks for.
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    spare_absent_card()
    app = _opened()
    app.setApplicationName("wayboard")
    app.setApplicationDisplayName("Wayboard")
    app.setDesktopFileName("wayboard")
    app.setQuitOnLastWindowClosed(False)
    # Qt's own words, such as those of the file dialog, in the language of the system.
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(), "qtbase", "_", folder):
        app.installTranslator(translator)
    return app


def _spare_root_the_sandbox() -> None:
    """Chromium ends the whole program where root, as in a container, asks for its sandbox.

    The map is our own page and asks no network, so it goes without.
    """
    if sys.platform == "linux" and os.geteuid() == 0:
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")


def _opened() -> QApplication:
    """Qt aborts without a screen, with advice to install it anew: say it better, and first."""
    told: list[str] = []

    def listen(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        told.append(text)
        if kind is QtMsgType.QtFatalMsg:
            sys.stderr.write(
                f"Error: The window can't open, because no screen answers ({told[0].strip()}). "
                "Start Wayboard on a desktop, or use the commands that need no window: "
                "see `wayboard --help`.\n"
            )
            sys.stderr.flush()
            os._exit(1)

    before = qInstallMessageHandler(listen)
    try:
        app = QApplication(["wayboard"])
    finally:
        qInstallMessageHandler(before)
    for text in told:
        sys.stderr.write(f"{text}\n")
    return app
