"""The table in which a person says which column of a file means what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from app.desktop.widgets.form_keys import ENTER_KEYS
from app.documents.order_columns import FIELDS

_NEEDED = ("reference", "address")
_ROWS_AT_ONCE, _EVERY_MS = 3, 10


class _HeaderBox(QComboBox):
    """Enter opens the list: passed on to the dialog, it would start the import."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER_KEYS:
            self.showPopup()
            return
        super().keyPressEvent(event)


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
        self._columns: dict[str, str] = {}
        self._boxes: dict[str, QComboBox] = {}
        self._waiting: list[str] = []
        self._building = QTimer(self, interval=_EVERY_MS)
        self._building.timeout.connect(self._build_some)

    @property
    def columns(self) -> Mapping[str, str]:
        """Our field → header, for every field that the file has."""
        return dict(self._columns)

    def box(self, name: str) -> QComboBox:
        """Where the header of one field is chosen."""
        while name not in self._boxes:
            self._build_some()
        return self._boxes[name]

    def show_mapping(self, headers: Sequence[str], columns: Mapping[str, str]) -> None:
        named = tuple(header for header in headers if header)
        # Fields that only one program's files have are kept as they are.
        self._columns = {name: header for name, header in columns.items() if header}
        if named == self._headers and self.rowCount():
            for name in self._boxes:
                self._choose(name)
            return
        self._headers = named
        self._boxes = {}
        self._waiting = sorted(FIELDS, key=lambda name: (name not in _NEEDED, name not in columns))
        self.setRowCount(len(FIELDS))
        self._build_some()
        self._building.start()

    def _build_some(self) -> None:
        """The next rows: all boxes at once would hold the window up."""
        now, self._waiting = self._waiting[:_ROWS_AT_ONCE], self._waiting[_ROWS_AT_ONCE:]
        for row, name in enumerate(now, start=len(self._boxes)):
            self._build(row, name)
        if not self._waiting:
            self._building.stop()

    def _build(self, row: int, name: str) -> None:
        text = FIELDS[name][:1].upper() + FIELDS[name][1:]
        item = QTableWidgetItem(f"{text} *" if name in _NEEDED else text)
        item.setToolTip(text)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.setItem(row, 0, item)
        box = _HeaderBox(self)
        box.setObjectName(f"column_{name}")
        box.setAccessibleName(text)
        box.addItem(self.tr("– not in the file –"))
        box.addItems(list(self._headers))
        # A wheel that scrolls the list must not change what it passes over.
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.currentIndexChanged.connect(lambda index: self._on_chosen(name, index))
        self.setCellWidget(row, 1, box)
        self._boxes[name] = box
        self._choose(name)

    def _choose(self, name: str) -> None:
        header, box = self._columns.get(name), self._boxes[name]
        with QSignalBlocker(box):
            box.setCurrentIndex(self._headers.index(header) + 1 if header else 0)

    def _on_chosen(self, name: str, index: int) -> None:
        self._columns.pop(name, None)
        if index > 0:
            self._columns[name] = self._headers[index - 1]
        self.changed.emit()
