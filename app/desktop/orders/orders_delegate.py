"""Paints the cells of the orders table: state chips, precision badges and toned text."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.desktop.orders.order_texts import STATE_ICONS, STATE_TONES, chip_text
from app.desktop.orders.orders_model import CELL_ROLE, NUMBERS, Cell, Column
from app.desktop.theme import SMALL, draw_glyph, glyph, text_font
from app.desktop.widgets.precision import PRECISION_ICONS, PRECISION_TONES, precision_text
from app.desktop.widgets.tones import Tone, ground, ink

_MARGIN = 4
_GAP = 4
_CHIP_MARGIN = 6
_SIGN = 12
_SIGN_GAP = 4


class OrdersDelegate(QStyledItemDelegate):
    """One row is one line: chips are drawn inside it, and long text is cut, never wrapped."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        shown.text = ""
        shown.state &= ~QStyle.StateFlag.State_HasFocus
        style = shown.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, shown, painter, shown.widget)
        rect = shown.rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        palette, metrics = shown.palette, shown.fontMetrics
        painter.save()
        painter.setFont(shown.font)
        cell = index.data(CELL_ROLE)
        if not isinstance(cell, Cell):
            # The page is on its way; a quiet bar says that there is a row.
            waiting = ground(Tone.QUIET, palette)
            painter.fillRect(
                QRect(rect.x(), rect.center().y() - 3, min(rect.width(), 56), 6), waiting
            )
            painter.restore()
            return
        if cell.chip is not None:
            tone, sign = STATE_TONES[cell.chip], STATE_ICONS[cell.chip]
            self._paint_chip(painter, rect, cell.text, sign, tone, shown)
            painter.restore()
            return
        if cell.precision is not None:
            tone, sign = PRECISION_TONES[cell.precision], PRECISION_ICONS[cell.precision]
            text = precision_text(cell.precision)
            chip = self._paint_chip(painter, rect, text, sign, tone, shown, is_at_right=True)
            rect.setRight(chip.left() - _GAP)
        painter.setFont(shown.font)
        painter.setPen(ink(cell.tone, palette))
        side = (
            Qt.AlignmentFlag.AlignRight if index.column() in NUMBERS else Qt.AlignmentFlag.AlignLeft
        )
        text = metrics.elidedText(cell.text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """What the column needs to be read whole."""
        cell = index.data(CELL_ROLE)
        small = QFontMetrics(text_font(SMALL))
        chip = _SIGN + _SIGN_GAP + 2 * _CHIP_MARGIN
        width = 2 * _MARGIN
        if isinstance(cell, Cell):
            if cell.chip is not None:
                width += chip + small.horizontalAdvance(cell.text)
            else:
                width += option.fontMetrics.horizontalAdvance(cell.text)
            if cell.precision is not None:
                badge = small.horizontalAdvance(precision_text(cell.precision))
                width += _GAP + chip + badge
        return QSize(width, row_height(option.fontMetrics))

    def _paint_chip(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        sign: str,
        tone: Tone,
        option: QStyleOptionViewItem,
        *,
        is_at_right: bool = False,
    ) -> QRect:
        palette, font = option.palette, text_font(SMALL)
        metrics = QFontMetrics(font)
        wanted = metrics.horizontalAdvance(text) + _SIGN + _SIGN_GAP + 2 * _CHIP_MARGIN
        width = min(wanted, rect.width())
        height = metrics.height() + 2
        left = rect.right() - width + 1 if is_at_right else rect.left()
        chip = QRect(left, rect.center().y() - height // 2 + 1, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground(tone, palette))
        painter.drawRoundedRect(chip, height / 2, height / 2)
        color = ink(tone, palette)
        box = QRectF(chip.x() + _CHIP_MARGIN, chip.center().y() - _SIGN / 2 + 0.5, _SIGN, _SIGN)
        draw_glyph(painter, box, glyph(sign), color)
        painter.setFont(font)
        painter.setPen(color)
        inner = chip.adjusted(_CHIP_MARGIN + _SIGN + _SIGN_GAP, 0, -_CHIP_MARGIN + 1, 0)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        return chip


def row_height(metrics: QFontMetrics) -> int:
    """Dense enough for a day's work on a small screen, in steps of four pixels."""
    return -(-(metrics.height() + 8) // 4) * 4


_SAMPLES = {
    Column.REFERENCE: "SO-1000000",
    Column.RECIPIENT: "Maximilian Berg",
    Column.ADDRESS: "Johanna-Beckmann-Ring 29, 17033 N",
    Column.WINDOW: "00:00–00:00",
    Column.WEIGHT: "100.0 kg",
    Column.VOLUME: "0.000 m³",
    Column.PARCELS: "Parcels",
    Column.METHOD: "Contactless",
    Column.PAYMENT: "Cash 100.00 EUR",
    Column.PRIORITY: "Critical",
    Column.ROUTE: "Maximilian · Van 12 · 100",
    Column.ETA: "late 20 min · 00:00",
}
"""What a column shows whole at first."""


def first_widths(metrics: QFontMetrics) -> Mapping[Column, int]:
    """The widths of columns that nobody has set, by the size of the text."""
    small = QFontMetrics(text_font(SMALL))
    longest = max(map(small.horizontalAdvance, map(chip_text, STATE_ICONS)))
    chip = longest + _SIGN + _SIGN_GAP + 2 * _CHIP_MARGIN
    widths = {c: metrics.horizontalAdvance(text) + 4 * _MARGIN for c, text in _SAMPLES.items()}
    return {**widths, Column.STATE: chip + 2 * _MARGIN}
