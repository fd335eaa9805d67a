"""The delivery slots that the order being written can be promised, with what each costs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.theme import SPACING
from app.desktop.widgets.formats import plain_tip, short_day_text, window_text
from app.desktop.widgets.measures import money_text, signed
from app.planning.promise import Offer, best

_MOST_ROWS = 6


class PromiseBox(QWidget):
    """A button that asks, then the slots; the best is chosen at once, another with a click."""

    asked = Signal()
    offer_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("promise_box")
        self._offers: tuple[Offer, ...] = ()
        self._ask = QPushButton(self.tr("Show delivery slots"), self)
        self._ask.setObjectName("ask_slots")
        self._ask.setAutoDefault(False)
        self._ask.clicked.connect(self.asked)
        self._line = QLabel(self)
        self._line.setObjectName("slots_line")
        self._line.setProperty("kind", "small")
        self._line.setTextFormat(Qt.TextFormat.PlainText)
        self._line.setWordWrap(True)
        self._line.hide()
        self.list = QListWidget(self)
        self.list.setObjectName("slots")
        self.list.setAccessibleName(self.tr("Delivery slots"))
        self.list.currentRowChanged.connect(self._on_row)
        self.list.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self._ask, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._line)
        layout.addWidget(self.list)

    def show_asking(self) -> None:
        self._ask.setEnabled(False)
        self.say(self.tr("The slots are priced …"))

    def say(self, text: str) -> None:
        """A line in place of the slots."""
        self.list.hide()
        self._line.setText(text)
        self._line.setVisible(bool(text))

    def show_offers(self, offers: Sequence[Offer], currency: str) -> None:
        """Choose the best at once; those that can't be promised stand there with their reason."""
        self._ask.setEnabled(True)
        self._offers = tuple(offers)
        if not offers:
            self.say(self.tr("No slots: give the depot slots in Fleet, and the day shifts."))
            return
        self.say("")
        self.list.blockSignals(True)
        self.list.clear()
        for offer in offers:
            item = QListWidgetItem(self._words(offer, currency))
            item.setToolTip(plain_tip(offer.name))
            if not offer.is_feasible:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        chosen = best(offers)
        self.list.setCurrentRow(-1 if chosen is None else self._offers.index(chosen))
        self.list.blockSignals(False)
        rows = min(len(offers), _MOST_ROWS)
        self.list.setFixedHeight(rows * self.list.sizeHintForRow(0) + 2 * self.list.frameWidth())
        self.list.show()
        if chosen is None:
            self._line.setText(self.tr("None of the slots can be promised as the plan stands."))
            self._line.show()
        else:
            self.offer_chosen.emit(chosen)

    def show_problem(self, text: str) -> None:
        self._ask.setEnabled(True)
        self.say(text)

    def _words(self, offer: Offer, currency: str) -> str:
        when = f"{short_day_text(offer.day)}  {window_text(offer.window, offer.zone)}"
        if offer.extra_cost is None:
            return f"{when}   {offer.reason}"
        price = money_text(abs(offer.extra_cost), currency, decimals=2)
        return f"{when}   {signed(price, offer.extra_cost)}   {offer.name}"

    def _on_row(self, row: int) -> None:
        if 0 <= row < len(self._offers):
            self.offer_chosen.emit(self._offers[row])
