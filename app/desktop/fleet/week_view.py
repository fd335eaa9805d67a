"""The week's grid: what each driver does on each day, and who is claimed twice."""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.desktop.fleet.week_model import CELL_ROLE, WeekCell, WeekModel
from app.desktop.theme import SMALL, SPACING, draw_glyph, glyph, text_font
from app.desktop.widgets.form_keys import keep_enter
from app.desktop.widgets.tones import Tone, ground, ink

_SIGN = 12


class WeekDelegate(QStyledItemDelegate):
    """A block for each shift; one in conflict is red and carries a sign."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        shown.text = ""
        shown.widget.style().drawControl(
            QStyle.ControlElement.CE_ItemViewItem, shown, painter, shown.widget
        )
        cell = index.data(CELL_ROLE)
        if not isinstance(cell, WeekCell):
            return
        tone = Tone.BAD if cell.problems else Tone.PLAIN
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = text_font(SMALL)
        painter.setFont(font)
        top = shown.rect.top() + SPACING // 2
        height = _block_height(painter)
        for line in cell.lines:
            block = QRect(shown.rect.left() + 2, top, shown.rect.width() - 4, height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground(tone, shown.palette))
            painter.drawRoundedRect(block, SPACING, SPACING)
            words = block.adjusted(SPACING, 0, -SPACING, 0)
            if cell.problems:
                sign = QRectF(words.left(), words.center().y() - _SIGN / 2 + 0.5, _SIGN, _SIGN)
                draw_glyph(painter, sign, glyph("alert"), ink(tone, shown.palette))
                painter.setFont(font)
                words.setLeft(words.left() + _SIGN + SPACING)
            painter.setPen(ink(tone, shown.palette))
            text = shortened(line, painter.fontMetrics(), words.width())
            painter.drawText(
                words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text
            )
            top += height + 2
        painter.restore()

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        cell = index.data(CELL_ROLE)
        count = max(1, len(cell.lines)) if isinstance(cell, WeekCell) else 1
        height = option.fontMetrics.height() + 6
        return QSize(120, count * (height + 2) + SPACING)


def shortened(line: str, metrics: QFontMetrics, width: int) -> str:
    """The line of a shift in so many pixels: the vehicle's name gives way, the hours stay."""
    if metrics.horizontalAdvance(line) <= width:
        return line
    name, _, hours = line.rpartition(" ")
    room = width - metrics.horizontalAdvance(f" {hours}")
    return f"{metrics.elidedText(name, Qt.TextElideMode.ElideRight, max(0, room))} {hours}".strip()


class WeekView(QTableView):
    """Enter or a double-click on a shift opens it, on an empty day makes one; Del deletes."""

    cell_activated = Signal(object)
    """A WeekCell."""
    delete_requested = Signal(object)
    """The chosen WeekCells."""
    menu_requested = Signal(QPoint)

    def __init__(self, model: WeekModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("week_view")
        self.setAccessibleName(self.tr("Shifts of the week"))
        self._week = model
        self.setModel(model)
        self.setItemDelegate(WeekDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(
            lambda position: self.menu_requested.emit(self.viewport().mapToGlobal(position))
        )
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setMinimumSectionSize(96)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.verticalHeader().setHighlightSections(False)
        self.verticalHeader().setMaximumWidth(200)
        self.activated.connect(self._on_activated)

    @property
    def chosen(self) -> tuple[WeekCell, ...]:
        indexes = sorted(self.selectedIndexes(), key=lambda index: (index.row(), index.column()))
        return tuple(cell for index in indexes if (cell := self._week.cell(index)) is not None)

    def _on_activated(self, index: QModelIndex) -> None:
        cell = self._week.cell(index)
        if cell is not None:
            self.cell_activated.emit(cell)

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.delete_requested.emit(self.chosen)
            return
        if event.key() == Qt.Key.Key_F2:
            self._on_activated(self.currentIndex())
            return
        super().keyPressEvent(event)
        keep_enter(event)


def _block_height(painter: QPainter) -> int:
    return painter.fontMetrics().height() + 6
