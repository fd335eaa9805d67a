"""The table in which a person says which column of a file means what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from app.documents.order_columns import FIELDS

_NEEDED = ("reference", "address")


class ColumnMapping(QTableWidget):
    """Our fields with the file's header for each; needed and mapped ones stand first."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 2, parent)
        self.setObjectName("column_mapping")
        self.setAccessibleName(self.tr("Columns of the file"))
        self.setHorizontalHeaderLabels([self.tr("Our field"), self.tr("Column in the file")])
        self.horizontalHeader().resizeSection(0, 28 * self.fontMetrics().averageCharWidth())
        self.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._headers: tuple[str, ...] = ()
        self._others: dict[str, str] = {}
        self._boxes: dict[str, QComboBox] = {}

    @property
    def columns(self) -> Mapping[str, str]:
        """Our field → header, for every field that the file has."""
        chosen = {
            name: self._headers[box.currentIndex() - 1]
            for name, box in self._boxes.items()
            if box.currentIndex() > 0
        }
        return {**self._others, **chosen}

    def box(self, name: str) -> QComboBox:
        """Where the header of one field is chosen."""
        return self._boxes[name]

    def show_mapping(self, headers: Sequence[str], columns: Mapping[str, str]) -> None:
        named = tuple(header for header in headers if header)
        # Fields that only one program's files have are kept as they are.
        self._others = {name: header for name, header in columns.items() if name not in FIELDS}
        if named == self._headers and self._boxes:
            self._choose(columns)
            return
        self._headers = named
        order = sorted(FIELDS, key=lambda name: (name not in _NEEDED, name not in columns))
        self._boxes = {}
        self.setRowCount(len(order))
        for row, name in enumerate(order):
            text = FIELDS[name][:1].upper() + FIELDS[name][1:]
            item = QTableWidgetItem(f"{text} *" if name in _NEEDED else text)
            item.setToolTip(text)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.setItem(row, 0, item)
            box = QComboBox(self)
            box.setObjectName(f"column_{name}")
            box.setAccessibleName(text)
            box.addItem(self.tr("– not in the file –"))
            box.addItems(list(self._headers))
            # A wheel that scrolls the list must not change what it passes over.
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.currentIndexChanged.connect(self.changed)
            self.setCellWidget(row, 1, box)
            self._boxes[name] = box
        self._choose(columns)

    def _choose(self, columns: Mapping[str, str]) -> None:
        for name, box in self._boxes.items():
            header = columns.get(name)
            with QSignalBlocker(box):
                box.setCurrentIndex(self._headers.index(header) + 1 if header else 0)
