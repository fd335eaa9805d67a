"""What a new plan would change, beside the window: figures, stops and routes, then Apply or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.desktop.planning.replan_texts import headline
from app.desktop.scenarios.comparison_view import ComparisonView, PlanColumn
from app.desktop.scenarios.plan_tables import (
    MoveRow,
    RouteRow,
    move_columns,
    move_rows,
    route_columns,
    route_rows,
)
from app.desktop.scenarios.scenario_texts import Words
from app.desktop.theme import SPACING
from app.desktop.widgets.formats import count_text
from app.desktop.widgets.notice_strip import NoticeStrip
from app.desktop.widgets.records import RecordColumn, RecordsTable
from app.desktop.widgets.stability_box import StabilityBox
from app.desktop.widgets.tones import Tone
from app.domain.effect import Effect
from app.domain.figures import Figures
from app.domain.ids import RouteId
from app.domain.scenarios import figures
from app.domain.stability import Stability

_MARGIN = 4 * SPACING
_SIZE = (1280, 560)
_EDGES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectTables:
    """What the dialog shows of an effect."""

    before: Figures
    after: Figures
    moves: tuple[MoveRow, ...]
    """The stops that move."""
    routes: tuple[RouteRow, ...]


def effect_tables(effect: Effect, words: Words) -> EffectTables:
    """Not on the window's thread: on a full day it takes longer than a window may stand still."""
    return EffectTables(
        before=figures(effect.before),
        after=figures(effect.after),
        moves=tuple(move_rows(effect.before, effect.after, words)),
        routes=tuple(route_rows(effect.before, effect.after, words)),
    )


