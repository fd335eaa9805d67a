"""Asks why orders are put on hold."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget


class HoldDialog(QDialog):
    """A reason, chosen or typed; it is shown with the order until it is taken off hold."""

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hold_dialog")
        self.setWindowTitle(self.tr("Put on hold"))
        question = (
            self.tr("Why is the order on hold?")
            if count == 1
            else self.tr("Why are the {0} orders on hold?").format(count)
        )
        label = QLabel(question, self)
        self._reason = QComboBox(self)
        self._reason.setObjectName("hold_reason")
        self._reason.setEditable(True)
        self._reason.addItems(
            [
                self.tr("Waits for the customer"),
                self.tr("Address to be checked"),
                self.tr("Goods not at the depot yet"),
                self.tr("Damaged, to be replaced"),
                self.tr("Payment to be confirmed"),
            ]
        )
        label.setBuddy(self._reason)
        self._reason.setFocus()
        self._reason.editTextChanged.connect(self._on_text_changed)
        if (line := self._reason.lineEdit()) is not None:
            # A combo box keeps Enter to itself; here it is the answer.
            line.returnPressed.connect(self._on_return)
        self._buttons = QDialogButtonBox(self)
        self._accept = self._buttons.addButton(
            self.tr("Put on hold"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self._buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(label)
        layout.addWidget(self._reason)
        layout.addWidget(self._buttons)
        self.setMinimumWidth(360)

    @property
    def reason(self) -> str:
        return self._reason.currentText().strip()

    def _on_return(self) -> None:
        if self.reason:
            self.accept()

    def _on_text_changed(self) -> None:
        self._accept.setEnabled(bool(self.reason))
