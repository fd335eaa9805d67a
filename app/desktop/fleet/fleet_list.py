"""A list of depots, vehicles or drivers with what can be done to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLabel, QToolBar, QVBoxLayout, QWidget

from app.desktop.theme import SPACING, icon
from app.desktop.widgets.records import RecordColumn, RecordsTable


class FleetList[T](QWidget):
    new_requested = Signal()
    edit_requested = Signal(object)
    duplicate_requested = Signal(object)
    delete_requested = Signal(object)
    """The chosen things."""

    def __init__(
        self, name: str, columns: Sequence[RecordColumn[T]], empty: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}_list")
        self.table = RecordsTable[T](columns, self)
        self.table.setObjectName(f"{name}_table")
        self._bar = QToolBar(self)
        self._bar.setIconSize(QSize(16, 16))
        self._bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.new = self._add(self.tr("New"), "plus", "Ins", lambda: self.new_requested.emit())
        self.edit = self._add(self.tr("Edit"), "pencil-outline", "F2", self._on_edit)
        self.duplicate = self._add(self.tr("Duplicate"), "content-copy", "D", self._on_duplicate)
        self.delete = self._add(self.tr("Delete"), "trash-can-outline", "Del", self._on_delete)
        self._empty = QLabel(empty, self)
        self._empty.setProperty("kind", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACING, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self._bar)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self.table, 1)
        self.table.record_activated.connect(self.edit_requested)
        self.table.choice_changed.connect(self._on_choice_changed)
        self._on_choice_changed()

    def set_records(self, records: Sequence[T], key: Callable[[T], Any]) -> None:
        self.table.set_records(records, key)
        self.table.setVisible(bool(records))
        self._empty.setVisible(not records)
        self._on_choice_changed()

    def _add(self, text: str, glyph: str, key: str, slot: Callable[[], None]) -> QAction:
        action = QAction(icon(glyph), text, self)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.setToolTip(f"{text} ({QKeySequence(key).toString()})")
        action.triggered.connect(lambda _checked=False: slot())
        self._bar.addAction(action)
        self.addAction(action)
        return action

    def _on_choice_changed(self) -> None:
        count = len(self.table.chosen)
        self.edit.setEnabled(count == 1)
        self.duplicate.setEnabled(count == 1)
        self.delete.setEnabled(count > 0)

    def _on_edit(self) -> None:
        self.edit_requested.emit(self.table.chosen[0])

    def _on_duplicate(self) -> None:
        self.duplicate_requested.emit(self.table.chosen[0])

    def _on_delete(self) -> None:
        self.delete_requested.emit(self.table.chosen)
