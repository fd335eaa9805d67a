"""The shelf: a day's scenarios as a list, those that are being made with their progress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.theme import SPACING, icon
from app.desktop.widgets.elided_label import ElidedLabel
from app.desktop.widgets.formats import plain_tip

_STEPS = 1000
_KEY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfEntry:
    """One line of the shelf."""

    key: str
    name: str
    detail: str
    tip: str = ""
    is_stale: bool = False
    is_on_board: bool = False
    """The board shows this plan."""
    fraction: float | None = None
    """How far a run is, 0 to 1; None for a scenario that is there."""
    is_stoppable: bool = True
    is_bad: bool = False


class ShelfView(QListWidget):
    """Entries down, what is chosen and stopped up."""

    entry_chosen = Signal(str)
    stop_chosen = Signal(str)
    rename_chosen = Signal()
    """F2 on a line, as remove_chosen is Delete."""
    remove_chosen = Signal()
    menu_requested = Signal(str, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scenario_shelf")
        self.setAccessibleName(self.tr("Scenarios of the day"))
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._rows: dict[str, _ShelfRow] = {}
        self.currentItemChanged.connect(self._on_current)
        self.customContextMenuRequested.connect(self._on_menu)

    @property
    def entries(self) -> tuple[ShelfEntry, ...]:
        return tuple(row.entry for row in self._rows.values())

    @property
    def chosen(self) -> str:
        item = self.currentItem()
        return str(item.data(_KEY)) if item is not None else ""

    def set_entries(self, entries: Sequence[ShelfEntry]) -> None:
        """Show these; rows that were there are only written anew."""
        if [entry.key for entry in entries] != list(self._rows):
            self._rebuild(entries)
        for entry in entries:
            self._rows[entry.key].show_entry(entry)

    def choose(self, key: str) -> None:
        for number in range(self.count()):
            if self.item(number).data(_KEY) == key:
                self.setCurrentRow(number)

    def row_rect_center(self, key: str) -> QPoint:
        """Where a line can be clicked, in the viewport."""
        for number in range(self.count()):
            if self.item(number).data(_KEY) == key:
                return self.visualItemRect(self.item(number)).center()
        raise KeyError(key)

    def _rebuild(self, entries: Sequence[ShelfEntry]) -> None:
        chosen = self.chosen
        self.blockSignals(True)
        self.clear()
        self._rows = {}
        for entry in entries:
            row = _ShelfRow(entry, self)
            row.stop.clicked.connect(lambda _=False, key=entry.key: self.stop_chosen.emit(key))
            item = QListWidgetItem(self)
            item.setData(_KEY, entry.key)
            item.setSizeHint(QSize(0, row.sizeHint().height()))
            self.setItemWidget(item, row)
            self._rows[entry.key] = row
        self.choose(chosen)
        self.blockSignals(False)
        if entries and entries[-1].fraction is not None:
            self.scrollToBottom()
        if self.chosen != chosen:
            self.entry_chosen.emit(self.chosen)

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.entry_chosen.emit(str(item.data(_KEY)))

    def _on_menu(self, point: QPoint) -> None:
        item = self.itemAt(point)
        if item is not None:
            self.setCurrentItem(item)
            self.menu_requested.emit(str(item.data(_KEY)), self.viewport().mapToGlobal(point))

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_F2:
                self.rename_chosen.emit()
            case Qt.Key.Key_Delete:
                self.remove_chosen.emit()
            case _:
                super().keyPressEvent(event)


class _ShelfRow(QFrame):
    """Name and figures in two lines; while it is made, a bar and a button that ends it."""

    def __init__(self, entry: ShelfEntry, parent: QWidget) -> None:
        super().__init__(parent)
        self.entry = entry
        self._name = ElidedLabel(self)
        self._detail = QLabel(self)
        self._detail.setProperty("kind", "small")
        self._detail.setTextFormat(Qt.TextFormat.PlainText)
        self._mark = QLabel(self)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, _STEPS)
        self._bar.setTextVisible(False)
        self._bar.setStyleSheet("QProgressBar { min-height: 6px; max-height: 6px; }")
        self.stop = QToolButton(self)
        self.stop.setProperty("kind", "icon")
        self.stop.setIcon(icon("stop"))
        self.stop.setToolTip(self.tr("Stop and keep the best plan so far"))
        top = QHBoxLayout()
        top.setSpacing(SPACING)
        top.addWidget(self._name, 1)
        top.addWidget(self._mark)
        top.addWidget(self.stop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, SPACING)
        layout.setSpacing(SPACING // 2)
        layout.addLayout(top)
        layout.addWidget(self._detail)
        layout.addWidget(self._bar)
        self.show_entry(entry)

    def show_entry(self, entry: ShelfEntry) -> None:
        is_other_kind = (entry.fraction is None) != (self.entry.fraction is None)
        self.entry = entry
        self._name.set_text(entry.name)
        self._detail.setText(entry.detail)
        is_running = entry.fraction is not None
        self._bar.setVisible(is_running)
        self.stop.setVisible(is_running)
        self.stop.setEnabled(entry.is_stoppable)
        self.stop.setAccessibleName(self.tr("Stop {0}").format(entry.name))
        if entry.fraction is not None:
            self._bar.setValue(round(min(1.0, entry.fraction) * _STEPS))
        glyph, token, words = _mark(self, entry)
        self._mark.setVisible(bool(glyph))
        if glyph:
            self._mark.setPixmap(icon(glyph, token).pixmap(16, 16))
            self._mark.setToolTip(words)
        self.setToolTip(plain_tip(entry.tip))
        self.setAccessibleName(f"{entry.name}, {entry.detail}")
        if is_other_kind:
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        size = super().sizeHint()
        return QSize(size.width(), max(size.height(), 44))


def _mark(row: QWidget, entry: ShelfEntry) -> tuple[str, str, str]:
    if entry.is_bad:
        return "alert-octagon-outline", "bad", row.tr("It could not be made")
    if entry.is_stale:
        return "clock-alert-outline", "risk", row.tr("The day changed since it was made")
    if entry.is_on_board:
        return "check", "good", row.tr("This is the plan on the board")
    return "", "", ""
