"""A window beside the main one, which opens again where it was closed."""

from __future__ import annotations

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QDialog, QWidget


class KeptPlaceDialog(QDialog):
    """Qt would centre it each time anew, as big as its frame was taken to be: it would wander."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place: QByteArray | None = None

    # Qt

    def setVisible(self, visible: bool) -> None:
        if self.isVisible() and not visible:
            self._place = self.saveGeometry()
        elif visible and not self.isVisible() and self._place is not None:
            self.restoreGeometry(self._place)
        super().setVisible(visible)
