"""The timeline: a row for every shift, the stops on a time axis, heads and axis always in view."""

from __future__ import annotations

import bisect
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.desktop.board.board_canvas import BoardCanvas
from app.desktop.board.board_hints import empty_text
from app.desktop.board.board_model import Row
from app.desktop.board.drop_target import NO_HIT, Hit, Part
from app.desktop.board.head_painter import ColumnTitles, HeadPainter
from app.desktop.board.inks import CENTER
from app.desktop.board.row_look import ROW_HEIGHT, RowLook
from app.desktop.board.time_axis import Tick, TimeAxis
from app.desktop.board.track_painter import TrackPainter, block_rect
from app.desktop.widgets.formats import clock_text
from app.domain.ids import OrderId, RouteId

AXIS_HEIGHT = 28
_HEAD_LEAST, _HEAD_MOST = 240, 640
_HEADS = ((1800, 520), (1500, 460), (0, 356))
"""How wide the heads are from which width of the view on, until somebody drags their edge."""
_GRIP = 4
_PAD = 20
"""Left and right of the day: room for half a label."""
_ZOOM_STEP = 1.25
_BEFORE_FIRST_S = 900


class TimelineView(BoardCanvas):
    """Rows of blocks on a time axis."""

    zoomed = Signal(float)
    """Pixels an hour, by somebody's hand; 0 for the whole day in view."""
    head_resized = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAccessibleName(self.tr("Timeline"))
        self._axis = TimeAxis.fitting(self.rows.span, 1)
        self._is_fit = True
        self._head_width: int | None = None
        self._is_head_dragged = False
        self._now: float | None = None
        self._heads = HeadPainter(self.inks)
        self._tracks = TrackPainter(self.inks)
        self._begins: dict[RouteId, list[float]] = {}
        self.horizontalScrollBar().setSingleStep(24)
        self.verticalScrollBar().setSingleStep(ROW_HEIGHT // 2)

    # Geometry

    @property
    def head_width(self) -> int:
        if self._head_width is not None:
            return self._head_width
        width = self.viewport().width()
        return next(head for least, head in _HEADS if width >= least)

    def set_head_width(self, width: int) -> None:
        self._head_width = max(_HEAD_LEAST, min(width, _HEAD_MOST))
        self.rows_changed(None)

    @property
    def axis(self) -> TimeAxis:
        return self._axis

    @property
    def _shift_x(self) -> float:
        """From the axis' pixels to the viewport's."""
        return self.head_width + _PAD - self.horizontalScrollBar().value()

    @property
    def _track_width(self) -> int:
        return max(1, self.viewport().width() - self.head_width - 2 * _PAD)

    def _row_top(self, number: int) -> int:
        return AXIS_HEIGHT + number * ROW_HEIGHT - self.verticalScrollBar().value()

    def _row_at(self, y: int) -> Row | None:
        if y < AXIS_HEIGHT:
            return None
        number = (y - AXIS_HEIGHT + self.verticalScrollBar().value()) // ROW_HEIGHT
        return self.rows.rows[number] if number < len(self.rows.rows) else None

    def x_of(self, second: float) -> float:
        """On the viewport."""
        return self._axis.x(second) + self._shift_x

    def _block_box(self, row: Row, position: int) -> QRectF:
        block = row.blocks[position]
        x = self.x_of(block.begin)
        follows = (
            self.x_of(row.blocks[position + 1].begin) if position + 1 < len(row.blocks) else x + 400
        )
        top = self._row_top(self.rows.row_of[row.route])
        return block_rect(x, (block.end - block.begin) * self._axis.scale, follows, top)

    def hit(self, at: QPoint) -> Hit:
        row = self._row_at(at.y())
        if row is None:
            return NO_HIT
        if at.x() < self.head_width:
            return Hit(part=Part.ROUTE, route=row.route)
        return Hit(
            part=Part.TRACK,
            route=row.route,
            order=self._order_at(row, at),
            index=self._gap_at(row, at.x()),
        )

    def _order_at(self, row: Row, at: QPoint) -> OrderId | None:
        begins = self._begins_of(row)
        second = self._axis.second(at.x() - self._shift_x)
        position = bisect.bisect_right(begins, second) - 1
        # Blocks are drawn wider than they last, and a finger's breadth beside one means it too.
        for candidate in (position, position + 1):
            if 0 <= candidate < len(row.blocks):
                box = self._block_box(row, candidate).adjusted(-2, -6, 2, 12)
                if box.contains(QPointF(at)):
                    return row.blocks[candidate].order
        return None

    def _gap_at(self, row: Row, x: int) -> int:
        """The position in front of which a drop at `x` goes: past a block's middle is after it."""
        begins = self._begins_of(row)
        position = bisect.bisect_right(begins, self._axis.second(x - self._shift_x))
        if position and x < self._block_box(row, position - 1).center().x():
            position -= 1
        return position

    def _begins_of(self, row: Row) -> list[float]:
        begins = self._begins.get(row.route)
        if begins is None:
            begins = self._begins[row.route] = [block.begin for block in row.blocks]
        return begins

    def order_rect(self, order: OrderId) -> QRect | None:
        place = self.rows.place_of.get(order)
        if place is None:
            return None
        return self._block_box(self.rows.rows[place[0]], place[1]).toAlignedRect()

    def route_rect(self, route: RouteId) -> QRect:
        top = self._row_top(self.rows.row_of[route])
        return QRect(0, top - 2, self.viewport().width(), ROW_HEIGHT + 4)

    def orders_in(self, rect: QRect) -> list[OrderId]:
        return [
            block.order
            for row in self.rows.rows
            if self.route_rect(row.route).intersects(rect)
            for position, block in enumerate(row.blocks)
            if self._block_box(row, position).intersects(QRectF(rect))
        ]

    def visible_routes(self) -> list[RouteId]:
        return [self.rows.rows[number].route for number in self._visible_rows()]

    def _visible_rows(self) -> range:
        first = self.verticalScrollBar().value() // ROW_HEIGHT
        count = (self.viewport().height() - AXIS_HEIGHT) // ROW_HEIGHT + 2
        return range(first, min(len(self.rows.rows), first + count))

    def drag_area(self) -> QRect:
        return self.viewport().rect().adjusted(self.head_width, AXIS_HEIGHT, 0, 0)

    def update_best(self) -> None:
        self.viewport().update(0, 0, self.head_width, AXIS_HEIGHT)

    def show_order(self, order: OrderId) -> None:
        rect = self.order_rect(order)
        if rect is None:
            return
        across = self.horizontalScrollBar()
        left, right = self.head_width + 24, self.viewport().width() - 24
        if rect.left() < left:
            across.setValue(across.value() + rect.left() - left)
        elif rect.right() > right:
            across.setValue(across.value() + rect.right() - right)
        self.show_route(self.rows.rows[self.rows.place_of[order][0]].route)

    def show_route(self, route: RouteId) -> None:
        down = self.verticalScrollBar()
        top = self._row_top(self.rows.row_of[route])
        if top < AXIS_HEIGHT:
            down.setValue(down.value() + top - AXIS_HEIGHT)
        elif top + ROW_HEIGHT > self.viewport().height():
            down.setValue(down.value() + top + ROW_HEIGHT - self.viewport().height())

    def step(self, order: OrderId | None, key: Qt.Key) -> OrderId | None:
        place = self.rows.place_of.get(order) if order is not None else None
        if place is None:
            row = self.rows.row(self.chosen_route) if self.chosen_route is not None else None
            blocks = row.blocks if row is not None else ()
            first = next((r.blocks[0] for r in self.rows.rows if r.blocks), None)
            found = blocks[0] if blocks else first
            return found.order if found is not None else None
        number, position = place
        blocks = self.rows.rows[number].blocks
        match key:
            case Qt.Key.Key_Left:
                position = max(0, position - 1)
            case Qt.Key.Key_Right:
                position = min(len(blocks) - 1, position + 1)
            case Qt.Key.Key_Home:
                position = 0
            case Qt.Key.Key_End:
                position = len(blocks) - 1
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                return self._beside(number, blocks[position].begin, key)
        return blocks[position].order

    def _beside(self, number: int, begin: float, key: Qt.Key) -> OrderId | None:
        """The stop of the nearest row with any that is served about then."""
        step = -1 if key is Qt.Key.Key_Up else 1
        number += step
        while 0 <= number < len(self.rows.rows):
            blocks = self.rows.rows[number].blocks
            if blocks:
                return min(blocks, key=lambda block: abs(block.begin - begin)).order
            number += step
        return None

    # Zoom

    def fit(self) -> None:
        """The whole day in view."""
        self.set_zoom(0.0)
        self.zoomed.emit(0.0)

    def set_zoom(self, pixels: float) -> None:
        """So many pixels an hour, as it was left; 0 for the whole day in view."""
        self._is_fit = pixels <= 0
        if not self._is_fit:
            self._axis = replace(self._axis, scale=pixels / 3600)
        self.rows_changed(None)

    def zoom(self, factor: float, at_x: int | None = None) -> None:
        """Closer (above 1) or farther; the moment at `at_x` stays where it is."""
        x = self.head_width + self._track_width // 2 if at_x is None else at_x
        second = self._axis.second(x - self._shift_x)
        self._axis = self._axis.zoomed(factor, self._track_width)
        self._is_fit = self._axis.width <= self._track_width
        self._set_ranges()
        self.horizontalScrollBar().setValue(
            round(self._axis.x(second) - (x - self.head_width - _PAD))
        )
        self.viewport().update()
        self.zoomed.emit(0.0 if self._is_fit else self._axis.scale * 3600)

    def set_now(self, now: datetime | None) -> None:
        self._now = None if now is None else now.timestamp()
        self.viewport().update()

    def rows_changed(self, changed: list[int] | None) -> None:
        if changed is not None:
            for number in changed:
                self._begins.pop(self.rows.rows[number].route, None)
                self.viewport().update(self.route_rect(self.rows.rows[number].route))
            return
        self._begins.clear()
        span = self.rows.span
        if self._is_fit:
            self._axis = TimeAxis.fitting(span, self._track_width)
        else:
            second = self._axis.second(self.horizontalScrollBar().value())
            self._axis = self._axis.over(span, self._track_width)
            self._set_ranges()
            if not span[0] <= second < span[1]:  # another day: it begins with its first van
                leaves = [row.departure for row in self.rows.rows if row.blocks]
                second = min(leaves, default=span[0]) - _BEFORE_FIRST_S
            self.horizontalScrollBar().setValue(round(self._axis.x(second)))
        self._set_ranges()
        self.viewport().update()

    def _set_ranges(self) -> None:
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setRange(0, max(0, self._axis.width - self._track_width))
        across.setPageStep(self._track_width)
        height = max(1, self.viewport().height() - AXIS_HEIGHT)
        down.setRange(0, max(0, len(self.rows.rows) * ROW_HEIGHT - height))
        down.setPageStep(height)

    # Painting

    def _look(self, row: Row) -> RowLook:
        return RowLook(
            is_chosen=self.chosen_route == row.route,
            is_target=self.drops.is_on_head(row.route),
            is_best=self.drops.is_best(row.route),
            ghost=self.drops.row_ghost(row.route),
            selected=self._selected_set,
            focused=self.current if self.hasFocus() else None,
            hovered=self.hovered.order,
            is_under_mouse=self.hovered.route == row.route,
            now=self._now,
        )

    def _paint_rows(self, painter: QPainter, event: QPaintEvent) -> None:
        head, width = self.head_width, self.viewport().width()
        looks = []
        self._paint_grid(painter)
        painter.setClipRect(head, AXIS_HEIGHT, width - head, self.viewport().height())
        for number in self._visible_rows():
            top = self._row_top(number)
            if not event.region().intersects(QRect(0, top, width, ROW_HEIGHT)):
                continue
            row = self.rows.rows[number]
            look = self._look(row)
            looks.append((row, look, top))
            rect = QRectF(head, top, width - head, ROW_HEIGHT)
            self._tracks.track(painter, rect, row, self._axis, self._shift_x, look)
            painter.setPen(self.inks.grid)
            painter.drawLine(head, top + ROW_HEIGHT - 1, width, top + ROW_HEIGHT - 1)
        self._paint_caret(painter)
        self._paint_now(painter)
        painter.setClipRect(0, AXIS_HEIGHT, head, self.viewport().height())
        for row, look, top in looks:
            self._heads.head(painter, QRectF(0, top, head, ROW_HEIGHT), row, look)

    def _paint_grid(self, painter: QPainter) -> None:
        painter.setClipRect(
            self.head_width, AXIS_HEIGHT, self.viewport().width(), self.viewport().height()
        )
        for tick in self._ticks():
            x = round(self.x_of(tick.second))
            painter.setPen(self.inks.grid if tick.is_hour else self.inks.fine_grid)
            painter.drawLine(x, AXIS_HEIGHT, x, self.viewport().height())

    def _ticks(self) -> list[Tick]:
        left = self.horizontalScrollBar().value() - _PAD
        return self._axis.ticks(self.rows.zone, left, left + self._track_width + 2 * _PAD)

    def _paint_axis(self, painter: QPainter) -> None:
        inks, head, width = self.inks, self.head_width, self.viewport().width()
        painter.setClipRect(0, 0, width, AXIS_HEIGHT)
        painter.fillRect(0, 0, width, AXIS_HEIGHT, inks.raised)
        painter.setClipRect(head, 0, width - head, AXIS_HEIGHT)
        for tick in self._ticks():
            x = round(self.x_of(tick.second))
            painter.setPen(QPen(inks.strong_border if tick.label else inks.border))
            painter.drawLine(x, AXIS_HEIGHT - (6 if tick.label else 3), x, AXIS_HEIGHT)
            if tick.label:
                rect = QRectF(x - 40, 2, 80, AXIS_HEIGHT - 8)
                inks.words(
                    painter, rect, tick.label, inks.text if tick.is_hour else inks.muted,
                    inks.small_bold if tick.is_hour else inks.small, CENTER,
                )  # fmt: skip
        self._paint_now_flag(painter)
        painter.setClipRect(0, 0, width, AXIS_HEIGHT)
        corner = QRectF(0, 0, head, AXIS_HEIGHT)
        guide = self.drops.guide
        best = self.rows.row(guide.best) if guide is not None and guide.best is not None else None
        if guide is not None and best is not None:
            self._heads.best_title(painter, corner, best, guide.row_ghost(best.route))
        else:
            self._heads.column_titles(painter, corner, self._column_titles())
        painter.setPen(QPen(inks.border))
        painter.drawLine(0, AXIS_HEIGHT - 1, width, AXIS_HEIGHT - 1)
        painter.setClipRect(self.viewport().rect())
        painter.drawLine(head - 1, 0, head - 1, self.viewport().height())

    def _column_titles(self) -> ColumnTitles:
        return ColumnTitles(
            route=self.tr("Routes") + f"  {len(self.rows.rows)}",
            stops=self.tr("Stops"),
            way=self.tr("Distance"),
            load=self.tr("Load"),
            bars=(self.tr("kg"), self.tr("m³"), self.tr("Parcels")),
        )

    def _paint_caret(self, painter: QPainter) -> None:
        route = self.drops.target.route
        row = self.rows.row(route) if route is not None else None
        gap = self.drops.gap_ghost(row.route) if row is not None else None
        if row is None or gap is None:
            return
        index, ghost = gap
        top = self._row_top(self.rows.row_of[row.route])
        area = QRectF(self.drag_area())
        self._tracks.caret(painter, self._caret_x(row, index), top, ghost, area)

    def _caret_x(self, row: Row, index: int) -> float:
        """In the middle of the gap."""
        if not row.blocks:
            return self.x_of(row.shift_start) + 8
        before = self._block_box(row, index - 1).right() if index else self.x_of(row.departure) - 8
        is_last = index == len(row.blocks)
        after = (
            max(before + 16, self.x_of(row.end)) if is_last else self._block_box(row, index).left()
        )
        return (before + after) / 2

    def _paint_now(self, painter: QPainter) -> None:
        if self._now is not None:
            x = round(self.x_of(self._now))
            painter.setPen(self.inks.text)
            painter.drawLine(x, AXIS_HEIGHT, x, self.viewport().height())

    def _paint_now_flag(self, painter: QPainter) -> None:
        if self._now is None:
            return
        inks, x = self.inks, self.x_of(self._now)
        text = clock_text(datetime.fromtimestamp(self._now, self.rows.zone), self.rows.zone)
        width = inks.small_bold_width(text) + 10
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(inks.text)
        painter.drawRoundedRect(QRectF(x - width / 2, 4, width, 17), 3, 3)
        painter.drawPolygon(
            QPolygonF([QPointF(x - 4, 20), QPointF(x + 4, 20), QPointF(x, AXIS_HEIGHT - 2)])
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        inks.words(
            painter, QRectF(x - width / 2, 4, width, 17), text, inks.surface, inks.small_bold,
            CENTER,
        )  # fmt: skip

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._heads.inks is not self.inks:
            self._heads = HeadPainter(self.inks)
            self._tracks = TrackPainter(self.inks)
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self.inks.surface)
        self._paint_rows(painter, event)
        self._paint_axis(painter)
        if not self.rows.rows:
            painter.setClipping(False)
            self.inks.words(
                painter, QRectF(self.viewport().rect()), empty_text(self.rows),
                self.inks.muted, self.inks.normal, CENTER,
            )  # fmt: skip
        painter.setClipping(False)
        self.paint_band(painter)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            steps = event.angleDelta().y() / 120
            self.zoom(_ZOOM_STEP**steps, round(event.position().x()))
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_F if not event.modifiers():
                self.fit()
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(_ZOOM_STEP)
            case Qt.Key.Key_Minus:
                self.zoom(1 / _ZOOM_STEP)
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_head_dragged = self._is_on_grip(event.position().toPoint())
        if not self._is_head_dragged:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._is_head_dragged:
            self.set_head_width(at.x())
            return
        if not event.buttons():
            is_grip, shape = self._is_on_grip(at), Qt.CursorShape
            self.viewport().setCursor(shape.SplitHCursor if is_grip else shape.ArrowCursor)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_head_dragged:
            self._is_head_dragged = False
            self.head_resized.emit(self.head_width)
            return
        super().mouseReleaseEvent(event)

    def _is_on_grip(self, at: QPoint) -> bool:
        return abs(at.x() - self.head_width) <= _GRIP
