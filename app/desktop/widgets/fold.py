"""A part of a form that is out of the way until it is wanted."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from app.desktop.theme import SPACING, icon


class Fold(QWidget):
    """A heading that shows and hides what is below it; what was typed there counts either way."""

    toggled = Signal(bool)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fold")
        self.heading = QToolButton(self)
        self.heading.setObjectName("fold_heading")
        self.heading.setProperty("kind", "flat")
        self.heading.setText(title)
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.heading.clicked.connect(lambda: self.set_open(not self.is_open))
        self.body = QWidget(self)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2 * SPACING)
        self._layout.addWidget(self.heading, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.addWidget(self.body)
        self.set_open(False)

    @property
    def is_open(self) -> bool:
        return self._is_open

    def set_open(self, is_open: bool) -> None:
        self._is_open = is_open
        self.heading.setAccessibleDescription(self.tr("open") if is_open else self.tr("closed"))
        self.body.setVisible(is_open)
        self.heading.setIcon(icon("chevron-down" if is_open else "chevron-right"))
        self.toggled.emit(is_open)
