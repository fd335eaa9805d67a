"""The pane of road conditions: what holds now and what is to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from app.desktop.roads.condition_texts import (
    effect_words,
    hours_words,
    is_now,
    kind_icon,
    kind_name,
    vehicles_words,
)
from app.desktop.theme import SPACING, icon
from app.desktop.widgets.records import RecordColumn, RecordsTable
from app.desktop.widgets.tones import Tone
from app.domain.conditions import ConditionKind, RoadCondition


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionRow:
    """One condition, and how it stands at this moment."""

    condition: RoadCondition
    is_now: bool
    is_of_day: bool
    """It concerns the day that is shown."""
    zone: ZoneInfo


class RoadsView(QWidget):
    """Values down through setters, gestures up as signals."""

    new_chosen = Signal(object)
    """A ConditionKind."""
    edit_chosen = Signal(object)
    end_chosen = Signal(list)
    show_chosen = Signal(object)
    """A RoadCondition with an area, to be seen on the map."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("roads_view")
        self.table = RecordsTable[ConditionRow](self._columns(), self)
        self.table.setObjectName("conditions")
        self.table.setAccessibleName(self.tr("Road conditions"))
        self.table.record_activated.connect(lambda row: self.edit_chosen.emit(row.condition))
        self.table.choice_changed.connect(self._on_choice)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._tools())
        layout.addWidget(self._pages, 1)
        self.setFocusProxy(self.table)
        self._pages.setCurrentIndex(1)
        self._on_choice()

    def set_conditions(
        self,
        conditions: Sequence[RoadCondition],
        now: datetime,
        zone: ZoneInfo,
        of_day: frozenset[object],
    ) -> None:
        """Those of the day that is shown come first; `of_day` has their ids."""
        rows = [
            ConditionRow(
                condition=each,
                is_now=is_now(each, now),
                is_of_day=each.id in of_day,
                zone=zone,
            )
            for each in conditions
        ]
        rows.sort(key=lambda row: (not row.is_of_day, row.condition.window.start))
        self.table.set_records(rows, lambda row: row.condition.id)
        self._pages.setCurrentIndex(0 if rows else 1)
        self._on_choice()

    def _columns(self) -> tuple[RecordColumn[ConditionRow], ...]:
        def tone(row: ConditionRow) -> Tone:
            if row.is_now:
                is_closed = row.condition.kind is ConditionKind.CLOSURE
                return Tone.BAD if is_closed else Tone.RISK
            return Tone.PLAIN if row.is_of_day else Tone.QUIET

        def text_tone(row: ConditionRow) -> Tone:
            return Tone.PLAIN if row.is_of_day else Tone.QUIET

        return (
            RecordColumn(
                title=self.tr("State"),
                text=lambda row: self.tr("now") if row.is_now else self.tr("to come"),
                order=lambda row: not row.is_now,
                tone=tone,
                width=9,
            ),
            RecordColumn(
                title=self.tr("Kind"),
                text=lambda row: kind_name(row.condition.kind),
                tone=tone,
                width=12,
            ),
            RecordColumn(
                title=self.tr("Name"),
                text=lambda row: row.condition.name,
                tone=text_tone,
                width=26,
            ),
            RecordColumn(
                title=self.tr("Hours"),
                text=lambda row: hours_words(row.condition, row.zone),
                order=lambda row: row.condition.window.start,
                tone=text_tone,
                width=34,
            ),
            RecordColumn(
                title=self.tr("Effect"),
                text=lambda row: effect_words(row.condition),
                order=lambda row: -row.condition.travel_factor,
                tone=text_tone,
                width=34,
            ),
            RecordColumn(
                title=self.tr("Vehicles"),
                text=lambda row: vehicles_words(row.condition),
                tone=text_tone,
                width=14,
            ),
        )

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(SPACING, SPACING // 2, SPACING, SPACING // 2)
        row.setSpacing(SPACING)
        for kind, text in (
            (ConditionKind.CLOSURE, self.tr("New closure")),
            (ConditionKind.SLOW_ZONE, self.tr("New slow zone")),
            (ConditionKind.WEATHER, self.tr("New weather")),
        ):
            button = self._button(f"new_{kind.value}", text, kind_icon(kind))
            button.clicked.connect(lambda _=False, kind=kind: self.new_chosen.emit(kind))
            row.addWidget(button)
        row.addSpacing(2 * SPACING)
        self.edit = self._button("edit_condition", self.tr("Edit…"), "pencil-outline")
        self.edit.clicked.connect(self._on_edit)
        self.end = self._button("end_condition", self.tr("End"), "stop-circle-outline")
        self.end.setToolTip(self.tr("It holds no longer; what has not begun is removed (Del)"))
        self.end.clicked.connect(self._on_end)
        self.show_on_map = self._button(
            "show_condition", self.tr("Show on map"), "map-marker-outline"
        )
        self.show_on_map.clicked.connect(
            lambda: self.show_chosen.emit(self.table.chosen[0].condition)
        )
        for button in (self.edit, self.end, self.show_on_map):
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _button(self, name: str, text: str, glyph: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setProperty("kind", "flat")
        button.setIcon(icon(glyph))
        button.setIconSize(QSize(16, 16))
        button.setText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _empty(self) -> QWidget:
        label = QLabel(
            self.tr(
                "No road is closed or slow.\n\n"
                "Draw a closure or a slow zone on the map, or say what the weather does:\n"
                "times and ways follow, and each ends by itself."
            ),
            self,
        )
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setProperty("kind", "muted")
        return label

    def _on_choice(self) -> None:
        chosen = self.table.chosen
        self.edit.setEnabled(len(chosen) == 1)
        self.end.setEnabled(bool(chosen))
        self.show_on_map.setEnabled(len(chosen) == 1 and bool(chosen[0].condition.area))

    def _on_edit(self) -> None:
        if len(self.table.chosen) == 1:
            self.edit_chosen.emit(self.table.chosen[0].condition)

    def _on_end(self) -> None:
        if self.table.chosen:
            self.end_chosen.emit([row.condition for row in self.table.chosen])

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self._on_end()
            return
        super().keyPressEvent(event)
