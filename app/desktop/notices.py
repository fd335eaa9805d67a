"""Messages that don't interrupt: what happened, what to do, and at most one button to do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.theme import SPACING, icon
from app.desktop.widgets.elided_label import ElidedLabel
from app.domain.errors import Cancelled, ConflictError, DispatchError, ImportErrors, RuleError

_INFO_MS = 8_000
_LONG_MS = 20_000
"""A notice with a button stays long enough to be acted on; so does one that was waited for, as who
waits looks elsewhere."""
_KEPT = 50


class Severity(StrEnum):
    INFO = "info"
    DONE = "done"
    WARNING = "warning"
    ERROR = "error"


_ICONS = {
    Severity.INFO: ("information-outline", "muted"),
    Severity.DONE: ("check-circle-outline", "good"),
    Severity.WARNING: ("alert-outline", "risk"),
    Severity.ERROR: ("alert-octagon-outline", "bad"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message; `details` is for copying, `act` belongs to the button."""

    text: str
    severity: Severity = Severity.INFO
    details: str = ""
    action: str = ""
    act: Callable[[], None] | None = None
    topic: object = None
    """What it is about; None for nothing that could come up again."""
    is_answer: bool = False
    """To something that took its time."""


class NoticeBar(QFrame):
    """Shows the newest notice; a click opens those before it, which can be copied.

    Infos go by themselves; warnings and errors stay until they are dismissed or until what they
    are about went well after all, and come back when what covered them is gone.
    """

    shown = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice_bar")
        self.setAccessibleName(self.tr("Messages"))
        self._standing: list[Notice] = []
        self._current: Notice | None = None
        self._log: list[tuple[datetime, Notice]] = []
        self._zone: ZoneInfo | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.dismiss)

        self._icon = QLabel(self)
        self._text = ElidedLabel(self)
        self._text.setObjectName("notice_text")
        self._text.setToolTip(self.tr("Click to read all messages"))
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._action = QToolButton(self)
        self._action.setObjectName("notice_action")
        self._action.clicked.connect(self._on_action)
        self._copy = self._small_button("content-copy", self.tr("Copy this message"))
        self._copy.clicked.connect(self._on_copy)
        self._close = self._small_button("close", self.tr("Dismiss"))
        self._close.clicked.connect(self.dismiss)

        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACING, 0, SPACING, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._action)
        layout.addWidget(self._copy)
        layout.addWidget(self._close)
        self._show(None)

    @property
    def current(self) -> Notice | None:
        return self._current

    def set_zone(self, zone: ZoneInfo) -> None:
        """By whose clock messages are told: the open depot's, as everything else is."""
        self._zone = zone

    def show_notice(self, notice: Notice) -> None:
        self._log.append((datetime.now(UTC), notice))
        del self._log[:-_KEPT]
        self._standing = [each for each in self._standing if not _is_outdone(each, notice)]
        if _is_lasting(notice):
            self._standing.append(notice)
        self._show(notice)
        self.shown.emit(notice)

    def settle(self, topic: object) -> None:
        """What was warned about went well since: nothing of it is worth reading any more."""
        if topic is None:
            return
        self._standing = [each for each in self._standing if each.topic != topic]
        current = self._current
        if current is not None and current.topic == topic and _is_lasting(current):
            self._show(self._standing[-1] if self._standing else None)

    def show_info(self, text: str, action: str = "", act: Callable[[], None] | None = None) -> None:
        self.show_notice(Notice(text=text, action=action, act=act))

    def show_answer(self, text: str) -> None:
        """What came of something that took its time."""
        self.show_notice(Notice(text=text, is_answer=True))

    def show_done(
        self,
        text: str,
        action: str = "",
        act: Callable[[], None] | None = None,
        *,
        topic: object = None,
    ) -> None:
        """Something the dispatcher asked for is finished and saved."""
        self.settle(topic)
        self.show_notice(
            Notice(text=text, severity=Severity.DONE, action=action, act=act, topic=topic)
        )

    def show_warning(self, text: str, details: str = "", *, topic: object = None) -> None:
        self.show_notice(Notice(text=text, severity=Severity.WARNING, details=details, topic=topic))

    def show_error(self, error: DispatchError, topic: object = None) -> None:
        """How a failure that a user can act on is told."""
        match error:
            case Cancelled():
                severity = Severity.INFO
            case RuleError() | ConflictError():
                severity = Severity.WARNING
            case _:
                severity = Severity.ERROR
        details = "\n".join(error.problems) if isinstance(error, ImportErrors) else ""
        self.show_notice(Notice(text=str(error), severity=severity, details=details, topic=topic))

    def dismiss(self) -> None:
        """Put away what is shown; an older warning that nobody put away comes back."""
        if self._current in self._standing:
            self._standing.remove(self._current)
        self._show(self._standing[-1] if self._standing else None)

    def withdraw(self, act: Callable[[], None]) -> None:
        """What the button of a notice offers can't be done, or is done, by now."""
        if self._current is not None and self._current.act == act:
            self.dismiss()

    def messages(self) -> str:
        """The last messages as text, newest first, by the clock that stands above them."""
        if not self._log:
            return ""
        zone = self._zone.key if self._zone is not None else self.tr("this computer's clock")
        lines = [self.tr("Newest first, times in {0}").format(zone)]
        for at, notice in reversed(self._log):
            lines.append(f"{at.astimezone(self._zone):%H:%M:%S}  {notice.text}")
            lines.extend(f"          {line}" for line in notice.details.splitlines())
        return "\n".join(lines)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._start_timer()
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._log:
            self._open_messages()
        super().mouseReleaseEvent(event)

    def _show(self, notice: Notice | None) -> None:
        self._current = notice
        self._timer.stop()
        for widget in (self._icon, self._copy, self._close):
            widget.setVisible(notice is not None)
        self._action.setVisible(notice is not None and notice.act is not None)
        self._text.set_text(notice.text if notice else "")
        self.setProperty("severity", notice.severity.value if notice else "")
        self.style().unpolish(self)
        self.style().polish(self)
        if notice is None:
            return
        name, token = _ICONS[notice.severity]
        self._icon.setPixmap(icon(name, token).pixmap(16, 16))
        self._icon.setAccessibleName(notice.severity.value)
        self._action.setText(notice.action)
        self._start_timer()

    def _start_timer(self) -> None:
        if self._current is None or self._current in self._standing:
            return
        is_long = self._current.act is not None or self._current.is_answer
        self._timer.start(_LONG_MS if is_long else _INFO_MS)

    def _on_action(self) -> None:
        notice = self._current
        self.dismiss()
        if notice is not None and notice.act is not None:
            notice.act()

    def _on_copy(self) -> None:
        if self._current is not None:
            parts = (self._current.text, self._current.details)
            QGuiApplication.clipboard().setText("\n".join(part for part in parts if part))

    def _open_messages(self) -> None:
        popup = QFrame(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.setObjectName("messages_popup")
        text = QPlainTextEdit(self.messages(), popup)
        text.setReadOnly(True)
        text.setAccessibleName(self.tr("The last messages"))
        layout = QVBoxLayout(popup)
        layout.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        layout.addWidget(text)
        size = (max(480, self.width() // 2), 240)
        popup.resize(*size)
        popup.move(self.mapToGlobal(QPoint(0, -size[1])))
        popup.show()

    def _small_button(self, name: str, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(name, "muted"))
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setAutoRaise(True)
        return button


def _is_lasting(notice: Notice) -> bool:
    return notice.severity in (Severity.WARNING, Severity.ERROR)


def _is_outdone(old: Notice, new: Notice) -> bool:
    """Whether a newer warning says the same, or more about the same thing."""
    if not _is_lasting(new):
        return False
    return old.text == new.text or (old.topic is not None and old.topic == new.topic)


class StandingBar(QFrame):
    """A strip that stays while something is wrong with the whole console: the database is away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("standing_bar")
        self.setProperty("kind", "notice")
        self.setProperty("state", "bad")
        self._icon = QLabel(self)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, SPACING)
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def show_text(self, text: str) -> None:
        self._icon.setPixmap(icon("lan-disconnect", "bad").pixmap(16, 16))
        self._text.setText(text)
        self.show()

    def clear(self) -> None:
        self._text.clear()
        self.hide()
