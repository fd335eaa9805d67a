"""Paints a route along the time axis: its road, its stops and windows, and the gap of a drop."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from app.desktop.board.board_model import Block, Row
from app.desktop.board.drop_guide import Ghost
from app.desktop.board.inks import BLOCK_HEIGHT, CENTER, LEFT, Inks
from app.desktop.board.row_look import ROW_HEIGHT, RowLook
from app.desktop.board.time_axis import TimeAxis
from app.desktop.colors import State
from app.domain.routes import RouteStatus

_ROAD_Y = 18
"""Below the top of the row."""
_BLOCK_TOP = _ROAD_Y - BLOCK_HEIGHT / 2
_BRACKET_Y = 34.0
_BADGE_WIDTH = 18
"""A stop is drawn at least that wide where there is room, to hold its number."""
_NAMED_WIDTH = 76
"""A block of that width holds the reference too."""
_NARROW_PX = 12
"""Between narrower neighbours a piece of bracket is noise; trouble is shown there too."""
_EVERY = 5
"""Where blocks are too narrow for their numbers, every fifth stands below."""
_LATE_PX = 14
"""How far a late stop's mark reaches back: all the way would run through its neighbours."""


class TrackPainter:
    """For one theme."""

    def __init__(self, inks: Inks) -> None:
        self.inks = inks
        self._bracket = QPen(inks.faint, 1)
        self._risky_bracket = QPen(inks.states[State.RISK], 1.5)
        self._strong_bracket = QPen(inks.text, 1.5)
        self._late = QPen(inks.states[State.BAD], 2)
        self._dots = QPen(inks.muted, 1.5, Qt.PenStyle.DotLine)
        self._over = QBrush(inks.states[State.BAD], Qt.BrushStyle.BDiagPattern)

    def track(
        self, painter: QPainter, rect: QRectF, row: Row, axis: TimeAxis, shift_x: float,
        look: RowLook,
    ) -> None:  # fmt: skip
        """`shift_x` turns the axis' pixels into the viewport's; `rect` is what may be painted."""
        inks = self.inks
        top = rect.top()
        if look.is_under_mouse:
            painter.fillRect(QRectF(rect.left(), top, rect.width(), ROW_HEIGHT - 1), inks.lit)
        start, end = axis.x(row.shift_start) + shift_x, axis.x(row.shift_end) + shift_x
        if start > rect.left():
            painter.fillRect(
                QRectF(rect.left(), top, min(start, rect.right()) - rect.left(), ROW_HEIGHT),
                inks.off_shift,
            )
        if end < rect.right():
            left = max(end, rect.left())
            painter.fillRect(QRectF(left, top, rect.right() - left, ROW_HEIGHT), inks.off_shift)
        if not row.blocks:
            return
        y = top + _ROAD_Y
        departs, arrives = axis.x(row.departure) + shift_x, axis.x(row.end) + shift_x
        if row.end > row.shift_end:
            over = max(end, rect.left())
            painter.fillRect(QRectF(over, top + 4, arrives - over, ROW_HEIGHT - 9), self._over)
        done = row.status is RouteStatus.FINISHED
        road = QColor(inks.faint) if done else inks.route(row.tint)
        painter.setPen(QPen(road, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QLineF(departs, y, arrives, y))
        self._waits(painter, row, axis, shift_x, y, rect)
        self._depot(painter, departs, y, road)
        self._depot(painter, arrives, y, road)
        for rest in row.rests:
            self._rest(painter, rest, axis, shift_x, y)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._blocks(painter, rect, row, axis, shift_x, look)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _waits(
        self, painter: QPainter, row: Row, axis: TimeAxis, shift_x: float, y: float, rect: QRectF
    ) -> None:
        for block in row.blocks:
            if block.begin - block.arrival < 60:
                continue
            first, last = axis.x(block.arrival) + shift_x, axis.x(block.begin) + shift_x
            if last < rect.left() or first > rect.right():
                continue
            painter.fillRect(QRectF(first, y - 2, last - first, 4), self.inks.surface)
            painter.setPen(self._dots)
            painter.drawLine(QLineF(first, y, last, y))

    def _depot(self, painter: QPainter, x: float, y: float, road: QColor) -> None:
        painter.setPen(QPen(self.inks.surface, 1))
        painter.setBrush(road)
        painter.drawRect(QRectF(x - 5, y - 5, 9, 9))

    def _rest(
        self, painter: QPainter, rest: tuple[float, float], axis: TimeAxis, shift_x: float, y: float
    ) -> None:
        inks = self.inks
        first, last = axis.x(rest[0]) + shift_x, axis.x(rest[1]) + shift_x
        rect = QRectF(first, y - 8, max(4.0, last - first), 16)
        painter.setPen(QPen(inks.strong_border, 1))
        painter.setBrush(inks.sunken)
        painter.drawRect(rect)
        if rect.width() >= 14:
            inks.glyph(painter, rect.center().x() - 7, y - 7, "coffee", inks.muted)

    def _blocks(
        self, painter: QPainter, rect: QRectF, row: Row, axis: TimeAxis, shift_x: float,
        look: RowLook,
    ) -> None:  # fmt: skip
        inks = self.inks
        blocks = row.blocks
        last = len(blocks) - 1
        ended = locked_to = rect.left() - 400
        is_out = row.status is RouteStatus.RELEASED and look.now is not None
        ready = row.departure
        for number, block in enumerate(blocks):
            if is_out and ready <= (look.now or 0.0):
                ready = block.end
                block = replace(block, state=State.DONE)
            x = axis.x(block.begin) + shift_x
            if x > rect.right() + 40:
                break
            follows = axis.x(blocks[number + 1].begin) + shift_x if number < last else x + 400
            service_px = (block.end - block.begin) * axis.scale
            box = block_rect(x, service_px, follows, rect.top())
            if follows < rect.left() - 40:
                ended = box.right()
                continue
            width = box.width()
            is_selected = block.order in look.selected
            label = self._label(block, int(width))
            is_counted = not label and block.number % _EVERY == 0
            if block.opens is not None and block.closes is not None:
                opens, closes = axis.x(block.opens) + shift_x, axis.x(block.closes) + shift_x
                is_wide = follows - ended > _NARROW_PX and not is_counted
                if is_selected or block.order == look.hovered:
                    self._whole_window(painter, rect, opens, closes)
                elif is_wide or block.state is not State.GOOD:
                    self._near_window(painter, block, box, (opens, closes), (ended, follows))
            if is_counted:
                below = QRectF(box.center().x() - 20, box.bottom() + 1, 40, 13)
                inks.words(painter, below, str(block.number), inks.muted, inks.small, CENTER)
            inks.block(
                painter, box, block, label=label, service_px=service_px,
                is_selected=is_selected, is_focused=block.order == look.focused,
            )  # fmt: skip
            if block.late and inks.small_width(block.late) < follows - x - 6:
                late = QRectF(x, box.bottom() + 1, follows - x, 13)
                inks.words(painter, late, block.late, inks.states[State.BAD], inks.small)
            if block.is_locked:
                # A wide block has it on its corner, a narrow one above; never one over another.
                left = box.right() - 7 if width >= 14 else box.center().x() - 5.5
                if left >= locked_to:
                    inks.glyph(painter, left, box.top() - 7, "lock", inks.text, size=11)
                    locked_to = left + 9
            ended = box.right()

    def _label(self, block: Block, width: int) -> str:
        """The number, with the reference where there is room; nothing where there is none."""
        number = str(block.number)
        if width >= _NAMED_WIDTH:
            return self.inks.small_bold_metrics.elidedText(
                f"{number}  {block.reference}", Qt.TextElideMode.ElideRight, width - 8
            )
        return number if self.inks.small_width(number) < width else ""

    def _whole_window(self, painter: QPainter, rect: QRectF, opens: float, closes: float) -> None:
        """The window of a stop that somebody looks at."""
        painter.setPen(self._strong_bracket)
        y = rect.top() + _BRACKET_Y
        left, right = max(opens, rect.left() - 4), min(closes, rect.right() + 4)
        if left < right:
            painter.drawLine(QLineF(left, y, right, y))
        painter.drawLine(QLineF(opens, y - 5, opens, y))
        painter.drawLine(QLineF(closes, y - 5, closes, y))

    def _near_window(
        self,
        painter: QPainter,
        block: Block,
        box: QRectF,
        window: tuple[float, float],
        neighbours: tuple[float, float],
    ) -> None:
        """What of the window lies between the neighbours: whole brackets would cover each other."""
        opens, closes = window
        y = box.top() - _BLOCK_TOP + _BRACKET_Y
        if block.late:
            painter.setPen(self._late)
            left = max(closes, neighbours[0] + 2, box.left() - _LATE_PX)
            painter.drawLine(QLineF(left, y, box.left(), y))
            if left == closes:
                painter.drawLine(QLineF(closes, y - 3, closes, y))
            return
        left, right = max(opens, box.left() - 3), min(closes, neighbours[1] - 5)
        if right < left:
            return
        painter.setPen(self._risky_bracket if block.state is State.RISK else self._bracket)
        painter.drawLine(QLineF(left, y, right, y))
        if left == opens:
            painter.drawLine(QLineF(opens, y - 3, opens, y))
        if right == closes:
            painter.drawLine(QLineF(closes, y - 3, closes, y))

    def caret(self, painter: QPainter, x: float, top: float, ghost: Ghost, area: QRectF) -> None:
        """Where the dragged orders would go, and what they would cost exactly there."""
        inks = self.inks
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(inks.accent, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QLineF(x, top + 4, x, top + ROW_HEIGHT - 6))
        text = f"{ghost.headline}   {ghost.note}"
        most = min(360.0, area.width() - 16)
        width = min(most, inks.small_bold_width(text) + 16)
        left = x + 8 if x + 8 + width < area.right() else x - 8 - width
        box = QRectF(max(left, area.left() + 4), top + 11, width, 22)
        painter.setPen(QPen(inks.states[ghost.state], 1))
        painter.setBrush(inks.fills[ghost.state])
        painter.drawRoundedRect(box, 4, 4)
        inks.elided(
            painter, box.adjusted(8, 0, -8, 0), text, inks.states[ghost.state],
            is_bold=True, alignment=LEFT,
        )  # fmt: skip
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def block_rect(x: float, service_px: float, follows: float, top: float) -> QRectF:
    """As long as the service, but wide enough for a number where the next stop leaves room."""
    width = max(service_px, min(_BADGE_WIDTH, follows - x - 2), 3.0)
    return QRectF(x, top + _BLOCK_TOP, width, BLOCK_HEIGHT)
