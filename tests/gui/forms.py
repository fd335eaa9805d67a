"""A hand on any form."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot


def save(qtbot: QtBot, form: QDialog) -> None:
    button = form.findChild(QPushButton, "form_save")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def message_of(form: QDialog, name: str) -> str:
    """What is said of a field."""
    label = form.findChild(QLabel, f"{name}_message")
    assert label is not None
    return label.text()
