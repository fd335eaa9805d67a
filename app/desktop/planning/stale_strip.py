"""One line below the toolbar: the plan was made for other roads than there are now."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from app.desktop.theme import SPACING, icon


class StaleStrip(QFrame):
    """Hidden while the plan knows the roads."""

    again_chosen = Signal()
    keep_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stale_strip")
        self.setProperty("kind", "notice")
        self.setProperty("state", "risk")
        mark = QLabel(self)
        mark.setPixmap(icon("clock-alert-outline", "risk").pixmap(16, 16))
        self._text = QLabel(self)
        self._text.setObjectName("stale_text")
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._again = QPushButton(self)
        self._again.setObjectName("optimize_again")
        self._again.clicked.connect(self.again_chosen)
        self._keep = QPushButton(self.tr("Keep the plan"), self)
        self._keep.setObjectName("keep_plan")
        self._keep.setToolTip(self.tr("It is as it should be; say so no more"))
        self._keep.clicked.connect(self.keep_chosen)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, SPACING)
        layout.setSpacing(2 * SPACING)
        layout.addWidget(mark)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._again)
        layout.addWidget(self._keep)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def show_stale(self, late: int, *, is_under_way: bool) -> None:
        """`late` counts the stops that are late now that the times are those of these roads."""
        text = self.tr("This plan was made before the roads changed.")
        if late:
            text += " " + self.tr("Late stops as it stands: %n.", "", late)
        self._text.setText(text)
        self._again.setText(
            self.tr("Re-plan from now…") if is_under_way else self.tr("Optimize again")
        )
        self.show()
