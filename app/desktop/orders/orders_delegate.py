"""Paints the cells of the orders table: state chips, precision badges and toned text."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.desktop.colors import tokens
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
    """One row is one line: chips are drawn inside it, and long text is cut, never wrapped.

    It draws everything itself: the style sheet's own way of drawing cells takes four times as
    long, and a screen full of them must follow the wheel.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chips: dict[tuple[str, Tone, bool, float], QPixmap] = {}

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        palette = option.palette
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(tokens(palette).accent_soft))
        rect = option.rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        cell = index.data(CELL_ROLE)
        if not isinstance(cell, Cell):
            # The page is on its way; a quiet bar says that there is a row.
            bar = QRect(rect.x(), rect.center().y() - 3, min(rect.width(), 56), 6)
            painter.fillRect(bar, ground(Tone.QUIET, palette))
            return
        if cell.chip is not None:
            tone, sign = STATE_TONES[cell.chip], STATE_ICONS[cell.chip]
            self._draw_chip(painter, rect, cell.text, sign, tone, palette)
            return
        if cell.precision is not None:
            tone, sign = PRECISION_TONES[cell.precision], PRECISION_ICONS[cell.precision]
            text = precision_text(cell.precision)
            width = self._draw_chip(painter, rect, text, sign, tone, palette, is_at_right=True)
            rect.setRight(rect.right() - width - _GAP)
        painter.setFont(option.font)
        painter.setPen(ink(cell.tone, palette))
        side = (
            Qt.AlignmentFlag.AlignRight if index.column() in NUMBERS else Qt.AlignmentFlag.AlignLeft
        )
        text = option.fontMetrics.elidedText(cell.text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, text)

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

    def _draw_chip(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        sign: str,
        tone: Tone,
        palette: QPalette,
        *,
        is_at_right: bool = False,
    ) -> int:
        """Draw a chip into a cell, cut where it is too narrow; gives back its width."""
        ratio = painter.device().devicePixelRatio()
        key = (text, tone, tokens(palette).is_dark, ratio)
        picture = self._chips.get(key)
        if picture is None:
            picture = self._chips[key] = _chip_picture(text, sign, tone, palette, ratio)
        size = picture.deviceIndependentSize().toSize()
        width = min(size.width(), rect.width())
        left = rect.right() - width + 1 if is_at_right else rect.left()
        top = rect.center().y() - size.height() // 2 + 1
        source = QRectF(0, 0, width * ratio, size.height() * ratio)
        painter.drawPixmap(QRectF(left, top, width, size.height()), picture, source)
        return width


def _chip_picture(text: str, sign: str, tone: Tone, palette: QPalette, ratio: float) -> QPixmap:
    """A chip is one of a few, so each is painted once."""
    font = text_font(SMALL)
    metrics = QFontMetrics(font)
    before = _CHIP_MARGIN + _SIGN + _SIGN_GAP
    width = before + metrics.horizontalAdvance(text) + _CHIP_MARGIN
    height = metrics.height() + 2
    picture = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground(tone, palette))
    painter.drawRoundedRect(QRectF(0, 0, width, height), height / 2, height / 2)
    color = ink(tone, palette)
    box = QRectF(_CHIP_MARGIN, (height - _SIGN) / 2, _SIGN, _SIGN)
    draw_glyph(painter, box, glyph(sign), color)
    painter.setFont(font)
    painter.setPen(color)
    words = QRectF(before, 0, width - before, height)
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    painter.end()
    return picture


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
