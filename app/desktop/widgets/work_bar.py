"""Shows long work in one line: what, how far, and a button that ends it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from app.desktop.tasks import Work
from app.desktop.theme import SPACING, icon

_STEPS = 1000


class WorkBar(QWidget):
    """Follows the work that began last; when it ends, the one before it is shown again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("work_bar")
        self._works: list[Work] = []
        self._text = QLabel(self)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, _STEPS)
        self._bar.setFixedWidth(120)
        self._bar.setMaximumHeight(16)
        self._cancel = QToolButton(self)
        self._cancel.setProperty("kind", "icon")
        self._cancel.setIcon(icon("close"))
        self._cancel.setToolTip(self.tr("Stop"))
        self._cancel.setAccessibleName(self.tr("Stop the work that is shown"))
        self._cancel.clicked.connect(self._on_cancel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self._text)
        layout.addWidget(self._bar)
        layout.addWidget(self._cancel)
        self.hide()

    def follow(self, work: Work) -> None:
        self._works.append(work)
        work.stepped.connect(self._on_stepped)
        work.ended.connect(self._on_ended)
        self._show(0.0, "")

    @property
    def text(self) -> str:
        return self._text.text()

    def _show(self, fraction: float, words: str) -> None:
        self.setVisible(bool(self._works))
        if self._works:
            title = self._works[-1].title
            is_said = words.startswith(title)
            self._text.setText(words if is_said else f"{title}: {words}" if words else title)
            # A bar without end says more than one that stands at nothing.
            self._bar.setRange(0, _STEPS if fraction > 0 else 0)
            self._bar.setValue(round(fraction * _STEPS))
            self._cancel.setEnabled(not self._works[-1].cancelled())

    def _on_stepped(self, fraction: float, words: str) -> None:
        if self._works and self.sender() is self._works[-1]:
            self._show(fraction, words)

    def _on_ended(self) -> None:
        ended = self.sender()
        self._works = [work for work in self._works if work is not ended]
        self._show(0.0, "")

    def _on_cancel(self) -> None:
        if self._works:
            self._works[-1].cancel()
            self._cancel.setEnabled(False)
            self._text.setText(self.tr("{0}: stopping …").format(self._works[-1].title))
