"""The unassigned orders: cards in lines, to drag onto routes and to drop back on."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.desktop.board.board_canvas import BoardCanvas
from app.desktop.board.board_model import Card
from app.desktop.board.drop_target import NO_HIT, Hit, Part
from app.desktop.board.inks import CENTER, RIGHT
from app.desktop.colors import State
from app.domain.ids import OrderId, RouteId

CARD = QSize(188, 40)
_GAP = 4
_EMPTY_HEIGHT = 32
_EDGE = 8


class BinView(BoardCanvas):
    """Everything that is on no route."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bin")
        self.setAccessibleName(self.tr("Unassigned orders"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(CARD.height() + _GAP)
        self._number_of: dict[OrderId, int] = {}
        self.setMinimumHeight(_EMPTY_HEIGHT)

    @property
    def _columns(self) -> int:
        return max(1, (self.viewport().width() - 2 * _EDGE + _GAP) // (CARD.width() + _GAP))

    def _card_rect(self, number: int) -> QRect:
        line, column = divmod(number, self._columns)
        return QRect(
            QPoint(
                _EDGE + column * (CARD.width() + _GAP),
                _GAP + line * (CARD.height() + _GAP) - self.verticalScrollBar().value(),
            ),
            CARD,
        )

    def hit(self, at: QPoint) -> Hit:
        if not self.viewport().rect().contains(at):
            return NO_HIT
        column = (at.x() - _EDGE) // (CARD.width() + _GAP)
        line = (at.y() - _GAP + self.verticalScrollBar().value()) // (CARD.height() + _GAP)
        number = line * self._columns + column
        is_card = (
            0 <= column < self._columns
            and 0 <= number < len(self.rows.cards)
            and self._card_rect(number).contains(at)
        )
        return Hit(part=Part.BIN, order=self.rows.cards[number].order if is_card else None)

    def order_rect(self, order: OrderId) -> QRect | None:
        number = self._number_of.get(order)
        return None if number is None else self._card_rect(number)

    def route_rect(self, route: RouteId) -> QRect:  # noqa: ARG002 - routes are not here
        return QRect()

    def orders_in(self, rect: QRect) -> list[OrderId]:
        return [
            self.rows.cards[number].order
            for number in self._numbers_in(rect)
            if self._card_rect(number).intersects(rect)
        ]

    def _numbers_in(self, rect: QRect) -> range:
        """The cards of the lines that a rectangle touches; thousands may lie outside it."""
        pitch, above = CARD.height() + _GAP, self.verticalScrollBar().value() - _GAP
        first, last = (rect.top() + above) // pitch, (rect.bottom() + above) // pitch
        cards = len(self.rows.cards)
        start, end = first * self._columns, (last + 1) * self._columns
        return range(min(max(0, start), cards), min(max(0, end), cards))

    def visible_routes(self) -> list[RouteId]:
        return []

    def show_order(self, order: OrderId) -> None:
        rect = self.order_rect(order)
        if rect is None:
            return
        bar = self.verticalScrollBar()
        if rect.top() < 0:
            bar.setValue(bar.value() + rect.top() - _GAP)
        elif rect.bottom() > self.viewport().height():
            bar.setValue(bar.value() + rect.bottom() - self.viewport().height() + _GAP)

    def show_route(self, route: RouteId) -> None:
        """Routes are not here."""

    def height_for(self, lines: int) -> int:
        """Enough for that many lines of cards; an empty bin is a strip to drop on."""
        if not self.rows.cards:
            return _EMPTY_HEIGHT
        return _GAP + lines * (CARD.height() + _GAP)

    @property
    def lines(self) -> int:
        return -(-len(self.rows.cards) // self._columns)

    def rows_changed(self, changed: list[int] | None) -> None:  # noqa: ARG002 - cards are few
        self._number_of = {card.order: number for number, card in enumerate(self.rows.cards)}
        self.setMinimumHeight(self.height_for(1))
        height = self.height_for(self.lines)
        self.verticalScrollBar().setRange(0, max(0, height - self.viewport().height()))
        self.verticalScrollBar().setPageStep(self.viewport().height())
        self.viewport().update()

    def step(self, order: OrderId | None, key: Qt.Key) -> OrderId | None:
        cards = self.rows.cards
        if not cards:
            return None
        number = self._number_of.get(order, -1) if order is not None else -1
        if number < 0:
            return cards[0].order
        match key:
            case Qt.Key.Key_Left:
                number -= 1
            case Qt.Key.Key_Right:
                number += 1
            case Qt.Key.Key_Up:
                number -= self._columns
            case Qt.Key.Key_Down:
                number += self._columns
            case Qt.Key.Key_Home:
                number = 0
            case Qt.Key.Key_End:
                number = len(cards) - 1
        return cards[number].order if 0 <= number < len(cards) else order

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        inks = self.inks
        is_target = self.drops.target.part is Part.BIN
        painter.fillRect(event.rect(), inks.accent_soft if is_target else inks.sunken)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number in self._numbers_in(event.rect()):
            self._paint_card(painter, QRectF(self._card_rect(number)), self.rows.cards[number])
        if not self.rows.cards:
            text = self.tr("Drop stops here to take them off their routes")
            if self.rows.board is not None and self.rows.place_of:
                text = self.tr("Every order is on a route.") + " " + text
            inks.words(
                painter, QRectF(self.viewport().rect()), text, inks.muted, inks.small, CENTER
            )
        self.paint_band(painter)
        painter.end()

    def _paint_card(self, painter: QPainter, rect: QRectF, card: Card) -> None:
        inks = self.inks
        is_selected = card.order in self._selected_set
        painter.setBrush(inks.accent_soft if is_selected else inks.surface)
        painter.setPen(QPen(inks.accent if is_selected else inks.border, 2 if is_selected else 1))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if card.order == self.current and self.hasFocus():
            painter.setPen(QPen(inks.text, 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(3, 3, -3, -3), 3, 3)
        inner = rect.adjusted(8, 3, -8, -3)
        upper = QRectF(inner.left(), inner.top(), inner.width(), 17)
        lower = QRectF(inner.left(), inner.top() + 17, inner.width(), 16)
        if card.window:
            inks.words(painter, upper, card.window, inks.muted, inks.small, RIGHT)
            upper.setRight(upper.right() - inks.small_width(card.window) - 6)
        if card.is_pickup:
            inks.glyph(painter, upper.left() - 2, upper.top() + 1, "arrow-up-bold", inks.muted)
            upper.setLeft(upper.left() + 14)
        title = card.reference + ("  " + "!" * card.priority if card.priority else "")
        inks.elided(painter, upper, title, inks.text, is_bold=True)
        if card.reason:
            state = State.BAD if card.is_final else State.RISK
            inks.glyph(
                painter, lower.left() - 2, lower.top() + 1,
                "alert" if card.is_final else "help-circle-outline", inks.states[state],
            )  # fmt: skip
            lower.setLeft(lower.left() + 16)
            inks.elided(painter, lower, card.reason, inks.states[state], is_prose=True)
            return
        inks.words(painter, lower, card.load, inks.muted, inks.small, RIGHT)
        lower.setRight(lower.right() - inks.small_width(card.load) - 6)
        inks.elided(painter, lower, card.recipient, inks.muted)
