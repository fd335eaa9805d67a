"""Every action with its key, in one list that can be searched by eye."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

_GESTURES = (
    ("Drop on a route's name", "best fit; refused where a rule would break"),
    ("Drop into a gap", "exactly there, always allowed"),
    ("Ctrl+wheel, + or − on the board", "closer, farther"),
    ("F on the board", "the whole day in view"),
    ("Arrows on the board", "from stop to stop; left of the first one is its route"),
    ("Ctrl+arrows on the board", "move the chosen stops along their route or to the next one"),
    ("Ctrl+A on the board", "every stop of the route"),
    ("L on the board", "lock or unlock the chosen stops, or the route"),
    ("Del on the board", "unassign the chosen stops"),
    ("A, D, H, I, M, N, P and U on the board", "as in the orders"),
    ("Shift+drag on the map", "select what is in the box"),
    ("L on the map", "lasso"),
    ("1042 > ana, 120-124 > van 3 @2", "typed moves, in Ctrl+K"),
)


class KeysWindow(QDialog):
    def __init__(self, actions: Iterable[QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("keys_window")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keys"))
        rows = [
            (self._key(each), each.text().replace("&&", "&"))
            for each in actions
            if not each.shortcut().isEmpty()
        ]
        rows += [(self.tr(gesture), self.tr(meaning)) for gesture, meaning in _GESTURES]
        table = QTableWidget(len(rows), 2, self)
        table.setHorizontalHeaderLabels([self.tr("Key"), self.tr("What it does")])
        table.verticalHeader().hide()
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                table.setItem(row, column, QTableWidgetItem(text))
        layout = QVBoxLayout(self)
        layout.addWidget(table)
        self.resize(720, 640)

    def _key(self, action: QAction) -> str:
        """With where it counts: a single letter is a letter everywhere else."""
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        is_local = action.shortcutContext() is Qt.ShortcutContext.WidgetWithChildrenShortcut
        return self.tr("{0} in the orders").format(key) if is_local else key
