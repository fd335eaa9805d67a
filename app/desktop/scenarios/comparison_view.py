"""Plans side by side: a line for each figure, a column for each plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.desktop.scenarios.scenario_texts import Words, measure_hint, measure_name
from app.desktop.theme import NORMAL, text_font
from app.desktop.widgets.formats import plain_tip
from app.desktop.widgets.tones import Tone, ink
from app.domain.figures import Figures
from app.domain.scenarios import Measure, best

AnyIndex = QModelIndex | QPersistentModelIndex
_MEASURES = tuple(Measure)
_FAULTS = frozenset({Measure.UNASSIGNED, Measure.LATE, Measure.VIOLATIONS})
_NARROWEST = 96
_TONE_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanColumn:
    """One plan."""

    key: str
    """Empty for the board."""
    name: str
    figures: Figures
    tip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    text: str
    is_best: bool = False
    is_worse: bool = False


class ComparisonModel(QAbstractTableModel):
    """Prepared cells: each figure, and its difference to one of the plans; the best of each line
    has a star and is bold."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[PlanColumn, ...] = ()
        self._base = 0
        self._cells: tuple[tuple[_Cell, ...], ...] = ()
        self._bold = text_font(NORMAL, bold=True, tabular=True)
        self._plain = text_font(NORMAL, tabular=True)

    def set_columns(self, columns: Sequence[PlanColumn], words: Words, base: str) -> None:
        """`base` is the key of the plan that the others are held against."""
        self.beginResetModel()
        self.columns = tuple(columns)
        every = [column.figures for column in columns]
        self._base = next((n for n, column in enumerate(columns) if column.key == base), 0)
        self._cells = tuple(
            tuple(self._line(measure, every, words)) if every else () for measure in _MEASURES
        )
        self.endResetModel()

    def _line(self, measure: Measure, every: Sequence[Figures], words: Words) -> list[_Cell]:
        leading = best(measure, every)
        before = every[self._base]
        cells = []
        for number, given in enumerate(every):
            text = words.figure(measure, given)
            change = words.change(measure, before, given)
            is_best = number in leading
            shown = f"★ {text}" if is_best else text
            cells.append(
                _Cell(
                    text=f"{shown}  ({change})" if change else shown,
                    is_best=is_best,
                    is_worse=measure in _FAULTS and measure.of(given) > measure.of(before),
                )
            )
        return cells

    # Qt

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_MEASURES)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        cell = self._cells[index.row()][index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell.text
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.FontRole:
                return self._font(cell)
        if role == _TONE_ROLE:
            return Tone.GOOD if cell.is_best else Tone.BAD if cell.is_worse else Tone.PLAIN
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is Qt.Orientation.Vertical:
            if not 0 <= section < len(_MEASURES):
                return None
            if role == Qt.ItemDataRole.DisplayRole:
                return measure_name(_MEASURES[section])
            return measure_hint(_MEASURES[section]) if role == Qt.ItemDataRole.ToolTipRole else None
        if not 0 <= section < len(self.columns):
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.columns[section].name
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(self.columns[section].tip)
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _font(self, cell: _Cell) -> QFont:
        return self._bold if cell.is_best else self._plain


class _ToneDelegate(QStyledItemDelegate):
    """Colours a figure by its tone."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().initStyleOption(option, index)
        color = ink(Tone(index.data(_TONE_ROLE)), option.palette)
        option.palette.setColor(QPalette.ColorRole.Text, color)


class ComparisonView(QTableView):
    """A click on a column chooses its plan."""

    plan_chosen = QtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("comparison")
        self.setAccessibleName(self.tr("Plans side by side"))
        self.rows = ComparisonModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(_ToneDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectColumns)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(_NARROWEST)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.sectionClicked.connect(self._on_column)
        lines = self.verticalHeader()
        lines.setHighlightSections(False)
        lines.setSectionsClickable(False)
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        lines.setDefaultSectionSize(-(-(self.fontMetrics().height() + 8) // 4) * 4)
        self.clicked.connect(lambda index: self._on_column(index.column()))

    def set_columns(
        self, columns: Sequence[PlanColumn], words: Words, chosen: str, base: str = ""
    ) -> None:
        self.rows.set_columns(columns, words, base)
        self.choose(chosen)

    def choose(self, key: str) -> None:
        """Mark the column of a plan."""
        for number, column in enumerate(self.rows.columns):
            if column.key == key and key:
                self.selectColumn(number)
                return
        self.clearSelection()

    def _on_column(self, section: int) -> None:
        self.plan_chosen.emit(self.rows.columns[section].key)
