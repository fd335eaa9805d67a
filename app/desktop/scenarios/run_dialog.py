"""Which scenarios to run: recipes with their names, and how long each may search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.desktop.scenarios.scenario_texts import preset_hint, preset_name
from app.desktop.theme import SPACING
from app.domain.scenarios import Preset, Recipe, free_name, recipe
from app.services.scenarios import LONGEST_NAME

_MARGIN = 4 * SPACING


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One scenario that is to be made."""

    name: str
    recipe: Recipe


class RunDialog(QDialog):
    """`chosen` carries what is to be run; the names are free ones from the start."""

    chosen = Signal(list)

    def __init__(
        self,
        names: Sequence[str],
        seconds: float,
        cores: int,
        *,
        has_locks: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("run_dialog")
        self.setWindowTitle(self.tr("Run scenarios"))
        self._cores = cores
        self._rows: dict[Preset, tuple[QCheckBox, QLineEdit]] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, 3 * SPACING)
        layout.setSpacing(3 * SPACING)
        said = QLabel(
            self.tr("Each is a plan of its own for the whole day. The board is not changed."), self
        )
        said.setProperty("kind", "muted")
        layout.addWidget(said)
        layout.addLayout(self._recipes(names, has_locks=has_locks))
        layout.addLayout(self._effort(seconds))
        self._note = QLabel(self)
        self._note.setObjectName("run_note")
        self._note.setProperty("kind", "small")
        layout.addWidget(self._note)
        buttons = QDialogButtonBox(self)
        self.run = buttons.addButton(self.tr("Run"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.run.setObjectName("run_chosen")
        self.run.setDefault(True)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self._refresh()

    @property
    def wanted(self) -> list[Wanted]:
        iterations = self._iterations.value() or None
        return [
            Wanted(
                name=field.text().strip() or preset_name(preset),
                recipe=recipe(preset, self.seconds.value(), self._seed.value(), iterations),
            )
            for preset, (box, field) in self._rows.items()
            if box.isChecked()
        ]

    def _recipes(self, names: Sequence[str], *, has_locks: bool) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * SPACING)
        grid.setVerticalSpacing(2 * SPACING)
        grid.setColumnMinimumWidth(1, 180)
        grid.setColumnStretch(2, 1)
        for number, preset in enumerate(Preset):
            box = QCheckBox(preset_name(preset), self)
            box.setObjectName(f"recipe_{preset.value}")
            box.setChecked(has_locks or preset is not Preset.LOCKS_KEPT)
            field = QLineEdit(free_name(preset_name(preset), names), self)
            field.setObjectName(f"name_{preset.value}")
            field.setMaxLength(LONGEST_NAME)
            field.setAccessibleName(self.tr("Name for {0}").format(preset_name(preset)))
            text = preset_hint(preset)
            if preset is Preset.LOCKS_KEPT and not has_locks:
                text = self.tr("Nothing is locked today: it would be the same as the cheapest")
            hint = QLabel(text, self)
            hint.setProperty("kind", "small")
            grid.addWidget(box, number, 0)
            grid.addWidget(field, number, 1)
            grid.addWidget(hint, number, 2)
            box.toggled.connect(field.setEnabled)
            box.toggled.connect(self._refresh)
            field.setEnabled(box.isChecked())
            self._rows[preset] = (box, field)
        return grid

    def _effort(self, seconds: float) -> QHBoxLayout:
        self.seconds = QDoubleSpinBox(self)
        self.seconds.setObjectName("run_seconds")
        self.seconds.setRange(1, 3600)
        self.seconds.setDecimals(0)
        self.seconds.setValue(seconds)
        self.seconds.setSuffix(self.tr(" s"))
        self.seconds.setAccessibleName(self.tr("Search for"))
        self.seconds.valueChanged.connect(self._refresh)
        self._seed = QSpinBox(self)
        self._seed.setObjectName("run_seed")
        self._seed.setRange(0, 999_999)
        self._seed.setValue(1)
        self._seed.setAccessibleName(self.tr("Seed"))
        self._seed.setToolTip(
            self.tr("The same recipe with the same seed gives the same plan; another, another one")
        )
        self._iterations = QSpinBox(self)
        self._iterations.setObjectName("run_iterations")
        self._iterations.setRange(0, 10_000_000)
        self._iterations.setGroupSeparatorShown(True)
        self._iterations.setSpecialValueText(self.tr("as the time allows"))
        self._iterations.setAccessibleName(self.tr("Iterations"))
        self._iterations.setToolTip(
            self.tr(
                "Each search ends after so much work, and so finds the same plan again on every "
                "machine; without a number, about what the time allows on an idle one"
            )
        )
        row = QHBoxLayout()
        row.setSpacing(2 * SPACING)
        for text, field in (
            (self.tr("Search for"), self.seconds),
            (self.tr("Seed"), self._seed),
            (self.tr("Iterations"), self._iterations),
        ):
            label = QLabel(text, self)
            label.setBuddy(field)
            row.addWidget(label)
            row.addWidget(field)
            row.addSpacing(2 * SPACING)
        row.addStretch(1)
        return row

    def _refresh(self) -> None:
        count = sum(box.isChecked() for box, _ in self._rows.values())
        self.run.setEnabled(count > 0)
        if not count:
            self._note.setText(self.tr("Choose at least one."))
            return
        rounds = -(-count // max(1, min(self._cores, count)))
        self._note.setText(
            self.tr("{0} scenarios, {1} at once on this machine: about {2} s in all.").format(
                count, min(self._cores, count), f"{rounds * self.seconds.value():.0f}"
            )
        )

    def _on_accepted(self) -> None:
        wanted = []
        names: list[str] = []
        for each in self.wanted:
            name = free_name(each.name, names)
            names.append(name)
            wanted.append(replace(each, name=name))
        self.chosen.emit(wanted)
        self.accept()
