"""Questions that a coroutine waits for, without a loop inside the loop."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QWidget


async def answered(dialog: QDialog) -> int:
    """Open a dialog and wait for its result; it is deleted after the next event.

    `exec()` would run a second loop, in which other coroutines can't go on.
    """
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def on_finished(result: int) -> None:
        if not answer.done():
            answer.set_result(result)

    dialog.finished.connect(on_finished)
    # By its base: some dialogs have an open() of their own that Python can't call without a slot.
    QDialog.open(dialog)
    try:
        return await answer
    finally:
        dialog.close()
        dialog.deleteLater()


async def confirmed(parent: QWidget, title: str, text: str, yes: str) -> bool:
    """Whether the person says yes; Cancel is the safe answer and the default."""
    box = QMessageBox(QMessageBox.Icon.Question, title, text, parent=parent)
    button = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    await answered(box)
    return box.clickedButton() is button


async def file_to_open(parent: QWidget, title: str, kinds: list[str]) -> Path | None:
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(kinds)
    return await _chosen(dialog)


async def file_to_save(parent: QWidget, title: str, name: str, kinds: list[str]) -> Path | None:
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(kinds)
    dialog.selectFile(name)
    dialog.setDefaultSuffix(Path(name).suffix.lstrip("."))
    return await _chosen(dialog)


async def _chosen(dialog: QFileDialog) -> Path | None:
    if await answered(dialog) != QDialog.DialogCode.Accepted:
        return None
    files = dialog.selectedFiles()
    return Path(files[0]) if files else None
