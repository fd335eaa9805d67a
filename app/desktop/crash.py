"""What becomes of a bug: a line in the log and a window whose report can be copied."""

from __future__ import annotations

import asyncio
import logging
import platform
import sys
import threading
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app import __version__

_log = logging.getLogger(__name__)

_LOG_LINES = 40


class CrashHooks(QObject):
    """Catches what nobody caught: in slots, in threads, and in the coroutines of the loop."""

    crashed = Signal(str)
    """A report; may come from any thread, and is heard in the GUI's."""

    def __init__(self, logs: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._logs = logs
        self._window: CrashWindow | None = None
        self.crashed.connect(self._on_crashed)

    def install(self, loop: asyncio.AbstractEventLoop) -> None:
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        loop.set_exception_handler(self._on_loop_exception)

    def uninstall(self) -> None:
        """Python's own hooks again; a window that still shows a report is closed."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        if self._window is not None:
            self._window.close()

    def report(self, error: BaseException) -> None:
        """Log a bug and show it."""
        _log.critical("bug", exc_info=error)
        self.crashed.emit(report_text(error, self._logs))

    def _on_exception(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QGuiApplication.quit()
            return
        self.report(error.with_traceback(trace))

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.report(args.exc_value)

    def _on_loop_exception(
        self, _loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]
    ) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.report(error)
        else:
            _log.error("event loop: %s", context.get("message"))

    def _on_crashed(self, report: str) -> None:
        if self._window is None:
            self._window = CrashWindow(QGuiApplication.focusWindow() is not None)
            self._window.finished.connect(self._on_closed)
        self._window.add(report)
        self._window.show()

    def _on_closed(self) -> None:
        if self._window is not None:
            self._window.deleteLater()
            self._window = None


class CrashWindow(QDialog):
    """Says that the work is safe and gives the report to whoever can mend the program."""

    def __init__(self, is_on_top: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("crash_window")
        self.setWindowTitle(self.tr("Wayboard: something went wrong"))
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint, is_on_top)
        words = QLabel(
            self.tr(
                "This is a mistake in the program, not yours. Everything that was said to be saved "
                "is safe in the database. You can go on working; if the window behaves oddly, "
                "close it and start Wayboard again.\n\n"
                "Please send this report to whoever looks after Wayboard for you. It holds "
                "technical details and the last lines of the log."
            ),
            self,
        )
        words.setWordWrap(True)
        self._text = QPlainTextEdit(self)
        self._text.setReadOnly(True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setAccessibleName(self.tr("Report"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton(self.tr("Copy report"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._on_copy)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(words)
        layout.addWidget(self._text, 1)
        layout.addWidget(buttons)
        self.resize(720, 480)

    @property
    def report(self) -> str:
        return self._text.toPlainText()

    def add(self, report: str) -> None:
        """Show a report below those that are there."""
        self._text.appendPlainText(report)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report)


def report_text(error: BaseException, logs: Path | None) -> str:
    """All that helps to mend a bug; names of files and functions, no orders."""
    facts = (
        f"Wayboard {__version__}, {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
        f"Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}",
        "",
        "".join(traceback.format_exception(error)).rstrip(),
        "",
        "Log:",
        *_last_lines(logs),
        "",
    )
    return "\n".join(facts)


def _last_lines(logs: Path | None) -> list[str]:
    if logs is None:
        return []
    try:
        text = (logs / "wayboard.log").read_text("utf-8", errors="replace")
    except OSError as problem:
        return [f"({problem})"]
    return text.splitlines()[-_LOG_LINES:]
