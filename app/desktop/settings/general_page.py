"""Look, units, the optimizer's time, the map's tiles, and where the data is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.config import Settings
from app.desktop.tasks import Tasks
from app.desktop.theme import SPACING, ThemeMode
from app.desktop.widgets.dialogs import file_to_open
from app.desktop.widgets.stability_box import StabilityBox, saved


class GeneralPage(QWidget):
    """Settings down, changed settings up; each takes effect at once."""

    changed = Signal(object)
    """The Settings as they are to be from now on."""
    tiles_chosen = Signal(object)
    """A Path of a tile file, or None for the region's own."""

    def __init__(
        self, settings: Settings, database: str, tasks: Tasks, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("general_page")
        self._settings = settings
        self._tasks = tasks
        self._theme = QComboBox(self)
        self._theme.setObjectName("theme_field")
        for mode, text in (
            (ThemeMode.SYSTEM, self.tr("As the system")),
            (ThemeMode.LIGHT, self.tr("Light")),
            (ThemeMode.DARK, self.tr("Dark")),
        ):
            self._theme.addItem(text, mode.value)
        self._theme.setCurrentIndex(max(0, self._theme.findData(settings.theme)))
        self._unit = QComboBox(self)
        self._unit.setObjectName("unit_field")
        self._unit.addItem(self.tr("Kilometres"), True)
        self._unit.addItem(self.tr("Miles"), False)
        self._unit.setCurrentIndex(0 if settings.is_metric else 1)
        self._seconds = QSpinBox(self)
        self._seconds.setObjectName("seconds_field")
        self._seconds.setRange(1, 3600)
        self._seconds.setSuffix(self.tr(" s"))
        self._seconds.setValue(round(settings.seconds))
        self._optimizing = StabilityBox(saved(settings.optimize_stability), parent=self)
        self._optimizing.setObjectName("optimize_stability_field")
        self._replanning = StabilityBox(saved(settings.replan_stability), parent=self)
        self._replanning.setObjectName("replan_stability_field")
        self._improvements = QCheckBox(
            self.tr("Look for improvements of the plan while the computer is idle"), self
        )
        self._improvements.setObjectName("improvements_field")
        self._improvements.setChecked(settings.looks_for_improvements)
        self._tiles = QLineEdit(settings.tiles, self)
        self._tiles.setReadOnly(True)
        self._tiles.setPlaceholderText(self.tr("The region's own map"))
        choose = QPushButton(self.tr("Choose…"), self)
        choose.clicked.connect(lambda: tasks.start(self._choose_tiles(), self))
        region = QPushButton(self.tr("Region's own"), self)
        region.clicked.connect(lambda: self._set_tiles(None))
        tiles = QHBoxLayout()
        tiles.setSpacing(SPACING)
        tiles.addWidget(self._tiles, 1)
        tiles.addWidget(choose)
        tiles.addWidget(region)
        form = QFormLayout(self)
        form.setVerticalSpacing(3 * SPACING)
        form.addRow(self.tr("Theme"), self._theme)
        form.addRow(self.tr("Distances in"), self._unit)
        form.addRow(self.tr("Optimize for"), self._seconds)
        form.addRow(self.tr("Optimize prefers"), self._optimizing)
        form.addRow(self.tr("Re-planning prefers"), self._replanning)
        form.addRow("", self._improvements)
        form.addRow(self.tr("Map tiles"), tiles)
        form.addRow(self.tr("Database"), _fact(database, self))
        form.addRow(self.tr("Data folder"), _fact(str(settings.data), self))
        form.addRow(self.tr("You are"), _fact(f"{settings.who}, {settings.workstation}", self))
        self._theme.currentIndexChanged.connect(self._on_changed)
        self._unit.currentIndexChanged.connect(self._on_changed)
        self._seconds.valueChanged.connect(self._on_changed)
        self._optimizing.chosen.connect(self._on_changed)
        self._replanning.chosen.connect(self._on_changed)
        self._improvements.toggled.connect(self._on_changed)

    def _on_changed(self) -> None:
        self._settings = replace(
            self._settings,
            theme=self._theme.currentData(),
            is_metric=bool(self._unit.currentData()),
            seconds=float(self._seconds.value()),
            optimize_stability=str(self._optimizing.value),
            replan_stability=str(self._replanning.value),
            looks_for_improvements=self._improvements.isChecked(),
        )
        self.changed.emit(self._settings)

    async def _choose_tiles(self) -> None:
        kinds = [self.tr("Map tiles (*.pmtiles *.mbtiles)"), self.tr("All files (*)")]
        path = await file_to_open(self, self.tr("Choose map tiles"), kinds)
        if path is not None:
            self._set_tiles(path)

    def _set_tiles(self, path: Path | None) -> None:
        self._tiles.setText("" if path is None else str(path))
        self.tiles_chosen.emit(path)


def _fact(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
