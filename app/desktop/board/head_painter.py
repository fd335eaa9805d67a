"""Paints the head of a timeline's row: who drives, how full, how far, or what a drop would mean."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from app.desktop.board.board_model import Row
from app.desktop.board.drop_guide import Ghost
from app.desktop.board.inks import CENTER, LEFT, RIGHT, Inks
from app.desktop.board.row_look import ROW_HEIGHT, RowLook
from app.desktop.colors import State
from app.domain.routes import Lock, RouteStatus

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
class ColumnTitles:
    """The words over the heads."""

    route: str
    stops: str
    way: str
    load: str
    bars: tuple[str, str, str]


class HeadPainter:
    """For one theme."""

    def __init__(self, inks: Inks) -> None:
        self.inks = inks

    def head(self, painter: QPainter, rect: QRectF, row: Row, look: RowLook) -> None:
        inks = self.inks
        layout = HeadLayout.of(int(rect.width()))
        top, left = rect.top(), rect.left()
        ground = inks.hovered if look.is_under_mouse else inks.raised
        if look.is_chosen or look.is_target:
            ground = inks.accent_soft
        painter.fillRect(rect, ground)
        painter.fillRect(QRectF(left, top, 4, rect.height()), inks.route(row.tint))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inks.route_badge(painter, QRectF(left + _NUMBER_LEFT, top + 7, 22, 18), row)
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
        width = min(room.width(), inks.small_width(row.vehicle) + 1)
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

    def best_title(self, painter: QPainter, rect: QRectF, row: Row, ghost: Ghost | None) -> None:
        """In the corner while something is dragged: the best row may be out of view."""
        inks = self.inks
        painter.fillRect(rect, inks.fills[State.GOOD])
        color = inks.states[State.GOOD]
        inks.glyph(painter, rect.left() + _NUMBER_LEFT, rect.center().y() - 7, "star", color)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inks.route_badge(
            painter, QRectF(rect.left() + _NUMBER_LEFT + 20, rect.top() + 5, 22, 18), row
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
