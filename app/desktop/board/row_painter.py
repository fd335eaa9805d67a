"""Paints one row of the timeline: its head, and its stops along the time axis."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from app.desktop.board.board_model import Block, Row
from app.desktop.board.drop_guide import Ghost
from app.desktop.board.inks import BLOCK_HEIGHT, CENTER, LEFT, RIGHT, Inks
from app.desktop.board.time_axis import TimeAxis
from app.desktop.colors import State
from app.domain.ids import OrderId
from app.domain.routes import Lock, RouteStatus

ROW_HEIGHT = 44
LINE_Y = 18
"""Of the road, below the top of the row."""
_BLOCK_TOP = LINE_Y - BLOCK_HEIGHT / 2
_BRACKET_Y = 34.0
_BADGE_WIDTH = 18
"""A stop is drawn at least that wide where there is room, to hold its number."""
_NAMED_WIDTH = 76
"""A block of that width holds the reference too."""

_NUMBER_LEFT = 8
_NAME_LEFT = 36
_ICON = 16
_STOPS, _WAY, _BAR, _BARS_NARROW = 44, 64, 54, 56
_GHOST = 152
"""Wide enough for kilometres and minutes, narrow enough to leave the driver's first name."""
_WIDE = 430
"""From this width each dimension has its own amount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadLayout:
    """Where the parts of a row's head stand, from its left end."""

    width: int
    is_wide: bool
    name: tuple[float, float]
    stops: tuple[float, float]
    way: tuple[float, float]
    bars: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, width: int) -> HeadLayout:
        is_wide = width >= _WIDE
        left = float(width - 8)
        if is_wide:
            bars = tuple((left - (3 - n) * _BAR, left - (2 - n) * _BAR - 8) for n in range(3))
        else:
            bars = ((left - _BARS_NARROW, left),)
        way_right = bars[0][0] - 8
        stops_right = way_right - _WAY
        return cls(
            width=width,
            is_wide=is_wide,
            name=(_NAME_LEFT, stops_right - _STOPS - 4),
            stops=(stops_right - _STOPS, stops_right),
            way=(way_right - _WAY, way_right),
            bars=bars,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLook:
    """What is special about a row at this moment."""

    is_chosen: bool = False
    is_target: bool = False
    """A drag would drop on its head."""
    is_best: bool = False
    ghost: Ghost | None = None
    selected: Container[OrderId] = frozenset()
    focused: OrderId | None = None
    hovered: OrderId | None = None
    is_under_mouse: bool = False


class RowPainter:
    """For one theme."""

    def __init__(self, inks: Inks) -> None:
        self.inks = inks
        self._bracket = QPen(inks.faint, 1)
        self._risky_bracket = QPen(inks.states[State.RISK], 1.5)
        self._strong_bracket = QPen(inks.text, 1.5)
        self._late = QPen(inks.states[State.BAD], 2)
        self._dots = QPen(inks.muted, 1.5, Qt.PenStyle.DotLine)
        self._over = QBrush(inks.states[State.BAD], Qt.BrushStyle.BDiagPattern)

    # The head

    def head(self, painter: QPainter, rect: QRectF, row: Row, look: RowLook) -> None:
        inks = self.inks
        layout = HeadLayout.of(int(rect.width()))
        top, left = rect.top(), rect.left()
        ground = inks.hovered if look.is_under_mouse else inks.raised
        if look.is_chosen or look.is_target:
            ground = inks.accent_soft
        painter.fillRect(rect, ground)
        painter.fillRect(QRectF(left, top, 4, rect.height()), inks.route(row.index))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inks.route_badge(painter, QRectF(left + _NUMBER_LEFT, top + 7, 22, 18), row.index)
        icons = self._icons(row) if look.ghost is None else []
        name_width = (
            layout.name[1] if look.ghost is None else layout.way[1] - _GHOST - 8
        ) - layout.name[0]
        room = name_width - _ICON * len(icons)
        line1 = QRectF(left + layout.name[0], top + 5, room, 18)
        line2 = QRectF(left + layout.name[0], top + 23, name_width, 16)
        done = row.status is not RouteStatus.DRAFT
        inks.elided(
            painter, line1, row.driver, inks.muted if done else inks.text,
            is_bold=True, is_small=False,
        )  # fmt: skip
        for number, (name, state) in enumerate(icons):
            color = inks.muted if state is None else inks.states[state]
            inks.glyph(painter, line1.right() + number * _ICON + 2, top + 7, name, color)
        self._second_line(painter, line2, row, is_alarmed=look.ghost is None)
        if look.ghost is not None:
            self._ghost(painter, rect, layout, look.ghost, is_best=look.is_best)
        else:
            self._numbers(painter, rect, layout, row)
        self._bars(painter, rect, layout, row, look.ghost)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(inks.border))
        painter.drawLine(rect.bottomLeft() - QPointF(0, 1), rect.bottomRight() - QPointF(0, 1))
        if look.is_target or look.is_best:
            painter.setPen(QPen(inks.accent if look.is_target else inks.states[State.GOOD], 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -1, -2))

    def _second_line(self, painter: QPainter, line: QRectF, row: Row, *, is_alarmed: bool) -> None:
        """The vehicle, and behind it what is broken."""
        inks = self.inks
        if not is_alarmed or not row.alarm:
            inks.elided(painter, line, row.vehicle, inks.muted)
            return
        room = QRectF(line.left(), line.top(), min(line.width() * 0.45, 90), line.height())
        width = min(room.width(), inks.small_metrics.horizontalAdvance(row.vehicle) + 1)
        inks.elided(painter, room, row.vehicle, inks.muted)
        rest = line.adjusted(width + 8, 0, 0, 0)
        inks.elided(painter, rest, row.alarm, inks.states[State.BAD])

    def _icons(self, row: Row) -> list[tuple[str, State | None]]:
        icons: list[tuple[str, State | None]] = []
        if row.problems or row.broken_stops:
            icons.append(("alert", State.BAD))
        elif row.state is State.RISK:
            icons.append(("clock-alert-outline", State.RISK))
        if row.lock is Lock.SEQUENCE:
            icons.append(("lock", None))
        elif row.lock is Lock.CONTENTS:
            icons.append(("lock-outline", None))
        if row.status is RouteStatus.RELEASED:
            icons.append(("truck-fast-outline", None))
        elif row.status is RouteStatus.FINISHED:
            icons.append(("check-all", None))
        if row.is_stale:
            icons.append(("printer-alert", State.RISK))
        if row.source.timetable.is_estimated:
            icons.append(("approximately-equal", None))
        return icons

    def _numbers(self, painter: QPainter, rect: QRectF, layout: HeadLayout, row: Row) -> None:
        inks = self.inks
        top, left = rect.top(), rect.left()
        for (first, last), upper, lower in (
            (layout.stops, row.stops, row.hours),
            (layout.way, row.distance, row.cost),
        ):
            width = last - first
            inks.words(
                painter, QRectF(left + first, top + 5, width, 18), upper, inks.text,
                inks.small, RIGHT,
            )  # fmt: skip
            inks.words(
                painter, QRectF(left + first, top + 23, width, 16), lower, inks.muted,
                inks.small, RIGHT,
            )  # fmt: skip

    def _ghost(
        self, painter: QPainter, rect: QRectF, layout: HeadLayout, ghost: Ghost, *, is_best: bool
    ) -> None:
        """In the place of the numbers and the icons."""
        inks = self.inks
        color = inks.states[ghost.state]
        right = rect.left() + layout.way[1]
        left = right - _GHOST
        box = QRectF(left - 4, rect.top() + 2, _GHOST + 8, ROW_HEIGHT - 5)
        painter.fillRect(box, inks.fills[ghost.state])
        upper = QRectF(left, rect.top() + 5, _GHOST, 18)
        if is_best:
            inks.glyph(painter, left, rect.top() + 7, "star", color)
            upper.adjust(16, 0, 0, 0)
        elif ghost.is_refused:
            inks.glyph(painter, left, rect.top() + 7, "cancel", color)
            upper.adjust(16, 0, 0, 0)
        inks.elided(painter, upper, ghost.headline, color, is_bold=True, alignment=RIGHT)
        lower = QRectF(left, rect.top() + 23, _GHOST, 16)
        inks.elided(painter, lower, ghost.note, color, alignment=RIGHT)

    def _bars(
        self, painter: QPainter, rect: QRectF, layout: HeadLayout, row: Row, ghost: Ghost | None
    ) -> None:
        inks = self.inks
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        after = ghost.bars if ghost is not None and ghost.bars else None
        for number, bar in enumerate(row.bars):
            then = after[number] if after is not None else None
            shown = then if then is not None else bar
            if layout.is_wide:
                first, last = layout.bars[number]
                color = inks.text if shown.share <= 1 else inks.states[State.BAD]
                inks.words(
                    painter, QRectF(rect.left() + first, rect.top() + 5, last - first, 18),
                    shown.text, color, inks.small if shown.share <= 1 else inks.small_bold, RIGHT,
                )  # fmt: skip
                y = rect.top() + 29
                inks.bar(painter, QRectF(rect.left() + first, y, last - first, 5), bar, then)
            else:
                first, last = layout.bars[0]
                y = rect.top() + 9 + number * 9
                inks.bar(painter, QRectF(rect.left() + first, y, last - first, 5), bar, then)

    # The stops

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
        y = top + LINE_Y
        departs, arrives = axis.x(row.departure) + shift_x, axis.x(row.end) + shift_x
        if row.end > row.shift_end:
            over = max(end, rect.left())
            painter.fillRect(QRectF(over, top + 4, arrives - over, ROW_HEIGHT - 9), self._over)
        done = row.status is RouteStatus.FINISHED
        road = QColor(inks.faint) if done else inks.route(row.index)
        painter.setPen(QPen(road, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QLineF(departs, y, arrives, y))
        self._waits(painter, row, axis, shift_x, y, rect)
        self._depot(painter, departs, y, road)
        self._depot(painter, arrives, y, road)
        if row.rest is not None:
            self._rest(painter, row.rest, axis, shift_x, y)
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
        ended = rect.left() - 400
        for number, block in enumerate(blocks):
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
            if block.opens is not None and block.closes is not None:
                opens, closes = axis.x(block.opens) + shift_x, axis.x(block.closes) + shift_x
                if is_selected or block.order == look.hovered:
                    self._whole_window(painter, rect, opens, closes)
                else:
                    self._near_window(painter, block, box, (opens, closes), (ended, follows))
            inks.block(
                painter, box, block, label=self._label(block, int(width)), service_px=service_px,
                is_selected=is_selected, is_focused=block.order == look.focused,
            )  # fmt: skip
            if block.late and inks.small_metrics.horizontalAdvance(block.late) < follows - x - 6:
                late = QRectF(x, box.bottom() + 1, follows - x, 13)
                inks.words(painter, late, block.late, inks.states[State.BAD], inks.small)
            if block.is_locked and width >= 14:
                inks.glyph(painter, box.right() - 7, box.top() - 7, "lock", inks.text, size=11)
            ended = box.right()

    def _label(self, block: Block, width: int) -> str:
        """The number, with the reference where there is room; nothing where there is none."""
        number = str(block.number)
        if width >= _NAMED_WIDTH:
            return self.inks.small_bold_metrics.elidedText(
                f"{number}  {block.reference}", Qt.TextElideMode.ElideRight, width - 8
            )
        return number if self.inks.small_metrics.horizontalAdvance(number) < width else ""

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
            left = max(closes, neighbours[0] + 2)
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

    # The gap

    def caret(self, painter: QPainter, x: float, top: float, ghost: Ghost, area: QRectF) -> None:
        """Where the dragged orders would go, and what they would cost exactly there."""
        inks = self.inks
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(inks.accent, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QLineF(x, top + 4, x, top + ROW_HEIGHT - 6))
        text = f"{ghost.headline}   {ghost.note}"
        most = min(360.0, area.width() - 16)
        width = min(most, inks.small_bold_metrics.horizontalAdvance(text) + 16)
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

    def best_title(self, painter: QPainter, rect: QRectF, row: Row, ghost: Ghost | None) -> None:
        """In the corner while something is dragged: the best row may be out of view."""
        inks = self.inks
        painter.fillRect(rect, inks.fills[State.GOOD])
        color = inks.states[State.GOOD]
        inks.glyph(painter, rect.left() + _NUMBER_LEFT, rect.center().y() - 7, "star", color)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inks.route_badge(
            painter, QRectF(rect.left() + _NUMBER_LEFT + 20, rect.top() + 5, 22, 18), row.index
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        words = row.driver if ghost is None else f"{row.driver}   {ghost.headline}"
        inks.elided(painter, rect.adjusted(58, 0, -8, 0), words, color, is_bold=True)

    def column_titles(self, painter: QPainter, rect: QRectF, titles: ColumnTitles) -> None:
        """Over the heads, in the corner above them."""
        inks = self.inks
        layout = HeadLayout.of(int(rect.width()))
        painter.fillRect(rect, inks.raised)
        cells = [
            (layout.name, titles.route, LEFT),
            (layout.stops, titles.stops, RIGHT),
            (layout.way, titles.way, RIGHT),
        ]
        if layout.is_wide:
            cells.extend(
                (where, text, RIGHT) for where, text in zip(layout.bars, titles.bars, strict=True)
            )
        else:
            cells.append((layout.bars[0], titles.load, CENTER))
        for (first, last), text, alignment in cells:
            inks.words(
                painter, QRectF(rect.left() + first, rect.top(), last - first, rect.height()),
                text, inks.muted, inks.small, alignment,
            )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnTitles:
    """The words over the heads."""

    route: str
    stops: str
    way: str
    load: str
    bars: tuple[str, str, str]


def block_rect(x: float, service_px: float, follows: float, top: float) -> QRectF:
    """As long as the service, but wide enough for a number where the next stop leaves room."""
    width = max(service_px, min(_BADGE_WIDTH, follows - x - 2), 3.0)
    return QRectF(x, top + _BLOCK_TOP, width, BLOCK_HEIGHT)
