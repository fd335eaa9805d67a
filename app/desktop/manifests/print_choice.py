"""What of the day is to be printed: parts, routes, size of the labels."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import QCoreApplication, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.theme import SPACING, icon
from app.desktop.widgets.formats import plain_tip
from app.domain.board import Board
from app.domain.ids import RouteId
from app.domain.routes import Route
from app.services.manifests import DAY_PARTS, LabelSheet, Part

_USUAL_PARTS = frozenset(DAY_PARTS) - {Part.LABELS}
"""Labels go to a printer of their own."""


class PrintChoice(QWidget):
    """A board down, what is chosen up."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("print_choice")
        self._parts: dict[Part, QCheckBox] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(_title(self.tr("Print"), self))
        for part in Part:
            box = QCheckBox(part_text(part), self)
            box.setObjectName(f"part_{part.value}")
            box.setChecked(part in _USUAL_PARTS)
            box.toggled.connect(self._on_changed)
            layout.addWidget(box)
            self._parts[part] = box
        self._labels = QComboBox(self)
        self._labels.setAccessibleName(self.tr("Size of the labels"))
        self._labels.addItem(self.tr("Labels on A6, for a label printer"), LabelSheet.A6)
        self._labels.addItem(self.tr("Four labels on A4"), LabelSheet.A4)
        self._labels.currentIndexChanged.connect(self._on_changed)
        layout.addWidget(self._labels)
        layout.addSpacing(2 * SPACING)
        layout.addWidget(_title(self.tr("Routes"), self))
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACING)
        for text, wanted in (
            (self.tr("All"), lambda _route: True),
            (self.tr("None"), lambda _route: False),
            (self.tr("Out of date"), lambda route: route.is_manifest_stale),
            (self.tr("Not printed"), lambda route: route.printed_version is None),
        ):
            button = QPushButton(text, self)
            button.setProperty("kind", "flat")
            button.clicked.connect(lambda _checked=False, wanted=wanted: self._check(wanted))
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        self._routes = QListWidget(self)
        self._routes.setObjectName("print_routes")
        self._routes.setAccessibleName(self.tr("Routes to print"))
        self._routes.setIconSize(QSize(16, 16))
        self._routes.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._routes.itemChanged.connect(self._on_changed)
        layout.addWidget(self._routes, 1)
        self._known: dict[RouteId, Route] = {}

    @property
    def parts(self) -> frozenset[Part]:
        return frozenset(part for part, box in self._parts.items() if box.isChecked())

    @property
    def labels(self) -> LabelSheet:
        return LabelSheet(self._labels.currentData())

    @property
    def routes(self) -> tuple[RouteId, ...]:
        return tuple(
            item.data(Qt.ItemDataRole.UserRole)
            for item in self._items()
            if item.checkState() is Qt.CheckState.Checked
        )

    def choose_parts(self, parts: Collection[Part]) -> None:
        with QSignalBlocker(self):
            for part, box in self._parts.items():
                box.setChecked(part in parts)
        self._on_changed()

    def set_board(self, board: Board, chosen: Collection[RouteId] | None = None) -> None:
        """Routes with stops; those chosen before stay chosen, and at first all are."""
        wanted = set(chosen) if chosen is not None else None
        if wanted is None and self._known:
            wanted = set(self.routes) | {e.id for e in board.routes if e.id not in self._known}
        self._known = {each.id: each.route for each in board.routes if each.timetable.stops}
        with QSignalBlocker(self._routes):
            self._routes.clear()
            for route in self._known.values():
                text = _route_text(route)
                item = QListWidgetItem(text, self._routes)
                item.setData(Qt.ItemDataRole.UserRole, route.id)
                is_chosen = wanted is None or route.id in wanted
                item.setCheckState(Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked)
                if route.is_manifest_stale:
                    item.setIcon(icon("alert-outline", "risk"))
                    state = self.tr("Printed, but the route was changed since.")
                elif route.printed_version is not None:
                    item.setIcon(icon("check", "good"))
                    state = self.tr("Printed as it is.")
                else:
                    item.setIcon(icon("printer-off-outline", "muted"))
                    state = self.tr("Not printed yet.")
                item.setToolTip(plain_tip(f"{text}\n{state}"))
                # As wide as the list, so that a long name ends in dots and nothing is scrolled.
                item.setSizeHint(QSize(0, self._routes.sizeHintForRow(self._routes.count() - 1)))

    def _items(self) -> Iterable[QListWidgetItem]:
        return (self._routes.item(row) for row in range(self._routes.count()))

    def _check(self, wanted: object) -> None:
        assert callable(wanted)
        with QSignalBlocker(self._routes):
            for item in self._items():
                route = self._known[item.data(Qt.ItemDataRole.UserRole)]
                state = Qt.CheckState.Checked if wanted(route) else Qt.CheckState.Unchecked
                item.setCheckState(state)
        self._on_changed()

    def _on_changed(self) -> None:
        self._labels.setEnabled(Part.LABELS in self.parts)
        self.changed.emit()


def part_text(part: Part) -> str:
    tr = QCoreApplication.translate
    return {
        Part.SUMMARY: tr("print", "Day summary"),
        Part.CHANGES: tr("print", "Changes since the last print"),
        Part.MANIFEST: tr("print", "Manifests"),
        Part.LOAD_LIST: tr("print", "Load lists"),
        Part.RETURN_SLIPS: tr("print", "Return slips"),
        Part.LABELS: tr("print", "Parcel labels"),
    }[part]


def _route_text(route: Route) -> str:
    tr = QCoreApplication.translate
    text = tr("print", "{0} ({1} stops)").format(route.shift.name, len(route.stops))
    if route.is_manifest_stale:
        return tr("print", "{0}, out of date").format(text)
    return text


def _title(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("kind", "small")
    return label
