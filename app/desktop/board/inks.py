"""Pens, brushes and fonts of the board, made once a theme, and the small shapes drawn with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPalette, QPen, QPolygonF

from app.desktop.board.board_model import Bar, Block, Row
from app.desktop.colors import (
    State,
    mixed,
    route_color,
    state_color,
    state_fill,
    text_on,
    tokens,
)
from app.desktop.theme import NORMAL, SMALL, draw_glyph, glyph, text_font

BLOCK_HEIGHT = 20
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter
_KEPT = 4096
_FULL = 0.9
"""From here on a bar says that little room is left."""


class Inks:
    """Everything to paint with, for one theme."""

    def __init__(self, palette: QPalette) -> None:
        colors = tokens(palette)
        self.colors = colors
        self.text = QColor(colors.text)
        self.muted = QColor(colors.muted)
        self.faint = QColor(colors.faint)
        self.surface = QColor(colors.surface)
        self.raised = QColor(colors.raised)
        self.sunken = QColor(colors.sunken)
        self.border = QColor(colors.border)
        self.strong_border = QColor(colors.strong_border)
        self.accent = QColor(colors.accent)
        self.accent_soft = QColor(colors.accent_soft)
        self.on_accent = QColor(colors.on_accent)
        self.off_shift = QColor(colors.sunken)
        self.off_shift.setAlpha(170)
        """Lets the grid through."""
        self.hovered = mixed(self.raised, self.border, 0.35)
        self.lit = QColor(colors.strong_border)
        self.lit.setAlpha(28)
        """Over the row under the mouse."""
        self.grid = QPen(mixed(self.surface, self.border, 0.8))
        self.fine_grid = QPen(mixed(self.surface, self.border, 0.35))
        self.states = {state: state_color(state, colors) for state in State}
        self.fills = {state: state_fill(state, colors) for state in State}
        self.outlines = {
            state: QPen(mixed(self.fills[state], self.states[state], 0.55)) for state in State
        }
        self.small = text_font(SMALL, tabular=True)
        self.small_bold = text_font(SMALL, bold=True, tabular=True)
        self.normal = text_font(NORMAL, tabular=True)
        self.bold = text_font(NORMAL, bold=True, tabular=True)
        self.small_metrics = QFontMetrics(self.small)
        self.small_bold_metrics = QFontMetrics(self.small_bold)
        self.normal_metrics = QFontMetrics(self.normal)
        self.bold_metrics = QFontMetrics(self.bold)
        # The same few numbers and names are measured at every paint.
        self.small_width: Callable[[str], int] = lru_cache(_KEPT)(
            self.small_metrics.horizontalAdvance
        )
        self.small_bold_width: Callable[[str], int] = lru_cache(_KEPT)(
            self.small_bold_metrics.horizontalAdvance
        )
        self._route_colors: dict[int, QColor] = {}

    def route(self, tint: int) -> QColor:
        color = self._route_colors.get(tint)
        if color is None:
            color = route_color(tint, is_dark=self.colors.is_dark)
            self._route_colors[tint] = color
        return color

    def words(
        self,
        painter: QPainter,
        rect: QRectF,
        text: str,
        color: QColor,
        font: QFont,
        alignment: Qt.AlignmentFlag = LEFT,
    ) -> None:
        """One line of text; the caller sees to it that it fits, or elides it."""
        painter.setFont(font)
        painter.setPen(color)
        painter.drawText(rect, alignment, text)

    def elided(
        self,
        painter: QPainter,
        rect: QRectF,
        text: str,
        color: QColor,
        *,
        is_bold: bool = False,
        is_small: bool = True,
        alignment: Qt.AlignmentFlag = LEFT,
        is_prose: bool = False,
    ) -> None:
        """One line of text, cut with an ellipsis where it is too long; prose after a word."""
        if is_small:
            font = self.small_bold if is_bold else self.small
            metrics = self.small_bold_metrics if is_bold else self.small_metrics
        else:
            font = self.bold if is_bold else self.normal
            metrics = self.bold_metrics if is_bold else self.normal_metrics
        if metrics.horizontalAdvance(text) > rect.width():
            elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()))
            text = cut_at_word(text, elided) if is_prose else elided
        self.words(painter, rect, text, color, font, alignment)

    def route_badge(self, painter: QPainter, rect: QRectF, row: Row) -> None:
        """The number of a route on its colour."""
        color = self.route(row.tint)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(rect, 4, 4)
        self.words(painter, rect, str(row.index + 1), text_on(color), self.small_bold, CENTER)

    def bar(self, painter: QPainter, rect: QRectF, bar: Bar, after: Bar | None = None) -> None:
        """How full a vehicle is; `after` shows behind it how full it would be."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.sunken if not self.colors.is_dark else self.border)
        painter.drawRect(rect)
        shown = after if after is not None else bar
        self._fill(painter, rect, shown.share, self.load_color(shown))
        if after is not None and after.share > bar.share:
            left = rect.width() * min(1.0, bar.share)
            gain = rect.width() * min(1.0, after.share) - left
            grown = QRectF(rect.left() + left, rect.top(), max(2.0, gain), rect.height())
            painter.setBrush(self.surface)
            painter.drawRect(grown)
            painter.setBrush(QBrush(self.load_color(after), Qt.BrushStyle.Dense4Pattern))
            painter.drawRect(grown)

    def load_color(self, bar: Bar) -> QColor:
        if bar.share > 1:
            return self.states[State.BAD]
        return self.states[State.RISK] if bar.share > _FULL else self.states[State.DONE]

    def _fill(self, painter: QPainter, rect: QRectF, share: float, color: QColor) -> None:
        if share > 0:
            painter.setBrush(color)
            painter.drawRect(
                QRectF(
                    rect.left(), rect.top(), max(1.0, rect.width() * min(1.0, share)), rect.height()
                )
            )

    def block(
        self,
        painter: QPainter,
        rect: QRectF,
        block: Block,
        *,
        label: str,
        service_px: float,
        is_selected: bool,
        is_focused: bool,
    ) -> None:
        """A stop: its ground says how it stands, the strong line at its foot how long it takes."""
        state = block.state
        color, fill = self.states[state], self.fills[state]
        painter.setPen(self.outlines[state])
        painter.setBrush(color if state is State.BAD else fill)
        painter.drawRoundedRect(rect, 3, 3)
        ink = (
            self.surface
            if state is State.BAD
            else (color if state is not State.GOOD else self.text)
        )
        foot = QRectF(rect.left(), rect.bottom() - 3, min(service_px, rect.width()), 3)
        if state is State.RISK:
            # Broken, so that it is told from a sound one without its colour too.
            painter.fillRect(foot, QBrush(color, Qt.BrushStyle.Dense4Pattern))
        else:
            painter.fillRect(foot, ink if state is State.BAD else color)
        if label:
            is_tight = self.small_bold_width(label) > rect.width() - 2
            font = self.small if is_tight else self.small_bold
            self.words(painter, rect.adjusted(-2, -1, 2, -2), label, ink, font, CENTER)
        if block.is_pickup and rect.width() >= 8:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink if state is State.BAD else color)
            painter.drawPolygon(
                QPolygonF(
                    [
                        rect.topLeft(),
                        rect.topLeft() + QPointF(7, 0),
                        rect.topLeft() + QPointF(0, 7),
                    ]
                )
            )
        if is_selected or is_focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.accent, 2))
            painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), 4, 4)
            if is_focused:
                painter.setPen(QPen(self.text, 1, Qt.PenStyle.DotLine))
                painter.drawRoundedRect(rect.adjusted(-4, -4, 4, 4), 5, 5)

    def glyph(
        self, painter: QPainter, x: float, y: float, name: str, color: QColor, size: int = 14
    ) -> None:
        """A small square icon with its left top corner there."""
        draw_glyph(painter, QRectF(x, y, size, size), GLYPHS[name], color)


class _Glyphs(dict[str, str]):
    """Characters of the icon font by name, looked up once."""

    def __missing__(self, name: str) -> str:
        self[name] = glyph(name)
        return self[name]


GLYPHS = _Glyphs()


def cut_at_word(text: str, elided: str) -> str:
    """Elided text without the word of which only a part is left, unless that is most of it."""
    kept = elided.removesuffix("…")
    if kept == elided or text[len(kept) :].startswith(" "):
        return elided
    words, _, part = kept.rpartition(" ")
    return f"{words.rstrip(',;:')}…" if len(part) < len(words) else elided
