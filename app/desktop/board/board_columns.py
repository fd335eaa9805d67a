"""The same routes as columns of cards, for those who think in lists."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.desktop.board.board_canvas import BoardCanvas
from app.desktop.board.board_hints import empty_text
from app.desktop.board.board_model import Block, Row
from app.desktop.board.drop_guide import Ghost
from app.desktop.board.drop_target import NO_HIT, Hit, Part
from app.desktop.board.inks import CENTER, RIGHT
from app.desktop.colors import State
from app.desktop.widgets.formats import clock_text, window_text
from app.domain.ids import OrderId, RouteId
from app.domain.routes import Lock, RouteStatus

COLUMN_WIDTH = 204
HEAD_HEIGHT = 72
CARD_HEIGHT = 40
_GAP = 4
_EDGE = 8


class ColumnsView(BoardCanvas):
    """One column for each shift; heads stay in view, all columns scroll together."""

    EARLIER, LATER = Qt.Key.Key_Up, Qt.Key.Key_Down
    BEFORE, AFTER = Qt.Key.Key_Left, Qt.Key.Key_Right

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("columns")
        self.setAccessibleName(self.tr("Columns"))
        self.horizontalScrollBar().setSingleStep(COLUMN_WIDTH // 2)
        self.verticalScrollBar().setSingleStep(CARD_HEIGHT + _GAP)

    # Geometry

    def _left(self, number: int) -> int:
        return _EDGE + number * (COLUMN_WIDTH + _EDGE) - self.horizontalScrollBar().value()

    def _top(self, position: int) -> int:
        return (
            HEAD_HEIGHT + _GAP + position * (CARD_HEIGHT + _GAP) - self.verticalScrollBar().value()
        )

    def _card_rect(self, number: int, position: int) -> QRect:
        return QRect(
            self._left(number) + _GAP, self._top(position), COLUMN_WIDTH - 2 * _GAP, CARD_HEIGHT
        )

    def hit(self, at: QPoint) -> Hit:
        number, inside = divmod(
            at.x() - _EDGE + self.horizontalScrollBar().value(), COLUMN_WIDTH + _EDGE
        )
        if not 0 <= number < len(self.rows.rows) or inside >= COLUMN_WIDTH:
            return NO_HIT
        row = self.rows.rows[number]
        if at.y() < HEAD_HEIGHT:
            return Hit(part=Part.ROUTE, route=row.route)
        pitch = CARD_HEIGHT + _GAP
        y = at.y() - HEAD_HEIGHT - _GAP + self.verticalScrollBar().value()
        position, within = divmod(y, pitch)
        order = None
        if 0 <= position < len(row.blocks) and within < CARD_HEIGHT:
            order = row.blocks[position].order
        index = max(0, min(len(row.blocks), round(y / pitch)))
        return Hit(part=Part.TRACK, route=row.route, order=order, index=index)

    def order_rect(self, order: OrderId) -> QRect | None:
        place = self.rows.place_of.get(order)
        return None if place is None else self._card_rect(*place)

    def route_rect(self, route: RouteId) -> QRect:
        left = self._left(self.rows.row_of[route])
        return QRect(left - 2, 0, COLUMN_WIDTH + 4, self.viewport().height())

    def orders_in(self, rect: QRect) -> list[OrderId]:
        return [
            block.order
            for number, row in enumerate(self.rows.rows)
            if self.route_rect(row.route).intersects(rect)
            for position, block in enumerate(row.blocks)
            if self._card_rect(number, position).intersects(rect)
        ]

    def visible_routes(self) -> list[RouteId]:
        return [
            row.route
            for row in self.rows.rows
            if self.route_rect(row.route).intersects(self.viewport().rect())
        ]

    def drag_area(self) -> QRect:
        return self.viewport().rect().adjusted(0, HEAD_HEIGHT, 0, 0)

    def show_order(self, order: OrderId) -> None:
        rect = self.order_rect(order)
        if rect is None:
            return
        self.show_route(self.rows.rows[self.rows.place_of[order][0]].route)
        down = self.verticalScrollBar()
        if rect.top() < HEAD_HEIGHT + _GAP:
            down.setValue(down.value() + rect.top() - HEAD_HEIGHT - _GAP)
        elif rect.bottom() > self.viewport().height() - _GAP:
            down.setValue(down.value() + rect.bottom() - self.viewport().height() + _GAP)

    def show_route(self, route: RouteId) -> None:
        across, rect = self.horizontalScrollBar(), self.route_rect(route)
        if rect.left() < _EDGE:
            across.setValue(across.value() + rect.left() - _EDGE)
        elif rect.right() > self.viewport().width() - _EDGE:
            across.setValue(across.value() + rect.right() - self.viewport().width() + _EDGE)

    def rows_changed(self, changed: list[int] | None) -> None:
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        width = _EDGE + len(self.rows.rows) * (COLUMN_WIDTH + _EDGE)
        most = max((len(row.blocks) for row in self.rows.rows), default=0)
        height = HEAD_HEIGHT + 2 * _GAP + (most + 1) * (CARD_HEIGHT + _GAP)
        across.setRange(0, max(0, width - self.viewport().width()))
        across.setPageStep(self.viewport().width())
        down.setRange(0, max(0, height - self.viewport().height()))
        down.setPageStep(self.viewport().height() - HEAD_HEIGHT)
        if changed is None:
            self.viewport().update()
        else:
            for number in changed:
                self.viewport().update(self.route_rect(self.rows.rows[number].route))

    def step(self, order: OrderId | None, key: Qt.Key) -> OrderId | None:
        place = self.rows.place_of.get(order) if order is not None else None
        if place is None:
            first = next((row.blocks[0] for row in self.rows.rows if row.blocks), None)
            return first.order if first is not None else None
        number, position = place
        blocks = self.rows.rows[number].blocks
        match key:
            case Qt.Key.Key_Up:
                position = max(0, position - 1)
            case Qt.Key.Key_Down:
                position = min(len(blocks) - 1, position + 1)
            case Qt.Key.Key_Home:
                position = 0
            case Qt.Key.Key_End:
                position = len(blocks) - 1
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                step = -1 if key is Qt.Key.Key_Left else 1
                number += step
                while 0 <= number < len(self.rows.rows) and not self.rows.rows[number].blocks:
                    number += step
                if not 0 <= number < len(self.rows.rows):
                    return order
                blocks = self.rows.rows[number].blocks
                position = min(position, len(blocks) - 1)
        return blocks[position].order

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        inks = self.inks
        painter.fillRect(event.rect(), inks.surface)
        for number, row in enumerate(self.rows.rows):
            rect = self.route_rect(row.route)
            if event.region().intersects(rect):
                self._paint_column(painter, number, row)
        if not self.rows.rows:
            inks.words(
                painter, QRectF(self.viewport().rect()), empty_text(self.rows),
                inks.muted, inks.normal, CENTER,
            )  # fmt: skip
        self.paint_band(painter)
        painter.end()

    def _paint_column(self, painter: QPainter, number: int, row: Row) -> None:
        inks = self.inks
        left = self._left(number)
        height = self.viewport().height()
        painter.setClipRect(left - 2, HEAD_HEIGHT, COLUMN_WIDTH + 4, height - HEAD_HEIGHT)
        painter.fillRect(left, HEAD_HEIGHT, COLUMN_WIDTH, height, inks.sunken)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for position, block in enumerate(row.blocks):
            rect = self._card_rect(number, position)
            if rect.bottom() >= HEAD_HEIGHT and rect.top() <= height:
                self._paint_card(painter, QRectF(rect), row, block)
        self._paint_caret(painter, number, row)
        painter.setClipRect(left - 2, 0, COLUMN_WIDTH + 4, HEAD_HEIGHT)
        self._paint_head(painter, QRectF(left, 0, COLUMN_WIDTH, HEAD_HEIGHT), row)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setClipping(False)

    def _paint_head(self, painter: QPainter, rect: QRectF, row: Row) -> None:
        inks = self.inks
        is_target = self.drops.is_on_head(row.route)
        is_best = self.drops.is_best(row.route)
        ground = inks.accent_soft if is_target or self.chosen_route == row.route else inks.raised
        painter.fillRect(rect, ground)
        painter.fillRect(QRectF(rect.left(), 0, rect.width(), 4), inks.route(row.tint))
        inks.route_badge(painter, QRectF(rect.left() + 8, 12, 22, 18), row)
        icons = [name for name, is_shown in (
            ("alert", bool(row.problems) or row.broken_stops > 0),
            ("lock" if row.lock is Lock.SEQUENCE else "lock-outline", row.lock is not Lock.NONE),
            ("truck-fast-outline", row.status is RouteStatus.RELEASED),
            ("check-all", row.status is RouteStatus.FINISHED),
            ("printer-alert", row.is_stale),
        ) if is_shown]  # fmt: skip
        for place, name in enumerate(icons):
            color = inks.states[State.BAD] if name == "alert" else inks.muted
            inks.glyph(painter, rect.right() - 8 - (place + 1) * 16, 14, name, color)
        name_rect = QRectF(rect.left() + 36, 12, rect.width() - 44 - 16 * len(icons), 18)
        inks.elided(painter, name_rect, row.driver, inks.text, is_bold=True, is_small=False)
        line = QRectF(rect.left() + 8, 32, rect.width() - 16, 16)
        ghost = self.drops.row_ghost(row.route)
        if ghost is not None:
            color = inks.states[ghost.state]
            box = QRectF(rect.left() + 4, 31, rect.width() - 8, HEAD_HEIGHT - 42)
            painter.fillRect(box, inks.fills[ghost.state])
            inks.elided(painter, line, ("★ " if is_best else "") + ghost.headline, color,
                        is_bold=True)  # fmt: skip
            inks.elided(painter, line.translated(0, 14), ghost.note, color)
        else:
            inks.elided(
                painter, line, row.alarm or row.vehicle,
                inks.states[State.BAD] if row.alarm else inks.muted,
            )  # fmt: skip
            figures = f"{row.stops} · {row.hours} · {row.distance} · {row.cost}"
            words = figures if row.blocks else self.tr("no stops yet")
            inks.elided(painter, line.translated(0, 15), words, inks.text)
        self._paint_bars(painter, rect, row, ghost)
        if is_target or is_best:
            painter.setPen(QPen(inks.accent if is_target else inks.states[State.GOOD], 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -1, -1))

    def _paint_bars(self, painter: QPainter, rect: QRectF, row: Row, ghost: Ghost | None) -> None:
        """How full the vehicle is, and would be with what is dragged."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        after = ghost.bars if ghost is not None and ghost.bars else (None,) * len(row.bars)
        width = (rect.width() - 24) / 3
        for place, (bar, then) in enumerate(zip(row.bars, after, strict=True)):
            x = rect.left() + 8 + place * (width + 4)
            self.inks.bar(painter, QRectF(x, HEAD_HEIGHT - 9, width, 4), bar, then)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_card(self, painter: QPainter, rect: QRectF, row: Row, block: Block) -> None:
        inks = self.inks
        is_selected = block.order in self._selected_set
        painter.setBrush(inks.accent_soft if is_selected else inks.surface)
        painter.setPen(QPen(inks.accent if is_selected else inks.border, 2 if is_selected else 1))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if block.order == self.current and self.hasFocus():
            painter.setPen(QPen(inks.text, 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(3, 3, -3, -3), 3, 3)
        badge = QRectF(rect.left() + 5, rect.top() + 5, 24, rect.height() - 10)
        inks.block(
            painter, badge, block, label=str(block.number), service_px=0,
            is_selected=False, is_focused=False,
        )  # fmt: skip
        stop = row.source.timetable.stops[block.number - 1]
        upper = QRectF(rect.left() + 34, rect.top() + 3, rect.width() - 40, 17)
        lower = QRectF(rect.left() + 34, rect.top() + 20, rect.width() - 40, 16)
        eta = clock_text(stop.begin, self.units.zone)
        late = block.state is State.BAD
        inks.words(
            painter, upper, eta, inks.states[State.BAD] if late else inks.text, inks.small_bold,
            RIGHT,
        )  # fmt: skip
        upper.setRight(upper.right() - inks.small_bold_width(eta) - 6)
        if block.is_locked:
            inks.glyph(painter, upper.right() - 14, upper.top() + 1, "lock", inks.muted)
            upper.setRight(upper.right() - 16)
        inks.elided(painter, upper, block.recipient, inks.text, is_bold=True)
        window = "" if stop.window is None else window_text(stop.window, self.units.zone)
        if late and stop.violations:
            inks.elided(painter, lower, stop.violations[0].text, inks.states[State.BAD])
            return
        if window:
            color = inks.states[State.RISK] if block.state is State.RISK else inks.muted
            inks.words(painter, lower, window, color, inks.small, RIGHT)
            lower.setRight(lower.right() - inks.small_width(window) - 6)
        inks.elided(painter, lower, block.reference, inks.muted)

    def _paint_caret(self, painter: QPainter, number: int, row: Row) -> None:
        gap = self.drops.gap_ghost(row.route)
        if gap is None:
            return
        inks = self.inks
        index, ghost = gap
        left, y = self._left(number), self._top(index) - _GAP / 2
        painter.setPen(QPen(inks.accent, 3))
        painter.drawLine(QPointF(left + 2, y), QPointF(left + COLUMN_WIDTH - 2, y))
        box = QRectF(left + 8, y + 4, COLUMN_WIDTH - 16, 36)
        painter.setPen(QPen(inks.states[ghost.state], 1))
        painter.setBrush(inks.fills[ghost.state])
        painter.drawRoundedRect(box, 4, 4)
        color = inks.states[ghost.state]
        inks.elided(painter, QRectF(left + 14, y + 5, COLUMN_WIDTH - 28, 17), ghost.headline,
                    color, is_bold=True)  # fmt: skip
        inks.elided(painter, QRectF(left + 14, y + 21, COLUMN_WIDTH - 28, 16), ghost.note, color)

    # Qt

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - event.angleDelta().y())
            event.accept()
            return
        super().wheelEvent(event)
