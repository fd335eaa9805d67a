"""The frame of every form: scrolling body, problem strip, Save and Cancel; it never blocks."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.desktop.theme import SPACING
from app.desktop.widgets.form_keys import ENTER_KEYS, step_focus
from app.desktop.widgets.notice_strip import NoticeStrip

_MARGIN = 4 * SPACING
_MOST_HEIGHT = 680
"""Fits on the smallest screen we promise, 1366×768, below its bars."""


class FormDialog(QDialog):
    """Subclasses fill `body` and give back the value that was typed in `value`.

    `saved` carries that value; the form stays open until whoever saves it calls `accept`, or
    says with `show_problem` why it could not be saved.
    """

    saved = Signal(object)

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._is_busy = False
        self.note = NoticeStrip(self)
        self.note.setObjectName("form_note")
        self.body = QWidget(self)
        self.body.setObjectName("form_body")
        self._problem = NoticeStrip(self)
        self._problem.setObjectName("form_problem")
        self._buttons = QDialogButtonBox(self)
        self._save = self._buttons.addButton(
            self.tr("Save"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self._save.setObjectName("form_save")
        self._save.setProperty("kind", "primary")
        self._save.setDefault(True)
        self._buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self._buttons.accepted.connect(self._on_accepted)
        self._buttons.rejected.connect(self.reject)

    def finish(self, width: int, height: int = 0) -> None:
        """Lay the form out once its body is filled; a height of 0 is what the body needs."""
        layout = self.body.layout()
        assert layout is not None
        first = self.focusWidget()
        layout.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, 2 * SPACING)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(self.body)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll = scroll
        foot = QVBoxLayout()
        foot.setContentsMargins(_MARGIN, SPACING, _MARGIN, 3 * SPACING)
        foot.addWidget(self._buttons)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.setSpacing(0)
        frame.addWidget(self.note)
        frame.addWidget(scroll, 1)
        frame.addWidget(self._problem)
        frame.addLayout(foot)
        self._foot = foot
        self.resize(width, min(height or self._needed, _MOST_HEIGHT))
        if first is not None:  # the scroll area took the body with it, and its focus
            first.setFocus()

    def show_part(self, part: QWidget) -> None:
        """Make room for a part that has just unfolded, and bring it to sight."""
        self.grow()
        self._scroll.ensureWidgetVisible(part)

    def grow(self) -> None:
        """As high as the body needs by now and a small screen allows."""
        layout = self.body.layout()
        assert layout is not None
        layout.activate()
        if self._needed > self.height():
            self.resize(self.width(), min(self._needed, _MOST_HEIGHT))

    @property
    def _needed(self) -> int:
        # Messages and candidates come and go: some room for them spares a scroll bar.
        return self.body.sizeHint().height() + self._foot.sizeHint().height() + 8 * SPACING

    def value(self) -> object | None:
        """What was typed; None where something is wrong, which is shown beside its field."""
        raise NotImplementedError

    def set_busy(self, is_busy: bool) -> None:
        """While it is being saved nothing can be typed."""
        self._is_busy = is_busy
        self.body.setEnabled(not is_busy)
        self._buttons.setEnabled(not is_busy)

    def show_problem(self, text: str) -> None:
        """Why it could not be saved; everything that was typed stays."""
        self._problem.show_text(text, "bad")

    def _on_accepted(self) -> None:
        value = self.value()
        if value is not None:
            self.show_problem("")
            self.saved.emit(value)

    # Qt

    def focusNextPrevChild(self, is_next: bool) -> bool:
        return step_focus(self, 1 if is_next else -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a list chooses there; it saves from the fields alone."""
        if event.key() in ENTER_KEYS and isinstance(self.focusWidget(), QAbstractItemView):
            return
        super().keyPressEvent(event)

    def reject(self) -> None:
        """Escape comes too late while it is being saved: how that ends is to be seen."""
        if not self._is_busy:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_busy:
            event.ignore()
            return
        super().closeEvent(event)