class EffectDialog(QDialog):
    """Stays beside the board, which can be looked at meanwhile; nothing is changed by it."""

    applied = Signal()
    discarded = Signal()
    orders_chosen = Signal(list)
    stability_chosen = Signal(object)
    """The Stability at which the search is to be made again."""

    def __init__(
        self,
        title: str,
        effect: Effect,
        tables: EffectTables,
        warning: str,
        frozen: Mapping[RouteId, int],
        words: Words,
        parent: QWidget | None = None,
    ) -> None:
        """`frozen`: how many stops of each route are done or next.

        Made in steps, of which each is a turn of the loop: this, `show`, `show_stops` and
        `show_routes`. All at once would hold the window up.
        """
        super().__init__(parent)
        self.setObjectName("effect_dialog")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._tables = tables
        self._frozen = frozen
        self.figures = ComparisonView(self)
        self.figures.set_columns(
            (
                PlanColumn(key="now", name=self.tr("As it is"), figures=tables.before),
                PlanColumn(key="then", name=self.tr("Re-planned"), figures=tables.after),
            ),
            words,
            "",
        )
        self.figures.setSelectionMode(ComparisonView.SelectionMode.NoSelection)
        self.figures.setFixedWidth(self._figures_width())
        self.stops = RecordsTable[MoveRow](move_columns(self.tr), self)
        self.stops.setObjectName("effect_stops")
        self.stops.setAccessibleName(self.tr("Orders that move"))
        self.stops.choice_changed.connect(
            lambda: self.orders_chosen.emit([row.moved.order for row in self.stops.chosen])
        )
        self.routes = RecordsTable[RouteRow](self._route_columns(), self)
        self.routes.setObjectName("effect_routes")
        self.routes.setAccessibleName(self.tr("Route by route"))
        self.note = NoticeStrip(self)
        self.note.setObjectName("effect_note")
        self.note.show_text(warning, "risk")
        self._build(headline(effect))
        self.resize(*_SIZE)

    def show_stops(self) -> None:
        """Those that move; or only those of them that get another driver."""
        is_short = self._only_drivers.isChecked()
        rows = [row for row in self._tables.moves if row.moved.changes_route or not is_short]
        self.stops.set_records(rows, lambda row: row.moved.order)

    def show_routes(self) -> None:
        self.routes.set_records(self._tables.routes, lambda row: row.route)

    def offer(self, stability: Stability, currency: str) -> None:
        """Let the search be made again at another price for what moves."""
        label = QLabel(self.tr("&Stability"), self)
        box = StabilityBox(stability, currency, self)
        box.chosen.connect(self.stability_chosen)
        label.setBuddy(box)
        self._choices.addWidget(label)
        self._choices.addWidget(box)

    def dismiss(self) -> None:
        """Go without being discarded: another effect is on its way."""
        self.rejected.disconnect(self.discarded)
        self.reject()

    def show_outdated(self) -> None:
        """The day went on: what was computed can't be made so any more."""
        self.note.show_text(
            self.tr("The day was changed meanwhile. Discard this, and re-plan it as it is now."),
            "bad",
        )
        self.apply.setEnabled(False)

    def _build(self, text: str) -> None:
        said = QLabel(text, self)
        said.setObjectName("effect_headline")
        said.setProperty("kind", "strong")
        self._tabs = QTabWidget(self)
        self._tabs.setDocumentMode(True)
        self._only_drivers = QCheckBox(self.tr("Only other drivers"), self)
        self._only_drivers.setObjectName("effect_only_drivers")
        self._only_drivers.toggled.connect(lambda _is_on: self.show_stops())
        moves = self._tables.moves
        changing = sum(row.moved.changes_route for row in moves)
        self._only_drivers.setEnabled(0 < changing < len(moves))
        self._tabs.addTab(self.stops, self.tr("Stops ({0})").format(count_text(len(moves))))
        self._tabs.addTab(self.routes, self.tr("Routes"))
        self._tabs.setCornerWidget(self._only_drivers)
        self._tabs.currentChanged.connect(lambda tab: self._only_drivers.setVisible(tab == 0))
        self._buttons = QDialogButtonBox(self)
        self.apply = self._buttons.addButton(
            self.tr("Apply"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.apply.setObjectName("effect_apply")
        self.apply.setProperty("kind", "primary")
        self.apply.setDefault(True)
        discard = self._buttons.addButton(
            self.tr("Discard"), QDialogButtonBox.ButtonRole.RejectRole
        )
        discard.setObjectName("effect_discard")
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self.accepted.connect(self.applied)
        self.rejected.connect(self.discarded)
        left = QVBoxLayout()
        left.addWidget(self.figures)
        middle = QHBoxLayout()
        middle.setSpacing(3 * SPACING)
        middle.addLayout(left)
        middle.addWidget(self._tabs, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, 3 * SPACING)
        layout.setSpacing(2 * SPACING)
        layout.addWidget(said)
        layout.addWidget(self.note)
        layout.addLayout(middle, 1)
        self._choices = QHBoxLayout()
        self._choices.setSpacing(2 * SPACING)
        last = QHBoxLayout()
        last.addLayout(self._choices)
        last.addWidget(self._buttons, 1)
        layout.addLayout(last)

    def _figures_width(self) -> int:
        """All of both columns: nothing of what it costs hides at the right."""
        lines = self.figures.verticalHeader().sizeHint().width()
        return lines + self.figures.horizontalHeader().length() + _EDGES

    def _route_columns(self) -> tuple[RecordColumn[RouteRow], ...]:
        name, *others = route_columns(self.tr)
        fixed: RecordColumn[RouteRow] = RecordColumn(
            title=self.tr("Done or next"),
            text=self._fixed,
            order=lambda row: self._frozen.get(row.route, 0),
            tone=lambda row: Tone.DONE if self._frozen.get(row.route) else Tone.QUIET,
            is_number=True,
            width=10,
        )
        return (name, fixed, *others)

    def _fixed(self, row: RouteRow) -> str:
        """What is done, or being driven to, is not touched."""
        frozen = self._frozen.get(row.route, 0)
        if not frozen:
            return self.tr("not left yet")
        return self.tr("{0} of {1}").format(
            count_text(frozen), count_text(len(row.before.timetable.stops))
        )
